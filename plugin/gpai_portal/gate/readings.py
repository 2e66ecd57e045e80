"""What bytes say as text, in every way in which the same words may be written: encodings, escapes, markup, accents."""

from __future__ import annotations

import codecs
import quopri
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_to_bytes

from gpai_portal.markup import without_tags

#: Escapes in strings of JSON and YAML: of characters, of white space. One string in another has more backslashes.
_ESCAPE = re.compile(r"((?:\\+u[0-9a-fA-F]{4})+)|\\+x([0-9a-fA-F]{2})|\\+[bfnrt]")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
#: A soft line break, or a letter beyond ASCII.
_QUOTED_PRINTABLE = re.compile(r"=\r?\n|=[C-F][0-9A-F]")
#: Tags in the middle of a word, as office documents cut a text into runs.
_IN_WORD = re.compile(r"(?<=\w)(?:<[^<>]*>)+(?=\w)")
#: What a link of Markdown leads to.
_TARGET = re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")
#: How often HTML is the text in other HTML, as in feeds and attributes.
_NESTED = 3
#: The end of a string and the beginning of the next one in a line of a PDF file, with the space between their letters
#: in thousandths of the font's size.
_KERNING = re.compile(r"\)\s*(-?\d*\.?\d*)\s*\(")
_PDF_SPACE = -150
#: Characters within a word that nobody sees.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
#: Bytes of a text in any encoding that extends ASCII, and how much of a file tells whether it is one.
_TEXT = bytes({*b"\t\n\r\f", *range(0x20, 0x7F), *range(0x80, 0x100)})
_SAMPLE = 1 << 16


def readings(data: bytes) -> Iterator[str]:
    """What the bytes say, in each way in which it may be written; with composed accents, each text once."""
    seen = set()
    for text in _decodings(data):
        for plain in _without_escapes(text):
            for reading in map(normal, _without_markup(plain)):
                if reading not in seen:
                    seen.add(reading)
                    yield reading


def normal(text: str) -> str:
    """The text with composed accents and without characters that nobody sees."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def without_targets(text: str) -> str:
    """Markdown without the addresses that its links lead to, as a page shows it."""
    return _TARGET.sub("", text)


def decoded(data: bytes) -> str:
    """The text of a private file, whatever it was saved as."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="ignore")
    return next(_decodings(data.removeprefix(codecs.BOM_UTF8)))


def _decodings(data: bytes) -> Iterator[str]:
    try:
        yield data.decode()
    except UnicodeDecodeError:
        sample = data[:_SAMPLE]
        if len(sample.translate(None, _TEXT)) * 20 < len(sample):
            yield data.decode("latin-1")
        yield data.decode(errors="ignore")


def _without_escapes(text: str) -> Iterator[str]:
    """The text as it stands, and without the escapes of JSON, of addresses, of e-mails and of PDF files."""
    yield text
    yield _ESCAPE.sub(_character, text)
    if _PERCENT.search(text):
        yield from _decodings(unquote_to_bytes(text.replace("+", " ")))
    if _QUOTED_PRINTABLE.search(text):
        yield from _decodings(quopri.decodestring(text.encode(errors="ignore")))
    if "TJ" in text and _KERNING.search(text):
        yield _KERNING.sub(lambda match: " " if _number(match[1]) < _PDF_SPACE else "", text)


def _without_markup(text: str) -> Iterator[str]:
    yield text
    if "](" in text:
        yield without_targets(text)
    for _ in range(_NESTED):
        if "<" not in text and "&" not in text:
            break
        yield without_tags(text)
        if _IN_WORD.search(text):
            yield without_tags(_IN_WORD.sub("", text))
        plain = unescape(text)
        if plain == text:
            break
        yield plain  # with its tags, since attributes hold text too
        text = plain


def _character(escape: re.Match[str]) -> str:
    code, latin = escape.groups()
    if latin:
        return chr(int(latin, 16))
    return bytes.fromhex(re.sub(r"\\+u", "", code)).decode("utf-16-be", errors="ignore") if code else " "


def _number(text: str) -> float:
    return float(text) if text.strip("-.") else 0
