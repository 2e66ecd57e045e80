"""What the content means: provider, models, releases, their documents, and how each field is answered.

A ``Document`` is composed: facts that live in ``provider.yaml`` or ``release.yaml`` are put where the official
form asks for them, in official order. Every official field has an ``Entry``, answered or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from gpai_portal.content.folder import Content, Source
from gpai_portal.dates import first_day, last_day
from gpai_portal.schema import (
    ANSWER_KEYS,
    FORM,
    GROUPS,
    POLICY,
    SAFETY,
    SUMMARY,
    Condition,
    Field,
    Schema,
    load,
    read_json,
)

#: Kinds whose value is itself a mapping, so that state and reason stand beside its own keys.
OBJECT_KINDS = frozenset({"period", "contact", "size", "quantity", "domains"})

#: Documents of a release, in the order readers see them.
RELEASE_DOCUMENTS = (SUMMARY, FORM, SAFETY)

LEGACY_BEFORE = date.fromisoformat(read_json("registry/obligations.json")["applies_from"])
LEGACY_DUE = date.fromisoformat(read_json("registry/obligations.json")["legacy_due"])


class Audience(StrEnum):
    """For whom an item is intended, as the Code of Practice marks it."""

    PUBLIC = "public"
    AIO = "AIO"
    NCAS = "NCAs"
    DPS = "DPs"


class Status(StrEnum):
    """How a field is answered."""

    ANSWERED = "answered"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"
    SEE = "see"
    UNKNOWN = "unknown"
    NOT_DISCLOSED = "not_disclosed"
    UNANSWERED = "unanswered"
    AS_STATED = "as_stated"
    MISSING = "missing"
    EMPTY = "empty"


#: A required field in one of these states tells readers nothing they can use.
GAPS = frozenset(
    {Status.UNKNOWN, Status.NOT_DISCLOSED, Status.UNANSWERED, Status.AS_STATED, Status.MISSING, Status.SEE}
)


#: States that are an answer only where the field's schema says so (``x-states``).
ABSENCES = frozenset({Status.NONE, Status.NOT_APPLICABLE})


@dataclass(frozen=True)
class Answer:
    """A value, or the state that stands in its place.

    ``derived`` marks a "not applicable" that follows from the answer above it (``x-otherwise``).
    """

    status: Status
    value: Any = None
    reason: str = ""
    reference: str = ""
    as_stated: str = ""
    qualifier: str = ""
    specification: str = ""
    derived: bool = False


MISSING = Answer(Status.MISSING)
EMPTY = Answer(Status.EMPTY)


@dataclass(frozen=True)
class Entry:
    """A field of a form with its answer. ``required`` is decided by the answers beside it as well."""

    field: Field
    answer: Answer
    required: bool
    entries: tuple[Entry, ...] = ()

    def walk(self) -> Iterator[Entry]:
        """All entries that hold an answer, in official order."""
        if self.field.kind in GROUPS:
            for entry in self.entries:
                yield from entry.walk()
        else:
            yield self


@dataclass(frozen=True)
class Tally:
    """How many required fields a document has, and how many of them disclose nothing."""

    required: int = 0
    undisclosed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.required + other.required, self.undisclosed + other.undisclosed)


def read_answer(field: Field, raw: Any) -> Answer:
    """The answer written for a field; MISSING if nothing is."""
    if raw is None:
        return MISSING
    if isinstance(raw, str | bool | list) or not isinstance(raw, Mapping):
        return Answer(Status.ANSWERED, raw)
    if field.kind in OBJECT_KINDS:
        value: Any = {k: v for k, v in raw.items() if k not in ANSWER_KEYS or k == "value"} or None
    elif ANSWER_KEYS & raw.keys():
        value = raw.get("value")
    else:
        value = raw
    state = raw.get("state")
    if state is not None:
        status = Status(state)
    elif value is not None:
        status = Status.ANSWERED
    else:
        status = Status.AS_STATED
    return Answer(
        status,
        value,
        reason=raw.get("reason", ""),
        reference=raw.get("reference", ""),
        as_stated=raw.get("as_stated", ""),
        qualifier=raw.get("qualifier", ""),
        specification=raw.get("specification", ""),
    )


def discloses_nothing(field: Field, answer: Answer) -> bool:
    """Whether the answer to a required field, or to a required cell of one of its rows, is a gap."""
    if answer.status in ABSENCES:
        return answer.status not in field.states
    if answer.status in GAPS or not isinstance(answer.value, list):
        return answer.status in GAPS
    return any(
        discloses_nothing(column, read_answer(column, row[column.key]))
        for row in answer.value
        for column in field.columns
        if column.required and isinstance(row, Mapping) and column.key in row
    )


def read_entry(field: Field, raw: Any, *, required: bool = True) -> Entry:
    """A field and everything below it, with the answers found in ``raw``."""
    if field.kind not in GROUPS:
        answer = read_answer(field, raw)
        if answer.status is Status.MISSING and not required:
            answer = EMPTY
        return Entry(field, answer, required)
    data = raw if isinstance(raw, Mapping) else {}
    entries = []
    for child in field.children:
        if child.kind == "hidden":
            continue
        asked = [c for c in field.conditions if child.key in c.required]
        entry = read_entry(child, data.get(child.key), required=field.asks(child, data))
        if entry.answer.status is Status.EMPTY and _denied(asked, data):
            entry = Entry(child, Answer(Status.NOT_APPLICABLE, reason=asked[0].otherwise, derived=True), False)
        elif entry.answer.status is Status.EMPTY and asked:
            # The question above it is open, so nobody can say that this one need not be answered.
            entry = Entry(child, MISSING, False)
        entries.append(entry)
    return Entry(field, Answer(Status.ANSWERED, data), required, tuple(entries))


def _denied(asked: list[Condition], data: Mapping[str, Any]) -> bool:
    """Whether what a field depends on is answered No, as far as it is answered at all."""
    return any(c.denied(data) for c in asked) and all(c.denied(data) or c.silent(data) for c in asked)


def parse_date(raw: Any) -> date | None:
    """First day of a date answer (2026, 2026-05 or 2026-05-31); None if it has no readable value."""
    text = raw.get("value") if isinstance(raw, Mapping) else raw
    if not isinstance(text, str):
        return None
    try:
        return first_day(text)
    except ValueError:
        return None


def surely_before(raw: Any, day: date) -> bool:
    """Whether a date answer, with the precision and the qualifier it has, lies before a day for certain."""
    if parse_date(raw) is None or (isinstance(raw, Mapping) and raw.get("qualifier") == "not_before"):
        return False
    return last_day(raw["value"] if isinstance(raw, Mapping) else raw) < day


@dataclass(frozen=True)
class Document:
    """One composed document. ``source`` is the file behind it, None where all of it is composed.

    ``key`` names it in records: the path of its file in the content folder without ``.yaml``.
    """

    schema: Schema
    data: Mapping[str, Any]
    source: Source | None
    language: str
    key: str

    @property
    def kind(self) -> str:
        return self.schema.name

    @cached_property
    def root(self) -> Entry:
        return read_entry(self.schema.root, self.data)

    @property
    def items(self) -> tuple[int, int]:
        """How many items meant for chosen audiences there are, and how many of them are public."""
        marked = [e for e in self.root.walk() if Audience.PUBLIC not in e.field.audience]
        hidden = sum(e.answer.status in {Status.EMPTY, Status.MISSING} for e in marked)
        return len(marked), len(marked) - hidden

    @cached_property
    def tally(self) -> Tally:
        """Of what somebody wrote; a form that nobody has published owes nothing to the public."""
        required = [e for e in self.root.walk() if e.required and e.field.official] if self.source else []
        return Tally(len(required), sum(discloses_nothing(e.field, e.answer) for e in required))

    @property
    def version(self) -> str:
        version = self.data.get("version", "")
        return str(version.get("value", version.get("as_stated", ""))) if isinstance(version, Mapping) else str(version)

    @property
    def last_update(self) -> Any:
        return self.data.get("last_update", self.data.get("last_updated"))

    @property
    def transcription(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.data.get("transcription")
        return found


@dataclass(frozen=True)
class Provider:
    """Who provides the models."""

    source: Source

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    @property
    def language(self) -> str:
        return str(self.data.get("language", "en"))

    @property
    def in_union(self) -> bool:
        return self.data["country"] in read_json("registry/union.json")["member_states"]

    def signed(self, chapter: str) -> bool:
        """Whether a chapter of the Code of Practice was signed: transparency, copyright, safety_and_security."""
        signed = self.data["code_of_practice"][chapter]["signed"]
        return (signed.get("value") if isinstance(signed, Mapping) else signed) is True

    def contacts(self, role: str) -> list[Mapping[str, Any]]:
        return [c for c in self.data["contacts"] if c["role"] == role]


@dataclass(eq=False)
class Release:
    """One release of a model. ``documents`` holds its composed documents by kind."""

    model: Model
    id: str
    source: Source
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def key(self) -> str:
        return f"{self.model.id}/{self.id}"

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    @property
    def previous(self) -> Release | None:
        """The release before this one in the order of the model."""
        at = self.model.releases.index(self)
        return self.model.releases[at - 1] if at else None

    @property
    def sequence(self) -> int:
        return int(self.data["sequence"])

    @property
    def market_date(self) -> date | None:
        return parse_date(self.data.get("union_market_date"))

    @property
    def is_legacy(self) -> bool:
        """Placed on the Union market before Chapter V applied (Art. 111(3))."""
        return surely_before(self.data.get("union_market_date"), LEGACY_BEFORE)

    @property
    def market_day(self) -> str:
        """The market date with the precision it was given; empty if there is none."""
        return _value(self.data.get("union_market_date")) if self.market_date else ""

    @property
    def exempt(self) -> bool:
        """Art. 53(2) is claimed."""
        claimed = self.data["art_53_2"]["claimed"]
        return (claimed.get("value") if isinstance(claimed, Mapping) else claimed) is True

    @property
    def systemic_risk(self) -> bool | None:
        """Whether the provider declares systemic risk; None where it declares nothing."""
        status = _value(self.data["systemic_risk"]["status"])
        return status in {"notified", "designated"} if status else None

    @property
    def versioned_names(self) -> list[str]:
        names = self.data["versioned_names"]
        rows = names.get("value", []) if isinstance(names, Mapping) else names
        return [plain(row["name"]) for row in rows]

    def state(self, as_of: date) -> str:
        """planned, current, superseded or withdrawn, as on a day."""
        withdrawn = parse_date(self.data.get("withdrawn", {}).get("date"))
        if withdrawn and withdrawn <= as_of:
            return "withdrawn"
        if self.market_date and self.market_date > as_of:
            return "planned"
        return "current" if self.model.latest(as_of) is self else "superseded"


@dataclass(eq=False)
class Model:
    """A model with all its releases, first to last."""

    id: str
    source: Source
    releases: list[Release] = field(default_factory=list)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.source.data

    @property
    def name(self) -> str:
        return plain(self.data["name"])

    def offered(self, as_of: date) -> list[Release]:
        """Releases that are current or planned on a day, newest first; the last one where there is none."""
        found = [r for r in self.releases if r.state(as_of) in {"current", "planned"}]
        return found[::-1] or self.releases[-1:]

    def latest(self, as_of: date) -> Release | None:
        """The last release on the market on a day; None if there is none."""
        on_market = [
            r
            for r in self.releases
            if not (r.market_date and r.market_date > as_of)
            and not ((gone := parse_date(r.data.get("withdrawn", {}).get("date"))) and gone <= as_of)
        ]
        return on_market[-1] if on_market else None


@dataclass(frozen=True)
class Disclosures:
    """Everything a provider discloses: the composed content of one portal."""

    content: Content
    provider: Provider
    models: tuple[Model, ...]
    policy: Document | None

    @property
    def releases(self) -> list[Release]:
        return [release for model in self.models for release in model.releases]

    @property
    def tally(self) -> Tally:
        """Of every document once, however many releases it holds for."""
        documents = {id(d): d for r in self.releases for d in r.documents.values()}
        total = sum((d.tally for d in documents.values()), Tally())
        return total + self.policy.tally if self.policy else total


def compose(content: Content) -> Disclosures:
    """The meaning of a content folder that ``check`` found without errors."""
    assert content.provider is not None  # noqa: S101 - check has refused anything else
    provider = Provider(content.provider)
    models: dict[str, Model] = {id_: Model(id_, source) for id_, source in content.models.items()}
    releases: dict[str, Release] = {}
    for (model_id, release_id), sources in content.releases.items():
        release = Release(models[model_id], release_id, sources["release"])
        releases[release.key] = release
        release.model.releases.append(release)
    for model in models.values():
        model.releases.sort(key=lambda r: r.sequence)

    for (model_id, release_id), sources in content.releases.items():
        first = releases[f"{model_id}/{release_id}"]
        for kind in RELEASE_DOCUMENTS:
            if source := sources.get(kind):
                others = [releases[key] for key in source.data.get("covers", ()) if key != first.key]
                covered = [first, *others]
                document = _document(kind, source, provider, covered)
                for release in covered:
                    release.documents[kind] = document
    for release in releases.values():
        if FORM not in release.documents and not release.exempt:
            # Nothing of the Form is published, but its rows still say who may have them.
            release.documents[FORM] = _document(FORM, None, provider, [release])
        release.documents = {k: release.documents[k] for k in RELEASE_DOCUMENTS if k in release.documents}
    policy = _document(POLICY, content.policy, provider, []) if content.policy else None
    return Disclosures(content, provider, tuple(models.values()), policy)


def _document(kind: str, source: Source | None, provider: Provider, covered: list[Release]) -> Document:
    schema = load(kind)
    written = source.data if source else {}
    data = _compose(schema.root, written, provider, covered)
    key = f"models/{covered[0].key}/{kind}" if covered else kind
    return Document(schema, data, source, str(written.get("language", provider.language)), key)


def _compose(field: Field, written: Mapping[str, Any], provider: Provider, covered: list[Release]) -> dict[str, Any]:
    """The data of a group in official order, with composed values in their place."""
    data: dict[str, Any] = {}
    for child in field.children:
        if child.composed:
            value = _composed_value(child, child.composed, provider, covered)
        elif child.kind in GROUPS:
            value = _compose(child, written.get(child.key, {}), provider, covered) or None
        else:
            value = written.get(child.key)
        if value is not None:
            data[child.key] = value
    return data


def _composed_value(field: Field, origin: Mapping[str, Any], provider: Provider, covered: list[Release]) -> Any:
    """A value that ``x-from`` takes from provider.yaml or from the releases covered."""
    if names := origin.get("pick"):
        rename = origin.get("names", {})
        return {rename.get(n, n): _picked(provider.data[n]) for n in names if n in provider.data}
    if path := origin.get("path"):
        return provider.data.get(path)
    if columns := origin.get("row"):
        return [{key: release.data[source] for key, source in columns.items()} for release in covered]
    key = origin["rows"]
    values = [release.data[key] for release in covered]
    if all(value == values[0] for value in values[1:]):
        return values[0]
    rows: list[dict[str, Any]] = []
    for release, value in zip(covered, values, strict=True):
        own = {"applies_to": release.versioned_names} if field.child("applies_to") else {}
        if isinstance(value, Mapping) and "value" not in value:
            rows.append({"name": dict(value), **own})
        else:
            rows.extend(
                {**row, **own} if "applies_to" not in row else dict(row)
                for row in (value["value"] if isinstance(value, Mapping) else value)
            )
    return rows


def _picked(raw: Any) -> Any:
    """A fact as part of a contact: the words that were printed, where they differ from the value."""
    if isinstance(raw, Mapping):
        return str(raw.get("as_stated") or raw.get("value") or raw.get("reason") or "")
    return raw


def _value(raw: Any) -> str:
    """Value of a text answer; empty where a state stands in its place."""
    return str(raw.get("value") or "") if isinstance(raw, Mapping) else str(raw)


def plain(raw: Any) -> str:
    """Text of a line answer, for titles."""
    if isinstance(raw, Mapping):
        return str(raw.get("value") or raw.get("as_stated") or raw.get("reason") or "")
    return str(raw)
