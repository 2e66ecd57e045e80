"""The gated section as a downstream provider meets it: request, unlock, read, and every way it can go wrong."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect
from pypdf import PdfReader
from tests.browser.conftest import CHECKOUT, QuietHandler, _build
from tests.browser.test_browser import axe_violations, fail_on, watch
from tests.conftest import run
from tests.gate.conftest import request_text

from gpai_portal.errors import SealingError
from gpai_portal.gate.requests import parse_request
from gpai_portal.sealing.keys import Identity, Kem

pytestmark = pytest.mark.browser

NewPage = Callable[..., Page]
DEMO = CHECKOUT / "tests/sample/demo.key"
READER = "downstream/documents/"

#: RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, sequence number 0.
RFC = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "secret": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    "enc": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    "aad": "436f756e742d30",
    "ct": "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
}


class Desk:
    """A provider's folder with its site, served; ``gpai`` runs its commands."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder = folder
        self.base = base
        self.site = folder / "site"

    def gpai(self, *words: str) -> str:
        done = run("gpai_portal.cli", *words, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def seal(self) -> None:
        """Seals and publishes: a build copies the set byte for byte, which tests/site shows."""
        self.gpai("seal")
        self.publish(self.folder / "content/sealed")

    def publish(self, sealed: Path) -> None:
        shutil.rmtree(self.site / "sealed", ignore_errors=True)
        shutil.copytree(sealed, self.site / "sealed")

    def let_in(self, identity: Identity, company: str) -> str:
        known = json.loads((self.folder / "private/section.json").read_text(encoding="utf-8"))
        text = request_text(identity, company, known["portal"])
        (self.folder / "request.txt").write_text(text, encoding="utf-8")
        id_ = re.search(r"recorded as (\w+)", self.gpai("request", "request.txt"))[1]
        self.gpai("grant", id_, "--basis", "contract", "--fingerprint", identity.public.fingerprint)
        return id_

    def key_file(self, identity: Identity) -> Path:
        file = self.folder / f"{identity.kem}.key"
        file.write_text(identity.to_text("2026-11-24"), encoding="utf-8")
        return file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's desk with its site, as `mkdocs build` makes it; with instant navigation in a second site."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(CHECKOUT / "content", folder / "content")
    shutil.copytree(CHECKOUT / "tests/sample/private", folder / "private")
    config = (CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    _build(folder / "mkdocs.yml", folder / "site")
    instant = config.replace("- navigation.prune\n", "- navigation.prune\n    - navigation.instant\n")
    assert instant != config
    (folder / "instant.yml").write_text(instant.replace("https://skriftvang.example/ai-act/", "BASE"), encoding="utf-8")
    return folder


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Iterator[Desk]:
    """A copy of the desk that a test may change."""
    folder = tmp_path / "desk"
    shutil.copytree(built, folder)
    handler = partial(QuietHandler, directory=str(folder / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Desk(folder, f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


def part(page: Page, name: str):
    return page.locator(f"[data-part={name}]")


def unlock(page: Page, key: Path = DEMO) -> None:
    part(page, "file").set_input_files(key)


def status(page: Page):
    return page.get_by_role("status")


def test_scripts_are_small() -> None:
    scripts = sorted((CHECKOUT / "plugin/gpai_portal/assets/gate").glob("*.js"))
    assert len(scripts) > 4
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= 15 * 1024


def test_rfc_9180_a_1(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    opened = page.evaluate(
        """async ([base, rfc]) => {
          const { open, AES_128_GCM, concat } = await import(`${base}assets/gate/hpke.js`);
          const { identity } = await import(`${base}assets/gate/keys.js`);
          const raw = Object.fromEntries(Object.entries(rfc).map(([name, hex]) =>
            [name, Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16))]));
          const reader = await identity("X25519", raw.secret);
          const wrapped = concat(raw.enc, raw.ct);
          const options = { aead: AES_128_GCM, aad: raw.aad };
          const pt = await open(reader, wrapped, raw.info, options);
          const refused = [];
          for (const [info, aad] of [[raw.aad, raw.aad], [raw.info, raw.info]]) {
            const opening = open(reader, wrapped, info, { aead: AES_128_GCM, aad });
            refused.push(await opening.then(() => "opened", error => error.name));
          }
          return [Array.from(pt, byte => byte.toString(16).padStart(2, "0")).join(""), refused];
        }""",
        [desk.base, RFC],
    )
    assert opened == [RFC["pt"], ["OperationError", "OperationError"]]


@pytest.mark.parametrize("kem", list(Kem))
def test_python_wraps_and_the_browser_opens(new_page: NewPage, desk: Desk, kem: Kem) -> None:
    identity = Identity.generate(kem)
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base + READER)
    unlock(page, desk.key_file(identity))
    expect(status(page)).to_contain_text("Open. State of 24 November 2026, epoch 1.")
    expect(part(page, "list").locator("a")).to_have_count(5)
    fail_on(problems)


@pytest.mark.parametrize("kem", list(Kem))
def test_keys_made_in_the_browser_are_read_by_python(new_page: NewPage, desk: Desk, kem: Kem) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    if kem is Kem.X25519:  # as in a browser that does not have the hybrid yet
        page.evaluate(
            """() => {
              const generate = crypto.subtle.generateKey.bind(crypto.subtle);
              crypto.subtle.generateKey = (algorithm, ...rest) => algorithm.name === "MLKEM768-X25519"
                ? Promise.reject(new DOMException("", "NotSupportedError")) : generate(algorithm, ...rest);
            }"""
        )
    made = page.evaluate(
        """async base => {
          const keys = await import(`${base}assets/gate/keys.js`);
          const key = await keys.generate(false);
          const print = await keys.fingerprint(key);
          const about = { site: "https://x.example/", portal: "0".repeat(32), day: "2026-11-24" };
          const form = { company: "Grøn ApS", contact: "x", email: "x@x.example", models: "m", purpose: "p" };
          return [keys.keyFile(key, print, about), keys.requestText(key, print, form, about), print,
                  await keys.generate(true).then(key => key?.kem ?? null)];
        }""",
        desk.base,
    )
    identity = Identity.parse(made[0])
    lines, key = parse_request(made[1].encode(), "0" * 32)
    assert identity.kem is kem
    assert identity.public == key
    assert key.fingerprint == made[2]
    assert lines["name"] == "Grøn ApS"
    assert made[3] == (None if kem is Kem.X25519 else str(kem))


@pytest.mark.parametrize("kem", list(Kem))
def test_the_browser_wraps_and_python_opens(new_page: NewPage, desk: Desk, kem: Kem) -> None:
    """The sending side is the test's own, around the key schedule that the page uses."""
    identity = Identity.generate(kem)
    page = new_page()
    page.goto(desk.base + READER)
    wrapped = page.evaluate(
        """async ([base, kem, raw]) => {
          const { concat, extractAndExpand, keySchedule, utf8 } = await import(`${base}assets/gate/hpke.js`);
          const publicRaw = Uint8Array.from(raw);
          let enc, shared;
          if (kem === "X25519") {
            const reader = await crypto.subtle.importKey("raw", publicRaw, { name: kem }, false, []);
            const own = await crypto.subtle.generateKey({ name: kem }, false, ["deriveBits"]);
            enc = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
            const dh = await crypto.subtle.deriveBits({ name: kem, public: reader }, own.privateKey, 256);
            shared = await extractAndExpand(new Uint8Array(dh), enc, publicRaw);
          } else {
            const use = ["encapsulateBits"];
            const reader = await crypto.subtle.importKey("raw-public", publicRaw, { name: kem }, false, use);
            const made = await crypto.subtle.encapsulateBits({ name: kem }, reader);
            enc = new Uint8Array(made.ciphertext);
            shared = new Uint8Array(made.sharedKey);
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


def test_two_companies_from_request_to_revocation(new_page: NewPage, desk: Desk) -> None:
    """Request, grant, seal, build, unlock, read, revoke, seal, refused."""
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base + "downstream/")
    page.get_by_label("Company").fill("Reader & Söhne <b>GmbH</b>")
    page.get_by_label("Your name").fill("R. Leser")
    page.get_by_label("E-mail").fill("leser@reader.example")
    page.get_by_label("Skrift 2.0").check()
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
    _build(desk.folder / "mkdocs.yml", desk.site)
    page.goto(desk.base + READER)
    unlock(page, key)
    part(page, "list").get_by_role("link", name="Tindebro integration guide").click()
    expect(part(page, "document")).to_contain_text("Klingdal series")
    page.goto(desk.base + READER)  # a new load: nothing is kept unless asked to
    expect(part(page, "unlock")).to_be_visible()

    desk.gpai("revoke", id_)
    desk.gpai("seal")
    _build(desk.folder / "mkdocs.yml", desk.site)
    page.goto(desk.base + READER)
    unlock(page, key)
    expect(status(page)).to_contain_text("This key opens nothing")
    expect(part(page, "open")).to_be_hidden()
    unlock(page, DEMO)
    expect(part(page, "open")).to_be_visible()
    fail_on(problems)


def test_reading(new_page: NewPage, desk: Desk, axe: str) -> None:
    """List, Form, document with its contents, image and attachment, search, and what is for others stays away."""
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base + READER)
    unlock(page)
    groups = ["All models", "Blik 1.0", "Skrift 2.0", "Skrift 1.0"]
    expect(part(page, "list").get_by_role("heading")).to_have_text(groups)
    problems += axe_violations(page, axe)
    forms = part(page, "list").get_by_role("link", name="Model Documentation Form")
    expect(forms).to_have_count(3)
    forms.nth(1).click()
    document = part(page, "document")
    expect(document).to_contain_text("Krabbegat cluster")
    expect(document.locator("#compute-amount-exact .gp-lock")).to_contain_text("For the AI Office only")
    for words in ("Ulvetange", "52 days", "H100 days"):
        expect(document).not_to_contain_text(words)
    expect(part(page, "title")).to_be_focused()
    expect(page).to_have_title(re.compile("^Model Documentation Form, Skrift 2.0 - "))
    expect(part(page, "about")).to_have_text("Skrift 2.0, version 1.2, 14 September 2026")
    page.evaluate("location.hash = '#%'")  # an address that was cut off leads to the list
    expect(part(page, "contents")).to_be_visible()
    forms.nth(1).click()
    problems += axe_violations(page, axe)

    page.get_by_role("link", name="All documents").click()
    part(page, "query").fill("hvalrosk cluster")
    part(page, "results").get_by_role("link").first.click()
    expect(document).to_contain_text("Hvalrosk test cluster")
    expect(document.locator("h2#what-your-system-needs")).to_be_in_viewport()
    image = document.get_by_role("img", name="Gyldenfelt flow of a request")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("e => e.naturalWidth") > 0
    part(page, "toc").get_by_role("link", name="What changes with Skrift 2.1").click()
    expect(document.locator("#what-changes-with-skrift-2-1")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#[0-9a-f]{32}/[0-9]+$"))  # history outlives the lock, so it holds no headings
    with page.expect_download() as waiting:
        document.get_by_role("link", name="Bregnevang measurements").click()
    assert waiting.value.suggested_filename == "odinsgavl-latency.csv"
    original = CHECKOUT / "tests/sample/private/documents/skrift-2.0/odinsgavl-latency.csv"
    assert Path(waiting.value.path()).read_bytes() == original.read_bytes()
    problems += axe_violations(page, axe)
    page.go_back()
    page.go_back()
    expect(part(page, "contents")).to_be_visible()
    fail_on(problems)


def test_the_focus_follows(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    heading = page.get_by_role("heading", name="Documents", exact=True)
    expect(heading).to_be_focused()
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "title")).to_be_focused()
    page.get_by_role("link", name="All documents").click()
    expect(heading).to_be_focused()


def test_links_of_a_document_stay_in_it(new_page: NewPage, desk: Desk) -> None:
    guide = desk.folder / "private/documents/skrift-2.0/skumringsvej-guide.md"
    links = "[one](#list) [two](#pr%C3%BCfung) [three](#%) [four](#gone)"
    headings = "".join(f"\n\n# {title}\n\n" + "Words.\n\n" * 60 for title in ("Before", "List", "Prüfung"))
    guide.write_text(f"{guide.read_text(encoding='utf-8')}\n{links}{headings}", encoding="utf-8")
    desk.seal()
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    document = part(page, "document")
    for link, anchor in (("one", "list"), ("two", "prüfung")):
        document.get_by_role("link", name=link).click()
        expect(document.locator(f"[id='{anchor}']")).to_be_in_viewport()
    for link in ("three", "four"):
        document.get_by_role("link", name=link).click()
        expect(part(page, "title")).to_be_focused()
    expect(status(page)).to_be_empty()
    page.get_by_role("link", name="All documents").click()
    expect(part(page, "contents")).to_be_visible()


def test_a_french_page_speaks_french(new_page: NewPage, desk: Desk) -> None:
    config = (desk.folder / "mkdocs.yml").read_text(encoding="utf-8")
    french = config.replace("  - gpai-portal\n", "  - gpai-portal: {language: fr}\n")
    (desk.folder / "mkdocs.yml").write_text(french, encoding="utf-8")
    desk.gpai("seal", "--language", "fr")
    _build(desk.folder / "mkdocs.yml", desk.site)
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    links = part(page, "list").get_by_role("link")
    expect(links).to_have_count(5)
    languages = dict(zip(links.all_inner_texts(), links.evaluate_all("all => all.map(a => a.lang)"), strict=True))
    assert languages.pop("Tindebro integration guide") == "en"
    form = next(title for title, language in languages.items() if language == "fr")
    links.filter(has_text="Tindebro").click()
    expect(part(page, "title")).to_have_attribute("lang", "en")
    expect(part(page, "attachments")).to_contain_text("1 Ko")
    page.go_back()
    links.filter(has_text=form).first.click()
    expect(part(page, "title")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_are_accessible(new_page: NewPage, desk: Desk, axe: str, scheme: str, width: int) -> None:
    page = new_page(scheme, width)
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "document").locator("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    fail_on(axe_violations(page, axe))


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


@pytest.mark.parametrize("kem", list(Kem))
def test_a_key_can_be_kept_and_forgotten(browser: Browser, desk: Desk, kem: Kem) -> None:
    identity = Identity.generate(kem)
    desk.let_in(identity, "Reader Ltd")
    desk.seal()
    context = browser.new_context()
    context.clock.install(time="2026-11-24T12:00:00Z")
    page = context.new_page()
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


def manifest_of(desk: Desk) -> dict:
    return json.loads((desk.site / "sealed/manifest.json").read_bytes())


def write_manifest(desk: Desk, manifest: dict) -> None:
    (desk.site / "sealed/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def catalogue_row(manifest: dict) -> tuple[dict, dict, int]:
    """The row of the file with the catalogue, the catalogue's entry in it, and where it starts."""
    for row in manifest["objects"]:
        start = 0
        for entry in row["objects"]:
            if entry["id"] == manifest["catalogue"]:
                return row, entry, start
            start += entry["size"]
    raise LookupError("no catalogue")


def change_object(desk: Desk, change: Callable[[bytes], bytes], *, rename: bool) -> None:
    """Changes the catalogue in its file; with ``rename`` also hash and sizes in the manifest, as a host could."""
    manifest = manifest_of(desk)
    row, entry, start = catalogue_row(manifest)
    file = desk.site / f"sealed/{row['file']}.bin"
    data = file.read_bytes()
    changed = change(data[start : start + entry["size"]])
    data = data[:start] + changed + data[start + entry["size"] :]
    if rename:
        entry["size"] = len(changed)
        row["file"], row["size"] = hashlib.sha256(data).hexdigest(), len(data)
        file = desk.site / f"sealed/{row['file']}.bin"
        write_manifest(desk, manifest)
    file.write_bytes(data)


def flip(data: bytes) -> bytes:
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def swap(desk: Desk) -> None:
    manifest = manifest_of(desk)
    entries = {entry["id"]: entry for row in manifest["objects"] for entry in row["objects"]}
    one, two = entries[manifest["catalogue"]], entries[manifest["search"]]
    one["id"], two["id"] = two["id"], one["id"]
    write_manifest(desk, manifest)


def remove(desk: Desk) -> None:
    row, _, _ = catalogue_row(manifest_of(desk))
    (desk.site / f"sealed/{row['file']}.bin").unlink()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: change_object(d, flip, rename=False), "was changed, cut off or put in another's place"),
        (lambda d: change_object(d, flip, rename=True), "was changed, cut off or put in another's place"),
        (lambda d: change_object(d, lambda data: data[:100], rename=False), "was changed, cut off"),
        (lambda d: change_object(d, lambda data: data[:100], rename=True), "was changed, cut off"),
        (lambda d: change_object(d, lambda data: b"", rename=True), "was changed, cut off"),
        (swap, "was changed, cut off or put in another's place"),
        (remove, "is missing on the server"),
        (lambda d: write_manifest(d, manifest_of(d) | {"format": "gpai-portal-sealed-2"}), "a format that this page"),
        (lambda d: (d.site / "sealed/manifest.json").write_text("{"), "was changed, cut off"),
        (lambda d: write_manifest(d, manifest_of(d) | {"epoch": 4}), "This key opens nothing"),
    ],
)
def test_a_changed_set_is_refused_in_plain_words(new_page: NewPage, desk: Desk, change, message: str) -> None:
    change(desk)
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text(message)
    expect(part(page, "open")).to_be_hidden()
    assert "Tindebro" not in page.content()


def without(manifest: dict, key: str) -> dict:
    return {name: value for name, value in manifest.items() if name != key}


def with_row(manifest: dict, **change) -> dict:
    """The manifest with its first row of objects changed."""
    first, *others = manifest["objects"]
    return manifest | {"objects": [first | change, *others]}


def with_sizes(manifest: dict, *sizes) -> dict:
    """The manifest with other sizes of the first objects of its first row, whose own size is their sum."""
    first = manifest["objects"][0]
    objects = [entry | {"size": size} for entry, size in zip(first["objects"], sizes, strict=False)]
    objects += first["objects"][len(sizes) :]
    return with_row(manifest, objects=objects)


KEYS = tuple(json.loads((CHECKOUT / "content/sealed/manifest.json").read_bytes()))

#: What a host can make of a manifest, by what is wrong with it.
HOSTILE = {
    "null": lambda m: None,
    "a list": lambda m: [],
    "a number": lambda m: 5,
    **{f"no {key}": partial(without, key=key) for key in KEYS},
    **{f"{key} null": lambda m, key=key: m | {key: None} for key in KEYS},
    "a null row": lambda m: m | {"objects": [None, *m["objects"]]},
    "a null key": lambda m: m | {"keys": [None, *m["keys"]]},
    "an unknown KEM": lambda m: m | {"keys": [m["keys"][0] | {"kem": "toString"}]},
    "a null object": lambda m: with_row(m, objects=[None, *m["objects"][0]["objects"]]),
    "a path": lambda m: with_row(m, file="../manifest"),
    "a row too long": lambda m: with_row(m, size=m["objects"][0]["size"] + 1),
    "halves": lambda m: with_sizes(
        m, *(e["size"] + d for e, d in zip(m["objects"][0]["objects"], (0.5, -0.5), strict=False))
    ),
    "negative": lambda m: with_sizes(m, -1, sum(e["size"] for e in m["objects"][0]["objects"][:2]) + 1),
    "text for a size": lambda m: with_sizes(m, "1"),
    "an id twice": lambda m: with_row(m, objects=[{"id": m["search"], "size": 0}, *m["objects"][0]["objects"]]),
    "an unknown catalogue": lambda m: m | {"catalogue": "0" * 32},
    "no day": lambda m: m | {"sealed": "2026-02-31"},
    "epoch below zero": lambda m: m | {"epoch": -1},
    "half an epoch": lambda m: m | {"epoch": 1.5},
    "text for an epoch": lambda m: m | {"epoch": "1"},
    "an epoch beyond counting": lambda m: m | {"epoch": 2**53},
}


def test_a_manifest_against_its_format_is_refused(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    good = manifest_of(desk)
    said = {}
    for name, change in HOSTILE.items():
        write_manifest(desk, change(good))
        said[name] = page.evaluate(
            """async base => {
              const { loadManifest } = await import(`${base}assets/gate/section.js`);
              return loadManifest(`${base}sealed/`).then(() => "taken", error => error.kind ?? String(error));
            }""",
            desk.base,
        )
    assert said == dict.fromkeys(HOSTILE, "tampered")
    unlock(page)
    expect(status(page)).to_contain_text("was changed, cut off")


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


def test_an_older_state_is_refused(new_page: NewPage, desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(desk.site / "sealed", tmp_path / "old")
    desk.gpai("seal", "--new-epoch")
    desk.publish(desk.folder / "content/sealed")
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("epoch 2")
    desk.publish(tmp_path / "old")
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("an older state of the section than this browser has already seen")
    expect(part(page, "open")).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "This is no key file"),
        ("GPAI-PORTAL-SECRET-KEY:X25519:short", "This is no key file"),
        (Identity.generate().to_text("2026"), "This key opens nothing"),
        (Identity.generate(Kem.X25519).to_text("2026"), "This key opens nothing"),
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


@pytest.mark.parametrize("address", ["downstream/", READER])
def test_where_it_cannot_work_it_says_why(new_page: NewPage, desk: Desk, address: str) -> None:
    page = new_page()
    page.goto(desk.base + address)
    expect(part(page, "fallback")).to_be_hidden()
    expect(status(page)).to_be_empty()
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
    _build(desk.folder / "mkdocs.yml", desk.site)
    page = new_page()
    for address in ("downstream/", READER):
        page.goto(desk.base + address)
        expect(status(page)).to_contain_text("Nothing is published for downstream providers yet")


def test_instant_navigation(new_page: NewPage, desk: Desk, built: Path) -> None:
    """The key lives as long as the page is shown; other pages of the same visit hold nothing of it."""
    config = desk.folder / "instant.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("BASE", desk.base), encoding="utf-8")
    _build(config, desk.site)
    page = new_page()
    problems = watch(page, desk.base)
    page.goto(desk.base)
    page.evaluate("window.sameVisit = true")
    page.locator(".md-content").get_by_role("link", name="For downstream providers").click()
    expect(part(page, "form")).to_be_visible()
    page.get_by_role("link", name="Read the documents").click()
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


def test_printing_shows_the_document_alone(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Tindebro").click()
    expect(part(page, "document")).to_contain_text("Klingdal")
    page.emulate_media(media="print")
    expect(part(page, "title")).to_be_visible()
    expect(part(page, "document").locator("table")).to_be_visible()
    for name in ("lock", "toc-box", "attachments-box", "status"):
        expect(part(page, name)).to_be_hidden()
    expect(page.locator("h1")).to_be_hidden()


def test_every_printed_page_of_a_package_names_its_recipient(new_page: NewPage, desk: Desk, tmp_path: Path) -> None:
    desk.gpai("package", "4be1")
    (package,) = (desk.folder / "private/packages").glob("*.zip")
    shutil.unpack_archive(package, tmp_path / "package")
    documents = sorted((tmp_path / "package").rglob("index.html"))
    assert len(documents) == 6
    printed = 0
    for document in documents:
        page = new_page()
        page.goto(document.as_uri())
        issued, about = page.locator(".gp-mark p").all_inner_texts()
        assert issued == "Issued to Nordlygte Systems GmbH on 24 November 2026"
        if document.parent != tmp_path / "package":
            assert re.search(r" · document [0-9a-f]{12} · version [^·]+ 20\d\d$", about)
        sheets = [squeezed(s.extract_text()) for s in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
        printed += len(sheets)
        for number, sheet in enumerate(sheets, 1):
            assert squeezed(issued) in sheet, (document, number)
            assert squeezed(about) in sheet, (document, number)
    assert printed > 3 * len(documents), "too short to tell whether every sheet has the lines"


def squeezed(text: str) -> str:
    """Without white space, of which a PDF has none, and with ligatures taken apart."""
    return "".join(unicodedata.normalize("NFKC", text).split())
