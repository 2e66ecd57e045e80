"""What git says, where there is git."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import date
from pathlib import Path

from gpai_portal.errors import UsageError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def git(folder: Path, *words: str, stdin: bytes = b"") -> bytes | None:
    """The output of a git command in a folder, empty where git answers "no"; None where there is no repository.

    Raises UsageError where there is a repository of which git says nothing: git is not installed, or refuses, as it
    does for a repository that belongs to another user. Whoever asks must not take that for "no repository".
    """
    command = ["git", "-C", str(folder), *words]
    env = {**os.environ, "LC_ALL": "C"}
    if _in_repository(folder):
        # In the hooks of a working tree, git sets these for the command that runs them, and would then take the folder
        # for the top of that tree.
        env = {name: value for name, value in env.items() if name not in {"GIT_DIR", "GIT_WORK_TREE"}}
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=env)  # noqa: S603
    except OSError as error:
        if not _in_repository(folder):
            return None
        raise UsageError(
            f"{folder} is in a git repository, and git cannot be run ({error.strerror}); install git"
        ) from None
    if done.returncode == 0:
        return done.stdout
    said = " ".join(done.stderr.decode(errors="replace").split())
    if done.returncode == 1 and not said:
        return b""
    if not _in_repository(folder):
        return None
    raise UsageError(f"git refuses to answer about {folder}; it says: {said}")


def has_commits(folder: Path) -> bool:
    """Whether the repository around a folder has a commit; False where there is no repository. Raises as ``git``."""
    return bool(git(folder, "rev-parse", "--verify", "--quiet", "HEAD"))


def committed(folder: Path) -> dict[Path, date]:
    """The day of the last commit of each file in a folder that is as it was committed, by its path.

    Empty where there is no repository, or where its history is cut off, so that nobody knows. Raises as ``git``.
    """
    if not has_commits(folder) or git(folder, "rev-parse", "--is-shallow-repository") != b"false\n":
        return {}
    told = git(folder, "log", "--format=%x00%cs", "--name-only", "--relative", "-z", "--", ".") or b""
    changed = git(folder, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".") or b""
    found: dict[Path, date] = {}
    day = None
    for part in told.split(b"\0"):
        name = os.fsdecode(part.strip(b"\n"))
        if _DAY.fullmatch(name):
            day = date.fromisoformat(name)
        elif name and day:
            found.setdefault(folder / name, day)
    for open_ in filter(None, changed.split(b"\0")):
        found.pop(folder / os.fsdecode(open_), None)
    return found


def _in_repository(folder: Path) -> bool:
    return any((place / ".git").exists() for place in (folder.resolve(), *folder.resolve().parents))
