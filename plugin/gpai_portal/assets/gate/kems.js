// Key encapsulation, the reader's side. Whether a browser has the hybrid MLKEM768-X25519 is found out by trying: each
// refuses what it does not know with another error. Where WebCrypto has none, hybrid.js stands in, loaded only then.

import { concat, extractAndExpand } from "./hpke.js";

const { subtle } = crypto;
export const HYBRID = "MLKEM768-X25519";
/** The point that makes a private key a public one (RFC 7748, 4.1). */
export const BASE = new Uint8Array(32).fill(9, 0, 1);
/** ASN.1 before the 32 bytes of an X25519 private key (RFC 8410). */
const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);

/** A private key that cannot be exported. */
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

/** Each takes the 32 bytes of a key file and gives {publicRaw, decap(enc): the shared secret}. */
export const identities = {
  async X25519(secret) {
    const key = await privateKey(secret);
    const publicRaw = await agree(key, BASE);
    return { publicRaw, decap: async (enc) => extractAndExpand(await agree(key, enc), enc, publicRaw) };
  },
  [HYBRID]: (seed) => native.identity(seed).catch(async () => (await standIn()).identity(seed)),
};

/** {enc, shared} for a hybrid public key. */
export const encap = (publicRaw) => native.encap(publicRaw).catch(async () => (await standIn()).encap(publicRaw));

const standIn = () => import("./hybrid.js");

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
