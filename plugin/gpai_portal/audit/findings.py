"""How a question is answered: in which words, on what evidence, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpai_portal.errors import Problem


class Verdict(StrEnum):
    """The answer to a question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "not applicable"
    PERSON = "needs a person"


@dataclass(frozen=True)
class Finding:
    """A verdict with its evidence. ``at`` is the place it was found at, a path in the document or what check found,
    where that is more exact than the fields of the question. Of what a person has to judge, ``presumed`` says that
    evaluators presume it to be right."""

    verdict: Verdict
    evidence: str
    at: str | Problem = ""
    presumed: bool = False


def yes(evidence: str) -> Finding:
    """It is so."""
    return Finding(Verdict.YES, evidence)


def partly(evidence: str, at: str | Problem = "") -> Finding:
    """Half of it is so."""
    return Finding(Verdict.PARTLY, evidence, at)


def no(evidence: str, at: str | Problem = "") -> Finding:
    """It is not so."""
    return Finding(Verdict.NO, evidence, at)


def person(evidence: str, *, presumed: bool = False) -> Finding:
    """A person has to look."""
    return Finding(Verdict.PERSON, evidence, presumed=presumed)


def share(good: int, all_: int, what: str, at: str | Problem = "") -> Finding:
    """All, some, or none: ``what`` names what was counted."""
    if not all_:
        return no("nothing is listed", at)
    verdict = Verdict.YES if good == all_ else Verdict.PARTLY if good else Verdict.NO
    return Finding(verdict, f"{good} of {all_} {what}", at if good < all_ else "")


def by_check(problem: Problem) -> Finding:
    """It is not so, since check says otherwise."""
    return no(f"check: {problem.message} [{problem.code}]", problem)
