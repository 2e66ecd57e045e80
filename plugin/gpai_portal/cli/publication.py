"""Commands about what was published: publish, verify, compare, render."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.checking import valid_content
from gpai_portal.cli.options import as_of_option, content_option, language_option
from gpai_portal.cli.reporting import format_option, print_report
from gpai_portal.content.composition import compose
from gpai_portal.gate.keeping import keep_forms
from gpai_portal.publication import signing
from gpai_portal.publication.publishing import publish, redact
from gpai_portal.publication.records import FOLDER, read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site import differences
from gpai_portal.site.build import Site
from gpai_portal.site.guard import open_portal
from gpai_portal.site.plain import write_plain
from gpai_portal.site.verification import verify


@click.command("publish")
@content_option
@as_of_option
@click.option("--reason", default="", help="Why; needed for corrections. Readers see it.")
@click.option(
    "--redact",
    "addresses",
    multiple=True,
    metavar="DOCUMENT@rN",
    help="Erase a superseded revision from the records instead; may be given several times.",
)
@click.option(
    "--private",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value="private",
    default=None,
    help="Record the whole Form, as authorities get it, in the private folder instead. Default folder: private.",
)
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    default=None,
    help="Ed25519 private key (PEM) to sign the last record with.",
)
def publish_command(
    content: Path, as_of: date | None, reason: str, addresses: tuple[str, ...], private: Path | None, key: Path | None
) -> None:
    """Record everything public that changed, as one publication.

    Writes content/records/NNNNNN.json. What is recorded stays: a correction is a new revision, with its reason.
    Does nothing if nothing changed; refuses while check finds errors.

    \b
    Example:
        gpai-portal publish
        gpai-portal publish --reason "Number of crawled domains corrected"
        gpai-portal publish --redact example-text/1.0/training-content-summary@r1 --reason "Name of a person"
    """
    day = as_of or dates.today()
    folder = (private or content) / FOLDER
    private_key = signing.read_private_key(key) if key else None
    if addresses:
        valid_content(content, day)
        for record in redact(folder, addresses, day, reason):
            click.echo(f"wrote {folder / record.file}; commit it together with the tombstone, and remember that")
            click.echo("version control and copies of the site keep what was erased until you clean them as well")
    else:
        if private:
            written = keep_forms(content, private, day, reason)
        else:
            written = publish(snapshots(compose(valid_content(content, day))), folder, day, reason)
        if written is None:
            click.echo("nothing to publish: the content is what was published last")
        else:
            click.echo(f"wrote {folder / written.file}")
            for revision in written.revisions:
                click.echo(f"  {revision.address}")
    head = read_chain(folder).head
    if private_key and head:
        click.echo(f"signed {signing.sign(folder, head, private_key)}")


@click.command("verify")
@click.argument("target", default="content")
@as_of_option
@format_option
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="Ed25519 public key (PEM) that you already trust.",
)
def verify_command(target: str, as_of: date | None, format_: str, public_key: Path | None) -> None:
    """Check a content folder, a built site or a site on the web against its records.

    TARGET: the content folder, the folder of a site, or its address; default: content. Names every file that
    does not match. Exits with 0 if all do (warnings are allowed), 1 if not, 2 for wrong use.

    \b
    Example:
        gpai-portal verify
        gpai-portal verify site
        gpai-portal verify https://example-ai.example/ai-act/
    """
    verified = verify(target, as_of or dates.today(), public_key)
    print_report(verified.report, format_)
    if format_ == "text":
        signed = ", signed" if verified.signed else ""
        click.echo(f"{verified.records} records, {verified.revisions} revisions{signed}")
        if verified.head:
            click.echo(f"last record: {verified.head}")
    if verified.report.errors:
        click.get_current_context().exit(1)


@click.command("compare")
@click.argument("old")
@click.argument("new")
@content_option
@as_of_option
@click.option("--format", "format_", type=click.Choice(list(differences.FORMATS)), default="text", show_default=True)
def compare_command(old: str, new: str, content: Path, as_of: date | None, format_: str) -> None:
    """Compare two releases, documents or published revisions, field by field.

    OLD, NEW: model/release, model/release/document or copyright-policy; with @r2 a published revision of a
    document, with @2026-05-01 what had been published by that day.

    \b
    Example:
        gpai-portal compare example-text/1.0 example-text/2.0
        gpai-portal compare copyright-policy@r1 copyright-policy --format markdown
    """
    now = snapshots(compose(valid_content(content, as_of or dates.today())))
    parts = differences.differences(old, new, now, read_chain(content / FOLDER))
    click.echo(differences.FORMATS[format_](old, new, parts))


@click.command("render")
@content_option
@as_of_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder to write into.")
@language_option
@click.option("--site-url", default="", help="Address the site will have.")
@click.option("--site-name", default="", help="Name of the site; else that of the provider.")
def render_command(content: Path, as_of: date | None, out: Path, language: str, site_url: str, site_name: str) -> None:
    """Write the portal as Markdown files with HTML bodies, for any builder.

    Writes docs/ and mkdocs.yml, which MkDocs builds without the plugin. Pages written by hand are not in it.

    \b
    Example:
        gpai-portal render --out plain --site-url https://example-ai.example/ai-act/
    """
    portal = open_portal(content, as_of or dates.today(), language, site_url=site_url)
    count = write_plain(Site(portal), out, site_name or portal.disclosures.provider.name)
    click.echo(f"wrote {count} pages into {out}")


COMMANDS = (publish_command, verify_command, compare_command, render_command)
