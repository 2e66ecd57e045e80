"""What happened to a model: dates its releases state, and publications of its documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpai_portal.content.answers import MISSING, Answer
from gpai_portal.content.model import Model, Release
from gpai_portal.dates import first_day
from gpai_portal.publication.records import Chain, Revision


@dataclass(frozen=True)
class Event:
    """One event: a date that a release states under ``label`` (of its schema), or what one record published.

    ``qualifier`` says how a date is meant that is not exact.
    """

    label: str = ""
    qualifier: str = ""
    note: Answer = MISSING
    release: Release | None = None
    record: int = 0
    revisions: tuple[Revision, ...] = ()


def about_model(chain: Chain, model: str) -> Iterator[Revision]:
    """Revisions of a model (by its id), of its releases and their documents, and of documents of other models that hold
    for one of its releases, or did until then."""
    for key, revisions in chain.revisions.items():
        before: tuple[str, ...] = ()
        for revision in revisions:
            own = key.startswith(f"models/{model}/")
            if own or any(cover.startswith(f"{model}/") for cover in (*revision.covers, *before)):
                yield revision
            before = revision.covers


def timeline(model: Model, chain: Chain) -> list[tuple[str, list[Event]]]:
    """Events by date, with the precision it was given, newest first; none of a draft."""
    days: dict[str, list[Event]] = {}
    for day, event in _events(model, chain):
        days.setdefault(day, []).append(event)
    return sorted(days.items(), key=lambda item: (first_day(item[0]), item[0]), reverse=True)


def _events(model: Model, chain: Chain) -> Iterator[tuple[str, Event]]:
    for release in (release for release in model.releases if not release.open_fields):
        answers = release.answers
        dated = [("release_date", answers.get("release_date"), MISSING)]
        dated += [("union_market_date", answers.get("union_market_date"), MISSING)]
        dated += [("further_trained", row["date"], row["note"]) for row in answers.get("further_trained").rows]
        dated += [("withdrawn", answers.get("withdrawn", "date"), answers.get("withdrawn", "reason"))]
        for name, answer, note in dated:
            entry = answers.entry(name)
            if entry and answer.day:
                yield answer.text, Event(entry.field.title, answer.qualifier, note, release)
    records: dict[int, list[Revision]] = {}
    for revision in about_model(chain, model.id):
        records.setdefault(revision.record, []).append(revision)
    for number, published in sorted(records.items()):
        yield chain.records[number - 1].day.isoformat(), Event(record=number, revisions=tuple(published))
