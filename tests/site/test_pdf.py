"""PDF files of documents, read back: what they say, how they are tagged, and that they are the same each time."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from html import escape, unescape
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.config import load_config

from gpai_portal.cli.main import cli
from gpai_portal.errors import UsageError
from gpai_portal.markup import text_of
from gpai_portal.schema import load
from gpai_portal.site import build as site_build
from gpai_portal.site import pdf as printer
from gpai_portal.site.build import Site
from gpai_portal.site.machine import index
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.printing import blocks, language
from gpai_portal.site.rendering import anchor
from tests.conftest import DAY, ROOT
from tests.site.test_records import HOME, with_datasets

ADDRESS = "https://portal.example/ai-act/"
CASES = {folder.parent.name: folder for folder in sorted((ROOT / "tests/cases").glob("*/content"))}
FOLDERS = {"sample": ROOT / "content", "base": ROOT / "tests/examples/base/content", **CASES}
SUMMARY = "models/skrift/2.0/training-content/r3/"
FORM = "models/skrift/2.0/documentation/r1/"


@cache
def site_of(folder: Path, code: str = "en", address: str = ADDRESS) -> Site:
    portal = Portal.load(folder, DAY, code, address)
    portal.printed = True
    return Site(portal)


@cache
def made(source: str, uri: str, code: str = "en") -> bytes:
    site = site_of(FOLDERS[source], code)
    return site.pdf(site.portal.pages[uri])


def printed(site: Site) -> list[Page]:
    """The pages of which a PDF file is made."""
    pages = site.portal.pages.values()
    return [page for page in pages if site.portal.print_of(page) is page]


def squeezed(text: str) -> str:
    """Without white space: a line of a file ends anywhere."""
    return re.sub(r"[\s\u00a0\u2022]+", "", text)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def body_of(data: bytes, footers: list[str]) -> str:
    """The text of a file without its footers and page numbers."""
    said = ""
    pages = read(data).pages
    for number, page in enumerate(pages, 1):
        found = squeezed(page.extract_text())
        for line in (*footers, f"{number}/{len(pages)}"):
            before, line_, after = found.rpartition(line)
            assert line_, f"page {number} does not say {line}"
            found = before + after
        said += found
    return said


def tree(node: Any) -> Iterator[dict[str, Any]]:
    """The tags of a file, in the order of reading."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from tree(child)
    elif isinstance(node, dict) and "/S" in node:
        yield node
        yield from tree(node.get("/K", []))


def tags(data: bytes) -> list[str]:
    return [node["/S"] for node in tree(read(data).trailer["/Root"]["/StructTreeRoot"]["/K"])]


def of_html(html: str, **options: Any) -> bytes:
    given_ = {"title": "Title", "author": "Author", "day": DAY, "lang": "en", "base": ADDRESS, **options}
    return printer.pdf(f"<h1>Title</h1>{html}<footer><p>Foot</p></footer>", **given_)


def text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(data).pages)


def texts(html: str) -> list[str]:
    """What stands between the tags of HTML, without what only works in a browser."""
    shown = printer._Letters().shown
    html = re.sub("<form.*?</form>", "", html, flags=re.DOTALL)
    return [shown(one) for part in re.split("<[^>]*>", html) if (one := unescape(part).strip())]


def footer(site: Site, page: Page) -> list[str]:
    """The lines that stand at the foot of each page of a file."""
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_build, "pdf", lambda html, **_: seen.append(html))
        site.pdf(page)
    lines = re.findall(r"<p>(.*?)</p>", seen[0][seen[0].index("<footer>") :])
    return [squeezed(unescape(line)) for line in lines]


# -- what a file says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", FOLDERS)
def test_every_label_and_answer_is_in_it_in_official_order(source: str) -> None:
    """A file says what its page says in its sections, in its order; that pages say all is tested of them.
    The cases are real documents with gaps of every kind."""
    site = site_of(FOLDERS[source])
    print_of = site.portal.print_of
    offered = {
        shown.uri: shown for page in site.portal.pages.values() if not page.revision and (shown := print_of(page))
    }
    assert offered
    for page in offered.values():
        assert_same(site, page, made(source, page.uri))


