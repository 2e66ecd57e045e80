"""Rows of a table as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gpai_portal.content.answers import SILENT, Answer, Row, Status
from gpai_portal.limits import MAX_OPEN_RECORDS
from gpai_portal.schema import Field

#: Kinds whose answers are several lines, and characters of a line that is one as well.
_LONG, _LINE = frozenset({"text", "lines", "links", "table", "contact", "size"}), 40

#: Kinds whose answers are said in a word or two.
_BRIEF = frozenset({"line", "name", "date", "choice", "yes_no", "number", "quantity", "country", "language"})


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


# -- records -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fold:
    """Rows that fold together. ``answer`` is what they have in common: a value, or the state that stands in place of
    one; None where they say nothing."""

    answer: Answer | None
    rows: Sequence[Row]


def are_records(field: Field) -> bool:
    """Whether the rows of a table are records with many columns (``x-records``)."""
    return "x-records" in field.schema


def folds(field: Field, rows: Sequence[Row]) -> list[Fold]:
    """Records by what their schema groups them by, in the order of the first of each; those with a state in its
    place come after, those that say nothing last. None where there are so few that they stand open."""
    if not are_records(field) or len(rows) <= MAX_OPEN_RECORDS:
        return []
    key = field.schema["x-records"]["groups"]
    found: dict[object, list[Row]] = {}
    states: dict[Status, list[Row]] = {}
    silent: list[Row] = []
    for row in rows:
        answer = row[key]
        if answer.status is Status.ANSWERED and (told := answer.value) is not None:
            found.setdefault(frozenset(told) if isinstance(told, tuple) else told, []).append(row)
        elif answer.status in SILENT:
            silent.append(row)
        else:
            states.setdefault(answer.status, []).append(row)
    together = [*found.values(), *states.values()]
    return [Fold(rows[0][key], rows) for rows in together] + ([Fold(None, silent)] if silent else [])


def named_by(columns: Sequence[Field], row: Row) -> str:
    """The address that the name of a row links to: that of the first column of addresses, where both are plain."""
    link = next((row[column.key] for column in columns[1:] if column.kind == "link"), None)
    name = row[columns[0].key]
    plain = name.text and not name.says_more and columns[0].kind in {"line", "name"}
    return link.text if link and plain and not link.says_more else ""


def parted(columns: Sequence[Field], row: Row) -> tuple[list[Field], list[Field]]:
    """What is said in a record beside its name and the address of that: what fits beside each other, and what is
    longer."""
    link = next((c for c in columns[1:] if c.kind == "link"), None) if named_by(columns, row) else None
    shown = [column for column in columns[1:] if column is not link and column.key in row]
    long = [column for column in shown if _is_long(column, row[column.key])]
    return [column for column in shown if column not in long], long


def _is_long(column: Field, answer: Answer) -> bool:
    return column.kind in _LONG or answer.says_more or len(answer.text) > _LINE


def beside_name(columns: Sequence[Field], rows: Iterable[Row]) -> list[Field] | None:
    """The columns that stand beside the name where each row fits in a line: one or none; None where it does not."""
    link = next((c for c in columns[1:] if c.kind == "link"), None)
    rest = [column for column in columns[1:] if column is not link]
    fits = len(rest) < 2 and columns[0].kind in {"line", "name"} and all(c.kind in _BRIEF for c in rest)
    for row in rows if fits else ():
        fits = fits and row.state is None and not any(_is_long(column, row[column.key]) for column in rest)
        fits = fits and (link is None or link.key not in row or bool(named_by(columns, row)))
    return rest if fits else None
