"""Rules of a list of domain names that was computed: it is what the record of its method says, and proves its claim."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import Domains, Path_
from gpai_portal.content.lists import RULES, Method, lines_of, list_hash, read_method
from gpai_portal.content.tables import unusable
from gpai_portal.errors import Problem, quoted
from gpai_portal.limits import MAX_JSON_BYTES, MAX_LIST_BYTES
from gpai_portal.suffixes import is_known_top_level, is_public_suffix, readable

#: Lines of one file that are told.
MAX_LINES_TOLD = 20

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_AGAIN = "take list and record as gpai-portal domains wrote them, or compute the list anew"


def check_computed(reader: Reader, domains: Domains, path: Path_) -> tuple[Method | None, list[Problem]]:
    """The record of the list that an answer at a place offers, none if it cannot be read, and what is wrong with both.

    The list is the one of the record, it holds names in their one order, and the numbers prove the claim.
    """
    method, problems = _method(reader, domains, path)
    if method and not problems:
        problems = [*_list(reader, domains, method, path), *_claim(reader, method, (*path, "method"))]
        if domains.table:
            problems += _table(reader, domains, method, (*path, "table"))
    return method, problems


def _method(reader: Reader, domains: Domains, path: Path_) -> tuple[Method | None, list[Problem]]:
    place = (*path, "method" if domains.method else "table")
    if not domains.method or not domains.file or domains.names:
        message = "a computed list is a file with the record of its method, and nothing else is listed"
        advice = "give file: and method:, without names beside them, or leave method: and table: out"
        return None, [reader.problem(Code.DOMAINS_METHOD, place, message, advice)]
    for key, limit in (("file", MAX_LIST_BYTES), ("method", MAX_JSON_BYTES)):
        if found := unusable(reader.source.file.with_name(getattr(domains, key)), limit):
            code, message, advice = found
            return None, [reader.problem(code, (*path, key), message, advice)]
    try:
        return read_method(reader.source.file.with_name(domains.method)), []
    except ValueError as error:
        message = f"{domains.method} is no record of the method: {error}"
        return None, [reader.problem(Code.DOMAINS_METHOD, place, message, _AGAIN)]


def _list(reader: Reader, domains: Domains, method: Method, path: Path_) -> Iterator[Problem]:
    file = reader.source.file.with_name(domains.file)
    place = (*path, "method")
    if list_hash(file) != method.sha256:
        message = f"{domains.method} is the record of another list than {domains.file}: its SHA-256 differs"
        yield reader.problem(Code.DOMAINS_METHOD, place, message, _AGAIN)
        return  # what else differs follows from that
    count = told = 0
    before = ""
    for count, name in lines_of(file):
        if (wrong := _wrong(name, before)) and told < MAX_LINES_TOLD:
            told += 1
            message = f"{quoted(name)} {wrong}"
            yield Problem(Code.DOMAINS_METHOD, reader.content.relative(file), message, _AGAIN, count, 1)
        before = name
    if count != method.listed:
        message = f"the record says that {method.listed:,} names are listed, and the list has {count:,}"
        yield reader.problem(Code.DOMAINS_METHOD, place, message, _AGAIN)
    if not count:
        message = f"there is no domain name in {domains.file}"
        yield reader.problem(Code.VAGUE_DOMAINS, (*path, "file"), message, "list domain names, or give url: or access:")
    if domains.total and domains.total != method.names:
        message = f"total: says {domains.total:,} domain names, the record {method.names:,}"
        advice = "leave total: out; the record says it"
        yield reader.problem(Code.DOMAINS_METHOD, (*path, "total"), message, advice)


def _wrong(name: str, before: str) -> str:
    """What is wrong with a line of a computed list behind another; empty if nothing is."""
    if name == before:
        return "stands twice"
    if not _NAME.fullmatch(name) or len(name) > 253 or "xn--" in readable(name):
        return "is no domain name in encoded labels"
    if name < before:
        return f"stands behind {quoted(before)}, so that the list is not in the order of letters"
    if not is_known_top_level(name.rpartition(".")[2]):
        return "ends in a top-level domain that the Public Suffix List does not have"
    return "is no domain name but a public suffix" if is_public_suffix(name) else ""


def _claim(reader: Reader, method: Method, place: Path_) -> Iterator[Problem]:
    """As many are asked for as the rule says of so many names, and no fewer are listed; for an SME exactly as many."""
    share = "10 %" if method.rule == "all" else "5 % or 1 000, whichever is lower"
    needed = RULES[method.rule](method.names)
    if method.asked != needed:
        message = (
            f"of {method.names:,} domain names {needed:,} are asked for ({share}), and the record says {method.asked:,}"
        )
    elif not method.asked <= method.listed <= method.names:
        message = f"{method.listed:,} of {method.names:,} names are listed, which does not prove {share} ({needed:,})"
    elif method.rule == "sme" and method.listed != needed:
        message = f"{method.listed:,} names are listed where the rule asks for exactly {needed:,} ({share})"
    else:
        return
    yield reader.problem(Code.DOMAINS_METHOD, place, message, _AGAIN)


def _table(reader: Reader, domains: Domains, method: Method, path: Path_) -> Iterator[Problem]:
    """The table is the one of the record. What is in it only its hash says here."""
    file = reader.source.file.with_name(domains.table)
    if found := unusable(file, MAX_LIST_BYTES):
        code, message, advice = found
        yield reader.problem(code, path, message, advice)
        return
    with file.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != method.table:
            message = f"the record does not prove that {file.name} holds the same list"
            yield reader.problem(Code.DOMAINS_METHOD, path, message, f"leave table: out, or {_AGAIN}")
