"""Firefox and WebKit, for real: neither has the hybrid KEM, and each keeps and refuses other things than Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity, Kem
from tests.browser.engines import ENGINES, Page
from tests.browser.gate.desk import DEMO, READER, Desk

pytestmark = [pytest.mark.browser, pytest.mark.long]

OPEN, UNLOCK, STATUS = "[data-part=open]", "[data-part=unlock]", "[data-part=status]"


@pytest.fixture(params=list(ENGINES))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    folder = tmp_path / request.param
    folder.mkdir()
    with ENGINES[request.param](folder) as page:
        yield page


def says(page: Page, text: str) -> None:
    page.until(f"document.querySelector('{STATUS}').textContent.includes(args[0])", text)


def unlock(page: Page, key: Path, *, keep: bool = False) -> None:
    if keep:
        page.click("[data-part=remember]")
    page.type("[data-part=file]", str(key))
    says(page, "Open. State of")


def left(page: Page) -> list[str]:
    """What the page still holds of the list and of a document, shown or not."""
    parts = "['list', 'document'].map(name => document.querySelector(`[data-part=${name}]`).textContent)"
    return list(page.evaluate(f"return {parts}"))


def fetched(page: Page) -> list[str]:
    """Addresses of all that the page has loaded."""
    return list(page.evaluate("return performance.getEntriesByType('resource').map(entry => entry.name)"))


def test_the_whole_way_of_a_reader(page: Page, desk: Desk) -> None:
    """Request, grant, seal, unlock, read, keep, reload, lock, forget, where only post-quantum keys are taken."""
    recipients = desk.folder / "private/recipients.yaml"
    text = recipients.read_text(encoding="utf-8")
    recipients.write_text("require_post_quantum: true\n" + text, encoding="utf-8")

    page.goto(desk.base + "downstream/")
    page.type("[name=company]", "Reader & Söhne")
    page.type("[name=contact]", "R. Leser")
    page.type("[name=email]", "leser@reader.example")
    page.click("[name=models]")
    page.type("[name=purpose]", "Integration into a reading aid")
    page.click("[data-part=form] button")
    page.click("[data-part=save-key]")
    page.click("[data-part=saved]")
    fingerprint = page.text("[data-part=fingerprint]")
    assert page.text("[data-part=key-type]") == Kem.HYBRID
    assert any(address.endswith("assets/gate/vendor/ml-kem.js") for address in fetched(page))
    page.click("[data-part=save-request]")
    key, request = (page.downloaded(name) for name in ("skriftvang.key", "skriftvang-request.txt"))
    assert Identity.parse(key.read_text(encoding="utf-8")).public.fingerprint == fingerprint

    id_ = re.search(r"recorded as (\w+)", desk.gpai("request", str(request)))[1]
    desk.gpai("grant", id_, "--basis", "contract 17", "--fingerprint", fingerprint)
    desk.seal()
    page.goto(desk.base + READER)
    unlock(page, key, keep=True)
    links = "[...document.querySelectorAll('[data-part=list] a')]"
    guide = page.until(
        f"{links}.find(a => a.textContent === args[0])?.getAttribute('href')", "Tindebro integration guide"
    )
    page.click(f"[data-part=list] a[href='{guide}']")
    page.until("document.querySelector('[data-part=document]').textContent.includes('Klingdal series')")
    page.until("document.querySelector('[data-part=forget]').checkVisibility()")

    page.reload()
    says(page, "")
    page.until(f"document.querySelector('{OPEN}').checkVisibility()")
    page.click("[data-part=lock]")
    says(page, "Locked. Nothing is left on this page.")
    assert not page.visible(OPEN)
    assert left(page) == ["", ""]
    page.click("[data-part=forget]")
    says(page, "deleted from this browser")
    page.reload()
    page.until(f"document.querySelector('{UNLOCK}').checkVisibility()")
    assert not page.visible(OPEN)
    assert not page.visible("[data-part=forget]")
    assert {address.startswith((desk.base, "blob:")) for address in fetched(page)} == {True}


@pytest.mark.parametrize("kem", list(Kem))
def test_keys_made_elsewhere_open_and_are_kept(page: Page, desk: Desk, kem: Kem) -> None:
    identity = Identity.generate(kem)
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    page.goto(desk.base + READER)
    unlock(page, desk.key_file(identity), keep=True)
    page.until("document.querySelector('[data-part=forget]').checkVisibility()")
    page.reload()
    says(page, "Open. State of")


def test_a_document_is_gone_after_leaving_and_coming_back(page: Page, desk: Desk) -> None:
    page.goto(desk.base + READER)
    unlock(page, DEMO)
    page.goto(desk.base + "downstream/")
    page.back()
    page.until(f"document.querySelector('{UNLOCK}')?.checkVisibility()")
    assert left(page) == ["", ""]


def test_each_lets_the_reader_know_when_the_vendored_part_is_missing(page: Page, desk: Desk) -> None:
    (desk.site / "assets/gate/vendor/ml-kem.js").unlink()
    page.goto(desk.base + READER)
    page.type("[data-part=file]", str(DEMO))
    says(page, "This key needs ML-KEM, which this browser does not have")
    assert not page.visible(OPEN)
