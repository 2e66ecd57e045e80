"""Two releases, documents or revisions compared on request, as text, Markdown or JSON.

What is compared is named as ``model/release``, ``model/release/document`` or ``copyright-policy``; behind ``@`` may
stand a revision (``@r2``, documents only) or a day (``@2026-05-01``: what had been published by then). Without it
the content as it stands is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import Answer, Other, Row
from gpai_portal.content.comparison import Change, Kind, compare, lists_of
from gpai_portal.content.reading import read_entry
from gpai_portal.dates import parse_day
from gpai_portal.errors import UsageError
from gpai_portal.markup import text_of
from gpai_portal.publication.records import Chain
from gpai_portal.publication.snapshots import Snapshot
from gpai_portal.schema import RELEASE, Field, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer

#: What takes the place of a tag in one line of text.
_MARKS = {
    **dict.fromkeys(("/p", "/li", "/div", "/dd", "/td", "/tr", "/address"), "; "),
    **dict.fromkeys(("/dt", "/th"), ": "),
    "sup": "^",
    "/sup": "",
}
_GAPS = re.compile(r"(?:\s*;)+\s*(?:;|$)")


@dataclass(frozen=True)
class State:
    """A document in one state: as it stands, or as it was published."""

    kind: str
    data: Mapping[str, Any]
    files: Mapping[str, Path]


@dataclass(frozen=True)
class Part:
    """One kind of document on both sides; None where a side has no such document."""

    kind: str
    old: State | None
    new: State | None

    @property
    def changes(self) -> list[Change]:
        """Fields that are answered otherwise; none where a side has no such document."""
        if self.old is None or self.new is None:
            return []
        lists = lists_of(self.old.files), lists_of(self.new.files)
        schema = load(self.kind)
        return compare(schema, read_entry(schema.root, self.old.data), read_entry(schema.root, self.new.data), lists)


def differences(old: str, new: str, now: Mapping[str, Snapshot], chain: Chain) -> list[Part]:
    """Compares what two names mean. Raises UsageError if one means nothing, or if they are of different kinds."""
    before, after = _states(old, now, chain), _states(new, now, chain)
    if not before.keys() & after.keys():
        raise UsageError(f"{old} is {', '.join(before)}, {new} is {', '.join(after)}; compare two of one kind")
    return [Part(kind, before.get(kind), after.get(kind)) for kind in {**before, **after}]


def _states(name: str, now: Mapping[str, Snapshot], chain: Chain) -> dict[str, State]:
    """Documents by kind."""
    subject, at, when = name.partition("@")
    known = dict.fromkeys((*now, *chain.revisions))
    folder = f"models/{subject.removeprefix('models/')}/"
    if f"{folder}{RELEASE}" in known:
        keys = [key for key in known if key.startswith(folder)]
    else:
        keys = [key for key in (subject, f"models/{subject}") if key in known]
    if not keys:
        raise UsageError(f"there is no release or document {subject!r}; there are: {', '.join(known)}")
    if not at:
        return {s.kind: State(s.kind, s.data, s.files) for s in (now.get(key) for key in keys) if s}
    if len(keys) == 1:
        found = [chain.find(f"{keys[0]}@{when}")]
    else:
        day = parse_day(when)
        found = [revision for key in keys if (revision := chain.on(key, day))]
        if not found:
            raise UsageError(f"{name}: nothing of it had been published by then")
    for revision in found:
        if revision.data is None:
            raise UsageError(f"{revision.address} was redacted, so it cannot be compared")
    return {r.kind: State(r.kind, r.data, chain.offered(r)) for r in found if r.data is not None}


def one_line(html: str) -> str:
    """HTML of an answer as one line of text."""
    text = " ".join(text_of(html, _MARKS, " ").split())
    return _GAPS.sub("; ", text).replace(" ;", ";").replace(" :", ":").strip("; ")


class _Words:
    """Answers as lines of text, in English."""

    def __init__(self) -> None:
        self.language = Language("en")
        self.renderer = Renderer(self.language)

    def name(self, change: Change) -> str:
        """The field that changed, by number and label; its path in the file is for who edits it."""
        return f"{self.language.field(change.schema, change.field)} ({change.field.dotted})"

    def answer(self, field: Field, answer: Answer) -> str:
        return one_line(str(self.renderer.answer(field, answer)))

    def cell(self, field: Field, answer: Answer) -> str:
        return "no answer" if answer.written is None else self.answer(field, answer)

    def item(self, field: Field, item: Any) -> str:
        """An item of a list by itself: the row's cells, or the value."""
        if isinstance(item, Row):
            return "; ".join(self.cell(c, item[c.key]) for c in field.columns if c.key in item)
        if field.kind == "domains":
            return str(item)
        return one_line(str(self.renderer.items(field, [item])))

    def lines(self, change: Change) -> list[str]:
        """What was (-), what is (+), and what is otherwise in rows that stay (~)."""
        lines = [f"- {self.item(change.field, item)}" for item in change.removed]
        lines += [f"+ {self.item(change.field, item)}" for item in change.added]
        for row in change.rows:
            for cell in row.cells:
                name, title = self.cell(row.column, row.name), cell.column.title
                lines.append(
                    f"~ {name}, {title}: {self.cell(cell.column, cell.old)} → {self.cell(cell.column, cell.new)}"
                )
        if not change.listed:
            if change.kind is not Kind.ADDED:
                lines.append(f"- {self.answer(change.field, change.old)}")
            if change.kind is not Kind.REMOVED:
                lines.append(f"+ {self.answer(change.field, change.new)}")
        return lines


