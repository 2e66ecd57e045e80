"""What a page says of itself to machines: its description (JSON-LD), when it changed last, which feeds tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from gpai_portal.publication.records import Record
from gpai_portal.publication.timeline import about_model
from gpai_portal.schema import PROVIDER
from gpai_portal.site.addresses import DOWNSTREAM, relative
from gpai_portal.site.head import FeedLink
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal


def linked_data(portal: Portal, page: Page) -> dict[str, Any]:
    """schema.org description of a page, and of the pages above it."""
    above = _breadcrumbs(portal, page)
    return {"@context": "https://schema.org", "@graph": [_described(portal, page), *([above] if above else [])]}


def _described(portal: Portal, page: Page) -> dict[str, Any]:
    provider, document = portal.disclosures.provider, page.document
    url = provider.answers.get("url").text
    organisation = {"@type": "Organization", "name": provider.name, **({"url": url} if url else {})}
    # A transcription is published by somebody else than the provider, and this portal does not say by whom.
    original = (document.transcription if document else None) or provider.transcription
    published = {} if PROVIDER in portal.disclosures.drafts else {"publisher": organisation}
    common = {
        "name": page.name,
        "description": page.description,
        "inLanguage": document.language if document else portal.language.code,
        **({"url": portal.address(page.uri)} if portal.site_url else {}),
        **({"isBasedOn": original["source"]} if original else published),
    }
    if document is None:
        return {"@type": "WebPage" if page.uri else "WebSite", **common}
    releases = portal.disclosures.covered(document)
    files = [("application/json", page.twin), *([("application/pdf", file)] if (file := portal.pdf(page)) else [])]
    encodings = [
        {"@type": "MediaObject", "encodingFormat": form, "contentUrl": portal.address(place)} for form, place in files
    ]
    return {
        "@type": "Report",
        **common,
        **({"version": document.version} if document.version else {}),
        **_dates(portal, page),
        **({"license": {"@type": "CreativeWork", "name": document.licence}} if document.licence else {}),
        **({"about": [{"@type": "SoftwareApplication", "name": r.name} for r in releases]} if releases else {}),
        **({"encoding": encodings if encodings[1:] else encodings[0]} if page.twin else {}),
    }


def _dates(portal: Portal, page: Page) -> Mapping[str, str]:
    """When a document was published and changed, by its records: what its provider calls its last update, and the
    day on which it was published, are two things. A revision never changes; a draft has not been published."""
    if page.revision:
        return {"datePublished": page.revision.day.isoformat()}
    assert page.document is not None  # noqa: S101 - only documents have these dates
    revisions = portal.revisions(page.document.key)
    if not revisions or page.document.key in portal.unpublished:
        return {}
    return {"datePublished": revisions[0].day.isoformat(), "dateModified": revisions[-1].day.isoformat()}


def _breadcrumbs(portal: Portal, page: Page) -> dict[str, Any]:
    """The pages above one and itself; empty where there is none, or where their addresses are not known."""
    if not (page.trail and portal.site_url):
        return {}
    steps = [*page.trail, (page.name, page.uri)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": title, "item": portal.address(uri)}
            for number, (title, uri) in enumerate(steps, 1)
        ],
    }


def last_change(portal: Portal, page: Page) -> date | None:
    """The day of the last publication of what a page shows; None where that is not published as it stands, or is no
    matter of records."""
    if page.revision:
        return page.revision.day
    if "records" in page.context:
        records: Sequence[Record] = page.context["records"]
        return records[-1].day
    if page.uri.startswith(DOWNSTREAM):
        return None
    keys = set(_shown(portal, page))
    if any(key in portal.unpublished for key in keys):
        return None
    return max((revision.day for key in keys for revision in portal.revisions(key)), default=None)


def _shown(portal: Portal, page: Page) -> Iterator[str]:
    """Keys of what a page shows: a document, or all that there is of a release, a model or the provider."""
    document, model = page.document or page.context.get("policy"), page.context.get("model")
    if document or "of" in page.context:
        yield (document or page.context["of"]).key
        return
    if "part" in page.context:
        for part in (page.context["part"], *page.context["parts"]):
            yield part.comparison.old.key
            yield part.comparison.new.key
        return
    folder = f"models/{page.release.key}/" if page.release else f"models/{model.id}/" if model else ""
    yield from (key for key in portal.keys if key.startswith(folder))
    if model:
        yield from (revision.key for revision in about_model(portal.chain, model.id))
    for held in page.release.documents.values() if page.release else ():
        yield held.key


def feed_links(portal: Portal, uri: str, place: str = "") -> list[FeedLink]:
    """The feeds that tell of a page, nearest first; that of everything tells of any. ``place`` is where the page lies,
    if not at its address."""
    model = uri.split("/")[1] if uri.startswith("models/") else ""
    near = {f"feeds/models/{model}"} | ({"feeds/crawlers"} if uri.startswith("copyright/") else set())
    found = sorted((f for f in portal.feeds if f.uri in near | {"feeds/all"}), key=lambda f: f.uri not in near)
    return [
        FeedLink(relative(f"{feed.uri}.{ending}", place or uri), kind, feed.title)
        for feed in found
        for ending, kind in (("atom", "application/atom+xml"), ("json", "application/feed+json"))
    ]
