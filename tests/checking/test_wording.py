"""Patterns of wording are data: each carries the sentences that must be found, and those that must pass."""

from __future__ import annotations

import re
import time
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
