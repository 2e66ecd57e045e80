"""The field reference, read from the schemas.

What a macro returns goes through Markdown once more. Headings are Markdown whose marks are character references;
all else is one block of HTML without empty lines, with every word of a schema escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from gpai_portal.documents import DocumentKind, Place, all_kinds
from gpai_portal.macros import quote
from gpai_portal.schema import ANSWER_KEYS, FURTHER, GROUPS, RECIPIENTS, Field, how_to_write, load, read_json
from gpai_portal.site.rendering import anchor

#: Keys beside the columns that the answer to a field of this kind may have.
OWN_KEYS = frozenset({"domains", "hidden", "period", "quantity", "table"})


def define_env(env: Any) -> None:
    """Called by mkdocs-macros-plugin."""

    @env.macro
    def field_reference(kind: str) -> str:
        """Every field of a document in official order."""
        schema = load(kind)
        edition = f" Edition followed: {schema.edition}." if schema.edition else ""
        lead = f"{quote(schema.title)}: {quote(schema.root.guidance)}{quote(edition)}"
        return "\n\n".join([lead, *_group(schema.root, 2)])

    @env.macro
    def document_table() -> str:
        """Every kind of document, the name of its files, and where they lie."""
        rows = ["| File | Document | Where it lies |", "| --- | --- | --- |"]
        for kind in all_kinds():
            if kind.name != RECIPIENTS:
                file = "*.md" if kind.name == FURTHER else f"{kind.name}.yaml"
                title = quote(load(kind.name).title)
                rows.append(f"| `{file}` | [{title}]({kind.name}.md) | `{place_of(kind)}` |")
        return "\n".join(rows)

    @env.macro
    def protocols() -> str:
        """The registry of opt-out protocols."""
        registry = read_json("registry/opt-out-protocols.json")
        rows = [
            Markup("<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
                p["code"], p["name"], p["scope"], p["state"], _source(p["source"])
            )
            for p in registry["protocols"]
        ]
        head = "<thead><tr><th>Code</th><th>Name</th><th>Scope</th><th>State</th><th>Source</th></tr></thead>"
        about = Markup("<p>As of {}. {} Source: {}.</p>").format(*(registry[k] for k in ("as_of", "note", "source")))
        return f'<div class="ref">{about}<table>{head}<tbody>{"".join(rows)}</tbody></table></div>'

    @env.macro
    def third_party_datasets() -> str:
        """Names that are known to be datasets of third parties, each with where it is described."""
        registry = read_json("registry/third-party-datasets.json")
        names = Markup(", ").join(
            Markup('<a href="{}">{}</a>').format(source, name) for name, source in registry["names"].items()
        )
        about = Markup("<p>As of {}. {}</p>").format(registry["as_of"], registry["source"])
        return f'<div class="ref"><p>{names}.</p>{about}</div>'


def _source(source: str) -> Markup | str:
    """An address as a link, a citation as it stands."""
    return Markup('<a href="{0}">{0}</a>').format(source) if source.startswith("https://") else source


def place_of(kind: DocumentKind) -> str:
    """The folder in which the files of a kind of document lie."""
    if kind.place is Place.PRIVATE:
        return "private/documents/" if kind.name == FURTHER else "private/"
    return "/".join(["content", *(["models"] if kind.place.ids else []), *(f"<{name}>" for name in kind.place.ids), ""])


def _group(group: Field, level: int) -> Iterator[str]:
    """The fields of a group, then its sections and records, each under a heading; official order is kept."""
    block: list[Markup] = []
    for field in group.children:
        if field.kind not in GROUPS:
            block.append(_field(field, group))
            continue
        if block:
            yield _block(block)
            block = []
        title = quote(f"{field.number} {field.title}".strip())
        yield f"{'#' * min(level, 5)} {title} {{ #{anchor(field)} }}"
        about = [Markup("<code>{}</code>").format(field.dotted), escape(_need(field, group)), escape(field.guidance)]
        yield f'<p class="ref">{" ".join(part for part in about if part)}</p>'
        yield from _group(field, level + 1)
    if block:
        yield _block(block)


def _block(fields: list[Markup]) -> str:
    return f'<div class="ref"><dl>{"".join(fields)}</dl></div>'


def _field(field: Field, group: Field) -> Markup:
    part = f" ({field.part})" if field.part else ""
    added = "" if field.official else Markup(' <span class="ref-added">not part of the official form</span>')
    label = Markup("<dt id='{}'><strong>{}</strong>{}{}</dt>").format(anchor(field), field.title, part, added)
    audience = "" if field.audience == ("public",) else f" For: {', '.join(field.audience)}."
    mark = " These marks were read in one copy of the Form only." if field.marks_in_one_copy else ""
    if field.readers != field.audience:
        mark += " Annex XI asks for it for authorities as well."
    rest = f"Source: {field.source}.{audience}{mark}"
    about = [
        Markup("<p><code>{}</code> <em>{}</em></p>").format(field.dotted, _need(field, group)),
        _paragraph(field.guidance),
        "" if field.composed else _paragraph(_how(field)),
        _options(field),
        "" if field.composed else _cells(field),
        _example(field),
        _paragraph(rest),
    ]
    return label + Markup("<dd>{}</dd>").format(Markup("").join(about))


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
        return f"Required when {' or '.join(asked)} is answered with true."
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


def _options(field: Field) -> Markup:
    rows = [(code, label) for code, label in field.options.items()]
    for modality, labels in field.schema.get("x-bands", {}).items():
        rows += [(f"{modality}: {code}", label) for code, label in zip(("lt", "mid", "gt"), labels, strict=True)]
    return _list(Markup("<code>{}</code> {}").format(code, label) for code, label in rows)


def _cells(field: Field) -> Markup:
    """Keys of the answer itself, and columns of its rows."""
    keys: Mapping[str, Any] = field.schema.get("properties", {}) if field.kind in OWN_KEYS else {}
    own = [
        Markup("<code>{}</code> {}. {}").format(key, value.get("title", key), value.get("description", ""))
        for key, value in keys.items()
        if key not in ANSWER_KEYS
    ]
    rows = [_cell(column) for column in field.columns]
    lead = Markup("<p>{}</p>").format("Keys of each row:" if field.kind != "contact" else "Keys:") if rows else ""
    return _list(own) + lead + _list(rows)


def _cell(column: Field) -> Markup:
    need = " (required)" if column.required else ""
    said = " ".join(f"{text.rstrip('.')}." for text in (column.guidance, _how(column)) if text)
    inner = _cells(column) if column.kind == "size" else Markup("")
    text = Markup("<code>{}</code> {}{}. {}").format(column.key, column.title.rstrip(":"), need, said)
    return text + _options(column) + inner


def _example(field: Field) -> Markup:
    examples = field.schema.get("examples", ())
    if not examples or field.composed:
        return Markup("")
    text = json.dumps(examples[0], ensure_ascii=False)
    return Markup("<p>Example: <code>{}: {}</code></p>").format(field.key, text)


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(" ".join(text.split())) if text else Markup("")


def _list(items: Iterator[Markup] | list[Markup]) -> Markup:
    rows = Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup("<ul>{}</ul>").format(rows) if rows else Markup("")
