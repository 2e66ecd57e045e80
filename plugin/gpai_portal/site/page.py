"""A page of the portal, as it is promised before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpai_portal.content.model import Document, Release
from gpai_portal.publication.records import Revision
from gpai_portal.schema import MODEL, PROVIDER, RELEASE

#: Title and address of the pages above one.
Trail = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """A page of the portal.

    ``title`` is what browsers, lists and search results call it, with what tells it from others first; ``heading`` is
    its own first heading, where that says otherwise. ``uri`` is its address below the site's root, "" or ending in a
    slash. ``trail`` lists the pages above it as (title, uri). ``source`` is the file that the page shows, so that its
    history is that of the page; an edit button opens it if the page is ``editable``, which what is on record is not.
    ``revision`` is set on the page of a published revision, which shows what the record holds. ``context`` holds what
    its template needs beside these. A page with ``open_fields`` shows a draft that nobody has published, which people
    can look at and machines are not told of. ``prefix`` is the folder of its language, "" for the first one.
    """

    uri: str
    template: str
    title: str
    description: str
    source: Path
    trail: Trail = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    release: Release | None = None
    revision: Revision | None = None
    search: bool = True
    editable: bool = True
    open_fields: int = 0
    heading: str = ""
    prefix: str = ""

    @property
    def place(self) -> str:
        """Where it lies: its address, in the folder of its language."""
        return self.prefix + self.uri

    @property
    def name(self) -> str:
        """What it calls itself: of a document, the official title."""
        return self.heading or self.title

    @property
    def key(self) -> str:
        """What it shows, as records call it: a document, or facts of a release, a model or the provider."""
        document, model = self.document or self.context.get("policy"), self.context.get("model")
        if document:
            return str(document.key)
        if self.release:
            return f"models/{self.release.key}/{RELEASE}"
        return f"models/{model.id}/{MODEL}" if model else PROVIDER

    @property
    def twin(self) -> str:
        """Address of the machine-readable twin of its document; empty where it shows none, or a draft."""
        return self.uri.rstrip("/") + ".json" if self.document and not self.open_fields else ""


def source_uri(page: Page) -> str:
    """The Markdown file that stands for a page in MkDocs and in plain files."""
    return f"{page.place}index.md"
