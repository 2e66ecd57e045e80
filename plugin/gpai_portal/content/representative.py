"""Whether an authorised representative is established in the Union, by the address that is given (Art. 54(1))."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from gpai_portal.content.answers import Entry, Row
from gpai_portal.content.law import is_in_union
from gpai_portal.schema import read_json

#: Countries beside the Member States that are not called outside the Union: their own name may be a part of another
#: one's (Georgia), they take part in the EEA, or belong to a Member State.
NOT_SURELY_OUTSIDE = frozenset("AX BL BQ CW AW EA GE GF GL GP IC IS LI MF MQ NC NO PF PM RE SX TF WF YT EU EZ".split())  # noqa: SIM905 - as above

#: How addresses call some countries beside their names.
SHORT_NAMES = frozenset(
    {
        "usa",
        "us",
        "u.s.",
        "u.s.a.",
        "united states of america",
        "uk",
        "u.k.",
        "great britain",
        "england",
        "scotland",
        "wales",
        "northern ireland",
        "pr china",
        "p.r. china",
        "people's republic of china",
        "republic of korea",
        "korea",
        "russian federation",
    }
)


def is_outside(provider: Entry) -> bool:
    """Whether the address of the representative that a provider outside the Union names lies outside it for certain."""
    country = provider.get("country")
    contact = provider.get("authorised_representative").value
    if not isinstance(country.value, str) or is_in_union(country) or not isinstance(contact, Row):
        return False
    address = contact["address"].text
    last = re.split(r"[,(\n]", address)[-1].strip(" .)").casefold()
    own = provider.get("address").text
    return bool(address) and (last in _outside() or (address == own and country.value not in NOT_SURELY_OUTSIDE))


@cache
def _outside() -> frozenset[str]:
    """Names, as addresses end with them, of countries outside the Union."""
    left_out = {*read_json("registry/union.json")["member_states"], *NOT_SURELY_OUTSIDE}
    names = {
        name.casefold().strip(" .")
        for language in ("en", "fr", "de", "it", "es", "nl", "pl")
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in left_out
    }
    return frozenset(names | {name.strip(".") for name in SHORT_NAMES})
