"""Whether what is there is what was published: a content folder, a built site, or a site on the web.

Every finding is a Problem that names the file. Hashes show that a file was changed after publication; they say
nothing about whether what it states is true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.checking import check
from gpai_portal.codes import Code
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.content.model import Disclosures
from gpai_portal.errors import Problem, RecordError, Report, UsageError
from gpai_portal.publication.history import compare_history
from gpai_portal.publication.kept import kept
from gpai_portal.publication.members import matching, text_of
from gpai_portal.publication.proof import RESTORE, Known, Proof, names_in, offered_problems, prove, prove_folder
from gpai_portal.publication.records import FOLDER, Chain, Revision, file_name, read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.schema import load
from gpai_portal.site.addresses import INDEX, cover_uri, home_uri
from gpai_portal.site.head import is_draft
from gpai_portal.site.hosting import CHECKSUMS, check_sums, size_problems
from gpai_portal.site.versions import ABOUT, revision_problems, twin_data
from gpai_portal.site.web import WebSite
from gpai_portal.steps import steps

#: Address of a record.
_RECORD = re.compile(r"[!-~]*records/(?!000000)[0-9]{6}\.json\Z")

#: Address of a current document as JSON, below the root of its site.
_TWIN = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*\.json\Z")

#: A file of a site by its address below the root; None if it is not there.
Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Verified:
    """What was looked at: number of records and of revisions, the hash of the last record, and all findings.

    There are no numbers, and no hash, where the records could not be read as one chain.

    ``signed`` says whether every record is signed with one key, whose ``fingerprint`` that is, and ``given`` whether
    that key was given. ``proved`` says in sentences what was compared with what, and what that shows.
    """

    records: int | None
    revisions: int | None
    head: str
    signed: bool
    fingerprint: str
    given: bool
    proved: tuple[str, ...]
    report: Report


def verify(target: str, as_of: date, public_key: Path | None = None, head: str | None = None) -> Verified:
    """Verifies a content folder, a folder with a built site, or a site by its address.

    ``public_key`` is a key one already trusts; else the one offered beside the records is used. ``head`` is the hash of
    a record that one has seen before. Raises UsageError for anything else, for an address that does not answer, and for
    a repository that git refuses to read.
    """
    known = Known(public_key.read_bytes() if public_key else None, head)
    if target.lower().startswith(("http://", "https://")):
        return _site(WebSite(target).read, _names_on_web, Report(), known, _WEB)
    folder = Path(target)
    if not folder.is_dir():
        raise UsageError(f"{target}: no such folder; give a content folder, a site folder or an https address")
    report = Report()
    if (folder / "provider.yaml").is_file():
        return _content(folder, as_of, report, known)
    if not (folder / "index.html").is_file():
        raise UsageError(f"{target}: neither a content folder (provider.yaml) nor a built site (index.html)")
    report.add(check_sums(folder))
    report.add(size_problems(folder))

    def read(name: str) -> bytes | None:
        return (folder / name).read_bytes() if (folder / name).is_file() else None

    compared = [_FOLDER if (folder / CHECKSUMS).is_file() else _NO_SUMS]
    if drafts := [page.parent for page in sorted(folder.rglob("*.html")) if is_draft(page.read_bytes())]:
        compared.append(_DRAFTS.format(count=len(drafts), first=drafts[0].relative_to(folder).as_posix()))
    return _site(read, lambda _read, _last: names_in(folder / FOLDER), report, known, *compared)


# -- what it shows ------------------------------------------------------------------------------------------

_RECORDED = "Compared with the records: revisions and current documents as JSON, and the files they offer."
_NOT_RECORDED = "There are no records, so nothing shows whether this is what was published."
_WEB = "Pages were not compared: what they show is as trustworthy as the host."
_FOLDER = (
    f"Every file, pages too, was compared with {CHECKSUMS}, which is not signed: it shows a damaged copy, and no "
    "forger who writes it anew."
)
_DRAFTS = "Drafts with open fields, which were not published: {count} page(s), first {first}."
_UNREAD = "Nothing was compared with the records, because of the errors that are named."
_NO_SUMS = f"Pages were not compared: there is no {CHECKSUMS}."


def _verified(proof: Proof, report: Report, *compared: str) -> Verified:
    chain = proof.chain
    report.add(proof.problems)
    if not proof.holds:
        return Verified(None, None, "", False, proof.fingerprint, proof.given, (_UNREAD,), report)
    count = sum(len(all_) for all_ in chain.revisions.values())
    signed = bool(chain.records) and proof.signed == len(chain.records)
    head = chain.head.sha256 if chain.head else ""
    proved = (*_proved(proof), *compared)
    return Verified(len(chain.records), count, head, signed, proof.fingerprint, proof.given, proved, report)


def _proved(proof: Proof) -> Iterator[str]:
    """What signatures and the known record show."""
    count = len(proof.chain.records)
    if proof.fingerprint:
        whose = "the key you gave" if proof.given else "the key found beside the records"
        yield f"{proof.signed} of {count} records signed with {whose}, fingerprint {proof.fingerprint}."
    if proof.signed and not proof.given:
        yield (
            "That shows only that whoever put the key there signed them. Compare the fingerprint with one you have "
            "from elsewhere, or give the key with --public-key."
        )
    if not proof.signed and count:
        yield (
            "No signature was found to hold: whoever can write all records can write another history, and this would "
            "not show it."
        )
    if proof.known is None:
        yield "No known hash was given (--head): records cut off at the end show only where something else names them."
        return
    yield (
        f"The hash you gave is that of record {proof.known.number} of {count}: from record {proof.proven_from} to it, "
        "nothing was changed or taken away since."
        if proof.proven_from <= proof.known.number
        else f"The hash you gave is said to be that of record {proof.known.number}, which was redacted, so that it "
        "cannot be computed; only a signature vouches for it."
    )


# -- a content folder ---------------------------------------------------------------------------------------


def _content(folder: Path, as_of: date, report: Report, known: Known) -> Verified:
    proof = prove_folder(folder / FOLDER, known)
    report.add(offered_problems(proof.chain))
    content, found = check(folder, as_of, kept(proof.chain))
    drafts: Mapping[str, int] = {}
    if found.errors:
        advice = "run gpai-portal check"
        what = "the content has errors, so it was not compared with the records"
        report.add([Problem(Code.CONTENT_INVALID, "content", what, advice)])
    else:
        disclosures = compose(content)
        drafts = disclosures.drafts
        if proof.chain.records:
            report.add(_compared(proof.chain, disclosures))
    told = [f"Drafts with open fields: {', '.join(sorted(drafts))}."] if drafts else []
    history = compare_history(folder, proof.chain) if proof.holds else None
    if history is None:
        told.append("Not compared with a history: there is no git repository with a commit here.")
        return _verified(proof, report, *told)
    report.add(history.problems)
    told += [
        "Compared with every record that the commit checked out and those before it have in this folder (commits that "
        f"wrote records: {history.commits})."
    ]
    if history.shallow:
        told.append("The clone is shallow, so that a part of the history is missing.")
    if history.replayed:
        told.append(f"Records of another branch in it, which records here say they repeat: {history.replayed}.")
    if history.replaced:
        told.append(f"Records of an older chain in it, in whose place this one was begun: {history.replaced}.")
    return _verified(proof, report, *told)


def _compared(chain: Chain, disclosures: Disclosures) -> Iterator[Problem]:
    """What is gone or differs from what was published last."""
    now = snapshots(disclosures)
    yield from missing_documents(chain, now)
    for snapshot in now.values():
        if chain.differs(snapshot):
            yield _unpublished(snapshot.key, disclosures.drafts.get(snapshot.key, 0))


def _unpublished(key: str, open_fields: int) -> Problem:
    if open_fields:
        what, advice = (
            f"is a draft with open fields ({open_fields})",
            "answer what gpai-portal check names, then publish",
        )
    else:
        what, advice = "differs from what was published last", "run gpai-portal publish, or undo the change"
    return Problem(Code.NOT_PUBLISHED, f"{key}.yaml", what, advice)


def missing_documents(chain: Chain, now: Collection[str]) -> Iterator[Problem]:
    """Documents that were published and are no longer in the content."""
    try:
        chain.require(now)
    except RecordError as error:
        yield Problem(Code.PUBLISHED_MISSING, "content", str(error), RESTORE)


def check_folder(folder: Path, as_of: date) -> tuple[Content, Report]:
    """A content folder, and all its problems as on a day, with what a build would refuse about its records.

    Raises UsageError if there is no folder.
    """
    try:
        chain = read_chain(folder / FOLDER)
    except RecordError as error:
        content, report = check(folder, as_of)
        report.add([Problem(Code.CHAIN_BROKEN, error.place, error.message, "then run gpai-portal verify")])
        return content, report
    content, report = check(folder, as_of, kept(chain))
    if not report.errors:
        report.add(missing_documents(chain, [content.key(source.file) for source in content.sources()]))
    report.add(offered_problems(chain))
    return content, report


# -- a site -------------------------------------------------------------------------------------------------


def _expected(chain: Chain, latest: Revision, root: str, name: str) -> Any:
    """The latest revision as a current document repeats it; None for one that no portal has published."""
    try:
        schema = load(latest.key.rpartition("/")[2])
        return twin_data(schema, latest.data or {}, chain.revisions[latest.key][:-1], root, name)
    except (ValueError, AttributeError, TypeError, KeyError):
        return None


@dataclass(frozen=True)
class _Index:
    """What the index of a site says: number and hash of the last record, and each current document's twin below the
    site's root with whether it says that it is published."""

    root: str
    last: int
    sha256: str
    twins: tuple[tuple[str, bool], ...]


