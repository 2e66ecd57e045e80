"""Writes a sealed set."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity, Kem, PublicKey
from gpai_portal.sealing.manifest import manifest_bytes
from gpai_portal.sealing.sets import (
    CATALOGUE,
    NONCE,
    SEARCH,
    Place,
    Recovery,
    SealedSet,
    binding,
    decrypt,
    pad,
    recover,
    strip,
)

#: Bytes of a file that small objects share. A reader loads the whole file to read one of them; a file each would cost
#: the owner more than all cryptography.
TOGETHER = 1 << 17

#: Fewest wraps of a file; decoys fill up to this, and then to the next power of two.
MIN_WRAPS = 8


@dataclass(frozen=True)
class Sealed:
    """What a seal did. ``changed`` counts objects with new bytes; ``written`` is false if the old set stays."""

    set: SealedSet
    new_epoch: bool
    changed: int
    written: bool = True


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
            record = pad(state.to_bytes(crowd))
            owner = files.write(recovery.public.wrap(record, binding("owner", state.portal, state.epoch)))
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
            aad = binding("object", state.portal, state.epoch, object_id)
            place = old.objects.get(object_id) if old else None
            if old and place and decrypt(cipher, old.ciphertext(place), aad) == payload:
                kept[object_id] = place
                continue
            nonce, padded = secrets.token_bytes(NONCE), pad(payload)
            data = nonce + cipher.encrypt(nonce, padded, aad)
            if cipher.decrypt(nonce, memoryview(data)[NONCE:], aad) != padded or strip(padded) != payload:
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
            write_bytes(folder / MANIFEST, manifest_bytes(found))
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
    info = binding("wrap", state.portal, state.epoch)
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
