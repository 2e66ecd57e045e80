"""The portal for machines: an index of everything, and a JSON twin of each document."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from gpai_portal.content.counting import undisclosed
from gpai_portal.content.model import Document, Release
from gpai_portal.content.obligations import is_withheld, offers
from gpai_portal.content.provider import Provider
from gpai_portal.documents import kinds_with_pages
from gpai_portal.publication.records import FOLDER, Record, Revision
from gpai_portal.publication.signing import PUBLIC_KEY
from gpai_portal.schema import MODEL, PROVIDER, Field, read_json
from gpai_portal.site.addresses import model_uri, relative, release_uri, revision_uri
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.versions import ABOUT, twin_data

#: Schemas of what a twin says of itself, and of the index.
TWIN, INDEX_SCHEMA = "twin", "index"


def as_json(data: object) -> bytes:
    """A JSON file that people can read as well."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def published_schema(portal: Portal, name: str) -> dict[str, Any]:
    """A schema as it is published: with the address of this copy and of the version it has, and references to the
    others of that version, so that any validator finds them. Without an address of the site they lie side by side.
    That of a document takes what a twin says of itself, which nobody writes."""
    schema = dict(read_json(f"{name}.schema.json"))
    if name in kinds_with_pages():
        schema["properties"] = {**schema["properties"], ABOUT: {"$ref": f"{TWIN}.schema.json"}}
    if not portal.site_url:
        return schema
    query = urlsplit(schema_address(portal, name)).query

    def versioned(node: Any) -> Any:
        if isinstance(node, list):
            return [versioned(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: _versioned(value, query) if key == "$ref" and isinstance(value, str) else versioned(value)
            for key, value in node.items()
        }

    head = {"$schema": schema["$schema"], "$id": schema_address(portal, name)}
    return head | {key: value for key, value in versioned(schema).items() if key != "$schema"}


def _versioned(reference: str, query: str) -> str:
    file, mark, pointer = reference.partition("#")
    return f"{file}?{query}{mark}{pointer}" if file else reference


@cache
def _version() -> str:
    """That of this package; asking for it reads files."""
    return version("gpai-portal")


def schema_address(portal: Portal, name: str) -> str:
    """Where a schema lies, and by its version which it is: hosts of static sites look at the path alone."""
    return portal.address(f"schemas/{name}.schema.json?version={_version()}")


def twin(portal: Portal, page: Page, document: Document) -> dict[str, Any]:
    """The machine-readable twin of a document: the composed document, valid against its published schema."""
    here = page.twin.rpartition("/")[0] + "/"
    beside = relative(f"schemas/{document.kind}.schema.json", here)
    data = twin_data(document.schema, document.data, portal.earlier(page), portal.site_url, page.twin)
    data.pop("$schema", None)
    address = schema_address(portal, document.kind) if portal.site_url else beside
    return {"$schema": address, ABOUT: _about(portal, page, document), **data}


def _about(portal: Portal, page: Page, document: Document) -> dict[str, Any]:
    """What a twin says of itself, beside what its form holds."""
    provider = portal.disclosures.provider
    releases = portal.disclosures.covered(document)
    home = provider.answers.get("url").text
    of_provider = {"name": provider.name, **({"url": home} if home else {})}
    return {
        "type": document.kind,
        "title": document.schema.title,
        "url": portal.address(page.uri),
        "language": document.language,
        **({} if PROVIDER in portal.disclosures.drafts else {"provider": of_provider}),
        "releases": [
            {
                "id": release.key,
                "name": release.name,
                "model": {"id": release.model.id, "name": release.model.name},
                "url": portal.address(release_uri(release)),
            }
            for release in releases
        ],
        **({"publication": _shown_revision(portal, document)} if portal.chain.records else {}),
        "withheld": [
            {
                **_named(entry.field),
                "for": list(entry.field.readers),
                "offered": any(offers(release, entry.field) for release in releases),
            }
            for entry in document.root.walk()
            if is_withheld(entry)
        ],
        "unanswered": [
            {**_named(entry.field), "state": entry.answer.status.value}
            for entry in undisclosed(document.root, document.unneeded)
        ],
    }


def _named(field: Field) -> dict[str, str]:
    return {"field": field.dotted, "title": field.title, **({"part": field.part} if field.part else {})}


def _shown_revision(portal: Portal, document: Document) -> dict[str, Any]:
    """Which revision a document is; none while it differs from the last one."""
    if document.key in portal.unpublished:
        return {"published": False}
    return {"published": True, "revision": _revision(portal, portal.revisions(document.key)[-1])}


def index(portal: Portal) -> dict[str, Any]:
    """What the portal holds, for machines: ``/.well-known/gpai-transparency.json``. Drafts are not in it."""
    provider = portal.disclosures.provider
    documents = [
        (page, d) for page in portal.pages.values() if (d := page.document) and page.twin and not page.revision
    ]
    of_release: dict[str, list[tuple[Page, Document]]] = {}
    for page, document in documents:
        if page.release:
            of_release.setdefault(page.release.key, []).append((page, document))
    head = portal.chain.head

    def release_entry(release: Release) -> dict[str, Any]:
        return {
            "id": release.id,
            "name": release.name,
            "state": release.state(portal.as_of),
            "union_market_date": release.market_day or None,
            **({"union_market_date_qualifier": how} if (how := release.market.answer.qualifier) else {}),
            "url": portal.address(release_uri(release)),
            "documents": [_entry(portal, page, document) for page, document in of_release.get(release.key, ())],
        }

    told = {m.id: [r for r in reversed(m.releases) if not r.open_fields] for m in portal.disclosures.models}
    drafts = portal.disclosures.drafts
    return {
        "$schema": schema_address(portal, INDEX_SCHEMA),
        "generator": f"gpai-portal {_version()}",
        "as_of": portal.as_of.isoformat(),
        "root": portal.site_url,
        **({} if PROVIDER in drafts else {"provider": _provider(provider)}),
        **({"records": _records(portal, head)} if head else {}),
        **({"feeds": [portal.address(f"{feed.uri}.atom") for feed in portal.feeds]} if head else {}),
        "documents": [_entry(portal, page, document) for page, document in documents if page.release is None],
        "models": [
            {
                "id": model.id,
                "name": model.name,
                "url": portal.address(model_uri(model)),
                "releases": list(map(release_entry, told[model.id])),
            }
            for model in portal.disclosures.models
            if told[model.id] or f"models/{model.id}/{MODEL}" not in drafts
        ],
    }


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "legal_name": provider.answers.get("legal_name").text,
        "country": provider.answers.get("country").text,
        "contacts": [row.written for row in provider.answers.get("contacts").rows],
    }


