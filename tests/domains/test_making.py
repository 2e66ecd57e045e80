"""The command: what it writes, what it refuses, and that nothing half-made is left."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import resource
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from gpai_portal.domains.making import Wanted, make
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import Rule
from gpai_portal.domains.rules import read_rules
from gpai_portal.errors import PortalError, UsageError
from tests.conftest import run
from tests.domains.test_ranking import manifest, oracle, write


def domains(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    done = run("gpai_portal.cli", "domains", *arguments, cwd=cwd)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


RULES = read_rules()
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
    table = (tmp_path / "list/domains.parquet").read_bytes()
    assert method["parquet_sha256"] == hashlib.sha256(table).hexdigest()
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


def make_list(folder: Path, rule: Rule = Rule.ALL, *sources: str, **options: Any) -> bytes:
    """The bytes of a list, by the function that the command calls."""
    wanted = Wanted(rule, Columns("url", "size", "kind"), max_unusable=60, **options)
    out = folder / f"list{len(list(folder.iterdir()))}"
    make([str(folder / source) for source in sources], RULES, wanted, out)
    return (out / "domains.txt").read_bytes()


@pytest.mark.parametrize("rule", Rule)
def test_threads_memory_files_and_their_order_make_no_difference(tmp_path: Path, rule: Rule) -> None:
    rows = manifest(11, 3000)
    write(tmp_path / "all.parquet", rows)
    random.Random(1).shuffle(rows)
    write(tmp_path / "z.parquet", rows[:100])
    write(tmp_path / "a.parquet", rows[100:])
    one = make_list(tmp_path, rule, "all.parquet")
    assert one == "".join(f"{name}\n" for name in oracle(rows, rule)[0]).encode()
    assert make_list(tmp_path, rule, "all.parquet", threads=1) == one
    assert make_list(tmp_path, rule, "all.parquet", threads=3, memory="100MB") == one
    assert make_list(tmp_path, rule, "z.parquet", "a.parquet") == one
    assert make_list(tmp_path, rule, "a.parquet", "z.parquet") == one


def test_bytes_and_ranks_are_published_on_request_only(tmp_path: Path) -> None:
    write(tmp_path / "all.parquet", manifest(12, 2000))
    make_list(tmp_path, Rule.SME, "all.parquet")
    make_list(tmp_path, Rule.SME, "all.parquet", with_sizes=True)
    plain, sized = (pq.read_table(tmp_path / name / "domains.parquet") for name in ("list1", "list2"))
    assert plain.column_names == ["domain"]
    assert sized.column_names == ["domain", "bytes", "rank"]
    assert plain.column("domain") == sized.column("domain")
    methods = [json.loads((tmp_path / name / "domains-method.json").read_bytes()) for name in ("list1", "list2")]
    assert set(methods[1]) - set(methods[0]) == {"bytes", "listed_bytes"}
    assert set(methods[1]["modalities"]["text"]) - set(methods[0]["modalities"]["text"]) == {"bytes", "listed_bytes"}
    assert stat.S_IMODE((tmp_path / "list1/private").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["a.parquet", "a.csv.gz", "a.jsonl.gz"])
def test_a_file_that_is_cut_off_is_named(tmp_path: Path, name: str) -> None:
    lines = [f"https://s{number}.de/{hash(number)},{number}" for number in range(20_000)]
    if name.endswith("parquet"):
        write(tmp_path / name, manifest(1, 5000))
        raw = (tmp_path / name).read_bytes()
    elif "csv" in name:
        raw = gzip.compress("\n".join(["url,size", *lines]).encode())
    else:
        raw = gzip.compress(
            "\n".join(json.dumps(dict(zip(("url", "size"), x.split(","), strict=True))) for x in lines).encode()
        )
    (tmp_path / name).write_bytes(raw[: len(raw) // 2])
    with pytest.raises(PortalError, match=name):
        make([str(tmp_path / name)], RULES, Wanted(Rule.ALL, Columns("url", "size")), tmp_path / "list")
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url,size\nhttps://a.de/,x\n", "100.00 % of 1 rows have no whole number from 0 as their size"),
        ("url,size\n", "none of 0 rows counts for a domain name"),
        ("url,size\n" + "https://a.de/,1\n" * 98 + "x.zz/,1\n" * 2, "2.00 % of 100 rows count for no domain name"),
        ("", "has no column 'url'"),
    ],
)
def test_a_manifest_that_makes_no_list_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PortalError, match=message):
        make([str(tmp_path / "a.csv")], RULES, Wanted(Rule.ALL, Columns("url", "size")), tmp_path / "list")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_no_message_repeats_a_line_of_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"url":"https://me:s3cret@a.de/\xe9","size":1}\n')
    with pytest.raises(PortalError, match=r"a.jsonl: .* not utf-8") as caught:
        make([str(tmp_path / "a.jsonl")], RULES, Wanted(Rule.ALL, Columns("url", "size")), tmp_path / "list")
    assert "s3cret" not in str(caught.value)


def test_too_many_modalities_are_none(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", [("https://a.de/", 1, f"type/{number}") for number in range(101)])
    with pytest.raises(UsageError, match="the column of modalities holds 101 different values, such as 'type/0'"):
        make_list(tmp_path, Rule.ALL, "a.parquet")


@pytest.mark.parametrize("room", [200, 20_000, 700_000])
def test_a_disk_that_is_full_is_told(tmp_path: Path, room: int) -> None:
    rows = [(f"https://site{number}.de/", 1, "text") for number in range(60_000)]  # all are tied, and so in the list
    write(tmp_path / "a.parquet", rows)
    call = [sys.executable, "-m", "gpai_portal.cli", "domains", "a.parquet", "--size", "size", "--out", "list"]
    done = subprocess.run(
        call,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert done.returncode == 1, done.stderr
    assert "nothing was written" in done.stderr
    assert "there is no room on the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]


def killed(folder: Path, wait: float) -> None:
    command = [sys.executable, "-m", "gpai_portal.cli", "domains", "a.parquet", *COLUMNS, "--out", "list"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    time.sleep(wait)
    process.kill()
    process.wait()
    left = {file.name for file in folder.iterdir()} - {"a.parquet"}
    assert left <= {"list"} or left == {".list.unfinished"}
    if (folder / "list").exists():
        method = json.loads((folder / "list/domains-method.json").read_bytes())
        assert method["sha256"] == hashlib.sha256((folder / "list/domains.txt").read_bytes()).hexdigest()
        shutil.rmtree(folder / "list")


@pytest.mark.parametrize("count", [3, pytest.param(50, marks=pytest.mark.long)])
def test_a_run_that_is_killed_leaves_no_list_and_the_next_one_clears_up(tmp_path: Path, count: int) -> None:
    write(tmp_path / "a.parquet", manifest(3, 60_000))
    for number in range(count):
        killed(tmp_path, 0.3 + 2.5 * number / count)
    (tmp_path / ".list.unfinished").mkdir(exist_ok=True)
    (tmp_path / ".list.unfinished/done").mkdir(exist_ok=True)
    (tmp_path / ".list.unfinished/done/domains.txt").write_text("half", encoding="utf-8")
    make_whole = Wanted(Rule.ALL, Columns("url", "size", "kind"), max_unusable=60)
    make([str(tmp_path / "a.parquet")], RULES, make_whole, tmp_path / "list")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.parquet", "list"]


def test_two_runs_do_not_write_one_list(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", manifest(3, 100))
    (tmp_path / ".list.unfinished").mkdir()
    with FileLock(tmp_path / ".list.unfinished/lock"), pytest.raises(UsageError, match="another run is writing"):
        make([str(tmp_path / "a.parquet")], RULES, Wanted(Rule.ALL, Columns("url", "size")), tmp_path / "list")


@pytest.mark.parametrize(("rule", "words"), [(Rule.ALL, "10 %"), (Rule.SME, "1,000")])
def test_the_statement_says_what_the_record_says(tmp_path: Path, rule: Rule, words: str) -> None:
    write(tmp_path / "a.parquet", manifest(4, 2000))
    make_list(tmp_path, rule, "a.parquet", size_means="bytes of extracted text")
    method = json.loads((tmp_path / "list1/domains-method.json").read_bytes())
    english = (tmp_path / "list1/method.en.md").read_text(encoding="utf-8")
    french = (tmp_path / "list1/method.fr.md").read_text(encoding="utf-8")
    assert words in english
    assert f"found: {method['names']}; asked for by the rule: {method['asked']}; listed: {method['listed']}." in english
    assert f"by size: {method['covered']} %" in english
    assert f"{method['covered'].replace('.', ',')}\u00a0%" in french
    assert "Size is taken from: bytes of extracted text." in english
    assert french.startswith("Cette liste a été calculée par gpai-portal")
