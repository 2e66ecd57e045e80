"""Options that several commands share."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from gpai_portal.dates import parse_day
from gpai_portal.errors import UsageError
from gpai_portal.schema import PROVIDER
from gpai_portal.site.language import languages


class Day(click.ParamType[date]):
    """A day written as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Called by click; anything else is wrong use, with exit code 2."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


class Place(click.Path):
    """Path of a file or folder. An empty one is wrong use: it would be read as the present folder, and is most often a
    variable of the shell that is not set."""

    def __init__(self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(exists, file_okay, dir_okay, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Called by click."""
        if value == "":
            self.fail('this path is empty; write "." for the present folder', param, ctx)
        return super().convert(value, param, ctx)


def portal_folder() -> Path:
    """The folder of the portal that somebody works in: where they are, or the nearest above with a ``content`` that
    has a provider; where they are if there is none yet."""
    here = Path.cwd()
    found = (place for place in (here, *here.parents) if (place / "content" / f"{PROVIDER}.yaml").is_file())
    place = next(found, here)
    return Path() if place == here else place


content_option = click.option(
    "--content",
    type=Place(),
    default=lambda: portal_folder() / "content",
    show_default="content, here or in the nearest folder above",
    help="Folder with provider.yaml and models/.",
)
as_of_option = click.option(
    "--as-of",
    type=Day(),
    default=None,
    help="Day on which dates are judged; else SOURCE_DATE_EPOCH, else today.",
)
private_option = click.option(
    "--private",
    type=Place(),
    default=lambda: portal_folder() / "private",
    show_default="private, beside content",
    help="Folder with what is not published.",
)
language_option = click.option(
    "--language", default="en", show_default=True, help=f"Language of the interface: {', '.join(languages())}."
)
