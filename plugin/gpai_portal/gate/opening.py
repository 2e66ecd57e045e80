"""Opens a sealed set with a key file, outside a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from gpai_portal.errors import SealingError, UsageError
from gpai_portal.files import write_bytes
from gpai_portal.gate.catalogue import Catalogue
from gpai_portal.gate.private import read_key_file
from gpai_portal.gate.standalone import StandaloneDocuments
from gpai_portal.names import SEEN
from gpai_portal.sealing.keys import KeyFile
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.sealing.signing import signing_key
from gpai_portal.site.language import Language


@dataclass(frozen=True)
class Opened:
    """What was opened: the number of documents, and serial, epoch and day (ISO) of the set."""

    documents: int
    serial: int
    epoch: int
    sealed: str


def open_sealed(key: Path, sealed: Path, out: Path, language: str, *, older: bool = False) -> Opened:
    """Writes the documents of a sealed set as HTML, with their attachments, into a new or empty folder.

    ``key`` is the key file of a recipient, or the recovery key. A recipient's must name portal and signing key of the
    set; the highest serial that this user has opened is remembered, and a lower one opens only with ``older``. git
    ignores the new folder, and only the user of this machine may read it.

    Raises UsageError if the folder is not empty, the key cannot be read or there is no set, SealingError if the set is
    damaged, not for this key, or older than one that was opened before.
    """
    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; give a new folder")
    found = read_sealed(sealed)
    if found is None:
        raise UsageError(f"{sealed} holds no sealed set")
    key_file = read_key_file(key)
    # A recovery key's file names nothing. A recipient's does, and stays bound to it even if somebody stole its key.
    is_bare = not (key_file.portal or key_file.signed_by)
    is_own = is_bare and found.signed_by == signing_key(key_file.identity)
    if not is_own:
        _require_signer(found, key_file, key)
    memory = _Memory(user_state_path("gpai-portal", appauthor=False) / SEEN, f"{found.portal} {found.signed_by}")
    if not is_own and not older and found.serial < (seen := memory.serial()):
        raise SealingError(
            f"this set is serial {found.serial}, and serial {seen} was opened here before; somebody may hold newer "
            "documents back, so ask the provider. To read the older set all the same, add --older"
        )
    section = found.open(key_file.identity)
    documents = StandaloneDocuments(Catalogue.parse(section.read(found.catalogue)), section.read)
    # All are decrypted before the first is written, so that a damaged set leaves no half of it.
    files = list(documents.files(Language(language)))
    if not is_own:
        memory.keep(found.serial)
    for path, data in [(".gitignore", b"*\n"), *files]:
        write_bytes(out / path, data, mode=0o600)
    return Opened(len(documents.catalogue.documents), found.serial, found.epoch, found.sealed)


def _require_signer(found: SealedSet, key_file: KeyFile, place: Path) -> None:
    """Raises SealingError if the set is not of the portal and by the signing key that a key file names."""
    if key_file.portal and key_file.portal != found.portal:
        raise SealingError(f"{place} was made for another portal")
    if not key_file.signed_by:
        raise SealingError(
            f"{place} does not say who signs the section; ask the provider for its signing key, 43 characters, by "
            "telephone or another channel you trust, and add it to the file as a line of its own: "
            f'"# Signing key: ..." (this set is signed by {found.signed_by})'
        )
    if key_file.signed_by != found.signed_by:
        raise SealingError(
            f"this set is signed by {found.signed_by}, and {place} names {key_file.signed_by}: somebody else has made "
            "it, or the provider has a new signing key. Ask the provider, by telephone or another channel you trust; "
            'only if it confirms the new key, write that into the line "# Signing key:" of the file'
        )


@dataclass(frozen=True)
class _Memory:
    """The highest serial that was opened of each ``subject``, in a file of this user.

    The subject is portal and signing key, since another signing key begins a history of its own.
    """

    file: Path
    subject: str

    def serial(self) -> int:
        """The highest serial; 0 if none is known. Raises SealingError if the file is damaged."""
        return self._known().get(self.subject, 0)

    def keep(self, serial: int) -> None:
        """Remembers a serial, if it is higher than the one known."""
        known = self._known()
        if serial > known.get(self.subject, 0):
            data = json.dumps({**known, self.subject: serial}, indent=1)
            write_bytes(self.file, f"{data}\n".encode(), mode=0o600)

    def _known(self) -> dict[str, int]:
        try:
            known = json.loads(self.file.read_bytes())
            return {str(subject): int(serial) for subject, serial in known.items()}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            raise SealingError(
                f"{self.file}, which says how new the sets were that were opened here, is damaged; remove it if you "
                "know that this set is the newest"
            ) from None
