"""Signatures of publication records: Ed25519 (RFC 8032) over the bytes of a record file.

``records/NNNNNN.sig`` holds the 64 bytes of a signature, ``records/public-key.pem`` the key to check them with.
Each record names the hash of the one before, so the signature of the last one vouches for all of them. The
private key is made outside (``openssl genpkey -algorithm ed25519``) and is never copied.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.publication.records import Record

PUBLIC_KEY = "public-key.pem"


def signature_name(record: Record) -> str:
    """Name of the file with the signature of a record."""
    return record.file.replace(".json", ".sig")


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """An unencrypted PEM file. Raises UsageError if it holds no such key."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} holds no Ed25519 key; make one with: openssl genpkey -algorithm ed25519 -out {path}")
    return key


def read_public_key(raw: bytes, name: str) -> Ed25519PublicKey:
    """A public key as PEM. Raises UsageError if it is none."""
    try:
        key = serialization.load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{name} holds no Ed25519 public key")
    return key


def sign(folder: Path, record: Record, key: Ed25519PrivateKey) -> Path:
    """Signs a record in its folder. Raises UsageError if its records are signed with another key."""
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    place = folder / PUBLIC_KEY
    if not place.is_file():
        write_bytes(place, public)
    elif place.read_bytes() != public:
        raise UsageError(f"the records are signed with another key, see {place}; sign with that one")
    return write_bytes(folder / signature_name(record), key.sign((folder / record.file).read_bytes()))


def holds(key: Ed25519PublicKey, signature: bytes, record: bytes) -> bool:
    """Whether a signature is that of a record file."""
    try:
        key.verify(signature, record)
    except InvalidSignature:
        return False
    return True
