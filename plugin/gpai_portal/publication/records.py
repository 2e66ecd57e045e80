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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from gpai_portal.dates import parse_day
from gpai_portal.errors import RecordError, UsageError
from gpai_portal.publication.snapshots import Snapshot

FORMAT = "gpai-portal-record/1"
FOLDER = "records"

_NAME = re.compile(r"(\d{6})\.json\Z")
_TAIL = re.compile(rb',"sha256":"([0-9a-f]{64})"\}\Z')
SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_ADDRESS = re.compile(r"(?P<key>[^@]+)@(?:r(?P<revision>[1-9]\d*)|(?P<day>\d{4}-\d\d-\d\d))\Z")


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


def with_hash(members: Mapping[str, Any]) -> bytes:
    """A file with its own hash as last member. No member may sort behind ``sha256``."""
    body = canonical(members)
    return body[:-1] + b',"sha256":"%s"}' % digest(body).encode()


def file_hash(raw: bytes) -> str | None:
    """The hash a record file carries, if it is the hash of its bytes; else None."""
    tail = _TAIL.search(raw)
    if tail is None or digest(raw[: tail.start()] + b"}") != tail[1].decode():
        return None
    return tail[1].decode()


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
        """Name of its file."""
        return file_name(self.number)


def file_name(number: int) -> str:
    """Name of the file of a record, by its number from 1."""
    return f"{number:06}.json"


@dataclass(frozen=True)
class Chain:
    """All records of a folder, oldest first, and the revisions of every document."""

    folder: Path
    records: tuple[Record, ...] = ()
    revisions: Mapping[str, Sequence[Revision]] = field(default_factory=dict)

    @property
    def head(self) -> Record | None:
        """The last record; None before the first publication."""
        return self.records[-1] if self.records else None

    def latest(self, key: str) -> Revision | None:
        """The latest revision of a document; None if it was never published."""
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
                f"{gone[0]}.yaml was published ({record}) and is no longer in the content{and_more(gone)}; published "
                "documents stay: restore it, and mark a release that has left the market as withdrawn"
            )

    def offered(self, revision: Revision) -> dict[str, Path]:
        """Where the files that a revision offers are kept, by name."""
        return {name: self.stored(sha256) for name, sha256 in revision.files.items()}

    def stored(self, sha256: str) -> Path:
        """Where a file that a revision offers for download is kept."""
        return self.folder / "files" / sha256


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
        records.append(read_record(f"{folder.name}/{name}", name, raw, records[-1] if records else None))
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


def read_record(place: str, name: str, raw: bytes, before: Record | None) -> Record:
    """One record, held against the one before it."""
    restore = "restore the file from version control or from the published site"
    sha256 = file_hash(raw)
    if sha256 is None:
        raise RecordError(f"the file was changed after it was written; {restore}", place)
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
        raise RecordError("not a publication record; move it out of the folder", place) from None
    if not known:
        raise RecordError(f"written in another format ({members['format']}); use a newer gpai-portal", place)
    expected = before.number + 1 if before else 1
    if number != expected or name != file_name(number):
        raise RecordError(f"{file_name(expected)} should come here; {restore.replace('the file', 'it')}", place)
    if not tombstone and record.previous != (before.sha256 if before else None):
        behind = file_name(number - 1) if before else "nothing"
        raise RecordError(f"does not follow {behind}, which is another than the one it was written behind", place)
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
        raise RecordError("a tombstone, but no record says what it stands for; restore the file", place)
    if erasure.redacts["tombstone"] != record.file_sha256:
        raise RecordError(f"not the tombstone that {erasure.file} names; restore the file", place)


def _erased(erasure: Record) -> Iterator[Revision]:
    """What is left of erased revisions: that they were there, and why they are gone."""
    assert erasure.redacts is not None  # noqa: S101 - the caller chose it by this
    for gone in erasure.redacts["documents"]:
        day = date.fromisoformat(gone["date"])
        yield Revision(gone["key"], gone["kind"], gone["revision"], day, erasure.reason, erasure.number)


def and_more(keys: Sequence[str]) -> str:
    """How messages say that what holds for the first of several holds for others too; empty for one."""
    return f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
