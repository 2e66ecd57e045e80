"""What was published, when and why: a chain of records, one file for each publication.

``records/NNNNNN.json`` is canonical JSON (RFC 8785) with the documents that changed, whole. Its last member,
``sha256``, is the SHA-256 of the file without this member; ``previous`` is that of the record before. So a
changed byte is found in the file it is in, and a replaced file by the next one. Records are only ever added.
Files that documents offer for download lie beside them under ``files/``, named by their SHA-256.

Personal data may have to be erased. Then a further record says what is erased, a tombstone takes the place of
the file, keeps its hash so that the chain holds, and the other documents of the record are repeated. The hash
gives nothing away, because every record has a random ``salt``.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from gpai_portal.content.comparison import compare, lists_of
from gpai_portal.content.model import Disclosures, Document
from gpai_portal.errors import PortalError, UsageError
from gpai_portal.files import write_bytes, write_once
from gpai_portal.schema import MODEL, POLICY, PROVIDER, RELEASE, load

FORMAT = "gpai-portal-record/1"
FOLDER = "records"

_NAME = re.compile(r"(\d{6})\.json\Z")
_TAIL = re.compile(rb',"sha256":"([0-9a-f]{64})"\}\Z')
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_ADDRESS = re.compile(r"(?P<key>[^@]+)@(?:r(?P<revision>[1-9]\d*)|(?P<day>\d{4}-\d\d-\d\d))\Z")


class RecordError(PortalError):
    """A record or a file of the chain is not what was published."""


def canonical(data: Any) -> bytes:
    """JSON in the one form that RFC 8785 allows. Raises RecordError for a number it cannot carry."""
    try:
        return rfc8785.dumps(data)
    except rfc8785.CanonicalizationError:
        # The library's message would repeat the value, which may be private.
        raise RecordError("a number is too large for JSON to carry exactly; write large numbers in quotes") from None


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _sealed(members: Mapping[str, Any]) -> bytes:
    """A file with its own hash as last member. No member may sort behind ``sha256``."""
    body = canonical(members)
    return body[:-1] + b',"sha256":"%s"}' % digest(body).encode()


def file_hash(raw: bytes) -> str | None:
    """The hash a record file carries, if it is the hash of its bytes; else None."""
    tail = _TAIL.search(raw)
    if tail is None or digest(raw[: tail.start()] + b"}") != tail[1].decode():
        return None
    return tail[1].decode()


# -- what is published now ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Snapshot:
    """One document as it would be recorded now. ``files`` are the files it offers, by name."""

    key: str
    kind: str
    language: str
    data: Mapping[str, Any]
    covers: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)


def attachments(document: Document) -> dict[str, Path]:
    """Files that the answers of a document offer for download; they lie beside it."""
    if document.source is None:
        return {}
    return {
        value["file"]: document.source.file.with_name(value["file"])
        for entry in document.root.walk()
        if entry.field.kind == "domains" and isinstance(value := entry.answer.value, Mapping) and "file" in value
    }


def snapshots(disclosures: Disclosures) -> dict[str, Snapshot]:
    """Every public file, by key: its path in the content folder without ``.yaml``."""
    found: dict[str, Snapshot] = {}

    def add(key: str, kind: str, language: str, data: Mapping[str, Any], **more: Any) -> None:
        rest = {name: value for name, value in data.items() if name != "$schema"}
        found[key] = Snapshot(key, kind, language, rest, **more)

    language = disclosures.provider.language
    add("provider", PROVIDER, language, disclosures.provider.data)
    if policy := disclosures.policy:
        add(policy.key, POLICY, policy.language, policy.data, files=attachments(policy))
    for model in disclosures.models:
        add(f"models/{model.id}/model", MODEL, language, model.data)
        for release in model.releases:
            add(f"models/{release.key}/release", RELEASE, language, release.data)
            for document in release.documents.values():
                if document.source is None:
                    continue
                covers = tuple(r.key for r in disclosures.releases if document in r.documents.values())
                add(
                    document.key,
                    document.kind,
                    document.language,
                    document.data,
                    covers=covers,
                    files=attachments(document),
                )
    return found


# -- what was published -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Revision:
    """One published state of a document. ``data`` is None once it has been redacted.

    ``record`` is the number of the record that published it; of one that was redacted, the record that says so,
    and ``reason`` is then that record's. ``changed`` lists the fields (dotted) that differ from the revision
    before, ``sha256`` is that of the canonical JSON of ``data``.
    """

    key: str
    kind: str
    number: int
    day: date
    reason: str
    record: int
    language: str = ""
    data: Mapping[str, Any] | None = None
    covers: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def address(self) -> str:
        """How commands name it: ``models/text/1.0/training-content-summary@r2``."""
        return f"{self.key}@r{self.number}"


@dataclass(frozen=True)
class Record:
    """One file of the chain.

    ``sha256`` is the hash by which the next record knows it. ``redacts`` says, in a record of an erasure, what was
    erased. A ``tombstone`` has no revisions, and ``file_sha256`` is its own hash.
    """

    number: int
    day: date
    reason: str
    previous: str | None
    sha256: str
    revisions: tuple[Revision, ...] = ()
    redacts: Mapping[str, Any] | None = None
    tombstone: bool = False
    file_sha256: str = ""

    @property
    def file(self) -> str:
        return file_name(self.number)


def file_name(number: int) -> str:
    return f"{number:06}.json"


@dataclass(frozen=True)
class Chain:
    """All records of a folder, oldest first, and the revisions of every document."""

    folder: Path
    records: tuple[Record, ...] = ()
    revisions: Mapping[str, Sequence[Revision]] = field(default_factory=dict)

    @property
    def head(self) -> Record | None:
        return self.records[-1] if self.records else None

    def latest(self, key: str) -> Revision | None:
        return self.revisions[key][-1] if key in self.revisions else None

    def on(self, key: str, day: date) -> Revision | None:
        """The revision that held at the end of a day."""
        return next((r for r in reversed(self.revisions.get(key, ())) if r.day <= day), None)

    def find(self, address: str) -> Revision:
        """The revision that ``key@rN`` or ``key@YYYY-MM-DD`` names. Raises UsageError if there is none."""
        parsed = _ADDRESS.match(address)
        if parsed is None:
            raise UsageError(f"{address!r} names no revision; write for example copyright-policy@r1")
        key = self.key_of(parsed["key"])
        if parsed["revision"]:
            number = int(parsed["revision"])
            found = next((r for r in self.revisions[key] if r.number == number), None)
        else:
            found = self.on(key, parse_day(parsed["day"]))
        if found is None:
            there = ", ".join(f"r{r.number} of {r.day}" for r in self.revisions[key])
            raise UsageError(f"{address}: no such revision; there are {there}")
        return found

    def key_of(self, name: str) -> str:
        """The key of a document; ``models/`` in front may be left out. Raises UsageError if it was never published."""
        for key in (name, f"models/{name}"):
            if key in self.revisions:
                return key
        there = ", ".join(sorted(self.revisions)) or "no records yet"
        raise UsageError(f"nothing was published as {name!r}; there are: {there}")

    def differs(self, snapshot: Snapshot) -> bool:
        """Whether a document is other than its latest revision, or has none."""
        latest = self.latest(snapshot.key)
        if latest is None or latest.data != snapshot.data:
            return True
        if (latest.language, latest.covers) != (snapshot.language, snapshot.covers):
            return True
        return dict(latest.files) != {name: digest(path.read_bytes()) for name, path in snapshot.files.items()}

    def require(self, now: Mapping[str, Snapshot]) -> None:
        """Raises RecordError if the content lacks a published document; what is wholly redacted may be gone."""
        gone = [k for k, all_ in self.revisions.items() if k not in now and any(r.data is not None for r in all_)]
        if gone:
            record = self.folder.name + "/" + file_name(self.revisions[gone[0]][-1].record)
            raise RecordError(
                f"{gone[0]}.yaml was published ({record}) and is no longer in the content{_more(gone)}; published "
                "documents stay: restore it, and mark a release that has left the market as withdrawn"
            )

    def offered(self, revision: Revision) -> dict[str, Path]:
        """Where the files that a revision offers are kept, by name."""
        return {name: self.stored(sha256) for name, sha256 in revision.files.items()}

    def stored(self, sha256: str) -> Path:
        """Where a file that a revision offers for download is kept."""
        return self.folder / "files" / sha256


def parse_day(text: str) -> date:
    """A day written as YYYY-MM-DD. Raises UsageError if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date; write YYYY-MM-DD") from None


