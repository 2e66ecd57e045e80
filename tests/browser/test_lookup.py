"""Domain names looked up in Chromium: what is answered, what is asked of the server, and that no answer is wrong."""

from __future__ import annotations

import gzip
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.browser.conftest import NewPage
from tests.browser.problems import axe_violations, fail_on, watch
from tests.conftest import DAY, ROOT
from tests.listed import names, put_list, put_voluntary, write_page
from tests.serving import serving

pytestmark = pytest.mark.browser

SMALL = ["bbc.co.uk", "github.io", "maß.de", "news.com", "xn--bcher-kva.de", "xn--mnchen-3ya.com", "zeitung.de"]


def _written(folder: Path, listed: list[str], language: str = "en") -> Path:
    content = folder / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content)
    put_list(content, listed)
    write_page(Site(Portal.load(content, DAY, language)), folder / "site", "domains/")
    return folder / "site"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    listed = sorted(name.replace("maß.de", "xn--ma-hia.de") for name in SMALL)
    with serving(_written(tmp_path_factory.mktemp("small"), listed)) as address:
        yield f"{address}domains/"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(_written(tmp_path_factory.mktemp("large"), names(100_000))) as address:
        yield f"{address}domains/"


def ask(page: Page, text: str) -> str:
    """The kind of the answer to what is typed."""
    page.locator("[data-part=query]").fill(text)
    answer = page.locator("[data-part=answer]")
    page.evaluate("document.querySelector('[data-part=answer]').removeAttribute('data-kind')")
    page.locator("[data-part=query]").press("Enter")
    expect(answer).to_have_attribute("data-kind", re.compile("."))
    return str(answer.get_attribute("data-kind"))


def test_whatever_is_pasted_is_read_as_browsers_read_it(new_page: NewPage, small: str) -> None:
    page = new_page()
    problems = watch(page, small)
    page.goto(small)
    said = {
        "news.com": "listed",
        "  NEWS.com.  ": "listed",
        "https://www.news.com:8080/a/@b?c=d#e": "listed",
        "https://user:pass@news.com/": "listed",
        "anna.b+c@mail.news.com": "listed",
        "mailto:anna@news.com?subject=x": "listed",
        "Anna <anna@news.com>": "listed",
        "//news.com/a": "listed",
        "news.com/a@b": "listed",
        "news.com?to=a@elsewhere.org": "listed",
        "user:pass@news.com:8080": "listed",
        "ftp://news.com/": "listed",
        "„news.com“,": "listed",
        "*.news.com": "listed",
        "n%65ws.com": "listed",
        "bücher.de": "listed",
        "BÜCHER。de": "listed",
        "xn--bcher-kva.de": "listed",
        "maß.de": "listed",
        "MAẞ.de": "listed",
        "www.bbc.co.uk": "listed",
        "github.io": "listed",
        "anna.github.io": "platform",
        "a.b.c.d.e.f.g.news.com": "listed",
        "co.uk": "missed",
        "xnews.com": "missed",
        "news.constructor": "missed",
        "news.com.de": "missed",
        "mass.de": "missed",
        "anna@news": "single",
        "localhost": "single",
        "127.0.0.1": "address",
        "0x7f.1": "address",
        "http://[::1]/": "address",
    }
    assert {text: ask(page, text) for text in said} == said
    fail_on(problems)


@pytest.mark.parametrize(
    "text",
    [
        "xn--bcher-kvb.de",
        "a\u05d0.com",
        "ne ws.com",
        "ne\u180ews.com",
        "xn--bcher-kva.bücher.de",
        "ne*ws.com",
        "\U0002ebf0.com",
        "a..com",
        f"{'a' * 64}.com",
        "ne|ws.com",
        "ne~ws.com",
        "https://",
        "\ud7a4.com",
    ],
)
def test_a_host_that_is_read_in_two_ways_is_not_answered(new_page: NewPage, small: str, text: str) -> None:
    page = new_page()
    page.goto(small)
    assert ask(page, text) == "unclear"
    expect(page.locator("[data-part=answer]")).to_contain_text("This page cannot check this host.")


