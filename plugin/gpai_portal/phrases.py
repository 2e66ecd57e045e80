"""Phrases that tell what a text says, or what it leaves open. They are data: one file for each language below
``schemas/wording/``. What is said in any other language nobody here can tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from gpai_portal.schema import read_json, schema_folder

#: Ends of sentences, and of items of a list. Behind the mark there is a blank, so that robots.txt stands whole.
_ENDS = re.compile(r"(?<=[.!?;])[\"')\]»”]*\s+|\n\s*\n|\n\s*(?=(?:[-*•]|\d+[.)])\s)")

#: A link with its text, and marks of emphasis at a word.
_LINKED = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+|`+|(?<!\w)_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?!\w)")

#: A link in prose, with its text if it has one.
_LINK = re.compile(r"\[[^\]\[]*\]\([^()\s]*\)|<?(?:https?://|www\.|mailto:)[^\s<>]+>?")

#: Apostrophes and hyphens of other shapes, and characters that nobody sees within a word.
_SHAPES = str.maketrans(
    {**dict.fromkeys("’‘ʼ´", "'"), **dict.fromkeys("‐‑", "-"), **dict.fromkeys("\u00ad\u200b\u2060\ufeff")}
)

#: Characters of a text that fills a box and says nothing.
_LONGEST = 200


class _Text:
    """A text without what does not change its words: emphasis, targets of links, other shapes of one character."""

    def __init__(self, text: str) -> None:
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).translate(_SHAPES)
        self.plain = _EMPHASIS.sub("", _LINKED.sub(r"\1", text))
        self.lower = self.plain.lower()

    @cached_property
    def sentences(self) -> Sequence[str]:
        """Its sentences, each on one line."""
        return [" ".join(sentence.split()) for sentence in _ENDS.split(self.plain)]


_read = lru_cache(maxsize=64)(_Text)


@dataclass(frozen=True)
class Pattern:
    """What is looked for, and what lets a sentence pass that has it. One of the ``cues`` stands in every text that can
    have it, in small letters."""

    wanted: re.Pattern[str]
    unless: re.Pattern[str] | None
    cues: tuple[str, ...]

    def found(self, sentence: str) -> Iterator[re.Match[str]]:
        """Where it stands in a sentence."""
        if self.unless is None or not self.unless.search(sentence):
            yield from self.wanted.finditer(sentence)


@dataclass(frozen=True)
class Group:
    """Patterns that are asked for together, in each sentence, or in the ``whole`` text at once. ``fields`` are paths of
    sections and fields of a summary whose texts they are meant for."""

    fields: tuple[tuple[str, ...], ...] = ()
    whole: bool = False
    patterns: tuple[Pattern, ...] = ()

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Where the patterns stand in a text, sentence by sentence."""
        if not self.patterns:
            return
        read = _read(text)
        if patterns := [p for p in self.patterns if not p.cues or any(map(read.lower.__contains__, p.cues))]:
            for sentence in (read.plain,) if self.whole else read.sentences:
                for pattern in patterns:
                    yield from pattern.found(sentence)

    def is_in(self, text: str) -> bool:
        """Whether one of the patterns stands in a text."""
        return next(self.found(text), None) is not None

    def words(self, text: str) -> str:
        """The first words of a text that are found; empty if there are none."""
        found = next(self.found(text), None)
        return found[0] if found else ""

    def is_about(self, path: Sequence[str | int]) -> bool:
        """Whether the text at a path is one that the group is meant for."""
        return any(tuple(path[: len(field)]) == field for field in self.fields)


#: A group of a language that nobody has written it for.
NOTHING = Group()


@cache
def phrases(language: str) -> Mapping[str, Group]:
    """Groups of patterns by name, for a language tag: none if nobody has written any for it; those of all languages if
    the tag is empty, since then nobody says which one it is."""
    folder = schema_folder() / "wording"
    tag = language.partition("-")[0].lower()
    names = [tag] if tag else sorted(file.stem for file in folder.glob("??.json"))
    groups: dict[str, Group] = {}
    for name in names if all((folder / f"{name}.json").is_file() for name in names) else ():
        for key, group in read_json(f"wording/{name}.json")["groups"].items():
            before = groups.get(key, NOTHING)
            patterns = tuple(
                Pattern(_regex(p["pattern"]), _regex(p["unless"]) if "unless" in p else None, tuple(p.get("cues", ())))
                for p in group["patterns"]
            )
            fields = tuple(tuple(field.split(".")) for field in group.get("fields", ()))
            groups[key] = Group(fields, group.get("whole", False), before.patterns + patterns)
    return groups


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether a text only fills the box, such as "n/a" or "[URL]", or has nothing but marks in it."""
    return len(text) <= _LONGEST and phrases("")["placeholder"].is_in(text)


@lru_cache(maxsize=4096)
def is_link_alone(text: str) -> bool:
    """Whether a text is nothing but links, and words that lead to them."""
    rest, links = _LINK.subn(" ", text)
    return bool(links) and len(rest) <= _LONGEST and phrases("")["leading"].is_in(rest)


def describes_nothing(path: Sequence[str | int], text: str) -> bool:
    """Whether a text at the path of a field that asks for a description holds none."""
    return is_placeholder(text) or (phrases("")["leading"].is_about(path) and is_link_alone(text))
