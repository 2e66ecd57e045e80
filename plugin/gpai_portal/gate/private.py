"""The private folder: what is not published, and who may have it.

::

    private/
    ├── recovery.key        the owner's key; opens every sealed set
    ├── recipients.yaml     who has access (``recipients``)
    ├── models/<model>/<release>/model-documentation.yaml
    │                       the rest of the Form: items that are not in content/
    ├── documents/          further documents in Markdown, with attachments
    ├── section.json        id and last epoch of the sealed section (``gate``)
    ├── packages/           personal packages, as they were issued
    └── ledger.jsonl        which package went to whom (``issuance``)

A build never reads it. What is wrong in it is told by file, line and kind, never by the words that stand there.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from gpai_portal.checking.answers import check_answers
from gpai_portal.checking.precision import check_precision
from gpai_portal.checking.validation import validate
from gpai_portal.content.folder import Content, Path_, Source, dotted, parse_source, read_source
from gpai_portal.content.model import Audience, Status, compose, parse_date, plain, read_entry
from gpai_portal.errors import Problem, Report, SealingError, Severity, UsageError
from gpai_portal.files import write_bytes, write_new
from gpai_portal.gate.recipients import FILE, Roster, read_roster
from gpai_portal.git import git
from gpai_portal.schema import FORM, FURTHER, RECIPIENTS, Field, load
from gpai_portal.sealing.keys import Identity

RECOVERY_KEY = "recovery.key"
DOCUMENTS = "documents"
STATE = "section.json"
LEDGER = "ledger.jsonl"
PACKAGES = "packages"
RECORDS = "records"
LOCK = ".lock"

#: What may lie at the top of the folder, which may be a repository of its own.
_KNOWN = {RECOVERY_KEY, FILE, STATE, LEDGER, DOCUMENTS, PACKAGES, RECORDS, LOCK, "models", "README.md"}
_KNOWN |= {".git", ".gitignore", ".gitattributes", ".DS_Store"}
#: What tells one version of a form from another.
_STAMP = {"version", "last_updated", "form"}
#: The head of a Markdown document, between two lines of hyphens.
HEAD = re.compile(rb"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class FurtherDocument:
    """A Markdown document of the private folder. ``name`` is its path below ``documents/``."""

    name: str
    head: Source
    body: str = field(repr=False)
    first_line: int = 1
    attachments: Mapping[str, Path] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return plain(self.head.data["title"])

    @property
    def audience(self) -> frozenset[Audience]:
        return frozenset(Audience(a) for a in self.head.data["audience"])

    @property
    def releases(self) -> tuple[str, ...]:
        """Keys of the releases it is about; empty for all."""
        return tuple(self.head.data.get("releases", ()))

    @property
    def version(self) -> str:
        return plain(self.head.data["version"])

    @property
    def updated(self) -> date | None:
        return parse_date(self.head.data["updated"])

    @property
    def annex(self) -> tuple[str, ...]:
        """Points of Annex XI, Section 2 that it answers."""
        return tuple(self.head.data.get("annex", ()))


@dataclass
class Private:
    """All of the private folder. ``forms`` holds the rest of the Form by (model, release)."""

    folder: Path
    roster: Roster
    forms: dict[tuple[str, str], Source] = field(default_factory=dict)
    documents: list[FurtherDocument] = field(default_factory=list)
    warnings: int = 0

    def recovery(self) -> Identity:
        """The owner's key. Raises SealingError if it is not there or no key."""
        return read_identity(self.folder / RECOVERY_KEY)


