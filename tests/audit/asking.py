"""Puts a rubric to an invented summary with changes: for the tests of its questions."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from gpai_portal.audit.auditing import Audit, audit
from gpai_portal.audit.rubric import read_rubric
from gpai_portal.checking import check
from gpai_portal.content.folder import Published

HERE = Path(__file__).parent
DAY = date(2026, 11, 24)
KEY = "models/example/2.0/training-content-summary"
FILES = {
    "provider": "provider.yaml",
    "policy": "copyright-policy.yaml",
    "model": "models/example/model.yaml",
    "release": "models/example/2.0/release.yaml",
    "summary": f"{KEY}.yaml",
}


def load(name: str) -> Any:
    """A file of the tests; dates are texts, as in the content."""
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=Texts)


class Texts(yaml.SafeLoader):
    """Without dates."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

BASE = load("base.yaml")


def put(tree: Any, path: str, value: Any) -> None:
    """Replaces what stands at a dotted path; None takes it away."""
    *above, last = path.split(".")
    for key in above:
        tree = tree[int(key)] if isinstance(tree, list) else tree.setdefault(key, {})
    if value is None:
        tree.pop(last, None)
    else:
        tree[int(last) if isinstance(tree, list) else last] = value


def written(folder: Path, changes: dict[str, Any]) -> Path:
    """A content folder of the base with changes."""
    data = copy.deepcopy(BASE)
    for path, value in changes.items():
        put(data, path, value)
    for name, file in FILES.items():
        if data.get(name) is not None:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(json.dumps(data[name]), encoding="utf-8")
    return folder


def ask(
    folder: Path, rubric: str, changes: dict[str, Any], published: list[dict[str, Any]] | None = None, as_of: date = DAY
) -> Audit:
    """The audit of the base with changes, beside what was published of it."""
    states = {KEY: [Published(state, "en") for state in published]} if published else {}
    content, report = check(written(folder, changes), as_of, states)
    [done] = audit(content, report, read_rubric(rubric), as_of)
    return done
