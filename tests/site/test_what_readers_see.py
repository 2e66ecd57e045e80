"""What counts as changed is what readers see otherwise: the comparison, against the pages, over documents at random."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpai_portal.content.appearance import appearance, is_silent
from gpai_portal.content.comparison import Change, compare, differing
from gpai_portal.content.reading import read_answer, read_entry
from gpai_portal.schema import FORM, GROUPS, POLICY, PROVIDER, RELEASE, SAFETY, SUMMARY, Field, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from gpai_portal.site.sides import one_line
from tests.written import answers, documents, place, related, respelled

SCHEMAS = [load(name) for name in (SUMMARY, FORM, POLICY, SAFETY, RELEASE, PROVIDER)]
FIELDS = [(schema, f) for schema in SCHEMAS for f in schema.fields() if f.kind not in GROUPS and f.kind != "hidden"]
RENDERER = Renderer(Language("en"))

#: Where the files lie that answers at random offer.
PLACES = {name: name for name in ("a.txt", "b.csv", "names.txt")}

few = settings(max_examples=300, deadline=None, derandomize=True, database=None)
many = settings(max_examples=5_000, deadline=None, database=None)


def seen_of(field: Field, raw: Any) -> str:
    """What a page shows of an answer; empty where it leaves the row out."""
    answer = read_answer(field, raw)
    return "" if is_silent(answer) else RENDERER.answer(field, answer) + RENDERER.file(answer)


def words(field: Field, raw: Any) -> Counter[str]:
    """What is seen of an answer, whatever the order."""
    return Counter(one_line(seen_of(field, raw)).replace(";", " ").replace(",", " ").split())


def told(changes: list[Change]) -> None:
    """Each change shows two sides that differ; what shows nothing has nothing to show."""
    for change in changes:
        shown = RENDERER.sides(change, "", PLACES, PLACES)
        assert shown.removed or shown.added or shown.pairs
        assert all(map(one_line, (*shown.removed, *shown.added))), "an item shows nothing"
        for pair in shown.pairs:
            assert one_line(pair.old) != one_line(pair.new)
        if not change.rows:
            (pair,) = shown.pairs or (None,)
            for answer, side in ((change.old, pair and pair.old), (change.new, pair and pair.new)):
                assert is_silent(answer) or (side and one_line(side)), "an answer shows nothing"


@st.composite
def two_answers(draw: st.DrawFn) -> tuple[str, str, Any, Any]:
    """A kind of document, the path of a field, and two answers to it."""
    schema, field = FIELDS[draw(st.integers(0, len(FIELDS) - 1))]
    old = draw(answers(field))
    return schema.name, field.dotted, old, draw(st.one_of(answers(field), related(field, old)))


def check_answers(drawn: tuple[str, str, Any, Any]) -> None:
    kind, path, old, new = drawn
    schema = load(kind)
    field = schema.find(path)
    assert field is not None
    sides = []
    for raw in (old, new):
        document: dict[str, Any] = {}
        place(document, field, raw)
        sides.append(read_entry(schema.root, document))
    changes = [change for change in compare(schema, *sides) if change.field is field]
    assert bool(changes) == (field in differing(*sides))
    seen = [words(field, raw) for raw in (old, new)]
    if seen[0] != seen[1]:
        assert changes, "pages differ, and nothing is told"
    if changes:
        assert seen_of(field, old) != seen_of(field, new), "what is told is nowhere to be seen"
    told(changes)


@st.composite
def some_document(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    schema = SCHEMAS[draw(st.integers(0, len(SCHEMAS) - 1))]
    return schema.name, draw(documents(schema))


def check_spelling(kind: str, document: dict[str, Any]) -> None:
    schema = load(kind)
    root = read_entry(schema.root, document)
    again: dict[str, Any] = {}
    for entry in root.walk():
        if entry.answer.written is not None:
            place(again, entry.field, respelled(entry.field, entry.answer.written))
    assert compare(schema, root, read_entry(schema.root, document)) == []
    assert compare(schema, root, read_entry(schema.root, again)) == []


@few
@given(two_answers())
def test_what_is_shown_otherwise_is_told_and_nothing_else(drawn: tuple[str, str, Any, Any]) -> None:
    check_answers(drawn)


@few
@given(some_document())
def test_spelling_is_no_change(drawn: tuple[str, dict[str, Any]]) -> None:
    check_spelling(*drawn)


@pytest.mark.long
@many
@given(two_answers())
def test_what_is_shown_otherwise_is_told_in_thousands(drawn: tuple[str, str, Any, Any]) -> None:
    check_answers(drawn)


@pytest.mark.long
@many
@given(some_document())
def test_spelling_is_no_change_in_thousands(drawn: tuple[str, dict[str, Any]]) -> None:
    check_spelling(*drawn)


def test_each_field_has_an_appearance_for_every_kind() -> None:
    """The kinds that documents have are the ones that answers are drawn for."""
    for _schema, field in FIELDS:
        assert appearance(field, read_answer(field, None)) is None
        answers(field)


def test_what_pages_leave_out_offers_no_file() -> None:
    offered, left_out = {"file": "names.txt"}, {"file": "names.txt", "state": "not_in_source"}
    check_answers((SUMMARY, "sources.public.domains", offered, left_out))
    check_answers((SUMMARY, "sources.public.domains", left_out, offered))
