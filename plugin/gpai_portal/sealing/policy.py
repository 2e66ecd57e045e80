"""Which sealed sets a build may publish."""

from __future__ import annotations

import re
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.git import git
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.sets import SealedSet


def require_publishable(sealed: SealedSet | None, *, require_sealed: bool, require_post_quantum: bool) -> None:
    """Raises SealingError, with what to do, for a set that a build must not publish.

    ``require_sealed`` refuses that there is none (``sealed`` is None), ``require_post_quantum`` a recipient's key of
    type X25519; both are settings of the build. An older epoch than the repository's history knows is always refused.
    """
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


def is_shallow(folder: Path) -> bool:
    """Whether the repository around a folder holds a part of its history only, as after ``git clone --depth``.

    False where there is no repository.
    """
    return git(folder, "rev-parse", "--is-shallow-repository") == b"true\n"


def last_epoch(sealed: SealedSet) -> int:
    """The highest epoch that a manifest of the same portal ever had in the history of the repository around the set.

    0 where there is no repository or no git. A set of a lower epoch, as after a revert or a merge, would let in
    somebody whose access has ended.
    """
    commits = git(sealed.folder, "log", "--full-history", "--format=%H:./" + MANIFEST, "--", MANIFEST) or b""
    manifests = git(sealed.folder, "cat-file", "--batch", stdin=commits) or b""
    epochs = re.findall(rb'"portal": "%s", "epoch": (\d+)' % sealed.portal.encode(), manifests)
    return max(map(int, epochs), default=0)
