"""What the plugin tells machines of every page, those written by hand too: its head, and its day in the site map."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page as MkDocsPage

from gpai_portal.errors import UsageError
from gpai_portal.git import committed
from gpai_portal.site.build import PICTURE
from gpai_portal.site.describing import feed_links, last_change
from gpai_portal.site.head import Preview, abridged, fill, fitting
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_head(
    html: str, page: MkDocsPage, promised: Page | None, head: str, portal: Portal, config: MkDocsConfig
) -> str:
    """A finished page with all that machines look for in its head; ``promised`` is one of ours, with a ``head`` of its
    own."""
    if promised and promised.open_fields:
        preview = Preview("", promised.description, "", "", "")
        return fill(html, head, preview, fitting(promised.title, config.site_name))
    place = page.url[: page.url.rfind("/") + 1]
    alternates = portal.alternates(promised) if promised else []
    links = "".join(map(str, [*alternates, *feed_links(portal, promised.uri if promised else place, place)]))
    return fill(html, f"{links}{head}", _preview(page, promised, config), _title(promised, config))


def _preview(page: MkDocsPage, promised: Page | None, config: MkDocsConfig) -> Preview:
    if promised:
        title = promised.title if promised.uri else config.site_name
        description = promised.description
    else:
        title = as_text(str(page.meta.get("title") or page.title))
        description = str(page.meta.get("description") or begins(page.content or ""))
    is_article = promised is not None and promised.document is not None
    site = config.site_url or ""
    return Preview(
        title,
        description,
        config.site_name,
        urljoin(site, page.url) if site else "",
        urljoin(site, PICTURE) if site else "",
        "article" if is_article else "website",
    )


def _title(promised: Page | None, config: MkDocsConfig) -> str:
    """What browsers call one of our pages; the first one is the site itself."""
    if promised is None:
        return ""
    return fitting(promised.title, config.site_name) if promised.uri else config.site_name


def as_text(html: str) -> str:
    """The text of HTML, such as MkDocs makes of the heading of a page."""
    return unescape(_TAG.sub("", html)).strip()


def begins(html: str) -> str:
    """The first paragraph of a page with a text, as its description; empty if there is none."""
    return next((abridged(text) for found in _PARAGRAPH.findall(html) if (text := as_text(found))), "")


def dated(
    files: Iterable[File], promised: Callable[[File], Page | None], portal: Portal, config: MkDocsConfig
) -> Iterator[File]:
    """The files of pages for the site map, which say when each page changed last: ours by the records, others by git.
    Where nobody knows, nothing is said, for the day of the build, which MkDocs writes, tells search engines that all
    has changed."""
    try:
        days = committed(Path(config.docs_dir))
    except UsageError:
        days = {}
    for file in files:
        own = promised(file)
        day = last_change(portal, own) if own else days.get(Path(file.abs_src_path or ""))
        # MkDocs goes on with the days of the pages themselves, and needs one for each.
        found = copy(file)
        found.page = copy(file.page)
        if found.page:
            found.page.update_date = day.isoformat() if day else ""
        yield found
