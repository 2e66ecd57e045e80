"""The two sides of a change as they are shown: on pages, and in words by ``gpai-portal compare``.

What counts as different is shown differently: links that only one side has show where they lead, and where two sides
would look alike all the same, they are shown as they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

from markupsafe import Markup

from gpai_portal.content.answers import SILENT, Answer, Row
from gpai_portal.content.appearance import is_silent, part_appearance
from gpai_portal.content.comparison import Change, ChangedCell
from gpai_portal.limits import MAX_SHOWN_NAMES
from gpai_portal.markup import tags
from gpai_portal.schema import REMARKS, Field
from gpai_portal.site.language import Language
from gpai_portal.site.marking import BLOCKS, mark

#: Kinds of which the words are told, not the whole.
_PROSE = frozenset({"text", "line"})

#: Ends of pieces and of names of pieces, by characters that no text may hold.
_END, _NAME = "\0", "\1"
#: What takes the place of a tag in one line of text; of others, white space.
_IN_TEXT = {
    **dict.fromkeys(("/p", "/li", "/div", "/dd", "/td", "/tr", "/address"), _END),
    **dict.fromkeys(("/dt", "/th"), _NAME),
    **dict.fromkeys(("q", "/q"), '"'),
    **dict.fromkeys(("a", "bdi", "code", "em", "span", "strong", "time"), ""),
    **dict.fromkeys(("/a", "/bdi", "/code", "/em", "/span", "/strong", "/time"), ""),
    "sup": "^",
    "/sup": "",
}


class Shows(Protocol):
    """What makes HTML of answers."""

    language: Language

    def answer(self, field: Field, answer: Answer, lang: str = "") -> Markup:
        """An answer with all that it says."""

    def file(self, answer: Answer) -> Markup:
        """Where the list of an answer lies as a file; empty if there is none."""

    def item(self, field: Field, item: object, lang: str = "") -> Markup:
        """An item of a list, or a row of a table with the names of its columns."""


@dataclass(frozen=True)
class Pair:
    """An answer that differs, as HTML; empty on a side where there is none.

    ``row`` is the name of the row it stands in, as text; it ``opens`` that row if it is the first in it. ``is_prose``:
    what changed are words. ``marked`` has them in one text, if enough of them stayed; ``short`` if both sides have a
    place in one line.
    """

    field: Field
    old: Markup
    new: Markup
    row: str | None = None
    opens: bool = False
    is_prose: bool = False
    marked: Markup | None = None

    @cached_property
    def short(self) -> bool:
        """Whether it is told in one line: what was, and behind it what is."""
        return all(map(is_short, (self.old, self.new)))


@dataclass(frozen=True)
class Sides:
    """All of a change: items that are gone, items that are new, and answers that differ.

    Of domain names, only the first are shown; ``removed_more`` and ``added_more`` are the numbers of the others.
    ``removed_names`` and ``added_names`` are the same items by their names alone, ``added_rows`` the new ones that are
    rows, with their other cells.
    """

    removed: tuple[Markup, ...]
    added: tuple[Markup, ...]
    pairs: tuple[Pair, ...]
    removed_more: int = 0
    added_more: int = 0
    removed_names: tuple[Markup, ...] = ()
    added_names: tuple[Markup, ...] = ()
    added_rows: tuple[tuple[Markup, list[Pair]], ...] = ()

    @property
    def rows(self) -> Iterator[tuple[str, list[Pair]]]:
        """The answers that differ in each row that stayed, by the name of the row."""
        in_rows = (pair for pair in self.pairs if pair.row is not None)
        count = 0

        def number(pair: Pair) -> int:
            nonlocal count
            count += pair.opens
            return count

        for _number, pairs in groupby(in_rows, number):
            found = list(pairs)
            yield found[0].row or "", found

    @property
    def beside(self) -> list[Pair]:
        """What differs in the answer itself, beside the rows of its table."""
        return [pair for pair in self.pairs if pair.row is None]


#: Where files that an answer offers lie, by name.
Places = Mapping[str, str]
_NOWHERE: Places = MappingProxyType({})


def sides(
    shows: Shows, change: Change, lang: str = "", old_files: Places = _NOWHERE, new_files: Places = _NOWHERE
) -> Sides:
    """A change as HTML. ``lang`` is the language of the answers; a file that lies nowhere is not linked."""
    field = change.field
    if field.kind in REMARKS:
        change = _named(change, shows.language)
    pairs = []
    for row in change.rows:
        name = one_line(shows.answer(row.column, row.name, lang))
        cells = [_pair(shows, cell.column, cell.old, cell.new, lang) for cell in row.cells]
        pairs += [replace(pair, row=name, opens=not index) for index, pair in enumerate(cells)]
    old, new = _located(change.old, old_files), _located(change.new, new_files)
    if not (is_silent(old) and is_silent(new)):
        pairs.append(_pair(shows, field, old, new, lang))
    limit = MAX_SHOWN_NAMES if field.kind == "domains" else None
    kept = change.removed[:limit], change.added[:limit]
    removed, added = ([shows.item(field, item, lang).strip() for item in items] for items in kept)
    gone, come = _addresses(*removed), _addresses(*added)
    rows = [item for item in kept[1] if isinstance(item, Row)] if field.kind != "domains" else []
    return Sides(
        tuple(_spelled(item, gone - come) for item in removed),
        tuple(_spelled(item, come - gone) for item in added),
        tuple(pairs),
        len(change.removed) - len(removed),
        len(change.added) - len(added),
        tuple(_name(shows, field, item, lang) for item in kept[0]),
        tuple(_name(shows, field, item, lang) for item in kept[1]),
        tuple((_name(shows, field, item, lang), _cells(shows, field, item, lang)) for item in rows),
    )


def _cells(shows: Shows, field: Field, row: Row, lang: str) -> list[Pair]:
    """The cells of a new row but that which names it; none where a state stands in their place."""
    columns = [column for column in field.columns[1:] if column.key in row and row.state is None]
    return [Pair(column, Markup(), shows.answer(column, row[column.key], lang)) for column in columns]


def _name(shows: Shows, field: Field, item: object, lang: str) -> Markup:
    """An item of a list by what tells it from others: of a row its first column, if that is answered."""
    first = field.columns[0] if field.columns else None
    if first and isinstance(item, Row) and first.key in item and item.state is None:
        return shows.answer(first, item[first.key], lang).strip()
    return shows.item(field, item, lang).strip()


#: Characters of what is told in a line beside what became of it, and of its longest word.
_SHORT, _SHORT_WORD = 80, 30


def is_short(html: Markup) -> bool:
    """Whether HTML is a few words without blocks."""
    text = one_line(html)
    short = len(text) <= _SHORT and max(map(len, text.split()), default=0) <= _SHORT_WORD
    return short and not any(tag.name in BLOCKS for tag in tags(html))


def _addresses(*html: str) -> set[str]:
    """Where links lead."""
    return {tag.attributes.get("href", "") for one in html for tag in tags(one) if tag.name == "a"}


def _spelled(html: Markup, addresses: Collection[str]) -> Markup:
    """HTML in which links to some addresses show these behind their words."""
    out = Markup()
    at, address, begin = 0, "", 0
    for tag in tags(html):
        if tag.name == "a":
            address, begin = tag.attributes.get("href", ""), tag.end
        elif tag.name == "/a" and address in addresses and _hides(html[begin : tag.start].striptags(), address):
            out += html[at : tag.start] + Markup(" ({})").format(address)
            at = tag.start
    return out + html[at:]


def _hides(words: str, address: str) -> bool:
    """Whether the words of a link do not say where it leads."""
    return not words.strip().endswith((address, address.removeprefix("mailto:"), f"({address})"))


def _named(change: Change, language: Language) -> Change:
    """Remarks on other fields, with the names of these in place of their paths."""
    first = change.field.columns[0]

    def named(answer: Answer) -> Answer:
        names = language.fields(change.schema, [answer.text]) if answer.text else [answer.value]
        return replace(answer, value=names[0])

    def row(row: Row) -> Row:
        return replace(row, cells={**row.cells, first.key: named(row[first.key])})

    def cell(cell: ChangedCell) -> ChangedCell:
        return replace(cell, old=named(cell.old), new=named(cell.new)) if cell.column is first else cell

    return replace(
        change,
        added=list(map(row, change.added)),
        removed=list(map(row, change.removed)),
        rows=tuple(replace(r, name=named(r.name), cells=tuple(map(cell, r.cells))) for r in change.rows),
    )


def _located(answer: Answer, files: Places) -> Answer:
    """An answer with the address of the file that it offers."""
    return replace(answer, file=files.get(answer.file, "")) if answer.file else answer


def _pair(shows: Shows, field: Field, old: Answer, new: Answer, lang: str) -> Pair:
    was, now = (_shown(shows, field, answer, lang) for answer in (old, new))
    here, there = _addresses(was), _addresses(now)
    if was and now:
        was, now = _spelled(was, here - there), _spelled(now, there - here)
    was, now = (shown + _offered(shows, answer) for shown, answer in ((was, old), (now, new)))
    if one_line(was) == one_line(now):
        return Pair(field, _written(old), _written(new))
    if not (was and now):
        return Pair(field, was, now)
    is_prose = field.kind in _PROSE or part_appearance(field, old.value) == part_appearance(field, new.value)
    _ = shows.language.text
    marked = mark(was, now, _("removed:"), _("added:")) if is_prose else None
    return Pair(field, was, now, is_prose=is_prose, marked=marked)


def _shown(shows: Shows, field: Field, answer: Answer, lang: str) -> Markup:
    return Markup() if is_silent(answer) else shows.answer(field, answer, lang)


def _offered(shows: Shows, answer: Answer) -> Markup:
    """The file that an answer offers, unless pages leave the answer out."""
    return Markup() if answer.status in SILENT else shows.file(answer)


def _written(answer: Answer) -> Markup:
    written = answer.written
    if written is None:
        return Markup()
    return Markup("<code>{}</code>").format(
        written if isinstance(written, str) else json.dumps(written, ensure_ascii=False)
    )


def one_line(html: str) -> str:
    """HTML of an answer as one line of text, with the addresses of its links."""
    parts: list[str] = []
    at, address, begin = 0, "", 0
    for tag in tags(html):
        parts.append(unescape(html[at : tag.start]))
        if tag.name == "a":
            address, begin = tag.attributes.get("href", ""), len(parts)
        elif tag.name == "/a" and _hides("".join(parts[begin:]), address):
            parts.append(f" ({address})")
        parts.append(_IN_TEXT.get(tag.name, " "))
        at = tag.end
    parts.append(unescape(html[at:]))
    pieces = [" ".join(piece.split()) for piece in "".join(parts).split(_END)]
    text = ""
    for piece in filter(None, pieces):
        text += (" " if text.endswith(":") else "; " if text else "") + re.sub(rf" ?{_NAME} ?", ": ", piece).rstrip()
    return text
