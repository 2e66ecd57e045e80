"""``mkdocs serve`` builds what changed, and the site is what a build from nothing would be."""

from __future__ import annotations

import itertools
import logging
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import cast

import pytest
from jinja2 import TemplateSyntaxError
from mkdocs.commands.serve import serve
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

from gpai_portal.site.build import Rendered
from gpai_portal.site.build import Site as PortalSite
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.rebuilding import Rebuilding
from tests.conftest import AS_OF
from tests.site.test_plugin import edit

Site = dict[str, bytes]
#: Where MkDocs keeps plugins between builds; each server here has its own, so that none knows what another built.
PLUGINS = dict(MkDocsConfig()._schema)["plugins"]
SUMMARY = "content/models/text/1.0/training-content-summary.yaml"
RELEASE = "content/models/text/1.0/release.yaml"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")


@contextmanager
def served(project: Path) -> Iterator[Callable[[], Site]]:
    """A server that waits for no change: the first call gives the files of its first build, each other builds again."""
    plugins: dict[str, object] = {}
    PLUGINS.plugin_cache = plugins
    ready: Queue[LiveReloadServer | Exception] = Queue()
    over = threading.Event()

    def wait(server: LiveReloadServer, **_: object) -> None:
        ready.put(server)
        over.wait()

    def run() -> None:
        try:
            serve(str(project / "mkdocs.yml"))
        except Exception as error:  # noqa: BLE001 - raised again in the test
            ready.put(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveReloadServer, "serve", wait)
        thread = threading.Thread(target=run)
        thread.start()
        server = ready.get()
    if isinstance(server, Exception):
        raise server
    root = Path(server.root)
    builds = itertools.count()

    def again() -> Site:
        if next(builds):
            PLUGINS.plugin_cache = plugins
            server.builder()
        return files(root)

    try:
        yield again
    finally:
        over.set()
        thread.join()
    assert not list(root.parent.glob(f"{root.name}*")), "something is left behind"


