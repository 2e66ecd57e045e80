"""What of the private folder must not appear elsewhere, and whether it does.

Texts are compared by runs of words, so that markup, line breaks and quoting do not hide them; names, short answers and
rows of tables by all their words; figures by their value; files by their bytes. The private folder is taken as it lies
there: an error in a file hides nothing of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

from gpai_portal.content.source import parse_source
from gpai_portal.gate.private_files import PrivateFiles, existing_folder
from gpai_portal.gate.readings import decoded, normal, readings, without_targets
from gpai_portal.markup import without_tags
from gpai_portal.names import DOCUMENTS, RECIPIENTS_FILE
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS, schema_folder
from gpai_portal.sealing.keys import SECRET_MARK
from gpai_portal.site.language import FOLDER as CATALOGUES

#: How many words in a row make a passage.
RUN = 6
#: The same where no public text is known: two texts on one model share six words by chance, two addresses seven.
LONG_RUN = 8
#: A text of fewer words is looked for as a whole if it has so many words and letters; anybody may write a shorter one.
SHORT = 3
SHORT_LETTERS = 12
#: A figure is looked for if it has as many digits that count; anybody may write another one.
FIGURE_DIGITS = 2
_WORD = re.compile(r"[^\W_]+")
#: Figures: as mantissa and exponent, with groups of three digits, or of seven digits and more in a row.
_FIGURE = re.compile(
    r"(?<![^\W_])(?<!\.)(?:"
    r"(\d+(?:[.,]\d+)?)\s*(?:e\s*\+?|(?:[×x*·⋅]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)?\s*\{?)(\d{1,3})(?!\d|\.\d)"
    r"|(\d{1,3}(?:[., '’_]\d{3}){2,}+(?!\d|,\d*[1-9])|\d{7,}+)(?!\.\d*[1-9]))"
)
#: A key and its value in the raw text of a YAML file that cannot be parsed.
_LINE = re.compile(r"^[ \t-]*(\w+):[ \t]*(.+?)(?:\s#.*)?$", re.MULTILINE)
_KEY = re.compile(r"^[ \t-]*\w+:(?=\s)", re.MULTILINE)
#: Lines of a Markdown document that stand alone: headings, items of a list, rows of a table.
_ALONE = re.compile(
    r"^[ \t>]*(?:(?:#{1,6}|[-*+]|\d+[.)])[ \t]|\|)(.+)$|^(.+)\n(?:=+|-+)[ \t]*$|^(.+\|.+)$", re.MULTILINE
)
#: What the values of these keys name.
_NAMES = {
    RECIPIENTS: {
        "name": "the name of a recipient",
        "contact": "the name of a recipient",
        "email": "the name of a recipient",
        "fingerprint": "the key of a recipient",
    },
    FURTHER: {"title": "the title of a private document"},
}
#: Keys of a recipient that hold prose. Those in neither list hold what may be public, such as names of models.
_PROSE = {"", "purpose", "basis", "note"}
#: Ends of the names of tables.
_TABLES = {".csv", ".tsv"}
#: Long words that are names of files everywhere.
_USUAL = {"changelog", "contributing", "documentation", "introduction", "overview"}


@dataclass
class PrivateTraces:
    """What must not appear, prepared for the search.

    ``runs`` are the passages: ``length`` words in a row, in lower case. ``phrases`` are shorter texts and names: by
    their first word, all their words with what they are. ``figures`` are exact values. ``file_names`` matches names of
    private files, ``chunks`` are pieces of their bytes. ``unread`` names files of the private folder that could not be
    read, and are therefore not looked for.
    """

    length: int = RUN
    runs: set[tuple[str, ...]] = field(default_factory=set)
    phrases: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)
    figures: set[Decimal] = field(default_factory=set)
    file_names: re.Pattern[str] | None = None
    chunks: list[bytes] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def found_in(self, data: bytes) -> Iterator[str]:
        """What the bytes give away, as a kind of thing, never the thing itself; one kind may come several times."""
        if any(chunk in data for chunk in self.chunks):
            yield "bytes of a private file"
        for reading in readings(data):
            if re.search(rf"{SECRET_MARK}\s*[A-Z0-9-]+\s*:\s*[\w-]{{43}}", reading):
                yield "a secret key"
            if self.file_names and self.file_names.search(reading):
                yield "the name of a private file"
            if self.figures and not self.figures.isdisjoint(_figures(reading)):
                yield "an exact figure of a private form"
            words = words_of(reading)
            if not self.runs.isdisjoint(_runs(words, self.length)):
                yield "a passage of a private document"
            yield from (self.phrases[phrase[0]][phrase] for phrase in self._phrases_in(words))

    def add(self, text: str, what: str, *, name: bool = False) -> None:
        """Takes a text in that is looked for as a whole: a ``name``, or one that is too short to be a passage."""
        phrase = tuple(words_of(text))
        letters = sum(map(len, phrase))
        if name:
            wanted = len(phrase) > 1 or letters >= 8
        else:
            wanted = SHORT <= len(phrase) < LONG_RUN and letters >= SHORT_LETTERS
        if wanted:
            self.phrases.setdefault(phrase[0], {})[phrase] = what

    def forget(self, known: Iterable[list[str]]) -> None:
        """Takes everything out that stands in public texts, given as their words."""
        for words in known:
            self.runs.difference_update(_runs(words, self.length))
            for phrase in list(self._phrases_in(words)):
                self.phrases[phrase[0]].pop(phrase, None)

    def _phrases_in(self, words: list[str]) -> Iterator[tuple[str, ...]]:
        for index, word in enumerate(words):
            for phrase in self.phrases.get(word, ()):
                if tuple(words[index : index + len(phrase)]) == phrase:
                    yield phrase


def traces_of(folder: Path, public: Iterable[str]) -> PrivateTraces:
    """What of a private folder must not appear: all of it less what stands in the ``public`` texts as well.

    Nor is looked for what the schemas and the pages of every portal say. Raises UsageError if there is no such folder.
    """
    files = PrivateFiles(existing_folder(folder))
    found = PrivateTraces()
    unread: list[Path] = []
    texts: list[str] = []
    names: list[Path] = []
    for _, data in read_all(files.folder / RECIPIENTS_FILE, unread):
        for key, text in _values(RECIPIENTS, decoded(data)):
            if key in _NAMES[RECIPIENTS]:
                found.add(text, _NAMES[RECIPIENTS][key], name=True)
            elif key in _PROSE:
                texts.append(text)
                found.add(text, "what is noted of a recipient")
    for _, data in read_all(files.folder / "models", unread):
        for _, text in _values(FORM, decoded(data)):
            texts.append(text)
            found.add(text, "a short answer of a private form")
            found.figures |= _figures(text)
    for file, data in read_all(files.folder / DOCUMENTS, unread):
        names.append(file)
        text = decoded(data)
        if file.suffix != ".md":
            # Tags are the same in every drawing and table, so only the text between them is looked for.
            texts.append(without_tags(text))
            found.chunks += _chunks(data)
            if file.suffix.lower() in _TABLES:
                for row in text.splitlines():
                    found.add(row, "a row of a private table")
            continue
        head, body = _parted(text)
        texts += dict.fromkeys((body, without_targets(body)))
        for line in _ALONE.findall(body):
            found.add(without_targets("".join(line)), "a line of a private document")
        for key, value in _values(FURTHER, head):
            texts.append(value)
            if key in _NAMES[FURTHER]:
                found.add(value, _NAMES[FURTHER][key], name=True)
    # Public texts in all their readings, and as a page shows them: values without their keys.
    plain = [reading for text in public for reading in readings(text.encode(errors="ignore"))]
    known = [words_of(reading) for text in plain for reading in dict.fromkeys((text, _KEY.sub(" ", text)))]
    found.length = RUN if known else LONG_RUN
    found.runs = {run for text in texts for run in _runs(words_of(text), found.length)}
    found.figures -= {figure for text in plain for figure in _figures(text)}
    # Every portal says these words, in its labels and on its pages.
    common = (*sorted(schema_folder().rglob("*.json")), *sorted(CATALOGUES.glob("*.po")))
    found.forget([*known, *(words_of(file.read_text(encoding="utf-8")) for file in common)])
    patterns = list(filter(None, (_name_pattern(name, known) for name in names)))
    if patterns:
        found.file_names = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
    found.unread = [files.name(file) for file in unread]
    return found


def read_all(place: Path, unread: list[Path]) -> Iterator[tuple[Path, bytes]]:
    """A file, or every file below a folder, with its bytes; what cannot be read is added to ``unread``.

    So are links to folders: they are not followed, since they may lead back to where they lie.
    """
    if not place.is_dir():
        files = [place] if os.path.lexists(place) else []
    else:
        files = []
        for folder, folders, names in os.walk(place, onerror=lambda error: unread.append(Path(error.filename))):
            files += [Path(folder, name) for name in names]
            files += [link for name in folders if (link := Path(folder, name)).is_symlink()]
    for file in sorted(files):
        try:
            data = file.read_bytes() if file.is_file() else None
        except OSError:
            data = None
        if data is None:
            unread.append(file)
        else:
            yield file, data


def _values(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Texts in YAML, each with the key it stands under; if it cannot be parsed, its lines and the whole."""
    source, problems = parse_source(kind, Path(), "", text.encode())
    if source is not None:
        yield from _texts(source.data)
    if problems or source is None:
        yield from _LINE.findall(text)
        yield "", text


