"""Letters that readers send: plain text, and an address that opens one in their mail program."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from gpai_portal.markup import text_of
from gpai_portal.prose import inline


def letter(opening: str, points: Iterable[str]) -> str:
    """A text with numbered points to fill in. Points are data, which may hold marks of emphasis or links."""
    told = (text_of(inline(point), {}, "").strip().rstrip(".:;") for point in points)
    return "\n\n".join([opening, *(f"{number}. {point}:" for number, point in enumerate(told, 1))]) + "\n"


def mailto(email: str, subject: str, body: str) -> str:
    """An address that opens a message (RFC 6068), whose lines end as that asks."""
    return f"mailto:{quote(email, safe='@')}?subject={quote(subject, safe='')}&body={_lines(body)}"


def _lines(text: str) -> str:
    return quote("\r\n".join(text.splitlines()), safe="")
