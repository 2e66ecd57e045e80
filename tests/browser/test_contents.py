"""The contents of a long page on phones."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage

PAGE = "ai-act/models/skrift/2.0/training-content/"


@pytest.mark.parametrize("javascript", [True, False])
def test_contents_lead_to_sections_with_and_without_a_script(base: str, new_page: NewPage, javascript: bool) -> None:
    page = new_page(width=390, javascript=javascript)
    page.goto(f"{base}{PAGE}")
    contents = page.locator(".gp-contents")
    top = contents.bounding_box()
    assert top
    assert top["y"] < page.locator(".gp-answer").bounding_box()["y"] < 500  # type: ignore[index]
    contents.locator("summary").click()
    contents.get_by_role("link", name="2.3. Data crawled").click()
    expect(page.locator("#sources-crawled")).to_be_in_viewport()
    if javascript:
        expect(contents).not_to_have_attribute("open", "")
        expect(contents.locator("summary")).to_be_in_viewport()
        expect(contents.locator("[data-gp-here]")).to_contain_text("2.3. Data crawled")
        below = contents.bounding_box()
        heading = page.locator("#sources-crawled").bounding_box()
        assert below
        assert heading
        assert heading["y"] >= below["y"] + below["height"]


def test_wide_windows_have_the_contents_of_the_theme(base: str, new_page: NewPage) -> None:
    page = new_page(width=1440)
    page.goto(f"{base}{PAGE}")
    expect(page.locator(".gp-contents")).to_be_hidden()
    expect(page.locator(".md-sidebar--secondary").get_by_role("link", name="2.3. Data crawled")).to_be_visible()
