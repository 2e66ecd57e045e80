"""What changed between two documents of one kind, field by field, by what readers see of the answers.

Used for the pages between consecutive releases and revisions, for ``gpai-portal compare``, and for the list of
changed fields in a publication record.

Lists and tables are sets. A row is told by its first column. A row that is gone and one that is new are one row
renamed if they share more than half of their other cells. Where rows are facts of releases, and each side is on one
release, these are one row.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gpai_portal.content.answers import MISSING, NO_DOMAINS, Answer, Domains, Entry, Row, Status
from gpai_portal.content.appearance import appearance, as_row, is_item, is_silent, part_appearance, seen
from gpai_portal.content.lists import LIST_ENDINGS, METHOD_ENDING, listed_lines, read_method
from gpai_portal.limits import MAX_COMPARED_BYTES, MAX_PAIRED_ROWS
from gpai_portal.schema import Field, Schema
from gpai_portal.suffixes import spelling


class Kind(StrEnum):
    """What happened to the answer of a field."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class ChangedCell:
    """A column of a row that differs; the answer is missing where the row has no such column.

    ``column`` is the table itself for a state that stands in place of the cells.
    """

    column: Field
    old: Answer
    new: Answer


@dataclass(frozen=True)
class ChangedRow:
    """A row that is in both tables with different cells; ``name`` is its answer in ``column``, which tells it."""

    name: Answer
    column: Field
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True)
class Change:
    """A field whose answer differs.

    Of a list or table, ``added`` and ``removed`` hold whole items or rows, ``rows`` those that stay but differ. ``old``
    and ``new`` are the answers without their lists, and missing where the list says all. ``before`` and ``after`` are
    the whole answers, ``counts`` how many items their lists have. Lists that are not at hand are ``unread``: that they
    differ is known, and not how.
    """

    schema: Schema
    field: Field
    kind: Kind
    old: Answer
    new: Answer
    before: Answer
    after: Answer
    added: Sequence[Any] = ()
    removed: Sequence[Any] = ()
    rows: tuple[ChangedRow, ...] = ()
    counts: tuple[int, int] = (0, 0)
    unread: bool = False

    @property
    def lists(self) -> bool:
        """Whether items of a list came, went or became others."""
        return bool(self.added or self.removed or self.rows)


#: Lists of domain names that a document offers as files, by name; of the record of a computed list, how many names
#: there are in all.
Lists = Mapping[str, Sequence[str]]

#: What stands in place of a list that is too large to be compared by its names, before its hash.
HASH = "SHA-256 "


def lists_of(files: Mapping[str, Path], outside: Mapping[str, str] = MappingProxyType({})) -> Lists:
    """Lists of files by name; of a very large one only its hash, which tells whether it is another, and so of those
    that are kept ``outside``, which are given by their hashes."""

    def lines(path: Path) -> list[str]:
        if path.stat().st_size > MAX_COMPARED_BYTES:
            with path.open("rb") as file:
                return [HASH + hashlib.file_digest(file, "sha256").hexdigest()]
        return list(listed_lines(path))

    lists: dict[str, Sequence[str]] = {name: lines(path) for name, path in files.items() if name.endswith(LIST_ENDINGS)}
    for name, path in files.items():
        if name.endswith(METHOD_ENDING):
            with suppress(ValueError):  # a damaged file of the records, of which verify tells
                lists[name] = [str(read_method(path).names)]
    return lists | {name: [HASH + sha256] for name, sha256 in outside.items() if name.endswith(LIST_ENDINGS)}


def compare(
    schema: Schema, old: Entry, new: Entry, lists: tuple[Lists, Lists] = ({}, {}), *, kind: str = ""
) -> list[Change]:
    """Every field of a document that is answered otherwise, in official order; ``lists`` are those of old and new. With
    ``kind``, fields of that kind alone."""
    pairs = ((field, answers) for field, answers in _pairs(old, new) if kind in {"", field.kind})
    return [change for field, answers in pairs if (change := _change(schema, field, answers, lists))]


def differing(old: Entry, new: Entry) -> list[Field]:
    """Fields that are answered otherwise, in official order. Quicker than ``compare``; files are not looked into."""
    return [
        field
        for field, (before, after) in _pairs(old, new)
        if (before != after or before.file != after.file) and appearance(field, before) != appearance(field, after)
    ]


def _pairs(old: Entry, new: Entry) -> Iterator[tuple[Field, tuple[Answer, Answer]]]:
    """Fields of which readers see something, on one side at least, with the answers of both."""
    before = {entry.field.path: entry.answer for entry in seen(old)}
    after = {entry.field.path: entry for entry in seen(new)}
    for path, entry in after.items():
        answers = before.get(path, MISSING), entry.answer
        if not all(map(is_silent, answers)):
            yield entry.field, answers


def _change(schema: Schema, field: Field, answers: tuple[Answer, Answer], lists: tuple[Lists, Lists]) -> Change | None:
    (old, was), (new, now) = (_listed(answer, known) for answer, known in zip(answers, lists, strict=True))
    unread = _is_hash(was) != _is_hash(now) and bool(was and now)
    if unread:
        was = now = ()
    removed, added, rows = _items(field, was, now)
    if appearance(field, old) == appearance(field, new):
        if not (removed or added or rows or unread):
            return None
        old = new = MISSING
    silent = [is_silent(answer) for answer in answers]
    kind = Kind.ADDED if silent[0] else Kind.REMOVED if silent[1] else Kind.CHANGED
    counts = len(was), len(now)
    return Change(schema, field, kind, old, new, *answers, added, removed, rows, counts, unread)


