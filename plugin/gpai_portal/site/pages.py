"""Which pages a portal has: where each lies, what it shows, which file stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from gpai_portal.content.answers import Entry
from gpai_portal.content.comparison import differing
from gpai_portal.content.complaining import complaints
from gpai_portal.content.labels import OF_VERSIONS
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.content.provider import Provider
from gpai_portal.content.reservations import by_token, crawlers, written_protocols
from gpai_portal.documents import kind_of
from gpai_portal.memory import remembered
from gpai_portal.publication.in_force import periods
from gpai_portal.publication.records import Chain
from gpai_portal.schema import POLICY, RELEASE, load
from gpai_portal.site.addresses import (
    ACCESSIBILITY,
    DOWNSTREAM,
    LOOKUP,
    READER,
    document_uri,
    home_uri,
    in_force_uri,
    model_uri,
    release_uri,
)
from gpai_portal.site.comparisons import Comparison, Part, Side, comparison_pages, undisclosed
from gpai_portal.site.language import Language
from gpai_portal.site.list_pages import called_for, list_pages
from gpai_portal.site.page import Page, Trail
from gpai_portal.site.revisions import revision_pages

#: Records on one page of the changelog.
CHANGELOG_RECORDS = 50

#: Periods of what was in force that the page of a model holds; more have a page of their own.
MAX_PERIODS = 50


def pages(disclosures: Disclosures, as_of: date, language: Language, chain: Chain) -> Iterator[Page]:
    """Every page, in the order of the navigation."""
    for page in _pages(disclosures, as_of, language, chain):
        # What is on record was published, whatever is being written now.
        of_records = page.revision or "records" in page.context
        open_fields = 0 if of_records else disclosures.drafts.get(page.key, 0)
        yield replace(page, open_fields=open_fields, search=False) if open_fields else page


def _pages(disclosures: Disclosures, as_of: date, language: Language, chain: Chain) -> Iterator[Page]:
    _ = language.text
    provider = disclosures.provider
    name = provider.name
    by_others = provider.transcription is not None
    home = (_("Home"), "")
    catalogue = (_("Models"), "models/")
    yield Page(
        "",
        "home.html",
        _("Transparency portal"),
        _("What %(provider)s published about its models under the AI Act, transcribed.", provider=name)
        if by_others
        else _("What %(provider)s publishes about its general-purpose AI models under the AI Act.", provider=name),
        provider.source.file,
    )
    yield Page(
        "models/",
        "catalogue.html",
        _("Models"),
        _("All general-purpose AI models of %(provider)s and their releases.", provider=name),
        provider.source.file,
        (home,),
    )
    for model in disclosures.models:
        above = (home, catalogue)
        yield Page(
            model_uri(model),
            "model.html",
            model.name,
            _("Releases and documents of %(model)s by %(provider)s.", model=model.name, provider=name),
            model.source.file,
            above,
            {"model": model},
        )
        if len(periods(model, chain, as_of)) > MAX_PERIODS:
            yield Page(
                in_force_uri(model),
                "model_in_force.html",
                _("%(model)s: what was in force when", model=model.name),
                _("Which release and which documents of %(model)s held on which days.", model=model.name),
                model.source.file,
                (*above, (model.name, model_uri(model))),
                {"model": model},
                search=False,
                editable=False,
            )
        for release in reversed(model.releases):
            yield from _release(release, as_of, language, provider, (*above, (model.name, model_uri(model))), chain)
    yield Page(
        LOOKUP,
        "lookup.html",
        _("Is my site in the list?"),
        _("Look up a domain name in the lists of domain names of %(provider)s.", provider=name),
        provider.source.file,
        (home,),
    )
    for document in disclosures.documents.values():
        yield from _provider_document(document, language, provider, home, chain)
    if not by_others:  # whoever repeats the documents of a provider has none to give
        yield from _downstream(provider, language, home)
    published = (
        _("What was published and corrected here, and when.")
        if by_others
        else _("What %(provider)s published and corrected, and when.", provider=name)
    )
    yield from _changelog(chain, language, published, home)
    yield Page(
        "obligations/",
        "obligations.html",
        _("Obligations"),
        _("Which duties of the AI Act apply to the models of %(provider)s, and when each is due.", provider=name),
        provider.source.file,
        (home,),
        {"exemption": load(RELEASE).find("art_53_2"), "risk": load(RELEASE).find("systemic_risk")},
    )
    yield Page(
        ACCESSIBILITY,
        "accessibility.html",
        _("Accessibility"),
        _("What was tested of these pages and what was not, and whom to tell of a barrier."),
        provider.source.file,
        (home,),
        editable=False,
    )


def _downstream(provider: Provider, language: Language, home: tuple[str, str]) -> Iterator[Page]:
    """What downstream providers get, how they ask for it, and where they read it."""
    _ = language.text
    title = _("For downstream providers")
    yield Page(
        DOWNSTREAM,
        "downstream.html",
        title,
        _("What downstream providers get from %(provider)s, and how to ask for it.", provider=provider.name),
        provider.source.file,
        (home,),
    )
    yield Page(
        READER,
        "reader.html",
        _("Documents for recipients"),
        _("Where recipients read the documentation of %(provider)s.", provider=provider.name),
        provider.source.file,
        (home, (title, DOWNSTREAM)),
        search=False,
    )


def _provider_document(
    document: Document, language: Language, provider: Provider, home: tuple[str, str], chain: Chain
) -> Iterator[Page]:
    """The pages of a document of the provider itself."""
    _ = language.text
    title = language.label(document.schema.title)
    uri = home_uri(document.key)
    source = document.file or provider.source.file
    above = (home, (title, uri))
    about = _("%(document)s of %(provider)s.", document=title, provider=provider.name)
    if document.kind == POLICY:
        about = _("Copyright policy of %(provider)s (AI Act, Art. 53(1)(c)).", provider=provider.name)
    yield Page(uri, "document.html", title, about, source, (home,), document=document)
    yield from revision_pages(chain, document, None, above, title, language)
    if document.kind == POLICY:
        yield Page(
            f"{uri}crawlers/",
            "crawlers.html",
            _("Crawlers and opt-out"),
            _(
                "What the copyright policy of %(provider)s says of crawlers and of reserved rights.",
                provider=provider.name,
            ),
            source,
            above,
            _reserving(document),
        )
        yield Page(
            f"{uri}complaints/",
            "complaints.html",
            _("Contact and complaints"),
            _("How rightsholders reach %(provider)s and lodge a complaint.", provider=provider.name),
            source,
            above,
            {
                "policy": document,
                "section": document.root.entry("complaints"),
                "ways": complaints(document, provider),
            },
        )


def _reserving(policy: Document) -> dict[str, Any]:
    """What the page on crawlers shows of a policy, and the crawlers that its script is told of."""
    known = crawlers(policy)
    return {
        "policy": policy,
        "section": policy.root.entry("reservations"),
        "crawlers": known,
        "named": by_token(known),
        "checked": [{"name": one.name or one.token, "token": one.token} for one in known if one.token],
        "protocols_to_write": list(written_protocols(policy)),
    }


def _changelog(chain: Chain, language: Language, description: str, home: tuple[str, str]) -> Iterator[Page]:
    """The newest records on one page; older ones on pages that stay as they are, counted from the first record."""
    _ = language.text
    if not chain.records:
        return
    title = _("Changes")
    size = CHANGELOG_RECORDS
    archives = [
        (f"changes/archive-{n // size + 1}/", chain.records[n : n + size]) for n in range(0, len(chain.records), size)
    ]
    newest = chain.records[-size:]
    context = {"records": newest, "archives": [uri for uri, _records in archives] if len(archives) > 1 else []}
    source = chain.folder / chain.records[-1].file
    yield Page("changes/", "changes.html", title, description, source, (home,), context, editable=False)
    for uri, records in archives if len(archives) > 1 else []:
        first, last = language.day(records[0].day), language.day(records[-1].day)
        yield Page(
            uri,
            "changes.html",
            _("Changes from %(before)s to %(after)s", before=first, after=last),
            description,
            chain.folder / records[-1].file,
            (home, (title, "changes/")),
            {"records": records, "archives": []},
            search=False,
            editable=False,
        )


def _release(
    release: Release,
    as_of: date,
    language: Language,
    provider: Provider,
    above: tuple[tuple[str, str], ...],
    chain: Chain,
) -> Iterator[Page]:
    _ = language.text
    uri = release_uri(release)
    search = release.state(as_of) in {"planned", "current", "not_on_union_market"}
    trail = (*above, (release.name, uri))
    yield Page(
        uri,
        "release.html",
        release.name,
        _("Documents of %(release)s by %(provider)s.", release=release.name, provider=provider.name),
        release.source.file,
        above,
        release=release,
        search=search,
    )
    for kind, document in release.documents.items():
        title = language.label(document.schema.title)
        short_title = language.label(kind_of(kind).short_title)
        called = called_for(release, short_title, language)
        yield Page(
            document_uri(release, kind),
            "document.html",
            called,
            _(
                "%(document)s for %(release)s by %(provider)s.",
                document=title,
                release=release.name,
                provider=provider.name,
            ),
            document.file or release.source.file,
            trail,
            document=document,
            release=release,
            search=search,
            heading=f"{title}{_(': ')}{release.name}",
        )
        if home_uri(document.key) == document_uri(release, kind):
            here = (*trail, (short_title, document_uri(release, kind)))
            yield from revision_pages(chain, document, release, here, called, language)
            yield from list_pages(document, release, here, language, search=search)
    if before := release.previous:
        yield from _comparisons(before, release, trail, language, provider.language)
    yield Page(
        f"{uri}obligations/",
        "release_obligations.html",
        called_for(release, _("Obligations"), language),
        _("Which duties of the AI Act apply to %(release)s, and when each is due.", release=release.name),
        release.source.file,
        trail,
        release=release,
        search=False,
    )


def _comparisons(before: Release, after: Release, trail: Trail, language: Language, spoken: str) -> Iterator[Page]:
    """What changed from the release before: its facts and a list on one page, each document on its own. ``spoken`` is
    the language of facts."""
    _ = language.text
    title = _("Changes from %(before)s to %(after)s", before=before.name, after=after.name)
    since = _("changes from %(before)s", before=before.name)

    def called(what: str) -> str:
        return f"{called_for(after, what, language)}, {since}"

    uri = f"{release_uri(after)}changes/"
    parts: list[Part] = []
    found: list[Page] = []
    for kind, document in after.documents.items():
        old = before.documents.get(kind)
        if old and not (old.open_fields or document.open_fields):
            name = language.label(kind_of(kind).short_title)
            comparison = Comparison(
                document.schema,
                _side(before, kind, old),
                _side(after, kind, document),
                document.language,
                OF_VERSIONS,
            )
            address = f"{document_uri(after, kind)}changes/"
            parts.append(Part(name, address, comparison))
            page = Page(
                address,
                "comparison.html",
                called(name),
                title,
                document.file or after.source.file,
                (*trail, (_("Changes since %(release)s", release=before.name), uri)),
                release=after,
                search=False,
                editable=False,
                heading=f"{title}{_(': ')}{name}",
            )
            fields = remembered(differing, old.root, document.root)
            found += comparison_pages(page, comparison, [field.path for field in fields], language, called)
    comparison = Comparison(
        load(RELEASE),
        Side(before.name, release_uri(before), lambda: before.answers, key=f"models/{before.key}/{RELEASE}"),
        Side(after.name, release_uri(after), lambda: after.answers, key=f"models/{after.key}/{RELEASE}"),
        spoken,
    )
    source = after.source.file
    page = Page(
        uri,
        "comparison.html",
        called_for(after, since, language),
        title,
        source,
        trail,
        release=after,
        search=False,
        editable=False,
        heading=title,
    )
    fields = remembered(differing, before.answers, after.answers)
    yield from comparison_pages(page, comparison, [field.path for field in fields], language, called, tuple(parts))
    yield from found


def _side(release: Release, kind: str, document: Document) -> Side:
    """A document of a release as one side of a comparison."""
    return Side(
        release.name,
        document_uri(release, kind),
        partial(_root, document),
        document.files,
        document.key,
        data=document.data,
        undisclosed=partial(undisclosed, document),
    )


def _root(document: Document) -> Entry:
    return document.root
