"""What a build refuses to copy into the site: private files, wherever in a file and however packed they are."""

from __future__ import annotations

import base64
import bz2
import codecs
import gzip
import io
import lzma
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gpai_portal import limits
from gpai_portal.errors import SealingError
from gpai_portal.names import NOT_PUBLIC
from gpai_portal.sealing.keys import SECRET_MARK, Identity
from gpai_portal.site.guard import refuse_keys, refuse_private
from tests.conftest import ROOT

Build = Callable[..., subprocess.CompletedProcess[str]]

KEY = Identity.generate().to_text("2026-11-24")
SIGNING = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
HEAD = '---\ntitle: Eldkvarn\naudience: [DPs]\nversion: "1"\n---\nText.\n'
ZEROS = bytes(1_100_000)


def zipped(name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("first.txt", "Nothing.")
        archive.writestr(name, data)
    return file.getvalue()


def tarred(name: str, data: bytes, mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


PRIVATE = {
    "key": KEY.encode(),
    "key with spaces": KEY.replace(SECRET_MARK, f"{SECRET_MARK} ").encode(),
    "key behind zeros": ZEROS + KEY.encode() + ZEROS,
    "key across two pieces": bytes((1 << 20) - 30) + KEY.encode(),
    "key in UTF-16 LE": codecs.BOM_UTF16_LE + KEY.encode("utf-16-le"),
    "key in UTF-16 BE": codecs.BOM_UTF16_BE + KEY.encode("utf-16-be"),
    "key in UTF-16 without a mark": KEY.encode("utf-16-be"),
    "key in UTF-16 behind zeros": ZEROS + KEY.encode("utf-16-le"),
    "key in UTF-16 behind text": b"Text. " * 200_000 + KEY.encode("utf-16-le"),
    "key in UTF-32": KEY.encode("utf-32"),
    "key in base64": base64.b64encode(KEY.encode()),
    "key in wrapped base64": base64.encodebytes(KEY.encode()),
    "key in wrapped base64 behind zeros": ZEROS + base64.encodebytes(KEY.encode()),
    "key in hex": KEY.encode().hex().encode(),
    "key in gzip": gzip.compress(KEY.encode()),
    "key in gzip behind zeros": ZEROS + gzip.compress(KEY.encode()) + ZEROS,
    "key far in gzip": gzip.compress(ZEROS * 20 + KEY.encode()),
    "key in bzip2": bz2.compress(KEY.encode()),
    "key in xz": lzma.compress(KEY.encode()),
    "key in zip": zipped("notes.txt", KEY.encode()),
    "key in zip by bzip2": zipped("notes.txt", KEY.encode(), zipfile.ZIP_BZIP2),
    "key in gzip in base64": base64.encodebytes(gzip.compress(KEY.encode())),
    "key in zip in zip": zipped("inner.zip", zipped("notes.txt", KEY.encode("utf-16"))),
    "key to sign with": SIGNING.encode(),
    "key to sign with, in JSON": SIGNING.replace("\n", "\\n").encode(),
    "opened document": ZEROS + NOT_PUBLIC + ZEROS,
    "opened document in UTF-16": ZEROS + NOT_PUBLIC.decode().encode("utf-16-be"),
    "document": HEAD.encode(),
    "document with a byte order mark": HEAD.encode("utf-8-sig"),
    "document in UTF-16": HEAD.encode("utf-16"),
    "document in zip": zipped("guide.txt", HEAD.encode()),
    "document in gzip": gzip.compress(HEAD.encode()),
    "recipients in zip": zipped("private/recipients.yaml", b"recipients: []\n"),
    "recipients in tar": tarred("private/recipients.yaml", b"recipients: []\n", "w"),
    "recipients in tar.gz": tarred("private/recipients.yaml", b"recipients: []\n", "w:gz"),
}
PUBLIC = {
    "empty": b"",
    "mark": f"A line that begins with {SECRET_MARK} is a secret.".encode(),
    "block": b"A file that begins with -----BEGIN PRIVATE KEY----- is a secret.",
    "public key": b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAEAVHS9B3Y6h6HGhqVcyN5lWYDtTW+WNc5L2Pl8qUi2g=\n",
    "head": b"---\ntitle: x\naudience: developers\n---\nFor DPs.\n",
    "example": f"# How to write one\n\n```\n{HEAD}```\n".encode(),
    "zip": zipped("provider.txt", b"The list recipients.yaml is private."),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_private_files_are_known_wherever_their_mark_stands(tmp_path: Path, name: str) -> None:
    docs = tmp_path / "pages/assets"
    docs.mkdir(parents=True)
    (docs / "file.dat").write_bytes(PRIVATE[name])
    with pytest.raises(SealingError, match=r"file\.dat belongs into the private folder") as caught:
        refuse_private(tmp_path / "content", [tmp_path / "pages"])
    assert "Eldkvarn" not in str(caught.value)


@pytest.mark.parametrize("name", PUBLIC)
def test_what_only_speaks_of_private_files_is_copied(tmp_path: Path, name: str) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/file.dat").write_bytes(PUBLIC[name])
    assert refuse_private(tmp_path / "content", [tmp_path / "pages"]) == []


def test_our_own_pages_are_copied() -> None:
    assert refuse_private(ROOT / "content", [ROOT / "content/pages"]) == []
    assert refuse_private(ROOT / "content", [ROOT / "docs/pages"]) == []


def test_a_file_that_is_not_searched_to_its_end_is_named(project: Path, build: Build) -> None:
    rest = bytes(limits.MAX_UNPACKED_BYTES + 1)
    (project / "content/pages/large.gz").write_bytes(gzip.compress(rest, 1))
    done = build()
    assert done.returncode == 1
    assert "large.gz: more is packed in it than is searched for something private" in done.stderr
    (project / "content/pages/large.gz").write_bytes(gzip.compress(KEY.encode() + rest, 1))
    assert "large.gz belongs into the private folder" in build().stderr


def test_keys_that_another_plugin_writes_into_the_site_end_the_build(project: Path, build: Build) -> None:
    (project / "hook.py").write_text(
        "from pathlib import Path\n\ndef on_post_build(config):\n"
        f"    Path(config.site_dir, 'assets/copied.bin').write_bytes(bytes(2_000_000) + {KEY.encode('utf-16')!r})\n",
        encoding="utf-8",
    )
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write("hooks: [hook.py]\n")
    done = build()
    assert done.returncode == 1
    assert "assets/copied.bin holds a secret key or a private document" in done.stderr
    assert KEY.splitlines()[-1][-43:] not in done.stderr
    (project / "site/assets/copied.bin").write_bytes(PUBLIC["mark"])
    refuse_keys(project / "site")
    for before in range((1 << 20) - 400, (1 << 20) + 1, 50):  # wherever it is cut in two
        (project / "site/assets/copied.bin").write_bytes(bytes(before) + KEY.splitlines()[-1].encode("utf-32"))
        with pytest.raises(SealingError):
            refuse_keys(project / "site")
