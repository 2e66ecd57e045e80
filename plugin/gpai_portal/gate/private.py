"""The private folder: what is not published, and who may have it.

::

    private/
    ├── recovery.key        the provider's key; opens every sealed set
    ├── recipients.yaml     who has access (``recipients``)
    ├── models/<model>/<release>/model-documentation.yaml
    │                       the rest of the Form: items that are not in content/
    ├── documents/          further documents in Markdown, with attachments
    ├── section.json        id and last epoch of the sealed section (``gate``)
    ├── packages/           personal packages, as they were issued
    └── ledger.jsonl        which package went to whom (``issuance``)

A build never reads it. What is wrong in it is told by file, line and kind, never by the words that stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from gpai_portal.content.answers import Audience, parse_date, plain
from gpai_portal.content.source import Source
from gpai_portal.errors import SealingError, UsageError
from gpai_portal.gate.recipients import Recipients
from gpai_portal.names import LOCK, RECOVERY_KEY
from gpai_portal.sealing.keys import Identity


@dataclass(frozen=True)
class FurtherDocument:
    """A Markdown document of the private folder. ``name`` is its path below ``documents/``."""

    name: str
    head: Source
    body: str = field(repr=False)
    first_line: int = 1
    attachments: Mapping[str, Path] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return plain(self.head.data["title"])

    @property
    def audience(self) -> frozenset[Audience]:
        return frozenset(Audience(a) for a in self.head.data["audience"])

    @property
    def releases(self) -> tuple[str, ...]:
        """Keys of the releases it is about; empty for all."""
        return tuple(self.head.data.get("releases", ()))

    @property
    def version(self) -> str:
        return plain(self.head.data["version"])

    @property
    def updated(self) -> date | None:
        return parse_date(self.head.data["updated"])

    @property
    def annex(self) -> tuple[str, ...]:
        """Points of Annex XI, Section 2 that it answers."""
        return tuple(self.head.data.get("annex", ()))


@dataclass
class Private:
    """All of the private folder. ``forms`` holds the rest of the Form by (model, release)."""

    folder: Path
    recipients: Recipients
    forms: dict[tuple[str, str], Source] = field(default_factory=dict)
    documents: list[FurtherDocument] = field(default_factory=list)
    warnings: int = 0

    def recovery(self) -> Identity:
        """The provider's recovery key. Raises SealingError if it is not there or no key."""
        return read_identity(self.folder / RECOVERY_KEY)


def read_identity(file: Path) -> Identity:
    """The key of a key file. Raises UsageError if it cannot be read, SealingError if it holds no key."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SealingError(f"{file} is no key file") from None
    return Identity.parse(text)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other commands from changing the folder, or what is sealed from it, at the same time."""
    try:
        with FileLock(existing(folder) / LOCK, timeout=60, mode=0o600):
            yield
    except Timeout:
        raise SealingError(f"another command is at work on {folder}; try again when it is done") from None


def existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; set it up with: gpai-portal new private")
    return folder.resolve()
