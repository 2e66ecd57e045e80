// HPKE (RFC 9180) in base mode: what a recipient needs, and encapsulation to try a new key with. KDF: HKDF-SHA256.

const { subtle } = crypto;
const KDF = 0x0001;
const AES_256_GCM = { id: 0x0002, key: 32 };
export const HYBRID = "MLKEM768-X25519";
/** Key encapsulation mechanisms by their names in WebCrypto, with lengths in bytes. */
export const KEMS = {
  [HYBRID]: { id: 0x647a, enc: 1120 },
  X25519: { id: 0x0020, enc: 32 },
};
/** The point that makes a private key a public one (RFC 7748, 4.1). */
export const BASE = new Uint8Array(32).fill(9, 0, 1);
/** ASN.1 before the 32 bytes of an X25519 private key (RFC 8410). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
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

export async function sha256(bytes) {
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const two = (number) => new Uint8Array([number >> 8, number & 255]);

async function hmac(key, data) {
  // HMAC pads its key with zeros; WebCrypto refuses an empty one.
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, data));
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

/** Section 5.1: raw AEAD key and nonce of the first message. */
export async function keySchedule(kem, shared, info, aead = AES_256_GCM) {
  const suite = concat(utf8("HPKE"), two(KEMS[kem].id), two(KDF), two(aead.id));
  const context = concat(
    new Uint8Array([0]),
    await extract(suite, NONE, "psk_id_hash", NONE),
    await extract(suite, NONE, "info_hash", info),
  );
  const secret = await extract(suite, shared, "secret", NONE);
  const key = await expand(suite, secret, "key", context, aead.key);
  return { key, iv: await expand(suite, secret, "base_nonce", context, 12) };
}

/** An X25519 key that cannot be exported. */
export async function privateKey(raw) {
  const pkcs8 = concat(PKCS8, raw);
  const key = await subtle.importKey("pkcs8", pkcs8, { name: "X25519" }, false, ["deriveBits"]);
  pkcs8.fill(0);
  return key;
}

/** Diffie-Hellman; WebCrypto rejects points of small order. */
export async function agree(key, publicRaw) {
  const other = await subtle.importKey("raw", publicRaw, { name: "X25519" }, false, []);
  return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: other }, key, 256));
}

async function x25519(secret) {
  const key = await privateKey(secret);
  const publicRaw = await agree(key, BASE);
  return { publicRaw, decap: async (enc) => extractAndExpand(await agree(key, enc), enc, publicRaw) };
}

const native = {
  async identity(seed) {
    const key = await subtle.importKey("raw-seed", seed, { name: HYBRID }, false, ["decapsulateBits"]);
    const publicKey = await subtle.getPublicKey(key, ["encapsulateBits"]);
    return {
      publicRaw: new Uint8Array(await subtle.exportKey("raw-public", publicKey)),
      decap: async (enc) => new Uint8Array(await subtle.decapsulateBits({ name: HYBRID }, key, enc)),
    };
  },
  async encap(publicRaw) {
    const key = await subtle.importKey("raw-public", publicRaw, { name: HYBRID }, false, ["encapsulateBits"]);
    const { ciphertext, sharedKey } = await subtle.encapsulateBits({ name: HYBRID }, key);
    return { enc: new Uint8Array(ciphertext), shared: new Uint8Array(sharedKey) };
  },
};

/**
 * Whether a browser has the hybrid is found out by trying: each refuses what it does not know with another error. Where
 * WebCrypto has none, hybrid.js stands in, loaded only then.
 */
const hybrid = (act, bytes) => native[act](bytes).catch(async () => (await import("./hybrid.js"))[act](bytes));

/** {kem, publicRaw, decap(enc): the shared secret} from the 32 bytes of a key file. Rejects if hybrid.js cannot be had. */
export const identity = async (kem, secret) => ({
  kem,
  ...(await (kem === HYBRID ? hybrid("identity", secret) : x25519(secret))),
});

/** {enc, shared} for a hybrid public key. */
export const encap = (publicRaw) => hybrid("encap", publicRaw);

/** An AES-GCM key that only decrypts and cannot be exported. */
export const aesKey = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);

export const decrypt = async (key, iv, bytes, additionalData = NONE) =>
  new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, bytes));

/** OpenBase, section 6.1: encapsulated key, then ciphertext. Rejects what was made for another key, info or aad. */
export async function open({ kem, decap }, wrapped, info, { aead, aad } = {}) {
  const { enc } = KEMS[kem];
  const { key, iv } = await keySchedule(kem, await decap(wrapped.slice(0, enc)), info, aead);
  return decrypt(await aesKey(key), iv, wrapped.slice(enc), aad);
}
