"""Reading the content folder: which files there are, and what is wrong with their names and places."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gpai_portal.codes import Code
from gpai_portal.content.source import Source, read_source
from gpai_portal.content.tables import read_tables
from gpai_portal.documents import Place, kinds_at
from gpai_portal.errors import Problem, UsageError
from gpai_portal.files import is_left_behind
from gpai_portal.names import WINDOWS_DEVICE
from gpai_portal.schema import MODEL, PROVIDER, RELEASE
from gpai_portal.steps import steps

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")

#: Addresses below a model that the portal has already.
_TAKEN = frozenset({"latest", "index.html"})

#: Names in the content folder that belong to other parts of the portal.
OTHER_ENTRIES = frozenset({"pages", "records", "sealed", "models"})


@dataclass(frozen=True)
class Published:
    """A document as it was published once: its JSON, and the language of its answers."""

    data: Mapping[str, Any]
    language: str


@dataclass
class Content:
    """All files of a content folder.

    ``portal`` maps kinds of document to the files at the top of the folder, ``models`` a model's id to its file,
    ``releases`` (model, release) to the files of the release by kind of document. Files that could not be read are
    missing here and have a problem instead; ``unread`` has their kinds: nothing is concluded from their absence.
    ``published`` is what was published before, by key, first to last. ``open_fields`` says, by key, how many fields are
    still to be answered in documents that were never published.
    """

    folder: Path
    portal: dict[str, Source] = field(default_factory=dict)
    models: dict[str, Source] = field(default_factory=dict)
    releases: dict[tuple[str, str], dict[str, Source]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    published: Mapping[str, Sequence[Published]] = field(default_factory=dict)
    open_fields: dict[str, int] = field(default_factory=dict)

    @property
    def provider(self) -> Source | None:
        """The file provider.yaml."""
        return self.portal.get(PROVIDER)

    @cached_property
    def documents_of(self) -> dict[tuple[str, str], frozenset[str]]:
        """Kinds of document that hold for each release: its own, and those of other releases that cover it."""
        found = {key: set(sources) for key, sources in self.releases.items()}
        for sources in self.releases.values():
            for kind, source in sources.items():
                for name in source.answers.get("covers").items:
                    if isinstance(name, str) and (key := tuple(name.split("/"))) in found:
                        found[key].add(kind)
        return {key: frozenset(kinds) for key, kinds in found.items()}

    def sources(self) -> Iterator[Source]:
        """Every file."""
        yield from self.portal.values()
        yield from self.models.values()
        for documents in self.releases.values():
            yield from documents.values()

    def map(self, change: Callable[[Source], Source]) -> Content:
        """The same content with every file changed."""
        return Content(
            self.folder,
            {kind: change(source) for kind, source in self.portal.items()},
            {id_: change(source) for id_, source in self.models.items()},
            {key: {kind: change(s) for kind, s in sources.items()} for key, sources in self.releases.items()},
            self.unread,
            self.published,
            self.open_fields,
        )

    def key(self, file: Path) -> str:
        """How records call the document in a file: its path in the folder without ``.yaml``."""
        return file.with_suffix("").relative_to(self.folder).as_posix()

    def relative(self, file: Path) -> str:
        """Path for messages, of a file in the folder: relative to what holds the content folder."""
        return str(file).removeprefix(self._above).replace(os.sep, "/")

    @cached_property
    def _above(self) -> str:
        return os.path.join(self.folder.parent, "")  # noqa: PTH118 - ends in a separator, as no Path does


#: What to do about a name that is not fit.
RENAME = "use a-z, 0-9, dot and hyphen only, beginning with a letter or digit and not ending in a dot"


def unfit(name: str) -> str:
    """Why a name cannot be that of a model or release, which becomes part of addresses and is a folder on any system;
    empty if it can."""
    if not _ID.match(name):
        return "cannot be part of a web address"
    if name in _TAKEN:
        return "is an address of the portal itself"
    if name.endswith("."):
        return "ends in a dot, which Windows leaves out"
    return "is the name of a device on Windows, which has no such folder" if WINDOWS_DEVICE.match(name) else ""


def read_content(
    folder: Path, published: Mapping[str, Sequence[Published]] | None = None
) -> tuple[Content, list[Problem]]:
    """Every file of the content folder, beside what was ``published`` of it, and what is wrong with files and names.

    Raises UsageError if there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; give the content folder with --content")
    folder = folder.resolve()
    content = Content(folder, published=published or {})
    problems: list[Problem] = []

    def read(place: Place, where: Path, needed: str, what: str) -> dict[str, Source]:
        """The documents of one folder; ``needed`` is the one that must be there, ``what`` who lacks it."""
        documents = {}
        for kind, file in _documents(content, where, place, problems):
            source, found = read_source(kind, file, content.relative(file))
            problems.extend(found)
            if source:
                source, found = read_tables(source, content.relative(file))
                problems.extend(found)
                documents[kind] = source
            else:
                content.unread.add(kind)
        if not os.path.lexists(where / f"{needed}.yaml"):
            names = " ".join((needed, *where.relative_to(folder).parts[1:]))
            problems.append(
                Problem(
                    Code.MISSING_FILE,
                    content.relative(where / f"{needed}.yaml"),
                    f"{what} no {needed}.yaml",
                    f"write one with: gpai-portal new {names}",
                )
            )
        return documents

    content.portal = read(Place.PORTAL, folder, PROVIDER, "there is")
    for model_folder in steps(_subfolders(content, folder / "models", problems), "reading models"):
        if source := read(Place.MODEL, model_folder, MODEL, "this model has").get(MODEL):
            content.models[model_folder.name] = source
        for release_folder in _subfolders(content, model_folder, problems):
            documents = read(Place.RELEASE, release_folder, RELEASE, "this release has")
            content.releases[model_folder.name, release_folder.name] = documents
    return content, problems


