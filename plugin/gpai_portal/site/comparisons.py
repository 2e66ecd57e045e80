"""Pages that say what changed: listed without comparing tables and texts, which is done where they are shown."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from gpai_portal.content.answers import Entry, Row
from gpai_portal.content.comparison import Change, compare, lists_of
from gpai_portal.content.lists import LIST_ENDINGS
from gpai_portal.content.model import Document
from gpai_portal.limits import MAX_SHOWN_NAMES
from gpai_portal.publication.offered import carried
from gpai_portal.schema import Field, Schema
from gpai_portal.site.language import Language
from gpai_portal.site.page import Page

#: Characters of what is written on both sides of a comparison that have a place on one page, which they make about
#: 60 KB of HTML; each field counts for its label and its frame as well.
COMPARED_CHARACTERS = 27_000
FRAME = 300


@dataclass(frozen=True)
class Side:
    """One of the two states that are compared: its name and page, its answers, the files that it offers, and the hashes
    of those that are kept elsewhere and so are ``absent``.

    ``data`` is its JSON. ``undisclosed`` is the number of required answers that disclose nothing; None where these are
    not counted. ``key`` is that of a file of the content, which may be a draft; empty for what was published.
    """

    name: str
    uri: str
    answers: Callable[[], Entry] = field(repr=False)
    files: Mapping[str, Path] = field(default_factory=dict)
    key: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    undisclosed: Callable[[], int | None] = lambda: None

    def places(self, beside: Callable[[str], str]) -> dict[str, str]:
        """Where the files that it offers lie, by name, as links; ``beside`` tells where those of a page are."""
        return {name: beside(self.uri) + carried(name, path) for name, path in self.files.items()}


def undisclosed(document: Document) -> int | None:
    """How many required answers of a document disclose nothing; None where its page counts items instead."""
    return None if document.items[0] else document.tally.undisclosed


@dataclass(frozen=True)
class Comparison:
    """Two states of one kind of document. ``language`` is that of its answers; fields that it ``leaves_out``, by their
    keys at the top of the document, differ in any case."""

    schema: Schema
    old: Side
    new: Side
    language: str
    leaves_out: frozenset[str] = frozenset()

    @cached_property
    def changes(self) -> list[Change]:
        """Every field that is answered otherwise, in official order."""
        return self._compared()

    @cached_property
    def changed_lists(self) -> list[Change]:
        """Those of them that list domain names; found without comparing all the others."""
        files = (*self.old.files, *self.new.files, *self.old.absent, *self.new.absent)
        if not any(name.endswith(LIST_ENDINGS) for name in files):
            return []
        return self._compared(kind="domains")

    @cached_property
    def remarked(self) -> frozenset[str]:
        """Fields (dotted) of which a side says more elsewhere: an information gap, or exceptions for some models."""
        return frozenset(name for side in (self.old, self.new) for name in side.answers().remarks)

    def _compared(self, kind: str = "") -> list[Change]:
        lists = lists_of(self.old.files, self.old.absent), lists_of(self.new.files, self.new.absent)
        found = compare(self.schema, self.old.answers(), self.new.answers(), lists, kind=kind)
        return [change for change in found if change.field.path[0] not in self.leaves_out]


@dataclass(frozen=True)
class Section:
    """The changes of one section of a document; those at the top of it have none."""

    section: Field | None
    changes: list[Change]


@dataclass(frozen=True)
class Chapter:
    """The changes of one of the first sections of a document, by the sections in it."""

    chapter: Field | None
    sections: list[Section]


def chapters(changes: Sequence[Change]) -> list[Chapter]:
    """Changes of one document by the sections their fields stand in, in official order; those in none come first."""

    def above(change: Change) -> tuple[str, ...]:
        return change.field.path[:-1]

    found: list[Chapter] = []
    ordered = sorted(changes, key=lambda change: bool(above(change)))
    for first, group in groupby(ordered, lambda change: above(change)[:1]):
        own = list(group)
        schema = own[0].schema
        sections = [Section(_group(schema, path), list(members)) for path, members in groupby(own, above)]
        found.append(Chapter(_group(schema, first), sections))
    return found


def _group(schema: Schema, path: tuple[str, ...]) -> Field | None:
    return schema.find(".".join(path)) if path else None


def names_file(field: Field, fate: str) -> str:
    """Name of the file with the domain names that came or went of a field, beside the page that tells of it."""
    return f"{field.key.replace('_', '-')}-{fate}.txt.gz"


@dataclass(frozen=True)
class Part:
    """What a page shows of a comparison: all of it, or one section of the document."""

    title: str
    uri: str
    comparison: Comparison
    section: str = ""

    @property
    def changes(self) -> list[Change]:
        """The changes of the section, or of the whole document."""
        return self._of_section(self.comparison.changes)

    def _of_section(self, changes: Sequence[Change]) -> list[Change]:
        return [c for c in changes if not self.section or _section(c.field.path) == self.section]

    def name_files(self, parts: Sequence[Part]) -> Iterator[tuple[str, bytes]]:
        """Domain names that came or went, where these are more than a page shows: name and content of each file."""
        for change in self._beside(self.comparison.changed_lists, parts):
            for fate, items in (("removed", change.removed), ("added", change.added)):
                if len(items) > MAX_SHOWN_NAMES:
                    text = "".join(f"{item['domain'].text if isinstance(item, Row) else item}\n" for item in items)
                    yield names_file(change.field, fate), gzip.compress(text.encode(), mtime=0)

    def beside(self, parts: Sequence[Part]) -> list[Change]:
        """The changes that none of its own further pages shows."""
        return self._beside(self.comparison.changes, parts)

    def _beside(self, changes: Sequence[Change], parts: Sequence[Part]) -> list[Change]:
        elsewhere = {part.section for part in parts if part.comparison is self.comparison}
        own = self._of_section(changes)
        return [change for change in own if self.section or _section(change.field.path) not in elsewhere]


def comparison_pages(
    page: Page,
    comparison: Comparison,
    differing: Sequence[tuple[str, ...]],
    language: Language,
    called: Callable[[str], str],
    parts: tuple[Part, ...] = (),
) -> Iterator[Page]:
    """A page with a comparison; where it would be too large, its largest sections are pages of their own.

    ``differing`` are the paths of the fields that are answered otherwise, ``parts`` further pages to be listed;
    ``called`` makes of the title of a section that of its page.
    """
    found = []
    for key in _apart(comparison, differing):
        section = comparison.schema.root.child(key)
        title = f"{section.number} {language.label(section.title)}".strip() if section else key
        uri = f"{page.uri}{key.replace('_', '-')}/"
        part = Part(title, uri, comparison, key)
        parts = (*parts, part)
        trail = (*page.trail, (page.name, page.uri))
        named = replace(page, title=called(title), heading=f"{page.name}, {title}")
        found.append(replace(named, uri=uri, trail=trail, context=_shown(part, ())))
    yield replace(page, context=_shown(Part(page.title, page.uri, comparison), parts))
    yield from found


def _apart(comparison: Comparison, differing: Sequence[tuple[str, ...]]) -> list[str]:
    """The sections that have pages of their own: the largest ones, until the others have a place on one page."""
    weights: dict[str, int] = {}
    for path in differing:
        if path[0] not in comparison.leaves_out:
            weights[_section(path)] = weights.get(_section(path), 0) + _weight(comparison, path)
    by_size = sorted(filter(None, weights), key=lambda key: -weights[key])
    apart: set[str] = set()
    while (
        by_size
        and len(weights) > 1
        and sum(weights.values()) - sum(weights[key] for key in apart) > COMPARED_CHARACTERS
    ):
        apart.add(by_size.pop(0))
    return [key for key in weights if key in apart]


def _shown(part: Part, parts: tuple[Part, ...]) -> dict[str, object]:
    return {"part": part, "parts": parts}


def _section(path: tuple[str, ...]) -> str:
    """The section that a field stands in; empty for one at the top of its document."""
    return path[0] if len(path) > 1 else ""


def _weight(comparison: Comparison, path: Sequence[str]) -> int:
    """How much a changed field adds to a page."""
    written = (_at(side.data, path) for side in (comparison.old, comparison.new))
    return FRAME + sum(len(json.dumps(one, ensure_ascii=False)) for one in written if one is not None)


def _at(data: Any, path: Sequence[str]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
