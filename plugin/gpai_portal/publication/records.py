"""What was published, when and why: a chain of records, one file for each publication.

``records/NNNNNN.json`` is canonical JSON (RFC 8785) with the documents that changed, whole. Its last member,
``sha256``, is the SHA-256 of the file without this member; ``previous`` is that of the record before. So a
changed byte is found in the file it is in, and a replaced file by the next one. Records are only ever added.
Files that documents offer for download lie beside them (``offered``).

Personal data may have to be erased. Then a further record says what is erased, a tombstone takes the place of
the file, keeps its hash so that the chain holds, and the other documents of the record are repeated, without the
reason of the publication, which may hold what is erased. The hash gives nothing away, because every record has a
random ``salt``.

Two more records speak of others: one that ``replays`` repeats what another branch published at the same time, one
that ``redates`` says on which day records were published whose day lay in the future.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from gpai_portal.dates import parse_day
from gpai_portal.documents import kind_of
from gpai_portal.errors import RecordError, UsageError, printable
from gpai_portal.publication.members import FILE, KEY, SHA256, day_of, matching, text_of, whole_of
from gpai_portal.publication.offered import digest, is_offered, stored, unpacked
from gpai_portal.publication.order import out_of_order
from gpai_portal.publication.snapshots import Snapshot

FORMAT = "gpai-portal-record/2"
#: Formats that are read. The first knew no editorial corrections, no replayed publications and no corrected days.
_FORMATS = frozenset({"gpai-portal-record/1", FORMAT})
FOLDER = "records"

#: The reason of a publication that needs none.
FIRST = "First publication"

REPLAY = "two branches have published: put one publication behind the other with gpai-portal publish --replay BRANCH"

_NAME = re.compile(r"(\d{6})\.json\Z")
_TAIL = re.compile(rb',"sha256":"([0-9a-f]{64})"\}\Z')
_MARKS = re.compile(rb"^(?:<<<<<<<|=======|>>>>>>>)(?: |$)", re.MULTILINE)
_ADDRESS = re.compile(r"(?P<key>[^@]+)@(?:r(?P<revision>[1-9]\d*)|(?P<day>\d{4}-\d\d-\d\d))\Z")


def canonical(data: Any) -> bytes:
    """JSON in the one form that RFC 8785 allows. Raises RecordError for a number or character it cannot carry."""
    try:
        return rfc8785.dumps(data)
    except rfc8785.CanonicalizationError:
        # The library's message would repeat the value, which may be private.
        raise RecordError("a number is too large for JSON to carry exactly; write large numbers in quotes") from None
    except UnicodeEncodeError:
        raise RecordError("half of a character (a lone surrogate) cannot be recorded; take it out") from None


def has_conflict_marks(raw: bytes) -> bool:
    """Whether a merge that met two files of one name has left its marks; canonical JSON has no line ends."""
    return bool(_MARKS.search(raw))


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
    and ``reason`` is then that record's; the reason of what an erased record published beside is erased, and empty.
    ``changed`` lists the fields (dotted) that differ from the revision before, ``sha256`` is that of the canonical
    JSON of ``data``. One that is ``editorial`` mends a slip and keeps version and date of the revision before. Of
    ``files`` those named in ``outside`` were too large to be kept beside the records.
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
    editorial: bool = False
    outside: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """How commands name it: ``models/text/1.0/training-content-summary@r2``."""
        return f"{self.key}@r{self.number}"


@dataclass(frozen=True)
class Record:
    """One file of the chain.

    ``sha256`` is the hash by which the next record knows it. ``redacts`` says, in a record of an erasure, what was
    erased; ``replays``, in one that repeats the record of another branch, that record's ``sha256`` and ``date``;
    ``redates`` holds days, by number of the record, that are to be read in place of those written there, as ``day``
    is. A ``tombstone`` has no revisions, and ``file_sha256`` is its own hash.
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
    replays: Mapping[str, Any] | None = None
    redates: Mapping[int, date] = field(default_factory=dict)

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
        """Whether readers see another document than its latest revision, or it has none."""
        latest = self.latest(snapshot.key)
        if latest is None or latest.data is None or latest.covers != snapshot.covers:
            return True
        if not snapshot.reads_as(latest.data):
            return True
        # Facts are in the language of the provider, who may call it another without changing them.
        if kind_of(snapshot.kind).has_pages and latest.language != snapshot.language:
            return True
        return self.offers_otherwise(latest, snapshot)

    def offers_otherwise(self, revision: Revision, snapshot: Snapshot) -> bool:
        """Whether a document offers other files than a revision of it."""
        offered = revision.files
        if offered.keys() != snapshot.files.keys():
            return True
        return not all(is_offered(unpacked(path), offered[name]) for name, path in snapshot.files.items())

    def require(self, now: Collection[str]) -> None:
        """Raises RecordError if a published document is none of the keys; what is wholly redacted may be gone."""
        gone = [k for k, all_ in self.revisions.items() if k not in now and any(r.data is not None for r in all_)]
        if gone:
            record = self.folder.name + "/" + file_name(self.revisions[gone[0]][-1].record)
            raise RecordError(
                f"{gone[0]}.yaml was published ({record}) and is no longer in the content{and_more(gone)}; published "
                "documents stay: restore it, and mark a release that has left the market as withdrawn"
            )

    def offered(self, revision: Revision) -> dict[str, Path]:
        """Where the files that a revision offers are kept, by name, without those that are only kept outside."""
        kept = {name: self.stored(sha256) for name, sha256 in revision.files.items()}
        return {name: path for name, path in kept.items() if name not in revision.outside or path.is_file()}

    def absent(self, revision: Revision) -> dict[str, str]:
        """Hashes of the files that a revision offers and that are only kept outside, by name."""
        return {name: sha256 for name, sha256 in revision.files.items() if name not in self.offered(revision)}

    def stored(self, sha256: str) -> Path:
        """Where a file that a revision offers for download is kept."""
        return stored(self.folder, sha256)


