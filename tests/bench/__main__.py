"""Measures the budgets of the portal (``make bench``) as ratios within one run.

Every line compares what the portal does with the least that could be done for the same pages. Times are CPU
seconds, so that other work on the machine counts little; a line over its budget does not fail the run, only
something that does not build does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.bench import audit, build, check, hostile, scripts, seal, serve, size, unlock
from tests.bench.measuring import Line, NotBuiltError, Run, progress

#: The measurements by their names for ``--only``, in the order of the result.
PARTS = {
    "build": build,
    "check": check,
    "audit": audit,
    "hostile": hostile,
    "serve": serve,
    "size": size,
    "scripts": scripts,
    "seal": seal,
    "unlock": unlock,
}

#: What runs in a process of its own, since it changes what is imported or is measured from its start.
CHILDREN: Mapping[str, Callable[[Path], None]] = {
    "full": build.full,
    "empty": build.empty,
    "serve": serve.serve_portal,
    "serve-tables": serve.serve_tables,
}

VERDICTS = {True: "ok", False: "over", None: ""}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default=",".join(PARTS), help=f"which of {','.join(PARTS)}")
    parser.add_argument("--pages", default="100,1000,3000", help="pages of the portals that are built")
    parser.add_argument("--releases", type=int, default=Run.RELEASES, help="releases of each generated model")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, folder = options.child
        CHILDREN[what](Path(folder))
        return
    counts = [int(count) for count in options.pages.split(",")]
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}")

    lines: list[Line] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="gpai-bench-") as folder:
        run = Run(Path(folder), options.releases)
        jobs: list[Callable[[], Iterator[Line]]] = []
        for name, part in PARTS.items():
            if name in wanted:
                jobs += (
                    [partial(build.measure, run, n) for n in counts] if part is build else [partial(part.measure, run)]
                )
        for job in jobs:
            try:
                lines += job()
            except NotBuiltError as error:
                failed = True
                print(error, file=sys.stderr)
    progress("")
    show(lines)
    sys.exit(failed)


def show(lines: Sequence[Line]) -> None:
    rows = [("what", "measured", "budget", "", "command")]
    rows += [(x.what, x.measured, x.budget, VERDICTS[x.ok], x.command) for x in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
