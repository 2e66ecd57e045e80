"""Twenty models with twenty-five releases and three revisions each stay within the budgets of a page and a site."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import AS_OF, ROOT, run

MODELS, RELEASES = 20, 25
PAGE_BYTES, SITE_BYTES = 50_000, 250_000_000


@pytest.mark.long
def test_500_releases_with_three_revisions_each(project: Path) -> None:
    base = ROOT / "tests/examples/base/content/models/text"
    shutil.rmtree(project / "content/models")
    summaries = []
    for model in range(MODELS):
        for release in range(RELEASES):
            folder = project / f"content/models/m{model}/{release}.0"
            shutil.copytree(base / "1.0", folder)
            text = (folder / "release.yaml").read_text(encoding="utf-8")
            text = text.replace("sequence: 1", f"sequence: {release + 1}").replace(
                "Text 1.0", f"Text {model} {release}.0"
            )
            (folder / "release.yaml").write_text(text, encoding="utf-8")
            summaries.append(folder / "training-content-summary.yaml")
        text = (base / "model.yaml").read_text(encoding="utf-8").replace("name: Text", f"name: Text {model}")
        (project / f"content/models/m{model}/model.yaml").write_text(text, encoding="utf-8")
    for revision in range(3):
        before = "2e12" if revision == 0 else f"2.{revision}e12"
        for file in summaries:
            text = file.read_text(encoding="utf-8")
            assert before in text
            file.write_text(text.replace(before, f"2.{revision + 1}e12"), encoding="utf-8")
        words = ("publish", "--as-of", AS_OF, "--reason", f"Round {revision}", "--editorial")
        done = run("gpai_portal.cli", *words, cwd=project)
        assert done.returncode == 0, done.stderr
    done = run("mkdocs", "build", "--strict", cwd=project)
    assert done.returncode == 0, done.stderr
    sizes = {
        f.relative_to(project / "site").as_posix(): f.stat().st_size
        for f in (project / "site").rglob("*")
        if f.is_file()
    }
    pages = {name: size for name, size in sizes.items() if name.endswith(".html")}
    assert sum("/r" in name and name.endswith("/index.html") and "changes" not in name for name in pages) >= 1500
    assert {name: size for name, size in pages.items() if size > PAGE_BYTES} == {}
    assert sum(sizes.values()) <= SITE_BYTES, f"{sum(sizes.values()):,} bytes in {len(sizes):,} files"
    done = run("gpai_portal.cli", "verify", "site", cwd=project)
    assert done.returncode == 0, done.stdout