def record_names(folder: Path) -> list[str]:
    """Names of the files in a folder of records that are records, or should be; none where there is no folder."""
    return sorted(file.name for file in folder.glob("*.json") if not file.name.startswith("."))


def read_chain(folder: Path) -> Chain:
    """The records of a folder; an empty chain where there is none.

    Raises RecordError, naming the file, if the chain does not hold.
    """
    return chain_of(((name, (folder / name).read_bytes()) for name in record_names(folder)), folder)


def chain_of(files: Iterable[tuple[str, bytes]], folder: Path) -> Chain:
    """The chain of record files given as (name, bytes), in order. Raises RecordError as ``read_chain`` does."""
    records: list[Record] = []
    for name, raw in files:
        records.append(read_record(f"{folder.name}/{name}", name, raw, records[-1] if records else None))
    written = tuple(records)
    for number, day in ((number, day) for record in written for number, day in record.redates.items()):
        records[number - 1] = replace(records[number - 1], day=day)
    days = [record.day for record in records]
    erasures = {r.redacts["record"]: r for r in records if r.redacts}
    found: list[Revision] = []
    for record in records:
        erasure = erasures.get(record.number)
        if record.tombstone:
            _check_tombstone(f"{folder.name}/{record.file}", record, erasure)
        found += _erased(erasure) if erasure else record.revisions
    for record, what in out_of_order(written, days, found):
        advice = "what was published stays; restore the file from version control or from the published site"
        raise RecordError(f"{what}; {advice}", f"{folder.name}/{record.file}")
    revisions: dict[str, list[Revision]] = {}
    for revision in sorted(found, key=lambda r: r.number):
        dated = revision if revision.data is None else replace(revision, day=days[revision.record - 1])
        revisions.setdefault(revision.key, []).append(dated)
    return Chain(folder, tuple(records), {key: tuple(all_) for key, all_ in revisions.items()})


