"""The command and what all its parts share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.cli.gate import COMMANDS as GATE
from gpai_portal.cli.options import as_of_option, content_option, private_option
from gpai_portal.cli.publication import COMMANDS as PUBLICATION
from gpai_portal.cli.reporting import format_option, print_report
from gpai_portal.content.scaffolding import write_scaffold
from gpai_portal.errors import PortalError, UsageError, printable
from gpai_portal.gate.hooks import install
from gpai_portal.gate.rotation import NewRecoveryKey, new_recovery_key
from gpai_portal.gate.setting_up import set_up
from gpai_portal.names import RECOVERY_KEY
from gpai_portal.site.verification import check_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gpai-portal")
def cli() -> None:
    """Publish the transparency documents of a general-purpose AI model provider.

    \b
    Example:
        gpai-portal new provider
        gpai-portal check
    """


@cli.command("check")
@content_option
@as_of_option
@format_option
def check_command(content: Path, as_of: date | None, format_: str) -> None:
    """Report every problem of every file.

    Exits with 0 if there is no error (warnings are allowed), 1 if there are errors, 2 for wrong use.

    \b
    Example:
        gpai-portal check --content content --as-of 2026-11-24 --format github
    """
    report = check_folder(content, as_of or dates.today())
    print_report(report, format_)
    if report.errors:
        click.get_current_context().exit(1)


@cli.command("new")
@click.argument("document")
@click.argument("names", nargs=-1)
@content_option
@private_option
def new_command(document: str, names: tuple[str, ...], content: Path, private: Path) -> None:
    """Write a commented scaffold of a document, or set the private folder or the check of commits up.

    DOCUMENT: provider, model, release, or a kind of document such as training-content-summary; private for the
    private folder; hook for the check before each commit, which private sets up too where there is a repository;
    recovery-key for a new key in the private folder, if the old one was lost or stolen or is to be replaced. NAMES:
    the model's id for a model; the model's id and the release's id for documents of a release.

    \b
    Example:
        gpai-portal new provider
        gpai-portal new model example-text
        gpai-portal new release example-text 1.0
        gpai-portal new training-content-summary example-text 1.0
        gpai-portal new private
        gpai-portal new recovery-key
        gpai-portal new hook
    """
    if document in {"private", "hook"}:
        done = set_up(private, content, dates.today()) if document == "private" else install(private, content)
        for line in done:
            click.echo(line)
        return
    if document == "recovery-key":
        for line in rotation_report(new_recovery_key(private, dates.today())):
            click.echo(line)
        return
    click.echo(f"wrote {write_scaffold(document, names, content)}")


def rotation_report(done: NewRecoveryKey) -> Iterator[str]:
    """What was done and what is to be done next, a line each."""
    yield f"wrote a new {RECOVERY_KEY}; keep a copy of it outside the private folder"
    if done.kept:
        yield f"the old one is now {done.kept.name}; it still opens what was sealed with it"
    yield "1. remove content/sealed and run: gpai-portal seal"
    yield f"2. in mkdocs.yml, the options of the plugin gpai-portal need: sealed_by: {done.signing_key}"
    if done.same_portal:
        yield (
            "3. commit and publish both, and tell every recipient, by telephone or another channel they trust, to have "
            f"this line in the key file: # Signing key: {done.signing_key}"
        )
    else:
        yield (
            "3. commit and publish both; section.json is not there, so the section begins anew under another id, and "
            "every recipient has to request access again"
        )


for command in (*GATE, *PUBLICATION):
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
