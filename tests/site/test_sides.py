"""Both sides of a change, as the command and the pages tell them."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from markupsafe import Markup

from gpai_portal.checking import check
from gpai_portal.content.comparison import compare
from gpai_portal.content.composition import compose
from gpai_portal.content.reading import read_entry
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.differences import Part, State, as_json, as_markdown, as_text
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from tests.conftest import ROOT
from tests.written import place

Data = dict[str, Any]


@pytest.fixture(scope="module")
def base() -> Data:
    content, _ = check(ROOT / "tests/examples/base/content", date(2026, 11, 24))
    found: Data = json.loads(json.dumps(compose(content).releases[0].documents[SUMMARY].data))
    return found


def changed(base: Data, **answers: Any) -> Data:
    """The document with other answers, by key; the first field that has the key is meant."""
    data = copy.deepcopy(base)

    def put(group: Data, key: str, value: Any) -> bool:
        if key in group:
            group[key] = value
            return True
        return any(put(part, key, value) for part in group.values() if isinstance(part, dict))

    for key, value in answers.items():
        assert put(data, key, value), key
    return data


def lines(old: Data, new: Data) -> list[str]:
    """What the command says of changes, without the names of the fields."""
    text = as_text("old", "new", [Part(SUMMARY, State(SUMMARY, old, {}), State(SUMMARY, new, {}))])
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def rows_of_text(base: Data, **cells: Any) -> list[Data]:
    row: Data = base["general"]["characteristics"]["modalities"][0]
    return [{**row, **cells}]


def test_a_range_alone_is_told(base: Data) -> None:
    new = changed(base)
    new["general"]["characteristics"]["modalities"] = rows_of_text(base, size={"band": "gt"})
    old = changed(base)
    old["general"]["characteristics"]["modalities"] = rows_of_text(base, size={"band": "mid"})
    (line,) = lines(old, new)
    assert line == "~ Text, Training data size: 1 billion to 10 trillion tokens → More than 10 trillion tokens"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Collects pages.", "Collects *public* pages.", ["~ Collects{+ public+} pages."]),
        ("Collects pages.", "Collects [pages](https://a.example/).", ["~ Collects pages{+ (https://a.example/)+}."]),
        (
            "Collects [pages](https://a.example/x) of all.",
            "Collects [pages](https://b.example/x) of all.",
            ["~ Collects pages ([-https://a.example/x-]{+https://b.example/x+}) of all."],
        ),
        ("Collects *pages*.", "Collects pages.", ["- Collects *pages*.", "+ Collects pages."]),
        ("- one book\n- two books", "- one book\n- two books\n- three", ["~ one book; two books{+; three+}"]),
        ("Data.", {"state": "unknown", "reason": "Lost."}, ["- Data.", "+ Not known: Lost."]),
        (
            {"state": "unknown", "reason": "Lost."},
            {"state": "unknown", "reason": "Not kept."},
            ["~ Not known: [-Lost-]{+Not kept+}."],
        ),
    ],
)
def test_prose(base: Data, old: Any, new: Any, told: list[str]) -> None:
    assert lines(changed(base, purposes=old), changed(base, purposes=new)) == told


def test_rows_are_told_by_their_columns_and_no_heading_is_a_value(base: Data) -> None:
    row = {"version": "1.0", "date": "2026-01-05", "url": "https://a.example/1"}
    old, new = changed(base, previous_versions={"state": "none"}), changed(base, previous_versions=[row])
    assert lines(old, new) == ["+ Version: 1.0; Date: 5 January 2026; Link: https://a.example/1", "- None"]
    (line,) = lines(new, changed(base, previous_versions=[{**row, "url": "https://a.example/2"}]))
    assert line == "~ 1.0, Link: https://a.example/1 → https://a.example/2"


def test_what_stands_beside_a_list_is_told_beside_it(base: Data) -> None:
    old = changed(base, modalities=["text"])
    old["sources"]["public"]["modalities"] = ["text"]
    new = changed(old)
    new["sources"]["public"]["modalities"] = {"value": ["text", "image"], "as_stated": "Text and more"}
    assert lines(old, new) == ["+ Image", '+ As stated: "Text and more"']


def test_links_that_lead_elsewhere_show_where_to(base: Data) -> None:
    def shown(old: Any, new: Any, path: str) -> list[str]:
        schema = load(SUMMARY)
        sides = [copy.deepcopy(base) for _ in range(2)]
        for side, answer in zip(sides, (old, new), strict=True):
            field = schema.find(path)
            assert field is not None
            place(side, field, answer)
        roots = [read_entry(schema.root, side) for side in sides]
        (change,) = compare(schema, roots[0], roots[1])
        told = Renderer(Language("en")).sides(change)
        return [str(p.marked if p.marked else p.new) for p in told.pairs] + [str(html) for html in told.added]

    text = "Made from [the list](https://{}.example/), see [here](https://same.example/)."
    (html,) = shown(text.format("a"), text.format("b"), "general.characteristics.linguistic_characteristics")
    visible = Markup(html).striptags()
    assert visible == "Made from the list (https://a.example/) the list (https://b.example/), see here."
    (html,) = shown(["[A](https://a.example/)"], ["[A](https://b.example/)"], "sources.private.licensed.licensors")
    assert Markup(html).striptags() == "A (https://b.example/)"


def test_rows_of_one_name_are_told_apart(base: Data) -> None:
    rows = [{"name": "Corpus", "url": f"https://{one}.example/", "start": "2020"} for one in "ab"]
    old = changed(base, large=rows)
    new = changed(base, large=[{**row, "start": "2021"} for row in rows])
    schema = load(SUMMARY)
    (change,) = compare(schema, read_entry(schema.root, old), read_entry(schema.root, new))
    pairs = Renderer(Language("en")).sides(change).pairs
    assert [(pair.row, pair.opens) for pair in pairs] == [("Corpus", True)] * 2
    row = {"modality": ["image", "video"], "size": {"band": "mid", "modality": "image"}, "types_of_content": "Photos."}
    assert lines(
        changed(base, modalities=[row]), changed(base, modalities=[{**row, "types_of_content": "Films."}])
    ) == ["~ Image; Video, Types of content: Photos. → Films."]


def test_remarks_are_told_with_the_names_of_what_they_speak_of(base: Data) -> None:
    def remark(field: str, *names: str) -> Data:
        return {**base, "exceptions": [{"field": field, "applies_to": [*names], "text": "Not used."}]}

    assert lines(base, remark("sources.user", "A")) == [
        "+ Field: 2.4. User data; Applies to: A; What is otherwise: Not used."
    ]
    assert lines(remark("sources.user", "A"), remark("sources.user", "B")) == ["~ 2.4. User data, Applies to: A → B"]
    assert lines(remark("sources.user", "A"), remark("sources.synthetic", "A")) == [
        "~ 2.5. Synthetic data, Field: 2.4. User data → 2.5. Synthetic data"
    ]


def test_a_row_that_becomes_a_state_has_no_answer_to_that_before(base: Data) -> None:
    row = {"modality": "audio", "size": {"band": "lt"}, "types_of_content": "Music."}
    none, unused = ({"modality": "audio", "state": state, "reason": "No."} for state in ("none", "not_applicable"))
    assert lines(changed(base, modalities=[row]), changed(base, modalities=[none])) == [
        "~ Audio, Training data size: Less than 10 000 hours → no answer",
        "~ Audio, Types of content: Music. → no answer",
        "+ Audio: None: No.",
    ]
    assert lines(changed(base, modalities=[none]), changed(base, modalities=[unused])) == [
        "~ Audio: None: No. → Not applicable: No."
    ]


def test_fields_that_differ_are_counted_in_plain_words(base: Data) -> None:
    def heads(new: Data | None) -> list[str]:
        old, other = State(SUMMARY, base, {}), State(SUMMARY, new, {}) if new else None
        parts = [Part(SUMMARY, old, other)]
        return [form("old", "new", parts).splitlines()[at] for form, at in ((as_text, 2), (as_markdown, 4))]

    title = load(SUMMARY).title
    assert heads(base) == [f"{title}: 0 fields differ", "0 fields differ."]
    assert heads(changed(base, version="2")) == [f"{title}: 1 field differs", "1 field differs."]
    assert heads(None) == [f"{title}: only in old", "only in old."]


def test_markdown_and_json_mark_the_words(base: Data) -> None:
    old, new = changed(base, purposes="Collects many pages."), changed(base, purposes="Collects *some* pages.")
    part = Part(SUMMARY, State(SUMMARY, old, {}), State(SUMMARY, new, {}))
    assert "- **Changed:** Collects ~~many~~**some** pages." in as_markdown("old", "new", [part])
    (change,) = json.loads(as_json("old", "new", [part]))["documents"][0]["changes"]
    assert change["name"] == "2.3. Purposes of the crawler(s)"
    pieces = change["segments"]
    for without, text in (("added", "Collects many pages."), ("removed", "Collects *some* pages.")):
        assert "".join(text for piece in pieces for fate, text in piece.items() if fate != without) == text


def test_json_tells_of_a_file_as_well(base: Data) -> None:
    old, new = (changed(base, large={"state": "unknown", **file}) for file in ({}, {"file": "large.csv"}))
    part = Part(SUMMARY, State(SUMMARY, old, {}), State(SUMMARY, new, {}))
    (change,) = json.loads(as_json("old", "new", [part]))["documents"][0]["changes"]
    assert (change["old"], change["new"]) == ({"status": "unknown"}, {"status": "unknown", "file": "large.csv"})


def test_files_are_linked_from_where_they_lie(base: Data) -> None:
    old = changed(base, top_domains={"url": "https://a.example/list"})
    new = changed(base, top_domains={"file": "list.txt"})
    schema = load(SUMMARY)
    (change,) = compare(schema, *(read_entry(schema.root, data) for data in (old, new)))
    (pair,) = Renderer(Language("en")).sides(change, "", {}, {"list.txt": "../new/list.txt"}).pairs
    assert 'href="../new/list.txt"' in pair.new


def test_what_changed_is_read_aloud_in_the_language_of_the_page(base: Data) -> None:
    schema = load(SUMMARY)
    sides: list[Mapping[str, Any]] = [changed(base, purposes=text) for text in ("All of it.", "All of them.")]
    (change,) = compare(schema, *(read_entry(schema.root, data) for data in sides))
    (pair,) = Renderer(Language("fr")).sides(change, "").pairs
    assert pair.marked is not None
    assert '<del data-said="supprimé :">it</del>' in pair.marked
