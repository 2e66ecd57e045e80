"""A case is a file.

``valid/*.yaml`` and ``invalid/*.yaml`` change the small portal in ``base/`` and say what ``check`` must find::

    about: One sentence that says what is wrong or allowed here.
    change:                      # each old text must stand in the file once
      - file: models/text/1.0/release.yaml
        old: "union_market_date: 2026-03-10"
        new: "union_market_date: 2026-03-09"
    add: {extra.yaml: "text"}    # files to write; remove: [names] to delete
    as_of: 2026-11-24
    draft: "true"                # nothing was published before; else all of it was
    expect:                      # all problems, in any order; none in valid/
      - {code: date-order, path: union_market_date, line: "union_market_date: 2026-03-09", severity: error}
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.checking import check
from gpai_portal.codes import Code
from gpai_portal.content.folder import Published, read_content
from gpai_portal.schema import load as load_schema

HERE = Path(__file__).parent
CASES = sorted([*HERE.glob("valid/*.yaml"), *HERE.glob("invalid/*.yaml")])


def load(case: Path) -> dict[str, Any]:
    return dict(yaml.load(case.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def prepare(case: dict[str, Any], folder: Path) -> Path:
    content = folder / "content"
    shutil.copytree(HERE / "base" / "content", content)
    for change in case.get("change", ()):
        file = content / change["file"]
        text = file.read_text(encoding="utf-8")
        assert text.count(change["old"]) == 1, f"{change['old']!r} stands {text.count(change['old'])} times"
        file.write_text(text.replace(change["old"], change["new"]), encoding="utf-8")
    for name, text in case.get("add", {}).items():
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text(text, encoding="utf-8")
    for name in case.get("remove", ()):
        (content / name).unlink()
    return content


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_case(path: Path, tmp_path: Path) -> None:
    case = load(path)
    content = prepare(case, tmp_path)
    keys = [] if "draft" in case else [p.relative_to(content).with_suffix("") for p in content.rglob("*.yaml")]
    published: dict[str, list[Published]] = {key.as_posix(): [] for key in keys}
    _, report = check(content, date.fromisoformat(case.get("as_of", "2026-11-24")), published)
    found = sorted((p.code, p.path, str(p.severity)) for p in report)
    expected = case.get("expect", [])
    assert found == sorted((e["code"], e.get("path", ""), e.get("severity", "error")) for e in expected), "\n".join(
        map(str, report)
    )
    for entry in expected:
        problem = next(p for p in report if (p.code, p.path) == (entry["code"], entry.get("path", "")))
        assert problem.message
        assert problem.advice
        if "line" in entry:
            lines = (content.parent / problem.file).read_text(encoding="utf-8").splitlines()
            assert entry["line"] in lines[problem.line - 1]


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_both_validators_agree(path: Path, tmp_path: Path) -> None:
    """`check` asks the fast one first, and only for what it refuses the one that says why."""
    content, _ = read_content(prepare(load(path), tmp_path))
    for source in content.sources():
        schema = load_schema(source.kind)
        assert schema.quick.is_valid(source.data) == schema.authored.is_valid(source.data), source.file


#: Codes that need bytes, links or permissions, which no YAML case can hold; ``test_files`` reports each of them.
BYTE_CODES = {Code.NOT_UTF8, Code.FILE_TOO_LARGE, Code.TOO_MANY, Code.SYMBOLIC_LINK, Code.UNREADABLE_FILE}

#: Codes of ``check``; those behind them are of the private folder, of records and of sites, and have tests elsewhere.
CHECKED = list(Code)[: list(Code).index(Code.NO_AUDIENCE)]


@pytest.mark.parametrize("code", sorted(set(CHECKED) - BYTE_CODES))
def test_every_code_has_a_case(code: Code) -> None:
    """A code that no case names may never have been reported."""
    assert code in {entry["code"] for path in CASES for entry in load(path).get("expect", ())}
