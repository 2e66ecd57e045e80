"""How far the audit agrees with what evaluators gave to the transcribed summaries.

    .venv/bin/python -m tests.cases.agreement

prints, for each section and sum, the share of points by the audit and by the evaluators, with the mean absolute
difference (MAE) and the rank correlation (Spearman, from four cases on). What a person has to judge is presumed where
it is answered; what nobody looked at, such as the page, is left out. The first section is about the page that they
saw, which is another one than a portal has, and stands apart. ``--questions CASE`` prints the answers but yes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import yaml

from gpai_portal.audit.auditing import Audit, audit
from gpai_portal.audit.rubric import read_rubric
from gpai_portal.checking import check
from tests.conftest import DAY

CASES = Path(__file__).parent
LAB = read_rubric("aial-2026-07-24")
SCORES = yaml.safe_load((CASES / "scores.yaml").read_text(encoding="utf-8"))
#: The sections of the document itself, without the page.
OF_DATA = tuple(code for code in LAB.sections if code != "S1")
#: What is compared: a section or all of them, by a group of dimensions.
LINES = {f"{code} {name[0]}": ((code,), name) for code in LAB.sections for name in LAB.groups} | {
    f"all {name[0]}": (OF_DATA, name) for name in LAB.groups
}


@cache
def audited(case: str) -> Audit:
    """The audit of a case."""
    content, report = check(CASES / case / "content", DAY)
    [done] = audit(content, report, LAB, DAY)
    return done


def ours(case: str, line: str) -> float | None:
    """The share of points by the audit; None if nothing applies."""
    sections, name = LINES[line]
    return audited(case).points(sections, LAB.groups[name]).percent


def theirs(case: str, line: str) -> float | None:
    """The share of points that the evaluators gave; None if nothing applied."""
    sections, name = LINES[line]
    cells = [SCORES[case]["sections"][code][one] for code in sections for one in LAB.groups[name]]
    got, possible = (sum(column) for column in zip(*cells, strict=True))
    return 100 * got / possible if possible else None


def compared(line: str) -> dict[str, tuple[float, float]]:
    """Both shares, by case, where there are both."""
    found = {case: (ours(case, line), theirs(case, line)) for case in SCORES}
    return {case: (a, b) for case, (a, b) in found.items() if a is not None and b is not None}


def difference(pairs: Iterable[tuple[float, float]]) -> float:
    """The mean absolute difference."""
    apart = [abs(a - b) for a, b in pairs]
    return sum(apart) / len(apart)


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The correlation of ranks, those of equals averaged; None of fewer than four, and where all
    of one side are equal."""
    if len(pairs) < 4:
        return None
    one, two = (_ranks(side) for side in zip(*pairs, strict=True))
    mean = (len(pairs) + 1) / 2
    apart = sum((a - mean) * (b - mean) for a, b in zip(one, two, strict=True))
    spread = (sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in two)) ** 0.5
    return apart / spread if spread else None


def _ranks(values: Sequence[float]) -> list[float]:
    rounded = [round(value, 6) for value in values]
    return [
        sum(other < value for other in rounded) + (sum(other == value for other in rounded) + 1) / 2
        for value in rounded
    ]


def table() -> list[list[str]]:
    """The rows of the table in the guide: what is compared, both shares of each case, MAE, Spearman."""
    rows = []
    for line, (sections, name) in LINES.items():
        found = compared(line)
        what = (
            f"{LAB.sections[sections[0]]}, {name.lower()}"
            if len(sections) == 1
            else f"All but the document, {name.lower()}"
        )
        cells = [f"{found[case][0]:.0f} / {found[case][1]:.0f}" if case in found else "-" for case in SCORES]
        rank = spearman(list(found.values()))
        rows.append([what, *cells, f"{difference(found.values()):.0f}", "-" if rank is None else f"{rank:.2f}"])
    return rows


def main(arguments: Sequence[str]) -> None:
    """Prints the table, or the answers of one case."""
    if arguments[:1] == ["--questions"]:
        for one in audited(arguments[1]).decided:
            if one.finding.verdict != "yes":
                print(f"{one.question.id} {one.finding.verdict}: {one.question.ask} {one.finding.evidence}")
        return
    print(" | ".join(["Ours / theirs", *SCORES, "MAE", "Spearman"]))
    for row in table():
        print(" | ".join(row))


if __name__ == "__main__":
    main(sys.argv[1:])
