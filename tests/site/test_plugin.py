"""The plugin in other people's sites: themes, engines, plugins, mistakes, hostile data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gpai_portal.mkdocs_theme import TITLE_ID
from gpai_portal.site.build import NAV_MODELS
from tests.conftest import ROOT, run

Build = Callable[..., subprocess.CompletedProcess[str]]
SUMMARY = "site/models/text/1.0/training-content/index.html"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def body(html: str) -> str:
    """Our part of a page."""
    start = html.index('<div class="gp">')
    return re.split(r"</article>|<footer|</div>\s*</div>\s*</div>\s*<footer", html[start:])[0].strip()


def test_a_strict_build_with_other_plugins_and_both_themes(project: Path, build: Build) -> None:
    edit(
        project / "mkdocs.yml",
        "plugins: [search, gpai-portal]",
        "plugins: [search, tags, macros, gpai-portal]",
    )
    done = build()
    assert done.returncode == 0, done.stderr
    with_material = body((project / SUMMARY).read_text(encoding="utf-8"))
    edit(
        project / "mkdocs.yml",
        "theme: {name: material, font: false}",
        "theme: {name: mkdocs, highlightjs: false}",
    )
    edit(project / "mkdocs.yml", "plugins: [search, tags, macros, gpai-portal]", "plugins: [search, gpai-portal]")
    done = build()
    assert done.returncode == 0, done.stderr
    stock = (project / SUMMARY).read_text(encoding="utf-8")
    with_material = with_material.replace(f' id="{TITLE_ID}"', "", 1)  # where a link of Material goes
    assert with_material[:20_000] in stock


def test_properdocs_builds_the_same_pages(project: Path, build: Build) -> None:
    assert build("--site-dir", "one").returncode == 0
    done = run("properdocs", "build", "--strict", "-f", "mkdocs.yml", "--site-dir", "two", cwd=project)
    assert done.returncode == 0, done.stderr
    names = [f.relative_to(project / "one") for f in (project / "one").rglob("*.html")]
    assert len(names) == 21
    for name in names:
        one, two = ((project / side / name).read_text(encoding="utf-8") for side in ("one", "two"))
        generator = r'<meta name="generator" content="[^"]*">'
        assert re.sub(generator, "", one) == re.sub(generator, "", two), name


def test_white_space_stays_where_readers_see_it(project: Path, build: Build) -> None:
    """In pages that the plugin trims: what a theme adds to them, and what the portal's own templates hold."""
    kept = (
        "<pre title='two\n  lines'>one\n\n    two  \n  <b>three</b>\n\tfour\n</pre>",
        "<textarea>\n\n  five\n    six\n</textarea>",
        "<script>text = `seven\n\n    eight`;</script>",
        "<style>\n  .nine::before { content: 'ten\\\n  eleven'; }\n</style>",
    )
    block = "\n\n   ".join(kept)
    (project / "theme").mkdir()
    (project / "theme/main.html").write_text(
        f'{{% extends "base.html" %}}{{% block content %}}{block}\n    {{{{ super() }}}}{{% endblock %}}',
        encoding="utf-8",
    )
    edit(project / "mkdocs.yml", "{name: material,", "{name: material, custom_dir: theme,")
    done = build()
    assert done.returncode == 0, done.stderr
    html = (project / SUMMARY).read_text(encoding="utf-8")
    for part in kept:
        assert part in html, part
    elsewhere = re.sub(r"<(pre|textarea|script|style)\b.*?</\1>", "-", html, flags=re.DOTALL)
    assert not re.search(r"\n\s", elsewhere), "it is trimmed elsewhere"


