"""The tool breaks an invented module, and tells what the test of that module notices and what not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, run
from tests.mutants.__main__ import equivalents, exists
from tests.mutants.places import mutants, places

CODE = """\
import sys


def legal() -> int:
    return 18


LIMIT = legal()


def grown(age: int) -> bool:
    return age >= LIMIT


def older(age: int) -> bool:
    return age > 70


def never() -> int:
    return 1 + 1


def endless(number: int) -> int:
    while number > 3:
        number -= 1
    return number


def told(text: str) -> None:
    if text:
        print(text.strip())


if __name__ == "__main__":
    told(" ".join(sys.argv[1:]))
"""
TESTS = """\
import subprocess
import sys

import pytest

from gpai_portal.toy.code import endless, grown, older


@pytest.fixture(scope="session")
def three():
    return endless(5)


def test_fixtures_made_once(three):
    assert three == 3


def test_grown():
    assert grown(18)
    assert not grown(2)


def test_older():
    assert older(90)
    assert not older(20)


def test_in_a_process_of_its_own():
    command = [sys.executable, "-m", "gpai_portal.toy.code", "hello "]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "hello\\n"
"""
ENTRY = """
[[equivalent]]
file = "plugin/gpai_portal/toy/code.py"
scope = "endless"
was = "number -= 1"
now = "{}"
reason = "what the reviewer said"
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    for name, text in {
        "plugin/gpai_portal/__init__.py": "",
        "plugin/gpai_portal/toy/__init__.py": "",
        "plugin/gpai_portal/toy/code.py": CODE,
        "tests/__init__.py": "",
        "tests/toy/test_code.py": TESTS,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "tests/mutants", tmp_path / "tests/mutants")
    (tmp_path / "tests/mutants/rooms.toml").write_text('toy = ["tests/toy"]\n', encoding="utf-8")
    (tmp_path / "tests/mutants/equivalent.toml").write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\nmarkers = ['long']\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def test_killed_survived_timed_out_and_equivalent_are_told_apart(toy: Path) -> None:
    entries = ENTRY.format("number -= 2") + ENTRY.format("pass")
    (toy / "tests/mutants/equivalent.toml").write_text(entries, encoding="utf-8")
    done = run("tests.mutants", "--jobs", "2", "--patience", "5", cwd=toy)
    first, *blocks = done.stdout.strip().split("\n\n")
    assert first == "toy: 14 of 22 killed, 63.6 %; 1 equivalent"
    place = "plugin/gpai_portal/toy/code.py"
    late = f"{place}:25 endless\n  -         number -= 1\n  +         pass"
    same = f"{place}:25 endless\n  -         number -= 1\n  +         number -= 2\n  what the reviewer said"
    assert {f"killed by time-out: {late}", f"equivalent: {same}"} <= set(blocks)
    survived = [block.removeprefix("survived: ") for block in blocks if block.startswith("survived: ")]
    assert f"{place}:16 older\n  -     return age > 70\n  +     return age >= 70" in survived
    assert f"{place}:20 never\n  -     return 1 + 1\n  +     return 1 - 1\n  no test runs this" in survived
    assert {block.split()[1] for block in survived} == {
        "older",
        "never",
        "told",
        "-",
    }  # "-": at the level of the module
    assert done.returncode == 1
    listed = "('plugin/gpai_portal/toy/code.py', 'endless', 'number -= 1', 'pass')"
    assert done.stderr.endswith(f"listed in equivalent.toml, but a test noticed it\n{listed}\n")
    assert (toy / place).read_text(encoding="utf-8") == CODE


def test_tests_that_fail_before_anything_is_changed_are_told(toy: Path) -> None:
    (toy / "tests/toy/test_code.py").write_text("def test_wrong():\n    assert 1 == 2\n", encoding="utf-8")
    done = run("tests.mutants", cwd=toy)
    assert done.returncode == 1
    assert "do not pass before anything is changed" in done.stderr
    assert "assert 1 == 2" in done.stderr


def test_tests_that_run_nothing_of_the_room_are_told(toy: Path) -> None:
    (toy / "tests/toy/test_code.py").write_text("def test_idle():\n    pass\n", encoding="utf-8")
    done = run("tests.mutants", cwd=toy)
    assert done.returncode == 1
    assert "run nothing in plugin/gpai_portal/toy" in done.stderr


def test_an_entry_for_code_that_is_gone_is_told(toy: Path) -> None:
    (toy / "tests/mutants/equivalent.toml").write_text(ENTRY.format("number -= 3"), encoding="utf-8")
    done = run("tests.mutants", cwd=toy)
    assert done.returncode == 1
    assert "no such mutant" in done.stderr


def test_what_is_listed_as_equivalent_is_still_a_mutant() -> None:
    assert [key for key in equivalents() if not exists(key)] == []


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("x = a < b", {"x = a <= b", "x = a > b"}),
        ("x = a not in b", {"x = a in b"}),
        ("x = a and b", {"x = (a or b)", "x = True and b", "x = a and True"}),
        ("x = a or (b := c)", {"x = (a and (b := c))", "x = False or (b := c)"}),
        ("x = not (a)", {"x = (a)"}),
        ("x = [1, True]", {"x = [True]", "x = [1]", "x = [2, True]", "x = [1, False]"}),
        ("x = {a: b, c: d}", {"x = {c: d}", "x = {a: b}"}),
        ("x = f(a, b, c=d)", {"x = f(a, c=d)", "x = f(a, b)"}),
        ("x = sorted(any(a.strip()))", {"x = (any(a.strip()))", "x = sorted(all(a.strip()))", "x = sorted(any(a))"}),
        ("x = 'a' + f'{b - 1}'", set()),
        ("x: Literal[1] = a % b", {"x: Literal[1] = a * b"}),
        ("x = a if b else None", {"x = a if False else None", "x = a if True else None", "x = a if b else 0"}),
        ("x = [a for a in b if c]", {"x = [a for a in b if True]"}),
        ("if x := a: f()", {"if False: f()", "if x := a: pass"}),
        ("while a: f[b] = c", {"while False: f[b] = c", "while a: pass"}),
        ("for a in b: continue", {"for a in (): continue", "for a in b: break"}),
        ("def f(): return g", {"def f(): return None"}),
        ("def f(): yield g", {"def f(): yield from ()"}),
        ("def f(): raise E from None", {"def f(): pass"}),
        (
            "try: a\nexcept (B, C): d",
            {f"try: a\nexcept {types}: d" for types in ("()", "(C)", "(B)")},
        ),
    ],
)
def test_the_ways_to_break_code(tmp_path: Path, code: str, changed: set[str]) -> None:
    (tmp_path / "code.py").write_text(code, encoding="utf-8")
    found = [mutant for place in places(tmp_path, tmp_path / "code.py") for mutant in mutants(tmp_path, place)]
    assert {mutant.after for mutant in found if mutant.compiles()} == changed
