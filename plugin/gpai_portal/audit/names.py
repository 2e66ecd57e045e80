"""Names of languages and countries, as texts of a language have them. They come from CLDR, by way of Babel."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale, UnknownLocaleError

#: The official languages of the Union (Regulation No 1 of 1958, Article 1).
OFFICIAL = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()  # noqa: SIM905 - to be read

#: Parts of the world, by their codes of UN M49.
_PARTS = frozenset({"002", "003", "005", "009", "013", "019", "029", "142", "150", "151", "154", "155", "419"})

#: Languages that write such names with a capital letter: there, a small one is another word.
_CAPITAL = frozenset({"en", "de"})


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
        known = locale.territories
        found = [name for code, name in known.items() if re.fullmatch("[A-Z]{2}", str(code)) or code in _PARTS]
    else:
        codes = (
            OFFICIAL
            if kind == "official_languages"
            else [str(c) for c in locale.languages if re.fullmatch("[a-z]{2}", str(c))]
        )
        found = [locale.languages[code] for code in codes if code in locale.languages]
    plain = sorted({re.sub(r"\s*[(,].*", "", name) for name in found}, key=len, reverse=True)
    # A name may have another ending, as an adjective or in another case.
    stems = [re.escape(name) if tag == "en" else re.escape(name.rstrip("aeiouy")) for name in plain if len(name) > 2]
    ending = "" if tag == "en" else r"\w{0,4}"
    return re.compile(rf"\b({'|'.join(stems)}){ending}\b", 0 if tag in _CAPITAL else re.IGNORECASE)
