"""What a build refuses to publish: one place for all of its refusals."""

from __future__ import annotations

import mmap
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.codes import Code, Severity
from gpai_portal.documents import all_kinds
from gpai_portal.errors import Problem, RecordError, SealingError, UsageError
from gpai_portal.limits import MAX_BYTES
from gpai_portal.names import HEAD, LEDGER, NOT_PUBLIC, RECOVERY_KEY
from gpai_portal.packed import Data, TooMuchPackedError, layers
from gpai_portal.sealing.keys import SECRET_MARK
from gpai_portal.sealing.policy import require_publishable
from gpai_portal.site.portal import Portal
from gpai_portal.steps import steps

#: What no published file may hold: a key of this portal, a private key to sign with, the mark of a private document.
_MARKS = (SECRET_MARK.encode(), b" PRIVATE KEY-----", NOT_PUBLIC)
_PRIVATE = re.compile(
    rb"%s\s*[A-Z0-9-]+\s*:\s*[\w-]{43}|-BEGIN (?:[A-Z0-9]+ )?PRIVATE KEY-----(?:\s|\\[rn])+[A-Za-z0-9+/]{40}|%s"
    % (SECRET_MARK.encode(), re.escape(NOT_PUBLIC))
)
#: Where a file begins in a ZIP archive; the mark of one in a tar archive, whose name lies 257 bytes before it.
_ZIPPED = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_TARRED = re.compile(rb"ustar")
#: Bytes that are searched at a time, and how many of them again with the next ones: no mark is longer, as UTF-32.
_PIECE = 1 << 20
_OVERLAP = 1 << 10
_AUDIENCE = re.compile(rb"\b(?:DPs|AIO|NCAs)\b")


@dataclass(frozen=True)
class Rules:
    """What a provider demands of a build.

    ``sealed_by``: the signing key that a sealed set has to be signed by. ``strict_publication``: everything is
    published as it stands. ``require_sealed``: there is a sealed set. ``require_post_quantum``: no recipient has a key
    that is not post-quantum.
    """

    sealed_by: str = ""
    strict_publication: bool = False
    require_sealed: bool = False
    require_post_quantum: bool = False


def open_portal(
    folder: Path,
    as_of: date,
    language: str,
    *further: str,
    rules: Rules = Rules(),
    site_url: str = "",
) -> Portal:
    """The portal of a content folder, if it may be published, in a language and in ``further`` ones.

    Raises what ``Portal.load`` raises, SealingError for a sealed set that must not be published, RecordError for
    drafts where none are allowed.
    """
    portal = Portal.load(folder, as_of, language, site_url, further=further)
    require_publishable(
        portal.sealed,
        sealed_by=rules.sealed_by,
        require_sealed=rules.require_sealed,
        require_post_quantum=rules.require_post_quantum,
    )
    if rules.strict_publication:
        _require_published(portal)
    return portal


def _require_published(portal: Portal) -> None:
    """Raises RecordError for what is not published as it stands, and says what to do about it."""
    open_ = portal.disclosures.drafts
    if unpublished := sorted(portal.unpublished, key=lambda key: (key in open_, key)):
        first = unpublished[0]
        what = f"{len(unpublished)} document(s) are not published as they stand, first {first}"
        todo = "gpai-portal publish" if first not in open_ else "gpai-portal check, and answer what is open"
        left = f"; publish leaves out {len(open_)} of them until no field is open (gpai-portal check)" if open_ else ""
        raise RecordError(f"strict_publication: {what}; run: {todo}{left}")


def refuse_private(folder: Path, copied: Sequence[Path]) -> list[Problem]:
    """Refuses what a builder would publish, by copying, of what belongs into the private or the content folder.

    ``folder`` is the content folder, ``copied`` are those that a builder copies into the site as they are, the one for
    pages first. A private file is known by its name among the documents of a portal, by a head that names its readers,
    or by the mark of a key, of an opened document or of a package: in any encoding, and packed as well. Links are
    refused too, since MkDocs follows them to any place. Returns which files were not searched to their end. Raises
    UsageError where the pages hold the content, SealingError for a private file or a link.
    """
    if copied and copied[0].resolve() in (folder.resolve(), *folder.resolve().parents):
        raise UsageError(
            f"docs_dir ({copied[0]}) holds the content folder, so MkDocs would publish its files; set docs_dir to a "
            "folder of its own, for example content/pages"
        )
    unread = []
    for place in copied:
        for file in sorted(place.rglob("*")):
            if file.is_symlink():
                raise SealingError(
                    f"{file} is a symbolic link, and MkDocs would publish what it leads to; take it away"
                )
            try:
                private = file.is_file() and _is_private(file)
            except TooMuchPackedError:
                advice = "unpack it, or make sure that nothing private is packed in it"
                unread.append(
                    Problem(
                        Code.UNREAD,
                        str(file),
                        "more is packed in it than is searched for something private",
                        advice,
                        severity=Severity.WARNING,
                    )
                )
                continue
            if private:
                raise SealingError(
                    f"{file} belongs into the private folder, and MkDocs would publish it; take it out of there"
                )
    return unread


def refuse_keys(site: Path) -> None:
    """Raises SealingError for a built site, whoever wrote it, with a key or the mark of a private document in it."""
    for file in steps(sorted(site.rglob("*")), "searching files"):
        if file.is_file() and _is_marked(file):
            raise SealingError(f"{file} holds a secret key or a private document; take it away, and do not publish it")


def _is_private(file: Path) -> bool:
    if _has_private_name(file.name) or _is_marked(file):
        return True
    with file.open("rb") as opened:
        try:
            whole = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # it is empty
            return False
        with whole:
            return any(
                _PRIVATE.search(layer) or _names_readers(layer) or any(map(_has_private_name, _members(layer)))
                for layer in layers(whole)
            )


def _has_private_name(name: str) -> bool:
    base = name.rpartition("/")[2].lower()
    return base in {RECOVERY_KEY, LEDGER, *(f"{kind.name}.yaml" for kind in all_kinds())}


def _members(layer: Data) -> Iterator[str]:
    """Names of the files in the bytes of an archive."""
    for match in _ZIPPED.finditer(layer):
        yield layer[match.end() : match.end() + int.from_bytes(match[1], "little")].decode(errors="replace")
    for match in _TARRED.finditer(layer):
        name = layer[max(match.start() - 257, 0) : max(match.start() - 157, 0)]
        yield name.partition(b"\0")[0].decode(errors="replace")


def _is_marked(file: Path) -> bool:
    """Whether a file holds a mark, wherever in it; as UTF-16 or UTF-32, a mark has zeros between its letters."""
    with file.open("rb") as opened:
        before = b""
        while piece := opened.read(_PIECE):
            text = (before + piece).translate(None, b"\0")
            if any(mark in text for mark in _MARKS) and _PRIVATE.search(text):
                return True
            before = (before + piece)[-_OVERLAP:]
    return False


def _names_readers(layer: Data) -> bool:
    """Whether the bytes begin like a document of the private folder, which says whom it is for."""
    head = HEAD.match(layer[:MAX_BYTES].removeprefix(BOM_UTF8))
    return bool(head and b"audience" in head[1] and _AUDIENCE.search(head[1]))
