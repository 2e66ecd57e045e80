"""Every reader of foreign input, as a function of bytes that raises nothing but what its callers print."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.validation import validate
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Source, parse_source
from gpai_portal.content.tables import read_tables
from gpai_portal.errors import PortalError
from gpai_portal.gate.catalogue import Catalogue, DocumentText
from gpai_portal.gate.requests import parse_request
from gpai_portal.gate.state import read_state
from gpai_portal.limits import MAX_MARKDOWN_BYTES
from gpai_portal.names import HEAD, STATE
from gpai_portal.prose import inline, prose
from gpai_portal.publication.offered import as_kept, digest
from gpai_portal.publication.proof import Known, prove
from gpai_portal.publication.records import file_hash, parse_record
from gpai_portal.schema import FURTHER, RECIPIENTS, SUMMARY
from gpai_portal.sealing.keys import Identity, Kem, KeyFile
from gpai_portal.sealing.manifest import _parse_manifest
from gpai_portal.sealing.signing import sign
from gpai_portal.site.rendering import document
from gpai_portal.site.verification import _read_index
from tests.conftest import ROOT

PRIVATE = ROOT / "tests/sample/private"


@dataclass(frozen=True)
class Reader:
    """``read`` takes an input and raises PortalError at most, ``seeds`` are good inputs."""

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]


def _files(folder: Path, pattern: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted(folder.rglob(pattern))]


def yaml_reader(_folder: Path) -> Reader:
    """A file of the content or the private folder: read, held against its schema, and its answers judged."""
    files = [*sorted((ROOT / "content").rglob("*.yaml")), *sorted(PRIVATE.rglob("*.yaml"))]
    kinds = {file.read_bytes()[:200]: file.stem for file in files}
    content = Content(ROOT / "content")

    def read(raw: bytes) -> None:
        kind = kinds.get(raw[:200]) or list(kinds.values())[len(raw) % len(kinds)]
        source, problems = parse_source(kind, ROOT / "content/x.yaml", "x.yaml", raw)
        assert source or all(p.line or p.code == "file-too-large" for p in problems), "a refusal has no line"
        if source:
            problems, source = validate(source, "x.yaml")
            problems += check_answers(source, content, "x.yaml")
        for problem in problems:
            assert problem.message
            assert problem.advice
            str(problem).encode()

    return Reader(read, [file.read_bytes() for file in files])


def table_reader(folder: Path) -> Reader:
    """Rows of a table in a file beside a document: read, and held against the schema."""
    data = {"sources": {"public": {"used": True, "large": {"file": "x.csv"}}}}
    document = Source(SUMMARY, folder / "x.yaml", data)

    def read(raw: bytes) -> None:
        document.file.with_name("x.csv").write_bytes(raw)
        source, problems = read_tables(document, "x.yaml")
        assert all(p.line for p in problems if p.file == "x.csv"), "a refusal has no line"
        for problem in [*problems, *validate(source, "x.yaml")[0]]:
            str(problem).encode()

    header = b"name,url,start,end.state,modalities,note\r\n"
    rows = b'One,https://one.example/,2019-01,unknown,text; other: sound,"a\nb ""c"""\r\nTwo,,,,,\r\n'
    return Reader(read, [header + rows, header.replace(b",", b"\t")])


def markdown_reader(_folder: Path) -> Reader:
    """A private document: its head, and its text as HTML."""

    def read(raw: bytes) -> None:
        if len(raw) > MAX_MARKDOWN_BYTES:
            return  # as the private folder is read
        head = HEAD.match(raw)
        if head:
            source, _ = parse_source(FURTHER, Path("x.md"), "x.md", b"\n" + head[1])
            if source:
                validate(source, "x.md")
        try:
            document(raw[head.end() if head else 0 :].decode(errors="replace"), {})
        except ValueError as error:
            assert isinstance(error.args[0], int)  # noqa: PT017 - the line of a link that leads nowhere

    return Reader(read, _files(PRIVATE, "*.md"))


def prose_reader(_folder: Path) -> Reader:
    """Prose of a public file, of the length and with the addresses that check allows."""

    def read(raw: bytes) -> None:
        text = raw.decode(errors="replace")[:20_000]
        if text.count("://") + text.count("mailto:") <= 1_000:
            (prose if len(text) % 2 else inline)(text)

    return Reader(read, _files(PRIVATE, "*.md"))


def _request() -> bytes:
    public = Identity(Kem.X25519, bytes(range(32))).public
    return (
        f"Company: Søster & Co.\nContact: A. B.\nE-mail: a@b.example\nModels: all\nPurpose: to integrate\n"
        f"Requested: 2026-11-01\nPortal id: {'0' * 32}\nKey type: X25519\nFingerprint: {public.fingerprint}\n"
        f"-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n{public.text}\n-----END GPAI-PORTAL PUBLIC KEY-----\n"
    ).encode()