def _read_index(raw: bytes) -> _Index:
    """Raises ValueError, KeyError, TypeError or AttributeError for anything that is no index."""
    index = _json(raw)
    records = index.get("records", {})
    last = text_of(records.get("last", ""))
    number = int(matching(_RECORD, last)[-len("NNNNNN.json") : -len(".json")]) if last else 0
    entries = list(index["documents"])
    for model in index["models"]:
        for release in model["releases"]:
            entries += release["documents"]
    root = text_of(index["root"])
    twins = [matching(_TWIN, text_of(entry["json"]).removeprefix(root)) for entry in entries]
    published = [entry.get("publication", {}).get("published") is True for entry in entries]
    return _Index(root, number, text_of(records.get("sha256", "")), tuple(zip(twins, published, strict=True)))


def _json(raw: bytes) -> Any:
    """A JSON file that anybody may have written. Raises ValueError for what is none."""
    try:
        return json.loads(raw)
    except RecursionError:
        raise ValueError("too deep") from None


def _names_on_web(read: Read, last: int) -> list[str]:
    """Names of the files of a chain where nothing lists them, up to a missing one, and to one behind the last."""
    names = []
    for number in range(1, last + 2):
        name = file_name(number)
        there = read(f"{FOLDER}/{name}") is not None
        if there or number <= last:
            names.append(name)
        if read(f"{FOLDER}/{name.replace('.json', '.sig')}") is not None:
            names.append(name.replace(".json", ".sig"))
        if not there:
            break
    return names