def assert_same(site: Site, page: Page, data: bytes) -> None:
    assert page.document is not None
    sections = [e for e in page.document.root.entries if e.field.kind == "section"]
    body = re.sub("<form.*?</form>", "", site.render(page).body, flags=re.DOTALL)  # nothing to fill in on paper
    end = re.search('<h2 id="(?:reuse|about)"', body)
    assert end
    expected = texts(body[body.index(f'<h2 id="{anchor(sections[0].field)}"') : end.start()])
    found = body_of(data, footer(site, page))
    at = found.index(squeezed(expected[0]))
    for entry in (entry for section in sections for entry in section.walk() if entry.field.official):
        at = found.index(squeezed(entry.field.title), at) + len(squeezed(entry.field.title))
    at = found.index(squeezed(expected[0]))
    heads = {
        squeezed(one) for one in re.findall(r"<thead>(.*?)</thead>", body, re.DOTALL) for one in [text_of(one, {}, "")]
    }
    added = "".join(rf"|{re.escape(head)}" for head in heads)
    for one in expected:
        there = found.index(squeezed(one), at)
        assert re.fullmatch(rf"(?:\d+\.|[“”„«»]{added})*", found[at:there]), (one, found[at:there])
        at = there + len(squeezed(one))
    assert re.fullmatch(r"”?(?:Lettersthatthefonts.*havetheletters\.)?", found[at:])


@pytest.mark.parametrize(("code", "words"), [("en", "About this document"), ("fr", "À propos de ce document")])
def test_the_first_page_says_what_it_is_and_which_version(code: str, words: str) -> None:
    data = made("sample", SUMMARY, code)
    page = read(data).pages[0]
    first = squeezed(page.extract_text())
    revision = site_of(FOLDERS["sample"]).portal.revisions("models/skrift/2.0/training-content-summary")[-1]
    record = site_of(FOLDERS["sample"]).portal.chain.records[revision.record - 1]
    places = [first.index(squeezed(one)) for one in ("Skrift 2.0, Skriftvang", words, revision.sha256, record.sha256)]
    assert places == sorted(places)
    assert f"{ADDRESS}{SUMMARY}" in first
    links = {str(link["/A"]["/URI"]) for note in page["/Annots"] if "/A" in (link := note.get_object())}
    assert f"{ADDRESS}models/skrift/2.0/training-content/r1/" in links, "earlier versions by their whole address"


def test_each_page_says_which_version_it_is_of() -> None:
    portal = site_of(FOLDERS["sample"]).portal
    pages = read(made("sample", SUMMARY)).pages
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        foot = squeezed(page.extract_text())[-400:]
        assert squeezed("Skrift 2.0, version 1.2, revision 3 of 24 November 2026") in foot
        assert f"{ADDRESS}{SUMMARY}" in foot
        assert f"record5,SHA-256{portal.chain.records[4].sha256}" in foot
        assert f"{number}/{len(pages)}" in foot


def test_a_file_does_not_say_that_it_is_the_latest_nor_that_it_is_superseded() -> None:
    """It stays the same when a later version is published."""
    said = text(made("sample", "models/skrift/2.0/training-content/r1/"))
    assert "Superseded" not in said
    assert "r2" not in said
    assert "r3" not in said
    assert "Later versions, if any" in said


def test_nothing_private_and_nothing_withheld_is_in_it() -> None:
    private = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests/sample/private").rglob("*.yaml"))
    public = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "content").rglob("*.yaml"))
    secrets = {line.strip(' -"') for line in private.splitlines() if len(line) > 40}
    secrets = {squeezed(one.partition(": ")[2] or one) for one in secrets if one not in public}
    secrets = {one for one in secrets if len(one) > 25 and one not in squeezed(public)}
    assert len(secrets) > 20
    for page in printed(site_of(FOLDERS["sample"])):
        said = squeezed(text(made("sample", page.uri)))
        assert [one for one in secrets if one in said] == []
    assert "For the AI Office only" in text(made("sample", FORM))