def test_links_into_generated_pages_are_checked(project: Path, build: Build) -> None:
    edit(project / "mkdocs.yml", "docs_dir:", "validation: {anchors: warn}\ndocs_dir:")
    about = project / "content/pages/about.md"
    about.write_text("# About\n\n[Releases](models/text/index.md#releases)\n", encoding="utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    edit(about, "#releases", "#no-such-part")
    done = build()
    assert done.returncode == 1
    assert "no-such-part" in done.stderr


def test_flat_addresses(project: Path, build: Build) -> None:
    edit(project / "mkdocs.yml", "docs_dir:", "use_directory_urls: false\ndocs_dir:")
    assert build().returncode == 0
    html = (project / SUMMARY).read_text(encoding="utf-8")
    assert 'href="../documentation/index.html"' in html


def test_errors_stop_the_build_before_anything_is_cleaned_away(project: Path, build: Build) -> None:
    (project / "site").mkdir()
    (project / "site/old.html").write_text("old", encoding="utf-8")
    edit(project / "content/provider.yaml", "name: Base\n", "nam: Base\n")
    done = build()
    assert done.returncode == 1
    assert "content/provider.yaml:1:1 nam: there is no field 'nam'; did you mean name? [unknown-key]" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "site/old.html").is_file()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("docs_dir: content/pages", "docs_dir: content", "docs_dir"),
        ("plugins: [search, gpai-portal]", "plugins: [search, {gpai-portal: {language: xx}}]", "no interface language"),
        (
            "plugins: [search, gpai-portal]",
            "plugins: [search, {gpai-portal: {content_dir: nowhere}}]",
            "no such folder; give the content folder as content_dir, an option of the plugin",
        ),
        (
            "plugins: [search, gpai-portal]",
            'plugins: [search, {gpai-portal: {as_of: "2020-01-01"}}]',
            "correct the date, or set as_of",
        ),
        ("plugins: [search, gpai-portal]", "plugins: [search, {gpai-portal: {as_of: soon}}]", "is not a date"),
        ("plugins: [search, gpai-portal]", "plugins: [search, {gpai-portal: {lang: fr}}]", "lang"),
    ],
)
def test_mistakes_in_mkdocs_yml_are_told(project: Path, build: Build, old: str, new: str, message: str) -> None:
    edit(project / "mkdocs.yml", old, new)
    done = build()
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_at_a_generated_address_is_refused(project: Path, build: Build) -> None:
    (project / "content/pages/index.md").write_text("# Mine\n", encoding="utf-8")
    done = build()
    assert done.returncode != 0
    assert "index.md takes the address of a generated page" in done.stderr


def test_a_plugin_that_drops_a_page_breaks_the_promise(project: Path, build: Build) -> None:
    (project / "hook.py").write_text(
        "def on_post_page(output, page, config):\n    return '' if 'complaints' in page.file.src_uri else output\n",
        encoding="utf-8",
    )
    edit(project / "mkdocs.yml", "docs_dir:", "hooks: [hook.py]\ndocs_dir:")
    done = build()
    assert done.returncode != 0
    assert "promised file(s) are missing" in done.stderr


def test_the_navigation_can_be_written_by_hand(project: Path, build: Build) -> None:
    edit(project / "mkdocs.yml", "docs_dir:", "nav: [about.md, gpai-portal]\ndocs_dir:")
    done = build()
    assert done.returncode == 0, done.stderr
    html = (project / "site/index.html").read_text(encoding="utf-8")
    nav = html[html.index("md-nav--primary") :]
    assert nav.index("about/") < nav.index("models/") < nav.index("obligations/")


def test_many_models_are_listed_on_their_page_only(project: Path, build: Build) -> None:
    models = project / "content/models"
    for number in range(NAV_MODELS):
        shutil.copytree(models / "text", models / f"more-{number}")
    done = build()
    assert done.returncode == 0, done.stderr
    site = project / "site"
    assert (site / "models/index.html").read_text(encoding="utf-8").count('href="more-') >= NAV_MODELS
    page = (site / "models/text/1.0/training-content/index.html").read_text(encoding="utf-8")
    assert "more-" not in page.replace(body(page), ""), "the navigation lists them"
    shutil.rmtree(models / "more-0")
    assert build().returncode == 0
    page = (site / "models/text/1.0/training-content/index.html").read_text(encoding="utf-8")
    assert page.replace(body(page), "").count("more-") == NAV_MODELS - 1


HOSTILE = (
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% for x in y %}",
    '"><svg/onload=alert(1)>',
    "[x](javascript:alert(1))",
    "\u202ereversed\u202c \u05e2\u05d1\u05e8\u05d9\u05ea \U0001d50a",
    "&lt;script&gt;",
)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []
        self.bad_links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.bad_links += [
            v for n, v in attrs if n in {"href", "src"} and str(v).lower().startswith(("javascript", "data:"))
        ]


