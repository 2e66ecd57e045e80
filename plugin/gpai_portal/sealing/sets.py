"""The sealed set: what downstream providers may read, as ciphertext that can lie on a public host.

``content/sealed/`` holds ``manifest.json`` and files named by the SHA-256 of their bytes. The manifest is replaced
last, by one rename, so that a reader sees the old set or the new one. Format 1::

    manifest    format, portal (random id), epoch, day, and which file is what
    keys        the section key of the epoch, wrapped (HPKE) for each recipient and for decoys, one file a KEM
    owner       the section key and the list of recipients, wrapped for the owner's recovery key
    objects     nonce || AES-256-GCM(section key, padded payload), bound by AAD to portal, epoch and object id; small
                ones lie one after another in a file

Nothing here knows what the objects say; ``downstream`` does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.sealing.keys import Identity, Kem, PublicKey

FORMAT = "gpai-portal-sealed-1"
MANIFEST = "manifest.json"

#: Logical names of the two objects that the manifest points to.
CATALOGUE = "catalogue"
SEARCH = "search"

#: Bytes of a file that small objects share. A reader loads the whole file to read one of them; a file each would cost
#: the owner more than all cryptography.
TOGETHER = 1 << 17

#: Fewest wraps of a file; decoys fill up to this, and then to the next power of two.
MIN_WRAPS = 8

_MEND = "restore it from the repository's history, or remove content/sealed and run: gpai-portal seal"

_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
#: What a seal that was stopped leaves behind: ciphertext that no manifest names.
_LEFTOVER = re.compile(r"\.(?:[0-9a-f]{64}\.bin|manifest\.json)\.\d+")
_NONCE = 12


@dataclass(frozen=True)
class Place:
    """Where an object lies: ``size`` bytes of a file, from ``start``."""

    file: str
    start: int
    size: int


@dataclass(frozen=True)
class SealedSet:
    """A sealed set as anybody can see it. ``sizes`` maps the name of every file to its length in bytes, ``objects``
    the id of every object to its place."""

    folder: Path
    portal: str
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
        return all(kem.post_quantum for kem, _ in self.keys)

    def path(self, file: str) -> Path:
        return self.folder / f"{file}.bin"

    def ciphertext(self, place: Place) -> bytes:
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
        """The section as a recipient or the owner opens it. Raises SealingError if the key opens nothing."""
        info = _info("wrap", self.portal, self.epoch)
        key = next((key for wrap in self.wraps(identity.kem) if (key := identity.unwrap(wrap, info))), None)
        if key is None:
            raise SealingError(
                "this key opens nothing in the current state of the section: access was not granted yet, has "
                "ended, or the key belongs to another portal"
            )
        return Section(self, key)


@dataclass(frozen=True)
class Section:
    """An opened set."""

    set: SealedSet
    key: bytes = field(repr=False)

    def read(self, object_id: str) -> bytes:
        """The payload of an object. Raises SealingError if it is not there or not what was sealed."""
        place = self.set.objects.get(object_id)
        if place is None:
            raise SealingError("an object that the catalogue names is not in the manifest; the set was changed")
        aad = _info("object", self.set.portal, self.set.epoch, object_id)
        payload = _decrypt(AESGCM(self.key), self.set.ciphertext(place), aad)
        if payload is None:
            raise SealingError("an object of the sealed set was changed, cut off or put in another's place")
        return payload


@dataclass(frozen=True)
class Recovery:
    """What the owner's side carries from one seal to the next; lies in the set, wrapped for the recovery key.

    ``recipients`` holds the fingerprints of the keys in the set.
    """

    portal: str
    id_key: bytes = field(repr=False)
    epoch: int
    key: bytes = field(repr=False)
    recipients: frozenset[str] = field(repr=False)

    def object_id(self, name: str) -> str:
        """Opaque id of an object, stable over seals."""
        return hmac.digest(self.id_key, name.encode(), "sha256").hex()[:32]

    def to_bytes(self, crowd: int) -> bytes:
        """As long as it would be with ``crowd`` recipients, so that their number does not show."""

        def text(recipients: list[str]) -> bytes:
            data = {"portal": self.portal, "epoch": self.epoch, "id_key": self.id_key.hex(), "key": self.key.hex()}
            return json.dumps({**data, "recipients": recipients}).encode()

        return text(sorted(self.recipients)).ljust(len(text(["0000 0000 0000 0000 0000 0000"] * crowd)))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Recovery:
        data = json.loads(raw)
        id_key, key = bytes.fromhex(data["id_key"]), bytes.fromhex(data["key"])
        return cls(data["portal"], id_key, data["epoch"], key, frozenset(data["recipients"]))


@dataclass(frozen=True)
class Sealed:
    """What a seal did. ``changed`` counts objects with new bytes; ``written`` is false if the old set stays."""

    set: SealedSet
    new_epoch: bool
    changed: int
    written: bool = True


def read_sealed(folder: Path) -> SealedSet | None:
    """The sealed set of a folder, every file checked against its hash; None if there is none.

    Raises SealingError for an unknown format, a missing or changed file, and any file that is no part of a set:
    plaintext that strayed here must not be published.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    sizes: dict[str, int] = {}
    for entry in sorted(folder.iterdir()):
        name = entry.name.removesuffix(".bin")
        regular = entry.is_file() and not entry.is_symlink()
        if regular and (entry.name == MANIFEST or _LEFTOVER.fullmatch(entry.name)):
            continue
        if not regular or not entry.name.endswith(".bin") or not _HEX_HASH.fullmatch(name):
            advice = "take it out, this folder is written by gpai-portal seal only"
            if (folder / "sealed" / MANIFEST).is_file():
                advice = f"the set lies in {folder}/sealed"
            raise SealingError(f"{folder.name}/ holds something that is no part of a sealed set; {advice}")
        data = entry.read_bytes()
        if hashlib.sha256(data).hexdigest() != name:
            raise SealingError(f"{folder.name}/{entry.name} was changed or cut off; {_MEND}")
        sizes[name] = len(data)
    try:
        raw = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        if not sizes:
            return None
        raise SealingError(f"{folder.name}/ has no {MANIFEST}; {_MEND}") from None
    return _parse_manifest(folder, raw, sizes)


