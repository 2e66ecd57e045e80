"""Looks for anything of the private folder where it must not be: in a built site, or in what git is to commit.

Texts are compared by runs of six words, so that markup, line breaks and quoting do not hide them; names by their
words; files by their bytes. Compressed and encoded copies are opened. A find names the file and what kind of thing
was found, never the thing itself.

The private folder is taken as it lies there: errors in it are for ``seal --check`` to tell, and hide nothing here.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import contextlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from gpai_portal.codes import Code
from gpai_portal.content.source import parse_source
from gpai_portal.errors import UsageError
from gpai_portal.git import git
from gpai_portal.markup import without_tags
from gpai_portal.names import DOCUMENTS, RECIPIENTS_FILE
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS
from gpai_portal.sealing.keys import SECRET_MARK

RUN = 6
#: Where no public text is known yet: two texts on one model share six words by chance, and addresses share seven.
LONG_RUN = 8
_WORD = re.compile(r"\w+")
#: Escapes in strings of JSON: of characters, and of white space.
_ESCAPE = re.compile(r"((?:\\u[0-9a-fA-F]{4})+)|\\[bfnrt]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
#: Beginnings of gzip and zlib streams, and of a file in a ZIP archive.
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04.{22}(..)(..)", re.DOTALL)
#: Streams are fed in pieces, since zlib copies what lies behind the end of one.
_PIECE = 1 << 16
#: How many bytes are unpacked, and how many beginnings tried, before the search of a file is given up.
_MAX_UNPACKED = 200_000_000
_MAX_TRIES = 200_000
_MAX_DEPTH = 3
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
#: Of a recipient, keys that hold prose; the others hold what may be public, such as names of models.
_PROSE = {"", "purpose", "basis", "note"}
#: Long words that are names of files everywhere.
_USUAL = {"changelog", "contributing", "documentation", "introduction", "overview"}


@dataclass(frozen=True)
class Leak:
    """A find: in which file, and what kind of thing. Of ``code`` unread, it says what was not searched instead."""

    file: str
    what: str
    code: Code = Code.LEAK


class _TooMuchError(Exception):
    """More is packed in a file than is searched."""


@dataclass
class Needles:
    """What must not appear, prepared for the search. ``phrases`` maps the words of a name to what it names.

    ``length`` says how many words make one of ``runs``; ``unread`` lists what could not be taken in.
    """

    length: int = RUN
    runs: set[tuple[str, ...]] = field(default_factory=set)
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    file_names: re.Pattern[str] | None = None
    chunks: list[bytes] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)


def needles(folder: Path, public: Iterable[str]) -> Needles:
    """From the private folder, less what stands in texts that are public as well.

    Raises UsageError if there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; set it up with: gpai-portal new private")
    found = Needles()
    texts: list[str] = []
    names: list[Path] = []
    for _, data in _read(folder / RECIPIENTS_FILE, found.unread):
        for key, text in _values(RECIPIENTS, _decoded(data)):
            if key in _NAMES[RECIPIENTS]:
                found.phrases[tuple(_words(text))] = _NAMES[RECIPIENTS][key]
            elif key in _PROSE:
                texts.append(text)
    for _, data in _read(folder / "models", found.unread):
        texts += [text for _, text in _values(FORM, _decoded(data))]
    for file, data in _read(folder / DOCUMENTS, found.unread):
        names.append(file)
        text = _decoded(data)
        if file.suffix != ".md":
            texts.append(without_tags(text))  # markup is alike everywhere
            found.chunks += _chunks(data)
            continue
        texts.append(text)
        head = text.partition("---")[2].partition("\n---")[0]
        for key, value in _values(FURTHER, head):
            if key in _NAMES[FURTHER]:
                found.phrases[tuple(_words(value))] = _NAMES[FURTHER][key]
    # As written, and as a table shows it, without its keys.
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
    return found