# -- what programs read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "fr"])
def test_it_is_tagged_and_says_its_language_and_title(code: str) -> None:
    data = made("sample", SUMMARY, code)
    reader = read(data)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == code
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    site = site_of(FOLDERS["sample"], code)
    assert reader.metadata is not None
    assert reader.metadata.title == site.portal.pages[SUMMARY].title
    assert reader.metadata.author == "Skriftvang"
    assert str(reader.metadata.creation_date_raw).startswith("D:20261124000000")
    found = tags(data)
    assert found.count("/H1") == 1
    assert {"/H2", "/H3", "/P", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TH", "/TD", "/Link"} <= set(found)
    titles = [entry.title for entry in _outline(reader.outline)]
    assert titles[0] == load("training-content-summary").title or code == "fr"
    assert len(titles) == sum(tag in {"/H1", "/H2", "/H3", "/H4"} for tag in found)


def _outline(entries: list[Any]) -> Iterator[Any]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(entry)
        else:
            yield entry


def test_words_in_another_language_are_marked() -> None:
    """A screen reader changes its voice for them: English answers in French words, and one word in an answer."""
    root = read(made("sample", SUMMARY, "fr")).trailer["/Root"]["/StructTreeRoot"]["/K"]
    assert "en" in {node.get("/Lang") for node in tree(root)}
    contents = read(of_html('<p>one <bdi lang="pt-BR">dois</bdi></p>')).pages[0].get_contents()
    assert contents is not None
    assert b"/Lang(pt-BR)" in contents.get_data()


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr", {"code": "fr"}),
        ("pt-BR", {"code": "pt", "region": "BR"}),
        ("zh-Hant-TW", {"code": "zh", "region": "TW"}),
        ("x-own", {"code": "und"}),
    ],
)
def test_tags_of_languages(tag: str, expected: dict[str, str]) -> None:
    assert language(tag) == expected
    assert of_html(f'<p lang="{tag}">word</p>').startswith(b"%PDF")


def test_fonts_are_embedded() -> None:
    embedded = 0
    for page in read(made("sample", SUMMARY)).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described)
            embedded += 1
    assert embedded


def test_links_are_absolute_or_left_out() -> None:
    targets = ("../r1/", "list.txt", "https://o.example/", "javascript:x")
    html = "<p>" + " ".join(f'<a href="{target}">link</a>' for target in targets) + "</p>"
    base = f"{ADDRESS}models/x/r2/"
    assert _links(of_html(html, base=base)) == [f"{ADDRESS}models/x/r1/", f"{base}list.txt", "https://o.example/"]
    assert _links(of_html(html, base="")) == ["https://o.example/"]


def _links(data: bytes) -> list[str]:
    pages = read(data).pages
    return [note.get_object()["/A"]["/URI"] for page in pages for note in page.get("/Annots", ())]


# -- the same bytes -----------------------------------------------------------------------------------------


def test_it_is_the_same_whatever_was_made_before() -> None:
    site = site_of(FOLDERS["sample"])
    printer._compiler.cache_clear()
    printer._are_there.cache_clear()
    assert site.pdf(site.portal.pages[FORM]) == made("sample", FORM)


def test_a_later_publication_and_a_later_day_leave_it_as_it_is() -> None:
    uri = "models/skrift/2.0/training-content/r1/"
    portal = Portal.load(FOLDERS["sample"], date(2027, 6, 1), "en", ADDRESS)
    portal.printed = True
    before = portal.chain.records[:3]
    revisions = {key: [r for r in all_ if r.record <= 3] for key, all_ in portal.chain.revisions.items()}
    assert len(revisions["models/skrift/2.0/training-content-summary"]) == 1
    portal.chain = replace(portal.chain, records=before, revisions=revisions)
    assert Site(portal).pdf(portal.pages[uri]) == made("sample", uri)


# -- any text -----------------------------------------------------------------------------------------------

