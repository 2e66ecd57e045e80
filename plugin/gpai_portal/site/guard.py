"""What a build refuses to publish: one place for all of its refusals."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.documents import all_kinds
from gpai_portal.errors import RecordError, SealingError, UsageError
from gpai_portal.limits import MAX_BYTES
from gpai_portal.names import HEAD, LEDGER, NOT_PUBLIC, RECOVERY_KEY
from gpai_portal.sealing.keys import SECRET_MARK
from gpai_portal.sealing.policy import require_publishable
from gpai_portal.site.portal import Portal

_SECRET = re.compile(rb"%s[A-Z0-9-]+:[A-Za-z0-9_-]{43}" % SECRET_MARK.encode())
_AUDIENCE = re.compile(rb"\b(?:DPs|AIO|NCAs)\b")


@dataclass(frozen=True)
class Rules:
    """What a provider demands of a build.

    ``strict_publication``: everything is published as it stands. ``require_sealed``: there is a sealed set.
    ``require_post_quantum``: no recipient has a key that is not post-quantum.
    """

    strict_publication: bool = False
    require_sealed: bool = False
    require_post_quantum: bool = False


def open_portal(
    folder: Path,
    as_of: date,
    language: str,
    *,
    rules: Rules = Rules(),
    copied: Sequence[Path] = (),
    site_url: str = "",
    index: str = "",
) -> Portal:
    """The portal of a content folder, if it may be published.

    ``copied`` are the folders that a builder copies into the site as they are, the one for pages first. Raises what
    ``Portal.load`` raises, UsageError for a folder that holds the content, SealingError for private files and for a
    sealed set that must not be published, RecordError for drafts where none are allowed.
    """
    if copied and copied[0].resolve() in (folder.resolve(), *folder.resolve().parents):
        raise UsageError(
            f"docs_dir ({copied[0]}) holds the content folder, so MkDocs would publish its files; set docs_dir to a "
            "folder of its own, for example content/pages"
        )
    refuse_private(copied)
    portal = Portal.load(folder, as_of, language, site_url, index)
    require_publishable(
        portal.sealed, require_sealed=rules.require_sealed, require_post_quantum=rules.require_post_quantum
    )
    if rules.strict_publication and (drafts := sorted(portal.unpublished)):
        raise RecordError(
            f"strict_publication: {len(drafts)} document(s) are not published as they stand, first {drafts[0]}; run: "
            "gpai-portal publish"
        )
    return portal


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
    if file.name in {RECOVERY_KEY, LEDGER, *(f"{kind.name}.yaml" for kind in all_kinds())}:
        return True
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES)
        opened.seek(max(opened.tell(), file.stat().st_size - len(NOT_PUBLIC)))  # the mark of an archive is its end
        raw += opened.read()
    head = HEAD.match(raw.removeprefix(BOM_UTF8)) if file.suffix == ".md" else None
    read_by = head and b"audience" in head[1] and _AUDIENCE.search(head[1])
    return bool(read_by or _SECRET.search(raw) or NOT_PUBLIC in raw)
