"""Records of a table: a few stand open, more fold in groups, many have a page of their own; all are offered as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.content.answers import Row
from gpai_portal.content.reading import read_answer
from gpai_portal.content.tables import as_csv, is_formula
from gpai_portal.schema import SUMMARY, Field, load
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.tabling import beside_name, folds, named_by, parted
from tests.conftest import DAY
from tests.reading import visible

HOME = "models/text/1.0/training-content/"
FILE = "models/text/1.0/training-content-summary.yaml"


def table(path: str = "sources.public.large") -> Field:
    found = load(SUMMARY).find(path)
    assert found is not None
    return found


def rows(*raw: Any, of: str = "sources.public.large") -> list[Row]:
    return list(read_answer(table(of), list(raw)).rows)


def dataset(number: int) -> dict[str, Any]:
    kinds = [["text"], ["image"], ["text", "image"], None][number % 4]
    return {
        "name": f"Corpus {number}",
        "url": f"https://data.example/{number}",
        "start": {"state": "unknown", "reason": "Nobody says."},
        "end": "2025-06",
        "licence": "CC0",
        "part_used": f"Part {number}",
        "size": f"{number} tokens",
        **({"modalities": kinds} if kinds else {}),
    }


def with_datasets(content: Path, count: int) -> Site:
    file = content / FILE
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    listed = [dataset(number) for number in range(count)]
    data["sources"]["public"]["large"] = listed or {"state": "none", "reason": "None is that large."}
    data["general"]["characteristics"]["modalities"].append(
        {"modality": "image", "size": {"band": "lt"}, "types_of_content": "Maps."}
    )
    file.write_text(json.dumps(data, default=str), encoding="utf-8")
    return Site(Portal.load(content, DAY))


@pytest.mark.parametrize(("count", "groups", "has_page"), [(0, 0, 0), (1, 0, 0), (8, 0, 0), (9, 4, 0), (145, 4, 1)])
def test_records_stand_open_fold_or_have_a_page(content: Path, count: int, groups: int, has_page: int) -> None:
    site = with_datasets(content, count)
    own = f"{HOME}large/"
    assert (own in site.portal.pages) == bool(has_page)
    page, document = (site.render(site.portal.pages[uri]).body for uri in (own if has_page else HOME, HOME))
    assert page.count("data-gp-fold") == groups
    assert ("data-gp-filter" in page) == ("pages/records.js" in page) == bool(groups)
    for number in range(count):
        assert f'<a href="https://data.example/{number}"><bdi>Corpus {number}</bdi></a>' in page
    assert page.count("Nobody says.") == count, "no text is dropped"
    files = {uri: found for uri, found in site.files() if uri.endswith("public-large.csv")}
    assert list(files) == [
        uri + "sources-public-large.csv" for uri in ([HOME, own] if has_page else [HOME] * bool(count))
    ]
    assert document.count('href="sources-public-large.csv" download') == bool(count)
    assert document.count('href="large/"') == has_page
    assert 'id="sources-public-large"' in page
    assert 'id="sources-public-large"' in document


def test_groups_tell_what_is_in_them(content: Path) -> None:
    site = with_datasets(content, 10)
    page = site.render(site.portal.pages[HOME]).body
    heads = [visible(head) for head in re.findall(r"<summary>(.*?)</summary>", page) if "entr" in head]
    assert heads == ["Text: 3 entries", "Image: 3 entries", "Text, Image: 2 entries", "Not stated: 2 entries"]


def test_a_state_in_place_of_a_group_is_named_as_it_is(content: Path) -> None:
    with_datasets(content, 10)
    file = content / FILE
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    large = data["sources"]["public"]["large"]
    large[3]["modalities"] = {"state": "not_disclosed", "reason": "Confidential."}
    file.write_text(json.dumps(data, default=str), encoding="utf-8")
    site = Site(Portal.load(content, DAY))
    page = site.render(site.portal.pages[HOME]).body
    heads = [visible(head) for head in re.findall(r"<summary>(.*?)</summary>", page) if "entr" in head]
    assert heads[3:] == ["Not disclosed: 1 entry", "Not stated: 1 entry"]


def test_generating_models_fold_by_their_provider() -> None:
    of = "sources.synthetic.market_models"
    found = rows(*({"name": f"M {n}", "provider": f"P{n % 2}"} for n in range(9)), {"name": "M"}, of=of)
    groups = folds(table(of), found)
    assert [(group.answer.text if group.answer else "", len(group.rows)) for group in groups] == [
        ("P0", 5),
        ("P1", 4),
        ("", 1),
    ]


def test_a_name_links_where_both_are_plain() -> None:
    columns = table().columns
    named, vague, stated = rows(
        {"name": "A", "url": "https://a.example"},
        {"name": "B", "url": {"state": "unknown"}},
        {"name": "C", "url": {"value": "https://c.example", "as_stated": "see c"}},
    )
    assert [named_by(columns, row) for row in (named, vague, stated)] == ["https://a.example", "", ""]
    keys = [[column.key for column in part] for part in parted(columns, vague)]
    assert keys == [["url"], []]


def test_what_is_long_comes_last() -> None:
    short, long = parted(table().columns, rows({**dataset(1), "selection_approach": "All.", "part_used": "x" * 41})[0])
    assert [column.key for column in short] == ["end", "licence", "modalities", "size"]
    assert [column.key for column in long] == ["start", "part_used", "selection_approach"]


def test_a_row_fits_in_a_line_if_it_is_a_name_with_one_value() -> None:
    of = "general.model.versioned_names"
    name, url, parameters = table(of).columns[:3]
    fits = rows({"name": "A", "url": "https://a.example", "parameters": "3 billion"}, {"name": "B"}, of=of)
    assert beside_name([name, url, parameters], fits) == [parameters]
    assert beside_name([name, url], fits) == []
    assert beside_name([name, url, parameters, table(of).columns[-1]], fits) is None
    assert beside_name([name, url, parameters], rows({"name": "A", "parameters": "x" * 41}, of=of)) is None
    assert beside_name([name, url], rows({"name": "A", "url": {"state": "unknown"}}, of=of)) is None


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a;=1", "\uff1d1", 'quo"ted, and\nbroken']


def test_a_file_of_records_is_read_back_and_runs_nothing() -> None:
    written = [{**dataset(number), "note": text} for number, text in enumerate(HOSTILE)]
    raw = as_csv(table(), rows(*written))
    assert raw.startswith(b"\xef\xbb\xbfname,url,version,start") is False, (
        "columns that nothing is written in are left out"
    )
    assert b"\r\n" in raw
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    assert [line["note"].replace(" ", "") for line in lines] == [text.replace(" ", "") for text in HOSTILE]
    assert [line["modalities"] for line in lines[:4]] == ["text", "image", "text; image", ""]
    assert {line["start.reason"] for line in lines} == {"Nobody says."}
    assert not [cell for line in lines for cell in line.values() if is_formula(cell)]


def test_a_download_can_be_a_table_beside_a_document(content: Path) -> None:
    """What is downloaded says the same as what it was made of."""
    site = with_datasets(content, 9)
    files = dict(site.files())
    raw = files[f"{HOME}sources-public-large.csv"]
    assert isinstance(raw, bytes)
    before = site.render(site.portal.pages[HOME]).body
    file = content / FILE
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["sources"]["public"]["large"] = {"file": "datasets.csv"}
    file.with_name("datasets.csv").write_bytes(raw)
    file.write_text(json.dumps(data, default=str), encoding="utf-8")
    again = Site(Portal.load(content, DAY))
    after = again.render(again.portal.pages[HOME]).body
    said = [visible(page[: page.index('id="reuse"')]) for page in (before, after)]
    assert said[1].replace(" This list as a file (download)", "") == said[0]
    assert dict(again.files())[f"{HOME}sources-public-large.csv"] == raw
