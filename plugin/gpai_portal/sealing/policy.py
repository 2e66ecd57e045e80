"""Which sealed sets a build may publish."""

from __future__ import annotations

import re
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.git import git
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.sets import SealedSet


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
