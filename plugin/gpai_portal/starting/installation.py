"""How this tool was installed, in a form that another machine can repeat (PEP 610, direct_url.json)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from gpai_portal.errors import UsageError
from gpai_portal.starting.wheel import packed_again, told_of_checkout

NAME = "gpai-portal"

#: Folder of a portal's repository in which a wheel lies that no index has.
VENDOR = "vendor"

_HEAD = """\
# What builds this portal. The first entry is gpai-portal as it was installed where this file was written; below are the
# packages that it needs, in the versions it was tried with there.
"""


#: How an archive can be pinned, the usual way first, then the stronger one; pip reads no others in an address.
_HASHES = ("sha256", "sha512", "sha384", "sha224", "sha1", "md5")

#: Addresses that another machine can be told. Of the places in git, a "file" is on this one.
_OF_GIT, _OF_WEB = {"https", "http", "ssh", "git"}, {"https", "http"}

_UNPINNED = f"""\
# No hash pins this: whoever can replace the file at this address decides what builds the portal. Add to the address:
# #{_HASHES[0]}= and the hash of the file.
"""


@dataclass(frozen=True)
class Installation:
    """How this tool is installed again.

    ``requirements`` is the text of a requirements.txt, ``wheel`` the name and bytes of a file for VENDOR, if any,
    ``told`` what people have to know of it, a line each.
    """

    requirements: str
    wheel: tuple[str, bytes] | None
    told: tuple[str, ...] = ()


def installation() -> Installation:
    """How to install this tool again as it is installed here.

    From an index: by its version. From git: by address and commit. From an archive on the web: by address and hash.
    From a folder or a file of this machine, or from an address that nobody else is told: as a wheel that lies in the
    portal's own repository. Raises UsageError if it is not installed at all.
    """
    try:
        ours = distribution(NAME)
    except PackageNotFoundError:
        raise UsageError(
            f"{NAME} is not installed, so nothing can say how CI installs it; install it with pip"
        ) from None
    said = ours.read_text("direct_url.json")
    direct = json.loads(said) if said else None
    line, wheel, told = _line(ours, direct), None, list[str]()
    if not line:
        wheel = packed_again(ours)
        line = f"./{VENDOR}/{wheel[0]}"
        told = [*_told_of_query(direct), *told_of_checkout(ours)]
    elif direct and "archive_info" in direct and not _hash(direct["archive_info"]):
        line = _UNPINNED + line
        told = ["no hash pins gpai-portal in requirements.txt; a comment there says how to add it"]
    return Installation("\n".join([_HEAD + line, "", *sorted(_needed(ours)), ""]), wheel, tuple(told))


def _line(ours: Distribution, direct: Mapping[str, Any] | None) -> str:
    """The entry of requirements.txt for what indexes or addresses have; empty if that is not how it can be had."""
    if direct is None:
        # No index takes versions with a local part, as wheels have that were packed again.
        return "" if Version(ours.version).local else f"{NAME}=={ours.version}"
    if urlsplit(direct["url"]).query:
        return ""
    address, scheme = _public(direct["url"]), urlsplit(direct["url"]).scheme
    fragments = [f"subdirectory={direct['subdirectory']}"] if direct.get("subdirectory") else []
    if (version_control := direct.get("vcs_info")) and scheme in _OF_GIT:
        address = f"{version_control['vcs']}+{address}@{version_control['commit_id']}"
    elif "archive_info" in direct and scheme in _OF_WEB:
        fragments = _hash(direct["archive_info"]) + fragments
    else:
        return ""
    return f"{NAME} @ {address}" + ("#" + "&".join(fragments) if fragments else "")


def _told_of_query(direct: Mapping[str, Any] | None) -> Iterator[str]:
    if direct and urlsplit(direct["url"]).query:
        yield (
            "the address from which gpai-portal was installed has a query, which may be a secret; requirements.txt "
            f"names a wheel in {VENDOR}/ in its place"
        )


def _hash(archive: Mapping[str, Any]) -> list[str]:
    """The best hash of an archive, as ``name=value``; empty if there is none."""
    old_name, _, old_value = str(archive.get("hash", "")).partition("=")
    found = {old_name: old_value, **(archive.get("hashes") or {})}
    return [f"{name}={found[name]}" for name in _HASHES if found.get(name)][:1]


def _public(address: str) -> str:
    """An address without what only its user may know or has no use for: a password, a token, a fragment.

    Whoever may read requirements.txt is not meant to have them. The user of ssh is part of the way: ssh://git@host/
    """
    parts = urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0] if parts.scheme == "ssh" else ""
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if name else host, fragment=""))


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
