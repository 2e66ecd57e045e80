"""A new recovery key, and with it a new signing key: after a loss, after a theft, or as planned."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.gate.private_files import locked
from gpai_portal.gate.state import read_state, write_state
from gpai_portal.names import RECOVERY_KEY
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.signing import signing_key


@dataclass(frozen=True)
class NewRecoveryKey:
    """What was done: the new public signing key, where the old key lies now, and whether the section keeps its id.

    ``kept`` is None if there was no old key. Without ``same_portal`` the next seal makes a section that the key files
    of recipients are not for.
    """

    signing_key: str
    kept: Path | None
    same_portal: bool


def new_recovery_key(private: Path, day: date) -> NewRecoveryKey:
    """Puts a new recovery key into the private folder; the old one, if it is there, stays beside it under another name.

    Id, serial and epoch of the section go on, so that recipients keep their keys. The key that makes the ids of objects
    is new, because whoever has the old recovery key knows the old one. Raises UsageError if there is no such folder or
    the key was replaced on this day already, SealingError if ``section.json`` is damaged.
    """
    with locked(private):
        folder = private.resolve()
        state = read_state(folder)
        place, kept = folder / RECOVERY_KEY, folder / f"recovery-until-{day.isoformat()}.key"
        if kept.exists():
            raise UsageError(f"{kept} is already there: the key was replaced today; nothing was written")
        identity = Identity.generate()
        had_one = place.exists()
        if had_one:
            write_bytes(kept, place.read_bytes(), mode=0o600)
        if state:
            write_state(folder, replace(state, id_key=secrets.token_bytes(32)))
        write_bytes(place, identity.to_text(day.isoformat()).encode(), mode=0o600)
    return NewRecoveryKey(signing_key(identity), kept if had_one else None, state is not None)
