// What the two pages for downstream providers share.

/** What a page says when nothing is wrong. */
const CALM = new Set(["", "opening", "opened", "locked", "forgotten", "found", "copied"]);

/** Fills {name} places of a sentence. */
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Why this browser cannot open or request anything: a kind that the page has words for, or "". */
async function obstacle(config) {
  if (!isSecureContext || !crypto.subtle) return "insecure";
  try {
    await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
  } catch {
    return "browser";
  }
  return config.sealed ? "" : "unsealed";
}

/** Calls start each time a page with such a root is shown without an obstacle, also where the theme swaps pages by itself. */
export function onPage(selector, start) {
  let known = null;
  const look = async () => {
    const root = document.querySelector(selector);
    if (root === known) return;
    known = root;
    if (!root) return;
    const config = JSON.parse(document.getElementById("gp-gate").dataset.configuration);
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    const say = (kind, values = {}) => {
      part("status").textContent = kind && fill(config.words[kind], values);
      part("status").classList.toggle("gp-status--refused", !CALM.has(kind));
    };
    part("fallback").hidden = true;
    const why = await obstacle(config);
    if (!root.isConnected) return;
    if (why) say(why);
    else start({ root, config, part, say });
  };
  if (window.document$) window.document$.subscribe(look);
  else look();
}

/** Offers bytes or text as a file; what is offered is gone after a minute, or when the signal says so. */
export function save(content, name, { type = "text/plain", signal } = {}) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  const revoke = () => URL.revokeObjectURL(link.href);
  setTimeout(revoke, 60_000);
  signal?.addEventListener("abort", revoke);
}
