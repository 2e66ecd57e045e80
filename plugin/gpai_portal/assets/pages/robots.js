// What a robots.txt says for a crawler, by RFC 9309: whose rules hold for it, and what they say of an address.

/** Octets that a crawler has to read (section 2.5); what stands behind them may be left unread. */
export const LIMIT = 500 * 1024;

const TOKEN = /^[A-Za-z_-]+$/;

/** Whether a name is a product token, which is all that robots.txt can speak to (section 2.2.1). */
export const isToken = (name) => TOKEN.test(name);

/** The first octets of a text, without the line that they cut off. */
function readable(text) {
  const bytes = new TextEncoder().encode(text.replace(/^\ufeff/, ""));
  if (bytes.length <= LIMIT) return { text: text.replace(/^\ufeff/, ""), isCut: false };
  const head = new TextDecoder().decode(bytes.subarray(0, LIMIT));
  return { text: head.slice(0, Math.max(head.lastIndexOf("\n"), head.lastIndexOf("\r")) + 1), isCut: true };
}

/**
 * The groups of a file: { groups, odd, isCut }. A group is { agents: [{ name, line }], rules: [{ allows, pattern, line }] }.
 * `odd` are the numbers of lines that look like a name of a crawler but are none by the grammar; read is what stands
 * before the first character that no name may have, as Google's parser does. `isCut` if the file is longer than `LIMIT`.
 */
export function parse(file) {
  const { text, isCut } = readable(file);
  const groups = [];
  const odd = [];
  let group = null;
  text.split(/\r\n|\r|\n/).forEach((raw, at) => {
    const line = at + 1;
    const [, key = "", value = ""] = /^[ \t]*([^:]*?)[ \t]*:[ \t]*(.*?)[ \t]*$/s.exec(raw.replace(/#.*$/s, "")) ?? [];
    const name = key.toLowerCase();
    if (name === "user-agent") {
      // Only rules end the names of a group; a line for something else, such as Sitemap, does not (section 2.2.4).
      if (!group || group.rules.length) groups.push((group = { agents: [], rules: [] }));
      const told = value === "*" || /^\*[ \t]/.test(value) ? "*" : (/^[A-Za-z_-]+/.exec(value)?.[0] ?? "");
      if (told !== value) odd.push(line);
      if (told) group.agents.push({ name: told.toLowerCase(), line });
    } else if (group && (name === "allow" || name === "disallow")) {
      group.rules.push({ allows: name === "allow", pattern: value, line });
    }
  });
  return { groups, odd, isCut };
}

/** The rules that hold for a crawler, and the lines that name it: its own groups together, else those for "*". */
export function rulesFor({ groups }, token) {
  for (const name of [token.toLowerCase(), "*"]) {
    const own = groups.filter((group) => group.agents.some((agent) => agent.name === name));
    const lines = own.flatMap((group) => group.agents.filter((agent) => agent.name === name).map(({ line }) => line));
    if (own.length) return { name, lines, rules: own.flatMap((group) => group.rules) };
  }
  return { name: "", lines: [], rules: [] };
}

/** A path octet by octet, however each was written: "%62" is "b", and "ツ" is "%E3%83%84". */
function octets(text) {
  const parts = text.match(/%[0-9A-Fa-f]{2}|[^]/gu) ?? [];
  const bytes = parts.flatMap((part) =>
    /^%../.test(part) ? [parseInt(part.slice(1), 16)] : [...new TextEncoder().encode(part)],
  );
  return String.fromCharCode(...bytes);
}

/** A pattern as its parts between "*", and whether it holds to the end of an address only. */
function read(pattern) {
  const isWhole = pattern.endsWith("$");
  return { isWhole, parts: (isWhole ? pattern.slice(0, -1) : pattern).split("*").map(octets) };
}

/** Whether a pattern matches a path with its query (section 2.2.3). An empty one matches nothing. */
export function matches(pattern, path) {
  if (!pattern) return false;
  const { isWhole, parts } = read(pattern);
  const whole = octets(path);
  const [first, ...rest] = parts;
  if (!whole.startsWith(first)) return false;
  if (!rest.length) return !isWhole || whole === first;
  const last = isWhole ? rest.pop() : "";
  let at = first.length;
  for (const part of rest) {
    const found = whole.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return whole.length - last.length >= at && whole.endsWith(last);
}

/** How specific a pattern is: its octets as they are compared, which is encoded for all that is no plain ASCII. */
export function weight(pattern) {
  const { isWhole, parts } = read(pattern);
  const plain = /[\w.~!#$&'()*+,/:;=?@[\]-]/;
  return [...parts.join("*")].reduce((sum, octet) => sum + (plain.test(octet) ? 1 : 3), isWhole ? 1 : 0);
}

/** Whether a path is that of robots.txt itself, which may always be read (section 2.2.2). */
export const isItself = (path) => /^\/robots\.txt(?:$|\?)/.test(octets(path));

/** What rules say of a path with its query: { allowed, rule }; no rule where none matches, which allows it. */
export function decide(rules, path) {
  if (isItself(path)) return { allowed: true, rule: null };
  let rule = null;
  for (const one of rules.filter(({ pattern }) => matches(pattern, path))) {
    const more = rule ? weight(one.pattern) - weight(rule.pattern) : 1;
    if (more > 0 || (more === 0 && one.allows && !rule.allows)) rule = one;
  }
  return { allowed: !rule || rule.allows, rule };
}

/** How far rules reach, where that can be read off them: "all" or "nothing" of a site is disallowed; else "some". */
export function reach(rules) {
  const able = rules.filter(({ pattern }) => pattern && /^(?:\/|$)/.test(read(pattern).parts[0]));
  if (!able.some(({ allows }) => !allows)) return "nothing";
  const isOpen = able.some(({ allows }) => allows);
  return !isOpen && able.some(({ pattern }) => /^(?:\/|\/?\*+\$?|\*+\/)$/.test(pattern)) ? "all" : "some";
}
