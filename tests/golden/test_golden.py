"""Bodies of pages, compared with what was reviewed. After a wanted change: UPDATE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT

HERE = Path(__file__).parent
PAGES = [
    ("base", "en", ""),
    ("base", "en", "models/"),
    ("base", "en", "models/text/"),
    ("base", "en", "models/text/1.0/"),
    ("base", "en", "models/text/1.0/training-content/"),
    ("base", "en", "models/text/1.0/documentation/"),
    ("base", "en", "models/text/1.0/obligations/"),
    ("base", "en", "copyright/"),
    ("base", "en", "copyright/crawlers/"),
    ("base", "en", "copyright/complaints/"),
    ("base", "en", "obligations/"),
    ("base", "fr", "models/text/1.0/documentation/"),
    ("sample", "en", "models/skrift/1.0/training-content/"),
    ("sample", "en", "models/blik/1.0/training-content/"),
]
FOLDERS = {"base": ROOT / "tests/examples/base/content", "sample": ROOT / "content"}


@pytest.mark.parametrize(("source", "language", "uri"), PAGES)
def test_page(source: str, language: str, uri: str) -> None:
    portal = Portal.load(FOLDERS[source], date(2026, 11, 24), language, "https://portal.example/")
    body = Site(portal).render(portal.pages[uri]).body + "\n"
    name = f"{source}-{language}-{uri.strip('/').replace('/', '_') or 'home'}.html"
    golden = HERE / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(body, encoding="utf-8")
    assert body == golden.read_text(encoding="utf-8")
