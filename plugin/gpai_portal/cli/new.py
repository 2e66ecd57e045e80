"""``gpai-portal new``: what begins with a file or a folder that is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.cli import completion
from gpai_portal.cli.options import Place, content_option, private_option
from gpai_portal.cli.reporting import counted
from gpai_portal.content.carrying import carry_over
from gpai_portal.content.scaffolding import scaffold, scaffold_kinds, write_scaffold
from gpai_portal.content.source import read_source
from gpai_portal.documents import kind_of
from gpai_portal.errors import UsageError
from gpai_portal.gate.hooks import install
from gpai_portal.gate.private_files import existing_folder
from gpai_portal.gate.rotation import NewRecoveryKey, new_recovery_key
from gpai_portal.gate.setting_up import set_up
from gpai_portal.names import RECOVERY_KEY
from gpai_portal.schema import FORM, PROVIDER, RELEASE, load
from gpai_portal.site.language import Language, languages
from gpai_portal.starting.editor import write_schemas
from gpai_portal.starting.repository import LANGUAGES, Wanted, new_portal


class _New(click.Group):
    """The commands for documents are made when they are asked for, since the schemas say which documents there are."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of letters."""
        return sorted([*super().list_commands(ctx), *scaffold_kinds()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is none."""
        if cmd_name in scaffold_kinds():
            return _document(cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group("new", cls=_New, no_args_is_help=True)
def new() -> None:
    """Begin a portal, a document, the private folder or the check of commits.

    \b
    Example:
        gpai-portal new portal example-portal --provider "Example AI"
        gpai-portal new model example-text
        gpai-portal new release example-text 1.0
        gpai-portal new training-content-summary example-text 1.0
    """


@new.command("portal")
@click.argument("folder", type=Place())
@click.option("--provider", default="", help="Name of the provider, as readers know it.")
@click.option("--site-url", default="", help="Address of the site; on GitHub Pages the workflow knows it.")
@click.option(
    "--language",
    "spoken",
    type=click.Choice(languages()),
    multiple=True,
    default=["en"],
    show_default=True,
    help="Language of the interface; give it again for each further one. The first, "
    f"{' or '.join(LANGUAGES)}, is that of the README and the first page as well.",
)
@click.option(
    "--private-source", is_flag=True, help="For a private repository that pushes the finished site to a public one."
)
def portal(folder: Path, provider: str, site_url: str, spoken: tuple[str, ...], private_source: bool) -> None:
    """Write a whole repository that builds and deploys a portal into FOLDER.

    It has the configuration, the content as drafts, the workflow, a README for your colleagues, and a list of packages
    that installs this version of gpai-portal. Nothing is overwritten.

    \b
    Example:
        gpai-portal new portal example-portal --provider "Example AI"
    """
    for line in new_portal(folder, Wanted(" ".join(provider.split()), site_url, spoken[0], private_source, spoken[1:])):
        click.echo(line)


@new.command("private")
@content_option
@private_option
def private_folder(content: Path, private: Path) -> None:
    """Make the private folder with its recovery key, and the check before each commit where there is a repository.

    \b
    Example:
        gpai-portal new private
    """
    for line in set_up(private, content, dates.today()):
        click.echo(line)


@new.command("hook")
@content_option
@private_option
def hook(content: Path, private: Path) -> None:
    """Write the check before each commit, which refuses what has anything of the private folder in it.

    \b
    Example:
        gpai-portal new hook
    """
    for line in install(private, content):
        click.echo(line)


@new.command("schemas")
@content_option
def schemas(content: Path) -> None:
    """Write the schemas for editors anew, as this version has them.

    \b
    Example:
        gpai-portal new schemas
    """
    click.echo(f"wrote {write_schemas(content)}")


@new.command("recovery-key")
@private_option
def recovery_key(private: Path) -> None:
    """Make a new recovery key, if the old one was lost or stolen or is to be replaced.

    \b
    Example:
        gpai-portal new recovery-key
    """
    for line in rotation_report(new_recovery_key(private, dates.today())):
        click.echo(line)


def _words(content: Path) -> Language:
    """The language that the provider says its content is written in, if the interface has it."""
    file = content / f"{PROVIDER}.yaml"
    source, _problems = read_source(PROVIDER, file, file.name) if file.is_file() else (None, [])
    code = source.answers.get("language").text.partition("-")[0] if source else ""
    return Language(code if code in languages() else "en")


def _document(kind: str) -> click.Command:
    """The command that writes the scaffold of one kind of document."""
    ids = kind_of(kind).place.ids
    example = {"model": "example-text", "release": "1.0"}

    def write(
        content: Path, full: bool, only_print: bool, old: str = "", private: Path | None = None, **names: str | None
    ) -> None:
        if (old or private) and (full or only_print):
            what = (
                "--from carries documents over as they are"
                if old
                else "--private writes the rest of the Form, in short"
            )
            raise UsageError(f"{what}; leave out --all and --print")
        if only_print:
            click.echo(scaffold(kind, full=full, words=_words(content)), nl=False)
            return
        if old:
            model, release = names["model"], names["release"]
            if not (model and release):
                raise UsageError("new release --from needs the ids of the model and of the new release")
            for file, open_ in carry_over(model, release, old, content):
                click.echo(f"wrote {file}, {counted(open_, 'answer')} to be given again")
            return
        given = tuple(name for key in ids if (name := names[key]))
        folder = existing_folder(private) if private else None
        file = write_scaffold(kind, given, content, full=full, private=folder, words=_words(content))
        click.echo(f"wrote {file}")

    write.__doc__ = f"""Write a commented scaffold of: {load(kind).title}.

    It asks for what has to be answered. Nothing is overwritten.

    \b
    Example:
        gpai-portal new {" ".join((kind, *(example[name] for name in ids)))}
    """
    command = click.option("--print", "only_print", is_flag=True, help="Print it and write nothing; names no place.")(
        write
    )
    if kind == RELEASE:
        command = click.option(
            "--from",
            "old",
            default="",
            shell_complete=completion.releases_of_model,
            help="Carry over the documents of this older release.",
        )(command)
    if kind == FORM:
        command = click.option(
            "--private",
            type=Place(),
            default=None,
            help="Write the rest of the Form into this private folder: what the public file does not say.",
        )(command)
    command = click.option("--all", "full", is_flag=True, help="Every field, with its guidance.")(command)
    for name in reversed(ids):
        there = (completion.models if name == "model" else completion.releases_of_model) if name != kind else None
        command = click.argument(name, required=False, shell_complete=there)(command)
    return click.command(kind)(content_option(command))


COMMANDS = (new,)


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
