"""A key that the browser keeps: under which conditions, for how long, and how it is forgotten."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Browser, expect

from gpai_portal.sealing.keys import Identity, Kem
from tests.browser.conftest import NewPage
from tests.browser.gate.desk import READER, Desk, part, status, unlock
from tests.browser.gate.lacking import LIKE

pytestmark = pytest.mark.browser

#: A browser's store that gives back something else than what was put in.
_GIVES = """
const { get } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "result");
Object.defineProperty(IDBRequest.prototype, "result", { get() {
  const found = get.call(this);
  return found?.wrapping ? RECORD : found;
} });
"""


@pytest.mark.parametrize(
    "like", [name if name == "Chromium" else pytest.param(name, marks=pytest.mark.long) for name in LIKE]
)
@pytest.mark.parametrize("kem", list(Kem))
def test_a_key_can_be_kept_and_forgotten(browser: Browser, desk: Desk, kem: Kem, like: str) -> None:
    identity = Identity.generate(kem)
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    context = browser.new_context()
    context.clock.install(time="2026-11-24T12:00:00Z")
    page = context.new_page()
    page.add_init_script(LIKE[like])
    page.goto(desk.base + READER)
    part(page, "remember").check()
    unlock(page, desk.key_file(identity))
    expect(page.get_by_role("button", name="Forget this device")).to_be_visible()
    page.reload()
    expect(part(page, "open")).to_be_visible()
    secret = base64.urlsafe_b64encode(identity.secret).decode().rstrip("=")
    kept = page.evaluate(
        """() => new Promise(resolve => {
          const opening = indexedDB.open("gpai-portal", 1);
          opening.onsuccess = () => {
            const all = opening.result.transaction("keys").objectStore("keys").getAll();
            all.onsuccess = async () => {
              const record = all.result[0];
              const keys = Object.values(record).filter(value => value instanceof CryptoKey);
              const exports = await Promise.all(keys.flatMap(key => ["raw", "jwk", "pkcs8"].map(format =>
                crypto.subtle.exportKey(format, key).then(() => "exported", () => "refused"))));
              const bytes = Object.values(record).flatMap(value =>
                value instanceof ArrayBuffer || value instanceof Uint8Array ? [...new Uint8Array(value)] : []);
              opening.result.close();
              resolve({ extractable: keys.map(key => key.extractable), exports, bytes });
            };
          };
        })"""
    )
    assert kept["extractable"] == [False]
    assert set(kept["exports"]) == {"refused"}
    assert list(identity.secret) not in [kept["bytes"][i : i + 32] for i in range(len(kept["bytes"]))]
    assert secret not in page.content()
    context.clock.set_fixed_time("2026-12-25T12:00:00Z")
    page.reload()
    expect(part(page, "unlock")).to_be_visible()
    expect(part(page, "open")).to_be_hidden()
    context.clock.set_fixed_time("2026-11-24T12:00:00Z")
    page.reload()
    expect(part(page, "unlock")).to_be_visible()  # what had expired is gone
    part(page, "remember").check()
    unlock(page, desk.key_file(identity))
    page.get_by_role("button", name="Forget this device").click()
    expect(status(page)).to_contain_text("deleted from this browser")
    page.reload()
    expect(part(page, "unlock")).to_be_visible()
    context.close()


def test_a_kept_key_can_be_forgotten_wherever_one_is(new_page: NewPage, desk: Desk) -> None:
    identity = Identity.generate()
    id_ = desk.let_in(identity, "Reader Ltd")
    desk.seal()
    page = new_page()
    forget = page.get_by_role("button", name="Forget this device")

    def lock() -> None:
        page.get_by_role("button", name="Lock").click()
        expect(status(page)).to_contain_text("Locked")

    def enter(*, remember: bool = False) -> None:
        if remember:
            part(page, "remember").check()
        unlock(page, desk.key_file(identity))
        expect(part(page, "open")).to_be_visible()

    page.goto(desk.base + READER)
    enter()
    expect(forget).to_be_hidden()
    lock()
    enter(remember=True)
    expect(forget).to_be_visible()
    lock()
    expect(forget).to_be_visible()
    enter()
    expect(forget).to_be_visible()
    forget.click()
    expect(forget).to_be_hidden()
    expect(page.get_by_role("button", name="Lock")).to_be_focused()
    lock()
    enter()
    expect(forget).to_be_hidden()
    lock()
    enter(remember=True)
    expect(forget).to_be_visible()

    desk.gpai("revoke", id_)
    desk.seal()
    page.reload()
    expect(status(page)).to_contain_text("This key opens nothing")
    forget.click()
    expect(status(page)).to_contain_text("deleted from this browser")
    page.reload()
    expect(part(page, "unlock")).to_be_visible()
    expect(status(page)).to_be_empty()


@pytest.mark.parametrize(
    "refusal",
    [
        "indexedDB.open = () => { throw new DOMException('', 'SecurityError'); }",
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'DataCloneError'); }",
        "IDBObjectStore.prototype.put = function () { this.transaction.abort(); return {}; }",
        # Takes it, and gives back nothing, null, a record without its key, or one that does not decrypt.
        "IDBObjectStore.prototype.put = () => ({})",
        _GIVES.replace("RECORD", "null"),
        _GIVES.replace("RECORD", "{ ...found, wrapping: null }"),
        _GIVES.replace("RECORD", "{ ...found, sealed: new ArrayBuffer(48) }"),
    ],
)
def test_a_browser_that_cannot_keep_the_key_says_so(new_page: NewPage, desk: Desk, refusal: str) -> None:
    page = new_page()
    page.add_init_script(refusal)
    page.goto(desk.base + READER)
    part(page, "remember").check()
    unlock(page)
    expect(status(page)).to_contain_text("This browser refuses to keep the key")
    expect(part(page, "open")).to_be_visible()
    expect(part(page, "forget")).to_be_hidden()


def test_a_browser_that_keeps_an_older_key_in_its_place_is_noticed(new_page: NewPage, desk: Desk) -> None:
    identity = Identity.generate()
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    page = new_page()
    page.goto(desk.base + READER)
    part(page, "remember").check()
    unlock(page)
    expect(part(page, "forget")).to_be_visible()
    page.get_by_role("button", name="Lock").click()
    page.evaluate("IDBObjectStore.prototype.put = () => ({})")
    part(page, "remember").check()
    unlock(page, desk.key_file(identity))
    expect(status(page)).to_contain_text("This browser refuses to keep the key")
    page.reload()
    expect(part(page, "unlock")).to_be_visible()
    expect(status(page)).to_be_empty()
