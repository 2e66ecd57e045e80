"""The head of a finished page: themes have no common place in it, and minifiers leave out tags."""

from __future__ import annotations

import re
from html import escape

from gpai_portal.markup import tags

#: Type of the description for machines in the head of every page (JSON-LD).
LINKED_DATA = "application/ld+json"

#: What stands in its place on a draft: search engines are to leave it alone.
DRAFT = '<meta name="gpai-portal" content="draft">\n<meta name="robots" content="noindex">'
_DRAFT = re.compile(rb"<meta name=\W?gpai-portal\W? content=\W?draft\W")

#: Elements that a head may hold (HTML Standard, 4.2.1). The first other tag ends it, where ``</head>`` is left out too.
_IN_HEAD = frozenset({"!", "html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"})


def fill(html: str, description: str, more: str) -> str:
    """The page with ``more`` at the end of its head, and ``description`` in place of any other it has."""
    kept: list[str] = []
    at = end = 0
    for tag in tags(html):
        if tag.name == "/head" or tag.name.removeprefix("/") not in _IN_HEAD:
            end = tag.start
            break
        if tag.name == "meta" and tag.attributes.get("name", "").lower() == "description":
            kept.append(html[at : tag.start])
            at = tag.end
    kept.append(html[at:end])
    return f'{"".join(kept)}<meta name="description" content="{escape(description)}">\n{more}\n{html[end:]}'


def is_ours(page: bytes) -> bool:
    """Whether a page has what every page of the portal has in its head, and a redirect in its place has not."""
    return LINKED_DATA.encode() in page or is_draft(page)


def is_draft(page: bytes) -> bool:
    """Whether a page of the portal shows a draft with open fields."""
    return _DRAFT.search(page) is not None
