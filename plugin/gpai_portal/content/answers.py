"""What was answered: raw YAML becomes typed answers here, once.

An ``Answer`` is a value, or the state that stands in its place; a value is text, a boolean, a list, rows of a table, or
one of the types below. An ``Entry`` is a field of a form with its answer, answered or not. Everything behind this
module works on these and never looks ``value``, ``state`` or ``reason`` up in a mapping again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from gpai_portal.dates import first_day, last_day
from gpai_portal.schema import ANSWER_KEYS, GROUPS, Condition, Field

#: The place of a value in a file: keys and indices from the root of the document.
Path_ = tuple[str | int, ...]


class Audience(StrEnum):
    """For whom an item is intended, as the Code of Practice marks it."""

    PUBLIC = "public"
    AIO = "AIO"
    NCAS = "NCAs"
    DPS = "DPs"


class Status(StrEnum):
    """How a field is answered.

    ``missing``: nothing is written where an answer is asked for; ``empty``: nothing is written, and nothing need be.
    """

    ANSWERED = "answered"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"
    SEE = "see"
    UNKNOWN = "unknown"
    NOT_DISCLOSED = "not_disclosed"
    UNANSWERED = "unanswered"
    AS_STATED = "as_stated"
    MISSING = "missing"
    EMPTY = "empty"


#: A required field in one of these states tells readers nothing they can use.
GAPS = frozenset(
    {Status.UNKNOWN, Status.NOT_DISCLOSED, Status.UNANSWERED, Status.AS_STATED, Status.MISSING, Status.SEE}
)

#: States that are an answer only where the field's schema says so (``x-states``).
ABSENCES = frozenset({Status.NONE, Status.NOT_APPLICABLE})

#: States in which nobody wrote anything.
SILENT = frozenset({Status.MISSING, Status.EMPTY})


@dataclass(frozen=True, slots=True)
class Period:
    """From one date to another, ISO dates with the precision they were given; empty where one is not given."""

    start: str
    end: str
    ongoing: bool
    qualifier: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written (``"1.5e13"``), and its unit."""

    number: str
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class Size:
    """The size of training data (Template 1.3).

    ``band`` is the range that is ticked (lt, mid or gt) and ``label`` how the form prints it for the modality of its
    row; ``approximate`` is the size in another unit, as text; ``quantity`` and ``unit`` give a figure.
    """

    band: str
    label: str
    approximate: str
    quantity: str
    unit: str
    remark: str


@dataclass(frozen=True, slots=True)
class Domains:
    """Domain names (Template 2.3): ``names`` as they are listed, a text or a row with a note; or where the list is.

    ``file`` lies beside the document. ``total`` is the number of domain names crawled in all, 0 if it is not given.
    """

    names: tuple[str | Row, ...]
    file: str
    url: str
    access: str
    total: int
    rule: str


#: Nothing that the answer to a question for domain names may hold.
NO_DOMAINS = Domains((), "", "", "", 0, "")


@dataclass(frozen=True, slots=True)
class Other:
    """An item of a list that is none of the options of the form, in its provider's words."""

    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, or the state that stands in its place.

    ``derived`` marks a "not applicable" that follows from the answer above it (``x-otherwise``). ``path`` is where the
    value stands in the file, ``written`` what stands there, as JSON; neither tells one answer from another.
    """

    status: Status
    value: Any = None
    reason: str = ""
    reference: str = ""
    as_stated: str = ""
    qualifier: str = ""
    specification: str = ""
    derived: bool = False
    path: Path_ = field(default=(), compare=False)
    written: Any = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The value as text; empty where a state stands in its place."""
        return "" if self.value is None else str(self.value)

    @property
    def title(self) -> str:
        """A line of text to be shown in titles and lists: the value, else what was printed, else the reason."""
        return self.text or self.as_stated or self.reason

    @property
    def says_yes(self) -> bool:
        """Whether the value is a Yes."""
        return self.value is True

    @property
    def items(self) -> Sequence[Any]:
        """Items of a list; none where a state stands in its place."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def rows(self) -> Sequence[Row]:
        """Rows of a table; none where a state stands in their place."""
        return tuple(item for item in self.items if isinstance(item, Row))

    @property
    def day(self) -> date | None:
        """First day of a date (2026, 2026-05 or 2026-05-31); None if it is none."""
        return first_day_of(self.value)

    @property
    def is_exact_day(self) -> bool:
        """Whether a date is given to the day and without a qualifier, so that it can be compared with another."""
        return isinstance(self.value, str) and len(self.value) == 10 and not self.qualifier

    def surely_before(self, day: date) -> bool:
        """Whether a date, with the precision and the qualifier it has, lies before a day for certain."""
        return self.day is not None and self.qualifier != "not_before" and last_day(self.value) < day


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, or the parts of a contact: an answer for each column that is filled, in official order.

    ``path`` is where the row stands in the file, ``written`` what stands there, as JSON.
    """

    cells: Mapping[str, Answer]
    path: Path_ = field(default=(), compare=False)
    written: Any = field(default=None, compare=False, repr=False)

    def __contains__(self, key: str) -> bool:
        return key in self.cells

    def __getitem__(self, key: str) -> Answer:
        """The answer in a column, missing if it is not filled."""
        return self.cells.get(key, MISSING)


