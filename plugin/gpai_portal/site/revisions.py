"""The pages of what is on record: each published revision of a document, and what changed from each to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from gpai_portal.content.answers import Entry
from gpai_portal.content.model import Document, InRecord, Release
from gpai_portal.publication.records import Chain, Revision, file_name
from gpai_portal.site.addresses import revision_uri
from gpai_portal.site.comparisons import Comparison, Side, comparison_pages, undisclosed
from gpai_portal.site.language import Language
from gpai_portal.site.page import Page, Trail


def revision_pages(
    chain: Chain, document: Document, release: Release | None, trail: Trail, title: str, language: Language
) -> Iterator[Page]:
    """Published revisions of a document, and what changed from each to the next. ``title`` is that of its page."""
    _ = language.text
    official = language.label(document.schema.title)
    about = f"{official}{_(': ')}{release.name}" if release else official
    before: tuple[Revision, Document] | None = None
    for revision in chain.revisions.get(document.key, ()):
        name = _("revision %(number)s", number=revision.number)
        uri = revision_uri(revision)
        recorded = _recorded(document, revision)
        source = chain.folder / file_name(revision.record)
        yield Page(
            uri,
            "document.html" if recorded else "redacted.html",
            f"{title}, {name}",
            _("%(document)s as published on %(day)s.", document=about, day=language.day(revision.day)),
            source,
            trail,
            document=recorded,
            release=release,
            revision=revision,
            search=False,
            editable=False,
            heading=f"{about}, {name}",
        )
        if before and recorded:
            old_revision, old = before
            old_name = _("revision %(number)s", number=old_revision.number)
            since = f"{name}, {_('changes from %(before)s', before=old_name)}"
            subtitle = _("Changes from %(before)s to %(after)s", before=old_name, after=name)
            comparison = Comparison(
                document.schema,
                _side(old_name, chain, old_revision, old),
                _side(name, chain, revision, recorded),
                revision.language,
            )
            page = Page(
                f"{uri}changes/",
                "comparison.html",
                f"{title}, {since}",
                f"{about}{_(': ')}{subtitle}",
                source,
                (*trail, (name, uri)),
                release=release,
                revision=revision,
                search=False,
                editable=False,
                heading=subtitle,
            )
            # The record lists the fields, so nothing has to be compared to know which pages there are.
            paths = [tuple(name.split(".")) for name in revision.changed]
            subject = f"{release.name}{_(': ')}" if release else f"{title}, "
            yield from comparison_pages(page, comparison, paths, language, partial(_called, subject, since))
        before = (revision, recorded) if recorded else None


def _side(name: str, chain: Chain, revision: Revision, document: Document) -> Side:
    """A revision as one side of a comparison."""
    return Side(
        name,
        revision_uri(revision),
        partial(_root, document),
        chain.offered(revision),
        absent=chain.absent(revision),
        data=document.data,
        undisclosed=partial(undisclosed, document),
    )


def _root(document: Document) -> Entry:
    return document.root


def _recorded(document: Document, revision: Revision) -> Document | None:
    """A document as a revision published it; None once it has been redacted."""
    if revision.data is None:
        return None
    return replace(document, data=revision.data, language=revision.language, origin=InRecord(revision.record))


def _called(subject: str, since: str, section: str) -> str:
    return f"{subject}{section}, {since}"
