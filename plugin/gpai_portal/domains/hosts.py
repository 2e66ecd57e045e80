"""From an authority, the part of a URL that names a host, to a domain name, or to the reason why there is none.

Hosts are read as browsers read them (WHATWG URL, by the library ada), so that a look-up in a browser agrees.
"""

from __future__ import annotations

import re
from enum import StrEnum

import can_ada

from gpai_portal.domains.rules import SuffixRules


class Reason(StrEnum):
    """Why a row of a manifest counts for no domain name; each row has one, or a name."""

    NO_URL = "no-url"
    NOT_OF_THE_WEB = "not-of-the-web"
    NO_HOST = "no-host"
    MALFORMED_HOST = "malformed-host"
    IP_ADDRESS = "ip-address"
    SINGLE_LABEL = "single-label"
    SPECIAL_USE = "special-use"
    UNKNOWN_TOP_LEVEL = "unknown-top-level"
    PUBLIC_SUFFIX = "public-suffix"


#: Top-level domains of which no name is registered in the DNS (RFC 6761, RFC 7686, RFC 9476; ICANN for internal).
SPECIAL_USE = frozenset({"alt", "internal", "invalid", "local", "localhost", "onion"})

#: Those for trying things out. The Public Suffix List has none of them; a list that has takes their names as any other.
FOR_TRIALS = frozenset({"example", "test"})

#: Names that are reserved for examples (RFC 6761).
RESERVED = frozenset({"example.com", "example.net", "example.org"})

#: A host that is its own spelling: nothing a browser would change or refuse.
_PLAIN = re.compile(r"(?!.*(?:^|\.)xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z")

#: A label that registries take, before the rest of a name. Labels further to the left may begin or end otherwise.
_REGISTERED = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.")

_LONGEST_NAME, _LONGEST_LABEL = 253, 63


def host_of(authority: str) -> str | Reason:
    """The host of an authority without user name and password, in A-labels and without a dot at its end."""
    text = authority.strip()
    if not text:
        return Reason.NO_HOST
    if not _PLAIN.match(text) or text.rpartition(".")[2][0].isdigit():
        try:
            text = can_ada.parse(f"http://{text}/").hostname
        except ValueError:
            return Reason.MALFORMED_HOST
    if not text:
        return Reason.NO_HOST
    if text.startswith("[") or re.fullmatch(r"\d+(\.\d+){3}", text):
        return Reason.IP_ADDRESS
    text = text.removesuffix(".")
    labels = text.split(".")
    if (
        not all(labels)
        or len(text) > _LONGEST_NAME
        or max(map(len, labels)) > _LONGEST_LABEL
        or not _may_be_in_dns(text)
    ):
        return Reason.MALFORMED_HOST
    return text


def _may_be_in_dns(host: str) -> bool:
    """Whether a name consists of characters that names on the web have; registries take no others."""
    return re.fullmatch(r"[a-z0-9_.-]+", host) is not None


def domain_of(authority: str, rules: SuffixRules, *, private: bool = False) -> str | Reason:
    """The domain name that an authority belongs to, as A-label, or why there is none."""
    host = host_of(authority)
    if isinstance(host, Reason):
        return host
    top = host.rpartition(".")[2]
    if top in SPECIAL_USE or top in FOR_TRIALS - rules.top_level or f".{host}".endswith(".home.arpa"):
        return Reason.SPECIAL_USE
    if "." not in host:
        return Reason.PUBLIC_SUFFIX if host in rules.top_level else Reason.SINGLE_LABEL
    if top not in rules.top_level:
        return Reason.UNKNOWN_TOP_LEVEL
    name = rules.registrable(host, private=private)
    if name in RESERVED:
        return Reason.SPECIAL_USE
    if name and not _REGISTERED.match(name):
        return Reason.MALFORMED_HOST
    return name or Reason.PUBLIC_SUFFIX
