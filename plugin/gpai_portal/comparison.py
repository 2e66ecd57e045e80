"""What changed between two documents of one kind, field by field.

Used for the pages between consecutive releases and revisions, for ``gpai-portal compare``, and for the list of
changed fields in a publication record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gpai_portal.model import Answer, Status, read_entry
from gpai_portal.schema import Field, Schema

#: States of a field in which nobody wrote anything about it.
SILENT = frozenset({Status.MISSING, Status.EMPTY})


class Kind(StrEnum):
    """What happened to the answer of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Cell:
    """A column of a row that differs; None where the row has no such column."""

    column: Field
    old: Any
    new: Any


@dataclass(frozen=True)
class Row:
    """A row that is in both tables with different cells; ``name`` is the answer that identifies it."""

    name: Any
    column: Field
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Change:
    """A field whose answer differs.

    Lists and tables are compared as sets: ``added`` and ``removed`` hold whole items or rows, ``rows`` those that
    stay but differ. ``listed`` says that these tell all of the change, so that old and new need not be repeated.
    """

    schema: Schema
    field: Field
    kind: Kind
    old: Answer
    new: Answer
    added: Sequence[Any] = ()
    removed: Sequence[Any] = ()
    rows: tuple[Row, ...] = ()
    listed: bool = False


def compare(schema: Schema, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every field of a document that is answered otherwise, in official order."""
    before = {entry.field.path: entry.answer for entry in read_entry(schema.root, old).walk()}
    after = {entry.field.path: entry for entry in read_entry(schema.root, new).walk()}
    return [
        change
        for path, entry in after.items()
        if (change := _change(schema, entry.field, before[path], entry.answer)) is not None
    ]


def _change(schema: Schema, field: Field, old: Answer, new: Answer) -> Change | None:
    silent_before, silent_after = (a.status in SILENT or a.derived for a in (old, new))
    if old == new or (silent_before and silent_after):
        return None
    if silent_before:
        return Change(schema, field, Kind.ADDED, old, new)
    if silent_after:
        return Change(schema, field, Kind.REMOVED, old, new)
    items = _items(old), _items(new)
    if items[0] is None or items[1] is None:
        return Change(schema, field, Kind.CHANGED, old, new)
    was, now = _named(field, items[0]), _named(field, items[1])
    added = [item for name, item in now.items() if name not in was]
    removed = [item for name, item in was.items() if name not in now]
    rows = tuple(_rows(field, was, now))
    # An answer may say more than its list: a reason, a total, the rule used.
    rest = _without_list(old) == _without_list(new) and bool(added or removed or rows)
    return Change(schema, field, Kind.CHANGED, old, new, added, removed, rows, rest)


def _items(answer: Answer) -> list[Any] | None:
    """The list an answer consists of, or holds as its ``value``; None if there is none."""
    value = answer.value
    if isinstance(value, Mapping):
        value = value.get("value")
    return value if isinstance(value, list) else None


def _without_list(answer: Answer) -> tuple[Any, ...]:
    rest = {k: v for k, v in answer.value.items() if k != "value"} if isinstance(answer.value, Mapping) else None
    return (answer.status, answer.reason, answer.reference, answer.as_stated, answer.specification, rest)


def _named(field: Field, items: list[Any]) -> dict[tuple[str, int], Any]:
    """Items by what identifies them, and by which occurrence of it they are."""
    found: dict[tuple[str, int], Any] = {}
    for item in items:
        name = json.dumps(_name(field, item), sort_keys=True)
        count = 0
        while (name, count) in found:
            count += 1
        found[name, count] = item
    return found


def _name(field: Field, item: Any) -> Any:
    """The first column of a row identifies it; an item that is no row is its own name."""
    if not (isinstance(item, Mapping) and field.columns):
        return item
    return item.get(field.columns[0].key)


def _rows(field: Field, was: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[Row]:
    for name, row in now.items():
        old = was.get(name, row)
        if old == row or not (isinstance(row, Mapping) and isinstance(old, Mapping)):
            continue
        cells = tuple(
            Cell(column, old.get(column.key), row.get(column.key))
            for column in field.columns
            if old.get(column.key) != row.get(column.key)
        )
        yield Row(_name(field, row), field.columns[0], cells)


#: Longest text that a comparison repeats whole, and how much of what is the same it shows around a change.
WHOLE, AROUND = 400, 80


def excerpts(old: str, new: str) -> tuple[str, str] | None:
    """The differing part of two long texts with some words around it; None if they are short enough to repeat."""
    if max(len(old), len(new)) <= WHOLE:
        return None
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return _cut(old, start, len(old) - end), _cut(new, start, len(new) - end)


def _cut(text: str, start: int, end: int) -> str:
    begin, stop = max(0, start - AROUND), min(len(text), end + AROUND, start + WHOLE)
    part = " ".join(text[begin:stop].split())
    return f"{'… ' if begin else ''}{part}{' …' if stop < len(text) else ''}"
