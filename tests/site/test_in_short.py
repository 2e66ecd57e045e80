"""What comparisons say in short is what both sides say, and no more."""

from __future__ import annotations

import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from gpai_portal.content.answers import Answer, Status
from gpai_portal.content.comparison import Change, compare
from gpai_portal.content.reading import read_answer, read_entry
from gpai_portal.schema import SUMMARY, Field, load
from gpai_portal.site.build import Site
from gpai_portal.site.in_short import Sort, difference, points, question_of, sort_of, tally
from gpai_portal.site.language import Language
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import Renderer
from tests.conftest import DAY, ROOT
from tests.reading import visible
from tests.written import documents, place, related

SCHEMA = load(SUMMARY)
RENDERER = Renderer(Language("en"))


def field_of(name: str, schema: str = SUMMARY) -> Field:
    found = load(schema).find(name)
    assert found is not None
    return found


def size_of() -> Field:
    table = field_of("general.characteristics.modalities")
    return next(column for column in table.columns if column.kind == "size")


@st.composite
def two(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two documents that have something in common."""
    old, new = draw(documents(SCHEMA)), draw(documents(SCHEMA))
    for entry in read_entry(SCHEMA.root, old).walk():
        if entry.answer.written is not None and draw(st.booleans()):
            place(new, entry.field, draw(related(entry.field, entry.answer.written)))
    return old, new


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(two())
def test_every_line_repeats_what_the_sides_say(sides: tuple[dict[str, Any], dict[str, Any]]) -> None:
    old, new = (read_entry(SCHEMA.root, data) for data in sides)
    changes = compare(SCHEMA, old, new)
    found = points(changes)
    order = [list(Sort).index(point.sort) for point in found]
    assert order == sorted(order)
    for point in found:
        assert point.change in changes
        path = point.change.field.path
        assert (point.change.before, point.change.after) == (old.get(*path), new.get(*path))
        if point.row:
            for side, answer in ((old, point.old), (new, point.new)):
                assert any(row[point.field.key] == answer for row in side.get(*path).rows)
        elif point.field in point.change.field.columns:
            assert point.change.counts == (1, 1)
            for side, answer in ((old, point.old), (new, point.new)):
                assert [row[point.field.key] for row in side.get(*path).rows] == [answer]
        else:
            assert (point.old, point.new) == (old.get(*path), new.get(*path))
        if point.sort is Sort.TURNED:
            assert {point.old.value, point.new.value} == {True, False}
        if point.sort is Sort.ENTRIES:
            left, joined = len(point.change.removed), len(point.change.added)
            assert (
                point.change.counts[0] - left + joined == point.change.counts[1] or point.change.field.kind == "domains"
            )
            assert left or joined
        if point.difference:
            assert point.sort is Sort.FIGURE
            assert (point.old.qualifier, point.new.qualifier) == ("", "")
    counted = tally(sort_of(change, RENDERER.sides(change)) for change in changes)
    assert sum(count for _, count in counted) == len(changes)


def change_of(name: str, old: Any, new: Any) -> Change:
    """What changed of one field between two summaries."""
    sides: list[dict[str, Any]] = [{}, {}]
    for data, written in zip(sides, (old, new), strict=True):
        place(data, field_of(name), written)
    (change,) = compare(SCHEMA, *(read_entry(SCHEMA.root, data) for data in sides))
    return change


MARKET = "general.model.union_market_date"


def test_dates_of_the_releases_compared_are_one_date_and_no_row_that_left() -> None:
    change = change_of(
        MARKET, [{"model": "Skrift 1.0", "date": "2025-05-15"}], [{"model": "Skrift 2.0", "date": "2026-03-10"}]
    )
    (point,) = points([change])
    assert (point.sort, point.row, point.old.text, point.new.text) == (Sort.DATE, None, "2025-05-15", "2026-03-10")
    assert sort_of(change, RENDERER.sides(change)) is Sort.DATE


@pytest.mark.parametrize(
    "new",
    [
        [{"model": "B", "date": "2026-03-10"}, {"model": "C", "date": "2026-03-11"}],
        [{"model": "A", "date": "2026-03-10"}, {"model": "B", "date": "2026-03-10"}],
    ],
)
def test_dates_of_several_releases_are_not_paired_by_guess(new: list[dict[str, str]]) -> None:
    change = change_of(MARKET, [{"model": "A", "date": "2025-05-15"}], new)
    assert [point.sort for point in points([change])] == [Sort.ENTRIES]
    assert sort_of(change, RENDERER.sides(change)) is Sort.ENTRIES


def test_a_market_date_of_a_state_is_no_date() -> None:
    outside = {"state": "not_applicable", "reason": "Only offered outside of the Union."}
    change = change_of(MARKET, [{"model": "A", "date": "2025-05-15"}], [{"model": "B", "date": outside}])
    assert points([change]) == []
    assert sort_of(change, RENDERER.sides(change)) is Sort.OTHER


LANGUAGES = "general.characteristics.linguistic_characteristics"
WITHHELD = {"state": "not_disclosed", "reason": "Under a contract."}


@pytest.mark.parametrize(
    ("old", "new", "sort"),
    [
        ("French and German.", WITHHELD, Sort.STATED),
        ({"state": "none"}, {"state": "unknown"}, Sort.STATED),
        ({"state": "not_applicable", "reason": "Only images."}, WITHHELD, Sort.STATED),
        (WITHHELD, "French and German.", Sort.ANSWERED),
        ({"state": "none"}, "French and German.", Sort.OTHER),
        ("French and German.", "Only Basque, of all there are.", Sort.REWRITTEN),
        ("French, German and Basque.", "French, German and Breton.", Sort.WORDING),
        (WITHHELD, {**WITHHELD, "reason": "We chose so."}, Sort.OTHER),
    ],
)
def test_only_texts_are_rewritten(old: Any, new: Any, sort: Sort) -> None:
    change = change_of(LANGUAGES, old, new)
    assert sort_of(change, RENDERER.sides(change)) is sort


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("3.1e11", "1.28e12", ("4.1", True, False, False)),
        ("100", "400", ("4", True, False, True)),
        ("200", "250", ("25", False, False, True)),
        ("3", "4", ("33", False, False, False)),
        ("400", "100", ("75", False, True, True)),
        ("1e15", "1", None),  # what is left would be told as nothing
        ("7", "7.0", None),
        ("0", "7", None),
    ],
)
def test_figures_have_a_difference_that_is_rounded_and_says_so(
    old: str, new: str, told: tuple[str, bool, bool, bool] | None
) -> None:
    field = size_of()
    answers = (read_answer(field, {"quantity": number, "unit": "tokens"}) for number in (old, new))
    found = difference(field, *answers)
    assert (found and (found.number, found.is_factor, found.is_less, found.exact)) == told


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_a_difference_is_at_most_half_a_digit_from_the_truth(old: int, new: int) -> None:
    field = size_of()
    found = difference(field, *(read_answer(field, {"quantity": str(n), "unit": "tokens"}) for n in (old, new)))
    if found is None:
        return
    ratio = Fraction(new, old)
    truth = ratio if found.is_factor else abs(ratio - 1) * 100
    told = Fraction(found.number)
    assert found.is_factor == (ratio >= 2)
    assert found.is_less == (ratio < 1)
    assert found.exact == (told == truth)
    assert abs(told - truth) <= truth / 18  # two digits count, so that at least 10 halves of the last one are told


@pytest.mark.parametrize(
    "change",
    [
        {"qualifier": "about"},
        {"unit": "words"},
        {"applies_to": ["Small"]},
        {"quantity": None, "approximate": "about a lot"},
    ],
)
def test_only_exact_figures_of_one_unit_have_a_difference(change: dict[str, Any]) -> None:
    field = size_of()
    written = {"quantity": "100", "unit": "tokens"}
    other = {key: value for key, value in {**written, "quantity": "300", **change}.items() if value is not None}
    old, new = (read_answer(field, one) for one in (written, other))
    assert difference(field, old, new) is None
    assert difference(field, new, old) is None
    said = Answer(Status.ANSWERED, old.value, reason="Not counted again.")
    assert difference(field, said, read_answer(field, {"quantity": "300", "unit": "tokens"})) is None


def test_a_section_stands_for_the_question_that_alone_opens_it() -> None:
    def asked(name: str) -> str:
        return question_of(SCHEMA, field_of(name)).title

    assert asked("sources.crawled.used") == "Data crawled and scraped from online sources"
    for name in ("sources.crawled.without_crawler", "sources.user.model_interactions", "processing.tdm.code_signatory"):
        assert asked(name) == field_of(name).title, "another question has the name of the section"


def rewritten(content: Path, old: str, new: str, *, to: str = "2.0") -> Site:
    """The small portal with a second release, in whose summary some words are others."""
    shutil.copytree(content / "models/text/1.0", content / f"models/text/{to}")
    file = content / f"models/text/{to}/training-content-summary.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    release = content / f"models/text/{to}/release.yaml"
    release.write_text(release.read_text(encoding="utf-8").replace("sequence: 1", "sequence: 2"), encoding="utf-8")
    return Site(Portal.load(content, DAY))


ADDRESS = "models/text/2.0/training-content/changes/"


def test_the_box_and_the_list_below_agree(content: Path) -> None:
    site = rewritten(content, "    used: true\n    crawlers", "    used: false\n    crawlers")
    html = site.render(site.portal.pages[ADDRESS]).body
    ids = set(re.findall(r' id="([^"]+)"', html))
    box, below = html[html.index("gp-answer") :].split("</section>", 1)
    links = re.findall(r'href="#([^"]+)"', box)
    assert links
    assert set(links) <= ids
    count = len(re.findall(r'class="gp-chip gp-chip--tag"', below))
    assert f"{count} answers changed" in visible(html) if count > 1 else "1 answer changed" in visible(html)
    assert "1 answer turned from Yes to No." in visible(box)
    assert re.search(r"2\.3\. Data crawled and scraped from online sources No|Yes No", visible(box))


def test_an_answer_that_is_gone_is_said_to_be_gone(content: Path) -> None:
    new = "linguistic_characteristics: {state: not_disclosed, reason: Under a contract.}"
    file = (content / "models/text/1.0/training-content-summary.yaml").read_text(encoding="utf-8")
    (old,) = re.findall(r"linguistic_characteristics: .*", file)
    text = visible((site := rewritten(content, old, new)).render(site.portal.pages[ADDRESS]).body)
    assert "now: Not disclosed" in text
    assert "1 now without a value" in text
    assert "rewritten" not in text


def test_rows_of_one_name_are_told_apart_by_their_sections(content: Path) -> None:
    site = rewritten(content, 'quantity: "2e12"', 'quantity: "4e12"')
    text = visible(site.render(site.portal.pages[ADDRESS]).body)
    assert "1.3. Modalities, overall training data size and other characteristics: Text: " in text


def test_the_sample_tells_the_dates_of_its_releases(sample_site: Path) -> None:
    file = sample_site / "models/skrift/2.0/training-content/changes/index.html"
    text = visible(file.read_text(encoding="utf-8"))
    assert "Date of placement of the model on the Union market 15 May 2025 10 March 2026" in text
    assert ", 4 lists, 2 dates, 20 new answers, " in text
    assert " × " not in re.sub(r"× 10", "", text)


def test_what_left_a_list_of_large_datasets_may_still_have_been_used(content: Path) -> None:
    row = '{name: Corpus, url: "https://data.example/corpus", start: 2020-01, end: 2025-06}'
    other = '{name: Pages, url: "https://b.example/pages", start: 2022-01, end: 2024-06, licence: CC0}'
    site = rewritten(content, row, other)
    text = visible(site.render(site.portal.pages[ADDRESS]).body)
    assert "1 name left the list; it may still have been used: Corpus ( in full )" in text
    assert "1 joined: Pages" in text
    assert "Removed" not in text


@pytest.mark.parametrize(
    ("name", "may_remain"),
    [("sources.public.large", True), ("sources.crawled.top_domains", True), ("sources.crawled.crawlers", False)],
)
def test_lists_of_some_are_told_from_lists_of_all(name: str, may_remain: bool) -> None:
    assert field_of(name).names_some is may_remain


def test_names_that_left_a_list_of_domains_may_still_have_been_used(content: Path) -> None:
    site = rewritten(content, "value: [news.example, presse.example]", "value: [news.example, neu.example]")
    text = visible(site.render(site.portal.pages[ADDRESS]).body)
    assert "1 name left the list; it may still have been used: presse.example" in text
    assert "1 joined: neu.example" in text


def test_what_did_not_apply_before_is_new(content: Path) -> None:
    old = "synthetic: {used: false}"
    new = f"{old[:10]} {{used: true, modalities: [text], market_models: {{state: none}}, other_models: Our own.}}"
    site = rewritten(content, old, new)
    html = site.render(site.portal.pages[ADDRESS]).body
    row = html[html.index('id="sources-synthetic-other-models"') :].split("</dd>")[0]
    assert '<span class="gp-chip gp-chip--tag">new</span>' in row
    section = html[html.index('id="sources-synthetic-used"') :]
    assert "Before: Not applicable: no synthetic data was created" in visible(section)
    assert "<del" not in row


def test_every_marked_text_of_the_sample_holds_both_sides() -> None:
    portal = Portal.load(ROOT / "content", DAY)

    def words(html: str) -> str:
        return "".join(Markup(html).striptags().split())

    seen = 0
    for page in portal.pages.values():
        part = page.context.get("part")
        for change in part.comparison.changes if part and not part.section else ():
            for pair in RENDERER.sides(change).pairs:
                if pair.marked:
                    seen += 1
                    for kind, side in (("ins", pair.old), ("del", pair.new)):
                        rest = re.sub(rf'<{kind} data-said="[^"]*">.*?</{kind}>', " ", pair.marked)
                        assert words(rest) == words(side)
    assert seen > 10


def test_a_list_that_is_not_at_hand_is_neither_linked_nor_told_name_by_name() -> None:
    field = field_of("sources.crawled.top_domains")
    old, new = ({"sources": {"crawled": {"top_domains": {"file": name}}}} for name in ("a.txt", "a.txt"))
    lists = {"a.txt": ["SHA-256 " + "0" * 64]}, {"a.txt": ["news.example", "presse.example"]}
    (change,) = compare(SCHEMA, read_entry(SCHEMA.root, old), read_entry(SCHEMA.root, new), lists)
    assert change.field is field
    assert change.unread
    assert (list(change.added), list(change.removed)) == ([], [])
    moved = {"sources": {"crawled": {"top_domains": {"url": "https://a.example/"}}}}
    (change,) = compare(SCHEMA, read_entry(SCHEMA.root, old), read_entry(SCHEMA.root, moved), lists)
    (pair,) = RENDERER.sides(change, "", {}, {}).beside
    assert "a.txt" not in pair.old
    (pair,) = RENDERER.sides(change, "", {"a.txt": "../old/a.txt"}, {}).beside
    assert 'href="../old/a.txt"' in pair.old