def _only(part: Part, old: str, new: str) -> str:
    """What to say of a document that one side does not have; empty if both do."""
    if part.old and part.new:
        return ""
    return f"only in {old if part.old else new}"


def as_text(old: str, new: str, parts: Sequence[Part]) -> str:
    """For people, in English."""
    words = _Words()
    lines = [f"{old} → {new}"]
    for part in parts:
        changes = part.changes
        count = _only(part, old, new) or f"{len(changes)} fields differ"
        lines += ["", f"{load(part.kind).title}: {count}"]
        for change in changes:
            lines.append(f"  {words.name(change)}: {change.kind}")
            lines += [f"    {line}" for line in words.lines(change)]
    return "\n".join(lines)


def as_markdown(old: str, new: str, parts: Sequence[Part]) -> str:
    """As Markdown, for example for a pull request or release notes."""
    words = _Words()

    def quote(text: str) -> str:
        return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)

    lines = [f"# {quote(old)} → {quote(new)}"]
    for part in parts:
        lines += ["", f"## {quote(load(part.kind).title)}", ""]
        changes = part.changes
        lines.append((_only(part, old, new) and quote(_only(part, old, new))) or f"{len(changes)} fields differ.")
        for change in changes:
            lines += ["", f"### {quote(words.name(change))}: {change.kind}", ""]
            for line in words.lines(change):
                mark = {"-": "Before", "+": "Now", "~": "Changed"}[line[0]]
                lines.append(f"- **{mark}:** {quote(line[2:])}")
    return "\n".join(lines)


def as_json(old: str, new: str, parts: Sequence[Part]) -> str:
    """For programs: answers by their parts, items and rows as they are written."""

    def told(answer: Answer) -> dict[str, Any]:
        names = ("reason", "reference", "as_stated", "qualifier", "specification")
        return {
            "status": str(answer.status),
            **({} if answer.value is None else {"value": _jsonable(answer.value)}),
            **{name: text for name in names if (text := getattr(answer, name))},
            **({"text": answer.prose} if answer.prose else {}),
        }

    def change_of(change: Change) -> dict[str, Any]:
        return {
            "field": change.field.dotted,
            "title": change.field.title,
            "change": str(change.kind),
            "old": told(change.old),
            "new": told(change.new),
            "added": _jsonable(change.added),
            "removed": _jsonable(change.removed),
            "rows": [
                {
                    "row": row.name.written,
                    "cells": [
                        {"column": cell.column.key, "old": cell.old.written, "new": cell.new.written}
                        for cell in row.cells
                    ],
                }
                for row in change.rows
            ],
        }

    documents = [
        {
            "type": part.kind,
            "old": part.old is not None,
            "new": part.new is not None,
            "changes": [change_of(change) for change in part.changes],
        }
        for part in parts
    ]
    return json.dumps({"old": old, "new": new, "documents": documents}, ensure_ascii=False, indent=2)


def _jsonable(value: Any) -> Any:
    """A value as it would be written in JSON; parts that are not given are left out."""
    if isinstance(value, Row | Answer):
        return value.written
    if isinstance(value, Other):
        return {"other": value.name}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: getattr(value, part.name) for part in fields(value)}
        return {_KEYS.get(key, key): _jsonable(part) for key, part in parts.items() if part and key != "label"}
    return value


#: How parts of an answer are called in files, where a type calls them otherwise.
_KEYS = {"start": "from", "end": "to", "number": "value", "names": "value"}


FORMATS: dict[str, Callable[[str, str, Sequence[Part]], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
