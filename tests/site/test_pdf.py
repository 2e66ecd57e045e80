"""PDF files of documents, read back: what they say, how they are tagged, and that they are the same each time."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpai_portal.content.answers import Entry
from gpai_portal.errors import UsageError
from gpai_portal.markup import text_of
from gpai_portal.schema import load
from gpai_portal.site import build as site_build
from gpai_portal.site import pdf as printer
from gpai_portal.site.build import Site
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal
from gpai_portal.site.printing import blocks, language
from tests.conftest import DAY, ROOT

ADDRESS = "https://portal.example/ai-act/"
FOLDERS = {"sample": ROOT / "content", "base": ROOT / "tests/examples/base/content"}
SUMMARY = "models/skrift/2.0/training-content/r2/"
PDF = re.compile(rb"%PDF-1\.7.*%%EOF", re.DOTALL)


@cache
def site_of(folder: Path, code: str = "en", address: str = ADDRESS) -> Site:
    portal = Portal.load(folder, DAY, code, address)
    portal.printed = True
    return Site(portal)


@cache
def made(source: str, uri: str, code: str = "en") -> bytes:
    site = site_of(FOLDERS[source], code)
    return site.pdf(site.portal.pages[uri])


def printed(site: Site) -> list[Page]:
    """The pages of which a PDF file is made."""
    pages = site.portal.pages.values()
    return [page for page in pages if site.portal.print_of(page) is page]


def squeezed(text: str) -> str:
    """Without white space: a line of a file ends anywhere."""
    return re.sub(r"[\s\u00a0\u2022]+", "", text)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def footer_of(page: str) -> str:
    """What stands at the foot of a page, which is the last of its text."""
    return page[page.rindex("Public Summary") :] if "Public Summary" in page else page


def body_of(data: bytes, footers: list[str]) -> str:
    """The text of a file without its footers and page numbers."""
    text = ""
    for page in read(data).pages:
        found = squeezed(page.extract_text())
        for footer in footers:
            found = found.replace(footer, "")
        text += re.sub(r"\d+/\d+$", "", found)
    return text


def tree(node: Any) -> Iterator[dict[str, Any]]:
    """The tags of a file, in the order of reading."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from tree(child)
    elif isinstance(node, dict) and "/S" in node:
        yield node
        yield from tree(node.get("/K", []))


def tags(data: bytes) -> list[str]:
    return [node["/S"] for node in tree(read(data).trailer["/Root"]["/StructTreeRoot"]["/K"])]


def of_html(html: str, **options: Any) -> bytes:
    given_ = {"title": "Title", "author": "Author", "day": DAY, "lang": "en", "base": ADDRESS, **options}
    return printer.pdf(f"<h1>Title</h1>{html}<footer><p>Foot</p></footer>", **given_)


def text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(data).pages)


# -- what a file says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", printed(site_of(FOLDERS["sample"])), ids=lambda page: page.uri)
def test_every_label_and_answer_is_in_it_in_official_order(page: Page) -> None:
    """The page of a document is known to have them all; a file has what it has, in the same order."""
    site = site_of(FOLDERS["sample"])
    document = page.document
    assert document is not None
    body = site.render(page).body
    first = next(e.field for e in document.root.entries if e.field.kind == "section")
    sections = body[body.index(f'<h2 id="{"-".join(first.path).replace("_", "-")}"') :]
    expected = squeezed(re.sub(r"\[.*?\]", "", "")) + squeezed(text_of(sections, {}, ""))
    data = made("sample", page.uri)
    footers = [squeezed(text_of(line, {}, "")) for line in _footer(site, page)]
    found = body_of(data, footers)
    assert _letters(found[found.index(squeezed(_heading(first))) :]) == _letters(expected)


def _heading(field: Any) -> str:
    return f"{field.number} {field.title}"


def _footer(site: Site, page: Page) -> list[str]:
    seen: list[str] = []

    def keep(html: str, **_: Any) -> bytes:
        seen.append(html)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_build, "pdf", keep)
        site.pdf(page)
    return re.findall(r"<p>(.*?)</p>", seen[0][seen[0].index("<footer>") :])


def _letters(text_: str) -> str:
    """Numbers of lists are made by the file, and quotation marks by a browser."""
    return re.sub(r"[“”‘’\"]", "", text_)
