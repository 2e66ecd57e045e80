"""How this tool was installed, in a form that another machine can repeat (PEP 610, direct_url.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gpai_portal.errors import UsageError
from gpai_portal.starting.wheel import packed_again

NAME = "gpai-portal"

#: Folder of a portal's repository in which a wheel lies that no index has.
VENDOR = "vendor"

_HEAD = """\
# What builds this portal. The first entry is gpai-portal as it was installed where this file was written; below are the
# packages that it needs, in the versions it was tried with there.
"""


@dataclass(frozen=True)
class Installation:
    """``requirements`` is the text of a requirements.txt, ``wheel`` the name and bytes of a file for VENDOR, if any."""

    requirements: str
    wheel: tuple[str, bytes] | None


def installation() -> Installation:
    """How to install this tool again as it is installed here.

    From an index: by its version. From git: by address and commit. From an archive on the web: by address and hash.
    From a folder or a file of this machine: as a wheel that lies in the portal's own repository. Raises UsageError if
    it is not installed at all.
    """
    try:
        ours = distribution(NAME)
    except PackageNotFoundError:
        raise UsageError(
            f"{NAME} is not installed, so nothing can say how CI installs it; install it with pip"
        ) from None
    said = ours.read_text("direct_url.json")
    line, wheel = _line(ours, json.loads(said) if said else None)
    return Installation("\n".join([_HEAD + line, "", *sorted(_needed(ours)), ""]), wheel)


def _line(ours: Distribution, direct: dict[str, Any] | None) -> tuple[str, tuple[str, bytes] | None]:
    if direct is None:
        return f"{NAME}=={ours.version}", None
    # Whoever may read this file is not meant to have the password of whoever wrote it.
    address = _without_password(str(direct["url"]))
    below = f"subdirectory={direct['subdirectory']}" if direct.get("subdirectory") else ""
    if version_control := direct.get("vcs_info"):
        if urlsplit(address).scheme != "file":
            at = f"{version_control['vcs']}+{address}@{version_control['commit_id']}"
            return f"{NAME} @ {at}" + (f"#{below}" if below else ""), None
    elif "archive_info" in direct and urlsplit(address).scheme in {"http", "https"}:
        fragments = [f"{name}={value}" for name, value in sorted(_hashes(direct["archive_info"]).items())][:1]
        fragments += [below] if below else []
        return f"{NAME} @ {address}" + ("#" + "&".join(fragments) if fragments else ""), None
    name, data = packed_again(ours)
    return f"./{VENDOR}/{name}", (name, data)


def _hashes(archive: dict[str, Any]) -> dict[str, str]:
    found = dict(archive.get("hashes") or {})
    name, equals, value = str(archive.get("hash", "")).partition("=")
    return found or ({name: value} if equals else {})


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    # "git" names no person: ssh://git@host/ needs it.
    return urlunsplit(parts._replace(netloc=parts.netloc if at and user == "git" else host))


def _needed(ours: Distribution) -> Iterator[str]:
    """Every package that ours needs here, however indirectly, as ``name==version``."""
    seen = {canonicalize_name(NAME)}
    waiting = [(ours, frozenset[str]())]
    while waiting:
        package, extras = waiting.pop()
        for text in package.requires or ():
            requirement = Requirement(text)
            asked = requirement.marker
            if asked and not any(asked.evaluate({"extra": extra}) for extra in (extras or {""})):
                continue
            name = canonicalize_name(requirement.name)
            if name in seen:
                continue
            seen.add(name)
            try:
                found = distribution(name)
            except PackageNotFoundError:
                continue
            yield f"{name}=={found.version}"
            waiting.append((found, frozenset(requirement.extras)))
