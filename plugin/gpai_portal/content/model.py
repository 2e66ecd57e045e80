"""What the content means: models, releases, and the documents of a provider."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpai_portal.content.answers import ABSENCES, MISSING, SILENT, Answer, Audience, Entry, Status
from gpai_portal.content.counting import Tally, tally_of
from gpai_portal.content.labels import LAST_UPDATE
from gpai_portal.content.law import is_legacy
from gpai_portal.content.provider import Provider
from gpai_portal.content.reading import read_entry
from gpai_portal.content.source import Source
from gpai_portal.memory import note_read
from gpai_portal.schema import POLICY, Schema


@dataclass(frozen=True)
class InFile:
    """A document that is written in a file of the content folder."""

    file: Path


@dataclass(frozen=True)
class InRecord:
    """A document as it was published, in the record of this number."""

    number: int


#: States in which an item of a form is not public: nothing is said of it, or only that nothing is said.
WITHHELD = SILENT | {Status.UNKNOWN, Status.NOT_DISCLOSED, Status.UNANSWERED, Status.NOT_READABLE, Status.OPEN}


@dataclass(frozen=True)
class ComposedDocument:
    """A document with the facts of ``provider.yaml`` and ``release.yaml`` where its form asks for them.

    ``data`` is its JSON in official order. ``language`` is that of its answers. ``key`` names it in records: the path
    of its file in the content folder without ``.yaml``.
    """

    schema: Schema
    data: Mapping[str, Any]
    language: str
    key: str

    @property
    def kind(self) -> str:
        """Name of its schema."""
        return self.schema.name

    @cached_property
    def root(self) -> Entry:
        """Every field of its form, answered or not."""
        return read_entry(self.schema.root, self.data)

    @property
    def items(self) -> tuple[int, int]:
        """How many items its form means for chosen audiences, and how many of them are public."""
        marked = [e for e in self.root.walk() if Audience.PUBLIC not in e.field.audience and e.field.official]
        return len(marked), sum(e.answer.status not in WITHHELD for e in marked)

    @property
    def version(self) -> str:
        """Its provider's label of the version; empty if there is none."""
        answer = self.root.get("version")
        return answer.text or answer.as_stated

    @property
    def licence(self) -> str:
        """What its provider states on the licence of its text; empty if nothing."""
        return self.root.get("licence").text

    @property
    def last_update(self) -> Answer:
        """The day of its last change, by its provider."""
        return next((a for key in LAST_UPDATE if (a := self.root.get(key)).written), MISSING)

    @property
    def transcription(self) -> Mapping[str, Any] | None:
        """What is said of the original, if this document repeats what somebody else published."""
        found: Mapping[str, Any] | None = self.root.get("transcription").value
        return found


@dataclass(frozen=True)
class Document(ComposedDocument):
    """A public document. ``origin`` says where it comes from; ``unneeded`` are facts of its provider that nothing asks
    for.

    ``open_fields``: how many fields, of its own and of the facts it takes from other files, are still to be answered; a
    document with any is a draft that was never published.
    """

    origin: InFile | InRecord
    unneeded: frozenset[str] = frozenset()
    open_fields: int = 0

    if not TYPE_CHECKING:

        def __getattribute__(self, name):
            """Whatever is asked of a document, also what it remembers, makes the reader depend on it."""
            note_read(object.__getattribute__(self, "__dict__").get("key", ""))
            return object.__getattribute__(self, name)

    @cached_property
    def tally(self) -> Tally:
        """Required fields, and those of them that disclose nothing."""
        return tally_of(self.root, self.unneeded)

    @property
    def file(self) -> Path | None:
        """The file of the content folder that it is written in."""
        return self.origin.file if isinstance(self.origin, InFile) else None

    @cached_property
    def files(self) -> dict[str, Path]:
        """Files that its answers offer for download, by name; they lie beside the file it is written in."""
        if not self.file:
            return {}
        return {name: self.file.with_name(name) for entry in self.root.walk() for name in entry.answer.files}


