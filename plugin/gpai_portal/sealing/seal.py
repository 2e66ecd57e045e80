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
from gpai_portal.sealing.signing import signing_key

#: Most bytes of a file that small objects share. A reader's browser loads the whole file to read one of them; a file
#: for each would make the writing slower than the encryption.
TOGETHER = 1 << 17

#: Least number of wraps in a file. Decoys fill it up to this number, or to the next power of two.
MIN_WRAPS = 8


@dataclass(frozen=True)
class Sealed:
    """What a seal did.

    ``set`` is the set that lies in the folder now, ``changed`` the number of its objects that were encrypted anew.
    ``written`` is false if nothing had changed and the old set was left as it was.
    """

    set: SealedSet
    new_epoch: bool
    changed: int
    written: bool = True


def begin() -> Recovery:
    """The state before the first seal: a new portal id and a new key for the ids of objects, no section key yet."""
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
    last: int = 0,
    new_epoch: bool = False,
) -> Sealed:
    """Writes the sealed set of ``payloads`` (logical name and bytes; CATALOGUE and SEARCH among them) into ``folder``.

    ``old`` is the set that lies in ``folder``, ``state`` what was recovered from it, or ``begin()``; ``recipients``
    are those who can open the new set, beside the recovery key, which also signs it. ``last`` is the highest serial
    that was sealed before, as far as ``old`` does not tell. A new epoch begins with the first seal, when somebody
    who was in the last set no longer is, or with ``new_epoch``; otherwise objects and wraps that did not change keep
    their bytes. Payloads are taken one after another, so that large ones need not be in memory together.

    The section key is unwrapped again with the recovery key, and every object opened with it, before the manifest is
    replaced. Raises SealingError if one of them does not come back as it was; then, and whenever ``payloads`` raises,
    the old set stays.
    """
    readers = frozenset(key.fingerprint for key in recipients)
    new_epoch = new_epoch or not state.key or bool(state.recipients - readers)
    same_readers = not new_epoch and readers == state.recipients
    serial = max(last, old.serial if old else 0) + 1
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
            signing_key(recovery),
            state.portal,
            serial,
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
        # Behind a set with a higher serial, the same content is sealed once more, so that builds and readers take it.
        if old and same_readers and found.objects == old.objects and old.serial >= last:
            done = Sealed(old, False, 0, written=False)
        else:
            write_bytes(folder / MANIFEST, manifest_bytes(found, recovery))
            done = Sealed(found, new_epoch, changed)
    # Files of the old set, and what a seal left behind that was stopped before this line.
    for entry in folder.iterdir():
        if entry.name != MANIFEST and entry.stem not in files.sizes:
            entry.unlink()
    return done


@dataclass
class _Files:
    """Writes the files of a new set.

    ``sizes`` and ``objects`` describe what the set consists of so far. Small objects wait in ``waiting``, ``length``
    bytes together, until they fill a shared file. ``written`` lists new files, which are removed again if the set
    does not become complete.
    """

    folder: Path
    sizes: dict[str, int] = field(default_factory=dict)
    objects: dict[str, Place] = field(default_factory=dict)
    waiting: dict[str, bytes] = field(default_factory=dict)
    length: int = 0
    written: list[Path] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
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
        """Takes over files of which every object is kept. From the other files, kept objects move to a new one."""
        broken = {place.file for object_id, place in old.objects.items() if object_id not in kept}
        if broken or self.waiting or self.objects:
            # Something is written anyway, so the objects of small files move together.
            broken |= {place.file for place in kept.values() if old.sizes[place.file] < TOGETHER // 2}
        for object_id, place in kept.items():
            if place.file in broken:
                self.add(object_id, old.ciphertext(place))
            else:
                self.keep(old, place.file)
                self.objects[object_id] = place

    def add(self, object_id: str, data: bytes) -> None:
        """Takes an encrypted object into the set. One that does not fit into a shared file gets a file of its own."""
        if self.length + len(data) > TOGETHER:
            self.flush()
        self.waiting[object_id] = data
        self.length += len(data)

    def flush(self) -> None:
        """Writes the objects that wait, in the order of their ids, which says nothing about the documents."""
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
    """For each KEM in use, its wraps of the section key, one for every reader and decoys, in random order.

    A decoy is made for a key of which nobody has the secret half, so that it looks like any other wrap.
    """
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
