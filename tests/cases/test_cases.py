"""Real published documents go through the portal without loss, and `check` names their real gaps.

A case is a folder: ``content/`` holds the transcription, ``facts.yaml`` what must be readable on which page (an address
that a name links to as ``name <address>``),
``expected.yaml`` every problem ``check`` finds, each with the gap in the document it stands for.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from gpai_portal.checking import check
from tests.conftest import run
from tests.reading import visible

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/facts.yaml"))
TODAY = date(2026, 11, 24)


def load(file: Path) -> list[dict[str, str]]:
    return list(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def readable(html: str) -> str:
    """A page without spaces, as a reader sees it: once as it stands, and once with the address behind each link."""
    linked = re.sub(r'<a\b[^>]*\bhref="(https?:[^"]*)"[^>]*>(.*?)</a>', r"\2 &lt;\1&gt;", html, flags=re.DOTALL)
    return f"{visible(html)}\n{visible(linked)}".replace(" ", "")


@pytest.fixture(scope="module", params=CASES, ids=lambda p: p.name)
def case(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_check_names_exactly_the_real_gaps(case: Path) -> None:
    _, report = check(case / "content", TODAY)
    assert report.errors == []
    found = [(p.file, p.code, p.path) for p in report]
    expected = load(case / "expected.yaml")
    assert found == [(e["file"], e["code"], e["path"]) for e in expected]
    assert all(e["why"] for e in expected)


def test_every_fact_is_on_the_built_page(case: Path, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/about.md").write_text("# About\n", encoding="utf-8")
    config = {
        "site_name": case.name,
        "docs_dir": "pages",
        "theme": {"name": "material", "font": False},
        "plugins": ["search", {"gpai-portal": {"content_dir": str(case / "content")}}],
    }
    (tmp_path / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")
    done = run("mkdocs", "build", "--strict", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    facts = load(case / "facts.yaml")
    assert len(facts) > 20
    pages: dict[str, str] = {}
    missing = []
    for fact in facts:
        page = fact["page"]
        if page not in pages:
            html = (tmp_path / "site" / page / "index.html").read_text(encoding="utf-8")
            pages[page] = readable(html[html.index('<div class="gp">') :])
        if "".join(fact["text"].split()) not in pages[page]:
            missing.append(f"{page}: {fact['text']}")
    assert missing == []
    # The reader is told that this is a transcription, and where the original is.
    assert all("Transcription" in text for page, text in pages.items())


def test_there_are_cases() -> None:
    assert len(CASES) == 10
