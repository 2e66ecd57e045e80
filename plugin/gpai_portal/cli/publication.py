"""Commands about what was published: publish, verify, compare, render."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from gpai_portal import dates
from gpai_portal.cli import completion
from gpai_portal.cli.options import Day, Place, as_of_option, content_option
from gpai_portal.cli.reporting import counted, for_programs, format_option, print_report
from gpai_portal.content.composition import compose
from gpai_portal.gate.keeping import kept_forms
from gpai_portal.publication import signing
from gpai_portal.publication.kept import valid_content
from gpai_portal.publication.publishing import publish, record, redact, redate
from gpai_portal.publication.records import FOLDER, Record, read_chain
from gpai_portal.publication.replaying import replay
from gpai_portal.publication.snapshots import publishable, snapshots, waiting
from gpai_portal.site import differences
from gpai_portal.site.guard import Rules, open_portal
from gpai_portal.site.language import languages as codes
from gpai_portal.site.plain import write_plain
from gpai_portal.site.verification import verify


@click.command("publish")
@content_option
@as_of_option
@click.option("--reason", default="", help="Why; needed for corrections. Readers see it.")
@click.option(
    "--editorial",
    is_flag=True,
    help="Only a slip is mended: the version and date of a document may stay, and readers are told so.",
)
@click.option(
    "--redact",
    "addresses",
    multiple=True,
    metavar="DOCUMENT@rN",
    help="Erase a superseded revision from the records instead, or with record-N the reason of a record; may be given "
    "several times.",
)
@click.option(
    "--redate",
    "days",
    multiple=True,
    type=(click.IntRange(min=1), Day()),
    metavar="NUMBER DATE",
    help="Correct the day of a record that lies in the future instead; may be given several times.",
)
@click.option(
    "--replay",
    "ref",
    default=None,
    metavar="REF",
    help="Put what another branch or commit of git published behind the records of this one instead.",
)
@click.option(
    "--private",
    type=Place(),
    is_flag=False,
    flag_value="private",
    default=None,
    help="Record the whole Form, as authorities get it, in the private folder instead. Default folder: private.",
)
@click.option(
    "--sign",
    "key",
    type=Place(),
    default=None,
    help="Ed25519 private key (PEM) to sign every record with that is not signed yet.",
)
def publish_command(
    content: Path,
    as_of: date | None,
    reason: str,
    editorial: bool,
    addresses: tuple[str, ...],
    days: tuple[tuple[int, date], ...],
    ref: str | None,
    private: Path | None,
    key: Path | None,
) -> None:
    """Record everything public that changed, as one publication.

    Writes content/records/NNNNNN.json. What is recorded stays: a correction is a new revision, with its reason.
    Does nothing if nothing changed; refuses while check finds errors.

    \b
    Example:
        gpai-portal publish
        gpai-portal publish --reason "Number of crawled domains corrected"
        gpai-portal publish --redact example-text/1.0/training-content-summary@r1 --reason "Name of a person"
        gpai-portal publish --replay MERGE_HEAD
    """
    if sum(map(bool, (addresses, days, ref))) > 1:
        raise click.UsageError("--redact, --redate and --replay are three commands; give one at a time")
    if ref and reason:
        raise click.UsageError("--replay repeats the reasons that the other branch gave; leave --reason out")
    if editorial and (private or addresses or days):
        raise click.UsageError("--editorial is for publications that everybody reads")
    day = as_of or dates.today()
    if day > dates.today():
        raise click.UsageError(f"{day} has not come yet: today is {dates.today()}, in UTC or by SOURCE_DATE_EPOCH")
    private_key = signing.read_private_key(key) if key else None
    with _opened(content, private, day) as (home, now, add):
        folder = home / FOLDER
        if ref:
            written = replay(now, home, ref, day, editorial=editorial)
        elif addresses:
            now()
            written = redact(folder, addresses, day, reason)
        elif days:
            now()
            written = [redate(folder, dict(days), day, reason)]
        else:
            written = list(filter(None, [add(now(), folder, day, reason, editorial=editorial)]))
        chain = read_chain(folder)
        signatures = signing.sign_all(chain, private_key) if private_key else []
    if not written:
        click.echo("nothing to publish: all that is complete is what was published last")
    for new in written:
        _tell(new, folder)
    if addresses:
        click.echo("commit the new records together with the tombstones, and remember that version control and copies")
        click.echo("of the site keep what was erased until you clean them as well")
    for signature in signatures:
        click.echo(f"signed {signature}")
    if chain.head:
        click.echo(f"hash of the last record, for whoever wants to verify later: {chain.head.sha256}")


@contextmanager
def _opened(
    content: Path, private: Path | None, day: date
) -> Iterator[tuple[Path, Callable[[], Mapping[str, Any]], Callable[..., Record | None]]]:
    """The folder whose records are added to, what reads what would be recorded in it now, and what records that."""
    if private:
        with kept_forms(content, private, day) as (home, forms, drafts):
            _tell_left_out(drafts)
            yield home, lambda: forms, record
    else:
        yield content, lambda: _publishable(content, day), publish


def _publishable(content: Path, day: date) -> Mapping[str, Any]:
    """What would be recorded now; drafts are left out, and named."""
    disclosures = compose(valid_content(content, day))
    published = read_chain(content / FOLDER).revisions
    _tell_left_out(sorted(disclosures.drafts))
    if held := sorted(waiting(disclosures, published)):
        click.echo(f"left out, since nothing that belongs to it is complete yet: {', '.join(held)}", err=True)
    return publishable(disclosures, published)


def _tell_left_out(drafts: Sequence[str]) -> None:
    if drafts:
        click.echo(f"left out, since fields are still open (see: gpai-portal check): {', '.join(drafts)}", err=True)


def _tell(new: Record, folder: Path) -> None:
    """What a record holds."""
    click.echo(f"wrote {folder / new.file}")
    for revision in new.revisions:
        if revision.record == new.number:
            covers = f", for {', '.join(revision.covers)}" if revision.covers[1:] else ""
            click.echo(f"  {revision.address}{' (editorial)' if revision.editorial else ''}{covers}")
    if new.redacts:
        for gone in new.redacts["documents"]:
            click.echo(f"  erased {gone['key']}@r{gone['revision']}")
        if new.redacts.get("named"):
            click.echo(f"  erased the reason of record {new.redacts['record']}")
    for number, day in new.redates.items():
        click.echo(f"  record {number} is of {day}")
    if new.replays:
        click.echo(f"  in place of the record {new.replays['sha256'][:12]} of {new.replays['date']}")


@click.command("verify")
@click.argument("target", default="content")
@as_of_option
@format_option
@click.option(
    "--public-key",
    type=Place(exists=True, dir_okay=False),
    default=None,
    help="Ed25519 public key (PEM) that you already trust.",
)
@click.option(
    "--head", default=None, metavar="HASH", help="Hash of a record that you have kept; it has to be in the chain."
)
def verify_command(target: str, as_of: date | None, format_: str, public_key: Path | None, head: str | None) -> None:
    """Check a content folder, a built site or a site on the web against its records.

    TARGET: the content folder, the folder of a site, or its address; default: content. Names every file that
    does not match, and says what was compared with what. Exits with 0 if all matches (warnings are allowed), 1 if not,
    2 for wrong use.

    \b
    Example:
        gpai-portal verify
        gpai-portal verify site
        gpai-portal verify https://example-ai.example/ai-act/ --public-key kept.pem
    """
    verified = verify(target, as_of or dates.today(), public_key, head)
    about = {
        "records": verified.records,
        "revisions": verified.revisions,
        "head": verified.head,
        "signed": verified.signed,
        "fingerprint": verified.fingerprint,
        "key_given": verified.given,
        "proved": verified.proved,
    }
    print_report(verified.report, format_, about)
    if format_ != "json":
        signed = ", signed" if verified.signed else ""
        if verified.records is not None and verified.revisions is not None:
            click.echo(f"{counted(verified.records, 'record')}, {counted(verified.revisions, 'revision')}{signed}")
        if verified.head:
            click.echo(f"last record: {verified.head}")
        for sentence in verified.proved:
            click.echo(sentence)
    if verified.report.errors:
        click.get_current_context().exit(1)


@click.command("compare")
@click.argument("old", shell_complete=completion.compared)
@click.argument("new", shell_complete=completion.compared)
@content_option
@as_of_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(differences.FORMATS)),
    default="text",
    show_default=True,
    callback=for_programs,
)
def compare_command(old: str, new: str, content: Path, as_of: date | None, format_: str) -> None:
    """Compare two releases, documents or published revisions, field by field.

    OLD, NEW: model/release, model/release/document or copyright-policy; with @r2 a published revision of a
    document, with @2026-05-01 what had been published by that day.

    \b
    Example:
        gpai-portal compare example-text/1.0 example-text/2.0
        gpai-portal compare copyright-policy@r1 copyright-policy --format markdown
    """
    disclosures = compose(valid_content(content, as_of or dates.today()))
    now = snapshots(disclosures)
    for side in (old, new):
        if drafts := [key for key in sorted(disclosures.drafts) if differences.is_about(side, key)]:
            click.echo(f"{side} is a draft with open fields, in: {', '.join(drafts)}", err=True)
    parts = differences.differences(old, new, now, read_chain(content / FOLDER))
    click.echo(differences.FORMATS[format_](old, new, parts))


@click.command("render")
@content_option
@as_of_option
@click.option("--out", type=Place(), required=True, help="New folder to write into.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=["en"],
    show_default=True,
    help=f"Language of the interface ({', '.join(codes())}); give it again for each further one.",
)
@click.option("--site-url", default="", help="Address the site will have.")
@click.option("--site-name", default="", help="Name of the site; else that of the provider.")
@click.option("--sealed-by", default="", help="Signing key of the sealed set, as gpai-portal seal prints it.")
def render_command(
    content: Path,
    as_of: date | None,
    out: Path,
    languages: tuple[str, ...],
    site_url: str,
    site_name: str,
    sealed_by: str,
) -> None:
    """Write the portal as Markdown files with HTML bodies, for any builder.

    Writes docs/ and mkdocs.yml, which MkDocs builds without the plugin. Pages written by hand are not in it.

    \b
    Example:
        gpai-portal render --out plain --site-url https://example-ai.example/ai-act/
    """
    rules = Rules(sealed_by=sealed_by)
    portal = open_portal(content, as_of or dates.today(), *languages, rules=rules, site_url=site_url)
    count = write_plain(portal, out, site_name or portal.disclosures.provider.name)
    click.echo(f"wrote {count} pages into {out}")


COMMANDS = (publish_command, verify_command, compare_command, render_command)
