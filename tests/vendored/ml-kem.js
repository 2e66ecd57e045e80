// What hybrid.js needs of the library, and nothing more.
export { sha3_256, shake256 } from "@noble/hashes/sha3.js";
export { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
