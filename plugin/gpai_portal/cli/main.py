"""The command and what all its parts share."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from gpai_portal.errors import PortalError, UsageError, printable
from gpai_portal.steps import shown_on

#: The commands by the module that has them: none is loaded but the one that is called.
_MODULES = {
    "audit": ("audit",),
    "check": ("check",),
    "domains": ("domains",),
    "gate": ("export", "grant", "leaks", "open", "package", "recipients", "request", "revoke", "seal"),
    "new": ("new",),
    "publication": ("compare", "publish", "render", "verify"),
    "status": ("status",),
}


class Commands(click.Group):
    """All commands of ``gpai-portal``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Called by click, for the help and for what is not known."""
        return sorted(name for names in _MODULES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Called by click."""
        module = next((module for module, names in _MODULES.items() if cmd_name in names), "")
        found = import_module(f"gpai_portal.cli.{module}").COMMANDS if module else ()
        return next((command for command in found if command.name == cmd_name), None)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands without their help, which would load all of them while somebody types."""
        names = [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gpai-portal")
def cli() -> None:
    """Publish the transparency documents of a general-purpose AI model provider.

    \b
    Example:
        gpai-portal new portal example-portal
        gpai-portal check
    """


def main() -> None:
    """Runs the command and ends the process; nothing else ends it.

    Exit code 0 for success, 1 for problems, 2 for wrong use, 130 after Ctrl+C. A PortalError is printed without a
    traceback.
    """
    try:
        with shown_on(sys.stderr):
            code = cli.main(standalone_mode=False)
        sys.exit(code or 0)
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
