"""A document that holds for several releases: nothing that they say is lost on its way to the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpai_portal.content.composition import compose_data
from gpai_portal.content.model import Model, Release
from gpai_portal.content.provider import Provider
from gpai_portal.content.reading import read_entry
from gpai_portal.content.source import Source
from gpai_portal.schema import FORM, MODEL, PROVIDER, RELEASE, SUMMARY, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from tests.reading import visible

RENDERER = Renderer(Language("en"))
PROVIDER_OF_BOTH = Provider(Source(PROVIDER, Path("provider.yaml"), {"name": "Base", "legal_name": "Base SAS"}))

#: Every way in which a list of models can be answered.
ANSWERS: dict[str, Any] = {
    "rows": [{"name": "@ one"}, {"name": "@ two", "note": "@ note"}],
    "value": {"value": [{"name": "@ three"}], "reason": "@ why", "as_stated": "@ as printed"},
    "reference": {"value": [{"name": "@ four"}], "reference": "@ section 9"},
    "rows and state": {"value": [{"name": "@ five"}], "state": "not_disclosed", "reason": "@ why not all"},
    "state": {"state": "not_applicable", "reason": "@ why none"},
    "stated": {"as_stated": "@ words only"},
    "nothing": None,
}

#: A row with something in its cells, by field.
CELLS: dict[str, Any] = {
    "name": {"state": "not_disclosed", "reason": "@ why of the name"},
    "relation": {"state": "unanswered", "as_stated": "@ relation as printed"},
    "role": "@ role",
    "licence": {"value": "@ licence", "as_stated": "@ licence as printed"},
}
FIELDS: dict[str, Any] = {
    "versioned_names": ANSWERS
    | {"cells": [{"name": CELLS["name"], "parameters": "@ 7B", "group": "@ group", "group_note": "@ of the group"}]},
    "dependencies": ANSWERS | {"cells": [CELLS]},
    "relations": ANSWERS | {"cells": [CELLS]},
}


def release(name: str, field: str, answer: Any) -> Release:
    data = {"name": name, "sequence": 1, "versioned_names": [{"name": f"{name}-7B"}], "union_market_date": "2026-03-10"}
    data |= {} if answer is None else {field: answer}
    model = Model("text", Source(MODEL, Path("model.yaml"), {"name": "Text"}))
    return Release(model, name, Source(RELEASE, Path(f"{name}.yaml"), data))


def said(node: Any) -> Iterator[str]:
    """Words of an answer, without codes."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from said(value) if key != "state" else ()
    elif isinstance(node, list):
        for value in node:
            yield from said(value)
    elif node is not None:
        yield str(node)


def named(answer: Any, mark: str) -> Any:
    """An answer in the words of one release."""
    if isinstance(answer, dict):
        return {key: named(value, mark) for key, value in answer.items()}
    if isinstance(answer, list):
        return [named(value, mark) for value in answer]
    return answer.replace("@", mark) if isinstance(answer, str) else answer


@pytest.mark.parametrize("kind", [SUMMARY, FORM])
@pytest.mark.parametrize("field", FIELDS)
def test_no_word_of_several_releases_is_lost(kind: str, field: str) -> None:
    schema = load(kind)
    asking = [f for f in schema.fields() if f.composed and f.composed.get("rows") == field]
    if not asking:
        pytest.skip("this form does not ask for it")
    for first, second in product(FIELDS[field], FIELDS[field]):
        answers = [named(FIELDS[field][key], mark) for key, mark in ((first, "Alpha"), (second, "Beta"))]
        releases = [release(name, field, answer) for name, answer in zip(("A", "B"), answers, strict=True)]
        data = compose_data(kind, {}, PROVIDER_OF_BOTH, releases)
        answer = read_entry(schema.root, data).get(*asking[0].path)
        page = visible(str(RENDERER.answer(asking[0], answer)))
        assert [words for words in said(answers) if words not in page] == [], (first, second)
        if answer.written is not None:
            errors = Draft202012Validator(asking[0].schema).iter_errors(answer.written)
            assert [error.message for error in errors] == [], (first, second)


def test_columns_of_a_release_are_columns_of_the_forms_that_take_them() -> None:
    """What a form has no column for would be left out; dates of versions stand in a field of their own."""
    for kind in (SUMMARY, FORM):
        for field in load(kind).fields():
            if field.composed and (name := field.composed.get("rows")):
                origin = load(RELEASE).find(name)
                assert origin is not None
                missing = {column.key for column in origin.columns} - {column.key for column in field.columns}
                assert missing == ({"date"} if name == "versioned_names" else set()), field.dotted


def test_what_all_releases_say_stands_once_and_else_the_name_of_the_release_beside_it() -> None:
    same = {"reason": "Both.", "as_stated": "as printed"}
    releases = [
        release("A", "dependencies", {"value": [{"name": "One"}], **same}),
        release("B", "dependencies", {"value": [{"name": "Two"}], **same | {"reason": "B only."}}),
    ]
    data = compose_data(SUMMARY, {}, PROVIDER_OF_BOTH, releases)["general"]["model"]["dependencies"]
    assert data == {
        "value": [{"name": "One", "applies_to": ["A-7B"]}, {"name": "Two", "applies_to": ["B-7B"]}],
        "reason": "A: Both.\n\nB: B only.",
        "as_stated": "as printed",
    }


def test_of_a_release_without_names_of_versions_its_own_name_stands_beside_a_row() -> None:
    unnamed = release("B", "versioned_names", {"state": "unknown"})
    releases = [release("A", "dependencies", [{"name": "One"}]), unnamed]
    unnamed.source.data["dependencies"] = [{"name": "Two"}]  # type: ignore[index]
    rows = compose_data(SUMMARY, {}, PROVIDER_OF_BOTH, releases)["general"]["model"]["dependencies"]
    assert [row["applies_to"] for row in rows] == [["A-7B"], ["B"]]


def test_each_version_may_have_a_date_of_its_own() -> None:
    own = release("A", "versioned_names", [{"name": "A-base", "date": "2026-03-10"}, {"name": "A-chat"}])
    data = compose_data(SUMMARY, {}, PROVIDER_OF_BOTH, [own])["general"]["model"]
    assert data["union_market_date"] == [
        {"model": "A", "date": "2026-03-10"},
        {"model": "A-base", "date": "2026-03-10"},
    ]


def test_versions_stand_in_groups_and_what_holds_for_a_group_stands_once() -> None:
    field = load(RELEASE).find("versioned_names")
    assert field is not None
    rows = [
        {"name": "base-7B", "group": "Base", "group_note": "Trained from scratch."},
        {"name": "chat-7B", "group": "Chat", "group_note": "Made from the base models."},
        {"name": "base-70B", "group": "Base"},
        {"name": "chat-70B", "group": "Chat", "group_note": "Made from the base models."},
        {"name": "guard", "group_note": "In no group."},
    ]
    entry = read_entry(load(RELEASE).root, {"versioned_names": rows}).get("versioned_names")
    words = visible(str(RENDERER.answer(field, entry))).split()
    text = " ".join(words)
    assert text == (
        "Base Trained from scratch. base-7B base-70B Chat Made from the base models. chat-7B chat-70B "
        "Name Note on the group guard In no group."
    )
