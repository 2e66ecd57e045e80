"""Answers and documents as somebody might write them, made from the schemas: every kind, every state, odd texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

from gpai_portal.schema import ANSWER_KEYS, GROUPS, Field, Schema

_WORDS = st.lists(
    st.sampled_from(["data", "the", "of", "web,", "at", "least", "10,000", "pages.", "and", "(books)", "v1.1", "–"]),
    min_size=1,
    max_size=12,
)
_ODD = (
    "Plain words.",
    "Plain  words.",
    "*marked* words",
    "_marked_ words",
    "**marked** words",
    "[marked](https://a.example/) words",
    "[marked](https://b.example/) words",
    "see https://a.example/x.",
    "`code  here`",
    "\\*not marked\\*",
    "<b>bold</b> &amp; <script>",
    "- one\n- two\n",
    "* one\n* two\n",
    "1. one\n2. two\n",
    "2. one\n3. two\n",
    "First.\n\nSecond.",
    "First.\nSecond.",
    "a; b: c;",
    "…",
    "—",
    "שלום",
    "数据 数据",
    "e\u0301",
)
TEXTS = st.one_of(_WORDS.map(" ".join), st.sampled_from(_ODD), st.text("ab *_`[]()\n-1.;:", min_size=1, max_size=12))
LINES = TEXTS.map(lambda text: " ".join(text.split()))
DATES = st.sampled_from(("2024", "2024-05", "2024-05-31", "2025-05"))
LINKS = st.sampled_from(
    ("https://a.example/", "https://a.example/?a=1&b=2", "http://b.example/x", "mailto:a@b.example")
)
_NUMBERS = st.sampled_from(("7", "1000", "7.3e10", "7.3E+10", "73000000000"))
_TAGS = st.sampled_from(("en", "fr", "en-US", "Klingon"))
_NAMES = st.sampled_from(("a.example", "b.example", ".gov.example"))

_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "line": LINES,
    "name": LINES,
    "link": LINKS,
    "email": st.sampled_from(("a@b.example", "c@d.example")),
    "yes_no": st.booleans(),
    "date": DATES,
    "number": _NUMBERS,
    "country": st.sampled_from(("IE", "DK")),
    "language": st.sampled_from(("en", "fr")),
    "protocol": st.sampled_from(("robots-txt", "tdmrep")),
    "links": st.lists(LINKS, min_size=1, max_size=3),
    "lines": st.lists(LINES, min_size=1, max_size=3),
    "languages": st.lists(_TAGS, min_size=1, max_size=3),
    "items": st.lists(st.sampled_from(("properties", "use.required_software")), min_size=1, max_size=2, unique=True),
    "protocols": st.lists(st.sampled_from(("robots-txt", "tdmrep")), min_size=1, max_size=2),
    "releases": st.lists(
        st.one_of(st.sampled_from(("a/1", "b/2")), st.fixed_dictionaries({"pattern": LINES}, optional={"text": TEXTS})),
        min_size=1,
        max_size=2,
    ),
}


@cache
def answers(field: Field) -> st.SearchStrategy[Any]:
    """What may be written for a field, as JSON; None where nothing is."""
    validator = jsonschema_rs.Draft202012Validator(field.schema)
    forms = _forms(field)

    @st.composite
    def valid(draw: st.DrawFn) -> Any:
        drawn = (draw(forms) for _ in range(4))
        return next((raw for raw in drawn if raw is None or validator.is_valid(raw)), None)

    return valid()


def _forms(field: Field) -> st.SearchStrategy[Any]:
    """Values and states in every form, some of which the schema does not allow."""
    properties = field.schema.get("properties", {})
    beside = {key: _beside(part) for key, part in properties.items() if key in _BESIDE}
    value_is_part = field.kind == "quantity"
    own = {key: part for key, part in properties.items() if key not in beside and (key != "value" or value_is_part)}
    if own and field.kind not in GROUPS:
        value = _parts(field, own)
        forms = [value, st.tuples(value, st.fixed_dictionaries({}, optional=beside)).map(lambda two: two[0] | two[1])]
        if field.kind == "domains":
            forms.append(_values(field))
        if field.kind == "size":
            forms.append(st.lists(value, min_size=1, max_size=3))
    else:
        value = _values(field)
        forms = [value, st.fixed_dictionaries({"value": value}, optional=beside)]
    states = st.fixed_dictionaries({}, optional=beside)
    return st.one_of(*forms, states, st.none())


#: What may stand beside a value, or in its place.
_BESIDE = ANSWER_KEYS - {"value"} | {"qualifier", "specification"}


def _beside(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return TEXTS if schema.get("x-kind") == "text" else LINES


def _values(field: Field) -> st.SearchStrategy[Any]:
    """A value that is no mapping of parts."""
    if field.kind in {"choice", "choices", "modalities"}:
        return _options(field)
    if field.columns and field.kind not in _VALUES:
        cells = {column.key: answers(column) for column in field.columns}
        states = {key: _beside(properties[key]) for key in ("state", "reason") if key in (properties := _row_of(field))}
        rows = st.fixed_dictionaries({}, optional=cells | states).map(_without_none)
        items = st.one_of(_NAMES, rows) if field.kind == "domains" else rows
        return st.lists(items, min_size=1, max_size=4)
    return _VALUES[field.kind]


def _row_of(field: Field) -> Mapping[str, Any]:
    found: Mapping[str, Any] = field.schema["items"]["properties"]
    return found


def _options(field: Field) -> st.SearchStrategy[Any]:
    codes = list(field.options) or ["text", "image", "video", "audio"]
    code = st.sampled_from(codes)
    if field.kind == "choice":
        return code
    other = LINES.map(lambda name: {"other": name})
    return st.lists(st.one_of(code, other), min_size=1, max_size=3, unique_by=str)


def _parts(field: Field, own: Mapping[str, Mapping[str, Any]]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={key: _part(key, part) for key, part in own.items()}).map(_without_none)


def _part(key: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """A part of a value, by its schema: most have no kind of their own."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "boolean":
        return st.booleans()
    if schema.get("type") == "integer":
        return st.integers(1, 3)
    if schema.get("type") == "array":
        return st.lists(LINES, min_size=1, max_size=2)
    if schema.get("x-kind") == "email":
        return _VALUES["email"]
    if key == "file":
        return st.sampled_from(("a.txt", "b.csv"))
    pattern = str(schema.get("pattern", ""))
    if "https?" in pattern:
        return LINKS
    if pattern.startswith("^\\d{4}"):
        return DATES
    if pattern.startswith("^\\d"):
        return _NUMBERS
    if pattern.startswith("^[+0-9"):
        return st.sampled_from(("+45 1", "(02) 3"))
    return TEXTS if schema.get("x-kind") == "text" else LINES