@dataclass(eq=False)
class Release:
    """One release of a model. ``documents`` holds its composed documents by kind.

    With ``open_fields`` in release.yaml it is a draft: no release before or after another one, and not on the market as
    far as anybody can say.
    """

    model: Model
    id: str
    source: Source
    open_fields: int = 0
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def answers(self) -> Entry:
        """The fields of ``release.yaml``."""
        return self.source.answers

    @property
    def key(self) -> str:
        """``model/release``, by their ids."""
        return f"{self.model.id}/{self.id}"

    @property
    def name(self) -> str:
        """Its name, as readers know it; its id in a draft without one."""
        return self.answers.get("name").title or self.id

    @property
    def previous(self) -> Release | None:
        """The release before this one in the order of the model; drafts have no place in it."""
        told = [release for release in self.model.releases if not release.open_fields]
        at = told.index(self) if self in told else 0
        return told[at - 1] if at else None

    @property
    def sequence(self) -> int:
        """Its place in the order of the model's releases, 1 for the first; a draft that does not say it comes last."""
        said = self.answers.get("sequence").value
        return sys.maxsize if said is None else int(said)

    @cached_property
    def market_date(self) -> date | None:
        """First day of the date of placement on the Union market, which may be known to the month or year only."""
        return self.answers.get("union_market_date").day

    @cached_property
    def withdrawn(self) -> date | None:
        """First day on which it is no longer on the market."""
        return self.answers.get("withdrawn", "date").day

    @property
    def market(self) -> Entry:
        """The date of placement on the Union market, as a field."""
        return self._field("union_market_date")

    @property
    def exemption(self) -> Entry:
        """What is said on the exemption of Art. 53(2)."""
        return self._field("art_53_2")

    @property
    def risk(self) -> Entry:
        """What is declared on systemic risk (Art. 51, 52)."""
        return self._field("systemic_risk")

    def _field(self, key: str) -> Entry:
        found = self.answers.entry(key)
        assert found is not None  # noqa: S101 - stands in the schema
        return found

    @property
    def withdrawal(self) -> Entry:
        """Date and reason of the withdrawal from the market, as far as they are given."""
        return self._field("withdrawn")

    def is_withdrawn(self, as_of: date) -> bool:
        """Whether it has left the market by a day. So has one that was withdrawn on a day that is not known."""
        answer = self.answers.get("withdrawn", "date")
        return self.withdrawn <= as_of if self.withdrawn else answer.status not in {*SILENT, Status.OPEN}

    @property
    def is_legacy(self) -> bool:
        """Placed on the Union market before Chapter V applied (Art. 111(3))."""
        return is_legacy(self.answers.get("union_market_date"))

    @property
    def unmarketed(self) -> bool:
        """It is said not to be placed on the Union market."""
        return self.market.answer.status in ABSENCES

    @property
    def market_day(self) -> str:
        """The market date with the precision it was given; empty if there is none."""
        return self.answers.get("union_market_date").text if self.market_date else ""

    @property
    def exempt(self) -> bool:
        """Art. 53(2) is claimed, and no systemic risk is declared, with which it exempts from nothing. While a draft
        leaves the risk open, nobody can say so."""
        risk = self.answers.get("systemic_risk", "status").status
        return self.answers.get("art_53_2", "claimed").says_yes and not self.systemic_risk and risk is not Status.OPEN

    @property
    def systemic_risk(self) -> bool | None:
        """Whether the provider declares systemic risk; None where it declares nothing."""
        status = self.answers.get("systemic_risk", "status").text
        return status in {"notified", "designated"} if status else None

    @property
    def versioned_names(self) -> list[str]:
        """Names of the versions that are placed on the market together."""
        names = [row["name"] for row in self.answers.get("versioned_names").rows]
        return [told for name in names if (told := name.text or name.as_stated)]

    def state(self, as_of: date) -> str:
        """planned, current, superseded, withdrawn or not_on_union_market, as on a day; on the market day itself it is
        current. What a draft says of itself holds, but none is current or superseded: that is ``draft``."""
        if self.is_withdrawn(as_of):
            return "withdrawn"
        if self.market_date and self.market_date > as_of:
            return "planned"
        if self.unmarketed:
            return "not_on_union_market"
        if self.open_fields:
            return "draft"
        return "current" if self.model.latest(as_of) is self else "superseded"


