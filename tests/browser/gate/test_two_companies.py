"""The whole way of two companies, from a request to the day when access is revoked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Download, expect

from tests.browser.conftest import NewPage, build_site
from tests.browser.gate.desk import DEMO, READER, Desk, part, status, unlock
from tests.browser.problems import fail_on, watch

pytestmark = pytest.mark.browser


def test_two_companies_from_request_to_revocation(new_page: NewPage, desk: Desk) -> None:
    """Request, grant, seal, build, unlock, read, revoke, seal, refused."""
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base + "downstream/")
    page.get_by_label("Company").fill("Reader & Söhne <b>GmbH</b>")
    page.get_by_label("Your name").fill("R. Leser")
    page.get_by_label("E-mail").fill("leser@reader.example")
    page.get_by_role("checkbox", name="Skrift 2.0").check()
    page.get_by_label("What for").fill("Integration into a\nreading aid")
    page.get_by_role("button", name="Make the key").click()
    expect(part(page, "send")).to_be_hidden()
    expect(part(page, "saved")).to_be_disabled()

    def download(button: str) -> Download:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        return waiting.value

    key = desk.folder / "reader.key"
    download("Save the key file").save_as(key)
    part(page, "saved").check()
    expect(part(page, "send")).to_be_visible()
    request = desk.folder / "mail.txt"
    download("Save the request as a file").save_as(request)
    assert request.read_text(encoding="utf-8") == part(page, "request").input_value()
    text = request.read_text(encoding="utf-8")
    assert "Models: Skrift 2.0\nPurpose: Integration into a reading aid\n" in text
    assert "GPAI-PORTAL-SECRET-KEY" not in page.content() + text
    mail = part(page, "mail").get_attribute("href")
    assert mail.startswith("mailto:integration@skriftvang.example?subject=Documentation%20request")
    assert len(mail) < 2000
    heard = part(page, "fingerprint").inner_text()

    said = desk.gpai("request", "mail.txt")
    id_ = re.search(r"recorded as (\w+)", said)[1]
    desk.gpai("grant", id_, "--basis", "contract 17", "--fingerprint", heard)
    desk.gpai("seal")
    build_site(desk.folder / "mkdocs.yml", desk.site)
    page.goto(desk.base + READER)
    unlock(page, key)
    part(page, "list").get_by_role("link", name="Tindebro integration guide").click()
    expect(part(page, "document")).to_contain_text("Klingdal series")
    page.goto(desk.base + READER)  # a new load: nothing is kept unless asked to
    expect(part(page, "unlock")).to_be_visible()

    desk.gpai("revoke", id_)
    desk.gpai("seal")
    build_site(desk.folder / "mkdocs.yml", desk.site)
    page.goto(desk.base + READER)
    unlock(page, key)
    expect(status(page)).to_contain_text("This key opens nothing")
    expect(part(page, "open")).to_be_hidden()
    unlock(page, DEMO)
    expect(part(page, "open")).to_be_visible()
    fail_on(problems)
