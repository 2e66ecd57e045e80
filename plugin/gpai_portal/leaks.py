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
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from gpai_portal.content import parse_source
from gpai_portal.errors import UsageError
from gpai_portal.keys import SECRET_MARK
from gpai_portal.private import DOCUMENTS
from gpai_portal.recipients import FILE
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS

RUN = 6
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]*>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
#: Beginnings of gzip and zlib streams.
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_MAX_DEPTH = 3
#: A key and its value in the raw text of a YAML file that cannot be parsed.
_LINE = re.compile(r"^[ \t-]*(\w+):[ \t]*(.+)$", re.MULTILINE)
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
    """A find: in which file, and what kind of thing."""

    file: str
    what: str


@dataclass
class Needles:
    """What must not appear, prepared for the search. ``phrases`` maps the words of a name to what it names.

    ``unread`` lists what could not be taken in.
    """

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
    for _, data in _read(folder / FILE, found.unread):
        for key, text in _values(RECIPIENTS, _decoded(data)):
            if key in _NAMES[RECIPIENTS]:
                found.phrases[tuple(_words(text))] = _NAMES[RECIPIENTS][key]
            elif key in _PROSE:
                texts.append(text)
    for _, data in _read(folder / "models", found.unread):
        texts += [text for _, text in _values(FORM, _decoded(data))]
    for file, data in _read(folder / DOCUMENTS, found.unread):
        names.append(file)
        texts.append(text := _decoded(data))
        if file.suffix != ".md":
            found.chunks += _chunks(data)
            continue
        head = text.partition("---")[2].partition("\n---")[0]
        for key, value in _values(FURTHER, head):
            if key in _NAMES[FURTHER]:
                found.phrases[tuple(_words(value))] = _NAMES[FURTHER][key]
    known = [_words(text) for text in public]
    found.runs = {run for text in texts for run in _runs(_words(text))}
    found.runs -= {run for words in known for run in _runs(words)}
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
    for layer in (name.encode(), *_layers(data)):
        text = layer.decode("utf-8", errors="ignore")
        for what in _search(wanted, layer, text):
            if what not in seen:
                seen.add(what)
                yield Leak(name, what)


def _search(wanted: Needles, layer: bytes, text: str) -> Iterator[str]:
    if re.search(rf"{SECRET_MARK}\s*[A-Z0-9-]+\s*:\s*[\w-]{{43}}", text):
        yield "a secret key"
    if any(chunk in layer for chunk in wanted.chunks):
        yield "bytes of a private file"
    if wanted.file_names and wanted.file_names.search(text):
        yield "the name of a private file"
    for words in (_words(text), _words(unescape(_TAG.sub(" ", text)))):
        if any(run in wanted.runs for run in _runs(words)):
            yield "a passage of a private document"
        starts = {phrase[0] for phrase in wanted.phrases}
        for index, word in enumerate(words):
            if word in starts:
                for phrase, what in wanted.phrases.items():
                    if tuple(words[index : index + len(phrase)]) == phrase:
                        yield what


def _layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and what is packed or encoded in them."""
    yield data
    if depth == _MAX_DEPTH:
        return
    packed: list[bytes] = []
    for match in _PACKED.finditer(data):
        with contextlib.suppress(zlib.error):
            packed.append(zlib.decompressobj(47).decompress(data[match.start() :], 10_000_000))
    for match in _BASE64.finditer(data):
        run = match[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        packed.append(base64.b64decode(run + b"=" * (-len(run) % 4) if len(run) % 4 != 1 else run[:-1]))
    for match in _HEX.finditer(data):
        packed.append(binascii.unhexlify(match[0]))
    for layer in packed:
        if layer:
            yield from _layers(layer, depth + 1)


def public_texts(content: Path, repository: Path | None = None) -> list[str]:
    """Texts of the data files in the content folder; of a repository, as the last commit has them.

    Pages are not among them: what somebody copied into a page by mistake must be found.
    """
    files = sorted(f for f in content.rglob("*.yaml") if f.is_file())
    if repository is not None:
        show = ["git", "-C", str(repository), "show"]
        shown = [subprocess.run([*show, f"HEAD:./{f}"], capture_output=True, check=False) for f in files]  # noqa: S603
        if any(done.returncode == 0 for done in shown):
            return [done.stdout.decode(errors="ignore") for done in shown]
    return [file.read_text(encoding="utf-8", errors="ignore") for file in files]


def files_of(folder: Path, unread: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file below a folder; what cannot be read is added to ``unread``."""
    for file, data in _read(folder, unread):
        yield file.relative_to(folder).as_posix(), data


def staged(repository: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file that the next commit adds or changes. Raises UsageError outside a repository."""
    command = ["git", "-C", str(repository), "diff", "--cached", "--name-only", "-z", "--diff-filter=d"]
    try:
        names = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise UsageError(f"{repository} is in no git repository") from None
    for name in filter(None, names):
        show = ["git", "-C", str(repository), "show", f":{name}"]
        yield name, subprocess.run(show, capture_output=True, check=False).stdout  # noqa: S603


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


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(RUN)), strict=False)


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    first = phrase[0] if phrase else ""
    return not phrase or any(
        tuple(words[i : i + len(phrase)]) == phrase for i, word in enumerate(words) if word == first
    )
