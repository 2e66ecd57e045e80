"""The answer box: it repeats answers, links to them, and never says what they do not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.content.amounts import Total, at_least, at_most, share, total_of
from gpai_portal.content.answers import Quantity, Size
from gpai_portal.content.model import Document, InRecord
from gpai_portal.documents import all_kinds
from gpai_portal.prose import parts
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.build import Site
from gpai_portal.site.glance import Glance, glance, kinds_of_data, place_of, short
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT

CASES = ROOT / "tests/cases"
TEXT = {"modality": "text", "size": {"band": "mid", "quantity": "2e9", "unit": "tokens"}, "types_of_content": "Novels."}


def document(data: dict[str, Any]) -> Document:
    return Document(load(SUMMARY), data, "en", f"models/m/1/{SUMMARY}", InRecord(1))


def seen(data: dict[str, Any]) -> Glance:
    found = glance(document(data))
    assert found is not None
    return found


def characteristics(**answers: Any) -> dict[str, Any]:
    return {"general": {"characteristics": answers}}


def test_schemas_name_fields_that_there_are() -> None:
    boxes = {kind.name: box for kind in all_kinds() if (box := load(kind.name).root.schema.get("x-glance"))}
    assert set(boxes) == {SUMMARY, "copyright-policy", "model-documentation"}
    for kind, box in boxes.items():
        fields = [one for line in box["lines"] for one in line["fields"]]
        named = [one if isinstance(one, str) else one["field"] for one in fields]
        named += [note["field"] for line in box["lines"] for note in line.get("notes", ())]
        named += [line["see"] for line in box["lines"] if "see" in line]
        named += [box[key][part] for key, part in (("notice", "field"), ("sources", "section")) if key in box]
        assert [path for path in named if load(kind).find(path) is None] == []


def test_questions_are_those_of_the_form_in_its_order() -> None:
    questions = seen({}).sources
    assert [(q.section.field.number, q.entry.field.key) for q in questions] == [
        ("2.1.", "used"),
        ("2.2.1.", "used"),
        ("2.2.2.", "used"),
        ("2.3.", "used"),
        ("2.4.", "model_interactions"),
        ("2.4.", "other_services"),
        ("2.5.", "used"),
        ("2.6.", "used"),
    ]
    assert questions[-1].kinds is None, "the form does not ask for the kinds of data of other sources"


def test_an_empty_document_is_amber_on_every_line_that_is_asked_for() -> None:
    found = seen({})
    assert [line.title for line in found.lines] == [
        "Covers",
        "Kinds of data and size",
        "Latest data",
        "Languages",
        "Reservations of rights",
        "Domain names",
    ]
    assert len(found.gaps) > 10
    assert {str(line.entry.answer.status) for line in found.lines} == {"missing"}


def test_a_line_takes_the_first_field_that_says_something() -> None:
    def chosen(tdm: dict[str, Any]) -> tuple[str, str]:
        line = seen({"processing": {"tdm": tdm}}).lines[-2]
        return line.entry.field.key, line.title

    # Measures are no list of what is honoured, and may say that nothing is.
    assert chosen({"measures": "No opt-out is honoured."}) == ("measures", "Reservations of rights")
    assert chosen({"measures": "We read it.", "protocols": ["robots-txt"]}) == ("protocols", "Opt-outs honoured")


def test_kinds_left_blank_are_told_and_what_the_original_does_not_speak_of_is_not() -> None:
    rows = [TEXT, {"modality": "audio", "state": "none"}, {"modality": "video", "state": "not_in_source"}]
    line = next(line for line in seen(characteristics(modalities=rows)).lines if "size" in line.title)
    found = kinds_of_data(line.entry)
    assert [row["modality"].text for row in found.rows] == ["text", "audio"]
    assert found.left_blank == ["image", "other"]
    banded = line.entry.field.banded
    assert banded is not None
    assert place_of(found.rows[0]["size"].value, banded) == 1


def test_what_is_otherwise_for_some_models_is_told_at_the_line() -> None:
    data = characteristics(latest_acquisition="2026-01")
    data["exceptions"] = [
        {"field": "general.characteristics", "applies_to": ["M-2"], "text": "To May."},
        {"field": "sources.public", "applies_to": ["M-2"], "text": "None."},
    ]
    told = {line.title: len(line.remarks) for line in seen(data).lines}
    assert told == {
        "Covers": 0,
        "Kinds of data and size": 1,
        "Latest data": 1,
        "Languages": 1,
        "Reservations of rights": 0,
        "Domain names": 0,
    }


@pytest.mark.parametrize(
    ("text", "items", "lead", "is_cut"),
    [
        ("English.", ("English.",), "", False),
        ("- a\n- b", ("a", "b"), "", False),
        ("As shares:\n\n- a 1 %\n- *b* 2 %\n\nOthers: c.", ("a 1 %", "b 2 %"), "As shares:", True),
        ("Not used.\n\n- a\n- b", ("Not used. a b",), "", False),
        (f"- {'long ' * 20}\n- b", (f"{'long ' * 20}b",), "", False),
        ("word " * 60, (f"{'word ' * 31}…",), "", True),
        ("**", ("**",), "", False),
        ("As shares:\n\n- a\n  - b", ("a b",), "As shares:", False),
    ],
)
def test_texts_are_short(text: str, items: tuple[str, ...], lead: str, is_cut: bool) -> None:
    found = short(text)
    assert (tuple(found.items), found.lead, found.is_cut) == (items, lead, is_cut)


def test_words_of_a_text_have_no_markup() -> None:
    assert parts("One [link](https://a.example) and `code`\nmore.\n\n1. *a*\n2. b\n\nend") == (
        "One link and code more.",
        ("a", "b"),
        "end",
    )


@pytest.mark.parametrize(
    ("size", "total"),
    [
        ({"band": "mid", "quantity": "2e9", "unit": "Tokens"}, "2e9"),
        ({"band": "mid", "quantity": "2e9", "unit": "tokens", "qualifier": "up_to"}, "2e9"),
        ({"band": "mid"}, ""),
        ([{"quantity": "2e9", "unit": "tokens", "applies_to": ["A"]}], None),
        ([{"quantity": "2e9", "unit": "tokens"}, {"quantity": "3e9", "unit": "tokens"}], None),
    ],
)
def test_a_whole_is_stated_once_and_for_all_models(size: Any, total: str | None) -> None:
    overall = seen(characteristics(modalities=[{**TEXT, "size": size}])).overall
    assert overall is not None
    found = total_of(overall, "text")
    assert (found.figure.number if found else None) == total
    assert total_of(overall, "image") is None


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (("5e8", "tokens", "about"), ("2e9", "Tokens", ""), 25),
        (("5e8", "tokens", "not_after"), ("2e9", "tokens", ""), None),
        (("5e8", "tokens", ""), ("2e9", "tokens", "up_to"), None),
        (("5e8", "words", ""), ("2e9", "tokens", ""), None),
        (("3e9", "tokens", ""), ("2e9", "tokens", ""), None),
        (("0", "tokens", ""), ("0", "tokens", ""), None),
        (("1", "tokens", ""), ("", "", ""), None),
    ],
)
def test_a_share_is_told_only_of_what_is_a_part(part: Any, whole: Any, percent: float | None) -> None:
    number, unit, qualifier = whole
    assert share(Quantity(*part), Total(Size("", "", "", number, unit, qualifier, "", "", ()))) == percent
    assert share(Quantity(*part), None) is None


def test_a_figure_is_as_exact_as_it_is_written() -> None:
    assert (at_least("1.28e12"), at_most("1.28e12")) == (Decimal("1.275e12"), Decimal("1.285e12"))
    assert (at_least("64000000000"), at_most("7")) == (Decimal("63999999999.5"), Decimal("7.5"))


# -- real pages --------------------------------------------------------------------------------------------


def box_of(page: str) -> str:
    found = re.search(r'<section class="gp-answer".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_links_of_each_box_hit_ids_of_its_page(sample_site: Path) -> None:
    boxes = 0
    for file in sample_site.rglob("index.html"):
        page = file.read_text(encoding="utf-8")
        if 'id="glance"' in page:
            boxes += 1
            ids = re.findall(r'\sid="([^"]+)"', page)
            assert len(ids) == len(set(ids))
            links = re.findall(r'href="#([^"]*)"', box_of(page))
            assert set(links) <= set(ids), file
            assert len(links) > 4
    assert boxes > 8


def test_the_sample_says_at_a_glance_what_it_answers(sample_site: Path) -> None:
    box = words(box_of((sample_site / "models/skrift/2.0/training-content/index.html").read_text(encoding="utf-8")))
    for text in (
        "Covers Skrift 2.0-3B ; Skrift 2.0-12B",
        "Not covered: Skrift 1.0 ; Blik 1.0",
        "Text 1 billion to 10 trillion tokens (stated: 1.28 × 10 12 tokens)",
        "Image, Audio, Video, Other: Not selected",
        "Latest data January 2026",
        "English 41 %, German 18 %",
        "157 of 3 140 domain names are listed (5.0 %). Computed by gpai-portal: record of the method",
        "1 of 44 required fields is not disclosed",
        "By contract, the one publicly known dataset may not be named before 1 March 2027.",
    ):
        assert text in box


def test_a_source_with_an_amount_is_drawn_as_a_part(content: Path) -> None:
    file = content / f"models/text/1.0/{SUMMARY}.yaml"
    text = file.read_text(encoding="utf-8")
    amount = '    amount: [{modality: text, size: {value: "5e11", unit: tokens}}]\n'
    file.write_text(text.replace("  private:\n", f"{amount}  private:\n"), encoding="utf-8")
    site = Site(Portal.load(content, DAY))
    page = site.render(site.portal.pages["models/text/1.0/training-content/"]).body
    box = box_of(page)
    assert re.findall(r'<rect width="([^"]+)"', box) == ["25.0%"]
    assert "Amount stated" in box
    assert words(box).count("5 × 10 11 tokens") == 1
    assert words(page).count("Declared by the provider.") == 3, "size, amount, domain names in all"
    assert "not asked by the form" in words(box)


@pytest.mark.parametrize("case", ["adobe-firefly-image-5", "gpt-5-5", "geitje-7b", "apertus", "eu-kiki"])
def test_boxes_of_transcriptions_say_what_the_originals_say(case: str) -> None:
    site = Site(Portal.load(CASES / case / "content", DAY))
    pages = [page for page in site.portal.pages.values() if page.document and page.document.kind == SUMMARY]
    assert pages
    for page in pages:
        html = site.render(page).body
        box, ids = box_of(html), re.findall(r'\sid="([^"]+)"', html)
        assert set(re.findall(r'href="#([^"]*)"', box)) <= set(ids)
        assert "Figures are as printed in the original." in words(box)
        assert page.document is not None
        undisclosed = page.document.tally.undisclosed
        assert box.count("<li>") >= undisclosed > 0
        answers = [question.entry.answer for question in seen(dict(page.document.data)).sources]
        plain = [answer.value for answer in answers if answer.status == "answered" and answer.value is not None]
        assert box.count('gp-chip gp-chip--yes">Yes<') == plain.count(True)
        assert box.count('gp-chip">No<') == plain.count(False)


def test_words_that_limit_an_answer_are_repeated_with_it() -> None:
    site = Site(Portal.load(CASES / "gpt-5-5/content", DAY))
    page = next(page for page in site.portal.pages.values() if page.document and page.document.kind == SUMMARY)
    box = words(box_of(site.render(page).body))
    assert "Latest data not after February 2026 Full answer" in box
    assert "An answer the form does not offer As stated: Other (see below)" in box


def changed(content: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """The box of the small portal's summary after a change."""
    file = content / f"models/text/1.0/{SUMMARY}.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(data)
    file.write_text(json.dumps(data, default=str), encoding="utf-8")
    site = Site(Portal.load(content, DAY))
    return box_of(site.render(site.portal.pages["models/text/1.0/training-content/"]).body)


