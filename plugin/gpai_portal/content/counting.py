"""What counts: required fields, and which of their answers disclose nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gpai_portal.content.answers import (
    ABSENCES,
    GAPS,
    UNCOUNTED,
    Answer,
    Domains,
    Entry,
    Period,
    Row,
    Size,
    Status,
)
from gpai_portal.phrases import describes_nothing
from gpai_portal.schema import Field


@dataclass(frozen=True, slots=True)
class Tally:
    """How many required fields a document has, and how many of them disclose nothing."""

    required: int = 0
    undisclosed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.required + other.required, self.undisclosed + other.undisclosed)


def tally_of(root: Entry, unneeded: Collection[str] = ()) -> Tally:
    """How a document is counted. ``unneeded`` are facts of ``provider.yaml`` that may be left empty."""
    return Tally(len(_counted(root, unneeded)), len(undisclosed(root, unneeded)))


def undisclosed(root: Entry, unneeded: Collection[str] = ()) -> list[Entry]:
    """The counted fields that disclose nothing, in official order. Where a question is open, that there is none is no
    answer to what depends on it."""
    return [
        entry
        for entry in _counted(root, unneeded)
        if discloses_nothing(entry.field, entry.answer) or (entry.is_open and entry.answer.status in ABSENCES)
    ]


def _counted(root: Entry, unneeded: Collection[str]) -> list[Entry]:
    return [
        entry
        for entry in root.walk()
        if is_counted(entry) and not (entry.answer.status is Status.UNANSWERED and entry.field.fact in unneeded)
    ]


def is_counted(entry: Entry) -> bool:
    """Whether a field is one of those that a document is counted by: its form asks for it, and it can be judged."""
    return entry.required and entry.field.official and entry.answer.status not in UNCOUNTED


def discloses_nothing(field: Field, answer: Answer) -> bool:
    """Whether the answer to a required field, or to a required cell of one of its rows, is a gap."""
    if isinstance(answer.value, Period | Size) and answer.value.is_vague:
        return True
    if answer.status in ABSENCES:
        return answer.status not in field.states
    if answer.status in GAPS or (isinstance(answer.value, Domains) and answer.value.is_vague):
        return True
    if field.kind == "text" and describes_nothing(field.path, answer.text):
        return True
    if isinstance(answer.value, tuple) and any(discloses_nothing(field, one) for one in answer.each if one != answer):
        return True
    unused = [says_unused(field, row) for row in answer.rows]
    return (bool(unused) and all(unused)) or any(
        (row.state is not None and row.state.status in GAPS)
        or any(discloses_nothing(c, row[c.key]) for c in field.columns if c.required and c.key in row)
        or unsized(row, row[field.columns[0].key].items)
        for row, nothing in zip(answer.rows, unused, strict=True)
        if not nothing
    )


def unsized(row: Row, modalities: Sequence[str]) -> list[str]:
    """Modalities of a row of several that none of its sizes is of, where each size names its own."""
    sizes = [one.value for cell in row.cells.values() for one in cell.each if isinstance(one.value, Size)]
    named = {size.modality for size in sizes}
    return [one for one in modalities if one not in named] if named and named <= set(modalities) else []


def says_unused(field: Field, row: Row) -> bool:
    """Whether a row says, by its state or in each of its cells, that there is nothing of what it is about."""
    if row.state is not None:
        return row.state.status in ABSENCES
    if not field.may_be_state:
        return False
    cells = [row[c.key].status for c in field.columns[1:] if c.required and c.key in row]
    return bool(cells) and ABSENCES.issuperset(cells)
