"""What changed between two documents of one kind, field by field.

Used for the pages between consecutive releases and revisions, for ``gpai-portal compare``, and for the list of
changed fields in a publication record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import NO_DOMAINS, SILENT, Answer, Domains, Entry, Row
from gpai_portal.limits import MAX_COMPARED_BYTES
from gpai_portal.schema import GROUPS, Field, Schema


class Kind(StrEnum):
    """What happened to the answer of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class ChangedCell:
    """A column of a row that differs; the answer is missing where the row has no such column."""

    column: Field
    old: Answer
    new: Answer


@dataclass(frozen=True)
class ChangedRow:
    """A row that is in both tables with different cells; ``name`` is the answer in ``column``, which identifies it."""

    name: Answer
    column: Field
    cells: tuple[ChangedCell, ...]


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
    rows: tuple[ChangedRow, ...] = ()
    listed: bool = False


#: Lines of the files that a document offers, by name: lists of domain names may lie in one.
Lists = Mapping[str, Sequence[str]]


def lists_of(files: Mapping[str, Path]) -> Lists:
    """Lines of files by name; of a very large one only its hash, which tells whether it is another."""

    def lines(path: Path) -> list[str]:
        if path.stat().st_size > MAX_COMPARED_BYTES:
            with path.open("rb") as file:
                return [f"SHA-256 {hashlib.file_digest(file, 'sha256').hexdigest()}"]
        return [
            line.strip() for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines() if line.strip()
        ]

    return {name: lines(path) for name, path in files.items()}


def compare(schema: Schema, old: Entry, new: Entry, lists: tuple[Lists, Lists] = ({}, {})) -> list[Change]:
    """Every field of a document that is answered otherwise, in official order; ``lists`` are those of old and new."""
    return [change for field, answers in _pairs(old, new) if (change := _change(schema, field, answers, lists))]


def differing(old: Entry, new: Entry) -> list[Field]:
    """Fields that are answered otherwise, in official order. Quicker than ``compare``; files are not looked into."""
    return [
        field
        for field, (before, after) in _pairs(old, new)
        if before != after and _listed(field, before, {}) != _listed(field, after, {})
    ]


def _pairs(old: Entry, new: Entry) -> Iterator[tuple[Field, tuple[Answer, Answer]]]:
    """Fields that somebody answered, on one side at least, with the answers of both."""
    for field in new.field.walk():
        if field.kind not in GROUPS and field.kind != "hidden":
            answers = old.get(*field.path), new.get(*field.path)
            if not all(map(_is_silent, answers)):
                yield field, answers


def _is_silent(answer: Answer) -> bool:
    return answer.status in SILENT or answer.derived


def _change(schema: Schema, field: Field, answers: tuple[Answer, Answer], lists: tuple[Lists, Lists]) -> Change | None:
    silent = [_is_silent(answer) for answer in answers]
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
    """An answer without its list, and the items of that list by name; None if it has none.

    The list is the answer itself, a part of it, or a file that it offers.
    """
    value = answer.value
    if isinstance(value, tuple):
        return replace(answer, value=None), _named(field, value)
    if isinstance(value, Domains) and value.names:
        return replace(answer, value=_rest(replace(value, names=()))), _named(field, value.names)
    if isinstance(value, Domains) and value.file in lists:
        return replace(answer, value=_rest(replace(value, file=""))), _named(field, lists[value.file])
    return answer, None


def _rest(domains: Domains) -> Domains | None:
    """What is said beside a list of domain names; None if nothing is."""
    return None if domains == NO_DOMAINS else domains


def _is_bare(answer: Answer) -> bool:
    return not (answer.value or answer.says_more)


def _named(field: Field, items: Sequence[Any]) -> dict[tuple[Any, int], Any]:
    """Items by what identifies them, and by which occurrence of it they are."""
    found: dict[tuple[Any, int], Any] = {}
    for item in items:
        name = _name(field, item)
        count = 0
        while (name, count) in found:
            count += 1
        found[name, count] = item
    return found


def _name(field: Field, item: Any) -> Any:
    """The first column of a row identifies it; an item that is no row is its own name."""
    return item[field.columns[0].key].title if isinstance(item, Row) else item


def _rows(field: Field, was: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[ChangedRow]:
    for name, row in now.items():
        old = was.get(name, row)
        if old == row or not (isinstance(row, Row) and isinstance(old, Row)):
            continue
        first = field.columns[0]
        cells = [ChangedCell(column, old[column.key], row[column.key]) for column in field.columns]
        yield ChangedRow(row[first.key], first, tuple(cell for cell in cells if cell.old != cell.new))


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
