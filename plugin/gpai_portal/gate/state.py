"""What the private folder remembers of the sealed section between two seals: the file ``section.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.files import write_bytes
from gpai_portal.names import STATE
from gpai_portal.sealing.manifest import read_sealed


@dataclass(frozen=True)
class SectionState:
    """Id of the portal, serial and epoch of the last seal, and the key that makes the ids of objects."""

    portal: str
    serial: int
    epoch: int
    id_key: bytes = field(repr=False)


def read_state(private: Path) -> SectionState | None:
    """What the last seal wrote; None before the first one. Raises SealingError if the file is damaged."""
    file = private / STATE
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        # Sets had no serial before they were signed.
        serial, epoch = int(known.get("serial", 0)), int(known["epoch"])
        return SectionState(str(known["portal"]), serial, epoch, bytes.fromhex(known["id_key"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise SealingError(f"{file} is damaged; restore it from a backup, or remove it") from None


def write_state(private: Path, state: SectionState) -> None:
    """Replaces the file; only the user of this machine may read it."""
    known = {"portal": state.portal, "serial": state.serial, "epoch": state.epoch, "id_key": state.id_key.hex()}
    write_bytes(private / STATE, (json.dumps(known) + "\n").encode(), mode=0o600)


def portal_id(private: Path, sealed: Path) -> str:
    """The id that requests must name, from the private folder, else from the sealed set; empty before the first seal.

    Raises SealingError if one of the two is damaged.
    """
    if known := read_state(private):
        return known.portal
    found = read_sealed(sealed)
    return found.portal if found else ""
