"""An audit as a page for its provider, and as data."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from gpai_portal.audit.auditing import Audit, Points
from gpai_portal.audit.findings import Verdict
from gpai_portal.audit.place import MARK
from gpai_portal.audit.rubric import Rubric

_PACKAGE = Path(__file__).parents[1]

#: Words beside every result: whose the questions are, and whose the answers.
WHOSE = (
    "What evaluators would find, by the questions and weights of {name}, in our words. Every answer and every number "
    "here is that of gpai-portal, and none that of an evaluator. What is presumed a person has to judge."
)


def as_data(audits: Sequence[Audit], rubric: Rubric) -> dict[str, Any]:
    """All answers as the format ``json`` has them."""
    return {
        "rubric": {key: getattr(rubric, key) for key in ("edition", "name", "by", "source", "about")},
        "summaries": [_summary(audit) for audit in audits],
    }


def _summary(audit: Audit) -> dict[str, Any]:
    return {
        "release": audit.key,
        "title": audit.title,
        "file": audit.file,
        "note": audit.note,
        "counts": dict(audit.counts),
        "points": {name: asdict(points) for name, points in sums(audit).items()},
        "sections": {code: asdict(audit.points([code])) for code in audit.rubric.sections},
        "dimensions": {code: asdict(audit.points((), [code])) for code in audit.rubric.dimensions},
        "questions": [
            {
                "id": one.question.id,
                "section": one.question.section,
                "dimension": one.question.dimension,
                "weight": one.question.weight,
                "ask": one.question.ask,
                "answer": one.finding.verdict,
                "presumed": one.finding.presumed,
                "evidence": one.finding.evidence,
                "file": one.file,
                "line": one.line,
                "path": one.path,
                "fix": one.question.fix if one.finding.verdict in {Verdict.NO, Verdict.PARTLY} else "",
            }
            for one in audit.decided
        ],
    }


def sums(audit: Audit) -> Mapping[str, Points]:
    """The points of each group of dimensions."""
    return {name: audit.points((), codes) for name, codes in audit.rubric.groups.items()}


def whose(rubric: Rubric) -> str:
    """Says whose the questions are, and whose the answers."""
    return WHOSE.format(name=rubric.name)


def as_page(audits: Sequence[Audit], rubric: Rubric, as_of: date) -> str:
    """All answers as one page without script, which loads nothing."""
    style = (_PACKAGE / "assets" / "audit.css").read_text(encoding="utf-8")
    loader = FileSystemLoader(_PACKAGE / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("audit.html").render(
        mark=MARK,
        audits=audits,
        rubric=rubric,
        as_of=as_of,
        whose=whose(rubric),
        sums=sums,
        style=Markup(style),  # ours
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )
