"""What the content means: provider, models, releases, their documents, and how each field is answered.

A ``Document`` is composed: facts that live in ``provider.yaml`` or ``release.yaml`` are put where the official
form asks for them, in official order. Every official field has an ``Entry``, answered or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from gpai_portal.content.answers import (
    Audience,
    Entry,
    Status,
    Tally,
    discloses_nothing,
    parse_date,
    plain,
    read_entry,
    value_text,
)
from gpai_portal.content.folder import Content
from gpai_portal.content.law import is_legacy
from gpai_portal.content.source import Source
from gpai_portal.schema import FORM, SAFETY, SUMMARY, Schema, read_json

#: Documents of a release, in the order readers see them.
RELEASE_DOCUMENTS = (SUMMARY, FORM, SAFETY)


@dataclass(frozen=True)
class Document:
    """One composed document. ``source`` is the file behind it, None where all of it is composed.

    ``key`` names it in records: the path of its file in the content folder without ``.yaml``.
    """

    schema: Schema
    data: Mapping[str, Any]
    source: Source | None
    language: str
    key: str

    @property
    def kind(self) -> str:
        return self.schema.name

    @cached_property
    def root(self) -> Entry:
        return read_entry(self.schema.root, self.data)

    @property
    def items(self) -> tuple[int, int]:
        """How many items meant for chosen audiences there are, and how many of them are public."""
        marked = [e for e in self.root.walk() if Audience.PUBLIC not in e.field.audience]
        hidden = sum(e.answer.status in {Status.EMPTY, Status.MISSING} for e in marked)
        return len(marked), len(marked) - hidden

    @cached_property
    def tally(self) -> Tally:
        """Of what somebody wrote; a form that nobody has published owes nothing to the public."""
        required = [e for e in self.root.walk() if e.required and e.field.official] if self.source else []
        return Tally(len(required), sum(discloses_nothing(e.field, e.answer) for e in required))

    @property
    def version(self) -> str:
        version = self.data.get("version", "")
        return str(version.get("value", version.get("as_stated", ""))) if isinstance(version, Mapping) else str(version)

    @property
    def last_update(self) -> Any:
        return self.data.get("last_update", self.data.get("last_updated"))

    @property
    def transcription(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.data.get("transcription")
        return found


@dataclass(frozen=True)
class Provider:
    """Who provides the models."""

    source: Source

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    @property
    def language(self) -> str:
        return str(self.data.get("language", "en"))

    @property
    def in_union(self) -> bool:
        return self.data["country"] in read_json("registry/union.json")["member_states"]

    def signed(self, chapter: str) -> bool:
        """Whether a chapter of the Code of Practice was signed: transparency, copyright, safety_and_security."""
        signed = self.data["code_of_practice"][chapter]["signed"]
        return (signed.get("value") if isinstance(signed, Mapping) else signed) is True

    def contacts(self, role: str) -> list[Mapping[str, Any]]:
        return [c for c in self.data["contacts"] if c["role"] == role]


@dataclass(eq=False)
class Release:
    """One release of a model. ``documents`` holds its composed documents by kind."""

    model: Model
    id: str
    source: Source
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def key(self) -> str:
        return f"{self.model.id}/{self.id}"

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    @property
    def previous(self) -> Release | None:
        """The release before this one in the order of the model."""
        at = self.model.releases.index(self)
        return self.model.releases[at - 1] if at else None

    @property
    def sequence(self) -> int:
        return int(self.data["sequence"])

    @property
    def market_date(self) -> date | None:
        return parse_date(self.data.get("union_market_date"))

    @property
    def is_legacy(self) -> bool:
        """Placed on the Union market before Chapter V applied (Art. 111(3))."""
        return is_legacy(self.data.get("union_market_date"))

    @property
    def market_day(self) -> str:
        """The market date with the precision it was given; empty if there is none."""
        return value_text(self.data.get("union_market_date")) if self.market_date else ""

    @property
    def exempt(self) -> bool:
        """Art. 53(2) is claimed."""
        claimed = self.data["art_53_2"]["claimed"]
        return (claimed.get("value") if isinstance(claimed, Mapping) else claimed) is True

    @property
    def systemic_risk(self) -> bool | None:
        """Whether the provider declares systemic risk; None where it declares nothing."""
        status = value_text(self.data["systemic_risk"]["status"])
        return status in {"notified", "designated"} if status else None

    @property
    def versioned_names(self) -> list[str]:
        names = self.data["versioned_names"]
        rows = names.get("value", []) if isinstance(names, Mapping) else names
        return [plain(row["name"]) for row in rows]

    def state(self, as_of: date) -> str:
        """planned, current, superseded or withdrawn, as on a day."""
        withdrawn = parse_date(self.data.get("withdrawn", {}).get("date"))
        if withdrawn and withdrawn <= as_of:
            return "withdrawn"
        if self.market_date and self.market_date > as_of:
            return "planned"
        return "current" if self.model.latest(as_of) is self else "superseded"


@dataclass(eq=False)
class Model:
    """A model with all its releases, first to last."""

    id: str
    source: Source
    releases: list[Release] = field(default_factory=list)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    def offered(self, as_of: date) -> list[Release]:
        """Releases that are current or planned on a day, newest first; the last one where there is none."""
        found = [r for r in self.releases if r.state(as_of) in {"current", "planned"}]
        return found[::-1] or self.releases[-1:]

    def latest(self, as_of: date) -> Release | None:
        """The last release on the market on a day; None if there is none."""
        on_market = [
            r
            for r in self.releases
            if not (r.market_date and r.market_date > as_of)
            and not ((gone := parse_date(r.data.get("withdrawn", {}).get("date"))) and gone <= as_of)
        ]
        return on_market[-1] if on_market else None


@dataclass(frozen=True)
class Disclosures:
    """Everything a provider discloses: the composed content of one portal."""

    content: Content
    provider: Provider
    models: tuple[Model, ...]
    policy: Document | None

    @property
    def releases(self) -> list[Release]:
        return [release for model in self.models for release in model.releases]

    @property
    def tally(self) -> Tally:
        """Of every document once, however many releases it holds for."""
        documents = {id(d): d for r in self.releases for d in r.documents.values()}
        total = sum((d.tally for d in documents.values()), Tally())
        return total + self.policy.tally if self.policy else total
