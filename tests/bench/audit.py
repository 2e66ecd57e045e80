"""All questions of a rubric, put to the summaries of a content folder, against its check."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gpai_portal import dates
from gpai_portal.audit.auditing import audit
from gpai_portal.audit.rubric import read_rubric
from gpai_portal.checking import check
from tests.bench.measuring import Line, NotBuiltError, Run, cpu_of, progress
from tests.bench.projects import project_of_files

#: So many files hold about 100 summaries.
DOCUMENTS = 300


def measure(run: Run) -> Iterator[Line]:
    folder = project_of_files(run, "audit", DOCUMENTS) / "content"
    day, rubric = dates.today(), read_rubric("aial-2026-07-24")
    checked = asked = float("inf")
    for attempt in range(3):
        progress(f"audit ({attempt + 1})")
        checked = min(checked, cpu_of(lambda: check(folder, day)))
        content, report = check(folder, day)
        if report.errors:
            raise NotBuiltError(f"the generated content has errors, first: {report.errors[0]}")
        asked = min(asked, cpu_of(partial(audit, content, report, rubric, day)))
    count = len(audit(content, report, rubric, day))
    what = f"audit of {count} summaries with its check ({checked + asked:.1f} s) to check alone ({checked:.1f} s)"
    yield run.ratio(what, (checked + asked) / checked, 5, "audit")
