"""What RFC 9309 says of a robots.txt, written a second time and in another way, to hold the script of the crawler page
against: patterns become regular expressions over encoded text, and all lines are gathered before they are grouped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

_RESERVED = ":/?#[]@!$&'()*+,;="
_TRIPLE = re.compile(r"(%[0-9A-F]{2})")


@dataclass(frozen=True)
class Rule:
    """A line that allows or disallows."""

    allows: bool
    pattern: str
    line: int


def encoded(text: str) -> str:
    """A path in which all but letters, digits and ``-._~`` is encoded once, however it was written."""
    return quote(unquote_to_bytes(text), safe="")


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path with its query."""
    body, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    parts = (re.escape(encoded(part)) for part in body.split("*"))
    # Between two parts whole octets stand, encoded or not.
    wild = "(?:%[0-9A-F]{2}|[^%])*"
    return bool(pattern) and re.match(wild.join(parts) + end, encoded(path)) is not None


def weight(pattern: str) -> int:
    """Octets of a pattern as they are compared; a reserved character counts as one, and so do ``*`` and ``$``."""
    body, extra = (pattern[:-1], 1) if pattern.endswith("$") else (pattern, 0)
    total = extra + body.count("*")
    for part in body.split("*"):
        for piece in filter(None, _TRIPLE.split(encoded(part))):
            is_reserved = _TRIPLE.fullmatch(piece) and unquote_to_bytes(piece).decode("latin-1") in _RESERVED
            total += 1 if is_reserved else len(piece)
    return total


def rules_for(text: str, token: str) -> list[Rule]:
    """The rules that hold for a crawler."""
    lines = []
    for number, raw in enumerate(re.split("\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        key, colon, value = raw.partition("#")[0].partition(":")
        if colon and (name := key.strip(" \t").lower()) in {"user-agent", "allow", "disallow"}:
            lines.append((name, value.strip(" \t"), number))
    rules: dict[str, list[Rule]] = {}
    named: list[str] = []
    for at, (name, value, number) in enumerate(lines):
        if name == "user-agent":
            if at and lines[at - 1][0] != "user-agent":
                named = []
            known = re.match(r"\*(?=[ \t]|\Z)|[A-Za-z_-]+", value)
            named += [known[0].lower()] if known else []
            for one in named:
                rules.setdefault(one, [])
        else:
            for one in dict.fromkeys(named):
                rules[one].append(Rule(name == "allow", value, number))
    return rules.get(token.lower(), rules.get("*", []))


def decide(text: str, token: str, path: str) -> tuple[bool, int]:
    """Whether a crawler may read a path, and the line that says so; 0 where none does."""
    if path.partition("?")[0] == "/robots.txt":
        return True, 0
    hits = [rule for rule in rules_for(text, token) if matches(rule.pattern, path)]
    if not hits:
        return True, 0
    best = max(hits, key=lambda rule: (weight(rule.pattern), rule.allows, -rule.line))
    return best.allows, best.line
