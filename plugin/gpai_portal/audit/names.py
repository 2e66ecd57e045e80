"""Names of languages and countries, as texts of a language have them. They come from CLDR, by way of Babel."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale, UnknownLocaleError

#: The official languages of the Union (Regulation No 1 of 1958, Article 1).
OFFICIAL = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()  # noqa: SIM905 - to be read

#: Parts of the world, by their codes of UN M49.
_PARTS = frozenset({"002", "003", "005", "009", "013", "019", "029", "142", "150", "151", "154", "155", "419"})

#: Languages that write names of languages with a capital letter, as all write those of countries.
_CAPITAL = frozenset({"en", "de"})

#: Letters of a name before its ending, below which another ending would make another word of it.
_STEM = 5


@cache
def names(kind: str, language: str) -> re.Pattern[str] | None:
    """What finds the names of ``languages``, ``official_languages`` or ``countries`` in a text; None where nobody can
    say which language it is in, or CLDR does not know it."""
    tag = language.partition("-")[0].lower()
    try:
        locale = Locale(tag)
    except (UnknownLocaleError, ValueError):
        return None
    if kind == "countries":
        codes = [code for code in locale.territories if re.fullmatch("[A-Z]{2}", str(code)) or code in _PARTS]
        found = [locale.territories[code] for code in codes]
    else:
        spoken = [code for code in locale.languages if re.fullmatch("[a-z]{2}", str(code))]
        found = [locale.languages[code] for code in spoken if kind == "languages" or code in OFFICIAL]
    plain = sorted({re.sub(r"\s*[(,].*", "", name) for name in found}, key=len, reverse=True)
    said = "|".join(_with_endings(name, tag) for name in plain if len(name) > 2)
    capital = kind == "countries" or tag in _CAPITAL
    # "Latin America" is no language.
    return re.compile(rf"\b({said})\b(?!\s+America)", 0 if capital else re.IGNORECASE)


def _with_endings(name: str, tag: str) -> str:
    """A name, and outside English what its adjective and its cases make of it."""
    stem = name.rstrip("aeiouy")
    return rf"{re.escape(stem)}\w{{0,4}}" if tag != "en" and len(stem) >= _STEM else re.escape(name)
