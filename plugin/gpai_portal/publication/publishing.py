"""Adds to the chain of records: publications, and erasures."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.content.comparison import compare, lists_of
from gpai_portal.content.reading import read_entry
from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes, write_once
from gpai_portal.publication.records import (
    FORMAT,
    SHA256,
    Chain,
    Record,
    Revision,
    and_more,
    canonical,
    digest,
    file_hash,
    file_name,
    read_chain,
    read_record,
    with_hash,
)
from gpai_portal.publication.snapshots import PublicSnapshot, Snapshot
from gpai_portal.schema import load

# -- publishing ---------------------------------------------------------------------------------------------


def publish(now: Mapping[str, PublicSnapshot], folder: Path, day: date, reason: str = "") -> Record | None:
    """Records, for everybody to read, what differs from its latest revision. Returns and raises as ``record`` does."""
    return record(now, folder, day, reason)


def record(now: Mapping[str, Snapshot], folder: Path, day: date, reason: str = "") -> Record | None:
    """Records every document that differs from its latest revision; None if there is none.

    The record appears whole or not at all. Raises RecordError if a recorded document is gone or the chain is broken,
    UsageError if the day lies before the last record, a correction has no reason, or the reason is not one line.
    """
    _require_line(reason)
    chain = finish(read_chain(folder))
    chain.require(now)
    changed = [snapshot for snapshot in now.values() if chain.differs(snapshot)]
    if not changed:
        return None
    corrected = [snapshot.key for snapshot in changed if snapshot.key in chain.revisions]
    if corrected and not reason:
        raise UsageError(f"{corrected[0]} was published before{and_more(corrected)}; say what changed, with --reason")
    return _append(chain, day, reason or "First publication", [_entry(chain, s) for s in changed])


def _require_line(reason: str) -> None:
    if not reason.isprintable():
        raise UsageError("--reason: write one line without control characters")


def _entry(chain: Chain, snapshot: Snapshot) -> dict[str, Any]:
    latest = chain.latest(snapshot.key)
    files = {}
    for name, path in snapshot.files.items():
        raw = path.read_bytes()
        files[name] = digest(raw)
        if not chain.stored(files[name]).is_file():
            write_bytes(chain.stored(files[name]), raw)
    before = latest.data if latest else None
    changes = []
    if latest and before is not None:
        lists = lists_of(chain.offered(latest)), lists_of(snapshot.files)
        schema = load(snapshot.kind)
        old, new = (read_entry(schema.root, data) for data in (before, snapshot.data))
        changes = compare(schema, old, new, lists)
    return {
        "key": snapshot.key,
        "kind": snapshot.kind,
        "revision": latest.number + 1 if latest else 1,
        "language": snapshot.language,
        "covers": list(snapshot.covers),
        "files": files,
        "changed": [change.field.dotted for change in changes],
        "sha256": digest(canonical(snapshot.data)),
        "data": snapshot.data,
    }


def _append(
    chain: Chain, day: date, reason: str, documents: list[dict[str, Any]], redacts: Mapping[str, Any] | None = None
) -> Record:
    """Writes the next record; nothing that is already there is touched."""
    head = chain.head
    if head and day < head.day:
        raise UsageError(f"the last record is of {head.day}; a publication of {day} would come before it")
    number = head.number + 1 if head else 1
    members: dict[str, Any] = {
        "format": FORMAT,
        "number": number,
        "date": day.isoformat(),
        "reason": reason,
        "previous": head.sha256 if head else None,
        "salt": secrets.token_hex(32),
        "documents": documents,
        **({"redacts": redacts} if redacts else {}),
    }
    raw = with_hash(members)
    write_once(chain.folder / file_name(number), raw)
    return read_record(f"{chain.folder.name}/{file_name(number)}", file_name(number), raw, head)


# -- redacting ----------------------------------------------------------------------------------------------


def redact(folder: Path, addresses: Sequence[str], day: date, reason: str) -> list[Record]:
    """Erases revisions, named as ``key@rN``, from the records; one further record for each file they lie in.

    Raises UsageError if there is no reason, or it is not one line, and for the latest revision of a document: its
    correction has to be published first.
    """
    _require_line(reason)
    if not reason:
        raise UsageError("--redact needs --reason; readers see it in place of what was erased")
    chain = finish(read_chain(folder))
    wanted = [chain.find(address) for address in addresses]
    for revision in wanted:
        if revision.data is None:
            raise UsageError(f"{revision.address} is redacted already")
        if revision == chain.latest(revision.key):
            raise UsageError(
                f"{revision.address} is the latest revision and what the site shows; correct the content and publish "
                "it, then redact this one"
            )
    written = []
    while wanted:
        holder = next(r for r in reversed(chain.records) if _holds(r, wanted[0]))
        together = [revision for revision in wanted if _holds(holder, revision)]
        wanted = [revision for revision in wanted if revision not in together]
        written.append(_redact(chain, holder, together, day, reason))
        chain = finish(read_chain(folder))
    return written


def _holds(record: Record, revision: Revision) -> bool:
    return any((r.key, r.number) == (revision.key, revision.number) for r in record.revisions)


def _redact(chain: Chain, holder: Record, revisions: Sequence[Revision], day: date, reason: str) -> Record:
    erased = {(r.key, r.number) for r in revisions}
    raw = json.loads((chain.folder / holder.file).read_bytes())
    origin = {"number": holder.number, "date": holder.day.isoformat(), "reason": holder.reason}
    kept = [
        {"restates": origin, **entry} for entry in raw["documents"] if (entry["key"], entry["revision"]) not in erased
    ]
    redacts = {
        "record": holder.number,
        "tombstone": file_hash(_tombstone(holder)),
        "documents": [
            {"key": r.key, "kind": r.kind, "revision": r.number, "date": r.day.isoformat()} for r in revisions
        ],
    }
    return _append(chain, day, reason, kept, redacts)


def _tombstone(record: Record) -> bytes:
    """What takes the place of a record: its number, its day and its hash."""
    members = {
        "format": FORMAT,
        "number": record.number,
        "date": record.day.isoformat(),
        "previous": record.previous,
        "replaces": record.sha256,
        # What an earlier erasure says has to stay; the reason of a publication may hold what is erased.
        **({"redacts": record.redacts, "reason": record.reason} if record.redacts else {}),
    }
    return with_hash(members)


def finish(chain: Chain) -> Chain:
    """Puts tombstones in the place of records whose erasure is recorded, and drops files only they offered.

    The record of an erasure is what counts; a process killed behind it leaves this for the next one.
    """
    # A process killed while it wrote leaves its temporary file.
    for left in chain.folder.glob(".*.json.*"):
        left.unlink(missing_ok=True)
    due = [r for e in chain.records if e.redacts for r in chain.records if r.number == e.redacts["record"]]
    for record in due:
        if not record.tombstone:
            write_bytes(chain.folder / record.file, _tombstone(record))
    if due:
        offered = {sha for all_ in chain.revisions.values() for r in all_ for sha in r.files.values()}
        for file in (chain.folder / "files").glob("*"):
            if SHA256.match(file.name) and file.name not in offered:
                file.unlink()
        return read_chain(chain.folder)
    return chain
