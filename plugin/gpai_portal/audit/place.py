"""Where a report may be written. It is private: not where a build takes its files from, or puts them, and over nothing
but an earlier report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_ISREG
from typing import Any

from gpai_portal.content.source import read_settings
from gpai_portal.errors import UsageError

#: Stands in the head of every report.
MARK = "gpai-portal audit"

#: Bytes of a file in which the mark of a report stands.
_HEAD = 1024

#: How the configuration of a build is called.
_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")

#: Its settings that name a folder, and what they are if it does not say.
_FOLDERS = {"docs_dir": "docs", "site_dir": "site"}


def refuse_place(file: Path, content: Path, site: Path | None) -> None:
    """Raises UsageError if a report at a place would be published, or would replace something else."""
    place = file.resolve()
    folders = {content.resolve(): "the content folder"}
    if site:
        folders[site.resolve()] = "the built site"
    folders |= {above: "a built site" for above in place.parents if (above / "gpai-transparency.json").is_file()}
    for near in dict.fromkeys([*place.parents, *_upwards(Path.cwd()), *_upwards(content)]):
        for config in (near / name for name in _CONFIGS):
            if config.is_file():
                folders |= _published(config)
    for folder, what in folders.items():
        if place.is_relative_to(folder):
            raise UsageError(f"{file} lies in {what}, which is published; the report is private, write it elsewhere")
    if os.path.lexists(file) and not _is_report(file):
        raise UsageError(f"{file} is already there and no report of this command; write the report elsewhere")


def _upwards(folder: Path) -> list[Path]:
    resolved = folder.resolve()
    return [resolved, *resolved.parents]


def _is_report(file: Path) -> bool:
    try:
        if not S_ISREG(file.lstat().st_mode):
            return False
        with file.open("rb") as opened:
            return f'<meta name="generator" content="{MARK}">'.encode() in opened.read(_HEAD)
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); write the report elsewhere") from None


def _published(config: Path) -> Mapping[Path, str]:
    """The folders that a build reads and writes, with what they are."""
    try:
        told = dict(pair for settings in _settings(config, ()) for pair in settings.items())
        names = {key: told.get(key) or default for key, default in _FOLDERS.items()}
        if wrong := next((key for key, name in names.items() if not isinstance(name, str)), ""):
            raise ValueError(f"{wrong} is no folder")
    except (OSError, ValueError) as error:
        message = f"{config} cannot be read, so that nobody can say what is published"
        raise UsageError(f"{message} ({error}); the report is private, correct the file first") from None
    return {(config.parent / name).resolve(): f"{key} of {config}" for key, name in names.items()}


def _settings(config: Path, below: tuple[Path, ...]) -> Iterator[Mapping[str, Any]]:
    """What a configuration says, behind those that it inherits from."""
    if config in below:
        raise ValueError(f"{config} inherits from itself")
    told = read_settings(config.read_text(encoding="utf-8-sig"))
    if parent := told.get("INHERIT"):
        yield from _settings((config.parent / str(parent)).resolve(), (*below, config))
    yield told
