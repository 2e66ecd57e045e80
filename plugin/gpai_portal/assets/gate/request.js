// "Request access": the key is made here, saved first, and only its public half leaves the browser, by the reader's
// own hand.

import { fingerprint, generate, keyFile, opens, requestText } from "./keys.js";
import { configuration, fill, obstacle, onPage, save } from "./page.js";

/** Longest mailto address that mail programs are known to take whole. */
const MAIL_LIMIT = 1900;

onPage("[data-gp-request]", async (root) => {
  const config = configuration();
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const say = (kind) => {
    part("status").textContent = kind ? config.words[kind] : "";
  };
  const why = await obstacle(config);
  if (!root.isConnected) return;
  if (why) return say(why);
  part("form").hidden = false;

  part("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(part("form")));
    values.models = new FormData(part("form")).getAll("models").join(", ");
    for (const name of Object.keys(values)) values[name] = values[name].replace(/\s+/g, " ").trim();
    say("");
    const about = { ...config, day: new Date().toISOString().slice(0, 10) };
    const made = await make(about).catch((error) => console.error(error));
    if (!root.isConnected) return;
    if (!made) return say("not-made");
    const { key, print, file } = made;
    const request = requestText(key, print, values, about);
    const saveKey = () => save(file, `${config.name}.key`);

    part("form").hidden = true;
    part("save").hidden = false;
    part("save").querySelector("h3").focus();
    part("save-key").onclick = () => {
      saveKey();
      part("saved").disabled = false;
    };
    part("saved").disabled = true;
    part("saved").onchange = () => {
      if (!part("saved").checked) return;
      part("save-key").onclick = null;
      part("save").hidden = true;
      part("send").hidden = false;
      part("fingerprint").textContent = print;
      part("key-type").textContent = key.kem;
      part("request").value = request;
      part("send").querySelector("h3").focus();
    };
    part("copy").onclick = () => copy(request);
    part("save-request").onclick = () => save(request, `${config.name}-request.txt`);
    const mail = (body) =>
      `mailto:${config.email}?subject=${encodeURIComponent(config.subject)}&body=${encodeURIComponent(body)}`;
    const whole = mail(request).length <= MAIL_LIMIT;
    part("mail").hidden = !config.email;
    part("mail").href = whole ? mail(request) : mail(fill(config.words.paste, { fingerprint: print }));
    part("mail").onclick = () => whole || copy(request);
    part("mail-note").hidden = whole || !config.email;

    async function copy(text) {
      await navigator.clipboard.writeText(text).catch(() => part("request").select());
      say("copied");
    }
  });
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
