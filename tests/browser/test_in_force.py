"""A day is typed on the page of a model, and what was in force then is said and marked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.problems import fail_on, watch

pytestmark = pytest.mark.browser


def test_what_was_in_force_on_a_day_is_told(new_page: NewPage, base: str) -> None:
    page = new_page(width=390)
    problems = watch(page, base)
    page.goto(f"{base}ai-act/models/skrift/")
    said = page.locator("[data-part=said]")
    for day, texts in {
        "2026-06-21": ["Current release: Skrift 2.0", "Training summary: 1.0", "Model documentation: 1.0"],
        "2026-06-22": ["Model documentation: 1.1"],
        "2025-06-01": ["Current release: Skrift 1.0", "Training summary: none known here"],
        "2020-01-01": ["Nothing is known here of this day."],
        "2030-01-01": ["knows no later day"],
    }.items():
        page.get_by_label("On this day").fill(day)
        for text in texts:
            expect(said).to_contain_text(text)
    page.get_by_label("On this day").fill("2025-06-01")
    expect(page.locator("tr.gp-on")).to_contain_text("15 May 2025 to")
    expect(page.locator("tr.gp-on")).to_be_visible()
    fail_on(problems)


def test_without_a_script_the_table_serves(new_page: NewPage, base: str) -> None:
    page = new_page(javascript=False)
    page.goto(f"{base}ai-act/models/skrift/")
    expect(page.get_by_label("On this day")).to_be_hidden()
    expect(page.locator("tr[data-from]").first).to_contain_text("Skrift 2.0")
