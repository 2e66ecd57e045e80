"""Keys of the gated section: HPKE (RFC 9180) in base mode, HKDF-SHA256, AES-256-GCM.

A reader's ``Identity`` is made in the reader's browser and stays there; only its ``PublicKey`` travels. Two KEMs
are in use: MLKEM768-X25519 (hybrid, post-quantum, codepoint 0x647a) and X25519 (0x0020) for browsers that do not
have it yet. Passwords are not offered: the ciphertext is public for ever, so they could be guessed for ever.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from gpai_portal.errors import SealingError

#: Begins the line of a key file that holds the secret; nothing that is published may contain it.
SECRET_MARK = "GPAI-PORTAL-SECRET-KEY:"  # noqa: S105 - a mark, no secret
_SECRET = re.compile(rf"{SECRET_MARK}\s*([A-Z0-9-]+)\s*:\s*([A-Za-z0-9_-]+)")
_PORTAL = re.compile(r"Portal id:\s*([0-9a-f]{32})(?![A-Za-z0-9_-])")
_SIGNING_KEY = re.compile(r"Signing key:\s*([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")
_MLKEM_PUBLIC = 1184


class Kem(StrEnum):
    """Key encapsulation mechanisms, by the names WebCrypto gives them."""

    HYBRID = "MLKEM768-X25519"
    X25519 = "X25519"

    @property
    def post_quantum(self) -> bool:
        """Whether keys of this kind resist quantum computers, as far as is known today."""
        return self is Kem.HYBRID

    @property
    def public_length(self) -> int:
        """Bytes of a raw public key."""
        return 1216 if self is Kem.HYBRID else 32

    @property
    def wrap_length(self) -> int:
        """Bytes of a wrapped 32-byte key: encapsulated key, ciphertext, tag."""
        return (1120 if self is Kem.HYBRID else 32) + 32 + 16

    @property
    def suite(self) -> hpke.Suite:
        """The HPKE suite with this KEM; key derivation and AEAD are the same for both."""
        kem = hpke.KEM.MLKEM768_X25519 if self is Kem.HYBRID else hpke.KEM.X25519
        return hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that travels, as the raw bytes of its KEM.

    Making one raises SealingError if the bytes are no usable key of their KEM.
    """

    kem: Kem
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != self.kem.public_length:
            raise SealingError(
                f"a public key of type {self.kem} has {self.kem.public_length} bytes, this one has {len(self.raw)}; "
                "ask for the request again"
            )
        try:
            # Some byte strings have the right length and fail at first use, such as 32 zeros for X25519.
            self.wrap(bytes(32), b"trial")
        except ValueError:
            raise SealingError(f"this is no usable public key of type {self.kem}; ask for the request again") from None

    @property
    def fingerprint(self) -> str:
        """First 96 bits of a SHA-256, as six groups of four hex digits, to be compared by another channel."""
        digest = hashlib.sha256(f"gpai-portal|1|key|{self.kem}|".encode() + self.raw).hexdigest()
        return " ".join(digest[i : i + 4] for i in range(0, 24, 4))

    @property
    def text(self) -> str:
        """Base64url without padding."""
        return base64.urlsafe_b64encode(self.raw).decode().rstrip("=")

    @classmethod
    def parse(cls, kem: str, text: str) -> PublicKey:
        """From the name of a KEM and base64 of either alphabet, with any white space in it. Raises SealingError."""
        return cls(_kem(kem), _bytes(text))

    def wrap(self, plaintext: bytes, info: bytes) -> bytes:
        """Encapsulated key followed by ciphertext (single-shot ``SealBase``, empty AAD)."""
        return self.kem.suite.encrypt(plaintext, self._key, info)

    @property
    def _key(self) -> Any:
        if self.kem is Kem.X25519:
            return X25519PublicKey.from_public_bytes(self.raw)
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC:]),
        )


