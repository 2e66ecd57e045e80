"""What a comparison says in short: figures, answers that turned, entries of lists and dates, in this order.

All of it is taken from changes that the page lists below; texts are not weighed, and nothing is judged. A difference is
reckoned only between two exact figures of one unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from enum import StrEnum

from gpai_portal.content.answers import ABSENCES, GAPS, Answer, Quantity, Size, Status
from gpai_portal.content.appearance import is_silent
from gpai_portal.content.comparison import Change, Kind
from gpai_portal.content.counting import discloses_nothing
from gpai_portal.content.labels import OF_VERSIONS
from gpai_portal.schema import REMARKS, Field, Schema
from gpai_portal.site.sides import Sides

_DATES = frozenset({"date", "period"})
_FIGURES = frozenset({"size", "quantity", "number"})
#: States in place of a value that have a name of their own.
_STATES = (GAPS | ABSENCES | {Status.NOT_READABLE}) - {Status.AS_STATED, Status.MISSING, Status.OPEN}


class Sort(StrEnum):
    """What about an answer changed, as its chip says; the first ones have a line of their own in the box."""

    FIGURE = "figure"
    TURNED = "turned"
    ENTRIES = "entries"
    DATE = "date"
    NEW = "new"
    ANSWERED = "answered"
    STATED = "stated"
    GONE = "gone"
    WORDING = "wording"
    REWRITTEN = "rewritten"
    OTHER = "other"


def tally(sorts: Iterable[Sort]) -> list[tuple[Sort, int]]:
    """How many changes there are of each sort, in the order of sorts."""
    counts = Counter(sorts)
    return [(sort, counts[sort]) for sort in Sort if counts[sort]]


@dataclass(frozen=True)
class Difference:
    """How many times as much the new figure is, or how many percent more or less than the old one.

    ``number`` has two digits that count; it is rounded if it is not ``exact``. ``shares`` are both figures in percent
    of the larger one, as text.
    """

    number: str
    is_factor: bool
    is_less: bool
    exact: bool
    shares: tuple[str, str]


@dataclass(frozen=True)
class Point:
    """A line of the box: the answer of a ``field`` on both sides. In a table that is the cell of a column, in the row
    that is called ``row``; a row that is told by its release has no name here, since that differs. More may be ``said``
    beside the values, on one side at least."""

    sort: Sort
    change: Change
    field: Field
    old: Answer
    new: Answer
    row: tuple[Field, Answer] | None = None
    difference: Difference | None = None
    said: bool = False


def points(changes: Iterable[Change], remarked: frozenset[str] = frozenset()) -> list[Point]:
    """The lines of the box, by sort and then in official order. ``remarked`` are the fields (dotted) of which a side
    says more elsewhere: what is otherwise for some models, or an information gap."""
    found = [point for change in changes for point in _points(change, change.field.dotted in remarked)]
    order = list(Sort)
    return sorted(found, key=lambda point: order.index(point.sort))


def _points(change: Change, remarked: bool) -> Iterator[Point]:
    field, old, new = change.field, change.before, change.after
    if field.path[0] in OF_VERSIONS:
        return
    for row in change.rows:
        for cell in row.cells:
            if not _are_values(cell.old, cell.new):
                continue
            if cell.column.kind in _FIGURES:
                name = None if _is_of_one_release(change) else (row.column, row.name)
                yield _figure(change, cell.column, cell.old, cell.new, name, remarked)
            elif _is_of_one_release(change) and cell.column.kind in _DATES:
                more = remarked or cell.old.says_more or cell.new.says_more or old.says_more or new.says_more
                yield Point(Sort.DATE, change, cell.column, cell.old, cell.new, said=more)
    if (change.added or change.removed) and all(change.counts) and field.kind not in REMARKS:
        yield Point(Sort.ENTRIES, change, field, old, new, said=remarked)
    elif not _are_values(old, new):
        return
    elif field.kind in _FIGURES:
        yield _figure(change, field, old, new, None, remarked)
    elif is_turned(change):
        yield Point(Sort.TURNED, change, field, old, new, said=remarked or old.says_more or new.says_more)
    elif field.kind in _DATES and old.value != new.value:
        yield Point(Sort.DATE, change, field, old, new, said=remarked or old.says_more or new.says_more)


def _figure(
    change: Change, field: Field, old: Answer, new: Answer, row: tuple[Field, Answer] | None, remarked: bool
) -> Point:
    said = remarked or any(answer.says_more or _is_limited(answer) for answer in (old, new))
    return Point(Sort.FIGURE, change, field, old, new, row, difference(field, old, new), said)


def _is_limited(answer: Answer) -> bool:
    """Whether something is said beside the figure of a size."""
    return isinstance(answer.value, Size) and bool(answer.value.remark or answer.value.approximate)


def _are_values(old: Answer, new: Answer) -> bool:
    """Whether both sides give a value, and no state in its place."""
    return all(answer.status is Status.ANSWERED and not is_silent(answer) for answer in (old, new))


def _is_of_one_release(change: Change) -> bool:
    """Whether both sides tell the facts of one release each."""
    return change.field.names_releases and change.counts == (1, 1)


def _is_state(answer: Answer) -> bool:
    """Whether a state with a name stands in place of a value."""
    return answer.value is None and answer.status in _STATES


def is_turned(change: Change) -> bool:
    """Whether a Yes became a No, or a No a Yes."""
    sides = change.before.yes_or_no, change.after.yes_or_no
    return set(sides) == {True, False} and _are_values(change.before, change.after)


def was_not_applicable(change: Change) -> bool:
    """Whether the question did not apply before, and does now."""
    absent = Status.NOT_APPLICABLE
    return change.before.status is absent and not is_silent(change.after) and change.after.status not in ABSENCES


def sort_of(change: Change, shown: Sides) -> Sort:
    """What about an answer changed, by how its page shows it."""
    before, after = change.before, change.after
    if change.kind is Kind.ADDED:
        return Sort.NEW
    if change.kind is Kind.REMOVED:
        return Sort.GONE
    if _is_state(after) and before.status is not after.status:
        return Sort.STATED
    if was_not_applicable(change):
        return Sort.NEW
    if _is_state(before) and before.status in GAPS and after.status is Status.ANSWERED:
        return Sort.ANSWERED
    if is_turned(change):
        return Sort.TURNED
    if _is_of_one_release(change) and change.rows:
        return next((point.sort for point in _points(change, False)), Sort.OTHER)
    if change.lists:
        return Sort.ENTRIES
    if _are_values(before, after) and change.field.kind in _DATES | _FIGURES:
        return Sort.DATE if change.field.kind in _DATES else Sort.FIGURE
    pairs = shown.beside
    if pairs and all(pair.marked for pair in pairs):
        return Sort.WORDING
    is_text = change.field.kind == "text" and _are_values(before, after)
    return Sort.REWRITTEN if is_text and pairs and pairs[0].is_prose else Sort.OTHER


def difference(field: Field, old: Answer, new: Answer) -> Difference | None:
    """How much more or less the new figure is; None unless both are exact, above 0 and of one unit."""
    was, now = exact_figure(field, old), exact_figure(field, new)
    if was is None or now is None or was[1:] != now[1:] or was[0] == now[0]:
        return None
    rounding, fine = Context(prec=2), Context(prec=40)
    ratio = fine.divide(now[0], was[0])
    is_factor, is_less = ratio >= 2, ratio < 1
    amount = ratio if is_factor else fine.multiply(abs(fine.subtract(ratio, Decimal(1))), Decimal(100))
    number = rounding.plus(amount)
    if number == 100 and is_less:  # a little is left, and "100 % less" would say that nothing is
        return None
    largest = max(was[0], now[0])
    shares = [f"{max(fine.divide(one[0], largest) * 100, Decimal('0.1')):.1f}%" for one in (was, now)]
    plain = f"{number.normalize():f}"
    return Difference(plain, is_factor, is_less, number == amount, (shares[0], shares[1]))


def exact_figure(field: Field, answer: Answer) -> tuple[Decimal, str, str, tuple[str, ...]] | None:
    """The figure of an answer, with its unit and what it is a figure of; None if it is not exact, or more is said."""
    value = answer.value
    if answer.status is not Status.ANSWERED or answer.says_more or answer.qualifier:
        return None
    if isinstance(value, Size):
        number, unit, qualifier = value.quantity, value.unit, value.qualifier
        of = value.modality, value.applies_to
    elif isinstance(value, Quantity):
        number, unit, qualifier, of = value.number, value.unit, value.qualifier, ("", ())
    elif field.kind == "number" and isinstance(value, str):
        number, unit, qualifier, of = value, str(field.schema.get("x-unit", "")), "", ("", ())
    else:
        return None
    try:
        figure = Decimal(number)
    except DecimalException:
        return None
    usable = figure.is_finite() and figure > 0 and abs(figure.adjusted()) < 100
    return (figure, unit, *of) if unit and not qualifier and usable else None


def first_gap(changes: Iterable[Change]) -> Change | None:
    """The first answer that discloses nothing on one side, and something on the other."""
    for change in changes:
        if discloses_nothing(change.field, change.before) != discloses_nothing(change.field, change.after):
            return change
    return None


def turned(found: Sequence[Point], to: bool) -> list[Point]:
    """The answers that became a Yes, or a No."""
    return [point for point in found if point.sort is Sort.TURNED and point.new.value is to]


def same_range(point: Point) -> bool:
    """Whether both sides tick one range of a size."""
    return (
        isinstance(point.old.value, Size)
        and isinstance(point.new.value, Size)
        and bool(point.old.value.band)
        and (point.old.value.band, point.old.value.label) == (point.new.value.band, point.new.value.label)
    )


def question_of(schema: Schema, field: Field) -> Field:
    """The section that a question opens, where it alone decides whether the others of that section are asked; the field
    itself otherwise."""
    section = schema.find(".".join(field.path[:-1])) if field.path[1:] else None
    if section is None or not section.number or section.children[0] is not field:
        return field
    return section if any(condition.asked == {field.key} for condition in section.conditions) else field
