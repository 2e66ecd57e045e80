"""When something is due, with the precision of the dates that it is counted from.

A day that is known to the month, or "about", never becomes an exact one: a term has a first and a last possible day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from gpai_portal.content.answers import ABSENCES, SILENT, Answer, Entry, Status
from gpai_portal.content.law import applies_from, is_legacy, leeway, legacy_due, may_be_legacy, terms
from gpai_portal.dates import last_day, months_after


@dataclass(frozen=True)
class Term:
    """A day that lies from ``earliest`` to ``latest``; None where nobody can say."""

    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def on(cls, day: date) -> Term:
        """One known day."""
        return cls(day, day)

    @classmethod
    def of(cls, answer: Answer) -> Term:
        """The days that a date, as somebody answered it, can mean. One that is "about" is taken as within a month."""
        day, about = answer.day, leeway(answer)
        if day is None:
            return cls()
        first = None if answer.qualifier == "not_after" else day
        last = None if answer.qualifier == "not_before" else last_day(answer.value)
        return cls(_moved(first, lambda day: day - about), _moved(last, lambda day: day + about))

    @classmethod
    def first_of(cls, terms: Collection[Term]) -> Term:
        """The first of several days, each of which may not be known exactly."""
        earliest = [term.earliest for term in terms if term.earliest]
        return cls(
            min(earliest) if earliest and len(earliest) == len(terms) else None,
            min((term.latest for term in terms if term.latest), default=None),
        )

    @classmethod
    def last_of(cls, terms: Collection[Term]) -> Term:
        """The last of several days, each of which may not be known exactly."""
        latest = [term.latest for term in terms if term.latest]
        return cls(
            max((term.earliest for term in terms if term.earliest), default=None),
            max(latest) if latest and len(latest) == len(terms) else None,
        )

    def later(self, *, months: int = 0, days: int = 0) -> Term:
        """The same, some months or days later."""

        def move(day: date) -> date:
            return months_after(day, months) + timedelta(days=days)

        return Term(_moved(self.earliest, move), _moved(self.latest, move))

    def or_working_day(self) -> Term:
        """The same; a period that ends on a Saturday or Sunday may end on the Monday after (Regulation 1182/71,
        Art. 3(4)). Public holidays are not known here."""
        to_monday = {6: 2, 7: 1}
        return Term(
            self.earliest,
            _moved(self.latest, lambda day: day + timedelta(days=to_monday.get(day.isoweekday(), 0))),
        )

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of the day."""
        return bool(self.earliest or self.latest)

    @property
    def is_exact(self) -> bool:
        """Whether it is one known day."""
        return self.earliest is not None and self.earliest == self.latest

    def is_over(self, day: date) -> bool:
        """Whether it lies before a day for certain. The day itself is in time."""
        return self.latest is not None and self.latest < day

    def may_be_over(self, day: date) -> bool:
        """Whether it may lie before a day."""
        return self.earliest is None or self.earliest < day

    def __str__(self) -> str:
        """``2027-08-02``, or what can be said of it."""
        if self.is_exact:
            return str(self.latest)
        said = [f"not before {self.earliest}"] if self.earliest else []
        said += [f"at the latest {self.latest}"] if self.latest else []
        return f"a day {', '.join(said)}" if said else "a day that cannot be computed"


def _moved(day: date | None, move: Callable[[date], date]) -> date | None:
    """A day after a move; None for one that no calendar has."""
    try:
        return move(day) if day else None
    except (OverflowError, ValueError):
        return None


def update_due(updated: Answer, release: Entry, as_of: date, *, always: bool = False) -> tuple[Term, bool] | None:
    """When a summary is due again for a release, and whether that is certain, from the day of its last update and the
    days of further training in ``release.yaml``; ``always``: it is trained all the time, even if no days are listed.

    None if the model is not on the Union market, or was not trained further since, as far as is known on a day. What it
    was trained on before placement belongs into the summary that is due then. It is not certain where the precision of
    the dates leaves open whether the training came after both.
    """
    known, market_date = Term.of(updated), release.get("union_market_date")
    placed = Term.of(market_date)
    if market_date.status in ABSENCES or (placed.earliest and placed.earliest > as_of):
        return None
    trained = [Term.of(row["date"]) for row in release.get("further_trained").rows] or [Term()] * always
    begun = [term for term in trained if not term.earliest or term.earliest <= as_of]
    firsts, lasts = (known.earliest, placed.earliest), (known.latest, placed.latest)
    perhaps = [t for t in begun if not any(day and t.latest and t.latest <= day for day in firsts)]
    certain = [t for t in perhaps if all(day and t.earliest and t.earliest > day for day in lasts)]
    if not perhaps:
        return None
    earliest = max(filter(None, (Term.first_of(perhaps).earliest, *firsts)), default=None)
    since = Term(earliest, Term.first_of(certain or perhaps).latest)
    due = since.later(months=terms()["summary-update"]["months"]).or_working_day()
    return not_before_legacy(due, market_date), bool(certain)


def notification_due(met: Term, market_date: Answer) -> Term:
    """When a model is to be notified (Art. 52(1)), from the day on which its condition was met or known. Where that
    lies before Chapter V applied, or may, the texts name no last day; Art. 111(3) does for a model from before."""
    due = met.later(days=terms()["notification"]["days"]).or_working_day()
    if not is_legacy(market_date) and not (met.earliest and met.earliest >= applies_from()):
        due = Term(applies_from())
    return not_before_legacy(due, market_date)


def not_before_legacy(due: Term, market_date: Answer) -> Term:
    """A term of a release; for a model from before Chapter V applied, nothing is due before all is (Art. 111(3))."""
    legacy = Term.on(legacy_due())
    if is_legacy(market_date):
        return Term.last_of([due, legacy])
    return Term(due.earliest, Term.last_of([due, legacy]).latest) if may_be_legacy(market_date) else due


def ended_before(release: Entry, term: Term, as_of: date) -> bool:
    """Whether a release has left the market by a day, and not for certain after the end of a term: then nobody can say
    whether what was due by then is still owed."""
    withdrawn = release.get("withdrawn", "date")
    if withdrawn.status in {*SILENT, Status.OPEN} or (withdrawn.day and withdrawn.day > as_of):
        return False
    left = Term.of(withdrawn)
    return not (term.latest and left.earliest and term.latest < left.earliest)
