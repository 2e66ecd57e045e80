"""Problems of private files, told without a word that stands in them."""

from __future__ import annotations

import re
from dataclasses import replace

from gpai_portal.codes import Code
from gpai_portal.errors import Problem
from gpai_portal.schema import Field


def discreet(problem: Problem, root: Field) -> Problem:
    """The same problem with nothing in it that was written in the file.

    ``root`` is the document as its schema describes it. The path is kept as far as it consists of names of its fields;
    the message is replaced by what the code says in general.
    """
    path: list[str] = []
    found: Field | None = root
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", problem.path):
        if part.startswith("["):
            path[-1:] = [path[-1] + part] if path else [part]
            continue
        found = found.child(part) if found else None
        if found is None:
            break
        path.append(part)
    said = "not answered yet" if problem.code is Code.OPEN_FIELD else f"{problem.code.says} (private, not shown)"
    return replace(problem, message=said, path=".".join(path))
