"""Schemas for an editor: completion, guidance and errors while somebody writes.

They lie in the portal's own repository, so that an editor asks nobody for them, and describe a file as it is written:
without the fields that are composed from other files, and with the codes that a registry knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gpai_portal.content.law import protocols
from gpai_portal.content.scaffolding import scaffold_kinds
from gpai_portal.files import write_bytes
from gpai_portal.names import EDITOR_SCHEMAS
from gpai_portal.schema import load
from gpai_portal.validators import as_written


def editor_schemas() -> Iterator[tuple[str, bytes]]:
    """A schema for each kind of document that is written by hand: the name of its file, and its bytes."""
    for kind in scaffold_kinds():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_shown(as_written(load(kind).resolved))}
        yield f"{kind}.schema.json", (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def write_schemas(content: Path) -> Path:
    """Writes the schemas of this version beside a content folder, in place of older ones; returns their folder."""
    folder = content.parent / EDITOR_SCHEMAS
    for name, data in editor_schemas():
        folder.mkdir(exist_ok=True)
        write_bytes(folder / name, data)
    return folder


def _shown(node: Any) -> Any:
    """A schema as an editor shows it; our own keywords mean nothing to it."""
    if isinstance(node, list):
        return [_shown(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    shown = {key: _shown(value) for key, value in node.items() if not key.startswith(("x-", "$"))}
    if "properties" in node:  # its keys are names of fields
        shown["properties"] = {key: _shown(value) for key, value in node["properties"].items()}
    kind = node.get("x-kind")
    if kind == "protocol":
        shown["enum"] = list(protocols())
    elif kind == "protocols":
        shown["items"] = {"type": "string", "enum": list(protocols())}
    if options := node.get("x-options"):
        said = [f"{code}: {label}" for code, label in options.items() if code != label]
        shown["description"] = "\n\n".join(filter(None, [shown.get("description", ""), *said]))
        if kind == "choice" and "then" in shown:
            return _offered(shown)
    return shown


def _offered(choice: dict[str, Any]) -> dict[str, Any]:
    """A choice in the one form in which editors offer its codes: one of them, or else a state."""
    about: dict[str, Any] = {key: choice.pop(key) for key in ("title", "description", "examples") if key in choice}
    codes, states = choice.pop("then"), {**choice, **choice.get("else", {}), "type": "object"}
    return {**about, "anyOf": [codes, {key: value for key, value in states.items() if key not in {"if", "else"}}]}
