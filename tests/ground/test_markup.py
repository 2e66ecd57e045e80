"""HTML is cut as browsers cut it. tests/browser/test_policy.py holds it against Chromium."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpai_portal.markup import headings, ids, inline_scripts, sections, tags, text_of, without_tags

PIECES = ["<", ">", "</", "<!--", "-->", "a", "=", '"', "'", " ", "\n", "/", "<p ", "<script>", "</script>", "<title>"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_tags_lie_where_they_say(html: str) -> None:
    html = f"<a>{html}"
    found = list(tags(html))
    assert found[0].source == "<a>"
    at = 0
    for tag in found:
        assert tag.start >= at
        assert html[tag.start : tag.end] == tag.source
        at = tag.end


@pytest.mark.parametrize(
    ("html", "name", "attributes"),
    [
        ("<a>", "a", {}),
        ("<A HREF=x>", "a", {"href": "x"}),
        ("</P id=b>", "/p", {}),
        ("<a b = '1' c=\"2\"d>", "a", {"b": "1", "c": "2", "d": ""}),
        ("<a b='>' c>", "a", {"b": ">", "c": ""}),
        ("<a b=1 B=2>", "a", {"b": "1"}),
        ("<a b=x/>", "a", {"b": "x/"}),
        ("<br/>", "br", {}),
        ("<a/b>", "a", {"b": ""}),
        ("<a =b>", "a", {"=b": ""}),
        ('<a b="&lt;&amp;">', "a", {"b": "<&"}),
        ("<a b=\"'\" c='\"'>", "a", {"b": "'", "c": '"'}),
        ("<!-- <a> id=b -->", "!", {}),
        ("<!doctype html>", "!", {}),
    ],
)
def test_one_tag(html: str, name: str, attributes: dict[str, str]) -> None:
    (tag,) = tags(f"1 < 2 {html} & 3 > 2")
    assert (tag.name, tag.source) == (name, html)
    assert tag.attributes == attributes


@pytest.mark.parametrize("element", ["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"])
def test_elements_that_hold_text_hold_no_tags(element: str) -> None:
    html = f"<{element} a><b></{element}x></ {element}></{element.upper()}\n><i>"
    assert [tag.name for tag in tags(html)] == [element, f"/{element}", "i"]


def test_a_drawing_has_other_rules() -> None:
    assert [tag.name for tag in tags("<svg><title/><b></svg><title/><b>")] == ["svg", "title", "b", "/svg", "title"]


def test_scripts_that_run() -> None:
    html = (
        "<script data-src=x>one()</script><script src>two()</script><script TYPE='Module'>three()\r\n</script>"
        "<script type=application/ld+json>{}</script><!--<script>four()</script>--><script></script>"
        "<script language=vbscript>five()</script><script type=text/javascript>six('</scripty>')</script>"
        "<script>seven()"
    )
    assert list(inline_scripts(html)) == ["one()", "three()\n", "six('</scripty>')"]


def test_headings_and_what_stands_below_them() -> None:
    html = (
        "<!-- <h2 id='no'>No</h2> --><p>Before &amp; <b>first</b></p>"
        "<h2 class='x' id=one>A &amp; <code>b</code> <span class='gp-badge other'>now <i>new</i></span></h2>"
        "<p>Text</p><style>p { color: red }</style><h3>Not linked</h3><h3 id='empty'>Empty</h3><h2 id='two'>Last</h2>"
        "<p title='<h2 id=\"three\">'>End</p>"
    )
    found = list(headings(html, ["gp-badge"]))
    assert [(h.level, h.id, h.title) for h in found] == [
        (2, "one", "A &amp; b"),
        (3, "empty", "Empty"),
        (2, "two", "Last"),
    ]
    assert next(headings(html)).title == "A &amp; b now new"
    assert [(h.id if h else "", text) for h, text in sections(html, found)] == [
        ("", "Before & first"),
        ("one", "Text Not linked"),
        ("two", "End"),
    ]
    assert ids(html) == {"one", "empty", "two"}


def test_text_with_something_in_the_place_of_tags() -> None:
    html = "<p>10<sup>25</sup> &lt;b&gt;<br>x</p><script>1 < 2</script><p>y<!-- > --></p>"
    assert text_of(html, {"sup": "^", "br": "\n", "/p": "\n"}, "") == "10^25 <b>\nx\ny\n"
    assert text_of(html, {}, " ").split() == ["10", "25", "<b>", "x", "y"]


def test_the_rough_reading_hides_nothing_but_tags() -> None:
    assert without_tags("<p>a<b>c</p><script>d &amp; e</script><p f='g").split() == [
        "a",
        "c",
        "d",
        "&",
        "e",
        "<p",
        "f='g",
    ]
