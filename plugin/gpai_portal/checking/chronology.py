"""Rules on dates of a summary that contradict each other or those of its releases.

Dates are compared with the precision and the qualifier they have, so that only what is certain is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from babel import Locale

from gpai_portal.checking.reader import Reader, contradiction
from gpai_portal.codes import Code
from gpai_portal.content.answers import Answer, Row
from gpai_portal.content.terms import Term, ended_before, update_due
from gpai_portal.dates import last_day
from gpai_portal.errors import Problem
from gpai_portal.phrases import Group, languages

#: A summary may be finished some weeks before the model it describes is on the market.
PREPARATION = timedelta(days=31)

#: A crawl of Common Crawl is named after a week near its end (CC-MAIN-2025-26).
DUMP = re.compile(r"(?i)CC-MAIN-(20\d\d)-([0-5]\d)")

#: A date in the name or version of a dataset: 2025-06, v2025.06.01 or 20250601; May 2025 or 05/2025; a year alone.
VERSION_DATE = re.compile(r"(?<![\d.-])(20\d\d)[-._]?(0[1-9]|1[0-2])(?:[-._]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
MONTH_AND_YEAR = re.compile(r"\b([^\W\d_]{3,9}|0?[1-9]|1[0-2])[ /](20\d\d)\b")
YEAR = re.compile(r"[vV]?20\d\d")

#: Crawls are numbered by weeks, so that 2025-10 is no October.
WEEKS = re.compile(r"(?i)common\W?crawl|\bcc\b|cc-main|cc_main")


def check_chronology(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Every such rule of a summary, which holds for ``releases``, as on a day."""
    yield from _update_due(reader, releases, as_of)
    yield from _dates(reader)
    yield from _updated_before_placement(reader, releases, as_of)
    yield from _data_after_placement(reader, releases)
    yield from _dataset_after_acquisition(reader)
    yield from _period_without_start(reader)


