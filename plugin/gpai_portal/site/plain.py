"""The portal's pages as Markdown files that any builder takes: front matter, then the body as ready HTML.

The way out of MkDocs. Generated bodies hold no Markdown, so a builder that copies HTML blocks as they are shows
just what the plugin shows.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from gpai_portal.errors import UsageError
from gpai_portal.site.build import STYLESHEET, Site
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.whitespace import part, trim
from gpai_portal.steps import steps

DOCS = "docs"
CONFIG = "mkdocs.yml"


def front_matter(page: Page) -> str:
    """What themes and plugins need to know of a page. Themes print titles without escaping, and as HTML."""
    meta: dict[str, Any] = {
        "title": escape(page.title),
        "description": escape(page.description),
        "render_macros": False,
    }
    if not page.uri:
        meta["hide"] = ["toc"]  # doors need the width, and are contents themselves
    if not page.search:
        meta["search"] = {"exclude": True}
    lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in meta.items())
    return f"---\n{lines}---\n"


def write_plain(portal: Portal, out: Path, name: str) -> int:
    """Writes ``docs/`` and ``mkdocs.yml`` into a new folder; the number of pages.

    The folder appears whole or not at all. Raises UsageError if it is already there.
    """
    if out.exists():
        raise UsageError(f"{out} is already there; nothing was written")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as temporary:
        folder = Path(temporary, out.name)
        sites = [Site(edition) for edition in portal.editions]
        pages = [(site, page) for site in sites for page in site.portal.pages.values()]
        for site, page in steps(pages, "writing pages"):
            rendered = site.render(page)
            # An empty line would end the block of HTML, and Markdown would read on behind it; a letter has some.
            body = trim(part(rendered.body)).replace("\n\n", "\n&#10;")
            if page.prefix:  # the builder knows of one language
                body = f'<div lang="{site.portal.language.code}">\n{body}\n</div>'
            _write(folder / DOCS / page.place / "index.md", f"{front_matter(page)}\n{body}\n{rendered.head}\n")
        for uri, source in (file for site in sites for file in site.files()):
            if isinstance(source, Path):
                target = folder / DOCS / uri
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
            else:
                _write(folder / DOCS / uri, source)
        _write(folder / CONFIG, _config(sites[0], name))
        folder.rename(out)
    return len(pages)


def _write(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def _config(site: Site, name: str) -> str:
    """A configuration with the navigation; JSON is YAML."""
    config = {
        "site_name": name,
        **({"site_url": site.portal.site_url} if site.portal.site_url else {}),
        "docs_dir": DOCS,
        "extra_css": [STYLESHEET],
        "nav": site.navigation(),
        "not_in_nav": "\n".join(
            ["/models/*/*/", "/changes/*/", "/copyright/*/", *(f"/{code}/" for code in site.portal.languages[1:])]
        ),
    }
    return json.dumps(config, ensure_ascii=False, indent=2) + "\n"
