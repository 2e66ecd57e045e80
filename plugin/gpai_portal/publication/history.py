"""Records as git keeps them: of a commit, and whether the folder still holds what any commit held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gpai_portal.codes import Code, Severity
from gpai_portal.errors import Problem, RecordError, UsageError, printable
from gpai_portal.git import git
from gpai_portal.publication.records import FOLDER, Chain, Record, parse_record


@dataclass(frozen=True)
class History:
    """What was compared: ``commits`` with records; ``shallow`` if the repository holds a part of its history only.

    ``replayed`` counts records that are not in the chain and that one in it says it repeats, from another branch;
    ``replaced`` those of an older chain, in whose place the present one was begun.
    """

    commits: int
    shallow: bool
    replayed: int
    replaced: int
    problems: tuple[Problem, ...]


def compare_history(content: Path, chain: Chain) -> History | None:
    """Holds a chain against all commits that led to the one checked out; None where there is no commit.

    A record of another branch may have gone if a later one replays it. Raises UsageError if git refuses to answer.
    """
    if not git(content, "rev-parse", "--verify", "--quiet", "HEAD"):
        return None
    shallow = git(content, "rev-parse", "--is-shallow-repository") == b"true\n"
    replayed = {record.replays["sha256"] for record in chain.records if record.replays}
    replayed -= {record.sha256 for record in chain.records}
    known = replayed | {record.sha256 for record in chain.records}
    found = list(_committed(content))
    contents = _contents(content, [blob for _commit, blob in found])
    parsed = ((commit, _parsed(contents.get(blob, b""))) for commit, blob in found)
    held = {record.sha256: (record, commit) for commit, record in parsed if record}
    gone = {sha256: there for sha256, there in held.items() if sha256 not in known}
    begun = {sha256 for sha256 in gone if chain.records and _first(sha256, held) not in {None, chain.records[0].sha256}}
    problems = [_problem(*gone[sha256], chain) for sha256 in gone.keys() - begun]
    if begun:
        message = f"begins another chain than earlier commits have, and the records of that one are gone: {len(begun)}"
        advice = "if nobody decided that, restore the records from those commits"
        place = f"{FOLDER}/{chain.records[0].file}"
        problems.append(Problem(Code.RECORD_CHANGED, place, message, advice, severity=Severity.WARNING))
    commits = len({commit for commit, *_ in found})
    return History(commits, shallow, len(replayed & held.keys()), len(begun), tuple(problems))


def _first(sha256: str, held: Mapping[str, tuple[Record, str]]) -> str | None:
    """The first record of the chain that a record belongs to; None if it is not known."""
    while (there := held.get(sha256)) and there[0].previous is not None:
        sha256 = there[0].previous
    return sha256 if there else None


def _problem(record: Record, commit: str, chain: Chain) -> Problem:
    place = f"{FOLDER}/{record.file}"
    advice = f"restore it, in the content folder: git checkout {commit[:12]} -- {place}"
    if record.number <= len(chain.records):
        return Problem(Code.RECORD_CHANGED, place, f"is another record than commit {commit[:12]} has", advice)
    return Problem(Code.RECORD_MISSING, place, f"is missing; commit {commit[:12]} has it", advice)


def _committed(content: Path) -> Iterator[tuple[str, str]]:
    """Every version that a record file ever had: the commit that brought it, and the id of its bytes."""
    # What somebody has configured for git log must not leave out the first commit, or one side of a merge.
    settings = ("-c", "log.showRoot=true", "-c", "log.showSignature=false", "--no-replace-objects")
    merges = ("--full-history", "--diff-merges=separate", "--no-renames", "--relative")
    words = (*settings, "log", *merges, "--raw", "--no-abbrev", "-z", "--format=%H")
    raw = git(content, *words, "HEAD", "--", FOLDER) or b""
    commit = meta = ""
    for part in raw.decode(errors="replace").replace("\n", "\0").split("\0"):
        if part.startswith(":"):
            meta = part.split()[3]
        elif meta:
            name = part.removeprefix(f"{FOLDER}/")
            if name[:6].isdecimal() and name[6:] == ".json" and name[:6].isascii() and meta.strip("0"):
                yield commit, meta
            meta = ""
        elif part:
            commit = part


def _parsed(raw: bytes) -> Record | None:
    """The record in these bytes; None if they are none, as after a conflict."""
    try:
        return parse_record("", raw)
    except RecordError:
        return None


def records_of(content: Path, ref: str) -> dict[str, bytes]:
    """The files of the records folder as a commit has them, by their path in it.

    Raises UsageError if there is no such commit, or no repository.
    """
    commit = git(content, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        raise UsageError(f"{printable(ref)} is no branch or commit of a git repository around {content}")
    listed = git(content, "ls-tree", "-r", "-z", commit.decode().strip(), "--", FOLDER) or b""
    blobs = {}
    for line in listed.decode(errors="replace").split("\0"):
        if line:
            meta, _tab, path = line.partition("\t")
            blobs[path.removeprefix(f"{FOLDER}/")] = meta.split()[2]
    contents = _contents(content, list(blobs.values()))
    return {name: contents[blob] for name, blob in blobs.items() if blob in contents}


def _contents(folder: Path, blobs: list[str]) -> Mapping[str, bytes]:
    """The bytes behind ids of git."""
    asked = list(dict.fromkeys(blobs))
    raw = git(folder, "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in asked).encode()) if asked else b""
    found, at = {}, 0
    for blob in asked:
        end = (raw or b"").find(b"\n", at)
        head = (raw or b"")[at:end].split()
        if end < 0 or len(head) != 3:
            break
        size = int(head[2])
        found[blob] = (raw or b"")[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found