@pytest.mark.parametrize(
    ("interactions", "services", "place"),
    [(True, True, "first"), (False, True, "second"), ({"state": "unknown"}, True, "first"), (True, False, "first")],
)
@pytest.mark.parametrize("stated", [True, False])
def test_what_a_section_says_once_stands_once(
    content: Path, interactions: Any, services: Any, place: str, stated: bool
) -> None:
    def collect(data: dict[str, Any]) -> None:
        user = data["sources"]["user"]
        user.clear()
        user.update(
            model_interactions=interactions, other_services=services, modalities=["text"], services_description="Chats."
        )
        if stated:
            user["amount"] = [{"modality": "text", "size": {"value": "5e11", "unit": "tokens"}}]

    box = changed(content, collect)
    rows = [words(row) for row in re.findall("<tr>.*?</tr>", box, re.DOTALL) if "#sources-user" in row]
    assert [" Text" in row for row in rows] == [place == "first", place == "second"]
    amounts = [row.count("5 × 10 11 tokens") for row in rows]
    assert amounts == [stated and place == "first", stated and place == "second"]
    are_two = interactions is not False and services is not False
    assert ("told together with those of the next question" in rows[0]) is are_two
    assert ("told with the question above" in rows[1]) is are_two


@pytest.mark.parametrize("field", ["sources.crawled.used", "sources.crawled", "sources.crawled.modalities"])
def test_the_picture_tells_for_which_models_it_is_otherwise(content: Path, field: str) -> None:
    def except_one(data: dict[str, Any]) -> None:
        data["exceptions"] = [{"field": field, "applies_to": ["Text 1.0-7B"], "text": "Nothing was crawled."}]

    box = changed(content, except_one)
    rows = [words(row) for row in re.findall("<tr>.*?</tr>", box, re.DOTALL) if "#sources-" in row]
    assert [row.startswith("2.3.") for row in rows] == ["Otherwise for: Text 1.0-7B" in row for row in rows]
    href = field.replace(".", "-").replace("_", "-")
    assert f'<a href="#{href}">Otherwise for: Text 1.0-7B</a>' in box[box.index('id="picture"') :]