def request_reader(_folder: Path) -> Reader:
    """A request for access as it arrives by mail."""
    text = _request()
    head = b"From: a@b.example\nSubject: access\n"
    html = b"<html><body><p>" + text.replace(b"\n", b"<br>\n") + b"</p></body></html>"
    seeds = [
        text,
        head + b"Content-Type: text/plain; charset=utf-8\n\n" + text,
        head + b"Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n" + html,
        head
        + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nHello\n--b\n'
        + b'Content-Type: application/octet-stream; name="r.txt"\n\n'
        + text
        + b"\n--b--\n",
        text.decode().encode("utf-16"),
    ]
    return Reader(parse_request, seeds)


def key_reader(_folder: Path) -> Reader:
    """A key file."""
    seeds = [*_files(PRIVATE, "*.key"), Identity(Kem.X25519, bytes(32)).to_text("2026-11-24").encode()]
    return Reader(lambda raw: KeyFile.parse(raw.decode(errors="replace")), seeds)


def state_reader(folder: Path) -> Reader:
    """The state of the section in the private folder."""

    def read(raw: bytes) -> None:
        (folder / STATE).write_bytes(raw)
        read_state(folder)

    return Reader(read, _files(PRIVATE, STATE))


def manifest_reader(_folder: Path) -> Reader:
    """The manifest of a sealed set, signed after it was changed, since whoever forges one can sign it too."""
    sealed = ROOT / "content/sealed"
    sizes = {file.stem: file.stat().st_size for file in sealed.glob("*.bin")}
    signer = Identity(Kem.X25519, bytes(32))
    fields = json.loads((sealed / "manifest.json").read_bytes())
    fields = {key: value for key, value in fields.items() if key not in {"format", "signed_by", "signature"}}
    genuine = sign(signer, fields)

    def read(raw: bytes) -> None:
        _parse_manifest(sealed, raw if raw.startswith(genuine[:30]) else _signed(signer, raw), sizes)

    return Reader(read, [genuine, json.dumps(fields).encode()])


def _signed(signer: Identity, raw: bytes) -> bytes:
    try:
        fields = json.loads(raw)
        return sign(signer, fields)
    except (ValueError, TypeError, RecursionError):
        return raw


def catalogue_reader(_folder: Path) -> Reader:
    """What an opened set says: its catalogue and its documents."""
    entry = {
        "id": "0" * 32,
        "title": "Guide",
        "about": "1.0",
        "language": "en",
        "attachments": [{"id": "1" * 32, "name": "a"}],
    }
    catalogue = {"format": 1, "provider": "Lab", "groups": [{"title": "All", "documents": [entry]}]}
    text = {"title": "Guide", "language": "en", "html": "<p>x</p>", "toc": []}

    def read(raw: bytes) -> None:
        for kind in (Catalogue, DocumentText):
            try:
                kind.parse(raw)
            except PortalError:
                continue

    return Reader(read, [json.dumps(catalogue).encode(), json.dumps(text).encode()])


def record_reader(_folder: Path) -> Reader:
    """A publication record, with its own hash set right where it has one."""

    def read(raw: bytes) -> None:
        name = "000001.json"
        if file_hash(raw) is None and (tail := raw.rfind(b',"sha256":"')) > 0:
            body = raw[:tail]
            raw = body + b',"sha256":"' + digest(as_kept(body + b"}")).encode() + b'"}\n'
        prove([name], {name: raw}.get, Path("records"), Known())
        parse_record(name, raw)

    return Reader(read, [raw for raw in _files(ROOT / "content/records", "0*.json") if len(raw) < 200_000])


def index_reader(_folder: Path) -> Reader:
    """The index that a site on the web answers with."""
    release = {"documents": [{"json": "/ai-act/models/text/1.0/x.json", "publication": {"published": True}}]}
    index = {
        "root": "/ai-act/",
        "documents": [{"json": "/ai-act/copyright-policy.json"}],
        "models": [{"releases": [release]}],
        "records": {"last": "/ai-act/records/000002.json", "sha256": "0" * 64},
    }

    def read(raw: bytes) -> None:
        try:
            _read_index(raw)
        except (ValueError, AttributeError, TypeError, KeyError):
            return

    return Reader(read, [json.dumps(index).encode()])


def recipients_reader(_folder: Path) -> Reader:
    """The list of recipients."""

    def read(raw: bytes) -> None:
        source, _ = parse_source(RECIPIENTS, Path("x.yaml"), "x.yaml", raw)
        if source:
            validate(source, "x.yaml")

    return Reader(read, _files(PRIVATE, "recipients.yaml"))


READERS: dict[str, Callable[[Path], Reader]] = {
    "yaml": yaml_reader,
    "table": table_reader,
    "markdown": markdown_reader,
    "prose": prose_reader,
    "request": request_reader,
    "key": key_reader,
    "recipients": recipients_reader,
    "state": state_reader,
    "manifest": manifest_reader,
    "catalogue": catalogue_reader,
    "record": record_reader,
    "index": index_reader,
}
