"""How documents are counted: what is left out never counts better than what is answered, however vaguely."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpai_portal.content.answers import Status
from gpai_portal.content.counting import Tally, tally_of
from gpai_portal.content.law import unneeded
from gpai_portal.content.reading import read_entry
from gpai_portal.schema import GROUPS, POLICY, PROVIDER, SUMMARY, Field, load

STATES = [str(s) for s in Status if s not in {Status.ANSWERED, Status.AS_STATED, Status.MISSING, Status.EMPTY}]

#: A value of each kind that a summary has.
VALUES: dict[str, Any] = {
    "text": "Something.",
    "line": "Something",
    "link": "https://a.example/",
    "lines": ["A"],
    "date": "2026-01",
    "period": {"from": "2025-01", "to": "2025-12"},
    "modalities": ["text"],
    "domains": ["a.example"],
    "choice": "whole",
    "protocols": ["robots-txt"],
    "contact": {"name": "A"},
    "size": {"band": "mid"},
    "choices": "text",
}


def answers_of(field: Field) -> st.SearchStrategy[Any]:
    """Nothing, a value, a state, prose in place of a value, or a row with any of these in each cell."""
    beside = [{"as_stated": "Other"}, {"text": "In part."}, *({"state": state} for state in STATES)]
    if field.kind == "yes_no":
        return st.sampled_from([None, True, False, {"value": False, "reason": "So."}, *beside])
    if field.kind == "table":
        cells = {c.key: st.sampled_from([VALUES[c.kind], *beside[2:]]) for c in field.columns if c.required}
        row: st.SearchStrategy[Any] = st.fixed_dictionaries(cells)
        if field.may_be_state:
            row |= st.sampled_from([{"modality": "audio", "state": state} for state in STATES])
        return st.lists(row, min_size=1, max_size=2) | st.sampled_from([None, *beside])
    return st.sampled_from([None, VALUES[field.kind], *beside])


def data_of(field: Field) -> st.SearchStrategy[dict[str, Any]]:
    """Any section; of what no form asks for, only whether content was got without a crawler."""
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for child in field.children:
        if child.kind != "hidden" and (child.official or child.key == "without_crawler"):
            parts[child.key] = answers_of(child)
    return st.fixed_dictionaries(parts).map(lambda data: {k: value for k, value in data.items() if value is not None})


#: Sections that hold answers.
SECTIONS = [f for f in load(SUMMARY).fields() if f.kind == "section" and any(c.kind not in GROUPS for c in f.children)]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.dotted)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_leaving_something_out_never_counts_better(section: Field, data: st.DataObject) -> None:
    """More is undisclosed, or as much, and no more is answered; so the share of a document never gets better."""
    answers = data.draw(data_of(section))
    whole = tally_of(read_entry(section, answers))
    asked = [key for key in answers if (child := section.child(key)) and child.official]
    for rest in [None, *({k: v for k, v in answers.items() if k != key} for key in asked)]:
        left = tally_of(read_entry(section, rest))
        assert left.undisclosed >= whole.undisclosed
        assert left.required - left.undisclosed <= whole.required - whole.undisclosed


def tally(path: str, data: object) -> tuple[int, int]:
    field = load(SUMMARY).find(path)
    assert field is not None
    found = tally_of(read_entry(field, data))
    return found.required, found.undisclosed


@pytest.mark.parametrize(
    "question", [None, *({"state": s} for s in STATES[:6]), {"as_stated": "Other (see below)"}, {"text": "In part."}]
)
def test_an_open_question_counts_what_depends_on_it(question: object) -> None:
    data = {"used": question} if question else {}
    assert tally("sources.public", data) == (4, 4)
    assert tally("sources.public", {**data, "modalities": ["text"], "large": {"state": "none"}}) == (4, 3)
    assert tally("sources.public", {"used": {"value": False, "reason": "None was needed."}}) == (1, 0)


def test_a_section_that_is_left_out_counts_as_one_that_says_nothing() -> None:
    vague = {
        "used": True,
        "purposes": "Training.",
        "period": {"state": "unknown"},
        "crawlers": {"state": "not_disclosed"},
    }
    assert tally("sources.crawled", vague) == (8, 6)
    assert tally("sources.crawled", None) == (8, 8)


def test_one_of_two_questions_left_out_is_open() -> None:
    assert tally("sources.user", {"model_interactions": False, "other_services": False}) == (2, 0)
    assert tally("sources.user", {"model_interactions": False}) == (4, 3)


def test_what_a_transcriber_cannot_tell_is_counted_neither_way() -> None:
    state = {"state": "not_readable"}
    answered = {"used": True, "modalities": ["text"], "large": {"state": "none"}, "other_description": "Small ones."}
    assert tally("sources.public", answered) == (4, 0)
    assert tally("sources.public", {**answered, "large": state}) == (3, 0)
    assert tally("sources.public", {"used": state}) == (0, 0)
    assert tally("sources.public", {**answered, "used": state}) == (3, 0)


@pytest.mark.parametrize(
    ("rows", "gap"),
    [
        ([{"modality": "text", "size": {"band": "mid"}, "types_of_content": "A"}], False),
        ([{"modality": "text", "size": [{"band": "mid"}, {"state": "unknown"}], "types_of_content": "A"}], True),
        ([{"modality": "text", "size": {"state": "none"}, "types_of_content": "A"}], True),
        ([{"modality": "text", "state": "none"}], True),
        ([{"modality": "text", "state": "not_disclosed"}], True),
    ],
)
@pytest.mark.parametrize(
    "unused",
    [
        {"modality": "audio", "state": "none", "as_stated": "0, not used"},
        {"modality": ["image", "video"], "state": "not_applicable", "reason": "Not used."},
        {
            "modality": "image",
            "size": {"state": "none", "as_stated": "0, not used"},
            "types_of_content": {"state": "none"},
        },
    ],
)
def test_a_modality_that_was_not_used_is_an_answer(rows: list[Any], gap: bool, unused: dict[str, Any]) -> None:
    path = "general.characteristics"
    before = tally(path, {"modalities": copy.deepcopy(rows)})
    assert tally(path, {"modalities": [*rows, unused]}) == before == (5, 4 + gap)


@pytest.mark.parametrize(
    ("measures", "undisclosed"),
    [
        ("robots.txt was read before every visit.", 0),
        ("robots.txt is honoured, see https://base.example/copyright", 0),
        ("Please see our [copyright policy](https://base.example/copyright).", 1),
        ("https://base.example/copyright", 1),
        ("Veuillez consulter notre politique : https://base.example/politique", 1),
        ("[Insert URL]", 1),
        ("TBD", 1),
        ("Sera complété ultérieurement.", 1),
    ],
)
def test_a_link_alone_or_a_placeholder_is_no_description(measures: str, undisclosed: int) -> None:
    section = load(SUMMARY).find("processing.tdm")
    assert section is not None
    tally = tally_of(read_entry(section, {"code_signatory": True, "measures": measures}))
    assert tally.undisclosed == undisclosed
    assert tally.required == 2


@pytest.mark.parametrize(("measures", "counted"), [("Hash lists.", 0), ("[Our page](https://base.example/)", 1)])
def test_of_other_documents_a_link_may_be_the_answer(measures: str, counted: int) -> None:
    """Where changes of a policy are announced, a link says it; what a summary describes, it does not."""
    policy = load(POLICY).find("reservations")
    assert policy is not None
    before = tally_of(read_entry(policy, {"updates": "On this page."}))
    assert tally_of(read_entry(policy, {"updates": measures})) == before
    summary = load(SUMMARY).find("processing.illegal_content")
    assert summary is not None
    assert tally_of(read_entry(summary, {"measures": measures})).undisclosed == counted


def test_inside_the_union_a_representative_that_is_left_empty_is_not_counted() -> None:
    section = load(SUMMARY).find("general.provider")
    assert section is not None
    root = read_entry(
        section, {"name_and_contact": {"name": "A"}, "authorised_representative": {"state": "unanswered"}}
    )
    assert (tally_of(root).required, tally_of(root).undisclosed) == (2, 1)
    inside = unneeded(read_entry(load(PROVIDER).root, {"country": "PL"}))
    assert tally_of(root, inside) == Tally(1, 0)
    assert tally_of(root, unneeded(read_entry(load(PROVIDER).root, {"country": "US"}))) == tally_of(root)


@pytest.mark.parametrize(
    ("domains", "gap"),
    [
        (["news.example"], 0),
        ({"file": "domains.txt"}, 0),
        ({"access": "The list is sent to whoever asks."}, 0),
        ({"value": ["co.uk"], "url": "https://a.example/list"}, 0),
        ({"total": 1000, "rule": "By host.", "text": "There are many."}, 1),
        ({"value": ["co.uk", "*.gov.pl", {"domain": "com", "scope": "name"}], "total": 9}, 1),
        ({"as_stated": "News sites", "total": 9}, 1),
    ],
)
def test_domain_names_are_told_only_where_there_is_a_name_or_a_way_to_one(domains: object, gap: int) -> None:
    said = {"used": False, "without_crawler": True, "top_domains": domains}
    assert tally("sources.crawled", said) == (5, 3 + gap)


@pytest.mark.parametrize(
    ("period", "gap"),
    [({"to": "2025-12"}, 0), ({"from": "2025"}, 0), ({"ongoing": True}, 1), ({"qualifier": "about"}, 1)],
)
def test_a_period_without_any_date_tells_nothing(period: object, gap: int) -> None:
    assert tally("sources.crawled", {"used": True, "period": period}) == (8, 6 + gap)


@pytest.mark.parametrize(
    ("size", "gap"),
    [
        ({"approximate": "Two libraries."}, 0),
        ({"quantity": "5", "unit": "tokens"}, 0),
        ({"remark": "See our paper."}, 1),
        ({"applies_to": ["A"], "qualifier": "about"}, 1),
        ([{"band": "mid"}, {"remark": "See our paper."}], 1),
    ],
)
def test_a_size_without_range_or_figure_tells_nothing(size: object, gap: int) -> None:
    row = {"modality": "text", "size": size, "types_of_content": "A"}
    assert tally("general.characteristics", {"modalities": [row]}) == (5, 4 + gap)


def test_a_size_of_one_of_several_modalities_is_none_of_the_others() -> None:
    image, video = {"modality": "image", "band": "mid"}, {"modality": "video", "band": "gt"}
    for size, gap in (
        ([image, video], 0),
        ([image, {"modality": "video", "state": "unknown"}], 1),
        ([image], 1),
        (image, 1),
        ({"approximate": "Ten films."}, 0),
    ):
        row = {"modality": ["image", "video"], "size": size, "types_of_content": "Films."}
        assert tally("general.characteristics", {"modalities": [row]}) == (5, 4 + gap), size
