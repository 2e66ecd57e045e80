"""Two releases, documents or revisions compared on request, as text, Markdown or JSON.

What is compared is named as ``model/release``, ``model/release/document`` or ``copyright-policy``; behind ``@`` may
stand a revision (``@r2``, documents only) or a day (``@2026-05-01``: what had been published by then). Without it
the content as it stands is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import Answer, Other, Row
from gpai_portal.content.appearance import is_silent
from gpai_portal.content.comparison import Change, compare, lists_of
from gpai_portal.content.reading import read_entry
from gpai_portal.content.segments import Fate, Segment, segments
from gpai_portal.dates import parse_day
from gpai_portal.errors import UsageError
from gpai_portal.publication.records import Chain
from gpai_portal.publication.snapshots import Snapshot
from gpai_portal.schema import RELEASE, Field, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from gpai_portal.site.sides import one_line


@dataclass(frozen=True)
class State:
    """A document in one state: as it stands, or as it was published."""

    kind: str
    data: Mapping[str, Any]
    files: Mapping[str, Path]
    absent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One kind of document on both sides; None where a side has no such document."""

    kind: str
    old: State | None
    new: State | None

    @cached_property
    def changes(self) -> list[Change]:
        """Fields that are answered otherwise; none where a side has no such document."""
        if self.old is None or self.new is None:
            return []
        lists = lists_of(self.old.files, self.old.absent), lists_of(self.new.files, self.new.absent)
        schema = load(self.kind)
        return compare(schema, read_entry(schema.root, self.old.data), read_entry(schema.root, self.new.data), lists)


def differences(old: str, new: str, now: Mapping[str, Snapshot], chain: Chain) -> list[Part]:
    """Compares what two names mean. Raises UsageError if one means nothing, or if they are of different kinds."""
    before, after = _states(old, now, chain), _states(new, now, chain)
    if not before.keys() & after.keys():
        raise UsageError(f"{old} is {', '.join(before)}, {new} is {', '.join(after)}; compare two of one kind")
    return [Part(kind, before.get(kind), after.get(kind)) for kind in {**before, **after}]


def is_about(name: str, key: str) -> bool:
    """Whether a name of what is compared means a document as it stands, by the key of the document."""
    subject = name.removeprefix("models/")
    return "@" not in name and f"{key}/".removeprefix("models/").startswith(f"{subject}/")


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
    return {r.kind: State(r.kind, r.data, chain.offered(r), chain.absent(r)) for r in found if r.data is not None}


@dataclass(frozen=True)
class _Line:
    """One line of what is said of a change: a mark (-, +, or ~ for what changed), what it is about, and the text."""

    mark: str
    about: str
    text: tuple[Segment, ...]


class _Words:
    """Changes as lines of text, in English."""

    def __init__(self) -> None:
        self.language = Language("en")
        self.renderer = Renderer(self.language)

    def name(self, change: Change) -> str:
        """The field that changed, by number and label; its path in the file is for who edits it."""
        return f"{self.language.field(change.schema, change.field)} ({change.field.dotted})"

    def lines(self, change: Change) -> Iterator[_Line]:
        """What was, what is, and what is otherwise in text and in rows that stay."""
        if change.unread:
            yield _Line("~", "", _plain("another list of domain names, too large to be compared name by name"))
        shown = self.renderer.sides(change)
        for mark, items, more in (("-", shown.removed, shown.removed_more), ("+", shown.added, shown.added_more)):
            for item in items:
                yield _line(mark, item)
            if more:
                yield _line(mark, f"... and {more:,} more domain names; --format json lists all")
        for pair in shown.pairs:
            old, new = one_line(pair.old), one_line(pair.new)
            words = segments(old, new) if pair.is_prose else ()
            marked = any(segment.fate is Fate.SAME for segment in words)
            if pair.row is not None and pair.field is change.field and not (old and new):
                yield _Line("-" if old else "+", f"{pair.row}: ", _plain(old or new))
            elif pair.row is not None:
                about = f"{pair.row}: "
                if pair.field is not change.field:
                    about = f"{pair.row}, {pair.field.title.rstrip(':')}: "
                both = _plain(f"{old or 'no answer'} → {new or 'no answer'}")
                yield _Line("~", about, words if marked else both)
            elif marked:
                yield _Line("~", "", words)
            else:
                yield from (_line(mark, text) for mark, text in (("-", pair.old), ("+", pair.new)) if text)


def _line(mark: str, html: str) -> _Line:
    return _Line(mark, "", _plain(one_line(html)))


