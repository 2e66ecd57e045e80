"""What git says, where there is git."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *words: str, stdin: bytes = b"") -> bytes | None:
    """The output of a git command in a folder; None if git refuses, or is not there."""
    command = ["git", "-C", str(folder), *words]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
