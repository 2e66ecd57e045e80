"""Chromium made to fail where Firefox and WebKit do, and in their way; test_engines.py drives the real ones."""

from __future__ import annotations

#: Refuses whatever names the usages of a KEM, which Firefox (140 to 153) and WebKitGTK (2.50) do not know.
_NO_KEM = """
for (const name of ["generateKey", "importKey"]) {
  const original = SubtleCrypto.prototype[name];
  SubtleCrypto.prototype[name] = function (...args) {
    const unknown = args.flat().some(arg => typeof arg === "string" && arg.includes("capsulateBits"));
    return unknown ? Promise.reject(REFUSAL) : original.apply(this, args);
  };
}
for (const name of ["getPublicKey", "encapsulateBits", "decapsulateBits"]) delete SubtleCrypto.prototype[name];
"""

#: Firefox 140 also cannot export as JWK what was imported as PKCS8.
_FIREFOX = (
    _NO_KEM.replace("REFUSAL", "new DOMException('An invalid or illegal string was specified', 'SyntaxError')")
    + """
const exportKey = SubtleCrypto.prototype.exportKey;
SubtleCrypto.prototype.exportKey = function (format, key) {
  const refused = format === "jwk" && key.type === "private";
  return refused ? Promise.reject(new DOMException("", "OperationError")) : exportKey.call(this, format, key);
};
"""
)

#: WebKit also gives back null for a record with an X25519 key in it.
_WEBKIT = (
    _NO_KEM.replace("REFUSAL", "new TypeError('Type error')")
    + """
const { get, set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "result");
Object.defineProperty(IDBRequest.prototype, "result", { set, get() {
  const found = get.call(this);
  const lost = value => value instanceof CryptoKey && value.algorithm.name === "X25519";
  return found && !(found instanceof IDBDatabase) && Object.values(found).some(lost) ? null : found;
} });
"""
)

#: Scripts to run before those of a page, by the browser that Chromium then is like.
LIKE = {"Chromium": "", "Firefox": _FIREFOX, "WebKit": _WEBKIT}
