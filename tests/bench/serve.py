"""A build of a server after one file changed, against its first build and against the same pages as Markdown tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.measuring import Line, NotBuiltError, Run, cpu_of, progress, run_child
from tests.bench.projects import project_of_pages
from tests.bench.tables import write_tables

#: Pages of the portal that is built, and of the one that is compared with tables.
PAGES, TABLES = 1000, 300


def measure(run: Run) -> Iterator[Line]:
    large = project_of_pages(run, "serve-large", PAGES)
    progress(f"serve, {PAGES} pages")
    whole, part = _seconds(large, "serve")
    yield run.ratio(
        f"rebuild in serve, {PAGES} pages ({part:.1f} s), to its first build ({whole:.1f} s)",
        part / whole,
        0.1,
        "serve",
    )
    project = project_of_pages(run, "serve", TABLES)
    tables = run.folder / "tables"
    write_tables(project, tables)
    pages = len(list(tables.rglob("docs/**/*.md")))
    progress(f"serve, {pages} pages, and as Markdown tables")
    (_, ours), (_, theirs) = _seconds(project, "serve"), _seconds(tables, "serve-tables")
    yield run.ratio(
        f"rebuild in serve, {pages} pages ({ours:.1f} s), to Markdown tables ({theirs:.1f} s)",
        ours / theirs,
        0.25,
        "serve",
    )


def _seconds(project: Path, what: str) -> tuple[float, float]:
    """CPU seconds of the first build and of the quickest rebuild."""
    run_child(what, project)
    whole, part = json.loads((project / "seconds.json").read_text(encoding="utf-8"))
    return float(whole), float(part)


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
    """``mkdocs serve``, with the waiting for a change replaced by three changes, one after the other.

    Writes the CPU seconds of the first build and of the quickest rebuild into ``seconds.json``. Raises NotBuiltError if
    a change does not show.
    """
    from mkdocs.commands import serve
    from mkdocs.livereload import LiveReloadServer

    seconds: list[float] = []
    build = serve.build

    def changed(server: Any, **_: object) -> None:
        text = source.read_text(encoding="utf-8")
        for mark in ("First change. ", "Second change. ", "Third change. "):
            new, count = re.subn(place, rf"\1{mark}", text, count=1)
            source.write_text(new, encoding="utf-8")
            server.builder()
            if count != 1 or mark not in Path(server.root, page).read_text(encoding="utf-8"):
                raise NotBuiltError(f"the change does not show in {page}")

    serve.build = lambda *args, **options: seconds.append(cpu_of(lambda: build(*args, **options)))
    LiveReloadServer.serve = changed
    serve.serve(config_file=str(project / "mkdocs.yml"), livereload=True)
    (project / "seconds.json").write_text(json.dumps([seconds[0], min(seconds[1:])]), encoding="utf-8")
