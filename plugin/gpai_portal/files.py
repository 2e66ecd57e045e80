"""Writing files so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import gzip
import io
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from gpai_portal.errors import PortalError, UsageError

#: How the name of a file ends that is packed with gzip.
PACKED = ".gz"

#: What Windows writes into folders that somebody looks at.
_OF_WINDOWS = frozenset({"desktop.ini", "ehthumbs.db", "thumbs.db"})

#: With O_EXCL, whatever somebody has put in the place of a temporary file, a link too, is an error and not followed.
#: ``tempfile`` opens like this as well, but makes files of mode 600: it cannot tell what the umask leaves of another.
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

#: Bytes of chance in the name of a temporary file.
_RANDOM = 8


def is_left_behind(name: str | PurePath) -> bool:
    """Whether a system or an editor put a file of this name, or a folder on this path, beside others.

    Nobody means it to be read, unless something names it.
    """
    return any(part.startswith(".") or part.lower() in _OF_WINDOWS for part in PurePath(name).parts)


def read_bounded(path: Path, limit: int, advice: str) -> bytes:
    """The bytes of a file that somebody else may have made.

    Raises UsageError, with the advice, if it is not there, is no file, cannot be read or has more bytes than the limit.
    """
    try:
        if not path.exists():
            raise UsageError(f"{path} is not there; {advice}")
        if not path.is_file():
            raise UsageError(f"{path} is no file; {advice}")
        with path.open("rb") as opened:
            raw = opened.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None
    if len(raw) > limit:
        raise UsageError(f"{path} has more than {limit:,} bytes; {advice}")
    return raw


def read_packed(path: Path, limit: int) -> bytes:
    """The bytes of a file, unpacked if its name ends in PACKED. Raises PortalError for one that is damaged, or that
    holds more than ``limit`` bytes."""
    return unpack(path.read_bytes(), limit, str(path)) if path.suffix == PACKED else path.read_bytes()


def unpack(packed: bytes, limit: int, name: str) -> bytes:
    """What is packed in bytes, which are called by a name. Raises PortalError as above."""
    try:
        with gzip.open(io.BytesIO(packed)) as opened:
            raw = opened.read(limit + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise PortalError(f"{name} is damaged ({error}); restore it from version control or a copy") from None
    if len(raw) > limit:
        raise PortalError(f"{name} holds more than {limit:,} bytes, and nothing that large is published here")
    return raw


def write_bytes(path: Path, data: bytes, mode: int = 0o644) -> Path:
    """Writes through a temporary file in the same folder, then renames. ``mode`` is narrowed by the umask.

    An OSError names the file that was to be written.
    """
    with _told_as(path):
        temporary = _write_temporary(path, data, mode)
        try:
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return path


def write_new(path: Path, text: str) -> Path:
    """Like ``write_bytes`` for UTF-8 text, but raises UsageError if the file is already there or cannot be written."""
    if path.exists():
        raise UsageError(f"{path} is already there; nothing was written")
    try:
        return write_bytes(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})") from None


def write_once(path: Path, data: bytes) -> Path:
    """Like ``write_bytes``, but raises UsageError, whoever was quicker, if the file is already there."""
    with _told_as(path):
        temporary = _write_temporary(path, data, 0o644)
        try:
            # A rename replaces what is there; a link does not.
            path.hardlink_to(temporary)
        except FileExistsError:
            raise UsageError(f"{path} is already there; somebody published at the same time, try again") from None
        finally:
            Path(temporary).unlink(missing_ok=True)
    return path


@contextmanager
def _told_as(path: Path) -> Iterator[None]:
    """Has an OSError name this file, of which people know, in place of the temporary one."""
    try:
        yield
    except OSError as error:
        if error.filename is None or Path(error.filename).parent == path.parent:
            error.filename, error.filename2 = os.fspath(path), None
        raise


def temporaries(path: Path) -> list[Path]:
    """What is left beside a file of processes that were killed while they wrote it."""
    name = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{{2 * _RANDOM}}}")
    return [beside for beside in path.parent.iterdir() if name.fullmatch(beside.name)] if path.parent.is_dir() else []


def _write_temporary(path: Path, data: bytes, mode: int) -> str:
    """A new file beside ``path`` that holds the bytes, under a name that nobody can foresee; its path."""
    folder, slash, name = os.fspath(path).rpartition(os.sep)  # by hand: path objects cost more than the writing
    temporary = f"{folder}{slash}.{name}.{os.urandom(_RANDOM).hex()}"
    try:
        handle = os.open(temporary, _FLAGS, mode)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(temporary, _FLAGS, mode)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return temporary
