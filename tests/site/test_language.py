"""Every interface string and every label is in the catalogue of every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from gpai_portal import schema
from gpai_portal.documents import all_kinds
from gpai_portal.errors import UsageError
from gpai_portal.schema import load
from gpai_portal.site.language import FOLDER, SCHEMA, Language, languages
from gpai_portal.site.rendering import TEMPLATES

#: Units that answers may name, which have names of their own in each language.
UNITS = {"tokens", "hours"}
PACKAGE = Path(__file__).parents[2] / "plugin" / "gpai_portal"


def interface_strings() -> set[str]:
    """Strings given to `_`, `text`, `ngettext` in templates and code."""
    found: set[str] = set()
    for template in TEMPLATES.glob("*.html"):
        tree = Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))
        for _, _, message in extract_from_ast(tree, gettext_functions=("_", "ngettext")):
            found.add(message if isinstance(message, str) else str(message[0]))
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in {"_", "text", "plural"} and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


def schema_strings() -> Iterator[str]:
    """Every label a page may show that comes from a schema or a registry."""
    for kind in all_kinds():
        if kind.name != schema.RECIPIENTS:
            yield schema.load(kind.name).root.guidance
            yield from filter(None, [kind.short_title])
            yield from _strings(schema.load(kind.name).resolved)
    yield from schema.SAID
    for name, keys in (
        ("obligations", {"title", "text", "provision", "publication", "source"}),
        ("opt-out-protocols", {"note", "name", "scope", "carrier", "state", "source", "where"}),
        ("union", {"source"}),
    ):
        strings = _values(schema.read_json(f"registry/{name}.json"), keys)
        yield from (text for text in strings if not text.startswith("https://"))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _strings(item)
    elif isinstance(node, Mapping):
        for key in ("title", "x-part", "x-otherwise", "x-unit"):
            if isinstance(value := node.get(key), str):
                yield value
        yield from node.get("x-options", {}).values()
        yield from node.get("x-said", {}).values()
        for bands in node.get("x-bands", {}).values():
            yield from bands
        for key, value in node.items():
            if key not in {"x-options", "x-bands", "x-evidence-legend", "examples"}:
                yield from _strings(value)


def _values(node: Any, keys: set[str]) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _values(item, keys)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _values(value, keys)


def catalogue_of(language: str) -> Catalog:
    """All entries of a language, as translators see them."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> tuple[str, ...]:
    """What a message is in the language, one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", languages()[1:])
def test_catalogues_are_complete(language: str) -> None:
    catalogue = catalogue_of(language)
    missing = {m for m in interface_strings() if not (catalogue.get(m) and catalogue[m].string)}
    assert missing == set()
    labels = {m for m in schema_strings() if not (catalogue.get(m, SCHEMA) and catalogue.get(m, SCHEMA).string)}
    assert labels == set()


@pytest.mark.parametrize("language", languages()[1:])
def test_catalogues_have_nothing_else(language: str) -> None:
    known = {None: interface_strings(), SCHEMA: {*schema_strings(), *UNITS}}
    entries = [(m.context, m.id[0] if isinstance(m.id, tuple) else m.id) for m in catalogue_of(language) if m.id]
    assert [entry for entry in entries if entry[1] not in known[entry[0]]] == []


@pytest.mark.parametrize("language", languages()[1:])
def test_catalogues_are_read_whole(language: str) -> None:
    """A message that is there twice, or lacks a half, is refused by msgfmt and passed over by Babel."""
    text = (FOLDER / f"{language}.po").read_text(encoding="utf-8")
    halves = (len(re.findall(start, text, re.MULTILINE)) for start in (r"^msgid ", r"^msgstr(?:\[0\])? "))
    assert {*halves} == {len(list(catalogue_of(language)))}


@pytest.mark.parametrize("language", languages()[1:])
def test_a_message_keeps_its_places_its_ends_and_the_forms_of_the_language(language: str) -> None:
    catalogue = catalogue_of(language)
    places = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if ids == ("",):
            continue
        assert len(forms(message)) == (catalogue.num_plurals if message.pluralizable else 1), ids
        for text in forms(message):
            assert set(places.findall(text)) == set(places.findall(ids[-1])), ids
            for mark in (" ", ":"):
                assert text.endswith(mark) or not ids[0].endswith(mark), (text, ids)


def test_french_puts_no_break_before_its_marks() -> None:
    """A line that breaks there begins with a mark; in quotation marks as well."""
    strings = [text for message in catalogue_of("fr") if message.id for text in forms(message)]
    assert [text for text in strings if re.search(r"\S ([;?!»]|:(?![-)]))|« ", text)] == []
    assert [Language("fr").text(mark) for mark in (": ", "; ")] == ["\u00a0: ", "\u00a0; "]


@pytest.mark.parametrize(
    ("code", "written", "shown"),
    [
        ("en", "1.28e12", "1.28\u00a0×\u00a010<sup>12</sup>"),
        ("fr", "1.28e12", "1,28\u00a0×\u00a010<sup>12</sup>"),
        ("fr", "7E+23", "7\u00a0×\u00a010<sup>23</sup>"),
        ("en", "1234567", "1\u00a0234\u00a0567"),
        ("en", "1234567.25", "1\u00a0234\u00a0567.25"),
        ("fr", "1234567.25", "1\u00a0234\u00a0567,25"),
        ("fr", "999", "999"),
        ("de", "1234567.25", "1\u00a0234\u00a0567,25"),
        ("pl", "1.28e12", "1,28\u00a0×\u00a010<sup>12</sup>"),
        ("en", "10-20", "10-20"),
        ("fr", "", ""),
    ],
)
def test_figures_have_the_marks_of_the_language(code: str, written: str, shown: str) -> None:
    assert Language(code).figure(written) == shown


def test_units_that_the_form_names_are_translated() -> None:
    assert Language("fr").label("tokens") == "jetons"
    assert Language("en").label("tokens") == "tokens"


def test_french_uses_the_official_terms() -> None:
    french = Language("fr")
    assert french.label("Model Documentation Form").lower().startswith("formulaire de documentation")
    assert "fournisseurs en aval" in french.text("For downstream providers: ask for access").lower()
    assert "Bureau de l’IA" in french.text("For the AI Office only")
    text = french.text("For the AI Office and national authorities only")
    assert "autorités nationales compétentes" in text
    assert french.original("Model architecture") == "Model architecture"
    assert french.label("Established in") == "Pays d’établissement"
    catalogue = (FOLDER / "fr.po").read_text(encoding="utf-8")
    assert "essais contradictoires" in catalogue  # Art. 55(1)(a) and Annex XI, Section 2
    assert "tests contradictoires" not in catalogue


def test_english_shows_labels_as_they_are() -> None:
    english = Language("en")
    assert english.label("Versioned model name(s):") == "Versioned model name(s):"
    assert english.original("Versioned model name(s):") == ""


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "2026", "2026"),
        ("en", "2026-05", "May 2026"),
        ("en", "2026-05-31", "31 May 2026"),
        ("fr", "2026-05-01", "1er mai 2026"),
        ("fr", "2026-05-11", "11 mai 2026"),
        ("de", "2026-05-01", "1. Mai 2026"),
        ("de", "2026-05", "Mai 2026"),
        ("es", "2026-05-31", "31 de mayo de 2026"),
        ("es", "2026-05", "mayo de 2026"),
        ("it", "2026-05-31", "31 maggio 2026"),
        ("pl", "2026-05-31", "31 maja 2026"),
        ("pl", "2026-05", "maj 2026"),
    ],
)
def test_dates_keep_their_precision(language: str, text: str, shown: str) -> None:
    assert Language(language).partial_date(text) == shown


PLURALS = {
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "fr": "nplurals=2; plural=(n > 1);",
}
FORMS = {"pl": ("pole", "pola", "pól"), "fr": ("champ", "champs")}


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Invented ones in the place of the real ones."""
    for code, forms in FORMS.items():
        strings = "".join(f'msgstr[{index}] "%(count)s {form}"\n' for index, form in enumerate(forms))
        (tmp_path / f"{code}.po").write_text(
            f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {PLURALS[code]}\\n"\n\n'
            f'msgid "%(count)s field"\nmsgid_plural "%(count)s fields"\n{strings}\n'
            'msgid "Name"\nmsgstr "Interface"\n\nmsgctxt "schema"\nmsgid "Name"\nmsgstr "Label"\n\n'
            '#, fuzzy\nmsgid "Doubtful"\nmsgstr "?"\n\nmsgid "Untranslated"\nmsgstr ""\n\n'
            'msgid "%(count)s file"\nmsgid_plural "%(count)s files"\nmsgstr[0] ""\nmsgstr[1] ""\n',
            encoding="utf-8",
        )
    monkeypatch.setattr("gpai_portal.site.language.FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "count", "shown"),
    [
        ("pl", 0, "0 pól"),
        ("pl", 1, "1 pole"),
        ("pl", 2, "2 pola"),
        ("pl", 5, "5 pól"),
        ("pl", 12, "12 pól"),
        ("pl", 22, "22 pola"),
        ("fr", 0, "0 champ"),
        ("fr", 1, "1 champ"),
        ("fr", 2, "2 champs"),
        ("fr", 1_000_000, "1 000 000 champs"),
        ("en", 0, "0 fields"),
        ("en", 1, "1 field"),
    ],
)
def test_plural_forms_are_those_of_the_language(catalogues: Path, code: str, count: int, shown: str) -> None:
    assert Language(code).plural("%(count)s field", "%(count)s fields", count) == shown


