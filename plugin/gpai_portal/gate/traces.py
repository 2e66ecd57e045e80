"""What of the private folder must not appear elsewhere, and whether it does.

Texts are compared by runs of words, so that markup, line breaks and quoting do not hide them; names by their words;
files by their bytes. The private folder is taken as it lies there: an error in a file hides nothing of it.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from gpai_portal.content.source import parse_source
from gpai_portal.gate.private_files import PrivateFiles, existing_folder
from gpai_portal.markup import without_tags
from gpai_portal.names import DOCUMENTS, RECIPIENTS_FILE
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS
from gpai_portal.sealing.keys import SECRET_MARK

#: How many words in a row make a passage.
RUN = 6
#: The same where no public text is known: two texts on one model share six words by chance, two addresses seven.
LONG_RUN = 8
_WORD = re.compile(r"\w+")
#: Escapes in strings of JSON: of characters, and of white space.
_ESCAPE = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\[bfnrt]")
#: A key and its value in the raw text of a YAML file that cannot be parsed.
_LINE = re.compile(r"^[ \t-]*(\w+):[ \t]*(.+?)(?:\s#.*)?$", re.MULTILINE)
_KEY = re.compile(r"^[ \t-]*\w+:(?=\s)", re.MULTILINE)
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
#: Long words that are names of files everywhere.
_USUAL = {"changelog", "contributing", "documentation", "introduction", "overview"}


@dataclass
class PrivateTraces:
    """What must not appear, prepared for the search.

    ``runs`` are the passages: ``length`` words in a row, in lower case. ``phrases`` maps the words of a name to what
    it names. ``file_names`` matches names of private files, ``chunks`` are pieces of their bytes. ``unread`` names
    files of the private folder that could not be read, and are therefore not looked for.
    """

    length: int = RUN
    runs: set[tuple[str, ...]] = field(default_factory=set)
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    file_names: re.Pattern[str] | None = None
    chunks: list[bytes] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def found_in(self, data: bytes) -> Iterator[str]:
        """What the bytes give away, as a kind of thing, never the thing itself; one kind may come several times."""
        text = data.decode("utf-8", errors="ignore")
        if re.search(rf"{SECRET_MARK}\s*[A-Z0-9-]+\s*:\s*[\w-]{{43}}", text):
            yield "a secret key"
        if any(chunk in data for chunk in self.chunks):
            yield "bytes of a private file"
        starts = {phrase[0] for phrase in self.phrases}
        for reading in _readings(text):
            if self.file_names and self.file_names.search(reading):
                yield "the name of a private file"
            words = _words(reading)
            if not self.runs.isdisjoint(_runs(words, self.length)):
                yield "a passage of a private document"
            for index, word in enumerate(words):
                if word in starts:
                    for phrase, what in self.phrases.items():
                        if tuple(words[index : index + len(phrase)]) == phrase:
                            yield what


def traces_of(folder: Path, public: Iterable[str]) -> PrivateTraces:
    """What of a private folder must not appear: all of it less what stands in the ``public`` texts as well.

    Raises UsageError if there is no such folder.
    """
    files = PrivateFiles(existing_folder(folder))
    found = PrivateTraces()
    unread: list[Path] = []
    texts: list[str] = []
    names: list[Path] = []
    for _, data in read_all(files.folder / RECIPIENTS_FILE, unread):
        for key, text in _values(RECIPIENTS, _decoded(data)):
            if key in _NAMES[RECIPIENTS]:
                found.phrases[tuple(_words(text))] = _NAMES[RECIPIENTS][key]
            elif key in _PROSE:
                texts.append(text)
    for _, data in read_all(files.folder / "models", unread):
        texts += [text for _, text in _values(FORM, _decoded(data))]
    for file, data in read_all(files.folder / DOCUMENTS, unread):
        names.append(file)
        text = _decoded(data)
        if file.suffix != ".md":
            # Tags are the same in every drawing and table, so only the text between them is looked for.
            texts.append(without_tags(text))
            found.chunks += _chunks(data)
            continue
        texts.append(text)
        head = text.partition("---")[2].partition("\n---")[0]
        for key, value in _values(FURTHER, head):
            if key in _NAMES[FURTHER]:
                found.phrases[tuple(_words(value))] = _NAMES[FURTHER][key]
    # Public texts as they are written, and as a page shows them: values without their keys.
    known = [_words(reading) for text in public for reading in (text, _KEY.sub(" ", text))]
    found.length = RUN if known else LONG_RUN
    found.runs = {run for text in texts for run in _runs(_words(text), found.length)}
    found.runs -= {run for words in known for run in _runs(words, found.length)}
    for phrase in list(found.phrases):
        too_common = len(phrase) < 2 and sum(map(len, phrase)) < 8
        if too_common or any(_contains(words, phrase) for words in known):
            del found.phrases[phrase]
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
    if not words or usual or any(_contains(text, tuple(_words(" ".join(words)))) for text in known):
        return None
    whole = rf"{'(?:[-_.+ ]|%20)'.join(words)}(?:{re.escape(file.suffix)}|\.html)"
    return whole if len(words) == 1 else rf"{'[-_.+]'.join(words)}|{whole}"


def _readings(text: str) -> Iterator[str]:
    """What a text says as it stands and with the escapes of JSON undone, each also without the tags of HTML."""
    plain = _ESCAPE.sub(_character, text)
    for reading in dict.fromkeys((text, plain)):
        yield reading
        if "<" in reading or "&" in reading:
            yield without_tags(reading)


def _character(escape: re.Match[str]) -> str:
    code = escape[1]
    return bytes.fromhex(code.replace("\\u", "")).decode("utf-16-be", errors="ignore") if code else " "


def _decoded(data: bytes) -> str:
    """The text of a private file, whatever it was saved as."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="ignore")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _texts(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _texts(value, str(name))
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, key)
    elif isinstance(node, str):
        yield key, node


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(islice(words, i, None) for i in range(length)), strict=False)


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    first = phrase[0] if phrase else ""
    return not phrase or any(
        tuple(words[i : i + len(phrase)]) == phrase for i, word in enumerate(words) if word == first
    )
