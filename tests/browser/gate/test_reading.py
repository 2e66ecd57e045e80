"""Reading what was unlocked: list, documents, search, attachments, on screen and on paper."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import NewPage, build_site
from tests.browser.gate.desk import READER, Desk, part, status, unlock
from tests.browser.problems import axe_violations, fail_on, watch
from tests.conftest import SAMPLE

pytestmark = pytest.mark.browser


def test_reading(new_page: NewPage, desk: Desk, axe: str) -> None:
    """List, Form, document with its contents, image and attachment, search, and what is for others stays away."""
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base + READER)
    unlock(page)
    groups = ["All models", "Blik 1.0", "Skrift 2.0", "Skrift 1.0"]
    expect(part(page, "list").get_by_role("heading")).to_have_text(groups)
    problems += axe_violations(page, axe)
    forms = part(page, "list").get_by_role("link", name="Model Documentation Form")
    expect(forms).to_have_count(3)
    forms.nth(1).click()
    document = part(page, "document")
    expect(document).to_contain_text("Krabbegat cluster")
    expect(document.locator("#compute-amount-exact.gp-locked dd")).to_contain_text("For the AI Office only")
    for words in ("Ulvetange", "52 days", "H100 days"):
        expect(document).not_to_contain_text(words)
    expect(part(page, "title")).to_be_focused()
    expect(page).to_have_title(re.compile("^Model Documentation Form, Skrift 2.0 - "))
    expect(part(page, "about")).to_have_text("Skrift 2.0, version 1.2, 14 September 2026")
    page.evaluate("location.hash = '#%'")  # an address that was cut off leads to the list
    expect(part(page, "contents")).to_be_visible()
    forms.nth(1).click()
    problems += axe_violations(page, axe)

    page.get_by_role("link", name="All documents").click()
    part(page, "query").fill("hvalrosk cluster")
    part(page, "results").get_by_role("link").first.click()
    expect(document).to_contain_text("Hvalrosk test cluster")
    expect(document.locator("h2#what-your-system-needs")).to_be_in_viewport()
    image = document.get_by_role("img", name="Gyldenfelt flow of a request")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("e => e.naturalWidth") > 0
    part(page, "toc").get_by_role("link", name="What changes with Skrift 2.1").click()
    expect(document.locator("#what-changes-with-skrift-2-1")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#[0-9a-f]{32}/[0-9]+$"))  # history outlives the lock, so it holds no headings
    with page.expect_download() as waiting:
        document.get_by_role("link", name="Bregnevang measurements").click()
    assert waiting.value.suggested_filename == "odinsgavl-latency.csv"
    original = SAMPLE / "private/documents/skrift-2.0/odinsgavl-latency.csv"
    assert Path(waiting.value.path()).read_bytes() == original.read_bytes()
    problems += axe_violations(page, axe)
    page.go_back()
    page.go_back()
    expect(part(page, "contents")).to_be_visible()
    fail_on(problems)


def test_the_focus_follows(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    heading = page.get_by_role("heading", name="Documents", exact=True)
    expect(heading).to_be_focused()
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "title")).to_be_focused()
    page.get_by_role("link", name="All documents").click()
    expect(heading).to_be_focused()


def test_links_of_a_document_stay_in_it(new_page: NewPage, desk: Desk) -> None:
    guide = desk.folder / "private/documents/skrift-2.0/skumringsvej-guide.md"
    links = "[one](#list) [two](#pr%C3%BCfung) [three](#%) [four](#gone)"
    headings = "".join(f"\n\n# {title}\n\n" + "Words.\n\n" * 60 for title in ("Before", "List", "Prüfung"))
    guide.write_text(f"{guide.read_text(encoding='utf-8')}\n{links}{headings}", encoding="utf-8")
    desk.seal()
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    document = part(page, "document")
    for link, anchor in (("one", "list"), ("two", "prüfung")):
        document.get_by_role("link", name=link).click()
        expect(document.locator(f"[id='{anchor}']")).to_be_in_viewport()
    for link in ("three", "four"):
        document.get_by_role("link", name=link).click()
        expect(part(page, "title")).to_be_focused()
    expect(status(page)).to_be_empty()
    page.get_by_role("link", name="All documents").click()
    expect(part(page, "contents")).to_be_visible()


def test_a_french_page_speaks_french(new_page: NewPage, desk: Desk) -> None:
    config = (desk.folder / "mkdocs.yml").read_text(encoding="utf-8")
    french = config.replace("      sealed_by:", "      language: fr\n      sealed_by:")
    (desk.folder / "mkdocs.yml").write_text(french, encoding="utf-8")
    desk.gpai("seal", "--language", "fr")
    build_site(desk.folder / "mkdocs.yml", desk.site)
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    links = part(page, "list").get_by_role("link")
    expect(links).to_have_count(5)
    languages = dict(zip(links.all_inner_texts(), links.evaluate_all("all => all.map(a => a.lang)"), strict=True))
    assert languages.pop("Tindebro integration guide") == "en"
    form = next(title for title, language in languages.items() if language == "fr")
    links.filter(has_text="Tindebro").click()
    expect(part(page, "title")).to_have_attribute("lang", "en")
    expect(part(page, "attachments")).to_contain_text("1 Ko")
    page.go_back()
    links.filter(has_text=form).first.click()
    expect(part(page, "title")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_are_accessible(new_page: NewPage, desk: Desk, axe: str, scheme: str, width: int) -> None:
    page = new_page(scheme, width)
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "document").locator("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    fail_on(axe_violations(page, axe))


def test_printing_shows_the_document_alone(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "document")).to_contain_text("Klingdal")
    page.emulate_media(media="print")
    expect(part(page, "title")).to_be_visible()
    expect(part(page, "document").locator("table")).to_be_visible()
    for name in ("lock", "toc-box", "attachments-box", "status"):
        expect(part(page, name)).to_be_hidden()
    expect(page.locator("h1")).to_be_hidden()


def test_every_printed_page_of_a_package_names_its_recipient(new_page: NewPage, desk: Desk, tmp_path: Path) -> None:
    desk.gpai("package", "4be1")
    (package,) = (desk.folder / "private/packages").glob("*.zip")
    shutil.unpack_archive(package, tmp_path / "package")
    documents = sorted((tmp_path / "package").rglob("index.html"))
    assert len(documents) == 6
    printed = 0
    for document in documents:
        page = new_page()
        page.goto(document.as_uri())
        issued, about = page.locator(".gp-mark p").all_inner_texts()
        assert issued == "Issued to Nordlygte Systems GmbH on 24 November 2026"
        if document.parent != tmp_path / "package":
            assert re.search(r" · document [0-9a-f]{12} · version [^·]+ 20\d\d$", about)
        sheets = [squeezed(s.extract_text()) for s in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
        printed += len(sheets)
        for number, sheet in enumerate(sheets, 1):
            assert squeezed(issued) in sheet, (document, number)
            assert squeezed(about) in sheet, (document, number)
    assert printed > 3 * len(documents), "too short to tell whether every sheet has the lines"


def squeezed(text: str) -> str:
    """Without white space, of which a PDF has none, and with ligatures taken apart."""
    return "".join(unicodedata.normalize("NFKC", text).split())
