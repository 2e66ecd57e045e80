"""A mailed request is bounded, and no broken mail ends in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpai_portal.errors import SealingError, UsageError
from gpai_portal.gate.requests import parse_request, read_request
from gpai_portal.limits import MAX_REQUEST_BYTES
from gpai_portal.sealing.keys import Identity, Kem
from tests.fuzz.shapes import SHAPES

KEY = Identity(Kem.X25519, bytes(range(32))).public
TEXT = (
    f"Company: S\u00f8ster\nKey type: X25519\nFingerprint: {KEY.fingerprint}\n"
    f"-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n{KEY.text}\n-----END GPAI-PORTAL PUBLIC KEY-----\n"
)
PLAIN = b"From: a@b.example\nContent-Type: text/plain; charset=%s\n\n%s"


def nested(levels: int) -> bytes:
    """A mail in which the request lies so many parts deep."""
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels))
    return f"From: a@b.example\n{parts}Content-Type: text/plain\n\n{TEXT}".encode()


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        PLAIN % (b"utf-8", TEXT.encode()),
        PLAIN % (b"iso-8859-1", TEXT.encode("latin-1")),
        PLAIN % (b"windows-1252", TEXT.encode("latin-1")),
        PLAIN.replace(b"a@b.example", b'"\\0" <@>,:;;;') % (b"utf-8", TEXT.encode()),
        nested(20),
        TEXT.encode() * 3,
    ],
)
def test_a_request_is_read_however_it_was_mailed(raw: bytes) -> None:
    said, key = parse_request(raw)
    assert (said["name"], key) == ("S\u00f8ster", KEY)


@pytest.mark.parametrize(
    "raw",
    [
        nested(2_000),
        b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 5_000,
        PLAIN % (b'"\0"', TEXT.encode("latin-1")),
        PLAIN % (b"punycode", TEXT.encode("latin-1")),
        PLAIN % (b"unicode_escape", TEXT.encode("latin-1")),
        PLAIN % (b"no-such", TEXT.encode("latin-1")),
        PLAIN % (b"; a=b" * 100_000, TEXT.encode()),
        b'From: \0 <@>,:;;;\nContent-Type: multipart/mixed; boundary="\0"\n\n--\0\n',
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 100_000,
        b"-----END GPAI-PORTAL PUBLIC KEY-----" + b"-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n" * 3,
        b"",
        b"\xff\xfe\xd8",
    ],
)
def test_a_broken_mail_is_told_in_one_sentence(raw: bytes) -> None:
    with pytest.raises(SealingError) as caught:
        parse_request(raw)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("shape", SHAPES["request"])
def test_no_shape_of_a_mail_takes_more_than_its_length(shape: str) -> None:
    """760 kB of lines that begin a key took two minutes; the test ends because no shape is quadratic."""
    with pytest.raises(SealingError):
        parse_request(SHAPES["request"][shape](760_000).encode("utf-8", "surrogateescape"))


def test_a_request_has_a_bound(tmp_path: Path) -> None:
    file = tmp_path / "request.eml"
    file.write_bytes(TEXT.encode().ljust(MAX_REQUEST_BYTES))
    assert parse_request(read_request(file))[1] == KEY
    file.write_bytes(TEXT.encode().ljust(MAX_REQUEST_BYTES + 1))
    with pytest.raises(UsageError, match="more than 5,000,000 bytes; save the text"):
        read_request(file)


def test_a_request_is_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file"):
        read_request(tmp_path)
