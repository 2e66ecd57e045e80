"""Personal packages: documentation for one recipient, with the recipient's name on every page, and the ledger.

The gated section keeps no log of who read what. Where a proof of receipt is wanted, a package is issued instead;
``ledger.jsonl`` says which one went to whom and when. Each line holds the SHA-256 of the line before, so that none
before the last can be changed or taken out unseen. That the last ones were taken out shows as long as their packages
lie in the folder; where those went too, only a backup can tell.

A package is written under a hidden name, entered, and gets its name then: what has its name is in the ledger, whenever
a process was killed.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.gate.catalogue import ListedDocument
from gpai_portal.gate.documentation import Documentation
from gpai_portal.gate.folders import read_provider_folders
from gpai_portal.gate.private_files import locked
from gpai_portal.gate.recipients import Recipient
from gpai_portal.gate.standalone import StandaloneDocuments, archive
from gpai_portal.names import LEDGER, PACKAGES

_FIRST = "0" * 64
#: Name of a package; it begins with a dot until the package is entered into the ledger.
_NAME = re.compile(r"\.?\d{4}-\d\d-\d\d-[^.]+-(?P<package>[0-9a-f]{12})\.zip\Z")


@dataclass(frozen=True)
class Issued:
    """One line of the ledger.

    Lines are numbered from 1; ``previous`` is the SHA-256 of the line before. ``package`` is the id that the package
    shows, ``recipient`` the id of the recipient and ``name`` its name then, ``issued`` the day (ISO), ``file_sha256``
    the hash of the ZIP file. ``documents`` maps the id of each document and attachment to the SHA-256 of its content.
    """

    number: int
    previous: str
    package: str
    recipient: str
    name: str
    issued: str
    file_sha256: str
    documents: Mapping[str, str]

    def line(self) -> bytes:
        """The line as it stands in the ledger, without its end."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def issue(content: Path, private: Path, recipient_id: str, day: date, language: str) -> Path:
    """Writes a package for a recipient into the private folder and enters it into the ledger. Returns its path.

    ``recipient_id`` may be the beginning of an id, ``language`` is that of the interface in the documents. Raises
    ContentError or SealingError if one of the folders has errors, SealingError if the recipient has no access or the
    ledger was changed, UsageError if there is no such folder or recipient.
    """
    with locked(private):
        folders = read_provider_folders(content, private, day)
        recipient = folders.private.recipients.find(recipient_id)
        if not recipient.has_access(day):
            raise SealingError(f"{recipient.id} has no access (state: {recipient.state(day)}); nothing was issued")
        ledger = read_ledger(folders.private.folder)
        packages = folders.private.folder / PACKAGES
        _finish(packages, ledger)
        package = secrets.token_hex(6)
        documents, data = _package(folders.documentation(language), recipient, package, day)
        entry = Issued(
            len(ledger) + 1,
            hashlib.sha256(ledger[-1].line()).hexdigest() if ledger else _FIRST,
            package,
            recipient.id,
            recipient.name,
            day.isoformat(),
            hashlib.sha256(data).hexdigest(),
            documents.hashes(),
        )
        name = f"{day.isoformat()}-{recipient.id}-{package}.zip"
        waiting = write_bytes(packages / f".{name}", data, mode=0o600)
        lines = b"".join(known.line() + b"\n" for known in (*ledger, entry))
        write_bytes(folders.private.folder / LEDGER, lines, mode=0o600)
        return waiting.replace(packages / name)


def _finish(packages: Path, ledger: list[Issued]) -> None:
    """Gives a package its name that was entered by a process killed before it could, and drops what was not entered.

    Raises SealingError for a package that the ledger does not know: its line was taken out.
    """
    entered = {entry.package for entry in ledger}
    for file in sorted(packages.glob("*.zip")):
        if not (name := _NAME.match(file.name)):
            continue
        if file.name.startswith("."):
            if name["package"] in entered:
                file.replace(packages / file.name.removeprefix("."))
            else:
                file.unlink()
        elif name["package"] not in entered:
            raise SealingError(
                f"{packages.name}/{file.name} is in no line of {LEDGER}: the last lines were taken out; restore the "
                "ledger from a backup"
            )


def _package(
    documentation: Documentation, recipient: Recipient, package: str, day: date
) -> tuple[StandaloneDocuments, bytes]:
    """The documents, and the ZIP file of them with the recipient's name on every page."""
    words = documentation.language

    def mark(document: ListedDocument | None) -> list[str]:
        issued = words.text("Issued to %(name)s on %(day)s", name=recipient.name, day=words.day(day))
        about = [words.text("package %(id)s", id=package)]
        if document:
            about += [words.text("document %(id)s", id=document.id[:12]), document.about]
        return [issued, " · ".join(part for part in (documentation.provider, *about) if part)]

    notes = [
        *documentation.left_out(),
        words.text("This copy is personal to %(name)s. Every page says so.", name=recipient.name),
        words.text("Attached files are as they were written; their hashes are entered with the package."),
    ]
    documents = StandaloneDocuments.of(documentation)
    return documents, archive(documents.files(words, mark, notes))


def outdated(ledger: list[Issued], current: Mapping[str, str]) -> dict[str, Issued]:
    """The last package of each recipient, where the documentation has changed since."""
    last = {entry.recipient: entry for entry in ledger}
    return {recipient: entry for recipient, entry in last.items() if dict(entry.documents) != dict(current)}


def read_ledger(private: Path) -> list[Issued]:
    """All packages issued, the first one first. Raises SealingError with the line at which the chain does not hold."""
    file = private / LEDGER
    if not file.is_file():
        return []
    place = f"{private.name}/{LEDGER}"
    entries: list[Issued] = []
    previous = _FIRST
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            entry = Issued(**json.loads(line))
        except (ValueError, TypeError, RecursionError):
            raise SealingError(f"{place}:{number}: this line is no entry; restore it") from None
        texts = (entry.previous, entry.package, entry.recipient, entry.name, entry.issued, entry.file_sha256)
        if not all(isinstance(text, str) for text in texts) or not isinstance(entry.documents, dict):
            raise SealingError(f"{place}:{number}: this line is no entry; restore it")
        if entry.previous != previous or entry.number != number or entry.line() != line:
            raise SealingError(
                f"{place}:{number}: the chain does not hold here; a line was changed or taken out; restore the file "
                "from a backup"
            )
        previous = hashlib.sha256(line).hexdigest()
        entries.append(entry)
    return entries
