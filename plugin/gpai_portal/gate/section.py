"""Seals for downstream providers what the private folder holds, and says whether a sealed set is of today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.gate.folders import ProviderFolders
from gpai_portal.names import STATE
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import Sealed, begin, seal
from gpai_portal.sealing.sets import Recovery, SealedSet, recover


def seal_section(folders: ProviderFolders, language: str, *, new_epoch: bool = False) -> Sealed:
    """Seals everything for downstream providers, for the recipients that have access on the day."""
    private = folders.private
    recovery = private.recovery()
    old = read_sealed(folders.sealed)
    state = _state(old, recovery, private.folder / STATE)
    readers = [r.key for r in private.recipients.entries if r.has_access(folders.day)]
    if old and folders.day.isoformat() < old.sealed:
        raise SealingError(f"content/sealed is of {old.sealed}; a seal as of an earlier day could let in who has left")
    payloads = folders.documentation(language).payloads(state.object_id)
    done = seal(folders.sealed, old, state, payloads, readers, recovery, folders.day, new_epoch=new_epoch)
    known = {"portal": state.portal, "epoch": done.set.epoch, "id_key": state.id_key.hex()}
    write_bytes(private.folder / STATE, (json.dumps(known) + "\n").encode(), mode=0o600)
    return done


def stale(folders: ProviderFolders) -> str:
    """What the sealed set says otherwise than the list of recipients does, in words; empty if nothing."""
    found, recovery = read_sealed(folders.sealed), folders.private.recovery()
    if found is None:
        return ""
    inside = recover(found, recovery).recipients
    wanted = {r.key.fingerprint for r in folders.private.recipients.entries if r.has_access(folders.day)}
    parts = [
        f"{len(keys)} {what}"
        for keys, what in ((inside - wanted, "whose access has ended"), (wanted - inside, "who cannot open it yet"))
        if keys
    ]
    return f"the sealed set is not of today; recipients: {', '.join(parts)}; run: gpai-portal seal" if parts else ""


def portal_id(private: Path, sealed: Path) -> str:
    """The id that requests must name; empty before the first seal."""
    known = _known(private / STATE)
    if known:
        return str(known["portal"])
    found = read_sealed(sealed)
    return found.portal if found else ""


def _state(old: SealedSet | None, recovery: Identity, file: Path) -> Recovery:
    """What is carried over from the last seal. Raises SealingError if the set is older than the last one."""
    known = _known(file)
    if old is None:
        if known is None:
            return begin()
        return Recovery(known["portal"], bytes.fromhex(known["id_key"]), known["epoch"], b"", frozenset())
    state = recover(old, recovery)
    if known and known["portal"] != state.portal:
        raise SealingError("content/sealed belongs to another portal than the private folder")
    if known and known["epoch"] > state.epoch:
        raise SealingError(
            f"content/sealed is of epoch {state.epoch}, and epoch {known['epoch']} was sealed already; restore the "
            "newer one from the repository's history, or remove content/sealed and run: gpai-portal seal"
        )
    return state


def _known(file: Path) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        bytes.fromhex(known["id_key"])
        return {"portal": str(known["portal"]), "epoch": int(known["epoch"]), "id_key": str(known["id_key"])}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise SealingError(f"{file} is damaged; restore it from a backup, or remove it") from None
