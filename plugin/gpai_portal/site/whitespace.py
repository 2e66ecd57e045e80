"""White space that only lays out a page is left out of it: themes indent by tens of columns, a tenth of a page.

What stands in ``pre``, ``textarea``, ``script`` or ``style``, or in the value of an attribute, stays as it is.
"""

from __future__ import annotations

import re

from gpai_portal.markup import tags

_BREAK = re.compile(r"[ \t\f\r]*\n[ \t\n\f\r]*")
_BREAK_OR_VALUE = re.compile(rf"\"[^\"]*\"|'[^']*'|{_BREAK.pattern}")
_KEPT = {"pre", "textarea", "script", "style"}
#: White space beside the tags of these shows nowhere.
_BLOCKS = {
    *("dd", "dl", "dt", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "link", "meta", "nav", "ol", "p", "section"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}


def trim(html: str, *, beside_blocks: bool = False) -> str:
    """HTML without indentation and empty lines; with ``beside_blocks``, without ends of lines beside blocks as well."""
    blocks = _BLOCKS if beside_blocks else set()
    parts: list[str] = []
    at = kept = 0
    before = ""
    for tag in tags(html):
        text, name = html[at : tag.start], tag.name.removeprefix("/")
        if not kept:
            text = _BREAK.sub("\n", text)
            if name in blocks or (text == "\n" and before in blocks):
                text = text.removesuffix("\n")
        parts += [text, _BREAK_OR_VALUE.sub(_without_indent, tag.source) if "\n" in tag.source else tag.source]
        at, before = tag.end, name
        if name in _KEPT:
            kept = max(kept + (1 if tag.name == name else -1), 0)
    return "".join(parts) + (html[at:] if kept else _BREAK.sub("\n", html[at:]))


def _without_indent(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "\"'" else "\n"