HOSTILE = [
    '#eval("1+1") #import "@preview/x:1.0.0" #read("/etc/passwd")',
    "*bold* _em_ $x^2$ @label <label> `raw` = Heading",
    "// comment /* comment */ \\ ~ -- --- ... #sym.zws",
    "\"quotes\" 'single' {code} [content] #{panic()}",
    "€ × ≤ ≥ ⁺ ½ → ✓ č ł ő ß ẞ æ ø å ð þ Ω π Ж",
    "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 5,
    "https://a.example/" + "path/" * 60 + "?q=" + "x" * 200,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_is_never_code(hostile: str) -> None:
    data = of_html(f"<p>{escape(hostile)}</p><table><tr><th>H</th></tr><tr><td>{escape(hostile)}</td></tr></table>")
    assert squeezed(text(data)).count(squeezed(hostile)) == 2


def test_no_word_runs_out_of_the_page() -> None:
    cells = f"<tr><th>A</th><th>B</th></tr><tr><td>{'y' * 900}</td><td>{'z' * 900}</td></tr>"
    data = of_html(f"<p>{'x' * 3000}</p><table>{cells}</table>")
    longest = {letter: max(map(len, re.findall(f"{letter}+", text(data)))) for letter in "xyz"}
    assert 60 < longest["x"] < 110
    assert 20 < longest["y"] < 60
    assert 20 < longest["z"] < 60


@pytest.mark.parametrize("code", ["pl", "cs", "pt", "es", "hr"])
def test_a_name_keeps_its_hyphens_wherever_a_line_ends(code: str) -> None:
    names = "".join(f"model-{number}-instruct " for number in range(100, 160)) + "a-b-" * 60
    assert squeezed(names) in squeezed(text(of_html(f"<p lang='{code}'>{names}</p>")))


def test_letters_that_no_font_has_are_given_by_their_numbers() -> None:
    html = "<p>模型 and 😀 and a\u0301</p><aside><p>Numbers</p></aside>"
    said = text(of_html(html))
    assert "[U+6A21][U+578B] and [U+1F600] and" in said
    assert "Numbers" in said
    assert "Numbers" not in text(of_html("<p>Åse Łódź</p><aside><p>Numbers</p></aside>"))


def test_hebrew_and_arabic_are_printed() -> None:
    found = {letter for letter in text(of_html("<p><bdi>שלום</bdi> <bdi>سلام</bdi></p>")) if letter.isalpha()}
    assert {"ש", "ל", "ו", "ם"} <= found
    assert "[U+" not in "".join(found)


@pytest.mark.parametrize("letter", ["中", "가", "\U00020000"])
def test_what_is_held_to_be_lacking_is_lacking(letter: str) -> None:
    assert printer._LACKING.match(letter)
    assert not printer._are_there(letter)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_text_makes_a_file(any_text: str) -> None:
    assert of_html(f"<p>{escape(any_text)}</p>").startswith(b"%PDF")


@given(st.lists(st.sampled_from(["a", "ab/", "é", " ", "x" * 30, "\u0301", "&", "\u00a0", "=="]), max_size=30))
def test_nothing_is_lost_where_a_long_word_may_break(parts: list[str]) -> None:
    def said(node: Any) -> str:
        return node if isinstance(node, str) else "".join(map(said, node.get("k", ())))

    whole = "".join(parts)
    found = "".join(map(said, blocks(f"<p>{escape(whole)}</p>", "", str)))
    assert found == re.sub(" +", " ", whole).strip(" ")


@pytest.mark.parametrize(
    "html",
    [
        "<h2></h2><h3><b> </b></h3><p> <code></code></p>",
        "<ul></ul><ol><li></li></ol><blockquote></blockquote>",
        "<dl class='gp-fields'><div><dt></dt><dd></dd></div></dl><dl><dt>a</dt></dl>",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td></td></tr></tbody></table>",
    ],
)
def test_what_is_empty_does_no_harm(html: str) -> None:
    assert of_html(html).startswith(b"%PDF")


def test_a_long_table_takes_time_by_its_rows() -> None:
    def seconds(rows: int) -> float:
        html = "".join(f"<tr><td>{n}</td><td>some words</td><td>more words</td></tr>" for n in range(rows))
        before = time.process_time()
        data = of_html(f"<table><tr><th>A</th><th>B</th><th>C</th></tr>{html}</table>")
        assert str(rows - 1) in read(data).pages[-1].extract_text()
        return time.process_time() - before

    seconds(10)
    assert seconds(1600) < 12 * seconds(200)


# -- which files there are ----------------------------------------------------------------------------------


def test_each_published_version_has_a_file_and_the_page_offers_that_of_the_latest() -> None:
    portal = site_of(FOLDERS["sample"]).portal
    home = portal.pages["models/skrift/2.0/training-content/"]
    assert portal.pdf(home) == "models/skrift/2.0/training-content.pdf"
    assert portal.print_of(home) is portal.pages[SUMMARY]
    assert {page.uri for page in printed(site_of(FOLDERS["sample"]))} == {
        page.uri for page in portal.pages.values() if page.revision and page.template == "document.html"
    }


def test_a_draft_has_none(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDERS["sample"], tmp_path / "content")
    policy = folder / "copyright-policy.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("The head of data", "The chief of data"), encoding="utf-8"
    )
    portal = site_of(folder).portal
    assert portal.pdf(portal.pages["copyright/"]) == ""
    assert "as PDF" not in site_of(folder).render(portal.pages["copyright/"]).body
    assert portal.pdf(portal.pages["copyright/r2/"]) == "copyright/r2.pdf"
    page = portal.pages["models/skrift/2.0/training-content/"]
    assert portal.print_of(replace(page, open_fields=1)) is None


