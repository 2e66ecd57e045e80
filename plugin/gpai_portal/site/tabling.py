"""Rows of a table as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gpai_portal.content.answers import Answer, Row, Status
from gpai_portal.schema import Field


@dataclass(frozen=True)
class Group:
    """Rows of a table that belong together, the columns to show of them, and what is said of all of them."""

    shared: Sequence[tuple[Field, Answer]]
    columns: Sequence[Field]
    rows: Sequence[Row]


def groups(field: Field, rows: Sequence[Row]) -> list[Group]:
    """Rows of a table by the group that they name (``x-group``), in the order of the first of each.

    The columns of a group are those in which any of its rows has something, and the required ones.
    """
    shared = [c for c in field.columns if c.schema.get("x-group")]
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[shared[0].key].title if shared else "", []).append(row)
    return [_group(field, shared if name else (), members) for name, members in found.items()]


def _group(field: Field, shared: Sequence[Field], rows: Sequence[Row]) -> Group:
    told: list[tuple[Field, Answer]] = []
    for column in shared:
        answers = [row[column.key] for row in rows if column.key in row]
        told += [(column, answer) for at, answer in enumerate(answers) if answer not in answers[:at]]
    used = [c for c in field.columns if c not in shared and (c.required or any(c.key in row for row in rows))]
    return Group(told, used, rows)


def every_row(field: Field, rows: Sequence[Row]) -> Sequence[Row]:
    """Rows of a table, and one with an empty state for each option of its ``x-every`` column that no row is about, in
    the order of the form. While a draft leaves open what a row is about, nobody can say of which there is none."""
    column = field.child(field.schema.get("x-every", ""))
    if column is None or any(row[column.key].status is Status.OPEN for row in rows):
        return rows
    order = list(column.options)
    about = {code for row in rows for code in row[column.key].items}
    blank = Answer(Status.EMPTY)
    rest = [Row({column.key: Answer(Status.ANSWERED, (c,))}, state=blank) for c in order if c not in about]
    return sorted([*rows, *rest], key=lambda row: min(map(order.index, row[column.key].items), default=len(order)))