def _is_hash(items: Sequence[Any]) -> bool:
    """Whether the hash of a list stands in its place."""
    return len(items) == 1 and isinstance(items[0], str) and items[0].startswith(HASH)


def _listed(answer: Answer, lists: Lists) -> tuple[Answer, Sequence[Any]]:
    """An answer without its list, missing if it says no more, and the items of that list.

    The list is the answer itself, a part of it, or a file that it offers.
    """
    if is_silent(answer):
        return MISSING, ()
    value: Any = answer.value
    rest: Any = value
    items: Sequence[Any] = ()
    if isinstance(value, tuple) and not isinstance(value[0], Answer):
        rest, items = None, tuple(filter(is_item, value))
    elif isinstance(value, Domains):
        total = value.total or int(*lists.get(value.method, ()))
        rest = replace(value, names=(), file="", method="", table="", total=total)
        rest = None if rest == NO_DOMAINS else rest
        items = value.names or tuple(lists.get(value.file, ()))
    if items and rest is None and answer.status is Status.ANSWERED and not (answer.says_more or answer.file):
        return MISSING, items
    return replace(answer, value=rest), items


def _items(field: Field, was: Sequence[Any], now: Sequence[Any]) -> tuple[list[Any], list[Any], tuple[ChangedRow, ...]]:
    """Items that are gone, items that are new, and rows that stay but differ."""
    if field.kind == "domains" and all(type(item) is str for items in (was, now) for item in items):
        return *_names(was, now), ()
    before, after = (Counter(part_appearance(field, item) for item in items) for items in (was, now))
    gone, new = _beyond(field, was, before - after), _beyond(field, now, after - before)
    if not any(isinstance(item, Row) for item in (*gone, *new)):
        return gone, new, ()
    old_rows, new_rows = ([as_row(field, item) for item in items] for items in (gone, new))
    one_release = field.names_releases and len(was) == len(now) == 1
    pairs = {0: 0} if one_release else _paired(field, old_rows, new_rows)
    return (
        [item for i, item in enumerate(gone) if i not in pairs],
        [item for j, item in enumerate(new) if j not in pairs.values()],
        tuple(_changed_row(field, old_rows[i], new_rows[j]) for i, j in pairs.items()),
    )


def _names(was: Sequence[str], now: Sequence[str]) -> tuple[list[str], list[str]]:
    """Domain names that are gone, and those that are new, each once. There may be millions of them."""
    old, new = ({spelling(name): name for name in names} for names in (was, now))
    return [old[name] for name in old if name not in new], [new[name] for name in new if name not in old]


def _beyond(field: Field, items: Sequence[Any], surplus: Counter[Hashable]) -> list[Any]:
    """Of items that look alike, as many as there are more on this side; the last ones."""
    found = []
    for item in reversed(items):
        look = part_appearance(field, item)
        if surplus[look]:
            surplus[look] -= 1
            found.append(item)
    return found[::-1]


Look = Mapping[str, Hashable]


def _paired(field: Field, gone: Sequence[Row], new: Sequence[Row]) -> dict[int, int]:
    """Rows that became others: the index of each among those that are gone, and among those that are new.

    First those with the same name are paired, those most alike with each other, then renamed ones.
    """
    first = field.columns[0].key
    was, now = ([_cells(field, row) for row in rows] for rows in (gone, new))
    named: dict[Hashable, list[int]] = {}
    for i, row in enumerate(was):
        named.setdefault(row.get(first), []).append(i)
    origin: dict[int, int] = {}
    for j, row in enumerate(now):
        if namesakes := named.get(row.get(first)):
            # Of a great many with one name only some are looked at, so that no table takes long.
            origin[j] = max(namesakes[:100], key=lambda i: _shared(was[i], row))
            namesakes.remove(origin[j])
    left = sorted(i for rest in named.values() for i in rest)
    fresh = [j for j in range(len(now)) if j not in origin]
    if len(left) * len(fresh) <= MAX_PAIRED_ROWS:
        taken = set()
        for share, i, j in sorted((-_shared(was[i], now[j], first), i, j) for i in left for j in fresh):
            if share < -0.5 and j not in origin and i not in taken:
                origin[j] = i
                taken.add(i)
    return {origin[j]: j for j in sorted(origin)}


def _cells(field: Field, row: Row) -> Look:
    found = {c.key: look for c in field.columns if (look := appearance(c, row[c.key])) is not None}
    return found | ({"": appearance(field, row.state)} if row.state is not None else {})


def _shared(old: Look, new: Look, but: str = "") -> float:
    """The share of the cells of two rows that are the same in both, without the column ``but``."""
    keys = (old.keys() | new.keys()) - {but}
    return sum(old.get(key) == new.get(key) for key in keys) / len(keys) if keys else 0


def _changed_row(field: Field, old: Row, new: Row) -> ChangedRow:
    first = field.columns[0]
    cells = [ChangedCell(column, old[column.key], new[column.key]) for column in field.columns]
    cells.append(ChangedCell(field, old.state or MISSING, new.state or MISSING))
    differ = (c for c in cells if appearance(c.column, c.old) != appearance(c.column, c.new))
    return ChangedRow(new[first.key], first, tuple(differ))