def test_what_is_not_translated_is_shown_in_english(catalogues: Path) -> None:
    polish = Language("pl")
    assert (polish.text("Name"), polish.label("Name"), polish.original("Name")) == ("Interface", "Label", "Name")
    for message in ("Doubtful", "Untranslated", "Unknown", ""):
        assert (polish.text(message), polish.label(message), polish.original(message)) == (message, message, "")
    assert [polish.plural("%(count)s file", "%(count)s files", count) for count in (1, 2)] == ["1 file", "2 files"]
    assert [polish.plural("%(count)s page", "%(count)s pages", count) for count in (1, 2)] == ["1 page", "2 pages"]


def test_a_catalogue_is_read_once(catalogues: Path) -> None:
    Language("pl")
    (catalogues / "pl.po").write_bytes(b"nothing that is a catalogue")
    assert Language("pl").text("Name") == "Interface"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="xx"):
        Language("xx")


@pytest.mark.parametrize(
    ("kind", "path", "name"),
    [
        ("training-content-summary", "version", "Version of the Summary"),
        ("training-content-summary", "sources.crawled.comments", "2.3. Additional comments (optional)"),
        ("training-content-summary", "sources.crawled", "2.3. Data crawled and scraped from online sources"),
        ("release", "art_53_2.claimed", "Exemption of free and open-source models, Art. 53(2): Claimed"),
        ("release", "gone.since_long", "gone.since_long"),
    ],
)
def test_a_changed_field_is_named_by_number_and_label(kind: str, path: str, name: str) -> None:
    assert Language("en").fields(load(kind), [path]) == [name]


def test_a_part_of_a_label_is_named_too() -> None:
    schema = load("model-documentation")
    parts = [field for field in schema.fields() if field.part]
    assert parts
    for field in parts:
        assert f"({field.part})" in Language("en").field(schema, field)


@pytest.mark.parametrize("language", languages())
def test_no_two_fields_of_a_form_share_a_name(language: str) -> None:
    for kind in all_kinds():
        schema = load(kind.name)
        names = [Language(language).field(schema, field) for field in schema.fields() if field.kind != "hidden"]
        assert [name for name in names if names.count(name) > 1] == []
