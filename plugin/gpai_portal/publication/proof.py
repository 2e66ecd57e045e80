"""What the files of a chain prove: that nothing was changed, who signed it, and that it goes on from a known record.

Where the files come from does not matter: a folder, a site, or memory. Every finding is a Problem that names the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gpai_portal.codes import Code, Severity
from gpai_portal.errors import PortalError, Problem, RecordError, UsageError
from gpai_portal.publication.members import SHA256
from gpai_portal.publication.offered import digest, is_offered, unpacked
from gpai_portal.publication.records import (
    FIRST,
    FOLDER,
    REPLAY,
    Chain,
    Record,
    Revision,
    canonical,
    chain_of,
    file_hash,
    file_name,
    has_conflict_marks,
    record_names,
    with_hash,
)
from gpai_portal.publication.signing import PUBLIC_KEY, fingerprint, holds, read_public_key

RESTORE = "restore it from version control or from a copy of the published site"

#: A file of the records by its name in their folder; None if it is not there.
Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Known:
    """What somebody who verifies already trusts: the provider's key as PEM, and the hash of a record once seen."""

    key: bytes | None = None
    head: str | None = None


@dataclass(frozen=True)
class Proof:
    """What was found.

    ``chain`` is empty if it does not ``hold``. ``signed`` counts the records with a signature by the key of the
    ``fingerprint``, which was ``given`` or lay beside the records; empty if there is none. ``known`` is the record
    whose hash was given, if it is in the chain.
    """

    chain: Chain
    holds: bool = True
    signed: int = 0
    fingerprint: str = ""
    given: bool = False
    known: Record | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def proven_from(self) -> int:
        """Number of the first record that the known one vouches for: a tombstone's hash cannot be computed anew."""
        known = self.known.number if self.known else 0
        return max((r.number + 1 for r in self.chain.records[:known] if r.tombstone), default=1)


def prove(names: Sequence[str], read: Read, folder: Path, known: Known) -> Proof:
    """Looks at the files of a chain, whose ``names`` are those in the folder of the records, keys and signatures too.

    ``folder`` is where the chain says it lies. Raises UsageError if the known key is none, or the known hash no hash.
    """
    raws = {name: read(name) for name in names if name.endswith(".json")}
    problems = list(_broken(raws))
    chain = Chain(folder)
    if not problems:
        try:
            chain = chain_of(((name, raw) for name, raw in raws.items() if raw is not None), folder)
        except RecordError as error:
            advice = "then run gpai-portal verify again"
            problems.append(Problem(Code.CHAIN_BROKEN, error.place, error.message, advice))
    proof = Proof(chain, not problems, problems=problems, given=known.key is not None)
    files = {name: raw for name, raw in raws.items() if raw is not None}
    for record in chain.records:
        problems += _form(record, files[record.file])
        problems += _erasure(chain, record)
    return _signatures(_continuation(proof, known.head), names, files, read, known.key)


def prove_folder(folder: Path, known: Known) -> Proof:
    """Looks at the chain in a folder of records, as ``prove`` does; a proof of nothing where there is no folder."""
    return prove(names_in(folder), lambda name: _local(folder / name), folder, known)


def names_in(folder: Path) -> list[str]:
    """Names of all files of a chain in a folder: records, signatures, the key."""
    return [*record_names(folder), *sorted(file.name for file in folder.glob("*.sig"))]


