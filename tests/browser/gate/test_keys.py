"""Keys and HPKE: what one side makes, the other takes; RFC 9180 says what is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gpai_portal.errors import SealingError
from gpai_portal.gate.requests import parse_request
from gpai_portal.sealing.keys import Identity, Kem, KeyFile
from tests.browser.conftest import NewPage
from tests.browser.gate.desk import DEMO, READER, Desk, part, status, unlock
from tests.browser.gate.lacking import LIKE
from tests.browser.problems import fail_on, watch
from tests.conftest import SEALED_BY

pytestmark = pytest.mark.browser

#: RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0.
RFC = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "secret": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    "enc": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    "aad": "436f756e742d30",
    "ct": "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
}


def test_rfc_9180_a_1(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    opened = page.evaluate(
        """async ([base, rfc]) => {
          const { open, concat, identity } = await import(`${base}assets/gate/hpke.js`);
          const aead = { id: 0x0001, key: 16 };
          const raw = Object.fromEntries(Object.entries(rfc).map(([name, hex]) =>
            [name, Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16))]));
          const reader = await identity("X25519", raw.secret);
          const wrapped = concat(raw.enc, raw.ct);
          const options = { aead, aad: raw.aad };
          const pt = await open(reader, wrapped, raw.info, options);
          const refused = [];
          for (const [info, aad] of [[raw.aad, raw.aad], [raw.info, raw.info]]) {
            const opening = open(reader, wrapped, info, { aead, aad });
            refused.push(await opening.then(() => "opened", error => error.name));
          }
          return [Array.from(pt, byte => byte.toString(16).padStart(2, "0")).join(""), refused];
        }""",
        [desk.base, RFC],
    )
    assert opened == [RFC["pt"], ["OperationError", "OperationError"]]


LIKE_EACH = pytest.mark.parametrize("like", list(LIKE))


@LIKE_EACH
@pytest.mark.parametrize("kem", list(Kem))
def test_python_wraps_and_the_browser_opens(new_page: NewPage, desk: Desk, kem: Kem, like: str) -> None:
    identity = Identity.generate(kem)
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    page = new_page()
    page.add_init_script(LIKE[like])
    problems = watch(page, desk.base)
    page.goto(desk.base + READER)
    unlock(page, desk.key_file(identity))
    expect(status(page)).to_contain_text("Open. State of 24 November 2026, epoch 1.")
    expect(part(page, "list").locator("a")).to_have_count(5)
    fail_on(problems)


@LIKE_EACH
def test_keys_made_in_the_browser_are_read_by_python(new_page: NewPage, desk: Desk, like: str) -> None:
    page = new_page()
    page.add_init_script(LIKE[like])
    page.goto(desk.base + READER)
    made = page.evaluate(
        """async base => {
          const keys = await import(`${base}assets/gate/keys.js`);
          const key = await keys.generate();
          const print = await keys.fingerprint(key);
          const ids = { portal: "0".repeat(32), signedBy: "k".repeat(43) };
          const about = { site: "https://x.example/", ...ids, day: "2026-11-24" };
          const form = { company: "Grøn ApS", contact: "x", email: "x@x.example", models: "m", purpose: "p" };
          return [keys.keyFile(key, print, about), keys.requestText(key, print, form, about), print];
        }""",
        desk.base,
    )
    key_file = KeyFile.parse(made[0])
    assert (key_file.portal, key_file.signed_by) == ("0" * 32, "k" * 43)
    identity = key_file.identity
    lines, key = parse_request(made[1].encode(), "0" * 32)
    assert identity.kem is Kem.HYBRID
    assert identity.public == key
    assert key.fingerprint == made[2]
    assert lines["name"] == "Grøn ApS"


@LIKE_EACH
@pytest.mark.parametrize("kem", list(Kem))
def test_the_browser_wraps_and_python_opens(new_page: NewPage, desk: Desk, kem: Kem, like: str) -> None:
    """The sending side is the test's own, around what the page uses: of these, only hybrid ones are made there."""
    identity = Identity.generate(kem)
    page = new_page()
    page.add_init_script(LIKE[like])
    page.goto(desk.base + READER)
    wrapped = page.evaluate(
        """async ([base, kem, raw]) => {
          const { concat, encap, extractAndExpand, keySchedule, utf8 } = await import(`${base}assets/gate/hpke.js`);
          const publicRaw = Uint8Array.from(raw);
          let enc, shared;
          if (kem === "X25519") {
            const reader = await crypto.subtle.importKey("raw", publicRaw, { name: kem }, false, []);
            const own = await crypto.subtle.generateKey({ name: kem }, false, ["deriveBits"]);
            enc = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
            const dh = await crypto.subtle.deriveBits({ name: kem, public: reader }, own.privateKey, 256);
            shared = await extractAndExpand(new Uint8Array(dh), enc, publicRaw);
          } else {
            ({ enc, shared } = await encap(publicRaw));
          }
          const { key, iv } = await keySchedule(kem, shared, utf8("place"));
          const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
          const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, imported, utf8("from the browser"));
          return Array.from(concat(enc, new Uint8Array(sealed)));
        }""",
        [desk.base, str(kem), list(identity.public.raw)],
    )
    assert identity.unwrap(bytes(wrapped), b"place") == b"from the browser"
    assert identity.unwrap(bytes(wrapped), b"elsewhere") is None


