"""HTML of a page as blocks and lines for the printer (``site/pdf.py``), which knows elements and classes, and no field.

A block or a part of a line is a mapping: ``e`` its element, ``c`` its classes, ``k`` what is in it, ``lang`` and ``to``
(where a link leads) where it has them. A text is a string.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from typing import Any
from urllib.parse import urljoin

from gpai_portal.markup import tags
from gpai_portal.prose import LINK

#: A block, a part of a line, or a text.
Node = Any

#: What holds nothing but text and parts of a line.
_LINES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "dt", "summary"})
_BLOCKS = _LINES | frozenset({
    *("address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "footer", "li", "main", "ol"),
    *("section", "table", "tbody", "td", "th", "thead", "tr", "ul"),
})  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
#: What only works in a browser.
_LEFT_OUT = frozenset({"button", "form", "input", "nav", "script", "select", "style", "svg", "template", "textarea"})
#: White space by HTML; a no-break space is a letter.
_SPACE = re.compile(r"[ \t\n\f\r]+")

#: A line that ends here by itself has its hyphen repeated on the next one in Polish, Czech and other languages, as is
#: right for words and wrong for the names of models.
_BEHIND_HYPHEN = re.compile(r"(?<=[^\s\u00a0][-\u2010])(?=\w)")
#: Letters of a word that may stand on a line without a break; addresses and hashes are longer than a column.
_LONG_WORD = 24
_LONG = re.compile(rf"[^\s\u00a0]{{{_LONG_WORD + 1},}}")
#: Where a long word is broken: behind a mark of an address, else after so many letters; never before an accent.
_PIECE = re.compile(
    rf"[^/.,;:?&=_@#%+-]{{0,{_LONG_WORD - 1}}}(?:[/.,;:?&=_@#%+-]+(?=\w)|[^\s])[\u0300-\u036f\u200d\ufe00-\ufe0f]*",
)


@dataclass
class _Element:
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        return self.name in _BLOCKS


def blocks(html: str, base: str, shown: Callable[[str], str]) -> list[Node]:
    """The blocks of HTML that this package has made, in their order.

    ``base`` is the absolute address of the page, from which its links are seen; without one only absolute links stay.
    ``shown`` says how a text is written with the characters that the fonts have.
    """
    return list(_blocks(_tree(html).children, base, shown))


def _tree(html: str) -> _Element:
    root = _Element("body")
    open_: list[_Element] = [root]
    at = 0
    for tag in tags(html):
        open_[-1].children.append(unescape(html[at : tag.start]))
        at = tag.end
        if tag.name == "!":
            continue
        if not tag.name.startswith("/"):
            element = _Element(tag.name, tag.attributes)
            open_[-1].children.append(element)
            if tag.name not in _VOID:
                open_.append(element)
        elif len(open_) > 1 and open_[-1].name == tag.name[1:]:
            open_.pop()
    open_[-1].children.append(unescape(html[at:]))
    return root


def _blocks(children: Sequence[_Element | str], base: str, shown: Callable[[str], str]) -> Iterator[Node]:
    """Blocks among blocks. Parts of lines between them are a paragraph of their own."""
    for is_block, run in groupby(children, lambda child: isinstance(child, _Element) and child.is_block):
        if not is_block:
            if line := _line(list(run), base, shown):
                yield {"e": "p", "k": line}
            continue
        for child in run:
            assert isinstance(child, _Element)  # noqa: S101 - or it would be no block
            holds = _line if child.name in _LINES else _blocks
            inside = list(holds(child.children, base, shown))
            if inside or child.name not in _LINES or child.name == "dt":  # the answer to a name without letters stays
                yield _node(child, inside, base)


def _line(children: Sequence[_Element | str], base: str, shown: Callable[[str], str]) -> list[Node]:
    """Texts and parts of a line, with a single space wherever there is white space, and none at its ends."""
    line = list(_parts(children, base, shown, [" "]))
    _trim_end(line)
    return line


def _parts(
    children: Sequence[_Element | str], base: str, shown: Callable[[str], str], before: list[str]
) -> Iterator[Node]:
    """``before`` holds the last character of the line so far."""
    for child in children:
        if isinstance(child, str):
            text = _SPACE.sub(" ", child)
            if before[0] == " ":
                text = text.removeprefix(" ")
            if text:
                before[0] = text[-1]
                yield from _broken(shown(text))
        elif child.name == "br":
            before[0] = " "
            yield {"e": "br"}
        elif child.name not in _LEFT_OUT and (inside := list(_parts(child.children, base, shown, before))):
            yield _node(child, inside, base)


def _trim_end(line: list[Node]) -> None:
    while line:
        last = line[-1]
        if isinstance(last, str):
            line[-1] = last.removesuffix(" ")
            if line[-1]:
                return
            line.pop()
        elif "k" in last:
            _trim_end(last["k"])
            if last["k"]:
                return
            line.pop()
        else:
            return


def _broken(text: str) -> Iterator[Node]:
    """A text, with places inside of long words at which a line may end."""
    for count, part in enumerate(_BEHIND_HYPHEN.split(text)):
        if count:
            yield {"e": "wbr"}
        at = 0
        for word in _LONG.finditer(part):
            first, *rest = _PIECE.findall(word[0])
            yield part[at : word.start()] + first
            for piece in rest:
                yield {"e": "wbr"}
                yield piece
            at = word.end()
        if at < len(part):
            yield part[at:]


def _node(element: _Element, inside: list[Node], base: str) -> Node:
    node: dict[str, Any] = {"e": element.name, "k": inside}
    if classes := element.attributes.get("class", "").split():
        node["c"] = classes
    if lang := element.attributes.get("lang"):
        node["lang"] = language(lang)
    if element.name == "a" and (link := urljoin(base, element.attributes.get("href", ""))) and LINK.match(link):
        node["to"] = link
    return node


def language(tag: str) -> Mapping[str, str]:
    """What a typesetter takes of a language tag (RFC 5646): the language and, if it has one, the region."""
    first, *rest = tag.split("-")
    region = next((part.upper() for part in rest if re.fullmatch("[A-Za-z]{2}", part)), "")
    found = {"code": first.lower() if re.fullmatch("[A-Za-z]{2,3}", first) else "und"}
    return found | ({"region": region} if region else {})
