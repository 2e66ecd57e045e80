"""The dated facts of the registries: every one says where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpai_portal import schema

FILES = sorted(path.name for path in (schema.schema_folder() / "registry").iterdir())


def facts(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping that states something, and every value of a mapping from names to sources."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from facts(item, f"{path}[{index}]")
    elif isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from facts(value, f"{path}.{key}")


def is_source(text: object) -> bool:
    """An address, or a citation that names a place in a text."""
    return isinstance(text, str) and bool(re.fullmatch(r"https://\S+|.*\S.{4,}", text))


@pytest.mark.parametrize("name", FILES)
def test_every_fact_has_a_source(name: str) -> None:
    registry = schema.read_json(f"registry/{name}")
    assert date.fromisoformat(registry["as_of"])
    found = list(facts(registry))
    assert found
    for path, fact in found:
        if path == ".names":  # names, each with the address where it is described
            assert all(is_source(source) for source in fact.values())
        else:
            assert is_source(fact.get("source")), f"{name}{path} has no source"


def test_there_is_no_registry_that_this_test_does_not_see() -> None:
    folder = Path(schema.schema_folder()) / "registry"
    assert {p.suffix for p in folder.rglob("*")} == {".json"}
    known = {"obligations.json", "opt-out-protocols.json", "terms.json", "third-party-datasets.json", "union.json"}
    assert set(FILES) == known


def test_the_union_has_its_member_states() -> None:
    states = schema.read_json("registry/union.json")["member_states"]
    assert len(states) == len(set(states)) == 27
    assert not {"GB", "NO", "IS", "LI", "CH"} & set(states)


def test_protocols_are_told_in_their_present_state() -> None:
    registry = schema.read_json("registry/opt-out-protocols.json")
    state = {p["code"]: p["state"] for p in registry["protocols"]}
    assert "not found published on this day" in registry["note"]
    assert "attach-05" in state["aipref"]
    assert "vocab-08" in state["aipref"]
    assert "not an RFC" in state["aipref"]
    assert "10 May 2024" in state["tdmrep"]
    consulted = {code for code, text in state.items() if "consulted on by the Commission" in text}
    assert consulted == {
        "robots-txt", "tdmrep", "cawg-tdm", "ai-txt", "do-not-train", "jpeg-trust", "tdm-ai",
        "open-rights-data-exchange",
    }  # fmt: skip
