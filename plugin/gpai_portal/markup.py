"""HTML cut into tags the way browsers do it (HTML Standard, 13.2.5), and the few things read from them.

Why not ``html.parser``: that of Python 3.11.7, which may build a portal, does not end a script at ``</script x>`` nor a
comment at ``--!>``, and finds tags in a ``textarea``; later ones do otherwise. Which scripts a policy allows must not
depend on that. It also does not say where a tag ends, and takes three times as long. Libraries that follow the standard
build a whole tree, slower still or in C, where all that is asked is where each tag begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import NamedTuple

#: White space by HTML. Other characters that Unicode calls so are letters of a name or value.
_SPACE = r"\t\n\f\r "
_NAME = rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
_VALUE = rf"""[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"?|'[^']*+'?|[^{_SPACE}>]*+)"""
#: A tag with its attributes, a comment, or anything else between ``<!``, ``<?`` or ``</`` and ``>``. What is not
#: finished takes all the rest. The repetitions are possessive, so that broken HTML takes no longer than any other.
_TAG = re.compile(
    rf"<(?:(/?[a-zA-Z][^{_SPACE}/>]*+)(?:[{_SPACE}/]++|{_NAME}(?:{_VALUE})?+)*+(?:>|\Z)"
    r"|!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|[!?/][^>]*+(?:>|\Z))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"({_NAME})({_VALUE})?+")
#: Elements that hold text and no tags.
_RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
#: What decides where a script ends.
_IN_SCRIPT = re.compile(rf"<!(?=--)|-->|<(/?)script(?=[{_SPACE}/>])", re.IGNORECASE)
_HEADING = re.compile(r"h[1-6]")
_LOOKS_LIKE_TAG = re.compile(r"<[^<>]*>")
#: Values of ``type`` by which a script runs, or is otherwise obeyed; anything else is a block of data.
_RUNS = re.compile(
    r"|module|importmap|speculationrules|(?:text|application)/(?:x-)?(?:java|ecma)script|text/javascript1\.[0-5]"
    r"|text/(?:jscript|livescript)",
    re.IGNORECASE,
)


class Tag(NamedTuple):
    """A tag as it stands in the HTML. ``name`` is in lower case, with ``/`` in front if it ends an element; comments
    and declarations are called ``!``."""

    name: str
    start: int
    source: str

    @property
    def end(self) -> int:
        """Where the text behind the tag begins."""
        return self.start + len(self.source)

    @property
    def attributes(self) -> dict[str, str]:
        """Values by names in lower case; empty where there is no value. Only tags that begin an element have any."""
        found: dict[str, str] = {}
        if self.name.startswith(("/", "!")):
            return found
        for name, value in _ATTRIBUTE.findall(self.source.removesuffix(">"), 1 + len(self.name)):
            text = value.partition("=")[2].strip(" \t\n\f\r")
            found.setdefault(name.lower(), unescape(text[1:-1] if text[:1] in {'"', "'"} else text))
        return found


def tags(html: str) -> Iterator[Tag]:
    """All tags in their order. What stands between two of them is text."""
    at = foreign = 0
    while match := _TAG.search(html, at):
        tag = Tag((match[1] or "!").lower(), match.start(), match[0])
        yield tag
        at = match.end()
        if tag.name in {"svg", "math"}:  # inside, all elements may hold tags
            foreign += not tag.source.endswith("/>")
        elif tag.name in {"/svg", "/math"}:
            foreign = max(foreign - 1, 0)
        elif tag.name in _RAW and not foreign:
            at = _end_of_script(html, at) if tag.name == "script" else _end_of(tag.name, html, at)


@cache
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE)


def _end_of(name: str, html: str, at: int) -> int:
    """Where the text of an element that holds no tags ends."""
    end = _end_tag(name).search(html, at)
    return end.start() if end else len(html)


def _end_of_script(html: str, at: int) -> int:
    """Where the text of a script ends: not at the end tag in ``<!-- <script> </script> -->``."""
    comment = nested = False
    for match in _IN_SCRIPT.finditer(html, at):
        if match[1] is None:
            comment = match[0] != "-->"
            nested = nested and comment
        elif not match[1]:
            nested = comment
        elif nested:
            nested = False
        else:
            return match.start()
    return len(html)


# -- what is read from it -----------------------------------------------------------------------------------


def text_of(html: str, tag_text: Mapping[str, str], other: str) -> str:
    """The text of HTML without scripts and styles.

    ``tag_text`` says what takes the place of a tag, by its name (``br``, ``/p``); any other tag becomes ``other``.
    """
    parts, at, hidden = [], 0, False
    for tag in tags(html):
        parts += ["" if hidden else unescape(html[at : tag.start]), tag_text.get(tag.name, other)]
        at, hidden = tag.end, tag.name in {"script", "style"}
    return "".join(parts) + ("" if hidden else unescape(html[at:]))


def without_tags(text: str) -> str:
    """Text that may be HTML, whole or broken, with a space for each thing that looks like a tag.

    For the search for leaks, which must find what stands in a script or behind a tag that never ends, in any file:
    a regular expression, which hides less than ``text_of`` and takes a sixth of the time.
    """
    return unescape(_LOOKS_LIKE_TAG.sub(" ", text))


@dataclass(frozen=True)
class Heading:
    """A heading that can be linked to. ``title`` is HTML without tags; its element stands from ``start`` to ``end``."""

    level: int
    id: str
    title: str
    start: int
    end: int


def headings(html: str, left_out: str = "") -> Iterator[Heading]:
    """The headings that have an id. Elements of the class ``left_out`` are no part of a title."""
    within, title, at, until = None, "", 0, ""
    for tag in tags(html):
        if within is None:
            if _HEADING.fullmatch(tag.name) and "id" in tag.attributes:
                within, title, until = tag, "", ""
        else:
            title += "" if until else html[at : tag.start]
            if tag.name == f"/{within.name}":
                yield Heading(int(within.name[1]), within.attributes["id"], title.strip(), within.start, tag.end)
                within = None
            elif until:
                until = "" if tag.name == until else until
            elif left_out in tag.attributes.get("class", "").split():
                until = f"/{tag.name}"
        at = tag.end


def sections(html: str, between: Sequence[Heading]) -> Iterator[tuple[Heading | None, str]]:
    """The text below each of these headings of ``html``, in one line, and that before the first; none that is empty."""
    above, at = None, 0
    for heading in (*between, None):
        text = " ".join(text_of(html[at : heading.start if heading else None], {}, " ").split())
        if text:
            yield above, text
        if heading:
            above, at = heading, heading.end


def ids(html: str) -> set[str]:
    """Everything in a page that can be linked to."""
    return {found for tag in tags(html) if (found := tag.attributes.get("id"))}


def inline_scripts(html: str) -> Iterator[str]:
    """The text of each script that stands in a page and runs, as a browser takes it: with ends of lines made alike."""
    script = None
    for tag in tags(html):
        if script and (text := html[script.end : tag.start]):
            yield text.replace("\r\n", "\n").replace("\r", "\n")
        script = tag if tag.name == "script" and _runs(tag.attributes) else None


def _runs(attributes: Mapping[str, str]) -> bool:
    language = attributes.get("language")
    kind = attributes.get("type") or (f"text/{language}" if language and "type" not in attributes else "")
    return "src" not in attributes and _RUNS.fullmatch(kind.strip(" \t\n\f\r")) is not None
