"""Characters that deceive: that act on a terminal, turn text round, hide in it, or bury it.

Letters of every script are welcome, and so are the marks they need: direction marks (U+200E, U+200F, U+061C), and the
joiners U+200C and U+200D behind a letter of a script that has them or an emoji (see RFC 5892, appendix A.1 and A.2).
"""

from __future__ import annotations

import re

from gpai_portal.limits import MAX_MARKS

#: What no text may hold: control characters and halves of characters (YAML escapes such as "\\0" smuggle them past the
#: parser), separators that some programs take for ends of lines and others do not, what is no character at all, and
#: tags, which are letters that nobody sees.
_ANYWHERE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\U000e0000-\U000e007f"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

#: Marks that stand on the character before them, in the blocks that hold nothing else, and too many of them.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_BURIED = re.compile(f"{_MARK}{{{MAX_MARKS + 1}}}")

#: Embeddings, overrides and isolates: they turn round what stands behind them as well.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")

#: What is not seen, at any place.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e0fff]"
)

#: Joiners behind nothing that they could join, and variations of nothing or of a variation. The character stands first
#: in the expression, and what is before it behind, so that a text without any is searched quickly.
_JOINERS = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f](?:(?<=[\u200c\u200d])(?<![\u0590-\u1fff\u2100-\U0010ffff].)"
    "|(?<=[\ufe00-\ufe0f])(?<![#-\U0010ffff].)|(?<=[\ufe00-\ufe0f]{2}))"
)


def forbidden(text: str) -> str:
    """Why no file may hold this text, with the character that is to blame; empty if it may."""
    plain = text.replace("\n", "").isprintable()  # of what no text may hold, Python takes nothing for printable
    if not plain and (found := _ANYWHERE.search(text)):
        return f"{_number(found[0])}, {_kind(found[0])}"
    if not text.isascii() and (found := _BURIED.search(text)):
        return f"{_number(found[0][0])}, one of more than {MAX_MARKS} marks on one character"
    return ""


def deceptive(text: str) -> str:
    """Why a name or any other single line may not be this text, though prose may; empty if it may.

    Two names that look alike must be alike, and a name must not change what is printed beside it.
    """
    if text.isascii():
        return ""
    if found := _DIRECTIONS.search(text):
        return f"{_number(found[0])}, which changes the direction of the text behind it"
    if found := _UNSEEN.search(text) or _JOINERS.search(text):
        return f"{_number(found[0])}, which nobody can see"
    return ""


def visible(text: str) -> str:
    """Text in which nothing changes the direction of what stands behind it: such characters are shown by number."""
    return text if text.isascii() else _DIRECTIONS.sub(lambda found: f"\u27e8{_number(found[0])}\u27e9", text)


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"


def _kind(character: str) -> str:
    if character in "\u2028\u2029":
        return "an end of line that not every program knows"
    if character >= "\ufdd0" and not "\ufffe" <= character <= "\uffff":
        return "a character that nobody can see"
    return "a control character or half a character"
