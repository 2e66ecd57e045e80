// The sealed section: its manifest, its key, its objects.

import { aesKey, concat, decrypt, KEMS, open, sha256, utf8 } from "./hpke.js";
import { fromBase64Url } from "./keys.js";

const FORMAT = "gpai-portal-sealed-2";
const WRAP = 32 + 16;

/** What goes wrong, by a kind that the page has words for. */
class GateError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

export function refuse(kind) {
  throw new GateError(kind);
}

const binding = (...parts) => utf8(["gpai-portal", "1", ...parts].join("|"));

async function load(address, cache) {
  const response = await fetch(address, { cache }).catch(() => refuse("offline"));
  if (!response.ok) refuse(response.status === 404 ? "missing" : "offline");
  return new Uint8Array(await response.arrayBuffer());
}

/** What this browser stores, or null where it refuses to. */
function stored(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

/** Where the newest serial is remembered; another signing key begins a history of its own. */
const newest = (manifest) => `gpai-portal.serial.${manifest.portal}.${manifest.signed_by}`;

/** The first line of a manifest; the last character of a signature has four bits that must be zero. */
const FIRST_LINE = /^\{"format": "([^"]*)"(?:, "signed_by": "([\w-]{43})", "signature": "([\w-]{85}[AQgw])",\n)?/;

/**
 * The fields of a manifest, once its signature by a known key has been checked; nothing else is read before. It is made
 * over the format, a line feed, and all bytes after the first line.
 */
async function verified(bytes, signedBy) {
  const [line, format, key, signature] = new TextDecoder("latin1").decode(bytes.subarray(0, 300)).match(FIRST_LINE) ?? [];
  if (format && format !== FORMAT) refuse("format");
  if (!signature) refuse("tampered");
  if (key !== signedBy) refuse("other-signer");
  const raw = fromBase64Url(key);
  const imported = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]).catch(() => refuse("browser"));
  const message = concat(utf8(`${FORMAT}\n`), bytes.subarray(line.length));
  if (!(await crypto.subtle.verify("Ed25519", imported, fromBase64Url(signature), message))) refuse("tampered");
  const rest = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(line.length));
  return { ...JSON.parse(`{${rest}`), signed_by: key };
}

/** Whether a manifest keeps to its format; another tool could have signed it. May throw where it does not. */
function sound({ portal, serial, epoch, sealed, post_quantum, keys, owner, catalogue, search, objects }) {
  const id = (text) => /^[0-9a-f]{32}$/.test(text);
  const count = (number) => Number.isSafeInteger(number) && number >= 0;
  const file = (row) => /^[0-9a-f]{64}$/.test(row.file) && count(row.size);
  const entries = objects.flatMap((row) => row.objects);
  const ids = new Set(entries.map((entry) => entry.id));
  return (
    id(portal) &&
    count(serial) &&
    count(epoch) &&
    new Date(sealed).toJSON() === `${sealed}T00:00:00.000Z` &&
    typeof post_quantum === "boolean" &&
    keys.every((row) => Object.hasOwn(KEMS, row.kem) && file(row)) &&
    file(owner) &&
    objects.every((row) => file(row) && row.objects.reduce((sum, { size }) => sum + size, 0) === row.size) &&
    entries.every((entry) => id(entry.id) && count(entry.size)) &&
    ids.size === entries.length &&
    ids.has(catalogue) &&
    ids.has(search)
  );
}

/** The current manifest. Refuses one that is not signed by a key, is damaged, or older than what this browser has seen. */
export async function loadManifest(base, portal, signedBy) {
  const bytes = await load(`${base}manifest.json`, "no-store");
  let manifest;
  try {
    manifest = await verified(bytes, signedBy);
    if (!sound(manifest) || manifest.portal !== portal) refuse("tampered");
  } catch (error) {
    throw error instanceof GateError ? error : new GateError("tampered");
  }
  const seen = Number(stored((storage) => storage.getItem(newest(manifest))));
  if (manifest.serial < seen) refuse("older");
  return manifest;
}

async function loadFile(base, { file, size }) {
  const bytes = await load(`${base}${file}.bin`, "default");
  if ((await sha256(bytes)) !== file || bytes.length !== size) refuse("tampered");
  return bytes;
}

/** Opens the section with an identity; rejects with GateError "no-access" if no wrap is for it. */
export async function unlock(base, manifest, identity) {
  const info = binding("wrap", manifest.portal, manifest.epoch);
  for (const entry of manifest.keys.filter(({ kem }) => kem === identity.kem)) {
    const wraps = await loadFile(base, entry);
    const length = KEMS[identity.kem].enc + WRAP;
    for (let at = 0; at < wraps.length; at += length) {
      // A wrap that does not open was made for somebody else, or is a decoy.
      const key = await open(identity, wraps.slice(at, at + length), info).then(aesKey).catch(() => null);
      if (!key) continue;
      stored((storage) => storage.setItem(newest(manifest), manifest.serial));
      return section(base, manifest, key);
    }
  }
  return refuse("no-access");
}

function section(base, manifest, key) {
  /** Objects lie in their file one after another. */
  async function ciphertext(id) {
    for (const file of manifest.objects) {
      let start = 0;
      for (const object of file.objects) {
        if (object.id === id) return (await loadFile(base, file)).subarray(start, start + object.size);
        start += object.size;
      }
    }
    return refuse("tampered");
  }

  /** The payload of an object, as bytes. */
  async function read(id) {
    const bytes = await ciphertext(id);
    const aad = binding("object", manifest.portal, manifest.epoch, id);
    const padded = await decrypt(key, bytes.slice(0, 12), bytes.slice(12), aad).catch(() => refuse("tampered"));
    const length = padded.length < 4 ? Infinity : new DataView(padded.buffer).getUint32(0);
    if (length > padded.length - 4) refuse("tampered");
    return padded.slice(4, 4 + length);
  }

  async function readJson(id) {
    const bytes = await read(id);
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return refuse("malformed");
    }
  }

  const catalogue = () => readJson(manifest.catalogue);
  let entries;
  const search = async () => (entries ??= await readJson(manifest.search));
  return { read, readJson, catalogue, search };
}
