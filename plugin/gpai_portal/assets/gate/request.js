// "Request access": the key is made here, saved first, and only its public half leaves the browser, by the reader's
// own hand.

import { fingerprint, generate, keyFile, opens, requestText } from "./keys.js";
import { fill, onPage, save } from "./page.js";

/** Longest mailto address that mail programs are known to take whole. */
const MAIL_LIMIT = 1900;

onPage("[data-gp-request]", ({ root, config, part, say }) => {
  const show = (name) => {
    for (const step of ["form", "save", "send"]) part(step).hidden = step !== name;
    part(name).querySelector("h3")?.focus();
  };
  show("form");

  part("form").onsubmit = async (event) => {
    event.preventDefault();
    const form = new FormData(part("form"));
    const values = { ...Object.fromEntries(form), models: form.getAll("models").join(", ") };
    for (const name of Object.keys(values)) values[name] = values[name].replace(/\s+/g, " ").trim();
    say("");
    const about = { ...config, day: new Date().toISOString().slice(0, 10) };
    const made = await make(about).catch((error) => console.error(error));
    if (!root.isConnected) return;
    if (!made) return say("not-made");
    const { key, print, file } = made;
    const request = requestText(key, print, values, about);

    show("save");
    part("save-key").onclick = () => {
      save(file, `${config.name}.key`);
      part("saved").disabled = false;
    };
    part("saved").disabled = true;
    part("saved").onchange = () => {
      if (!part("saved").checked) return;
      part("save-key").onclick = null;
      part("fingerprint").textContent = print;
      part("key-type").textContent = key.kem;
      part("request").value = request;
      show("send");
    };
    const copy = async () => {
      await navigator.clipboard.writeText(request).catch(() => part("request").select());
      say("copied");
    };
    part("copy").onclick = copy;
    part("save-request").onclick = () => save(request, `${config.name}-request.txt`);
    const mail = (body) =>
      `mailto:${config.email}?subject=${encodeURIComponent(config.subject)}&body=${encodeURIComponent(body)}`;
    const whole = mail(request).length <= MAIL_LIMIT;
    part("mail").hidden = !config.email;
    part("mail").href = whole ? mail(request) : mail(fill(config.words.paste, { fingerprint: print }));
    part("mail").onclick = () => whole || copy();
    part("mail-note").hidden = whole || !config.email;
  };
});

/** A new key with its fingerprint and file. Rejects unless the file opens what is sealed to the key. */
async function make(about) {
  const key = await generate();
  const print = await fingerprint(key);
  const file = keyFile(key, print, about);
  key.secret.fill(0);
  if (!(await opens(file, key.publicRaw))) throw new Error("the key does not open what is sealed to it");
  return { key, print, file };
}
