"""From a portal to the pages and files of its site, for any builder."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from gpai_portal.content.law import law
from gpai_portal.content.obligations import condition_met, duties, is_modification, modified_models
from gpai_portal.content.tables import as_csv
from gpai_portal.documents import Place, all_kinds
from gpai_portal.markup import Heading
from gpai_portal.names import MANIFEST, SEALED
from gpai_portal.publication.offered import as_kept, carried
from gpai_portal.publication.records import FOLDER, canonical
from gpai_portal.publication.signing import PUBLIC_KEY, signature_name
from gpai_portal.schema import read_json
from gpai_portal.site import in_short
from gpai_portal.site.addresses import (
    ACCESSIBILITY,
    DOWNSTREAM,
    INDEX,
    LOOKUP,
    READER,
    home_uri,
    model_uri,
    records_file,
    relative,
    release_uri,
)
from gpai_portal.site.comparisons import chapters
from gpai_portal.site.contents import with_contents
from gpai_portal.site.describing import linked_data
from gpai_portal.site.head import DRAFT, LINKED_DATA
from gpai_portal.site.language import Language
from gpai_portal.site.machine import INDEX_SCHEMA, TWIN, as_json, index, published_schema, twin
from gpai_portal.site.page import Page, source_uri
from gpai_portal.site.pdf import pdf
from gpai_portal.site.picture import picture
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import ASSETS, Renderer, json_script
from gpai_portal.site.sides import is_short
from gpai_portal.site.tabling import are_records
from gpai_portal.site.versions import twin_data
from gpai_portal.site.view import View
from gpai_portal.steps import steps

STYLESHEET = "assets/gpai-portal.css"
PICTURE = "assets/gpai-portal.png"

#: Folders of scripts: of the pages for downstream providers, of the look-up of domain names, and of other pages.
SCRIPTS = ("gate", "lookup", "pages")

#: Models listed in the navigation; a longer list would be repeated on every page of the section.
NAV_MODELS = 8

#: Classes of what a heading shows beside its title: the state of a release, and the original of a translation.
BESIDE = ("gp-badge", "gp-original")


@dataclass(frozen=True)
class Rendered:
    """A page as HTML: its body, its headings, and what belongs into its head."""

    body: str
    headings: tuple[Heading, ...]
    head: str


class Site:
    """The site of a portal: its pages as HTML, its files, its navigation."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._view = view = View(portal)
        provider = portal.disclosures.provider
        self._renderer = Renderer(portal.language, view.subject, portal.prefix)
        self._renderer.environment.tests.update(in_line=is_short)
        self._renderer.environment.globals.update(
            view=view,
            state_of=view.state,
            state_name=view.state_name,
            duties=lambda release: duties(release, provider),
            is_modification=is_modification,
            modified_models=modified_models,
            condition_met=condition_met,
            law=law(),
            union=read_json("registry/union.json"),
            in_short=in_short,
            chapters=chapters,
            disclosures=portal.disclosures,
            provider=provider,
            as_of=portal.as_of,
            facts_lang=self._renderer.foreign(provider.language),
            provided=self._provided,
        )

    def render(self, page: Page) -> Rendered:
        """One page as HTML."""
        shown = self._view.shown(page)
        body = str(
            self._renderer.fragment(
                page.template,
                page.uri,
                index=self.portal.index,
                page=page,
                document=shown,
                release=page.release,
                outdated=self._view.outdated(shown) if shown else frozenset(),
                **page.context,
            )
        )
        body = self._switch(page) + body
        body, found = with_contents(body, BESIDE, lambda listed: self._contents(page, listed))
        return Rendered(body, tuple(found), DRAFT if page.open_fields else self._linked_data(page))

    def _provided(self, text: str) -> str:
        """Words of the provider within a text of the portal; reasons of records are among them. They say so where they
        are in another language than the page."""
        lang = self._renderer.foreign(self.portal.disclosures.provider.language)
        return Markup('<span lang="{}">{}</span>').format(lang, text) if text and lang else text

    def _switch(self, page: Page) -> str:
        """Leads to a page in the other languages of the portal; empty if there are none."""
        portal = self.portal
        if not portal.languages[1:]:
            return ""
        others = [code for code in portal.languages if code != portal.language.code]
        editions = [
            {
                "code": code,
                "name": Language(code).language(code),
                "href": relative(portal.place(page, code), page.place) + portal.index,
            }
            for code in (portal.language.code, *others)
        ]
        return str(self._renderer.render("languages.html", editions=editions))

    def _contents(self, page: Page, listed: Sequence[Heading]) -> str:
        return str(self._renderer.fragment("contents.html", page.uri, headings=listed))

    def pdf(self, page: Page) -> bytes:
        """The document of a page as a PDF file. Raises UsageError if none can be made of it."""
        portal, revision, document = self.portal, page.revision, page.document
        assert document is not None  # noqa: S101 - only documents are printed
        data = twin_data(document.schema, document.data, portal.earlier(page), portal.site_url, portal.pdf(page))
        html = self._renderer.fragment(
            "pdf.html",
            page.uri,
            index=portal.index,
            page=page,
            document=replace(document, data=data),
            release=page.release,
            record=portal.chain.records[revision.record - 1] if revision else None,
        )
        return pdf(
            html,
            title=page.title,
            author=portal.disclosures.provider.name,
            day=revision.day if revision else document.last_update.latest,
            lang=portal.language.code,
            base=portal.site_url and portal.address(page.uri),
        )

    def _linked_data(self, page: Page) -> str:
        data = json_script(json.dumps(linked_data(self.portal, page), ensure_ascii=False))
        return str(Markup('<script type="{}">{}</script>').format(LINKED_DATA, data))

    def not_found(self) -> Markup:
        """What a reader needs on the page for addresses that are not there, at whatever depth it is shown."""
        portal = self.portal
        root = urlsplit(portal.site_url).path or "/"
        starts = [page for uri in ("", "models/", "copyright/", "obligations/") if (page := portal.pages.get(uri))]
        links = Markup("").join(
            Markup('<li><a href="{}">{}</a></li>').format(root + page.uri + portal.index, page.title) for page in starts
        )
        lead = portal.language.text("This address leads to no page of the portal. Look here:")
        return Markup("<p>{}</p>\n<ul>{}</ul>").format(lead, links)

    def navigation(self) -> list[Any]:
        """Titles and Markdown files as MkDocs takes them in ``nav``. Pages of releases are not in it, since it
        would grow with every release."""
        pages, disclosures = self.portal.pages, self.portal.disclosures

        def entry(uri: str) -> dict[str, str]:
            return {pages[uri].title: source_uri(pages[uri])}

        models: list[Any] = [entry("models/")]
        if len(disclosures.models) <= NAV_MODELS:
            models += [{escape(m.name): f"{self.portal.prefix}{model_uri(m)}index.md"} for m in disclosures.models]
        found: list[Any] = [entry(""), {pages["models/"].title: models}]
        for document in disclosures.documents.values():
            parts = [
                page for page in pages.values() if page.document is document or page.context.get("policy") is document
            ]
            own = next(page for page in parts if page.document is document)
            found.append({own.title: [entry(page.uri) for page in parts]} if parts[1:] else entry(own.uri))
        found.append(entry(LOOKUP))
        if DOWNSTREAM in pages:
            found.append({pages[DOWNSTREAM].title: [entry(uri) for uri in (DOWNSTREAM, READER)]})
        return found + [entry(uri) for uri in ("changes/", "obligations/", ACCESSIBILITY) if uri in pages]

    # -- files ---------------------------------------------------------------------------------------------

    def files(self) -> Iterator[tuple[str, bytes | Path]]:
        """Everything besides pages: address, and the bytes or the file they are copied from. What is not for people to
        read is there once, with the first language."""
        if not self.portal.prefix:
            yield from self._shared_files()
        yield from self._printed()
        yield from self._redirects()

    def _shared_files(self) -> Iterator[tuple[str, bytes | Path]]:
        portal = self.portal
        yield STYLESHEET, ASSETS / "gpai-portal.css"
        for file in sorted(file for name in SCRIPTS for file in (ASSETS / name).rglob("*") if file.is_file()):
            yield f"assets/{file.relative_to(ASSETS).as_posix()}", file
        yield PICTURE, picture()
        yield INDEX, as_json(index(portal))
        if portal.sealed:
            yield f"{SEALED}/{MANIFEST}", portal.sealed.folder / MANIFEST
            for name in portal.sealed.sizes:
                yield f"{SEALED}/{name}.bin", portal.sealed.path(name)
        written = [kind.name for kind in all_kinds() if kind.place is not Place.PRIVATE]
        for kind in (*written, "common", "meta", TWIN, INDEX_SCHEMA):
            yield f"schemas/{kind}.schema.json", as_json(published_schema(portal, kind))
        for page in portal.pages.values():
            if page.document:
                recorded = page.revision and page.revision.data
                if page.twin:
                    yield page.twin, canonical(recorded) if recorded else as_json(twin(portal, page, page.document))
                for name, path in portal.files(page).items():
                    yield page.uri + carried(name, path), path
            yield from self._tables(page)
        yield from self._names()
        yield from self._records()

    def _tables(self, page: Page) -> Iterator[tuple[str, bytes]]:
        """The records of a page, each table as a file."""
        entries = page.document.root.walk() if page.document else filter(None, [page.context.get("entry")])
        for entry in entries:
            if are_records(entry.field) and entry.answer.rows:
                yield page.uri + records_file(entry.field), as_csv(entry.field, entry.answer.rows)

    def _names(self) -> Iterator[tuple[str, bytes]]:
        """The lists that lie beside documents, compressed, and the index in which names are looked up."""
        for names in self.portal.name_lists:
            if names.file:
                yield (
                    f"{home_uri(names.document.key)}{names.file.name}.gz",
                    gzip.compress(as_kept(names.file.read_bytes()), mtime=0),
                )
        for page in self.portal.pages.values():
            if part := page.context.get("part"):
                for name, packed in part.name_files(page.context["parts"]):
                    yield page.uri + name, packed
        if index := self.portal.names:
            for name, content in index.files.items():
                yield f"{index.folder}{name}.txt", content

    def _printed(self) -> Iterator[tuple[str, bytes]]:
        """PDF files, each made once, wherever it is offered."""
        offered: dict[str, list[str]] = {}
        for page in self.portal.pages.values():
            if shown := self.portal.print_of(page):
                offered.setdefault(shown.uri, []).append(self.portal.pdf(page))
        for uri, places in steps(offered.items(), "making PDF files"):
            made = self.pdf(self.portal.pages[uri])
            for place in places:
                yield place, made

    def _records(self) -> Iterator[tuple[str, bytes | Path]]:
        """Records with their signatures, and the feeds that tell of them."""
        chain = self.portal.chain
        for record in chain.records:
            yield f"{FOLDER}/{record.file}", chain.folder / record.file
            if (signature := chain.folder / signature_name(record)).is_file():
                yield f"{FOLDER}/{signature.name}", signature
        if self.portal.public_key:
            yield f"{FOLDER}/{PUBLIC_KEY}", chain.folder / PUBLIC_KEY
        for feed in self.portal.feeds:
            yield f"{feed.uri}.atom", feed.atom()
            yield f"{feed.uri}.json", feed.json()

    def _redirects(self) -> Iterator[tuple[str, bytes]]:
        """``/models/<model>/latest/...`` leads to the current release, without a script."""
        portal = self.portal
        latest = {release.key: release for m in portal.disclosures.models if (release := m.latest(portal.as_of))}
        for page in portal.pages.values():
            told = page.release and page.revision is None and not page.open_fields
            if told and page.release and (release := latest.get(page.release.key)):
                here = f"{model_uri(release.model)}latest/{page.uri.removeprefix(release_uri(release))}"
                html = self._renderer.render(
                    "redirect.html",
                    page=page,
                    language_code=portal.language.code,
                    target=relative(page.uri, here) + portal.index,  # both in the folder of the language
                    canonical=portal.address(page.uri),
                )
                yield f"{page.prefix}{here}index.html", f"{html}\n".encode()
