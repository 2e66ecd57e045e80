"""Reads the private folder beside the content, and finds what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.precision import check_precision
from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.answers import Audience, Status, parse_date, read_entry
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Path_, Source, dotted, parse_source, read_source
from gpai_portal.errors import Problem, Report, SealingError
from gpai_portal.gate.discretion import discreet
from gpai_portal.gate.merging import joined, merge
from gpai_portal.gate.private import FurtherDocument, Private, existing
from gpai_portal.gate.recipients import Recipients, recipients_of
from gpai_portal.names import DOCUMENTS, HEAD, LEDGER, LOCK, PACKAGES, RECIPIENTS_FILE, RECORDS, RECOVERY_KEY, STATE
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS, load

#: What may lie at the top of the folder, which may be a repository of its own.
_KNOWN = {RECOVERY_KEY, RECIPIENTS_FILE, STATE, LEDGER, DOCUMENTS, PACKAGES, RECORDS, LOCK, "models", "README.md"}
_KNOWN |= {".git", ".gitignore", ".gitattributes", ".DS_Store"}


def read_private(folder: Path, content: Content, as_of: date) -> tuple[Private, Report]:
    """Everything in the private folder beside a checked content folder, and what is wrong with it.

    Raises UsageError if there is no such folder.
    """
    reader = _Folder(existing(folder), content, Report())
    private = Private(reader.folder, reader.recipients())
    for entry in sorted(reader.folder.iterdir()):
        if entry.name not in _KNOWN:
            reader.add(entry, (), Code.UNKNOWN_FILE, "nothing of this name belongs here", "move it elsewhere")
    private.forms = dict(reader.forms())
    private.documents = list(reader.documents())
    for source in private.forms.values():
        reader.check_form(source, as_of)
    if not reader.report.errors:
        reader.report.add(_unanswered(merge(content, private, (Audience.DPS,)), reader.folder.name))
    private.warnings = len(reader.report.warnings)
    return private, reader.report


def _unanswered(content: Content, folder: str) -> Iterator[Problem]:
    """Items that downstream providers are promised and neither part of a Form answers."""
    for release in compose(content).releases:
        document = release.documents.get(FORM)
        if release.exempt or (document and document.source and document.key != f"models/{release.key}/{FORM}"):
            continue
        root = document.root if document else read_entry(load(FORM).root, {})
        empty = [
            entry.field.dotted
            for entry in root.walk()
            if Audience.DPS in entry.field.audience and entry.answer.status in {Status.EMPTY, Status.MISSING}
        ]
        if empty:
            yield Problem(
                Code.OPEN_ITEM,
                f"{folder}/models/{release.key}/{FORM}.yaml",
                f"nothing is said to downstream providers on {', '.join(empty)}",
                "answer each in the public form or here, if need be by a state with its reason",
            )


def checked(folder: Path, content: Content, as_of: date) -> Private:
    """The private folder, if there is no error in it. Raises SealingError that lists them."""
    private, report = read_private(folder, content, as_of)
    _refuse_errors(report)
    return private


def read_recipients_alone(folder: Path) -> Recipients:
    """The recipients alone, so that access can be ended whatever is wrong elsewhere. Raises as ``checked`` does."""
    reader = _Folder(existing(folder), Content(folder), Report())
    recipients = reader.recipients()
    _refuse_errors(reader.report)
    return recipients


def _refuse_errors(report: Report) -> None:
    if report.errors:
        lines = "\n".join(f"  {problem}" for problem in report.errors)
        count = len(report.errors)
        raise SealingError(f"{count} error{'s' if count != 1 else ''} in the private folder:\n{lines}")


@dataclass
class _Folder:
    """Reads the folder and words its problems."""

    folder: Path
    content: Content
    report: Report

    def name(self, file: Path) -> str:
        return f"{self.folder.name}/{file.relative_to(self.folder).as_posix()}"

    def add(self, where: Source | Path | None, path: Path_, code: Code, message: str, advice: str) -> None:
        line, column = where.position(path) if isinstance(where, Source) else (0, 0)
        file = where.file if isinstance(where, Source) else where or self.folder
        self.report.add([Problem(code, self.name(file), message, advice, line, column, dotted(path))])

    def read(self, kind: str, file: Path, raw: bytes | None = None) -> Source | None:
        """A file that its schema allows, or its problems without the words that stand there."""
        name = self.name(file)
        if file.is_symlink():
            self.add(file, (), Code.SYMBOLIC_LINK, "symbolic links are not followed", "put the file itself here")
            return None
        source, problems = read_source(kind, file, name) if raw is None else parse_source(kind, file, name, raw)
        if source is not None:
            found, source = validate(source, name)
            problems += found
        self.report.add(discreet(problem, load(kind).root) for problem in problems)
        return source

    def recipients(self) -> Recipients:
        file = self.folder / RECIPIENTS_FILE
        source = None
        if file.is_file():
            source = self.read(RECIPIENTS, file)
        else:  # to go on without it would take everybody's access
            self.add(
                file, (), Code.MISSING_FILE, "there is no such file", "restore it, or write one with recipients: []"
            )
        recipients, wrong = recipients_of(source, file)
        for path, code, message, advice in wrong:
            self.add(source, path, code, message, advice)
        return recipients

    def files(self, root: Path) -> Iterator[Path]:
        """Every file below a folder. What cannot be read is a problem: it would be missing without a word."""

        def unreadable(error: OSError) -> None:
            self.add(Path(error.filename), (), Code.UNREADABLE_FILE, "this cannot be read", "correct its permissions")

        if root.is_symlink() or not root.is_dir():
            if root.is_symlink() or root.exists():
                self.add(root, (), Code.UNREADABLE_FILE, "this is no folder", "put a folder in its place")
            return
        found = []
        for folder, folders, names in os.walk(root, onerror=unreadable):
            for entry in (Path(folder, name) for name in (*folders, *names)):
                if entry.is_symlink():
                    self.add(
                        entry, (), Code.SYMBOLIC_LINK, "symbolic links are not followed", "put the file itself here"
                    )
                elif entry.is_file() and not os.access(entry, os.R_OK):
                    self.add(entry, (), Code.UNREADABLE_FILE, "this cannot be read", "correct its permissions")
                elif entry.is_file() and entry.name != ".DS_Store":
                    found.append(entry)
        yield from sorted(found)

    def forms(self) -> Iterator[tuple[tuple[str, str], Source]]:
        models = self.folder / "models"
        for file in self.files(models):
            parts = file.relative_to(models).parts
            if len(parts) != 3 or parts[2] != f"{FORM}.yaml":
                self.add(
                    file,
                    (),
                    Code.UNKNOWN_FILE,
                    "no document of this name belongs here",
                    f"the rest of the Form lies at models/<model>/<release>/{FORM}.yaml",
                )
            elif (parts[0], parts[1]) not in self.content.releases:
                self.add(
                    file, (), Code.UNKNOWN_RELEASE, "there is no such release in the content", "correct the folders"
                )
            elif source := self.read(FORM, file):
                yield (parts[0], parts[1]), source

    def check_form(self, source: Source, as_of: date) -> None:
        """The rest of a Form against the public part of it."""
        key = (source.file.parts[-3], source.file.parts[-2])
        public = self.content.releases[key].get(FORM)
        name = self.name(source.file)
        if public:
            header = {"last_updated", "version"}
            self.report.problems = [
                p
                for p in self.report.problems
                if not (p.file == name and p.code == Code.MISSING_FIELD and p.path in header)
            ]
            for child in load(FORM).root.children:
                items = [c.path for c in child.children] if child.kind == "section" else [child.path]
                for path in items:
                    if child.key != "$schema" and _has(source.data, path) and _has(public.data, path):
                        self.add(
                            source,
                            path,
                            Code.ITEM_IN_TWO_FILES,
                            "this item is in the public form as well",
                            "keep it in one of them",
                        )
        for extra in ("extra_sections", "publish_beyond_audience"):
            if extra in source.data:
                self.add(
                    source,
                    (extra,),
                    Code.NO_AUDIENCE,
                    "what stands here has no audience marks",
                    f"write a further document in {DOCUMENTS}/, whose head says who may have it",
                )
        for release, sources in self.content.releases.items():
            covering = sources.get(FORM)
            if covering and release != key and "/".join(key) in covering.data.get("covers", ()):
                self.add(
                    source,
                    (),
                    Code.ITEM_IN_TWO_FILES,
                    "this release is covered by the form of another one",
                    f"move the items to models/{'/'.join(release)}/",
                )
        found = check_answers(source, self.content, name)
        whole = joined(load(FORM).root, public.data if public else {}, source.data)
        found += check_precision(replace(source, data=whole), name)
        self.report.add(discreet(problem, load(FORM).root) for problem in found)
        updated = parse_date(source.data.get("last_updated"))
        if updated and updated > as_of:
            self.add(source, ("last_updated",), Code.DATE_IN_FUTURE, "the date is in the future", "correct the date")

    def documents(self) -> Iterator[FurtherDocument]:
        root = self.folder / DOCUMENTS
        files = list(self.files(root))
        claimed: set[Path] = set()
        for file in files:
            if file.suffix == ".md":
                claimed.add(file)
                if document := self._document(root, file, frozenset(files)):
                    claimed |= set(document.attachments.values())
                    yield document
        for file in files:
            if file not in claimed:
                self.add(
                    file,
                    (),
                    Code.UNKNOWN_FILE,
                    "this file belongs to no document",
                    "list it under attachments: in the head of one, or move it elsewhere",
                )

    def _document(self, root: Path, file: Path, files: Collection[Path]) -> FurtherDocument | None:
        raw = file.read_bytes()
        head = HEAD.match(raw)
        if head is None:
            self.add(
                file,
                (),
                Code.MISSING_FIELD,
                "the document has no head",
                "begin the file with ---, title, audience, version, updated, ---",
            )
            return None
        before = len(self.report.errors)
        source = self.read(FURTHER, file, b"\n" + head[1])
        if source is None or len(self.report.errors) > before:
            return None
        for index, key in enumerate(source.data.get("releases", ())):
            if tuple(key.split("/")) not in self.content.releases:
                self.add(source, ("releases", index), Code.UNKNOWN_RELEASE, "there is no such release", "correct it")
        attachments: dict[str, Path] = {}
        for index, name in enumerate(source.data.get("attachments", ())):
            path = file.parent / PurePosixPath(name)
            if path in files and path.suffix != ".md":
                attachments[name] = path
            else:
                self.add(
                    source,
                    ("attachments", index),
                    Code.MISSING_FILE,
                    "there is no such file beside the document",
                    "write its path from the folder of the document",
                )
        try:
            body = raw[head.end() :].decode()
            first_line = raw.count(b"\n", 0, head.end()) + 1
        except UnicodeDecodeError:
            self.add(file, (), Code.NOT_UTF8, "the document is not UTF-8", "save it as UTF-8")
            return None
        return FurtherDocument(file.relative_to(root).as_posix(), source, body, first_line, attachments)


def _has(data: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    node: Any = data
    for key in path:
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True
