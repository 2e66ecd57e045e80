"""The field reference: Markdown files made from the schemas, readable as they stand.

``make reference`` writes them into ``pages/reference/``, where hosts of git show them; a test holds them equal to the
schemas. The guide is built with pages made anew (this file is a hook of MkDocs as well), and has one for each kind of
document, also for one that was only just added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from gpai_portal.documents import DocumentKind, Place, all_kinds
from gpai_portal.schema import ANSWER_KEYS, FURTHER, GROUPS, RECIPIENTS, Field, how_to_write, load, read_json
from gpai_portal.site.rendering import anchor
from gpai_portal.starting.repository import FILES

FOLDER = "reference"

#: Keys beside the columns that the answer to a field of this kind may have.
OWN_KEYS = frozenset({"domains", "hidden", "period", "quantity", "table"})

#: Marks of Markdown and HTML.
_SPECIAL = re.compile(r"[\\`*_\[\]{}#|~]")

_HEAD = "<!-- Made from the schemas by: make reference -->"

_INTRODUCTION = """\
One page for each kind of document, made from the schemas. Fields stand in official order, under their official labels.

{kinds}

The codes that other fields take from a list that changes: [opt-out protocols](opt-out-protocols.md), [datasets of third
parties](third-party-datasets.md).

Each entry gives

- the **official label**; "not part of the official form" stands beside fields that gpai-portal adds;
- the **path** of the key in the file, for example `sources.public.used`;
- whether an answer is **required**, required when another answer is yes, optional, or taken from another file;
- the guidance, how the answer is written, and the codes to choose from;
- an **example** where there is one, in one line of YAML;
- the **source**: the point of the template, the Form, the Code of Practice or the Act. `voluntary` and `gpai-portal`
  mark fields that none of them asks for;
- in the Model Documentation Form, the **audience**: `AIO` (AI Office), `NCAs` (national competent authorities), `DPs`
  (downstream providers).

