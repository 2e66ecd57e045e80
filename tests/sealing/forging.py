"""What somebody can do to a set who can write the folder it lies in, with or without a key to sign it by."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.signing import sign

HEAD = ("format", "signed_by", "signature")


def serial_of(folder: Path) -> int:
    """The serial of a set."""
    return int(fields_of(folder)["serial"])


def fields_of(folder: Path) -> dict[str, Any]:
    """The fields of a manifest without those of its first line."""
    fields = json.loads((folder / MANIFEST).read_bytes())
    return {name: value for name, value in fields.items() if name not in HEAD}


def rewrite(folder: Path, recovery: Identity, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the fields of a manifest, and signs it anew."""
    fields = fields_of(folder)
    change(fields)
    (folder / MANIFEST).write_bytes(sign(recovery, fields))


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the fields of a manifest, and leaves the signature as it was."""
    first, _, _ = (folder / MANIFEST).read_bytes().partition(b"\n")
    fields = fields_of(folder)
    change(fields)
    (folder / MANIFEST).write_bytes(first + b"\n" + json.dumps(fields)[1:].encode() + b"\n")
