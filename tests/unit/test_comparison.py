"""What changed between two documents, in the words of readers."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import AS_OF, ROOT, run

from gpai_portal.checking import check
from gpai_portal.content.answers import Status
from gpai_portal.content.comparison import Change, Kind, compare, excerpts, lists_of
from gpai_portal.content.composition import compose
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.differences import plain

SCHEMA = load(SUMMARY)


@pytest.fixture
def old() -> dict[str, Any]:
    content, _ = check(ROOT / "tests/examples/base/content", date(2026, 11, 24))
    found: dict[str, Any] = json.loads(json.dumps(compose(content).releases[0].documents[SUMMARY].data))
    return found


def changes(old: dict[str, Any], change: Any) -> dict[str, Change]:
    new = copy.deepcopy(old)
    change(new)
    return {c.field.dotted: c for c in compare(SCHEMA, old, new)}


def test_equal_documents_have_no_changes(old: dict[str, Any]) -> None:
    assert compare(SCHEMA, old, copy.deepcopy(old)) == []


def test_changes_come_in_official_order(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["processing"]["illegal_content"]["measures"] = "None."
        new["version"] = "1.1"
        new["sources"]["crawled"]["purposes"] = "Other."

    assert list(changes(old, change)) == ["version", "sources.crawled.purposes", "processing.illegal_content.measures"]


def test_a_table_is_compared_as_a_set_of_rows(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        large = new["sources"]["public"]["large"]
        large[0]["end"] = "2025-12"
        large.insert(0, {"name": "Other", "url": "https://data.example/other", "start": "2020-01", "end": "2021-01"})

    (found,) = changes(old, change).values()
    assert (found.kind, [row["name"] for row in found.added], found.removed) == (Kind.CHANGED, ["Other"], [])
    (row,) = found.rows
    assert (row.name, [(c.column.key, c.old, c.new) for c in row.cells]) == ("Corpus", [("end", "2025-06", "2025-12")])
    assert found.listed


def test_domains_are_compared_as_a_set_and_the_rest_is_told(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["sources"]["crawled"]["top_domains"] = {"value": ["presse.example", "neu.example"], "total": 30}

    (found,) = changes(old, change).values()
    assert (found.added, found.removed, found.listed) == (["neu.example"], ["news.example"], False)
    assert (found.old.value, found.new.value) == ({"total": 20}, {"total": 30})


def test_a_list_in_a_file_is_read(old: dict[str, Any], tmp_path: Path) -> None:
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
    (tmp_path / "old/list.txt").write_text("a.example\nb.example\n", encoding="utf-8")
    (tmp_path / "new/list.txt").write_text("b.example\nc.example\n", encoding="utf-8")
    lists = tuple(lists_of({"list.txt": tmp_path / side / "list.txt"}) for side in ("old", "new"))
    old["sources"]["crawled"]["top_domains"] = {"file": "list.txt", "total": 20}
    (found,) = compare(SCHEMA, old, copy.deepcopy(old), lists)  # type: ignore[arg-type]
    assert (found.added, found.removed, found.listed) == (["c.example"], ["a.example"], True)


def test_answered_states_are_added_removed_or_changed(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["coverage_note"] = "Holds for all."
        new["general"]["characteristics"]["latest_acquisition"] = {"state": "unknown", "reason": "Lost."}
        new["sources"]["crawled"] = {"used": False}

    found = changes(old, change)
    assert (found["coverage_note"].kind, found["coverage_note"].new.value) == (Kind.ADDED, "Holds for all.")
    acquisition = found["general.characteristics.latest_acquisition"]
    assert (acquisition.kind, acquisition.new.status) == (Kind.CHANGED, Status.UNKNOWN)
    assert found["sources.crawled.used"].kind is Kind.CHANGED
    domains = found["sources.crawled.top_domains"]
    assert (domains.kind, domains.removed) == (Kind.REMOVED, ["news.example", "presse.example"])


def test_two_rows_of_one_name_are_told_apart(old: dict[str, Any]) -> None:
    row = old["sources"]["public"]["large"][0]
    old["sources"]["public"]["large"].append({**row, "end": "2020-12"})

    def change(new: dict[str, Any]) -> None:
        del new["sources"]["public"]["large"][1]

    (found,) = changes(old, change).values()
    assert [r["end"] for r in found.removed] == ["2020-12"]
    assert (found.added, found.rows) == ([], ())


def test_long_texts_are_cut_around_the_change() -> None:
    assert excerpts("short", "text") is None
    same = "word " * 200
    cut = excerpts(f"{same}old {same}", f"{same}new {same}")
    assert cut is not None
    for text, word in zip(cut, ("old", "new"), strict=True):
        assert word in text
        assert len(text) < 250
        assert text.startswith("… ")
        assert text.endswith(" …")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; <code>two</code></p>\n<ul><li>three</li><li>four</li></ul>", "One & two; three; four"),
        ("<dl><div><dt>Name</dt><dd>N <span title='a > b'>x</span></dd></div></dl>", "Name: N x"),
        ("<table><tr><th>Size</th><td>3 × 10<sup>11</sup></td></tr></table>", "Size: 3 × 10^11"),
        ("<p></p><p>&lt;b&gt;</p>", "<b>"),
    ],
)
def test_an_answer_in_one_line_of_text(html: str, text: str) -> None:
    assert plain(html) == text


def portal(*arguments: str) -> tuple[int, str, str]:
    done = run("gpai_portal.cli", *arguments, "--as-of", AS_OF, cwd=ROOT)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_command_names_sizes_and_dates() -> None:
    code, out, _ = portal("compare", "skrift/1.0", "skrift/2.0")
    assert code == 0
    assert "Training data size: 3.1 × 10^11 tokens" in out
    assert "    - 15 May 2025\n    + 10 March 2026\n" in out
    assert "~ Nordic Open Web Corpus, End of collection: May 2024 → May 2025" in out
    code, markdown, _ = portal("compare", "skrift/1.0", "skrift/2.0", "--format", "markdown")
    assert code == 0
    assert "## Release\n" in markdown
    assert "- **Before:** 15 May 2025\n- **Now:** 10 March 2026\n" in markdown
    code, text, _ = portal("compare", "skrift/1.0", "skrift/2.0", "--format", "json")
    release = json.loads(text)["documents"][0]
    assert release["type"] == "release"
    dates = {c["field"]: (c["old"]["value"], c["new"]["value"]) for c in release["changes"] if "date" in c["field"]}
    assert dates["union_market_date"] == ("2025-05-15", "2026-03-10")


def test_command_reads_what_was_published() -> None:
    _, out, _ = portal("compare", "copyright-policy@r1", "copyright-policy@r2")
    assert "~ SkriftvangBot, IP addresses: https://skriftvang.example/bot/ip-ranges.txt → " in out
    _, by_day, _ = portal("compare", "blik/1.0@2026-09-20", "blik/1.0")
    assert "+ textilmuseet-almby.example; Textile museum, Sweden" in by_day


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nothing", "skrift/1.0", "there is no release or document 'nothing'"),
        ("copyright-policy", "skrift/1.0", "compare two of one kind"),
        ("skrift/1.0@r1", "skrift/1.0", "'r1' is not a date"),
        ("skrift/1.0@2020-01-01", "skrift/1.0", "nothing of it had been published"),
        ("copyright-policy@r7", "copyright-policy", "there are r1 of 2026-09-14, r2 of 2026-09-21"),
    ],
)
def test_command_refuses_what_it_cannot_compare(old: str, new: str, message: str) -> None:
    code, _, err = portal("compare", old, new)
    assert code == 2
    assert message in err
