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
from gpai_portal.files import is_left_behind, temporaries, write_bytes
from gpai_portal.git import git
from gpai_portal.names import EDITOR_SCHEMAS
from gpai_portal.schema import FORM, MODEL, POLICY, PROVIDER, RELEASE, SUMMARY
from gpai_portal.site.language import Language
from gpai_portal.starting.editor import editor_schemas
from gpai_portal.starting.installation import VENDOR, Installation, installation

FILES = Path(__file__).parent / "files"

#: Ids of the first model and release; people rename their folders before they publish.
FIRST_MODEL, FIRST_RELEASE = "first-model", "1.0"

#: What is read at the top of a repository alone, by GitHub and by the pre-commit framework.
_WORKFLOW = ".github/workflows/portal.yml"
_HOOKS = ".pre-commit-config.yaml"

#: The line of a workflow that says in which folder of the repository the portal lies.
_HERE = b'PORTAL: "."'

#: Where there is one, there is a portal. It is written last, so that a run that was killed can be done again.
_CONFIG = "mkdocs.yml"

#: What a repository begins with, by the file that it is made from. ``.jinja`` at the end of a file: it is filled in.
_FILES = {
    _CONFIG: "mkdocs.yml.jinja",
    ".gitignore": "gitignore",
    ".gitattributes": "gitattributes",
    _HOOKS: "pre-commit-config.yaml.jinja",
    ".vscode/settings.json": "vscode/settings.json",
    ".vscode/extensions.json": "vscode/extensions.json",
    ".vscode/tasks.json": "vscode/tasks.json",
}

#: The same, with one file for each language.
_TEXTS = {
    "README.md": "README.{}.md.jinja",
    "content/pages/about.md": "content/pages/about.{}.md.jinja",
}

#: What a private repository has for the public one that it pushes the finished site to.
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

    ``site_url`` is the address of the site; without it, the workflow asks GitHub Pages for it. ``further`` are
    languages of the pages beside the first.
    """

    provider: str = ""
    site_url: str = ""
    language: str = "en"
    private_source: bool = False
    further: tuple[str, ...] = ()


def new_portal(folder: Path, wanted: Wanted) -> list[str]:
    """Writes a portal into a folder, which may be there already, as an empty repository is.

    Returns what was done and what comes next, a line each, for people. A README, .gitignore or other file that is
    there stays as it is. A portal that is there with the very bytes that would be written, in part or whole, as a run
    leaves it that was killed, is finished. Raises UsageError, and leaves nothing behind, if another portal is there
    already or something cannot be written.
    """
    if wanted.language not in LANGUAGES:
        raise UsageError(f"a portal cannot begin in the language {wanted.language!r}, but in: {', '.join(LANGUAGES)}")
    if wanted.site_url and not _SITE_URL.fullmatch(wanted.site_url):
        raise UsageError(
            f"--site-url {wanted.site_url!r} is no address of a site; write it as in https://ai.example/portal/"
        )
    here, place = installation(), _place(folder)
    files = dict(_files(wanted, here, place.below))
    _require_name(files[f"content/{PROVIDER}.yaml"])
    _refuse_another(folder, files)
    present = sorted(name for name in files if os.path.lexists(folder / name))
    kept = [name for name in present if not _holds(folder / name, files[name])]
    missing = {name: data for name, data in files.items() if name not in present}
    told = [f"kept {folder / name} as it was{_lacking(folder / name, files[name])}" for name in kept]
    _write(folder, missing)
    done = [f"wrote a portal into {folder}" if missing else f"all of this portal is in {folder} already"]
    done += told
    done += here.told
    done += _repository(folder, place)
    steps = [f"cd {_typed(folder)}"] if folder != Path() else []
    if not Path(sys.prefix).resolve().is_relative_to(folder.resolve()):
        steps += ["python3 -m venv .venv && . .venv/bin/activate", "pip install -r requirements.txt"]
    return [*done, "next:", *(f"  {step}" for step in [*steps, "mkdocs serve"])]


def _files(wanted: Wanted, here: Installation, below: str) -> Iterator[tuple[str, bytes]]:
    """Every file of the portal: its path, with /, and its bytes. ``below`` is its folder in the repository."""
    words = _WORDS[wanted.language]
    filled = Environment(
        loader=FileSystemLoader(FILES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - YAML and Markdown for the provider's own eyes
    )
    filled.filters["quoted"] = _quoted
    known = {
        **vars(wanted),
        "site_name": words["title"].format(wanted.provider) if wanted.provider else words["untitled"],
        "words": words,
        "model": FIRST_MODEL,
        "release": FIRST_RELEASE,
        "vendored": here.wheel is not None,
        "below": below,
        "inside": "" if below == "." else f"{re.escape(below)}/",
    }
    made_from = _FILES | _TEXTS | (_PRIVATE_SOURCE if wanted.private_source else {_WORKFLOW: "github/portal.yml"})
    for name, source in ((name, source.format(wanted.language)) for name, source in made_from.items()):
        if source.endswith(".jinja"):
            yield name, filled.get_template(source).render(known).encode()
        else:
            yield name, (FILES / source).read_bytes().replace(_HERE, f"PORTAL: {_quoted(below)}".encode())
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
            text = text.replace("\nname:\n", f"\nname: {_quoted(wanted.provider)}\n", 1)
        if kind == PROVIDER and wanted.language != "en":  # which answers are taken to be in, if nothing is said
            text += f"\n# {language.label('Language of the content')}\nlanguage: {wanted.language}\n"
        yield f"{place}/{kind}.yaml", text.encode()


def _refuse_another(folder: Path, files: Mapping[str, bytes]) -> None:
    """Raises UsageError if anything of a portal is there that is not as it would be written."""
    config, content = folder / _CONFIG, folder / "content"
    there = [config, content] if content.is_symlink() or not content.is_dir() else [config, *content.rglob("*")]
    for path in there:
        name = path.relative_to(folder).as_posix()
        if path not in {config, content} and (path.is_dir() or is_left_behind(name)):
            continue
        if os.path.lexists(path) and not _holds(path, files.get(name)):
            raise UsageError(f"{path} is already there, so a portal may be too; nothing was written")


def _holds(path: Path, data: bytes | None) -> bool:
    """Whether this is a file with these bytes."""
    return path.is_file() and path.read_bytes() == data


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all of the files, or none, and removes what was left when somebody killed it while it wrote them."""
    made: list[Path] = []
    try:
        for name, data in sorted(files.items(), key=lambda file: file[0] == _CONFIG):
            path = folder / name
            for left in temporaries(path):
                left.unlink()
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
    if kept.name not in {".gitignore", ".gitattributes", "requirements.txt"} or not kept.is_file():
        return ""
    there = kept.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line for line in ours.decode().splitlines() if line and not line.startswith("#") and line not in there]
    return "".join(f"\n  add to it: {line}" for line in lines)


