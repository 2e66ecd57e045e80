"""Further documents of the private folder: Markdown with a head that says who may have it, and attachments."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from gpai_portal.codes import Code
from gpai_portal.content.answers import Audience
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Source
from gpai_portal.files import is_left_behind
from gpai_portal.gate.private_files import PrivateFiles
from gpai_portal.limits import MAX_MARKDOWN_BYTES
from gpai_portal.names import DOCUMENTS, HEAD
from gpai_portal.schema import FURTHER


@dataclass(frozen=True)
class FurtherDocument:
    """A Markdown document whose head is valid.

    ``name`` is its path below ``documents/``. ``body`` is the Markdown behind the head, which begins in line
    ``first_line`` of the file. ``attachments`` maps each attachment, as the head names it, to its file.
    """

    name: str
    head: Source
    body: str = field(repr=False)
    first_line: int = 1
    attachments: Mapping[str, Path] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the head calls it."""
        return self.head.answers.get("title").title

    @property
    def audience(self) -> frozenset[Audience]:
        """Who may have it."""
        return frozenset(map(Audience, self.head.answers.get("audience").items))

    @property
    def releases(self) -> tuple[str, ...]:
        """Keys (model/release) of the releases it is about; empty for all."""
        return tuple(self.head.answers.get("releases").items)

    @property
    def version(self) -> str:
        """The version that the provider gave it."""
        return self.head.answers.get("version").title

    @property
    def updated(self) -> date | None:
        """Day of the last change, the first one of a month or year if no more is known; None without a date."""
        return self.head.answers.get("updated").day

    @property
    def language(self) -> str:
        """Language tag of its text; empty if the head says nothing."""
        return self.head.answers.get("language").text

    @property
    def annex(self) -> tuple[str, ...]:
        """Points of Annex XI, Section 2 that it answers, such as ``1``."""
        return tuple(self.head.answers.get("annex").items)


def read_documents(files: PrivateFiles, content: Content) -> list[FurtherDocument]:
    """Every document without an error in its head, in the order of their paths. Problems go to the report of the files.

    A file that is neither a document nor an attachment of one is a problem as well.
    """
    root = files.folder / DOCUMENTS
    found = files.files(root)
    there = frozenset(found)
    texts = [file for file in found if file.suffix == ".md" and not is_left_behind(file.relative_to(root))]
    documents = [document for file in texts if (document := _read_document(files, content, root, file, there))]
    claimed = {*texts, *(path for document in documents for path in document.attachments.values())}
    for file in found:
        # Nobody knows what a document claims that could not be read.
        if file not in claimed and not is_left_behind(file.relative_to(root)) and len(documents) == len(texts):
            message = "this file belongs to no document"
            advice = "list it under attachments: in the head of one, or move it elsewhere"
            files.add(file, (), Code.UNKNOWN_FILE, message, advice)
    return documents


def _read_document(
    files: PrivateFiles, content: Content, root: Path, file: Path, found: Collection[Path]
) -> FurtherDocument | None:
    if file.stat().st_size > MAX_MARKDOWN_BYTES:
        message = f"the document has more than {MAX_MARKDOWN_BYTES:,} bytes"
        files.add(file, (), Code.FILE_TOO_LARGE, message, "divide it, or attach what is long as a file")
        return None
    raw = file.read_bytes().removeprefix(BOM_UTF8)
    head = HEAD.match(raw)
    if head is None:
        message = "the document has no head"
        advice = "begin the file with ---, title, audience, version, updated, ---"
        files.add(file, (), Code.MISSING_FIELD, message, advice)
        return None
    # A line break in place of the first line of the file, so that lines are counted from its beginning.
    source = files.read(FURTHER, file, b"\n" + head[1], whole=True)
    if source is None:
        return None
    for index, key in enumerate(source.answers.get("releases").items):
        if tuple(key.split("/")) not in content.releases:
            message = "there is no such release"
            place = ("releases", index)
            files.add(source, place, Code.UNKNOWN_RELEASE, message, "correct it")
    attachments: dict[str, Path] = {}
    for index, name in enumerate(source.answers.get("attachments").items):
        path = file.parent / PurePosixPath(name)
        if path in found and path.suffix != ".md":
            attachments[name] = path
        else:
            message = "there is no such file beside the document"
            advice = "write its path from the folder of the document"
            place = ("attachments", index)
            files.add(source, place, Code.MISSING_FILE, message, advice)
    try:
        body = raw[head.end() :].decode()
    except UnicodeDecodeError:
        files.add(file, (), Code.NOT_UTF8, "the document is not UTF-8", "save it as UTF-8")
        return None
    first_line = raw.count(b"\n", 0, head.end()) + 1
    return FurtherDocument(file.relative_to(root).as_posix(), source, body, first_line, attachments)
