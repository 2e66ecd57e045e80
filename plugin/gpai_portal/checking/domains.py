"""Rules of lists of domain names: that of what was crawled (Template 2.3), and those that are given besides."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache

from gpai_portal.checking.computed import MAX_LINES_TOLD, check_computed
from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import Answer, Domains, Path_, Row, Status
from gpai_portal.content.source import not_utf8
from gpai_portal.content.tables import is_formula, unusable
from gpai_portal.errors import Problem, quoted
from gpai_portal.limits import MAX_LIST_BYTES
from gpai_portal.schema import SUMMARY, Field, load
from gpai_portal.suffixes import is_public_suffix, spelling

_MARK_SUFFIXES = "for all names that end so write {domain: ..., scope: suffix}"


def check_domains(reader: Reader) -> Iterator[Problem]:
    """Each list holds names, and its file can be read; one that the form asks for is long enough."""
    for field in _listing():
        answer = reader.get(*field.path)
        if isinstance(answer.value, Domains) and answer.status is Status.ANSWERED:
            yield from _list(reader, answer, answer.value, asked=field.official)


@cache
def _listing() -> Sequence[Field]:
    """The fields of a summary that ask for domain names, in official order."""
    return [field for field in load(SUMMARY).fields() if field.kind == "domains"]


def _list(reader: Reader, answer: Answer, domains: Domains, *, asked: bool) -> Iterator[Problem]:
    if asked and domains.datasets:
        message = "the domain names of datasets are no answer to the question which were crawled"
        advice = "list those that were crawled, and those of public datasets under sources.public.domains"
        severity = _severity(reader)
        yield reader.problem(Code.VAGUE_DOMAINS, (*answer.path, "datasets"), message, advice, severity)
    yield from _unmarked_suffixes(reader, domains, answer.path)
    # What validation set aside may have been a name.
    unread = (str(place) for place, item in enumerate(domains.told) if not (item and _name_of(item)))
    names = {*domains.distinct, *unread}
    if domains.method or domains.table:
        method, problems = check_computed(reader, domains, answer.path)
        yield from problems
        if asked and method and not problems:
            yield from _share(reader, method.names, method.listed, answer.path)
        return
    if domains.file:
        listed, problems = _domain_file(reader, domains.file, (*answer.path, "file"))
        yield from problems
        if any(problem.severity is Severity.ERROR for problem in problems):
            return
        names |= listed
    if domains.total and len(names) > domains.total:
        message = f"{len(names):,} domain names are listed, more than the {domains.total:,} that there are in all"
        advice = "correct total: or the list"
        yield reader.problem(Code.DOMAINS_SHARE_UNKNOWN, answer.path, message, advice, _severity(reader))
    elif asked and names and not (domains.url or domains.access):  # else nobody can say how long the whole list is
        yield from _share(reader, domains.total, len(names), answer.path)


def _severity(reader: Reader) -> Severity:
    """Of what cannot be right. Who transcribes a document cannot mend it."""
    return Severity.WARNING if reader.transcribed else Severity.ERROR


def _name_of(item: str | Row) -> str:
    return item["domain"].text if isinstance(item, Row) else item


def _unmarked_suffixes(reader: Reader, domains: Domains, path: Path_) -> Iterator[Problem]:
    """A public suffix among names is marked as one. Of a list of nothing else it is said once that it holds no name."""
    if domains.is_vague:
        message = "no domain name is listed"
        if domains.suffixes:
            message = "public suffixes are listed, such as all names under .com, and no domain name"
        advice = "list domain names, or give file:, url: or access:; readers see this as a gap, and it is counted"
        yield reader.problem(Code.VAGUE_DOMAINS, path, message, advice, _severity(reader))
        return
    unmarked = [_name_of(item) for item in domains.suffixes if not _is_marked(item)]
    if unmarked:
        told = ", ".join(unmarked[:5]) + (", ..." if len(unmarked) > 5 else "")
        message = f"{told}: no domain name but a public suffix, and not counted as a name"
        yield reader.problem(Code.VAGUE_DOMAINS, path, message, f"list the names; {_MARK_SUFFIXES}", Severity.WARNING)


def _is_marked(item: str | Row) -> bool:
    return isinstance(item, Row) and item["scope"].text == "suffix"


def names_asked(total: int, *, sme: bool) -> int:
    """How many of all domain names that were crawled the form asks for (Template 2.3)."""
    return min(math.ceil(total / 20), 1000) if sme else math.ceil(total / 10)


def _share(reader: Reader, total: int, count: int, path: Path_) -> Iterator[Problem]:
    if not total:
        message = "readers cannot tell which share of the domain names is listed"
        advice = "give total: the number of domain names crawled in all"
        yield reader.problem(Code.DOMAINS_SHARE_UNKNOWN, path, message, advice)
        return
    provider = reader.content.provider
    # Of a provider whose size is not known, no more is asked than of a small one.
    sme = not provider or provider.answers.get("size").value != "other"
    needed = names_asked(total, sme=sme)
    share = "5 % or 1 000, whichever is lower" if sme else "10 %"
    if count < needed:
        message = f"{count:,} of {total:,} domain names are listed; asked for are {needed:,} ({share})"
        yield reader.problem(Code.DOMAINS_TOO_FEW, path, message, "list more")


@cache
def _domain() -> re.Pattern[str]:
    """How a domain name is written, by the schema."""
    field = load(SUMMARY).find("sources.crawled.top_domains")
    assert field is not None  # noqa: S101 - stands in the schema
    return re.compile(field.schema["items"]["pattern"])


def _domain_file(reader: Reader, name: str, path: Path_) -> tuple[set[str], list[Problem]]:
    """The names of a file, each once; or what is wrong with it."""
    file = reader.source.file.with_name(name)
    if found := unusable(file, MAX_LIST_BYTES):
        code, message, advice = found
        return set(), [reader.problem(code, path, message, advice)]
    relative = reader.content.relative(file)
    raw = file.read_bytes()
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        return set(), [not_utf8(relative, raw, error.start)]
    names: set[str] = set()
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        code, severity, advice = Code.VAGUE_DOMAINS, Severity.ERROR, "write one domain name a line, such as example.com"
        if not text or text.startswith("#"):
            if not any(is_formula(cell) for cell in text.split(",")):
                continue
            message = f"a spreadsheet would run a part of {quoted(text)} as a formula"
            code, advice = Code.FORMULA, "leave this comment out"
        elif not _domain().match(text):
            message = f"{quoted(text)} is not a domain name"
        elif is_public_suffix(text):
            message, severity = f"{text!r} is no domain name but a public suffix, and not counted", Severity.WARNING
        else:
            names.add(spelling(text))
            continue
        if len(problems) < MAX_LINES_TOLD:
            problems.append(Problem(code, relative, message, advice, number, 1, severity=severity))
    if not names:
        message = f"there is no domain name in {name}"
        problems.append(reader.problem(Code.VAGUE_DOMAINS, path, message, "list domain names, or give url: or access:"))
    return names, problems
