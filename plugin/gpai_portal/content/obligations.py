"""Which duties of Chapter V of the AI Act apply to a release, and since when.

The facts of the law are data; this module only applies them. Training compute is never an input: systemic risk is what
the provider declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gpai_portal.content.law import law, legacy_due
from gpai_portal.content.model import Provider, Release


class Applies(StrEnum):
    """Whether a duty applies to a release."""

    YES = "yes"
    CLAIMED_EXEMPT = "claimed_exempt"
    NO = "no"
    UNDECLARED = "undeclared"


@dataclass(frozen=True)
class Duty:
    """A duty of a provider for one release. ``due`` is an ISO date as exact as the market date; empty without one."""

    id: str
    title: str
    provision: str
    text: str
    url: str
    public: bool
    document: str
    applies: Applies
    due: str


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Whether both are so; None where that depends on what is not declared."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def duties(release: Release, provider: Provider) -> list[Duty]:
    """All duties in the order of the Act, with whether they apply to the release."""
    conditions: dict[str, bool | None] = {
        "third_country": not provider.in_union,
        "systemic_risk": release.systemic_risk,
        "safety_signatory": _both(release.systemic_risk, provider.signed("safety_and_security")),
    }
    claimed = release.answers.get("art_53_2", "claimed").yes_or_no
    due = legacy_due().isoformat() if release.is_legacy else release.market_day
    found = []
    for duty in law()["duties"]:
        condition = conditions.get(duty.get("only_if", ""), True)
        if condition is None:
            applies = Applies.UNDECLARED
        elif not condition:
            applies = Applies.NO
        elif duty.get("unless") and claimed is not False and not release.systemic_risk:
            applies = Applies.CLAIMED_EXEMPT if claimed else Applies.UNDECLARED
        else:
            applies = Applies.YES
        found.append(
            Duty(
                duty["id"],
                duty["title"],
                duty["provision"],
                duty["text"],
                duty["url"],
                duty["public"],
                duty.get("document", ""),
                applies,
                due if applies is Applies.YES else "",
            )
        )
    return found
