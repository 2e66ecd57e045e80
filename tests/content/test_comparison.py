"""What changed between two documents, in the words of readers."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.checking import check
from gpai_portal.content.answers import Entry, Status
from gpai_portal.content.comparison import Change, Kind, compare, differing, lists_of
from gpai_portal.content.composition import compose
from gpai_portal.content.reading import read_entry
from gpai_portal.schema import SUMMARY, load
from tests.conftest import ROOT
from tests.content.conftest import TODAY
from tests.listed import record

SCHEMA = load(SUMMARY)


@pytest.fixture
def old() -> dict[str, Any]:
    content, _ = check(ROOT / "tests/examples/base/content", TODAY)
    found: dict[str, Any] = json.loads(json.dumps(compose(content).releases[0].documents[SUMMARY].data))
    return found


def answers(data: dict[str, Any]) -> Entry:
    return read_entry(SCHEMA.root, data)


def changes(old: dict[str, Any], change: Any) -> dict[str, Change]:
    new = copy.deepcopy(old)
    change(new)
    found = compare(SCHEMA, answers(old), answers(new))
    assert [f.dotted for f in differing(answers(old), answers(new))] == [c.field.dotted for c in found]
    return {c.field.dotted: c for c in found}


def test_equal_documents_have_no_changes(old: dict[str, Any]) -> None:
    assert compare(SCHEMA, answers(old), answers(copy.deepcopy(old))) == []


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
    assert (found.kind, [row["name"].value for row in found.added], found.removed) == (Kind.CHANGED, ["Other"], [])
    (row,) = found.rows
    assert row.name.value == "Corpus"
    assert [(c.column.key, c.old.value, c.new.value) for c in row.cells] == [("end", "2025-06", "2025-12")]
    assert found.old.status is found.new.status is Status.MISSING, "something is told beside the list"


def test_domains_are_compared_as_a_set_and_the_rest_is_told(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["sources"]["crawled"]["top_domains"] = {"value": ["presse.example", "neu.example"], "total": 30}

    (found,) = changes(old, change).values()
    assert (found.added, found.removed) == (["neu.example"], ["news.example"])
    assert (found.old.value.total, found.new.value.total) == (20, 30)


def test_a_list_in_a_file_is_read(old: dict[str, Any], tmp_path: Path) -> None:
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
    (tmp_path / "old/list.txt").write_text("a.example\nb.example\n", encoding="utf-8")
    (tmp_path / "new/list.txt").write_text("b.example\nc.example\n", encoding="utf-8")
    lists = tuple(lists_of({"list.txt": tmp_path / side / "list.txt"}) for side in ("old", "new"))
    old["sources"]["crawled"]["top_domains"] = {"file": "list.txt", "total": 20}
    (found,) = compare(SCHEMA, answers(old), answers(copy.deepcopy(old)), lists)  # type: ignore[arg-type]
    assert (found.added, found.removed) == (["c.example"], ["a.example"])
    assert found.old.status is found.new.status is Status.MISSING, "something is told beside the list"


def test_names_of_files_count_once_and_comments_do_not(old: dict[str, Any], tmp_path: Path) -> None:
    for side, text in (("old", "# by size\na.example\nB.example\n"), ("new", "# by name\nb.example\nb.example.\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "list.txt").write_text(text, encoding="utf-8")
        (tmp_path / side / "method.json").write_text(f'{{"side": "{side}"}}', encoding="utf-8")
    lists = tuple(
        lists_of({name: tmp_path / side / name for name in ("list.txt", "method.json")}) for side in ("old", "new")
    )
    old["sources"]["crawled"]["top_domains"] = {"file": "list.txt", "method": "method.json"}
    (found,) = compare(SCHEMA, answers(old), answers(copy.deepcopy(old)), lists)  # type: ignore[arg-type]
    assert (found.added, found.removed) == ([], ["a.example"])


def test_another_number_of_names_in_all_is_told_though_the_list_is_the_same(
    old: dict[str, Any], tmp_path: Path
) -> None:
    """It stands in the record of the method only."""
    for side, total in (("old", 10), ("new", 9)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "list.txt").write_text("a.example\n", encoding="utf-8")
        text = json.dumps(record(["a.example"], names=total))
        (tmp_path / side / "method.json").write_text(text, encoding="utf-8")
    lists = tuple(
        lists_of({name: tmp_path / side / name for name in ("list.txt", "method.json")}) for side in ("old", "new")
    )
    old["sources"]["crawled"]["top_domains"] = {"file": "list.txt", "method": "method.json"}
    (found,) = compare(SCHEMA, answers(old), answers(copy.deepcopy(old)), lists)  # type: ignore[arg-type]
    assert (found.old.value.total, found.new.value.total) == (10, 9)
    assert (found.added, found.removed) == ([], [])


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
    assert [r["end"].value for r in found.removed] == ["2020-12"]
    assert (found.added, found.rows) == ([], ())


def test_a_row_that_is_only_renamed_is_one_changed_row(old: dict[str, Any]) -> None:
    def rename(new: dict[str, Any]) -> None:
        new["sources"]["public"]["large"][0]["name"] = "Corpus 2"

    (found,) = changes(old, rename).values()
    (row,) = found.rows
    assert ([c.column.key for c in row.cells], found.added, found.removed) == (["name"], [], [])

    def replace(new: dict[str, Any]) -> None:
        row = new["sources"]["public"]["large"][0]
        new["sources"]["public"]["large"][0] = {key: f"other {value}" for key, value in row.items()}

    (found,) = changes(old, replace).values()
    assert (len(found.added), len(found.removed), found.rows) == (1, 1, ())


def test_rows_of_one_name_are_paired_with_those_most_like_them(old: dict[str, Any]) -> None:
    row = old["sources"]["public"]["large"][0]
    old["sources"]["public"]["large"] = [{**row, "url": f"https://data.example/{n}"} for n in range(3)]

    def change(new: dict[str, Any]) -> None:
        large = new["sources"]["public"]["large"]
        large[0]["end"] = large[2]["end"] = "2025-12"
        large.reverse()

    (found,) = changes(old, change).values()
    for row in found.rows:
        assert [(c.column.key, c.new.value) for c in row.cells] == [("end", "2025-12")]
    assert len(found.rows) == 2


def test_order_is_no_change(old: dict[str, Any]) -> None:
    row = old["sources"]["public"]["large"][0]
    old["sources"]["public"]["large"].append({**row, "name": "Other"})

    def change(new: dict[str, Any]) -> None:
        new["sources"]["public"]["large"].reverse()
        new["sources"]["crawled"]["top_domains"]["value"].reverse()

    assert changes(old, change) == {}


def test_a_row_may_become_a_state(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["general"]["characteristics"]["modalities"][0] = {
            "modality": "text",
            "state": "none",
            "reason": "Images only.",
        }

    (found,) = changes(old, change).values()
    (row,) = found.rows
    assert [c.column.key for c in row.cells] == ["size", "types_of_content", "modalities"]
    assert row.cells[-1].new.status is Status.NONE


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        (("sources", "crawled", "purposes"), lambda text: {"value": text.replace(" ", "\n", 1)}),
        (("general", "characteristics", "latest_acquisition"), lambda day: {"value": day}),
        (("sources", "public", "modalities"), lambda codes: {"value": codes}),
        (("version",), lambda text: f" {text} "),
        (
            ("general", "characteristics", "modalities"),
            lambda rows: [{**row, "size": [row["size"]]} for row in rows],
        ),
    ],
)
def test_spelling_is_no_change(old: dict[str, Any], path: tuple[str, ...], spelled: Any) -> None:
    def change(new: dict[str, Any]) -> None:
        for key in path[:-1]:
            new = new[key]
        new[path[-1]] = spelled(new[path[-1]])

    assert changes(old, change) == {}


def test_a_file_beside_a_state_is_seen(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["sources"]["public"]["large"] = {"state": "unknown", "file": "large.csv"}

    old["sources"]["public"]["large"] = {"state": "unknown"}
    assert list(changes(old, change)) == ["sources.public.large"]


def test_a_state_beside_a_list_is_seen(old: dict[str, Any]) -> None:
    def change(new: dict[str, Any]) -> None:
        new["sources"]["public"]["modalities"] = {"value": ["text"], "state": "not_applicable", "reason": "None."}
        new["sources"]["crawled"]["modalities"] = {"value": ["text"], "state": "unknown"}

    assert list(changes(old, change)) == ["sources.public.modalities", "sources.crawled.modalities"]


def test_of_a_transcription_counts_what_is_told(old: dict[str, Any]) -> None:
    old["transcription"] = {"source": "https://a.example/", "retrieved": "2026-01-01", "archive": "https://b.example/"}

    def unseen(new: dict[str, Any]) -> None:
        new["transcription"]["archive"] = "https://c.example/"

    def seen(new: dict[str, Any]) -> None:
        new["transcription"]["retrieved"] = "2026-02-01"

    assert changes(old, unseen) == {}
    assert list(changes(old, seen)) == ["transcription"]


def test_many_rows_take_no_longer_than_others(old: dict[str, Any]) -> None:
    row = old["sources"]["public"]["large"][0]
    before, after = copy.deepcopy(old), copy.deepcopy(old)
    before["sources"]["public"]["large"] = [{**row, "name": "Same", "note": f"a{n}"} for n in range(2_000)]
    after["sources"]["public"]["large"] = [{**row, "name": "Same", "note": f"b{n}"} for n in range(2_000)]
    begin = time.process_time()
    (found,) = compare(SCHEMA, answers(before), answers(after))
    assert time.process_time() - begin < 20
    assert len(found.rows) == 2_000