def files(site: Path) -> Site:
    return {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def fresh(project: Path) -> Site:
    with served(project) as again:
        return again()


def assert_same(site: Site, wanted: Site, what: str) -> None:
    assert site.keys() == wanted.keys(), what
    assert not [name for name in wanted if site[name] != wanted[name]], what


def rename(file: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count, pattern
    file.write_text(text, encoding="utf-8")


def add_release(project: Path, number: str) -> None:
    models = project / "content/models/text"
    shutil.copytree(models / "1.0", models / f"{number}.0")
    release = models / f"{number}.0/release.yaml"
    rename(release, "^name: .*$", f"name: Text {number}.0")
    rename(release, "^sequence: .*$", f"sequence: {number}")


def remove_release(project: Path) -> None:
    """The last one, as long as nothing is published: then it would have to stay."""
    releases = sorted((project / "content/models/text").glob("[2-9]*"))
    if releases and not (project / "content/records").exists():
        shutil.rmtree(releases[-1])


def publish(project: Path) -> None:
    call = [sys.executable, "-m", "gpai_portal.cli", "publish", "--editorial", "--reason", "As it is now"]
    subprocess.run(call, cwd=project, check=True, capture_output=True)


def edits(project: Path) -> dict[str, Callable[[str], object]]:
    """What people do, each with a number that makes it another time."""
    content = project / "content"
    about = content / "pages/about.md"
    config = project / "mkdocs.yml"
    return {
        "a fact of a summary": lambda n: rename(project / SUMMARY, "^( +)purposes: .*$", rf"\1purposes: Purpose {n}."),
        "a fact of a release": lambda n: rename(project / RELEASE, "^licence: .*$", f"licence: {{name: Licence {n}}}"),
        "a fact of the policy": lambda n: rename(content / "copyright-policy.yaml", "^version: .*$", f'version: "{n}"'),
        "the provider": lambda n: rename(content / "provider.yaml", "^name: .*$", f"name: Provider {n}"),
        "a model": lambda n: rename(content / "models/text/model.yaml", "^description: .*$", f"description: Nr {n}."),
        "a release more": lambda n: add_release(project, n),
        "a release less": lambda n: remove_release(project),
        "a model more": lambda n: shutil.copytree(content / "models/text", content / f"models/more-{n}"),
        "a page by hand": lambda n: about.write_text(f"# About\n\nText {n}.\n", encoding="utf-8"),
        "its title": lambda n: about.write_text(f"# About {n}\n\nText.\n", encoding="utf-8"),
        "a new page": lambda n: (content / f"pages/page-{n}.md").write_text(f"# Page {n}\n", encoding="utf-8"),
        "mkdocs.yml": lambda n: rename(config, "^site_name: .*$", f"site_name: Site {n}"),
        "the theme": lambda n: (project / "theme/main.html").write_text(
            f'{{% extends "base.html" %}}{{% block announce %}}{n}{{% endblock %}}', encoding="utf-8"
        ),
        "a publication": lambda n: publish(project),
        "nothing": lambda n: None,
    }


@pytest.fixture
def themed(project: Path) -> Path:
    (project / "theme").mkdir()
    (project / "theme/main.html").write_text('{% extends "base.html" %}', encoding="utf-8")
    edit(project / "mkdocs.yml", "{name: material,", "{name: material, custom_dir: theme,")
    return project


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_any_edits_end_in_what_a_build_from_nothing_gives(themed: Path, seed: int) -> None:
    chance = random.Random(seed)
    done = []
    with served(themed) as again:
        again()
        names = [name for name in edits(themed) for _ in range(2)]
        chance.shuffle(names)
        for number, name in enumerate(names, 2):
            edits(themed)[name](str(number))
            done.append(name)
            assert_same(again(), fresh(themed), " > ".join(done))


def test_a_fact_is_rebuilt_where_it_shows_and_nowhere_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_release(project, "2")
    rendered: list[str] = []
    render = PortalSite.render
    monkeypatch.setattr(PortalSite, "render", lambda self, page: rendered.append(page.uri) or render(self, page))
    with served(project) as again:
        before = again()
        rendered.clear()
        edits(project)["a fact of a summary"]("7")
        after = again()
        assert "models/text/1.0/training-content/" in rendered
        assert "models/text/2.0/training-content/changes/" in rendered
        assert "models/text/2.0/training-content/" not in rendered
    written = {name for name in after if name.endswith(".html") and after[name] != before[name]}
    assert written == {
        "models/text/1.0/training-content/index.html",
        "models/text/2.0/changes/index.html",
        "models/text/2.0/training-content/changes/index.html",
    }
    assert_same(after, fresh(project), "a fact")


def test_names_and_pages_that_are_gone_are_gone_everywhere(project: Path) -> None:
    add_release(project, "2")
    with served(project) as again:
        again()
        edits(project)["the provider"]("3")
        assert_same(again(), fresh(project), "a name")
        edits(project)["a model"]("4")
        assert b"Nr 4." in again()["models/text/index.html"]
        remove_release(project)
        after = again()
    assert not [name for name in after if "2.0" in name]
    assert_same(after, fresh(project), "a release less")


def test_every_page_of_a_comparison_depends_on_both_sides(project: Path) -> None:
    """Also one that finds the comparison made already, and reads nothing for that."""
    add_release(project, "2")
    rendered: list[str] = []

    def render(page: Page) -> Rendered:
        rendered.append(page.uri)
        return Rendered("", (), "")

    rebuilding = Rebuilding(lambda files: None)
    for _ in range(2):
        rendered.clear()
        portal = Portal.load(project / "content", date.fromisoformat(AS_OF))
        rebuilding.render(cast(PortalSite, SimpleNamespace(portal=portal, render=render)))
        edits(project)["a fact of a summary"]("7")
    assert set(rendered) == {"models/text/2.0/changes/", "models/text/2.0/training-content/changes/"}


def test_a_file_that_is_broken_and_mended(project: Path) -> None:
    with served(project) as again:
        before = again()
        edit(project / SUMMARY, "modalities:", "modalitis:")
        with pytest.raises(Abort):
            again()
        edit(project / SUMMARY, "modalitis:", "modalities:")
        assert_same(again(), before, "mended")


def test_a_build_that_fails_half_way(project: Path) -> None:
    edit(project / "mkdocs.yml", "theme: {name: material,", "theme: {name: material, custom_dir: theme,")
    (project / "theme").mkdir()
    with served(project) as again:
        before = again()
        (project / "theme/main.html").write_text("{% nonsense %}", encoding="utf-8")
        with pytest.raises(TemplateSyntaxError):
            again()
        (project / "theme/main.html").unlink()
        assert_same(again(), before, "mended")


def test_icons_of_a_site_of_its_own_are_part_of_the_theme(project: Path) -> None:
    edit(project / "mkdocs.yml", "theme: {name: material,", "theme: {name: material, custom_dir: theme,")
    icon = project / "theme/.icons/own/mark.svg"
    icon.parent.mkdir(parents=True)
    icon.write_text("<svg><title>older</title></svg>", encoding="utf-8")
    footer = '{% extends "base.html" %}{% block footer %}{% include ".icons/own/mark.svg" %}{% endblock %}'
    (project / "theme/main.html").write_text(footer, encoding="utf-8")
    with served(project) as again:
        again()
        icon.write_text("<svg><title>newer</title></svg>", encoding="utf-8")
        assert b"<title>newer</title>" in again()["models/index.html"]


def test_a_hook_may_make_a_page_of_anything(project: Path) -> None:
    (project / "hook.py").write_text(
        "from pathlib import Path\n"
        "def on_page_context(context, page, config, nav):\n"
        "    page.content += (Path(config.config_file_path).parent / 'word.txt').read_text()\n",
        encoding="utf-8",
    )
    edit(project / "mkdocs.yml", "docs_dir:", "hooks: [hook.py]\ndocs_dir:")
    (project / "word.txt").write_text("one-word", encoding="utf-8")
    with served(project) as again:
        again()
        (project / "word.txt").write_text("another-word", encoding="utf-8")
        assert b"another-word" in again()["models/index.html"]


def test_a_template_of_the_portal(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from gpai_portal.site import rebuilding, rendering

    templates = tmp_path / "templates-of-the-portal"
    shutil.copytree(rendering.TEMPLATES, templates)
    for module in (rebuilding, rendering):
        monkeypatch.setattr(module, "TEMPLATES", templates)
    with served(project) as again:
        again()
        edit(templates / "catalogue.html", "<h1", "<p>Newer</p><h1")
        assert b"<p>Newer</p>" in again()["models/index.html"]


def test_search_and_sitemap_know_every_page(project: Path) -> None:
    with served(project) as again:
        before = again()
        edits(project)["a page by hand"]("3")
        after = again()
    assert after["sitemap.xml"] == before["sitemap.xml"]
    assert b"Text 3." in after["search/search_index.json"]
    assert after["search/search_index.json"].count(b"location") == before["search/search_index.json"].count(b"location")


def test_links_to_pages_that_stay_are_checked(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    edit(project / "mkdocs.yml", "docs_dir:", "validation: {anchors: warn}\ndocs_dir:")
    about = project / "content/pages/about.md"
    with served(project) as again:
        again()
        about.write_text("# About\n\n[Releases](models/text/index.md#releases)\n", encoding="utf-8")
        with caplog.at_level(logging.WARNING):
            again()
            assert not caplog.records
            about.write_text("# About\n\n[Releases](models/text/index.md#no-such-part)\n", encoding="utf-8")
            again()
        assert "no-such-part" in caplog.text


def test_every_language_of_a_portal_is_rebuilt(project: Path) -> None:
    edit(project / "mkdocs.yml", "gpai-portal]", "{gpai-portal: {languages: [en, de]}}]")
    with served(project) as again:
        before = again()
        assert b"de/models/" in before["search/search_index.de.json"]
        for name in ("a fact of a summary", "its title", "a page by hand"):
            edits(project)[name]("7")
            assert_same(again(), fresh(project), name)
