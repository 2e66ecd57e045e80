"""Rows of a table in a file: on the page, as a download, in twin and record, and compared row by row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gpai_portal.checking import check
from gpai_portal.content import tables
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.content.source import Source
from gpai_portal.content.tables import read_tables
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.build import Site
from gpai_portal.site.differences import as_text, differences
from gpai_portal.site.machine import twin
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.reading import visible

FOLDER = "models/text/1.0"
URI = f"{FOLDER}/training-content/"
KEY = f"{FOLDER}/training-content-summary"
HEADER = "name,url,version,start,end,end.reason,end.state,modalities,further_links,note\n"
ROWS = (
    'First,https://one.example/,v1,,,,,text,,"Two\nlines, **bold**"\n'
    "Second,https://two.example/,,2019-01,,Lost in a move,unknown,text; other: joints,"
    "https://a.example/; https://b.example/,\n"
)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A summary whose large datasets stand partly in the YAML and partly in a file."""
    folder = Path(shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content"))
    summary = folder / f"{KEY}.yaml"
    text = summary.read_text(encoding="utf-8")
    own = '\n      - {name: Corpus, url: "https://data.example/corpus", start: 2020-01, end: 2025-06}\n'
    assert own in text
    summary.write_text(
        text.replace(f"large:{own}", f"large:\n      file: datasets.csv\n      value:{own.replace('  -', '    -')}"),
        encoding="utf-8",
    )
    (folder / FOLDER / "datasets.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return folder


def disclosed(content: Path) -> Disclosures:
    found, report = check(content, DAY)
    assert report.errors == []
    return compose(found)


def test_rows_of_a_file_are_rows(content: Path) -> None:
    rows = disclosed(content).releases[0].documents[SUMMARY].root.get("sources", "public", "large").rows
    assert [row.written for row in rows[1:]] == [
        {
            "name": "First",
            "url": "https://one.example/",
            "version": "v1",
            "modalities": ["text"],
            "note": "Two\nlines, **bold**",
        },
        {
            "name": "Second",
            "url": "https://two.example/",
            "further_links": ["https://a.example/", "https://b.example/"],
            "start": "2019-01",
            "end": {"state": "unknown", "reason": "Lost in a move"},
            "modalities": ["text", {"other": "joints"}],
        },
    ]
    assert rows[0]["name"].text == "Corpus"


def test_the_page_shows_the_rows_and_offers_the_file(content: Path) -> None:
    portal = Portal.load(content, DAY)
    site, page = Site(portal), portal.pages[URI]
    body = site.render(page).body
    listed = body[body.index('id="sources-public-large"') : body.index('id="sources-public-other-description"')]
    assert '<a href="datasets.csv" download>' in listed
    text = visible(listed)
    assert [
        words for words in ("Corpus", "First", "Lost in a move", "joints", "lines, bold") if words not in text
    ] == []
    assert dict(site.files())[f"{URI}datasets.csv"] == content / FOLDER / "datasets.csv"
    assert page.document is not None
    data = twin(portal, page, page.document)
    data.pop("about")
    assert len(data["sources"]["public"]["large"]["value"]) == 3
    errors = Draft202012Validator(load(SUMMARY).resolved).iter_errors(data)
    assert [error.message for error in errors] == []


def test_a_record_keeps_rows_and_file_and_the_next_one_is_compared_by_row(content: Path) -> None:
    records = content / "records"
    publish(snapshots(disclosed(content)), records, DAY, "First")
    file, summary = content / FOLDER / "datasets.csv", content / f"{KEY}.yaml"
    file.write_text(HEADER + ROWS.replace(",v1,", ",v2,") + "Third,https://three.example/,,,,,,,,\n", encoding="utf-8")
    summary.write_text(summary.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"'), "utf-8")
    now = snapshots(disclosed(content))
    assert read_chain(records).differs(now[KEY])
    publish(now, records, DAY, "Second")
    chain = read_chain(records)
    old, new = chain.revisions[KEY]
    assert old.files.keys() == new.files.keys() == {"datasets.csv"}
    assert old.files != new.files
    assert chain.offered(new)["datasets.csv"].read_bytes() == file.read_bytes()
    assert "sources.public.large" in new.changed
    told = as_text("1", "2", differences(f"{KEY}@r1", f"{KEY}@r2", now, chain))
    assert "+ Name or identifier: Third; Link: https://three.example/" in told
    assert "~ First, Version or snapshot: v1 → v2" in told
    assert "Second" not in told
    portal = Portal.load(content, DAY)
    site = Site(portal)
    assert "First" in site.render(portal.pages[f"{URI}r1/"]).body
    assert f"{URI}r1/datasets.csv" in dict(site.files())


def read(tmp_path: Path, raw: bytes, name: str = "x.csv") -> list[tuple[str, str, int]]:
    (tmp_path / name).write_bytes(raw)
    document = Source(SUMMARY, tmp_path / "x.yaml", {"sources": {"public": {"large": {"file": name}}}})
    _, problems = read_tables(document, "content/x.yaml")
    assert all(problem.message and problem.advice for problem in problems)
    return [(problem.file, problem.code, problem.line) for problem in problems]


def test_other_encodings_are_refused_at_their_line(tmp_path: Path) -> None:
    assert read(tmp_path, "name,url\nModèle,\n".encode("latin-1")) == [("content/x.csv", "not-utf8", 2)]
    assert read(tmp_path, "name,url\nOne,\n".encode("utf-16")) == [("content/x.csv", "not-utf8", 1)]
    assert read(tmp_path, "name,url\r\nModèle,\r\n".encode("utf-8-sig")) == []


def test_a_file_of_rows_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_TABLE_ROWS", 2)
    assert read(tmp_path, b"name\nOne\nTwo\n") == []
    assert read(tmp_path, b"name\nOne\nTwo\nThree\nFour\n") == [("content/x.csv", "file-too-large", 4)]
    assert read(tmp_path, b"name" + b",x" * 200_000) == [("content/x.csv", "table-file", 1)]
    monkeypatch.setattr(tables, "MAX_TABLE_BYTES", 3)
    assert read(tmp_path, b"name\n") == [("content/x.yaml", "file-too-large", 1)]


def test_links_and_names_of_devices_are_no_files_of_rows(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("name\nOne\n", encoding="utf-8")
    (tmp_path / "x.csv").symlink_to(tmp_path / "y.csv")
    document = Source(SUMMARY, tmp_path / "x.yaml", {"sources": {"public": {"large": {"file": "x.csv"}}}})
    assert [problem.code for problem in read_tables(document, "x.yaml")[1]] == ["missing-file"]
    assert read(tmp_path, b"name\nOne\n", "con.csv") == [("content/x.yaml", "bad-id", 1)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "x;=1", "x\t@y", "\uff1d1"])
def test_what_a_spreadsheet_would_run_is_refused(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f'name\n"{text}"\n'.encode()) == [("content/x.csv", "formula", 2)]
    harmless = text if ";" in text or "\t" in text else f" {text}"
    harmless = harmless.replace(";", "; ").replace("\t", "\t ")
    assert read(tmp_path, f'name\n"{harmless}"\n'.encode()) == []


def test_messages_of_rules_name_the_line_in_the_file(content: Path) -> None:
    file = content / FOLDER / "datasets.csv"
    file.write_text("name,url,note\nOne,https://one.example/,n/a\n", encoding="utf-8")
    _, report = check(content, DAY)
    (problem,) = report
    assert (problem.file, problem.line, problem.code) == (f"content/{FOLDER}/datasets.csv", 2, "placeholder-text")
    assert problem.path == "sources.public.large.value[1].note"


def test_every_long_table_takes_a_file() -> None:
    assert {field.dotted for field in tables._tables(SUMMARY)} == {
        "sources.public.large",
        "sources.private.other.publicly_known",
        "sources.synthetic.market_models",
        "processing.other_information.enrichment_models",
    }
