"""Names of languages and countries are found in texts of several languages, and other words are not."""

from __future__ import annotations

import pytest

from gpai_portal.audit.names import OFFICIAL, names


@pytest.mark.parametrize(
    ("kind", "language", "text", "found"),
    [
        ("languages", "en", "English, Norwegian and Irish.", 3),
        ("languages", "en", "Text of Latin America; it was even late.", 0),
        ("languages", "en", "polish the text", 0),
        ("languages", "fr", "L'anglais, le danois et des textes en langue française.", 3),
        ("languages", "fr", "Une idée malgré une longue période.", 0),
        ("languages", "de", "Deutsche und polnische Texte auf Französisch.", 2),
        ("languages", "it", "testi in lingua italiana e inglese", 2),
        ("official_languages", "en", "Danish and Norwegian.", 1),
        ("countries", "en", "Two thirds come from Denmark and the Netherlands.", 2),
        ("countries", "en", "turkey and china plates", 0),
        ("countries", "fr", "Malgré une période difficile au Pérou et en Suède.", 2),
        ("countries", "it", "Pagine dalla Germania e dal Perù.", 2),
    ],
)
def test_names_are_found(kind: str, language: str, text: str, found: int) -> None:
    pattern = names(kind, language)
    assert pattern is not None
    assert len(pattern.findall(text)) == found


def test_there_are_twenty_four_official_languages() -> None:
    assert len(set(OFFICIAL)) == 24


@pytest.mark.parametrize("language", ["", "xx", "x y"])
def test_of_a_language_that_nobody_knows_nothing_is_said(language: str) -> None:
    assert names("languages", language) is None
