"""Pictures of pages, to be looked at: python -m tests.shots [--out FOLDER] [--page PART]."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gpai_portal.site.language import languages
from tests.browser.chromium import chromium
from tests.browser.conftest import build_site
from tests.conftest import ROOT, SEALED_BY
from tests.serving import serving
from tests.shots.invented import write

SUMMARY = "models/skrift/2.0/training-content/"
#: Pages of the sample by the names of their pictures, and of the portal with many records.
PAGES = {
    "index": "",
    "model": "models/skrift/",
    "training-content": SUMMARY,
    "documentation": "models/skrift/2.0/documentation/",
    "documentation-exempt": "models/blik/1.0/documentation/",
    "compare": f"{SUMMARY}changes/",
    "downstream": "downstream/",
    "complaints": "copyright/complaints/",
    "crawlers": "copyright/crawlers/",
    "domains": "domains/",
    "domains-listed": "domains/#museum-havnes.example",
    "accessibility": "accessibility/",
}
MANY = {"many-index": "", "many-model": "models/kvern/", "many-training-content": "models/kvern/1.0/training-content/"}
WIDTHS = {390: 844, 768: 1024, 1440: 900}


def _sites(folder: Path) -> Iterator[tuple[str, dict[str, str], Path]]:
    """Each language with the pages to be looked at and the site that they are in."""
    many = folder / "many"
    write(many / "content")
    (many / "pages").mkdir()
    for language in ("en", "de"):
        if language not in languages():
            print(f"there is no catalogue for {language}, so there are no pictures in it")
            continue
        for name, pages, content, docs in (
            ("sample", PAGES, ROOT / "content", ROOT / "content/pages"),
            ("many", MANY, many / "content", many / "pages"),
        ):
            options = {"content_dir": str(content), "language": language}
            plugins: list[Any] = ["search", "tags", {"gpai-portal": options}]
            if name == "sample":
                options["sealed_by"] = SEALED_BY
                plugins.append({"macros": {"modules": ["gpai_portal.macros"]}})
            settings = {"INHERIT": str(ROOT / "mkdocs.yml"), "docs_dir": str(docs), "plugins": plugins}
            settings |= {"site_name": "Kvernholt transparency portal"} if name == "many" else {}
            config = folder / f"{name}-{language}.yml"
            config.write_text(json.dumps(settings), encoding="utf-8")
            site = folder / f"{name}-{language}"
            build_site(config, site / "ai-act")
            yield language, pages, site


def main() -> None:
    """Builds the sites and takes the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "shots", help="folder for the pictures")
    parser.add_argument("--page", default="", help="only pictures whose name has this in it")
    wanted = parser.parse_args()
    wanted.out.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, chromium() as browser:
        for language, pages, site in _sites(Path(folder)):
            with serving(site) as base:
                for width, height in WIDTHS.items():
                    for scheme in ("light", "dark"):
                        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
                        for name, address in pages.items():
                            picture = f"{name}-{width}-{scheme}-{language}.png"
                            if wanted.page not in picture:
                                continue
                            page.goto("about:blank")
                            page.goto(f"{base}ai-act/{address}", wait_until="networkidle")
                            page.screenshot(path=wanted.out / picture, full_page=True)
                            print(f"{picture} {page.evaluate('document.documentElement.scrollHeight')} px")
                        page.close()


main()
