"""Which words of two texts are the same; both texts can be won back to the letter."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpai_portal.content.segments import Fate, segments
from tests.written import TEXTS


def short(old: str, new: str) -> str:
    marks = {Fate.SAME: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}
    return "".join(marks[piece.fate].format(piece.text) for piece in segments(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("We use data, and books.", "We use data and books.", "We use data[-,-] and books."),
        ("We use many books here.", "We use at least many books here.", "We use{+ at least+} many books here."),
        ("Up to 10,000 hours of it", "Up to 12,000 hours of it", "Up to [-10,000-]{+12,000+} hours of it"),
        # One common word between two changes belongs to both.
        ("a b c the d e f g h", "a b x the y e f g h", "a b [-c the d-]{+x the y+} e f g h"),
        # Less than half in common: nothing is told to be the same.
        ("one two three four", "one five six seven", "[-one two three four-]{+one five six seven+}"),
        ("one  two", "one two", "one[-  -]{+ +}two"),
        ("same", "same", "same"),
        ("", "new", "{+new+}"),
        ("", "", ""),
    ],
)
def test_words(old: str, new: str, told: str) -> None:
    assert short(old, new) == told


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.one_of(TEXTS, st.text(max_size=40)), st.one_of(TEXTS, st.text(max_size=40)))
def test_both_texts_are_won_back(old: str, new: str) -> None:
    pieces = segments(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.REMOVED) == new
    assert all(piece.text for piece in pieces)
    assert all(one.fate is not other.fate for one, other in pairwise(pieces))


@pytest.mark.parametrize("unit", ["a b ", "a ", ". ", "a.", "  ", "word and another, "])
def test_the_longest_texts_take_no_longer_than_others(unit: str) -> None:
    old = (unit * 20_000)[:20_000]
    begin = time.process_time()
    pieces = segments(old, "x " + old[::-1])
    assert time.process_time() - begin < 5
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == old