def read_identity(file: Path) -> Identity:
    """The key of a key file. Raises UsageError if it cannot be read, SealingError if it holds no key."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SealingError(f"{file} is no key file") from None
    return Identity.parse(text)


def read_private(folder: Path, content: Content, as_of: date) -> tuple[Private, Report]:
    """Everything in the private folder beside a checked content folder, and what is wrong with it.

    Raises UsageError if there is no such folder.
    """
    reader = _Folder(_there(folder), content, Report())
    private = Private(reader.folder, reader.roster())
    for entry in sorted(reader.folder.iterdir()):
        if entry.name not in _KNOWN:
            reader.add(entry, (), "unknown-file", "nothing of this name belongs here", "move it elsewhere")
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
                "open-item",
                f"{folder}/models/{release.key}/{FORM}.yaml",
                f"nothing is said to downstream providers on {', '.join(empty)}",
                "answer each in the public form or here, if need be by a state with its reason",
                severity=Severity.WARNING,
            )


def checked(folder: Path, content: Content, as_of: date) -> Private:
    """The private folder, if there is no error in it. Raises SealingError that lists them."""
    private, report = read_private(folder, content, as_of)
    _refuse_errors(report)
    return private


def open_roster(folder: Path) -> Roster:
    """The recipients alone, so that access can be ended whatever is wrong elsewhere. Raises as ``checked`` does."""
    reader = _Folder(_there(folder), Content(folder), Report())
    roster = reader.roster()
    _refuse_errors(reader.report)
    return roster


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other commands from changing the folder, or what is sealed from it, at the same time."""
    try:
        with FileLock(_there(folder) / LOCK, timeout=60, mode=0o600):
            yield
    except Timeout:
        raise SealingError(f"another command is at work on {folder}; try again when it is done") from None


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; set it up with: gpai-portal new private")
    return folder.resolve()


def _refuse_errors(report: Report) -> None:
    if report.errors:
        lines = "\n".join(f"  {problem}" for problem in report.errors)
        count = len(report.errors)
        raise SealingError(f"{count} error{'s' if count != 1 else ''} in the private folder:\n{lines}")


def merge(content: Content, private: Private, readers: Collection[Audience]) -> Content:
    """The content as some readers may have it: public items, and the private ones marked for one of them."""
    merged = replace(content, releases={key: dict(sources) for key, sources in content.releases.items()})
    for key, rest in private.forms.items():
        public = merged.releases[key].get(FORM)
        allowed = _for_readers(load(FORM).root, rest.data, readers)
        if data := _joined(load(FORM).root, public.data if public else {}, allowed):
            merged.releases[key][FORM] = Source(FORM, (public or rest).file, data)
    return merged


def _for_readers(root: Field, data: Mapping[str, Any], readers: Collection[Audience]) -> dict[str, Any]:
    """Items whose marks name one of the readers, with version and day of the form.

    The rest of the head, such as what changed, may speak of any item: it is for those who get every one.
    """
    kept: dict[str, Any] = {}
    whole = True
    for child in root.children:
        if child.kind == "section":
            items = [item for item in child.children if item.key in data.get(child.key, {})]
            section = {i.key: data[child.key][i.key] for i in items if set(i.audience) & set(readers)}
            whole = whole and len(section) == len(items)
            if section:
                kept[child.key] = section
    if not kept:
        return {}
    head = [c.key for c in root.children if c.kind not in {"section", "hidden", "extra"}]
    return kept | {key: data[key] for key in head if key in data and (whole or key in _STAMP)}


