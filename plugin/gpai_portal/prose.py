"""Text of answers as HTML: the small part of Markdown that prose may use, and figures.

Read by markdown-it with everything else switched off; everything that comes from data is escaped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from gpai_portal.characters import visible
from gpai_portal.limits import MAX_BRACKETS, MAX_MARKDOWN_NESTING

#: Where a link may lead.
LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`\[\\\n]|://|mailto:|^\s*(?:[-+]|\d+[.)])\s")
#: Text beside tags. Markup without any, such as a list of nothing, is shown as it is written.
_SHOWN = re.compile(r"(?:^|>)\s*+[^<\s]")


class _Inline(ParserInline):
    """What stands in a line. At every bracket the parser looks for its end, through all brackets in it."""

    def skipToken(self, state: StateInline) -> None:
        if state.level < MAX_BRACKETS or state.pos in state.cache:
            super().skipToken(state)
        else:
            state.cache[state.pos] = state.pos = state.posMax


def parser(rules: str, **options: Any) -> MarkdownIt:
    """A parser with the rules of a preset, without HTML, that no text keeps busy."""
    found = MarkdownIt(rules)
    found.inline = _Inline()
    return found.configure(rules, {"html": False, "maxNesting": MAX_MARKDOWN_NESTING, **options})


def _markdown() -> MarkdownIt:
    markdown = parser("zero", linkify=True)
    markdown.enable(["paragraph", "list", "emphasis", "backticks", "escape", "link", "autolink", "linkify"])
    markdown.validateLink = lambda url: bool(LINK.match(url))  # type: ignore[method-assign]
    assert markdown.linkify is not None  # noqa: S101 - switched on above
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for schema in ("ftp:", "//"):
        markdown.linkify.add(schema, None)
    return markdown


_PARSER = _markdown()


@lru_cache(maxsize=20_000)
def prose(text: str) -> Markup:
    """Paragraphs, lists, emphasis, code and http, https or mailto links; anything else as it stands."""
    text = visible(text.strip())
    if _MARKUP.search(text) and _SHOWN.search(html := _PARSER.render(text)):
        return Markup(html.strip())
    return Markup("<p>{}</p>").format(text)


@lru_cache(maxsize=20_000)
def inline(text: str) -> Markup:
    """Like ``prose``, within a line."""
    text = visible(" ".join(text.split()))
    if _MARKUP.search(text) and _SHOWN.search(html := _PARSER.renderInline(text)):
        return Markup(html)
    return escape(text)


@lru_cache(maxsize=2_000)
def parts(text: str) -> tuple[str | tuple[str, ...], ...]:
    """The words of a text without their markup: its paragraphs, and its lists as the items of each. What stands in an
    item beside its first paragraph follows that in the line."""
    found: list[Any] = []
    depth = 0
    for token in _PARSER.parse(visible(text.strip())):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            if not depth:
                found.append([])
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open" and depth == 1:
            found[-1].append("")
        elif token.type == "inline":
            words = " ".join("".join(_word(child) for child in token.children or ()).split())
            if depth:
                found[-1][-1] = f"{found[-1][-1]} {words}".strip()
            else:
                found.append(words)
    return tuple(tuple(part) if isinstance(part, list) else part for part in found)


def _word(token: Token) -> str:
    return "\n" if token.type == "softbreak" else token.content


def is_block(text: str) -> bool:
    """Whether a text is more than one paragraph: several of them, or a list."""
    return "\n" in text.strip() and prose(text).rstrip().find("</p>") != len(prose(text)) - len("</p>")


def figure(text: str, decimal: str = ".") -> Markup:
    """A number as written, with its power of ten raised: 7.3e10 becomes 7.3 x 10 to the 10. Its thousands are parted by
    no-break spaces; ``decimal`` is the mark before its decimals."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, point, decimals = mantissa.partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", "\u00a0", whole, flags=re.ASCII)
    shown = escape(f"{grouped}{decimal if point else ''}{decimals}")
    return shown + (Markup("\u00a0×\u00a010<sup>{}</sup>").format(exponent.lstrip("+")) if exponent else "")
