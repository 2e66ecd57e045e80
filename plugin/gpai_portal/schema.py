"""The schemas: what is disclosed, in which order, under which label, for whom.

The JSON files are the only source. This module reads them once, resolves their references and offers two
views of each: the tree of ``Field`` objects that pages, scaffolds and rules walk, and a validator.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from gpai_portal import validators

PROVIDER = "provider"
MODEL = "model"
RELEASE = "release"
SUMMARY = "training-content-summary"
POLICY = "copyright-policy"
FORM = "model-documentation"
SAFETY = "safety-and-security-summary"
RECIPIENTS = "recipients"
FURTHER = "further-document"

#: Kinds that group fields instead of holding an answer.
GROUPS = frozenset({"document", "section", "record"})

#: Kinds of lists whose rows speak of another field, and are shown with it.
REMARKS = frozenset({"gaps", "exceptions"})

#: Keys every answer object may have beside its own; see ``common.schema.json``.
ANSWER_KEYS = frozenset({"value", "state", "reason", "reference", "as_stated", "text"})

#: What may stand in place of prose.
STATE_TOO = ", or a state such as {state: not_disclosed, reason: ...}"

#: How an answer of each kind is written in YAML; scaffolds and messages say it alike.
HOW_TO_WRITE = {
    "text": f"write text{STATE_TOO}",
    "line": 'write one line of text, in quotes if it looks like a number: "1.10"',
    "name": "write one line of text without < and >",
    "extra": "write a list of rows with title and text",
    "link": "write an address that begins with https:// or http://",
    "links": "write a list of addresses that begin with https:// or http://",
    "email": "write an e-mail address",
    "lines": "write a list of texts",
    "yes_no": "write true or false",
    "date": 'write the date as YYYY-MM-DD, or YYYY-MM or "YYYY" where no more is known',
    "period": "write from and to as YYYY-MM, for example {from: 2024-06, to: 2025-11}; a year alone in quotes",
    "modalities": "write a list of text, image, video, audio, or {other: its name}",
    "size": "write {band: lt, mid or gt}, as the form prints its ranges, or a list of such sizes",
    "table": "write a list of rows",
    "domains": "list domain names such as example.com, or give file:, url: or access:; prose is not accepted",
    "number": 'write the number in quotes, for example "7.3e10"',
    "quantity": 'write {value: "1.5e13", unit: tokens}',
    "country": "write the two-letter country code, for example IE",
    "contact": "write name, address, email and url as needed",
    "releases": "write a list of model/release",
    "items": "write a list of items or sections of the Model Documentation Form, by their paths",
    "choice": "write one of the codes",
    "choices": "write a list of codes, or {other: its name}",
    "languages": "write a list of language tags, for example [en, fr]",
    "language": "write a language tag, for example en",
    "protocol": "write a code of the registry, for example robots-txt",
    "protocols": "write a list of codes of the registry, for example [robots-txt]",
    "gaps": "write a list of rows with field, reason and effort",
    "exceptions": "write a list of rows with field, applies_to and text",
    "section": "indent the fields of this section below it",
    "record": "indent the fields below it",
    "document": "write a mapping of fields",
}

WHOLE_NUMBER = "write a whole number without quotes"
ONE_OF, OR_SEVERAL, OR = "choose one of: ", "; or write a list of them", ", or "

#: Everything that how_to_write puts together, for catalogues.
SAID = (*HOW_TO_WRITE.values(), STATE_TOO, WHOLE_NUMBER, ONE_OF, OR_SEVERAL, OR)

#: How the states of ``x-states`` are written.
ABSENCE = {"none": "{state: none}", "not_applicable": "{state: not_applicable, reason: ...}"}


def how_to_write(schema: Mapping[str, Any], otherwise: str = "", label: Callable[[str], str] = str) -> str:
    """How the answer to a field is written, by its kind; ``otherwise`` for kinds that say nothing. ``label`` gives each
    of ``SAID`` in another language."""
    kind = schema.get("x-kind")
    text = label(HOW_TO_WRITE[kind]) if kind in HOW_TO_WRITE else otherwise
    if schema.get("type") == "integer":
        text = label(WHOLE_NUMBER)
    if kind == "choice" and (options := schema.get("x-options")):
        text = label(ONE_OF) + ", ".join(options)
    if kind == "choices" and "string" in schema.get("type", ()):
        text = label(ONE_OF) + ", ".join(schema["x-options"]) + label(OR_SEVERAL)
    if kind == "table" and "file" in schema.get("properties", {}):
        text += label(OR) + "{file: NAME.csv}"
    states = [ABSENCE[state] for state in schema.get("x-states", ())]
    return label(OR).join([text, *states]) if text else text


def schema_folder() -> Path:
    """Folder of the JSON files: inside the installed package, or the root folder of a checkout."""
    packaged = Path(__file__).parent / "schemas"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"


@cache
def read_json(name: str) -> Any:
    """One JSON file of the schema folder, for example ``registry/union.json``."""
    return json.loads((schema_folder() / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, eq=False)
class Condition:
    """Fields that must be answered when the answers beside them say so (``if``/``then`` of a section)."""

    when: jsonschema_rs.Draft202012Validator
    asked: frozenset[str]
    required: frozenset[str]
    otherwise: str

    def holds(self, section: Mapping[str, Any]) -> bool:
        """Whether the answers of a section, as JSON, are such that the fields have to be answered."""
        return self.when.is_valid({key: section[key] for key in self.asked if key in section})


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a form, as its schema describes it. There is one object for each field.

    ``path`` holds the keys from the document's root. ``audience`` and ``source`` are inherited from the
    nearest parent that states them. ``children`` are the fields of a group, ``columns`` those of a row. A row that
    ``may_be_state`` may say in place of its cells why it has none.
    """

    path: tuple[str, ...]
    schema: Mapping[str, Any]
    audience: tuple[str, ...]
    source: str
    required: bool
    children: tuple[Field, ...] = ()
    columns: tuple[Field, ...] = ()
    conditions: tuple[Condition, ...] = ()
    may_be_state: bool = False

    @cached_property
    def key(self) -> str:
        """Its key in the file; empty for the document itself."""
        return self.path[-1] if self.path else ""

    @cached_property
    def dotted(self) -> str:
        """Its path as messages and lists of fields write it, such as ``sources.public.used``."""
        return ".".join(self.path)

    @property
    def title(self) -> str:
        """Official label, to the letter."""
        return str(self.schema.get("title", self.key))

    @cached_property
    def kind(self) -> str:
        """How its answer is written and shown (``x-kind``)."""
        return str(self.schema.get("x-kind", "hidden"))

    @property
    def number(self) -> str:
        """Official number of a section; empty if it has none."""
        return str(self.schema.get("x-number", ""))

    @property
    def part(self) -> str:
        """Which answer slot this is, where the form prints one label for several."""
        return str(self.schema.get("x-part", ""))

    @property
    def guidance(self) -> str:
        """What to answer, for who fills the field in."""
        return str(self.schema.get("description", ""))

    @property
    def official(self) -> bool:
        """False for a field that the official form does not have."""
        return bool(self.schema.get("x-official", True)) and self.source != "voluntary"

    @property
    def names_some(self) -> bool:
        """Whether its list names only some of what was used (``x-selected``), as every list of domain names does: what
        leaves it may still have been used."""
        return self.kind == "domains" or bool(self.schema.get("x-selected"))

    @property
    def states(self) -> tuple[str, ...]:
        """States that are an answer to this field even where it is required."""
        return tuple(self.schema.get("x-states", ()))

    @property
    def options(self) -> Mapping[str, str]:
        """Codes and their official labels."""
        options: Mapping[str, str] = self.schema.get("x-options", {})
        return options

    @property
    def composed(self) -> Mapping[str, Any] | None:
        """Where the value comes from when it is not written in this document (``x-from``)."""
        origin: Mapping[str, Any] | None = self.schema.get("x-from")
        return origin

    @property
    def readers(self) -> tuple[str, ...]:
        """Who may have the item: its audience, and the authorities where Annex XI asks the provider to document for
        them what the Form marks for downstream providers only (Annex XI, Section 1, point 2(a): technical means)."""
        asked = str(self.schema.get("x-annex", "")).startswith("XI ")
        return (*self.audience, "AIO", "NCAs") if asked and self.audience == ("DPs",) else self.audience

    @property
    def marks_in_one_copy(self) -> bool:
        """Whether the audience marks were read in one copy of the form only, and no second one confirms them."""
        return "one copy" in str(self.schema.get("x-evidence", {}).get("marks", ""))

    @cached_property
    def banded(self) -> Field | None:
        """The column of sizes whose ranges the form prints (``x-bands``); None if there is none."""
        return next((column for column in self.columns if "x-bands" in column.schema), None)

    @property
    def is_of_provider(self) -> bool:
        """Whether its value is a fact of ``provider.yaml``."""
        return self.composed is not None and self.composed["file"] == PROVIDER

    @property
    def names_releases(self) -> bool:
        """Whether the rows of a table are facts of the releases covered, each told by the name of its release."""
        row = (self.composed or {}).get("row", {})
        return bool(self.columns) and row.get(self.columns[0].key) == "name"

    @property
    def fact(self) -> str:
        """The path in ``provider.yaml`` of the one fact that is its value; empty if there is none."""
        return str(self.composed.get("path", "")) if self.composed and self.is_of_provider else ""

    def child(self, key: str) -> Field | None:
        """The field or column of a key; None if there is none."""
        return next((c for c in (*self.children, *self.columns) if c.key == key), None)

    def walk(self) -> Iterator[Field]:
        """This field and all fields of its groups, in official order; rows are not entered."""
        yield self
        for child in self.children:
            yield from child.walk()


