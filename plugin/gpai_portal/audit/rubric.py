"""The rubrics: who asks what, with which weight, and how each question is decided."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from gpai_portal.errors import UsageError
from gpai_portal.schema import read_json, schema_folder


@dataclass(frozen=True)
class Question:
    """One question. ``applies`` are the conditions under which it is put, ``otherwise`` says why it is not applicable,
    ``decide`` names the way to decide it, with its parameters. ``fields`` are what it is about."""

    id: str
    section: str
    template: str
    dimension: str
    weight: int
    ask: str
    decide: Mapping[str, Any]
    fields: Sequence[str] = ()
    applies: Sequence[Mapping[str, Any]] = ()
    otherwise: str = ""
    fix: str = ""
    source: str = ""


@dataclass(frozen=True)
class Rubric:
    """The questions of one maker in one edition; ``sections``, ``dimensions`` and ``groups`` are what it sums up by."""

    edition: str
    name: str
    by: str
    source: str
    about: str
    sections: Mapping[str, str]
    dimensions: Mapping[str, str]
    groups: Mapping[str, Sequence[str]]
    questions: Sequence[Question] = field(repr=False)


def editions() -> Sequence[str]:
    """Names of all rubrics, such as ``aial-2026-07-24``."""
    return sorted(path.stem for path in (schema_folder() / "rubrics").glob("*-20*.json"))


@cache
def read_rubric(edition: str) -> Rubric:
    """The rubric of a name. Raises UsageError if there is none, or it is none that its schema allows."""
    known = editions()
    if edition not in known:
        guess = difflib.get_close_matches(edition, known, n=1)
        advice = f"did you mean {guess[0]}?" if guess else f"known: {', '.join(known)}"
        raise UsageError(f"there is no rubric {edition!r}; {advice}")
    try:
        data = read_json(f"rubrics/{edition}.json")
    except ValueError as error:
        raise UsageError(f"rubrics/{edition}.json is no JSON ({error})") from None
    form = Draft202012Validator(read_json("rubrics/rubric.schema.json"))
    for wrong in form.iter_errors(data):
        raise UsageError(f"rubrics/{edition}.json: {wrong.json_path}: {wrong.message}; rubric.schema.json says how")
    questions = tuple(Question(**question) for question in data["questions"])
    own = {key: data[key] for key in ("name", "by", "source", "about", "sections", "dimensions", "groups")}
    return Rubric(edition, **own, questions=questions)
