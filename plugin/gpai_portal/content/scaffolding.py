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
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from gpai_portal.content.folder import RENAME, unfit
from gpai_portal.content.law import protocols
from gpai_portal.content.source import read_source
from gpai_portal.documents import Place, all_kinds, kind_of
from gpai_portal.errors import UsageError
from gpai_portal.files import write_new
from gpai_portal.names import EDITOR_SCHEMAS
from gpai_portal.schema import ANSWER_KEYS, GROUPS, MODEL, PROVIDER, RELEASE, STATE_TOO, Field, how_to_write, load


class Words(Protocol):
    """A language. What it lacks stays English."""

    def label(self, message: str) -> str:
        """A label or the guidance of a schema or registry."""

    def text(self, message: str, **values: object) -> str:
        """A sentence, with its ``%(name)s`` places filled in."""


class _English:
    def label(self, message: str) -> str:
        return message

    def text(self, message: str, **values: object) -> str:
        return message % values if values else message


ENGLISH: Words = _English()

#: Kinds of field whose answer has rows, or parts like those of one.
_OF_ROWS = frozenset({"table", "gaps", "exceptions", "contact", "domains"})


def scaffold_kinds() -> tuple[str, ...]:
    """Kinds of document that can be scaffolded."""
    return tuple(kind.name for kind in all_kinds() if kind.place is not Place.PRIVATE)


