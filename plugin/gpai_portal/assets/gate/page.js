// What the two pages for downstream providers share.

import { supported } from "./keys.js";

/** The configuration that the page carries for its scripts. */
export function configuration() {
  return JSON.parse(document.getElementById("gp-gate").dataset.configuration);
}

/** Why this browser cannot open or request anything: a kind that the page has words for, or "". */
export async function obstacle(config) {
  if (!isSecureContext || !crypto.subtle) return "insecure";
  if (!(await supported())) return "browser";
  return config.sealed ? "" : "unsealed";
}

/** Calls start(root) each time a page with such a root is shown, also where the theme swaps pages by itself. */
export function onPage(selector, start) {
  let known = null;
  const look = () => {
    const root = document.querySelector(selector);
    if (root && root !== known) {
      root.querySelector("[data-part=fallback]").hidden = true;
      start(root);
    }
    known = root;
  };
  if (window.document$) window.document$.subscribe(look);
  else look();
}

/** Fills {name} places of a sentence. */
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

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