def read_record(place: str, name: str, raw: bytes, before: Record | None) -> Record:
    """One record, held against the one before it. Raises RecordError, with what to do."""
    record = parse_record(place, raw)
    expected = before.number + 1 if before else 1
    if record.number != expected or name != file_name(record.number):
        advice = "restore it from version control or from the published site"
        if record.number < expected:
            advice = f"this is a second {file_name(record.number)}; either {REPLAY}; or {advice}"
        raise RecordError(f"{file_name(expected)} should come here; {advice}", place)
    if record.previous != (before.sha256 if before else None):
        behind = file_name(record.number - 1) if before else "nothing"
        raise RecordError(
            f"does not follow {behind}, which is another than the one it was written behind; either {REPLAY}; or a "
            "record was replaced: restore it from version control or from the published site",
            place,
        )
    return record


def parse_record(place: str, raw: bytes) -> Record:
    """One record by itself. Raises RecordError, with what to do, if the file is none or was changed."""
    sha256 = file_hash(raw)
    if sha256 is None:
        if has_conflict_marks(raw):
            raise RecordError(f"the file holds the conflict marks of a merge; {REPLAY}", place)
        message = "the file was changed after it was written; restore the file from version control or from the "
        raise RecordError(f"{message}published site", place)
    try:
        members = json.loads(raw)
        known = text_of(members["format"])
        record = _record(members, sha256) if known in _FORMATS else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecordError("not a publication record; move it out of the folder", place) from None
    if record is None:
        raise RecordError(f"written in another format ({printable(known)[:60]}); use a newer gpai-portal", place)
    return record


def _record(members: Mapping[str, Any], sha256: str) -> Record:
    """A record as its members say it is. Raises ValueError, KeyError or TypeError where they do not."""
    tombstone = "replaces" in members
    number = whole_of(members["number"])
    redacts, replays = members.get("redacts"), members.get("replays")
    if redacts:
        if not 0 < whole_of(redacts["record"]) < number:
            raise ValueError("an erasure of what comes later")
        matching(SHA256, redacts["tombstone"])
        for gone in redacts["documents"]:
            matching(KEY, gone["key"]), text_of(gone["kind"]), whole_of(gone["revision"]), day_of(gone["date"])
    if replays:
        matching(SHA256, replays["sha256"]), day_of(replays["date"])
    redates = {whole_of(entry["record"]): day_of(entry["date"]) for entry in members.get("redates", ())}
    if not all(0 < known < number for known in redates):
        raise ValueError("a day of what comes later")
    return Record(
        number,
        day_of(members["date"]),
        text_of(members.get("reason", "")),
        matching(SHA256, members["previous"]) if members["previous"] is not None else None,
        matching(SHA256, members["replaces"]) if tombstone else sha256,
        tuple(_revision(entry, members) for entry in members.get("documents", ())),
        redacts,
        tombstone,
        sha256,
        replays,
        redates,
    )


def _revision(entry: Mapping[str, Any], record: Mapping[str, Any]) -> Revision:
    origin = entry.get("restates", record)
    # Records of the first format repeat the reason of what was erased, which may be what had to be erased.
    reason = origin.get("reason", "") if origin is record or origin.get("reason") == FIRST else ""
    if not isinstance(entry["data"], dict):
        raise TypeError("no document")
    return Revision(
        matching(KEY, entry["key"]),
        text_of(entry["kind"]),
        whole_of(entry["revision"]),
        day_of(origin["date"]),
        text_of(reason),
        whole_of(origin["number"]),
        text_of(entry["language"]),
        entry["data"],
        tuple(matching(KEY, cover) for cover in entry["covers"]),
        {matching(FILE, name): matching(SHA256, sha256) for name, sha256 in entry["files"].items()},
        tuple(text_of(name) for name in entry["changed"]),
        matching(SHA256, entry["sha256"]),
        entry.get("editorial", False) is True,
        tuple(matching(FILE, name) for name in entry.get("outside", ())),
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


def and_more(keys: Sequence[object]) -> str:
    """How messages say that what holds for the first of several holds for others too; empty for one."""
    return f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""
