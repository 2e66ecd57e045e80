"""A rubric is data: what it names is there, and it is as its schema says."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from gpai_portal import schema
from gpai_portal.audit import rubric as rubrics
from gpai_portal.cli.main import cli
from gpai_portal.codes import Code
from gpai_portal.errors import UsageError
from gpai_portal.phrases import languages
from gpai_portal.schema import POLICY, PROVIDER, RELEASE, SUMMARY, load, read_json, schema_folder
from tests.audit.asking import written

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
            words = {
                word for key in ("words", "unless", "half", "alone", "doubt", "whole") for word in part.get(key, ())
            }
            for language in languages():
                assert words <= read_json(f"wording/{language}.json")["groups"].keys(), question["id"]


def test_the_rubric_of_the_lab_has_all_its_questions_and_weights() -> None:
    questions = rubric("aial-2026-07-24.json")["questions"]
    assert (len(questions), sum(question["weight"] for question in questions)) == (242, 1893)


def broken(change: str) -> str:
    """The text of a rubric with a fault."""
    data = copy.deepcopy(rubric("gpai-portal-2026-11-28.json"))
    question = data["questions"][0]
    match change:
        case "JSON":
            return "{"
        case "questions":
            del data["questions"]
        case "weight":
            question["weight"] = 0
        case "way":
            question["decide"]["way"] = "guessed"
        case "condition":
            question |= {"applies": [{"if": "guessed"}], "otherwise": "x"}
        case "field":
            question["fields"] = ["general.nothing"]
        case "section" | "dimension":
            question[change] = "X9"
    return json.dumps(data)


@pytest.mark.parametrize("change", ["JSON", "questions", "weight", "way", "condition", "field", "section", "dimension"])
def test_a_broken_rubric_is_told(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = broken(change)
    shutil.copytree(schema_folder(), tmp_path / "schemas")
    (tmp_path / f"schemas/rubrics/broken-{change}-2026-01-01.json").write_text(text, encoding="utf-8")
    for module in (schema, rubrics):
        monkeypatch.setattr(module, "schema_folder", lambda: tmp_path / "schemas")
    options = ["audit", "--content", str(written(tmp_path / "content", {})), "--rubric", f"broken-{change}-2026-01-01"]
    error = CliRunner().invoke(cli, options, standalone_mode=False).exception
    assert isinstance(error, UsageError)
    assert change in str(error)
