"""How a report is printed: for people, for programs, for GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import click

from gpai_portal.codes import Severity
from gpai_portal.errors import Problem, Report, printable
from gpai_portal.steps import hush


def counted(number: int, what: str) -> str:
    """A number with its noun in the singular or plural: 1 error, 2 errors."""
    return f"{number} {what}{'s' * (number != 1)}"


#: What people are told a finding is.
_NAMES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.TODO: "to do"}

#: What GitHub calls it.
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.TODO: "notice"}


def counts(report: Report) -> str:
    """How much was found, in a few words."""
    told = f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}"
    return f"{told}, {counted(len(report.todo), 'open field')}" if report.todo else told


def _text(report: Report, about: Mapping[str, Any]) -> str:
    lines = [f"{_NAMES[p.severity]}: {p}" for p in report]
    lines += progress_lines(about.get("files", ()))
    lines.append(counts(report))
    return "\n".join(lines)


def progress_lines(files: Iterable[Mapping[str, Any]]) -> list[str]:
    """How many of the fields that have to be answered are, file by file."""
    return [f"{one['file']}: {one['answered']} of {one['asked']} answered" for one in files]


def report_data(report: Report) -> dict[str, Any]:
    """A report as the format ``json`` has it: the numbers of ``errors``, ``warnings`` and of what is to do (``todo``),
    and all ``problems``."""
    return {**_numbers(report), "problems": [asdict(problem) for problem in report]}


def _numbers(report: Report) -> dict[str, int]:
    return {"errors": len(report.errors), "warnings": len(report.warnings), "todo": len(report.todo)}


def _json(report: Report, about: Mapping[str, Any]) -> str:
    # In ASCII: a text that somebody else wrote may turn the direction of writing, or be no text at all.
    return json.dumps({**report_data(report), **about}, indent=2)


def _github(report: Report, about: Mapping[str, Any]) -> str:
    """Workflow commands; see GitHub's documentation of workflow commands for the escapes."""

    def escape(text: str, *, attribute: bool = False) -> str:
        text = printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return text.replace(":", "%3A").replace(",", "%2C") if attribute else text

    def line(problem: Problem) -> str:
        place = f"file={escape(problem.file, attribute=True)}"
        if problem.line:
            place += f",line={problem.line},col={problem.column}"
        title = escape(problem.code, attribute=True)
        where = f"{problem.path}: " if problem.path else ""
        said = escape(f"{where}{problem.message}; {problem.advice}")
        return f"::{_LEVELS[problem.severity]} {place},title={title}::{said}"

    return "\n".join([*map(line, report), counts(report)])


def in_workspace(report: Report, above: Path) -> Report:
    """A report with files named from the top of the repository on, as GitHub looks for those of annotations.

    ``above`` is the folder from which the report names them. Without GITHUB_WORKSPACE, or outside it, nothing changes.
    """
    top, whole = os.environ.get("GITHUB_WORKSPACE"), above.resolve()
    if not top or not whole.is_relative_to(Path(top).resolve()):
        return report
    below = PurePosixPath(whole.relative_to(Path(top).resolve()).as_posix())
    return Report([replace(problem, file=str(below / problem.file)) for problem in report])


FORMATS: Mapping[str, Callable[[Report, Mapping[str, Any]], str]] = {"text": _text, "json": _json, "github": _github}


def for_programs(ctx: click.Context, param: click.Parameter, format_: str) -> str:
    """Callback of an option that says how to print: nothing is shown of the work but what is asked for."""
    if format_ != "text":
        hush()
    return format_


format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    callback=for_programs,
    help="How to report.",
)


def print_report(report: Report, format_: str, about: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Prints a report to standard output. ``format_`` is a key of FORMATS; ``json`` also tells what is in ``about``."""
    click.echo(FORMATS[format_](report, about))


def print_summary(report: Report, format_: str, files: Sequence[Mapping[str, Any]]) -> None:
    """Prints the numbers of a report and how far each of the ``files`` is, and no problem."""
    if format_ == "json":
        click.echo(json.dumps({**_numbers(report), "files": files}, indent=2))
    else:
        click.echo("\n".join([*progress_lines(files), counts(report)]))
