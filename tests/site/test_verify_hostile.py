"""verify against a server that lies, drips, floods, leads elsewhere, or answers in every wrong shape."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.errors import UsageError
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import file_name, with_hash
from gpai_portal.site import web
from gpai_portal.site.verification import Verified, verify
from tests.conftest import ROOT, run
from tests.publication.chains import DAY, new_key, published_now

Answer = Callable[["Handler"], None]
INDEX = "gpai-transparency.json"


class Handler(BaseHTTPRequestHandler):
    """Answers with what the test has put at an address, bytes or a function; else 404."""

    answers: dict[str, bytes | Answer]
    asked: list[str]

    def do_GET(self) -> None:
        name = self.path.removeprefix("/portal/")
        self.asked.append(name)
        answer = self.answers.get(name, self.answers.get("*"))
        try:
            if callable(answer):
                answer(self)
            else:
                self.send(404 if answer is None else 200, answer or b"")
        except OSError:
            self.close_connection = True  # who asked has gone

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is not news."""


@contextmanager
def hosting(answers: dict[str, bytes | Answer]) -> Iterator[tuple[str, list[str]]]:
    """Address of a site with these answers, and what was asked for."""
    asked: list[str] = []
    handler = type("Site", (Handler,), {"answers": answers, "asked": asked})
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/portal/", asked
        finally:
            server.shutdown()
            thread.join()


def index(last: Any = "records/000001.json", **members: Any) -> bytes:
    whole = {"root": "", "records": {"last": last, "sha256": "0" * 64}, "documents": [], "models": [], **members}
    return json.dumps(whole).encode()


def told(answers: dict[str, bytes | Answer]) -> Verified:
    with hosting(answers) as (address, _):
        return verify(address, DAY)


@pytest.fixture
def record(tmp_path: Path) -> dict[str, Any]:
    """Members of a real record."""
    publish(published_now(ROOT / "tests/examples/base/content"), tmp_path / "records", DAY)
    members: dict[str, Any] = json.loads((tmp_path / "records/000001.json").read_bytes())
    del members["sha256"]
    return members


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a test can reach."""
    monkeypatch.setattr(web, "MAX_SITE_SECONDS", 2)
    monkeypatch.setattr(web, "MAX_SITE_ANSWERS", 40)
    monkeypatch.setattr(web, "MAX_SITE_BYTES", 3_000_000)
    monkeypatch.setattr(web, "MAX_ANSWER_BYTES", 1_000_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"7", b'"x"', b"{}", b"\xff\xfe", b"{" * 100_000, b"[" * 200_000, b"9" * 6_000,
        b'{"records": []}', index(7), index([]), index("x/99999999"), index("records/99999999.json"),
        index("records/000000.json.json"), index("records/-00001.json"), index("records/000000.json"),
        index("records/\u0661\u0661\u0661\u0661\u0661\u0661.json"), index("a\u202erecords/000001.json"),
        index(documents=None), index(documents=7), index(documents="ab"), index(documents=[[]]), index(models=[{}]),
        index(models=[{"releases": 1}]), index(root=None), index(documents=[{"json": None}]),
        index(documents=[{"json": "../../x.json"}]), index(documents=[{"json": "/etc/x.json"}]),
        index(documents=[{"json": "a\0.json"}]), index(documents=[{"json": "\ud800.json"}]),
        index(documents=[{"json": "http://other.example/x.json"}]),
        index(documents=[{"json": "x.json", "publication": 3}]),
        index(records=[]), index(records=7), index(records={"last": {}}), index(records={"last": "", "sha256": []}),
    ],
)  # fmt: skip
def test_a_malformed_index_is_a_problem(raw: bytes) -> None:
    found = told({INDEX: raw, "*": raw})
    assert [(p.code, p.file) for p in found.report.errors] == [("file-changed", INDEX)]


def shapes(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record with every member, and every member of its documents, in every wrong shape."""
    wrong: list[Any] = [None, True, 0, -1, 1.5, "", "x", "\ud800", "\x1b[31m\n\u202e", [], [[]], {}, {"x": []}]
    for name in record:
        for value in wrong:
            yield {**record, name: value}
    entry = record["documents"][0]
    for name in entry:
        for value in wrong:
            yield {**record, "documents": [{**entry, name: value}]}
    for name in ("../../x", "a/b", "..", "\0", "\ud800", "x" * 300):
        yield {**record, "documents": [{**entry, "files": {name: "0" * 64}}]}
        yield {**record, "documents": [{**entry, "key": name}]}
    yield {**record, "documents": [entry, entry]}
    for extra in ("redacts", "replays", "redates", "replaces"):
        for value in (*wrong, {"record": 1}, {"record": 99, "tombstone": "0" * 64, "documents": []}, [{"record": 5}]):
            yield {**record, extra: value}
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    yield {**record, "documents": [{**entry, "data": {"x": deep}}]}
    yield {**record, "documents": [{**entry, "data": {"x": 10**4000}}]}
    yield {**record, "documents": [{**entry, "data": {"x": 1e308}, "kind": "nothing"}]}