MISSING = Answer(Status.MISSING)
EMPTY = Answer(Status.EMPTY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a form with its answer. ``required`` is decided by the answers beside it as well.

    ``entries`` are the fields of a group in official order, without those that no page shows; ``by_key`` has all.
    """

    field: Field
    answer: Answer
    required: bool
    entries: tuple[Entry, ...] = ()
    by_key: Mapping[str, Entry] | None = None

    def walk(self) -> Iterator[Entry]:
        """All entries that hold an answer, in official order."""
        if self.field.kind in GROUPS:
            for entry in self.entries:
                yield from entry.walk()
        else:
            yield self

    def entry(self, *keys: str) -> Entry | None:
        """The entry below this one; None if there is no such field."""
        found: Entry | None = self
        for key in keys:
            found = found.by_key.get(key) if found and found.by_key else None
        return found

    def get(self, *keys: str) -> Answer:
        """The answer of a field below this one; missing if there is no such field."""
        found = self.entry(*keys)
        return found.answer if found else MISSING


@dataclass(frozen=True, slots=True)
class Tally:
    """How many required fields a document has, and how many of them disclose nothing."""

    required: int = 0
    undisclosed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.required + other.required, self.undisclosed + other.undisclosed)


def first_day_of(value: object) -> date | None:
    """First day of an ISO date of any precision; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return first_day(value)
    except ValueError:
        return None


# -- reading ------------------------------------------------------------------------------------------------


def read_answer(field: Field, raw: Any, path: Path_ = ()) -> Answer:
    """The answer written for a field, of the form its schema allows; MISSING if nothing is written."""
    if raw is None:
        return MISSING
    if not isinstance(raw, dict):
        value = _list(field, raw, path) if isinstance(raw, list) else raw
        return Answer(Status.ANSWERED, value, "", "", "", "", "", False, path, raw)
    if field.kind in _OF_PARTS:
        value = _of_parts(field, raw, path)
    elif ANSWER_KEYS & raw.keys():
        value = raw.get("value")
        value = _list(field, value, (*path, "value")) if isinstance(value, list) else value
    else:
        value = raw
    if (state := raw.get("state")) is not None:
        status = Status(state)
    else:
        status = Status.ANSWERED if value is not None else Status.AS_STATED
    return Answer(
        status,
        value,
        reason=raw.get("reason", ""),
        reference=raw.get("reference", ""),
        as_stated=raw.get("as_stated", ""),
        qualifier=raw.get("qualifier", ""),
        specification=raw.get("specification", ""),
        path=path,
        written=raw,
    )


def _list(field: Field, raw: list[Any], path: Path_) -> Domains | tuple[Any, ...]:
    if field.kind == "domains":
        return replace(NO_DOMAINS, names=_names(field, raw, path))
    if field.kind in _OF_ROWS:
        return tuple(_row(field, row, (*path, index)) for index, row in enumerate(raw))
    return tuple(Other(item["other"]) if isinstance(item, dict) else item for item in raw)


def _row(field: Field, raw: Any, path: Path_) -> Row:
    """A row; empty where validation set a wrong one aside, so that the others keep their places."""
    if not isinstance(raw, dict):
        return Row({}, path, raw)
    cells = {c.key: read_answer(c, raw[c.key], (*path, c.key)) for c in field.columns if c.key in raw}
    for key, answer in cells.items():
        if isinstance(size := answer.value, Size) and size.band:
            column = next(c for c in field.columns if c.key == key)
            labels = column.schema.get("x-bands", {}).get(raw.get("modality"))
            label = labels[("lt", "mid", "gt").index(size.band)] if labels else ""
            cells[key] = replace(answer, value=replace(size, label=label))
    return Row(cells, path, raw)


def _names(field: Field, raw: Sequence[Any], path: Path_) -> tuple[str | Row, ...]:
    return tuple(_row(field, name, (*path, i)) if isinstance(name, dict) else name for i, name in enumerate(raw))


def _of_parts(field: Field, raw: Mapping[str, Any], path: Path_) -> Any:
    """The value of a kind whose parts stand beside its state; None if none of them is there."""
    own = raw.keys() - ANSWER_KEYS | ({"value"} & raw.keys())
    return _OF_PARTS[field.kind](field, raw, path) if own else None


def _period(field: Field, raw: Mapping[str, Any], path: Path_) -> Period:
    return Period(raw.get("from", ""), raw.get("to", ""), raw.get("ongoing", False), raw.get("qualifier", ""))


def _quantity(field: Field, raw: Mapping[str, Any], path: Path_) -> Quantity:
    return Quantity(raw.get("value", ""), raw.get("unit", ""), raw.get("qualifier", ""))


def _size(field: Field, raw: Mapping[str, Any], path: Path_) -> Size:
    return Size(
        raw.get("band", ""),
        "",
        raw.get("approximate", ""),
        raw.get("quantity", ""),
        raw.get("unit", ""),
        raw.get("remark", ""),
    )


def _domains(field: Field, raw: Mapping[str, Any], path: Path_) -> Domains:
    return Domains(
        _names(field, raw.get("value", ()), (*path, "value")),
        raw.get("file", ""),
        raw.get("url", ""),
        raw.get("access", ""),
        raw.get("total", 0),
        raw.get("rule", ""),
    )


#: Kinds whose value is a list of rows.
_OF_ROWS = frozenset({"table", "gaps", "extra"})

#: Kinds whose value is itself a mapping, so that state and reason stand beside its own keys.
_OF_PARTS: Mapping[str, Callable[[Field, Mapping[str, Any], Path_], Any]] = {
    "period": _period,
    "quantity": _quantity,
    "size": _size,
    "domains": _domains,
    "contact": _row,
}


def read_entry(field: Field, raw: Any, *, required: bool = True, path: Path_ = ()) -> Entry:
    """A field and everything below it, with the answers found in ``raw``, which is what its schema allows."""
    if raw is None:
        return _unanswered(field, required)
    if field.kind not in GROUPS:
        return Entry(field, read_answer(field, raw, path), required)
    return _read_group(field, raw, required, path)


@cache
def _unanswered(field: Field, required: bool) -> Entry:
    """A field of which nothing is written."""
    if field.kind not in GROUPS:
        return Entry(field, MISSING if required else EMPTY, required)
    return _read_group(field, {}, required, field.path)


def _read_group(field: Field, data: Mapping[str, Any], required: bool, path: Path_) -> Entry:
    demanded = {key for condition in field.conditions if condition.holds(data) for key in condition.required}
    entries: dict[str, Entry] = {}
    for child in field.children:
        key = child.key
        asked = child.required or key in demanded
        entries[key] = read_entry(child, data.get(key), required=asked, path=(*path, key))
    for condition in field.conditions:
        for key in condition.required:
            if entries[key].answer.status is Status.EMPTY:
                entries[key] = _conditional(field.conditions, entries, key)
    answer = Answer(Status.ANSWERED, path=path, written=data) if data else MISSING
    shown = tuple(entry for entry in entries.values() if entry.field.kind != "hidden")
    return Entry(field, answer, required, shown, entries)


def _conditional(conditions: Sequence[Condition], entries: Mapping[str, Entry], key: str) -> Entry:
    """An empty field that answers beside it might have asked for.

    It is not applicable if these are answered No, as far as they are answered at all. If they are open, nobody can say
    that this one need not be answered.
    """
    field = entries[key].field
    asked = [c for c in conditions if key in c.required]
    if any(denied(c, entries) for c in asked) and all(denied(c, entries) or _silent(c, entries) for c in asked):
        return Entry(field, Answer(Status.NOT_APPLICABLE, reason=asked[0].otherwise, derived=True), False)
    return Entry(field, MISSING, False)


def denied(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether every answer that a condition depends on is a plain No, so that its ``otherwise`` is true to say."""
    said = [answer.value for key in condition.asked if (answer := entries[key].answer).status not in SILENT]
    return bool(said) and all(value is False for value in said)


def _silent(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether none of the answers that a condition depends on is there."""
    return all(entries[key].answer.status in SILENT for key in condition.asked)


def discloses_nothing(field: Field, answer: Answer) -> bool:
    """Whether the answer to a required field, or to a required cell of one of its rows, is a gap."""
    if answer.status in ABSENCES:
        return answer.status not in field.states
    if answer.status in GAPS or not answer.rows:
        return answer.status in GAPS
    return any(
        discloses_nothing(column, row[column.key])
        for row in answer.rows
        for column in field.columns
        if column.required and column.key in row
    )
