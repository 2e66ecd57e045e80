"""The rows of a section of a form, as pages show them: which stand together, which are withheld from whom, and which
the provider has added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from gpai_portal.content.answers import SILENT, Answer, Audience, Entry, Status
from gpai_portal.content.model import WITHHELD, Release
from gpai_portal.content.obligations import all_exempt, offers
from gpai_portal.schema import REMARKS, Field


class Withheld(StrEnum):
    """Why an item of a form is not on a page: who else may have it, or that it need not be given to anybody."""

    DOWNSTREAM = "downstream"
    AUTHORITIES = "authorities"
    OFFERED = "offered"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Run:
    """A row: a field with its answer, or neighbours that fall away for one reason. It may be ``withheld``."""

    entries: Sequence[Entry]
    withheld: Withheld | None = None


@dataclass(frozen=True)
class Rows:
    """The rows of a section: those of the official form in its order, and the fields that the provider ``added``.

    ``withheld`` counts the items that are not on the page. Of ``items`` that the form means for chosen audiences, so
    many are ``public``; both count those of sections below as well.
    """

    runs: Sequence[Run]
    added: Sequence[Entry]
    withheld: Mapping[Withheld, int]
    items: int
    public: int


def rows_of(
    section: Entry, readers: Collection[Audience], releases: Collection[Release], apart: Container[str]
) -> Rows:
    """How a page for ``readers``, which speaks of ``releases``, shows a section. Fields (dotted) in ``apart`` have
    something said beside them, and are never joined with others nor left out."""
    fields = [entry for entry in section.entries if entry.field.kind != "section"]
    official = [entry for entry in fields if entry.field.official]
    added = [
        entry
        for entry in fields
        if not entry.field.official and (_says_something(entry, readers) or entry.field.dotted in apart)
    ]
    runs = [
        Run(tuple(run), withheld)
        for (withheld, _reason), run in groupby(official, lambda entry: _key(entry, readers, releases, apart))
    ]
    marked = [e for e in section.walk() if Audience.PUBLIC not in e.field.audience and e.field.official]
    return Rows(
        runs,
        added,
        Counter(run.withheld for run in runs if run.withheld),
        len(marked),
        sum(entry.answer.status not in WITHHELD for entry in marked),
    )


def withheld(item: Field, releases: Collection[Release]) -> Withheld:
    """Why an item that is not on a page which speaks of ``releases`` is not there. If all of them are exempt, what
    holds then."""
    if not all_exempt(releases):
        return Withheld.DOWNSTREAM if Audience.DPS in item.audience else Withheld.AUTHORITIES
    return Withheld.OFFERED if any(offers(release, item) for release in releases) else Withheld.EXEMPT


def is_wide(field: Field, answer: Answer) -> bool:
    """Whether an answer needs the width of the page: rows of more than two columns, links left aside."""
    if field.kind not in {"table", *REMARKS}:
        return False
    used = {key for row in answer.rows for key in row.cells}
    return len([column for column in field.columns if column.key in used and column.kind != "link"]) > 2


def _is_for(entry: Entry, readers: Collection[Audience]) -> bool:
    return not set(readers).isdisjoint(entry.field.readers)


def _says_something(entry: Entry, readers: Collection[Audience]) -> bool:
    """Whether a field that the form does not have is shown; one that says nothing only where it is asked for here."""
    status = entry.answer.status
    return status not in SILENT or (status is Status.MISSING and _is_for(entry, readers))


def _key(
    entry: Entry, readers: Collection[Audience], releases: Collection[Release], apart: Container[str]
) -> tuple[Withheld | None, Hashable]:
    """What neighbours that stand in one row have in common."""
    field, answer = entry.field, entry.answer
    if not _is_for(entry, readers) and answer.status in SILENT:
        return withheld(field, releases), field.dotted
    falls_away = answer.status is Status.NOT_APPLICABLE and not (
        answer.reference or answer.specification or answer.prose or answer.as_stated
    )
    return None, (answer.derived, answer.reason) if falls_away and field.dotted not in apart else field.dotted
