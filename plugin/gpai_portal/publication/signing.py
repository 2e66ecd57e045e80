"""Signatures of publication records: Ed25519 (RFC 8032) over the bytes of a record file.

``records/NNNNNN.sig`` holds the 64 bytes of a signature, ``records/public-key.pem`` the key to check them with.
Each record names the hash of the one before, so the signature of the last one vouches for all of them; every record
is signed nevertheless, so that a missing signature is noticed wherever it stood. The private key is made outside
(``openssl genpkey -algorithm ed25519``) and is never copied.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gpai_portal.errors import RecordError, UsageError
from gpai_portal.files import write_bytes
from gpai_portal.publication.offered import digest
from gpai_portal.publication.records import Chain, Record

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


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of a key, of its DER form (SubjectPublicKeyInfo, RFC 8410), in lower-case hexadecimal.

    ``openssl pkey -pubin -in public-key.pem -outform DER | sha256sum`` prints the same.
    """
    return digest(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def sign(folder: Path, record: Record, key: Ed25519PrivateKey) -> Path:
    """Signs a record in its folder. Raises UsageError if its records are signed with another key."""
    public = key.public_key()
    place = folder / PUBLIC_KEY
    if not place.is_file():
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        write_bytes(place, public.public_bytes(encoding, form))
    elif fingerprint(read_public_key(place.read_bytes(), str(place))) != fingerprint(public):
        raise UsageError(f"the records are signed with another key, see {place}; sign with that one")
    return write_bytes(folder / signature_name(record), key.sign((folder / record.file).read_bytes()))


def sign_all(chain: Chain, key: Ed25519PrivateKey) -> list[Path]:
    """Signs every record that is not signed yet; returns the signatures that were made.

    Raises UsageError as ``sign`` does, RecordError for a signature that is there and is not that of its record.
    """
    made = []
    for record in chain.records:
        signature, raw = chain.folder / signature_name(record), (chain.folder / record.file).read_bytes()
        if not signature.is_file():
            made.append(sign(chain.folder, record, key))
        elif not holds(key.public_key(), signature.read_bytes(), raw):
            raise RecordError(
                f"is no signature of {record.file} by the key you sign with; restore it, or sign with the key of "
                f"{PUBLIC_KEY}; to change keys, remove that file and all signatures first",
                f"{chain.folder.name}/{signature.name}",
            )
    return made


def holds(key: Ed25519PublicKey, signature: bytes, record: bytes) -> bool:
    """Whether a signature is that of a record file."""
    try:
        key.verify(signature, record)
    except InvalidSignature:
        return False
    return True
