"""Pages of a preview, of which a build renders only those that read something that has changed since the one before.

What a page reads of the documents is noted while it is rendered. Whatever else may be read by many pages (facts of the
provider, models and releases, which documents there are, the records, files beside the documents, templates) is
compared as a whole: if any of it changes, every page is rendered anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from gpai_portal.content.model import Document, Model, Release
from gpai_portal.content.provider import Provider
from gpai_portal.memory import noting_reads
from gpai_portal.names import SEALED
from gpai_portal.publication.records import FOLDER
from gpai_portal.schema import schema_folder
from gpai_portal.site.build import Rendered, Site
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import ASSETS, TEMPLATES

#: What of a page is plain text; the rest is read while it is rendered.
_PROMISED = tuple(f.name for f in fields(Page) if f.name not in {"context", "document", "release", "revision"})


@dataclass(frozen=True)
class _Kept:
    """A page as it was rendered: what it was promised to be, and the keys of the documents that it read."""

    promise: tuple[object, ...]
    reads: frozenset[str]
    rendered: Rendered


class Rebuilding:
    """Renders the pages of one build after another.

    ``stamps`` tells the state of files, such as when they were written; what it gives is only compared.
    """

    def __init__(self, stamps: Callable[[Iterable[Path]], object]) -> None:
        self._stamps = stamps
        self._shared: object = None
        self._documents: Mapping[str, object] = {}
        self._pages: dict[str, _Kept] = {}

    def render(self, site: Site) -> dict[str, Rendered]:
        """Every page of a site by its place. A page that did not change is the object of the build before."""
        portal = site.portal
        shared = _facts(portal), self._stamps(_files(portal))
        documents = {d.key: (_state(d), d.key in portal.unpublished) for d in portal.disclosures.all_documents}
        same = shared == self._shared
        changed = {key for key, state in documents.items() if self._documents.get(key) != state}
        pages = {}
        for uri, page in portal.pages.items():
            kept = self._pages.get(uri)
            promise = tuple(getattr(page, name) for name in _PROMISED)
            if kept and kept.promise != promise:
                kept = None
            if kept is None or not same or not kept.reads.isdisjoint(changed):
                kept = _render(site, page, promise, kept)
            pages[uri] = kept
        self._shared, self._documents, self._pages = shared, documents, pages
        return {portal.pages[uri].place: kept.rendered for uri, kept in pages.items()}


def _render(site: Site, page: Page, promise: tuple[object, ...], before: _Kept | None) -> _Kept:
    with noting_reads() as reads:
        _read_compared(page)
        rendered = site.render(page)
    return _Kept(promise, frozenset(reads), before.rendered if before and before.rendered == rendered else rendered)


def _read_compared(page: Page) -> None:
    """What a comparison found is remembered by itself, so its sides are read here for each page that shows it."""
    for part in (*filter(None, [page.context.get("part")]), *page.context.get("parts", ())):
        part.comparison.old.answers()
        part.comparison.new.answers()


def _state(document: Document) -> object:
    """What a document says, spelled out: equal mappings may have another order, and equal numbers other digits."""
    return (
        json.dumps(document.data, ensure_ascii=False),
        document.language,
        document.origin,
        document.unneeded,
        document.open_fields,
    )


def _facts(portal: Portal) -> object:
    disclosures = portal.disclosures

    def said(facts: Provider | Model | Release) -> str:
        return json.dumps(facts.source.data, ensure_ascii=False)

    def held(documents: Mapping[str, Document]) -> list[tuple[str, str]]:
        return [(kind, document.key) for kind, document in documents.items()]

    return (
        (portal.as_of, portal.language.code, portal.site_url, portal.index, portal.public_key),
        [record.sha256 for record in portal.chain.records],
        (said(disclosures.provider), held(disclosures.documents)),
        [(model.id, said(model)) for model in disclosures.models],
        [(release.key, said(release), held(release.documents)) for release in disclosures.releases],
        dict(disclosures.drafts),
        list(portal.pages),
    )


def _files(portal: Portal) -> Iterator[Path]:
    """What lies beside the documents, and what pages are made with. Pages by hand are in a folder of their own."""
    folder = portal.disclosures.folder
    beside = [*folder.iterdir(), *(file for name in (FOLDER, SEALED, "models") for file in (folder / name).rglob("*"))]
    yield from (file for file in beside if file.suffix != ".yaml")
    for place in (TEMPLATES, ASSETS, schema_folder()):
        yield from place.rglob("*")