def test_an_answer_says_what_the_list_proves_and_whom_to_ask(new_page: NewPage, small: str) -> None:
    page = new_page()
    page.goto(small)
    ask(page, "shop.bücher.de")
    answer = page.locator("[data-part=answer]")
    expect(answer).to_contain_text("Yes: bücher.de (xn--bcher-kva.de) is in the published list.")
    expect(answer).to_contain_text("shop.bücher.de (shop.xn--bcher-kva.de) belongs to it.")
    expect(answer).to_contain_text("7 of 70 domain names are listed; 63 are not named.")
    expect(answer).to_contain_text("Period of data collection:")
    ask(page, "anna.github.io")
    expect(answer).to_contain_text(
        "Perhaps: github.io is in the published list, and many sites of others live under it."
    )
    ask(page, "elsewhere.org")
    expect(answer).to_contain_text("Not in the published list. That does not show that nothing of it was used.")
    link = unquote(str(answer.locator("[data-part=ask]").get_attribute("href")))
    assert link.startswith("mailto:")
    assert "whether content of the domain name elsewhere.org was collected" in link
    expect(page.locator("[data-part=message]")).to_contain_text("elsewhere.org")


def test_an_answer_has_an_address_and_nothing_typed_is_sent(new_page: NewPage, small: str) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{small}#b%C3%BCcher.de")
    expect(page.locator("[data-part=answer]")).to_contain_text("Yes: bücher.de")
    ask(page, "elsewhere.org")
    assert page.url == f"{small}#elsewhere.org"
    page.goto(f"{small}#news.com")
    expect(page.locator("[data-part=answer]")).to_contain_text("Yes: news.com")
    for url in asked:
        parts = urlsplit(url)
        assert not parts.query
        assert "elsewhere" not in parts.path
        assert "b%C3" not in parts.path


def test_keyboard_and_those_who_listen(new_page: NewPage, small: str, axe: str) -> None:
    page = new_page()
    page.goto(small)
    page.locator("[data-part=query]").focus()
    page.keyboard.type("news.com")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = page.get_by_role("status")
    expect(answer).to_contain_text("Yes: news.com")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-part=answer]') !== null")
    fail_on(axe_violations(page, axe, ".gp"))