def _plain(text: str) -> tuple[Segment, ...]:
    return (Segment(Fate.SAME, text),)


#: Characters of what stayed that are told around a change.
_AROUND = 100


def _shortened(words: Sequence[Segment]) -> Iterator[Segment]:
    """Segments in which what stayed is cut to what stands next to a change."""
    for index, segment in enumerate(words):
        text = segment.text
        head, tail = _AROUND if index else 0, _AROUND if index < len(words) - 1 else 0
        if segment.fate is Fate.SAME and len(words) > 1 and len(text) > head + tail + 20:
            text = f"{text[:head]} … {text[len(text) - tail :]}"
        yield Segment(segment.fate, text)


def _count(part: Part, old: str, new: str) -> str:
    """How many fields of a document differ, or which side alone has it."""
    if not (part.old and part.new):
        return f"only in {old if part.old else new}"
    count = len(part.changes)
    return "1 field differs" if count == 1 else f"{count} fields differ"


def as_text(old: str, new: str, parts: Sequence[Part]) -> str:
    """For people, in English."""
    words = _Words()
    around = {Fate.SAME: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}
    lines = [f"{old} → {new}"]
    for part in parts:
        lines += ["", f"{load(part.kind).title}: {_count(part, old, new)}"]
        for change in part.changes:
            lines.append(f"  {words.name(change)}: {change.kind}")
            for line in words.lines(change):
                text = "".join(around[piece.fate].format(piece.text) for piece in _shortened(line.text))
                lines.append(f"    {line.mark} {line.about}{text}")
    return "\n".join(lines)


def as_markdown(old: str, new: str, parts: Sequence[Part]) -> str:
    """As Markdown, for example for a pull request or release notes."""
    words = _Words()
    around = {Fate.SAME: "", Fate.REMOVED: "~~", Fate.ADDED: "**"}

    def quote(text: str) -> str:
        return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)

    def told(piece: Segment) -> str:
        # Marks of Markdown hold only where no white space stands inside them.
        mark, text = around[piece.fate], piece.text
        bare = text.strip()
        begin = text[: len(text) - len(text.lstrip())]
        return f"{begin}{mark}{quote(bare)}{mark}{text[len(begin) + len(bare) :]}" if bare else text

    lines = [f"# {quote(old)} → {quote(new)}"]
    for part in parts:
        lines += ["", f"## {quote(load(part.kind).title)}", "", f"{quote(_count(part, old, new))}."]
        for change in part.changes:
            lines += ["", f"### {quote(words.name(change))}: {change.kind}", ""]
            for line in words.lines(change):
                name = {"-": "Before", "+": "Now", "~": "Changed"}[line.mark]
                lines.append(f"- **{name}:** {quote(line.about)}{''.join(map(told, _shortened(line.text)))}")
    return "\n".join(lines)


def as_json(old: str, new: str, parts: Sequence[Part]) -> str:
    """For programs: answers by their parts, items and rows as they are written; null where a list says all.

    ``segments`` tell what became of the words of a text, to the letter.
    """
    words = _Words()

    def told(answer: Answer) -> dict[str, Any] | None:
        if is_silent(answer):
            return None
        names = ("reason", "reference", "as_stated", "qualifier", "specification", "file")
        return {
            "status": str(answer.status),
            **({} if answer.value is None else {"value": _jsonable(answer.value)}),
            **{name: text for name in names if (text := getattr(answer, name))},
            **({"text": answer.prose} if answer.prose else {}),
        }

    def wording(field: Field, old: Answer, new: Answer) -> dict[str, Any]:
        if field.kind != "text" or not (isinstance(old.value, str) and isinstance(new.value, str)):
            return {}
        return {"segments": [{str(piece.fate): piece.text} for piece in segments(old.value, new.value)]}

    def change_of(change: Change) -> dict[str, Any]:
        return {
            "field": change.field.dotted,
            "name": words.language.field(change.schema, change.field),
            "title": change.field.title,
            "change": str(change.kind),
            "old": told(change.old),
            "new": told(change.new),
            **wording(change.field, change.old, change.new),
            "added": _jsonable(change.added),
            "removed": _jsonable(change.removed),
            **({"unread": True} if change.unread else {}),
            "rows": [
                {
                    "row": row.name.written,
                    "cells": [
                        {
                            "column": cell.column.key,
                            "old": cell.old.written,
                            "new": cell.new.written,
                            **wording(cell.column, cell.old, cell.new),
                        }
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
