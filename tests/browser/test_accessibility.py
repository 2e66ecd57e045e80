"""Each kind of page by axe-core, as readers set their browsers: schemes, forced colours, a small phone, 200 % zoom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import NewPage
from tests.browser.problems import OVERFLOW, axe_violations, fail_on
from tests.browser.test_browser import PAGES, SAMPLE

pytestmark = pytest.mark.browser

#: One page of each template and state that readers meet.
KINDS = [
    "",
    "models/",
    "models/skrift/",
    "models/skrift/2.0/",
    "models/skrift/2.0/training-content/",
    "models/skrift/2.0/documentation/",
    "models/skrift/2.0/training-content/changes/",
    "models/skrift/2.0/training-content/r1/",
    "models/skrift/2.0/training-content/top-domains/",
    "models/skrift/2.0/obligations/",
    "copyright/",
    "copyright/crawlers/",
    "copyright/complaints/",
    "domains/",
    "downstream/",
    "downstream/documents/",
    "changes/",
    "obligations/",
    "accessibility/",
    "how-to-read/",
]
#: Scheme, width (720 pixels are 200 % zoom on 1440), and whether the reader's own colours are forced.
MODES = [("light", 320, "none"), ("dark", 720, "none"), ("light", 720, "active"), ("dark", 320, "active")]


def problems_of(new_page: NewPage, axe: str, address: str, mode: tuple[str, int, str]) -> list[str]:
    scheme, width, forced = mode
    page = new_page(scheme, width)
    page.emulate_media(forced_colors=forced)
    page.goto(address)
    # Colours that the reader forces are the reader's: what contrast they have is no matter of the page.
    rules = None if forced == "none" else ["cat.keyboard", "cat.name-role-value", "cat.semantics", "cat.structure"]
    found = axe_violations(page, axe, "html", rules) + page.evaluate(OVERFLOW)
    page.context.close()
    return [f"{address} {mode}: {problem}" for problem in found]


@pytest.mark.long  # test_browser.py looks at the same pages in fewer modes
@pytest.mark.parametrize("mode", MODES[:2], ids=str)
@pytest.mark.parametrize("part", [0, 1])
def test_each_kind_of_page(new_page: NewPage, base: str, axe: str, mode: tuple[str, int, str], part: int) -> None:
    fail_on([found for kind in KINDS[part::2] for found in problems_of(new_page, axe, base + SAMPLE + kind, mode)])


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_each_page_in_each_language(
    new_page: NewPage, www: Path, base: str, axe: str, mode: tuple[str, int, str]
) -> None:
    """The languages of the sample are folders beside its first one."""
    languages = ["", *(f"{folder.name}/" for folder in (www / SAMPLE).iterdir() if (folder / "models").is_dir())]
    addresses = [base + SAMPLE + language + page for language in languages for page in PAGES]
    fail_on([found for address in addresses for found in problems_of(new_page, axe, address, mode)])


def test_what_is_chosen_is_told_apart_in_forced_colours(new_page: NewPage, base: str) -> None:
    """A Yes is filled and a No is not, whatever the colours are."""
    page = new_page()
    page.emulate_media(forced_colors="active")
    page.goto(base + SAMPLE + "models/skrift/2.0/training-content/")
    colour = "e => getComputedStyle(e).backgroundColor"
    yes = page.locator(".gp-chip--yes").first.evaluate(colour)
    other = page.locator(".gp-chip:not(.gp-chip--yes)").first.evaluate(colour)
    assert yes != other
