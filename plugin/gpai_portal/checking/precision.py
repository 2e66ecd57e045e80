"""The same fact at two precisions: the Form asks some facts exactly for one audience, coarsely for another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from gpai_portal.codes import Code
from gpai_portal.content.source import Path_, Source, dotted
from gpai_portal.errors import Problem
from gpai_portal.schema import FORM, load

_POWERS = {"M": 1e6, "B": 1e9, "T": 1e12}


def check_precision(source: Source, file: str) -> list[Problem]:
    """Coarse values of a Form that the exact ones beside them contradict, at the place of the coarse value."""
    problems = []
    for path, message in _contradictions(source.data):
        line, column = source.position(path)
        advice = "correct the one that is wrong"
        problems.append(Problem(Code.PRECISION_MISMATCH, file, message, advice, line, column, dotted(path)))
    return problems


def _contradictions(data: Mapping[str, Any]) -> Iterator[tuple[Path_, str]]:
    size, band = _number(data, "properties", "total_size"), _plain(data, "properties", "size_range")
    if size is not None and band is not None and not _in_range(size, band):
        yield ("properties", "size_range"), f"the total model size is outside the range {band}"
    exact, order = _number(data, "compute", "amount_exact"), _number(data, "compute", "amount_order")
    if exact and order and abs(math.log10(exact) - math.log10(order)) >= 1:
        yield ("compute", "amount_order"), "the exact amount of computation has another order of magnitude"
    points = {_key(row): row for row in _rows(data, "points_aio")}
    for index, row in enumerate(_rows(data, "points_ncas")):
        coarse, fine = _quantity(row), _quantity(points.get(_key(row), {}))
        if coarse and fine and not math.isclose(coarse, fine, abs_tol=0.5001 * 10 ** math.floor(math.log10(fine))):
            yield ("data", "points_ncas", index), "the number of data points is not the exact one, rounded"


def _in_range(size: float, band: str) -> bool:
    """Whether a number of parameters lies in a range such as 5B-15B, 1-500M or >1T; borders belong to both."""
    if band.startswith(">"):
        return size >= _parameters(band[1:])
    low, high = band.split("-")
    return _parameters(low) <= size <= _parameters(high)


def _parameters(text: str) -> float:
    number, letter = text.rstrip("MBT"), text[-1]
    return float(number) * _POWERS.get(letter, 1)


def _plain(data: Mapping[str, Any], section: str, item: str) -> str | None:
    """An answer that stands alone; one with a specification may speak of several models."""
    raw = data.get(section, {}).get(item)
    options = load(FORM).find(f"{section}.{item}")
    return raw if isinstance(raw, str) and options and raw in options.options else None


def _number(data: Mapping[str, Any], section: str, item: str) -> float | None:
    raw = data.get(section, {}).get(item)
    raw = raw.get("value") if isinstance(raw, Mapping) else raw
    return float(raw) if isinstance(raw, str) else None


def _rows(data: Mapping[str, Any], item: str) -> list[Mapping[str, Any]]:
    raw = data.get("data", {}).get(item)
    raw = raw.get("value") if isinstance(raw, Mapping) else raw
    return [row if isinstance(row, Mapping) else {} for row in raw or []]


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    size = row.get("size")
    return str(row.get("part")), str(size.get("unit")) if isinstance(size, Mapping) else ""


def _quantity(row: Mapping[str, Any]) -> float | None:
    size = row.get("size")
    value = size.get("value") if isinstance(size, Mapping) else None
    return float(value) if isinstance(value, str) else None
