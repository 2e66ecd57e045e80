"""Checking: every problem of every file at once.

Three passes, each of which goes on where the one before found nothing to stop it: ``validation`` holds each
file against its schema, ``answers`` looks for answers that disclose nothing, ``rules`` compares fields and
files with one another.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.rules import check_rules
from gpai_portal.checking.validation import validate
from gpai_portal.content import Content, read_content
from gpai_portal.errors import Report

__all__ = ["check"]


def check(folder: Path, as_of: date) -> tuple[Content, Report]:
    """The content of a folder and all its problems as on a day. Raises UsageError if there is no folder."""
    content, problems = read_content(folder)
    report = Report(problems)
    for source in content.sources():
        found = validate(source, content.relative(source.file))
        report.add(found)
        if not found:
            report.add(check_answers(source, content))
    report.add(check_rules(content, as_of))
    return content, report
