"""Languages of the interface: every word the portal prints itself, and every label of the schemas.

English is the text in code, templates and schemas. Other languages are gettext catalogues (``locales/fr.po``);
official labels stand there under the context ``schema``. They are our translations unless the catalogue says
otherwise, so pages show the English original beside them. What has no translation, or one marked ``fuzzy``, is shown in
English.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol
from markupsafe import Markup

from gpai_portal.dates import first_day
from gpai_portal.errors import UsageError
from gpai_portal.prose import figure
from gpai_portal.schema import Field, Schema

FOLDER = Path(__file__).parents[1] / "locales"
SCHEMA = "schema"


def languages() -> list[str]:
    """Codes of the interface languages."""
    return ["en", *sorted(path.stem for path in FOLDER.glob("*.po"))]


@cache
def _catalogue(file: Path) -> gettext.GNUTranslations:
    """A catalogue, compiled in memory for gettext, which knows the plural forms of every language."""
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=file.stem))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Language:
    """Words, labels, dates and names in one language. Raises UsageError if there is no such catalogue."""

    def __init__(self, code: str) -> None:
        if code not in languages():
            raise UsageError(f"no interface language {code!r}; there are: {', '.join(languages())}")
        self.code = code
        self.locale = Locale.parse(code)
        self._words = gettext.NullTranslations() if code == "en" else _catalogue(FOLDER / f"{code}.po")

    def text(self, message: str, **values: object) -> str:
        """An interface string, with its ``%(name)s`` places filled in."""
        found = self._words.gettext(message) if message else ""
        return found % values if values else found

    def plural(self, singular: str, plural: str, count: int, **values: object) -> str:
        """An interface string that depends on a number, which fills ``%(count)s``."""
        chosen = self._words.ngettext(singular, plural, count)
        return chosen % {"count": self.number(count), **values}

    def label(self, message: str) -> str:
        """A label of a schema or registry."""
        return self._words.pgettext(SCHEMA, message)

    def original(self, message: str) -> str:
        """The English label, where it is worth showing beside the translation; else empty."""
        return message if self.label(message) != message else ""

    def field(self, schema: Schema, field: Field) -> str:
        """A field as lists of changes name it: the number of its section, its label, and which part of it is meant.

        Labels repeat within a form, so the title of the section takes the place of a number where it has none.
        """
        above = [schema.find(".".join(field.path[:end])) for end in range(len(field.path) - 1, 0, -1)]
        groups = [group for group in above if group]
        number = next((group.number for group in (field, *groups) if group.number), "")
        shown = (field,) if number else (*groups[:1], field)
        titles = [self.label(one.title).rstrip(" \u00a0\u202f:") for one in shown]
        part = f" ({self.label(field.part)})" if field.part else ""
        return f"{number} {self.text(': ').join(titles)}{part}".strip()

    def fields(self, schema: Schema, names: Iterable[str]) -> list[str]:
        """The fields of dotted paths, as records list them. One that the schema no longer has keeps its path."""
        return [self.field(schema, found) if (found := schema.find(name)) else name for name in names]

    def day(self, day: date) -> str:
        """31 May 2026"""
        return self.partial_date(day.isoformat())

    def qualifier(self, code: str) -> str:
        """What is said before a date or figure that is not exact, with the space behind it; empty for one that is."""
        _ = self.text
        words = {"about": _("about"), "not_before": _("not before"), "not_after": _("not after")}
        return f"{words[code]} " if code else ""

    def partial_date(self, text: str) -> str:
        """An ISO date with the precision it was given: 2026, May 2026 or 31 May 2026."""
        # English as it is written in the Union, in which the day comes first.
        locale = Locale("en", "GB") if self.code == "en" else self.locale
        pattern = ("y", locale.datetime_skeletons["yMMMM"], locale.date_formats["long"])[text.count("-")]
        shown = format_date(first_day(text), str(pattern), locale=locale)
        # French writes the first of a month as an ordinal; CLDR has no pattern for it.
        return shown.replace("1 ", "1er ", 1) if self.code == "fr" and shown.startswith("1 ") else shown

    def number(self, number: int) -> str:
        """A whole number with a no-break space between thousands, as in the official texts."""
        return f"{number:,}".replace(",", "\u00a0")

    def figure(self, text: str) -> Markup:
        """A number as it was written, with the decimal mark of the language."""
        return figure(text, get_decimal_symbol(self.locale))

    def country(self, code: str) -> str:
        """Name of a country by its two-letter code (ISO 3166-1); the code if it is not known."""
        return str(self.locale.territories.get(code, code))

    def language(self, tag: str) -> str:
        """Name of a language by its tag; anything that is no tag is returned as it stands."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.locale) or tag
        except (ValueError, UnknownLocaleError):
            return tag
