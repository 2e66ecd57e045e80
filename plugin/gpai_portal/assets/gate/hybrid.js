// MLKEM768-X25519 (draft-connolly-cfrg-xwing-kem, HPKE codepoint 0x647a) for browsers whose WebCrypto has none: ML-KEM-768
// and SHA-3 are vendored, X25519 stays WebCrypto's.

import { agree, BASE, concat, privateKey } from "./hpke.js";
import { ml_kem768, sha3_256, shake256 } from "./vendor/ml-kem.js";

/** Lengths of ML-KEM-768 (FIPS 203, table 3), after which the half of X25519 begins. */
const PUBLIC = 1184;
const CIPHERTEXT = 1088;
/** Ends what is hashed to the shared secret (section 5.3). */
const LABEL = Uint8Array.from([0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c]);

/** {publicRaw, decap} of identity in hpke.js. */
export async function identity(seed) {
  const expanded = shake256(seed, { dkLen: 96 });
  const { publicKey, secretKey } = ml_kem768.keygen(expanded.subarray(0, 64));
  const key = await privateKey(expanded.subarray(64));
  expanded.fill(0);
  const ours = await agree(key, BASE);
  const decap = async (enc) => {
    const theirs = enc.slice(CIPHERTEXT);
    const shared = ml_kem768.decapsulate(enc.slice(0, CIPHERTEXT), secretKey);
    return sha3_256(concat(shared, await agree(key, theirs), theirs, ours, LABEL));
  };
  return { publicRaw: concat(publicKey, ours), decap };
}

/** As encap in hpke.js. */
export async function encap(publicRaw) {
  const theirs = publicRaw.slice(PUBLIC);
  const key = await privateKey(crypto.getRandomValues(new Uint8Array(32)));
  const ours = await agree(key, BASE);
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicRaw.slice(0, PUBLIC));
  const shared = sha3_256(concat(sharedSecret, await agree(key, theirs), ours, theirs, LABEL));
  return { enc: concat(cipherText, ours), shared };
}
