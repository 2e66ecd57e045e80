"""Personal packages: documentation for one recipient, with the recipient's name on every page, and the ledger.

The gated section keeps no log of who read what. Where a proof of receipt is wanted, a package is issued instead;
``ledger.jsonl`` says which one went to whom and when. Each line holds the SHA-256 of the line before, so that none
can be changed or taken out unseen.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.gate.documentation import Documentation
from gpai_portal.gate.private import Private
from gpai_portal.gate.recipients import Recipient
from gpai_portal.gate.standalone import StandaloneDocuments, archive
from gpai_portal.names import LEDGER, PACKAGES

_FIRST = "0" * 64


@dataclass(frozen=True)
class Issued:
    """One line of the ledger. ``documents`` maps the id of each document to the SHA-256 of its content."""

    number: int
    previous: str
    package: str
    recipient: str
    name: str
    issued: str
    file_sha256: str
    documents: Mapping[str, str]

    def line(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def issue(private: Private, documentation: Documentation, recipient: Recipient, day: date) -> Path:
    """Writes a package for a recipient and enters it into the ledger. Returns its path.

    Raises SealingError if the recipient has no access, or the ledger was changed.
    """
    if not recipient.has_access(day):
        raise SealingError(f"{recipient.id} has no access (state: {recipient.state(day)}); nothing was issued")
    ledger = read_ledger(private)
    words = documentation.portal.language
    package = secrets.token_hex(6)
    documents = StandaloneDocuments.of(documentation)

    def mark(entry: Mapping[str, Any]) -> list[str]:
        issued = words.text("Issued to %(name)s on %(day)s", name=recipient.name, day=words.day(day))
        about = [words.text("package %(id)s", id=package)]
        if entry["id"]:
            about += [words.text("document %(id)s", id=entry["id"][:12]), entry["about"]]
        return [issued, " · ".join(part for part in (documentation.provider, *about) if part)]

    notes = [
        words.text("This copy is personal to %(name)s. Every page says so.", name=recipient.name),
        words.text("Attached files are as they were written; their hashes are entered with the package."),
    ]
    data = archive(documents.files(words, mark, notes))
    previous = hashlib.sha256(ledger[-1].line()).hexdigest() if ledger else _FIRST
    entry = Issued(
        len(ledger) + 1,
        previous,
        package,
        recipient.id,
        recipient.name,
        day.isoformat(),
        hashlib.sha256(data).hexdigest(),
        documents.hashes(),
    )
    path = write_bytes(private.folder / PACKAGES / f"{day.isoformat()}-{recipient.id}-{package}.zip", data, mode=0o600)
    lines = [known.line() for known in (*ledger, entry)]
    write_bytes(private.folder / LEDGER, b"\n".join(lines) + b"\n", mode=0o600)
    return path


def outdated(ledger: list[Issued], current: Mapping[str, str]) -> dict[str, Issued]:
    """The last package of each recipient, where the documentation has changed since."""
    last = {entry.recipient: entry for entry in ledger}
    return {recipient: entry for recipient, entry in last.items() if dict(entry.documents) != dict(current)}


def read_ledger(private: Private) -> list[Issued]:
    """All packages issued. Raises SealingError with the line at which the chain does not hold."""
    file = private.folder / LEDGER
    if not file.is_file():
        return []
    entries: list[Issued] = []
    previous = _FIRST
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            entry = Issued(**json.loads(line))
            hash(entry.recipient)  # raises TypeError for what is no id
        except (ValueError, TypeError):
            raise SealingError(f"{private.folder.name}/{LEDGER}:{number}: this line is no entry; restore it") from None
        if entry.previous != previous or entry.number != number or entry.line() != line:
            raise SealingError(
                f"{private.folder.name}/{LEDGER}:{number}: the chain does not hold here; a line was changed or taken "
                "out; restore the file from a backup"
            )
        previous = hashlib.sha256(line).hexdigest()
        entries.append(entry)
    return entries