class Schema:
    """One kind of document."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.published: dict[str, Any] = read_json(f"{name}.schema.json")

    @property
    def title(self) -> str:
        """Official title of the form."""
        return str(self.published["title"])

    @property
    def edition(self) -> str:
        """Edition of the official form that the schema follows."""
        return str(self.published.get("x-edition", {}).get("name", ""))

    @cached_property
    def resolved(self) -> dict[str, Any]:
        """The schema with every reference replaced by what it points to."""
        resolved = _resolve(self.published, self.published)
        resolved.pop("$defs", None)
        return dict(resolved)

    @cached_property
    def root(self) -> Field:
        """The document as a field; its children are the sections in official order."""
        return _field((), self.resolved, ("public",), "gpai-portal", required=True)

    @cached_property
    def authored(self) -> Draft202012Validator:
        """Validator of the file a user writes: composed fields must not be repeated there."""
        return validators.explaining(self.resolved)

    @cached_property
    def quick(self) -> jsonschema_rs.Draft202012Validator:
        """Says as ``authored`` whether a file is valid, in a hundredth of the time, and not why."""
        return validators.quick(self.resolved)

    def fields(self) -> list[Field]:
        """All fields in official order, groups included, the document itself left out."""
        return [f for f in self.root.walk() if f.path]

    @cached_property
    def deciding(self) -> tuple[Field, ...]:
        """The groups in which some answers decide whether others are asked for."""
        return tuple(field for field in self.root.walk() if field.conditions)

    def find(self, dotted: str) -> Field | None:
        """The field of a path such as ``sources.public.used``; None if there is none."""
        found: Field | None = self.root
        for key in dotted.split("."):
            found = found.child(key) if found else None
        return found


@cache
def load(name: str) -> Schema:
    """The schema of one kind of document, read once."""
    return Schema(name)


def _resolve(node: Any, document: Mapping[str, Any]) -> Any:
    """``node`` with ``$ref`` inlined; keywords beside a reference win, as in the description of a field."""
    if isinstance(node, list):
        return [_resolve(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str):
        file, _, pointer = reference.partition("#/")
        home = read_json(file) if file else document
        target: Any = home
        for part in pointer.split("/"):
            target = target[part]
        # The description of a kind tells schema readers what it is; it is no guidance for a field.
        target = {k: v for k, v in target.items() if k != "description" or not file}
        return {
            **_resolve(target, home),
            **{k: _resolve(v, document) for k, v in node.items() if k != "$ref"},
        }
    return {key: _resolve(value, document) for key, value in node.items()}


def _field(
    path: tuple[str, ...],
    schema: Mapping[str, Any],
    audience: tuple[str, ...],
    source: str,
    *,
    required: bool,
) -> Field:
    audience = tuple(schema.get("x-audience", audience))
    source = str(schema.get("x-source", source))
    names: frozenset[str] = frozenset(schema.get("required", ()))

    def fields_of(properties: Mapping[str, Any], required_names: frozenset[str]) -> tuple[Field, ...]:
        return tuple(
            _field((*path, key), value, audience, source, required=key in required_names)
            for key, value in properties.items()
        )

    children: tuple[Field, ...] = ()
    columns: tuple[Field, ...] = ()
    may_be_state = False
    if schema.get("x-kind") in GROUPS:
        children = fields_of(schema.get("properties", {}), names)
    elif schema.get("x-kind") in {"contact", "size"}:
        columns = fields_of(_own(schema.get("properties", {})), names)
    elif isinstance(items := schema.get("items"), dict) and "properties" in items:
        # A row that may be a state asks for its cells in "else" of it.
        may_be_state = "else" in items
        cells = _own(items["properties"]) if may_be_state else items["properties"]
        columns = fields_of(cells, frozenset((*items.get("required", ()), *items.get("else", {}).get("required", ()))))
    conditions = tuple(
        Condition(
            jsonschema_rs.Draft202012Validator(part["if"]),
            frozenset(key for one in part["if"].get("anyOf", [part["if"]]) for key in one["required"]),
            frozenset(part["then"]["required"]),
            part["x-otherwise"],
        )
        for part in schema.get("allOf", ())
        if "x-otherwise" in part
    )
    return Field(path, schema, audience, source, required, children, columns, conditions, may_be_state)


def _own(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Parts of a value, without what any answer may have beside them."""
    return {key: value for key, value in properties.items() if key not in ANSWER_KEYS}
