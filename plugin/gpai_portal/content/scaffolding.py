"""Scaffolds: a commented YAML file from a schema.

What has to be answered is left empty, so that ``check`` names each field that is still open. A short scaffold shows
little else: how each answer is written, the options, and as comments what may be asked for, such as what follows a Yes.
A full one shows every field with its guidance. No example is written as a value: what is published must have been
written by somebody.
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gpai_portal.content.folder import RENAME, unfit
from gpai_portal.content.law import protocols
from gpai_portal.content.source import read_source
from gpai_portal.documents import Place, all_kinds, kind_of
from gpai_portal.errors import UsageError
from gpai_portal.files import write_new
from gpai_portal.names import EDITOR_SCHEMAS
from gpai_portal.schema import ANSWER_KEYS, GROUPS, MODEL, PROVIDER, RELEASE, Field, how_to_write, load

#: Kinds of field whose answer has rows, or parts like those of one.
_OF_ROWS = frozenset({"table", "gaps", "exceptions", "contact", "domains"})


def scaffold_kinds() -> tuple[str, ...]:
    """Kinds of document that can be scaffolded."""
    return tuple(kind.name for kind in all_kinds() if kind.place is not Place.PRIVATE)


def write_scaffold(
    kind: str, names: tuple[str, ...], content: Path, *, full: bool = False, private: Path | None = None
) -> Path:
    """Writes the scaffold of a document to its place and returns the path; ``full`` as in ``scaffold``.

    With ``private``, the place is in that folder, and the scaffold is that of the rest: what the document in the
    content does not say.

    Raises UsageError for an unknown kind, for wrong ids, if there is no such model or release, or if the file is
    already there.
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
    place = Path("models", *names) if names else Path()
    require_owner(kind, names, content)
    file = (private or content) / place / f"{kind}.yaml"
    public = _written(kind, content / place / f"{kind}.yaml") if private else None
    return write_new(file, modeline(file, content) + scaffold(kind, full=full, public=public))


def _written(kind: str, file: Path) -> Mapping[str, Any]:
    """What stands in a file; nothing if there is none, or none that can be read."""
    source, _problems = read_source(kind, file, file.name) if file.is_file() else (None, [])
    return source.data if source else {}


def modeline(file: Path, content: Path) -> str:
    """The first line of a file, by which editors find its schema (yaml-language-server); empty if there is none
    beside the content folder."""
    schema = content.parent / EDITOR_SCHEMAS / f"{file.stem}.schema.json"
    if not schema.is_file():
        return ""
    return f"# yaml-language-server: $schema={Path(os.path.relpath(schema, file.parent)).as_posix()}\n"


def require_owner(kind: str, names: tuple[str, ...], content: Path) -> None:
    """Raises UsageError if the portal, the model or the release that a document belongs to is not there: a typing error
    would make another one."""
    if kind != PROVIDER and not content.is_dir():
        raise UsageError(
            f"there is no folder {content}; go to that of your portal, or begin one: gpai-portal new portal FOLDER"
        )
    owner, ids = (MODEL, names[:1]) if kind == RELEASE else (RELEASE, names)
    if kind in {MODEL, PROVIDER} or not names:
        return
    place = content.joinpath("models", *ids)
    if not (place / f"{owner}.yaml").is_file():
        known = sorted(file.parent.name for file in place.parent.glob(f"*/{owner}.yaml"))
        there = f"there are: {', '.join(known)}" if known else "there is none yet"
        raise UsageError(
            f"there is no {owner} {'/'.join(ids)!r} ({there}); write it first: gpai-portal new {owner} {' '.join(ids)}"
        )


def _example(needed: tuple[str, ...]) -> str:
    return " ".join({"model": "example-text", "release": "1.0"}[name] for name in needed)


def scaffold(kind: str, *, full: bool = False, public: Mapping[str, Any] | None = None) -> str:
    """Text of the scaffold of one kind of document: short, or with every field and its guidance.

    ``public`` is what the public part of a document says, for a short scaffold of the rest, which stays private.
    """
    schema = load(kind)
    lines = [*_comment(f"{schema.title}. {schema.root.guidance}", 0), "#"]
    states = (
        "a state in place of one: {state: not_applicable, reason: ...}, {state: none}, {state: unknown}, "
        "{state: not_disclosed, reason: ...} or {state: see, reference: ...}. Remove the mark # before a field to "
        "answer it."
    )
    lines += _comment(f"Every field below takes a value, or {states}", 0)
    if not full:
        lines += _comment(f"Further fields, and the guidance of each: gpai-portal new {kind} --all --print", 0)
    if public is not None:
        lines += _comment("This is the rest, which is not published; what the public file says is left out.", 0)
    for field in schema.root.children:
        written = _field(field, 0, schema.root) if full else _short(field, 0, schema.root, public)
        if rows := [*written]:
            lines += ["", *rows]
    return "\n".join(lines) + "\n"


