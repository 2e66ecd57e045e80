"""Looks for anything of the private folder where it must not be: in a built site, or in what git is to commit.

Texts are compared by runs of six words, so that markup, line breaks and quoting do not hide them; names by their
words; files by their bytes. Compressed and encoded copies are opened. A find names the file and what kind of thing
was found, never the thing itself.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import subprocess
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from gpai_portal.errors import UsageError
from gpai_portal.keys import SECRET_MARK
from gpai_portal.private import DOCUMENTS, Private

RUN = 6
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]*>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
#: Beginnings of gzip and zlib streams.
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
_MAX_DEPTH = 3


@dataclass(frozen=True)
class Leak:
    """A find: in which file, and what kind of thing."""

    file: str
    what: str


@dataclass
class Needles:
    """What must not appear, prepared for the search. ``phrases`` maps the words of a name to what it names."""

    runs: set[tuple[str, ...]] = field(default_factory=set)
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)


def needles(private: Private, public: Iterable[str]) -> Needles:
    """From the private folder, less what stands in texts that are public as well."""
    known_words = [_words(text) for text in public]
    known_runs = {run for words in known_words for run in _runs(words)}
    found = Needles()
    documents = sorted((private.folder / DOCUMENTS).rglob("*.md"))
    texts = [file.read_text(encoding="utf-8", errors="ignore") for file in documents]
    texts += [text for form in private.forms.values() for text in _texts(form.data)]
    for recipient in private.roster.recipients:
        texts += [recipient.purpose, recipient.basis, recipient.note]
        for name in (recipient.name, recipient.contact, recipient.email):
            found.phrases[tuple(_words(name))] = "the name of a recipient"
        found.phrases[tuple(_words(recipient.key.fingerprint))] = "the key of a recipient"
    for document in private.documents:
        found.phrases[tuple(_words(document.title))] = "the title of a private document"
        for name, path in document.attachments.items():
            found.phrases[tuple(_words(Path(name).stem))] = "the name of a private file"
            data = path.read_bytes()
            found.chunks += [data[i : i + 64] for i in range(0, len(data) - 63, max(64, len(data) // 32))]
            texts.append(data.decode("utf-8", errors="ignore"))
    found.runs = {run for text in texts for run in _runs(_words(text))} - known_runs
    for phrase in list(found.phrases):
        too_common = len(phrase) < 2 and sum(map(len, phrase)) < 8
        if too_common or any(_contains(words, phrase) for words in known_words):
            del found.phrases[phrase]
    return found


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


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file below a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


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


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(RUN)), strict=False)


def _contains(words: list[str], phrase: tuple[str, ...]) -> bool:
    first = phrase[0] if phrase else ""
    return not phrase or any(
        tuple(words[i : i + len(phrase)]) == phrase for i, word in enumerate(words) if word == first
    )
