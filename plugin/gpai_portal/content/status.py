"""What is owed for each release, and what of it the public data show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from gpai_portal.content.agenda import PROVIDER, Agenda, Found, Item, Subject, Until
from gpai_portal.content.answers import ABSENCES, Answer, Status
from gpai_portal.content.folder import Content
from gpai_portal.content.law import applies_from, legacy_due, terms
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.content.obligations import (
    Applies,
    Due,
    Duty,
    applies,
    condition_met,
    conditions,
    duties,
    is_modification,
)
from gpai_portal.content.provider import Provider
from gpai_portal.content.representative import is_outside
from gpai_portal.content.terms import Term, ended_before, notification_due, update_due
from gpai_portal.schema import POLICY, SAFETY, SUMMARY


def agenda(content: Content, disclosures: Disclosures, day: date) -> Agenda:
    """What the public data tell, as on a day. ``disclosures`` are composed of the content."""
    releases = disclosures.releases
    items = [item for release in releases for item in _of_release(release, content, disclosures, day)]
    subjects = [Subject(r.key, r.name, r.state(day), _as_written(_market(r)), is_modification(r)) for r in releases]
    return Agenda(day, disclosures.provider.name, tuple(subjects), tuple(items))


def _of_release(release: Release, content: Content, disclosures: Disclosures, day: date) -> Iterator[Item]:
    provider = disclosures.provider
    for duty in duties(release, provider):
        evidence = _EVIDENCE[duty.id] if duty.applies is Applies.YES else _not_told
        found, notes = evidence(release, content, disclosures)
        until = Until.BEFORE if duty.due is Due.BEFORE_PLACEMENT else Until.BY
        term, basis = _due_on(release, duty)
        told = duty.title, duty.provision, PROVIDER
        item = Item(duty.id, release.key, *told, duty.applies, until, term, basis, found, notes)
        if duty.due is Due.CONDITION:
            item = with_condition(item, release, condition_met(release))
        yield unless_nobody_can_say(item, release, provider, day)
    yield from (unless_nobody_can_say(item, release, provider, day) for item in _update(release, day))
    holding = conditions(release, provider)
    placed = Term.last_of([Term.of(answer) for answer in _placements(release)])
    begins = Term.of(_market(release)).earliest
    is_planned = begins is not None and begins > day
    for matter in ("documentation-kept", "documentation-kept-by-representative"):
        term = terms()[matter]
        binds = applies(release, *holding[term["only_if"]], "unless" in term)
        yield Item(
            matter,
            release.key,
            term["title"],
            term["source"],
            term["whose"],
            Applies.NOT_PLACED if is_planned and binds is Applies.YES else binds,
            Until.KEPT,
            placed.later(months=term["months"]),
            f"ten years after placement{_about(release)}" if placed.is_known else _no_day(release),
            Found.NOT_TOLD,
        )


def with_condition(item: Item, release: Release, met: Answer) -> Item:
    """The notification of Art. 52(1), with the day on which its condition was met or became known, as somebody answered
    it. Where there is such a day, and neither a notification nor a designation is declared, it is missing."""
    known = Term.of(met)
    if not known.is_known:
        return item
    basis = f"{_CONDITION}: {known}"
    if release.is_legacy:
        basis += f"; {_not_before_legacy()}"
    elif not (known.earliest and known.earliest >= applies_from()):
        basis += f"; the texts name no day for what was met before {applies_from()}, when Chapter V began to apply"
    item = replace(item, term=notification_due(known, _market(release)), basis=basis)
    if release.answers.get("systemic_risk", "status").text in {"notified", "designated"}:
        return item
    return replace(item, applies=Applies.YES, found=Found.MISSING, notes=("release.yaml declares no notification",))


_CONDITION = "two weeks after the condition is met or known, and without delay"


def _not_before_legacy() -> str:
    return f"for a model from before {applies_from()} not before {legacy_due()} (Art. 111(3))"


def _due_on(release: Release, duty: Duty) -> tuple[Term, str]:
    """When a duty is due for a release, and what that is counted from, or why it cannot be said."""
    placed = Term.of(_market(release))
    match duty.due:
        case Due.PLACEMENT | Due.BEFORE_PLACEMENT if placed.is_known:
            return placed, f"placement on the market: {_as_written(_market(release))}{_about(release)}"
        case Due.LEGACY:
            return Term.on(legacy_due()), f"placed on the market before {applies_from()}, Art. 111(3)"
        case Due.OPEN if placed.is_known:
            latest = max(legacy_due(), placed.latest) if placed.latest else None
            legacy = f"by {legacy_due()} if placed before {applies_from()} (Art. 111(3)), else at placement"
            return Term(applies_from(), latest), f"{legacy}; placement: {_as_written(_market(release))}"
        case Due.PLACEMENT | Due.BEFORE_PLACEMENT | Due.OPEN | Due.UNDECIDED:
            return Term(), _no_day(release)
        case Due.CONDITION:
            return Term(), f"{_CONDITION}; no day can be computed: that day is not given here"
        case Due.CLASSIFICATION:
            since = Term.of(release.answers.get("systemic_risk", "since"))
            told = "from placement, or from the classification where that comes later"
            return Term.last_of([placed, since]), told
        case Due.UNDATED:
            return Term(), "no day can be computed: the text that asks for it names none"


def _market(release: Release) -> Answer:
    return release.answers.get("union_market_date")


def _placements(release: Release) -> list[Answer]:
    """The days on which a release and its versions were placed on the market."""
    days = [row["date"] for row in release.answers.get("versioned_names").rows]
    return [_market(release), *(answer for answer in days if answer.day)]


def _as_written(answer: Answer) -> str:
    """A date with its precision and qualifier: 2026-03, about 2026-03; empty if it is none."""
    return f"{answer.qualifier.replace('_', ' ')} {answer.text}".strip() if answer.day else ""


def _about(release: Release) -> str:
    """How a date of placement that is "about" is taken."""
    return ", taken as within a month" if any(a.qualifier == "about" for a in _placements(release)) else ""


def _no_day(release: Release) -> str:
    """Why no day can be counted from placement."""
    status = _market(release).status
    why = "the model is not placed on the Union market" if status in ABSENCES else "it is not given when it was placed"
    why = "the date of placement is still open" if status is Status.OPEN else why
    return f"no day can be computed: {why}"


# -- what the data show ---------------------------------------------------------------------------------------

Evidence = tuple[Found, tuple[str, ...]]


def _not_told(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    return Found.NOT_TOLD, ()


def _written(document: Document, content: Content) -> Evidence:
    """Of a document that is there: whether it is whole, and was published."""
    if document.open_fields:
        return Found.MISSING, (f"a draft; open fields: {document.open_fields}",)
    if not content.published:
        noted = "transcribed" if document.transcription else "no record says since when it is public"
        return Found.THERE, (noted,)
    if document.key not in content.published:
        return Found.MISSING, ("written, but not published by the records: gpai-portal publish",)
    return Found.THERE, ()


def _summary(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    document = release.documents.get(SUMMARY)
    if document is None:
        return Found.MISSING, ("there is no training-content summary of this release here",)
    found, notes = _written(document, content)
    with_others = [other.key for other in disclosures.covered(document) if other is not release]
    if with_others:
        notes = (*notes, f"one summary with {', '.join(with_others)}")
    return found, notes


def _policy(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    """The duty is to have one, not to publish it: what is not here shows nothing."""
    document = disclosures.policy
    if document is None:
        return Found.NOT_TOLD, ("there is no copyright policy here; the Act does not ask that it is published",)
    if not disclosures.holds_for(POLICY, release):
        named = document.root.get("models").items
        described = any(not isinstance(item, str) for item in named)
        told = "the copyright policy only describes for which models it holds"
        other = "the copyright policy here does not name this release"
        return Found.NOT_TOLD, (told if described else other,)
    return _in_part(*_written(document, content))


def _in_part(found: Found, notes: tuple[str, ...]) -> Evidence:
    """Of what need not be public: what is not whole or not published may be elsewhere."""
    return (Found.IN_PART if found is Found.MISSING else found), notes


def _representative(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    answer = disclosures.provider.answers.get("authorised_representative")
    if is_outside(disclosures.provider.answers):
        return Found.IN_PART, ("the address given lies outside the Union; Art. 54(1) asks for one established in it",)
    if answer.value is not None:
        return Found.THERE, ()
    if answer.status in {Status.UNANSWERED, Status.NOT_READABLE, Status.UNKNOWN, Status.NOT_DISCLOSED}:
        return Found.NOT_TOLD, ("provider.yaml does not say who it is",)
    return Found.MISSING, ("provider.yaml names none",)


def _notification(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    return Found.THERE, ("notified, as the provider declares",)


def _cooperation(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    return Found.NOT_TOLD, ("a duty that goes on; nothing here shows it",)


def _systemic_risk(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    return Found.NOT_TOLD, ("duties that go on; nothing here shows them",)


def _safety(release: Release, content: Content, disclosures: Disclosures) -> Evidence:
    document = release.documents.get(SAFETY)
    if document is None:
        return Found.NOT_TOLD, ("none here; asked for only if and insofar as necessary",)
    return _in_part(*_written(document, content))


#: How the data show what a duty asks for, by its id.
_EVIDENCE: Mapping[str, Callable[[Release, Content, Disclosures], Evidence]] = {
    "technical-documentation": _not_told,
    "downstream-information": _not_told,
    "copyright-policy": _policy,
    "training-content-summary": _summary,
    "authorised-representative": _representative,
    "cooperation": _cooperation,
    "notification": _notification,
    "systemic-risk": _systemic_risk,
    "safety-and-security-summary": _safety,
}


def _update(release: Release, day: date) -> Iterator[Item]:
    """The update of a summary that is there, after further training (Notice, point 29)."""
    document = release.documents.get(SUMMARY)
    if document is None or document.open_fields:
        return
    fact = terms()["summary-update"]
    always = document.root.get("general", "characteristics", "continuous_training").says_yes
    due = update_due(document.last_update, release.answers, day, always=always)
    if due is None:
        return
    term, certain = due
    since = document.last_update.title or "a day that is not given"
    basis = f"six months after further training since {since}, or earlier if the change is materially significant"
    if release.is_legacy:
        basis += f"; {_not_before_legacy()}"
    found, notes = (Found.MISSING, ()) if certain else (Found.UNSURE, (_OPEN_DATES,))
    if not release.answers.get("further_trained").rows:
        notes = ("the summary says that the model is trained continuously, and release.yaml lists no day of it",)
    title, ground = fact["title"], fact["source"]
    placed = applies(release, True, (), False)
    yield Item(fact["id"], release.key, title, ground, PROVIDER, placed, Until.BY, term, basis, found, notes)


_OPEN_DATES = "the dates leave open whether the training came after the last update and placement"


def unless_nobody_can_say(item: Item, release: Release, provider: Provider, day: date) -> Item:
    """The same item, but of what is missing for a reason that is none of the provider's: a portal that repeats what
    somebody published need not hold it; and of a release that has left the market, unless its day was over before, the
    texts named here do not say whether it is still owed. So nobody is told that it is overdue or due soon, and
    that once."""
    if item.applies is not Applies.YES or item.found is Found.THERE:
        return item
    lacks = item.found in {Found.MISSING, Found.UNSURE}
    if lacks and provider.transcription:
        return replace(item, found=Found.NOT_TOLD, notes=("not among what is transcribed here",))
    if not ended_before(release.answers, item.term, day):
        return item
    when = _as_written(release.answers.get("withdrawn", "date")) or "a day that is not given"
    note = f"withdrawn ({when}): the texts named here do not say whether it is still owed"
    notes = item.notes if note in item.notes else (*item.notes, note)
    return replace(item, found=Found.NOT_TOLD if lacks else item.found, notes=notes, ended=True)
