"""The private folder: what is not published, and who may have it.

::

    private/
    ├── recovery.key        the provider's key; opens every sealed set
    ├── recipients.yaml     who has access (``recipients``)
    ├── models/<model>/<release>/model-documentation.yaml
    │                       the rest of the Form: items that are not in content/
    ├── documents/          further documents in Markdown, with attachments
    ├── section.json        id and last epoch of the sealed section (``state``)
    ├── records/            the whole Form as it was at each date (``keeping``)
    ├── packages/           personal packages, as they were issued
    └── ledger.jsonl        which package went to whom (``packages``)

A build never reads it. What is wrong in it is told by file, line and kind, never by the words that stand there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gpai_portal.content.source import Source
from gpai_portal.errors import SealingError
from gpai_portal.files import read_bounded
from gpai_portal.gate.further_documents import FurtherDocument
from gpai_portal.gate.recipients import Recipients
from gpai_portal.limits import MAX_KEY_BYTES
from gpai_portal.names import RECOVERY_KEY
from gpai_portal.sealing.keys import Identity, KeyFile


@dataclass(frozen=True)
class Private:
    """What the private folder holds. ``forms`` maps (model, release) to the rest of the Form."""

    folder: Path
    recipients: Recipients
    forms: Mapping[tuple[str, str], Source] = field(default_factory=dict)
    documents: Sequence[FurtherDocument] = ()

    def recovery(self) -> Identity:
        """The provider's recovery key. Raises UsageError if it cannot be read, SealingError if it is no key."""
        advice = "restore your copy of it; without one, run: gpai-portal new recovery-key"
        return read_key_file(self.folder / RECOVERY_KEY, advice).identity


def read_key_file(file: Path, advice: str = "give the key file") -> KeyFile:
    """A key file. ``advice`` says what to do where there is none.

    Raises UsageError if it cannot be read, SealingError if it holds no key.
    """
    try:
        text = read_bounded(file, MAX_KEY_BYTES, advice).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SealingError(f"{file} is no key file") from None
    return KeyFile.parse(text)