Every answer can also be a state; see [Writing answers](../writing-answers.md). The schemas themselves are JSON Schema
2020-12. A built site publishes those of the documents under `/schemas/`.
"""


def pages() -> dict[str, str]:
    """Every page of the reference, by the name of its file."""
    kinds = [kind for kind in all_kinds() if kind.name != RECIPIENTS]
    rows = [
        f"| `{_file(kind)}` | [{_plain(load(kind.name).title)}]({kind.name}.md) | `{_place(kind)}` |" for kind in kinds
    ]
    table = "\n".join(["| File | Document | Where it lies |", "| --- | --- | --- |", *rows])
    made = {"index.md": f"# Field reference\n\n{_INTRODUCTION.format(kinds=table)}"}
    made |= {f"{kind.name}.md": _kind(kind) for kind in kinds}
    made |= {"opt-out-protocols.md": _protocols(), "third-party-datasets.md": _datasets()}
    return {name: f"{_HEAD}\n\n{text.rstrip()}\n" for name, text in made.items()}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """MkDocs takes the navigation from its file, so pages of new kinds have to be put into it."""
    sections = [entries for item in config.nav or [] if isinstance(item, dict) for entries in item.values()]
    section = next(entries for entries in sections if f"{FOLDER}/index.md" in entries)
    section += [uri for name in pages() if (uri := f"{FOLDER}/{name}") not in section]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, text in pages().items():
        if there := files.get_file_from_path(f"{FOLDER}/{name}"):
            files.remove(there)
        files.append(File.generated(config, f"{FOLDER}/{name}", content=text))
    for workflow in sorted((FILES / "github").glob("*.yml")):
        files.append(File.generated(config, f"workflows/{workflow.name}", abs_src_path=str(workflow)))
    return files


def _kind(kind: DocumentKind) -> str:
    schema = load(kind.name)
    edition = f" Edition followed: {schema.edition}." if schema.edition else ""
    lead = _plain(f"{schema.title}: {schema.root.guidance}{edition}")
    title = kind.short_title or kind.name.replace("-", " ").capitalize()
    return "\n\n".join([f"# {title}", f"`{_place(kind)}{_file(kind)}`", lead, *_group(schema.root, 2)])


def _file(kind: DocumentKind) -> str:
    return "*.md" if kind.name == FURTHER else f"{kind.name}.yaml"


def _place(kind: DocumentKind) -> str:
    """The folder in which the files of a kind of document lie."""
    if kind.place is Place.PRIVATE:
        return "private/documents/" if kind.name == FURTHER else "private/"
    return "/".join(["content", *(["models"] if kind.place.ids else []), *(f"<{name}>" for name in kind.place.ids), ""])


def _group(group: Field, level: int) -> Iterator[str]:
    """The fields of a group, and its sections and records, each under a heading; official order is kept."""
    for field in group.children:
        if field.kind not in GROUPS:
            yield from _field(field, group)
            continue
        yield f'<a id="{anchor(field)}"></a>'
        yield f"{'#' * min(level, 5)} {_plain(f'{field.number} {field.title}')}"
        yield " ".join(filter(None, [f"`{field.dotted}`", _need(field, group), _plain(field.guidance)]))
        yield from _group(field, level + 1)


def _field(field: Field, group: Field) -> Iterator[str]:
    part = f" ({_plain(field.part)})" if field.part else ""
    added = "" if field.official else " *not part of the official form*"
    yield f'<a id="{anchor(field)}"></a>'
    yield f"**{_plain(field.title)}**{part}{added}  \n`{field.dotted}` *{_need(field, group)}*"
    if field.guidance:
        yield _plain(field.guidance)
    if not field.composed and (how := _how(field)):
        yield _plain(how)
    if items := [*_options(field), *([] if field.composed else _keys(field))]:
        yield "\n".join(items)
    if not field.composed and (examples := field.schema.get("examples")):
        yield f"Example: {_code(f'{field.key}: {json.dumps(examples[0], ensure_ascii=False)}')}"
    audience = "" if field.audience == ("public",) else f" For: {', '.join(field.audience)}."
    mark = " These marks were read in one copy of the Form only." if field.marks_in_one_copy else ""
    if field.readers != field.audience:
        mark += " Annex XI asks for it for authorities as well."
    yield f"Source: {_plain(field.source)}.{audience}{mark}"


def _need(field: Field, group: Field) -> str:
    if field.composed:
        return f"Taken from {field.composed['file']}.yaml; not written here."
    if field.required:
        return "Required."
    leaves = [f for f in field.walk() if f.kind not in GROUPS]
    if field.kind in GROUPS and all(leaf.composed for leaf in leaves):
        return "Taken from other files; not written here."
    asked = sorted({key for c in group.conditions if field.key in c.required for key in c.asked})
    if asked:
        return _plain(f"Required when {' or '.join(asked)} is answered with true.")
    return "Optional."


def _how(field: Field) -> str:
    found = [how_to_write(field.schema)]
    for key, text in (
        ("x-words", "at most {} words are recommended"),
        ("x-figures", "at least {} significant figures are asked for"),
        ("x-precision", "the exact {} is asked for"),
        ("x-unit", "the unit is {}"),
    ):
        if key in field.schema:
            found.append(text.format(field.schema[key]))
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in found if text)


def _options(field: Field) -> Iterator[str]:
    for code, label in field.options.items():
        yield f"- {_code(code)} {_plain(label)}"
    for modality, labels in field.schema.get("x-bands", {}).items():
        for code, label in zip(("lt", "mid", "gt"), labels, strict=True):
            yield f"- {_code(f'{modality}: {code}')} {_plain(label)}"


def _keys(field: Field) -> Iterator[str]:
    """Keys of the answer itself, and columns of its rows, as a list."""
    keys: Mapping[str, Any] = field.schema.get("properties", {}) if field.kind in OWN_KEYS else {}
    for key, value in keys.items():
        if key not in ANSWER_KEYS:
            yield f"- {_code(key)} {_sentences(value.get('title', key), value.get('description', ''))}"
    for column in field.columns:
        where = "" if field.kind == "contact" else ", in each row"
        need = ", required" if column.required else ""
        said = _sentences(column.title.rstrip(":"), column.guidance, _how(column))
        yield f"- {_code(column.key)}{where}{need}: {said}"
        yield from _indented(_options(column))
        if column.kind == "size":
            yield from _indented(_keys(column))


def _indented(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"    {line}" for line in lines)


def _sentences(*texts: str) -> str:
    return _plain(" ".join(f"{text.rstrip('.')}." for text in texts if text))


def _protocols() -> str:
    registry = read_json("registry/opt-out-protocols.json")
    rows = [
        " | ".join([_code(p["code"]), *(_plain(p[key]) for key in ("name", "scope", "state")), _source(p["source"])])
        for p in registry["protocols"]
    ]
    head = ["| Code | Name | Scope | State | Source |", "| --- | --- | --- | --- | --- |"]
    lead = (
        "The codes of `reservations.protocols` in a [copyright policy](copyright-policy.md), and of "
        "`processing.tdm.protocols` in a [training-content summary](training-content-summary.md)."
    )
    about = f"As of {registry['as_of']}. {_plain(registry['note'])} Source: {_plain(registry['source'])}."
    return "\n\n".join(["# Opt-out protocols", lead, about, "\n".join([*head, *(f"| {row} |" for row in rows)])])


def _datasets() -> str:
    registry = read_json("registry/third-party-datasets.json")
    rows = [f"- [{_plain(name)}]({source})" for name, source in registry["names"].items()]
    lead = "Known as datasets of third parties, each with where it is described. They are no crawlers of yours."
    about = f"As of {registry['as_of']}. {_plain(registry['source'])}"
    return "\n\n".join(["# Datasets of third parties", lead, about, "\n".join(rows)])


def _source(source: str) -> str:
    """An address as a link, a citation as it stands."""
    return f"<{source}>" if source.startswith("https://") else _plain(source)


def _plain(text: str) -> str:
    """Text as Markdown that shows just this text."""
    escaped = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


if __name__ == "__main__":
    folder = Path(__file__).parent / "pages" / FOLDER
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
