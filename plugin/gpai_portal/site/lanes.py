"""The picture of time on the page of a model: a lane for each release and each of its documents, with a bar for each
version. The words beside it say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from gpai_portal.content.model import Model, Release
from gpai_portal.documents import Place, kind_of
from gpai_portal.publication.in_force import Known, Version, documents
from gpai_portal.publication.records import Chain

#: Versions that a lane shows one by one, the newest.
SHOWN = 8

#: Per cent of the width that are left between two bars.
_GAP = 0.3


@dataclass(frozen=True)
class Bar:
    """A part of a lane, in per cent of its width."""

    x: float
    width: float
    is_old: bool


@dataclass(frozen=True)
class Lane:
    """Versions of one kind of document, newest first, and how many more there were before."""

    kind: str
    bars: Sequence[Bar]
    versions: Sequence[Version]
    more: int


@dataclass(frozen=True)
class Track:
    """The lane of a release, and those of its documents; without a release, those of the provider's documents."""

    release: Release | None
    bars: Sequence[Bar]
    lanes: Sequence[Lane]


@dataclass(frozen=True)
class Lanes:
    """All lanes of a model, those of the newest release first, from the first day that is shown to the last."""

    first: date
    last: date
    tracks: Sequence[Track]


def lanes(model: Model, chain: Chain, as_of: date) -> Lanes | None:
    """The lanes of a model; None if no day is known."""
    known = documents(model, chain)
    releases = [release for release in reversed(model.releases) if not release.open_fields]
    days = [day for release in releases if (day := release.market.answer.day)]
    days += [v.latest for r in releases for of in _of(known[r.key], Place.RELEASE) for v in of[1]]
    first = min((day for day in days if day <= as_of), default=as_of)
    if first == as_of:
        return None

    def bars(starts: Sequence[date], end: date, is_current: bool) -> list[Bar]:
        """A bar from each day to the next, the last to the end."""
        places = [100 * (min(max(day, first), as_of) - first).days / (as_of - first).days for day in (*starts, end)]
        return [
            Bar(round(x, 1), round(max(to - x - _GAP, 0.2), 1), not (is_current and at == len(starts) - 1))
            for at, (x, to) in enumerate(pairwise(places))
            if to > x
        ]

    def of(documents_: Known, place: Place) -> list[Lane]:
        found = []
        for kind, versions in _of(documents_, place):
            shown = versions[-SHOWN:]
            starts = [versions[0].latest, *(v.latest for v in shown[len(shown) == len(versions) :])]
            found.append(Lane(kind, bars(starts, as_of, True), shown[::-1], len(versions) - len(shown)))
        return found

    tracks = []
    for release in releases:
        begins, gone = release.market.answer.day, release.withdrawn
        own = bars([begins], min(gone or as_of, as_of), model.latest(as_of) is release) if begins else []
        tracks.append(Track(release, own, of(known[release.key], Place.RELEASE)))
    if tracks and (shared := of(known[releases[0].key], Place.PORTAL)):
        tracks.append(Track(None, (), shared))
    return Lanes(first, as_of, tracks)


def _of(known: Known, place: Place) -> Iterator[tuple[str, list[Version]]]:
    """Kinds of document at a level, each with its versions that hold, oldest first."""
    for kind, all_ in known.items():
        if kind_of(kind).place is place:
            found = [version for versions, own in all_ for version in versions if version in own]
            yield kind, sorted(found, key=lambda version: version.latest)
