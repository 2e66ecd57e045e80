"""The section for downstream providers: sealed from the private folder, and compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.checking import valid_content
from gpai_portal.codes import Code
from gpai_portal.errors import Problem, Report, SealingError
from gpai_portal.gate.folders import ProviderFolders, read_provider_folders
from gpai_portal.gate.private_files import locked
from gpai_portal.gate.reading import read_private
from gpai_portal.gate.state import SectionState, read_state, write_state
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import Sealed, begin, seal
from gpai_portal.sealing.sets import Recovery, SealedSet, recover


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
    cannot be carried on, UsageError if a folder or the recovery key is missing. Then the old set stays.
    """
    with locked(private):
        folders = read_provider_folders(content, private, day)
        recovery = folders.private.recovery()
        old = read_sealed(folders.sealed)
        state = _carried_over(old, recovery, read_state(folders.private.folder))
        if old and day.isoformat() < old.sealed:
            raise SealingError(
                f"content/sealed is of {old.sealed}; a seal as of an earlier day could let in who has left"
            )
        readers = [recipient.key for recipient in folders.private.recipients.with_access(day)]
        payloads = folders.documentation(language).payloads(state.object_id)
        done = seal(folders.sealed, old, state, payloads, readers, recovery, day, new_epoch=new_epoch)
        write_state(folders.private.folder, SectionState(state.portal, done.set.epoch, state.id_key))
    return SealedSection(done, len(readers), folders.warnings)


def check_section(content: Path, private: Path, day: date, language: str) -> Report:
    """What is wrong with the private folder, and with the set that was sealed from it, as on a day. Writes nothing.

    If the private folder has no errors, also tries what a seal would do. Raises ContentError if the content has
    errors, SealingError for a document that cannot be rendered, a damaged set, or one that the recovery key does not
    open, UsageError if a folder or the recovery key is missing.
    """
    read = valid_content(content, day)
    hidden, report = read_private(private, read, day)
    if not report.errors:
        folders = ProviderFolders(read, hidden, day, len(report.warnings))
        report.add(check_recipients(folders))
        folders.documentation(language).require_renderable()
    return report


def check_recipients(folders: ProviderFolders) -> list[Problem]:
    """A problem if the sealed set lets in others than those who have access on the day; none before the first seal.

    Raises SealingError for a damaged set, or one that the recovery key does not open, UsageError if that is missing.
    """
    found, recovery = read_sealed(folders.sealed), folders.private.recovery()
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
    if known and known.epoch > state.epoch:
        raise SealingError(
            f"content/sealed is of epoch {state.epoch}, and epoch {known.epoch} was sealed already; restore the "
            "newer one from the repository's history, or remove content/sealed and run: gpai-portal seal"
        )
    return state
