"""What MkDocs must not copy into a site."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from pathlib import Path

from gpai_portal.content.folder import PLACES
from gpai_portal.content.source import MAX_BYTES
from gpai_portal.errors import SealingError
from gpai_portal.names import HEAD, LEDGER, NOT_PUBLIC, RECIPIENTS_FILE, RECOVERY_KEY
from gpai_portal.sealing.keys import SECRET_MARK

_PRIVATE_NAMES = frozenset(
    {RECIPIENTS_FILE, RECOVERY_KEY, LEDGER, *(f"{kind}.yaml" for place in PLACES for kind in place)}
)
_SECRET = re.compile(rb"%s[A-Z0-9-]+:[A-Za-z0-9_-]{43}" % SECRET_MARK.encode())
_AUDIENCE = re.compile(rb"\b(?:DPs|AIO|NCAs)\b")


def refuse_private(folders: Iterable[Path]) -> None:
    """Refuses what MkDocs would publish from a folder though it belongs into the private one.

    A file is known by its name among the documents of a portal, by a head that names its readers, or by the mark
    of a key file, of an opened document or of a package. Links are refused as well, since MkDocs follows them to
    any place. Raises SealingError.
    """
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_symlink():
                raise SealingError(
                    f"{file} is a symbolic link, and MkDocs would publish what it leads to; take it away"
                )
            if file.is_file() and _is_private(file):
                raise SealingError(
                    f"{file} belongs into the private folder, and MkDocs would publish it; take it out of there"
                )


def _is_private(file: Path) -> bool:
    if file.name in _PRIVATE_NAMES:
        return True
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES)
        opened.seek(max(opened.tell(), file.stat().st_size - len(NOT_PUBLIC)))  # the mark of an archive is its end
        raw += opened.read()
    head = HEAD.match(raw.removeprefix(BOM_UTF8)) if file.suffix == ".md" else None
    read_by = head and b"audience" in head[1] and _AUDIENCE.search(head[1])
    return bool(read_by or _SECRET.search(raw) or NOT_PUBLIC in raw)
