"""Which pages a portal has: where each lies, what it shows, which file stands behind it.

A ``Page`` is promised before anything is rendered, so that a build can tell if one is missing. Addresses are
part of the product: they do not change between builds, and old ones stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.content.comparison import Change, compare, lists_of
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.content.source import Source
from gpai_portal.publication.records import Chain, Revision, file_name
from gpai_portal.publication.snapshots import attachments
from gpai_portal.schema import FORM, RELEASE, SAFETY, SUMMARY, load
from gpai_portal.site.addresses import DOWNSTREAM, READER, document_uri, home_uri, model_uri, release_uri, revision_uri
from gpai_portal.site.language import Language

#: Titles of documents in tabs and lists; the page itself carries the official title.
SHORT_TITLES = {
    SUMMARY: "Training content",
    FORM: "Model documentation",
    SAFETY: "Safety and security",
}

#: Records on one page of the changelog.
CHANGELOG_RECORDS = 50

#: Changed fields on one page of a comparison.
COMPARED_FIELDS = 25


@dataclass(frozen=True)
class Page:
    """A page of the portal.

    ``uri`` is its address below the site's root, "" or ending in a slash. ``trail`` lists the pages above it
    as (title, uri). ``source`` is the file that an edit button opens, None where there is nothing to edit.
    ``revision`` is set on the page of a published revision, which shows what the record holds.
    """

    uri: str
    template: str
    title: str
    description: str
    source: Path | None
    trail: tuple[tuple[str, str], ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    release: Release | None = None
    revision: Revision | None = None
    search: bool = True

    @property
    def twin(self) -> str:
        """Address of the machine-readable twin; empty where nobody has written a document."""
        return self.uri.rstrip("/") + ".json" if self.document and self.document.source else ""


def source_uri(page: Page) -> str:
    """The Markdown file that stands for a page in MkDocs and in plain files."""
    return f"{page.uri}index.md"


def pages(disclosures: Disclosures, as_of: date, language: Language, chain: Chain) -> Iterator[Page]:
    """Every page, in the order of the navigation."""
    _ = language.text
    provider = disclosures.provider
    name = provider.name
    home = (_("Home"), "")
    catalogue = (_("Models"), "models/")
    yield Page(
        "",
        "home.html",
        _("Transparency portal"),
        _("What %(provider)s publishes about its general-purpose AI models under the AI Act.", provider=name),
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
        for release in reversed(model.releases):
            yield from _release(release, as_of, language, name, (*above, (model.name, model_uri(model))), chain)
    if policy := disclosures.policy:
        assert policy.source is not None  # noqa: S101 - a policy is always written
        title = language.label(policy.schema.title)
        yield Page(
            "copyright/",
            "document.html",
            title,
            _("Copyright policy of %(provider)s (AI Act, Art. 53(1)(c)).", provider=name),
            policy.source.file,
            (home,),
            document=policy,
        )
        yield from _revisions(chain, policy, None, (home, (title, "copyright/")), title, language)
        for uri, template, subtitle, description in (
            (
                "copyright/crawlers/",
                "crawlers.html",
                _("Crawlers and opt-out"),
                _("Crawlers of %(provider)s and how to reserve rights against them.", provider=name),
            ),
            (
                "copyright/complaints/",
                "complaints.html",
                _("Contact and complaints"),
                _("How rightsholders reach %(provider)s and lodge a complaint.", provider=name),
            ),
        ):
            yield Page(
                uri,
                template,
                subtitle,
                description,
                policy.source.file,
                (home, (title, "copyright/")),
                {"policy": policy},
            )
    downstream = (_("For downstream providers"), DOWNSTREAM)
    yield Page(
        DOWNSTREAM,
        "downstream.html",
        downstream[0],
        _("What downstream providers get from %(provider)s, and how to ask for it.", provider=name),
        provider.source.file,
        (home,),
    )
    yield Page(
        READER,
        "reader.html",
        _("Documents for recipients"),
        _("Where recipients read the documentation of %(provider)s.", provider=name),
        provider.source.file,
        (home, downstream),
        search=False,
    )
    yield from _changelog(chain, language, name, home)
    yield Page(
        "obligations/",
        "obligations.html",
        _("Obligations"),
        _("Which duties of the AI Act apply to the models of %(provider)s, and since when.", provider=name),
        provider.source.file,
        (home,),
    )


def _changelog(chain: Chain, language: Language, provider: str, home: tuple[str, str]) -> Iterator[Page]:
    """The newest records on one page; older ones on pages that stay as they are, counted from the first record."""
    _ = language.text
    if not chain.records:
        return
    title = _("Changes")
    description = _("What %(provider)s published and corrected, and when.", provider=provider)
    size = CHANGELOG_RECORDS
    archives = [
        (f"changes/archive-{n // size + 1}/", chain.records[n : n + size]) for n in range(0, len(chain.records), size)
    ]
    newest = chain.records[-size:]
    context = {"records": newest, "archives": [uri for uri, _records in archives] if len(archives) > 1 else []}
    yield Page("changes/", "changes.html", title, description, None, (home,), context)
    for uri, records in archives if len(archives) > 1 else []:
        first, last = language.day(records[0].day), language.day(records[-1].day)
        yield Page(
            uri,
            "changes.html",
            _("Changes from %(before)s to %(after)s", before=first, after=last),
            description,
            None,
            (home, (title, "changes/")),
            {"records": records, "archives": []},
            search=False,
        )


def _release(
    release: Release,
    as_of: date,
    language: Language,
    provider: str,
    above: tuple[tuple[str, str], ...],
    chain: Chain,
) -> Iterator[Page]:
    _ = language.text
    uri = release_uri(release)
    search = release.state(as_of) in {"planned", "current"}
    trail = (*above, (release.name, uri))
    yield Page(
        uri,
        "release.html",
        release.name,
        _("Documents of %(release)s by %(provider)s.", release=release.name, provider=provider),
        release.source.file,
        above,
        release=release,
        search=search,
    )
    for kind, document in release.documents.items():
        title = language.label(document.schema.title)
        yield Page(
            document_uri(release, kind),
            "document.html",
            f"{title}{_(': ')}{release.name}",
            _(
                "%(document)s for %(release)s by %(provider)s.",
                document=title,
                release=release.name,
                provider=provider,
            ),
            document.source.file if document.source else release.source.file,
            trail,
            document=document,
            release=release,
            search=search,
        )
        if home_uri(document.key) == document_uri(release, kind):
            here = (*trail, (language.text(SHORT_TITLES[kind]), document_uri(release, kind)))
            yield from _revisions(chain, document, release, here, f"{title}{_(': ')}{release.name}", language)
    if before := release.previous:
        yield from _comparisons(before, release, trail, language)
    yield Page(
        f"{uri}obligations/",
        "release_obligations.html",
        f"{_('Obligations')}{_(': ')}{release.name}",
        _("Which duties of the AI Act apply to %(release)s, and since when.", release=release.name),
        release.source.file,
        trail,
        release=release,
        search=False,
    )


def _comparisons(
    before: Release, after: Release, trail: tuple[tuple[str, str], ...], language: Language
) -> Iterator[Page]:
    """What changed from the release before: its facts and a list on one page, each document on its own."""
    _ = language.text
    title = _("Changes from %(before)s to %(after)s", before=before.name, after=after.name)
    uri = f"{release_uri(after)}changes/"
    documents = []
    found: list[Page] = []
    for kind, document in after.documents.items():
        if old := before.documents.get(kind):
            lists = lists_of(attachments(old)), lists_of(attachments(document))
            changes = compare(document.schema, old.data, document.data, lists)
            address = f"{document_uri(after, kind)}changes/"
            documents.append((_(SHORT_TITLES[kind]), address, len(changes)))
            found += _compared(
                Page(
                    address,
                    "comparison.html",
                    f"{title}{_(': ')}{_(SHORT_TITLES[kind])}",
                    title,
                    None,
                    (*trail, (_("Changes"), uri)),
                    release=after,
                    search=False,
                ),
                ((before.name, document_uri(before, kind)), (after.name, document_uri(after, kind))),
                changes,
                document.language,
                language,
            )
    yield from _compared(
        Page(uri, "comparison.html", title, title, None, trail, release=after, search=False),
        ((before.name, release_uri(before)), (after.name, release_uri(after))),
        compare(load(RELEASE), before.data, after.data),
        language.code,
        language,
        documents,
    )
    yield from found


def _compared(
    page: Page,
    sides: tuple[tuple[str, str], tuple[str, str]],
    changes: list[Change],
    lang: str,
    language: Language,
    parts: Sequence[tuple[str, str, int]] = (),
) -> Iterator[Page]:
    """A comparison with its context; where much has changed, each section of the document is a page of its own.

    ``sides`` are name and address of what is compared, ``parts`` name, address and number of changes of further
    pages.
    """
    context = {"sides": sides, "written_in": lang if lang != language.code else ""}
    here = changes
    sections: dict[str, list[Change]] = {}
    if len(changes) > COMPARED_FIELDS:
        here = [change for change in changes if len(change.field.path) == 1]
        for change in changes:
            if change not in here:
                sections.setdefault(change.field.path[0], []).append(change)
    found = []
    for key, own in sections.items():
        section = own[0].schema.root.child(key)
        title = f"{section.number} {language.label(section.title)}".strip() if section else key
        uri = f"{page.uri}{key.replace('_', '-')}/"
        parts = (*parts, (title, uri, len(own)))
        trail = (*page.trail, (language.text("Changes"), page.uri))
        more = {**context, "changes": own, "more": ()}
        found.append(replace(page, uri=uri, title=f"{page.title}, {title}", trail=trail, context=more))
    yield replace(page, context={**context, "changes": here, "more": parts})
    yield from found


def _revisions(
    chain: Chain,
    document: Document,
    release: Release | None,
    trail: tuple[tuple[str, str], ...],
    title: str,
    language: Language,
) -> Iterator[Page]:
    """Published revisions of a document, and what changed from each to the next."""
    _ = language.text
    before: Revision | None = None
    for revision in chain.revisions.get(document.key, ()):
        name = _("revision %(number)s", number=revision.number)
        uri = revision_uri(revision)
        source = Source(document.kind, chain.folder / file_name(revision.record), revision.data or {})
        recorded = Document(document.schema, source.data, source, revision.language, document.key)
        yield Page(
            uri,
            "document.html" if revision.data is not None else "redacted.html",
            f"{title}, {name}",
            _("%(document)s as published on %(day)s.", document=title, day=language.day(revision.day)),
            None,
            trail,
            document=recorded if revision.data is not None else None,
            release=release,
            revision=revision,
            search=False,
        )
        if before and before.data is not None and revision.data is not None:
            old = _("revision %(number)s", number=before.number)
            lists = lists_of(chain.offered(before)), lists_of(chain.offered(revision))
            subtitle = _("Changes from %(before)s to %(after)s", before=old, after=name)
            yield from _compared(
                Page(
                    f"{uri}changes/",
                    "comparison.html",
                    subtitle,
                    f"{title}{_(': ')}{subtitle}",
                    None,
                    (*trail, (name, uri)),
                    release=release,
                    revision=revision,
                    search=False,
                ),
                ((old, revision_uri(before)), (name, uri)),
                compare(document.schema, before.data, revision.data, lists),
                revision.language,
                language,
            )
        before = revision
