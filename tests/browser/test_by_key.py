"""What readers without a mouse or without sight meet: the way to the title, the menu of narrow screens, names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.problems import axe_violations, fail_on

pytestmark = pytest.mark.browser

SUMMARY = "ai-act/models/skrift/2.0/training-content/"
#: 200 % zoom on 1440 pixels, and a small phone.
NARROW = [720, 320]
COVERED = """() => {
  const e = document.activeElement;
  if (!e.closest(".md-content")) return "";
  const at = e.getBoundingClientRect(), header = document.querySelector(".md-header").getBoundingClientRect();
  return at.top < header.bottom - 1 ? e.outerHTML.slice(0, 120) : "";
}"""
#: Links, each with its name and with what tells it from others of that name (WCAG 2.2, 2.4.4): its sentence, list item
#: or row, and the heading above it.
NAMES = """() => {
  let heading = "";
  const found = [];
  for (const e of document.querySelectorAll(".gp :is(h1, h2, h3, h4, dt, a[href])")) {
    if (!e.matches("a")) heading = e.innerText;
    else if (e.checkVisibility() && !e.getAttribute("href").startsWith("#")) {
      const name = (e.getAttribute("aria-label") ?? e.innerText).trim();
      const around = e.closest("li, tr, p, dd");
      found.push([name, (around ?? e).innerText + " | " + heading, e.href]);
    }
  }
  return found;
}"""
#: Links of the way to a page, which are small, that are lower than a finger needs.
LOW = """() => [...document.querySelectorAll(".gp-trail a, .gp-tabs a, .gp-switch a, .gp-docline a")]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24)
  .map(e => `${e.innerText.trim()} is ${e.getBoundingClientRect().height} px high`)"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


@pytest.mark.parametrize("address", [SUMMARY, "ai-act/", "ai-act/about/", "ai-act/404.html"])
def test_the_first_link_leads_to_the_title(new_page: NewPage, base: str, address: str) -> None:
    page = new_page()
    page.goto(base + address)
    page.keyboard.press("Tab")
    assert "md-skip" in focused(page)
    page.keyboard.press("Enter")
    title = page.locator("h1")
    expect(title).to_be_in_viewport()
    header = page.locator(".md-header").bounding_box()
    place = title.bounding_box()
    assert header
    assert place
    assert place["y"] >= header["y"] + header["height"]
    page.keyboard.press("Tab")
    expect(page.locator(".md-content :focus")).to_have_count(1)


@pytest.mark.parametrize("width", NARROW)
@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_opens_by_key_and_takes_no_focus_while_it_is_closed(
    new_page: NewPage, base: str, width: int, javascript: bool
) -> None:
    page = new_page(width=width, javascript=javascript)
    page.goto(base + SUMMARY)
    inside = "Boolean(document.activeElement.closest('.md-sidebar'))"
    seen = []
    for _ in range(16):
        page.keyboard.press("Tab")
        assert not page.evaluate(inside), focused(page)
        seen.append(focused(page))
    assert 'aria-label="Menu"' in seen[0]
    assert "md-skip" in seen[1]
    page.locator("#__drawer").focus()
    page.keyboard.press("Space")
    expect(page.locator(".md-sidebar--primary")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(inside):
            break
    assert page.evaluate(inside)
    assert page.evaluate("document.activeElement.checkVisibility({visibilityProperty: true})")
    page.locator("#__drawer").focus()
    page.keyboard.press("Space")
    expect(page.locator(".md-sidebar--primary")).not_to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_focus_is_never_under_the_header(new_page: NewPage, base: str, width: int) -> None:
    page = new_page(width=width)
    page.goto(base + SUMMARY)
    page.locator(".md-content :is(a[href], summary):visible").last.focus()
    covered = []
    for _ in range(150):
        page.keyboard.press("Shift+Tab")
        if found := page.evaluate(COVERED):
            covered.append(found)
    fail_on(covered)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "models/skrift/",
        "models/skrift/2.0/",
        "models/skrift/2.0/training-content/",
        "models/skrift/2.0/changes/",
        "changes/",
        "domains/",
        "downstream/",
        "copyright/",
    ],
)
def test_targets_are_large_and_links_can_be_told_apart(new_page: NewPage, base: str, axe: str, address: str) -> None:
    page = new_page(width=320)
    page.goto(base + "ai-act/" + address)
    places: dict[tuple[str, str], set[str]] = {}
    for name, around, href in page.evaluate(NAMES):
        places.setdefault((name, around), set()).add(href)
    problems = [f"{name!r} leads to {sorted(hrefs)}" for name, hrefs in places.items() if len(hrefs) > 1]
    problems += page.evaluate(LOW)
    fail_on(problems + axe_violations(page, axe, "html", ["target-size", "aria-dialog-name", "link-name"]))