def _subfolders(content: Content, folder: Path, problems: list[Problem]) -> list[Path]:
    """Folders whose name is a valid id; links are refused, since they may lead anywhere."""
    found = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        # A hidden folder belongs to an editor or a system, unless documents of ours were put there.
        if is_left_behind(entry.name) and not any((entry / f"{kind}.yaml").is_file() for kind in (MODEL, RELEASE)):
            continue
        if entry.is_symlink():
            problems.append(_link(content, entry))
        elif entry.is_dir():
            if reason := unfit(entry.name):
                message = f"the folder name {entry.name!r} {reason}"
                problems.append(Problem(Code.BAD_ID, content.relative(entry), message, RENAME))
            else:
                found.append(entry)
    return found


def _documents(content: Content, folder: Path, place: Place, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The known documents of one folder; a file with a name that means nothing is a problem."""
    expected = kinds_at(place)
    for entry in sorted(folder.iterdir()):
        name = entry.name
        if is_left_behind(name):
            continue
        if _is_stray(entry, place):
            problems.append(
                Problem(
                    Code.UNKNOWN_FOLDER,
                    content.relative(entry),
                    "the YAML files in this folder are not read",
                    "documents belong in models/<model>/<release>/; move anything else out of the content folder",
                )
            )
        if entry.suffix.lower() not in {".yaml", ".yml"} or (place is Place.PORTAL and name in OTHER_ENTRIES):
            continue
        if entry.is_symlink():
            content.unread.add(entry.stem)
            problems.append(_link(content, entry))
        elif entry.suffix == ".yaml" and entry.stem in expected:
            yield entry.stem, entry
        else:
            guess = difflib.get_close_matches(entry.stem, expected, n=1, cutoff=0.5)
            options = guess or expected
            problems.append(
                Problem(
                    Code.UNKNOWN_FILE,
                    content.relative(entry),
                    "no document of this name belongs here",
                    f"rename it ({' or '.join(f'{o}.yaml' for o in options)}) or move it elsewhere",
                )
            )


def _is_stray(entry: Path, place: Place) -> bool:
    """Whether a folder looks like documents in the wrong place, which would be left out in silence."""
    other = place is Place.PORTAL and entry.name in OTHER_ENTRIES
    known = place is Place.MODEL or other
    return not known and entry.is_dir() and not entry.is_symlink() and any(entry.rglob("*.yaml"))


def _link(content: Content, entry: Path) -> Problem:
    return Problem(
        Code.SYMBOLIC_LINK,
        content.relative(entry),
        "symbolic links are not followed",
        "put the file itself here",
    )