def _joined(root: Field, one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """Two parts of a form in official order; what stands in the first wins."""
    joined: dict[str, Any] = {}
    for child in root.children:
        if child.kind == "section":
            section = {**two.get(child.key, {}), **one.get(child.key, {})}
            if section:
                joined[child.key] = section
        elif child.key in one or child.key in two:
            joined[child.key] = one[child.key] if child.key in one else two[child.key]
    return joined


@dataclass
class _Folder:
    """Reads the folder and words its problems."""

    folder: Path
    content: Content
    report: Report

    def name(self, file: Path) -> str:
        return f"{self.folder.name}/{file.relative_to(self.folder).as_posix()}"

    def add(self, where: Source | Path | None, path: Path_, code: str, message: str, advice: str) -> None:
        line, column = where.position(path) if isinstance(where, Source) else (0, 0)
        file = where.file if isinstance(where, Source) else where or self.folder
        self.report.add([Problem(code, self.name(file), message, advice, line, column, dotted(path))])

    def read(self, kind: str, file: Path, raw: bytes | None = None) -> Source | None:
        """A file that its schema allows, or its problems without the words that stand there."""
        name = self.name(file)
        if file.is_symlink():
            self.add(file, (), "symbolic-link", "symbolic links are not followed", "put the file itself here")
            return None
        source, problems = read_source(kind, file, name) if raw is None else parse_source(kind, file, name, raw)
        if source is not None:
            found, source = validate(source, name)
            problems += found
        self.report.add(_discreet(problem, load(kind).root) for problem in problems)
        return source

    def roster(self) -> Roster:
        file = self.folder / FILE
        source = None
        if file.is_file():
            source = self.read(RECIPIENTS, file)
        else:  # to go on without it would take everybody's access
            self.add(file, (), "missing-file", "there is no such file", "restore it, or write one with recipients: []")
        roster, wrong = read_roster(source, file)
        for path, code, message, advice in wrong:
            self.add(source, path, code, message, advice)
        return roster

    def files(self, root: Path) -> Iterator[Path]:
        """Every file below a folder. What cannot be read is a problem: it would be missing without a word."""

        def unreadable(error: OSError) -> None:
            self.add(Path(error.filename), (), "unreadable-file", "this cannot be read", "correct its permissions")

        if root.is_symlink() or not root.is_dir():
            if root.is_symlink() or root.exists():
                self.add(root, (), "unreadable-file", "this is no folder", "put a folder in its place")
            return
        found = []
        for folder, folders, names in os.walk(root, onerror=unreadable):
            for entry in (Path(folder, name) for name in (*folders, *names)):
                if entry.is_symlink():
                    self.add(entry, (), "symbolic-link", "symbolic links are not followed", "put the file itself here")
                elif entry.is_file() and not os.access(entry, os.R_OK):
                    self.add(entry, (), "unreadable-file", "this cannot be read", "correct its permissions")
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
                    "unknown-file",
                    "no document of this name belongs here",
                    f"the rest of the Form lies at models/<model>/<release>/{FORM}.yaml",
                )
            elif (parts[0], parts[1]) not in self.content.releases:
                self.add(file, (), "unknown-release", "there is no such release in the content", "correct the folders")
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
                if not (p.file == name and p.code == "missing-field" and p.path in header)
            ]
            for child in load(FORM).root.children:
                items = [c.path for c in child.children] if child.kind == "section" else [child.path]
                for path in items:
                    if child.key != "$schema" and _has(source.data, path) and _has(public.data, path):
                        self.add(
                            source,
                            path,
                            "item-in-two-files",
                            "this item is in the public form as well",
                            "keep it in one of them",
                        )
        for extra in ("extra_sections", "publish_beyond_audience"):
            if extra in source.data:
                self.add(
                    source,
                    (extra,),
                    "no-audience",
                    "what stands here has no audience marks",
                    f"write a further document in {DOCUMENTS}/, whose head says who may have it",
                )
        for release, sources in self.content.releases.items():
            covering = sources.get(FORM)
            if covering and release != key and "/".join(key) in covering.data.get("covers", ()):
                self.add(
                    source,
                    (),
                    "item-in-two-files",
                    "this release is covered by the form of another one",
                    f"move the items to models/{'/'.join(release)}/",
                )
        found = check_answers(source, self.content, name)
        joined = _joined(load(FORM).root, public.data if public else {}, source.data)
        found += check_precision(replace(source, data=joined), name)
        self.report.add(_discreet(problem, load(FORM).root) for problem in found)
        updated = parse_date(source.data.get("last_updated"))
        if updated and updated > as_of:
            self.add(source, ("last_updated",), "date-in-future", "the date is in the future", "correct the date")

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
                    "unknown-file",
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
                "missing-field",
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
                self.add(source, ("releases", index), "unknown-release", "there is no such release", "correct it")
        attachments: dict[str, Path] = {}
        for index, name in enumerate(source.data.get("attachments", ())):
            path = file.parent / PurePosixPath(name)
            if path in files and path.suffix != ".md":
                attachments[name] = path
            else:
                self.add(
                    source,
                    ("attachments", index),
                    "missing-file",
                    "there is no such file beside the document",
                    "write its path from the folder of the document",
                )
        try:
            body = raw[head.end() :].decode()
            first_line = raw.count(b"\n", 0, head.end()) + 1
        except UnicodeDecodeError:
            self.add(file, (), "not-utf8", "the document is not UTF-8", "save it as UTF-8")
            return None
        return FurtherDocument(file.relative_to(root).as_posix(), source, body, first_line, attachments)


