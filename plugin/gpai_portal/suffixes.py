"""Domain names and what is none: a public suffix, below which anybody can register names (.com, co.uk, gov.pl).

The Public Suffix List lies in the package ``publicsuffixlist`` and is never fetched. Its section of ICANN holds:
github.io is a name that somebody registered, although others have theirs below it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

import idna
from publicsuffixlist import PSLFILE, PublicSuffixList


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


@lru_cache(maxsize=10_000)
def is_public_suffix(domain: str) -> bool:
    """Whether a domain, with Unicode or encoded labels, is no name that somebody has registered; *.com is none either.

    A list is looked at several times: to check it, to count its document and to show it.
    """
    return _public_suffixes().privatesuffix(spelling(domain).lstrip(".")) is None


def spelling(domain: str) -> str:
    """The one way to write a domain that is written in several: small letters, encoded labels, no dot at the end, and
    none for all names below it (``*.example.com``)."""
    plain = domain.strip().removeprefix("*.").rstrip(".").lower()
    if not plain.isascii():
        with suppress(UnicodeError):  # too long, or a character that no domain has; then it is only itself
            mapped = idna.uts46_remap(plain, std3_rules=False, transitional=False)
            return ".".join(map(_encoded, mapped.split(".")))
    return plain


def _encoded(label: str) -> str:
    if len(label) > 63:  # longer than any in the DNS, and encoding takes the longer for it
        raise UnicodeError
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"


def readable(domain: str) -> str:
    """A domain with its encoded labels in Unicode, where that is another way to write the same one."""
    labels = [_decoded(label) for label in domain.split(".")]
    return ".".join(labels)


def _decoded(label: str) -> str:
    if label.startswith("xn--"):
        with suppress(UnicodeError):
            decoded = label[4:].encode().decode("punycode")
            return decoded if spelling(decoded) == label else label
    return label


@cache
def is_known_top_level(label: str) -> bool:
    """Whether names can be registered below a top-level domain, by the list; ``example`` is for invented ones, and
    ``onion``, which the list has, for none in the DNS (RFC 7686)."""
    known = _public_suffixes().publicsuffix(label, accept_unknown=False) is not None
    return (known and label != "onion") or label == "example"


@cache
def _platforms() -> frozenset[str]:
    """Names under which others have theirs: those of the private section of the list, and the names that they lie
    below."""
    text = Path(PSLFILE).read_text(encoding="utf-8")
    _, _, private = text.partition("// ===BEGIN PRIVATE DOMAINS===")
    rules = (line.split(maxsplit=1)[0].lstrip("!*.") for line in private.splitlines() if line and line[:2] != "//")
    found: set[str] = set()
    for rule in map(spelling, rules):
        registered = _public_suffixes().privatesuffix(rule)
        found |= {rule, registered} if registered else {rule}
    return frozenset(found)


def is_platform(domain: str) -> bool:
    """Whether many others have their sites below a name, as below github.io, by the list; in encoded labels."""
    return domain in _platforms()
