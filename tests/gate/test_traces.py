"""What of a private folder is known again, in whatever form it is written, and what is no trace of it."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import quopri
import shutil
import textwrap
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import yaml

from gpai_portal.errors import Report
from gpai_portal.gate.leaks import leaks_in_folder
from tests.conftest import ROOT, SAMPLE

PASSAGE = "blåbærgrød på sønderjysk med fløde og kanel"
FORM = f"""\
properties:
  architecture: Ring attention over eight nodes
  design_specifications: {PASSAGE}
  total_size: "3.412e9"
compute:
  amount_exact: "1.4e23"
energy:
  inference_compute: "1.1e3"
  training_amount: {{value: "8234567", unit: kWh}}
"""
RECIPIENT = """\
recipients:
- id: aaaaaaaaaa
  name: Mosegrisen AB
  basis: Framework contract 2026-117
  note: Called on Tuesday, unsure
  purpose: Reading aid for ferries
"""
TABLE = "site,mean,p95\nHvidovre hall,12,31.5\nHerlev,3,4\n"
GUIDE = (
    "---\ntitle: Ålekisten\n---\n\n# Limits of batch size\n\n| Host | Racks |\n|---|---|\n| Herlev north | 14 racks |\n"
    "\n# Contact and complaints\n\n- Page web ou formulaire\n"
    "\nBoundaries of the cluster\n---\n\n|Vesterbro east|3 rooms|\n\nHost | Rooms\n--- | ---\nAmager west | 9 rooms\n"
)


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], set[str]]:
    """Kinds of things that are found in the bytes of a file."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "content").mkdir()
    (folder / "content/provider.yaml").write_text("name: Example AI\n", encoding="utf-8")
    (folder / "content/records").mkdir()
    said = {"text": "We publish every figure that we may, with its method."}
    (folder / "content/records/000001.json").write_text(json.dumps(said), encoding="utf-8")
    files = {"models/m/1/model-documentation.yaml": FORM, "recipients.yaml": RECIPIENT}
    for name, text in {**files, "documents/table.csv": TABLE, "documents/guide.md": GUIDE}.items():
        (folder / "private" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "private" / name).write_text(text, encoding="utf-8")
    (folder / "site").mkdir()

    def find(data: bytes) -> set[str]:
        (folder / "site/file.bin").write_bytes(data)
        report: Report = leaks_in_folder(folder / "site", folder / "private", folder / "content")
        assert {problem.code for problem in report} <= {"leak"}
        return {problem.message for problem in report}

    return find