def _site(
    read: Read, names_of: Callable[[Read, int], list[str]], report: Report, known: Known, *compared: str
) -> Verified:
    raw_index = read(INDEX)
    if raw_index is None:
        raise UsageError(f"there is no {INDEX}, so this is no portal made with gpai-portal")
    try:
        index = _read_index(raw_index)
    except (ValueError, AttributeError, TypeError, KeyError):
        problem = Problem(Code.FILE_CHANGED, INDEX, "is not the index of a portal", RESTORE)
        return _verified(Proof(Chain(Path(FOLDER)), holds=False, problems=[problem]), report)
    once: dict[str, bytes | None] = {}

    def record_file(name: str) -> bytes | None:
        if name not in once:
            once[name] = read(f"{FOLDER}/{name}")
        return once[name]

    names = names_of(lambda name: record_file(name.removeprefix(f"{FOLDER}/")), index.last)
    proof = prove(names, record_file, Path(FOLDER), known)
    chain = proof.chain
    if proof.holds:
        report.add(_index_problems(index, chain))
    shown = [r for all_ in chain.revisions.values() for r in all_ if r.data is not None and home_uri(r.key)]
    for revision in steps(shown, "comparing revisions"):
        report.add(revision_problems(read, revision))
    latest = {
        f"{uri.rstrip('/')}.json": all_[-1]
        for key, all_ in chain.revisions.items()
        if home_uri(key)
        for uri in {home_uri(key), *(cover_uri(cover, key.rpartition("/")[2]) for cover in all_[-1].covers)}
    }
    report.add(_unnamed(read, index, chain))
    for twin, published in steps(index.twins if chain.records else (), "comparing documents"):
        report.add(_twin(chain, latest.get(twin), index.root, twin, read(twin), published))
    return _verified(proof, report, _RECORDED if chain.records else _NOT_RECORDED, *compared)