def write_scaffold(
    kind: str,
    names: tuple[str, ...],
    content: Path,
    *,
    full: bool = False,
    private: Path | None = None,
    words: Words = ENGLISH,
) -> Path:
    """Writes the scaffold of a document to its place and returns the path; ``full`` and ``words`` as in ``scaffold``.

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
    return write_new(file, modeline(file, content) + scaffold(kind, full=full, public=public, words=words))


def _told(field: Field, words: Words) -> Field:
    """A field, and all below it, with the labels and the guidance of a language."""
    return replace(
        field,
        schema=_translated(field.schema, words),
        children=tuple(_told(child, words) for child in field.children),
        columns=tuple(_told(column, words) for column in field.columns),
    )


def _translated(node: Any, words: Words) -> Any:
    if isinstance(node, list):
        return [_translated(one, words) for one in node]
    if not isinstance(node, Mapping):
        return node
    told = {key: _translated(value, words) for key, value in node.items()}
    for key in ("title", "description", "x-part"):
        if isinstance(text := node.get(key), str):
            told[key] = words.label(text)
    if "x-options" in node:
        told["x-options"] = {code: words.label(label) for code, label in node["x-options"].items()}
    if "x-bands" in node:
        told["x-bands"] = {name: [words.label(band) for band in bands] for name, bands in node["x-bands"].items()}
    return told


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


def scaffold(kind: str, *, full: bool = False, public: Mapping[str, Any] | None = None, words: Words = ENGLISH) -> str:
    """Text of the scaffold of one kind of document: short, or with every field and its guidance.

    ``public`` is what the public part of a document says, for a short scaffold of the rest, which stays private.
    Comments are in the language of ``words``, as far as it has them; keys and codes are the same in every language.
    """
    root = _told(load(kind).root, words)
    lines = [*_comment(f"{words.label(load(kind).title)}. {root.guidance}", 0), "#"]
    lines += _comment(
        words.text(
            "Every field below takes a value, or a state in place of one: {state: not_applicable, reason: ...}, "
            "{state: none}, {state: unknown}, {state: not_disclosed, reason: ...} or {state: see, reference: ...}. "
            "Remove the mark # before a field to answer it."
        ),
        0,
    )
    if not full:
        further = words.text("Further fields, and the guidance of each:")
        lines += _comment(f"{further} gpai-portal new {kind} --all --print", 0)
    if public is not None:
        rest = words.text("This is the rest, which is not published; what the public file says is left out.")
        lines += _comment(rest, 0)
    for field in root.children:
        written = _field(words, field, 0, root) if full else _short(words, field, 0, root, public)
        if rows := [*written]:
            lines += ["", *rows]
    return "\n".join(lines) + "\n"


def _short(
    words: Words, field: Field, depth: int, parent: Field, public: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """A field that has to be answered, as a comment if that depends; nothing of one that may be left out, or that the
    public part answers."""
    if field.composed or field.key in {"$schema", "transcription"}:
        return
    said = None if public is None else public.get(field.key)
    if field.kind in GROUPS:
        asks = field.required or _asks(field)
        below = None if public is None else said or {}
        children = [line for child in field.children for line in _short(words, child, depth + 1, field, below)]
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
    need = ""
    if withheld:
        need = words.text("For %(readers)s. ", readers=", ".join(field.audience))
    elif _for_chosen(field):
        need = words.text("For %(readers)s; written here, it is public. ", readers=", ".join(field.audience))
    elif conditions and not field.required:
        need = words.text("If %(asked)s is true: ", asked=words.text(" or ").join(asked))
    yield from _comment(need + (_briefly(words, field) or field.guidance), depth, "  ")
    yield from _options(words, field, depth)
    mark = "" if field.required else "# "
    yield f"{_indent(depth)}{mark}{field.key}:"
    yield from _columns(words, field, depth)


def _for_chosen(field: Field) -> bool:
    """Whether the form means a field, or one below a section, for downstream providers: nobody has to publish it."""
    return any("DPs" in f.audience and f.official for f in ([field] if not field.children else field.walk()))


def _briefly(words: Words, field: Field) -> str:
    """How an answer is written, without the states and options that stand elsewhere."""
    if field.options:
        several = field.kind != "choice"
        return words.text("Choose one or, as a list, several:") if several else words.text("Choose one:")
    return _sentence(how_to_write(field.schema, label=words.label).replace(words.label(STATE_TOO), ""))


def _options(words: Words, field: Field, depth: int) -> Iterator[str]:
    """Codes that a field may be answered with, and the ranges that a form prints."""
    options = _protocols(words) if field.kind == "protocols" else field.options
    for code, label in options.items():
        yield from _comment(code if code == label else f"{code}: {label}", depth, "    ")
    for modality, bands in field.schema.get("x-bands", {}).items():
        yield from _comment(f"{modality}: {_bands(bands, ' = ', '; ')}", depth, "    ")


def _bands(labels: Sequence[str], between: str, after: str) -> str:
    return after.join(f"{code}{between}{label}" for code, label in zip(("lt", "mid", "gt"), labels, strict=True))


def _columns(words: Words, field: Field, depth: int) -> Iterator[str]:
    """The columns of a row that have to be filled in, commented out below the field."""
    if field.kind not in _OF_ROWS or not field.columns:
        return
    first = "- " if field.kind != "contact" else "  "
    for column in (c for c in field.columns if c.required or field.kind == "contact"):
        codes = _protocols(words) if column.kind == "protocol" else column.options
        said = [column.title, _briefly(words, column)]
        said += ["; ".join(code if code == label else f"{code} = {label}" for code, label in codes.items())]
        said += [f"{m}: {_bands(b, ' = ', ', ')}." for m, b in column.schema.get("x-bands", {}).items()]
        text = ". ".join([said[0].rstrip(".:"), " ".join(filter(None, said[1:]))]).rstrip(" .")
        yield from _comment(f"{first}{column.key}: # {text}", depth, "  ", "      ")
        first = "  "


def _field(words: Words, field: Field, depth: int, parent: Field) -> Iterator[str]:
    if field.composed or field.key in {"$schema", "transcription"}:
        return
    if field.kind in GROUPS:
        children = [line for child in field.children for line in _field(words, child, depth + 1, field)]
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
    yield from _about(words, field, depth, parent)
    yield _indent(depth) + (f"{field.key}:" if field.required else f"# {field.key}:")
    yield from _row(words, field, depth)


def _asks(field: Field) -> bool:
    """Whether anything below a section has to be answered."""
    return field.kind == "section" and any(f.required and not f.composed for f in field.walk() if f is not field)


def _about(words: Words, field: Field, depth: int, parent: Field) -> Iterator[str]:
    part = f" ({field.part})" if field.part else ""
    yield from _comment(field.title + part, depth)
    yield from _comment(field.guidance, depth, "  ")
    condition = next((c for c in parent.conditions if field.key in c.required), None)
    if field.required:
        need = words.text("Required.")
    elif condition:
        asked = words.text(" or ").join(sorted(condition.asked))
        need = words.text("Required when %(asked)s is answered with true.", asked=asked)
    else:
        need = words.text("Optional.")
    said = [need, _sentence(how_to_write(field.schema, label=words.label))]
    said += [words.text("Source: %(source)s.", source=field.source)]
    if "public" not in field.audience:
        said += [words.text("For: %(readers)s.", readers=", ".join(field.audience))]
    yield from _comment(" ".join(said), depth, "  ")
    yield from _options(words, field, depth)
    for example in field.schema.get("examples", ())[:1]:
        yield from _comment(f"{words.text('Example')}{words.text(': ')}{field.key}: {_flow(example)}", depth, "  ")


def _row(words: Words, field: Field, depth: int) -> Iterator[str]:
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
        yield from _comment(words.text("Each row:"), depth, "  ")
    first = True
    for column in field.columns:
        mark = "- " if in_list and first else "  "
        first = False
        need = f" ({words.text('required')})" if column.required else ""
        codes = _protocols(words) if column.kind == "protocol" else column.options
        options = "; ".join(f"{code} = {label}" for code, label in codes.items())
        guidance = " ".join(
            t for t in (column.guidance, _sentence(how_to_write(column.schema, label=words.label)), options) if t
        )
        bands = column.schema.get("x-bands", {})
        for modality, labels in bands.items():
            guidance += f" {modality}: {_bands(labels, ' = ', ', ')}."
        yield from _comment(f"{mark}{column.key}: {column.title}{need}. {guidance}".rstrip(), depth, "    ", "      ")


def _protocols(words: Words) -> dict[str, str]:
    return {code: words.label(name) for code, name in protocols().items()}


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
