// The sealed section: its manifest, its key, its objects.

import { concat, KEMS, open, utf8 } from "./hpke.js";
import { fromBase64Url } from "./keys.js";

const FORMAT = "gpai-portal-sealed-2";
const WRAP = 32 + 16;

/** What goes wrong, by a kind that the page has words for. */
export class GateError extends Error {
  constructor(kind, detail = "") {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

const binding = (...parts) => utf8(["gpai-portal", "1", ...parts].join("|"));

async function load(address, cache) {
  let response;
  try {
    response = await fetch(address, { cache });
  } catch {
    throw new GateError("offline");
  }
  if (!response.ok) throw new GateError(response.status === 404 ? "missing" : "offline");
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
  if (format && format !== FORMAT) throw new GateError("format");
  if (!signature) throw new GateError("tampered");
  if (key !== signedBy) throw new GateError("other-signer");
  const imported = await crypto.subtle.importKey("raw", fromBase64Url(key), "Ed25519", false, ["verify"]).catch(() => {
    throw new GateError("browser");
  });
  const message = concat(utf8(`${FORMAT}\n`), bytes.subarray(line.length));
  if (!(await crypto.subtle.verify("Ed25519", imported, fromBase64Url(signature), message))) throw new GateError("tampered");
  return JSON.parse(new TextDecoder().decode(bytes));
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
  let manifest, whole;
  try {
    manifest = await verified(bytes, signedBy);
    whole = sound(manifest);
  } catch (error) {
    if (error instanceof GateError) throw error;
    whole = false;
  }
  if (!whole || manifest.portal !== portal) throw new GateError("tampered");
  const seen = Number(stored((storage) => storage.getItem(newest(manifest))));
  if (manifest.serial < seen) throw new GateError("older", `${manifest.serial} < ${seen}`);
  return manifest;
}

async function loadFile(base, { file, size }) {
  const bytes = await load(`${base}${file}.bin`, "default");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== file || bytes.length !== size) throw new GateError("tampered");
  return bytes;
}

/** The section key that a wrap holds; null if it was made for somebody else, or is a decoy. */
async function unwrap(identity, wrap, info) {
  try {
    return await crypto.subtle.importKey("raw", await open(identity, wrap, info), "AES-GCM", false, ["decrypt"]);
  } catch {
    return null;
  }
}

/** Opens the section with an identity; rejects with GateError "no-access" if no wrap is for it. */
export async function unlock(base, manifest, identity) {
  const info = binding("wrap", manifest.portal, manifest.epoch);
  for (const entry of manifest.keys.filter(({ kem }) => kem === identity.kem)) {
    const wraps = await loadFile(base, entry);
    const length = KEMS[identity.kem].enc + WRAP;
    for (let at = 0; at < wraps.length; at += length) {
      const key = await unwrap(identity, wraps.slice(at, at + length), info);
      if (!key) continue;
      stored((storage) => storage.setItem(newest(manifest), manifest.serial));
      return new Section(base, manifest, key);
    }
  }
  throw new GateError("no-access");
}

class Section {
  #base;
  #manifest;
  #key;

  constructor(base, manifest, key) {
    this.#base = base;
    this.#manifest = manifest;
    this.#key = key;
  }

  /** The payload of an object, as bytes. */
  async read(id) {
    const bytes = await this.#ciphertext(id);
    const additionalData = binding("object", this.#manifest.portal, this.#manifest.epoch, id);
    let padded;
    try {
      const algorithm = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData };
      padded = new Uint8Array(await crypto.subtle.decrypt(algorithm, this.#key, bytes.slice(12)));
    } catch {
      throw new GateError("tampered");
    }
    const length = padded.length < 4 ? Infinity : new DataView(padded.buffer).getUint32(0);
    if (length > padded.length - 4) throw new GateError("tampered");
    return padded.slice(4, 4 + length);
  }

  /** Objects lie in their file one after another. */
  async #ciphertext(id) {
    for (const file of this.#manifest.objects) {
      let start = 0;
      for (const object of file.objects) {
        if (object.id === id) return (await loadFile(this.#base, file)).subarray(start, start + object.size);
        start += object.size;
      }
    }
    throw new GateError("tampered");
  }

  async readJson(id) {
    const bytes = await this.read(id);
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw new GateError("malformed");
    }
  }

  catalogue() {
    return this.readJson(this.#manifest.catalogue);
  }

  search() {
    return this.readJson(this.#manifest.search);
  }

  get about() {
    return { epoch: this.#manifest.epoch, sealed: this.#manifest.sealed };
  }
}
