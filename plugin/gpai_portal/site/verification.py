"""Whether what is there is what was published: a content folder, a built site, or a site on the web.

Every finding is a Problem that names the file. Hashes show that a file was changed after publication; they say
nothing about whether what it states is true.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from gpai_portal.checking import check
from gpai_portal.codes import Code
from gpai_portal.content.composition import compose
from gpai_portal.errors import Problem, RecordError, Report, UsageError
from gpai_portal.limits import ANSWER_SECONDS, MAX_ANSWER_BYTES
from gpai_portal.publication.records import (
    FOLDER,
    Chain,
    Revision,
    canonical,
    chain_of,
    digest,
    file_hash,
    file_name,
)
from gpai_portal.publication.signing import PUBLIC_KEY, holds, read_public_key, signature_name
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.addresses import INDEX, cover_uri, home_uri, revision_uri
from gpai_portal.site.hosting import check_sums, size_problems

RESTORE = "restore it from version control or from a copy of the published site"

Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Verified:
    """What was looked at: number of records and of revisions, the hash of the last record, and all findings."""

    records: int
    revisions: int
    head: str
    signed: bool
    report: Report


def verify(target: str, as_of: date, public_key: Path | None = None) -> Verified:
    """Verifies a content folder, a folder with a built site, or a site by its address.

    ``public_key`` is a key one already trusts; else the one offered beside the records is used. Raises UsageError
    for anything else, and for an address that does not answer.
    """
    key = public_key.read_bytes() if public_key else None
    if urlsplit(target).scheme in {"http", "https"}:
        return _site(lambda name: _fetch(target, name), Report(), key)
    folder = Path(target)
    if not folder.is_dir():
        raise UsageError(f"{target}: no such folder; give a content folder, a site folder or an https address")
    report = Report()
    if (folder / "provider.yaml").is_file():
        return _content(folder, as_of, report, key)
    if not (folder / "index.html").is_file():
        raise UsageError(f"{target}: neither a content folder (provider.yaml) nor a built site (index.html)")
    report.add(check_sums(folder))
    report.add(size_problems(folder))
    return _site(lambda name: _local(folder / name), report, key)


def _local(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _fetch(site: str, name: str) -> bytes | None:
    """A file of a site; None if the site does not have it."""
    address = f"{site.rstrip('/')}/{quote(name)}"
    request = Request(address, headers={"User-Agent": "gpai-portal verify"})  # noqa: S310 - http or https, see verify
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            raw: bytes = answer.read(MAX_ANSWER_BYTES)
            return raw
    except HTTPError as error:
        if error.code in {403, 404, 410}:
            return None
        raise UsageError(f"{address} answers with status {error.code}") from None
    except (URLError, TimeoutError, OSError) as error:
        raise UsageError(f"{address} does not answer ({getattr(error, 'reason', error)})") from None


# -- the chain ----------------------------------------------------------------------------------------------


def _chain(read: Read, folder: Path, names: list[str], report: Report) -> Chain:
    """The chain as far as it can be read, with every file of it that is wrong."""
    raws = [(name, raw) for name in names if (raw := read(f"{FOLDER}/{name}")) is not None]
    broken = [name for name, raw in raws if file_hash(raw) is None]
    for name in broken:
        report.add([Problem(Code.RECORD_CHANGED, f"{FOLDER}/{name}", "was changed after it was written", RESTORE)])
    if broken:
        return Chain(folder)
    try:
        chain = chain_of(raws, folder)
    except RecordError as error:
        report.add([Problem(Code.CHAIN_BROKEN, error.place, error.message, RESTORE)])
        return Chain(folder)
    for name, raw in raws:
        members = json.loads(raw)
        sealed = {k: v for k, v in members.items() if k != "sha256"}
        if canonical(sealed)[:-1] != raw[: len(canonical(sealed)) - 1]:
            report.add(
                [Problem(Code.RECORD_CHANGED, f"{FOLDER}/{name}", "is not in canonical form (RFC 8785)", RESTORE)]
            )
        for entry in members.get("documents", ()):
            if digest(canonical(entry["data"])) != entry["sha256"]:
                what = f"the hash of {entry['key']} is not that of its data"
                report.add([Problem(Code.RECORD_CHANGED, f"{FOLDER}/{name}", what, RESTORE)])
    for record in chain.records:
        if record.redacts and not chain.records[record.redacts["record"] - 1].tombstone:
            report.add(
                [
                    Problem(
                        Code.REDACTION_UNFINISHED,
                        f"{FOLDER}/{file_name(record.redacts['record'])}",
                        f"is redacted by {record.file} and still here",
                        "run gpai-portal publish, which puts the tombstone in its place",
                    )
                ]
            )
        if record.tombstone:
            report.add(
                [
                    Problem(
                        Code.RECORD_REDACTED,
                        f"{FOLDER}/{record.file}",
                        "was redacted; its hash is kept, its contents cannot be verified",
                        "nothing to do",
                    )
                ]
            )
    return chain


def _signatures(chain: Chain, read: Read, key: bytes | None, report: Report) -> bool:
    """Checks all signatures; whether the last record is signed."""
    offered = read(f"{FOLDER}/{PUBLIC_KEY}")
    place = f"{FOLDER}/{PUBLIC_KEY}"
    if key and offered and key != offered:
        report.add(
            [Problem(Code.KEY_CHANGED, place, "is not the key you gave", "ask the provider which key is theirs")]
        )
    raw_key = key or offered
    if raw_key is None:
        for record in chain.records:
            if read(f"{FOLDER}/{signature_name(record)}"):
                report.add([Problem(Code.KEY_MISSING, place, "records are signed, and the key is missing", RESTORE)])
                break
        return False
    try:
        public = read_public_key(raw_key, place)
    except UsageError as error:
        report.add([Problem(Code.KEY_CHANGED, place, str(error), RESTORE)])
        return False
    signed = False
    for record in chain.records:
        signature = read(f"{FOLDER}/{signature_name(record)}")
        raw = read(f"{FOLDER}/{record.file}")
        signed = bool(signature)
        # The signature of an erased record was made over what is gone; later records vouch for its hash.
        if signature and raw and not record.tombstone and not holds(public, signature, raw):
            what = f"is no signature of {record.file} by {PUBLIC_KEY}"
            report.add([Problem(Code.SIGNATURE_WRONG, f"{FOLDER}/{signature_name(record)}", what, RESTORE)])
    if not signed and chain.records:
        last = chain.records[-1].file
        advice = "sign it with: gpai-portal publish --sign KEY"
        report.add(
            [
                Problem(
                    Code.SIGNATURE_MISSING,
                    f"{FOLDER}/{last}",
                    "the last record is not signed",
                    advice,
                )
            ]
        )
    return signed


# -- a content folder ---------------------------------------------------------------------------------------


def _content(folder: Path, as_of: date, report: Report, key: bytes | None) -> Verified:
    names = sorted(file.name for file in (folder / FOLDER).glob("[0-9]*.json"))
    chain = _chain(lambda name: _local(folder / name), folder / FOLDER, names, report)
    for revision in (r for all_ in chain.revisions.values() for r in all_):
        for name, sha256 in revision.files.items():
            stored = chain.stored(sha256)
            if not stored.is_file() or digest(stored.read_bytes()) != sha256:
                what = f"is not the file {name} that {revision.address} offers"
                report.add([Problem(Code.FILE_CHANGED, f"{FOLDER}/files/{sha256}", what, RESTORE)])
    signed = _signatures(chain, lambda name: _local(folder / name), key, report)
    content, found = check(folder, as_of)
    if found.errors:
        advice = "run gpai-portal check"
        what = "the content has errors, so it was not compared with the records"
        report.add([Problem(Code.CONTENT_INVALID, "content", what, advice)])
    elif chain.records:
        now = snapshots(compose(content))
        try:
            chain.require(now)
        except RecordError as error:
            report.add([Problem(Code.PUBLISHED_MISSING, "content", str(error), RESTORE)])
        for snapshot in now.values():
            if chain.differs(snapshot):
                what = "differs from what was published last"
                advice = "run gpai-portal publish, or undo the change"
                report.add([Problem(Code.NOT_PUBLISHED, f"{snapshot.key}.yaml", what, advice)])
    return _verified(chain, signed, report)


def _verified(chain: Chain, signed: bool, report: Report) -> Verified:
    count = sum(len(all_) for all_ in chain.revisions.values())
    return Verified(len(chain.records), count, chain.head.sha256 if chain.head else "", signed, report)


# -- a site -------------------------------------------------------------------------------------------------


def _site(read: Read, report: Report, key: bytes | None) -> Verified:
    raw_index = read(INDEX)
    if raw_index is None:
        raise UsageError(f"there is no {INDEX}, so this is no portal made with gpai-portal")
    try:
        index = json.loads(raw_index)
        last = index.get("records", {}).get("last", "").rpartition("/")[2].removesuffix(".json")
        documents = list(_documents(index))
    except (ValueError, AttributeError, TypeError, KeyError):
        report.add([Problem(Code.FILE_CHANGED, INDEX, "is not the index of a portal", RESTORE)])
        return _verified(Chain(Path(FOLDER)), False, report)
    names = [file_name(n) for n in range(1, int(last) + 1)] if last.isdigit() else []
    for name in names:
        if read(f"{FOLDER}/{name}") is None:
            report.add([Problem(Code.RECORD_MISSING, f"{FOLDER}/{name}", "is missing", RESTORE)])
    chain = _chain(read, Path(FOLDER), names, report)
    if chain.head and chain.head.sha256 != index["records"]["sha256"]:
        what = f"names another hash for {chain.head.file} than it has"
        report.add([Problem(Code.FILE_CHANGED, INDEX, what, RESTORE)])
    for revision in (r for all_ in chain.revisions.values() for r in all_ if r.data is not None):
        if home_uri(revision.key):
            base = revision_uri(revision)
            expected = {f"{base.rstrip('/')}.json": revision.sha256}
            expected |= {f"{base}{name}": sha256 for name, sha256 in revision.files.items()}
            for name, sha256 in expected.items():
                raw = read(name)
                if raw is None or digest(raw) != sha256:
                    what = "is missing" if raw is None else f"is not what {FOLDER}/{file_name(revision.record)} says"
                    report.add([Problem(Code.FILE_CHANGED, name, what, RESTORE)])
    latest = {
        f"{uri.rstrip('/')}.json": all_[-1]
        for key, all_ in chain.revisions.items()
        for uri in {home_uri(key), *(cover_uri(cover, all_[-1].kind) for cover in all_[-1].covers)}
        if uri
    }
    for twin, published in documents if chain.records else ():
        report.add(_twin(latest.get(twin), twin, read(twin), published))
    return _verified(chain, _signatures(chain, read, key, report), report)


def _documents(index: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Address of each current document's twin below the site's root, and whether it says it is published."""
    entries = list(index["documents"])
    for model in index["models"]:
        for release in model["releases"]:
            entries += release["documents"]
    root = index["root"]
    for entry in entries:
        yield entry["json"].removeprefix(root), entry.get("publication", {}).get("published", False)


def _twin(latest: Revision | None, name: str, raw: bytes | None, published: bool) -> Iterator[Problem]:
    """A current document has to be its latest revision, unless its page says that it is a draft."""
    try:
        data = json.loads(raw or b"")
        data.pop("$schema", None)
    except (ValueError, AttributeError):
        data = None
    if data is None:
        yield Problem(Code.FILE_CHANGED, name, "is missing or no document", RESTORE)
    elif latest is not None and data == latest.data:
        return
    elif published:
        yield Problem(Code.FILE_CHANGED, name, "is not the latest published revision", RESTORE)
    else:
        advice = "run gpai-portal publish, or undo the change"
        yield Problem(Code.NOT_PUBLISHED, name, "is a draft that was not published", advice)
