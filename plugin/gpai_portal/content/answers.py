"""What was answered, as types.

An ``Answer`` is a value, or the state that stands in its place; a value is text, a boolean, a list, rows of a table, or
one of the types below. An ``Entry`` is a field of a form with its answer, answered or not. ``reading`` makes them from
what is written, once; everything else works on these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from gpai_portal.dates import first_day, last_day
from gpai_portal.schema import GROUPS, REMARKS, Field
from gpai_portal.suffixes import is_public_suffix, spelling

#: The place of a value in a file: keys and indices from the root of the document.
Path_ = tuple[str | int, ...]


class Audience(StrEnum):
    """For whom an item is intended, as the Code of Practice marks it."""

    PUBLIC = "public"
    AIO = "AIO"
    NCAS = "NCAs"
    DPS = "DPs"


class Status(StrEnum):
    """How a field is answered.

    ``missing``: nothing is written where an answer is asked for; ``empty``: nothing is written, and nothing need be;
    ``not_in_source``: written to say that the document which is transcribed does not speak of it; ``open``: what a
    draft still has to answer, which is written nowhere.
    """

    ANSWERED = "answered"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"
    SEE = "see"
    UNKNOWN = "unknown"
    NOT_DISCLOSED = "not_disclosed"
    UNANSWERED = "unanswered"
    NOT_READABLE = "not_readable"
    NOT_IN_SOURCE = "not_in_source"
    AS_STATED = "as_stated"
    OPEN = "open"
    MISSING = "missing"
    EMPTY = "empty"


#: A required field in one of these states tells readers nothing they can use.
GAPS = frozenset(
    {Status.UNKNOWN, Status.NOT_DISCLOSED, Status.UNANSWERED, Status.AS_STATED, Status.MISSING, Status.SEE, Status.OPEN}
)

#: States that are an answer only where the field's schema says so (``x-states``).
ABSENCES = frozenset({Status.NONE, Status.NOT_APPLICABLE})

#: States in which a document says nothing.
SILENT = frozenset({Status.MISSING, Status.EMPTY, Status.NOT_IN_SOURCE})

#: States of a required field that are no reason to blame a provider, nor to praise one.
UNCOUNTED = frozenset({Status.NOT_READABLE, Status.NOT_IN_SOURCE})


@dataclass(frozen=True, slots=True)
class Period:
    """From one date to another, ISO dates with the precision they were given; empty where one is not given."""

    start: str
    end: str
    ongoing: bool
    qualifier: str

    @property
    def begins(self) -> Answer:
        """Its first date as an answer of its own."""
        return _date(self.start, self.qualifier)

    @property
    def ends(self) -> Answer:
        """Its last date as an answer of its own."""
        return _date(self.end, self.qualifier)

    @property
    def is_vague(self) -> bool:
        """Whether it has no date."""
        return not (self.start or self.end)


def _date(text: str, qualifier: str) -> Answer:
    return Answer(Status.ANSWERED, text, qualifier=qualifier) if text else MISSING


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written (``"1.5e13"``), and its unit."""

    number: str
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class Size:
    """The size of training data (Template 1.3).

    ``band`` is the range that is ticked (lt, mid or gt) and ``label`` how the form prints it for ``modality``, or for
    that of its row where none is given; ``approximate`` is the size in another unit, as text; ``quantity`` and ``unit``
    give a figure, which ``qualifier`` may limit (about, up_to, at_least). ``applies_to`` names the versions it holds
    for; none where it holds for all.
    """

    band: str
    label: str
    approximate: str
    quantity: str
    unit: str
    qualifier: str
    modality: str
    remark: str
    applies_to: tuple[str, ...]

    @property
    def is_vague(self) -> bool:
        """Whether it has no size."""
        return not (self.band or self.approximate or self.quantity)


