"""Which sealed sets a build may publish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.git import git, has_commits
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.sealing.signing import read_signed


def require_publishable(
    sealed: SealedSet | None, *, sealed_by: str, require_sealed: bool, require_post_quantum: bool
) -> None:
    """Raises SealingError, with what to do, for a set that a build must not publish.

    ``sealed_by`` is the signing key that the set has to be signed by. ``require_sealed`` refuses that there is none
    (``sealed`` is None), ``require_post_quantum`` a recipient's key of type X25519. All are settings of the build. A
    set that is older than one in the repository's history is always refused. Raises UsageError if git does not tell.
    """
    if sealed is None:
        if require_sealed:
            raise SealingError("require_sealed is set and there is no sealed set; run: gpai-portal seal")
        return
    if not sealed_by:
        raise SealingError(
            "nothing says who must have signed content/sealed; if this is the key that gpai-portal seal printed, add "
            f"it to the options of the plugin gpai-portal in mkdocs.yml: sealed_by: {sealed.signed_by} "
            "(gpai-portal render takes it as --sealed-by)"
        )
    if sealed.signed_by != sealed_by:
        raise SealingError(
            f"content/sealed is signed by {sealed.signed_by}, and not by {sealed_by}, which sealed_by in mkdocs.yml "
            "names: somebody else has made it, or the recovery key is a new one; if gpai-portal seal printed the other "
            "key, write that into mkdocs.yml, else restore content/sealed from the repository's history"
        )
    if require_post_quantum and not sealed.post_quantum:
        raise SealingError(
            "require_post_quantum is set and a recipient of the sealed set has a key of type X25519; revoke it, ask "
            "for a new request, and run: gpai-portal seal"
        )
    history = _history(sealed.folder, sealed.portal, sealed_by)
    newest = max(history.values(), default=0)
    if sealed.serial < newest:
        raise SealingError(
            f"content/sealed is serial {sealed.serial}, older than serial {newest} in the repository's history: it "
            "could let in somebody whose access has ended, and readers who saw the newer one refuse it; restore the "
            "newer one, or run: gpai-portal seal"
        )
    here = (sealed.folder / MANIFEST).read_bytes()
    if any(serial == sealed.serial and raw != here for raw, serial in history.items()):
        raise SealingError(
            f"content/sealed is serial {sealed.serial}, and the repository's history has another set with this serial, "
            "as when two branches were sealed: nobody could tell which is the newer one; run: gpai-portal seal "
            "--new-epoch"
        )


def is_shallow(folder: Path) -> bool:
    """Whether the repository around a folder holds a part of its history only, as after ``git clone --depth``.

    False where there is no repository. Raises UsageError if git does not tell.
    """
    return git(folder, "rev-parse", "--is-shallow-repository") == b"true\n"


def last_serial(folder: Path, portal: str, signed_by: str) -> int:
    """The highest serial of a portal in the history of the repository around the folder of its sealed set.

    0 where there is no repository. The folder itself need not be there. Raises UsageError if git does not tell.
    """
    return max(_history(folder, portal, signed_by).values(), default=0)


def _history(folder: Path, portal: str, signed_by: str) -> dict[bytes, int]:
    """Serial of each manifest of a portal in the history of a folder, by its bytes.

    Manifests that are not signed by the key, which anybody could have put there, do not count.
    """
    around = folder.parent
    if not has_commits(around):
        return {}
    manifest = f"{folder.name}/{MANIFEST}"
    commits = git(around, "log", "--full-history", f"--format=%H:./{manifest}", "--", manifest) or b""
    found = {}
    for raw in _blobs(git(around, "cat-file", "--batch", stdin=commits) or b""):
        try:
            data = read_signed(raw)
        except SealingError:
            continue
        serial = data.get("serial")
        if (data["signed_by"], data.get("portal")) == (signed_by, portal) and type(serial) is int:
            found[raw] = serial
    return found


def _blobs(said: bytes) -> Iterator[bytes]:
    """The objects in the output of ``git cat-file --batch``: a line with the size, then the object and a line feed.

    Where there is no object, a line stands alone and says why, such as "missing" or "submodule".
    """
    start = 0
    while start < len(said):
        end = said.index(b"\n", start)
        size, start = said[start:end].rpartition(b" ")[2], end + 1
        if size.isdigit():
            yield said[start : start + int(size)]
            start += int(size) + 1