def _short(field: Field, depth: int, parent: Field, public: Mapping[str, Any] | None = None) -> Iterator[str]:
    """A field that has to be answered, as a comment if that depends; nothing of one that may be left out, or that the
    public part answers."""
    if field.composed or field.key in {"$schema", "transcription"}:
        return
    said = None if public is None else public.get(field.key)
    if field.kind in GROUPS:
        asks = field.required or _asks(field)
        below = None if public is None else said or {}
        children = [line for child in field.children for line in _short(child, depth + 1, field, below)]
        if children and (asks or _for_chosen(field) or below is not None):
            yield from _comment(f"{field.number} {field.title}".strip(), depth)
            yield f"{_indent(depth)}{field.key}:" if asks else f"{_indent(depth)}# {field.key}:"
            yield from children
        return
    conditions = [c for c in parent.conditions if field.key in c.required]
    withheld = public is not None and field.official and "public" not in field.audience
    if said is not None or not (field.required or conditions or _for_chosen(field) or withheld):
        return
    part = f" ({field.part})" if field.part else ""
    yield from _comment(field.title + part, depth)
    asked = sorted({name for condition in conditions for name in condition.asked})
    need = f"If {' or '.join(asked)} is true: " if conditions and not field.required else ""
    if withheld:
        need = f"For {', '.join(field.audience)}. "
    elif _for_chosen(field):
        need = f"For {', '.join(field.audience)}; written here, it is public. "
    yield from _comment(need + (_briefly(field) or field.guidance), depth, "  ")
    yield from _options(field, depth)
    mark = "" if field.required else "# "
    yield f"{_indent(depth)}{mark}{field.key}:"
    yield from _columns(field, depth)


def _for_chosen(field: Field) -> bool:
    """Whether the form means a field, or one below a section, for downstream providers: nobody has to publish it."""
    return any("DPs" in f.audience and f.official for f in ([field] if not field.children else field.walk()))


def _briefly(field: Field) -> str:
    """How an answer is written, without the states and options that stand elsewhere."""
    if field.options:
        return "Choose one:" if field.kind == "choice" else "Choose one or, as a list, several:"
    return _sentence(how_to_write(field.schema).replace(", or a state such as {state: not_disclosed, reason: ...}", ""))


def _options(field: Field, depth: int) -> Iterator[str]:
    """Codes that a field may be answered with, and the ranges that a form prints."""
    options = protocols() if field.kind == "protocols" else field.options
    for code, label in options.items():
        yield from _comment(code if code == label else f"{code}: {label}", depth, "    ")
    for modality, bands in field.schema.get("x-bands", {}).items():
        yield from _comment(f"{modality}: {_bands(bands, ' = ', '; ')}", depth, "    ")


def _bands(labels: Sequence[str], between: str, after: str) -> str:
    return after.join(f"{code}{between}{label}" for code, label in zip(("lt", "mid", "gt"), labels, strict=True))


def _columns(field: Field, depth: int) -> Iterator[str]:
    """The columns of a row that have to be filled in, commented out below the field."""
    if field.kind not in _OF_ROWS or not field.columns:
        return
    first = "- " if field.kind != "contact" else "  "
    for column in (c for c in field.columns if c.required or field.kind == "contact"):
        codes = protocols() if column.kind == "protocol" else column.options
        said = [column.title, _briefly(column)]
        said += ["; ".join(code if code == label else f"{code} = {label}" for code, label in codes.items())]
        said += [f"{m}: {_bands(b, ' = ', ', ')}." for m, b in column.schema.get("x-bands", {}).items()]
        text = ". ".join([said[0].rstrip(".:"), " ".join(filter(None, said[1:]))]).rstrip(" .")
        yield from _comment(f"{first}{column.key}: # {text}", depth, "  ", "      ")
        first = "  "


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
    yield from _options(field, depth)
    for example in field.schema.get("examples", ())[:1]:
        yield from _comment(f"Example: {field.key}: {_flow(example)}", depth, "  ")


def _row(field: Field, depth: int) -> Iterator[str]:
    """The columns of a row, commented out below the field."""
    if field.kind not in _OF_ROWS or not field.columns:
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
        codes = protocols() if column.kind == "protocol" else column.options
        options = "; ".join(f"{code} = {label}" for code, label in codes.items())
        guidance = " ".join(t for t in (column.guidance, _sentence(how_to_write(column.schema)), options) if t)
        bands = column.schema.get("x-bands", {})
        for modality, labels in bands.items():
            guidance += f" {modality}: {_bands(labels, ' = ', ', ')}."
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
