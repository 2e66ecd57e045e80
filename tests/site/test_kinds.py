"""How answers are shown, by their kind: prose beside values, sizes, modalities."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gpai_portal.content.comparison import compare
from gpai_portal.content.reading import read_answer, read_entry
from gpai_portal.schema import POLICY, PROVIDER, SUMMARY, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer

MODALITIES = "general.characteristics.modalities"


def shown(path: str, raw: object, language: str = "en", document: str = SUMMARY) -> str:
    """An answer as HTML, its white space joined."""
    field = load(document).find(path)
    assert field is not None
    html = str(Renderer(Language(language)).answer(field, read_answer(field, raw)))
    return " ".join(html.split())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"modality": "text", "size": {"band": "mid"}, "types_of_content": "Novels."}, *more]


PROSE = "First.\n\nSecond, *with emphasis*:\n\n- one\n- two"
PROSE_SHOWN = "<p>First.</p> <p>Second, <em>with emphasis</em>:</p> <ul> <li>one</li> <li>two</li> </ul>"


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("general.characteristics.continuous_training", {"value": True}),
        ("general.characteristics.latest_acquisition", {"value": "2026-01"}),
        ("sources.crawled.period", {"from": "2025-01"}),
        ("sources.public.modalities", {"value": ["text"]}),
        ("sources.public.large", {"state": "not_disclosed", "reason": "Contracts."}),
        ("scope", {"value": "whole"}),
    ],
)
def test_prose_beside_a_value_keeps_its_paragraphs_and_lists(path: str, raw: dict[str, Any]) -> None:
    alone, beside = shown(path, raw), shown(path, {**raw, "text": PROSE})
    assert beside.endswith(f'<div class="gp-prose">{PROSE_SHOWN}</div>')
    assert beside.removesuffix(f'<div class="gp-prose">{PROSE_SHOWN}</div>').strip() == alone


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        ("sources.public.large", {"value": [{"name": "Corpus"}]}),
        ("sources.crawled.top_domains", {"value": ["a.example"]}),
        ("sources.private.licensed.licensors", {"value": ["A"]}),
        (MODALITIES, {"value": rows()}),
    ],
)
def test_prose_beside_a_list_introduces_it(path: str, raw: dict[str, Any]) -> None:
    alone, beside = shown(path, raw), shown(path, {**raw, "text": PROSE})
    introduction = f'<div class="gp-prose">{PROSE_SHOWN}</div>'
    assert beside.startswith(introduction)
    assert beside.removeprefix(introduction).strip() == alone


@pytest.mark.parametrize("beside", [{"state": "not_disclosed"}, {"value": "2026-01"}])
@pytest.mark.parametrize("key", ["reason", "as_stated"])
def test_words_beside_a_value_or_state_keep_their_paragraphs_and_lists(key: str, beside: dict[str, str]) -> None:
    path = "general.characteristics.latest_acquisition"
    assert PROSE_SHOWN in shown(path, {**beside, key: PROSE})
    assert "First. Second." in words(shown(path, {**beside, key: "First.\nSecond."}))
    assert "<p>First" not in shown(path, {**beside, key: "First.\nSecond."}), "one paragraph stays in its line"


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        (
            {"value": False, "reason": "The weights are *fixed*."},
            "<p>No. <bdi>The weights are <em>fixed</em>.</bdi></p>",
        ),
        ({"value": True, "reason": "A.\n\nB."}, '<p>Yes.</p><div class="gp-prose"><p>A.</p> <p>B.</p></div>'),
    ],
)
def test_a_yes_or_no_is_followed_by_its_reason(raw: object, html: str) -> None:
    assert shown("general.characteristics.continuous_training", raw) == html


def test_prose_in_place_of_a_yes_is_shown_as_an_answer_the_form_does_not_offer() -> None:
    text = words(shown("general.characteristics.continuous_training", {"text": "In part."}))
    assert text == "An answer the form does not offer In part."


def test_all_modalities_are_shown_in_the_order_of_the_form() -> None:
    html = shown(MODALITIES, [{"modality": "video", "size": {"band": "lt"}, "types_of_content": "Films."}, *rows()])
    first = [words(cell) for cell in re.findall(r"<tr><td[^>]*>(.*?)</td>", html)]
    assert first == ["Text", "Image Not selected", "Audio Not selected", "Video", "Other Not selected"]


def test_a_row_says_why_it_has_no_data() -> None:
    more = (
        {"modality": ["image", "video"], "state": "not_applicable", "reason": "Images were not used."},
        {"modality": "audio", "state": "none", "as_stated": "0, not used"},
        {"modality": "other", "state": "not_readable"},
    )
    text = words(shown(MODALITIES, rows(*more)))
    assert "Image Video Not applicable : Images were not used. Audio None As stated: 0, not used" in text
    assert "Other Not readable in the copy that was transcribed" in text
    assert "Not selected" not in text


def test_a_row_of_many_columns_says_so_as_well() -> None:
    more = (
        {
            "modality": "other",
            "other_name": "Depth",
            "size": {"approximate": "3 TB"},
            "types_of_content": "Maps.",
            "applies_to": ["A"],
        },
        {"modality": "audio", "state": "none"},
    )
    html = shown(MODALITIES, rows(*more))
    assert "<ol" in html
    assert "Audio None" in words(html)
    assert words(html).count("Not selected") == 2


def test_a_row_by_itself_is_shown_without_those_that_nobody_wrote() -> None:
    field = load(SUMMARY).find(MODALITIES)
    assert field is not None
    (row,) = read_answer(field, rows()).rows
    html = str(Renderer(Language("en")).item(field, row))
    assert "Novels." in html
    assert "Not selected" not in html


def test_sizes_of_a_row_name_their_models_and_modalities() -> None:
    sizes = [
        {"band": "gt", "quantity": "17e12", "unit": "tokens", "qualifier": "up_to", "applies_to": ["A-70B", "A-8B"]},
        {"band": "mid", "modality": "image", "qualifier": "at_least"},
        {"approximate": "3 TB", "qualifier": "about"},
        {"state": "unknown", "applies_to": ["A-1B"]},
    ]
    text = words(shown(MODALITIES, [{"modality": ["text", "image"], "size": sizes, "types_of_content": "All."}]))
    assert "Applies to: A-70B , A-8B More than 10 trillion" not in text  # a range without a modality has no words
    assert "Applies to: A-70B , A-8B up to 17 × 10 12 tokens" in text
    assert "Image at least 1 million to 1 billion images" in text
    assert "about 3 TB" in text
    assert "Not known Applies to: A-1B" in text


def test_a_figure_is_shown_beside_a_size_in_words() -> None:
    size = {
        "band": "mid",
        "approximate": "500 billion words",
        "quantity": "7e11",
        "unit": "tokens",
        "remark": "By hand.",
    }
    text = words(shown(MODALITIES, [{"modality": "text", "size": size, "types_of_content": "Novels."}]))
    assert "1 billion to 10 trillion tokens" in text
    assert "500 billion words 7 × 10 11 tokens By hand." in text


def test_qualifiers_are_said_in_the_language_of_the_page() -> None:
    size = {"band": "mid", "quantity": "2e12", "unit": "tokens", "qualifier": "at_least"}
    html = shown(MODALITIES, [{"modality": "text", "size": size, "types_of_content": "x"}], "fr")
    assert "au moins 2" in words(html)
    assert "Non sélectionné" in words(html)


def test_modalities_with_the_same_ranges_share_one() -> None:
    row = {"modality": ["audio", "video"], "size": {"band": "lt"}, "types_of_content": "x"}
    assert "Less than 10 000 hours" in words(shown(MODALITIES, [row]))


def test_a_cell_that_is_not_in_the_source_is_shown_nowhere() -> None:
    contact = {"role": "press", "email": "a@a.example", "note": {"state": "not_in_source"}}
    html = shown("contacts", [contact], document=PROVIDER)
    assert html == shown("contacts", [{"role": "press", "email": "a@a.example"}], document=PROVIDER)
    assert shown("contacts", {"state": "not_in_source"}, document=PROVIDER) == ""


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ({"state": "not_in_source"}, None, []),
        ({"state": "not_in_source"}, "whole", ["added"]),
        ("whole", {"state": "not_in_source"}, ["removed"]),
        ({"state": "not_readable"}, "whole", ["changed"]),
        ("whole", {"value": "whole", "text": "All of it."}, ["changed"]),
    ],
)
def test_what_is_not_in_the_source_is_not_compared(old: object, new: object, kinds: list[str]) -> None:
    schema = load(SUMMARY)
    before, now = (read_entry(schema.root, {} if raw is None else {"scope": raw}) for raw in (old, new))
    assert [str(change.kind) for change in compare(schema, before, now)] == kinds


def test_a_cell_that_is_not_in_the_source_is_no_change() -> None:
    schema = load(SUMMARY)
    old, new = (
        read_entry(schema.root, {"sources": {"public": {"large": [{"name": "A", **more}]}}})
        for more in ({}, {"licence": {"state": "not_in_source"}})
    )
    assert compare(schema, old, new) == []


def test_a_row_that_says_otherwise_why_it_has_no_data_is_a_change() -> None:
    schema = load(SUMMARY)
    old, new = (
        read_entry(schema.root, {"general": {"characteristics": {"modalities": rows({"modality": "audio", **state})}}})
        for state in ({"state": "none"}, {"state": "not_applicable", "reason": "Not used."})
    )
    (change,) = compare(schema, old, new)
    ((cell,),) = (row.cells for row in change.rows)
    assert (cell.old.status, cell.new.status) == ("none", "not_applicable")
    assert cell.new.reason == "Not used."


def test_the_state_of_a_protocol_has_its_day_and_its_source() -> None:
    text = words(shown("reservations.protocols", [{"code": "jpeg-trust", "honoured": "yes"}], document=POLICY))
    assert "consulted on by the Commission 2025-26 (version 2); source ; as of 27 November 2026" in text


def test_what_is_said_of_a_domain_name_is_shown_whole() -> None:
    row = {"domain": "a.example", "modalities": ["text", "image"], "note": "See [the list](https://a.example/)."}
    html = shown("sources.crawled.top_domains", [row])
    assert "a.example ; Text Image ; See the list ." in words(html)
    assert '<a href="https://a.example/">the list</a>' in html