@dataclass(frozen=True)
class _Place:
    """Where a portal lies: the top of its repository, None if there is none, its folder in it, with /, and why git
    does not say, if it does not."""

    top: Path | None = None
    below: str = "."
    refusal: str = ""


def _place(folder: Path) -> _Place:
    """Asks git, from the folder or the nearest above that is there."""
    whole = folder.resolve()
    try:
        said = git(next(place for place in (whole, *whole.parents) if place.is_dir()), "rev-parse", "--show-toplevel")
    except UsageError as error:
        return _Place(refusal=str(error))
    top = Path(os.fsdecode(said).rstrip("\n")).resolve() if said else None
    below = whole.relative_to(top).as_posix() if top and whole.is_relative_to(top) else "."
    if not below.isprintable():
        raise UsageError(f"{below!r} has signs that no workflow can name; choose another folder")
    return _Place(top, below)


def _repository(folder: Path, place: _Place) -> Iterator[str]:
    """Makes the folder a git repository, unless it lies in one."""
    if place.refusal:
        yield f"made no git repository: {place.refusal}"
    elif place.top is None:
        if git(folder, "init", "--quiet", "--initial-branch=main") is None:
            yield "made no git repository: git is not installed, or refuses; run there: git init"
        else:
            yield "made a git repository"
    elif place.below != ".":
        yield f"{folder} lies in the repository {place.top}, at whose top alone GitHub and pre-commit look; move there:"
        for name in (_WORKFLOW, _HOOKS):
            old, new = folder / name, place.top / name
            if os.path.lexists(new):
                yield f"  what {old} has, into {new}, which is there already"
            else:
                yield f"  mkdir -p {_typed(new.parent)} && mv {_typed(old)} {_typed(new)}"


def _typed(path: Path) -> str:
    """A path as people type it in a shell."""
    return shlex.quote("./" * str(path).startswith("-") + str(path))


def _quoted(text: str) -> str:
    """Text as YAML and JSON have it between quotes."""
    return json.dumps(text, ensure_ascii=False)
