"""The same fact at two precisions: the Form asks some facts exactly for one audience, coarsely for another."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gpai_portal.codes import Code
from gpai_portal.content.answers import Answer, Entry, Path_, Quantity, Row
from gpai_portal.content.source import Source, dotted
from gpai_portal.errors import Problem

_POWERS = {"M": 1e6, "B": 1e9, "T": 1e12}


def check_precision(source: Source, file: str) -> list[Problem]:
    """Coarse values of a Form that the exact ones beside them contradict, at the place of the coarse value."""
    problems = []
    for path, message in _contradictions(source.answers):
        line, column = source.position(path)
        advice = "correct the one that is wrong"
        problems.append(Problem(Code.PRECISION_MISMATCH, file, message, advice, line, column, dotted(path)))
    return problems


def _contradictions(form: Entry) -> Iterator[tuple[Path_, str]]:
    size, band = _number(form.get("properties", "total_size")), _alone(form, "properties", "size_range")
    if size is not None and band and not _in_range(size, band):
        yield ("properties", "size_range"), f"the total model size is outside the range {band}"
    exact, order = _number(form.get("compute", "amount_exact")), _number(form.get("compute", "amount_order"))
    if exact and order and abs(math.log10(exact) - math.log10(order)) >= 1:
        yield ("compute", "amount_order"), "the exact amount of computation has another order of magnitude"
    points = {_key(row): row for row in form.get("data", "points_aio").rows}
    for row in form.get("data", "points_ncas").rows:
        coarse, fine = _quantity(row), _quantity(points[_key(row)]) if _key(row) in points else None
        if coarse and fine and not math.isclose(coarse, fine, abs_tol=0.5001 * 10 ** math.floor(math.log10(fine))):
            yield row.path, "the number of data points is not the exact one, rounded"


def _in_range(size: float, band: str) -> bool:
    """Whether a number of parameters lies in a range such as 5B-15B, 1-500M or >1T; borders belong to both."""
    if band.startswith(">"):
        return size >= _parameters(band[1:])
    low, high = band.split("-")
    return _parameters(low) <= size <= _parameters(high)


def _parameters(text: str) -> float:
    number, letter = text.rstrip("MBT"), text[-1]
    return float(number) * _POWERS.get(letter, 1)


def _alone(form: Entry, *keys: str) -> str:
    """An option that stands alone; one with a specification may speak of several models. Empty for anything else."""
    answer = form.get(*keys)
    return "" if answer.specification or answer.as_stated else answer.text


def _number(answer: Answer) -> float | None:
    return float(answer.value) if isinstance(answer.value, str) else None


def _key(row: Row) -> tuple[str, str]:
    size = row["size"].value
    return row["part"].text, size.unit if isinstance(size, Quantity) else ""


def _quantity(row: Row) -> float | None:
    size = row["size"].value
    return float(size.number) if isinstance(size, Quantity) and size.number else None
