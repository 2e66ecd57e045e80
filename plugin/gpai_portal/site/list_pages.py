"""Pages of lists that are too long for the page of their document: of domain names, and of records."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gpai_portal.content.answers import Domains
from gpai_portal.content.lists import listed_lines
from gpai_portal.content.model import Document, Release
from gpai_portal.limits import MAX_LISTED_NAMES, MAX_SHOWN_RECORDS
from gpai_portal.site.addresses import list_uri
from gpai_portal.site.language import Language
from gpai_portal.site.page import Page, Trail
from gpai_portal.site.tabling import are_records


def called_for(release: Release, what: str, language: Language) -> str:
    """The title of a page of a release: in a row of tabs or in a list of results, its beginning is all that is seen."""
    return f"{release.name}{language.text(': ')}{what}"


def list_pages(
    document: Document, release: Release, trail: Trail, language: Language, *, search: bool
) -> Iterator[Page]:
    """A page for each list of a document that has one."""
    yield from _lists(document, release, trail, language, search=search)
    yield from _records(document, release, trail, language, search=search)


def _lists(document: Document, release: Release, trail: Trail, language: Language, *, search: bool) -> Iterator[Page]:
    """A page for each list of domain names that lies beside a document, unless it is too long for one."""
    _ = language.text
    for entry in document.root.walk():
        domains = entry.answer.value
        file = document.files.get(domains.file) if isinstance(domains, Domains) else None
        if file is None:
            continue
        names = list(islice(listed_lines(file), MAX_LISTED_NAMES + 1))
        if len(names) <= MAX_LISTED_NAMES:
            yield Page(
                list_uri(document.key, entry.field),
                "domain_list.html",
                called_for(
                    release,
                    _("List of domain names") if entry.field.official else language.label(entry.field.title),
                    language,
                ),
                language.label(entry.field.title),
                file,
                trail,
                {"names": names, "of": document, "entry": entry},
                release=release,
                search=search,
                editable=False,
            )


def _records(document: Document, release: Release, trail: Trail, language: Language, *, search: bool) -> Iterator[Page]:
    """A page for each table with more records than the page of its document has room for."""
    for entry in document.root.walk():
        if are_records(entry.field) and len(entry.answer.rows) > MAX_SHOWN_RECORDS:
            yield Page(
                list_uri(document.key, entry.field),
                "records.html",
                called_for(release, language.label(entry.field.title).rstrip(" \u00a0\u202f:"), language),
                language.label(entry.field.title),
                document.file or release.source.file,
                trail,
                {"of": document, "entry": entry},
                release=release,
                search=search,
                editable=False,
            )
