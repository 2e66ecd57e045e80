"""Distinctive words in every place of the private sample, looked for in everything that is built, said and committed.

The scan is the test's own. It must find every word in the control, a site of its own into which the private folder
was copied unsealed, so that finding nothing elsewhere means something.
"""

from __future__ import annotations

import base64
import gzip
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLE, SEALED_BY, run

CANARIES = {
    "title": "Tindebro",
    "heading": "Klingdal",
    "body": "Ravnemose",
    "table cell": "Sylterne",
    "code": "Hvalrosk",
    "link text": "Bregnevang",
    "alternative text": "Gyldenfelt",
    "front matter": "Mosekonge",
    "file name of a document": "skumringsvej",
    "file name of an attachment": "odinsgavl",
    "bytes of an attachment": "Bregnedybe",
    "bytes of an image": "Lindormen",
    "second document": "Havørnen",
    "item of the Form for downstream providers": "Krabbegat",
    "item of the Form for authorities": "Ulvetange",
    "document for authorities": "Isbjerget",
    "company": "Nordlygte",
    "contact": "Torskebo",
    "purpose": "Stenbukvej",
    "basis": "Vildsvinet",
}
#: What stands in recipients.yaml only, which no site of any kind takes in.
RECIPIENTS = {"Nordlygte", "Torskebo", "Stenbukvej", "Vildsvinet"}


def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and what is compressed or encoded in them."""
    yield data
    if depth > 1:
        return
    for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data):
        try:
            # 47: zlib and gzip alike
            yield from layers(zlib.decompressobj(47).decompress(data[match.start() :]), depth + 1)
        except zlib.error:
            continue
    for match in re.finditer(rb"[A-Za-z0-9+/_-]{24,}", data):
        run_ = match[0].translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            part = run_[start:]
            yield base64.b64decode(part[: len(part) // 4 * 4])
    for match in re.finditer(rb"(?:[0-9a-fA-F]{2}){8,}", data):
        yield bytes.fromhex(match[0].decode())


def found_in(name: str, data: bytes) -> set[str]:
    words = {word: word.lower().encode() for word in CANARIES.values()}
    escaped = {word: word.lower().encode("ascii", "backslashreplace") for word in CANARIES.values()}
    found = set()
    for layer in (name.encode(), *layers(data)):
        text = layer.lower()
        if not text.isascii():
            text = layer.decode("utf-8", "ignore").lower().encode()
        found |= {word for word in words if words[word] in text or escaped[word] in text}
    return found


def scan(folder: Path) -> dict[str, set[str]]:
    files = [f for f in folder.rglob("*") if f.is_file()]
    assert files
    hits = {f.relative_to(folder).as_posix(): found_in(f.relative_to(folder).as_posix(), f.read_bytes()) for f in files}
    return {name: words for name, words in hits.items() if words}


def site(folder: Path, docs: str = "content/pages") -> Path:
    """A site with every plugin at hand that reads, lists or repeats pages."""
    (folder / "mkdocs.yml").write_text(
        "site_name: Canaries\nsite_url: https://canaries.example/\n"
        f"docs_dir: {docs}\n"
        "theme: {name: material, font: false, features: [navigation.footer, toc.integrate]}\n"
        "plugins:\n  - search\n  - tags\n  - blog\n"
        f"  - gpai-portal: {{sealed_by: {SEALED_BY}}}\n  - print-site\n"
        "markdown_extensions: [tables, attr_list]\n",
        encoding="utf-8",
    )
    blog = folder / docs / "blog/posts"
    blog.mkdir(parents=True)
    (blog / "news.md").write_text("---\ndate: 2026-11-01\n---\n# News\n\nText.\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "encode", [lambda b: b, gzip.compress, zlib.compress, base64.b64encode, lambda b: b.hex().encode()]
)
def test_the_scan_sees_through_packing(encode) -> None:
    for place, word in CANARIES.items():
        assert word in found_in("x", b"before " + encode(f"... the word {word} is here ...".encode()) + b" after"), (
            place
        )


def test_the_scan_finds_every_word_in_the_control(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "private/documents", tmp_path / "docs/private")
    for file in (SAMPLE / "private/models").rglob("*.yaml"):
        target = tmp_path / "docs/private" / file.relative_to(SAMPLE / "private")
        target.parent.mkdir(parents=True)
        shutil.copyfile(file, target)
    for file in (SAMPLE / "private/documents").rglob("*.md"):  # as a download, with its head
        shutil.copyfile(file, tmp_path / f"docs/private/{file.stem}.txt")
    (tmp_path / "docs/index.md").write_text("# Home\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Control\ndocs_dir: docs\ntheme: {name: material, font: false}\nmarkdown_extensions: [tables]\n",
        encoding="utf-8",
    )
    done = run("mkdocs", "build", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    hits = scan(tmp_path / "site")
    assert set().union(*hits.values()) == set(CANARIES.values()) - RECIPIENTS
    assert "Tindebro" in hits["search/search_index.json"]
    assert found_in("recipients.yaml", (SAMPLE / "private/recipients.yaml").read_bytes()) == RECIPIENTS


def test_nothing_is_in_the_site_the_logs_or_the_caches(desk: Path) -> None:
    site(desk)
    said = []
    for words in (["seal", "--new-epoch"], ["seal", "--check"], ["leaks", "content"], ["request", "none.txt"]):
        done = run("gpai_portal.cli", *words, cwd=desk)
        said.append(done.stdout + done.stderr)
    done = run("mkdocs", "build", "--strict", "--verbose", cwd=desk)
    assert done.returncode == 0, done.stderr
    said.append(done.stdout + done.stderr)
    assert (desk / "site/print_page/index.html").is_file()
    assert (desk / "site/blog/index.html").is_file()
    assert found_in("logs", "\n".join(said).encode()) == set()
    shutil.rmtree(desk / "private")
    assert scan(desk) == {}


def test_nothing_is_in_the_repository_beside_the_sample() -> None:
    files = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    quoting = (
        "tests/sample/private/",
        "tests/gate/",
        "tests/sealing/",
        "tests/browser/gate/",
        "tests/site/test_sealed_set.py",
    )
    names = [n for n in files.decode().split("\0") if n and not n.startswith(quoting) and (ROOT / n).is_file()]
    assert len(names) > 300
    hits = {name: words for name in names if (words := found_in(name, (ROOT / name).read_bytes()))}
    assert hits == {}


def test_the_built_sample_holds_nothing(sample_site: Path) -> None:
    assert scan(sample_site) == {}
