"""Ways to decide a question, and conditions under which one is put, by the names that rubrics call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gpai_portal.audit.findings import Finding
from gpai_portal.audit.rubric import Question
from gpai_portal.audit.subject import Subject

#: Decides a question; its parameters stand in ``question.decide``.
Way = Callable[[Subject, Question], Finding]

#: Whether a question is put, or None where nobody can read the words that would tell; its parameters are
#: those of the condition.
Condition = Callable[[Subject, Mapping[str, Any]], bool | None]

WAYS: dict[str, Way] = {}
CONDITIONS: dict[str, Condition] = {}


def way(decide: Way) -> Way:
    """Registers a way to decide under the name of its function."""
    WAYS[decide.__name__] = decide
    return decide


def condition(holds: Condition) -> Condition:
    """Registers a condition under the name of its function."""
    CONDITIONS[holds.__name__] = holds
    return holds
