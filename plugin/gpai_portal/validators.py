"""Validators of a resolved schema, for a file as somebody writes it: one that says what is wrong, one that is quick."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

#: Keywords that only describe, and that no message repeats; a validator need not look at them.
ANNOTATIONS = frozenset({"$schema", "$defs", "description"})


def explaining(resolved: Mapping[str, Any]) -> Draft202012Validator:
    """Says what is wrong; composed fields must not be repeated in a file."""
    return _Validator(_lean(as_written(resolved)))


def quick(resolved: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Says the same as ``explaining`` in a hundredth of the time, and not why."""
    return jsonschema_rs.Draft202012Validator(_lean(as_written(resolved)), pattern_options=_LINEAR)


def as_written(node: Any) -> Any:
    """A resolved schema of a file as somebody writes it: without the fields that are composed from other files."""
    if isinstance(node, list):
        return [as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    # Keys of "properties" are names of fields, not keywords, whatever they are called.
    properties = node.get("properties", {})
    composed = {key for key, value in properties.items() if isinstance(value, dict) and "x-from" in value}
    written = {keyword: as_written(value) for keyword, value in node.items() if keyword != "properties"}
    if "properties" in node:
        written["properties"] = {key: as_written(value) for key, value in properties.items() if key not in composed}
    if composed and "required" in node:
        written["required"] = [key for key in node["required"] if key not in composed]
    return written


def _lean(node: Any) -> Any:
    """What a validator needs of a schema."""
    if isinstance(node, list):
        return [_lean(item) for item in node]
    if not isinstance(node, dict):
        return node
    lean = {keyword: _lean(value) for keyword, value in node.items() if keyword not in {*ANNOTATIONS, "properties"}}
    if "properties" in node:
        lean["properties"] = {key: _lean(value) for key, value in node["properties"].items()}
    return lean


#: Expressions are matched in linear time, whatever the text; one that needs to go back is refused with its schema.
_LINEAR = jsonschema_rs.RegexOptions()


@cache
def _only(keyword: str, wanted: str | bool) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({keyword: wanted}, pattern_options=_LINEAR)


def _quickly(keyword: str, message: str) -> Callable[[Any, Any, Any, Any], Iterator[ValidationError]]:
    """A keyword whose check takes quadratic time in Python, and so is left to the quick validator."""

    def check(_validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
        if not _only(keyword, wanted).is_valid(instance):
            yield ValidationError(message)

    return check


_Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "pattern": _quickly("pattern", "the text has not the expected form"),
        "uniqueItems": _quickly("uniqueItems", "an item stands twice"),
    },
)
