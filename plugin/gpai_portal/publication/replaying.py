"""Two branches that both published: the publications of the other one are recorded anew, behind one's own.

Both branches wrote the same number, and a merge cannot keep both. One's own records stay as they are; each record of
the other branch becomes a further one, with its reason, and with its day as far as the order of days allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.errors import RecordError, UsageError
from gpai_portal.files import PACKED, write_bytes
from gpai_portal.publication.history import records_of
from gpai_portal.publication.publishing import append, entry_of, finish, redact, refuse_same_label
from gpai_portal.publication.records import (
    FOLDER,
    Chain,
    Record,
    Revision,
    chain_of,
    has_conflict_marks,
    read_chain,
)
from gpai_portal.publication.snapshots import Snapshot


def replay(
    read: Callable[[], Mapping[str, Snapshot]], content: Path, ref: str, day: date, *, editorial: bool = False
) -> list[Record]:
    """Records behind one's own records, which lie in ``content``, what the branch or commit ``ref`` published.

    A document that both published is recorded as it is now, merged, with the last reason of the other branch; what
    the other one published alone is recorded as it stands there. Where the merge has touched records, they are put back
    as the commit checked out has them; then the content is ``read``, which may look at them. Raises UsageError if
    ``ref`` is no commit with further records, or its content is not merged, RecordError if one of both chains does not
    hold.
    """
    their_files = records_of(content, ref)
    theirs = _chain(their_files, content / FOLDER)
    ours = _restored(content, their_files)
    now = read()
    pairs = zip(ours.records, theirs.records, strict=False)
    base = next(
        (n for n, (a, b) in enumerate(pairs) if a.sha256 != b.sha256), min(len(ours.records), len(theirs.records))
    )
    done = {record.replays["sha256"] for record in ours.records if record.replays}
    new = [record for record in theirs.records[base:] if record.sha256 not in done]
    if not new:
        raise UsageError(f"{ref} has no record that is not among these")
    own = {record.number for record in ours.records[base:] if not record.replays}
    contested = {r.key for all_ in ours.revisions.values() for r in all_ if r.record in own}
    _refuse_unmerged(now, ours, [r for record in new for r in _published(theirs, record)], contested, ref)
    theirs.require(now)
    written = []
    for record in new:
        chain = finish(read_chain(content / FOLDER))
        about = max(record.day, chain.head.day) if chain.head else record.day
        if about > day or any(chain.records[n - 1].day != d for n, d in record.redates.items() if n <= base):
            raise UsageError(
                f"{record.file} of {ref} has or corrects a day after {day}; correct it here, with --redate"
            )
        changed = [
            snapshot
            for revision in _published(theirs, record)
            if (snapshot := _replayed(chain, theirs, revision, now, contested, their_files)) and chain.differs(snapshot)
        ]
        merged = [snapshot for snapshot in changed if snapshot.key in contested]
        refuse_same_label(chain, merged, editorial=editorial)
        replays = {"sha256": record.sha256, "date": record.day.isoformat()}
        if addresses := list(_still_there(chain, record, base)):
            written += redact(chain.folder, addresses, about, record.reason, replays=replays)
        else:
            entries = [entry_of(chain, snapshot, editorial=True) for snapshot in changed]
            written.append(append(chain, about, record.reason, entries, replays=replays))
    return written


def _chain(files: Mapping[str, bytes], folder: Path) -> Chain:
    return chain_of(sorted((name, raw) for name, raw in files.items() if _is_own(name, ".json")), folder)


def _is_own(name: str, *endings: str) -> bool:
    """Whether a file belongs to one branch; those under ``files/`` are named by their hash and serve both."""
    return "/" not in name and name.endswith(endings or (".json", ".sig", ".pem"))


def _restored(content: Path, their_files: Mapping[str, bytes]) -> Chain:
    """One's own chain, in the folder as it was before the merge."""
    folder = content / FOLDER
    for ref in ("HEAD", "HEAD^1"):  # a merge may be committed with the conflict in it
        files = records_of(content, ref)
        try:
            committed = _chain(files, folder)
            break
        except RecordError as error:
            broken = error
    else:
        raise broken
    try:
        there = read_chain(folder)
        if [r.sha256 for r in there.records[: len(committed.records)]] == [r.sha256 for r in committed.records]:
            their_own = {r.sha256 for r in _chain(their_files, folder).records} - {r.sha256 for r in committed.records}
            if not their_own & {r.sha256 for r in there.records}:
                return finish(there)
    except RecordError:
        pass  # that is what is mended here
    for path in (p for p in folder.glob("*") if _is_own(p.name) and p.name not in files):
        raw = path.read_bytes()
        if raw != their_files.get(path.name) and not has_conflict_marks(raw):
            raise UsageError(f"{path} is in none of both branches; commit it, or take it out of the folder")
        path.unlink()
    for name, raw in files.items():
        if _is_own(name):
            write_bytes(folder / name, raw)
    return finish(read_chain(folder))


def _published(chain: Chain, record: Record) -> Iterator[Revision]:
    """What a record published, as far as it was not erased since."""
    for revisions in chain.revisions.values():
        yield from (r for r in revisions if r.record == record.number and r.data is not None)


def _refuse_unmerged(
    now: Mapping[str, Snapshot], ours: Chain, new: list[Revision], contested: set[str], ref: str
) -> None:
    for revision in new:
        latest = ours.latest(revision.key)
        merged = revision.key in now and (
            latest is None or ours.differs(now[revision.key]) or latest.data == revision.data
        )
        if not merged and revision.key not in contested:
            raise UsageError(
                f"{revision.key}.yaml is not yet as {ref} published it; merge its content first, for example with: git "
                f"merge --no-commit {ref}"
            )


def _replayed(
    chain: Chain,
    theirs: Chain,
    revision: Revision,
    now: Mapping[str, Snapshot],
    contested: set[str],
    files: Mapping[str, bytes],
) -> Snapshot | None:
    """What is recorded for a revision of the other branch; None if a later one of it brings the merged state."""
    if revision.key in contested:
        return now[revision.key] if revision == theirs.latest(revision.key) else None
    for sha256 in revision.files.values():
        for name in (sha256, sha256 + PACKED):
            if not chain.stored(sha256).is_file() and (raw := files.get(f"files/{name}")) is not None:
                write_bytes(chain.folder / "files" / name, raw)
    data: Mapping[str, Any] = revision.data or {}
    return Snapshot(revision.key, revision.kind, revision.language, data, revision.covers, chain.offered(revision))


def _still_there(chain: Chain, erasure: Record, base: int) -> Iterator[str]:
    """What the other branch erased of the records that both have, and is not erased here."""
    if erasure.redacts and erasure.redacts["record"] <= base:
        if erasure.redacts.get("named") and not chain.records[erasure.redacts["record"] - 1].tombstone:
            yield f"record-{erasure.redacts['record']}"
        for gone in erasure.redacts["documents"]:
            if chain.revisions[gone["key"]][gone["revision"] - 1].data is not None:
                yield f"{gone['key']}@r{gone['revision']}"
