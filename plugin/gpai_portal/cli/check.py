"""``gpai-portal check``: what is wrong in the content, and what it still lacks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.cli.options import as_of_option, content_option
from gpai_portal.cli.reporting import format_option, in_workspace, print_report, print_summary
from gpai_portal.content.progress import progress
from gpai_portal.site.verification import check_folder


@click.command("check")
@content_option
@as_of_option
@format_option
@click.option("--summary", is_flag=True, help="Tell only how many fields of each file are answered, and the counts.")
def check_command(content: Path, as_of: date | None, format_: str, summary: bool) -> None:
    """Report every problem of every file, and how far each draft is.

    Exits with 0 if there is no error (warnings and open fields of drafts are allowed), 1 if there are errors, 2 for
    wrong use.

    \b
    Example:
        gpai-portal check --content content --as-of 2026-11-24 --format github
    """
    read, report = check_folder(content, as_of or dates.today())
    files = [asdict(one) for one in progress(read) if one.answered < one.asked or summary]
    if summary:
        print_summary(report, format_, files)
    else:
        told = in_workspace(report, content.parent) if format_ == "github" else report
        print_report(told, format_, {"files": files})
    if report.errors:
        click.get_current_context().exit(1)


COMMANDS = (check_command,)