@dataclass(eq=False)
class Model:
    """A model with all its releases, first to last."""

    id: str
    source: Source
    releases: list[Release] = field(default_factory=list)

    @property
    def answers(self) -> Entry:
        """The fields of ``model.yaml``."""
        return self.source.answers

    @property
    def name(self) -> str:
        """Its name, as readers know it; its id in a draft without one."""
        return self.answers.get("name").title or self.id

    @property
    def description(self) -> Entry | None:
        """What it is, as a field."""
        return self.answers.entry("description")

    @property
    def family(self) -> Entry | None:
        """The family it belongs to, as a field."""
        return self.answers.entry("family")

    @property
    def links(self) -> Entry | None:
        """Where more is said, as a field; rows with title and url."""
        return self.answers.entry("links")

    def offered(self, as_of: date) -> list[Release]:
        """Releases that are current, planned or drafts on a day, newest first; the last one where there is none."""
        found = [r for r in self.releases if r.state(as_of) in {"current", "planned", "draft"}]
        return found[::-1] or self.releases[-1:]

    def latest(self, as_of: date) -> Release | None:
        """The last release on the Union market on a day; None if there is none."""
        newest_first = (
            r for r in reversed(self.releases) if not (r.open_fields or r.unmarketed)
        )  # asked often, so it stops at the first
        return next(
            (r for r in newest_first if not (r.market_date and r.market_date > as_of) and not r.is_withdrawn(as_of)),
            None,
        )


@dataclass(frozen=True)
class Disclosures:
    """Everything a provider discloses in public: the composed content of one portal.

    ``folder`` is the content folder, ``documents`` are those of the provider itself, by kind.
    ``drafts`` says, by key, how many fields are open in what cannot be published yet: documents, and facts of provider,
    models and releases.
    """

    folder: Path
    provider: Provider
    models: tuple[Model, ...]
    documents: Mapping[str, Document]
    drafts: Mapping[str, int] = field(default_factory=dict)

    @property
    def policy(self) -> Document | None:
        """The copyright policy."""
        return self.documents.get(POLICY)

    @property
    def releases(self) -> list[Release]:
        """The releases of all models."""
        return [release for model in self.models for release in model.releases]

    @property
    def all_documents(self) -> list[Document]:
        """Every document once, however many releases it holds for."""
        found = {id(d): d for d in self.documents.values()}
        found |= {id(d): d for release in self.releases for d in release.documents.values()}
        return list(found.values())

    @property
    def tally(self) -> Tally:
        """Required fields of all documents but drafts, and those of them that disclose nothing."""
        return sum((d.tally for d in self.all_documents if d.key not in self.drafts), Tally())

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Names of models and releases, by the folder of their files, such as ``models/text/1.0``."""
        names = {f"models/{release.key}": release.name for release in self.releases}
        return names | {f"models/{model.id}": model.name for model in self.models}

    def holds_for(self, kind: str, release: Release) -> bool:
        """Whether a document of the provider is known to hold for a release: it names the release, all releases of its
        model, or none at all. What it only describes in words may be anything."""
        document = self.documents.get(kind)
        named = document.root.get("models").items if document else ()
        return document is not None and (not named or release.key in named or f"{release.model.id}/*" in named)

    def covered(self, document: ComposedDocument) -> list[Release]:
        """Releases that a document holds for."""
        return self._covered.get(document.key, [])

    @cached_property
    def _covered(self) -> dict[str, list[Release]]:
        found: dict[str, list[Release]] = {}
        for release in self.releases:
            for document in release.documents.values():
                found.setdefault(document.key, []).append(release)
        return found
