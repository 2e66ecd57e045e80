"""What is owed, kept or given, each with the day by which: what ``status`` tells, as types.

Nothing here says that a duty is met: a document that is there may say too little. What the data do not tell, such as
documentation that need not be public, is neither there nor missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from gpai_portal.content.obligations import Applies
from gpai_portal.content.terms import Term

#: Who is bound by the duties of the Act.
PROVIDER = "provider"


class Found(StrEnum):
    """Whether the data show what a duty asks for; ``NOT_TOLD``: they need not, and do not. ``UNSURE``: it is missing if
    it is owed, and the dates do not tell whether it is."""

    THERE = "there"
    IN_PART = "in part"
    MISSING = "missing"
    UNSURE = "unsure"
    NOT_TOLD = "not told"


class Until(StrEnum):
    """What the day of an item means: the last day to do something, placement before which it is to be done, the end of
    a time in which something is kept, or the end of something that was given."""

    BY = "by"
    BEFORE = "before placement on"
    KEPT = "until"
    ENDS = "ends"


class Standing(StrEnum):
    """How an item stands on a day. ``PERHAPS_OVERDUE``: it is missing, and the dates do not tell.
    ``RUNNING``: a time that ends by itself. The last five are those of ``Applies``, where a duty does not apply or
    nobody can say."""

    THERE = "there"
    IN_PART = "in part"
    MISSING = "missing"
    OVERDUE = "overdue"
    PERHAPS_OVERDUE = "perhaps overdue"
    NOT_TOLD = "not told"
    RUNNING = "running"
    NOT_PLACED = "not placed"
    CLAIMED_EXEMPT = "claimed exempt"
    NO = "does not apply"
    UNDECLARED = "undeclared"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Item:
    """One thing that is owed, kept or given, with the day by which.

    ``matter`` is the id of the duty or term and tells the items of a ``release`` (model/release; empty for what is of
    no release) apart. ``ground`` is the provision it rests on, ``whose`` names who is bound by it. ``basis`` says what
    the day is counted from, or why none can be computed, ``notes`` what is missing and what else is to be known.
    ``private``: it tells what only the provider may know. ``ended``: the release has left the market, and nobody can
    say whether it is still owed.
    """

    matter: str
    release: str
    title: str
    ground: str
    whose: str
    applies: Applies
    until: Until
    term: Term
    basis: str
    found: Found
    notes: tuple[str, ...] = ()
    private: bool = False
    ended: bool = False

    def standing(self, day: date) -> Standing:
        """How it stands on a day. What is due on that day is not overdue."""
        if self.applies is not Applies.YES:
            return Standing[self.applies.name]
        if self.until in {Until.KEPT, Until.ENDS}:
            return Standing.RUNNING
        if self.found not in {Found.MISSING, Found.UNSURE}:
            return Standing[self.found.name]
        if self.found is Found.MISSING and self.term.is_over(day):
            return Standing.OVERDUE
        if self.term.may_be_over(day):
            return Standing.PERHAPS_OVERDUE
        return Standing.MISSING if self.found is Found.MISSING else Standing.NOT_TOLD

    def is_ahead(self, day: date) -> bool:
        """Whether its day is still to come, as far as is known, and the data do not show that it is done, or that the
        release has left the market."""
        to_come = self.term.is_known and self.last_day >= day and not self.ended
        return to_come and self.applies is Applies.YES and self.found is not Found.THERE

    @property
    def last_day(self) -> date:
        """The last day that its term can end, as far as anything is known of that."""
        return self.term.latest or self.term.earliest or date.max

    def is_soon(self, day: date, days: int) -> bool:
        """Whether somebody has to act within some days, or may have to where the day is not known exactly."""
        first = self.term.earliest or self.last_day
        nearest = first if first >= day else self.last_day
        return self.is_ahead(day) and self.until is not Until.KEPT and (nearest - day).days <= days


@dataclass(frozen=True)
class Subject:
    """A release, with its state and the day of placement as it is written; ``modification``: its duties are limited to
    that."""

    key: str
    name: str
    state: str
    placed: str
    modification: bool


@dataclass(frozen=True)
class Agenda:
    """Everything that is owed, kept or given by a provider, as on a day: release by release, each in the order of the
    Act, and then what is of no release. ``with_private``: the private folder was looked into as well."""

    day: date
    provider: str
    releases: tuple[Subject, ...]
    items: tuple[Item, ...]
    with_private: bool = False

    @cached_property
    def by_release(self) -> Mapping[str, Sequence[Item]]:
        """The items of each release, by its key; those of no release have an empty one."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.release, []).append(item)
        return found

    def standing(self, standing: Standing) -> list[Item]:
        """What stands so on its day."""
        return [item for item in self.items if item.standing(self.day) is standing]

    def soon(self, days: int) -> list[Item]:
        """What somebody has to act on within some days, in the order of their days."""
        return [item for item in self.ahead if item.is_soon(self.day, days)]

    @property
    def ahead(self) -> list[Item]:
        """What is still to come, in the order of the days by which it is due at the latest."""
        known = [item for item in self.items if item.is_ahead(self.day)]
        return sorted(known, key=lambda item: item.last_day)

    @property
    def next(self) -> list[Item]:
        """What is due on the next day of those."""
        ahead = self.ahead
        return [item for item in ahead if item.last_day == ahead[0].last_day]
