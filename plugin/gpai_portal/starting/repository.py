"""``gpai-portal new portal``: a repository with everything that a portal needs from its first day on."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.scaffolding import scaffold
from gpai_portal.content.source import parse_source
from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.git import git
from gpai_portal.names import EDITOR_SCHEMAS
from gpai_portal.schema import FORM, MODEL, POLICY, PROVIDER, RELEASE, SUMMARY
from gpai_portal.site.language import Language
from gpai_portal.starting.editor import editor_schemas
from gpai_portal.starting.installation import VENDOR, Installation, installation

FILES = Path(__file__).parent / "files"

#: Ids of the first model and release; people rename their folders before they publish.
FIRST_MODEL, FIRST_RELEASE = "first-model", "1.0"

#: What a repository begins with, by the file that it is made from. ``.jinja`` at the end of a file: it is filled in.
_FILES = {
    "mkdocs.yml": "mkdocs.yml.jinja",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/settings.json": "vscode/settings.json",
    ".vscode/extensions.json": "vscode/extensions.json",
    ".vscode/tasks.json": "vscode/tasks.json",
}

#: The same, with one file for each language.
_TEXTS = {
    "README.md": "README.{}.md.jinja",
    "content/pages/about.md": "content/pages/about.{}.md.jinja",
}

#: Where the workflow lies, and what a private repository has for the public one that it pushes the finished site to.
_WORKFLOW = ".github/workflows/portal.yml"
_PRIVATE_SOURCE = {
    _WORKFLOW: "github/private-source.yml",
    "public-repository/.github/workflows/site.yml": "github/public-site.yml",
    "public-repository/README.md": "public/README.{}.md.jinja",
}

#: Words of the configuration in each language that a portal can begin in.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"title": "{} transparency portal", "untitled": "Transparency portal", "dark": "Dark", "light": "Light"},
    "fr": {
        "title": "Portail de transparence – {}",
        "untitled": "Portail de transparence",
        "dark": "Sombre",
        "light": "Clair",
    },
}
LANGUAGES = tuple(_WORDS)

#: An address that pages can lie below: a scheme, a host, perhaps a port and a path.
_SITE_URL = re.compile(r"https?://[^\s/?#@:]+(:[0-9]+)?(/[^\s?#]*)?")


@dataclass(frozen=True)
class Wanted:
    """What somebody may say about a new portal; everything has a default.

    ``site_url`` is the address of the site; without it, the workflow asks GitHub Pages for it.
    """

    provider: str = ""
    site_url: str = ""
    language: str = "en"
    private_source: bool = False


def new_portal(folder: Path, wanted: Wanted) -> list[str]:
    """Writes a portal into a folder, which may be there already, as an empty repository is.

    Returns what was done and what comes next, a line each, for people. A README, .gitignore or other file that is
    there stays as it is. Raises UsageError, and leaves nothing behind, if a portal is there already or something cannot
    be written.
    """
    if wanted.language not in LANGUAGES:
        raise UsageError(f"there is no language {wanted.language!r}; there are: {', '.join(LANGUAGES)}")
    if wanted.site_url and not _SITE_URL.fullmatch(wanted.site_url):
        raise UsageError(
            f"--site-url {wanted.site_url!r} is no address of a site; write it as in https://ai.example/portal/"
        )
    for taken in ("mkdocs.yml", "content"):
        if os.path.lexists(folder / taken):
            raise UsageError(f"{folder / taken} is already there, so a portal may be too; nothing was written")
    here = installation()
    files = dict(_files(wanted, here))
    _require_name(files[f"content/{PROVIDER}.yaml"])
    kept = sorted(name for name in files if os.path.lexists(folder / name))
    _write(folder, {name: data for name, data in files.items() if name not in kept})
    done = [f"wrote a portal into {folder}"]
    done += [f"kept {folder / name} as it was{_lacking(folder / name, files[name])}" for name in kept]
    done += here.told
    done += _repository(folder)
    there = "./" * str(folder).startswith("-") + str(folder)
    steps = [f"cd {shlex.quote(there)}"] if folder != Path() else []
    if not Path(sys.prefix).resolve().is_relative_to(folder.resolve()):
        steps += ["python3 -m venv .venv && . .venv/bin/activate", "pip install -r requirements.txt"]
    return [*done, "next:", *(f"  {step}" for step in [*steps, "mkdocs serve"])]


def _files(wanted: Wanted, here: Installation) -> Iterator[tuple[str, bytes]]:
    """Every file of the repository: its path, with /, and its bytes."""
    words = _WORDS[wanted.language]
    filled = Environment(
        loader=FileSystemLoader(FILES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - YAML and Markdown for the provider's own eyes
    )
    filled.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    known = {
        **vars(wanted),
        "site_name": words["title"].format(wanted.provider) if wanted.provider else words["untitled"],
        "words": words,
        "model": FIRST_MODEL,
        "release": FIRST_RELEASE,
        "vendored": here.wheel is not None,
    }
    made_from = _FILES | _TEXTS | (_PRIVATE_SOURCE if wanted.private_source else {_WORKFLOW: "github/portal.yml"})
    for name, source in ((name, source.format(wanted.language)) for name, source in made_from.items()):
        if source.endswith(".jinja"):
            yield name, filled.get_template(source).render(known).encode()
        else:
            yield name, (FILES / source).read_bytes()
    yield "requirements.txt", here.requirements.encode()
    if here.wheel:
        yield f"{VENDOR}/{here.wheel[0]}", here.wheel[1]
    language = Language(wanted.language)
    first = f"content/models/{FIRST_MODEL}"
    places = {PROVIDER: "content", POLICY: "content", MODEL: first}
    places |= dict.fromkeys((RELEASE, SUMMARY, FORM), f"{first}/{FIRST_RELEASE}")
    yield from ((f"{EDITOR_SCHEMAS}/{name}", data) for name, data in editor_schemas())
    for kind, place in places.items():
        up = "../" * (place.count("/") + 1)
        text = (
            f"# yaml-language-server: $schema={up}{EDITOR_SCHEMAS}/{kind}.schema.json\n{scaffold(kind, words=language)}"
        )
        if kind == PROVIDER and wanted.provider:
            text = text.replace("\nname:\n", f"\nname: {json.dumps(wanted.provider, ensure_ascii=False)}\n", 1)
        if kind == PROVIDER and wanted.language != "en":  # which answers are taken to be in, if nothing is said
            text += f"\n# {language.label('Language of the content')}\nlanguage: {wanted.language}\n"
        yield f"{place}/{kind}.yaml", text.encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all of the files, or none."""
    made: list[Path] = []
    try:
        for name, data in files.items():
            path = folder / name
            for parent in [*reversed(path.parents)]:
                if not parent.exists():
                    parent.mkdir()
                    made.append(parent)
            made.append(write_bytes(path, data))
    except BaseException as error:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            raise UsageError(
                f"{error.filename or folder} cannot be written ({error.strerror}); nothing was written"
            ) from None
        raise


