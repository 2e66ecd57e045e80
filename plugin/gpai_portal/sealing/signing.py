"""Who sealed a set: its manifest is signed (Ed25519, RFC 8032) by a key that follows from the recovery key.

A manifest is one JSON object. Its first line holds the format, the signing key and the signature; the signature is
made over the name of the format, a line feed, and every byte that follows the first line. So it is checked before
anything else is read, and manifest and signature are replaced by one rename.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gpai_portal.errors import SealingError
from gpai_portal.sealing.keys import Identity

FORMAT = "gpai-portal-sealed-2"

#: The format before signatures.
_UNSIGNED = "gpai-portal-sealed-1"
#: HKDF-SHA256 (RFC 5869) without salt, from the 32 secret bytes of the recovery key.
_INFO = b"gpai-portal|signing key"
_MEND = "restore it from the repository's history, or remove content/sealed and run: gpai-portal seal"
_FIRST_LINE = '{"format": "%s", "signed_by": "%s", "signature": "%s",\n'
_MANIFEST = re.compile(
    (re.escape(_FIRST_LINE) % (FORMAT, "([A-Za-z0-9_-]{43})", "([A-Za-z0-9_-]{86})") + "(.*)").encode(), re.DOTALL
)


def signing_key(recovery: Identity) -> str:
    """The public signing key that belongs to a recovery key, as 43 characters of base64url."""
    return _text(_private(recovery).public_key().public_bytes_raw())


def sign(recovery: Identity, fields: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest with these fields, signed."""
    rest = json.dumps(fields)[1:].encode() + b"\n"
    signature = _private(recovery).sign(_message(rest))
    return (_FIRST_LINE % (FORMAT, signing_key(recovery), _text(signature))).encode() + rest


def read_signed(raw: bytes) -> dict[str, Any]:
    """The fields of a manifest, with the key in its first line as ``signed_by``, once its signature has been checked.

    Whether the key is the right one is for the caller to say. What the signed part itself calls ``signed_by`` counts
    for nothing: anybody can sign anything with a key of their own. Raises SealingError for another format and for a
    manifest that was not signed as it is, or is not JSON, or names something twice.
    """
    found = _MANIFEST.fullmatch(raw)
    if not found:
        raise SealingError(_why_not(raw))
    key, signature = (base64.urlsafe_b64decode(part + b"==") for part in found.groups()[:2])
    try:
        if [_text(key).encode(), _text(signature).encode()] != list(found.groups()[:2]):
            raise ValueError("another spelling of the same bytes")
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _message(found[3]))
    except (InvalidSignature, ValueError):
        raise SealingError(
            f"the signature of the sealed set does not hold: it was changed after it was sealed; {_MEND}"
        ) from None
    try:
        fields = json.loads("{" + found[3].decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SealingError(
            f"the manifest of the sealed set is damaged: it is not JSON, or names something twice; {_MEND}"
        ) from None
    return {**fields, "signed_by": found[1].decode()}


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ValueError if a name stands twice in it: readers could differ on which value counts."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice")
    return fields


def _no_number(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no JSON")


def _why_not(raw: bytes) -> str:
    """What to say of bytes that do not begin like a manifest of this format."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    format_ = data.get("format") if isinstance(data, dict) else None
    if format_ == _UNSIGNED:
        return (
            f"the sealed set is of the format {_UNSIGNED}, which has no signature, so nobody can tell who made it; the "
            "provider has to remove content/sealed and run: gpai-portal seal"
        )
    if isinstance(format_, str) and format_ != FORMAT:
        return "the sealed set has a format that this version does not know; update gpai-portal"
    return f"the manifest of the sealed set is damaged; {_MEND}"


def _private(recovery: Identity) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(recovery.secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _message(rest: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + rest


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
