"""The portal as a whole: a checked content folder with its records and its sealed set, and the pages it has."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.errors import ContentError, Report, UsageError
from gpai_portal.memory import note_read
from gpai_portal.names import SEALED
from gpai_portal.publication.kept import kept
from gpai_portal.publication.records import FOLDER, Chain, Revision, read_chain
from gpai_portal.publication.signing import PUBLIC_KEY, fingerprint, read_public_key
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.site.addresses import home_uri, placed, revision_uri
from gpai_portal.site.feeds import Feed, feeds
from gpai_portal.site.head import Alternate
from gpai_portal.site.language import Language
from gpai_portal.site.lookup import Index, NameList, index_of, name_lists
from gpai_portal.site.page import Page
from gpai_portal.site.pages import pages


class Unpublished(frozenset[str]):
    """Keys of documents; whoever asks for one depends on it."""

    def __contains__(self, key: object) -> bool:
        note_read(str(key))
        return super().__contains__(key)


@dataclass
class Portal:
    """A checked content folder, ready to be published in one language.

    ``site_url`` is the absolute address of the site's root, empty if unknown; ``index`` is "index.html" where
    links have to name the file. ``sealed`` is what downstream providers read, as ciphertext. ``printed`` says whether
    the builder makes PDF files. ``languages`` are the codes of all that it is published in; pages of the first lie at
    their addresses, those of each other one in a folder. ``pages`` are all pages by address, ``keys`` those of all that
    can be published, ``unpublished`` those of them that differ from what was published last.
    """

    disclosures: Disclosures
    report: Report
    as_of: date
    language: Language
    site_url: str = ""
    index: str = ""
    sealed: SealedSet | None = None
    chain: Chain = field(default_factory=lambda: Chain(Path()))
    printed: bool = False
    languages: tuple[str, ...] = ()
    pages: dict[str, Page] = field(init=False)
    keys: frozenset[str] = field(init=False)
    unpublished: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        now = snapshots(self.disclosures)
        self.chain.require(now)
        self.keys = frozenset(now)
        self.unpublished = Unpublished(key for key, snapshot in now.items() if self.chain.differs(snapshot))
        self._promise()

    def _promise(self) -> None:
        self.pages = {}
        for page in pages(self.disclosures, self.as_of, self.language, self.chain):
            if page.uri in self.pages:
                raise UsageError(
                    f"two pages have the address {page.uri}; give the schema of one of them another address"
                )
            self.pages[page.uri] = replace(page, prefix=self.prefix) if self.prefix else page

    @property
    def prefix(self) -> str:
        """The folder of its language."""
        return self._folder(self.language.code)

    def _folder(self, code: str) -> str:
        return f"{code}/" if code in self.languages[1:] else ""

    def place(self, page: Page, code: str) -> str:
        """Where a page lies in one of the languages."""
        return self._folder(code) + page.uri

    def alternates(self, page: Page) -> list[Alternate]:
        """Where a page is in each language, by the code of the language (BCP 47), and for readers of all others; none
        if there is one language only, or if the address of the site is not known."""
        if not (self.languages[1:] and self.site_url):
            return []
        found = [Alternate(code, self.site_url + self.place(page, code)) for code in self.languages]
        return [*found, Alternate("x-default", found[0].href)]

    @property
    def editions(self) -> list[Portal]:
        """The portal in each of its languages, the first one first; what was read and checked is the same."""
        return [self, *map(self._translated, self.languages[1:])]

    def _translated(self, code: str) -> Portal:
        edition = copy(self)
        edition.names = self.names  # made once
        vars(edition).pop("feeds", None)
        edition.language = Language(code)
        edition._promise()
        return edition

    @classmethod
    def load(
        cls,
        folder: Path,
        as_of: date,
        language: str = "en",
        site_url: str = "",
        index: str = "",
        further: Sequence[str] = (),
    ) -> Portal:
        """Reads and checks a content folder. ``further`` are codes of the languages beside the first.

        Raises ContentError if the content has errors, SealingError if the sealed set is damaged, RecordError if the
        records do not hold or the content lacks what they published, UsageError for a folder or language that is not
        there, or if two pages have one address.
        """
        words = Language(language)
        languages = tuple(Language(code).code for code in dict.fromkeys((language, *further)))
        chain = read_chain(folder.resolve() / FOLDER)
        content, report = check(folder, as_of, kept(chain))
        if report.errors:
            raise ContentError(report)
        sealed = read_sealed(content.folder / SEALED)
        portal = cls(compose(content), report, as_of, words, "", "", sealed, chain, languages=languages)
        portal.locate(site_url, index)
        return portal

    def locate(self, site_url: str, index: str = "") -> None:
        """Says where the site will be. A builder may know that only after its content has been read, but has to say
        it before a page or feed is asked for."""
        self.site_url = f"{site_url}/" if site_url and not site_url.endswith("/") else site_url
        self.index = index

    def address(self, uri: str) -> str:
        """Absolute address of a page or file, as far as the site's own address is known."""
        return self.site_url + placed(uri, self.prefix)

    def revisions(self, key: str) -> list[Revision]:
        """Published revisions of a document, first to last."""
        return list(self.chain.revisions.get(key, ()))

    def files(self, page: Page) -> dict[str, Path]:
        """The files that the document of a page offers for download, by name, and where they lie."""
        if page.revision:
            return self.chain.offered(page.revision)
        return page.document.files if page.document else {}

    def earlier(self, page: Page) -> list[Revision]:
        """Published revisions of the document of a page that are older than what it shows, first to last."""
        if page.document is None:
            return []
        all_ = self.revisions(page.document.key)
        if page.revision:
            return [revision for revision in all_ if revision.number < page.revision.number]
        return all_ if page.document.key in self.unpublished else all_[:-1]

    @property
    def name_lists(self) -> list[NameList]:
        """What the summaries answer to the question for domain names, newest release first."""
        return name_lists(self.disclosures)

    @cached_property
    def names(self) -> Index | None:
        """All domain names that are listed on this site, to be looked up; None if there are none."""
        index = index_of(self.name_lists)
        return index if index.count or index.suffixes else None

    def print_of(self, page: Page) -> Page | None:
        """The page that the PDF file offered on a page shows: that of the revision which the page shows. None where the
        page shows no document, or a draft. Before the first publication it is the page of the document itself."""
        if not self.printed or page.document is None or page.open_fields:
            return None
        if page.revision or not self.chain.records:
            return page if page.revision else self.pages[home_uri(page.document.key)]
        latest = self.chain.latest(page.document.key)
        return self.pages[revision_uri(latest)] if latest and page.document.key not in self.unpublished else None

    def pdf(self, page: Page) -> str:
        """Address of the PDF file that is offered on a page, beside its twin; empty if there is none."""
        return page.place.rstrip("/") + ".pdf" if self.print_of(page) else ""

    @cached_property
    def drafts(self) -> frozenset[str]:
        """Addresses of the pages that show a draft with open fields."""
        return frozenset(page.uri for page in self.pages.values() if page.open_fields)

    @cached_property
    def public_key(self) -> str:
        """Fingerprint of the key that is offered to check the records with; empty if they are not signed.

        Raises UsageError if the file holds no key.
        """
        place = self.chain.folder / PUBLIC_KEY
        return fingerprint(read_public_key(place.read_bytes(), str(place))) if place.is_file() else ""

    @cached_property
    def feeds(self) -> list[Feed]:
        """Feeds of the portal; none as long as nothing has been recorded."""
        return feeds(self.disclosures, self.chain, self.language, self.site_url)
