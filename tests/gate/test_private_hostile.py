"""What lies in the private folder by accident, or was made to be hard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gpai_portal.errors import Report
from gpai_portal.gate.private import Private
from gpai_portal.gate.reading import read_private
from gpai_portal.limits import MAX_MARKDOWN_BYTES
from gpai_portal.publication.kept import valid_content

TODAY = date(2026, 11, 24)
DOCUMENT = "documents/skrift-2.0/skumringsvej-guide.md"


def read(desk: Path) -> tuple[Private, Report]:
    return read_private(desk / "private", valid_content(desk / "content", TODAY), TODAY)


def test_a_byte_order_mark_is_no_part_of_a_document(desk: Path) -> None:
    file = desk / "private" / DOCUMENT
    before, _ = read(desk)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    private, report = read(desk)
    assert report.errors == []
    assert [d.body for d in private.documents] == [d.body for d in before.documents]


def test_a_document_has_a_bound(desk: Path) -> None:
    file = desk / "private" / DOCUMENT
    text = file.read_bytes()
    file.write_bytes(text + b"x" * (MAX_MARKDOWN_BYTES - len(text)))
    assert read(desk)[1].errors == []
    file.write_bytes(text + b"x" * (MAX_MARKDOWN_BYTES - len(text) + 1))
    (problem,) = read(desk)[1].errors
    assert (problem.code, problem.file) == ("file-too-large", f"private/{DOCUMENT}")
    assert "500,000 bytes" in problem.message


def test_a_document_that_cannot_be_read_leaves_no_attachment_without_one(desk: Path) -> None:
    file = desk / "private" / DOCUMENT
    text = file.read_text(encoding="utf-8")
    assert "attachments:" in text
    file.write_text(text.replace("---\n", "---\ntitle: again\n", 1), encoding="utf-8")
    assert {(p.file, p.code) for p in read(desk)[1].errors} == {(f"private/{DOCUMENT}", "duplicate-key")}


@pytest.mark.parametrize(
    "name", ["._guide.md", ".guide.md.swp", "Thumbs.db", ".idea/model-documentation.yaml", ".#x.md"]
)
def test_what_systems_and_editors_leave_is_not_read(desk: Path, name: str) -> None:
    for folder in ("", "documents", "models", "models/skrift/2.0"):
        file = desk / "private" / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith(".#"):
            file.symlink_to("somebody@machine.1234")
        else:
            file.write_bytes(b"\0[")
    assert read(desk)[1].errors == []