def _without_none(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if value is not None}


@st.composite
def related(draw: st.DrawFn, field: Field, old: Any) -> Any:
    """Another answer that has parts of an answer."""
    validator = jsonschema_rs.Draft202012Validator(field.schema)
    found = _mixed(draw, old, draw(answers(field)))
    return found if found is None or validator.is_valid(found) else old


def _mixed(draw: st.DrawFn, old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        mixed = {key: _mixed(draw, old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new))}
        return _without_none(mixed)
    if isinstance(old, list) and isinstance(new, list):
        both = [_mixed(draw, one, other) for one, other in zip(old, new, strict=False)]
        rest = old[len(both) :] or new[len(both) :]
        return draw(st.permutations(both + (rest if draw(st.booleans()) else [])))
    return draw(st.sampled_from((old, old, new)))


@st.composite
def documents(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """A document in which a few fields are answered; conditions between fields are not looked at."""
    fields = [f for f in schema.fields() if f.kind not in GROUPS and f.kind != "hidden"]
    found: dict[str, Any] = {}
    for field in draw(st.lists(st.sampled_from(fields), max_size=4, unique_by=lambda field: field.path)):
        place(found, field, draw(answers(field)))
    return found


def place(document: dict[str, Any], field: Field, raw: Any) -> None:
    """Writes an answer at its place."""
    if raw is not None:
        for key in field.path[:-1]:
            document = document.setdefault(key, {})
        document[field.key] = raw


def respelled(field: Field, raw: Any) -> Any:
    """An answer that says the same, written another way."""
    if isinstance(raw, Mapping):
        spelled = {key: _respelled(field, key, part) for key, part in reversed(raw.items())}
        plain = raw.keys() == {"value"} and field.kind not in {"quantity", "domains"}
        return spelled["value"] if plain else spelled
    value = _respelled(field, "value", raw)
    return {"value": value} if "value" in field.schema.get("properties", {}) and raw is not None else value


def _respelled(field: Field, key: str, raw: Any) -> Any:
    if isinstance(raw, list):
        return [_item(field, item) for item in reversed(raw)]
    if isinstance(raw, str) and (key in {"reason", "reference", "as_stated"} or field.kind in {"line", "name"}):
        spaced = raw.replace(" ", "  ")
        return spaced if field.kind == "name" else spaced.replace("_marked_", "*marked*")
    return raw


def _item(field: Field, item: Any) -> Any:
    if not isinstance(item, Mapping) or "other" in item:
        return item
    columns = {column.key: column for column in field.columns}
    return {key: respelled(columns[key], cell) if key in columns else cell for key, cell in reversed(item.items())}
