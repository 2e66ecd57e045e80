// From what somebody types or pastes to the domain names that may be listed, and to the files that would list them.

/** A label in Unicode from what stands behind its "xn--" (RFC 3492, section 6.2); throws for what is none. */
function decoded(text) {
  const [, basic = "", digits] = /^(?:(.*)-)?([a-z0-9]*)$/.exec(text);
  const out = [...basic];
  let [n, i, bias, at] = [128, 0, 72, 0];
  while (at < digits.length) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      if (at === digits.length) throw new RangeError();
      const code = digits.charCodeAt(at++);
      const digit = code < 58 ? code - 22 : code - 97;
      i += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = out.length + 1;
    let delta = Math.floor((i - before) / (before ? 2 : 700));
    delta += Math.floor(delta / length);
    for (bias = 0; delta > 455; bias += 36) delta = Math.floor(delta / 35);
    bias += Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(i / length);
    i %= length;
    out.splice(i++, 0, String.fromCodePoint(n));
  }
  return out.join("");
}

const hostOf = (text) => new URL(`http://${text}`).hostname;

/** A host with its encoded labels in Unicode, as far as browsers take that for the same host; else "". */
export function readable(host) {
  try {
    const labels = host.split(".").map((label) => (label.startsWith("xn--") ? decoded(label.slice(4)) : label));
    return hostOf(`${labels.join(".")}/`) === host ? labels.join(".") : "";
  } catch {
    return "";
  }
}

// Characters that browsers know and the reader of hosts behind the lists does not (Unicode 15.1 and 16), and U+180E,
// which only browsers skip.
const UNKNOWN =
  /[\u180e\u1c89\u1c8a\ua7cb-\ua7cd\ua7da-\ua7dc\u{105c0}-\u{105ff}\u{10d40}-\u{10d8f}\u{11380}-\u{113ff}\u{116d0}-\u{116e3}\u{11bc0}-\u{11bff}\u{13460}-\u{143ff}\u{16100}-\u{1613f}\u{16d40}-\u{16d7f}\u{1e5d0}-\u{1e5ff}\u{2ebf0}-\u{2ee5d}]/u;

/** The part of a URL, a mail address or a bare host that names the host, as it was typed. */
function authority(text) {
  const inner = /<([^<>]+)>/.exec(text)?.[1] ?? text;
  const bare = inner.trim().replace(/^["'(\[{«„“]+(?!\[)|["'),;!?}»“”]+$/gu, "");
  const mail = /^(?:mailto:)?[^\s@/\\?#]*@([^\s@/\\?#]+)(?:\?.*)?$/i.exec(bare);
  return mail ? mail[1] : bare.replace(/^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}/i, "").replace(/^\*\./, "");
}

/**
 * The host that somebody means: { host } in encoded labels, with the host that a capital ẞ may stand for as well; or
 * { problem }: "address" for an IP address, "single" for one label alone, "unclear" for what is read in another way by
 * this browser than by the program that made the lists.
 */
export function read(text) {
  const typed = authority(text);
  let host;
  try {
    host = hostOf(typed).replace(/\.$/, "");
  } catch {
    return { problem: "unclear" };
  }
  if (host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host)) return { problem: "address" };
  const labels = host.split(".");
  const named = typed.split(/[/\\?#]/, 1)[0];
  const unclear =
    UNKNOWN.test(named) ||
    (/xn--/i.test(named) && /[^\0-\x7f]/.test(named)) ||
    !/^[a-z0-9_.-]{1,253}$/.test(host) ||
    labels.some((label) => !label || label.length > 63) ||
    (host.includes("xn--") && (!readable(host) || UNKNOWN.test(readable(host))));
  if (unclear) return { problem: "unclear" };
  if (labels.length < 2) return { problem: "single" };
  const other = named.includes("ẞ") ? read(typed.replaceAll("ẞ", "ss")).host : undefined;
  return other && other !== host ? { host, other } : { host };
}

/** The names that a host belongs to: its last labels, as many as listed names have. */
export function candidates(host, depths) {
  const labels = host.split(".");
  return depths.filter((depth) => depth <= labels.length).map((depth) => labels.slice(-depth).join("."));
}

/** CRC-32 (ISO-HDLC), as zlib has it, of a name in ASCII. */
export function crc32(name) {
  let rest = -1;
  for (let at = 0; at < name.length; at++) {
    rest ^= name.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (0xedb88320 & -(rest & 1));
  }
  return ~rest >>> 0;
}

/** Name of the file that holds a name if it is listed: the first bits of its CRC-32. */
export const fileOf = (name, bits) => (bits ? crc32(name) >>> (32 - bits) : 0).toString(16).padStart(4, "0");

/** The lines of a file of the index; throws if the text is something else, such as a page that says it is not there. */
export function linesOf(text, file) {
  const [first, ...lines] = text.split("\n");
  if (first !== `#${file}`) throw new TypeError("not a part of the index");
  return lines;
}

/** What lines say of a name: { set, platform }, or null if it is not listed. */
export function found(lines, name) {
  const line = lines.find((one) => one === name || one.startsWith(`${name}\t`));
  if (line === undefined) return null;
  const [, set, kind] = line.split("\t");
  return { set: Number(set || 0), platform: kind === "p" };
}
