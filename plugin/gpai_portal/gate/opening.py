"""Opens a sealed set with a key file, outside a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.gate.private import read_identity
from gpai_portal.gate.standalone import StandaloneDocuments
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.site.language import Language


@dataclass(frozen=True)
class Opened:
    """What was opened: the number of documents, and epoch and day (ISO) of the set."""

    documents: int
    epoch: int
    sealed: str


def open_sealed(key: Path, sealed: Path, out: Path, language: str) -> Opened:
    """Writes the documents of a sealed set as HTML, with their attachments, into a new or empty folder.

    ``key`` is the key file of a recipient, or the recovery key. git ignores the new folder, and only the user of this
    machine may read it. Raises UsageError if the folder is not empty, the key cannot be read or there is no set,
    SealingError if the set is damaged or the key does not open it.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; give a new folder")
    found = read_sealed(sealed)
    if found is None:
        raise UsageError(f"{sealed} holds no sealed set")
    section = found.open(read_identity(key))
    documents = StandaloneDocuments(json.loads(section.read(found.catalogue)), section.read)
    # All are decrypted before the first is written, so that a damaged set leaves no half of it.
    files = list(documents.files(Language(language)))
    for path, data in [(".gitignore", b"*\n"), *files]:
        write_bytes(out / path, data, mode=0o600)
    return Opened(len(documents.entries()), found.epoch, found.sealed)