def test_one_file_for_all_releases_that_are_covered_and_none_of_what_was_erased(project: Path) -> None:
    first = project / "content/models/text/1.0"
    later = first.with_name("1.1")
    later.mkdir()
    release = (first / "release.yaml").read_text(encoding="utf-8").replace("Text 1.0", "Text 1.1")
    (later / "release.yaml").write_text(release.replace("sequence: 1", "sequence: 2"), encoding="utf-8")
    summary = first / "training-content-summary.yaml"
    written = summary.read_text(encoding="utf-8") + "covers: [text/1.1]\n"
    summary.write_text(written, encoding="utf-8")
    before = Portal.load(project / "content", DAY)
    before.printed = True
    covered = before.pages["models/text/1.1/training-content/"]
    assert before.print_of(covered) is before.pages["models/text/1.0/training-content/"], (
        "also where nothing is on record"
    )
    key = "models/text/1.0/training-content-summary"
    for version, *options in (
        ("1.0",),
        ("1.1", "--reason", "More"),
        ("1.1", "--redact", f"{key}@r1", "--reason", "A name"),
    ):
        summary.write_text(written.replace('version: "1.0"', f'version: "{version}"'), encoding="utf-8")
        said = options or ("--reason", "First")
        folder = str(project / "content")
        done = CliRunner().invoke(cli, ["publish", "--content", folder, "--as-of", "2026-11-24", *said])
        assert done.exit_code == 0, done.output
    site = site_of(project / "content")
    made_ = {uri: data for uri, data in site.files() if uri.endswith(".pdf") and "training-content" in uri}
    home = "models/text/1.0/training-content"
    assert set(made_) == {f"{home}.pdf", f"{home}/r2.pdf", "models/text/1.1/training-content.pdf"}
    assert len(set(made_.values())) == 1
    entry = index(site.portal)["models"][0]["releases"][0]["documents"][0]["publication"]
    assert [one.get("pdf", "") for one in entry["revisions"]] == ["", f"{ADDRESS}{home}/r2.pdf"]


def test_it_names_no_address_where_the_site_has_none() -> None:
    site = site_of(FOLDERS["sample"], "en", "")
    data = site.pdf(site.portal.pages["copyright/r2/"])
    assert "Authoritative address" not in text(data)
    assert all(link.startswith(("https://", "mailto:")) for link in _links(data))


