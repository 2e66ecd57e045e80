"""What was in force on a day: the release of a model, and the version of each document that held for it.

From the records and, for the time before them, from the dates that documents bear and the earlier versions that they
list. A date that is not exact tells only from when a version may have held, and from when it did; in between, more
than one may be the answer, and all of them are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gpai_portal.content.answers import SILENT, Answer, Status
from gpai_portal.content.labels import PREVIOUS_VERSIONS, Label, is_among, label_of
from gpai_portal.content.model import Model, Release
from gpai_portal.content.reading import read_answer
from gpai_portal.dates import last_day
from gpai_portal.documents import Place, kind_of, kinds_with_pages
from gpai_portal.publication.records import Chain, Revision
from gpai_portal.schema import Schema, load

#: How far from the day it names a date that is "about" it may lie.
LEEWAY = timedelta(days=31)


@dataclass(frozen=True, eq=False)
class Version:
    """A version of the document with a key; ``name`` is its label, with its number on record where that does not tell.
    It held for certain from ``latest`` on, until the next did, and
    perhaps since ``earliest``.

    ``since`` is its date as it was given, empty if there is none. One on record has its ``revision``; one from before
    has the ``link`` that its provider gives. ``is_earlier`` than its publication here, by the date it bears itself.
    """

    key: str
    name: str
    since: str
    qualifier: str
    earliest: date
    latest: date
    revision: Revision | None = None
    link: str = ""
    is_earlier: bool = False


@dataclass(frozen=True)
class Held:
    """Versions of which one held, newest first; ``or_none`` if perhaps none did that is known here."""

    versions: tuple[Version, ...]
    or_none: bool


@dataclass(frozen=True)
class Period:
    """Days on which one thing holds, from ``start`` to ``end``; None for all before, or for the present.

    ``releases`` are those of which one was the newest on the market; with ``or_none``, perhaps none was. ``documents``
    are by kind.
    """

    start: date | None
    end: date | None
    releases: tuple[Release, ...]
    or_none: bool
    documents: Mapping[str, Held]


def bounds(answer: Answer) -> tuple[date, date]:
    """The first and the last day that a date can mean: of one that is not told, any; no last one where it is open."""
    if answer.day is None:
        return date.min, date.max
    first, last = answer.day, last_day(answer.text)
    match answer.qualifier:
        case "about":
            return first - LEEWAY, last + LEEWAY
        case "not_before":
            return first, date.max
        case "not_after":
            return date.min, last
    return first, last


def versions(chain: Chain, key: str) -> tuple[Version, ...]:
    """All versions of a document that are known, oldest first."""
    revisions = chain.revisions[key]
    schema = load(revisions[0].kind)
    labels = [label_of(schema, revision.data or {}) for revision in revisions]
    found: list[Version] = []
    for revision, label in zip(revisions, labels, strict=True):
        name = f"{label.version} (r{revision.number})" if label.version else f"r{revision.number}"
        told = Version(key, name, revision.day.isoformat(), "", revision.day, revision.day, revision)
        if label.version and [one.version for one in labels].count(label.version) == 1:
            told = replace(told, name=label.version)
        if not found and label.updated:
            first, last = bounds(Answer(Status.ANSWERED, label.updated))
            if last < revision.day:
                told = replace(told, since=label.updated, earliest=first, latest=last, is_earlier=True)
        found.append(told)
    return (*_before(schema, revisions, labels, found[0].latest), *found)


def _before(schema: Schema, revisions: Sequence[Revision], labels: Sequence[Label], end: date) -> list[Version]:
    """Versions that are no more than listed as earlier ones by the latest on record, oldest first."""
    latest = next((revision for revision in reversed(revisions) if revision.data), None)
    field = schema.root.child(PREVIOUS_VERSIONS)
    if latest is None or latest.data is None or field is None:
        return []
    found = []
    for row in read_answer(field, latest.data.get(field.key)).rows:
        if not is_among(row, labels):
            day = row["date"]
            first, last = (min(limit, end) for limit in bounds(day))
            name, link = row["version"].title, row["url"].text
            found.append(Version(latest.key, name, day.text, day.qualifier, first, last, link=link))
    return sorted(found, key=lambda version: (version.latest, version.earliest))


def held(known: Sequence[Version], day: date) -> Held:
    """Which of the versions of a document, oldest first, held at the end of a day."""
    found = []
    for version in reversed(known):
        if version.earliest <= day:
            found.append(version)
        if version.latest <= day:
            return Held(tuple(found), False)
    return Held(tuple(found), True)


def current(model: Model, day: date) -> tuple[tuple[Release, ...], bool]:
    """The releases of which one was the newest on the market at the end of a day, and whether perhaps none was."""
    found = []
    for release, (begins, ends) in reversed(_marketed(model)):
        if begins[0] <= day < ends[1]:
            found.append(release)
        if begins[1] <= day < ends[0]:
            return tuple(found), False
    return tuple(found), True


Bounds = tuple[date, date]


def _marketed(model: Model) -> list[tuple[Release, tuple[Bounds, Bounds]]]:
    """The releases that were placed on the market: from when, and until when."""
    found = []
    for release in model.releases:
        placed, gone = release.market.answer, release.answers.get("withdrawn", "date")
        if release.open_fields or release.unmarketed:
            continue
        ends = (date.max, date.max) if gone.status in SILENT else bounds(gone)
        found.append((release, (bounds(placed), ends)))
    return found


#: The versions of documents that hold for a release, by kind: each document, with those of its versions that do.
Known = Mapping[str, Sequence[tuple[Sequence[Version], frozenset[Version]]]]


def documents(model: Model, chain: Chain) -> dict[str, Known]:
    """What is known of documents that hold for each release of a model, by the key of the release."""
    told = {
        key: versions(chain, key) for key, revisions in chain.revisions.items() if kind_of(revisions[0].kind).has_pages
    }
    return {release.key: _known(told, model, release) for release in model.releases}


def periods(model: Model, chain: Chain, as_of: date) -> list[Period]:
    """What was in force, newest first, as far as records and dates tell; cut wherever that changes."""
    known = documents(model, chain)
    kinds = [kind for kind in _order() if any(kind in by_kind for by_kind in known.values())]
    limits = [limit for _, spans in _marketed(model) for span in spans for limit in span]
    for all_, _own in (one for by_kind in known.values() for several in by_kind.values() for one in several):
        limits += [limit for version in all_ for limit in (version.earliest, version.latest)]
    found: list[Period] = []
    for cut in (date.min, *sorted({limit for limit in limits if date.min < limit <= as_of})):
        releases, or_none = current(model, cut)
        shown = {kind: _held([known[r.key].get(kind, ()) for r in releases], cut) for kind in kinds}
        if found and (found[-1].releases, found[-1].or_none, found[-1].documents) == (releases, or_none, shown):
            continue
        if found:
            found[-1] = replace(found[-1], end=cut - timedelta(days=1))
        found.append(Period(None if cut == date.min else cut, None, releases, or_none, shown))
    while found and not found[0].releases:
        del found[0]
    return found[::-1]


def _held(of_releases: Sequence[Sequence[tuple[Sequence[Version], frozenset[Version]]]], day: date) -> Held:
    """What held on a day for releases of which one was current, from what is known of one kind of document of each."""
    found: list[Version] = []
    is_sure = bool(of_releases)
    for documents in of_releases:
        perhaps = [(held(all_, day), own) for all_, own in documents]
        found += [
            version for one, own in perhaps for version in one.versions if version in own and version not in found
        ]
        is_sure = is_sure and any(not one.or_none and own.issuperset(one.versions) for one, own in perhaps)
    return Held(tuple(found), not is_sure)


def _known(told: Mapping[str, tuple[Version, ...]], model: Model, release: Release) -> Known:
    found: dict[str, list[tuple[Sequence[Version], frozenset[Version]]]] = {}
    for all_ in told.values():
        first = next(version.revision for version in all_ if version.revision)
        if own := frozenset(version for version in all_ if _holds(version.revision or first, model, release)):
            found.setdefault(first.kind, []).append((all_, own))
    return found


def _holds(revision: Revision, model: Model, release: Release) -> bool:
    """Whether a revision holds for a release. One of the provider does unless it names others; of what an erased one
    named, nobody can tell. A version from before the records is taken to hold for what the first on record does."""
    if kind_of(revision.kind).place is Place.RELEASE:
        return release.key in revision.covers or revision.key.startswith(f"models/{release.key}/")
    field = load(revision.kind).root.child("models")
    named = read_answer(field, (revision.data or {}).get("models")).items if field else ()
    return not named or release.key in named or f"{model.id}/*" in named


def _order() -> list[str]:
    """Kinds of document, those of releases first."""
    return [*kinds_with_pages(Place.RELEASE), *kinds_with_pages(Place.PORTAL)]
