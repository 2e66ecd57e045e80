"""Reading one YAML file without the traps of YAML 1.1, with the line of every value.

What was written is a ``Source``, what it means are its ``answers``. Nothing is executed: dates stay text, only ``true``
and ``false`` are booleans, and tags, aliases, duplicate keys and files of unreasonable size or depth are refused.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any

import yaml

from gpai_portal.characters import deceptive, forbidden
from gpai_portal.codes import Code
from gpai_portal.content.answers import Entry, Path_
from gpai_portal.content.reading import read_entry
from gpai_portal.errors import Problem, quoted, too_many
from gpai_portal.limits import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, MAX_KEY, MAX_PROBLEMS
from gpai_portal.memory import remembered
from gpai_portal.schema import load

#: What a value without quotes is taken for, by its first character: the few types of the YAML 1.2 core schema.
_IMPLICIT: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [("null", re.compile(""))]}
for _type, _pattern, _first in (
    ("bool", r"(?:true|false)\Z", "tf"),
    ("null", r"(?:~|null)\Z", "~n"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)\Z", "-+0123456789"),
    ("float", r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z", "-+.0123456789"),
    ("float", r"(?:[-+]?\.inf|\.nan)\Z", "-+."),
):
    for _character in _first:
        _IMPLICIT.setdefault(_character, []).append((_type, re.compile(_pattern)))

#: A line that gives tags other names. No file needs one, and thousands of them take the parser hours.
_TAG_DIRECTIVE = re.compile(r"^%TAG\b", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One file as it was written.

    ``kind`` is the kind of document its place makes it, ``positions`` maps the path of a value to its line and column,
    from 1. ``marked`` are the places of text with a character that prose may hold and a name may not,
    ``aside`` those of values that its schema does not allow and that were taken out. ``beside`` maps the path of a row
    that was read from a file beside this one to the name of that file.
    """

    kind: str
    file: Path
    data: Mapping[str, Any]
    positions: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)
    marked: frozenset[Path_] = frozenset()
    aside: frozenset[Path_] = frozenset()
    beside: Mapping[Path_, str] = field(default_factory=dict)

    @cached_property
    def answers(self) -> Entry:
        """What the file says, field by field; only of a file that its schema allows."""
        return read_entry(load(self.kind).root, self.data)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All fields that hold an answer, or lack one, in official order."""
        return tuple(self.answers.walk())

    def is_whole(self, *keys: str) -> bool:
        """Whether nothing of a field was taken out, so that what it lacks was not written either."""
        return not any(path[: len(keys)] == keys[: len(path)] for path in self.aside)

    def position(self, path: Path_) -> tuple[int, int]:
        """Line and column of a path, or of the nearest parent that is in the file."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))

    def place(self, path: Path_, name: str) -> tuple[str, int, int]:
        """File, line and column of a path; ``name`` is how messages call this file."""
        found = next((self.beside[path[:n]] for n in range(len(path) + 1) if path[:n] in self.beside), "")
        return str(PurePosixPath(name).with_name(found)) if found else name, *self.position(path)


def read_source(kind: str, file: Path, name: str) -> tuple[Source | None, list[Problem]]:
    """One YAML file with its line map, or None and the reasons. ``name`` is how messages call the file."""
    no_file = [Problem(Code.UNREADABLE_FILE, name, "this is no file", "put a file in its place")]
    try:
        about = file.stat()
        if not S_ISREG(about.st_mode):
            return None, no_file
        if about.st_size > MAX_BYTES:
            return None, [_too_large(name, about.st_size)]
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None, no_file
    except OSError as error:
        message = f"cannot be read ({error.strerror})"
        return None, [Problem(Code.UNREADABLE_FILE, name, message, "check name and permissions")]
    return remembered(parse_source, kind, file, name, raw)


