"""Files are written whole, by us alone, and with the mode that was asked for, whatever lies in the way."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from gpai_portal import files
from gpai_portal.errors import PortalError, UsageError
from gpai_portal.files import read_packed, write_bytes, write_once


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> str:
    """The end of every temporary name, as if somebody could foresee it."""
    monkeypatch.setattr(files.os, "urandom", bytes)
    return bytes(8).hex()


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.parametrize("write", [write_bytes, write_once])
def test_a_planted_file_or_link_is_neither_used_nor_followed(tmp_path: Path, foreseen: str, write) -> None:
    other = tmp_path / "other"
    other.write_text("theirs", encoding="utf-8")
    planted = tmp_path / f".key.{foreseen}"
    for plant in (planted.symlink_to, planted.hardlink_to):
        plant(other)
        with pytest.raises(FileExistsError):
            write(tmp_path / "key", b"ours")
        assert other.read_text(encoding="utf-8") == "theirs"
        assert not (tmp_path / "key").exists()
        assert os.path.lexists(planted), "what is not ours is not taken away"
        planted.unlink()


def test_names_of_temporary_files_cannot_be_foreseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    replace = os.replace
    monkeypatch.setattr(files.os, "replace", lambda old, new: (seen.append(str(old)), replace(old, new)))
    for _ in range(20):
        write_bytes(tmp_path / "key", b"ours")
    assert len(set(seen)) == 20
    assert all(Path(name).parent == tmp_path for name in seen)


@pytest.mark.parametrize(("asked", "umask", "got"), [(0o600, 0o022, 0o600), (0o666, 0o027, 0o640), (0o755, 0, 0o755)])
def test_the_mode_is_the_one_asked_for_less_the_umask(tmp_path: Path, asked: int, umask: int, got: int) -> None:
    file = tmp_path / "key"
    file.write_text("open to all", encoding="utf-8")
    file.chmod(0o777)
    before = os.umask(umask)
    try:
        write_bytes(file, b"ours", mode=asked)
    finally:
        os.umask(before)
    assert mode(file) == got
    assert file.read_bytes() == b"ours"


def test_a_link_in_the_place_of_the_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("theirs", encoding="utf-8")
    (tmp_path / "key").symlink_to(tmp_path / "other")
    write_bytes(tmp_path / "key", b"ours")
    assert (tmp_path / "other").read_text(encoding="utf-8") == "theirs"
    assert not (tmp_path / "key").is_symlink()


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_bytes(tmp_path / "folder", b"ours")
    write_once(tmp_path / "once", b"first")
    with pytest.raises(UsageError, match="already there"):
        write_once(tmp_path / "once", b"second")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "write", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(tmp_path / "file", b"ours")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "once"]
    assert (tmp_path / "once").read_bytes() == b"first"


@pytest.mark.parametrize("write", [write_bytes, write_once])
def test_messages_name_the_file_and_no_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write) -> None:
    (tmp_path / "taken").write_text("A file where a folder has to be.", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    for file in (tmp_path / "taken/x", tmp_path / ("z" * 300), Path("taken/x")):
        with pytest.raises(OSError, match=r".") as caught:
            write(file, b"x")
        assert (caught.value.filename, caught.value.filename2) == (str(file), None)
    if write is write_bytes:
        with pytest.raises(IsADirectoryError) as caught:
            write(tmp_path / "folder", b"x")
        assert (caught.value.filename, caught.value.filename2) == (str(tmp_path / "folder"), None)

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "write", full)
    with pytest.raises(OSError, match="No space") as caught:
        write(tmp_path / "x", b"x")
    assert caught.value.filename == str(tmp_path / "x")


def test_a_folder_that_cannot_be_made_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere/at/all")
    with pytest.raises(FileExistsError) as caught:
        write_bytes(tmp_path / "link/x", b"x")
    assert caught.value.filename == str(tmp_path / "link")


def test_a_packed_file_is_unpacked_as_far_as_is_allowed(tmp_path: Path) -> None:
    packed = tmp_path / "list.gz"
    packed.write_bytes(gzip.compress(bytes(1000)))
    assert read_packed(packed, 1000) == bytes(1000)
    with pytest.raises(PortalError, match=r"list\.gz holds more than 999 bytes"):
        read_packed(packed, 999)
    plain = tmp_path / "list.txt"
    plain.write_bytes(packed.read_bytes())
    assert read_packed(plain, 1000) == packed.read_bytes()


@pytest.mark.parametrize(
    "damage", [b"no gzip", gzip.compress(b"name" * 99, mtime=0)[:20], gzip.compress(b"x", mtime=0)[:12] + b"\xff" * 9]
)
def test_a_packed_file_that_is_damaged_is_told(tmp_path: Path, damage: bytes) -> None:
    packed = tmp_path / "list.gz"
    packed.write_bytes(damage)
    with pytest.raises(PortalError, match=r"list\.gz is damaged .*; restore it"):
        read_packed(packed, 1000)
