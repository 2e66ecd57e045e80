"""Two pieces of HTML as one, in which the words that were removed and added are marked.

Marks stand around words, inside all other elements, so that no markup can break, and a word in another element (a link
that leads elsewhere, emphasis, a list) is another word. Leaving out either kind of mark gives the text of one side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup, escape

from gpai_portal.content.segments import TOKEN, align
from gpai_portal.markup import tags

#: Elements that stand on lines of their own.
BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "li", "dl", "dt", "dd"})


@dataclass(frozen=True)
class _Word:
    """A word or a mark, what stands before it (nothing, white space or the beginning of a block), and the elements
    around it: which one in its text, and its tag."""

    text: str
    before: str
    around: tuple[tuple[int, str], ...]

    @property
    def look(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same as a word of another text."""
        return self.text, self.before, tuple(tag for _, tag in self.around)


def mark(old: str, new: str, removed: str, added: str) -> Markup | None:
    """What became of a text; None if it has changed in less than its words, or in more than half of them.

    ``removed`` and ``added`` are what is said aloud before such words.
    """
    was, now = list(_words(old, 0)), list(_words(new, 1))
    spans = align([word.look for word in was], [word.look for word in now], lambda look: look[0][:1].isalnum())
    if not any(span.same for span in spans) or all(span.same for span in spans):
        return None
    # Where a removed word stands in the new text: in the elements that became those around it.
    became: dict[int, int] = {}
    for span in spans:
        if span.same:
            pairs = zip(was[span.start : span.end], now[span.new_start : span.new_end], strict=True)
            for old_word, new_word in pairs:
                for (number, _), (new_number, _) in zip(old_word.around, new_word.around, strict=True):
                    became.setdefault(number, new_number)
    pieces: list[tuple[str, _Word]] = []
    for span in spans:
        if span.same:
            pieces += [("", word) for word in now[span.new_start : span.new_end]]
        else:
            pieces += [("del", _moved(word, became)) for word in was[span.start : span.end]]
            pieces += [("ins", word) for word in now[span.new_start : span.new_end]]
    return _html(pieces, {"del": removed, "ins": added})


def _words(html: str, side: int) -> Iterator[_Word]:
    """The words of one of two pieces of HTML; even numbers are elements of the one, odd ones of the other."""
    around: list[tuple[int, str]] = []
    at, before, count = 0, "", side
    for tag in (*tags(html), None):
        text = unescape(html[at : tag.start if tag else None])
        for match in TOKEN.finditer(text):
            yield _Word(match[2], before if before == "block" else (" " if match[1] else before), tuple(around))
            before = ""
        if text and text[-1].isspace() and before != "block":
            before = " "
        if tag is None:
            return
        name = tag.name.removeprefix("/")
        if name in BLOCKS:
            before = "block"
        if tag.name.startswith("/"):
            around.pop()
        else:
            count += 2
            around.append((count, tag.source))
        at = tag.end


def _moved(word: _Word, became: Mapping[int, int]) -> _Word:
    return _Word(word.text, word.before, tuple((became.get(number, number), tag) for number, tag in word.around))


def _html(pieces: Iterable[tuple[str, _Word]], spoken: Mapping[str, str]) -> Markup:
    out: list[str] = []
    around: tuple[tuple[int, str], ...] = ()
    marked = ""
    for kind, word in pieces:
        if (kind, word.around) != (marked, around):
            out.append(f"</{marked}>" if marked else "")
            same = 0
            while same < min(len(around), len(word.around)) and around[same] == word.around[same]:
                same += 1
            out += [f"</{_name(tag)}>" for _, tag in reversed(around[same:])]
            begun = [tag for _, tag in word.around[same:]]
            # A removed block stands in the one that took its place.
            out.append("" if word.before == "block" and (begun or not around) else " " if word.before else "")
            out += begun
            out.append(str(Markup('<{} data-said="{}">').format(kind, spoken[kind])) if kind else "")
            around, marked = word.around, kind
        elif word.before:
            out.append(" ")
        out.append(str(escape(word.text)))
    out.append(f"</{marked}>" if marked else "")
    out += [f"</{_name(tag)}>" for _, tag in reversed(around)]
    return Markup("".join(out))


def _name(tag: str) -> str:
    return tag[1:].split(maxsplit=1)[0].rstrip(">").lower()
