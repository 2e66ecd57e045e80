"""Phrases that tell what a text says, or what it leaves open. They are data: one file for each language below
``schemas/wording/``. What is said in any other language nobody here can tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import chain, zip_longest
from typing import Any

from gpai_portal.schema import read_json, schema_folder

#: Ends of sentences, and of items of a list. Behind the mark there is a blank, so that robots.txt stands whole, and no
#: figure, as behind Sept.
_ENDS = re.compile(r"(?<=[.!?;])[\"')\]»”]*\s+(?!\d)|\n\s*\n|\n\s*(?=(?:[-*•]|\d+[.)])\s)")

#: A link with its text, and marks of emphasis at a word.
_LINKED = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|`+|(?<!\w)_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?!\w)")

_MARKS = re.compile(r"[*_`]")

#: A link in prose, with its text if it has one.
_LINK = re.compile(
    r"\[[^\]\[]*\]\([^()\s]*\)|<?(?:https?://|www\.|mailto:)[^\s<>]+>?|(?<![\w@.-])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s<>]+"
)

_MAY_LINK = re.compile(r"/|www\.|mailto:")

#: Apostrophes and hyphens of other shapes, and characters that nobody sees within a word.
_SHAPES = str.maketrans(
    {**dict.fromkeys("’‘ʼ´", "'"), **dict.fromkeys("‐‑", "-"), **dict.fromkeys("\u00ad\u200b\u2060\ufeff")}
)

#: Runs of marks that make matching slow and say nothing.
_SAID = re.compile(r"\A[\s*_.-]+\Z")

#: Characters of a text that fills a box and says nothing.
_LONGEST = 200


class _Text:
    """A text without what does not change its words: emphasis, targets of links, other shapes of one character."""

    def __init__(self, text: str) -> None:
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).translate(_SHAPES)
        if "](" in text:
            text = _LINKED.sub(r"\1", text)
        if _MARKS.search(text):
            text = _EMPHASIS.sub("", text)
        self.plain = text
        self.line = " ".join(self.plain.split())
        self.lower = self.line.lower()
        #: What groups found in it: a text that stands in many documents is searched once.
        self.hits: dict[Group, Sequence[re.Match[str]]] = {}

    @cached_property
    def sentences(self) -> Sequence[tuple[str, str]]:
        """Its sentences, each on one line, and in small letters."""
        lines = [" ".join(sentence.split()) for sentence in _ENDS.split(self.plain)]
        return [(line, line.lower()) for line in lines]


_read = lru_cache(maxsize=512)(_Text)


@dataclass(frozen=True)
class Pattern:
    """What is looked for, and what lets a sentence pass that has one of it. One of the ``cues`` stands in every text
    that can have it, in small letters."""

    wanted: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]
    cues: tuple[str, ...]

    def may_be_in(self, lower: str) -> bool:
        """Whether it is worth looking for it in a text or sentence, which is given in small letters."""
        return not self.cues or any(map(lower.__contains__, self.cues))

    def found(self, sentence: str) -> Iterator[re.Match[str]]:
        """Where it stands in a sentence."""
        if self.wanted.search(sentence) and not any(pattern.search(sentence) for pattern in self.unless):
            yield from self.wanted.finditer(sentence)

    def or_unless(self, other: Pattern | None) -> Pattern:
        """The same, where a sentence passes as well for what lets it pass in another language."""
        return replace(self, unless=(*self.unless, *other.unless)) if other else self


@dataclass(frozen=True, eq=False)
class Group:
    """Patterns that are asked for together, in each sentence, or in the ``whole`` text at once. ``fields`` are paths of
    sections and fields of a summary whose texts they are meant for. There is one object for each group."""

    fields: tuple[tuple[str, ...], ...] = ()
    whole: bool = False
    patterns: tuple[Pattern, ...] = ()

    def found(self, text: str) -> Sequence[re.Match[str]]:
        """Where the patterns stand in a text, sentence by sentence."""
        read = _read(text)
        if (hits := read.hits.get(self)) is None:
            hits = read.hits[self] = tuple(self._search(read))
        return hits

    def _search(self, read: _Text) -> Iterator[re.Match[str]]:
        patterns = [pattern for pattern in self.patterns if pattern.may_be_in(read.lower)]
        if not patterns:
            return iter(())
        sentences = ((read.line, read.lower),) if self.whole else read.sentences
        return chain.from_iterable(p.found(s) for s, lower in sentences for p in patterns if p.may_be_in(lower))

    def is_in(self, text: str) -> bool:
        """Whether one of the patterns stands in a text."""
        return bool(self.found(text))

    def words(self, text: str) -> str:
        """The first words of a text that are found; empty if there are none."""
        found = self.found(text)
        return found[0][0] if found else ""

    def is_about(self, path: Sequence[str | int]) -> bool:
        """Whether the text at a path is one that the group is meant for."""
        return _is_within(tuple(path), self.fields)


@cache
def _is_within(path: tuple[str | int, ...], fields: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a field of a schema is one of some sections and fields, or stands in one of them."""
    return any(path[: len(field)] == field for field in fields)


#: A group of a language that nobody has written it for.
NOTHING = Group()


@cache
def languages() -> Sequence[str]:
    """Tags of the languages that somebody has written phrases for."""
    return sorted(file.stem for file in (schema_folder() / "wording").glob("??.json"))


@lru_cache(maxsize=64)
def phrases(language: str) -> Mapping[str, Group]:
    """Groups of patterns by name, for a language tag: none if nobody has written any for it; those of all languages if
    the tag is empty, since then nobody says which one it is."""
    return _phrases(language.partition("-")[0].lower())


@cache
def _phrases(tag: str) -> Mapping[str, Group]:
    groups: dict[str, Group] = {}
    for name in languages() if not tag else {tag} & set(languages()):
        for key, group in read_json(f"wording/{name}.json")["groups"].items():
            own = [_pattern(raw) for raw in group["patterns"]]
            before = groups.get(key, NOTHING).patterns
            pairs = list(zip_longest(before, own))
            patterns = [one.or_unless(two) for one, two in pairs if one] + [
                two.or_unless(one) for one, two in pairs if two
            ]
            fields = tuple(tuple(field.split(".")) for field in group.get("fields", ()))
            groups[key] = Group(fields, group.get("whole", False), tuple(patterns))
    return groups


def _pattern(raw: Mapping[str, Any]) -> Pattern:
    unless = (_regex(raw["unless"]),) if "unless" in raw else ()
    return Pattern(_regex(raw["pattern"]), unless, tuple(raw.get("cues", ())))


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def sentences_of(text: str) -> list[str]:
    """The sentences and items of a text, each on one line."""
    return [line for line, _ in _read(text).sentences]


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a text only fills the box, such as "n/a" or "[URL]", or has nothing but marks in it."""
    text = _SAID.sub("", text)
    return not text or (len(text) <= _LONGEST and phrases("")["placeholder"].is_in(text))


@lru_cache(maxsize=4096)
def is_link_alone(text: str) -> bool:
    """Whether a text is nothing but links, and words that lead to them."""
    if not _MAY_LINK.search(text):
        return False
    rest, links = _LINK.subn(" ", text)
    return bool(links) and len(rest) <= _LONGEST and phrases("")["leading"].is_in(rest)


def describes_nothing(path: Sequence[str | int], text: str) -> bool:
    """Whether a text at the path of a field that asks for a description holds none."""
    return is_placeholder(text) or (phrases("")["leading"].is_about(path) and is_link_alone(text))