def _local(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _broken(raws: dict[str, bytes | None]) -> Iterator[Problem]:
    for name, raw in raws.items():
        if raw is None:
            yield Problem(Code.RECORD_MISSING, f"{FOLDER}/{name}", "is missing", RESTORE)
        elif has_conflict_marks(raw):
            yield Problem(Code.RECORD_CHANGED, f"{FOLDER}/{name}", "holds the conflict marks of a merge", REPLAY)
        elif file_hash(raw) is None:
            yield Problem(Code.RECORD_CHANGED, f"{FOLDER}/{name}", "was changed after it was written", RESTORE)


def _form(record: Record, raw: bytes) -> Iterator[Problem]:
    """Whether a record is canonical JSON, and its documents have the hashes that it says they have."""
    place = f"{FOLDER}/{record.file}"
    members = json.loads(raw)
    try:
        canonical_form = with_hash({k: v for k, v in members.items() if k != "sha256"})
        hashes = [digest(canonical(entry["data"])) for entry in members.get("documents", ())]
    except (RecordError, RecursionError):
        yield Problem(Code.RECORD_CHANGED, place, "holds what canonical JSON (RFC 8785) cannot carry", RESTORE)
        return
    if raw != canonical_form:
        yield Problem(Code.RECORD_CHANGED, place, "is not in canonical form (RFC 8785)", RESTORE)
    for revision, sha256 in zip(record.revisions, hashes, strict=True):
        if revision.sha256 != sha256:
            yield Problem(Code.RECORD_CHANGED, place, f"the hash of {revision.key} is not that of its data", RESTORE)
    if any(e.get("restates", {}).get("reason", FIRST) != FIRST for e in members.get("documents", ())):
        message = "repeats the reason of a record that was erased"
        advice = f"erase it as well: gpai-portal publish --redact record-{record.number} --reason TEXT"
        yield Problem(Code.REDACTION_UNFINISHED, place, message, advice, severity=Severity.WARNING)


def _erasure(chain: Chain, record: Record) -> Iterator[Problem]:
    place = f"{FOLDER}/{record.file}"
    if record.redacts and not chain.records[record.redacts["record"] - 1].tombstone:
        yield Problem(
            Code.REDACTION_UNFINISHED,
            f"{FOLDER}/{file_name(record.redacts['record'])}",
            f"is redacted by {record.file} and still here",
            "run gpai-portal publish, which puts the tombstone in its place",
        )
    if record.tombstone:
        message = "was redacted; its hash is kept, its contents cannot be verified"
        yield Problem(Code.RECORD_REDACTED, place, message, "nothing to do")


def _kept(path: Path) -> bytes | None:
    """The bytes of a kept file; None if there is none, or a damaged one."""
    try:
        return unpacked(path)
    except (OSError, PortalError):
        return None


def kept_outside(revision: Revision, name: str) -> Problem:
    """A file that nobody here can look at, since it was too large to be kept beside its record."""
    sha256 = revision.files[name]
    message = f"{name}, which {revision.address} offers, is kept outside, and was not checked; its SHA-256 is {sha256}"
    return Problem(
        Code.FILE_OUTSIDE,
        f"{FOLDER}/{file_name(revision.record)}",
        message,
        f"put it into {FOLDER}/files under the name {sha256} to have it checked",
    )


def offered_problems(chain: Chain) -> Iterator[Problem]:
    """Files under ``records/files`` that are not what a revision offers."""
    for revision in (r for all_ in chain.revisions.values() for r in all_):
        for name, sha256 in revision.files.items():
            raw = _kept(chain.stored(sha256))
            if raw is None and name in revision.outside:
                yield kept_outside(revision, name)
            elif raw is None or not is_offered(raw, sha256):
                what = f"is not the file {name} that {revision.address} offers"
                yield Problem(Code.FILE_CHANGED, f"{FOLDER}/files/{sha256}", what, RESTORE)


def _continuation(proof: Proof, head: str | None) -> Proof:
    """Whether the chain goes on from a record that was once seen."""
    if head is not None and not SHA256.match(head.lower()):
        raise UsageError("--head: give the hash of a record, 64 hexadecimal digits")
    if head is None or not proof.holds:
        return proof
    found = next((r for r in proof.chain.records if r.sha256 == head.lower()), None)
    last = proof.chain.head
    if found is None:
        place = f"{FOLDER}/{last.file}" if last else FOLDER
        message = "the chain ends here and holds no record of the hash you gave: it was cut off or rewritten"
        proof.problems.append(Problem(Code.HEAD_MISSING, place, message, "ask the provider, and keep your copy"))
    elif found.tombstone and not proof.given:
        # Anybody can write a tombstone that names this hash; with a given key, only who signs can.
        message = "is said to have had the hash you gave, and was redacted, so that nothing shows it"
        advice = "give the hash of a later record, or a key that you trust, with --public-key"
        proof.problems.append(Problem(Code.HEAD_MISSING, f"{FOLDER}/{found.file}", message, advice))
    return replace(proof, known=found)


def _signatures(proof: Proof, names: Iterable[str], files: dict[str, bytes], read: Read, given: bytes | None) -> Proof:
    """Holds every record against its signature. With a given key, whatever that key does not cover is an error."""
    problems = proof.problems
    of = {name: name.replace(".json", ".sig") for name in files}
    for name in sorted(set(names) - files.keys() - set(of.values())):
        if name.endswith(".sig"):
            message = "signs a record that is not there"
            problems.append(Problem(Code.SIGNATURE_WRONG, f"{FOLDER}/{name}", message, RESTORE))
    signatures = {name: read(signature) for name, signature in of.items()}
    key = _key(proof, read(PUBLIC_KEY), given, any(signatures.values()))
    if key is None:
        return proof
    if given and not files:
        message = "there are no records, so nothing is signed with the key you gave"
        problems.append(Problem(Code.RECORD_MISSING, FOLDER, message, RESTORE))
    signed = 0
    for name, signature in signatures.items():
        if not signature:
            # Without a known key, records from before the first signature are told of; behind one, it was taken away.
            severity = Severity.ERROR if given or signed else Severity.WARNING
            message = f"is not signed, so the key {'you gave' if given else 'beside the records'} does not cover it"
            advice = "the provider signs it with: gpai-portal publish --sign KEY"
            problems.append(Problem(Code.SIGNATURE_MISSING, f"{FOLDER}/{name}", message, advice, severity=severity))
        elif holds(key, signature, files[name]):
            signed += 1
        else:
            message = f"is no signature of {name} by {'the key you gave' if given else PUBLIC_KEY}"
            problems.append(Problem(Code.SIGNATURE_WRONG, f"{FOLDER}/{of[name]}", message, RESTORE))
    return replace(proof, signed=signed, fingerprint=fingerprint(key))


def _key(proof: Proof, offered: bytes | None, given: bytes | None, signed: bool) -> Ed25519PublicKey | None:
    """The key to check with: the given one, else the one beside the records; None if there is none."""
    place = f"{FOLDER}/{PUBLIC_KEY}"
    beside = None
    if offered is not None:
        try:
            beside = read_public_key(offered, place)
        except UsageError:
            message = "holds no Ed25519 public key"
            proof.problems.append(Problem(Code.KEY_CHANGED, place, message, RESTORE))
    if given is None:
        if offered is None and signed:
            message = "records are signed, and the key is missing"
            proof.problems.append(Problem(Code.KEY_MISSING, place, message, RESTORE))
        return beside
    key = read_public_key(given, "--public-key")
    if beside and fingerprint(beside) != fingerprint(key):
        message = f"is not the key you gave; its fingerprint is {fingerprint(beside)}"
        proof.problems.append(
            Problem(
                Code.KEY_CHANGED, place, message, "ask the provider, by another way than this site, which is theirs"
            )
        )
    return key
