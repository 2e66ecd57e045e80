"""How rightsholders complain to a provider, from its copyright policy and its contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import MISSING, Answer, Entry
from gpai_portal.content.model import ComposedDocument
from gpai_portal.content.provider import Provider
from gpai_portal.prose import inline


@dataclass(frozen=True)
class Complaints:
    """What a policy says of complaints, each as a field; None where its schema does not have it.

    ``email``, ``subject`` and ``languages`` are as the provider gives them for that address; empty where it does not.
    """

    contact: Entry | None
    form: Entry | None
    contents: Entry | None
    handling: Entry | None
    days: Entry | None
    unlisted: Entry | None
    email: str
    subject: str
    languages: Answer

    @property
    def points(self) -> tuple[str, ...]:
        """What a complaint should contain, in the words of the policy; none where it does not list that."""
        return tuple(item for item in self.contents.answer.items if isinstance(item, str)) if self.contents else ()

    @property
    def letter_says_all(self) -> bool:
        """Whether a letter with the points says all that the policy does of what a complaint should contain."""
        return bool(self.points and self.contents and not self.contents.answer.says_more) and not any(
            "<" in inline(point) for point in self.points
        )

    @property
    def target(self) -> int | None:
        """Days within which the provider aims to answer."""
        value: Any = self.days.answer.value if self.days else None
        return value if isinstance(value, int) else None


def complaints(policy: ComposedDocument, provider: Provider) -> Complaints:
    """How to complain by a policy. Its own contact comes first; without an address for mail, that of the provider for
    rightsholders."""
    section = policy.root.entry("complaints")

    def field(key: str) -> Entry | None:
        return section.entry(key) if section else None

    contact = field("contact")
    own = contact.answer.value["email"].text if contact and contact.answer.value else ""
    rows = [row for row in provider.contacts("rightsholders") if row["email"].text == (own or row["email"].text)]
    row = next((row for row in rows if row["email"].text), None)
    return Complaints(
        contact,
        field("form"),
        field("required_contents"),
        field("handling"),
        field("target_days"),
        field("unlisted_domains"),
        own or (row["email"].text if row else ""),
        row["subject_line"].text if row else "",
        row["languages"] if row else MISSING,
    )
