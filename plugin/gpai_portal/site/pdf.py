"""Documents as PDF files, by typst: tagged for readers of screens (PDF/UA-1), and the same bytes in each build.

What is printed is HTML of this package (``templates/portal/pdf.html``), made of the same parts as the pages, so that a
file says what the page says. Typst is given it as data.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gpai_portal.errors import UsageError
from gpai_portal.site.printing import blocks, language
from gpai_portal.site.rendering import TEMPLATES

if TYPE_CHECKING:
    from typst import Compiler

#: A letter with its marks and what is joined to it. All fonts have the ASCII letters.
_CLUSTER = re.compile(
    "[^\x00-\x7f](?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f\U0001f3fb-\U0001f3ff]|\u200d.)*"
    "|[\x00-\x7f](?:[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]|\u200d.)+"
)

#: Han and Hangul, of which the fonts have no letter; a text in them has thousands, and each takes a thousandth second.
_LACKING = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]+")


def require_typst() -> None:
    """Raises UsageError if the package that makes the files is not installed."""
    if find_spec("typst") is None:
        raise UsageError(
            "pdf: true asks for PDF files, and the package that makes them, typst, is not installed; install "
            "gpai-portal with its extra, as in: pip install 'gpai-portal[pdf]'"
        )


def pdf(html: str, *, title: str, author: str, day: date | None, lang: str, base: str) -> bytes:
    """A document as a PDF file.

    ``html`` is made by ``pdf.html``: blocks, a ``footer`` for each page, and an ``aside`` that is printed only if some
    letters are given by their numbers. ``lang`` is the language of its words where it names no other, ``base`` the
    absolute address from which its links are seen, ``day`` that of the file. Raises UsageError if typst refuses it.
    """
    letters = _Letters()
    found = blocks(html, base, letters.shown)
    left_out = {"footer"} if letters.lacking else {"footer", "aside"}
    data = {
        "title": title,
        "author": author,
        "date": day and {"year": day.year, "month": day.month, "day": day.day},
        "lang": language(lang),
        "body": [block for block in found if block["e"] not in left_out],
        "footer": [line for block in found if block["e"] == "footer" for line in block["k"]],
    }
    from typst import TypstError  # noqa: PLC0415 - an extra, which whoever makes no PDF file need not have

    try:
        return _compiled("pdf.typ", {"data": json.dumps(data, ensure_ascii=False)})
    except TypstError as error:
        raise UsageError(f"no PDF file could be made of {title!r}: {error}") from None


def _compiled(template: str, inputs: dict[str, str]) -> bytes:
    made = _compiler(template).compile(format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
    assert isinstance(made, bytes)  # noqa: S101 - a PDF file is one file
    return made


@cache
def _compiler(template: str) -> Compiler:
    """A template, with the fonts that typst brings along: those of a system differ from one to the next."""
    from typst import Compiler  # noqa: PLC0415

    return Compiler(input=str(TEMPLATES / template), root=str(TEMPLATES), ignore_system_fonts=True)


@cache
def _are_there(letters: str) -> bool:
    """Whether the fonts have all of these letters, in each style."""
    from typst import TypstError  # noqa: PLC0415

    try:
        _compiled("letters.typ", {"letter": letters})
    except TypstError:
        return False
    return True


class _Letters:
    """How texts are written with the letters that the fonts have."""

    def __init__(self) -> None:
        self.lacking = False

    def shown(self, text: str) -> str:
        """A text with the numbers, as in [U+4E2D], of letters that are not there: else nobody would know of them."""
        return text if text.isascii() else _CLUSTER.sub(self._numbered, text)

    def _numbered(self, cluster: re.Match[str]) -> str:
        letters = cluster[0]
        if not _LACKING.match(letters) and _are_there(letters):
            return letters
        self.lacking = True
        return "".join(letter if letter.isascii() else f"[U+{ord(letter):04X}]" for letter in letters)
