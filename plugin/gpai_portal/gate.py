"""The gated section from the owner's side: seal what the private folder holds, open what was sealed."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.checking import check
from gpai_portal.content import MAX_BYTES, PLACES, Content
from gpai_portal.downstream import Documentation, documentation
from gpai_portal.errors import ContentError, SealingError
from gpai_portal.files import write_bytes
from gpai_portal.keys import SECRET_MARK, Identity
from gpai_portal.portal import SEALED
from gpai_portal.private import LEDGER, RECOVERY_KEY, STATE, Private, checked
from gpai_portal.recipients import FILE
from gpai_portal.sealing import MANIFEST, Recovery, Sealed, SealedSet, begin, read_sealed, recover, seal

_PRIVATE_NAMES = frozenset({FILE, RECOVERY_KEY, LEDGER, *(f"{kind}.yaml" for place in PLACES for kind in place)})
_SECRET = re.compile(rb"%s[A-Z0-9-]+:[A-Za-z0-9_-]{43}" % SECRET_MARK.encode())
#: A head whose ``audience`` names readers of the Form, in one line or as a list.
_HEAD = re.compile(
    rb"\A---[ \t]*\r?\n(?:(?!---).*\n)*?"
    rb"audience:[ \t]*(?:\[[ \t]*|\r?\n[ \t]*-[ \t]*)?['\"]?(?:DPs|AIO|NCAs)\b"
)


@dataclass(frozen=True)
class Owner:
    """Content and private folder, both without errors, as on a day."""

    content: Content
    private: Private
    day: date

    @property
    def sealed(self) -> Path:
        return self.content.folder / SEALED

    def documentation(self, language: str) -> Documentation:
        """What downstream providers get."""
        return documentation(self.content, self.private, self.day, language)


def owner(content: Path, private: Path, day: date) -> Owner:
    """Raises ContentError or SealingError, with every problem, if either folder has errors."""
    read, report = check(content, day)
    if report.errors:
        raise ContentError(report)
    return Owner(read, checked(private, read, day), day)


def seal_section(owner: Owner, language: str, *, new_epoch: bool = False) -> Sealed:
    """Seals everything for downstream providers, for the recipients that have access on the day."""
    private = owner.private
    recovery = private.recovery()
    old = read_sealed(owner.sealed)
    state = _state(old, recovery, private.folder / STATE)
    readers = [r.key for r in private.roster.recipients if r.has_access(owner.day)]
    payloads = owner.documentation(language).payloads(state.object_id)
    done = seal(owner.sealed, old, state, payloads, readers, recovery, owner.day, new_epoch=new_epoch)
    known = {"portal": state.portal, "epoch": done.set.epoch, "id_key": state.id_key.hex()}
    write_bytes(private.folder / STATE, (json.dumps(known) + "\n").encode(), mode=0o600)
    return done


def portal_id(private: Private, sealed: Path) -> str:
    """The id that requests must name; empty before the first seal."""
    known = _known(private.folder / STATE)
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
        return {"portal": str(known["portal"]), "epoch": int(known["epoch"]), "id_key": str(known["id_key"])}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise SealingError(f"{file} is damaged; restore it from a backup, or remove it") from None


def admit(sealed: SealedSet | None, *, require_sealed: bool, require_post_quantum: bool) -> None:
    """Whether a set may be published. Raises SealingError if the owner's rules or the repository's history say no."""
    if sealed is None:
        if require_sealed:
            raise SealingError("require_sealed is set and there is no sealed set; run: gpai-portal seal")
        return
    if require_post_quantum and not sealed.post_quantum:
        raise SealingError(
            "require_post_quantum is set and a recipient of the sealed set has a key of type X25519; revoke it, ask "
            "for a new request, and run: gpai-portal seal"
        )
    newest = last_epoch(sealed.folder)
    if sealed.epoch < newest:
        raise SealingError(
            f"content/sealed is of epoch {sealed.epoch}, older than epoch {newest} in the repository's history: it "
            "would let in somebody whose access has ended; restore the newer one, or run: gpai-portal seal"
        )


def misplaced(folders: Iterable[Path]) -> Path | None:
    """The first file in a public folder that belongs into the private one or is a secret key; None if there is none.

    A file is known by its name among the documents of a portal, by a head that names its readers, or by the mark
    of a key file.
    """
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if not file.is_file():
                continue
            if file.name in _PRIVATE_NAMES:
                return file
            if file.stat().st_size < MAX_BYTES:
                raw = file.read_bytes()
                if _SECRET.search(raw) or (file.suffix == ".md" and _HEAD.match(raw)):
                    return file
    return None


def last_epoch(sealed: Path) -> int:
    """The highest epoch that the history of the repository knows; 0 where there is none, or no git.

    A set that went back to an older state, for example by a revert, lets somebody in whose access has ended.
    """
    command = ["git", "-C", str(sealed), "log", "--format=%H", "--", MANIFEST]
    epochs = [0]
    try:
        commits = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
        for commit in commits[:50]:
            show = ["git", "-C", str(sealed), "show", f"{commit}:./{MANIFEST}"]
            shown = subprocess.run(show, capture_output=True, check=False)  # noqa: S603
            if shown.returncode == 0:
                epochs.append(int(json.loads(shown.stdout)["epoch"]))
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError, TypeError):
        return max(epochs)
    return max(epochs)
