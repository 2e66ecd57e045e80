"""The whole build against the same build with empty bodies, each in a process of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from gpai_portal.site.build import Rendered, Site
from tests.bench import size
from tests.bench.measuring import Line, Run, cpu_of, progress, run_child
from tests.bench.projects import project_of_pages


def measure(run: Run, count: int) -> Iterator[Line]:
    project = project_of_pages(run, f"build-{count}", count)
    times = {"full": float("inf"), "empty": float("inf")}
    for attempt in range(2 if count <= 1000 else 1):
        for what in ("full", "empty"):
            progress(f"build, {count} pages, {what} ({attempt + 1})")
            times[what] = min(times[what], cpu_of(lambda what=what: run_child(what, project)))
            if what == "full":
                pages = sum(
                    b'http-equiv="refresh"' not in f.read_bytes()
                    for f in sorted((project / "site").rglob("index.html"))
                )
                if attempt == 0 and count == size.PAGES:
                    size.keep(run, project / "site")
    shutil.rmtree(project)
    yield run.ratio(
        f"build of {pages:,} pages ({times['full']:.1f} s) to empty bodies ({times['empty']:.1f} s)",
        times["full"] / times["empty"],
        1.6,
        f"build --pages {count}",
    )


def full(project: Path) -> None:
    """A build as the command makes it."""
    from mkdocs.__main__ import cli

    cli(["build", "--strict", "--quiet", "-f", str(project / "mkdocs.yml")])


def empty(project: Path) -> None:
    """A build whose generated pages are empty: what MkDocs and its theme take."""
    Site.render = lambda *_: Rendered("", (), "")
    full(project)