def _parse_manifest(folder: Path, raw: bytes, sizes: Mapping[str, int]) -> SealedSet:
    """A set from its manifest and the files there are; those it does not name are left out."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise SealingError(f"{MANIFEST} of the sealed set is not JSON; {_MEND}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SealingError("the sealed set has a format this version does not know; update gpai-portal, or seal again")
    try:
        found = _from_manifest(folder, data, sizes)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SealingError(f"{MANIFEST} of the sealed set is damaged; {_MEND}") from None
    if missing := sorted(set(_named(found)) - found.sizes.keys()):
        raise SealingError(f"sealed/{missing[0]}.bin is missing; {_MEND}")
    return found


def _from_manifest(folder: Path, data: dict[str, Any], sizes: Mapping[str, int]) -> SealedSet:
    found = SealedSet(
        folder,
        str(data["portal"]),
        _count(data["epoch"]),
        date.fromisoformat(data["sealed"]).isoformat(),
        tuple((Kem(row["kem"]), str(row["file"])) for row in data["keys"]),
        str(data["owner"]["file"]),
        str(data["catalogue"]),
        str(data["search"]),
        dict(_places(data["objects"])),
        sizes,
    )
    if not all(map(_HEX_ID.fullmatch, (found.portal, found.catalogue, found.search, *found.objects))):
        raise ValueError("an id is none")
    if not all(map(_HEX_HASH.fullmatch, _named(found))) or {found.catalogue, found.search} - found.objects.keys():
        raise ValueError("a name is none")
    if data["post_quantum"] is not found.post_quantum or not found.keys:
        raise ValueError("the manifest contradicts itself")
    for row in (*data["keys"], data["owner"], *data["objects"]):
        if _count(row["size"]) != sizes.get(row["file"], row["size"]):
            raise ValueError("a file has another size")
    return replace(found, sizes={name: sizes[name] for name in _named(found) if name in sizes})


def _places(files: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Place]]:
    """Objects lie in their file one after another, without a gap. Raises ValueError for an id that stands twice."""
    known = set()
    for row in files:
        start = 0
        for entry in row["objects"]:
            place = Place(str(row["file"]), start, _count(entry["size"]))
            yield str(entry["id"]), place
            known.add(entry["id"])
            start += place.size
        if start != row["size"]:
            raise ValueError("the objects of a file are not the file")
    if len(known) != sum(len(row["objects"]) for row in files):
        raise ValueError("an id stands twice")


def _count(number: object) -> int:
    """A number of JSON that counts something. Raises ValueError for any other."""
    if type(number) is not int or not 0 <= number < 1 << 53:
        raise ValueError("this counts nothing")
    return number


def _named(found: SealedSet) -> list[str]:
    """Every file that a set consists of."""
    places = dict.fromkeys(place.file for place in found.objects.values())
    return [*(file for _, file in found.keys), found.owner, *places]


def _manifest(found: SealedSet) -> bytes:
    def file(name: str) -> dict[str, Any]:
        return {"file": name, "size": found.sizes[name]}

    files: dict[str, list[dict[str, Any]]] = {}
    for object_id, place in sorted(found.objects.items(), key=lambda item: (item[1].file, item[1].start)):
        files.setdefault(place.file, []).append({"id": object_id, "size": place.size})
    data = {
        "format": FORMAT,
        "portal": found.portal,
        "epoch": found.epoch,
        "sealed": found.sealed,
        "post_quantum": found.post_quantum,
        "keys": [{"kem": str(kem), **file(name)} for kem, name in found.keys],
        "owner": file(found.owner),
        "catalogue": found.catalogue,
        "search": found.search,
        "objects": [{**file(name), "objects": objects} for name, objects in files.items()],
    }
    return (json.dumps(data) + "\n").encode()


def recover(found: SealedSet, recovery: Identity) -> Recovery:
    """The owner's state. Raises SealingError if the recovery key is not the one of this set."""
    info = _info("owner", found.portal, found.epoch)
    padded = recovery.unwrap(found.path(found.owner).read_bytes(), info)
    if padded is None:
        raise SealingError(
            "the recovery key does not open the sealed set; use the key it was sealed with, or take the old set "
            "away to begin a new one"
        )
    return Recovery.from_bytes(_strip(padded))


