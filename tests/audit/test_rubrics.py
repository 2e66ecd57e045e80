"""A rubric is data: what it names is there, and it is as its schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpai_portal.codes import Code
from gpai_portal.phrases import languages
from gpai_portal.schema import POLICY, PROVIDER, RELEASE, SUMMARY, load, read_json, schema_folder

RUBRICS = sorted(path.name for path in (schema_folder() / "rubrics").glob("*-20*.json"))
FILES = {"": SUMMARY, "provider": PROVIDER, "release": RELEASE, "policy": POLICY}


def rubric(name: str) -> Any:
    return read_json(f"rubrics/{name}")


def told(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a question says of fields, words and codes: itself, its conditions, its way to decide."""
    yield question
    yield from question.get("applies", ())
    yield question["decide"]


def fields(question: dict[str, Any]) -> Iterator[str]:
    for part in told(question):
        yield from part.get("fields", ())
        yield from part.get("at", ())
        yield from (part[key] for key in ("otherwise", "unless_one") if key in part and part is not question)


@pytest.mark.parametrize("name", RUBRICS)
def test_a_rubric_is_as_its_schema_says(name: str) -> None:
    data = rubric(name)
    Draft202012Validator(read_json("rubrics/rubric.schema.json")).validate(data)
    assert name.endswith(f"-{data['edition']}.json")
    ids = [question["id"] for question in data["questions"]]
    assert len(ids) == len(set(ids))
    assert {question["section"] for question in data["questions"]} == set(data["sections"])
    assert {question["dimension"] for question in data["questions"]} == set(data["dimensions"])
    assert sorted(code for group in data["groups"].values() for code in group) == sorted(data["dimensions"])


@pytest.mark.parametrize("name", RUBRICS)
def test_what_a_rubric_names_is_there(name: str) -> None:
    codes = {code.value for code in Code}
    for question in rubric(name)["questions"]:
        for path in fields(question):
            prefix, _, field = path.rpartition(":")
            assert not field or load(FILES[prefix]).find(field), (question["id"], path)
        for part in told(question):
            assert codes.issuperset((*part.get("codes", ()), *part.get("half_codes", ()))), question["id"]
            words = {word for key in ("words", "unless", "half", "alone") for word in part.get(key, ())}
            for language in languages():
                assert words <= read_json(f"wording/{language}.json")["groups"].keys(), question["id"]


def test_the_rubric_of_the_lab_has_all_its_questions_and_weights() -> None:
    questions = rubric("aial-2026-07-24.json")["questions"]
    assert (len(questions), sum(question["weight"] for question in questions)) == (242, 1893)