def test_hostile_text_appears_as_text(project: Path, build: Build) -> None:
    edit(project / "mkdocs.yml", "[search, gpai-portal]", "[search, tags, macros, gpai-portal]")
    assert build().returncode == 0
    harmless = {p: Tags(p.read_text(encoding="utf-8")).scripts for p in (project / "site").rglob("*.html")}

    text = " | ".join(HOSTILE)
    quoted = json.dumps(text, ensure_ascii=False)
    # What is one line may not turn the direction of writing; prose may, and shows by what.
    line = quoted.replace("\u202e", "").replace("\u202c", "")
    content = project / "content"
    edit(content / "models/text/model.yaml", "description: A text model.", f"description: {quoted}")
    edit(content / "provider.yaml", "address: Rue Exemple 1, 75000 Paris, France", f"address: {line}")
    edit(
        content / "copyright-policy.yaml",
        "summary: Only content that is lawfully accessible and not reserved is used.",
        f"summary: {quoted}",
    )
    summary = content / "models/text/1.0/training-content-summary.yaml"
    edit(summary, 'version: "1.0"', f"version: {line}")
    edit(summary, "purposes: Training data.", f"purposes: {quoted}")
    edit(summary, "types_of_content: Press publications and source code.", f"types_of_content: {quoted}")
    edit(summary, "{name: Corpus,", f"{{name: {line},")
    edit(summary, "scope: whole", f"scope: whole\nextra_sections: [{{title: {line}, text: {quoted}}}]")
    edit(content / "models/text/1.0/release.yaml", "licence: {name: Apache 2.0}", f"licence: {{name: {line}}}")
    edit(summary, "behaviour: Follows robots.txt.", "behaviour: " + "x" * 10_000)
    done = build()
    assert done.returncode == 0, done.stderr
    shown = turned = 0
    for page, scripts in harmless.items():
        html = page.read_text(encoding="utf-8")
        tags = Tags(html)
        assert tags.scripts == scripts, page
        assert tags.handlers == [], page
        assert tags.bad_links == [], page
        assert "49{" not in html, page
        shown += unescape(html).count("{{ 7*7 }}{% for x in y %}")
        for character in "\u05e2\U0001d50a" if "reversed" in html else "":
            assert character in html, page
        assert "\u202e" not in html, page
        turned += html.count("\u27e8U+202E\u27e9reversed\u27e8U+202C\u27e9")
    assert turned >= 5
    assert shown >= 10


@pytest.mark.parametrize("name", ["</title><script>alert(1)</script>", "<b>x</b>", "a > b"])
def test_names_in_titles_are_refused_if_they_could_be_markup(project: Path, build: Build, name: str) -> None:
    edit(project / "content/models/text/model.yaml", "name: Text", f"name: {json.dumps(name)}")
    done = build()
    assert done.returncode == 1
    assert "without < and >" in done.stderr


def test_names_with_ampersands_and_quotes_are_shown(project: Path, build: Build) -> None:
    name = 'R&D "Text" &lt;1&gt; {{ 7*7 }}'
    edit(project / "content/models/text/1.0/release.yaml", "name: Text 1.0\n", f"name: {json.dumps(name)}\n")
    done = build()
    assert done.returncode == 0, done.stderr
    html = (project / "site/models/text/1.0/index.html").read_text(encoding="utf-8")
    assert "R&amp;D &#34;Text&#34; &amp;lt;1&amp;gt; {{ 7*7 }}" in html
    assert "<1>" not in html


@pytest.mark.parametrize("folder", ["{{ 7*7 }}", "UPPER", "..x", "a b", "%2e%2e"])
def test_ids_that_could_leave_their_folder_are_refused(project: Path, build: Build, folder: str) -> None:
    (project / "content/models/text").rename(project / "content/models" / folder)
    done = build()
    assert done.returncode == 1
    assert "[bad-id]" in done.stderr


def test_serve_rebuilds_when_data_change(project: Path, tmp_path: Path) -> None:
    import os
    import socket
    import urllib.request

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore"}
    log = tmp_path / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"],
            cwd=project,
            env=environment,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}/portal/models/text/1.0/training-content/"

    def page_holds(text: str) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address) as answer:
                    if text in answer.read().decode():
                        return True
            except OSError:
                pass
            time.sleep(0.3)
        return False

    try:
        assert page_holds("French and German."), log.read_text()
        edit(
            project / "content/models/text/1.0/training-content-summary.yaml",
            "French and German.",
            "French, German and Dutch.",
        )
        assert page_holds("French, German and Dutch."), log.read_text()
        with urllib.request.urlopen(address) as answer:
            assert b"Content-Security-Policy" not in answer.read(), "it would block the live reload"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_the_only_importer_of_mkdocs_is_its_door() -> None:
    for module in (ROOT / "plugin").rglob("*.py"):
        if not module.name.startswith("mkdocs_"):
            assert not re.search(r"(?m)^\s*(import|from) mkdocs\b", module.read_text(encoding="utf-8")), module


def test_pages_have_an_edit_button_where_it_is_asked_for(project: Path, build: Build) -> None:
    config, about = project / "mkdocs.yml", project / "site/about/index.html"
    edit(config, "docs_dir:", "edit_uri: https://git.base.example/edit/content/pages/\ndocs_dir:")
    edit(config, "font: false", "font: false, features: [content.action.edit]")
    address = "https://git.base.example/edit/content/models/text/1.0/training-content-summary.yaml"
    for options, has_button in (("gpai-portal", False), ("gpai-portal: {edit_buttons: true}", True)):
        config.write_text(re.sub("gpai-portal.*", f"{options}]", config.read_text("utf-8")), encoding="utf-8")
        assert build().returncode == 0
        assert (address in (project / SUMMARY).read_text(encoding="utf-8")) is has_button
        # Pages written by hand are for MkDocs to decide.
        assert "https://git.base.example/edit/content/pages/about.md" in about.read_text(encoding="utf-8")
