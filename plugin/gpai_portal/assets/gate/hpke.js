// HPKE (RFC 9180) in base mode, the receiving side; kems.js has the key encapsulation. KDF: HKDF-SHA256.

const KDF = 0x0001;
export const AES_128_GCM = { id: 0x0001, key: 16 };
export const AES_256_GCM = { id: 0x0002, key: 32 };
/** Key encapsulation mechanisms by their names in WebCrypto, with lengths in bytes. */
export const KEMS = {
  "MLKEM768-X25519": { id: 0x647a, enc: 1120 },
  X25519: { id: 0x0020, enc: 32 },
};

const NONE = new Uint8Array();
export const utf8 = (text) => new TextEncoder().encode(text);

export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const two = (number) => new Uint8Array([number >> 8, number & 255]);

async function hmac(key, data) {
  // HMAC pads its key with zeros; WebCrypto refuses an empty one.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

const extract = (suite, salt, label, ikm) => hmac(salt, concat(utf8("HPKE-v1"), suite, utf8(label), ikm));

/** LabeledExpand for lengths of at most one block of SHA-256, which is all that this suite needs. */
const expand = async (suite, prk, label, info, length) =>
  (await hmac(prk, concat(two(length), utf8("HPKE-v1"), suite, utf8(label), info, new Uint8Array([1])))).slice(0, length);

/** DHKEM(X25519, HKDF-SHA256), section 4.1: the shared secret from the result of the Diffie-Hellman exchange. */
export async function extractAndExpand(dh, enc, publicRaw) {
  const suite = concat(utf8("KEM"), two(KEMS.X25519.id));
  const prk = await extract(suite, NONE, "eae_prk", dh);
  return expand(suite, prk, "shared_secret", concat(enc, publicRaw), 32);
}

/** Key schedule of the base mode, section 5.1: raw AEAD key and nonce of the first message. */
export async function keySchedule(name, shared, info, aead = AES_256_GCM) {
  const suite = concat(utf8("HPKE"), two(KEMS[name].id), two(KDF), two(aead.id));
  const context = concat(
    new Uint8Array([0]),
    await extract(suite, NONE, "psk_id_hash", NONE),
    await extract(suite, NONE, "info_hash", info),
  );
  const secret = await extract(suite, shared, "secret", NONE);
  const key = await expand(suite, secret, "key", context, aead.key);
  return { key, iv: await expand(suite, secret, "base_nonce", context, 12) };
}

/**
 * OpenBase, section 6.1. identity: {kem, decap(enc): the shared secret}; wrapped: encapsulated key followed by
 * ciphertext. Rejects if it was made for another key, info or aad.
 */
export async function open(identity, wrapped, info, { aead = AES_256_GCM, aad = NONE } = {}) {
  const { enc } = KEMS[identity.kem];
  const shared = await identity.decap(wrapped.slice(0, enc));
  const { key, iv } = await keySchedule(identity.kem, shared, info, aead);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv, additionalData: aad };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, wrapped.slice(enc)));
}
