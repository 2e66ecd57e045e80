"""Patterns of wording are data: each carries the sentences that must be found, and those that must pass."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from gpai_portal.phrases import phrases
from gpai_portal.schema import SUMMARY, load, read_json, schema_folder

LANGUAGES = sorted(path.stem for path in (schema_folder() / "wording").glob("??.json"))


def sentences(kind: str) -> list[Any]:
    return [
        pytest.param(language, group, sentence, id=f"{language}-{group}-{sentence[:40]}")
        for language in LANGUAGES
        for group, said in read_json(f"wording/{language}.json")["groups"].items()
        for pattern in said["patterns"]
        for sentence in pattern[kind]
    ]


@pytest.mark.parametrize(("language", "group", "sentence"), sentences("finds"))
def test_found(language: str, group: str, sentence: str) -> None:
    assert phrases(language)[group].is_in(sentence)


@pytest.mark.parametrize(("language", "group", "sentence"), sentences("passes"))
def test_passes(language: str, group: str, sentence: str) -> None:
    assert not phrases(language)[group].is_in(sentence)


#: The same words, written otherwise.
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "line breaks": lambda text: text.replace(" ", "\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow spaces": lambda text: text.replace(" ", "\u202f"),
    "curly apostrophes": lambda text: text.replace("'", "’"),
    "bold words": lambda text: re.sub(r"(?<![\w.:/@'-])([^\W\d_]{3,})(?![\w.:/@'-])", r"**\1**", text),
    "italics": lambda text: f"_{text}_",
    "soft hyphens": lambda text: re.sub(r"(?<=[a-z])(?=[a-z]{3}\b)", "\u00ad", text),
    "in a list": lambda text: f"- Something else\n- {text}\n- And more of it",
    "in a text": lambda text: f"More is above. {text}\n\nSomething stands behind.",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_found_however_they_are_written(language: str, way: str) -> None:
    """In emphasis, over a line break, with the apostrophes of a word processor; and what passes, passes so as well."""
    said = read_json(f"wording/{language}.json")["groups"]
    wrong = [
        (name, sentence)
        for name, group in said.items()
        for raw in group["patterns"]
        if not (group.get("whole") and way.startswith("in a "))
        for kind in ("finds", "passes")
        for sentence in raw[kind]
        if phrases(language)[name].is_in(WAYS[way](sentence)) != (kind == "finds")
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_says_the_language_the_same_is_found(language: str) -> None:
    """Whatever passes in its own language passes; what is found is found."""
    said = read_json(f"wording/{language}.json")["groups"]
    wrong = [
        (name, sentence)
        for name, group in said.items()
        for raw in group["patterns"]
        for kind in ("finds", "passes")
        for sentence in raw[kind]
        if phrases("")[name].is_in(sentence) != (kind == "finds")
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_as_its_schema_says(language: str) -> None:
    said = read_json(f"wording/{language}.json")
    Draft202012Validator(read_json("wording/wording.schema.json")).validate(said)
    assert said["language"] == language
    assert said["groups"].keys() == read_json("wording/en.json")["groups"].keys()
    for group in said["groups"].values():
        assert all(load(SUMMARY).find(field) for field in group.get("fields", ()))


def test_a_pattern_is_matched_in_linear_time() -> None:
    """Rust's engine refuses what it cannot match so; Python's is given what makes careless patterns slow."""
    started = time.process_time()
    for language in LANGUAGES:
        for group in read_json(f"wording/{language}.json")["groups"].values():
            for raw in group["patterns"]:
                hostile = [
                    " ".join([*raw["finds"], *raw["passes"]]).replace(".", "") + " ",
                    "may ",
                    "- ",
                    "a",
                    "various a ",
                ]
                for expression in filter(None, (raw["pattern"], raw.get("unless"))):
                    options = jsonschema_rs.RegexOptions()
                    jsonschema_rs.Draft202012Validator({"pattern": expression}, pattern_options=options)
                    for text in hostile:
                        re.search(expression, (text * 20_000)[:20_000], re.IGNORECASE)
    assert time.process_time() - started < 5


def test_an_item_of_a_list_is_a_sentence_and_emphasis_is_no_part_of_a_word() -> None:
    text = "We used:\n- forums: a and b\n- text from **various** sources"
    assert phrases("en")["vague"].words(text) == "various sources"


def test_every_sentence_of_a_text_is_looked_at() -> None:
    text = "Users may use the form.\n\n- Sources are listed below: a, b.\n\n- Text came from various sources."
    assert phrases("en")["vague"].words(text) == "various sources"
    assert phrases("en")["hedge"].words(text) == ""


def test_of_other_languages_nothing_is_said() -> None:
    assert phrases("pl") == {}
    assert phrases("fr-CA") == phrases("fr")


def test_english_and_french_are_there() -> None:
    assert LANGUAGES == ["en", "fr"]
