"""What official forms ask of a file, and which of its answers are counted as the pages count them.

A document with pages is asked for its own fields. ``provider.yaml``, ``model.yaml`` and ``release.yaml`` are forms of
nobody; what they are asked for is what the documents that are written take from them (``x-from``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gpai_portal.content.answers import UNCOUNTED, Entry
from gpai_portal.content.counting import is_counted
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Source
from gpai_portal.documents import all_kinds
from gpai_portal.schema import MODEL, PROVIDER, RELEASE, Field, load


@dataclass(frozen=True)
class Asked:
    """What the forms of one portal ask of one file. ``taken`` are fields of documents that take a fact from it, by the
    path of the fact; None if the file is a document itself."""

    taken: Mapping[str, Sequence[Field]] | None

    def is_official(self, entry: Entry, table: Entry | None) -> bool:
        """Whether an official form asks for an answer, or for a cell of a table."""
        return any(field.official for field in self._fields(entry, table))

    def is_counted(self, entry: Entry, table: Entry | None) -> bool:
        """Whether a document is counted by an answer, or by a cell of a table."""
        if self.taken is None:
            return is_counted(entry) if table is None else is_counted(table) and entry.required
        if entry.answer.status in UNCOUNTED:
            return False
        whole = [f for f in self._fields(table or entry, None) if f.official and f.required]
        found = whole if table is None else [column for f in whole if (column := f.child(entry.field.key))]
        # A part of a contact is not counted: what is left of the contact is an answer.
        return any(f.required and "pick" not in (f.composed or {}) for f in found)

    def _fields(self, entry: Entry, table: Entry | None) -> Sequence[Field]:
        if table is not None:
            return [column for f in self._fields(table, None) if (column := f.child(entry.field.key))]
        return [entry.field] if self.taken is None else self.taken.get(entry.field.dotted, ())


def asked(source: Source, content: Content) -> Asked:
    """What is asked of one file of the content."""
    if source.kind == MODEL:  # no form takes anything from it
        return Asked({})
    if source.kind == PROVIDER:
        return _of_facts(PROVIDER, frozenset(document.kind for document in content.sources()))
    if source.kind == RELEASE:
        model, release = source.file.parts[-3:-1]
        return _of_facts(RELEASE, content.documents_of.get((model, release), frozenset()))
    return Asked(None)


@cache
def _of_facts(file: str, kinds: frozenset[str]) -> Asked:
    taken: dict[str, list[Field]] = {}
    for kind in all_kinds():
        for field in load(kind.name).fields() if kind.name in kinds else ():
            if field.composed and field.composed["file"] == file:
                for fact in _facts(field.composed):
                    taken.setdefault(fact, []).append(field)
    return Asked(taken)


def _facts(origin: Mapping[str, Any]) -> list[str]:
    """Facts that a field takes from the file of its origin."""
    alone = [origin[key] for key in ("path", "rows") if key in origin]
    return [*origin.get("pick", ()), *alone, *origin.get("row", {}).values()]
