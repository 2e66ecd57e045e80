"""Which words of two texts are the same.

Words are aligned by their longest common subsequence (rapidfuzz, whose time is bounded by the length of the texts).
What is the same by chance is not told: one common word between two changes belongs to both of them, and of two texts
that have less than half of their words in common nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import LCSseq

from gpai_portal.limits import MAX_MARKED_WORDS

#: A word with what stands inside it (10,000, v1.1, opt-out, an address), or one mark; and the white space before it.
TOKEN = re.compile(r"(\s*+)(\w++(?:[^\w\s]++\w++)*+|[^\w\s])")


Item = TypeVar("Item", bound=Hashable)


class Fate(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Segment:
    """A piece of text. Those that are not added make the old text, those that are not removed the new one."""

    fate: Fate
    text: str


class Span(NamedTuple):
    """A part of two sequences: ``old[start:end]`` and ``new[new_start:new_end]``, which are the same or not."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


def align(old: Sequence[Item], new: Sequence[Item], is_word: Callable[[Item], bool]) -> list[Span]:
    """What two sequences have in common, in parts that are the same and parts that differ, by turns.

    ``is_word`` tells words from marks. It is one part, which differs, if less than half of the words are common or
    there are more than MAX_MARKED_WORDS.
    """
    whole = [Span(False, 0, len(old), 0, len(new))]
    if max(len(old), len(new)) > MAX_MARKED_WORDS:
        return whole
    spans: list[Span] = []
    at = new_at = common = 0
    for start, new_start, size in LCSseq.editops(old, new).as_matching_blocks():
        end, new_end = start + size, new_start + size
        words = sum(map(is_word, old[start:end]))
        outermost = start == new_start == 0 or (end == len(old) and new_end == len(new))
        if size and (outermost or words > 1):
            if start > at or new_start > new_at:
                spans.append(Span(False, at, start, new_at, new_start))
            spans.append(Span(True, start, end, new_start, new_end))
            at, new_at, common = end, new_end, common + words
    if at < len(old) or new_at < len(new):
        spans.append(Span(False, at, len(old), new_at, len(new)))
    least = max(sum(map(is_word, old)), sum(map(is_word, new))) / 2
    return spans if all(span.same for span in spans) or (common and common >= least) else whole


def segments(old: str, new: str) -> tuple[Segment, ...]:
    """Two texts as what stayed, what was removed and what was added; two whole ones if they have little in common."""
    was, now = list(_tokens(old)), list(_tokens(new))
    spans = align([word for _, word in was], [word for _, word in now], lambda word: word[:1].isalnum())
    found: list[tuple[Fate, str]] = []
    for span in spans:
        if span.same:
            pairs = zip(was[span.start : span.end], now[span.new_start : span.new_end], strict=True)
            for (space, word), (new_space, _) in pairs:
                if space != new_space:
                    found += [(Fate.REMOVED, space), (Fate.ADDED, new_space), (Fate.SAME, word)]
                else:
                    found.append((Fate.SAME, space + word))
        else:
            pieces = was[span.start : span.end], now[span.new_start : span.new_end]
            if all(pieces) and pieces[0][0][0] == pieces[1][0][0]:
                # The white space before both is no part of the change.
                found.append((Fate.SAME, pieces[0][0][0]))
                pieces = [("", pieces[0][0][1]), *pieces[0][1:]], [("", pieces[1][0][1]), *pieces[1][1:]]
            for fate, tokens in zip((Fate.REMOVED, Fate.ADDED), pieces, strict=True):
                found.append((fate, "".join(map("".join, tokens))))
    return tuple(_joined(found))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Words and marks with the white space before them; at the end that behind the last one, before no word."""
    end = 0
    for match in TOKEN.finditer(text):
        yield match[1], match[2]
        end = match.end()
    yield text[end:], ""


def _joined(pieces: Sequence[tuple[Fate, str]]) -> Iterator[Segment]:
    """Pieces that are not empty; those of one fate that follow one another are one."""
    held: tuple[Fate, str] | None = None
    for fate, text in pieces:
        if held and held[0] is fate:
            held = fate, held[1] + text
        elif text:
            if held:
                yield Segment(*held)
            held = fate, text
    if held:
        yield Segment(*held)
