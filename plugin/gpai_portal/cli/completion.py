"""What a shell offers for an argument: names as they lie in the folders. Nothing is read that a name does not need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from gpai_portal.cli.options import portal_folder
from gpai_portal.names import RECIPIENTS_FILE

Complete = Callable[[click.Context, click.Parameter, str], list[str]]

_RECIPIENT = re.compile(r"^- id: ([\w-]+)$", re.MULTILINE)


def _offering(names: Callable[[click.Context], Iterable[str]]) -> Complete:
    """Offers the names that begin like what is typed; none where a folder or file cannot be read."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        try:
            return sorted(name for name in names(ctx) if name.startswith(incomplete))
        except (OSError, UnicodeDecodeError):
            return []

    return complete


def _folder(ctx: click.Context, name: str) -> Path:
    """The folder of an option such as ``--content``, as the command would find it."""
    return Path(ctx.params.get(name) or portal_folder() / name)


def _models(ctx: click.Context) -> Iterable[str]:
    return (folder.name for folder in _folder(ctx, "content").glob("models/*/") if (folder / "model.yaml").is_file())


def _releases(ctx: click.Context) -> Iterable[str]:
    """``model/release``"""
    found = _folder(ctx, "content").glob("models/*/*/release.yaml")
    return (f"{file.parts[-3]}/{file.parts[-2]}" for file in found)


def _releases_of_model(ctx: click.Context) -> Iterable[str]:
    """Of all models while none is named. Behind an option that has no value yet, click leaves the arguments unread."""
    model = ctx.params.get("model") or next(iter(ctx.args), None)
    pairs = (name.split("/") for name in _releases(ctx))
    return {release for its, release in pairs if model in {None, its}}


def _compared(ctx: click.Context) -> Iterable[str]:
    """Releases, and documents by the folder they lie in."""
    content = _folder(ctx, "content")
    yield from _releases(ctx)
    for file in (*content.glob("*.yaml"), *content.glob("models/*/*/*.yaml")):
        if file.stem not in {"provider", "release"}:
            yield file.with_suffix("").relative_to(content).as_posix().removeprefix("models/")


def _recipients(ctx: click.Context) -> Iterable[str]:
    file = _folder(ctx, "private") / RECIPIENTS_FILE
    return _RECIPIENT.findall(file.read_text(encoding="utf-8")) if file.is_file() else ()


models = _offering(_models)
releases = _offering(_releases)
releases_of_model = _offering(_releases_of_model)
compared = _offering(_compared)
recipients = _offering(_recipients)