def _values(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """Texts in YAML, each with the key it stands under; if it cannot be parsed, its lines and the whole."""
    source, problems = parse_source(kind, Path(), "", text.encode())
    if source is not None:
        yield from _texts(source.data)
    if problems or source is None:
        yield from _LINE.findall(text)
        yield "", text


def _chunks(data: bytes) -> list[bytes]:
    """Pieces of a file by which it is known again; none that any other file may hold, such as zeros."""
    pieces = [data[i : i + 64] for i in range(0, len(data) - 63, max(64, len(data) // 32))]
    return [piece for piece in pieces if len(set(piece)) >= 8]


def _name_pattern(file: Path, known: list[list[str]]) -> str | None:
    """How the name of a private file may be written, joined or with its suffix; None if anybody might choose it."""
    words = re.findall(r"[^\W_]+", file.stem)
    usual = len(words) == 1 and (len(words[0]) < 8 or words[0].lower() in _USUAL)
    if not words or usual or any(_contains(text, tuple(_words(" ".join(words)))) for text in known):
        return None
    whole = rf"{'(?:[-_.+ ]|%20)'.join(words)}(?:{re.escape(file.suffix)}|\.html)"
    return whole if len(words) == 1 else rf"{'[-_.+]'.join(words)}|{whole}"


def search(wanted: Needles, name: str, data: bytes) -> Iterator[Leak]:
    """Everything that a file gives away by its name or its bytes, each kind once."""
    seen: set[str] = set()
    try:
        for layer in chain([name.encode(errors="surrogateescape")], _layers(data)):
            for what in _search(wanted, layer):
                if what not in seen:
                    seen.add(what)
                    yield Leak(name, what)
    except _TooMuchError:
        yield Leak(name, "more is packed in it than is searched", Code.UNREAD)


def _search(wanted: Needles, layer: bytes) -> Iterator[str]:
    text = layer.decode("utf-8", errors="ignore")
    if re.search(rf"{SECRET_MARK}\s*[A-Z0-9-]+\s*:\s*[\w-]{{43}}", text):
        yield "a secret key"
    if any(chunk in layer for chunk in wanted.chunks):
        yield "bytes of a private file"
    starts = {phrase[0] for phrase in wanted.phrases}
    for reading in _readings(text):
        if wanted.file_names and wanted.file_names.search(reading):
            yield "the name of a private file"
        words = _words(reading)
        if not wanted.runs.isdisjoint(_runs(words, wanted.length)):
            yield "a passage of a private document"
        for index, word in enumerate(words):
            if word in starts:
                for phrase, what in wanted.phrases.items():
                    if tuple(words[index : index + len(phrase)]) == phrase:
                        yield what


def _readings(text: str) -> Iterator[str]:
    """What a text says: as it stands, as JSON, and either as HTML."""
    plain = _ESCAPE.sub(_character, text)
    for reading in dict.fromkeys((text, plain)):
        yield reading
        if "<" in reading or "&" in reading:
            yield without_tags(reading)


def _character(escape: re.Match[str]) -> str:
    code = escape[1]
    return bytes.fromhex(code.replace("\\u", "")).decode("utf-16-be", errors="ignore") if code else " "


def _layers(data: bytes) -> Iterator[bytes]:
    """The bytes, and what is packed or encoded in them. Raises _TooMuchError before it takes long."""
    waiting = [(data, 0)]
    left = _MAX_UNPACKED
    tries = _MAX_TRIES
    while waiting:
        layer, depth = waiting.pop()
        yield layer
        if depth == _MAX_DEPTH:
            continue
        waiting += [(inner, depth + 1) for inner in _encoded(layer) if inner]
        view = memoryview(layer)
        for match in _PACKED.finditer(layer):
            inner = _unpacked(view, match, left)
            left -= len(inner)
            tries -= not inner
            if left < 0 or tries < 0:
                raise _TooMuchError
            if inner:
                waiting.append((inner, depth + 1))


def _encoded(data: bytes) -> Iterator[bytes]:
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        mark = data.startswith(codecs.BOM_UTF16_LE if codec == "utf-16-le" else codecs.BOM_UTF16_BE)
        if mark or 4 * zeros.count(0) > len(zeros):
            yield data.decode(codec, errors="ignore").replace("\0", "").encode()
    for match in _BASE64.finditer(data):
        run = match[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        yield base64.b64decode(run + b"=" * (-len(run) % 4) if len(run) % 4 != 1 else run[:-1])
    for match in _HEX.finditer(data):
        yield binascii.unhexlify(match[0])


def _unpacked(data: memoryview, match: re.Match[bytes], most: int) -> bytes:
    """What a stream holds as far as it is whole, and not much more of it than ``most`` bytes."""
    start, bits = match.start(), 47
    if match[1] is not None:
        start, bits = match.end() + sum(int.from_bytes(length, "little") for length in match.groups()), -15
    stream = zlib.decompressobj(bits)
    found = bytearray()
    with contextlib.suppress(zlib.error):
        while start < len(data) and not stream.eof and len(found) <= most:
            found += stream.decompress(data[start : start + _PIECE], most - len(found) + 1)
            start += _PIECE
    return bytes(found)


def public_texts(content: Path) -> list[str]:
    """Texts of the data files in the content folder. Raises UsageError if there is no such folder.

    Pages are not among them: what somebody copied into a page by mistake must be found.
    """
    if not content.is_dir():
        raise UsageError(f"{content}: no such folder; give the content folder with --content")
    files = sorted(f for f in content.rglob("*.yaml") if f.is_file())
    return [file.read_text(encoding="utf-8", errors="ignore") for file in files]


def committed_texts(content: Path) -> list[str]:
    """The same texts as the last commit has them: what is only staged is not public yet.

    Before the first commit nothing is. A content folder outside the repository is taken as it lies there.
    """
    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel")).rstrip("\n"))
    if not content.resolve().is_relative_to(top.resolve()):
        return public_texts(content)
    try:
        names = _names(_git("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"))
    except UsageError:
        return []
    folder = content.resolve().relative_to(top.resolve())
    files = [name for name in names if name.endswith(".yaml") and Path(name).is_relative_to(folder)]
    return [_git("cat-file", "blob", f"HEAD:{name}").decode(errors="ignore") for name in files]


def files_of(folder: Path, unread: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file below a folder; what cannot be read is added to ``unread``."""
    for file, data in _read(folder, unread):
        yield file.relative_to(folder).as_posix(), data


def staged() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file that the next commit adds or changes. Raises UsageError outside a repository."""
    for name in _names(
        _git("diff", "--cached", "--name-only", "-z", "--no-relative", "--ignore-submodules=all", "--diff-filter=d")
    ):
        yield name, _git("cat-file", "blob", f":{name}")


def _git(*words: str) -> bytes:
    """What git says in the working directory, where its hooks run. Raises UsageError if it refuses."""
    said = git(Path(), *words)
    if said is None:
        raise UsageError(f"{Path().resolve()} is in no git repository")
    return said


def _names(said: bytes) -> list[str]:
    return [name for name in os.fsdecode(said).split("\0") if name]


def _read(place: Path, unread: list[Path]) -> Iterator[tuple[Path, bytes]]:
    """A file, or every file below a folder, with its bytes. A link to a folder is not followed: it may lead round."""
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
