"""What happened to a model: dates its releases state, and publications of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import parse_date
from gpai_portal.content.model import Model, Release
from gpai_portal.dates import first_day
from gpai_portal.publication.records import Chain, Revision
from gpai_portal.schema import RELEASE, load


@dataclass(frozen=True)
class Event:
    """One event: a date that a release states under ``label`` (of its schema), or what one record published."""

    label: str = ""
    note: Any = None
    release: Release | None = None
    record: int = 0
    revisions: tuple[Revision, ...] = ()


def timeline(model: Model, chain: Chain) -> list[tuple[str, list[Event]]]:
    """Events by date, with the precision it was given, newest first."""
    days: dict[str, list[Event]] = {}
    for day, event in _events(model, chain):
        days.setdefault(day, []).append(event)
    return sorted(days.items(), key=lambda item: (first_day(item[0]), item[0]), reverse=True)


def _events(model: Model, chain: Chain) -> Iterator[tuple[str, Event]]:
    schema = load(RELEASE)
    for release in model.releases:
        dated = [("release_date", release.data.get("release_date"), None)]
        dated += [("union_market_date", release.data.get("union_market_date"), None)]
        dated += [
            ("further_trained", row.get("date"), row.get("note")) for row in release.data.get("further_trained", ())
        ]
        withdrawn = release.data.get("withdrawn", {})
        dated += [("withdrawn", withdrawn.get("date"), withdrawn.get("reason"))]
        for name, raw, note in dated:
            field = schema.find(name)
            if field and parse_date(raw):
                yield str(raw["value"] if isinstance(raw, Mapping) else raw), Event(field.title, note, release)
    records: dict[int, list[Revision]] = {}
    for key, revisions in chain.revisions.items():
        if key.startswith(f"models/{model.id}/"):
            for revision in revisions:
                records.setdefault(revision.record, []).append(revision)
    for number, published in sorted(records.items()):
        yield chain.records[number - 1].day.isoformat(), Event(record=number, revisions=tuple(published))
