"""One file against its schema, with messages for people who write YAML rather than JSON Schema."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from jsonschema.exceptions import ValidationError

from gpai_portal.characters import deceptive
from gpai_portal.codes import Code
from gpai_portal.content.answers import Path_
from gpai_portal.content.source import Source, dotted
from gpai_portal.errors import Problem, quoted, too_many
from gpai_portal.limits import MAX_PROBLEMS
from gpai_portal.schema import ANSWER_KEYS, Field, Schema, how_to_write, load


def validate(source: Source, file: str, *, draft: bool = False) -> tuple[list[Problem], Source]:
    """All violations of the schema, at the line of the value or of the key that is wrong.

    What is not answered yet in a ``draft`` is no violation but an open field.

    Also returns the source without the values that are wrong, so that rules after this one meet only values of
    the shape the schema gives them, and can still say their part about the rest of the file. Of a file with more
    problems than are told, nothing is left.
    """
    schema = load(source.kind)
    if not source.marked and schema.quick.is_valid(source.data):
        return [], source
    problems: dict[tuple[str, str, str], Problem] = {}
    wrong: set[Path_] = set()
    for code, path, message, advice in chain(_deceptive(source, schema.root), _violations(source, schema, draft)):
        where, line, column = source.place(path, file)
        problem = Problem(code, where, message, advice, line, column, dotted(path))
        problems.setdefault((code, problem.path, message), problem)
        wrong.add(path)
        if len(problems) == MAX_PROBLEMS:
            return [*problems.values(), too_many(problem)], replace(source, data={}, aside=frozenset({()}))
    data = copy.deepcopy(dict(source.data))
    for path in wrong:
        _remove(data, path, schema.root)
    return list(problems.values()), replace(source, data=data, aside=frozenset(wrong))


#: States that only a transcription may have.
_OF_TRANSCRIPTIONS = ("unanswered", "not_readable", "not_in_source")

#: Code, path, message and advice.
_Violation = tuple[Code, Path_, str, str]


def _violations(source: Source, schema: Schema, draft: bool) -> Iterator[_Violation]:
    for error in schema.authored.iter_errors(source.data):
        open_ = draft and (error.validator == "required" or error.instance is None)
        for code, path, message, advice in _explain(error, schema.root):
            # Whose words a file repeats is no answer that could wait: it decides what the others may be.
            waits = open_ and path[:1] != ("transcription",)
            yield Code.OPEN_FIELD if waits else code, path, message, advice


def _deceptive(source: Source, root: Field) -> Iterator[_Violation]:
    """Characters that only prose may hold, at another place."""
    for path in sorted(source.marked, key=source.position):
        field = _field_at(root, path)
        if not (field and field.kind == "text") and path[-1] not in {"reason", "as_stated", "text"}:
            node: Any = source.data
            for key in path:
                node = node[key]
            yield Code.YAML_CHARACTER, path, f"the text holds {deceptive(node)}", "remove it"


def _remove(data: dict[str, Any], path: Path_, root: Field) -> None:
    """Takes a value out, with the answer it belongs to; in a list its place stays, so that others keep theirs."""
    if len(path) > 1 and path[-1] in ANSWER_KEYS:
        holder = _field_at(root, path[:-1])
        if holder is None or holder.child(str(path[-1])) is None:  # no column of a row that is called so
            path = path[:-1]
    node: Any = data
    try:
        for key in path[:-1]:
            node = node[key]
    except (KeyError, IndexError, TypeError):
        return  # what holds it was wrong as well, and is gone
    if isinstance(node, dict):
        node.pop(path[-1], None)
    elif isinstance(node, list) and isinstance(path[-1], int):
        node[path[-1]] = None


def _explain(error: ValidationError, root: Field) -> Iterator[_Violation]:
    """Code, path, message and advice of one violation; several for several unknown keys."""
    path: Path_ = tuple(error.absolute_path)
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    kind = str(schema.get("x-kind", ""))
    value: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known = list(schema.get("properties", ()))
            for key in (k for k in value if k not in known):
                yield _unknown_key(key, path, known, root)
        case "required":
            for missing in (key for key in wanted if key not in value):
                own = schema.get("properties", {}).get(missing, {})
                field = _field_at(root, (*path, missing))
                message = f"no answer to {_quote(field.title if field else own.get('title', missing))}"
                takes_states = "state" in own.get("properties", {})
                how = "with a value or a state such as {state: not_disclosed, reason: ...}"
                advice = f"add {missing}:, {how if takes_states else how_to_write(own, 'with a value')}"
                yield Code.MISSING_FIELD, (*path, missing), message, advice
        case "type":
            if kind == "domains" and isinstance(value, str):
                yield (Code.VAGUE_DOMAINS, path, "domain names are described in prose", how_to_write(schema))
            elif value is None:
                yield (
                    Code.WRONG_TYPE,
                    path,
                    "nothing is written after the colon",
                    how_to_write(schema, "write a value, or remove the key"),
                )
            else:
                advice = how_to_write(schema, f"write {_types(wanted)}")
                yield (Code.WRONG_TYPE, path, f"{_quote(value)} is {_type(value)}", advice)
        case "enum" if value is None:
            yield (Code.WRONG_TYPE, path, "nothing is written after the colon", _choose(wanted))
        case "enum":
            options = [str(option) for option in wanted]
            guess = difflib.get_close_matches(str(value), options, n=1)
            advice = f"did you mean {guess[0]}?" if guess else _choose(options)
            yield (Code.NOT_AN_OPTION, path, f"{_quote(value)} is not an option", advice)
        case "pattern" | "format":
            kind = kind or _kind_at(root, path)
            if kind == "domains":
                yield (
                    Code.VAGUE_DOMAINS,
                    path,
                    f"{_quote(value)} is not a domain name",
                    how_to_write({"x-kind": kind}),
                )
            elif not str(value).strip():
                yield (Code.EMPTY_TEXT, path, "the text is empty", "write an answer or a state")
            else:
                examples = schema.get("examples")
                example = f'write it as in "{examples[0]}"' if examples else f"write it in the form {wanted}"
                message, advice = f"{_quote(value)} has not the expected form", how_to_write({"x-kind": kind}, example)
                if "\n" in value:
                    message = f"there is a line break in {_quote(value)}"
                elif kind == "line" and examples:
                    advice = example
                yield (Code.BAD_FORMAT, path, message, advice)
        case "minItems" | "minProperties":
            yield (
                Code.EMPTY_LIST,
                path,
                "nothing is in it",
                how_to_write(schema, "fill it in"),
            )
        case "maxLength":
            yield (
                Code.TOO_LONG,
                path,
                f"{len(value):,} characters, more than {wanted:,}",
                "shorten it",
            )
        case "dependentRequired":
            yield (Code.MISSING_UNIT, path, "a figure without its unit", "add unit:")
        case _:
            yield (Code.NOT_VALID, path, error.message[:200], "see the field reference")


def _unknown_key(key: str, path: Path_, known: Sequence[str], root: Field) -> _Violation:
    here = (*path, key)
    field = _field_at(root, here)
    if field and field.composed:
        file = f"{field.composed['file']}.yaml"
        return (Code.COMPOSED_FIELD, here, f"{_quote(key)} is taken from {file}", f"write it in {file} only")
    guess = difflib.get_close_matches(key, known, n=1)
    advice = f"did you mean {guess[0]}?" if guess else "known here: " + ", ".join(k for k in known if k[0] != "$")
    return (Code.UNKNOWN_KEY, here, f"there is no field {_quote(key)}", advice)


def _field_at(root: Field, path: Path_) -> Field | None:
    """The field of a path in the data; answers' own keys belong to their field."""
    field: Field | None = root
    for part in path:
        if field is None or isinstance(part, int):
            continue
        found = field.child(part)
        field = field if found is None and part in ANSWER_KEYS else found
    return field


def _kind_at(root: Field, path: Path_) -> str:
    """The kind of the field that a value belongs to, which may be a part of its answer, such as the end of a period."""
    while not (field := _field_at(root, path)) and path:
        path = path[:-1]
    return field.kind if field else ""


def _choose(options: Sequence[Any]) -> str:
    named = ", ".join(str(option) for option in options if option not in _OF_TRANSCRIPTIONS)
    others = ", ".join(option for option in options if option in _OF_TRANSCRIPTIONS)
    return f"choose one of: {named}" + (f"; in a transcription also: {others}" if others else "")


def _quote(value: Any) -> str:
    text = " ".join(str(value).split())
    return (
        quoted(text)
        if isinstance(value, str) or not text.isprintable()
        else text
        if len(text) <= 63
        else f"{text[:60]}..."
    )


def _type(value: Any) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names[type(value)]


def _types(types: Any) -> str:
    names = {"string": "text", "boolean": "true or false", "array": "a list", "object": "a mapping"}
    return " or ".join(names.get(t, t) for t in ([types] if isinstance(types, str) else types))
