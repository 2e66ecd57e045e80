"""The search index of the sample as a reader's browser takes it: every word of a page can be found as a word."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.whitespace import part, trim
from tests.conftest import DAY, ROOT

#: Elements within a line, whose ends part no words.
_INLINE = re.compile(r"</?(?:a|abbr|bdi|code|del|em|ins|q|s|span|strong|sub|sup|time)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def index(sample_site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample_site / "search/search_index.json").read_text(encoding="utf-8"))
    return found


def words(html: str, separator: str) -> list[str]:
    return [word for word in re.split(separator, unescape(_TAG.sub(" ", _INLINE.sub("", html)))) if word]


def indexed(index: dict[str, Any]) -> Iterator[tuple[str, Counter[str]]]:
    """Address of each page in the index, and the words under which its sections are found."""
    found: dict[str, Counter[str]] = {}
    for entry in index["docs"]:
        text = f"{entry['title']} {entry['text']}"
        found.setdefault(entry["location"].partition("#")[0], Counter()).update(
            words(text, index["config"]["separator"])
        )
    yield from found.items()


def test_every_word_of_a_page_is_a_word_of_its_sections(sample_site: Path, index: dict[str, Any]) -> None:
    seen = 0
    for location, tokens in indexed(index):
        html = (sample_site / location / "index.html").read_text(encoding="utf-8")
        if '<div class="gp">' not in html:
            continue  # written by hand, in Markdown
        body = html[html.index('<div class="gp">') : html.index("</article>")]
        # Contents repeat headings, and templates show nothing before a script fills them in.
        body = re.sub(r"<(script|style)\b.*?</\1>|<(\w+)[^>]* data-search-exclude\b.*?</\2>", "", body, flags=re.DOTALL)
        missing = Counter(words(body, index["config"]["separator"])) - tokens
        assert not missing, (location, missing)
        seen += 1
    assert seen > 10


@pytest.mark.parametrize("word", ["Tesselin", "Mozilla", "compatible", "SkriftvangBot", "folkemuseet-granvik.example"])
def test_names_are_found(index: dict[str, Any], word: str) -> None:
    """As the search asks: by the words of a query, each as the beginning of a word."""
    tokens = {token.lower() for _location, found in indexed(index) for token in found}
    asked = re.split(index["config"]["separator"], word.lower())
    assert all(any(token.startswith(one) for token in tokens) for one in asked)


def test_every_domain_name_of_a_published_list_is_found(index: dict[str, Any]) -> None:
    lines = (ROOT / "content/models/skrift/2.0/domains.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    assert len(names) == 157
    found = next(entry for entry in index["docs"] if entry["location"].endswith("training-content/top-domains/"))
    assert not set(names) - set(_TAG.sub(" ", found["text"]).split())


def test_a_list_that_is_too_long_says_so(content: Path) -> None:
    summary = content / "models/text/1.0/training-content-summary.yaml"
    text = summary.read_text(encoding="utf-8").replace("total: 20\n", "total: 2000\n")
    for count, told in ((1_000, "The list on a page of its own"), (1_001, "too long for a page of its own")):
        (summary.parent / "names.txt").write_text("".join(f"n{n}.example\n" for n in range(count)), encoding="utf-8")
        summary.write_text(text.replace("value: [news.example, presse.example]", "file: names.txt"), encoding="utf-8")
        portal = Portal.load(content, DAY)
        assert told in Site(portal).render(portal.pages["models/text/1.0/training-content/"]).body
        assert ("models/text/1.0/training-content/top-domains/" in portal.pages) is (count == 1_000)


def test_new_portals_and_the_guide_part_words_as_the_sample_does() -> None:
    places = ("mkdocs.yml", "plugin/gpai_portal/starting/files/mkdocs.yml.jinja", "docs/pages/site.md")
    found = {tuple(re.findall(r"separator: .*", (ROOT / place).read_text(encoding="utf-8"))) for place in places}
    assert len(found) == 1
    assert len(found.pop()) == 1


def test_white_space_between_blocks_shows_nowhere() -> None:
    html = '<dl><div><dt>Model</dt><dd>Mistral<div class="gp-prose"><p>7B</p></div>next<br>line</dd></div></dl>\n'
    assert "Mistral\n<div" in part(html)
    assert "Model\n</dt>" in part(html)
    assert trim(part(html), beside_blocks=True).replace("<br>\n", "<br>") == trim(html, beside_blocks=True)
