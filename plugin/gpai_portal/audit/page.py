"""A built page, as somebody reads it without script: what its head says, its links, headings and tables, its text."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from gpai_portal.errors import UsageError

#: Elements without an end tag.
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905 - to be read


@dataclass(frozen=True)
class Link:
    """A link: its address as written, what it is to the page (``rel``), its type, and whether it stands in the body."""

    href: str
    rel: str
    type: str
    in_body: bool


@dataclass
class Page:
    """One page of a site. ``site`` is the folder of the site, ``uri`` the address of the page below it, which ends in a
    slash. ``texts`` has the text of each element with an id, ``times`` the days in it, ``rows`` how many rows or items
    stand in it, ``words`` all text of the body with the ids of the elements it stands in."""

    site: Path
    uri: str
    language: str = ""
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: list[bool] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    times: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    words: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """All text of the body."""
        return " ".join("".join(words for words, _ in self.words).split())

    def beside(self, ids: Collection[str]) -> str:
        """The text of the body without that of some elements, and of those whose ids begin with one of theirs."""
        parts = [
            words
            for words, within in self.words
            if not any(id_ == one or id_.startswith(f"{one}-") for id_ in within for one in ids)
        ]
        return " ".join(" ".join(parts).split())

    @cached_property
    def canonical(self) -> str:
        """Its permanent address; empty if it gives none."""
        return next((link.href for link in self.links if "canonical" in link.rel.split()), "")

    @cached_property
    def twin(self) -> Link | None:
        """The link to the same as JSON."""
        kinds = {"application/json", "application/ld+json"}
        return next((link for link in self.links if "alternate" in link.rel.split() and link.type in kinds), None)

    def differs(self, data: Mapping[str, Any]) -> str:
        """The first field of a document that is another in the JSON beside the page; empty if none is, or if there is
        no JSON that could tell. A build adds versions to the list of them."""
        file = self.target(self.twin.href) if self.twin else None
        try:
            told = json.loads(file.read_bytes()) if file else None
        except (OSError, ValueError):
            return ""
        if not isinstance(told, dict):
            return ""
        left = {"$schema", "previous_versions"}
        return next((key for key, value in data.items() if key not in left and told.get(key) != value), "")

    def shows(self, id_: str, text: str) -> bool:
        """Whether a short text, or a day, stands in an element."""
        squeezed = " ".join(self.texts.get(id_, "").split())
        return bool(text) and (text in self.times.get(id_, ()) or " ".join(text.split()) in squeezed)

    def target(self, href: str) -> Path | None:
        """The file of this site that a link leads to; None if it leads elsewhere."""
        try:
            address = urlsplit(urljoin(f"http://site/{self.uri}", urldefrag(href)[0]))
        except ValueError:  # such as //[::1/x, which no browser follows either
            return None
        if address.netloc != "site" or address.scheme != "http":
            return None
        file = self.site / unquote(address.path).lstrip("/")
        return file / "index.html" if address.path.endswith("/") else file

    def leads(self, href: str) -> bool:
        """Whether a link leads to a file that is in this site."""
        file = self.target(href)
        return file is not None and file.is_file()


def read_page(site: Path, uri: str) -> Page | None:
    """The page at an address of a built site; None if there is none."""
    file = site / uri / "index.html"
    if not file.is_file():
        return None
    page = Page(site, uri)
    reader = _Reader(page)
    reader.feed(read_utf8(file))
    reader.close()
    return page


def read_utf8(file: Path) -> str:
    """The text of a file of the site. Raises UsageError if it is not UTF-8, as all files of a build are."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8; build the site again") from None


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        if tag == "html":
            page.language = given.get("lang", "")
        elif tag == "meta" and "name" in given:
            page.meta[given["name"].lower()] = given.get("content", "")
        elif tag in {"a", "link"} and "href" in given:
            link = Link(given["href"], given.get("rel", ""), given.get("type", ""), self._is_in("body"))
            page.links.append(link)
        elif tag == "table":
            page.tables.append(False)
        elif tag == "th" and page.tables:
            page.tables[-1] = True
        elif tag in {"h1", "h2", "h3", "h4"}:
            page.headings.append((int(tag[1]), ""))
        if tag == "time":
            for _, id_ in self.open:
                page.times.setdefault(id_, []).append(given.get("datetime", ""))
        if tag in {"tr", "li"}:
            for _, id_ in self.open:
                if id_:
                    page.rows[id_] = page.rows.get(id_, 0) + 1
        if given.get("id"):
            page.texts.setdefault(given["id"], "")
        if tag not in _VOID:
            self.open.append((tag, given.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        if self._is_in("script") or self._is_in("style"):
            return
        if self._is_in("title") and self._is_in("head"):
            self.page.title += data
        if not self._is_in("body"):
            return
        self.page.words.append((data, frozenset(id_ for _, id_ in self.open if id_)))
        last = self.open[-1][0] if self.open else ""
        inside = [tag for tag, _ in self.open if tag in {"h1", "h2", "h3", "h4"}]
        if inside and last:
            level, text = self.page.headings[-1]
            self.page.headings[-1] = level, f"{text}{data}"
        for _, id_ in self.open:
            if id_:
                self.page.texts[id_] += f"{data} "

    def _is_in(self, tag: str) -> bool:
        return any(name == tag for name, _ in self.open)
