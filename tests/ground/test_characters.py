"""Which characters may stand where: no name deceives, and no language is refused."""

from __future__ import annotations

import pytest

from gpai_portal.characters import deceptive, forbidden, visible
from gpai_portal.limits import MAX_MARKS

#: Names as they are written, with the marks and joiners that they need.
NAMES = [
    "Søster & Cie. – Ünïcode AG",
    "\u05d0\u05d1\u05d2 \u05d1\u05e2\u05f4\u05de\u200f",  # Hebrew, with a direction mark
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",  # Hebrew with vowels
    "\u0634\u0631\u06a9\u062a \u0646\u0631\u0645\u200c\u0627\u0641\u0632\u0627\u0631",  # Persian, with ZWNJ
    "\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937",  # Hindi, with both joiners
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala
    "Vie\u0323\u0302t",  # Vietnamese, decomposed
    "\u0f66\u0f92\u0fb2\u0f74\u0f56",  # Tibetan
    "\U0001f469\u200d\U0001f52c Lab \u2764\ufe0f",  # emoji
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_languages_are_taken(name: str) -> None:
    assert forbidden(name) == ""
    assert deceptive(name) == ""


@pytest.mark.parametrize(
    "character", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), *"\u200b\u2060\ufeff\u00ad\u3164"]
)
def test_names_hold_nothing_that_turns_text_round_or_is_not_seen(character: str) -> None:
    assert f"U+{ord(character):04X}" in deceptive(f"Acme{character} GmbH")
    assert forbidden(f"prose with {character} in it") == ""


@pytest.mark.parametrize("name", ["Ac\u200dme", "Ac\u200cme", "\u200dAcme", "\u0915\u200d\u200d", "A\ufe0f\ufe0f"])
def test_joiners_stand_where_they_join_something(name: str) -> None:
    assert "nobody can see" in deceptive(name)


@pytest.mark.parametrize("character", "\0\x1b\x85\u2028\u2029\ufdd0\ufffe\U0001ffff\U000e0041\ufff9")
def test_some_characters_stand_nowhere(character: str) -> None:
    assert f"U+{ord(character):04X}" in forbidden(f"text {character} text")


def test_no_control_character_no_half_and_no_tag_stands_anywhere() -> None:
    """Python takes none of them for printable, by which texts are told that need no search."""
    ranges = [(0, 8), (0xB, 0x1F), (0x7F, 0x9F), (0x2028, 0x2029), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFFF9, 0xFFFB)]
    ranges += [(0xE0000, 0xE007F), *((plane | 0xFFFE, plane | 0xFFFF) for plane in range(0, 0x110000, 0x10000))]
    characters = [chr(code) for first, last in ranges for code in range(first, last + 1)]
    assert [c for c in characters if not forbidden(f"two\nlines {c}").startswith(f"U+{ord(c):04X}, ")] == []


def test_marks_do_not_bury_the_text() -> None:
    assert forbidden("e" + "\u0301" * MAX_MARKS) == ""
    assert "marks on one character" in forbidden("e" + "\u0301" * (MAX_MARKS + 1))


def test_what_turns_text_round_is_shown_by_its_number() -> None:
    assert visible("a\u202eb") == "a\u27e8U+202E\u27e9b"
    assert visible("\u05d0\u200f") == "\u05d0\u200f"