def read_chain(folder: Path) -> Chain:
    """The records of a folder; an empty chain where there is none.

    Raises RecordError, naming the file, if the chain does not hold.
    """
    names = sorted(file.name for file in folder.glob("*.json") if _NAME.match(file.name)) if folder.is_dir() else []
    return chain_of(((name, (folder / name).read_bytes()) for name in names), folder)


def chain_of(files: Iterable[tuple[str, bytes]], folder: Path) -> Chain:
    """The chain of record files given as (name, bytes), in order. Raises RecordError as ``read_chain`` does."""
    records: list[Record] = []
    for name, raw in files:
        records.append(_read(f"{folder.name}/{name}", name, raw, records[-1] if records else None))
    erasures = {r.redacts["record"]: r for r in records if r.redacts}
    revisions: dict[str, dict[int, Revision]] = {}
    for record in records:
        erasure = erasures.get(record.number)
        if record.tombstone:
            _check_tombstone(f"{folder.name}/{record.file}", record, erasure)
        for revision in _erased(erasure) if erasure else record.revisions:
            revisions.setdefault(revision.key, {})[revision.number] = revision
    ordered = {key: tuple(found[n] for n in sorted(found)) for key, found in revisions.items()}
    return Chain(folder, tuple(records), ordered)


def _read(place: str, name: str, raw: bytes, before: Record | None) -> Record:
    """One record, held against the one before it."""
    restore = "restore the file from version control or from the published site"
    sha256 = file_hash(raw)
    if sha256 is None:
        raise RecordError(f"{place}: the file was changed after it was written; {restore}")
    try:
        members = json.loads(raw)
        number = members["number"]
        tombstone = "replaces" in members
        record = Record(
            number,
            date.fromisoformat(members["date"]),
            members.get("reason", ""),
            members.get("previous"),
            members["replaces"] if tombstone else sha256,
            tuple(_revision(entry, members) for entry in members.get("documents", ())),
            members.get("redacts"),
            tombstone,
            sha256,
        )
        known = members["format"] == FORMAT
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RecordError(f"{place}: not a publication record; move it out of the folder") from None
    if not known:
        raise RecordError(f"{place}: written in another format ({members['format']}); use a newer gpai-portal")
    expected = before.number + 1 if before else 1
    if number != expected or name != file_name(number):
        raise RecordError(f"{place}: {file_name(expected)} should come here; {restore.replace('the file', 'it')}")
    if not tombstone and record.previous != (before.sha256 if before else None):
        behind = file_name(number - 1) if before else "nothing"
        raise RecordError(f"{place}: does not follow {behind}, which is another than the one it was written behind")
    return record