def test_no_page_speaks_of_them_where_none_are_made() -> None:
    site = Site(Portal.load(FOLDERS["sample"], DAY, "en", ADDRESS))
    page = site.portal.pages["copyright/"]
    assert "as PDF" not in site.render(page).body
    assert not [uri for uri, _ in site.files() if uri.endswith(".pdf")]


# -- a build ------------------------------------------------------------------------------------------------

Build = Callable[..., CompletedProcess[str]]


def switch_on(project: Path, hooks: str = "") -> None:
    config = project / "mkdocs.yml"
    lines = config.read_text(encoding="utf-8").replace("gpai-portal]", "gpai-portal: {pdf: true}]")
    config.write_text(lines + hooks, encoding="utf-8")


def test_a_build_makes_and_offers_them(project: Path, build: Build) -> None:
    switch_on(project)
    done = build()
    assert done.returncode == 0, done.stderr
    found = {file.relative_to(project / "site").as_posix() for file in (project / "site").rglob("*.pdf")}
    assert found == {"copyright.pdf", "models/text/1.0/documentation.pdf", "models/text/1.0/training-content.pdf"}
    site = Site(Portal.load(project / "content", DAY, "en", "https://base.example/portal/"))
    site.portal.printed = True
    again = site.pdf(site.portal.pages["copyright/"])
    assert (project / "site/copyright.pdf").read_bytes() == again, "another process makes the same bytes"
    page = (project / "site/copyright/index.html").read_text(encoding="utf-8")
    assert '<a type="application/pdf" href="../copyright.pdf">PDF</a>' in page
    assert '"contentUrl": "https://base.example/portal/copyright.pdf"' in page
    assert ".pdf" not in (project / "site/sitemap.xml").read_text(encoding="utf-8")
    index = json.loads((project / "site/gpai-transparency.json").read_bytes())
    assert index["documents"][0]["pdf"] == "https://base.example/portal/copyright.pdf"


def test_without_the_extra_a_build_says_what_to_install(project: Path, build: Build) -> None:
    (project / "hide.py").write_text("import sys\n\nsys.modules['typst'] = None\n", encoding="utf-8")
    switch_on(project, "hooks: [hide.py]\n")
    done = build()
    assert done.returncode == 1
    assert "pip install 'gpai-portal[pdf]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_that_cannot_make_one_says_which(project: Path, build: Build) -> None:
    hook = "from gpai_portal.site import pdf\n\npdf._are_there = lambda letters: True\n"
    (project / "hide.py").write_text(hook, encoding="utf-8")
    policy = project / "content/copyright-policy.yaml"
    changed = re.sub(r"^version: .*$", 'version: "1 ☃️ 😀"', policy.read_text(encoding="utf-8"), flags=re.MULTILINE)
    policy.write_text(changed, encoding="utf-8")
    switch_on(project, "hooks: [hide.py]\n")
    done = build()
    assert done.returncode == 1
    assert "no PDF file could be made of 'Copyright policy'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("command", "expected"), [("build", True), ("serve", False)])
def test_a_preview_makes_none(project: Path, monkeypatch: pytest.MonkeyPatch, command: str, expected: bool) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    switch_on(project)
    config = load_config(str(project / "mkdocs.yml"))
    plugin = config.plugins["gpai-portal"]
    plugin.on_startup(command=command, dirty=True)
    plugin.on_pre_build(config=config)
    assert plugin.portal.printed is expected


def test_what_cannot_be_printed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "_are_there", lambda letters: True)
    with pytest.raises(UsageError, match=r"no PDF file could be made of 'Title'"):
        of_html("<p>😀</p>")


def test_records_with_a_page_of_their_own_are_printed_all(content: Path) -> None:
    portal = with_datasets(content, 60).portal
    portal.printed = True
    data = Site(portal).pdf(portal.pages[HOME])
    found = squeezed(text(data))
    assert all(squeezed(f"Part {number}") in found for number in range(60))
