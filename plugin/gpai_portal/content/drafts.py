"""Open fields of drafts: where nothing is written yet, pages say so in place of an answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gpai_portal.content.answers import Answer, Entry, Path_, Row, Status
from gpai_portal.content.source import Source
from gpai_portal.schema import ANSWER_KEYS, GROUPS, Field, load

#: What stands in the place of an answer that is still to be given. No file may say it, and no record holds it.
STILL_OPEN: Mapping[str, str] = {"state": Status.OPEN.value}

#: Kinds of answer whose parts are answers of their own. Remarks are shown beside what they speak of, or not at all.
_OF_ROWS = frozenset({"table", "extra", "contact"})


def with_open_fields(source: Source) -> Source:
    """A checked draft, with the state ``open`` where validation found nothing written, and set that aside."""
    data = copy.deepcopy(dict(source.data))
    for path in source.aside:
        _leave_open(load(source.kind).root, data, path)
    return replace(source, data=data)


def open_fields(group: Entry) -> Iterator[Field]:
    """The fields that are open, or a cell of whose rows is; not what an open question may ask for."""
    for entry in (group.by_key or {}).values():
        if entry.by_key is not None:
            yield from open_fields(entry)
        elif any(answer.written == STILL_OPEN for answer in (entry.answer, *_cells(entry.answer))):
            yield entry.field


def _cells(answer: Answer) -> Iterator[Answer]:
    for row in (answer.value,) if isinstance(answer.value, Row) else answer.rows:
        yield from row.cells.values()


def _leave_open(root: Field, data: dict[str, Any], path: Path_) -> None:
    """Marks the field that a path leads to, or of whose answer it is a part."""
    field, place = root, path[:0]
    for at, key in enumerate(path, start=1):
        if field.kind not in GROUPS | _OF_ROWS:
            break
        child = field.child(key) if isinstance(key, str) else None
        if child is not None:
            field, place = child, path[:at]
        elif isinstance(key, int) and field.kind in _OF_ROWS:
            place = path[:at]
        elif key not in ANSWER_KEYS:
            break
    node: Any = data
    for key in place[:-1]:
        if isinstance(node, dict):
            node = node.setdefault(key, {})
        elif isinstance(key, int) and key < len(node):
            node = node[key]
    if place:
        node[place[-1]] = _row(field) if isinstance(place[-1], int) else _open(field)


def _open(field: Field) -> dict[str, Any]:
    """What is written for a field of which nothing is answered: in a group, each field that it asks for, or each that
    it has where it asks for none."""
    if field.kind not in GROUPS:
        return dict(STILL_OPEN)
    own = [child for child in field.children if not child.composed and child.kind != "hidden"]
    return {child.key: _open(child) for child in [c for c in own if c.required] or own}


def _row(field: Field) -> dict[str, Any]:
    return {column.key: dict(STILL_OPEN) for column in field.columns if column.required}
