"""Records whose hashes are right, and which nevertheless put something else in the place of what was published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.errors import RecordError
from gpai_portal.publication.offered import digest
from gpai_portal.publication.publishing import publish, redact, redate
from gpai_portal.publication.records import read_chain, with_hash
from gpai_portal.site.verification import verify
from tests.conftest import ROOT, run
from tests.publication.chains import DAY, POLICY, SUMMARY, corrected, made_chain, published_now

Change = Mapping[str, Any]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with four records; the last one has the third revision of the copyright policy."""
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    made_chain(tmp_path / "content", 4)
    return tmp_path / "content"


def rewritten(content: Path, document: Change, **record: Any) -> None:
    """The last record with other members, and a hash that is right."""
    file = content / "records/000004.json"
    members = {**json.loads(file.read_bytes()), **record}
    del members["sha256"]
    members["documents"][0].update(document)
    file.write_bytes(with_hash(members))


@pytest.mark.parametrize(
    ("document", "record", "message"),
    [
        ({"revision": 1}, {}, "publishes copyright-policy@r1 a second time"),
        ({"revision": 77}, {}, "publishes copyright-policy@r77, and there is no revision 4"),
        ({"restates": {"number": 1, "date": "2020-01-01"}}, {}, "of a record that it does not erase"),
        ({"restates": {"number": 999, "date": "2020-01-01"}}, {}, "of a record that it does not erase"),
        ({}, {"date": "2020-01-01"}, "has or gives a day before that of an earlier record"),
        ({}, {"redates": [{"record": 1, "date": "1999-01-01"}]}, "corrects the day of record 1, which lay not in"),
    ],
)
def test_a_later_record_cannot_take_the_place_of_an_earlier_one(
    content: Path, document: Change, record: Change, message: str
) -> None:
    rewritten(content, document, **record)
    [problem] = verify(str(content), DAY).report.errors
    assert (problem.code, problem.file) == ("chain-broken", "records/000004.json")
    assert message in problem.message
    with pytest.raises(RecordError, match="what was published stays"):
        read_chain(content / "records")


def test_an_erasure_repeats_what_it_erases_on_the_day_it_was_published(content: Path) -> None:
    folder = content / "records"
    redact(folder, [f"{SUMMARY}@r1"], date(2026, 6, 1), "Name of a person")
    file = folder / "000005.json"
    members = json.loads(file.read_bytes())
    del members["sha256"]
    members["documents"][0]["restates"]["date"] = "2019-01-01"
    file.write_bytes(with_hash(members))
    with pytest.raises(RecordError, match="another day than record 1 has"):
        read_chain(folder)


def test_a_record_is_erased_once(content: Path) -> None:
    folder = content / "records"
    redact(folder, [f"{POLICY}@r1"], DAY, "Name of a person")
    members = json.loads((folder / "000005.json").read_bytes())
    head = members.pop("sha256")
    (folder / "000006.json").write_bytes(with_hash({**members, "number": 6, "previous": head, "documents": []}))
    with pytest.raises(RecordError, match="erases record 1, which was erased before"):
        read_chain(folder)


def test_corrected_days_and_erasures_of_one_record_go_together(content: Path) -> None:
    folder = content / "records"
    rewritten(content, {}, date="2062-01-01")
    redate(folder, {4: DAY}, DAY, "The clock was wrong")
    publish(corrected(published_now(content), POLICY, version="9.0"), folder, DAY, "Next")
    redact(folder, [f"{POLICY}@r3"], DAY, "Name of a person")
    chain = read_chain(folder)
    assert [record.day for record in chain.records] == [DAY] * 7
    assert [revision.day for revision in chain.revisions[SUMMARY]] == [DAY] * len(chain.revisions[SUMMARY])
    assert [p.code for p in verify(str(content), DAY).report.errors] == []


def test_a_chain_that_cannot_be_read_is_not_counted(content: Path) -> None:
    rewritten(content, {"revision": 1})
    told = run("gpai_portal.cli", "verify", "content", cwd=content.parent).stdout
    assert "0 records" not in told
    assert "Nothing was compared with the records, because of the errors that are named." in told
    data = json.loads(run("gpai_portal.cli", "verify", "content", "--format", "json", cwd=content.parent).stdout)
    assert (data["records"], data["revisions"], data["head"]) == (None, None, "")


def test_a_member_that_stands_twice_is_not_canonical(content: Path) -> None:
    file = content / "records/000004.json"
    raw = file.read_bytes()
    body = raw[: raw.rindex(b',"sha256"')]
    body += b',"salt":"%s"' % json.loads(raw)["salt"].encode()
    file.write_bytes(body + b',"sha256":"%s"}' % digest(body + b"}").encode())
    assert [str(p) for p in verify(str(content), DAY).report.errors if "is not in canonical form" in str(p)]