def _has(data: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    node: Any = data
    for key in path:
        if not isinstance(node, Mapping) or key not in node:
            return False
        node = node[key]
    return True


#: What problems of private files say in place of the message, which may quote the file.
_DISCREET = {
    "missing-field": "a required answer is missing",
    "unknown-key": "there is no field of this name",
    "yaml-syntax": "not valid YAML",
    "duplicate-key": "a key stands twice",
    "wrong-type": "the value is of another kind than the field",
    "not-an-option": "the value is no option of the field",
    "bad-format": "the value has not the expected form",
    "too-long": "the text is too long",
    "precision-mismatch": "the coarse value and the exact one do not agree",
}


def _discreet(problem: Problem, root: Field) -> Problem:
    """The same problem without anything that was written in the file: known keys and places only."""
    path: list[str] = []
    found: Field | None = root
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", problem.path):
        if part.startswith("["):
            path[-1:] = [path[-1] + part] if path else [part]
            continue
        found = found.child(part) if found else None
        if found is None:
            break
        path.append(part)
    message = _DISCREET.get(problem.code, "something is wrong here")
    return replace(problem, message=f"{message} (private, not shown)", path=".".join(path))


_GITIGNORE = "# Nothing in here is committed; see README.md.\n*\n"
_README = """\
This folder holds what is not published: the rest of the Model Documentation Form, further documents for downstream
providers or for authorities, and who has access. A build of the site never reads it.

- recovery.key opens every sealed set. Without it nothing can be carried over to the next one. Keep a copy where the
  folder itself is not: in the company's password manager, or on paper.
- Back the whole folder up, encrypted, and try a restore. Documentation has to be kept until ten years after the model
  was placed on the market (Code of Practice, Transparency chapter, Measure 1.1).
- git ignores this folder. To version it, use a repository of its own that is not public, outside this one, and give
  its path with --private.
- What is wrong in here is told without quoting it: gpai-portal seal --check
"""
_HOOK = """\
#!/bin/sh
# Refuses a commit with anything of the private folder in it.
command -v gpai-portal >/dev/null || {{
  echo "gpai-portal is not on the PATH, so nothing is committed; activate the environment it lies in" >&2
  exit 1
}}
exec {command}
"""


def set_up(folder: Path, content: Path, day: date) -> list[str]:
    """Makes the private folder with its recovery key, and a check before each commit of the content.

    Returns what was done.

    Raises UsageError if there is one already.
    """
    if (folder / RECOVERY_KEY).exists():
        raise UsageError(f"{folder} is set up already; nothing was written")
    if (folder / FILE).exists():
        raise UsageError(f"{folder} has lost its {RECOVERY_KEY}; restore your copy of it; nothing was written")
    identity = Identity.generate()
    write_new(folder / "README.md", _README)
    folder.chmod(0o700)
    write_bytes(folder / FILE, b"# Filled by gpai-portal request and grant.\nrecipients: []\n", mode=0o600)
    (folder / DOCUMENTS).mkdir(exist_ok=True)
    write_bytes(folder / RECOVERY_KEY, identity.to_text(day.isoformat()).encode(), mode=0o600)
    done = [f"wrote {folder}/ with {RECOVERY_KEY}; keep a copy of that key outside this folder (see README.md)"]
    repository = _repository(content.resolve())
    if repository is None or folder.resolve().is_relative_to(repository[0].resolve()):
        write_bytes(folder / ".gitignore", _GITIGNORE.encode())
    if repository is None:
        done.append(f"{content} is in no git repository: nothing checks commits for private text")
        return done
    top, hook = repository
    # Git runs a hook at the top of the working tree, wherever the commit is made.
    places = {"--content": content, "--private": folder}
    words = [word for option, path in places.items() for word in (option, os.path.relpath(path.resolve(), top))]
    command = shlex.join(["gpai-portal", "leaks", "--staged", *words])
    if hook.exists():
        done.append(f"add this line to your own {hook}: {command}")
    else:
        write_bytes(hook, _HOOK.format(command=command).encode(), mode=0o755)
        done.append(f"wrote {hook}, which refuses commits with private text in them")
    return done


def _repository(content: Path) -> tuple[Path, Path] | None:
    """Top and pre-commit hook of the git repository around the content, by git's own word."""
    # The content may be written later.
    place = next(path for path in (content, *content.parents) if path.is_dir())
    said = git(place, "rev-parse", "--show-toplevel", "--git-path", "hooks/pre-commit")
    if said is None:
        return None
    top, hook = os.fsdecode(said).splitlines()
    return Path(top), (place / hook).resolve()