@LIKE_EACH
def test_the_vendored_ml_kem_is_loaded_only_where_the_browser_has_none(
    new_page: NewPage, desk: Desk, like: str
) -> None:
    page = new_page()
    page.add_init_script(LIKE[like])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk.base + READER)
    unlock(page, desk.key_file(Identity.generate(Kem.X25519)))
    expect(status(page)).to_contain_text("This key opens nothing")
    assert not [url for url in asked if "vendor" in url]
    unlock(page)
    expect(part(page, "open")).to_be_visible()
    assert [url for url in asked if "vendor" in url] == [f"{desk.base}assets/gate/vendor/ml-kem.js"] * (
        like != "Chromium"
    )
    assert page.request.get(f"{desk.base}assets/gate/vendor/ml-kem.txt").ok


def test_where_ml_kem_cannot_be_had_the_page_says_so(new_page: NewPage, desk: Desk) -> None:
    """Unlocking, with a kept key, which is not lost for it, and when a key is to be made."""
    page = new_page()
    page.add_init_script(LIKE["Firefox"])
    vendored = "**/vendor/ml-kem.js"
    page.route(vendored, lambda route: route.abort())
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("This key needs ML-KEM, which this browser does not have")
    expect(part(page, "open")).to_be_hidden()
    page.unroute(vendored)
    page.reload()
    part(page, "remember").check()
    unlock(page)
    expect(part(page, "forget")).to_be_visible()
    page.route(vendored, lambda route: route.abort())
    page.reload()
    expect(status(page)).to_contain_text("This key needs ML-KEM")
    expect(part(page, "forget")).to_be_visible()
    ask(page, desk)
    expect(status(page)).to_contain_text("did not make a key that works, so none is offered")
    expect(part(page, "form")).to_be_visible()
    expect(part(page, "save")).to_be_hidden()
    page.unroute(vendored)
    ask(page, desk)
    expect(part(page, "save")).to_be_visible()
    expect(status(page)).to_be_empty()


@LIKE_EACH
def test_a_key_that_does_not_open_what_is_sealed_to_it_is_not_offered(new_page: NewPage, desk: Desk, like: str) -> None:
    """In a browser that imports other private keys than those it is given."""
    page = new_page()
    page.add_init_script(LIKE[like])
    broken = """
    const importKey = SubtleCrypto.prototype.importKey;
    SubtleCrypto.prototype.importKey = function (format, bytes, ...rest) {
      const random = crypto.getRandomValues(new Uint8Array(bytes.length));
      const secret = ["pkcs8", "raw-seed"].includes(format);
      const given = secret ? bytes.map((byte, i) => (i < bytes.length - 32 ? byte : random[i])) : bytes;
      return importKey.call(this, format, given, ...rest);
    };"""
    page.add_init_script(broken)
    ask(page, desk)
    expect(status(page)).to_contain_text("did not make a key that works, so none is offered")
    expect(part(page, "save")).to_be_hidden()


def ask(page: Page, desk: Desk) -> None:
    """Fills in the request, up to the key."""
    page.goto(desk.base + "downstream/")
    for label, text in {"Company": "R", "Your name": "R", "E-mail": "r@r.example", "What for": "R"}.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Make the key").click()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "This is no key file"),
        ("GPAI-PORTAL-SECRET-KEY:X25519:short", "This is no key file"),
        (f"# Signing key: {SEALED_BY}\n{Identity.generate().to_text('2026')}", "This key opens nothing"),
        (f"# Signing key: {SEALED_BY}\n{Identity.generate(Kem.X25519).to_text('2026')}", "This key opens nothing"),
        (Identity.generate().to_text("2026"), "does not say who signs the section"),
        (f"# Signing key: {SEALED_BY}A\n{Identity.generate().to_text('2026')}", "does not say who signs the section"),
        (
            f"# Signing key: {SEALED_BY}\n# Signing key: {'A' * 43}\n{Identity.generate().to_text('2026')}",
            "or names several signing keys",
        ),
        (f"# Signing key: {'A' * 43}\n{Identity.generate().to_text('2026')}", "names another signing key than this"),
        (f"# Portal id: {'0' * 32}\n{Identity.generate().to_text('2026')}", "made for another portal"),
    ],
)
def test_keys_that_do_not_fit(new_page: NewPage, desk: Desk, tmp_path: Path, text: str, message: str) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    (tmp_path / "some.key").write_text(text, encoding="utf-8")
    unlock(page, tmp_path / "some.key")
    expect(status(page)).to_contain_text(message)


def test_page_and_command_accept_the_same_key_files(new_page: NewPage, desk: Desk) -> None:
    """White space is what differs between regular expressions of the two languages."""
    secret = "A" * 43
    texts = [f"GPAI-PORTAL-SECRET-KEY:{space}X25519:{space}{secret}" for space in ("", *map(chr, range(0x20, 0x3100)))]
    texts += [f"GPAI-PORTAL-SECRET-KEY:{chr(code)}X25519:{secret}" for code in (*range(0x20), 0xFEFF)]
    texts += [f"\ufeffGPAI-PORTAL-SECRET-KEY:X25519:{secret}", f"GPAI-PORTAL-SECRET-KEY:X25519\ufeff:{secret}"]

    def accepted(text: str) -> bool:
        try:
            return bool(Identity.parse(text))
        except SealingError:
            return False

    page = new_page()
    page.goto(desk.base + READER)
    read = page.evaluate(
        """async ([base, texts]) => {
          const { parseKeyFile } = await import(`${base}assets/gate/keys.js`);
          return texts.map(text => parseKeyFile(text) !== null);
        }""",
        [desk.base, texts],
    )
    differing = [text for text, taken in zip(texts, read, strict=True) if taken is not accepted(text)]
    assert not differing


def test_a_key_can_be_pasted(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    page.get_by_text("Paste the key instead").click()
    page.get_by_label("Text of the key file").fill(DEMO.read_text(encoding="utf-8"))
    expect(part(page, "open")).to_be_visible()
    expect(part(page, "paste")).to_have_value("")
