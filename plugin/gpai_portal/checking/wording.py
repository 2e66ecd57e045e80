"""Rules that judge wording. They are warnings, and the phrases they look for are data (``phrases``). Of a document in a
language that nobody has written any for they say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import Path_, Row, Status
from gpai_portal.errors import Problem
from gpai_portal.phrases import Group, phrases

#: Common Crawl itself by name, and not a dataset that others made from it.
_COMMON_CRAWL = re.compile(r"(?i)\W*(the\s+)?(common\W?crawl|cc-main)\b(?!\W*(derived|based|subset of))")

LARGE = ("sources", "public", "large")
OTHERS = ("sources", "public", "other_description")
ILLEGAL = ("processing", "illegal_content", "measures")


def check_wording(reader: Reader) -> Iterator[Problem]:
    """What the texts of a summary leave open; one finding for a text at most, since one rewriting mends all of it."""
    groups = phrases(reader.language)
    if not groups:
        return
    found = {problem.path: problem for problem in (*_common_crawl(reader, groups), *_open_words(reader, groups))[::-1]}
    yield from reversed(found.values())
    yield from _child_abuse(reader, groups)


def _open_words(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Problem]:
    for field, path, text in reader.texts:
        if (group := groups["hedge"]).is_about(field) and (words := group.words(text)):
            message = f"'{words}' leaves open what was done"
            yield reader.problem(Code.HEDGED_WORDING, path, message, "say what was done, and what was used")
        elif (group := groups["vague"]).is_about(field) and (words := group.words(text)):
            message = f"'{words}' leaves open which, and how many"
            yield reader.problem(
                Code.VAGUE_WORDING, path, message, "name them, or count them and name the most important"
            )


def _common_crawl(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Whoever names Common Crawl says which snapshots, and how pages were chosen: it is most of the public web."""
    rows = [row for row in reader.get(*LARGE).rows if _COMMON_CRAWL.match(row["name"].text)]
    for row in rows:
        yield from _unspecified(
            reader, groups, row["name"].path, _said(row), dated=_is_dated(row), chosen=_is_chosen(row)
        )
    others = reader.get(*OTHERS)
    for field, path, text in reader.texts if not rows else ():
        in_row = field == LARGE and path != LARGE  # of another dataset, which may say what that was made from
        if groups["common_crawl"].is_about(field) and not in_row and groups["common_crawl"].is_in(text):
            yield from _unspecified(reader, groups, path, text)
    if rows and len(rows) == len(reader.get(*LARGE).rows) and others.status is Status.UNANSWERED:
        message = "Common Crawl is the only public dataset that is named, and nothing is said of others"
        advice = "describe the others, or say there that there are none: {state: none}"
        yield reader.problem(Code.ONLY_COMMON_CRAWL, rows[0]["name"].path, message, advice)


def _unspecified(
    reader: Reader, groups: Mapping[str, Group], path: Path_, text: str, *, dated: bool = False, chosen: bool = False
) -> Iterator[Problem]:
    lacking = []
    if not dated and not groups["snapshot"].is_in(text):
        lacking.append("the snapshots that were used")
    if not chosen and not groups["filter"].is_in(text):
        lacking.append("how pages were chosen")
    if lacking:
        message = f"Common Crawl is named without {' and without '.join(lacking)}"
        advice = "give the snapshots (CC-MAIN-2024-10, or their years), and the filters that were applied"
        yield reader.problem(Code.COMMON_CRAWL_UNSPECIFIED, path, message, advice)


def _said(row: Row) -> str:
    return ". ".join(answer.text for answer in row.cells.values() if isinstance(answer.value, str))


def _is_dated(row: Row) -> bool:
    return bool(row["start"].day and row["end"].day)


def _is_chosen(row: Row) -> bool:
    return bool(row["selection_approach"].text)


def _child_abuse(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Section 3.2 asks for measures against unlawful content; what is unlawful everywhere is named first."""
    measures = reader.get(*ILLEGAL)
    if measures.text and not groups["child_abuse"].is_in(f"{measures.text}\n\n{measures.prose}"):
        message = "nothing is said of measures against child sexual abuse material"
        advice = "say what was done, or that nothing was done and why"
        yield reader.problem(Code.CHILD_ABUSE_NOT_ADDRESSED, measures.path, message, advice)
