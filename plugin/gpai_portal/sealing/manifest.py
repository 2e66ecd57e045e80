"""The manifest of a sealed set: read with every file checked, and written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.errors import SealingError
from gpai_portal.files import is_left_behind
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity, Kem
from gpai_portal.sealing.sets import Place, SealedSet
from gpai_portal.sealing.signing import read_signed, sign

_MEND = "restore it from the repository's history, or remove content/sealed and run: gpai-portal seal"

_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")


def read_sealed(folder: Path) -> SealedSet | None:
    """The sealed set of a folder; None if there is none.

    The signature is checked against the key that the manifest names, ``signed_by``, and every file against its hash.
    Whoever relies on the set has to know that key from elsewhere. Raises SealingError for an unknown format, a
    signature that does not hold, a missing or changed file, and any file that is no part of a set: plaintext that
    strayed here must not be published. Only what the manifest names is, so that a file of the system, and what a
    stopped seal left, may lie beside it.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return None
    sizes: dict[str, int] = {}
    for entry in sorted(folder.iterdir()):
        name = entry.name.removesuffix(".bin")
        regular = entry.is_file() and not entry.is_symlink()
        if regular and (entry.name == MANIFEST or is_left_behind(entry.name)):
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
    """A set from the bytes of its manifest and the sizes of the files in its folder.

    Files that the manifest does not name are left out of it. Raises SealingError for a manifest that is not whole.
    """
    data = read_signed(raw)
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
        str(data["signed_by"]),
        str(data["portal"]),
        _count(data["serial"]),
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
        raise ValueError("an id has another form")
    if not all(map(_HEX_HASH.fullmatch, _named(found))) or {found.catalogue, found.search} - found.objects.keys():
        raise ValueError("a file name has another form, or an object is missing")
    if data["post_quantum"] is not found.post_quantum or not found.keys or data["sealed"] != found.sealed:
        raise ValueError("the manifest contradicts itself")
    for row in (*data["keys"], data["owner"], *data["objects"]):
        if _count(row["size"]) != sizes.get(row["file"], row["size"]):
            raise ValueError("a file has another size")
    return replace(found, sizes={name: sizes[name] for name in _named(found) if name in sizes})


def _places(files: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Place]]:
    """Id and place of every object, which lie in their file one after another, without a gap.

    Raises ValueError if their sizes are not that of the file, or an id stands twice.
    """
    known = set()
    for row in files:
        start = 0
        for entry in row["objects"]:
            place = Place(str(row["file"]), start, _count(entry["size"]))
            yield str(entry["id"]), place
            known.add(entry["id"])
            start += place.size
        if start != row["size"]:
            raise ValueError("the objects of a file do not fill it")
    if len(known) != sum(len(row["objects"]) for row in files):
        raise ValueError("an id stands twice")


def _count(number: object) -> int:
    """A whole number from 0 that JSON can carry exactly. Raises ValueError for anything else, such as true or 1.0."""
    if type(number) is not int or not 0 <= number < 1 << 53:
        raise ValueError("not a whole number")
    return number


def _named(found: SealedSet) -> list[str]:
    """Names of all files that the manifest names."""
    places = dict.fromkeys(place.file for place in found.objects.values())
    return [*(file for _, file in found.keys), found.owner, *places]


def manifest_bytes(found: SealedSet, recovery: Identity) -> bytes:
    """The manifest of a set, signed, as ``read_sealed`` reads it.

    Every file that the set names must stand in its sizes.
    """

    def file(name: str) -> dict[str, Any]:
        return {"file": name, "size": found.sizes[name]}

    files: dict[str, list[dict[str, Any]]] = {}
    for object_id, place in sorted(found.objects.items(), key=lambda item: (item[1].file, item[1].start)):
        files.setdefault(place.file, []).append({"id": object_id, "size": place.size})
    data = {
        "portal": found.portal,
        "serial": found.serial,
        "epoch": found.epoch,
        "sealed": found.sealed,
        "post_quantum": found.post_quantum,
        "keys": [{"kem": str(kem), **file(name)} for kem, name in found.keys],
        "owner": file(found.owner),
        "catalogue": found.catalogue,
        "search": found.search,
        "objects": [{**file(name), "objects": objects} for name, objects in files.items()],
    }
    return sign(recovery, data)
