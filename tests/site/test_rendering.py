"""Prose may hold a little Markdown; whatever else data hold comes out as text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from gpai_portal.content.reading import read_answer
from gpai_portal.prose import inline, prose
from gpai_portal.schema import load
from gpai_portal.site.build import Site
from gpai_portal.site.language import Language
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import Renderer, document, json_script
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("[x](https://a.example)", '<p><a href="https://a.example">x</a></p>'),
        ("[x](mailto:a@a.example)", '<p><a href="mailto:a@a.example">x</a></p>'),
        ("see https://a.example/b?c=1&d=2.", None),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1.5 * 2 * 10^12", "<p>1.5 * 2 * 10^12</p>"),
        ("snake_case_name and 2_000", "<p>snake_case_name and 2_000</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("> no quote", "<p>&gt; no quote</p>"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_the_subset(text: str, html: str | None) -> None:
    shown = prose(text)
    assert shown == (
        html or '<p>see <a href="https://a.example/b?c=1&amp;d=2">https://a.example/b?c=1&amp;d=2</a>.</p>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/etc/passwd)",
    "![x](https://evil.example/x.png)",
    '<https://a.example/"onmouseover=alert(1)>',
    "`<script>`",
    "**<b onclick=x>**",
    "{{ 7*7 }} {% raw %} ${x}",
    "&lt;script&gt; &#60;script&#62;",
    '[a](https://a.example/"onclick="x)',
    "<!-- --><svg/onload=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("render", [prose, inline])
def test_hostile_text_stays_text(text: str, render: object) -> None:
    from html.parser import HTMLParser

    allowed = {"p", "em", "strong", "code", "a", "ul", "ol", "li"}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in allowed, tag
            assert {name for name, _ in attrs} <= ({"href"} if tag == "a" else set())
            for _, value in attrs:
                assert str(value).startswith(("https://", "http://", "mailto:")), value

    html = str(render(text))  # type: ignore[operator]
    Reader().feed(html)
    assert "49" not in html


def test_character_references_are_shown_as_written() -> None:
    assert prose("&lt;b&gt; &amp;") == "<p>&amp;lt;b&amp;gt; &amp;amp;</p>"


def test_json_cannot_end_its_script() -> None:
    text = json_script(json.dumps({"name": "</script><script>alert(1)</script>&"}))
    assert "<" not in text
    assert json.loads(str(text)) == {"name": "</script><script>alert(1)</script>&"}


@pytest.mark.parametrize(
    ("document", "path", "raw", "shown"),
    [
        (
            "training-content-summary",
            "sources.public.used",
            {"value": True, "reason": "Since 2024.", "reference": "annex 2", "as_stated": "Yes, we did"},
            ["Yes", "Since 2024.", "annex 2", "Yes, we did"],
        ),
        (
            "training-content-summary",
            "sources.public.large",
            {"value": [{"name": "Corpus"}], "reference": "https://list.example/"},
            ["Corpus", 'href="https://list.example/"'],
        ),
        (
            "training-content-summary",
            "sources.crawled.period",
            {"from": "2024-01", "qualifier": "about", "reason": "Logs begin then."},
            ["about from", "January 2024", "Logs begin then."],
        ),
        (
            "release",
            "release_date",
            {"value": "2024-01", "qualifier": "not_before"},
            ["not before <time", "January 2024"],
        ),
        ("model-documentation", "properties.total_size", "7.3e10", ["<sup>10</sup> parameters"]),
        (
            "model-documentation",
            "data.points_aio.size",
            {"value": "1.5e13", "unit": "tokens", "qualifier": "about"},
            ["about 1.5", "tokens"],
        ),
    ],
)
def test_nothing_that_an_answer_says_is_lost(document: str, path: str, raw: object, shown: list[str]) -> None:
    field = load(document).find(path)
    assert field is not None
    html = str(Renderer(Language("en")).answer(field, read_answer(field, raw)))
    assert [text for text in shown if text not in html] == []


@pytest.mark.parametrize(
    ("title", "url", "shown"),
    [
        ("Weights", '"https://base.example/w"', '<a href="https://base.example/w">Weights</a>'),
        ("{state: unknown}", '"https://base.example/w"', '<a href="https://base.example/w">https://base.example/w</a>'),
        ("Weights", "{state: not_disclosed, reason: On request.}", "Weights: On request.</p>"),
    ],
)
def test_a_link_of_a_model_has_a_name_and_an_address(tmp_path: Path, title: str, url: str, shown: str) -> None:
    content = shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    file = content / "models/text/model.yaml"
    written = f"links:\n  - title: {title}\n    url: {url}\n"
    file.write_text(file.read_text(encoding="utf-8") + written, encoding="utf-8")
    portal = Portal.load(content, date(2026, 11, 24))
    assert shown in Site(portal).render(portal.pages["models/text/"]).body


@pytest.mark.parametrize("render", [prose, inline, lambda text: document(text, {})])
def test_text_that_turns_round_what_follows_is_shown_by_its_number(render: Callable[[str], str]) -> None:
    html = render("a \u202egpj.exe and \u05e2\u05d1\u05e8\u05d9\u05ea\u200f *b*")
    assert "\u202e" not in html
    assert "\u27e8U+202E\u27e9gpj.exe" in html
    assert "\u05e2\u05d1\u05e8\u05d9\u05ea\u200f" in html


def test_no_value_in_a_template_turns_round_what_follows() -> None:
    template = Renderer(Language("en")).environment.from_string("{{ value }}<b>{{ other }}</b>")
    assert template.render(value="a\u202eb", other="c") == "a\u27e8U+202E\u27e9b<b>c</b>"


@pytest.mark.parametrize("render", [prose, lambda text: document(text, {})])
@pytest.mark.parametrize("unit", ["![", "[", "[^", "[a]("])
def test_brackets_without_end_stay_as_they_are_written(unit: str, render: Callable[[str], str]) -> None:
    """Ten thousand took six seconds; the text is whole all the same."""
    assert unescape(render(unit * 10_000)).count("[") == 10_000


def test_brackets_in_brackets_are_links_where_anybody_writes_them() -> None:
    assert 'href="https://a.example/"' in prose("(see [[[note]]](https://a.example/) and [1])")


@pytest.mark.parametrize("text", ["*", "1.", "- ", "[](https://a.example/)"])
def test_markup_of_nothing_is_shown_as_it_is_written(text: str) -> None:
    assert prose(text) == f"<p>{text.strip()}</p>"
    assert inline(text).striptags() == text.strip()
