"""What the plugin does with the navigation of MkDocs, and the table of contents of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkdocs.structure import StructureItem
from mkdocs.structure.files import File
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from gpai_portal.markup import TOC_LEVEL, Heading


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


def is_models(section: Section) -> bool:
    """Whether a section holds the list of models."""
    return any(isinstance(child, MkDocsPage) and child.file.src_uri == "models/index.md" for child in section.children)


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
