"""The second build of a server, after one file changed, against the same pages as Markdown tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.measuring import Line, NotBuiltError, Run, cpu_of, progress, run_child
from tests.bench.projects import project_of_pages
from tests.bench.tables import write_tables

PAGES = 300


def measure(run: Run) -> Iterator[Line]:
    project = project_of_pages(run, "serve", PAGES)
    tables = run.folder / "tables"
    write_tables(project, tables)
    pages = len(list(tables.rglob("docs/**/*.md")))
    ours = theirs = float("inf")
    for attempt in range(2):
        progress(f"serve, {pages} pages ({attempt + 1})")
        ours = min(ours, _rebuilt(project, "serve"))
        progress(f"serve, {pages} pages as Markdown tables ({attempt + 1})")
        theirs = min(theirs, _rebuilt(tables, "serve-tables"))
    yield run.ratio(
        f"rebuild in serve, {pages} pages ({ours:.1f} s), to Markdown tables ({theirs:.1f} s)",
        ours / theirs,
        0.25,
        "serve",
    )


def _rebuilt(project: Path, what: str) -> float:
    run_child(what, project)
    return float(json.loads((project / "seconds.json").read_text(encoding="utf-8")))


def serve_portal(project: Path) -> None:
    """Measures a portal, of which one summary changes."""
    summary = min(project.glob("content/models/*/*/training-content-summary.yaml"))
    page = f"{summary.parent.relative_to(project / 'content').as_posix()}/training-content/index.html"
    _serve(project, summary, page, r"(?m)^( +types_of_content: \|\n +)")


def serve_tables(project: Path) -> None:
    """Measures Markdown files, of which one changes."""
    source = min(project.glob("docs/models/*/*/training-content/index.md"))
    page = source.relative_to(project / "docs").with_suffix(".html").as_posix()
    _serve(project, source, page, r"(?m)^(\| Question \| Answer \|\n\| --- \| --- \|\n\| )")


def _serve(project: Path, source: Path, page: str, place: str) -> None:
    """``mkdocs serve``, with the waiting for a change replaced by two changes, one after the other.

    Writes the CPU seconds of the quicker one into ``seconds.json``. Raises NotBuiltError if a change does not show.
    """
    from mkdocs.commands.serve import serve
    from mkdocs.livereload import LiveReloadServer

    def changed(server: Any, **_: object) -> None:
        text = source.read_text(encoding="utf-8")
        seconds = []
        for mark in ("First change. ", "Second change. "):
            new, count = re.subn(place, rf"\1{mark}", text, count=1)
            source.write_text(new, encoding="utf-8")
            seconds.append(cpu_of(server.builder))
            if count != 1 or mark not in Path(server.root, page).read_text(encoding="utf-8"):
                raise NotBuiltError(f"the change does not show in {page}")
        (project / "seconds.json").write_text(json.dumps(min(seconds)), encoding="utf-8")

    LiveReloadServer.serve = changed
    serve(config_file=str(project / "mkdocs.yml"), livereload=True)
