"""White space that only lays out a page is left out of it: themes indent by tens of columns, a tenth of a page. Whoever
reads a page as text needs it, so it is put between blocks until a page is written.

What stands in ``pre``, ``textarea``, ``script`` or ``style``, or in the value of an attribute, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gpai_portal.markup import tags

_KEPT = frozenset(("pre", "textarea", "script", "style"))
_BREAK = re.compile(r"[ \t\f\r]*\n[ \t\n\f\r]*")
_BREAK_OR_VALUE = re.compile(rf"\"[^\"]*\"|'[^']*'|{_BREAK.pattern}")
_BREAK_IN_VALUE = re.compile(r"""=\s*(?:"[^"]*?\n|'[^']*?\n)""")
#: White space beside the tags of these shows nowhere.
_BLOCK = (
    r"</?(?:address|blockquote|d[dlt]|details|div|fieldset|h[1-6]|legend|li|link|meta|nav|ol|p|section|summary|table"
    r"|t[dhr]|tbody|thead|ul)\b"
)
_BESIDE_BLOCK = re.compile(rf"({_BLOCK}[^>]*>)\n(?=<|\Z)|\n(?={_BLOCK})")
#: The same, and what follows one another without white space: lines in small print, and pictures.
_UNPARTED = re.compile(rf"<(?<=\S<)(?:{_BLOCK.removeprefix('<')}|/?(?:small|svg)\b)")


def trim(html: str, *, beside_blocks: bool = False) -> str:
    """HTML without indentation and empty lines; with ``beside_blocks``, without ends of lines beside blocks as well."""
    parts: list[str] = []
    at = depth = 0
    for tag in tags(html, _KEPT):
        name = tag.name.removeprefix("/")
        if name not in _KEPT:
            continue
        if depth == 0:
            parts += [_lean(html[at : tag.start], beside_blocks)]
            at = tag.start
        depth = max(depth + (1 if tag.name == name else -1), 0)
        if depth == 0:
            parts += [html[at : tag.end]]
            at = tag.end
    return "".join(parts) + (html[at:] if depth else _lean(html[at:], beside_blocks))


def part(html: str) -> str:
    """HTML with white space before the tags of blocks, for search engines that leave tags out and join what is left:
    "ModelMistral" is neither a model nor Mistral. ``trim`` takes it away again."""
    return _UNPARTED.sub(r"\n\g<0>", html).replace("<br>", "<br>\n")


def _lean(html: str, beside_blocks: bool) -> str:
    """Text and whole tags without indentation."""
    if _BREAK_IN_VALUE.search(html):
        html = "".join(_BREAK_OR_VALUE.sub(_line_end, part) if at % 2 else part for at, part in _parts(html))
    else:
        html = _BREAK.sub("\n", html)
    return _BESIDE_BLOCK.sub(r"\1", html) if beside_blocks else html


def _parts(html: str) -> Iterator[tuple[int, str]]:
    """Text without indentation and tags as they stand, by turns."""
    at = 0
    for tag in tags(html):
        yield 0, _BREAK.sub("\n", html[at : tag.start])
        yield 1, tag.source
        at = tag.end
    yield 0, _BREAK.sub("\n", html[at:])


def _line_end(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "\"'" else "\n"
