"""Lists that fold, in a browser: found with the script, whole without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gpai_portal.site.rendering import ASSETS
from tests.browser.conftest import NewPage
from tests.serving import serving
from tests.site.test_records import HOME, with_datasets

pytestmark = pytest.mark.browser


@pytest.fixture
def address(content: Path, tmp_path: Path) -> Iterator[str]:
    """The page of 60 records, with the stylesheet and the script, and no theme."""
    site = with_datasets(content, 60)
    page = site.portal.pages[f"{HOME}large/"]
    head = '<!doctype html><html lang="en"><title>Records</title><link rel="stylesheet" href="/assets/gpai-portal.css">'
    file = tmp_path / "www" / page.uri / "index.html"
    file.parent.mkdir(parents=True)
    file.write_text(head + site.render(page).body, encoding="utf-8")
    (tmp_path / "www/assets").symlink_to(ASSETS)
    with serving(tmp_path / "www") as root:
        yield f"{root}/{page.uri}"


def test_an_entry_is_found_by_its_words(new_page: NewPage, address: str) -> None:
    page = new_page(width=390)
    page.goto(address)
    field = page.get_by_role("searchbox", name="Find an entry")
    field.fill("CÓRPUS 5")
    expect(page.get_by_role("status")).to_have_text("11 / 60")
    shown = page.locator(".gp-sets > li:visible")
    expect(shown).to_have_count(11)
    field.fill("corpus 59")
    expect(shown).to_have_count(1)
    expect(page.locator("summary:visible")).to_have_count(1)
    field.fill("")
    expect(page.locator("summary:visible")).to_have_count(4)
    expect(shown).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_a_script_there_is_no_field_and_every_entry(new_page: NewPage, address: str) -> None:
    page = new_page(javascript=False)
    page.goto(address)
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.locator(".gp-sets > li")).to_have_count(60)
    page.locator("summary").first.click()
    expect(page.locator(".gp-sets > li:visible")).to_have_count(15)
