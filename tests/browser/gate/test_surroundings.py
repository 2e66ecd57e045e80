"""What the pages depend on: the browser, how they were opened, the theme, and their security policy."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, build_site
from tests.browser.gate.desk import READER, Desk, part, status, unlock
from tests.browser.problems import fail_on, watch

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("refused", ["getItem", "setItem", "localStorage"])
def test_a_browser_that_stores_nothing_opens_all_the_same(new_page: NewPage, desk: Desk, refused: str) -> None:
    page = new_page()
    whole = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    method = f"Storage.prototype.{refused} = () => {{ throw new DOMException('', 'QuotaExceededError'); }}"
    page.goto(desk.base + READER)
    expect(part(page, "unlock")).to_be_visible()
    page.evaluate(f"() => {{ {whole if refused == 'localStorage' else method} }}")
    unlock(page)
    expect(status(page)).to_contain_text("Open. State of")


@pytest.mark.parametrize("address", ["downstream/", READER])
def test_where_it_cannot_work_it_says_why(new_page: NewPage, desk: Desk, address: str) -> None:
    page = new_page()
    page.goto(desk.base + address)
    expect(part(page, "fallback")).to_be_hidden()
    expect(status(page)).to_be_empty()
    expect(page.get_by_role("button", name="Forget this device")).to_be_hidden()
    page = new_page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(desk.base + address)
    expect(status(page)).to_contain_text("not encrypted")
    page = new_page()
    page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    page.goto(desk.base + address)
    expect(status(page)).to_contain_text("too old")
    page = new_page(javascript=False)
    page.goto(desk.base + address)
    expect(part(page, "fallback")).to_contain_text("scripts are switched off in this browser")
    expect(part(page, "form" if address == "downstream/" else "unlock")).to_be_hidden()


def test_opened_as_a_file(new_page: NewPage, desk: Desk) -> None:
    """Browsers load no module from file://, so the page itself has to say it."""
    page = new_page()
    page.goto((desk.site / READER / "index.html").as_uri())
    expect(part(page, "fallback")).to_contain_text("opened as a file")
    expect(part(page, "fallback")).to_be_visible()


def test_without_a_set(new_page: NewPage, desk: Desk) -> None:
    shutil.rmtree(desk.folder / "content/sealed")
    build_site(desk.folder / "mkdocs.yml", desk.site)
    page = new_page()
    for address in ("downstream/", READER):
        page.goto(desk.base + address)
        expect(status(page)).to_contain_text("Nothing is published for downstream providers yet")


def test_instant_navigation(new_page: NewPage, desk: Desk) -> None:
    """The key lives as long as the page is shown; other pages of the same visit hold nothing of it."""
    config = desk.folder / "instant.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("BASE", desk.base), encoding="utf-8")
    build_site(config, desk.site)
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base)
    page.evaluate("window.sameVisit = true")
    page.locator(".md-content").get_by_role("link", name="For downstream providers").click()
    expect(part(page, "form")).to_be_visible()
    page.get_by_role("link", name="I have a key: read the documents").click()
    expect(part(page, "unlock")).to_be_visible()
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "document")).to_contain_text("Klingdal")
    assert page.evaluate("window.sameVisit") is True
    page.locator(".md-content").get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Transparency portal")
    assert page.evaluate("window.sameVisit") is True
    assert "Tindebro" not in page.content()
    expect(page).not_to_have_title(re.compile("Documents for recipients"))
    page.go_back()
    expect(part(page, "unlock")).to_be_visible()
    unlock(page)
    expect(part(page, "open")).to_be_visible()
    fail_on(problems)


def test_the_policy_blocks_what_could_carry_a_secret_away(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    blocked = page.evaluate(
        """async () => {
          const seen = [];
          addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
          const make = (name, attributes) => Object.assign(document.createElement(name), attributes);
          const add = (name, attributes) => document.body.append(make(name, attributes));
          add("script", { textContent: "window.ran = 1" });
          add("script", { src: "https://evil.example/x.js" });
          add("img", { src: "https://evil.example/x.png" });
          add("iframe", { src: "https://evil.example/" });
          await fetch("https://evil.example/").catch(() => 0);
          const image = document.createElement("div");
          image.innerHTML = "<img src=x onerror='window.ran = 1'>";
          document.body.append(image);
          setTimeout("window.ran = 1");  // what the test driver evaluates itself is not under the policy
          const form = make("form", { action: "https://evil.example/", method: "post" });
          document.body.append(form);
          form.submit();
          await new Promise(resolve => setTimeout(resolve, 500));
          return [window.ran ?? null, [...new Set(seen)].sort()];
        }"""
    )
    assert blocked[0] is None
    wanted = {"connect-src", "form-action", "frame-src", "img-src", "script-src", "script-src-attr", "script-src-elem"}
    assert set(blocked[1]) == wanted
