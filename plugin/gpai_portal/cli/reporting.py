"""How a report is printed: for people, for programs, for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import click

from gpai_portal.errors import Problem, Report


def counted(number: int, what: str) -> str:
    """1 find, 2 finds."""
    return f"{number} {what}{'s' * (number != 1)}"


def _counts(report: Report) -> str:
    return f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}"


def _text(report: Report) -> str:
    lines = [f"{p.severity}: {p}" for p in report]
    lines.append(_counts(report))
    return "\n".join(lines)


def _json(report: Report) -> str:
    problems = [asdict(problem) for problem in report]
    return json.dumps(
        {"errors": len(report.errors), "warnings": len(report.warnings), "problems": problems},
        indent=2,
        ensure_ascii=False,
    )


def _github(report: Report) -> str:
    """Workflow commands; see GitHub's documentation of workflow commands for the escapes."""

    def escape(text: str, *, attribute: bool = False) -> str:
        text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return text.replace(":", "%3A").replace(",", "%2C") if attribute else text

    def line(problem: Problem) -> str:
        place = f"file={escape(problem.file, attribute=True)}"
        if problem.line:
            place += f",line={problem.line},col={problem.column}"
        title = escape(problem.code, attribute=True)
        where = f"{problem.path}: " if problem.path else ""
        return f"::{problem.severity} {place},title={title}::{escape(f'{where}{problem.message}; {problem.advice}')}"

    return "\n".join([*map(line, report), _counts(report)])


FORMATS: dict[str, Callable[[Report], str]] = {"text": _text, "json": _json, "github": _github}


def print_report(report: Report, format_: str) -> None:
    click.echo(FORMATS[format_](report))
