"""HTML cut into tags the way browsers do it (HTML Standard, 13.2.5), and the few things read from them.

Why not ``html.parser``: that of Python 3.11.7, which may build a portal, does not end a script at ``</script x>`` nor a
comment at ``--!>``, and finds tags in a ``textarea``; later ones do otherwise. Which scripts a policy allows must not
depend on that. It also does not say where a tag ends, and takes three times as long. Libraries that follow the standard
build a whole tree, slower still or in C, where all that is asked is where each tag begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import NamedTuple

#: Deepest heading in a table of contents, and in the search of sealed documents.
TOC_LEVEL = 3

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
_SCRIPT = frozenset({"script"})
#: What decides where a script ends.
_IN_SCRIPT = re.compile(rf"<!(?=--)|-->|<(/?)script(?=[{_SPACE}/>])", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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


def tags(html: str, only: frozenset[str] = frozenset()) -> Iterator[Tag]:
    """All tags in their order, or only those of some elements, which takes a third of the time.

    What stands between two tags is text. Comments and declarations come in any case.
    """
    for tag in _tags(html, _of_others(only) if only else None):
        if not only or tag.name.removeprefix("/") in only or tag.name == "!":
            yield tag


def _tags(html: str, skipped: re.Pattern[str] | None) -> Iterator[Tag]:
    """All tags but those that are skipped with the text around them."""
    at = foreign = 0
    while True:
        if skipped and (passed := skipped.match(html, at)):
            at = passed.end()
        if not (match := _TAG.search(html, at)):
            return
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
def _of_others(only: frozenset[str]) -> re.Pattern[str]:
    """Text and whole tags of elements that are not asked for and do not change how the rest is read."""
    return _skipping(only | _RAW | {"svg", "math"}, _NAME)


def _skipping(elements: frozenset[str], attribute: str) -> re.Pattern[str]:
    """Text and whole tags of other elements than these, with attributes of this pattern only."""
    tag = (
        rf"<(?!/?(?:{'|'.join(sorted(elements))})[{_SPACE}/>])/?[a-z][^{_SPACE}/>]*+"
        rf"(?:[{_SPACE}/]++|{attribute}(?:{_VALUE})?+)*+>"
    )
    return re.compile(rf"(?:[^<]++|{tag})*+", re.IGNORECASE)


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


def headings(html: str, left_out: Collection[str] = ()) -> Iterator[Heading]:
    """The headings that have an id. Elements of the classes ``left_out`` are no part of a title."""
    start: Tag | None = None
    for tag in tags(html, _HEADINGS):
        if start is None:
            start = tag if tag.name in _HEADINGS and "id" in tag.attributes else None
        elif tag.name == f"/{start.name}":
            title = _without(html[start.end : tag.start], left_out)
            yield Heading(int(start.name[1]), start.attributes["id"], title, start.start, tag.end)
            start = None


def _without(html: str, left_out: Collection[str]) -> str:
    """HTML without tags, and without what stands in elements of some classes."""
    title, at, until = "", 0, ""
    for tag in tags(html):
        title += "" if until else html[at : tag.start]
        if until:
            until = "" if tag.name == until else until
        elif any(name in left_out for name in tag.attributes.get("class", "").split()):
            until = f"/{tag.name}"
        at = tag.end
    return (title + ("" if until else html[at:])).strip()


def sections(html: str, between: Sequence[Heading]) -> Iterator[tuple[Heading | None, str]]:
    """The text below each of these headings of ``html``, in one line, and that before the first; none that is empty."""
    above, at = None, 0
    for heading in (*between, None):
        text = " ".join(text_of(html[at : heading.start if heading else None], {}, " ").split())
        if text:
            yield above, text
        if heading:
            above, at = heading, heading.end


#: Text and whole tags without an id.
_WITHOUT_ID = _skipping(_RAW | {"svg", "math"}, rf"(?!id[{_SPACE}/>=]){_NAME}")


def ids(html: str) -> set[str]:
    """Everything in a page that can be linked to."""
    return {found for tag in _tags(html, _WITHOUT_ID) if (found := tag.attributes.get("id"))}


def inline_scripts(html: str) -> Iterator[str]:
    """The text of each script that stands in a page and runs, as a browser takes it: with ends of lines made alike."""
    script = None
    for tag in tags(html, _SCRIPT):
        if script and (text := html[script.end : tag.start]):
            yield text.replace("\r\n", "\n").replace("\r", "\n")
        script = tag if tag.name == "script" and _runs(tag.attributes) else None


def _runs(attributes: Mapping[str, str]) -> bool:
    language = attributes.get("language")
    kind = attributes.get("type") or (f"text/{language}" if language and "type" not in attributes else "")
    return "src" not in attributes and _RUNS.fullmatch(kind.strip(" \t\n\f\r")) is not None
