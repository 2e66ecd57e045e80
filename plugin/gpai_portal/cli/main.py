"""The command and what all its parts share."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.cli.gate import COMMANDS as GATE
from gpai_portal.cli.new import new
from gpai_portal.cli.options import as_of_option, content_option
from gpai_portal.cli.publication import COMMANDS as PUBLICATION
from gpai_portal.cli.reporting import counts, format_option, print_report, progress_lines
from gpai_portal.content.progress import progress
from gpai_portal.errors import PortalError, UsageError, printable
from gpai_portal.site.verification import check_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gpai-portal")
def cli() -> None:
    """Publish the transparency documents of a general-purpose AI model provider.

    \b
    Example:
        gpai-portal new portal example-portal
        gpai-portal check
    """


@cli.command("check")
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
    if summary and format_ == "text":
        click.echo("\n".join([*progress_lines(files), counts(report)]))
    else:
        print_report(report, format_, {"files": files})
    if report.errors:
        click.get_current_context().exit(1)


for command in (new, *GATE, *PUBLICATION):
    cli.add_command(command)


def main() -> None:
    """Runs the command and ends the process; nothing else ends it.

    Exit code 0 for success, 1 for problems, 2 for wrong use, 130 after Ctrl+C. A PortalError is printed without a
    traceback.
    """
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except PortalError as error:
        # The lines of a list are ours; anything else a terminal could obey may come from a file or a host.
        click.echo("\n".join(map(printable, f"gpai-portal: {error}".split("\n"))), err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"gpai-portal: {place}{error.strerror or 'the system refused this'}", err=True)
        sys.exit(1)
