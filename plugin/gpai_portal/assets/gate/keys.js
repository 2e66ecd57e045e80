// Keys of readers: made here, saved as a file by the reader, kept in this browser only if asked to.

import { concat, KEMS, utf8 } from "./hpke.js";

const MARK = "GPAI-PORTAL-SECRET-KEY";
const HYBRID = "MLKEM768-X25519";
/** ASN.1 before the 32 bytes of an X25519 private key (RFC 8410). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);

const toBase64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const toBase64Url = (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

/** Whether this browser has what every reader needs. */
export async function supported() {
  try {
    await crypto.subtle.generateKey({ name: "X25519" }, false, ["deriveBits"]);
    return true;
  } catch {
    return false;
  }
}

/** A new key pair: {kem, secret, publicRaw}. Hybrid where the browser has it; null if only X25519 is there but refused. */
export async function generate(postQuantumOnly) {
  const { subtle } = crypto;
  try {
    const pair = await subtle.generateKey({ name: HYBRID }, true, ["encapsulateBits", "decapsulateBits"]);
    const secret = new Uint8Array(await subtle.exportKey("raw-seed", pair.privateKey));
    return { kem: HYBRID, secret, publicRaw: new Uint8Array(await subtle.exportKey("raw-public", pair.publicKey)) };
  } catch (error) {
    if (error.name !== "NotSupportedError" && !(error instanceof TypeError)) throw error;
  }
  if (postQuantumOnly) return null;
  const pair = await subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  const secret = new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey)).slice(-32);
  return { kem: "X25519", secret, publicRaw: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

/** {kem, privateKey, publicRaw} for hpke.open, from the 32 secret bytes; the private key cannot be exported. */
export async function identity(kem, secret) {
  const { subtle } = crypto;
  if (kem === HYBRID) {
    return { kem, privateKey: await subtle.importKey("raw-seed", secret, { name: HYBRID }, false, ["decapsulateBits"]) };
  }
  const pkcs8 = concat(PKCS8, secret);
  const exportable = await subtle.importKey("pkcs8", pkcs8, { name: kem }, true, ["deriveBits"]);
  const publicRaw = fromBase64Url((await subtle.exportKey("jwk", exportable)).x);
  return { kem, publicRaw, privateKey: await subtle.importKey("pkcs8", pkcs8, { name: kem }, false, ["deriveBits"]) };
}

export async function fingerprint({ kem, publicRaw }) {
  const digest = await crypto.subtle.digest("SHA-256", concat(utf8(`gpai-portal|1|key|${kem}|`), publicRaw));
  const hex = Array.from(new Uint8Array(digest).slice(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/.{4}/g).join(" ");
}

export const keyFile = ({ kem, secret }, print, { site, portal, day }) =>
  [
    "# gpai-portal key file. Keep it like a password: it opens what was granted to you.",
    `# Portal: ${site}`,
    `# Portal id: ${portal}`,
    `# Made: ${day}`,
    `# Fingerprint: ${print}`,
    `${MARK}:${kem}:${toBase64Url(secret)}`,
    "",
  ].join("\n");

/** White space as Python has it, so that page and command accept the same files. */
const SPACE = "(?:[^\\S\\uFEFF]|[\\x1c-\\x1f\\x85])*";
const SECRET = new RegExp(`${MARK}:${SPACE}([A-Z0-9-]+)${SPACE}:${SPACE}([\\w-]+)`, "g");

/** {kem, secret, portal} of a key file as people keep it; null if the text holds no key, or several. */
export function parseKeyFile(text) {
  const found = new Set(Array.from(text.matchAll(SECRET), (m) => `${m[1]}:${m[2]}`));
  const [kem, secret] = found.size === 1 ? [...found][0].split(":") : [];
  if (!(kem in KEMS) || secret.length !== 43) return null;
  return { kem, secret: fromBase64Url(secret), portal: text.match(/Portal id:\s*([0-9a-f]{32})/)?.[1] };
}

/** The request as it is sent. Its labels are read by a program and therefore not translated. */
export const requestText = ({ kem, publicRaw }, print, form, { site, portal, day }) =>
  [
    "Request for access to documentation for downstream providers",
    `Portal: ${site}`,
    `Portal id: ${portal}`,
    `Company: ${form.company}`,
    `Contact: ${form.contact}`,
    `E-mail: ${form.email}`,
    `Models: ${form.models}`,
    `Purpose: ${form.purpose}`,
    `Requested: ${day}`,
    `Fingerprint: ${print}`,
    `Key type: ${kem}`,
    "-----BEGIN GPAI-PORTAL PUBLIC KEY-----",
    ...toBase64(publicRaw).match(/.{1,64}/g),
    "-----END GPAI-PORTAL PUBLIC KEY-----",
    "",
  ].join("\n");

// -- this browser's store --------------------------------------------------------------------------------------

const DAYS = 30;

async function store(mode, act) {
  const opening = indexedDB.open("gpai-portal", 1);
  const database = await new Promise((resolve, reject) => {
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    const transaction = database.transaction("keys", mode);
    const request = act(transaction.objectStore("keys"));
    // Every failure ends in abort; a full disk in nothing else.
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

/**
 * Keeps a key for 30 days. An X25519 key is stored as a CryptoKey that cannot be exported; a hybrid one does not
 * survive there, so its seed is stored encrypted under such a key.
 */
export async function remember(portal, kem, secret) {
  const record = { kem, expires: Date.now() + DAYS * 86_400_000 };
  if (kem === HYBRID) {
    record.wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    record.iv = crypto.getRandomValues(new Uint8Array(12));
    record.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: record.iv }, record.wrapping, secret);
  } else {
    Object.assign(record, await identity(kem, secret));
  }
  await store("readwrite", (keys) => keys.put(record, portal));
  // The browser may ask the reader first; the key is kept whatever the answer.
  navigator.storage?.persist?.().catch(() => false);
}

/** The kept identity of a portal, or null; what has expired or cannot be used any more is deleted. */
export async function recall(portal) {
  const record = await store("readonly", (keys) => keys.get(portal));
  if (!record) return null;
  const kept = record.expires < Date.now() ? null : await revive(record).catch(() => null);
  if (!kept) await forget(portal);
  return kept;
}

async function revive(record) {
  if (record.kem !== HYBRID) return record;
  const seed = await crypto.subtle.decrypt({ name: "AES-GCM", iv: record.iv }, record.wrapping, record.sealed);
  return identity(HYBRID, new Uint8Array(seed));
}

export const forget = (portal) => store("readwrite", (keys) => keys.delete(portal));
