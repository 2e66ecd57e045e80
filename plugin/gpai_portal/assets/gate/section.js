// The sealed section: its manifest, its key, its objects.

import { KEMS, open, utf8 } from "./hpke.js";

const FORMAT = "gpai-portal-sealed-1";
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

/** The current manifest. Refuses one that is older than what this browser has seen. */
export async function loadManifest(base) {
  let manifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(await load(`${base}manifest.json`, "no-store")));
  } catch (error) {
    throw error instanceof GateError ? error : new GateError("tampered");
  }
  if (manifest.format !== FORMAT) throw new GateError("format");
  const seen = Number(localStorage.getItem(`gpai-portal.epoch.${manifest.portal}`) ?? 0);
  if (manifest.epoch < seen) throw new GateError("older", `${manifest.epoch} < ${seen}`);
  return manifest;
}

async function loadFile(base, { file, size }) {
  const bytes = await load(`${base}${file}.bin`, "default");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash !== file || bytes.length !== size) throw new GateError("tampered");
  return bytes;
}

/** Opens the section with an identity; rejects with GateError "no-access" if no wrap is for it. */
export async function unlock(base, manifest, identity) {
  const info = binding("wrap", manifest.portal, manifest.epoch);
  for (const entry of manifest.keys.filter(({ kem }) => kem === identity.kem)) {
    const wraps = await loadFile(base, entry);
    const length = KEMS[identity.kem].enc + WRAP;
    for (let at = 0; at < wraps.length; at += length) {
      try {
        const raw = await open(identity, wraps.slice(at, at + length), info);
        const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
        localStorage.setItem(`gpai-portal.epoch.${manifest.portal}`, manifest.epoch);
        return new Section(base, manifest, key);
      } catch {
        // Made for somebody else, or a decoy.
      }
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
    return padded.slice(4, 4 + new DataView(padded.buffer).getUint32(0));
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
    return JSON.parse(new TextDecoder().decode(await this.read(id)));
  }

  catalogue() {
    return this.readJson(this.#manifest.catalogue);
  }

  search() {
    return this.readJson(this.#manifest.search);
  }

  get about() {
    return { epoch: this.#manifest.epoch, sealed: this.#manifest.sealed, postQuantum: this.#manifest.post_quantum };
  }
}
