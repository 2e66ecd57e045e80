"""The rules of the Public Suffix List (publicsuffix.org), read from a file and never fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import can_ada
import publicsuffixlist

from gpai_portal.errors import UsageError
from gpai_portal.files import read_bounded
from gpai_portal.limits import MAX_SUFFIXES

#: The list that the installed package brings along; its version is the day of the list.
BUNDLED = Path(publicsuffixlist.__file__).parent / "public_suffix_list.dat"

_WANTED = "give public_suffix_list.dat of publicsuffix.org"
_NAMED = re.compile(r"^//\s*(VERSION|COMMIT):\s*(\S+)\s*$")
_ICANN = ("// ===BEGIN ICANN DOMAINS===", "// ===END ICANN DOMAINS===")
_PRIVATE = ("// ===BEGIN PRIVATE DOMAINS===", "// ===END PRIVATE DOMAINS===")


@dataclass(frozen=True)
class SuffixRules:
    """The list as it was read. ``version``, ``commit`` and ``sha256`` name it; rules are A-labels without their marks.

    ``icann`` and ``private`` map a suffix to what holds for it: ``"exact"``, ``"wildcard"`` (every name one label
    longer is a suffix) or ``"exception"`` (it is a name although a wildcard covers it).
    """

    version: str
    commit: str
    sha256: str
    icann: dict[str, frozenset[str]]
    private: dict[str, frozenset[str]]

    @cached_property
    def both(self) -> dict[str, frozenset[str]]:
        """The rules of both sections."""
        found = dict(self.icann)
        for suffix, kinds in self.private.items():
            found[suffix] = found.get(suffix, frozenset()) | kinds
        return found

    @cached_property
    def top_level(self) -> frozenset[str]:
        """Top-level domains that the list knows."""
        return frozenset(suffix.rpartition(".")[2] for suffix in self.icann)

    def registrable(self, host: str, *, private: bool = False) -> str:
        """The domain name that somebody registered, of a host in A-labels; empty for a public suffix.

        By the algorithm that the list publishes: the rule with the most labels prevails, exceptions before all others,
        and a name without a rule has its last label as suffix. With ``private`` sites below github.io are names of
        their own; a suffix of that section which is a host itself falls back to the rules of ICANN, since it was
        registered.
        """
        found = _registrable(host, self.both if private else self.icann)
        return found or (_registrable(host, self.icann) if private else "")


def _registrable(host: str, rules: dict[str, frozenset[str]]) -> str:
    labels = host.split(".")
    suffix = 1
    for length in range(1, len(labels) + 1):
        kinds = rules.get(".".join(labels[-length:]))
        if kinds is None:
            continue
        if "exception" in kinds:
            suffix = length - 1
            break
        if "exact" in kinds:
            suffix = max(suffix, length)
        if "wildcard" in kinds and length < len(labels):
            suffix = max(suffix, length + 1)
    return ".".join(labels[-suffix - 1 :]) if len(labels) > suffix else ""


def read_rules(file: Path = BUNDLED) -> SuffixRules:
    """The rules in a file. Raises UsageError, with the line, for a file that is no such list."""
    raw = read_bounded(file, MAX_SUFFIXES, _WANTED)
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}:{line}: this is not UTF-8") from None
    named = {match[1]: match[2] for line in lines[:50] if (match := _NAMED.match(line))}
    icann, private = (dict(_section(file, lines, marks)) for marks in (_ICANN, _PRIVATE))
    if not icann:
        raise UsageError(f"{file} holds no section of ICANN; {_WANTED}")
    return SuffixRules(
        named.get("VERSION", "not told"),
        named.get("COMMIT", "not told"),
        hashlib.sha256(raw).hexdigest(),
        icann,
        private,
    )


def _section(file: Path, lines: list[str], marks: tuple[str, str]) -> Iterator[tuple[str, frozenset[str]]]:
    found: dict[str, set[str]] = {}
    inside = False
    for number, line in enumerate(lines, 1):
        if line.strip() in marks:
            inside = line.strip() == marks[0]
            continue
        rule = line.partition("//")[0].split()
        if not inside or not rule:
            continue
        text, kind = rule[0], "exact"
        if text.startswith("!"):
            text, kind = text[1:], "exception"
        elif text.startswith("*."):
            text, kind = text[2:], "wildcard"
        encoded = text.lower() if text.isascii() else can_ada.idna_encode(text).decode()
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", encoded):
            raise UsageError(
                f"{file}:{number}: {text[:60]!r} is no rule; give public_suffix_list.dat of publicsuffix.org"
            )
        found.setdefault(encoded, set()).add(kind)
    yield from ((suffix, frozenset(kinds)) for suffix, kinds in found.items())