def _revision(entry: Mapping[str, Any], record: Mapping[str, Any]) -> Revision:
    origin = entry.get("restates", record)
    return Revision(
        entry["key"],
        entry["kind"],
        entry["revision"],
        date.fromisoformat(origin["date"]),
        origin["reason"],
        origin["number"],
        entry["language"],
        entry["data"],
        tuple(entry["covers"]),
        entry["files"],
        tuple(entry["changed"]),
        entry["sha256"],
    )


def _check_tombstone(place: str, record: Record, erasure: Record | None) -> None:
    if erasure is None or erasure.redacts is None:
        raise RecordError(f"{place}: a tombstone, but no record says what it stands for; restore the file")
    if erasure.redacts["tombstone"] != record.file_sha256:
        raise RecordError(f"{place}: not the tombstone that {erasure.file} names; restore the file")


def _erased(erasure: Record) -> Iterator[Revision]:
    """What is left of erased revisions: that they were there, and why they are gone."""
    assert erasure.redacts is not None  # noqa: S101 - the caller chose it by this
    for gone in erasure.redacts["documents"]:
        day = date.fromisoformat(gone["date"])
        yield Revision(gone["key"], gone["kind"], gone["revision"], day, erasure.reason, erasure.number)


# -- publishing ---------------------------------------------------------------------------------------------


def publish(now: Mapping[str, Snapshot], folder: Path, day: date, reason: str = "") -> Record | None:
    """Records every document that differs from its latest revision; None if there is none.

    The record appears whole or not at all. Raises RecordError if a published document is gone or the chain is
    broken, UsageError if the day lies before the last record or a correction has no reason.
    """
    chain = finish(read_chain(folder))
    chain.require(now)
    changed = [snapshot for snapshot in now.values() if chain.differs(snapshot)]
    if not changed:
        return None
    corrected = [snapshot.key for snapshot in changed if snapshot.key in chain.revisions]
    if corrected and not reason:
        raise UsageError(f"{corrected[0]} was published before{_more(corrected)}; say what changed, with --reason")
    return _append(chain, day, reason or "First publication", [_entry(chain, s) for s in changed])


def _more(keys: Sequence[str]) -> str:
    return f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""


def _entry(chain: Chain, snapshot: Snapshot) -> dict[str, Any]:
    latest = chain.latest(snapshot.key)
    data = canonical(snapshot.data)
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
        changes = compare(load(snapshot.kind), before, snapshot.data, lists)
    return {
        "key": snapshot.key,
        "kind": snapshot.kind,
        "revision": latest.number + 1 if latest else 1,
        "language": snapshot.language,
        "covers": list(snapshot.covers),
        "files": files,
        "changed": [change.field.dotted for change in changes],
        "sha256": digest(data),
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
    raw = _sealed(members)
    write_once(chain.folder / file_name(number), raw)
    return _read(f"{chain.folder.name}/{file_name(number)}", file_name(number), raw, head)


# -- redacting ----------------------------------------------------------------------------------------------


def redact(folder: Path, addresses: Sequence[str], day: date, reason: str) -> list[Record]:
    """Erases revisions, named as ``key@rN``, from the records; one further record for each file they lie in.

    Raises UsageError for the latest revision of a document: its correction has to be published first.
    """
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
    return _sealed(members)


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
            if _SHA256.match(file.name) and file.name not in offered:
                file.unlink()
        return read_chain(chain.folder)
    return chain
