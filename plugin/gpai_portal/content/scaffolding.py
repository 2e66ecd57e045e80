"""Scaffolds: a commented YAML file from a schema, with guidance and options beside each field.

Required fields are left empty, so that ``check`` names each that is still to be answered; fields that depend
on another answer, and optional ones, are commented out. No example is written as a value: what is published
must have been written by somebody.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

from gpai_portal.content.folder import RENAME, unfit
from gpai_portal.documents import Place, all_kinds, kind_of
from gpai_portal.errors import UsageError
from gpai_portal.files import write_new
from gpai_portal.schema import ANSWER_KEYS, GROUPS, Field, how_to_write, load


def scaffold_kinds() -> tuple[str, ...]:
    """Kinds of document that can be scaffolded."""
    return tuple(kind.name for kind in all_kinds() if kind.place is not Place.PRIVATE)


def write_scaffold(kind: str, names: tuple[str, ...], content: Path) -> Path:
    """Writes the scaffold of a document to its place and returns the path.

    Raises UsageError for an unknown kind, for wrong ids, or if the file is already there.
    """
    if kind not in scaffold_kinds():
        raise UsageError(f"there is no document {kind!r}; there are: {', '.join(scaffold_kinds())}")
    needed = kind_of(kind).place.ids
    if len(names) != len(needed):
        wanted = " and ".join(f"the id of the {name}" for name in needed) or "no name"
        raise UsageError(f"new {kind} needs {wanted}, for example: gpai-portal new {kind} " + _example(needed))
    for name in names:
        if reason := unfit(name):
            raise UsageError(f"{name!r} {reason}; {RENAME}")
    folder = content.joinpath("models", *names) if names else content
    return write_new(folder / f"{kind}.yaml", scaffold(kind))


def _example(needed: tuple[str, ...]) -> str:
    return " ".join({"model": "example-text", "release": "1.0"}[name] for name in needed)


def scaffold(kind: str) -> str:
    """Text of the scaffold of one kind of document."""
    schema = load(kind)
    lines = [*_comment(f"{schema.title}. {schema.root.guidance}", 0), "#"]
    lines += _comment(
        "Every field below takes a value, or a state in place of one: {state: not_applicable, reason: ...}, "
        "{state: none}, {state: unknown}, {state: not_disclosed, reason: ...} or {state: see, reference: ...}. "
        "Remove the mark # before a field to answer it.",
        0,
    )
    for field in schema.root.children:
        lines += ["", *_field(field, 0, schema.root)]
    return "\n".join(lines) + "\n"


def _field(field: Field, depth: int, parent: Field) -> Iterator[str]:
    if field.composed or field.key in {"$schema", "transcription"}:
        return
    if field.kind in GROUPS:
        children = [line for child in field.children for line in _field(child, depth + 1, field)]
        if children:
            yield from _comment(f"{field.number} {field.title}".strip(), depth)
            yield from _comment(field.guidance, depth, "  ")
            if field.required or _asks(field):
                yield f"{_indent(depth)}{field.key}:"
                yield from children
            else:
                yield f"{_indent(depth)}# {field.key}:"
                yield from (line if not line or line.lstrip().startswith("#") else f"# {line}" for line in children)
        return
    yield from _about(field, depth, parent)
    yield _indent(depth) + (f"{field.key}:" if field.required else f"# {field.key}:")
    yield from _row(field, depth)


def _asks(field: Field) -> bool:
    """Whether anything below a section has to be answered."""
    return field.kind == "section" and any(f.required and not f.composed for f in field.walk() if f is not field)


def _about(field: Field, depth: int, parent: Field) -> Iterator[str]:
    part = f" ({field.part})" if field.part else ""
    yield from _comment(field.title + part, depth)
    yield from _comment(field.guidance, depth, "  ")
    condition = next((c for c in parent.conditions if field.key in c.required), None)
    if field.required:
        need = "Required."
    elif condition:
        need = f"Required when {' or '.join(sorted(condition.asked))} is answered with true."
    else:
        need = "Optional."
    audience = "" if "public" in field.audience else f" For: {', '.join(field.audience)}."
    yield from _comment(
        f"{need} {_sentence(how_to_write(field.schema))} Source: {field.source}.{audience}", depth, "  "
    )
    for code, label in field.options.items():
        yield from _comment(f"{code}: {label}", depth, "    ")
    for modality, bands in field.schema.get("x-bands", {}).items():
        yield from _comment(
            f"{modality}: " + "; ".join(f"{c} = {b}" for c, b in zip(("lt", "mid", "gt"), bands, strict=True)),
            depth,
            "    ",
        )
    for example in field.schema.get("examples", ())[:1]:
        yield from _comment(f"Example: {field.key}: {_flow(example)}", depth, "  ")


def _row(field: Field, depth: int) -> Iterator[str]:
    """The columns of a row, commented out below the field."""
    if field.kind not in {"table", "gaps", "exceptions", "contact", "domains"} or not field.columns:
        return
    in_list = field.kind != "contact"
    if in_list:
        own = field.schema.get("properties", {})
        for key in (k for k in own if k not in ANSWER_KEYS):
            text = " ".join(t for t in (own[key]["title"] + ".", own[key].get("description", "")) if t)
            yield from _comment(f"{key}: {text}", depth, "    ", "      ")
    if in_list:
        yield from _comment("Each row:", depth, "  ")
    first = True
    for column in field.columns:
        mark = "- " if in_list and first else "  "
        first = False
        need = " (required)" if column.required else ""
        options = "; ".join(f"{code} = {label}" for code, label in column.options.items())
        guidance = " ".join(t for t in (column.guidance, _sentence(how_to_write(column.schema)), options) if t)
        bands = column.schema.get("x-bands", {})
        for modality, labels in bands.items():
            guidance += (
                f" {modality}: "
                + ", ".join(f"{c} = {b}" for c, b in zip(("lt", "mid", "gt"), labels, strict=True))
                + "."
            )
        yield from _comment(f"{mark}{column.key}: {column.title}{need}. {guidance}".rstrip(), depth, "    ", "      ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""


def _flow(value: object) -> str:
    """A value in one line of YAML; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _indent(depth: int) -> str:
    return "  " * depth


def _comment(text: str, depth: int, lead: str = "", later: str | None = None) -> list[str]:
    if not text:
        return []
    start = f"{_indent(depth)}# "
    return textwrap.wrap(
        text,
        width=100,
        initial_indent=start + lead,
        subsequent_indent=start + (lead if later is None else later + lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