def test_a_document_of_gaps_shows_amber_and_counts_them(content: Path) -> None:
    gap = {"state": "not_disclosed", "reason": "The contract with the licensors forbids it until 2027."}

    def withhold(data: dict[str, Any]) -> None:
        data["general"]["characteristics"] = dict.fromkeys(data["general"]["characteristics"], gap)
        for key, part in data["sources"].items():
            parts = part.values() if key == "private" else [part]
            for one in parts:
                one.clear()
                one.update({"used": gap} if key != "user" else {"model_interactions": gap, "other_services": gap})
        data["processing"] = {"tdm": {"code_signatory": gap, "measures": gap}, "illegal_content": {"measures": gap}}

    box = changed(content, withhold)
    assert box.count("gp-chip--yes") == 0
    facts, picture = box[: box.index('class="gp-gap"')], box[box.index('id="picture"') :]
    assert facts.count("gp-chip--gap") >= 5
    assert picture.count('gp-chip--gap">Not disclosed<') == 8
    assert "<details><summary>Which they are</summary>" in box
    assert "required fields are not disclosed" in words(box)


def test_a_summary_that_says_no_to_all_and_has_five_modalities(content: Path) -> None:
    measured = {"size": {"band": "lt"}, "types_of_content": "Maps."}

    def deny(data: dict[str, Any]) -> None:
        data["sources"] = {
            **{key: {"used": False} for key in ("public", "crawled", "synthetic", "other")},
            "private": {"licensed": {"used": False}, "other": {"used": False}},
            "user": {"model_interactions": False, "other_services": False},
        }
        rows = data["general"]["characteristics"]["modalities"]
        rows += [{"modality": kind, **measured} for kind in ("image", "audio", "video")]
        rows.append(
            {"modality": "other", "other_name": "Radar", "size": {"approximate": "2 TB"}, "types_of_content": "Echoes."}
        )

    box = changed(content, deny)
    assert box.count('<span class="gp-chip">No</span>') == 8
    assert "gp-chip--yes" not in box
    assert box.count('class="gp-band"') == 4
    assert "Other ( Radar ) 2 TB" in words(box)
    assert "Not selected" not in words(box)
    assert "Not applicable: no crawlers were used by the provider or on its behalf." in words(box)


def test_a_no_to_crawlers_hides_nothing_of_what_came_otherwise(sample_site: Path) -> None:
    box = words(box_of((sample_site / "models/blik/1.0/training-content/index.html").read_text(encoding="utf-8")))
    assert "(for example by API, dump or manual download)? Yes No Text Image 2.4. User data" in box
    assert "Scope : This Summary covers only the content used for the modification" in box
