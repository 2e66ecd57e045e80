"""Rules that judge wording. They are warnings, and their patterns are data: one file for each language below
``schemas/wording/``. Of a document in any other language they say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import Path_, Row, Status
from gpai_portal.content.source import Source
from gpai_portal.errors import Problem
from gpai_portal.schema import read_json, schema_folder

#: Ends of sentences, and of items of a list.
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n\s*(?=[-*•]\s)")

#: Marks of emphasis at a word.
_EMPHASIS = re.compile(r"[*_`]+(?=\w)|(?<=\w)[*_`]+")

#: Common Crawl itself by name, and not a dataset that others made from it.
_COMMON_CRAWL = re.compile(r"(?i)\W*(the\s+)?(common\W?crawl|cc-main)\b(?!\W*(derived|based|subset of))")
_MENTION = re.compile(r"(?i)\bcommon\W?crawl\b")

LARGE = ("sources", "public", "large")
OTHERS = ("sources", "public", "other_description")
COMMENTS = ("sources", "public", "comments")
ILLEGAL = ("processing", "illegal_content", "measures")


@dataclass(frozen=True)
class Pattern:
    """What is looked for, and what lets a sentence pass that has it."""

    wanted: re.Pattern[str]
    unless: re.Pattern[str] | None
    cues: tuple[str, ...]

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth looking for it in the sentences of a text."""
        return not self.cues or any(map(text.__contains__, self.cues))

    def words(self, sentence: str) -> str:
        """What is found in a sentence; empty if nothing is, or if the sentence passes."""
        found = self.wanted.search(sentence)
        return "" if found is None or (self.unless and self.unless.search(sentence)) else " ".join(found[0].split())


@dataclass(frozen=True)
class Group:
    """Patterns that are asked for together. ``fields`` are paths of the sections whose texts they are meant for."""

    about: str
    fields: tuple[Path_, ...]
    patterns: tuple[Pattern, ...]

    def words(self, text: str) -> str:
        """The first words of a text that are found; empty if there are none."""
        patterns = [p for p in self.patterns if p.may_be_in(text)]
        if not patterns:
            return ""
        found = (p.words(sentence) for sentence in _SENTENCES.split(_EMPHASIS.sub("", text)) for p in patterns)
        return next(filter(None, found), "")

    def is_about(self, path: Path_) -> bool:
        """Whether the text at a path is one that the group is meant for."""
        return any(path[: len(field)] == field for field in self.fields)


@cache
def wording(language: str) -> Mapping[str, Group]:
    """Groups of patterns by name, for a language tag; none if nobody has written any for it."""
    name = f"wording/{language.partition('-')[0].lower()}.json"
    if not (schema_folder() / name).is_file():
        return {}
    return {
        key: Group(
            group["about"],
            tuple(tuple(field.split(".")) for field in group["fields"]),
            tuple(
                Pattern(_regex(p["pattern"]), _regex(p["unless"]) if "unless" in p else None, tuple(p.get("cues", ())))
                for p in group["patterns"]
            ),
        )
        for key, group in read_json(name)["groups"].items()
    }


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def check_wording(reader: Reader) -> Iterator[Problem]:
    """What the texts of a summary leave open; one finding for a text at most, since one rewriting mends all of it."""
    groups = wording(_language(reader))
    if not groups:
        return
    found = {problem.path: problem for problem in (*_common_crawl(reader, groups), *_open_words(reader, groups))[::-1]}
    yield from reversed(found.values())
    yield from _child_abuse(reader, groups)


def _language(reader: Reader) -> str:
    provider = reader.content.provider
    return reader.get("language").text or (provider.answers.get("language").text if provider else "") or "en"


def _open_words(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Problem]:
    for field, path, text in _texts(reader.source):
        if (group := groups["hedge"]).is_about(field) and (words := group.words(text)):
            message = f"'{words}' leaves open what was done"
            yield reader.problem(Code.HEDGED_WORDING, path, message, "say what was done, and what was used")
        elif (group := groups["vague"]).is_about(field) and (words := group.words(text)):
            message = f"'{words}' leaves open which, and how many"
            yield reader.problem(
                Code.VAGUE_WORDING, path, message, "name them, or count them and name the most important"
            )


def _texts(source: Source) -> Iterator[tuple[Path_, Path_, str]]:
    """Texts of a document, those in rows too: path of the field, place of the text, the text."""
    for entry in source.entries:
        answer = entry.answer
        if entry.field.kind == "text" and answer.text:
            yield entry.field.path, answer.path, answer.text
        if answer.prose:
            yield entry.field.path, answer.path, answer.prose
        if answer.status is Status.AS_STATED:
            yield entry.field.path, answer.path, answer.as_stated
        for row in answer.rows:
            for column in entry.field.columns:
                if column.kind == "text" and (text := row[column.key].text):
                    yield entry.field.path, row[column.key].path, text


def _common_crawl(reader: Reader, groups: Mapping[str, Group]) -> Iterator[Problem]:
    """Whoever names Common Crawl says which snapshots, and how pages were chosen: it is most of the public web."""
    rows = [row for row in reader.get(*LARGE).rows if _COMMON_CRAWL.match(row["name"].text)]
    for row in rows:
        yield from _unspecified(
            reader, groups, row["name"].path, _said(row), dated=_is_dated(row), chosen=_is_chosen(row)
        )
    others = reader.get(*OTHERS)
    for answer in (reader.get(*LARGE), others, reader.get(*COMMENTS)) if not rows else ():
        text = "\n\n".join((answer.text if not answer.rows else "", answer.prose, answer.as_stated))
        if _MENTION.search(text) and not groups["derived"].words(text):
            yield from _unspecified(reader, groups, answer.path, text)
    if rows and len(rows) == len(reader.get(*LARGE).rows) and others.status is Status.UNANSWERED:
        message = "Common Crawl is the only public dataset that is named, and nothing is said of others"
        advice = "describe the others, or say there that there are none: {state: none}"
        yield reader.problem(Code.ONLY_COMMON_CRAWL, rows[0]["name"].path, message, advice)


def _unspecified(
    reader: Reader, groups: Mapping[str, Group], path: Path_, text: str, *, dated: bool = False, chosen: bool = False
) -> Iterator[Problem]:
    lacking = []
    if not dated and not groups["snapshot"].words(text):
        lacking.append("the snapshots that were used")
    if not chosen and not groups["filter"].words(text):
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
    if measures.text and not groups["child_abuse"].words(f"{measures.text}\n\n{measures.prose}"):
        message = "nothing is said of measures against child sexual abuse material"
        advice = "say what was done, or that nothing was done and why"
        yield reader.problem(Code.CHILD_ABUSE_NOT_ADDRESSED, measures.path, message, advice)
