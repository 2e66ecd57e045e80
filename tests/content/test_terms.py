"""Days that are due, counted from dates of any precision."""

from __future__ import annotations

from datetime import date

import pytest

from gpai_portal.content.answers import MISSING, Answer, Entry, Row, Status
from gpai_portal.content.terms import Term, update_due
from gpai_portal.schema import load


def day(text: str, qualifier: str = "") -> Answer:
    return Answer(Status.ANSWERED, text, qualifier=qualifier)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (day("2026-03-10"), "2026-03-10"),
        (day("2026-02"), "a day not before 2026-02-01, at the latest 2026-02-28"),
        (day("2026"), "a day not before 2026-01-01, at the latest 2026-12-31"),
        (day("2026-03-10", "not_before"), "a day not before 2026-03-10"),
        (day("2026-03", "not_after"), "a day at the latest 2026-03-31"),
        (day("2026-03-10", "about"), "a day not before 2026-02-07, at the latest 2026-04-10"),
        (MISSING, "a day that cannot be computed"),
        (Answer(Status.UNKNOWN, reason="2026-03-10"), "a day that cannot be computed"),
        (day("0001-01-01", "about"), "a day at the latest 0001-02-01"),
    ],
)
def test_only_a_day_is_exact(answer: Answer, told: str) -> None:
    assert str(Term.of(answer)) == told
    assert Term.of(answer).is_exact is (told == "2026-03-10")


@pytest.mark.parametrize(
    ("from_", "months", "days", "told"),
    [
        ("2026-08-31", 6, 0, "2027-02-28"),
        ("2024-02-29", 120, 0, "2034-02-28"),
        ("2026-12", 6, 0, "a day not before 2027-06-01, at the latest 2027-06-30"),
        ("2026-12-25", 0, 14, "2027-01-08"),
        ("9999-12-31", 120, 0, "a day that cannot be computed"),
        ("9999-12-31", 0, 14, "a day that cannot be computed"),
    ],
)
def test_later(from_: str, months: int, days: int, told: str) -> None:
    assert str(Term.of(day(from_)).later(months=months, days=days)) == told


def test_a_day_is_over_when_the_next_one_begins_and_a_range_when_all_of_it_is() -> None:
    exact, month = Term.of(day("2026-03-31")), Term.of(day("2026-03"))
    assert [exact.is_over(date(2026, 3, 31)), exact.is_over(date(2026, 4, 1))] == [False, True]
    assert [month.is_over(date(2026, 3, 31)), month.is_over(date(2026, 4, 1))] == [False, True]
    assert [month.may_be_over(date(2026, 3, 1)), month.may_be_over(date(2026, 3, 2))] == [False, True]
    assert not Term.of(day("2020", "not_before")).is_over(date(2026, 1, 1))
    assert Term().may_be_over(date(2026, 1, 1))
    assert not Term().is_over(date(2026, 1, 1))


def test_first_and_last_of_days_that_are_not_known_exactly() -> None:
    early, late = Term.of(day("2026-03")), Term.of(day("2026-03-10"))
    assert Term.first_of([early, late]) == Term(date(2026, 3, 1), date(2026, 3, 10))
    assert Term.last_of([early, late]) == Term(date(2026, 3, 10), date(2026, 3, 31))
    before = Term.of(day("2026-01-01", "not_after"))
    assert Term.first_of([before, late]) == Term(None, date(2026, 1, 1))
    assert Term.last_of([before, late]) == Term.on(date(2026, 3, 10))
    assert Term.last_of([Term(), late]) == Term(date(2026, 3, 10), None)
    assert Term.first_of([Term(), late]) == Term(None, date(2026, 3, 10))
    assert Term.first_of([]) == Term.last_of([]) == Term()


@pytest.mark.parametrize(
    ("updated", "trained", "told"),
    [
        (day("2026-03-01"), [], None),
        (day("2026-03-01"), [day("2026-03-01")], None),
        (day("2026-03-01"), [day("2026-02-01")], None),
        (day("2026-03-01"), [day("2026-06-01"), day("2026-03-31")], ("2026-09-30", True)),
        (day("2026-03-01"), [day("2026-05")], ("a day not before 2026-11-01, at the latest 2026-11-30", True)),
        (day("2026-03-01"), [day("2027-01-01")], None),
        # The first may have come before the update; the second came after it for certain.
        (
            day("2026-03"),
            [day("2026-03-15"), day("2026-06-01")],
            ("a day not before 2026-09-15, at the latest 2026-12-01", True),
        ),
        (day("2026-03-15"), [day("2026-03")], ("a day not before 2026-09-15, at the latest 2026-09-30", False)),
        (day("2026-03"), [day("2026-03-31")], ("2026-09-30", False)),
        (MISSING, [day("2026-05-04")], ("2026-11-04", False)),
        (day("2026-05-20"), [Answer(Status.UNKNOWN)], ("a day not before 2026-11-20", False)),
        # Before placement.
        (day("2026-03-01"), [day("2026-03-10")], None),
        (day("2026-03-01"), [day("2026-03")], ("a day not before 2026-09-10, at the latest 2026-09-30", False)),
    ],
)
def test_update_of_a_summary(updated: Answer, trained: list[Answer], told: tuple[str, bool] | None) -> None:
    assert due(updated, trained) == told


PLACED = day("2026-03-10")


def due(updated: Answer, trained: list[Answer], placed: Answer = PLACED) -> tuple[str, bool] | None:
    rows = tuple(Row({"date": answer}) for answer in trained)
    answers = {"further_trained": Answer(Status.ANSWERED, rows), "union_market_date": placed}
    fields = {field.key: field for field in load("release").root.children}
    entries = {key: Entry(fields[key], answer, False) for key, answer in answers.items()}
    root = Entry(load("release").root, MISSING, True, tuple(entries.values()), entries)
    found = update_due(updated, root, date(2026, 11, 24))
    return found and (str(found[0]), found[1])


@pytest.mark.parametrize(
    ("placed", "told"),
    [
        (day("2025-05-15"), ("2027-08-02", True)),
        (day("2025"), ("a day not before 2026-11-04, at the latest 2027-08-02", True)),
        (Answer(Status.UNKNOWN), ("a day not before 2026-11-04, at the latest 2027-08-02", False)),
        (day("2025-09"), ("2026-11-04", True)),
        (day("2026-04", "not_before"), ("2026-11-04", False)),
        (day("2026-05-04"), None),
        (day("2027-03-01"), None),
    ],
)
def test_an_update_is_due_after_placement_and_not_before_all_else_is(
    placed: Answer, told: tuple[str, bool] | None
) -> None:
    assert due(day("2026-03-01"), [day("2026-05-04")], placed) == told


def test_no_update_is_due_of_what_is_not_on_the_market() -> None:
    absent = Answer(Status.NOT_APPLICABLE, reason="It is not offered in the Union.")
    assert due(day("2026-03-01"), [day("2026-05-01")], absent) is None


@pytest.mark.parametrize(
    ("trained", "told"),
    [
        ("2026-05-27", "2026-11-27"),
        ("2026-05-28", "a day not before 2026-11-28, at the latest 2026-11-30"),
        ("2026-05-29", "a day not before 2026-11-29, at the latest 2026-11-30"),
        ("2026-05-30", "2026-11-30"),
    ],
)
def test_a_period_that_ends_on_a_weekend_may_end_on_the_monday_after(trained: str, told: str) -> None:
    assert due(day("2026-03-01"), [day(trained)]) == (told, True)
