"""What stands at the head of a document: some of its answers again, and nothing that they do not say.

Which answers these are is data (``x-glance``). Nothing is judged, added up or guessed. Home takes the lines that are
marked for lists of models from here as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gpai_portal.content.amounts import states_amount
from gpai_portal.content.answers import GAPS, SILENT, Answer, Entry, Row, Size, Status
from gpai_portal.content.appearance import is_silent
from gpai_portal.content.counting import undisclosed
from gpai_portal.content.model import Document
from gpai_portal.prose import parts
from gpai_portal.schema import Field
from gpai_portal.site.head import abridged
from gpai_portal.site.tabling import every_row

#: Characters of a list that is repeated whole, of each of its items, and of the words that introduce it.
LIST, ITEM, LEAD = 300, 60, 160


@dataclass(frozen=True)
class Note:
    """A further answer that belongs to a line; ``title`` in place of the label of its field, if it has one."""

    entry: Entry
    title: str


@dataclass(frozen=True)
class Line:
    """A line of the box: the answer it repeats, what is noted on it, where more is said (a field, and the ``number`` of
    its section), and what the document says elsewhere on these fields or their sections: for which models it is
    otherwise, or which information is missing."""

    title: str
    entry: Entry
    notes: Sequence[Note]
    see: Entry | None
    number: str
    remarks: Sequence[tuple[Field, Row]]
    names_others: bool
    in_cards: bool


@dataclass(frozen=True)
class Question:
    """A question of a section with yes or no: ``is_one_of_several`` where the section has more. ``beside`` are
    questions of ours on the same source. What kinds of data there are, and how much of each, is said of the section;
    None where its form does not ask. It is told at the first of the questions that it may belong to, which
    ``speaks_for_others``; these are ``told_above``. ``remarks`` are as those of a line."""

    section: Entry
    entry: Entry
    is_one_of_several: bool
    beside: Sequence[Entry]
    kinds: Entry | None
    amount: Entry | None
    speaks_for_others: bool
    told_above: bool
    remarks: Sequence[tuple[Field, Row]]

    @property
    def is_beside_the_point(self) -> bool:
        """Whether what is said of the section belongs to another of its questions, since this one is a No."""
        return self.is_one_of_several and self.entry.answer.yes_or_no is False


@dataclass(frozen=True)
class Glance:
    """The box of a document. ``gaps`` are required answers that disclose nothing, ``overall`` is what is said of the
    size of all data."""

    lines: Sequence[Line]
    notice: Entry | None
    title: str
    sources: Sequence[Question]
    gaps: Sequence[Entry]
    overall: Entry | None

    @property
    def kinds(self) -> Sequence[str]:
        """Kinds of data that any of the sources covers, in the order of the form."""
        fields = [question.kinds for question in self.sources if question.kinds]
        named = {item if isinstance(item, str) else "other" for entry in fields for item in entry.answer.items}
        order = ("text", "image", "audio", "video", "other")
        return [code for code in order if code in named]

    @property
    def states_amounts(self) -> bool:
        """Whether an amount is stated of any source."""
        return any(question.amount and question.amount.answer.rows for question in self.sources)


def glance(document: Document) -> Glance | None:
    """The box of a document; None where its schema has none."""
    told = document.schema.root.schema.get("x-glance")
    if told is None:
        return None
    root = document.root
    notice = _at(root, told["notice"]["field"]) if "notice" in told else None
    if notice and notice.answer.text not in told["notice"]["codes"]:
        notice = None
    section = _at(root, told["sources"]["section"]) if "sources" in told else None
    return Glance(
        tuple(line for one in told["lines"] if (line := _line(root, one))),
        notice,
        told["sources"]["title"] if section else "",
        tuple(_questions(root, section)) if section else (),
        () if document.open_fields or document.items[0] else tuple(undisclosed(root, document.unneeded)),
        next((entry for entry in root.walk() if entry.field.banded), None),
    )


def _at(root: Entry, dotted: str) -> Entry | None:
    return root.entry(*dotted.split("."))


def _line(root: Entry, told: Mapping[str, Any]) -> Line | None:
    """A line; None where the document says nothing on any of its fields and need not."""
    named = [one if isinstance(one, Mapping) else {"field": one} for one in told["fields"]]
    titles = {one["field"]: one.get("title", told["title"]) for one in named}
    entries = [entry for path in titles if (entry := _at(root, path))]
    said = [entry for entry in entries if entry.answer.status not in SILENT]
    asked = [entry for entry in entries if entry.answer.status in {Status.MISSING, Status.OPEN} and entry.required]
    if not (chosen := [*said, *asked]):
        return None
    notes = []
    for one in told.get("notes", ()):
        entry = _at(root, one["field"])
        if entry and entry.answer.status not in SILENT:
            notes.append(Note(entry, one.get("title", "")))
    see = _at(root, told.get("see", ""))
    shown = [chosen[0], *(note.entry for note in notes)]
    return Line(
        titles[chosen[0].field.dotted],
        chosen[0],
        tuple(notes),
        see if see and see is not chosen[0] and see.answer.status not in SILENT else None,
        _number(root, see.field) if see else "",
        tuple(_remarks(root, [entry.field for entry in shown])),
        bool(told.get("names_others")),
        bool(told.get("in_cards")),
    )


def _number(root: Entry, of: Field) -> str:
    """The number of the innermost section around a field that has one."""
    above = (root.entry(*of.path[:end]) for end in range(len(of.path) - 1, 0, -1))
    return next((group.field.number.rstrip(".") for group in above if group and group.field.number), "")


def _remarks(root: Entry, fields: Sequence[Field]) -> Iterator[tuple[Field, Row]]:
    about = {".".join(one.path[:end]) for one in fields for end in range(1, len(one.path) + 1)}
    for path, rows in root.remarks.items():
        if path in about:
            yield from rows


def _questions(root: Entry, group: Entry) -> Iterator[Question]:
    """The questions with yes or no that a section and its parts ask for whoever answers, in official order."""
    entries = list((group.by_key or {}).values())
    asked = [e for e in entries if e.field.kind == "yes_no" and e.field.official and e.field.required]
    beside = tuple(e for e in entries if e.field.kind == "yes_no" and e not in asked and e.answer.says_yes)
    kinds = next((e for e in entries if e.field.kind == "modalities"), None)
    amount = next((e for e in entries if states_amount(e.field)), None)
    meant = [entry for entry in asked if entry.answer.yes_or_no is not False]
    says_more = any(entry and not is_silent(entry.answer) for entry in (kinds, amount))
    for entry in asked:
        is_meant = says_more and len(meant) > 1 and entry in meant
        shown = [one.field for one in (entry, *beside, kinds, amount) if one]
        yield Question(
            group,
            entry,
            len(asked) > 1,
            beside,
            kinds,
            amount,
            is_meant and entry is meant[0],
            is_meant and entry is not meant[0],
            tuple(_remarks(root, shown)),
        )
    for entry in entries:
        if entry.field.kind == "section":
            yield from _questions(root, entry)


# -- kinds of data, and their size -------------------------------------------------------------------------


@dataclass(frozen=True)
class KindsOfData:
    """Rows on kinds of data in the order of the form, and the kinds on which there is none."""

    rows: Sequence[Row]
    left_blank: Sequence[str] = field(default_factory=tuple)


def kinds_of_data(table: Entry) -> KindsOfData:
    """What a table says that has a row for each kind of data (``x-every``). A row on which the original of a
    transcription does not speak is left out."""
    first = table.field.columns[0].key
    every = every_row(table.field, table.answer.rows)
    own = {id(row) for row in table.answer.rows}
    blank = [str(code) for row in every if id(row) not in own for code in row[first].items]
    told = [row for row in every if id(row) in own and not (row.state and row.state.status is Status.NOT_IN_SOURCE)]
    return KindsOfData(told, blank)


def place_of(size: Size, column: Field) -> int | None:
    """Which of the ranges of the form is ticked, counted from 0; None if none is."""
    band = column.child("band")
    codes = list(band.schema["enum"]) if band else []
    return codes.index(size.band) if size.band in codes else None


# -- short forms -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Short:
    """A text, short: the ``items`` of its first list with the words before it, or its first words; ``is_cut`` if there
    is more."""

    items: Sequence[str]
    lead: str = ""
    is_cut: bool = False


def short(text: str) -> Short:
    """The first list of a text, if it is short and nothing or one sentence introduces it; else its first words."""
    found = parts(text)
    lead = found[0] if found and isinstance(found[0], str) else ""
    at = 1 if lead.endswith(":") and len(lead) <= LEAD else 0
    items = found[at] if len(found) > at else ()
    if isinstance(items, tuple) and items and all(len(item) <= ITEM for item in items) and len("".join(items)) <= LIST:
        return Short(items, lead if at else "", len(found) > at + 1)
    whole = " ".join(part if isinstance(part, str) else " ".join(part) for part in found) or " ".join(text.split())
    cut = abridged(whole)
    return Short((cut,), "", cut != whole)


def is_gap(answer: Answer) -> bool:
    """Whether an answer is missing for readers: no value, and nothing true in its place."""
    return answer.status in {*GAPS, Status.NOT_READABLE} and not (answer.status is Status.SEE and answer.value)
