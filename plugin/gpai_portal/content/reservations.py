"""How rights are reserved against a provider, by its copyright policy: names of its crawlers for robots.txt, and the
protocols that it says it honours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
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
    """The crawlers that a policy tells of, each once."""
    rows = policy.root.get("reservations", "crawlers").rows
    found = (Crawler(row["name"].text or row["name"].as_stated, row["robots_token"].text.strip()) for row in rows)
    return list(dict.fromkeys(found))


def by_token(known: Iterable[Crawler]) -> dict[str, list[str]]:
    """Names of crawlers by what robots.txt calls them, in which case makes no difference; of those it can speak to."""
    found: dict[str, tuple[str, list[str]]] = {}
    for crawler in known:
        if crawler.can_be_named:
            _, names = found.setdefault(crawler.token.casefold(), (crawler.token, []))
            names += [crawler.name] if crawler.name and crawler.name not in names else []
    return dict(found.values())


@dataclass(frozen=True)
class Refusal:
    """What robots.txt can say to crawlers that are given by name: its words for them, the names that these hold for,
    and those for which none is known."""

    tokens: tuple[str, ...]
    held: tuple[str, ...]
    unheld: tuple[str, ...]


def refusal(names: Iterable[str], known: Collection[Crawler]) -> Refusal:
    """How crawlers are refused, by those that a policy tells of; empty names are none."""
    meant: dict[str, list[Crawler]] = {}
    for name in filter(None, names):
        same = [one for one in known if name.casefold() in {one.name.casefold(), one.token.casefold()}]
        meant[name] = [one for one in same if one.can_be_named]
    return Refusal(
        tuple(by_token(crawler for found in meant.values() for crawler in found)),
        tuple(name for name, found in meant.items() if found),
        tuple(name for name, found in meant.items() if not found),
    )


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
