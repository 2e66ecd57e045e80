"""What the plugin does with the navigation of MkDocs, and the table of contents of a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from itertools import pairwise
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from gpai_portal.markup import TOC_LEVEL, Heading
from gpai_portal.site.build import Site
from gpai_portal.site.page import source_uri


def walk(items: Iterable[StructureItem]) -> Iterator[StructureItem]:
    """The items, each followed by those in it."""
    for item in items:
        yield item
        if isinstance(item, Section):
            yield from walk(item.children)


def put(items: list[StructureItem], entry: File, portal: list[StructureItem]) -> None:
    """Moves our items to the place of the entry that stands for them, into a section if it has a title."""
    for item in list(items):
        if isinstance(item, MkDocsPage) and item.file is entry:
            at = items.index(item)
            items[at : at + 1] = [Section(item.title, [*portal])] if item.title and portal else portal
            portal.clear()
        elif isinstance(item, Section):
            put(item.children, entry, portal)


def adopt(items: Iterable[StructureItem], parent: Section | None) -> None:
    """Says of every item, and of those in it, in which section it is."""
    for item in items:
        item.parent = parent
        if isinstance(item, Section):
            adopt(item.children, item)


def is_models(section: Section, prefix: str) -> bool:
    """Whether a section holds the list of models, in the language of a folder."""
    models = f"{prefix}models/index.md"
    return any(isinstance(child, MkDocsPage) and child.file.src_uri == models for child in section.children)


class Menus:
    """The navigation in each language, by the folder of the language.

    The first one is that of MkDocs, in which ``entry`` stands for the pages of the portal; ``ours`` are the files of
    these.
    """

    def __init__(self, nav: Navigation, entry: File, ours: Mapping[str, File], config: MkDocsConfig) -> None:
        self.all = {"": nav}
        self._outline = _outlined(nav.items)
        self._entry, self._ours, self._config = entry, ours, config

    def translate(self, sites: Iterable[Site]) -> None:
        """The same in the other languages, of which a portal may have some. By now all pages are read, and those
        written by hand have their titles."""
        for site in sites:
            if prefix := site.portal.prefix:
                pages = {page.uri: self._ours[source_uri(page)].page for page in site.portal.pages.values()}
                own = {f"{uri}index.md": page for uri, page in pages.items() if page}
                self.all[prefix] = Navigation(_in_folder(self._outline, own), [])
                self.fill(site)

    def fill(self, site: Site) -> None:
        """Puts the pages of a language into its navigation. Pages of a release are not in it, since it would grow with
        every release; the section of models is made their parent, so that themes show where readers are."""
        prefix = site.portal.prefix
        nav = self.all[prefix]
        placed = {item.file.src_uri for item in walk(nav.items) if isinstance(item, MkDocsPage)}
        portal = list(self._items(site.navigation(), placed))
        put(nav.items, self._entry, portal)
        nav.items[:0] = portal
        adopt(nav.items, None)
        nav.pages = [item for item in walk(nav.items) if isinstance(item, MkDocsPage)]
        for page, following in pairwise([None, *nav.pages, None]):
            if page:
                page.next_page = following
            if following:
                following.previous_page = page
        nav.homepage = self._ours[f"{prefix}index.md"].page
        sections = (item for item in walk(nav.items) if isinstance(item, Section))
        models = next((section for section in sections if is_models(section, prefix)), None)
        for promised in site.portal.pages.values() if models else ():
            page = self._ours[source_uri(promised)].page
            if page and promised.uri.startswith("models/") and page.parent is None:
                page.parent = models

    def _items(self, entries: Iterable[Any], placed: Collection[str]) -> Iterator[StructureItem]:
        """Our part of the navigation. Pages that somebody has given a place by hand are not repeated."""
        for title, target in (item for entry in entries for item in entry.items()):
            if isinstance(target, list):
                if children := list(self._items(target, placed)):
                    yield Section(title, children)
            elif target not in placed:
                page = self._ours[target].page or MkDocsPage(None, self._ours[target], self._config)
                page.title = title
                yield page


def _outlined(items: Iterable[StructureItem]) -> list[StructureItem]:
    """The items, in sections that can get others without a change of these."""
    return [Section(item.title, _outlined(item.children)) if isinstance(item, Section) else item for item in items]


def _in_folder(items: Iterable[StructureItem], pages: Mapping[str, MkDocsPage]) -> list[StructureItem]:
    """The items for the navigation of another language. ``pages`` are those of this language in place of others, by
    their files; others are written once, and stand in several navigations."""
    found: list[StructureItem] = []
    for item in items:
        if isinstance(item, Section):
            found.append(Section(item.title, _in_folder(item.children, pages)))
        else:
            own = pages.get(item.file.src_uri) if isinstance(item, MkDocsPage) else None
            found.append(own or copy(item))
    return found


def table_of_contents(headings: tuple[Heading, ...]) -> TableOfContents:
    """Headings nested by their level, below the page's title."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for heading in (h for h in headings if h.level <= TOC_LEVEL):
        link = AnchorLink(heading.title, heading.id, heading.level)
        while open_ and open_[-1].level >= heading.level:
            open_.pop()
        (open_[-1].children if open_ else top).append(link)
        open_.append(link)
    return TableOfContents(top)
