"""The finished sites in Chromium: themes, widths, keyboard, print, no JavaScript, search."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import expect
from pypdf import PageObject, PdfReader

from tests.browser.conftest import NewPage
from tests.browser.problems import OVERFLOW, axe_violations, fail_on, watch

pytestmark = pytest.mark.browser

SAMPLE = "ai-act/"
RELEASES = ("models/skrift/1.0/", "models/skrift/2.0/", "models/blik/1.0/")
PAGES = [
    "",
    "models/",
    "models/skrift/",
    "models/blik/",
    *(release + page for release in RELEASES for page in ("", "training-content/", "documentation/", "obligations/")),
    "copyright/",
    "copyright/crawlers/",
    "copyright/complaints/",
    "domains/",
    "downstream/",
    "downstream/documents/",
    "obligations/",
    "accessibility/",
    "changes/",
    "models/skrift/2.0/changes/",
    "models/skrift/2.0/training-content/changes/sources/",
    "models/skrift/2.0/training-content/top-domains/",
    "models/blik/1.0/training-content/r1/",
    "models/blik/1.0/training-content/r2/changes/",
    "about/",
    "how-to-read/",
    "404.html",
]
#: States of a release that the sample does not have.
STATES = ["models/skrift/1.0/", "models/skrift/1.0/training-content/", "models/skrift/2.0/", "models/skrift/"]
SUMMARY = "models/skrift/2.0/training-content/"
OLD_SUMMARY = "models/skrift/1.0/training-content/"

#: MkDocs' darkmode.js expects the style sheets of highlight.js, which come from another host and are switched off.
DARK_MODE_BUG = "script error: Cannot set properties of null (setting 'disabled')"

in_schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
in_widths = pytest.mark.parametrize("width", [390, 1440])


def test_list_of_pages_is_complete(www: Path) -> None:
    site = www / SAMPLE
    built = {path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("*.html")}
    # Redirects show nothing; of revisions and comparisons, which share two templates, the list has one of each kind.
    alike = re.compile(r"models/[^/]+/latest/|.*/r\d+/$|.*/changes/")
    assert {uri for uri in built if uri in PAGES or not alike.match(uri)} == set(PAGES)


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 390),
        ("dark", 1440),
        pytest.param("light", 1440, marks=pytest.mark.long),
        pytest.param("dark", 390, marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("address", [SAMPLE + page for page in PAGES] + ["states/" + page for page in STATES])
def test_page(new_page: NewPage, base: str, axe: str, address: str, scheme: str, width: int) -> None:
    page = new_page(scheme, width)
    problems = watch(page, base)
    page.goto(base + address)
    expected = {"light": "default", "dark": "slate"}[scheme]
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", expected)
    problems += page.evaluate(OVERFLOW)
    problems += axe_violations(page, axe)
    fail_on(problems)


@in_widths
@in_schemes
def test_stock_theme(new_page: NewPage, base: str, axe: str, scheme: str, width: int) -> None:
    page = new_page(scheme, width)
    problems = watch(page, base)
    page.goto(base + "stock/" + SUMMARY)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    for selector in (".gp h1", ".gp h2", ".gp dt", ".gp dd", ".gp td"):
        expect(page.locator(selector).first).to_be_visible()
    problems += page.evaluate(OVERFLOW)
    problems += axe_violations(page, axe, ".gp")
    fail_on([problem for problem in problems if problem != DARK_MODE_BUG])


@in_widths
def test_keyboard(new_page: NewPage, base: str, width: int) -> None:
    """Tab reaches every link and control of the content, shows where it is, and leaves again."""
    page = new_page(width=width)
    page.goto(base + SAMPLE + SUMMARY)
    total = page.evaluate(
        """() => {
          window.look = e => (s => [s.outline, s.boxShadow].join())(getComputedStyle(e));
          window.stops = [...document.querySelectorAll(".md-content :is(a[href], button, input, [tabindex])")]
            .filter(e => e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}));
          window.atRest = stops.map(look);
          return stops.length;
        }"""
    )
    assert total > 20
    where = """() => {
      const e = document.activeElement, i = stops.indexOf(e);
      return {i, marked: i < 0 || look(e) !== atRest[i], same: e === window.last, e: (window.last = e).outerHTML};
    }"""
    reached: set[int] = set()
    while True:
        page.keyboard.press("Tab")
        now = page.evaluate(where)
        if now["i"] in reached or (now["i"] < 0 and len(reached) == total):
            break
        assert not now["same"], f"focus is stuck: {now['e'][:200]}"
        assert now["marked"], f"focus cannot be seen: {now['e'][:200]}"
        reached |= {now["i"]} - {-1}
    assert len(reached) == total


@in_widths
def test_without_javascript(new_page: NewPage, base: str, width: int) -> None:
    page = new_page(width=width, javascript=False)
    page.goto(base + SAMPLE + SUMMARY)
    for selector in (".gp h2", ".gp dt", ".gp dd", ".gp-tabs a", ".gp-switch a"):
        parts = page.locator(selector)
        assert parts.count()
        for part in parts.all():
            expect(part).to_be_visible()
    hrefs = page.locator(".gp a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    addresses = {urljoin(page.url, href) for href in hrefs if not urlsplit(href).scheme}
    assert len(addresses) > 10
    assert [address for address in sorted(addresses) if not page.request.get(address).ok] == []
    page.locator(".gp-switch a").click()
    expect(page).to_have_url(base + SAMPLE + OLD_SUMMARY)
    expect(page.locator(".gp h1")).to_contain_text("Skrift 1.0")


@in_schemes
@pytest.mark.parametrize("site", [SAMPLE, "stock/"])
def test_print(new_page: NewPage, base: str, axe: str, site: str, scheme: str) -> None:
    """Nothing that a section says is lost on paper, which is white whatever the screen was."""
    page = new_page(scheme)
    page.goto(base + site + SUMMARY)
    page.emulate_media(media="print")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".gp section, .gp section *")]
          .filter(e => e.innerText !== "" && !e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
          .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert page.locator(".gp section").count() > 10
    fail_on(hidden + axe_violations(page, axe, ".gp", ["color-contrast"]))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("address", [SUMMARY, OLD_SUMMARY, "models/skrift/2.0/documentation/", "copyright/"])
def test_on_paper_a_label_stays_with_what_it_labels(new_page: NewPage, base: str, address: str, paper: str) -> None:
    """No page ends with a heading or a label, or consists of one; and none is left half empty."""
    page = new_page()
    page.goto(base + SAMPLE + address)
    found = page.locator(".gp :is(h1, h2, h3, h4, dt)").evaluate_all("all => all.map(e => e.innerText)")
    labels = tuple(" ".join(text.replace("\u00b6", "").split()) for text in found if text)
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    printed = PdfReader(io.BytesIO(page.pdf(format=paper, margin=margin)))
    # Numbers of records stand at the end of what is extracted, since they are placed beside the text.
    texts = [re.sub(r"( \d+\.)+$", "", " ".join(sheet.extract_text().split())) for sheet in printed.pages]
    assert len(texts) > 5
    assert len(labels) > 30
    fail_on(
        [f"page {number} ends with {text[-80:]!r}" for number, text in enumerate(texts, 1) if text.endswith(labels)]
    )
    assert [number for number, sheet in enumerate(printed.pages[:-1], 1) if lowest(sheet) > 0.5] == []


def lowest(sheet: PageObject) -> float:
    """How far above the lower edge of a sheet its text ends, as a part of its height."""
    found: list[float] = []

    def see(text: str, matrix: list[float], place: list[float], *_: object) -> None:
        if text.strip():
            found.append(place[4] * matrix[1] + place[5] * matrix[3] + matrix[5])

    sheet.extract_text(visitor_text=see)
    return min(found) / float(sheet.mediabox.height)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Nordic Open Web Corpus", SUMMARY),
        ("Date of last update", SUMMARY),
        ("skole-granvik.example", SUMMARY),
        ("SkriftvangBot", "copyright/"),
        ("Tesselin 2-8B", SUMMARY),
    ],
)
def test_search(new_page: NewPage, base: str, words: str, address: str) -> None:
    """A dataset, a label, a domain name of a list in a file, a crawler and a model that made data are found."""
    page = new_page()
    problems = watch(page, base)
    page.goto(base + SAMPLE)
    query = page.locator("[data-md-component=search-query]")
    query.fill(words)
    query.press("End")  # the theme looks when a key comes up
    found = page.locator(".md-search-result__item").filter(has=page.locator(f"a[href*='{address}']")).first
    expect(found).to_be_attached()
    excerpt = found.text_content() or ""
    assert words.split(maxsplit=1)[0].casefold() in excerpt.casefold(), excerpt
    assert not re.search(r"<|&\w+;|\*\*", excerpt), excerpt
    fail_on(problems)
