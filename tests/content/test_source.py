"""YAML is read without the traps of YAML 1.1, and every value knows its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gpai_portal.content.source import dump, parse_source, read_source
from gpai_portal.schema import PROVIDER


def read(tmp_path: Path, text: str | bytes) -> object:
    file = tmp_path / "x.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    source, problems = read_source(PROVIDER, file, "x.yaml")
    return [(p.code, p.line, p.column) for p in problems] if source is None else dict(source.data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("True", "True"),
        ("2026-11-23", "2026-11-23"),
        ("12:30:45", "12:30:45"),
        ("0123", "0123"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1e23", 1e23),
        ("1E+23", 1e23),
        (".5", 0.5),
        ("12", 12),
        ("-7", -7),
        ("1.10", 1.1),
        ('"1.10"', "1.10"),
        ("~", None),
        ("null", None),
        ("", None),
        ("=", "="),
        ("<<", "<<"),
        ("{{ 7*7 }}x", [("bad-key", 1, 5)]),
        ("Ωμέγα 𝔊 \u200fעברית", "Ωμέγα 𝔊 \u200fעברית"),
    ],
)
def test_scalars_are_what_they_look_like(tmp_path: Path, text: str, value: object) -> None:
    found = read(tmp_path, f"a: {text}")
    if isinstance(value, list):
        assert isinstance(found, list)
    else:
        assert found == {"a": value}
        assert isinstance(found["a"], type(value))  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2", "duplicate-key", 4),
        ("a: &x [1]\nb: 2\nc: *x", "yaml-alias", 3),
        ("a: 1\nb: !!python/object:os.system x", "yaml-tag", 2),
        ("a: !x {b: 1}", "yaml-tag", 1),
        ("a: .nan", "not-a-number", 1),
        ("a: -.inf", "not-a-number", 1),
        ("1: a", "bad-key", 1),
        ("a: 1\ntrue: 2", "bad-key", 2),
        ("a: [1, 2\nb: 3", "yaml-syntax", 2),
        ("a: b: c", "yaml-syntax", 1),
        ("- a", "wrong-type", 1),
        ("", "wrong-type", 1),
        ("a: x\ab: 1", "yaml-character", 1),
        (b"a: 1\nb: \xff", "not-utf8", 2),
        ("a: " + "[" * 51 + "]" * 51, "too-deep", 1),
        ("a: " + "[" * 300_000, "too-deep", 1),
        ("- " * 60 + "x", "too-deep", 1),
        ("\n".join(" " * i + f"k{i}:" for i in range(60)), "too-deep", 51),
    ],
)
def test_traps_are_refused_with_their_line(tmp_path: Path, text: str | bytes, code: str, line: int) -> None:
    found = read(tmp_path, text)
    assert isinstance(found, list), found
    assert (code, line) in [(c, at) for c, at, _ in found]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("# " + "]" * 50_000 + "\n" + "[" * 50_000, "too-deep", 2),
        ('a: "' + "]" * 500_000 + '"\nb: ' + "[" * 400_000, "too-deep", 2),
        ("a: |\n  " + "}" * 900 + "\nb: " + "{a: " * 900, "too-deep", 3),
        ("a: 1\nb: " + "[" * 900 + "]" * 900, "too-deep", 2),
        ("a:\n" + "- " * 900 + "x", "too-deep", 2),
        ("? " * 900 + "x", "too-deep", 1),
        ("a: 1\nb: " + "9" * 900_000, "not-a-number", 2),
        ("a: 1\nb: " + "9" * 4_000, "not-a-number", 2),
        ("a: 1\nb: 9007199254740992", "not-a-number", 2),
        ("a: 1\nb: 1e999999", "not-a-number", 2),
        ("a: 1\n? " + "k" * 5_000 + "\n: 1", "bad-key", 2),
        ("".join(f"%TAG !a{i}! x\n" for i in range(60_000)) + "---\na: 1", "yaml-tag", 1),
        ("a:\n" + "- !x 1\n" * 100_000, "too-many-problems", 1_001),
        ("a: 1\n" * 100_000, "too-many-problems", 1_001),
        ('a: "x\u2028y"', "yaml-character", 1),
        ("a: e" + "\u0301" * 11, "yaml-character", 1),
        ("a: 1\nb: x\U000e0041", "yaml-character", 2),
        ("a: !!str 1", "yaml-tag", 1),
    ],
)
def test_what_is_made_to_break_the_parser_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    """In a process of its own, since a parser that goes too deep takes the process with it."""
    script = (
        "import sys; from pathlib import Path; from gpai_portal.content.source import parse_source\n"
        "found, problems = parse_source('provider', Path('x'), 'x', sys.stdin.buffer.read())\n"
        "assert found is None; print(problems[-1].code, problems[-1].line, max(len(str(p)) for p in problems))"
    )
    done = subprocess.run([sys.executable, "-c", script], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    said, at, longest = done.stdout.split()
    assert (said.decode(), int(at)) == (code, line)
    assert int(longest) < 400


@pytest.mark.parametrize("text", ["+", ".", "e5", ".e5", "9007199254740991"])
def test_what_only_looks_like_a_number_is_text(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"a: {text}") == {"a": int(text) if text.isdigit() else text}


def test_a_syntax_error_hides_no_problem_before_it(tmp_path: Path) -> None:
    found = read(tmp_path, "a: 1\na: 2\nb: ]")
    assert isinstance(found, list)
    assert [(code, line) for code, line, _ in found] == [("duplicate-key", 2), ("yaml-syntax", 3)]


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]" for i in range(1, 30)]
    found = read(tmp_path, "\n".join(levels))
    assert isinstance(found, list)
    assert {code for code, _, _ in found} == {"yaml-alias"}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a:\n  - b: 1\n    c: |\n      text\n  - {d: 2}\n", encoding="utf-8")
    source, problems = read_source(PROVIDER, file, "x.yaml")
    assert problems == []
    assert source is not None
    assert source.positions == {
        ("a",): (1, 1),
        ("a", 0): (2, 5),
        ("a", 0, "b"): (2, 5),
        ("a", 0, "c"): (3, 5),
        ("a", 1): (5, 5),
        ("a", 1, "d"): (5, 6),
    }
    assert source.position(("a", 1, "missing")) == (5, 5)


def test_prose_about_brackets_is_not_deep(tmp_path: Path) -> None:
    text = "a: |\n  " + "(see [1]) {x} " * 500 + "[[[[" * 30
    assert read(tmp_path, text) == {"a": ("(see [1]) {x} " * 500 + "[[[[" * 30)}


@pytest.mark.parametrize(
    "text", ["12e4567890", "1234567890", "true", "yes", "~", "", ".nan", "2026-11-24", "0x1f", "a: b", "-"]
)
def test_what_is_written_is_read_back_as_text(text: str) -> None:
    """An id of hexadecimal digits may look like a number with an exponent."""
    source, problems = parse_source("recipients", Path("x.yaml"), "x.yaml", dump({"recipients": text}).encode())
    assert not problems
    assert source
    assert source.data["recipients"] == text
