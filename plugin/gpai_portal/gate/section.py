"""The gated section from the owner's side: seal what the private folder holds, open what was sealed."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.checking import check
from gpai_portal.content.folder import MAX_BYTES, PLACES, Content
from gpai_portal.errors import ContentError, SealingError
from gpai_portal.files import write_bytes
from gpai_portal.gate.books import NOT_PUBLIC
from gpai_portal.gate.documentation import Documentation, documentation
from gpai_portal.gate.private import HEAD, LEDGER, RECOVERY_KEY, STATE, Private, checked
from gpai_portal.gate.recipients import FILE
from gpai_portal.git import git
from gpai_portal.sealing.keys import SECRET_MARK, Identity
from gpai_portal.sealing.sets import MANIFEST, Recovery, Sealed, SealedSet, begin, read_sealed, recover, seal
from gpai_portal.site.portal import SEALED

_PRIVATE_NAMES = frozenset({FILE, RECOVERY_KEY, LEDGER, *(f"{kind}.yaml" for place in PLACES for kind in place)})
_SECRET = re.compile(rb"%s[A-Z0-9-]+:[A-Za-z0-9_-]{43}" % SECRET_MARK.encode())
_AUDIENCE = re.compile(rb"\b(?:DPs|AIO|NCAs)\b")


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
    if old and owner.day.isoformat() < old.sealed:
        raise SealingError(f"content/sealed is of {old.sealed}; a seal as of an earlier day could let in who has left")
    payloads = owner.documentation(language).payloads(state.object_id)
    done = seal(owner.sealed, old, state, payloads, readers, recovery, owner.day, new_epoch=new_epoch)
    known = {"portal": state.portal, "epoch": done.set.epoch, "id_key": state.id_key.hex()}
    write_bytes(private.folder / STATE, (json.dumps(known) + "\n").encode(), mode=0o600)
    return done


def stale(owner: Owner) -> str:
    """What the sealed set says otherwise than the list of recipients does, in words; empty if nothing."""
    found, recovery = read_sealed(owner.sealed), owner.private.recovery()
    if found is None:
        return ""
    inside = recover(found, recovery).recipients
    wanted = {r.key.fingerprint for r in owner.private.roster.recipients if r.has_access(owner.day)}
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
    newest = last_epoch(sealed)
    if sealed.epoch < newest:
        raise SealingError(
            f"content/sealed is of epoch {sealed.epoch}, older than epoch {newest} in the repository's history: it "
            "would let in somebody whose access has ended; restore the newer one, or run: gpai-portal seal"
        )


def refuse_private(folders: Iterable[Path]) -> None:
    """Refuses what MkDocs would publish from a folder though it belongs into the private one.

    A file is known by its name among the documents of a portal, by a head that names its readers, or by the mark
    of a key file, of an opened document or of a package. Links are refused as well, since MkDocs follows them to
    any place. Raises SealingError.
    """
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_symlink():
                raise SealingError(
                    f"{file} is a symbolic link, and MkDocs would publish what it leads to; take it away"
                )
            if file.is_file() and _is_private(file):
                raise SealingError(
                    f"{file} belongs into the private folder, and MkDocs would publish it; take it out of there"
                )


def _is_private(file: Path) -> bool:
    if file.name in _PRIVATE_NAMES:
        return True
    with file.open("rb") as opened:
        raw = opened.read(MAX_BYTES)
        opened.seek(max(opened.tell(), file.stat().st_size - len(NOT_PUBLIC)))  # the mark of an archive is its end
        raw += opened.read()
    head = HEAD.match(raw.removeprefix(BOM_UTF8)) if file.suffix == ".md" else None
    read_by = head and b"audience" in head[1] and _AUDIENCE.search(head[1])
    return bool(read_by or _SECRET.search(raw) or NOT_PUBLIC in raw)


def is_shallow(folder: Path) -> bool:
    """Whether the history of the repository around a folder was cut off when it was fetched."""
    return git(folder, "rev-parse", "--is-shallow-repository") == b"true\n"


def last_epoch(sealed: SealedSet) -> int:
    """The highest epoch of the portal that the history of the repository knows; 0 where there is none, or no git.

    A set that went back to an older state, for example by a revert or a merge, lets somebody in whose access has
    ended.
    """
    commits = git(sealed.folder, "log", "--full-history", "--format=%H:./" + MANIFEST, "--", MANIFEST) or b""
    manifests = git(sealed.folder, "cat-file", "--batch", stdin=commits) or b""
    epochs = re.findall(rb'"portal": "%s", "epoch": (\d+)' % sealed.portal.encode(), manifests)
    return max(map(int, epochs), default=0)
