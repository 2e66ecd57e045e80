"""Once locked, the page holds nothing of what it showed, whatever was going on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.gate.desk import READER, Desk, part, status, unlock

pytestmark = pytest.mark.browser


def test_locking_leaves_nothing(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "query").fill("hvalrosk")
    part(page, "results").get_by_role("link").first.click()
    image = part(page, "document").locator("img")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    blob = image.get_attribute("src")
    shown = """address => new Promise(resolve => {
      const image = new Image();
      image.onload = () => resolve("there");
      image.onerror = () => resolve("gone");
      image.src = address;
    })"""
    assert page.evaluate(shown, blob) == "there"
    page.get_by_role("button", name="Lock").click()
    expect(status(page)).to_contain_text("Locked")
    for word in ("Hvalrosk", "Tindebro", "odinsgavl", "Klingdal"):
        assert word.lower() not in page.content().lower()
    assert "Tindebro" not in page.title()
    assert page.evaluate(shown, blob) == "gone"
    page.evaluate("location.hash = '#0'")
    expect(part(page, "unlock")).to_be_visible()


def test_leaving_locks(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    expect(part(page, "open")).to_be_visible()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(part(page, "open")).to_be_hidden()
    assert "Tindebro" not in page.content()


def test_locking_clears_the_address_and_what_was_saved(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.add_init_script(
        """window.blobs = new Set();
        const { createObjectURL, revokeObjectURL } = URL;
        URL.createObjectURL = blob => { const made = createObjectURL(blob); blobs.add(made); return made; };
        URL.revokeObjectURL = address => { blobs.delete(address); revokeObjectURL(address); };"""
    )
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    part(page, "toc").get_by_role("link").last.click()
    with page.expect_download():
        part(page, "attachments").get_by_role("link", name="latency.csv").click()
    assert page.evaluate("blobs.size") == 2  # the image and the file
    page.get_by_role("button", name="Lock").click()
    expect(page).to_have_url(desk.base + READER)
    assert page.evaluate("blobs.size") == 0


#: Holds the n-th request from now on until ``release()``; ``held`` is kept once it is made.
HOLD = """n => {
  const real = fetch;
  window.held = new Promise(reached => {
    window.fetch = async (...request) => {
      if (--n === 0) await new Promise(resolve => { window.release = resolve; reached(); });
      return real(...request);
    };
  });
}"""


@pytest.mark.parametrize(
    ("step", "request_"),
    [("unlock", 1), ("unlock", 2), ("unlock", 3), ("read", 1), ("read", 2), ("search", 1), ("save", 1)],
)
def test_what_is_locked_while_it_loads_stays_locked(new_page: NewPage, desk: Desk, step: str, request_: int) -> None:
    page = new_page()
    saved: list[str] = []
    page.on("download", lambda download: saved.append(download.url))
    page.goto(desk.base + READER)
    expect(part(page, "unlock")).to_be_visible()
    guide = part(page, "list").get_by_role("link", name="Tindebro")
    if step != "unlock":
        unlock(page)
        expect(guide).to_be_visible()
    if step == "save":
        guide.click()
        expect(part(page, "document").locator("img")).to_have_attribute("src", re.compile("^blob:"))
    page.evaluate(HOLD, request_)
    {
        "unlock": lambda: unlock(page),
        "read": guide.click,
        "search": lambda: part(page, "query").fill("hvalrosk"),
        "save": part(page, "attachments").get_by_role("link", name="latency.csv").click,
    }[step]()
    page.evaluate("held")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.evaluate("release()")
    page.wait_for_timeout(500)
    expect(part(page, "open")).to_be_hidden()
    expect(status(page)).to_be_empty()
    for word in ("Tindebro", "Klingdal", "Hvalrosk"):
        assert word not in page.content() + page.title()
    assert not saved