def office(xml: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return file.getvalue()


def zipped(text: str, method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("x", " ".join(text.split()[:6]))
    return file.getvalue()


def squeezed(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(data) + packer.flush()


def runs(text: str) -> str:
    """As an office program writes a text, cut after every fifth character."""
    return "".join(f'<w:r><w:t xml:space="preserve">{text[i : i + 5]}</w:t></w:r>' for i in range(0, len(text), 5))


def pdf(text: str) -> bytes:
    """A page that sets its letters closer here and there, as many programs do."""
    latin = text.replace(" ", ") -333 (").replace("gr", "g)14(r").replace("f", "f) -27.5 (")
    return b"%PDF-1.5\nstream\n" + zlib.compress(f"BT [({latin})] TJ ET".encode("latin-1")) + b"\nendstream"


@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda text: unicodedata.normalize("NFD", text).encode(),
        lambda text: text.encode("latin-1"),
        lambda text: text.upper().encode("latin-1"),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: ("Text. " * 200 + text).encode("utf-16-be"),
        lambda text: quote(text).encode(),
        lambda text: quote_plus(text, encoding="latin-1").encode(),
        lambda text: f"https://x.example/?q={quote_plus(text)}&amp;r=1".encode(),
        lambda text: quopri.encodestring(text.encode()),
        lambda text: quopri.encodestring(text.encode("latin-1")),
        lambda text: json.dumps(text).encode(),
        lambda text: text.replace("ø", "&oslash;").replace("å", "&#xe5;").encode(),
        lambda text: text.replace("grød", "<b>gr</b>ød").replace("kanel", "ka<wbr>nel").encode(),
        lambda text: text.replace("grød", "gr\u00adød").replace("fløde", "flø\u200bde").encode(),
        lambda text: bz2.compress(text.encode()),
        lambda text: lzma.compress(text.encode()),
        lambda text: gzip.compress(text.encode("latin-1")),
        lambda text: base64.encodebytes(text.encode() * 5),
        lambda text: office(f"<w:p>{runs(text)}</w:p>"),
        pdf,
        # One escape in another, as in feeds, attributes and strings of JSON in JSON.
        lambda text: f"<summary>{escape(text.replace(' ', ' <b> ').replace('ø', '&oslash;'))}</summary>".encode(),
        lambda text: f"<img alt='{text.replace('ø', '&oslash;')}'>".encode(),
        lambda text: json.dumps(json.dumps(text)).encode(),
        lambda text: yaml.dump({"text": text}).encode(),
        lambda text: f"See _{text.replace('fløde', '[fløde](https://x.example/a_b)')}_".encode(),
        lambda text: json.dumps(base64.encodebytes(b"x" * 45 + b" " + text.encode()).decode()).encode(),
        lambda text: "\n".join(textwrap.wrap((b"x " * 50 + text.encode()).hex(), 48)).encode(),
        lambda text: bytes(range(256)) * 90 + text.encode("utf-16-le"),
        lambda text: b"(\xfe\xff" + text.encode("utf-16-be") + b") >>" + b"x" * 300,
        lambda text: zipped(text, zipfile.ZIP_STORED),
        lambda text: squeezed(text.encode(), 12),  # as in many PDF files
    ],
)
def test_a_passage_is_found_however_it_is_written(look: Callable[[bytes], set[str]], write) -> None:
    assert "a passage of a private document" in look(write(PASSAGE))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We use ring attention over eight nodes.", "a short answer of a private form"),
        ("<td>Ring attention</td><td>over eight nodes</td>", "a short answer of a private form"),
        ("By framework contract 2026-117.", "what is noted of a recipient"),
        ("called on Tuesday: unsure", "what is noted of a recipient"),
        ("reading aid for ferries", "what is noted of a recipient"),
        ("Hvidovre hall;12;31.5", "a row of a private table"),
        ("<tr><td>Hvidovre hall</td><td>12</td><td>31.5</td></tr>", "a row of a private table"),
        ("Limits of batch size", "a line of a private document"),
        ("Herlev north: 14 racks", "a line of a private document"),
        ("hall,8234567,12", "an exact figure of a private form"),
        ("[1,8234567,2.5]", "an exact figure of a private form"),
        ("a,1.4e23,b", "an exact figure of a private form"),
        ("It has Vesterbro east: 3 rooms.", "a line of a private document"),
        ("Amager west: 9 rooms", "a line of a private document"),
        ("Boundaries of the cluster", "a line of a private document"),
        ("a\u030alekisten", "the title of a private document"),
        *(
            (f"It was {figure} in all.", "an exact figure of a private form")
            for figure in (
                "1.4e23", "1.4E+23", "1,4 × 10^23", "1.4·10²³", "1.40 x 10<sup>23</sup>", "1.4 * 10**23",
                "1.1e3", "1.1 × 10³", "3.412e9", "3,412,000,000", "3 412 000 000", "3412000000", "3.412.000.000",
                "8 234 567", "8.234567e6", "8234567.0", "8.234.567,00", "_8234567_", "8234567kWh",
                r"1.4 \times 10^{23}", r"1.4 \cdot 10^{23}", "1.4e23FLOP",
            )
        ),
    ],
)  # fmt: skip
def test_short_texts_and_figures_are_found(look: Callable[[bytes], set[str]], text: str, what: str) -> None:
    assert what in look(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "We publish every figure that we may, with its method.",
        "Herlev,3,4",  # a row that anybody might write
        "site,mean,p95 and other names of columns",
        "It was 1.5e23, 11.4e23, 1.4e231, 1.4e2, 1.4 and 23; 34120000001; 3,412,000,000,000; 8.234.5678; 14e23.",
        "Attention over eight nodes, and a contract of 2026.",
        "Weights, as a download, by a ring.",
        "It took 1100 kWh, or 1,100.",
    ],
)
def test_other_texts_are_no_traces(look: Callable[[bytes], set[str]], text: str) -> None:
    assert look(text.encode()) == set()


def test_labels_and_what_was_published_are_no_traces(look: Callable[[bytes], set[str]]) -> None:
    for schema in (ROOT / "schemas").rglob("*.json"):
        assert look(schema.read_bytes()) == set()
    for heading in ("Contact and complaints", "Page web ou formulaire"):  # of every portal's pages
        assert look(heading.encode()) == set()
    for page in (ROOT / "docs/pages").rglob("*.md"):
        assert look(page.read_bytes()) == set()


@pytest.mark.parametrize("place", ["content/provider.yaml", "content/models/skrift/2.0/model-documentation.yaml"])
def test_a_passage_pasted_into_a_data_file_is_found(tmp_path: Path, place: str) -> None:
    """On a page as well, since what is only written was not published."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    passage = "keeps the memory of long prompts small. Vocabulary and depth"
    file = tmp_path / place
    file.write_text(f"{file.read_text(encoding='utf-8')}pasted: {passage}\n", encoding="utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/page.html").write_text(passage, encoding="utf-8")
    private = SAMPLE / "private"
    report = leaks_in_folder(tmp_path / "site", private, tmp_path / "content")
    assert [(p.file, p.message) for p in report] == [("page.html", "a passage of a private document")]
    report = leaks_in_folder(tmp_path / "content", private, tmp_path / "content")
    assert [p.file for p in report] == [place.removeprefix("content/")]
