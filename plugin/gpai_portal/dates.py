"""The day on which something is judged. Time enters the portal here and nowhere else."""

from __future__ import annotations

import os
from calendar import monthrange
from datetime import UTC, date, datetime, time
from functools import lru_cache

from gpai_portal.errors import UsageError


@lru_cache(maxsize=1_000)
def first_day(text: str) -> date:
    """First day of an ISO date of any precision: 2026, 2026-05 or 2026-05-31. Raises ValueError if it is none."""
    year, month, day, *_ = *map(int, text.split("-")), 1, 1
    return date(year, month, day)


def last_day(text: str) -> date:
    """Last day of an ISO date of any precision. Raises ValueError if it is none."""
    first = first_day(text)
    match text.count("-"):
        case 0:
            return date(first.year, 12, 31)
        case 1:
            return first.replace(day=monthrange(first.year, first.month)[1])
        case _:
            return first


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of a month that has no such day. Raises ValueError after 9999."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def midnight(day: date) -> datetime:
    """The moment in which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def parse_day(text: str) -> date:
    """A day written as YYYY-MM-DD. Raises UsageError if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date; write YYYY-MM-DD") from None


def today() -> date:
    """The day of SOURCE_DATE_EPOCH (reproducible-builds.org), else today, in UTC.

    Raises UsageError if SOURCE_DATE_EPOCH is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH={epoch!r} is not a number of seconds since 1970") from None
