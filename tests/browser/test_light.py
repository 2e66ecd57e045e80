"""What browsers load, and when."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.problems import fail_on, watch

pytestmark = pytest.mark.browser

SUMMARY = "ai-act/models/skrift/2.0/training-content/"
OF_SEARCH = ("search_index.json", "/workers/search.")


def of_search(asked: list[str]) -> list[str]:
    return [address for address in asked if any(part in address for part in OF_SEARCH)]


def watched(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def found(page: Page) -> None:
    expect(page.locator(".md-search-result__item").first).to_contain_text("Tesselin")


@pytest.mark.parametrize("key", ["", "/"])
def test_the_search_is_loaded_when_it_is_used(new_page: NewPage, base: str, key: str) -> None:
    page = new_page()
    problems, asked = watch(page, base), watched(page)
    page.goto(base + SUMMARY)
    page.wait_for_load_state("networkidle")
    assert of_search(asked) == []
    # Feeds are named in the head, and are no sites in other languages.
    assert [address for address in asked if "sitemap" in address or "feeds/" in address] == []
    if key:
        page.keyboard.press(key)
    else:
        page.get_by_role("textbox", name="Search").click()
    page.keyboard.type("Tesselin")
    found(page)
    assert len(of_search(asked)) == 2
    fail_on(problems)


def test_an_address_with_a_query_searches_at_once(new_page: NewPage, base: str) -> None:
    page = new_page()
    problems, asked = watch(page, base), watched(page)
    page.goto(f"{base}ai-act/?q=Tesselin")
    found(page)
    assert len(of_search(asked)) == 2
    fail_on(problems)
