// What a robots.txt that somebody pastes says for the crawlers of the provider. The words stand in the page.

import { ready } from "./ready.js";
import { decide, isItself, isToken, parse, reach, rulesFor } from "./robots.js";

const FILE = /\.(?:html?|php|aspx?|pdf|txt|xml|json|jpe?g|png|gif|webp|mp[34])$/i;
/** Names with dots in any script, one name with a port, and IPv6 addresses. */
const HOST = /^(?:[\p{L}\p{M}\p{N}_-]+(?:(?:\.[\p{L}\p{M}\p{N}_-]+)+|(?=:\d))|\[[\da-f:.]+\])(?:[:/?#]|$)/iu;

/**
 * Path and query of what is typed: an address, with or without "https://", or a path, with or without its slash. Empty
 * for what is no address of a page.
 */
export function pathOf(text) {
  const typed = text.trim();
  const isHost = HOST.test(typed) && (typed.includes("/") || !FILE.test(typed));
  try {
    const { protocol, pathname, search } = new URL(isHost ? `https://${typed}` : typed, "https://example.com/");
    return /^https?:$/.test(protocol) ? pathname + search : "";
  } catch {
    return "";
  }
}

ready("[data-gp-robots]", (root) => {
  const part = (name, within = root) => within.querySelector(`[data-part="${name}"]`);

  /** What is said in a case, with words put into its places. */
  function said(name, words = {}) {
    const shape = root.querySelector(`template[data-said="${name}"]`).content.cloneNode(true);
    for (const [place, text] of Object.entries(words)) {
      for (const slot of shape.querySelectorAll(`[data-part="${place}"]`)) slot.textContent = text;
    }
    return shape;
  }

  function verdict(file, path, { name, token }) {
    if (!isToken(token)) return [said("undecided", { name, token })];
    const { name: group, lines, rules } = rulesFor(file, token);
    const { allowed, rule } = decide(rules, path);
    const far = reach(rules);
    return [
      said(allowed ? "allowed" : "disallowed", { name, path }),
      rule
        ? said("by", { line: rule.line, rule: `${rule.allows ? "Allow" : "Disallow"}: ${rule.pattern}` })
        : said(isItself(path) ? "itself" : "unmatched"),
      said(group === "*" ? "everybody" : group ? "named" : "nobody", { lines: lines.join(", ") }),
      ...(far === "some" || !group ? [] : [said(far)]),
    ];
  }

  const crawlers = JSON.parse(root.dataset.gpRobots);
  part("fallback").hidden = true;
  part("form").hidden = false;
  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const file = parse(part("file").value);
    const path = pathOf(part("path").value);
    if (!path) return part("answer").replaceChildren(said("unread"));
    const items = crawlers.map((crawler) => {
      const item = document.createElement("li");
      item.append(...verdict(file, path, crawler));
      return item;
    });
    const notes = [
      ...(file.isCut ? [said("cut")] : []),
      ...(file.odd.length ? [said("odd", { lines: file.odd.join(", ") })] : []),
    ];
    const list = document.createElement("ul");
    list.className = "gp-sets";
    list.append(...items);
    part("answer").replaceChildren(list, ...notes);
  });
});
