// Keys of readers: made here, saved as a file by the reader, kept in this browser only if asked to.

import { concat, decrypt, encap, HYBRID, identity, KEMS, sha256, utf8 } from "./hpke.js";

const MARK = "GPAI-PORTAL-SECRET-KEY";

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const toBase64Url = (bytes) => toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
export const fromBase64Url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

/** A new key pair: {kem, secret, publicRaw}. Always hybrid. */
export async function generate() {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const { publicRaw } = await identity(HYBRID, secret);
  return { kem: HYBRID, secret, publicRaw };
}

/** Whether the text of a key file opens what is sealed to this hybrid public key. */
export async function opens(text, publicRaw) {
  const { kem, secret } = parseKeyFile(text);
  const reader = await identity(kem, secret);
  secret.fill(0);
  const { enc, shared } = await encap(publicRaw);
  return same(await reader.decap(enc), shared);
}

const same = (one, two) => one.length === two.length && one.every((byte, i) => byte === two[i]);

export async function fingerprint({ kem, publicRaw }) {
  const hash = await sha256(concat(utf8(`gpai-portal|1|key|${kem}|`), publicRaw));
  return hash.slice(0, 24).match(/.{4}/g).join(" ");
}

export const keyFile = ({ kem, secret }, print, { site, portal, signedBy, day }) =>
  [
    "# gpai-portal key file. Keep it like a password: it opens what was granted to you.",
    `# Portal: ${site}`,
    `# Portal id: ${portal}`,
    `# Signing key: ${signedBy}`,
    `# Made: ${day}`,
    `# Fingerprint: ${print}`,
    `${MARK}:${kem}:${toBase64Url(secret)}`,
    "",
  ].join("\n");

/** White space as Python has it, so that page and command accept the same files. */
const SPACE = "(?:[^\\S\\uFEFF]|[\\x1c-\\x1f\\x85])*";
const SECRET = new RegExp(`${MARK}:${SPACE}([A-Z0-9-]+)${SPACE}:${SPACE}([\\w-]+)`, "g");

/** What the groups of a pattern match in a text, joined by ":"; undefined if there is nothing, or several. */
function only(text, pattern) {
  const found = new Set(Array.from(text.matchAll(pattern), ([, ...groups]) => groups.join(":")));
  return found.size === 1 ? [...found][0] : undefined;
}

const named = (text, words, value) => only(text, new RegExp(`${words}:${SPACE}(${value})(?![\\w-])`, "g"));

/** {kem, secret, portal, signedBy} of a key file as people keep it; null if the text holds no key, or several. */
export function parseKeyFile(text) {
  const [kem, secret] = only(text, SECRET)?.split(":") ?? [];
  if (!(kem in KEMS) || secret.length !== 43) return null;
  const portal = named(text, "Portal id", "[0-9a-f]{32}");
  return { kem, secret: fromBase64Url(secret), portal, signedBy: named(text, "Signing key", "[\\w-]{43}") };
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
 * Keeps a key for 30 days: its secret, encrypted under a key that cannot be exported, since no browser gives every kind
 * of key back from its store; and the signing key that the key file names, since the page may change. Rejects if the
 * secret does not come back as it was.
 */
export async function remember(portal, { kem, secret, signedBy }) {
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, wrapping, secret);
  const expires = Date.now() + DAYS * 86_400_000;
  await store("readwrite", (keys) => keys.put({ kem, signedBy, expires, wrapping, iv, sealed }, portal));
  const kept = await recall(portal);
  if (!kept || !same(kept.secret, secret)) {
    await forget(portal);
    throw new Error("this browser does not give the key back");
  }
  kept.secret.fill(0);
  // The browser may ask the reader first; the key is kept whatever the answer.
  navigator.storage?.persist?.().catch(() => false);
}

/** {kem, secret, signedBy} as kept for a portal, or null; what has expired or cannot be read any more is deleted. */
export async function recall(portal) {
  const record = await store("readonly", (keys) => keys.get(portal));
  if (record === undefined) return null;
  const kept = await revive(record).catch(() => null);
  if (!kept) await forget(portal);
  return kept;
}

/** Rejects for what browsers make of records that they cannot keep: null, or a record without its key. */
async function revive({ kem, signedBy, expires, wrapping, iv, sealed }) {
  if (expires < Date.now()) return null;
  return { kem, signedBy, secret: await decrypt(wrapping, iv, sealed) };
}

export const forget = (portal) => store("readwrite", (keys) => keys.delete(portal));