def parse_source(kind: str, file: Path, name: str, raw: bytes) -> tuple[Source | None, list[Problem]]:
    """Like ``read_source`` for the bytes of a file, or of the part of it that is YAML."""

    def refuse(code: Code, message: str, advice: str, line: int = 0, column: int = 0) -> tuple[None, list[Problem]]:
        return None, [Problem(code, name, message, advice, line, column)]

    if len(raw) > MAX_BYTES:
        return None, [_too_large(name, len(raw))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [not_utf8(name, raw, error.start)]
    builder = _Builder(name)
    try:
        data = builder.document(text)
    except _StopError:
        return None, builder.problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        advice = "check indentation, colons and quotes near this line"
        return None, [*builder.problems, Problem(Code.YAML_SYNTAX, name, f"not valid YAML ({what})", advice, *place)]
    except yaml.YAMLError as error:
        # A character YAML forbids; the reader knows only its offset.
        offset = getattr(error, "position", 0) or 0
        before = text[:offset]
        return refuse(
            Code.YAML_CHARACTER,
            "the file holds a character that YAML does not allow",
            "remove control characters from this line",
            before.count("\n") + 1,
            offset - before.rfind("\n"),
        )
    if builder.problems:
        return None, builder.problems
    if not isinstance(data, dict):
        return refuse(
            Code.WRONG_TYPE,
            "the file is not a mapping of fields",
            f"begin with a field, or write a scaffold with: gpai-portal new {kind}",
            1,
            1,
        )
    return Source(kind, file, data, builder.positions, frozenset(builder.marked)), []


def not_utf8(name: str, raw: bytes, at: int) -> Problem:
    """What is wrong with the bytes of a file of which those from ``at`` on are no UTF-8."""
    line = raw.count(b"\n", 0, at) + 1
    column = at - (raw.rfind(b"\n", 0, at) + 1) + 1
    return Problem(Code.NOT_UTF8, name, "the file is not UTF-8", "save it as UTF-8", line, column)


def _too_large(name: str, size: int) -> Problem:
    message = f"the file has {size:,} bytes, more than {MAX_BYTES:,}"
    advice = "move long lists to a file of their own (see file: in the field reference)"
    return Problem(Code.FILE_TOO_LARGE, name, message, advice)


class _StopError(Exception):
    """The rest of a file is not read; why, is among the problems."""


class _Builder:
    """Turns what the parser meets in one file into data, with positions and problems, in one pass.

    It works on single events, since what makes a tree of them recurses in C and ends the process at some depth.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.positions: dict[Path_, tuple[int, int]] = {}
        self.marked: list[Path_] = []
        self.anchors: set[str] = set()

    def document(self, text: str) -> Any:
        """The data of the file; None if there is none. Raises YAMLError for what is no YAML, or _StopError."""
        if "%TAG" in text and (directive := _TAG_DIRECTIVE.search(text)):
            # The parser compares each with all before it.
            line = text.count("\n", 0, directive.start()) + 1
            self.problems.append(Problem(Code.YAML_TAG, self.name, "tags are not allowed", "remove this line", line, 1))
            raise _StopError
        # A character that is not allowed is found while the parser is made.
        self.next: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self.next()  # the beginning of the stream
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        data = self.value(self.next(), (), MAX_DEPTH)
        self.next()  # the end of the document
        behind: Any = self.next()
        if not isinstance(behind, yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(problem="there is a second document", problem_mark=behind.start_mark)
        return data

    def problem(self, event: yaml.Event, path: Path_, code: Code, message: str, advice: str) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(too_many(self.problems[-1]))
            raise _StopError
        self.problems.append(Problem(code, self.name, message, advice, *_place(event), dotted(path)))

    def value(self, event: Any, path: Path_, depth: int) -> Any:
        """What begins with an event; ``depth`` levels may be in it."""
        kind = type(event)
        if kind is yaml.ScalarEvent and event.anchor is None and event.tag is None:
            return self.scalar(event, path)
        if kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise yaml.MarkedYAMLError(problem="there is no such anchor", problem_mark=event.start_mark)
            self.problem(event, path, Code.YAML_ALIAS, "aliases (*name) are not allowed", "write the value out")
            return None
        if event.anchor is not None:
            self.anchors.add(event.anchor)
        if event.tag is not None:
            message = f"the tag {quoted(event.tag)} is not allowed"
            self.problem(event, path, Code.YAML_TAG, message, "write plain YAML")
        if kind is yaml.ScalarEvent:
            return self.scalar(event, path)
        if not depth:
            message = f"more than {MAX_DEPTH} levels of nesting"
            self.problems.append(Problem(Code.TOO_DEEP, self.name, message, "flatten the structure", *_place(event)))
            raise _StopError
        return (self.sequence if kind is yaml.SequenceStartEvent else self.mapping)(path, depth - 1)

    def sequence(self, path: Path_, depth: int) -> list[Any]:
        items: list[Any] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            item_path = (*path, len(items))
            self.positions[item_path] = _place(event)
            items.append(self.value(event, item_path, depth))
        return items

    def mapping(self, path: Path_, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.key(event, path, data)
            if key is None:
                if type(event) is not yaml.ScalarEvent:
                    self.value(event, path, depth)
                self.value(self.next(), path, depth)
                continue
            key_path = (*path, key)
            self.positions[key_path] = _place(event)
            data[key] = self.value(self.next(), key_path, depth)
        return data

    def key(self, event: Any, path: Path_, data: Mapping[str, Any]) -> str | None:
        """The key that an event is; None, with a problem, if it is none."""
        if type(event) is not yaml.ScalarEvent or event.tag is not None or _type_of(event) != "str":
            self.problem(event, path, Code.BAD_KEY, "a key must be text", "quote the key")
            return None
        key: str = event.value
        if len(key) > MAX_KEY:
            message = f"a key of {len(key):,} characters, more than {MAX_KEY}"
            self.problem(event, path, Code.BAD_KEY, message, "write a name of a field before the colon")
            return None
        if key in data:
            first = self.positions[*path, key][0]
            message = f"{key!r} is already given in line {first}"
            self.problem(event, (*path, key), Code.DUPLICATE_KEY, message, "keep one of the two")
            return None
        return key

    def scalar(self, event: Any, path: Path_) -> Any:
        text: str = event.value
        kind = _type_of(event)
        if kind == "str":
            if not (text.isascii() and text.isprintable()):
                self.characters(event, path, text)
            return text
        if kind == "bool":
            return text == "true"
        if kind == "null":
            return None
        number = float(text.replace(".inf", "inf").replace(".nan", "nan"))
        if not math.isfinite(number):
            self.problem(event, path, Code.NOT_A_NUMBER, f"{quoted(text)} is not a number", "give a finite number")
        elif kind == "int" and abs(number) > MAX_INTEGER:
            message = f"the number {quoted(text)} is too large to be kept digit by digit"
            self.problem(event, path, Code.NOT_A_NUMBER, message, "write it in quotes where the field is text")
        else:
            return int(text) if kind == "int" else number
        return None

    def characters(self, event: yaml.Event, path: Path_, text: str) -> None:
        """Reports a character that no text may hold, and marks text with one that only prose may hold."""
        if reason := forbidden(text):
            self.problem(event, path, Code.YAML_CHARACTER, f"the text holds {reason}", "remove it")
        elif deceptive(text):
            self.marked.append(path)


def _type_of(event: Any) -> str:
    """What a scalar without a tag is: ``str``, ``bool``, ``null``, ``int`` or ``float``."""
    text: str = event.value
    if event.implicit[0]:  # without quotes
        for name, pattern in _IMPLICIT.get(text[:1], ()):
            if pattern.match(text):
                return name
    return "str"


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None  # noqa: S101 - whatever is read from text knows where it stands
    return mark.line + 1, mark.column + 1


def dotted(path: Path_) -> str:
    """A path as messages print it: ``sources.public.large[2].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or the reader above would take for something else than text, such as 12e4567890."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [*yaml.SafeDumper.yaml_implicit_resolvers.get(first, []), *_IMPLICIT.get(first, [])]
        for first in yaml.SafeDumper.yaml_implicit_resolvers | _IMPLICIT
    }


def dump(data: Mapping[str, Any]) -> str:
    """YAML that ``parse_source`` reads back as it was."""
    return yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Settings(yaml.SafeLoader):
    """Reads what another program is told. A value with a tag is None, but for those of ``!ENV``."""

    def environment(self, node: yaml.Node) -> Any:
        """The first variable that is set, by the rule of ``!ENV`` in MkDocs; else the last of several, a default."""
        names = node.value if isinstance(node, yaml.SequenceNode) else [node]
        *asked, default = names if len(names) > 1 else [*names, None]
        found = next((os.environ[one.value] for one in asked if one.value in os.environ), None)
        return found if found is not None else default and self.construct_object(default, deep=True)

    def nothing(self, node: yaml.Node) -> None:
        """What a tag would run is not run."""


_Settings.add_constructor("!ENV", _Settings.environment)
_Settings.add_constructor(None, _Settings.nothing)


def read_settings(text: str) -> Mapping[str, Any]:
    """What a file such as ``mkdocs.yml`` tells another program, as that reads it. Raises ValueError if it cannot be
    read, or is no mapping."""
    try:
        data = _Settings(text).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise ValueError("it is no mapping")
    return data
