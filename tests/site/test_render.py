"""The way out: pages as Markdown files, built without our plugin by MkDocs and by Zensical, say what ours say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SEALED_BY, run
from tests.reading import Links, visible

URL = "https://skriftvang.example/ai-act/"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("render") / "plain"
    done = run("gpai_portal.cli", "render", "--out", str(out), "--site-url", URL, "--sealed-by", SEALED_BY, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return out


def content_of(html: str) -> str:
    """Text of our part of a page."""
    start = html.index('<div class="gp">')
    depth = 0
    for tag in re.finditer(r"<(/?)div\b[^>]*>", html[start:]):
        depth += -1 if tag[1] else 1
        if depth == 0:
            # Builders differ in how they lay out and print references to characters, not in what is read.
            return re.sub(r"\s", "", visible(html[start : start + tag.end()]))
    raise AssertionError("the body does not end")


def same_pages(ours: Path, theirs: Path) -> None:
    names = [f.relative_to(ours).as_posix() for f in ours.rglob("index.html")]
    generated = [n for n in names if '<div class="gp">' in (ours / n).read_text(encoding="utf-8")]
    assert len(generated) > 30
    for name in generated:
        own, other = ((side / name).read_text(encoding="utf-8") for side in (ours, theirs))
        assert content_of(own) == content_of(other), name
        body = Links(own[own.index('<div class="gp">') :].split("</article>")[0]).targets
        links = Links(other).targets
        missing = [t for t in body if t not in links and "headerlink" not in t]
        assert missing == [], name
        styles = [link for link in links if link.endswith("gpai-portal.css")]
        assert [((theirs / name).parent / style).is_file() for style in styles] == [True], f"{name} loads {styles}"
    for name in ("gpai-transparency.json", "records/000001.json", "models/skrift/2.0/training-content.json",
                 "feeds/crawlers.atom", "models/skrift/latest/index.html"):  # fmt: skip
        assert (theirs / name).is_file(), name


def test_mkdocs_builds_it_without_the_plugin(plain: Path, sample_site: Path, tmp_path: Path) -> None:
    done = run("mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site"), cwd=plain)
    assert done.returncode == 0, done.stderr
    assert "gpai-portal" not in (plain / "mkdocs.yml").read_text(encoding="utf-8").replace("assets/gpai-portal.css", "")
    same_pages(sample_site, tmp_path / "site")


def test_zensical_builds_it(plain: Path, sample_site: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "-f", "mkdocs.yml"],
        cwd=plain,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    same_pages(sample_site, plain / "site")


def test_bodies_are_one_block_of_html(plain: Path) -> None:
    """For Markdown, an empty line ends it."""
    pages = [file.read_text(encoding="utf-8") for file in (plain / "docs").rglob("index.md")]
    bodies = [page.partition("\n---\n")[2].strip() for page in pages if '<div class="gp">' in page]
    assert len(bodies) > 30
    assert [body[:80] for body in bodies if "\n\n" in body] == []


def test_an_existing_folder_is_left_alone(plain: Path) -> None:
    before = sorted(f.name for f in plain.iterdir())
    done = run("gpai_portal.cli", "render", "--out", str(plain), "--sealed-by", SEALED_BY, cwd=ROOT)
    assert done.returncode == 2
    assert "is already there" in done.stderr
    assert sorted(f.name for f in plain.iterdir()) == before
    assert not list(plain.parent.glob(".plain*"))


def test_it_has_the_pages_of_each_language(content: Path, tmp_path: Path) -> None:
    render = ("gpai_portal.cli", "render", "--out", "plain", "--language", "en", "--language", "pl")
    done = run(*render, "--site-url", "https://base.example/", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    docs = tmp_path / "plain/docs"
    pages = {file.relative_to(docs).as_posix() for file in docs.rglob("index.md")}
    first = {name for name in pages if not name.startswith("pl/")}
    assert {name.removeprefix("pl/") for name in pages - first} == first
    polish = (docs / "pl/models/index.md").read_text(encoding="utf-8")
    assert '<div lang="pl">' in polish
    assert 'title: "Modele"' in polish
    assert '<div lang="' not in (docs / "models/index.md").read_text(encoding="utf-8")
    done = run("mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site"), cwd=tmp_path / "plain")
    assert done.returncode == 0, done.stderr
