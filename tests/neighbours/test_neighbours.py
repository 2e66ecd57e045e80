"""The plugin beside other people's plugins, each before and behind ours; docs/pages/neighbours.md has the results.

They live in an environment of their own, which ``make test-long`` sets up.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.site.portal import Portal
from tests.conftest import EPOCH, ROOT

Build = Callable[..., subprocess.CompletedProcess[str]]
PYTHON = ROOT / ".venv/neighbours/bin/python"
SUMMARY = "models/text/1.0/training-content/index.html"
COMMITTED = "2025-03-04"

pytestmark = pytest.mark.long

#: Each plugin with the options it is tried with; the guide has a row for each.
TRIED = {
    "redirects": "{redirect_maps: {old.md: copyright/index.md, older.md: models/text/1.0/documentation/index.md}}",
    "htmlproofer": "{raise_error: true, validate_external_urls: false, validate_rendered_template: true}",
    "llmstxt": "{full_output: full.txt, sections: {A: ['models/*.md', copyright/index.md], B: [about.md]}}",
    "awesome-nav": "{}",
    "literate-nav": "{}",
    "section-index": "{}",
    "gen-files": "{scripts: [gen.py]}",
    "i18n": "{languages: [{locale: en, name: E, default: true, build: true}, {locale: de, name: D, build: true}]}",
    "git-revision-date-localized": "{type: iso_date, enable_creation_date: true}",
    "git-authors": "{}",
    "minify": "{minify_html: true, htmlmin_opts: {remove_comments: true}}",
    "minify_html": "{}",
    "offline": "{}",
    "print-site": "{}",
    "encryptcontent": "{global_password: 19-purple-Otters-read-9000-Statutes-by-moonlight!, selfhost: true}",
    "blog": "{}",
    "tags": "{}",
}


@pytest.fixture
def build(project: Path) -> Build:
    """A strict build of the project, which is a git repository, by the environment with all plugins."""
    if not PYTHON.exists():
        pytest.fail("the environment of the plugins is missing; run: make .venv/neighbours.done", pytrace=False)
    posts = project / "content/pages/blog/posts"
    posts.mkdir(parents=True)
    (project / "gen.py").write_text(
        "import mkdocs_gen_files\nwith mkdocs_gen_files.open('made.md', 'w') as f:\n    f.write('# Made')\n",
        encoding="utf-8",
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PYTHONPATH": str(ROOT / "plugin"),
        "SOURCE_DATE_EPOCH": EPOCH,
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "PYTHONWARNINGS": "ignore",
        "GIT_AUTHOR_DATE": f"{COMMITTED}T12:00:00Z",
        "GIT_COMMITTER_DATE": f"{COMMITTED}T12:00:00Z",
    }

    def call(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )

    def build_project(plugins: str, more: str = "", engine: str = "mkdocs") -> subprocess.CompletedProcess[str]:
        config = project / "mkdocs.yml"
        lines = [line for line in config.read_text(encoding="utf-8").splitlines() if not line.startswith("plugins:")]
        config.write_text("\n".join([*lines[:4], f"plugins: {plugins}", more]), encoding="utf-8")
        git = ("git", "-c", "user.name=Ada Example", "-c", "user.email=ada@base.example")
        call("git", "init", "--quiet")
        call("git", "add", "content", "mkdocs.yml")
        call(*git, "commit", "--quiet", "-m", "Portal")
        return call(str(PYTHON), "-m", engine, "build", "--strict", "-f", "mkdocs.yml")

    return build_project


def around(name: str, first: str) -> str:
    """The list of plugins with one before or behind ours."""
    other = f"{{{name}: {TRIED[name]}}}"
    # A search from a disk needs a script that the policy blocks; the guide says so.
    ours = "{gpai-portal: {content_security_policy: false}}" if name == "offline" else "gpai-portal"
    row = [other, ours] if first == "before" else [ours, other]
    return f"[search, {', '.join(row)}]"


def page(project: Path, name: str) -> str:
    return (project / "site" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "first"),
    # print-site wants to be the last one, and says so
    [(name, first) for name in TRIED for first in ("before", "behind") if (name, first) != ("print-site", "before")],
)
def test_the_pages_are_whole(project: Path, build: Build, name: str, first: str) -> None:
    """A strict build passes, and each page has its head and its address in the navigation and the sitemap."""
    done = build(around(name, first))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    site = project / "site"
    pages = [file for file in site.rglob("index.html") if b"application/ld+json" in file.read_bytes()]
    promised = Portal.load(project / "content", date(2026, 11, 24)).pages
    assert {file.relative_to(site).as_posix() for file in pages} == {f"{uri}index.html" for uri in promised}
    for file in pages:
        html = file.read_text(encoding="utf-8")
        assert len(re.findall(r"<meta [^>]*name=\"?description", html)) == 1, file
        found = re.search(r'<script type="?application/ld\+json"?>(.*?)</script>', html, re.DOTALL)
        assert found
        assert json.loads(found[1])["@context"] == "https://schema.org"
    assert "obligations/" in page(project, "about.html" if name == "offline" else "about/index.html")
    if name != "i18n":
        assert page(project, "sitemap.xml").count("<loc>") > len(promised)
    assert (site / "SHA256SUMS").is_file()


def test_redirects_lead_to_generated_pages_and_replace_none(project: Path, build: Build) -> None:
    assert build(around("redirects", "before")).returncode == 0
    assert "../copyright/" in page(project, "old/index.html")
    done = build("[search, gpai-portal, {redirects: {redirect_maps: {copyright.md: about.md}}}]")
    assert done.returncode == 1
    assert "replaced in the site, first copyright/index.html" in done.stderr


def test_htmlproofer_finds_what_is_wrong(project: Path, build: Build) -> None:
    about = project / "content/pages/about.md"
    about.write_text('# About\n\n<a href="../models/text/none/">x</a>\n', encoding="utf-8")
    done = build(around("htmlproofer", "behind"))
    assert done.returncode == 1
    assert "models/text/none" in done.stderr


@pytest.mark.parametrize("first", ["before", "behind"])
def test_llmstxt_lists_generated_pages(project: Path, build: Build, first: str) -> None:
    assert build(around("llmstxt", first)).returncode == 0
    listed = page(project, "llms.txt")
    assert "https://base.example/portal/models/text/1.0/training-content/index.md" in listed
    assert "Copyright policy" in listed
    assert "Press publications and source code" in page(project, "full.txt")


@pytest.mark.parametrize("first", ["before", "behind"])
@pytest.mark.parametrize(
    ("name", "file", "text"),
    [
        ("awesome-nav", ".nav.yml", "nav:\n  - about.md\n  - More:\n    - Portal: gpai-portal\n"),
        ("literate-nav", "SUMMARY.md", "* [About](about.md)\n* More\n    * [Portal](gpai-portal)\n"),
    ],
)
def test_a_navigation_in_files_of_its_own_has_a_place_for_the_portal(
    project: Path, build: Build, name: str, file: str, text: str, first: str
) -> None:
    (project / "content/pages" / file).write_text(text, encoding="utf-8")
    done = build(around(name, first))
    assert done.returncode == 0, done.stderr
    html = page(project, "about/index.html")
    nav = html[html.index("md-nav--primary") :]
    assert nav.index("About") < nav.index("More") < nav.index("Portal") < nav.index("obligations/")


@pytest.mark.parametrize("name", ["awesome-nav", "literate-nav"])
def test_a_navigation_without_the_entry_begins_with_the_portal(project: Path, build: Build, name: str) -> None:
    file, text = (".nav.yml", "nav: ['*']\n") if name == "awesome-nav" else ("SUMMARY.md", "* [About](about.md)\n* *\n")
    (project / "content/pages" / file).write_text(text, encoding="utf-8")
    done = build(around(name, "behind"))
    assert done.returncode == 0, done.stderr
    html = page(project, "about/index.html")
    nav = html[html.index("md-nav--primary") : html.index("md-sidebar--secondary")]
    assert nav.index("obligations/") < nav.index("About")
    assert "training-content" not in nav, "pages of releases are not in it"


@pytest.mark.parametrize("structure", ["suffix", "folder"])
def test_i18n_translates_pages_by_hand_and_leaves_ours(project: Path, build: Build, structure: str) -> None:
    pages = project / "content/pages"
    about = {"suffix": ("about.en.md", "about.de.md"), "folder": ("en/about.md", "de/about.md")}[structure]
    (pages / "about.md").unlink()
    for name, text in zip(about, ("# About\n\n[P](X)\n", "# Worum es geht\n\n[P](X)\n"), strict=True):
        (pages / name).parent.mkdir(exist_ok=True)
        up = "../" if structure == "folder" else ""
        (pages / name).write_text(text.replace("X", f"{up}copyright/index.md"), encoding="utf-8")
    options = TRIED["i18n"].replace("{languages", f"{{docs_structure: {structure}, languages")
    done = build(f"[search, {{i18n: {options}}}, gpai-portal]")
    assert done.returncode == 0, done.stderr
    assert "Worum es geht" in page(project, "de/about/index.html")
    assert '<html lang="en"' in page(project, SUMMARY)
    assert not (project / "site/de/models").exists()
    assert 'href="../../copyright/"' in page(project, "de/about/index.html")
    assert "Content-Security-Policy" in page(project, SUMMARY)
    one = re.search(r"script-src [^;]*", page(project, SUMMARY))
    other = re.search(r"script-src [^;]*", page(project, "de/about/index.html"))
    assert one
    assert other
    assert one[0] == other[0], "one policy for all languages"
    found = json.loads(page(project, "search/search_index.json"))["docs"]
    places = [entry["location"] for entry in found]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("first", ["before", "behind"])
def test_git_plugins_tell_the_history_of_the_data(project: Path, build: Build, first: str) -> None:
    done = build(around("git-revision-date-localized", first))
    assert done.returncode == 0, done.stderr
    html = page(project, SUMMARY)
    assert f'title="{COMMITTED}' in html or COMMITTED in html
    assert "2026-11-" not in re.sub(r"(?s)<article.*?<aside class=\"md-source-file\">", "", html)
    done = build(around("git-authors", first), "extra: {x: 1}")
    assert done.returncode == 0, done.stderr
    assert "Ada Example" in page(project, SUMMARY)


def test_git_plugins_leave_out_what_the_guide_excludes(project: Path, build: Build) -> None:
    guide = (ROOT / "docs/pages/neighbours.md").read_text(encoding="utf-8")
    found = re.search(r"(?s)- git-revision-date-localized:\n(.*?)\n *- git-authors:\n(.*?)```", guide)
    assert found
    for name, lines in zip(("git-revision-date-localized", "git-authors"), found.groups(), strict=True):
        exclude = re.findall(r"- (\S+)$", lines, re.MULTILINE)
        assert len(exclude) == 8
        done = build(f"[search, gpai-portal, {{{name}: {{exclude: {json.dumps(exclude)}}}}}]")
        assert done.returncode == 0, done.stderr
        for file in (project / "site").rglob("index.html"):
            shown = "md-source-file" in file.read_text(encoding="utf-8")
            assert shown is (file.parent.name == "about"), file


def test_a_page_that_is_encrypted_has_a_twin_that_is_not(project: Path, build: Build) -> None:
    """What the guide warns of: encryptcontent hides pages, and the same facts stand in the files beside them."""
    done = build(around("encryptcontent", "behind"))
    assert done.returncode == 0, done.stderr
    fact = "Press publications and source code."
    assert fact not in page(project, SUMMARY)
    assert fact in page(project, "models/text/1.0/training-content.json")


def test_all_that_go_together(project: Path, build: Build) -> None:
    """Many at once, with each engine. Not blog: section-index stops at it, also without a portal."""
    names = ["tags", "redirects", "literate-nav", "section-index", "gen-files", "minify"]
    names += ["git-revision-date-localized", "print-site"]
    plugins = ", ".join(f"{{{name}: {TRIED[name]}}}" for name in names[:5])
    behind = ", ".join(f"{{{name}: {TRIED[name]}}}" for name in names[5:])
    for engine in ("mkdocs", "properdocs"):
        done = build(f"[search, {plugins}, gpai-portal, {behind}]", engine=engine)
        assert done.returncode == 0, done.stderr
        assert "Press publications and source code" in page(project, SUMMARY)
        assert '<div class="gp">' in page(project, "print_page/index.html")
        assert (project / "site/made/index.html").is_file()


def test_the_guide_has_a_row_for_each(project: Path) -> None:
    guide = (ROOT / "docs/pages/neighbours.md").read_text(encoding="utf-8")
    assert [name for name in TRIED if f"| `{name}`" not in guide] == []
