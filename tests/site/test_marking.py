"""Words that were removed and added, marked inside the markup around them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from markupsafe import Markup

from gpai_portal.markup import tags
from gpai_portal.prose import prose
from gpai_portal.site.marking import mark
from tests.written import TEXTS


def marked(old: str, new: str) -> Markup | None:
    return mark(prose(old), prose(new), "removed:", "added:")


def html_of(old: str, new: str) -> str:
    found = marked(old, new)
    assert found is not None
    return re.sub(r' data-said="[^"]*"', "", found)


@pytest.mark.parametrize(
    ("old", "new", "html"),
    [
        ("We use data, and books.", "We use data and books.", "<p>We use data<del>,</del> and books.</p>"),
        (
            "See [the list](https://a.example/) of all names there",
            "See [the list](https://b.example/) of all names there",
            '<p>See <a href="https://a.example/"><del>the list</del></a> '
            '<a href="https://b.example/"><ins>the list</ins></a> of all names there</p>',
        ),
        (
            "- one book\n- two books here\n",
            "- one book\n- two books here\n- three\n",
            "<ul><li>one book</li><li>two books here</li><li><ins>three</ins></li></ul>",
        ),
        (
            "All of it is *very* good data.",
            "All of it is **very** good data.",
            "<p>All of it is <em><del>very</del></em> <strong><ins>very</ins></strong> good data.</p>",
        ),
        (
            "Set `a < b` in the file here",
            "Set `a > b` in the file here",
            "<p>Set <code>a <del>&lt;</del> <ins>&gt;</ins> b</code> in the file here</p>",
        ),
    ],
)
def test_marks_stand_inside_links_lists_emphasis_and_code(old: str, new: str, html: str) -> None:
    found = html_of(old, new)
    assert found == html
    for tag, other in (("del", new), ("ins", old)):
        rest = re.sub(rf"<{tag}>.*?</{tag}>", " ", found)
        assert "".join(Markup(rest).striptags().split()) == "".join(prose(other).striptags().split())


def test_a_paragraph_that_joins_another_is_seen() -> None:
    old, new = "One two three.\n\nFour five six.", "One two three. Four five six."
    assert html_of(old, new) == "<p>One two three. <del>Four</del> <ins>Four</ins> five six.</p>"
    assert html_of(new, old) == "<p>One two three. <del>Four</del></p><p><ins>Four</ins> five six.</p>"


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(TEXTS, TEXTS)
def test_each_side_is_won_back_and_the_markup_holds(old: str, new: str) -> None:
    texts = [f"Some words that stay here. {side} And some more." for side in (old, new)]
    found = marked(*texts)
    if found is None:
        return
    for kind, side in zip(("ins", "del"), texts, strict=True):
        rest = re.sub(rf'<{kind} data-said="[^"]*">.*?</{kind}>', " ", found)
        assert "".join(Markup(rest).striptags().split()) == "".join(prose(side).striptags().split())
    open_tags: list[str] = []
    for tag in tags(found):
        if tag.name.startswith("/"):
            assert open_tags.pop() == tag.name[1:]
        else:
            assert not {"ins", "del"} & set(open_tags), "marks are innermost"
            open_tags.append(tag.name)
    assert open_tags == []


def test_texts_with_little_in_common_are_not_mingled() -> None:
    assert marked("One of many.", "Quite another text, which is longer.") is None
    assert marked("The same.", "The same.") is None
