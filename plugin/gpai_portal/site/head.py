"""The head of a finished page: themes have no common place in it, and minifiers leave out tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from gpai_portal.markup import tags

#: Type of the description for machines in the head of every page (JSON-LD).
LINKED_DATA = "application/ld+json"

#: What stands in its place on a draft: search engines are to leave it alone.
DRAFT = '<meta name="gpai-portal" content="draft">\n<meta name="robots" content="noindex">'
_DRAFT = re.compile(rb"<meta name=\W?gpai-portal\W? content=\W?draft\W")

#: Elements that a head may hold (HTML Standard, 4.2.1). The first other tag ends it, where ``</head>`` is left out too.
_IN_HEAD = frozenset({"!", "html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"})

#: Characters of a title that lists of results show.
TITLE = 70

#: Characters of a description that they show.
DESCRIPTION = 160


@dataclass(frozen=True)
class Preview:
    """How others show a page that somebody shares (Open Graph protocol). ``url`` and ``image`` are absolute addresses;
    without them, which need the address of the site, nothing is said."""

    title: str
    description: str
    site_name: str
    url: str
    image: str
    type: str = "website"

    def __str__(self) -> str:
        if not self.url:
            return ""
        said = {
            "type": self.type,
            "title": self.title,
            "description": self.description,
            "site_name": self.site_name,
            "url": self.url,
            "image": self.image,
        }
        return "".join(f'<meta property="og:{name}" content="{escape(text)}">\n' for name, text in said.items() if text)


class FeedLink(NamedTuple):
    """A feed that a page names: where it is, seen from there, its type and its title."""

    href: str
    type: str
    title: str

    def __str__(self) -> str:
        # Material takes links that are "alternate" and nothing else for the site in other languages, and asks for the
        # sitemap of each.
        title, href = escape(self.title), escape(self.href)
        return f'<link rel="alternate feed" type="{self.type}" title="{title}" href="{href}">\n'


class Alternate(NamedTuple):
    """A page in one of the languages of the portal, or, for readers of all others, ``x-default``."""

    language: str
    href: str

    def __str__(self) -> str:
        # As above: the selector of Material takes the value whole, and a space parts words of it for everybody else.
        return f'<link rel="alternate " hreflang="{self.language}" href="{escape(self.href)}">\n'


def fitting(title: str, site_name: str) -> str:
    """The title of a page with the name of the site, as far as both are seen."""
    both = f"{title} - {site_name}"
    return both if len(both) <= TITLE else title


def abridged(text: str) -> str:
    """A description that is seen whole: up to the last word that has a place in it."""
    words = " ".join(text.split())
    return words if len(words) <= DESCRIPTION else f"{words[: DESCRIPTION - 2].rpartition(' ')[0]} …"


def fill(html: str, more: str, preview: Preview, title: str = "") -> str:
    """The page with ``more`` at the end of its head, how others show it, and its description there.

    A page with a ``title`` gets that and its description in place of any other it has; one without keeps what it has.
    What it already says of how others show it stays, too.
    """
    kept: list[str] = []
    at = end = 0
    described = shared = False
    for tag in tags(html):
        if tag.name == "/head" or tag.name.removeprefix("/") not in _IN_HEAD:
            end = tag.start
            break
        is_description = tag.name == "meta" and tag.attributes.get("name", "").lower() == "description"
        shared |= tag.name == "meta" and tag.attributes.get("property", "").startswith("og:")
        described |= is_description and not title
        if title and is_description:
            kept.append(html[at : tag.start])
            at = tag.end
        elif title and tag.name == "title":
            kept.append(f"{html[at : tag.end]}{escape(title, quote=False)}")
            at = tag.end
        elif title and tag.name == "/title":
            at = tag.start
    kept.append(html[at:end])
    if preview.description and not described:
        kept.append(f'<meta name="description" content="{escape(preview.description)}">\n')
    return f"{''.join(kept)}{'' if shared else preview}{more}\n{html[end:]}"


def is_ours(page: bytes) -> bool:
    """Whether a page has what every page of the portal has in its head, and a redirect in its place has not."""
    return LINKED_DATA.encode() in page or is_draft(page)


def is_draft(page: bytes) -> bool:
    """Whether a page of the portal shows a draft with open fields."""
    return _DRAFT.search(page) is not None
