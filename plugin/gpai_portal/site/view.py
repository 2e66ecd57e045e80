"""What templates ask about the portal they show: states in words, names of documents, what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from gpai_portal.content.comparison import Kind
from gpai_portal.content.model import Model, Release
from gpai_portal.publication.records import Record, Revision
from gpai_portal.publication.timeline import Event, timeline
from gpai_portal.schema import Field, Schema, load
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.site.addresses import home_uri, model_uri, release_uri
from gpai_portal.site.feeds import Feed
from gpai_portal.site.language import Language
from gpai_portal.site.page import Page
from gpai_portal.site.pages import CHANGELOG_RECORDS
from gpai_portal.site.portal import Portal


class View:
    """The side of a portal that templates see."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.language: Language = portal.language
        self.site_url: str = portal.site_url
        self.pages: Mapping[str, Page] = portal.pages
        self.unpublished: frozenset[str] = portal.unpublished
        self.records: Sequence[Record] = portal.chain.records
        self.head: Record | None = portal.chain.head
        self.public_key: str = portal.public_key
        self.feeds: Sequence[Feed] = portal.feeds
        self.sealed: SealedSet | None = portal.sealed
        self.address = portal.address
        self.revisions = portal.revisions

    # -- releases --------------------------------------------------------------------------------------------

    def state(self, release: Release) -> str:
        """planned, current, superseded or withdrawn."""
        return release.state(self._portal.as_of)

    def state_name(self, release: Release) -> str:
        """The state of a release in words."""
        _ = self.language.text
        return {
            "planned": _("planned"),
            "current": _("current"),
            "superseded": _("superseded"),
            "withdrawn": _("withdrawn"),
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

    def timeline(self, model: Model) -> list[tuple[str, list[Event]]]:
        """What happened to a model and its documents, day by day, newest first."""
        return timeline(model, self._portal.chain)

    # -- publication -----------------------------------------------------------------------------------------

    def feeds_for(self, key: str) -> list[Feed]:
        """Where changes of a document are announced."""
        about = {f"feeds/models/{key.split('/')[1]}"} if key.startswith("models/") else {"feeds/crawlers", "feeds/all"}
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

    def field_names(self, revision: Revision) -> list[str]:
        """Labels of the fields that a revision changed."""
        schema = load(revision.kind)
        return [self.language.label(f.title) for name in revision.changed if (f := schema.find(name))]

    def record_uri(self, number: int) -> str:
        """Where the page of changes tells of a record, without the anchor."""
        recent = number > len(self.records) - CHANGELOG_RECORDS
        return "changes/" if recent else f"changes/archive-{(number - 1) // CHANGELOG_RECORDS + 1}/"

    # -- comparisons -----------------------------------------------------------------------------------------

    def section_of(self, schema: Schema, field: Field) -> str:
        """Number and title of the section a field stands in; empty at the top."""
        section = schema.find(".".join(field.path[:-1])) if field.path[1:] else None
        return f"{section.number} {self.language.label(section.title)}".strip() if section else ""

    def change_name(self, kind: Kind) -> str:
        """added, removed or changed, in words."""
        _ = self.language.text
        return {Kind.ADDED: _("added"), Kind.REMOVED: _("removed"), Kind.CHANGED: _("changed")}[kind]