def _records(portal: Portal, head: Record) -> dict[str, Any]:
    """The last record and its hash, and the key of the signatures, as far as whoever reads it trusts this site."""
    address = portal.address(f"{FOLDER}/{PUBLIC_KEY}")
    key = {"public_key": {"url": address, "sha256": portal.public_key}} if portal.public_key else {}
    return {"last": portal.address(f"{FOLDER}/{head.file}"), "sha256": head.sha256, **key}


def _entry(portal: Portal, page: Page, document: Document) -> dict[str, Any]:
    return {
        "type": document.kind,
        "title": document.schema.title,
        **({"version": document.version} if document.version else {}),
        **({"last_update": document.last_update.text} if document.last_update.text else {}),
        "url": portal.address(page.uri),
        "json": portal.address(page.twin),
        **({"pdf": portal.address(file)} if (file := portal.pdf(page)) else {}),
        "schema": schema_address(portal, document.kind),
        **({"licence": document.licence} if document.licence else {}),
        "required_fields": document.tally.required,
        "undisclosed_fields": document.tally.undisclosed,
        **({"publication": _publication(portal, document)} if portal.chain.records else {}),
    }


def _publication(portal: Portal, document: Document) -> dict[str, Any]:
    return {
        "published": document.key not in portal.unpublished,
        "revisions": [_revision(portal, revision) for revision in portal.revisions(document.key)],
    }


def _revision(portal: Portal, revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.number,
        "date": revision.day.isoformat(),
        "url": portal.address(revision_uri(revision)),
        **({"pdf": portal.address(file)} if (file := portal.pdf(portal.pages[revision_uri(revision)])) else {}),
        **({"sha256": revision.sha256} if revision.data is not None else {"redacted": True}),
        **({"editorial": True} if revision.editorial else {}),
    }
