"""Bytes of the HTML pages, of the sample and of a large site."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measuring import Line, Run, progress, run_child
from tests.bench.projects import project_of_pages, sample_project
from tests.reading import first_visit

#: Pages of the large site.
PAGES = 1000
#: Bytes that a browser loads with a summary whose site it has not seen.
SUMMARY, FIRST_VISIT = "models/skrift/2.0/training-content", 90_000
#: Bytes that no page of a kind may exceed.
BUDGETS = {"summary or comparison": 60_000, "other page": 50_000}


def keep(run: Run, site: Path) -> None:
    """Keeps a site of PAGES pages, so that it is not built twice."""
    run.sites[PAGES] = run.folder / f"site-{PAGES}"
    shutil.copytree(site, run.sites[PAGES])


def measure(run: Run) -> Iterator[Line]:
    if PAGES not in run.sites:
        progress(f"size, {PAGES} pages")
        project = project_of_pages(run, "size", PAGES)
        run_child("full", project)
        keep(run, project / "site")
    progress("size, sample")
    sample = sample_project(run)
    run_child("full", sample)
    for name, site in (("sample", sample / "site"), (f"{PAGES:,} pages", run.sites[PAGES])):
        pages = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*.html")}
        for kind, budget in BUDGETS.items():
            of_kind = {page: size for page, size in pages.items() if _kind(page) == kind}
            largest = max(of_kind, key=lambda page: of_kind[page])
            yield Line(
                f"largest {kind}, {name}: {largest.removesuffix('index.html')}",
                f"{of_kind[largest]:,} bytes",
                f"{budget:,} bytes",
                of_kind[largest] <= budget,
                run.command("size"),
            )
        if name == "sample":
            loaded = sum(first_visit(site, SUMMARY).values())
            yield Line(
                "first visit to a summary, compressed",
                f"{loaded:,} bytes",
                f"{FIRST_VISIT:,} bytes",
                loaded <= FIRST_VISIT,
                run.command("size"),
            )
        files = [f for f in site.rglob("*") if f.is_file() and f.relative_to(site).parts[0] != "search"]
        total = sum(f.stat().st_size for f in files)
        yield run.figure(f"mean page, {name}", f"{sum(pages.values()) // len(pages):,} bytes", "size")
        yield run.figure(f"site without search index, {name}", f"{total:,} bytes", "size")


def _kind(page: str) -> str:
    return "summary or comparison" if "training-content" in page or "changes" in page else "other page"
