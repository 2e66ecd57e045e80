"""The portal as a whole: from a content folder to pages and files. The doors call this and nothing below it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from gpai_portal.checking import check
from gpai_portal.content.answers import Audience
from gpai_portal.content.comparison import Kind, excerpts
from gpai_portal.content.composition import compose
from gpai_portal.content.law import law
from gpai_portal.content.model import Disclosures, Document, Model, Release
from gpai_portal.content.obligations import duties
from gpai_portal.errors import ContentError, Report
from gpai_portal.markup import Heading, headings
from gpai_portal.names import MANIFEST
from gpai_portal.publication.records import FOLDER, Chain, Record, Revision, canonical, read_chain
from gpai_portal.publication.signing import PUBLIC_KEY, signature_name
from gpai_portal.publication.snapshots import attachments, snapshots
from gpai_portal.publication.timeline import Event, timeline
from gpai_portal.schema import (
    FORM,
    MODEL,
    POLICY,
    PROVIDER,
    RELEASE,
    SAFETY,
    SUMMARY,
    Field,
    Schema,
    load,
    read_json,
    schema_folder,
)
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.site.addresses import (
    DOWNSTREAM,
    INDEX,
    READER,
    document_uri,
    home_uri,
    model_uri,
    relative,
    release_uri,
    revision_uri,
)
from gpai_portal.site.feeds import Feed, feeds
from gpai_portal.site.language import Language
from gpai_portal.site.pages import CHANGELOG_RECORDS, SHORT_TITLES, Page, pages, source_uri
from gpai_portal.site.rendering import ASSETS, Renderer, json_script

#: Folder of the sealed set, in the content folder and in the site.
SEALED = "sealed"
STYLESHEET = "assets/gpai-portal.css"
#: Models listed in the navigation; a longer list would be repeated on every page of the section.
NAV_MODELS = 8

#: Kinds of document whose schema is published beside the documents.
PUBLISHED = (SUMMARY, POLICY, FORM, SAFETY)

#: Class of what a heading shows beside its title: the state of a release.
BADGE = "gp-badge"


@dataclass(frozen=True)
class Rendered:
    """A page as HTML: its body, its headings, and what belongs into its head."""

    body: str
    headings: tuple[Heading, ...]
    head: str


@dataclass
class Portal:
    """A checked content folder, ready to be rendered in one language.

    ``site_url`` is the absolute address of the site's root, empty if unknown; ``index`` is "index.html" where
    links have to name the file. ``sealed`` is what downstream providers read, as ciphertext;
    with ``require_post_quantum`` browsers make no key for it that is not.
    """

    disclosures: Disclosures
    report: Report
    as_of: date
    language: Language
    site_url: str = ""
    index: str = ""
    sealed: SealedSet | None = None
    require_post_quantum: bool = False
    chain: Chain = field(default_factory=lambda: Chain(Path()))
    pages: dict[str, Page] = field(init=False)
    unpublished: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        now = snapshots(self.disclosures)
        self.chain.require(now)
        self.unpublished = frozenset(key for key, snapshot in now.items() if self.chain.differs(snapshot))
        found = pages(self.disclosures, self.as_of, self.language, self.chain)
        self.pages = {page.uri: page for page in found}
        self._renderer = Renderer(self.language)
        self._renderer.environment.globals.update(
            duties=lambda release: duties(release, self.disclosures.provider),
            law=law(),
            document_uri=document_uri,
            home_uri=home_uri,
            revision_uri=revision_uri,
            excerpts=excerpts,
            load=load,
            release_uri=release_uri,
            model_uri=model_uri,
            downstream_uri=DOWNSTREAM,
            reader_uri=READER,
            short_titles={k: self.language.text(t) for k, t in SHORT_TITLES.items()},
            state_of=self.state,
            state_name=self.state_name,
            portal=self,
            disclosures=self.disclosures,
            provider=self.disclosures.provider,
            as_of=self.as_of,
            schemas={kind: load(kind) for kind in (PROVIDER, MODEL, RELEASE, *PUBLISHED)},
        )

    @classmethod
    def load(
        cls,
        folder: Path,
        as_of: date,
        language: str = "en",
        site_url: str = "",
        index: str = "",
        require_post_quantum: bool = False,
    ) -> Portal:
        """Reads and checks a content folder.

        Raises ContentError if the content has errors, SealingError if the sealed set is damaged, RecordError if the
        records do not hold or the content lacks what they published, UsageError for a folder or language that is not
        there.
        """
        words = Language(language)
        content, report = check(folder, as_of)
        if report.errors:
            raise ContentError(report)
        if site_url and not site_url.endswith("/"):
            site_url += "/"
        sealed = read_sealed(content.folder / SEALED)
        chain = read_chain(content.folder / FOLDER)
        return cls(compose(content), report, as_of, words, site_url, index, sealed, require_post_quantum, chain)

    # -- states in words -----------------------------------------------------------------------------------

    def state(self, release: Release) -> str:
        return release.state(self.as_of)

    def state_name(self, release: Release) -> str:
        """planned, current, superseded or withdrawn, in words."""
        _ = self.language.text
        return {
            "planned": _("planned"),
            "current": _("current"),
            "superseded": _("superseded"),
            "withdrawn": _("withdrawn"),
        }[self.state(release)]

    def same_page(self, page: Page, release: Release) -> str:
        """Address of a page's counterpart for another release; that release's overview if there is none."""
        assert page.release is not None  # noqa: S101 - only pages of a release have a switch
        here = home_uri(page.revision.key) if page.revision else page.uri
        rest = here.removeprefix(release_uri(page.release))
        uri = release_uri(release) + rest
        return uri if uri in self.pages else release_uri(release)

    @staticmethod
    def rows(raw: Any) -> list[Mapping[str, Any]]:
        """Rows of a table answer; none where a state stands in their place."""
        found = raw.get("value") if isinstance(raw, Mapping) else raw
        return found or []

    @property
    def protocols_as_of(self) -> str:
        return str(read_json("registry/opt-out-protocols.json")["as_of"])

    def navigation(self) -> list[Any]:
        """Titles and Markdown files as MkDocs takes them in ``nav``. Pages of releases are not in it, since it
        would grow with every release."""

        def entry(uri: str) -> dict[str, str]:
            return {self.pages[uri].title: source_uri(self.pages[uri])}

        models: list[Any] = [entry("models/")]
        if len(self.disclosures.models) <= NAV_MODELS:
            models += [{escape(m.name): f"{model_uri(m)}index.md"} for m in self.disclosures.models]
        found: list[Any] = [entry(""), {self.pages["models/"].title: models}]
        if "copyright/" in self.pages:
            parts = [entry(uri) for uri in ("copyright/", "copyright/crawlers/", "copyright/complaints/")]
            found.append({self.pages["copyright/"].title: parts})
        gate = [entry(uri) for uri in (DOWNSTREAM, READER)]
        found.append({self.pages[DOWNSTREAM].title: gate})
        return found + [entry(uri) for uri in ("changes/", "obligations/") if uri in self.pages]

    # -- pages ---------------------------------------------------------------------------------------------

    def address(self, uri: str) -> str:
        """Absolute address of a page or file, as far as the site's own address is known."""
        return self.site_url + uri

    def render(self, page: Page) -> Rendered:
        """One page as HTML."""
        document, release = page.document, page.release
        body = str(
            self.fragment(page.template, page.uri, page=page, document=document, release=release, **page.context)
        )
        return Rendered(body, tuple(headings(body, BADGE)), str(self._head(page)))

    def fragment(
        self,
        template: str,
        uri: str,
        *,
        document: Document | None = None,
        readers: tuple[Audience, ...] = (Audience.PUBLIC,),
        **context: object,
    ) -> Markup:
        """A template with links as seen from ``uri``. Items that are for none of ``readers`` are locked."""

        def url(target: str) -> str:
            link = relative(target, uri)
            return link + self.index if link.endswith("/") else link

        lang = document.language if document and document.language != self.language.code else ""
        return self._renderer.render(template, url=url, lang=lang, document=document, readers=readers, **context)

    def not_found(self) -> Markup:
        """What a reader needs on the page for addresses that are not there, at whatever depth it is shown."""
        root = urlsplit(self.site_url).path or "/"
        starts = [page for uri in ("", "models/", "copyright/", "obligations/") if (page := self.pages.get(uri))]
        links = Markup("").join(
            Markup('<li><a href="{}">{}</a></li>').format(root + page.uri + self.index, page.title) for page in starts
        )
        lead = self.language.text("This address leads to no page of the portal. Look here:")
        return Markup("<p>{}</p>\n<ul>{}</ul>").format(lead, links)

    def _head(self, page: Page) -> Markup:
        data = json.dumps(self._linked_data(page), ensure_ascii=False)
        return Markup('<script type="application/ld+json">{}</script>').format(json_script(data))

    def _linked_data(self, page: Page) -> dict[str, Any]:
        """schema.org description of a page."""
        provider = self.disclosures.provider
        organisation = {"@type": "Organization", "name": provider.name}
        if url := provider.data.get("url"):
            organisation["url"] = _text(url)
        common = {
            "@context": "https://schema.org",
            "name": page.title,
            "description": page.description,
            "inLanguage": page.document.language if page.document else self.language.code,
            **({"url": self.address(page.uri)} if self.site_url else {}),
        }
        document = page.document
        if document is None:
            kind = "WebSite" if not page.uri else "WebPage"
            return {**common, "@type": kind, "publisher": organisation}
        releases = self.covered(document)
        encoding = {
            "@type": "MediaObject",
            "encodingFormat": "application/json",
            "contentUrl": self.address(page.twin),
        }
        return {
            **common,
            "@type": "Report",
            "publisher": organisation,
            **({"version": document.version} if document.version else {}),
            **({"dateModified": _text(document.last_update)} if _text(document.last_update) else {}),
            **({"about": [{"@type": "SoftwareApplication", "name": r.name} for r in releases]} if releases else {}),
            **({"encoding": encoding} if page.twin else {}),
        }

    def covered(self, document: Document) -> list[Release]:
        """Releases a document holds for."""
        return [r for r in self.disclosures.releases if any(d.key == document.key for d in r.documents.values())]

    # -- publication ---------------------------------------------------------------------------------------

    def revisions(self, key: str) -> list[Revision]:
        """Published revisions of a document, first to last."""
        return list(self.chain.revisions.get(key, ()))

    @property
    def public_key(self) -> bool:
        """Whether the records are signed, so that a key is offered to check them."""
        return (self.chain.folder / PUBLIC_KEY).is_file()

    @cached_property
    def feeds(self) -> list[Feed]:
        """Feeds of the portal; none as long as nothing has been recorded."""
        return feeds(self.disclosures, self.chain, self.language, self.site_url)

    def feeds_for(self, key: str) -> list[Feed]:
        """Where changes of a document are announced."""
        about = {f"feeds/models/{key.split('/')[1]}"} if key.startswith("models/") else {"feeds/crawlers", "feeds/all"}
        return [feed for feed in self.feeds if feed.uri in about]

    @cached_property
    def erasures(self) -> dict[int, Record]:
        """Records of an erasure, by the number of the record they erased."""
        return {record.redacts["record"]: record for record in self.chain.records if record.redacts}

    def document_name(self, key: str) -> str:
        """What lists call a document: its title, and the release or model it is about."""
        folder, _sep, kind = key.rpartition("/")
        names = {f"models/{r.key}": r.name for r in self.disclosures.releases}
        names |= {f"models/{m.id}": m.name for m in self.disclosures.models}
        title = self.language.label(load(kind).title)
        return f"{title}{self.language.text(': ')}{names.get(folder, folder)}" if folder else title

    def field_names(self, revision: Revision) -> list[str]:
        """Labels of the fields that a revision changed."""
        schema = load(revision.kind)
        return [self.language.label(f.title) for name in revision.changed if (f := schema.find(name))]

    def section_of(self, schema: Schema, field: Field) -> str:
        """Number and title of the section a field stands in; empty at the top."""
        section = schema.find(".".join(field.path[:-1])) if field.path[1:] else None
        return f"{section.number} {self.language.label(section.title)}".strip() if section else ""

    def change_name(self, kind: Kind) -> str:
        """added, removed or changed, in words."""
        _ = self.language.text
        return {Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.CHANGED: _("changed")}[kind]

    def record_uri(self, number: int) -> str:
        """Where the page of changes tells of a record, without the anchor."""
        size = CHANGELOG_RECORDS
        recent = number > len(self.chain.records) - size
        return "changes/" if recent else f"changes/archive-{(number - 1) // size + 1}/"

    def timeline(self, model: Model) -> list[tuple[str, list[Event]]]:
        """What happened to a model and its documents, day by day, newest first."""
        return timeline(model, self.chain)

    def _redirects(self) -> Iterator[tuple[str, bytes]]:
        """``/models/<model>/latest/...`` leads to the current release, without a script."""
        for model in self.disclosures.models:
            latest = model.latest(self.as_of)
            if latest is None:
                continue
            for page in self.pages.values():
                if page.release is latest and page.revision is None:
                    rest = page.uri.removeprefix(release_uri(latest))
                    here = f"{model_uri(model)}latest/{rest}"
                    target = relative(page.uri, here) + self.index
                    html = self._renderer.render(
                        "redirect.html", page=page, target=target, canonical=self.address(page.uri)
                    )
                    yield f"{here}index.html", f"{html}\n".encode()

    # -- files ---------------------------------------------------------------------------------------------

    def files(self) -> Iterator[tuple[str, bytes | Path]]:
        """Everything besides pages: address, and the bytes or the file they are copied from."""
        yield STYLESHEET, ASSETS / "gpai-portal.css"
        for script in sorted((ASSETS / "gate").glob("*.js")):
            yield f"assets/gate/{script.name}", script
        yield INDEX, _json(self._index())
        if self.sealed:
            yield f"{SEALED}/{MANIFEST}", self.sealed.folder / MANIFEST
            for name in self.sealed.sizes:
                yield f"{SEALED}/{name}.bin", self.sealed.path(name)
        for kind in (*PUBLISHED, "common", "meta"):
            yield f"schemas/{kind}.schema.json", schema_folder() / f"{kind}.schema.json"
        for page in self.pages.values():
            if page.twin:
                recorded = page.revision and page.revision.data
                yield page.twin, canonical(recorded) if recorded else _json(self.twin(page))
                yield from self._downloads(page)
        for record in self.chain.records:
            yield f"{FOLDER}/{record.file}", self.chain.folder / record.file
            if (signature := self.chain.folder / signature_name(record)).is_file():
                yield f"{FOLDER}/{signature.name}", signature
        if self.public_key:
            yield f"{FOLDER}/{PUBLIC_KEY}", self.chain.folder / PUBLIC_KEY
        for feed in self.feeds:
            yield f"{feed.uri}.atom", feed.atom()
            yield f"{feed.uri}.json", feed.json()
        yield from self._redirects()

    def twin(self, page: Page) -> dict[str, Any]:
        """The machine-readable twin of a document page: the composed document, valid against its schema."""
        document = page.document
        assert document is not None  # noqa: S101 - only document pages have a twin
        schema = relative(f"schemas/{document.kind}.schema.json", page.uri.rstrip("/").rpartition("/")[0] + "/")
        data = {k: v for k, v in document.data.items() if k != "$schema"}
        address = f"{self.site_url}schemas/{document.kind}.schema.json" if self.site_url else schema
        return {"$schema": address, **data}

    def _downloads(self, page: Page) -> Iterator[tuple[str, Path]]:
        """Files that an answer offers, beside its page."""
        if page.revision:
            for name, path in self.chain.offered(page.revision).items():
                yield page.uri + name, path
        elif page.document:
            for name, path in attachments(page.document).items():
                yield page.uri + name, path

    def _index(self) -> dict[str, Any]:
        """What the portal holds, for machines: ``/.well-known/gpai-transparency.json``."""
        provider = self.disclosures.provider

        def entry(page: Page) -> dict[str, Any]:
            document = page.document
            assert document is not None  # noqa: S101 - called for document pages
            return {
                "type": document.kind,
                "title": document.schema.title,
                **({"version": document.version} if document.version else {}),
                **({"last_update": _text(document.last_update)} if _text(document.last_update) else {}),
                "url": self.address(page.uri),
                "json": self.address(page.twin),
                "schema": self.address(f"schemas/{document.kind}.schema.json"),
                "required_fields": document.tally.required,
                "undisclosed_fields": document.tally.undisclosed,
                **({"publication": publication(document)} if self.chain.records else {}),
            }

        def publication(document: Document) -> dict[str, Any]:
            return {
                "published": document.key not in self.unpublished,
                "revisions": [
                    {
                        "revision": revision.number,
                        "date": revision.day.isoformat(),
                        "url": self.address(revision_uri(revision)),
                        **({"sha256": revision.sha256} if revision.data is not None else {"redacted": True}),
                    }
                    for revision in self.revisions(document.key)
                ],
            }

        documents = [page for page in self.pages.values() if page.twin and not page.revision]
        head = self.chain.head
        return {
            "generator": f"gpai-portal {version('gpai-portal')}",
            "as_of": self.as_of.isoformat(),
            "root": self.site_url,
            "provider": {
                "name": provider.name,
                "legal_name": _text(provider.data["legal_name"]),
                "country": _text(provider.data["country"]),
                "contacts": list(provider.data["contacts"]),
            },
            **({"records": {"last": self.address(f"{FOLDER}/{head.file}"), "sha256": head.sha256}} if head else {}),
            **({"feeds": [self.address(f"{feed.uri}.atom") for feed in self.feeds]} if head else {}),
            "documents": [entry(p) for p in documents if p.release is None],
            "models": [
                {
                    "id": model.id,
                    "name": model.name,
                    "url": self.address(model_uri(model)),
                    "releases": [
                        {
                            "id": release.id,
                            "name": release.name,
                            "state": self.state(release),
                            "union_market_date": release.market_day or None,
                            "url": self.address(release_uri(release)),
                            "documents": [entry(p) for p in documents if p.release is release],
                        }
                        for release in reversed(model.releases)
                    ],
                }
                for model in self.disclosures.models
            ],
        }


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _text(raw: Any) -> str:
    """The plain value of a line or date answer; empty if it has none."""
    return str(raw.get("value") or "") if isinstance(raw, Mapping) else str(raw or "")
