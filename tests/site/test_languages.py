"""A portal in several languages: the sample, built once in all of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.nodes import TemplateData

from gpai_portal.site.language import FOLDER, Language, languages
from gpai_portal.site.rendering import TEMPLATES
from tests.conftest import ROOT, SAMPLE, run
from tests.reading import Links
from tests.site.test_language import interface_strings, schema_strings

CODES = languages()
FURTHER = CODES[1:]
ROOT_URL = "https://skriftvang.example/ai-act/"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Attributes that people read or hear.
SAID = {"alt", "aria-label", "data-copied", "placeholder", "title"}
#: Hard-coded words that are the same in every language: names of standards, of files, of commands and codes.
NAMES = {
    "Atom",
    "PDF",
    "Disallow",
    "JSON",
    "SHA",
    "Schema",
    "User",
    "agent",
    "curl",
    "gpai",
    "head",
    "json",
    "portal",
    "sha",
    "sum",
    "verify",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in every language, English first."""
    desk = tmp_path_factory.mktemp("languages")
    shutil.copytree(ROOT / "content", desk / "content")
    shutil.copytree(SAMPLE / "private", desk / "private")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    chosen = f"  - gpai-portal:\n      languages: [{', '.join(CODES)}]\n"
    (desk / "mkdocs.yml").write_text(config.replace("  - gpai-portal:\n", chosen), encoding="utf-8")
    done = run("mkdocs", "build", "--strict", cwd=desk)
    assert done.returncode == 0, done.stderr
    return desk / "site"


def pages(site: Path, code: str = "en") -> dict[str, str]:
    """The pages in a language by their addresses, without the folder of the language; those by hand are left out."""
    folder = site if code == "en" else site / code
    found = {}
    for file in folder.rglob("index.html"):
        uri = file.relative_to(folder).parent.as_posix()
        html = file.read_text(encoding="utf-8")
        if uri.split("/")[0] not in FURTHER and 'class="gp gp-languages"' in html:
            found["" if uri == "." else f"{uri}/"] = html
    return found


def test_every_language_has_the_same_pages(site: Path, sample_site: Path) -> None:
    first = pages(site)
    assert len(first) > 40
    for code in FURTHER:
        assert pages(site, code).keys() == first.keys()
    alone = {file.relative_to(sample_site) for file in sample_site.rglob("*") if file.is_file()}
    together = {file.relative_to(site) for file in site.rglob("*") if file.is_file()}
    assert alone <= together, "the first language keeps its addresses"
    more = {path for path in together - alone if path.suffix != ".html"}
    stemmed = [code for code in FURTHER if code != "pl"]
    scripts = {Path(f"assets/javascripts/lunr/min/lunr.{code}.min.js") for code in [*stemmed, "stemmer.support"]}
    indexes = {Path(f"search/search_index.{code}.json") for code in FURTHER}
    assert more == scripts | indexes, "what is not a page is there once"


def test_a_portal_in_one_language_is_as_it_was(sample_site: Path) -> None:
    for file in sample_site.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert "gp-languages" not in html
        assert "hreflang" not in html


