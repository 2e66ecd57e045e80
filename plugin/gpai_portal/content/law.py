"""The dated facts of the law and of the field (``registry/``): since when Chapter V of the AI Act applies, what it asks
for, and which opt-out protocols there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from gpai_portal.content.answers import ABSENCES, Answer, Entry
from gpai_portal.schema import read_json


def law() -> Any:
    """The facts as they stand in the registry."""
    return read_json("registry/obligations.json")


def terms() -> Mapping[str, Any]:
    """The terms that are counted from a day, by id, as they stand in the registry."""
    return {term["id"]: term for term in read_json("registry/terms.json")["terms"]}


def applies_from() -> date:
    """The day on which Chapter V began to apply (Art. 113)."""
    return date.fromisoformat(law()["applies_from"]["date"])


def legacy_due() -> date:
    """The day by which models that were on the market before have to comply (Art. 111(3))."""
    return date.fromisoformat(law()["legacy_due"]["date"])


def is_legacy(market_date: Answer) -> bool:
    """Whether a market date, as somebody answered it, lies for certain before the day Chapter V began to apply."""
    return market_date.surely_before(applies_from() - leeway(market_date))


def may_be_legacy(market_date: Answer) -> bool:
    """Whether a market date, such as 2025 or one that is not told, leaves open on which side of that day it lies."""
    if market_date.day is None:
        return market_date.status not in ABSENCES
    if is_legacy(market_date):
        return False
    return market_date.day < applies_from() + leeway(market_date) or market_date.qualifier == "not_after"


def leeway(market_date: Answer) -> timedelta:
    """How far from the day it names a date that is "about" it may lie: a month, so that one near the border tells
    nothing."""
    return timedelta(days=31 if market_date.qualifier == "about" else 0)


def country_for(code: str) -> str:
    """The code of ISO 3166-1 that the institutions of the Union write otherwise, such as GR for EL; else itself."""
    known = read_json("registry/union.json")["written_otherwise"]
    return next((str(one["code"]) for one in known if one["written"] == code), code)


def unneeded(provider: Entry) -> frozenset[str]:
    """Facts of provider.yaml that nothing asks for: inside the Union there is no representative (Art. 54)."""
    return frozenset({"authorised_representative"} if is_in_union(provider.get("country")) else ())


def is_in_union(country: Answer) -> bool:
    """Whether a country, as somebody answered it, is a Member State."""
    return country.value in read_json("registry/union.json")["member_states"]


def protocols() -> Mapping[str, str]:
    """Codes and names of the opt-out protocols that the registry knows."""
    return {known["code"]: known["name"] for known in read_json("registry/opt-out-protocols.json")["protocols"]}