def _update_due(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Six months after further training the summary is due again (Notice pt 29)."""
    found = [(r.source.answers, update_due(reader.get("last_update"), r.source.answers, as_of)) for r in releases]
    dues = [due[0] for release, due in found if due and due[1] and not ended_before(release, due[0], as_of)]
    if dues:
        due = Term.first_of(dues)
        overdue = due.is_over(as_of)
        yield reader.problem(
            Code.UPDATE_OVERDUE if overdue else Code.UPDATE_DUE,
            ("last_update",),
            f"the model was trained further since; an updated summary {'was' if overdue else 'is'} due by {due}",
            "update the summary, or earlier where the change is materially significant",
        )


def _dates(reader: Reader) -> Iterator[Problem]:
    """Data cannot be newer than the document that describes them, nor end before they begin."""
    path = ("general", "characteristics", "latest_acquisition")
    updated, latest = reader.get("last_update"), reader.get(*path)
    message = f"data acquired in {latest.text}, after the last update of this document ({updated.text})"
    yield from contradiction(reader, latest, updated, path, message)
    period = reader.get("sources", "crawled", "period")
    if period.value:
        start, end = period.value.begins, period.value.ends
        message = f"collected until {end.text}, after the latest acquisition given ({latest.text})"
        yield from contradiction(reader, end, latest, (*period.path, "to"), message)
        message = f"collection begins ({start.text}) after its end ({end.text})"
        yield from contradiction(reader, start, end, (*period.path, "from"), message)


def _placements(release: Reader) -> list[Answer]:
    """The days on which a release and its versions were placed on the market."""
    answers = [release.get("union_market_date"), *(row["date"] for row in release.get("versioned_names").rows)]
    return [answer for answer in answers if answer.day]


def surely_after(later: Answer, earlier: Answer) -> bool:
    """Whether a date lies after another for certain."""
    return bool(later.earliest and earlier.latest and later.earliest > earlier.latest)


def _updated_before_placement(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """A document that is on the market with a model was updated for it."""
    updated = reader.get("last_update")
    days = [
        placed.day
        for release in releases
        for placed in _placements(release)
        if placed.day and placed.day <= as_of and surely_after(placed, updated)
    ]
    if days and updated.day and max(days) - last_day(updated.value) > PREPARATION:
        yield reader.problem(
            Code.UPDATED_BEFORE_PLACEMENT,
            ("last_update",),
            f"last updated in {updated.value}, long before a model it covers was placed on the market ({max(days)})",
            "correct one of the two dates, or update the summary for that model",
        )


def _data_after_placement(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """Data newer than the model can only come from further training."""
    latest = reader.get("general", "characteristics", "latest_acquisition")
    updated = reader.get("last_update")
    if not latest.day or reader.get("general", "characteristics", "continuous_training").says_yes:
        return
    if updated.day and latest.day > updated.day:
        return  # a contradiction of its own, in the document itself
    for release in releases:
        placed = _placements(release)
        trained = [row["date"] for row in release.get("further_trained").rows]
        if not release.source.is_whole("further_trained") or not all(surely_after(latest, day) for day in trained):
            return
        if not release.get("union_market_date").day or not all(surely_after(latest, day) for day in placed):
            return
    yield reader.problem(
        Code.DATA_AFTER_PLACEMENT,
        latest.path,
        f"data acquired in {latest.value}, after the model was placed on the market, and no training since is named",
        "list the day under further_trained in release.yaml, set continuous_training: true, or correct a date",
    )


def _dataset_after_acquisition(reader: Reader) -> Iterator[Problem]:
    """No dataset is newer than the latest acquisition of any data."""
    latest = reader.get("general", "characteristics", "latest_acquisition")
    if not latest.day or latest.qualifier not in {"", "not_after"}:
        return
    last = last_day(latest.value)
    for row in reader.get("sources", "public", "large").rows:
        if row["stage"].text and reader.phrases("evaluation").is_in(row["stage"].text):
            continue
        for cell, told in _times(row, reader.phrases("border")):
            if told > last:
                yield reader.problem(
                    Code.DATASET_AFTER_ACQUISITION,
                    cell.path,
                    f"this is of {told:%Y-%m} or later, after the latest acquisition of any data ({latest.value})",
                    "correct the dataset, or latest_acquisition in section 1.3",
                )
                break


def _times(row: Row, border: Group) -> Iterator[tuple[Answer, date]]:
    """Since when, at the earliest, what a cell of a dataset speaks of can have existed."""
    for key in ("end", "start"):
        if (day := row[key].day) and row[key].qualifier in {"", "not_before"}:
            yield row[key], day
    by_weeks = WEEKS.search(" ".join(row[key].text for key in ("version", "name", "part_used")))
    for key in ("version", "name", "part_used"):
        text = row[key].text
        if border.is_in(text):
            continue
        for year, week in DUMP.findall(text):
            if 1 <= int(week) <= 52:
                # A label may be of the week after its crawl ended.
                yield row[key], date.fromisocalendar(int(year), int(week), 1) - timedelta(days=14)
        if key != "part_used" and not by_weeks:
            for told in _dates_in(text):
                first = Answer(row[key].status, told).day
                if first:
                    yield row[key], first
        if key == "version" and YEAR.fullmatch(text):
            yield row[key], date(int(text[-4:]), 1, 1)


def _dates_in(text: str) -> Iterator[str]:
    """Days and months that the name of a version has in it, as ISO dates."""
    for year, month, day in VERSION_DATE.findall(text):
        yield f"{year}-{month}-{day}" if day else f"{year}-{month}"
    for month, year in MONTH_AND_YEAR.findall(text):
        if number := int(month) if month.isdigit() else month_number(month):
            yield f"{year}-{number:02}"


def month_number(name: str) -> int:
    """Number of a month by its name or the beginning of it, such as Sept; 0 if it is none, or may be another."""
    found = {number for month, number in _months().items() if month.startswith(name.casefold())}
    return found.pop() if len(found) == 1 else 0


@cache
def _months() -> Mapping[str, int]:
    """Number of each month by its name, in each language that has phrases."""
    return {name.casefold(): n for lang in languages() for n, name in Locale(lang).months["format"]["wide"].items()}


def _period_without_start(reader: Reader) -> Iterator[Problem]:
    """A period of collection begins some day; crawlers may each say when."""
    path = ("sources", "crawled", "period")
    answer = reader.get(*path)
    rows = reader.get("sources", "crawled", "crawlers").rows
    told = [row["period"].value.start for row in rows if row["period"].value]
    if answer.value and not answer.value.start and reader.source.is_whole(*path) and not any(told):
        yield reader.problem(
            Code.PERIOD_WITHOUT_START,
            path,
            "the form asks from when to when content was collected, and the period has no beginning",
            "add from:, with qualifier: about if it is not known exactly",
        )
