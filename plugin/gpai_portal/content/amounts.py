"""Amounts of data that are stated of sources, and the size of all data that they are parts of.

A figure is as exact as it is written: 1.1e12 may be anything that is rounded to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gpai_portal.content.answers import Domains, Entry, Quantity, Size
from gpai_portal.schema import Field


@dataclass(frozen=True)
class Total:
    """The size of all data of a modality: the range that is ticked, the figure if there is one."""

    size: Size

    @property
    def figure(self) -> Quantity:
        """The figure, with the qualifier it has; its number is empty where there is none."""
        return Quantity(self.size.quantity, self.size.unit, self.size.qualifier)


def total_of(kinds: Entry, modality: str) -> Total | None:
    """What is stated of all data of a modality; None if nothing is, if it is stated more than once, or if it holds for
    some of the models only."""
    column = kinds.field.banded
    found: list[Size] = []
    for row in kinds.answer.rows if column else ():
        assert column is not None  # noqa: S101 - or there would be no rows
        about = row[kinds.field.columns[0].key].items
        for answer in row[column.key].each:
            if isinstance(size := answer.value, Size) and modality in ([size.modality] if size.modality else about):
                found.append(size)
                if "applies_to" in row or size.applies_to or (len(about) > 1 and not size.modality):
                    return None
    return Total(found[0]) if len(found) == 1 else None


def share(part: Quantity, total: Total | None) -> float | None:
    """How much of all data a part is, in percent; None where the figures do not say: there is none, units differ, one
    is a limit, or the part is more than the whole."""
    whole = total.figure if total else None
    if whole is None or not whole.number or not is_same_unit(part.unit, whole.unit):
        return None
    if {part.qualifier, whole.qualifier} - {"", "about"} or not Decimal(whole.number):
        return None
    percent = 100 * float(Decimal(part.number) / Decimal(whole.number))
    return percent if percent <= 100 else None


def is_same_unit(one: str, other: str) -> bool:
    """Whether two units are one."""
    return one.strip().casefold() == other.strip().casefold()


def at_least(number: str) -> Decimal:
    """The smallest figure that is rounded to a number as it is written."""
    return Decimal(number) - _half(number)


def at_most(number: str) -> Decimal:
    """The largest figure that is rounded to a number as it is written."""
    return Decimal(number) + _half(number)


def _half(number: str) -> Decimal:
    """Half of the last place of a number."""
    return Decimal(5).scaleb(int(Decimal(number).as_tuple().exponent) - 1)


def states_figure(entry: Entry) -> bool:
    """Whether an answer has a figure with a unit, which readers could take for one that was measured here. Where a list
    was computed, the record of its method speaks for itself."""
    answer = entry.answer
    values = [answer.value, *(cell.value for row in answer.rows for one in row.cells.values() for cell in one.each)]
    if entry.field.kind == "number":
        return answer.value is not None
    return any(
        (isinstance(value, Size) and value.quantity)
        or (isinstance(value, Quantity) and value.number)
        or (isinstance(value, Domains) and value.total and not value.method)
        for value in values
    )


def states_amount(field: Field) -> bool:
    """Whether a field asks how much data came from a source."""
    return any(column.kind == "quantity" for column in field.columns)
