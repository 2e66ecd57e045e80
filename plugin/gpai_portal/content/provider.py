"""Who provides the models: what ``provider.yaml`` means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import Entry, Row, Status
from gpai_portal.content.law import is_in_union
from gpai_portal.content.source import Source
from gpai_portal.schema import Field


@dataclass(frozen=True)
class Provider:
    """Who provides the models."""

    source: Source

    @property
    def answers(self) -> Entry:
        """The fields of ``provider.yaml``."""
        return self.source.answers

    @property
    def name(self) -> str:
        """Its name, as readers know it; an ellipsis in a draft without one."""
        return self.answers.get("name").title or "…"

    @property
    def language(self) -> str:
        """Language tag of what it writes, unless a document says otherwise."""
        return self.answers.get("language").text or "en"

    @property
    def identity(self) -> list[Entry]:
        """Who it is and where, as far as it says; a representative only if there is one."""
        keys = ("legal_name", "address", "email", "phone", "url", "authorised_representative")
        found = filter(None, map(self.answers.entry, keys))
        return [e for e in found if e.answer.value is not None or e.answer.status is Status.OPEN]

    @property
    def introduction(self) -> str:
        """What it says of itself on the first page, in Markdown; empty if nothing."""
        return self.answers.get("introduction").text

    @property
    def announcements(self) -> str:
        """Address at which it announces changes; empty if there is none."""
        return self.answers.get("announcements").text

    @property
    def transcription(self) -> Mapping[str, Any] | None:
        """What is said of the originals, if all of this portal repeats what the provider published elsewhere."""
        found: Mapping[str, Any] | None = self.answers.get("transcription").value
        return found

    @property
    def code_of_practice(self) -> Entry | None:
        """Which chapters of the Code of Practice were signed."""
        return self.answers.entry("code_of_practice")

    @property
    def contact_columns(self) -> tuple[Field, ...]:
        """The ways to reach somebody that a contact may give, beside role and name."""
        entry = self.answers.entry("contacts")
        return tuple(c for c in entry.field.columns if c.key not in {"role", "name"}) if entry else ()

    @property
    def contact_name(self) -> Field | None:
        """The name of somebody who can be reached, as a field."""
        entry = self.answers.entry("contacts")
        return entry.field.child("name") if entry else None

    @property
    def roles(self) -> Mapping[str, str]:
        """Codes of the matters in which somebody can be reached, and their labels."""
        entry = self.answers.entry("contacts")
        role = entry.field.child("role") if entry else None
        return role.options if role else {}

    @property
    def in_union(self) -> bool:
        """Whether it is established in a Member State."""
        return is_in_union(self.answers.get("country"))

    def signed(self, chapter: str) -> bool | None:
        """Whether a chapter (transparency, copyright, safety_and_security) was signed; None if that is not declared."""
        return self.answers.get("code_of_practice", chapter, "signed").yes_or_no

    def contacts(self, role: str = "") -> list[Row]:
        """How to reach the provider in a matter: rightsholders, ai_office, downstream ...; without one, in any."""
        return [row for row in self.answers.get("contacts").rows if role in {row["role"].value, ""}]
