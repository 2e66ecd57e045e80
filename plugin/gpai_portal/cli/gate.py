"""Commands of the gated section for downstream providers."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.cli import completion
from gpai_portal.cli.options import Day, Place, as_of_option, content_option, language_option, private_option
from gpai_portal.cli.reporting import counted, for_programs, format_option, print_report, report_data
from gpai_portal.errors import UsageError
from gpai_portal.gate.access import grant, record_request, revoke
from gpai_portal.gate.authorities import AUDIENCES, export
from gpai_portal.gate.folders import read_provider_folders
from gpai_portal.gate.leaks import NOT_SEARCHED, leaks_in_folder, leaks_in_next_commit
from gpai_portal.gate.opening import open_sealed
from gpai_portal.gate.overview import overview
from gpai_portal.gate.packages import issue
from gpai_portal.gate.requests import read_request
from gpai_portal.gate.section import check_section, seal_section


@click.command("seal")
@content_option
@private_option
@language_option
@as_of_option
@click.option("--check", "check_only", is_flag=True, help="Check the private folder and the sealed set; write nothing.")
@click.option("--new-epoch", is_flag=True, help="Begin a new epoch even if nobody was taken out.")
@format_option
def seal_command(
    content: Path, private: Path, language: str, as_of: date | None, check_only: bool, new_epoch: bool, format_: str
) -> None:
    """Encrypt what downstream providers may read into content/sealed/.

    Run it after a change in the private folder or in the public part of the Form, after grant and revoke, and when an
    access expires. Commit content/sealed/ afterwards; the build needs no key.

    \b
    Example:
        gpai-portal seal --private ../private
    """
    day = as_of or dates.today()
    if check_only:
        report = check_section(content, private, day, language)
        print_report(report, format_)
        if report.errors or report.todo:
            click.get_current_context().exit(1)
        return
    section = seal_section(content, private, day, language, new_epoch=new_epoch)
    done = section.sealed
    what = f"{done.changed} changed" if done.written else "nothing changed"
    click.echo(
        f"epoch {done.set.epoch}{' (new)' if done.new_epoch else ''}: {len(done.set.objects)} objects, {what}; "
        f"{counted(section.recipients, 'recipient')}"
    )
    if done.written:
        click.echo(f"serial {done.set.serial}; in mkdocs.yml, the plugin needs: sealed_by: {done.set.signed_by}")
    if section.warnings:
        found = counted(section.warnings, "warning")
        click.echo(f"{found} about the private folder; see: gpai-portal seal --check", err=True)
    if not done.set.post_quantum:
        click.echo("not post-quantum: at least one recipient has a key of type X25519")


@click.command("request")
@click.argument("file", type=Place(exists=True, dir_okay=False))
@content_option
@private_option
@click.option("--received", type=Day(), default=None, help="Day it arrived; default: today.")
def request_command(file: Path, content: Path, private: Path, received: date | None) -> None:
    """Record a request for access that arrived by mail (FILE: its text, or the saved e-mail).

    From the day it arrived, 14 days count for the answer (Code of Practice, Transparency chapter, Measure 1.2).

    \b
    Example:
        gpai-portal request acme.txt
    """
    today = dates.today()
    recipient = record_request(private, content, read_request(file), received=received or today, today=today)
    click.echo(f"recorded as {recipient.id}; answer by {recipient.due.isoformat()}")
    click.echo("Ask the company, by telephone or another channel you trust, to read out its fingerprint. Then:")
    click.echo(f'  gpai-portal grant {recipient.id} --basis "..." --fingerprint "as read out"')


@click.command("grant")
@click.argument("recipient", shell_complete=completion.recipients)
@private_option
@click.option("--fingerprint", required=True, help="The fingerprint as you heard it, not as the request says.")
@click.option("--basis", required=True, help="Why access is given, for example a contract number.")
@click.option("--expires", type=Day(), default=None, help="Last day of access.")
def grant_command(recipient: str, private: Path, fingerprint: str, basis: str, expires: date | None) -> None:
    """Give access to the company of a recorded request (RECIPIENT: its id), from the next seal on.

    \b
    Example:
        gpai-portal grant 3f9c1a2b4d --basis "contract 2026-014" --expires 2027-11-24 \\
            --fingerprint "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f"
    """
    done = grant(private, recipient, fingerprint=fingerprint, basis=basis, expires=expires, today=dates.today())
    until = f" until {done.expires.isoformat()}" if done.expires else ""
    click.echo(f"{done.id} has access{until} from the next seal on: gpai-portal seal")


@click.command("revoke")
@click.argument("recipient", shell_complete=completion.recipients)
@private_option
def revoke_command(recipient: str, private: Path) -> None:
    """End the access of a recipient, or decline a request. The next seal begins a new epoch.

    What was sealed before stays readable for the old key: revocation does not reach back.

    \b
    Example:
        gpai-portal revoke 3f9c1a2b4d
    """
    done = revoke(private, recipient, dates.today())
    what = "loses access with the next seal: gpai-portal seal" if done.granted else "is declined"
    click.echo(f"{done.id} {what}")


@click.command("recipients")
@content_option
@private_option
@language_option
@as_of_option
@click.option("--soon", default=60, show_default=True, help="Days ahead that count as expiring soon.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    callback=for_programs,
)
def recipients_command(
    content: Path, private: Path, language: str, as_of: date | None, soon: int, format_: str
) -> None:
    """Who has access, whose access ends soon, who holds an outdated package, which requests wait too long.

    Exits with 1 if a request is past its 14 days, or the sealed set lets others in than the list does.

    \b
    Example:
        gpai-portal recipients --soon 30
    """
    found = overview(read_provider_folders(content, private, as_of or dates.today()), language, soon)
    if format_ == "json":
        data = {"recipients": [asdict(row) for row in found.rows], **report_data(found.report)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for row in found.rows:
            click.echo(f"{row.id}  {row.state:9}  {row.name}{''.join(f'; {note}' for note in row.notes)}")
        click.echo(f"{len(found.rows)} recipients and requests")
        for problem in found.report:
            click.echo(f"{problem.severity}: {problem}")
    if found.needs_action:
        click.get_current_context().exit(1)


@click.command("open")
@click.argument("key", type=Place(exists=True, dir_okay=False))
@click.option(
    "--sealed",
    type=Place(),
    default=Path("content/sealed"),
    show_default=True,
    help="Folder with the sealed set: content/sealed, or sealed/ of a built or downloaded site.",
)
@click.option("--out", type=Place(), required=True, help="New folder for the opened documents.")
@click.option("--older", is_flag=True, help="Open the set although you have opened a newer one before.")
@language_option
def open_command(key: Path, sealed: Path, out: Path, older: bool, language: str) -> None:
    """Open a sealed set with a key file, a recipient's or the provider's recovery key.

    Refuses a set that is not signed by the key that the key file names, and one that is older than what you have opened
    before.

    \b
    Example:
        gpai-portal open acme.key --sealed content/sealed --out opened
    """
    done = open_sealed(key, sealed, out, language, older=older)
    state = f"serial {done.serial}, epoch {done.epoch}, sealed {done.sealed}"
    click.echo(f"opened {counted(done.documents, 'document')} of {state}: {out}")


@click.command("package")
@click.argument("recipient", shell_complete=completion.recipients)
@content_option
@private_option
@language_option
def package_command(recipient: str, content: Path, private: Path, language: str) -> None:
    """Issue a personal package to a recipient: its name and the day stand on every page.

    A ZIP file of HTML pages that print as they are; it is entered into the ledger of the private folder.

    \b
    Example:
        gpai-portal package 3f9c1a2b4d --language fr
    """
    click.echo(f"wrote {issue(content, private, recipient, dates.today(), language)}")


@click.command("export")
@content_option
@private_option
@language_option
@as_of_option
@click.option("--audience", type=click.Choice(list(AUDIENCES)), required=True, help="For whom the request was made.")
@click.option("--out", type=Place(dir_okay=False), required=True, help="ZIP file to write.")
@click.option(
    "--release",
    "releases",
    multiple=True,
    shell_complete=completion.releases,
    help="model/release; all without this option.",
)
@click.option("--item", "items", multiple=True, help="Section or item of the Form, such as compute.amount_exact.")
@click.option("--reference", default="", help="Reference of the request, printed on the list.")
def export_command(
    content: Path,
    private: Path,
    language: str,
    as_of: date | None,
    audience: str,
    out: Path,
    releases: tuple[str, ...],
    items: tuple[str, ...],
    reference: str,
) -> None:
    """Write the pack for a request of the AI Office (Annex XI; Section 2 where systemic risk applies) to a file.

    \b
    Example:
        gpai-portal export --audience AIO --release skrift/2.0 --item compute --out request-17.zip
    """
    folders = read_provider_folders(content, private, as_of or dates.today())
    done = export(
        folders, out, audience=audience, language=language, reference=reference, releases=releases, items=items
    )
    for line in done.missing:
        click.echo(f"warning: {line}")
    click.echo(f"wrote {counted(done.documents, 'document')} to {done.path}")


@click.command("leaks")
@click.argument("folder", type=Place(exists=True, file_okay=False), required=False)
@content_option
@private_option
@click.option("--staged", "is_staged", is_flag=True, help="Look into what the next git commit holds.")
@format_option
def leaks_command(folder: Path | None, content: Path, private: Path, is_staged: bool, format_: str) -> None:
    """Look for anything of the private folder in FOLDER (a built site), or in what git is about to commit.

    Exits with 1 if something is found; says in which file, and never what.

    \b
    Example:
        gpai-portal leaks site
        gpai-portal leaks --staged
    """
    if (folder is None) is not is_staged:
        raise UsageError("give a folder, or --staged")
    report = leaks_in_folder(folder, private, content) if folder else leaks_in_next_commit(private, content)
    print_report(report, format_)
    if folder:
        click.echo(NOT_SEARCHED, err=True)
    if report.errors:
        click.get_current_context().exit(1)


COMMANDS = (
    seal_command,
    request_command,
    grant_command,
    revoke_command,
    recipients_command,
    open_command,
    package_command,
    export_command,
    leaks_command,
)
