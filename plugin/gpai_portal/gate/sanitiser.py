"""HTML of a sealed document, for a file that a browser opens: written anew from a list of what documents consist of.

``assets/gate/sanitiser.js`` does the same on the page. Whoever could seal another HTML could still run no script with
it, load nothing, send nothing, and lead nobody away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape

from gpai_portal.markup import Tag, tags

ELEMENTS = frozenset(
    (  # noqa: SIM905 - as the page has it
        "a abbr bdi blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img kbd li ol p pre q s "
        "section small span strong sub sup table tbody td tfoot th thead time tr ul"
    ).split()
)
_EMPTY = frozenset({"br", "hr", "img"})
_ANYTHING = re.compile(r".*", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,4}")
#: The attributes that are taken over, each with what its value has to be.
_ATTRIBUTES = {
    "alt": _ANYTHING,
    "aria-label": _ANYTHING,
    "class": re.compile(r"(?:\s|(?:gp|gp-[\w-]+|language-[\w+#.-]+)(?=\s|\Z))*+", re.ASCII),
    "colspan": _NUMBER,
    "data-label": _ANYTHING,
    "datetime": _ANYTHING,
    "dir": _ANYTHING,
    "href": re.compile(r"(?:https?:|mailto:|#).*", re.DOTALL | re.IGNORECASE),
    "id": _ANYTHING,
    "lang": _ANYTHING,
    "rowspan": _NUMBER,
    "scope": _ANYTHING,
    "start": _NUMBER,
    "style": re.compile(r"text-align: ?(?:left|right|center);?"),
    "tabindex": re.compile("0"),
    "title": _ANYTHING,
}


def sanitised(html: str, places: Mapping[str, str]) -> str:
    """What of some HTML is on the list, with every element ended; of other elements, the text in them stays.

    ``places`` maps ids of attachments to the files beside the document: links and images lead to those, to places of
    the document, to the web and to addresses of mail.
    """
    parts: list[str] = []
    open_: list[str] = []
    depth: Counter[str] = Counter()
    at = 0

    def end(name: str) -> None:
        while depth[name]:
            last = open_.pop()
            depth[last] -= 1
            parts.append(f"</{last}>")
            if last == name:
                return

    for tag in tags(html):
        parts.append(_text(html[at : tag.start]))
        at = tag.end
        if tag.name.startswith("/"):
            end(tag.name[1:])
        elif tag.name in ELEMENTS:
            parts += ["<", tag.name, *_attributes(tag, places), ">"]
            if tag.name not in _EMPTY:
                open_.append(tag.name)
                depth[tag.name] += 1
    parts.append(_text(html[at:]))
    return "".join([*parts, *(f"</{name}>" for name in reversed(open_))])


def _attributes(tag: Tag, places: Mapping[str, str]) -> Iterator[str]:
    for name, value in tag.attributes.items():
        if name == "data-attachment" and value in places:
            yield f' src="{escape(places[value])}"'
        elif name == "href" and (place := places.get(value.removeprefix("#attachment-"))) and value[0] == "#":
            yield f' href="{escape(place)}" download'
        elif name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value):
            yield f' {name}="{escape(value)}"'


def _text(text: str) -> str:
    """Text between tags as it stands, in which nothing can begin a tag."""
    return text.replace("<", "&lt;").replace(">", "&gt;")
