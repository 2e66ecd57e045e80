"""What templates ask about the portal they show: states in words, names of documents, what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from functools import cached_property
from typing import Any

from gpai_portal.content.answers import Answer, Domains, Entry
from gpai_portal.content.composition import facts
from gpai_portal.content.counting import undisclosed
from gpai_portal.content.drafts import open_fields
from gpai_portal.content.labels import Label, label_of
from gpai_portal.content.lists import Method, read_method
from gpai_portal.content.model import Document, Model, Release
from gpai_portal.content.reservations import Refusal, crawlers, refusal
from gpai_portal.content.source import Source
from gpai_portal.publication.in_force import Period, periods
from gpai_portal.publication.offered import carried
from gpai_portal.publication.records import Record, Revision
from gpai_portal.publication.timeline import Event, timeline
from gpai_portal.schema import FORM, POLICY, Field, load
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.site.addresses import home_uri, model_uri, relative, release_uri, revision_uri
from gpai_portal.site.announcing import Announcer
from gpai_portal.site.feeds import Feed
from gpai_portal.site.lanes import Lanes, lanes
from gpai_portal.site.language import Language
from gpai_portal.site.lookup import Index, NameList
from gpai_portal.site.page import Page
from gpai_portal.site.pages import CHANGELOG_RECORDS
from gpai_portal.site.portal import Portal
from gpai_portal.site.versions import with_versions


class View:
    """The side of a portal that templates see."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.language: Language = portal.language
        self.site_url: str = portal.site_url
        self.pages: Mapping[str, Page] = portal.pages
        self.unpublished: frozenset[str] = portal.unpublished
        self.drafts: Mapping[str, int] = portal.disclosures.drafts
        self.records: Sequence[Record] = portal.chain.records
        self.head: Record | None = portal.chain.head
        self.public_key: str = portal.public_key
        self.feeds: Sequence[Feed] = portal.feeds
        self.sealed: SealedSet | None = portal.sealed
        self.address = portal.address
        self.pdf = portal.pdf
        self.revisions = portal.revisions
        self.files = portal.files
        self.announcer = Announcer(portal.disclosures, portal.chain, portal.language)

    # -- releases --------------------------------------------------------------------------------------------

    def state(self, release: Release) -> str:
        """planned, current, superseded, withdrawn, not_on_union_market or draft."""
        return release.state(self._portal.as_of)

    def state_name(self, release: Release) -> str:
        """The state of a release in words."""
        _ = self.language.text
        return {
            "planned": _("planned"),
            "current": _("current"),
            "superseded": _("superseded"),
            "withdrawn": _("withdrawn"),
            "not_on_union_market": _("not on the Union market"),
            "draft": _("draft"),
        }[self.state(release)]

    def subject(self, key: str) -> tuple[str, str] | None:
        """Name and address of what ``model/release`` or ``model/*`` means; None if there is none."""
        for model in self._portal.disclosures.models:
            if key == f"{model.id}/*":
                return self.language.text("all releases of %(model)s", model=model.name), model_uri(model)
        return self._subjects.get(key)

    @cached_property
    def _subjects(self) -> dict[str, tuple[str, str]]:
        return {r.key: (r.name, release_uri(r)) for r in self._portal.disclosures.releases}

    def same_page(self, page: Page, release: Release) -> str:
        """Address of a page's counterpart for another release; that release's overview if there is none."""
        assert page.release is not None  # noqa: S101 - only pages of a release have a switch
        here = home_uri(page.revision.key) if page.revision else page.uri
        uri = release_uri(release) + here.removeprefix(release_uri(page.release))
        return uri if uri in self.pages else release_uri(release)

    @property
    def offered(self) -> list[Release]:
        """The releases of all models that are offered now: the current and planned ones of each."""
        return [r for model in self._portal.disclosures.models for r in model.offered(self._portal.as_of)]

    @property
    def lacks_form(self) -> bool:
        """Whether nothing of the Form is published for a release that is offered and for which it is owed."""
        owed = [release for release in self.offered if not (release.exempt or release.open_fields)]
        return any(FORM not in r.documents or r.documents[FORM].open_fields for r in owed)

    def without(self, kind: str) -> list[Release]:
        """Releases that are, or were, on the Union market, and for which a document is not published here, but at most
        a draft of it. Whether a draft of a release is on the market, nobody can say."""
        complete = [r for r in self._portal.disclosures.releases if not r.open_fields]
        found = [r for r in complete if kind not in r.documents or r.documents[kind].open_fields]
        return [r for r in found if self.state(r) != "planned" and not r.unmarketed]

    def timeline(self, model: Model) -> list[tuple[str, list[Event]]]:
        """What happened to a model and its documents, day by day, newest first."""
        return timeline(model, self._portal.chain)

    def lanes(self, model: Model) -> Lanes | None:
        """The picture of the time of a model; None if no day is known."""
        return lanes(model, self._portal.chain, self._portal.as_of)

    def periods(self, model: Model) -> list[Period]:
        """What was in force of a model and its documents, newest first; nothing before the first publication."""
        return periods(model, self._portal.chain, self._portal.as_of) if self.records else []

    def undisclosed(self, document: Document) -> list[Entry]:
        """Required fields of a document that disclose nothing, in official order."""
        return undisclosed(document.root, document.unneeded)

    def stated_gaps(self, document: Document) -> list[Field]:
        """The fields and sections of which a document itself states that information is missing."""
        rows = [row for e in document.root.entries if e.field.kind == "gaps" for row in e.answer.rows]
        return [field for row in rows if (field := document.schema.find(row["field"].text))]

    def open_fields(self, source: Source) -> list[str]:
        """What is open in a file of facts, by official number and label."""
        schema = load(source.kind)
        return [self.language.field(schema, field) for field in open_fields(source.answers)]

    # -- publication -----------------------------------------------------------------------------------------

    def feeds_for(self, key: str) -> list[Feed]:
        """Where changes of a document are announced."""
        latest = self._portal.chain.latest(key)
        models = {cover.partition("/")[0] for cover in latest.covers} if latest else set()
        models |= {key.split("/")[1]} if key.startswith("models/") else set()
        about = {f"feeds/models/{model}" for model in models} or {"feeds/all"}
        about |= {"feeds/crawlers"} if key == POLICY else set()
        return [feed for feed in self.feeds if feed.uri in about]

    @cached_property
    def erasures(self) -> dict[int, Record]:
        """Records of an erasure, by the number of the record they erased."""
        return {record.redacts["record"]: record for record in self.records if record.redacts}

    def document_name(self, key: str) -> str:
        """What lists call a document: its title, and the release or model it is about."""
        folder, _sep, kind = key.rpartition("/")
        title = self.language.label(load(kind).title)
        subject = self._portal.disclosures.subjects.get(folder, folder)
        return f"{title}{self.language.text(': ')}{subject}" if folder else title

    def record_uri(self, number: int) -> str:
        """Where the page of changes tells of a record, without the anchor."""
        recent = number > len(self.records) - CHANGELOG_RECORDS
        return "changes/" if recent else f"changes/archive-{(number - 1) // CHANGELOG_RECORDS + 1}/"

    def shown(self, page: Page) -> Document | None:
        """The document of a page, with what was published of it before among its previous versions."""
        earlier = self._portal.earlier(page)
        if page.document is None or not earlier:
            return page.document

        def link(uri: str) -> str:
            return relative(uri, page.uri) + self._portal.index

        data = with_versions(page.document.schema, page.document.data, earlier, link)
        return replace(page.document, data=data)

    def holds_for(self, page: Page) -> list[Release]:
        """The releases that the document of a page holds for, or held for when it was published."""
        disclosures = self._portal.disclosures
        if page.revision:
            return [release for release in disclosures.releases if release.key in page.revision.covers]
        return disclosures.covered(page.document) if page.document else []

    def others(self, page: Page) -> list[Release]:
        """Releases with a document of the same kind as a page of a release shows, and another than that, those of the
        same model first."""
        document, own = page.document, page.release
        if document is None or own is None or page.revision:
            return []
        found = [r for r in self._portal.disclosures.releases if document.kind in r.documents]
        # By identity: what a document of others says is not read, so that its page alone is built anew when it changes.
        others = [
            r for r in found if r.documents[document.kind] is not own.documents[document.kind] and not r.open_fields
        ]
        return sorted(others, key=lambda release: release.model is not own.model)

    @property
    def name_lists(self) -> list[NameList]:
        """What the summaries answer to the question for domain names, newest release first."""
        return self._portal.name_lists

    @property
    def names(self) -> Index | None:
        """All domain names that are listed on this site, to be looked up; None if there are none."""
        return self._portal.names

    @property
    def refusal(self) -> Refusal:
        """How the crawlers are refused that are named beside lists of domain names."""
        policy = self._portal.disclosures.policy
        named = (answer.text or answer.as_stated for names in self.name_lists for answer in names.crawlers)
        return refusal(named, crawlers(policy) if policy else ())

    def computed(self, page: Page, answer: Answer) -> Method | None:
        """What the record of a computed list proves of the list that an answer on a page offers; None without one."""
        domains = answer.value
        files = self._portal.files(page)
        file = files.get(domains.method) if isinstance(domains, Domains) else None
        return read_method(file) if file else None

    def computes(self, page: Page, document: Document) -> bool:
        """Whether a figure on the page of a document was computed by this tool."""
        lists = (
            e.answer for e in document.root.walk() if isinstance(e.answer.value, Domains) and e.answer.value.method
        )
        return any(self.computed(page, answer) for answer in lists)

    def carried(self, page: Page, name: str) -> str:
        """How a file that the document of a page offers is called beside the page; empty if it is kept elsewhere."""
        path = self._portal.files(page).get(name)
        return carried(name, path) if path else ""

    def label(self, revision: Revision) -> Label:
        """How a revision calls itself; empty once it has been erased."""
        return label_of(load(revision.kind), revision.data or {})

    def citation(self, page: Page) -> str:
        """How to name the version that a page shows, with its permanent address and the hash of its record where it was
        published; empty for a draft."""
        document, latest = page.document, self._portal.chain.latest(page.key)
        if (
            document is None
            or page.open_fields
            or (page.key in self.unpublished and not page.revision and self.records)
        ):
            return ""
        _, shown = self.language.text, page.revision or latest
        subject = page.release.name if page.release else ""
        title = self.language.label(document.schema.title)
        provider = self._portal.disclosures.provider
        parts = [
            provider.answers.get("legal_name").text or provider.name,
            _("“%(title)s”", title=f"{title}{_(': ')}{subject}" if subject else title),
            f"{_('version')} {document.version}" if document.version else "",
            _("revision %(number)s of %(day)s", number=shown.number, day=self.language.day(shown.day)) if shown else "",
            self.address(revision_uri(shown) if shown else page.uri) if self.site_url else "",
        ]
        digest = f" (SHA-256 {shown.sha256[:8]}…{shown.sha256[-4:]})" if shown else ""
        return ", ".join(filter(None, parts)) + digest

    def namesake(self, revision: Revision) -> Revision | None:
        """An earlier revision that has the version and date of this one, and says or offers something else."""
        if revision.data is None or not any(own := astuple(self.label(revision))):
            return None
        others = self.revisions(revision.key)[: revision.number - 1]
        alike = (r for r in reversed(others) if r.data is not None and astuple(self.label(r)) == own)
        return next((r for r in alike if (r.data, r.files) != (revision.data, revision.files)), None)

    def originals(self, page: Page) -> list[Mapping[str, Any]]:
        """What is said of the originals of the documents that a page shows, compares or takes its words from."""
        shown = [page.document, page.context.get("policy")]
        compared = page.context["part"].comparison if "part" in page.context else None
        roots = [document.root for document in shown if document]
        roots += [side.answers() for side in (compared.old, compared.new)] if compared else []
        facts_of = [] if roots else [page.release, page.context.get("model")]
        roots += [about.answers for about in facts_of if about]
        found = [root.get("transcription").value for root in roots]
        return list({original["source"]: original for original in found if original}.values())

    def outdated(self, document: Document) -> frozenset[str]:
        """Fields (dotted) of a document in which its provider gives other facts now than when it was published."""
        present = facts(document.schema.root, self._portal.disclosures.provider.answers)
        return frozenset(field.dotted for field, fact in present if document.root.get(*field.path).written != fact)