def begin() -> Recovery:
    """State before the first seal."""
    return Recovery(secrets.token_hex(16), secrets.token_bytes(32), 0, b"", frozenset())


def seal(
    folder: Path,
    old: SealedSet | None,
    state: Recovery,
    payloads: Iterable[tuple[str, bytes]],
    recipients: Sequence[PublicKey],
    recovery: Identity,
    day: date,
    *,
    new_epoch: bool = False,
) -> Sealed:
    """Writes the sealed set of ``payloads`` (logical name and bytes; CATALOGUE and SEARCH among them).

    ``old`` is the set that lies in ``folder``, ``state`` what was recovered from it, or ``begin()``. A new epoch
    begins with the first seal, when somebody who was in the last set no longer is, or on demand; otherwise objects
    and wraps that did not change keep their bytes. The section key is unwrapped again with the recovery key, and
    every object opened with it, before the manifest is replaced. Payloads are taken one after another, so that
    large ones need not be in memory together.
    """
    readers = frozenset(key.fingerprint for key in recipients)
    new_epoch = new_epoch or not state.key or bool(state.recipients - readers)
    same_readers = not new_epoch and readers == state.recipients
    if new_epoch:
        state = replace(state, epoch=state.epoch + 1, key=secrets.token_bytes(32))
        old = None
    state = replace(state, recipients=readers)
    with _Files(folder) as files:
        if old and same_readers:
            keys = tuple((kem, files.keep(old, file)) for kem, file in old.keys)
            owner = files.keep(old, old.owner)
        else:
            keys = tuple((kem, files.write(wraps)) for kem, wraps in _wraps(state, [*recipients, recovery.public]))
            crowd = sum(files.sizes[file] // kem.wrap_length for kem, file in keys)
            record = _pad(state.to_bytes(crowd))
            owner = files.write(recovery.public.wrap(record, _info("owner", state.portal, state.epoch)))
        found = SealedSet(
            folder,
            state.portal,
            state.epoch,
            day.isoformat(),
            keys,
            owner,
            state.object_id(CATALOGUE),
            state.object_id(SEARCH),
            {},
            files.sizes,
        )
        opened = found.open(recovery).key
        if opened != state.key or recover(found, recovery) != state:
            raise SealingError("the new set does not open with the recovery key; nothing was replaced")

        cipher = AESGCM(opened)
        kept: dict[str, Place] = {}
        changed = 0
        for name, payload in payloads:
            object_id = state.object_id(name)
            aad = _info("object", state.portal, state.epoch, object_id)
            place = old.objects.get(object_id) if old else None
            if old and place and _decrypt(cipher, old.ciphertext(place), aad) == payload:
                kept[object_id] = place
                continue
            nonce, padded = secrets.token_bytes(_NONCE), _pad(payload)
            data = nonce + cipher.encrypt(nonce, padded, aad)
            if cipher.decrypt(nonce, memoryview(data)[_NONCE:], aad) != padded or _strip(padded) != payload:
                raise SealingError("the new set does not give back what was sealed; nothing was replaced")
            files.add(object_id, data)
            changed += 1
        if old:
            files.keep_objects(old, kept)
        files.flush()
        found = replace(found, objects=files.objects)
        if old and same_readers and found.objects == old.objects:
            done = Sealed(old, False, 0, written=False)
        else:
            write_bytes(folder / MANIFEST, _manifest(found))
            done = Sealed(found, new_epoch, changed)
    for entry in folder.iterdir():  # also what a seal left behind that was stopped here
        if entry.name != MANIFEST and entry.stem not in files.sizes:
            entry.unlink()
    return done


@dataclass
class _Files:
    """The files of a set that comes into being: what is in ``sizes`` and ``objects`` is written."""

    folder: Path
    sizes: dict[str, int] = field(default_factory=dict)
    objects: dict[str, Place] = field(default_factory=dict)
    waiting: dict[str, bytes] = field(default_factory=dict)
    length: int = 0
    written: list[Path] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """What was written for a set that did not come into being goes again."""
        if error is not None:
            for path in self.written:
                path.unlink(missing_ok=True)

    def write(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.written.append(write_bytes(self.folder / f"{name}.bin", data))
        self.sizes[name] = len(data)
        return name

    def keep(self, old: SealedSet, file: str) -> str:
        self.sizes[file] = old.sizes[file]
        return file

    def keep_objects(self, old: SealedSet, kept: Mapping[str, Place]) -> None:
        """Takes over files of which every object is kept; of others the ciphertexts that are."""
        broken = {place.file for object_id, place in old.objects.items() if object_id not in kept}
        if broken or self.waiting or self.objects:  # something is written anyway: small files are put together
            broken |= {place.file for place in kept.values() if old.sizes[place.file] < TOGETHER // 2}
        for object_id, place in kept.items():
            if place.file in broken:
                self.add(object_id, old.ciphertext(place))
            else:
                self.keep(old, place.file)
                self.objects[object_id] = place

    def add(self, object_id: str, data: bytes) -> None:
        """Large objects get a file of their own."""
        if self.length + len(data) > TOGETHER:
            self.flush()
        self.waiting[object_id] = data
        self.length += len(data)

    def flush(self) -> None:
        """Writes what waits, in the order of the ids, which tells nothing."""
        if not self.waiting:
            return
        rows = sorted(self.waiting.items())
        file = self.write(b"".join(data for _, data in rows))
        start = 0
        for object_id, data in rows:
            self.objects[object_id] = Place(file, start, len(data))
            start += len(data)
        self.waiting, self.length = {}, 0


def _wraps(state: Recovery, readers: Sequence[PublicKey]) -> Iterator[tuple[Kem, bytes]]:
    """The section key for every reader of each KEM, among decoys for a key that nobody has."""
    info = _info("wrap", state.portal, state.epoch)
    shuffle = secrets.SystemRandom().shuffle
    for kem in Kem:
        wraps = [reader.wrap(state.key, info) for reader in readers if reader.kem is kem]
        if not wraps:
            continue
        size = max(MIN_WRAPS, 1 << (len(wraps) - 1).bit_length())
        nobody = Identity.generate(kem).public
        wraps += [nobody.wrap(secrets.token_bytes(32), info) for _ in range(size - len(wraps))]
        shuffle(wraps)
        yield kem, b"".join(wraps)


def _info(what: str, portal: str, epoch: int, object_id: str = "") -> bytes:
    """What a ciphertext is bound to, so that it opens in its place only."""
    return "|".join(["gpai-portal", "1", what, portal, str(epoch), *([object_id] if object_id else [])]).encode()


def _decrypt(cipher: AESGCM, data: bytes, aad: bytes) -> bytes | None:
    """The payload of an object; None if it does not belong to this key and place."""
    try:
        return _strip(cipher.decrypt(data[:_NONCE], memoryview(data)[_NONCE:], aad))
    except (InvalidTag, ValueError):
        return None


def _pad(payload: bytes) -> bytes:
    """Length, payload and zeros up to a length of which few bits differ (Padmé, PETS 2019), at least 256."""
    length = max(256, len(payload) + 4)
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return b"".join((len(payload).to_bytes(4, "big"), payload, bytes(((length + mask) & ~mask) - len(payload) - 4)))


def _strip(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    if length > len(padded) - 4:
        raise ValueError("length beyond the end")
    return padded[4 : 4 + length]
