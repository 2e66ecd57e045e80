"""The command: what it writes, what it refuses, and that nothing half-made is left."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gpai_portal.domains.ranking import Rule
from tests.conftest import run
from tests.domains.test_ranking import manifest, oracle, write


def domains(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    done = run("gpai_portal.cli", "domains", *arguments, cwd=cwd)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


COLUMNS = ("--size", "size", "--modality", "kind", "--max-unusable", "60")


def test_a_list_has_its_method_and_what_is_needed_to_go_on(tmp_path: Path) -> None:
    rows = manifest(1, 2000)
    write(tmp_path / "a.parquet", rows[:700])
    write(tmp_path / "b.parquet", rows[700:])
    code, _, err = domains("*.parquet", *COLUMNS, "--size-means", "extracted text", "--out", "list", cwd=tmp_path)
    assert (code, err) == (0, "")
    names, account = oracle(rows, Rule.ALL)
    text = (tmp_path / "list/domains.txt").read_bytes()
    assert text.decode().split() == names
    method = json.loads((tmp_path / "list/domains-method.json").read_text(encoding="utf-8"))
    assert method["sha256"] == hashlib.sha256(text).hexdigest()
    assert method["listed"] == len(names)
    assert sum(method["rows"].values()) == method["rows_in_all"] == len(rows)
    assert method["rows"]["named"] == account[""]
    assert [one["name"] for one in method["inputs"]] == ["a.parquet", "b.parquet"]
    assert method["size_means"] == "extracted text"
    assert not any(name in json.dumps(method) for name in names)
    # A later crawl costs only its own rows: the sums of both runs give the list of all rows.
    for part in "ab":
        assert domains(f"{part}.parquet", *COLUMNS, "--out", f"only-{part}", cwd=tmp_path)[0] == 0
    merge = ("--grouped", "only-*/private/grouped.parquet", "--max-unusable", "60", "--out", "merged")
    assert domains(*merge, cwd=tmp_path)[0] == 0
    assert (tmp_path / "merged/domains.txt").read_bytes() == text


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("a.parquet", "--out", "x"), 2, "name the column with the sizes, with --size"),
        (("a.parquet", "--size", "bytes", "--out", "x"), 2, "has no column 'bytes'"),
        (("a.parquet", "--size", "size", "--out", "x"), 1, "of 300 rows count for no domain name, most of them"),
        (("none.parquet", "--size", "size", "--out", "x"), 2, "none.parquet: there is no such file"),
        (("a.parquet", *COLUMNS, "--out", "there"), 2, "there is already there; give a new folder"),
        (("--grouped", "a.parquet", "--out", "x"), 2, "a.parquet has no column 'authority'"),
        (("a.parquet", *COLUMNS, "--psl", "a.parquet", "--out", "x"), 2, "a.parquet:1: this is not UTF-8"),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    write(tmp_path / "a.parquet", manifest(2, 300))
    (tmp_path / "there").mkdir()
    found, _, err = domains(*arguments, cwd=tmp_path)
    assert found == code
    assert message in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.parquet", "there"]


def test_a_run_that_is_killed_leaves_no_list(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", manifest(3, 60_000))
    command = [sys.executable, "-m", "gpai_portal.cli", "domains", "a.parquet", *COLUMNS, "--out", "list"]
    for wait in (0.3, 0.8, 1.2):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "list").exists() or (tmp_path / "list/domains-method.json").is_file()
