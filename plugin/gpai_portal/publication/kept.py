"""The content folder as it is read beside its records, which know what was published of it before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.folder import Content, Published
from gpai_portal.errors import ContentError, Report
from gpai_portal.publication.records import FOLDER, Chain, read_chain


def kept(chain: Chain) -> dict[str, list[Published]]:
    """What the records keep of each document, by key, first to last; what was erased is not among it."""
    return {
        key: [Published(revision.data, revision.language) for revision in revisions if revision.data is not None]
        for key, revisions in chain.revisions.items()
    }


def checked(folder: Path, as_of: date) -> tuple[Content, Report]:
    """The content of a folder and all its problems as on a day, by what the records beside it know.

    Raises UsageError if there is no folder, RecordError if the records do not hold.
    """
    return check(folder, as_of, kept(read_chain(folder / FOLDER)))


def valid_content(folder: Path, as_of: date) -> Content:
    """The content of a folder.

    Raises UsageError if there is no folder, RecordError if its records do not hold, ContentError, with every problem,
    if there is an error in it.
    """
    content, report = checked(folder, as_of)
    if report.errors:
        raise ContentError(report)
    return content
