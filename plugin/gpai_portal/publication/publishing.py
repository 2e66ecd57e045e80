"""Adds to the chain of records: publications, corrected days, and erasures."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from gpai_portal.content.comparison import compare, lists_of
from gpai_portal.content.labels import label_of
from gpai_portal.content.reading import read_entry
from gpai_portal.errors import UsageError
from gpai_portal.files import PACKED, write_bytes, write_once
from gpai_portal.publication.copies import copies, still_said
from gpai_portal.publication.members import SHA256
from gpai_portal.publication.offered import as_kept, digest, keep, unpacked
from gpai_portal.publication.records import (
    FIRST,
    FORMAT,
    Chain,
    Record,
    Revision,
    and_more,
    canonical,
    file_hash,
    file_name,
    read_chain,
    read_record,
    with_hash,
)
from gpai_portal.publication.signing import signature_name
from gpai_portal.publication.snapshots import PublicSnapshot, Snapshot
from gpai_portal.schema import load

_RECORD = re.compile(r"record-([1-9]\d{0,5})\Z")

# -- publishing ---------------------------------------------------------------------------------------------


def publish(
    now: Mapping[str, PublicSnapshot], folder: Path, day: date, reason: str = "", *, editorial: bool = False
) -> Record | None:
    """Records, for everybody to read, what differs from its latest revision. Returns and raises as ``record`` does.

    Raises UsageError as well for a document that says something else under a version and date it had, unless these are
    its latest ones and this is ``editorial``: a mended slip, which keeps them, and whose record says so.
    """
    refuse_same_label(finish(read_chain(folder)), now.values(), editorial=editorial)
    return record(now, folder, day, reason, editorial=editorial)


def record(
    now: Mapping[str, Snapshot], folder: Path, day: date, reason: str = "", *, editorial: bool = False
) -> Record | None:
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
    return append(chain, day, reason or FIRST, [entry_of(chain, s, editorial=editorial) for s in changed])


def refuse_same_label(chain: Chain, changed: Iterable[Snapshot], *, editorial: bool) -> None:
    """Raises UsageError for a document whose version and date are those of a revision that says something else.

    Where ``editorial``, the latest revision may be that one.
    """
    alike = {snapshot.key: _named_alike(chain, snapshot) for snapshot in changed}
    same = [(key, r) for key, r in alike.items() if r and not (editorial and r == chain.latest(key))]
    if same:
        key, revision = same[0]
        mended = "; if only a slip was mended, add --editorial, and readers are told so"
        raise UsageError(
            f"{key} has changed and has the version and date of what was published before, as "
            f"{revision.address}{and_more(same)}; give it a new version or last_update"
            f"{mended if revision == chain.latest(key) else ''}"
        )


def _named_alike(chain: Chain, snapshot: Snapshot) -> Revision | None:
    """The last revision with the version and date of a document, if it says something else; else None.

    None as well for a document that has neither version nor date, so that there is nothing to have in common.
    """
    schema = load(snapshot.kind)
    label = label_of(schema, snapshot.data)
    if not (label.version or label.updated):
        return None
    for revision in reversed(chain.revisions.get(snapshot.key, ())):
        if revision.data is not None and label == label_of(schema, revision.data):
            changed = not snapshot.reads_as(revision.data) or chain.offers_otherwise(revision, snapshot)
            return revision if changed else None
    return None


def _require_reason(reason: str, option: str, why: str) -> None:
    _require_line(reason)
    if not reason:
        raise UsageError(f"{option} needs --reason; {why}")


def _require_line(reason: str) -> None:
    if not reason.isprintable():
        raise UsageError("--reason: write one line without control characters")


def entry_of(chain: Chain, snapshot: Snapshot, *, editorial: bool) -> dict[str, Any]:
    """A document as the next record of the chain has it; the files it offers are put beside the records."""
    latest = chain.latest(snapshot.key)
    mended = editorial and latest is not None and _named_alike(chain, snapshot) == latest
    files, outside = {}, []
    for name, path in snapshot.files.items():
        raw = as_kept(unpacked(path))
        files[name] = digest(raw)
        if not keep(chain.folder, raw):
            outside.append(name)
    before = latest.data if latest else None
    changes = []
    if latest and before is not None:
        lists = lists_of(chain.offered(latest), chain.absent(latest)), lists_of(snapshot.files)
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
        **({"editorial": True} if mended else {}),
        **({"outside": outside} if outside else {}),
    }


def append(chain: Chain, day: date, reason: str, documents: list[dict[str, Any]], **about: Any) -> Record:
    """Writes the next record; nothing that is already there is touched.

    ``about`` are members that say what it does to other records. Raises UsageError if the day lies before that of the
    last record.
    """
    head = chain.head
    if head and day < head.day:
        raise UsageError(
            f"the last record is of {head.day}; a publication of {day} would come before it; if that day was recorded "
            f"by mistake: gpai-portal publish --redate {head.number} YYYY-MM-DD --reason TEXT"
        )
    number = head.number + 1 if head else 1
    members: dict[str, Any] = {
        "format": FORMAT,
        "number": number,
        "date": day.isoformat(),
        "reason": reason,
        "previous": head.sha256 if head else None,
        "salt": secrets.token_hex(32),
        "documents": documents,
        **about,
    }
    raw = with_hash(members)
    write_once(chain.folder / file_name(number), raw)
    return read_record(f"{chain.folder.name}/{file_name(number)}", file_name(number), raw, head)


# -- correcting days ----------------------------------------------------------------------------------------


def redate(folder: Path, days: Mapping[int, date], today: date, reason: str) -> Record:
    """Records on which day records were published that name a day after today; nothing else can be dated anew.

    ``days`` holds the right days by number of the record. Raises UsageError if there is no reason, or if a day does not
    lie between those of the records around it, up to today.
    """
    _require_reason(reason, "--redate", "readers see it beside the corrected day")
    chain = finish(read_chain(folder))
    for number in days:
        if number > len(chain.records) or chain.records[number - 1].day <= today:
            raise UsageError(f"there is no record {number} with a day after {today}; other days stay as they are")
    records = tuple(replace(record, day=days.get(record.number, record.day)) for record in chain.records)
    for before, after in pairwise(records):
        if after.number in days and after.day < before.day:
            raise UsageError(f"record {before.number} is of {before.day}, so {after.number} cannot be of {after.day}")
    if records[-1].day > today:
        raise UsageError(f"record {records[-1].number} would be of {records[-1].day}, after {today}; date it as well")
    return append(replace(chain, records=records), today, reason, [], redates=_redates(days))


def _redates(days: Mapping[int, date]) -> list[dict[str, Any]]:
    return [{"record": number, "date": day.isoformat()} for number, day in sorted(days.items())]


# -- redacting ----------------------------------------------------------------------------------------------


def redact(folder: Path, addresses: Sequence[str], day: date, reason: str, **about: Any) -> list[Record]:
    """Erases revisions, named as ``key@rN``, from the records; one further record for each file they lie in.

    A record that is named as ``record-N`` loses its reason, and its documents are repeated. With facts of a provider
    or a release go those superseded revisions of documents that repeat them. Raises UsageError if there is no reason,
    or it is not one line, and for the latest revision of a document: its correction has to be published first, as
    that of a document whose latest revision repeats what is to be erased.
    ``about`` are further members of the records that are written.
    """
    _require_reason(reason, "--redact", "readers see it in place of what was erased")
    chain = finish(read_chain(folder))
    names = [_RECORD.match(address) for address in addresses]
    named = {_record_named(chain, int(name[1])) for name in names if name}
    wanted = [chain.find(address) for address, name in zip(addresses, names, strict=True) if not name]
    for revision in wanted:
        if revision.data is None:
            raise UsageError(f"{revision.address} is redacted already")
        if revision == chain.latest(revision.key):
            raise UsageError(
                f"{revision.address} is the latest revision and what the site shows; correct the content and publish "
                "it, then redact this one"
            )
    if left := still_said(chain, wanted):
        raise UsageError(
            f"{left[0].address} repeats facts of the provider that are to be erased, and is what the site shows"
            f"{and_more(left)}; give the document a new last_update and publish it, then redact"
        )
    gone = {(r.key, r.number) for r in (*wanted, *copies(chain, wanted))}
    holders = {next(r.number for r in reversed(chain.records) if _held(r, {address})) for address in gone}
    written = []
    for number in sorted(holders | named, reverse=True):
        written.append(_redact(chain, number, gone, number in named, day, reason, **about))
        chain = finish(read_chain(folder))
    return written


def _record_named(chain: Chain, number: int) -> int:
    if number > len(chain.records):
        raise UsageError(f"there is no record {number}; the last one is record {len(chain.records)}")
    if chain.records[number - 1].tombstone:
        raise UsageError(f"record {number} is redacted already")
    return number


def _held(record: Record, addresses: Collection[tuple[str, int]]) -> list[Revision]:
    """Which of the revisions, given as (key, number), lie in the file of a record."""
    return [r for r in record.revisions if (r.key, r.number) in addresses]


def _redact(
    chain: Chain, number: int, gone: Collection[tuple[str, int]], named: bool, day: date, reason: str, **about: Any
) -> Record:
    holder = chain.records[number - 1]
    erased = _held(holder, gone)
    kept = []
    for entry in json.loads((chain.folder / holder.file).read_bytes())["documents"]:
        if (entry["key"], entry["revision"]) not in gone:
            own = {"number": holder.number, "date": holder.day.isoformat(), "reason": holder.reason}
            origin = entry.get("restates", own)
            # The reason may hold what is erased; that of a first publication is always the same.
            told = {"reason": FIRST} if origin.get("reason") == FIRST else {}
            kept.append({**entry, "restates": {"number": origin["number"], "date": origin["date"], **told}})
    redacts = {
        "record": holder.number,
        "tombstone": file_hash(_tombstone(holder, named)),
        **({"named": True} if named else {}),
        "documents": [{"key": r.key, "kind": r.kind, "revision": r.number, "date": r.day.isoformat()} for r in erased],
    }
    return append(chain, day, reason, kept, redacts=redacts, **about)


def _tombstone(record: Record, named: bool = False) -> bytes:
    """What takes the place of a record: its number, its day, its hash, and what it says of other records.

    The reason of an erasure stays with that, unless the record itself was ``named`` as what is to be erased.
    """
    members = {
        "format": FORMAT,
        "number": record.number,
        "date": record.day.isoformat(),
        "previous": record.previous,
        "replaces": record.sha256,
        **({"redacts": record.redacts} if record.redacts else {}),
        **({"reason": record.reason} if record.redacts and not named else {}),
        **({"replays": record.replays} if record.replays else {}),
        **({"redates": _redates(record.redates)} if record.redates else {}),
    }
    return with_hash(members)


def finish(chain: Chain) -> Chain:
    """Puts tombstones in the place of records whose erasure is recorded, and drops files only they offered.

    The record of an erasure is what counts; a process killed behind it leaves this for the next one.
    """
    # A process killed while it wrote leaves its temporary file, which may hold what is erased.
    lists = (file for file in (chain.folder / "files").glob(".*.*") if SHA256.match(file.name[1:65]))
    for left in (*chain.folder.glob(".*.json.*"), *lists):
        left.unlink(missing_ok=True)
    due = [e.redacts for e in chain.records if e.redacts]
    for redacts in due:
        record = chain.records[redacts["record"] - 1]
        if not record.tombstone:
            # It was made over what is erased; a signature of the tombstone is made like that of any record.
            (chain.folder / signature_name(record)).unlink(missing_ok=True)
            write_bytes(chain.folder / record.file, _tombstone(record, redacts.get("named", False)))
    if due:
        offered = {sha for all_ in chain.revisions.values() for r in all_ for sha in r.files.values()}
        for file in (chain.folder / "files").glob("*"):
            sha256 = file.name.removesuffix(PACKED)
            if SHA256.match(sha256) and sha256 not in offered:
                file.unlink()
        return read_chain(chain.folder)
    return chain
