"""What `check` advises to write is not refused when it is written."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.checking import check
from gpai_portal.codes import Severity
from gpai_portal.content.folder import Content
from gpai_portal.errors import Problem
from tests.examples.test_examples import CASES, load, prepare

STATE = re.compile(r"\{state: \w+(?:, reason: \.\.\.)?\}")


def place_of(path: str) -> list[str | int]:
    """Keys and indices of a path as messages write it: a.b[0].c"""
    return [int(part) if part.isdigit() else part for part in re.split(r"[.\[\]]+", path) if part]


def written(content: Content, folder: Path, problem: Problem, state: str) -> str | None:
    """The file of a problem with a state at its place; None if there is no such place."""
    source = next((s for s in content.sources() if folder.parent / problem.file == s.file), None)
    if source is None:
        return None
    data: Any = yaml.safe_load(yaml.safe_dump(dict(source.data)))
    node, path = data, place_of(problem.path)
    for key in path[:-1]:
        node = node.setdefault(key, {}) if isinstance(node, dict) else node[key]
    node[path[-1]] = yaml.safe_load(state.replace("...", "A reason."))
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


@pytest.mark.parametrize("path", [c for c in CASES if c.parent.name == "invalid"], ids=lambda p: p.stem)
def test_a_state_that_is_advised_is_taken(path: Path, tmp_path: Path) -> None:
    case = load(path)
    folder = prepare(case, tmp_path)
    day = date.fromisoformat(case.get("as_of", "2026-11-24"))
    content, report = check(folder, day)
    for problem in report:
        for state in STATE.findall(problem.advice) if problem.path else ():
            file = folder.parent / problem.file
            before = file.read_bytes()
            text = written(content, folder, problem, state)
            assert text is not None, problem
            file.write_text(text, encoding="utf-8")
            _, after = check(folder, day)
            errors = [
                str(p)
                for p in after
                if p.severity is Severity.ERROR and p.file == problem.file and p.path.startswith(problem.path)
            ]
            assert errors == [], f"{problem}\nwas answered with {state}"
            file.write_bytes(before)
