"""Pages that say what changed: listed without comparing tables and texts, which is done where they are shown."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from gpai_portal.content.answers import Entry, Row
from gpai_portal.content.comparison import Change, compare, lists_of
from gpai_portal.content.lists import LIST_ENDINGS
from gpai_portal.limits import MAX_SHOWN_NAMES
from gpai_portal.schema import Field, Schema
from gpai_portal.site.language import Language
from gpai_portal.site.page import Page

#: Changed fields on one page of a comparison.
COMPARED_FIELDS = 25


@dataclass(frozen=True)
class Side:
    """One of the two states that are compared: its name and page, its answers, and the files that it offers.

    ``key`` is that of a file of the content, which may be a draft; empty for what was published.
    """

    name: str
    uri: str
    answers: Callable[[], Entry] = field(repr=False)
    files: Mapping[str, Path] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two states of one kind of document. ``language`` is that of its answers."""

    schema: Schema
    old: Side
    new: Side
    language: str

    @cached_property
    def changes(self) -> list[Change]:
        """Every field that is answered otherwise, in official order."""
        return self._compared()

    @cached_property
    def changed_lists(self) -> list[Change]:
        """Those of them that list domain names; found without comparing all the others."""
        if not any(name.endswith(LIST_ENDINGS) for name in (*self.old.files, *self.new.files)):
            return []
        return self._compared(kind="domains")

    def _compared(self, kind: str = "") -> list[Change]:
        lists = lists_of(self.old.files), lists_of(self.new.files)
        return compare(self.schema, self.old.answers(), self.new.answers(), lists, kind=kind)


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
    """A page with a comparison; where much has changed, each section of the document is a page of its own.

    ``differing`` are the paths of the fields that are answered otherwise, ``parts`` further pages to be listed;
    ``called`` makes of the title of a section that of its page.
    """
    found = []
    sections = dict.fromkeys(map(_section, differing)) if len(differing) > COMPARED_FIELDS else {}
    for key in filter(None, sections):
        section = comparison.schema.root.child(key)
        title = f"{section.number} {language.label(section.title)}".strip() if section else key
        uri = f"{page.uri}{key.replace('_', '-')}/"
        part = Part(title, uri, comparison, key)
        parts = (*parts, part)
        trail = (*page.trail, (language.text("Changes"), page.uri))
        named = replace(page, title=called(title), heading=f"{page.name}, {title}")
        found.append(replace(named, uri=uri, trail=trail, context=_shown(part, ())))
    yield replace(page, context=_shown(Part(page.title, page.uri, comparison), parts))
    yield from found


def _shown(part: Part, parts: tuple[Part, ...]) -> dict[str, object]:
    return {"part": part, "parts": parts}


def _section(path: tuple[str, ...]) -> str:
    """The section that a field stands in; empty for one at the top of its document."""
    return path[0] if len(path) > 1 else ""
