"""Sites, server and browser for the tests in this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import chromium, path
from tests.conftest import EPOCH, ROOT, SEALED_BY
from tests.serving import serving

#: What the fixture new_page gives.
NewPage = Callable[..., Page]
CONTENT = ROOT / "content"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
#: How long to wait for what must come: a busy machine is no defect.
expect.set_options(timeout=30_000)
HEIGHTS = {320: 640, 390: 844, 720: 450, 768: 1024, 1440: 900}


def build_site(config: Path, target: Path) -> None:
    """Builds as on the day of these tests; a build that fails fails the test."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "--site-dir", str(target)]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"mkdocs build -f {config} failed:\n{done.stderr}", pytrace=False)


def _configure(folder: Path, settings: dict[str, Any]) -> Path:
    config = folder / "mkdocs.yml"
    config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    return config


def _stock_theme(folder: Path) -> Path:
    """The sample with the theme that MkDocs brings along."""
    macros = {"modules": ["gpai_portal.macros"], "on_undefined": "strict", "on_error_fail": True}
    return _configure(
        folder,
        {
            "site_name": "Sample",
            "site_url": "https://skriftvang.example/stock/",
            "docs_dir": str(CONTENT / "pages"),
            "theme": {"name": "mkdocs", "highlightjs": False, "color_mode": "auto"},
            "plugins": [
                "search",
                {"gpai-portal": {"content_dir": str(CONTENT), "sealed_by": SEALED_BY}},
                {"macros": macros},
            ],
            "markdown_extensions": ["admonition", "attr_list", "tables", {"toc": {"permalink": True}}],
        },
    )


def _other_states(folder: Path) -> Path:
    """The sample, without pages written by hand, with Skrift 1.0 withdrawn and Skrift 2.0 planned."""
    content = folder / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("*.md"))
    old, new = (content / "models/skrift" / release / "release.yaml" for release in ("1.0", "2.0"))
    withdrawn = "withdrawn:\n  date: 2026-01-31\n  reason: Replaced by a smaller model.\n"
    old.write_text(old.read_text(encoding="utf-8") + withdrawn, encoding="utf-8")
    new.write_text(new.read_text(encoding="utf-8").replace("2026-03-10", "2027-03-10"), encoding="utf-8")
    plugins = ["search", "tags", {"gpai-portal": {"content_dir": str(content), "sealed_by": SEALED_BY}}]
    pages = str(content / "pages")
    return _configure(folder, {"INHERIT": str(ROOT / "mkdocs.yml"), "docs_dir": pages, "plugins": plugins})


@pytest.fixture(scope="session")
def www(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sites: ai-act/ (the sample as it is), stock/ and states/."""
    root = tmp_path_factory.mktemp("www")
    build_site(ROOT / "mkdocs.yml", root / "ai-act")
    build_site(_stock_theme(tmp_path_factory.mktemp("stock")), root / "stock")
    build_site(_other_states(tmp_path_factory.mktemp("states")), root / "states")
    return root


@pytest.fixture(scope="session")
def base(www: Path) -> Iterator[str]:
    """Address under which the folder of sites is served."""
    with serving(www) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not path():
        pytest.fail("no browser: set CHROMIUM, or put chromium on the PATH", pytrace=False)
    with chromium() as started:
        yield started


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Makes an empty page in a context of its own."""
    contexts: list[BrowserContext] = []

    def make(scheme: str = "light", width: int = 1440, javascript: bool = True) -> Page:
        context = browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": HEIGHTS[width]},
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of axe-core."""
    if not AXE.is_file():
        pytest.fail("axe-core is missing; run: npm ci --prefix tests/browser", pytrace=False)
    return AXE.read_text(encoding="utf-8")
