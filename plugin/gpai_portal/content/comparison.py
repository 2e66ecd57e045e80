"""What changed between two documents of one kind, field by field.

Used for the pages between consecutive releases and revisions, for ``gpai-portal compare``, and for the list of
changed fields in a publication record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import Answer, Status, read_entry
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
    stay but differ; ``old`` and ``new`` are then what the answers say beside the list. ``listed`` says that the list
    tells all of the change.
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


#: Largest file that is compared line by line.
MAX_LISTED = 5_000_000

#: Lines of the files that a document offers, by name: lists of domain names may lie in one.
Lists = Mapping[str, Sequence[str]]


def lists_of(files: Mapping[str, Path]) -> Lists:
    """Lines of files by name; of a very large one only its hash, which tells whether it is another."""

    def lines(path: Path) -> list[str]:
        if path.stat().st_size > MAX_LISTED:
            with path.open("rb") as file:
                return [f"SHA-256 {hashlib.file_digest(file, 'sha256').hexdigest()}"]
        return [
            line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()
        ]

    return {name: lines(path) for name, path in files.items()}


def compare(
    schema: Schema,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    lists: tuple[Lists, Lists] = ({}, {}),
) -> list[Change]:
    """Every field of a document that is answered otherwise, in official order; ``lists`` are those of old and new."""
    before = {entry.field.path: entry.answer for entry in read_entry(schema.root, old).walk()}
    after = {entry.field.path: entry for entry in read_entry(schema.root, new).walk()}
    found = (_change(schema, entry.field, (before[path], entry.answer), lists) for path, entry in after.items())
    return [change for change in found if change is not None]


def _change(schema: Schema, field: Field, answers: tuple[Answer, Answer], lists: tuple[Lists, Lists]) -> Change | None:
    silent = [answer.status in SILENT or answer.derived for answer in answers]
    if all(silent):
        return None
    (old, was), (new, now) = (_listed(field, answer, known) for answer, known in zip(answers, lists, strict=True))
    if old == new and was == now:
        return None
    if any(silent):
        kind = Kind.ADDED if silent[0] else Kind.REMOVED
        items, rest = (now, new) if silent[0] else (was, old)
        told = list(items.values()) if items else []
        added, removed = (told, []) if silent[0] else ([], told)
        return Change(schema, field, kind, old, new, added, removed, listed=bool(told) and _is_bare(rest))
    if was is None or now is None:
        return Change(schema, field, Kind.CHANGED, *answers)
    return Change(
        schema,
        field,
        Kind.CHANGED,
        old,
        new,
        [item for name, item in now.items() if name not in was],
        [item for name, item in was.items() if name not in now],
        tuple(_rows(field, was, now)),
        old == new,
    )


def _listed(field: Field, answer: Answer, lists: Lists) -> tuple[Answer, dict[Any, Any] | None]:
    """What an answer says beside its list, and the items of the list it is, holds, or offers as a file."""
    value = answer.value
    if isinstance(value, list):
        return replace(answer, value=None), _named(field, value)
    if isinstance(value, Mapping):
        for key, items in (("value", value.get("value")), ("file", lists.get(value.get("file", "")))):
            if isinstance(items, Sequence) and not isinstance(items, str):
                rest = {k: v for k, v in value.items() if k != key}
                return replace(answer, value=rest or None), _named(field, items)
    return answer, None


def _is_bare(answer: Answer) -> bool:
    return not any((answer.value, answer.reason, answer.reference, answer.as_stated, answer.specification))


def _named(field: Field, items: Sequence[Any]) -> dict[tuple[str, int], Any]:
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
