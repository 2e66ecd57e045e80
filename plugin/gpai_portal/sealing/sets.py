"""The sealed set: what downstream providers may read, as ciphertext that can lie on a public host.

``content/sealed/`` holds ``manifest.json`` and files named by the SHA-256 of their bytes. The manifest is replaced
last, by one rename, so that a reader sees the old set or the new one. Format 2::

    manifest    format, signature, portal (random id), serial, epoch, day, and which file is what
    keys        the section key of the epoch, wrapped (HPKE) for each recipient and for decoys, one file a KEM
    owner       the section key and the list of recipients, wrapped for the provider's recovery key
    objects     nonce || AES-256-GCM(section key, padded payload), bound by AAD to portal, epoch and object id; small
                ones lie one after another in a file

Nothing here knows what the objects say.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gpai_portal.errors import SealingError
from gpai_portal.sealing.keys import Identity, Kem

#: Logical names of the two objects that the manifest points to.
CATALOGUE = "catalogue"
SEARCH = "search"
NONCE = 12


@dataclass(frozen=True)
class Place:
    """Where an object lies: ``size`` bytes of a file, from ``start``."""

    file: str
    start: int
    size: int


@dataclass(frozen=True)
class SealedSet:
    """A sealed set as anybody can see it, without a key.

    Files are named by the SHA-256 of their bytes, as 64 hex digits; ``path`` says where one lies. ``signed_by`` is the
    public key that the manifest is signed by (43 characters of base64url), ``portal`` the random id of the portal.
    ``serial`` rises with every set that is sealed, ``epoch`` when somebody is taken out. ``sealed`` is the day as an
    ISO date, ``keys`` the file of wraps for each KEM in use.
    ``owner`` is the file with the provider's ``Recovery``; it is called so in the format. ``catalogue`` and ``search``
    are the ids of these two objects. ``objects`` maps the id of every object to its place, ``sizes`` the name of every
    file to its length in bytes.
    """

    folder: Path
    signed_by: str
    portal: str
    serial: int
    epoch: int
    sealed: str
    keys: tuple[tuple[Kem, str], ...]
    owner: str
    catalogue: str
    search: str
    objects: Mapping[str, Place]
    sizes: Mapping[str, int]

    @property
    def post_quantum(self) -> bool:
        """Whether the keys of all recipients resist quantum computers."""
        return all(kem.post_quantum for kem, _ in self.keys)

    def path(self, file: str) -> Path:
        """Where a file of the set lies."""
        return self.folder / f"{file}.bin"

    def ciphertext(self, place: Place) -> bytes:
        """The bytes of an object as they lie there: nonce and ciphertext."""
        with self.path(place.file).open("rb", buffering=0) as file:
            file.seek(place.start)
            return file.read(place.size)

    def wraps(self, kem: Kem) -> Iterator[bytes]:
        """Every wrap of a KEM, decoys among them."""
        for found, file in self.keys:
            if found is kem:
                data = self.path(file).read_bytes()
                yield from (data[i : i + kem.wrap_length] for i in range(0, len(data), kem.wrap_length))

    def open(self, identity: Identity) -> Section:
        """The section as a recipient or the provider opens it. Raises SealingError if the key opens nothing."""
        info = binding("wrap", self.portal, self.epoch)
        key = next((key for wrap in self.wraps(identity.kem) if (key := identity.unwrap(wrap, info))), None)
        if key is None:
            raise SealingError(
                "this key opens nothing in the current state of the section: access was not granted yet, has "
                "ended, or the key belongs to another portal"
            )
        return Section(self, key)


@dataclass(frozen=True)
class Section:
    """An opened set. ``key`` is the section key of its epoch, 32 bytes."""

    set: SealedSet
    key: bytes = field(repr=False)

    def read(self, object_id: str) -> bytes:
        """The payload of an object. Raises SealingError if it is not there or not what was sealed."""
        place = self.set.objects.get(object_id)
        if place is None:
            raise SealingError("an object that the catalogue names is not in the manifest; the set was changed")
        aad = binding("object", self.set.portal, self.set.epoch, object_id)
        payload = decrypt(AESGCM(self.key), self.set.ciphertext(place), aad)
        if payload is None:
            raise SealingError("an object of the sealed set was changed, cut off or put in another's place")
        return payload


@dataclass(frozen=True)
class Recovery:
    """What the provider carries from one seal to the next. It lies in the set, wrapped for the recovery key.

    ``id_key`` makes the ids of objects; it stays the same for ever, and so do they. ``key`` is the section key of
    ``epoch`` (32 bytes; empty before the first seal). ``recipients`` are the fingerprints of the keys in the set.
    """

    portal: str
    id_key: bytes = field(repr=False)
    epoch: int
    key: bytes = field(repr=False)
    recipients: frozenset[str] = field(repr=False)

    def object_id(self, name: str) -> str:
        """Id of the object with a logical name: 32 hex digits, the same in every seal, that do not show the name."""
        return hmac.digest(self.id_key, name.encode(), "sha256").hex()[:32]

    def to_bytes(self, crowd: int) -> bytes:
        """As JSON, as long as it would be with ``crowd`` recipients, so that their number does not show."""

        def text(recipients: list[str]) -> bytes:
            data = {"portal": self.portal, "epoch": self.epoch, "id_key": self.id_key.hex(), "key": self.key.hex()}
            return json.dumps({**data, "recipients": recipients}).encode()

        return text(sorted(self.recipients)).ljust(len(text(["0000 0000 0000 0000 0000 0000"] * crowd)))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Recovery:
        """What ``to_bytes`` wrote. Other bytes raise as ``json.loads``, KeyError, TypeError or AttributeError."""
        data = json.loads(raw)
        id_key, key = bytes.fromhex(data["id_key"]), bytes.fromhex(data["key"])
        return cls(data["portal"], id_key, data["epoch"], key, frozenset(data["recipients"]))


def recover(found: SealedSet, recovery: Identity) -> Recovery:
    """What the last seal left in the set. Raises SealingError if the recovery key is not the one of this set."""
    info = binding("owner", found.portal, found.epoch)
    padded = recovery.unwrap(found.path(found.owner).read_bytes(), info)
    if padded is None:
        raise SealingError(
            "the recovery key does not open the sealed set; use the key it was sealed with, or take the old set "
            "away to begin a new one"
        )
    try:
        return Recovery.from_bytes(strip(padded))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SealingError(
            "what the provider carries from seal to seal is damaged; remove content/sealed and run: gpai-portal seal"
        ) from None


def binding(what: str, portal: str, epoch: int, object_id: str = "") -> bytes:
    """The additional data or ``info`` of a ciphertext, which ties it to its purpose, portal, epoch and object.

    ``what`` is ``wrap``, ``owner`` or ``object``. Moved to another place, the ciphertext does not open.
    """
    return "|".join(["gpai-portal", "1", what, portal, str(epoch), *([object_id] if object_id else [])]).encode()


def decrypt(cipher: AESGCM, data: bytes, aad: bytes) -> bytes | None:
    """The payload of an object from its nonce and ciphertext; None if it does not belong to this key and place."""
    try:
        return strip(cipher.decrypt(data[:NONCE], memoryview(data)[NONCE:], aad))
    except (InvalidTag, ValueError):
        return None


def pad(payload: bytes) -> bytes:
    """Length (4 bytes), payload, and zeros up to a Padmé length, at least 256 bytes.

    Padmé (Nikitin et al., PETS 2019) rounds up to one of few lengths, by at most 12 %, so that sizes tell little.
    """
    length = max(256, len(payload) + 4)
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return b"".join((len(payload).to_bytes(4, "big"), payload, bytes(((length + mask) & ~mask) - len(payload) - 4)))


def strip(padded: bytes) -> bytes:
    """The payload that ``pad`` padded. Raises ValueError if the bytes are shorter than the length they begin with."""
    length = int.from_bytes(padded[:4], "big")
    if length > len(padded) - 4:
        raise ValueError("length beyond the end")
    return padded[4 : 4 + length]