def _index_problems(index: _Index, chain: Chain) -> Iterator[Problem]:
    head = chain.head
    if index.last > len(chain.records):
        name = f"{FOLDER}/{file_name(len(chain.records) + 1)}"
        yield Problem(
            Code.RECORD_MISSING, name, f"is missing; {INDEX} names {file_name(index.last)} as the last", RESTORE
        )
    elif head and index.last < head.number:
        what = (
            f"is not known to {INDEX}, which names {file_name(index.last) if index.last else 'no record'} as the last"
        )
        yield Problem(Code.FILE_CHANGED, f"{FOLDER}/{head.file}", what, "build the site again")
    elif head and head.sha256 != index.sha256:
        what = f"names another hash for {head.file} than it has"
        yield Problem(Code.FILE_CHANGED, INDEX, what, RESTORE)


def _unnamed(read: Read, index: _Index, chain: Chain) -> Iterator[Problem]:
    """Documents that were published and that the index does not name, so that nobody would look at them. It names none
    that takes facts from a file with open fields, whose page says that it is a draft."""
    named = {twin for twin, _published in index.twins}
    for key, revisions in chain.revisions.items():
        twin = f"{home_uri(key).rstrip('/')}.json"
        if not home_uri(key) or twin in named or all(r.data is None for r in revisions):
            continue
        page = f"{home_uri(key)}index.html"
        if is_draft(read(page) or b""):
            advice = "answer what gpai-portal check names, then publish; its last revision is what was published"
            yield Problem(Code.NOT_PUBLISHED, page, "is a draft with open fields that was not published", advice)
        else:
            yield Problem(Code.FILE_CHANGED, INDEX, f"does not name {twin}, which was published", RESTORE)


def _twin(
    chain: Chain, latest: Revision | None, root: str, name: str, raw: bytes | None, published: bool
) -> Iterator[Problem]:
    """A current document has to be its latest revision, unless its page says that it is a draft.

    It lists the revisions before it; sites of earlier versions of this tool do not.
    """
    try:
        data = _json(raw or b"")
        for own in ("$schema", ABOUT):
            data.pop(own, None)
    except (ValueError, AttributeError, TypeError):
        data = None
    if data is None:
        yield Problem(Code.FILE_CHANGED, name, "is missing or no document", RESTORE)
    elif latest is not None and (data == latest.data or data == _expected(chain, latest, root, name)):
        return
    elif published:
        yield Problem(Code.FILE_CHANGED, name, "is not the latest published revision", RESTORE)
    else:
        advice = "run gpai-portal publish, or undo the change"
        yield Problem(Code.NOT_PUBLISHED, name, "is a draft that was not published", advice)