def values_in(data: bytes) -> Iterator[tuple[str, str]]:
    """Texts in a public file of YAML or JSON, each with the key it stands under; none if it cannot be parsed."""
    try:
        yield from _texts(json.loads(data))
    except ValueError:
        source, _ = parse_source(FORM, Path(), "", data)
        if source is not None:
            yield from _texts(source.data)


def _parted(text: str) -> tuple[str, str]:
    """The head of a Markdown document, and what follows it; all may be wanting."""
    before, _, rest = text.partition("---")
    head, _, body = rest.partition("\n---")
    return (head, f"{before}\n{body}") if body or before.strip() == "" else (rest, text)


def _chunks(data: bytes) -> list[bytes]:
    """Pieces of a file, 64 bytes each, by which a copy of it is known; none that many files hold, such as zeros."""
    pieces = [data[i : i + 64] for i in range(0, len(data) - 63, max(64, len(data) // 32))]
    return [piece for piece in pieces if len(set(piece)) >= 8]


def _name_pattern(file: Path, known: list[list[str]]) -> str | None:
    """A regular expression for the ways to write the name of a private file: words joined, or with its suffix.

    None if anybody might choose the name, or a public text (as words) holds it.
    """
    words = re.findall(r"[^\W_]+", file.stem)
    usual = len(words) == 1 and (len(words[0]) < 8 or words[0].lower() in _USUAL)
    if not words or usual or any(_contains(text, tuple(words_of(" ".join(words)))) for text in known):
        return None
    whole = rf"{'(?:[-_.+ ]|%20)'.join(words)}(?:{re.escape(file.suffix)}|\.html)"
    return whole if len(words) == 1 else rf"{'[-_.+]'.join(words)}|{whole}"


def _texts(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _texts(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, key)
    elif isinstance(node, str | int | float):
        yield key, str(node)


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case, with composed accents."""
    return _WORD.findall(normal(text).lower())


def _figures(text: str) -> set[Decimal]:
    """The values of the figures in a text that nobody would write by chance."""
    found = set()
    for mantissa, exponent, digits in _FIGURE.findall(text.lower()):
        try:
            value = Decimal(mantissa.replace(",", ".") or re.sub(r"\D", "", digits)).scaleb(int(exponent or 0))
        except InvalidOperation:
            continue
        if len(value.normalize().as_tuple().digits) >= FIGURE_DIGITS:
            found.add(value.normalize())
    return found


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(islice(words, i, None) for i in range(length)), strict=False)


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    first = phrase[0] if phrase else ""
    return not phrase or any(
        tuple(words[i : i + len(phrase)]) == phrase for i, word in enumerate(words) if word == first
    )