@dataclass(frozen=True, repr=False)
class Identity:
    """A key pair, from its 32 secret bytes (WebCrypto's ``raw-seed``; for X25519 the private scalar)."""

    kem: Kem
    secret: bytes

    @classmethod
    def generate(cls, kem: Kem = Kem.HYBRID) -> Identity:
        """A new key pair from the randomness of the system."""
        return cls(kem, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Identity:
        """From the text of a key file. Raises SealingError if it holds no key, several, or a damaged one."""
        found = {(m[1], m[2]) for m in _SECRET.finditer(text)}
        if len(found) != 1:
            what = "several keys" if found else "no key"
            raise SealingError(f"the key file holds {what}; it needs one line that begins with {SECRET_MARK}")
        kem, secret = found.pop()
        raw = _bytes(secret)
        if len(raw) != 32:
            raise SealingError("the key file is damaged: its secret has not 32 bytes; use your copy of it")
        return cls(_kem(kem), raw)

    def to_text(self, made: str) -> str:
        """The text of a key file. ``made`` is the day, for people.

        The reader's browser writes the same, and which portal it is for (``KeyFile``).
        """
        secret = base64.urlsafe_b64encode(self.secret).decode().rstrip("=")
        return (
            "# gpai-portal key file. Keep it like a password: it opens what was granted to you.\n"
            f"# Made: {made}\n# Fingerprint: {self.public.fingerprint}\n{SECRET_MARK}{self.kem}:{secret}\n"
        )

    @property
    def public(self) -> PublicKey:
        """The half that travels."""
        if self.kem is Kem.X25519:
            return PublicKey(self.kem, self._parts[1].public_key().public_bytes_raw())
        mlkem, x25519 = self._parts
        return PublicKey(self.kem, mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes | None:
        """What was wrapped for this key (single-shot ``OpenBase``); None if it was wrapped for another."""
        try:
            return self.kem.suite.decrypt(wrapped, self._private, info)
        except (InvalidTag, ValueError):
            return None

    @cached_property
    def _private(self) -> Any:
        mlkem, x25519 = self._parts
        return x25519 if self.kem is Kem.X25519 else hpke.MLKEM768X25519PrivateKey(mlkem, x25519)

    @property
    def _parts(self) -> tuple[Any, X25519PrivateKey]:
        """Both private keys of the hybrid; its seed is expanded by SHAKE256 to 64 and 32 bytes."""
        if self.kem is Kem.X25519:
            return None, X25519PrivateKey.from_private_bytes(self.secret)
        expanded = hashlib.shake_256(self.secret).digest(96)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
            X25519PrivateKey.from_private_bytes(expanded[64:]),
        )


@dataclass(frozen=True)
class KeyFile:
    """A key file: the key, and whose sealed sets it is for.

    ``portal`` is the id of the portal and ``signed_by`` the signing key of its sets, as they were when the key was
    made; empty where the file does not say it, as in the recovery key's.
    """

    identity: Identity
    portal: str
    signed_by: str

    @classmethod
    def parse(cls, text: str) -> KeyFile:
        """From the text of a key file. Raises SealingError as ``Identity.parse``, and for a file of two portals."""
        identity = Identity.parse(text)
        named = [set(pattern.findall(text)) for pattern in (_PORTAL, _SIGNING_KEY)]
        if any(len(found) > 1 for found in named):
            raise SealingError("the key file names several portals or signing keys; leave one line of each kind in it")
        portal, signed_by = (next(iter(found), "") for found in named)
        return cls(identity, portal, signed_by)


def _kem(name: str) -> Kem:
    try:
        return Kem(name.strip().upper())
    except ValueError:
        raise SealingError(f"unknown key type; known are {' and '.join(Kem)}") from None


def _bytes(text: str) -> bytes:
    """Base64 in either alphabet. Raises SealingError for anything else."""
    text = "".join(text.split()).replace("+", "-").replace("/", "_").rstrip("=")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise SealingError("the key is damaged: it is not base64; ask for it again") from None
    return raw
