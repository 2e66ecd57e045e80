"""The section for downstream providers: sealed from the private folder, and compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.codes import Code
from gpai_portal.errors import Problem, Report, SealingError
from gpai_portal.gate.folders import ProviderFolders, read_provider_folders
from gpai_portal.gate.private_files import locked
from gpai_portal.gate.reading import read_private
from gpai_portal.gate.state import SectionState, read_state, write_state
from gpai_portal.publication.kept import checked
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.policy import last_serial
from gpai_portal.sealing.seal import Sealed, begin, seal
from gpai_portal.sealing.sets import Recovery, SealedSet, recover
from gpai_portal.sealing.signing import signing_key


@dataclass(frozen=True)
class SealedSection:
    """What a seal did, how many recipients can open the set, and how many warnings the private folder has."""

    sealed: Sealed
    recipients: int
    warnings: int


def seal_section(content: Path, private: Path, day: date, language: str, *, new_epoch: bool = False) -> SealedSection:
    """Seals everything for downstream providers into the content folder, for the recipients with access on the day.

    ``language`` is that of the interface in the documents; ``new_epoch`` begins a new epoch although nobody was taken
    out. Raises ContentError or SealingError if one of the folders has errors, SealingError if the set that lies there
    cannot be carried on, UsageError if a folder or the recovery key is missing, or git does not tell the history of the
    set. Then the old set stays.
    """
    with locked(private):
        folders = read_provider_folders(content, private, day)
        recovery = folders.private.recovery()
        old = _own_set(folders.sealed, recovery)
        known = read_state(folders.private.folder)
        state = _carried_over(old, recovery, known)
        if old and day.isoformat() < old.sealed:
            raise SealingError(
                f"content/sealed is of {old.sealed}; a seal as of an earlier day could let in who has left"
            )
        readers = [recipient.key for recipient in folders.private.recipients.with_access(day)]
        payloads = folders.documentation(language).payloads(state.object_id)
        # A set of an earlier serial is refused by builds and readers, so none may get a serial twice.
        last = max(known.serial if known else 0, last_serial(folders.sealed, state.portal, signing_key(recovery)))
        done = seal(folders.sealed, old, state, payloads, readers, recovery, day, last=last, new_epoch=new_epoch)
        write_state(folders.private.folder, SectionState(state.portal, done.set.serial, done.set.epoch, state.id_key))
    return SealedSection(done, len(readers), folders.warnings)


def check_section(content: Path, private: Path, day: date, language: str) -> Report:
    """What is wrong with content and private folder, and with the set sealed from them, as on a day. Writes nothing.

    If neither folder has errors, and the private one no open fields, also tries what a seal would do. Raises
    SealingError for a document that cannot be rendered, a damaged set, or one that the recovery key does not open,
    UsageError if a folder or the recovery key is missing, RecordError if the records do not hold.
    """
    read, of_content = checked(content, day)
    report = Report(of_content.errors)
    if report.errors:
        return report
    hidden, of_private = read_private(private, read, day)
    report.add(of_private)
    if not (report.errors or report.todo):
        folders = ProviderFolders(read, hidden, day, len(report.warnings))
        report.add(check_recipients(folders))
        folders.documentation(language).require_renderable()
    return report


def check_recipients(folders: ProviderFolders) -> list[Problem]:
    """A problem if the sealed set lets in others than those who have access on the day; none before the first seal.

    Raises SealingError for a damaged set, or one that the recovery key does not open, UsageError if that is missing.
    """
    recovery = folders.private.recovery()
    found = _own_set(folders.sealed, recovery)
    if found is None:
        return []
    inside = recover(found, recovery).recipients
    wanted = {recipient.key.fingerprint for recipient in folders.private.recipients.with_access(folders.day)}
    parts = [
        f"{len(keys)} {what}"
        for keys, what in ((inside - wanted, "whose access has ended"), (wanted - inside, "who cannot open it yet"))
        if keys
    ]
    if not parts:
        return []
    message = f"the sealed set is not of today; recipients: {', '.join(parts)}"
    place = folders.content.relative(folders.sealed)
    return [Problem(Code.NOT_SEALED, place, message, "run: gpai-portal seal")]


def _own_set(sealed: Path, recovery: Identity) -> SealedSet | None:
    """The set that lies in a folder; None if there is none. Raises SealingError if the recovery key did not sign it."""
    found = read_sealed(sealed)
    if found and found.signed_by != signing_key(recovery):
        raise SealingError(
            f"content/sealed is signed by {found.signed_by}, which is not the signing key of this recovery key; if the "
            "recovery key is a new one, remove content/sealed and run: gpai-portal seal; else restore content/sealed "
            "from the repository's history"
        )
    return found


def _carried_over(old: SealedSet | None, recovery: Identity, known: SectionState | None) -> Recovery:
    """The state that the next seal begins with, from the set that lies there and from what the private folder knows.

    Raises SealingError if the set is not the one that was sealed last.
    """
    if old is None:
        if known is None:
            return begin()
        # The set was taken away: ids of portal and objects stay, and the next seal begins a new epoch.
        return Recovery(known.portal, known.id_key, known.epoch, b"", frozenset())
    state = recover(old, recovery)
    if known and known.portal != state.portal:
        raise SealingError("content/sealed belongs to another portal than the private folder")
    if known and known.serial > old.serial:
        raise SealingError(
            f"content/sealed is serial {old.serial}, and serial {known.serial} was sealed already; restore the newer "
            "one from the repository's history, or remove content/sealed and run: gpai-portal seal"
        )
    return state
