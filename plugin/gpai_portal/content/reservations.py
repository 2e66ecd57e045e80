"""How rights are reserved against a provider, by its copyright policy: names of its crawlers for robots.txt, and the
protocols that it says it honours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.model import ComposedDocument
from gpai_portal.schema import read_json

#: What RFC 9309 takes for the name of a crawler in robots.txt (product-token).
_TOKEN = re.compile(r"[A-Za-z_-]+\Z")


@dataclass(frozen=True)
class Crawler:
    """A crawler, by its name and by what robots.txt calls it; each may be empty."""

    name: str
    token: str

    @property
    def can_be_named(self) -> bool:
        """Whether RFC 9309 has a robots.txt speak to it by its name."""
        return bool(_TOKEN.match(self.token))


def crawlers(policy: ComposedDocument) -> list[Crawler]:
    """The crawlers that a policy tells of."""
    rows = policy.root.get("reservations", "crawlers").rows
    return [Crawler(row["name"].text or row["name"].as_stated, row["robots_token"].text.strip()) for row in rows]


@dataclass(frozen=True)
class Protocol:
    """A protocol that is honoured, at least partly, as the registry knows it."""

    code: str
    partly: bool
    lines: tuple[Mapping[str, Any], ...]


def written_protocols(policy: ComposedDocument) -> Iterator[Protocol]:
    """The protocols that a policy says are honoured and for which the registry knows what to write, in the order of the
    policy. Lines for robots.txt that name crawlers are no part of them: these are made from the names."""
    known = {one["code"]: one.get("lines", ()) for one in read_json("registry/opt-out-protocols.json")["protocols"]}
    for row in policy.root.get("reservations", "protocols").rows:
        honoured = row["honoured"].text
        if honoured in {"yes", "partly"} and (lines := known.get(row["code"].text)):
            yield Protocol(row["code"].text, honoured == "partly", tuple(lines))