@dataclass(frozen=True, slots=True)
class Domains:
    """Domain names (Template 2.3): ``names`` as they are listed, a text or a row with a note; or where the list is.

    ``file`` lies beside the document, and so do the record of its ``method`` and the same list as a ``table``, if it
    was computed. ``total`` is the number of domain names crawled in all, 0 if it is not given. ``datasets`` names those
    whose content the names are of, where the list is one of datasets.
    What is listed may be a suffix such as .gov.pl, which stands for the names that end so and is none itself.
    """

    names: tuple[str | Row, ...]
    file: str
    url: str
    access: str
    total: int
    rule: str
    method: str = ""
    table: str = ""
    datasets: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str | Row, ...]:
        """The domain names among what is listed."""
        return tuple(item for item in self.names if not _is_suffix(item))

    @property
    def distinct(self) -> frozenset[str]:
        """These names, each once, in the one way to write them."""
        names = (item["domain"].text if isinstance(item, Row) else item for item in self.told)
        return frozenset(spelling(name) for name in names if name)

    @property
    def suffixes(self) -> tuple[str | Row, ...]:
        """What is listed and no name: what is marked as a suffix, and public suffixes."""
        return tuple(item for item in self.names if _is_suffix(item))

    @property
    def is_vague(self) -> bool:
        """Whether readers get no name, nor a way to one: suffixes at most, or a number alone."""
        return not (self.told or self.file or self.url or self.access)


#: Nothing that the answer to a question for domain names may hold.
NO_DOMAINS = Domains((), "", "", "", 0, "")


@dataclass(frozen=True, slots=True)
class Other:
    """An item of a list that is none of the options of the form, in its provider's words."""

    name: str


@dataclass(frozen=True, slots=True)
class Described:
    """Releases that are only described in words, such as "models of the 3.x family", and what is said of them."""

    pattern: str
    text: str