def test_every_link_leads_somewhere(site: Path) -> None:
    read = {file: Links(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}
    lost = []
    for file, links in read.items():
        here = ROOT_URL + file.relative_to(site).as_posix().removesuffix("index.html")
        for target in set(links.targets):
            address, _hash, anchor = urljoin(here, target).partition("#")
            if not address.startswith(ROOT_URL) or urlsplit(target).scheme in {"mailto", "tel"}:
                continue
            place = site / unquote(urlsplit(address).path.removeprefix(urlsplit(ROOT_URL).path))
            place = place / "index.html" if place.is_dir() else place
            if not place.is_file() or (anchor and place in read and unquote(anchor) not in read[place].ids):
                lost.append((here, target))
    assert lost == []


@pytest.mark.parametrize("code", FURTHER)
def test_a_page_links_to_pages_of_its_own_language(site: Path, code: str) -> None:
    """Those written by hand, which are there once, apart."""
    by_hand = {"about/", "how-to-read/"}
    for uri, html in pages(site, code).items():
        base = f"{ROOT_URL}{code}/{uri}"
        switch = re.search(r'<nav class="gp gp-languages".*?</nav>', html, re.DOTALL)
        assert switch
        for target in Links(html.partition("<body")[2].replace(switch[0], "")).targets:
            address = urljoin(base, target).partition("#")[0]
            if not urlsplit(target).scheme and address.endswith("/"):
                place = address.removeprefix(ROOT_URL)
                assert place.startswith(f"{code}/") or place in by_hand | {"tags/"}, (uri, target)
        if uri in {"", "models/"}:
            assert any(urljoin(base, target) == f"{ROOT_URL}about/" for target in Links(html).targets)


def test_a_page_says_where_it_is_in_other_languages(site: Path) -> None:
    for code in CODES:
        for uri, html in pages(site, code).items():
            folders = {one: "" if one == "en" else f"{one}/" for one in CODES}
            assert f'<html lang="{code}"' in html
            found = dict(re.findall(r'<link rel="alternate " hreflang="([^"]+)" href="([^"]+)">', html))
            where = {one: f"{ROOT_URL}{folder}{uri}" for one, folder in folders.items()}
            assert found == where | {"x-default": where["en"]}
            assert f'<link rel="canonical" href="{where[code]}">' in html
            links = re.search(r'<nav class="gp gp-languages".*?</nav>', html, re.DOTALL)
            assert links
            leads = re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang="(\w+)">([^<]+)</a>', links[0])
            others = [one for one in CODES if one != code]
            assert [(lang, hreflang) for _href, lang, hreflang, _name in leads] == [(one, one) for one in others]
            assert [urljoin(where[code], href) for href, *_rest in leads] == [where[one] for one in others]
            assert [name for *_rest, name in leads] == [Language(one).language(one) for one in others]


def test_material_asks_for_no_site_maps(site: Path) -> None:
    """Its script takes each link that is "alternate" and nothing else for a site, and asks for the map of that."""
    assert "link[rel=alternate]" in next((site / "assets/javascripts").glob("bundle.*.js")).read_text(encoding="utf-8")
    assert 'rel="alternate"' not in (site / "fr/index.html").read_text(encoding="utf-8")


def test_the_search_of_a_language_finds_its_own_pages(site: Path) -> None:
    first = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    places = {entry["location"] for entry in first["docs"]}
    assert "about/" in places
    assert not any(place.split("/")[0] in FURTHER for place in places)
    for code in FURTHER:
        index = json.loads((site / f"search/search_index.{code}.json").read_text(encoding="utf-8"))
        own = {entry["location"].removeprefix(f"{code}/") for entry in index["docs"]}
        assert {place for place in own if "#" not in place} < {place for place in places if "#" not in place}
        assert all(entry["location"].startswith(f"{code}/") for entry in index["docs"])
        assert index["config"]["lang"] == (["en"] if code == "pl" else [code])
        assert f'data-index="search_index.{code}.json"' in (site / code / "index.html").read_text(encoding="utf-8")


def test_language_and_languages_are_one_choice(project: Path, build) -> None:  # type: ignore[no-untyped-def]
    config = project / "mkdocs.yml"
    plain = config.read_text(encoding="utf-8")
    config.write_text(plain.replace("gpai-portal]", "{gpai-portal: {language: fr, languages: [fr, en]}}]"), "utf-8")
    assert "leave one of them out" in build().stderr
    config.write_text(plain.replace("gpai-portal]", "{gpai-portal: {languages: [fr, en]}}]"), "utf-8")
    assert build().returncode == 0
    for place, code in (("index.html", "fr"), ("en/index.html", "en"), ("about/index.html", "fr")):
        assert f'<html lang="{code}"' in (project / "site" / place).read_text(encoding="utf-8")


# -- words -------------------------------------------------------------------------------------------------------


class Texts(HTMLParser):
    """Texts of a page, and attributes that people read, each with its language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._languages: list[str] = []
        self._raw = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or (self._languages[-1] if self._languages else "")
        self.found += [(language, given[name]) for name in SAID & given.keys()]
        if tag == "meta" and given.get("name") == "description":
            self.found.append((language, given["content"]))
        if "data-configuration" in given:
            self.found += [(language, text) for text in strings(json.loads(given["data-configuration"]))]
        if tag not in VOID:
            self._languages.append(language)
            self._raw += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._languages.pop()
            self._raw -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._raw:
            self.found.append((self._languages[-1] if self._languages else "", " ".join(data.split(" "))))


def strings(node: object) -> Iterator[str]:
    """All strings in JSON."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from strings(item)


@pytest.fixture(scope="module")
def said(site: Path) -> dict[str, set[str]]:
    """What the pages of each language say in that language. A heading of the content, which is in English, stands in
    the contents of its page as well, where themes know one language only."""
    found: dict[str, set[str]] = {}
    for code in CODES:
        for html in pages(site, code).values():
            texts = Texts(html).found
            content = {text.strip() for language, text in texts if language != code}
            own = {text for language, text in texts if language == code and text.strip() not in content}
            found.setdefault(code, set()).update(own)
    return found


@pytest.mark.parametrize("code", FURTHER)
def test_no_english_is_passed_off_as_another_language(said: dict[str, set[str]], code: str) -> None:
    """Neither what the portal says itself, nor labels: those stand in English beside a translation, and say so."""
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    same = {text for m in catalogue for text in (m.string if isinstance(m.string, tuple) else (m.string,))}
    english = {m for m in (*interface_strings(), *schema_strings()) if m not in same}
    assert sorted(text for text in said[code] if text.strip() in english) == []
    everything = "\n".join(said[code])
    parts = {part for m in english for part in re.split(r"%\(\w+\)s|%%", m) if len(part) > 24}
    assert sorted(part for part in parts if part in everything) == []


def test_content_says_that_it_is_in_another_language(said: dict[str, set[str]]) -> None:
    """Sentences of the provider on pages of another language are marked as English; a name has no language."""
    loader = yaml.BaseLoader
    files = [yaml.load(file.read_bytes(), loader) for file in (ROOT / "content").rglob("*.yaml")]
    written = "\n".join(" ".join(text.split()) for file in files for text in strings(file))
    shown = {" ".join(text.split()) for text in said["de"]}
    # A subject line goes into a message and stands on no page.
    subject = "Documentation request: model and release"
    assert sorted(text for text in shown - {subject} if len(text.split()) > 4 and text in written) == []


def test_templates_hold_no_words_of_their_own() -> None:
    """What pages say goes through the catalogues."""
    found = []
    for template in TEMPLATES.glob("*.html"):
        tree = Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))
        text = "".join(data.data for data in tree.find_all(TemplateData))
        for words in re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>|&\w+;|\w+=\"[^\"]*\"", " ", text)):
            if words not in NAMES:
                found.append((template.name, words))
    assert found == []
