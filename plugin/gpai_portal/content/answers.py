"""How each field is answered: a value, or the state that stands in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gpai_portal.dates import first_day, last_day
from gpai_portal.schema import ANSWER_KEYS, GROUPS, Condition, Field

#: Kinds whose value is itself a mapping, so that state and reason stand beside its own keys.
OBJECT_KINDS = frozenset({"period", "contact", "size", "quantity", "domains"})


class Audience(StrEnum):
    """For whom an item is intended, as the Code of Practice marks it."""

    PUBLIC = "public"
    AIO = "AIO"
    NCAS = "NCAs"
    DPS = "DPs"


class Status(StrEnum):
    """How a field is answered."""

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


@dataclass(frozen=True)
class Answer:
    """A value, or the state that stands in its place.

    ``derived`` marks a "not applicable" that follows from the answer above it (``x-otherwise``).
    """

    status: Status
    value: Any = None
    reason: str = ""
    reference: str = ""
    as_stated: str = ""
    qualifier: str = ""
    specification: str = ""
    derived: bool = False


MISSING = Answer(Status.MISSING)
EMPTY = Answer(Status.EMPTY)


@dataclass(frozen=True)
class Entry:
    """A field of a form with its answer. ``required`` is decided by the answers beside it as well."""

    field: Field
    answer: Answer
    required: bool
    entries: tuple[Entry, ...] = ()

    def walk(self) -> Iterator[Entry]:
        """All entries that hold an answer, in official order."""
        if self.field.kind in GROUPS:
            for entry in self.entries:
                yield from entry.walk()
        else:
            yield self


@dataclass(frozen=True)
class Tally:
    """How many required fields a document has, and how many of them disclose nothing."""

    required: int = 0
    undisclosed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.required + other.required, self.undisclosed + other.undisclosed)


def read_answer(field: Field, raw: Any) -> Answer:
    """The answer written for a field; MISSING if nothing is."""
    if raw is None:
        return MISSING
    if isinstance(raw, str | bool | list) or not isinstance(raw, Mapping):
        return Answer(Status.ANSWERED, raw)
    if field.kind in OBJECT_KINDS:
        value: Any = {k: v for k, v in raw.items() if k not in ANSWER_KEYS or k == "value"} or None
    elif ANSWER_KEYS & raw.keys():
        value = raw.get("value")
    else:
        value = raw
    state = raw.get("state")
    if state is not None:
        status = Status(state)
    elif value is not None:
        status = Status.ANSWERED
    else:
        status = Status.AS_STATED
    return Answer(
        status,
        value,
        reason=raw.get("reason", ""),
        reference=raw.get("reference", ""),
        as_stated=raw.get("as_stated", ""),
        qualifier=raw.get("qualifier", ""),
        specification=raw.get("specification", ""),
    )


def discloses_nothing(field: Field, answer: Answer) -> bool:
    """Whether the answer to a required field, or to a required cell of one of its rows, is a gap."""
    if answer.status in ABSENCES:
        return answer.status not in field.states
    if answer.status in GAPS or not isinstance(answer.value, list):
        return answer.status in GAPS
    return any(
        discloses_nothing(column, read_answer(column, row[column.key]))
        for row in answer.value
        for column in field.columns
        if column.required and isinstance(row, Mapping) and column.key in row
    )


def read_entry(field: Field, raw: Any, *, required: bool = True) -> Entry:
    """A field and everything below it, with the answers found in ``raw``."""
    if field.kind not in GROUPS:
        answer = read_answer(field, raw)
        if answer.status is Status.MISSING and not required:
            answer = EMPTY
        return Entry(field, answer, required)
    data = raw if isinstance(raw, Mapping) else {}
    entries = []
    for child in field.children:
        if child.kind == "hidden":
            continue
        asked = [c for c in field.conditions if child.key in c.required]
        entry = read_entry(child, data.get(child.key), required=field.asks(child, data))
        if entry.answer.status is Status.EMPTY and _denied(asked, data):
            entry = Entry(child, Answer(Status.NOT_APPLICABLE, reason=asked[0].otherwise, derived=True), False)
        elif entry.answer.status is Status.EMPTY and asked:
            # The question above it is open, so nobody can say that this one need not be answered.
            entry = Entry(child, MISSING, False)
        entries.append(entry)
    return Entry(field, Answer(Status.ANSWERED, data), required, tuple(entries))


def _denied(asked: list[Condition], data: Mapping[str, Any]) -> bool:
    """Whether what a field depends on is answered No, as far as it is answered at all."""
    return any(c.denied(data) for c in asked) and all(c.denied(data) or c.silent(data) for c in asked)


def parse_date(raw: Any) -> date | None:
    """First day of a date answer (2026, 2026-05 or 2026-05-31); None if it has no readable value."""
    text = raw.get("value") if isinstance(raw, Mapping) else raw
    if not isinstance(text, str):
        return None
    try:
        return first_day(text)
    except ValueError:
        return None


def surely_before(raw: Any, day: date) -> bool:
    """Whether a date answer, with the precision and the qualifier it has, lies before a day for certain."""
    if parse_date(raw) is None or (isinstance(raw, Mapping) and raw.get("qualifier") == "not_before"):
        return False
    return last_day(raw["value"] if isinstance(raw, Mapping) else raw) < day


def value_text(raw: Any) -> str:
    """Value of a text answer; empty where a state stands in its place."""
    return str(raw.get("value") or "") if isinstance(raw, Mapping) else str(raw)


def plain(raw: Any) -> str:
    """Text of a line answer, for titles."""
    if isinstance(raw, Mapping):
        return str(raw.get("value") or raw.get("as_stated") or raw.get("reason") or "")
    return str(raw)