def test_a_record_in_every_wrong_shape_is_a_problem(record: dict[str, Any]) -> None:
    count = 0
    answers: dict[str, bytes | Answer] = {INDEX: index()}
    with hosting(answers) as (address, _):
        for members in shapes(record):
            # As RFC 8785 writes it, but for half a character, which UTF-8 cannot carry.
            half = "\\ud800" in str(members)
            body = json.dumps(members, separators=(",", ":"), sort_keys=True, ensure_ascii=half).encode()
            answers["records/000001.json"] = body[:-1] + b',"sha256":"%s"}' % hashlib.sha256(body).hexdigest().encode()
            found = verify(address, DAY)
            assert all(str(p).isprintable() for p in found.report)
            count += bool(found.report.errors)
    assert count > 200


def test_bytes_that_are_no_record_are_named(record: dict[str, Any], tmp_path: Path) -> None:
    for raw in (b"", b"{}", b"\x00" * 100, b"[" * 100_000, with_hash(record)[:-3], b"<html>404</html>"):
        found = told({INDEX: index(), "records/000001.json": raw})
        assert [p.file for p in found.report.errors] == ["records/000001.json"]
    for key in (b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"):
        found = told({INDEX: index(), "records/000001.json": with_hash(record), "records/public-key.pem": key})
        assert "records/public-key.pem" in {p.file for p in found.report.errors}
    for signature in (b"x", b"\0" * 64, b"\xff" * 65):
        answers = {INDEX: index(), "records/000001.json": with_hash(record), "records/000001.sig": signature}
        answers["records/public-key.pem"] = new_key(tmp_path / "key.pem").with_suffix(".pub").read_bytes()
        assert ("signature-wrong", "records/000001.sig") in {(p.code, p.file) for p in told(answers).report.errors}


def test_nothing_that_a_terminal_obeys_is_printed(record: dict[str, Any], tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\r\nerror: forged\u202e\u2066\x9b31m"
    listed = {**record["documents"][1], "files": {"a\u202e.txt": "0" * 64}}
    answers: list[dict[str, bytes | Answer]] = [
        {INDEX: index(), "records/000001.json": with_hash({**record, "format": evil})},
        {INDEX: index(), "records/000001.json": with_hash({**record, "documents": [listed]})},
        {"*": lambda h: h.send(302, b"", Location="http://other.example/\u009b31m")},
        {"*": lambda h: h.send_response_only(500, "\u009b31m\x1b[2J") or h.end_headers()},
    ]  # fmt: skip
    for site in answers:
        with hosting(site) as (address, _):
            for format_ in ("text", "json", "github") if "*" not in site else ("text",):
                done = run("gpai_portal.cli", "verify", address, "--format", format_, cwd=tmp_path)
                assert done.returncode in {1, 2}
                for line in (done.stdout + done.stderr).split("\n"):
                    assert line.isprintable(), line
                    assert not line.startswith("error: forged")
                assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "target",
    ["http://other.example/", "https://127.0.0.1:1/", "ftp://127.0.0.1/x", "file:///etc/passwd", "//other.example/x",
     "http://127.0.0.1@other.example/", "http://localhost:{port}/portal/x", "http://127.0.0.1:1/", "javascript:1", "http://["],
)  # fmt: skip
def test_a_site_that_leads_elsewhere_is_not_followed(target: str) -> None:
    asked: list[str] = []

    def lead(handler: Handler) -> None:
        asked.append(handler.path)
        handler.send(302, b"", Location=target.format(port=handler.server.server_address[1]))

    with (
        hosting({"*": lead}) as (address, _),
        pytest.raises(UsageError, match=r"leads to another place|as a site does"),
    ):
        verify(address, DAY)
    assert len(asked) == 1


def test_redirects_within_the_host_are_followed_a_few_times(record: dict[str, Any]) -> None:
    whole = with_hash(record)
    answers: dict[str, bytes | Answer] = {
        INDEX: lambda h: h.send(308, b"", Location="/portal/moved.json"),
        "moved.json": index(records={"last": "records/000001.json", "sha256": json.loads(whole)["sha256"]}),
        "records/000001.json": whole,
    }
    assert told(answers).records == 1
    with hosting({"*": lambda h: h.send(301, b"x" * 1000, Location="/portal/again")}) as (address, asked):
        with pytest.raises(UsageError, match="through more than 5 addresses"):
            verify(address, DAY)
        assert len(asked) == 6


def drip(handler: Handler) -> None:
    """A byte now and then, for ever: no single wait is long."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b"[")
        time.sleep(0.1)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for _ in range(600):
        handler.wfile.write(b"X")
        time.sleep(0.1)


def flood(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"[" * 100_000)


def continued(handler: Handler) -> None:
    while True:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def flood_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while True:
        handler.wfile.write(b"X: %s\r\n" % (b"x" * 60_000))


def flooded_redirect(handler: Handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/portal/other")
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 100_000)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (drip, "more than 2 seconds"),
        (drip_headers, "more than 2 seconds"),
        (continued, "more than 2 seconds"),
        (flood, "sends more than is read"),
        (flood_headers, "does not answer as a site does"),
        (flooded_redirect, "through more than 5 addresses"),
        (lambda h: h.wfile.write(b"nonsense\r\n\r\n"), "does not answer as a site does"),
        (lambda h: h.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "as a site does"),
        (lambda h: h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"), "ends before"),
        (lambda h: h.send(500, b""), "status 500"),
        (lambda h: h.close_connection, "as a site does"),
    ],
)  # fmt: skip
def test_time_and_size_are_bounded(answer: Answer, message: str) -> None:
    with hosting({"*": answer}) as (address, _):
        try:
            found = verify(address, DAY)
            text = " ".join(map(str, found.report.errors))
        except UsageError as error:
            text = str(error)
    assert re.search(message, text), text


@pytest.mark.usefixtures("hasty")
def test_the_number_of_files_is_bounded(record: dict[str, Any]) -> None:
    answers: dict[str, bytes | Answer] = {INDEX: index("records/999999.json")}
    for number in range(1, 60):
        answers[f"records/{file_name(number)}"] = with_hash({**record, "number": number})
    with hosting(answers) as (address, asked):
        with pytest.raises(UsageError, match="was asked for 40 files and there are more"):
            verify(address, DAY)
        assert len(asked) == 40
    # Many that are not there cost one question.
    with hosting({INDEX: index("records/999999.json")}) as (address, asked):
        assert [p.file for p in verify(address, DAY).report.errors] == ["records/000001.json"]
        assert len(asked) < 10


@pytest.mark.usefixtures("hasty")
def test_bytes_are_bounded_in_all(record: dict[str, Any]) -> None:
    answers: dict[str, bytes | Answer] = {INDEX: index("records/000009.json"), "*": b"x" * 900_000}
    with hosting(answers) as (address, _), pytest.raises(UsageError, match="3,000,000 in all"):
        verify(address, DAY)


def test_a_record_behind_the_last_one_of_the_index_is_noticed(tmp_path: Path) -> None:
    now = published_now(ROOT / "tests/examples/base/content")
    publish(now, tmp_path / "records", DAY)
    later = {k: replace(s, data={**s.data, "version": "2"}) if k == "copyright-policy" else s for k, s in now.items()}
    publish(later, tmp_path / "records", DAY, "Next")
    answers: dict[str, bytes | Answer] = {f"records/{f.name}": f.read_bytes() for f in (tmp_path / "records").iterdir()}
    first = json.loads((tmp_path / "records/000001.json").read_bytes())["sha256"]
    found = told({**answers, INDEX: index(records={"last": "records/000001.json", "sha256": first})})
    assert ("file-changed", "records/000002.json") in {(p.code, p.file) for p in found.report.errors}


@pytest.mark.parametrize("address", ["http://", "http://[", "http://host/?x", "http://host:99999/"])
def test_what_is_no_address_is_wrong_use(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a site"):
        verify(address, DAY)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="without a name and password") as refused:
        verify("https://user:secret@host/", DAY)
    assert "secret" not in str(refused.value)


def test_a_host_that_is_not_there_is_wrong_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(UsageError, match="does not answer as a site does"):
        verify(f"http://127.0.0.1:{port}/", DAY)
