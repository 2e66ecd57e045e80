"""Which duties of Chapter V of the AI Act apply to a release, and when each is due.

The facts of the law are data; this module only applies them. Training compute is never an input: systemic risk is what
the provider declares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gpai_portal.content.answers import ABSENCES, MISSING, SILENT, Answer, Audience, Entry, Row, Status
from gpai_portal.content.law import law, legacy_due, may_be_legacy
from gpai_portal.content.model import ComposedDocument, Release
from gpai_portal.content.provider import Provider
from gpai_portal.schema import FORM, GROUPS, SUMMARY, Field, load


class Applies(StrEnum):
    """Whether a duty applies to a release; ``NOT_PLACED``: it would, but the model is not on the Union market;
    ``UNDECIDED``: a draft leaves open what it depends on."""

    YES = "yes"
    NOT_PLACED = "not_placed"
    CLAIMED_EXEMPT = "claimed_exempt"
    NO = "no"
    UNDECLARED = "undeclared"
    UNDECIDED = "undecided"


class Due(StrEnum):
    """When a duty is to be met.

    Most are due at placement on the market, Art. 54 before it. For models that were on the market before Chapter V
    applied, a later day is the day *by* which (Art. 111(3)); ``OPEN`` where the market date does not tell, or is not
    told. Art. 52(1) counts from the condition of Art. 51(1)(a), Art. 55 from placement or the classification.
    ``UNDECIDED`` where a draft leaves the market date open. ``UNDATED``: the text that asks for it names no day.
    """

    PLACEMENT = "placement"
    BEFORE_PLACEMENT = "before_placement"
    LEGACY = "legacy"
    OPEN = "open"
    CONDITION = "condition"
    CLASSIFICATION = "classification"
    UNDECIDED = "undecided"
    UNDATED = "undated"


@dataclass(frozen=True)
class Duty:
    """A duty of a provider for one release.

    ``source`` is the address of the text that asks for it, ``article`` that of a page of a third party on the article;
    ``publication`` says whether what it asks for has to be public.
    """

    id: str
    title: str
    provision: str
    text: str
    publication: str
    source: str
    article: str
    document: str
    applies: Applies
    due: Due


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Whether both are so; None where that depends on what is not declared."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def conditions(release: Release, provider: Provider) -> Mapping[str, tuple[bool | None, Sequence[Answer]]]:
    """Whether each condition of the registries (``only_if``) holds for a release, None where that is not declared, and
    the answers that it depends on."""
    country = provider.answers.get("country")
    risk = release.answers.get("systemic_risk", "status")
    signed = {
        chapter: provider.answers.get("code_of_practice", chapter, "signed")
        for chapter in ("transparency", "safety_and_security")
    }
    at_risk = release.systemic_risk
    return {
        "": (True, ()),
        "third_country": (_in_third_country(provider), (country,)),
        "notified": (_is_notified(release), (risk,)),
        "systemic_risk": (at_risk, (risk,)),
        "safety_signatory": (
            _both(at_risk, provider.signed("safety_and_security")),
            (risk, signed["safety_and_security"]),
        ),
        "transparency_signatory": (provider.signed("transparency"), (signed["transparency"],)),
    }


def duties(release: Release, provider: Provider) -> list[Duty]:
    """All duties in the order of the Act, with whether they apply to the release."""
    holding = conditions(release, provider)
    return [
        Duty(
            duty["id"],
            duty["title"],
            duty["provision"],
            duty["text"],
            duty["publication"],
            duty["source"],
            duty.get("article", ""),
            duty.get("document", ""),
            applies(release, *holding[duty.get("only_if", "")], "unless" in duty),
            _due(release, Due(duty.get("due", Due.UNDATED))),
        )
        for duty in law()["duties"]
    ]


def modified_models(release: Release) -> Sequence[Row]:
    """Models that a release modifies or fine-tunes, so that its duties are limited to that (recital 109)."""
    rows = release.answers.get("dependencies").rows
    return [row for row in rows if row["relation"].value in _MODIFIES]


def is_modification(release: Release) -> bool:
    """Whether a release modifies another model, by what is said of it or of the scope of its summary."""
    summary = release.documents.get(SUMMARY)
    limited = summary is not None and summary.root.get("scope").value == "modification_only"
    return limited or bool(modified_models(release))


#: Relations of a dependency by which its model was changed.
_MODIFIES = {"modification", "fine_tuning", "continued_pretraining", "quantisation", "merge"}


def condition_met(release: Release) -> Answer:
    """The day on which the condition of Art. 51(1)(a) was met or became known, if the provider published it."""
    form = release.documents.get(FORM)
    return form.root.get("condition_met") if form else MISSING


def offers(release: Release, item: Field) -> bool:
    """Whether downstream providers get an item of the Form on request: by its audience marks, or where the exemption of
    Art. 53(2) is claimed, only if the provider declares that it offers the item all the same."""
    named = release.answers.get("art_53_2", "offered").items
    return Audience.DPS in item.audience and (not release.exempt or item.dotted in named or item.path[0] in named)


def is_withheld(entry: Entry) -> bool:
    """Whether an item of a form is not for the public, and its public part does not speak of it."""
    field, status = entry.field, entry.answer.status
    return Audience.PUBLIC not in field.audience and field.official and field.kind not in GROUPS and status in SILENT


def all_exempt(releases: Collection[Release]) -> bool:
    """Whether the exemption of Art. 53(2) is claimed for every release that a document holds for. Where one of them is
    not exempt, what is owed for it is owed."""
    return bool(releases) and all(release.exempt for release in releases)


def on_request(release: Release, form: ComposedDocument | None) -> list[Field]:
    """The items of the Form that its public part, if there is one, does not speak of, and that are given on request;
    none for a draft of a release, of which nobody can say what is owed."""
    if release.open_fields:
        return []
    said = {e.field.dotted for e in form.root.walk() if e.answer.status not in SILENT} if form else ()
    return [f for f in load(FORM).fields() if f.kind not in GROUPS and f.dotted not in said and offers(release, f)]


def applies(release: Release, condition: bool | None, asked: Sequence[Answer], may_be_exempt: bool) -> Applies:
    """Whether a duty applies; ``asked`` are the answers that its condition depends on."""
    if condition is None:
        return _unknown(*asked)
    if not condition:
        return Applies.NO
    claimed = release.answers.get("art_53_2", "claimed")
    if may_be_exempt and not release.systemic_risk and claimed.yes_or_no is not False:
        risk = release.answers.get("systemic_risk", "status")
        return Applies.CLAIMED_EXEMPT if release.exempt else _unknown(claimed, risk)
    placed = _market_date(release).status
    if placed is Status.OPEN:
        return Applies.UNDECIDED
    return Applies.NOT_PLACED if placed in ABSENCES else Applies.YES


def _unknown(*asked: Answer) -> Applies:
    """Why nobody can say whether a duty applies."""
    return Applies.UNDECIDED if any(answer.status is Status.OPEN for answer in asked) else Applies.UNDECLARED


def _market_date(release: Release) -> Answer:
    return release.answers.get("union_market_date")


def _due(release: Release, usual: Due) -> Due:
    """When a duty is to be met; ``usual`` for a model that is placed on the market while Chapter V applies."""
    since = release.answers.get("systemic_risk", "since").day
    if usual in {Due.CONDITION, Due.UNDATED} or (usual is Due.CLASSIFICATION and since and since > legacy_due()):
        return usual
    if release.is_legacy:
        return Due.LEGACY
    if _market_date(release).status is Status.OPEN:
        return Due.UNDECIDED
    return Due.OPEN if may_be_legacy(_market_date(release)) else usual


def _in_third_country(provider: Provider) -> bool | None:
    """Whether the provider is established outside the Union; None where it does not say where."""
    return None if provider.answers.get("country").value is None else not provider.in_union


def _is_notified(release: Release) -> bool | None:
    """Whether Art. 52(1) binds: not for models that the Commission designated."""
    return None if release.systemic_risk is None else release.answers.get("systemic_risk", "status").text == "notified"