def _require_name(provider: bytes) -> None:
    """Raises UsageError if provider.yaml has a name that no page can show."""
    source, problems = parse_source(PROVIDER, Path(f"{PROVIDER}.yaml"), "--provider", provider)
    if source is not None:
        problems = [problem for problem in validate(source, "--provider", draft=True)[0] if problem.path == "name"]
    if wrong := [problem for problem in problems if problem.code is not Code.OPEN_FIELD]:
        raise UsageError(f"--provider: {wrong[0].message}; {wrong[0].advice}; nothing was written")


def _lacking(kept: Path, ours: bytes) -> str:
    """What somebody has to add to a list that was there before, for git or for pip; empty for all other files."""
    if kept.name not in {".gitignore", ".gitattributes", "requirements.txt"}:
        return ""
    there = kept.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line for line in ours.decode().splitlines() if line and not line.startswith("#") and line not in there]
    return "".join(f"\n  add to it: {line}" for line in lines)


def _repository(folder: Path) -> Iterator[str]:
    """Makes the folder a git repository, unless it lies in one."""
    try:
        top = git(folder, "rev-parse", "--show-toplevel")
    except UsageError as error:
        yield f"made no git repository: {error}"
        return
    if top is None:
        if git(folder, "init", "--quiet", "--initial-branch=main") is None:
            yield "made no git repository: git is not installed, or refuses; run there: git init"
        else:
            yield "made a git repository"
    elif Path(os.fsdecode(top).rstrip("\n")).resolve() != folder.resolve():
        yield (
            f"{folder} lies in the repository {os.fsdecode(top).strip()}; GitHub reads workflows at its top only: move "
            ".github there, and give the steps of the workflow this working directory"
        )