def test_without_a_script_the_whole_list_is_offered(new_page: NewPage, small: str) -> None:
    page = new_page(javascript=False)
    page.goto(small)
    expect(page.locator("[data-part=fallback]")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()
    link = page.locator("a[href$='.txt.gz']")
    expect(link).to_be_visible()
    packed = page.request.get(page.evaluate("e => e.href", link.element_handle())).body()
    assert "news.com" in gzip.decompress(packed).decode().splitlines()


@pytest.mark.parametrize("answer", [404, 500, "page"])
def test_what_could_not_be_loaded_is_no_answer(new_page: NewPage, small: str, answer: int | str) -> None:
    """Also where a host answers whatever is asked with a page of its own."""
    page = new_page()
    page.goto(small)
    if isinstance(answer, int):
        page.route("**/names/**", lambda route: route.fulfill(status=answer))
    else:
        page.route("**/names/**", lambda route: route.fulfill(body="<!doctype html>news.com\nelsewhere.org"))
    assert ask(page, "elsewhere.org") == "failed"
    page.unroute("**/names/**")
    assert ask(page, "elsewhere.org") == "missed"


def test_french(new_page: NewPage, tmp_path: Path) -> None:
    with serving(_written(tmp_path, ["news.com"], "fr")) as address:
        page = new_page(width=390)
        page.goto(f"{address}domains/")
        ask(page, "elsewhere.org")
        expect(page.locator("[data-part=answer]")).to_contain_text("Ne figure pas sur la liste publiée.")


def _look_up(page: Page, probes: list[str]) -> list[bool]:
    """Whether each probe is listed, by the scripts of the page, which load each file once."""
    return list(
        page.evaluate(
            """async (probes) => {
              const script = new URL("../assets/lookup/names.js", location);
              const { candidates, fileOf, found, linesOf, read } = await import(script);
              const config = JSON.parse(document.querySelector("[data-configuration]").dataset.configuration);
              const texts = new Map();
              const load = async (file) => {
                if (!texts.has(file)) {
                  const answer = await fetch(`${config.files}${file}.txt`);
                  texts.set(file, linesOf(await answer.text(), file));
                }
                return texts.get(file);
              };
              const answers = [];
              for (const probe of probes) {
                const names = candidates(read(probe).host, config.depths);
                const hits = await Promise.all(names.map(async (n) => found(await load(fileOf(n, config.bits)), n)));
                answers.push(hits.some(Boolean));
              }
              return answers;
            }""",
            probes,
        )
    )


def _probes(listed: list[str]) -> list[tuple[str, bool]]:
    """Ten thousand hosts: half of them listed or below a listed name, half one character beside such a name."""
    chance = random.Random(7)
    found = []
    for name in chance.sample(listed, 5000):
        found.append((f"https://www.{name}/" if chance.random() < 0.5 else name, True))
        found.append((f"x{name}" if chance.random() < 0.5 else f"{name}.org", False))
    return found


def _costs(page: Page, site: str, host: str) -> tuple[int, int]:
    """How many files of the index a host costs, and their bytes as hosts compress them."""
    bodies: list[bytes] = []
    page.goto("about:blank")
    page.goto(site)
    page.on("response", lambda answer: bodies.append(answer.body()) if "/names/" in answer.url else None)
    ask(page, host)
    return len(bodies), sum(len(gzip.compress(body, 6)) for body in bodies)


def test_a_large_list_costs_little_and_no_answer_is_wrong(new_page: NewPage, large: str) -> None:
    page = new_page()
    requests, size = _costs(page, large, "a.b.c.d.e.elsewhere.org")
    assert requests <= 2
    assert size <= 10_000 * requests / 3
    probes = _probes(names(100_000))
    assert _look_up(page, [text for text, _ in probes]) == [listed for _, listed in probes]


@pytest.mark.long
def test_four_million_names(new_page: NewPage, tmp_path: Path) -> None:
    listed = names(4_000_000)
    site = _written(tmp_path, listed)
    assert sum(file.is_file() for file in site.rglob("*")) <= 20_000
    with serving(site) as address:
        page = new_page()
        page.goto(f"{address}domains/")
        probes = _probes(listed)
        assert _look_up(page, [text for text, _ in probes]) == [known for _, known in probes]
        requests, size = _costs(page, f"{address}domains/", "a.b.c.elsewhere.org")
        assert requests <= 5
        assert size <= 10_000 * requests / 3


def test_the_scripts_are_small() -> None:
    scripts = (ROOT / "plugin/gpai_portal/assets/lookup").glob("*.js")
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) < 5_000


def test_what_only_a_voluntary_list_has_is_told_as_that(new_page: NewPage, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content)
    put_list(content, ["asked.com", "both.com"])
    put_voluntary(content, ["both.com", "given.com"])
    write_page(Site(Portal.load(content, DAY)), tmp_path / "site", "domains/")
    with serving(tmp_path / "site") as address:
        page = new_page()
        page.goto(f"{address}domains/")
        said = {}
        for name in ("asked.com", "given.com", "both.com"):
            assert ask(page, name) == "listed"
            said[name] = page.locator("[data-part=answer]").inner_text()
    official, voluntary = "is in the published list.", "is in a voluntary list of the domain names of public datasets."
    of_datasets = "Voluntary list of the datasets: Corpus."
    assert [(official in text, voluntary in text, of_datasets in text) for text in said.values()] == [
        (True, False, False),
        (False, True, True),
        (True, True, True),
    ]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_field_on_the_first_page_leads_on_and_sends_nothing(new_page: NewPage, base: str, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}ai-act/")
    page.get_by_label("Domain name of the site").fill("elsewhere.org")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Is my site in the list?")
    if javascript:
        expect(page.locator("[data-part=answer]")).to_contain_text("Not in the published list.")
    assert not [url for url in asked if "elsewhere" in url.partition("#")[0]]
