"""The dated facts of the law (``registry/obligations.json``): since when Chapter V of the AI Act applies, and what it
asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from gpai_portal.content.answers import Answer
from gpai_portal.schema import read_json


def law() -> Any:
    """The facts as they stand in the registry."""
    return read_json("registry/obligations.json")


def applies_from() -> date:
    """The day on which Chapter V began to apply (Art. 113)."""
    return date.fromisoformat(law()["applies_from"])


def legacy_due() -> date:
    """The day by which models that were on the market before have to comply (Art. 111(3))."""
    return date.fromisoformat(law()["legacy_due"])


def is_legacy(market_date: Answer) -> bool:
    """Whether a market date, as somebody answered it, lies for certain before the day Chapter V began to apply."""
    return market_date.surely_before(applies_from())
