"""What the guide takes from the package: pages of the field reference that nobody has written, and the workflows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent))
from main import place_of

from gpai_portal.documents import DocumentKind, all_kinds
from gpai_portal.starting.repository import FILES

FOLDER = "reference"
#: Kept by commands, never written by hand.
WITHOUT_PAGE = {"recipients"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """MkDocs takes the navigation from its file, so pages that are made have to be put into it."""
    section = next(iter(_reference(config.nav or [])))
    section += [_uri(kind) for kind in _kinds() if _uri(kind) not in section]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for kind in _kinds():
        if files.get_file_from_path(_uri(kind)) is None:
            title = kind.short_title or kind.name.replace("-", " ").capitalize()
            lead = f"`{place_of(kind)}{kind.name}.yaml`."
            text = f'---\nrender_macros: true\n---\n\n# {title}\n\n{lead}\n\n{{{{ field_reference("{kind.name}") }}}}\n'
            files.append(File.generated(config, _uri(kind), content=text))
    for workflow in sorted((FILES / "github").glob("*.yml")):
        files.append(File.generated(config, f"workflows/{workflow.name}", abs_src_path=str(workflow)))
    return files


def _kinds() -> list[DocumentKind]:
    return [kind for kind in all_kinds() if kind.name not in WITHOUT_PAGE]


def _uri(kind: DocumentKind) -> str:
    return f"{FOLDER}/{kind.name}.md"


def _reference(nav: list[Any]) -> list[list[str]]:
    """The part of the navigation that lists the field reference."""
    sections = [entries for item in nav if isinstance(item, dict) for entries in item.values()]
    return [entries for entries in sections if f"{FOLDER}/index.md" in entries]
