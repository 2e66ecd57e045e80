"""Pages on paper, by two engines: what is folded on the screen is there, and no sheet ends with a heading."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.browser.conftest import NewPage
from tests.browser.engines import Page, firefox
from tests.browser.problems import fail_on
from tests.browser.test_accessibility import KINDS
from tests.browser.test_browser import SAMPLE

pytestmark = pytest.mark.browser

FOLDED = ["copyright/crawlers/", "downstream/"]
#: What paper does not show: ways to other pages, and what only a script fills.
NOT_PRINTED = "template, script, [hidden], .gp-noprint, .gp-contents, .gp-trail, .gp-tabs, .gp-switch, .headerlink"
#: Headings and labels of a page, and each text in its folds.
READ = """([skipped]) => {
  const words = [];
  for (const fold of document.querySelectorAll(".gp details")) {
    if (fold.closest(skipped)) continue;
    const walk = document.createTreeWalker(fold, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
      if (walk.currentNode.data.trim() && !walk.currentNode.parentElement.closest(skipped))
        words.push(walk.currentNode.data);
  }
  const labels = [...document.querySelectorAll(".gp :is(h1, h2, h3, h4, dt)")].map(e => e.innerText);
  return [words, labels];
}"""


def plain(text: str) -> str:
    """Letters and digits alone: programs that read PDF set spaces and signs as they like."""
    return re.sub(r"[\W_]", "", text)


def problems_on_paper(pdf: bytes, words: list[str], labels: list[str]) -> list[str]:
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages]
    whole = plain(" ".join(sheets))
    ends = tuple({found for label in labels if (found := plain(label)) and len(found) > 3})
    problems = [f"not on paper: {text.strip()[:80]!r}" for text in words if plain(text) not in whole]
    last = [(number, plain(re.sub(r"(\s\d+\.)+\s*$", "", text))) for number, text in enumerate(sheets[:-1], 1)]
    return problems + [f"sheet {number} ends with {text[-80:]!r}" for number, text in last if text.endswith(ends)]


@pytest.mark.parametrize("address", FOLDED)
def test_what_is_folded_is_on_paper(new_page: NewPage, base: str, address: str) -> None:
    page = new_page()
    page.goto(base + SAMPLE + address)
    words, labels = page.evaluate(READ, [NOT_PRINTED])
    assert len(words) > 10
    fail_on(problems_on_paper(page.pdf(format="A4"), words, labels))


@pytest.mark.long
@pytest.mark.parametrize("address", KINDS)
def test_each_kind_of_page_in_chromium(new_page: NewPage, base: str, address: str) -> None:
    page = new_page()
    page.goto(base + SAMPLE + address)
    words, labels = page.evaluate(READ, [NOT_PRINTED])
    fail_on(problems_on_paper(page.pdf(format="A4"), words, labels))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("firefox")
    with firefox(folder) as page:
        yield page


@pytest.mark.long
@pytest.mark.parametrize("address", KINDS)
def test_each_kind_of_page_in_firefox(other: Page, base: str, address: str) -> None:
    other.goto(base + SAMPLE + address)
    found: Any = other.evaluate(f"return ({READ})(args)", NOT_PRINTED)
    problems = problems_on_paper(base64.b64decode(other.printed()), *found)
    # Firefox does not keep a heading with what follows, and what makes up for it does not hold before each kind of box.
    ends = [problem for problem in problems if problem.startswith("sheet")]
    fail_on([problem for problem in problems if problem not in ends or ends[1:]])
