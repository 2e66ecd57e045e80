"""Writing files so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gpai_portal.errors import UsageError


def write_bytes(path: Path, data: bytes) -> Path:
    """Writes through a temporary file in the same folder, then renames."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
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
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        # A rename replaces what is there; a link does not.
        path.hardlink_to(temporary)
    except FileExistsError:
        raise UsageError(f"{path} is already there; somebody published at the same time, try again") from None
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path