# Answers, rows and entries are never changed once they are made, like their neighbours. They are not frozen, since that
# takes four times as long to make, and a content folder has tens of thousands of them.
@dataclass(slots=True, unsafe_hash=True)
class Answer:
    """A value, or the state that stands in its place.

    ``prose`` is what is said beside a value that is not text itself. ``derived`` marks a "not applicable" that follows
    from the answer above it (``x-otherwise``). ``path`` is where the value stands in the file, ``written`` what stands
    there, as JSON, ``file`` the name of a file that it offers; these do not tell one answer from another.
    """

    status: Status
    value: Any = None
    reason: str = ""
    reference: str = ""
    as_stated: str = ""
    qualifier: str = ""
    specification: str = ""
    prose: str = ""
    derived: bool = False
    path: Path_ = field(default=(), compare=False)
    written: Any = field(default=None, compare=False, repr=False)
    file: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """The value as text, codes of a list with commas; empty where a state stands in its place."""
        value = self.value
        if value is None or isinstance(value, str):
            return value or ""
        return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

    @property
    def title(self) -> str:
        """A line of text to be shown in titles and lists: the value, else what was printed, else the reason."""
        return self.text or self.as_stated or self.reason

    @property
    def files(self) -> Sequence[str]:
        """Names of all files that it offers: its list, and what lies beside that."""
        beside = (self.value.method, self.value.table) if isinstance(self.value, Domains) else ()
        return [name for name in (self.file, *beside) if name]

    @property
    def says_more(self) -> bool:
        """Whether something is said beside the value."""
        return bool(self.reason or self.reference or self.specification or self.as_stated or self.prose)

    @property
    def says_yes(self) -> bool:
        """Whether the value is a Yes."""
        return self.value is True

    @property
    def yes_or_no(self) -> bool | None:
        """A Yes or a No; None for anything else, of which nobody can say that it is a No."""
        return self.value if isinstance(self.value, bool) else None

    @property
    def items(self) -> Sequence[Any]:
        """Items of a list; none where a state stands in its place."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def rows(self) -> Sequence[Row]:
        """Rows of a table; none where a state stands in their place."""
        return tuple([item for item in self.value if isinstance(item, Row)]) if isinstance(self.value, tuple) else ()

    @property
    def each(self) -> Sequence[Answer]:
        """The answers of a list of answers; of anything else itself."""
        if not isinstance(self.value, tuple):
            return (self,)
        return tuple([item for item in self.value if isinstance(item, Answer)]) or (self,)

    @property
    def day(self) -> date | None:
        """First day of a date (2026, 2026-05 or 2026-05-31); None if it is none."""
        return first_day_of(self.value)

    @property
    def earliest(self) -> date | None:
        """The first day that a date can mean; None if nobody can say."""
        return self.day if self.qualifier in {"", "not_before"} else None

    @property
    def latest(self) -> date | None:
        """The last day that a date can mean; None if nobody can say."""
        return last_day(self.value) if self.day and self.qualifier in {"", "not_after"} else None

    @property
    def is_exact_day(self) -> bool:
        """Whether a date is given to the day and without a qualifier, so that it can be compared with another."""
        return isinstance(self.value, str) and len(self.value) == 10 and not self.qualifier

    def surely_before(self, day: date) -> bool:
        """Whether a date, with the precision and the qualifier it has, lies before a day for certain."""
        return self.day is not None and self.qualifier != "not_before" and last_day(self.value) < day


@dataclass(slots=True, unsafe_hash=True)
class Row:
    """A row of a table, or the parts of a contact: an answer for each column that is filled, in official order.

    ``state`` stands in place of the cells that the row would be asked for, as in "audio: none"; ``unsaid`` are cells of
    which the document that is transcribed does not speak. ``path`` is where the row stands in the file, ``written``
    what stands there, as JSON.
    """

    cells: Mapping[str, Answer]
    path: Path_ = field(default=(), compare=False)
    written: Any = field(default=None, compare=False, repr=False)
    state: Answer | None = None
    unsaid: Mapping[str, Answer] = field(default_factory=dict, compare=False, repr=False)

    def __contains__(self, key: str) -> bool:
        return key in self.cells

    def __getitem__(self, key: str) -> Answer:
        """The answer in a column, missing if it is not filled."""
        return self.cells.get(key, MISSING)


def _is_suffix(item: str | Row | None) -> bool:
    """Whether an item of a list of domain names is none; of one that validation set aside nobody can say."""
    if isinstance(item, Row):
        return item["scope"].text == "suffix" or ("domain" in item and is_public_suffix(item["domain"].text))
    return item is not None and is_public_suffix(item)


MISSING = Answer(Status.MISSING)
EMPTY = Answer(Status.EMPTY)


@dataclass(slots=True, unsafe_hash=True)
class Entry:
    """A field of a form with its answer. ``required`` is decided by the answers beside it as well; it ``is_open`` if
    nobody can say whether they ask for it.

    ``entries`` are the fields of a group in official order, without those that no page shows; ``by_key`` has all.
    """

    field: Field
    answer: Answer
    required: bool
    entries: tuple[Entry, ...] = ()
    by_key: Mapping[str, Entry] | None = None
    is_open: bool = False

    def walk(self) -> Iterator[Entry]:
        """All entries that hold an answer, in official order."""
        for entry in self.entries if self.field.kind in GROUPS else (self,):
            if entry.entries:
                yield from entry.walk()
            elif entry.field.kind not in GROUPS:
                yield entry

    def entry(self, *keys: str) -> Entry | None:
        """The entry below this one; None if there is no such field."""
        found: Entry | None = self
        for key in keys:
            found = found.by_key.get(key) if found and found.by_key else None
        return found

    @property
    def remarks(self) -> Mapping[str, Sequence[tuple[Field, Row]]]:
        """What lists of this document say on its sections and fields (information gaps, exceptions for some models), by
        the dotted path of what they speak of: the list, and the row in it."""
        found: dict[str, list[tuple[Field, Row]]] = {}
        for entry in self.entries:
            if entry.field.kind in REMARKS:
                for row in entry.answer.rows:
                    found.setdefault(row["field"].text, []).append((entry.field, row))
        return found

    def get(self, *keys: str) -> Answer:
        """The answer of a field below this one; missing if there is no such field."""
        found = self
        for key in keys:
            if found.by_key is None or (below := found.by_key.get(key)) is None:
                return MISSING
            found = below
        return found.answer


def first_day_of(value: object) -> date | None:
    """First day of an ISO date of any precision; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return first_day(value)
    except ValueError:
        return None
