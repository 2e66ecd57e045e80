"""Reading the content folder: YAML without the traps of YAML 1.1, with the line of every value.

What was written is a ``Source``; what it means is in ``model``. Nothing is executed: dates stay text, only
``true`` and ``false`` are booleans, and tags, aliases, duplicate keys and files of unreasonable size or depth
are refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gpai_portal.codes import Code
from gpai_portal.content.source import Source, read_source
from gpai_portal.errors import Problem, UsageError
from gpai_portal.schema import FORM, MODEL, POLICY, PROVIDER, RELEASE, SAFETY, SUMMARY

#: Names of models and releases, which become part of addresses; two of them are addresses of the portal already.
ID = re.compile(r"(?!(?:latest|index\.html)\Z)[a-z0-9][a-z0-9.-]*\Z")

#: Kinds of document by the folder depth they lie in: root, model, release.
PLACES: tuple[tuple[str, ...], ...] = ((PROVIDER, POLICY), (MODEL,), (RELEASE, SUMMARY, FORM, SAFETY))

#: Names in the content folder that belong to other parts of the portal.
OTHER_ENTRIES = frozenset({"pages", "records", "sealed", "models"})


@dataclass
class Content:
    """All files of a content folder.

    ``models`` maps a model's id to its file, ``releases`` (model, release) to the files of the release by
    kind of document. Files that could not be read are missing here and have a problem instead.
    """

    folder: Path
    provider: Source | None = None
    policy: Source | None = None
    models: dict[str, Source] = field(default_factory=dict)
    releases: dict[tuple[str, str], dict[str, Source]] = field(default_factory=dict)

    def sources(self) -> Iterator[Source]:
        yield from (s for s in (self.provider, self.policy) if s)
        yield from self.models.values()
        for documents in self.releases.values():
            yield from documents.values()

    def map(self, change: Callable[[Source], Source]) -> Content:
        """The same content with every file changed."""
        return Content(
            self.folder,
            change(self.provider) if self.provider else None,
            change(self.policy) if self.policy else None,
            {id_: change(source) for id_, source in self.models.items()},
            {key: {kind: change(s) for kind, s in sources.items()} for key, sources in self.releases.items()},
        )

    def relative(self, file: Path) -> str:
        """Path for messages, relative to the folder that holds the content folder."""
        return file.relative_to(self.folder.parent).as_posix()


def read_content(folder: Path) -> tuple[Content, list[Problem]]:
    """Every file of the content folder, and what is wrong with files and names.

    Raises UsageError if there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; give the content folder with --content")
    folder = folder.resolve()
    content = Content(folder)
    problems: list[Problem] = []

    def read(kind: str, file: Path) -> Source | None:
        source, found = read_source(kind, file, content.relative(file))
        problems.extend(found)
        return source

    for kind, file in _documents(content, folder, 0, problems):
        if kind == PROVIDER:
            content.provider = read(kind, file)
        else:
            content.policy = read(kind, file)
    if not (folder / "provider.yaml").is_file():
        problems.append(
            Problem(
                Code.MISSING_FILE,
                content.relative(folder / "provider.yaml"),
                "there is no provider.yaml",
                "write one with: gpai-portal new provider",
            )
        )
    for model_folder in _subfolders(content, folder / "models", problems):
        for kind, file in _documents(content, model_folder, 1, problems):
            if source := read(kind, file):
                content.models[model_folder.name] = source
        if not (model_folder / "model.yaml").is_file():
            problems.append(
                Problem(
                    Code.MISSING_FILE,
                    content.relative(model_folder / "model.yaml"),
                    "this model has no model.yaml",
                    f"write one with: gpai-portal new model {model_folder.name}",
                )
            )
        for release_folder in _subfolders(content, model_folder, problems):
            documents = content.releases.setdefault((model_folder.name, release_folder.name), {})
            for kind, file in _documents(content, release_folder, 2, problems):
                if source := read(kind, file):
                    documents[kind] = source
            if not (release_folder / "release.yaml").is_file():
                problems.append(
                    Problem(
                        Code.MISSING_FILE,
                        content.relative(release_folder / "release.yaml"),
                        "this release has no release.yaml",
                        f"write one with: gpai-portal new release {model_folder.name} {release_folder.name}",
                    )
                )
    return content, problems


def _subfolders(content: Content, folder: Path, problems: list[Problem]) -> list[Path]:
    """Folders whose name is a valid id; links are refused, since they may lead anywhere."""
    found = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if entry.is_symlink():
            problems.append(_link(content, entry))
        elif entry.is_dir():
            if ID.match(entry.name):
                found.append(entry)
            else:
                problems.append(
                    Problem(
                        Code.BAD_ID,
                        content.relative(entry),
                        f"the folder name {entry.name!r} cannot be part of a web address",
                        "rename it with a-z, 0-9, dot and hyphen only, beginning with a letter or digit; latest and "
                        "index.html are taken",
                    )
                )
    return found


def _documents(content: Content, folder: Path, depth: int, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """The known documents of one folder; a file with a name that means nothing is a problem."""
    expected = PLACES[depth]
    for entry in sorted(folder.iterdir()):
        name = entry.name
        if _is_stray(entry, depth):
            problems.append(
                Problem(
                    Code.UNKNOWN_FOLDER,
                    content.relative(entry),
                    "the YAML files in this folder are not read",
                    "documents belong in models/<model>/<release>/; move anything else out of the content folder",
                )
            )
        if entry.suffix.lower() not in {".yaml", ".yml"} or (depth == 0 and name in OTHER_ENTRIES):
            continue
        if entry.is_symlink():
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


def _is_stray(entry: Path, depth: int) -> bool:
    """Whether a folder looks like documents in the wrong place, which would be left out in silence."""
    known = depth == 1 or (depth == 0 and entry.name in OTHER_ENTRIES) or entry.name.startswith(".")
    return not known and entry.is_dir() and not entry.is_symlink() and any(entry.rglob("*.yaml"))


def _link(content: Content, entry: Path) -> Problem:
    return Problem(
        Code.SYMBOLIC_LINK,
        content.relative(entry),
        "symbolic links are not followed",
        "put the file itself here",
    )
