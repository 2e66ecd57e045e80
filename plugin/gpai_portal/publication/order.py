"""What the records of one chain may say of one another: records are only ever added, so no later one is an earlier one.

A hash shows that a file is as it was written, not that it was written by these rules; who can write the last record
could else put another text, or another day, in the place of what was published before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # which has its chains looked at here
    from gpai_portal.publication.records import Record, Revision


def out_of_order(
    written: Sequence[Record], days: Sequence[date], found: Iterable[Revision]
) -> Iterator[tuple[Record, str]]:
    """Records that say what no publication may, each with what is wrong.

    ``written`` are all records as they stand in their files, ``days`` the days that hold for them, ``found`` every
    revision that they have or erased, oldest record first.
    """
    yield from _wrong_days(written)
    yield from _wrong_origins(written, days)
    yield from _wrong_numbers(written, found)


def _wrong_days(written: Sequence[Record]) -> Iterator[tuple[Record, str]]:
    days: list[date] = []
    for record in written:
        for number, day in record.redates.items():
            # A tombstone was written with the day that was corrected already.
            if days[number - 1] <= record.day and not written[number - 1].tombstone:
                yield record, f"corrects the day of record {number}, which lay not in the future"
            days[number - 1] = day
        days.append(record.day)
        if any(after < before for before, after in pairwise(days if record.redates else days[-2:])):
            yield record, "has or gives a day before that of an earlier record"


def _wrong_origins(written: Sequence[Record], days: Sequence[date]) -> Iterator[tuple[Record, str]]:
    before: set[int] = set()
    for record in written:
        erased = record.redacts["record"] if record.redacts else 0
        if erased in before:
            yield record, f"erases record {erased}, which was erased before"
        before |= {erased} - {0}
        for revision in record.revisions:
            if revision.record == record.number:
                continue
            if revision.record > erased:
                yield record, f"repeats {revision.address} of a record that it does not erase"
            elif revision.day not in {written[revision.record - 1].day, days[revision.record - 1]}:
                yield record, f"gives {revision.address} another day than record {revision.record} has"


def _wrong_numbers(written: Sequence[Record], found: Iterable[Revision]) -> Iterator[tuple[Record, str]]:
    """Each document has its revisions 1, 2 and so on, once, in the order of the records that published them."""
    of: dict[str, dict[int, Revision]] = {}
    for revision in found:
        there = of.setdefault(revision.key, {})
        if revision.number in there:
            yield written[revision.record - 1], f"publishes {revision.address} a second time"
        there[revision.number] = revision
    for revisions in of.values():
        for expected, number in enumerate(sorted(revisions), 1):
            if number != expected:
                record = written[revisions[number].record - 1]
                yield record, f"publishes {revisions[number].address}, and there is no revision {expected}"
                break
        kept = [revisions[number] for number in sorted(revisions) if revisions[number].data is not None]
        for before, after in pairwise(kept):
            if after.record <= before.record:
                yield written[after.record - 1], f"publishes {after.address} before {before.address}"
