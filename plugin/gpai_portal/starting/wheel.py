"""A wheel of this tool, made from the files that are installed (PEP 427)."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution
from pathlib import Path

from packaging.version import Version

import gpai_portal
from gpai_portal.errors import UsageError, printable
from gpai_portal.files import is_left_behind
from gpai_portal.git import git
from gpai_portal.schema import schema_folder

PACKAGE = "gpai_portal"

#: What installers write beside the files of a wheel.
_OF_INSTALLERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}

#: The first day that ZIP can write. All times are the same, so that the same files give the same wheel.
_DAY = (1980, 1, 1, 0, 0, 0)

#: How many files a message names.
_NAMED = 3


def packed_again(ours: Distribution) -> tuple[str, bytes]:
    """Name and bytes of a wheel with exactly what runs here, also where that is a checkout (an editable install).

    Its version has a local part (PEP 440) that follows from all that is in it, so that installers put it in the place
    of a wheel with other code. A wheel that was packed here gives the same wheel again. Raises UsageError if the
    installation lacks what a wheel needs.
    """
    code, about = dict(_code(ours)), dict(_description(ours))
    if not {"METADATA", "WHEEL", "entry_points.txt"} <= set(about):
        raise UsageError("this installation of gpai-portal lacks its description; install it anew with pip")
    public = Version(ours.version).public
    contents = hashlib.sha256(_record(code | _described(about, public)).encode()).hexdigest()
    # With a letter before it: digits alone would be read as a number.
    version = f"{public}+h{contents[:12]}"
    described = _described(about, version)
    record = f"{PACKAGE}-{version}.dist-info/RECORD"
    listed = (record, f"{_record(code | described)}{record},,\n".encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # The description comes last in a wheel, and the list of all files at its very end.
        for name, data in [*sorted(code.items()), *sorted(described.items()), listed]:
            entry = zipfile.ZipInfo(name, _DAY)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return f"{PACKAGE}-{version}-py3-none-any.whl", out.getvalue()


def told_of_checkout(ours: Distribution) -> Iterator[str]:
    """How the wheel differs from what is committed where this tool runs from a checkout, a line each, for people."""
    if _installed(ours):
        return
    try:
        roots = [root for root, _place in _roots() if _tracked(root)]
        changed = any(git(root, "status", "--porcelain", "--untracked-files=no", "--", ".") for root in roots)
        unknown = [root / name for root in roots for name in _listed(root, "--others", "--exclude-standard")]
    except UsageError as error:
        yield f"packed every file of the checkout of gpai-portal into the wheel, also what is not committed: {error}"
        return
    if changed:
        yield "packed gpai-portal from a checkout with changes that no commit has; they are in the wheel"
    if unknown:
        named = ", ".join(printable(str(path)) for path in unknown[:_NAMED]) + ", ..." * (len(unknown) > _NAMED)
        yield f"left out of the wheel what git does not know in the checkout of gpai-portal: {named}"


def _record(files: Mapping[str, bytes]) -> str:
    """Every file with its hash and size, as wheels list them."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(data)])
    return out.getvalue()


def _described(about: Mapping[str, bytes], version: str) -> dict[str, bytes]:
    """The files of a description at their paths in a wheel of this version."""
    metadata = re.sub(rb"^Version:[^\r\n]*", f"Version: {version}".encode(), about["METADATA"], count=1, flags=re.M)
    files = {**about, "METADATA": metadata}
    return {f"{PACKAGE}-{version}.dist-info/{name}": data for name, data in files.items()}


def _description(ours: Distribution) -> Iterator[tuple[str, bytes]]:
    """The files that describe an installation, by their paths in its folder ``.dist-info``."""
    for file in ours.files or ():
        folder, *inside = file.parts
        if folder.endswith(".dist-info") and (len(inside) > 1 or file.name not in _OF_INSTALLERS):
            yield "/".join(inside), Path(str(file.locate())).read_bytes()


def _code(ours: Distribution) -> Iterator[tuple[str, bytes]]:
    """Paths in a wheel with their bytes: what was installed; in a checkout what git knows, else all there is."""
    found = _installed(ours) or {f"{place}/{name}": root / name for root, place in _roots() for name in _files(root)}
    for name, path in found.items():
        if path.is_file() and "__pycache__" not in name.split("/") and not is_left_behind(name):
            yield name, path.read_bytes()


def _installed(ours: Distribution) -> dict[str, Path]:
    """What an installer has put into the package that runs here; empty if that is a checkout."""
    found = {file.as_posix(): Path(str(file.locate())) for file in ours.files or () if file.parts[0] == PACKAGE}
    first = found.get(f"{PACKAGE}/__init__.py")
    return found if first and first.resolve() == Path(gpai_portal.__file__).resolve() else {}


def _roots() -> tuple[tuple[Path, str], ...]:
    """Folders of a checkout with their place in a wheel: there, the schemas lie outside the package."""
    return (Path(gpai_portal.__file__).parent, PACKAGE), (schema_folder(), f"{PACKAGE}/schemas")


def _files(root: Path) -> list[str]:
    try:
        tracked = _tracked(root)
    except UsageError:  # told_of_checkout says so
        tracked = []
    return tracked or [path.relative_to(root).as_posix() for path in root.rglob("*")]


def _tracked(root: Path) -> list[str]:
    """Files below a folder that git knows; empty where there is no repository, or one that knows none of them."""
    return _listed(root, "--cached")


def _listed(root: Path, *which: str) -> list[str]:
    listed = os.fsdecode(git(root, "ls-files", "-z", *which) or b"")
    return listed.split("\0")[:-1]
