"""Versions of a document before the one that is shown: those on record, and those from before the portal.

Its provider writes the label of a version and lists what came before the portal; the records know what was published
since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gpai_portal.codes import Code
from gpai_portal.content.answers import Status
from gpai_portal.content.labels import PREVIOUS_VERSIONS, is_among, label_of
from gpai_portal.content.reading import read_answer, without_value
from gpai_portal.errors import PortalError, Problem
from gpai_portal.files import PACKED, unpack
from gpai_portal.limits import MAX_LIST_BYTES
from gpai_portal.publication.offered import digest, is_offered
from gpai_portal.publication.proof import RESTORE, Read, kept_outside
from gpai_portal.publication.records import FOLDER, Revision, file_name
from gpai_portal.schema import ANSWER_KEYS, Schema
from gpai_portal.site.addresses import relative, revision_uri

#: What a twin says of itself, beside the fields of its form; no part of what was published.
ABOUT = "about"


def with_versions(
    schema: Schema, data: Mapping[str, Any], earlier: Sequence[Revision], link: Callable[[str], Any]
) -> dict[str, Any]:
    """The JSON of a document, with its ``earlier`` revisions among the previous versions, newest first.

    ``link`` makes of the address of a revision what is written as its link.
    """
    field = schema.root.child(PREVIOUS_VERSIONS)
    if field is None or not earlier:
        return dict(data)
    known = [(revision, label_of(schema, revision.data or {})) for revision in reversed(earlier)]
    labels = [label_of(schema, data).version, *(label.version for _, label in known)]

    def name(revision: Revision, label: str) -> str:
        """The label of a version, and which revision it is where that does not tell."""
        return label if label and labels.count(label) == 1 else f"{label} (r{revision.number})".lstrip()

    rows = [
        {
            "version": name(revision, label.version),
            "date": label.updated or revision.day.isoformat(),
            "url": link(revision_uri(revision)),
        }
        for revision, label in known
    ]
    written = read_answer(field, data.get(field.key))
    rows += [row.written for row in written.rows if not is_among(row, [label for _, label in known])]
    # A state such as "none", and why, is true no longer.
    kept = ANSWER_KEYS if written.status is Status.ANSWERED else {"as_stated", "reference"}
    beside = {key: text for key, text in without_value(written).items() if key in kept}
    full = {**data, field.key: {"value": rows, **beside} if beside else rows}
    return {child.key: full[child.key] for child in schema.root.children if child.key in full}


def twin_data(schema: Schema, data: Mapping[str, Any], earlier: Sequence[Revision], site_url: str, uri: str) -> Any:
    """The JSON of a document as it is offered at the address ``uri`` of a site."""
    here = uri.rpartition("/")[0] + "/"

    def link(address: str) -> Any:
        return site_url + address if site_url else {"state": "see", "reference": relative(address, here)}

    return with_versions(schema, data, earlier, link)


def revision_problems(read: Read, revision: Revision) -> Iterator[Problem]:
    """A published revision has to be at its address, with the files it offers."""
    base = revision_uri(revision)
    twin = f"{base.rstrip('/')}.json"
    raws = {twin: read(twin), **{f"{base}{name}": _offered(read, f"{base}{name}") for name in revision.files}}
    for name, raw in raws.items():
        sha256 = revision.sha256 if name == twin else revision.files[name.removeprefix(base)]
        if raw is None and name.removeprefix(base) in revision.outside:
            yield kept_outside(revision, name.removeprefix(base))
        elif raw is None or not (digest(raw) == sha256 if name == twin else is_offered(raw, sha256)):
            what = "is missing" if raw is None else f"is not what {FOLDER}/{file_name(revision.record)} says"
            yield Problem(Code.FILE_CHANGED, name, what, RESTORE)


def _offered(read: Read, name: str) -> bytes | None:
    """A file that a revision offers, which may be carried packed; nothing of one that is damaged."""
    raw = read(name)
    if raw is not None or (packed := read(f"{name}{PACKED}")) is None:
        return raw
    try:
        return unpack(packed, MAX_LIST_BYTES, name)
    except PortalError:
        return b""
