"""What no YAML case can hold: bytes, links, permissions and files of unreasonable size."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.checking import domains as domains_
from gpai_portal.errors import Problem, UsageError
from gpai_portal.limits import MAX_BYTES, MAX_PROBLEMS

AS_OF = date(2026, 11, 24)
MODEL = "models/text/model.yaml"
FORM = "models/text/1.0/model-documentation.yaml"
SUMMARY = "models/text/1.0/training-content-summary.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parent / "base" / "content", tmp_path / "content"))


def only_problem(folder: Path) -> Problem:
    _, report = check(folder, AS_OF)
    (problem,) = report
    assert problem.message
    assert problem.advice
    return problem


def list_domains_in_file(folder: Path) -> Path:
    """The file of domain names that the summary then names."""
    summary = folder / SUMMARY
    text = summary.read_text(encoding="utf-8")
    summary.write_text(text.replace("value: [news.example, presse.example]", "file: domains.txt"), encoding="utf-8")
    return summary.with_name("domains.txt")


def test_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        check(tmp_path / "content", AS_OF)


def test_latin_1_is_refused_at_line_and_column(folder: Path) -> None:
    (folder / MODEL).write_bytes("name: Text\ndescription: Modèle\n".encode("latin-1"))
    problem = only_problem(folder)
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 2, 17)
    assert problem.file == f"content/{MODEL}"


def test_utf_16_is_refused(folder: Path) -> None:
    (folder / MODEL).write_bytes("name: Text\ndescription: Text\n".encode("utf-16"))
    problem = only_problem(folder)
    assert (problem.code, problem.line, problem.column) == ("not-utf8", 1, 1)


def test_bytes_of_a_lone_surrogate_are_refused(folder: Path) -> None:
    (folder / MODEL).write_bytes(b"name: Text\ndescription: \xed\xa0\x80\n")
    assert only_problem(folder).code == "not-utf8"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfname: Text\ndescription: Text\n",
        b"name: Text\r\ndescription: Text\r\n",
        b"name: Text\ndescription: T",
    ],
    ids=["byte order mark", "carriage returns", "no last newline"],
)
def test_what_editors_leave_is_accepted(folder: Path, raw: bytes) -> None:
    (folder / MODEL).write_bytes(raw)
    _, report = check(folder, AS_OF)
    assert list(report) == []


def test_a_null_byte_is_refused_at_its_line(folder: Path) -> None:
    (folder / MODEL).write_bytes(b"name: Text\ndescription: A\x00B\n")
    problem = only_problem(folder)
    assert (problem.code, problem.line) == ("yaml-character", 2)


def test_a_file_has_at_most_a_million_bytes(folder: Path) -> None:
    text = b"name: Text\ndescription: Text\n#"
    (folder / MODEL).write_bytes(text.ljust(MAX_BYTES, b"-"))
    _, report = check(folder, AS_OF)
    assert list(report) == []
    (folder / MODEL).write_bytes(text.ljust(MAX_BYTES + 1, b"-"))
    problem = only_problem(folder)
    assert (problem.code, problem.line) == ("file-too-large", 0)
    assert "1,000,001" in problem.message


def test_the_file_of_domain_names_has_a_limit_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    domains = list_domains_in_file(folder)
    domains.write_text("news.example\npresse.example\n" * 60_000, encoding="utf-8")
    assert domains.stat().st_size > MAX_BYTES
    _, report = check(folder, AS_OF)
    assert list(report) == []
    monkeypatch.setattr(domains_, "MAX_LIST_BYTES", 1000)
    problem = only_problem(folder)
    assert (problem.code, problem.path) == ("file-too-large", "sources.crawled.top_domains.file")
    assert "file: domains.txt" in (folder / SUMMARY).read_text(encoding="utf-8").splitlines()[problem.line - 1]


def test_the_file_of_domain_names_reports_twenty_lines_at_most(folder: Path) -> None:
    list_domains_in_file(folder).write_text("news.example\npresse.example\n" + "no name\n" * 50, encoding="utf-8")
    _, report = check(folder, AS_OF)
    assert [p.line for p in report if p.code == "vague-domains"] == list(range(3, 23))


def test_the_file_of_domain_names_is_utf_8(folder: Path) -> None:
    list_domains_in_file(folder).write_bytes("news.example\nbücher.example\n".encode("latin-1"))
    problem = only_problem(folder)
    assert (problem.code, problem.line) == ("not-utf8", 2)
    assert problem.file.endswith("domains.txt")


def test_a_folder_in_place_of_a_file_cannot_be_read(folder: Path) -> None:
    (folder / FORM).unlink()
    (folder / FORM).mkdir()
    problem = only_problem(folder)
    assert (problem.code, problem.file) == ("unreadable-file", f"content/{FORM}")


def test_a_file_without_permission_cannot_be_read(folder: Path) -> None:
    (folder / FORM).chmod(0)
    try:
        (folder / FORM).read_bytes()
    except PermissionError:
        assert only_problem(folder).code == "unreadable-file"
    else:
        pytest.skip("this user may read everything")


@pytest.mark.parametrize("name", ["copyright-policy.yaml.yaml", "models/other", "models/text/2.0", FORM])
def test_links_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    problem = only_problem(folder)
    assert (problem.code, problem.file) == ("symbolic-link", f"content/{name}")


def test_a_link_to_nothing_is_a_link(folder: Path) -> None:
    (folder / FORM).unlink()
    (folder / FORM).symlink_to("nowhere.yaml")
    assert only_problem(folder).code == "symbolic-link"


def test_the_file_of_domain_names_is_no_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "domains.txt").write_text("news.example\npresse.example\n", encoding="utf-8")
    list_domains_in_file(folder).symlink_to(tmp_path / "domains.txt")
    assert only_problem(folder).code == "missing-file"


def test_of_a_file_with_too_many_problems_the_rest_is_not_told(folder: Path) -> None:
    """Of such a file nothing is believed, so that no other rule speaks of it."""
    text = "".join(f"unknown{i}: 1\n" for i in range(5_000))
    (folder / MODEL).write_text(f"name: Text\ndescription: Text\n{text}", encoding="utf-8")
    _, report = check(folder, AS_OF)
    assert len(list(report)) == MAX_PROBLEMS + 1
    (last,) = (p for p in report if p.code == "too-many-problems")
    assert (last.file, last.line) == (f"content/{MODEL}", MAX_PROBLEMS + 2)
