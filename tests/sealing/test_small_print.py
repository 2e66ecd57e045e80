"""What a sealed set keeps to without anybody looking: lengths, decoys, names in the manifest, what is never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.errors import SealingError
from gpai_portal.sealing.keys import Identity, Kem, PublicKey
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import begin, seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH, SealedSet, pad, recover, strip
from tests.sealing.forging import rewrite
from tests.sealing.test_sealing import DAY, PROVIDER, READERS, reseal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sealed"


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (252, 256), (253, 272), (1000, 1024), (1021, 1088), (5000, 5120), (100_000, 100_352)],
)
def test_lengths_are_those_of_padme(length: int, padded: int) -> None:
    assert len(pad(bytes(length))) == padded
    assert strip(pad(b"x" * length)) == b"x" * length


def test_few_lengths_are_told_apart() -> None:
    assert len({len(pad(bytes(length))) for length in range(20_000)}) == 101


def test_a_length_beyond_the_end_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        strip(b"\0\0\1\0" + bytes(8))


@pytest.mark.parametrize(("readers", "wraps"), [(1, 8), (7, 8), (8, 16), (15, 16), (16, 32)])
def test_decoys_fill_up_to_a_power_of_two(folder: Path, readers: int, wraps: int) -> None:
    """The recovery key has a wrap as well."""
    keys = [Identity.generate(Kem.X25519).public for _ in range(readers)]
    payloads = [(CATALOGUE, b"{}"), (SEARCH, b"[]")]
    found = seal(folder, None, begin(), payloads, keys, Identity.generate(Kem.X25519), DAY).set
    assert len(list(found.wraps(Kem.X25519))) == wraps


def first_object(data: dict[str, Any]) -> dict[str, Any]:
    objects: list[dict[str, Any]] = data["objects"][0]["objects"]
    return next(entry for entry in objects if entry["id"] not in {data["catalogue"], data["search"]})


@pytest.mark.parametrize(
    "change",
    [
        lambda data: first_object(data).update(id="../../index"),
        lambda data: first_object(data).update(id="A" * 32),
        lambda data: data["objects"][0].update(file="../" * 20 + "x"),
        lambda data: data["owner"].update(file="../owner"),
        lambda data: data["keys"][0].update(file="0" * 63),
        lambda data: data.update(portal="x"),
    ],
)
def test_one_wrong_name_among_right_ones_is_refused(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    reseal(folder, READERS)
    rewrite(folder, PROVIDER, change)
    with pytest.raises(SealingError, match="damaged"):
        read_sealed(folder)


def test_an_object_that_the_manifest_lacks_is_told(folder: Path) -> None:
    reseal(folder, READERS)
    found = read_sealed(folder)
    assert found
    with pytest.raises(SealingError, match="not in the manifest"):
        found.open(READERS[0]).read("0" * 32)


@pytest.mark.parametrize("end", ["4711", "0123456789abcdef"])  # of older versions, and of this one
def test_what_a_stopped_seal_left_is_no_set(folder: Path, end: str) -> None:
    folder.mkdir()
    (folder / f".{'0' * 64}.bin.{end}").write_bytes(b"x")
    (folder / f".manifest.json.{end}").write_bytes(b"x")
    assert read_sealed(folder) is None


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "._manifest.json"])
def test_files_of_a_system_lie_beside_the_set(folder: Path, name: str) -> None:
    reseal(folder, READERS)
    (folder / name).write_bytes(b"x")
    found = read_sealed(folder)
    assert found
    assert name.removesuffix(".bin") not in found.sizes
    assert all((folder / f"{file}.bin").is_file() for file in found.sizes)


@pytest.mark.parametrize("nested", [True, False])
def test_a_stray_file_is_told_with_what_to_do(folder: Path, nested: bool) -> None:
    reseal(folder, READERS)
    where = folder.parent if nested else folder
    (where / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SealingError, match=r"the set lies in" if nested else "take it out"):
        read_sealed(where)


def test_secrets_are_not_shown(folder: Path) -> None:
    found: SealedSet = reseal(folder, READERS).set
    section, state = found.open(PROVIDER), recover(found, PROVIDER)
    assert state.key == section.key
    shown = f"{section!r} {state!r} {PROVIDER!r} {READERS[0]!r}"
    secrets = [state.key, state.id_key, PROVIDER.secret, READERS[0].secret]
    assert not [secret for secret in secrets if repr(secret) in shown or secret.hex() in shown]
    assert not any(reader.public.fingerprint in shown for reader in READERS)


@pytest.mark.parametrize("text", ["A" * 42 + "!", "A" * 20 + "*" + "A" * 22, "é" * 43])
def test_a_key_with_other_characters_is_damaged(text: str) -> None:
    with pytest.raises(SealingError, match="damaged"):
        PublicKey.parse("X25519", text)


@pytest.mark.parametrize("spoilt", ["!{}", "{}!", "{}!!!!", "{}%"])
def test_a_whole_key_with_a_character_too_many_is_damaged(spoilt: str) -> None:
    key = Identity.generate(Kem.X25519).public
    assert PublicKey.parse(f" {key.kem} ".lower(), f" {key.text}\n") == key
    with pytest.raises(SealingError, match="damaged"):
        PublicKey.parse(str(key.kem), spoilt.format(key.text))


def test_what_does_not_come_back_replaces_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = Identity.generate(Kem.X25519)
    payloads = [(CATALOGUE, b"{}"), (SEARCH, b"[]")]
    old = seal(folder, None, begin(), payloads, [], owner, DAY).set
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setattr("gpai_portal.sealing.seal.strip", lambda padded: padded)
    with pytest.raises(SealingError, match="does not give back what was sealed; nothing was replaced"):
        seal(folder, old, recover(old, owner), [(CATALOGUE, b"{1}"), (SEARCH, b"[1]")], [], owner, DAY)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
