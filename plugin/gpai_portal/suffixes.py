"""Domain names and what is none: a public suffix, below which anybody can register names (.com, co.uk, gov.pl).

The Public Suffix List lies in the package ``publicsuffixlist`` and is never fetched. Its section of ICANN holds:
github.io is a name that somebody registered, although others have theirs below it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList


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
            return plain.encode("idna").decode()
    return plain
