"""Reading one YAML file without the traps of YAML 1.1, with the line of every value.

What was written is a ``Source``, what it means are its ``answers``. Nothing is executed: dates stay text, only ``true``
and ``false`` are booleans, and tags, aliases, duplicate keys and files of unreasonable size or depth are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from gpai_portal.codes import Code
from gpai_portal.content.answers import Entry, Path_
from gpai_portal.content.reading import read_entry
from gpai_portal.errors import Problem
from gpai_portal.limits import MAX_BYTES, MAX_DEPTH
from gpai_portal.schema import load

#: Characters that no page may hold and that act on a terminal; escapes such as "\\0" smuggle them past the parser.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class _Loader(yaml.CSafeLoader):
    """PyYAML's C parser with the few implicit types of the YAML 1.2 core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _implicit(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_implicit("bool", r"^(?:true|false)$", "tf")
_implicit("null", r"^(?:~|null|)$", "~n")
_Loader.yaml_implicit_resolvers[""] = list(_Loader.yaml_implicit_resolvers["~"])
_implicit("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789")
_implicit("float", r"^[-+]?(?:0|[1-9][0-9]*)?(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-+.0123456789")
_implicit("float", r"^(?:[-+]?\.inf|\.nan)$", "-+.")


@dataclass(frozen=True)
class Source:
    """One file as it was written.

    ``kind`` is the kind of document its place makes it, ``positions`` maps the path of a value to its line and column,
    from 1.
    """

    kind: str
    file: Path
    data: Mapping[str, Any]
    positions: Mapping[Path_, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def answers(self) -> Entry:
        """What the file says, field by field; only of a file that its schema allows."""
        return read_entry(load(self.kind).root, self.data)

    def position(self, path: Path_) -> tuple[int, int]:
        """Line and column of a path, or of the nearest parent that is in the file."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))


def read_source(kind: str, file: Path, name: str) -> tuple[Source | None, list[Problem]]:
    """One YAML file with its line map, or None and the reasons. ``name`` is how messages call the file."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        message = f"cannot be read ({error.strerror})"
        return None, [Problem(Code.UNREADABLE_FILE, name, message, "check name and permissions")]
    return parse_source(kind, file, name, raw)


def parse_source(kind: str, file: Path, name: str, raw: bytes) -> tuple[Source | None, list[Problem]]:
    """Like ``read_source`` for the bytes of a file, or of the part of it that is YAML."""

    def refuse(code: Code, message: str, advice: str, line: int = 0, column: int = 0) -> tuple[None, list[Problem]]:
        return None, [Problem(code, name, message, advice, line, column)]

    if len(raw) > MAX_BYTES:
        return refuse(
            Code.FILE_TOO_LARGE,
            f"the file has {len(raw):,} bytes, more than {MAX_BYTES:,}",
            "move long lists to a file of their own (see file: under top_domains)",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        return refuse(Code.NOT_UTF8, "the file is not UTF-8", "save it as UTF-8", line, column)
    if deep := _too_deep(text):
        return refuse(Code.TOO_DEEP, f"more than {MAX_DEPTH} levels of nesting", "flatten the structure", *deep)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        return refuse(
            Code.YAML_SYNTAX,
            f"not valid YAML ({what})",
            "check indentation, colons and quotes near this line",
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
        )
    except yaml.YAMLError as error:
        # A character YAML forbids; the reader knows only its offset.
        offset = getattr(error, "position", 0) or 0
        before = text[:offset]
        line = before.count("\n") + 1
        return refuse(
            Code.YAML_CHARACTER,
            "the file holds a character that YAML does not allow",
            "remove control characters from this line",
            line,
            offset - before.rfind("\n"),
        )
    walker = _Walker(name, text)
    data = walker.value(node, ()) if node is not None else None
    if walker.problems:
        return None, walker.problems
    if not isinstance(data, dict):
        return refuse(
            Code.WRONG_TYPE,
            "the file is not a mapping of fields",
            f"begin with a field, or write a scaffold with: gpai-portal new {kind}",
            1,
            1,
        )
    return Source(kind, file, data, walker.positions), []


def _too_deep(text: str) -> tuple[int, int] | None:
    """Line and column where nesting gets too deep; the C composer recurses and must not see such a file."""
    depth = deepest = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth += 1 if match[0] in "[{" else -1
        deepest = max(deepest, depth)
    if deepest <= MAX_DEPTH and not re.search(rf"(?m)^[ \-?:\t]{{{MAX_DEPTH},}}", text):
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return _place(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None
    return None


class _Walker:
    """Turns the nodes of one file into data, with positions and problems, in one walk."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.problems: list[Problem] = []
        self.positions: dict[Path_, tuple[int, int]] = {}
        self.seen: set[int] = set()

    def problem(self, node: yaml.Node, path: Path_, code: Code, message: str, advice: str) -> None:
        line, column = _place(node)
        self.problems.append(Problem(code, self.name, message, advice, line, column, dotted(path)))

    def value(self, node: yaml.Node, path: Path_) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, path)
        if id(node) in self.seen:
            self.alias(path)
            return None
        self.seen.add(id(node))
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.tag(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, item in enumerate(node.value):
                item_path = (*path, index)
                self.positions[item_path] = _place(item)
                items.append(self.value(item, item_path))
            return items
        return self.mapping(node, path)

    def mapping(self, node: yaml.Node, path: Path_) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
                self.problem(key_node, path, Code.BAD_KEY, "a key must be text", "quote the key")
                continue
            key_path = (*path, key)
            if key in data:
                first = self.positions[key_path][0]
                self.problem(
                    key_node,
                    key_path,
                    Code.DUPLICATE_KEY,
                    f"{key!r} is already given in line {first}",
                    "keep one of the two",
                )
                continue
            self.positions[key_path] = _place(key_node)
            data[key] = self.value(value_node, key_path)
        return data

    def scalar(self, node: yaml.ScalarNode, path: Path_) -> Any:
        text: str = node.value
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        if tag == "str":
            if not text.isprintable() and (found := CONTROL.search(text)):
                self.problem(
                    node,
                    path,
                    Code.YAML_CHARACTER,
                    f"the text holds U+{ord(found[0]):04X}, a control character or half a character",
                    "remove it",
                )
            return text
        if tag == "bool":
            return text == "true"
        if tag == "null":
            return None
        if tag not in {"int", "float"}:
            self.tag(node, path)
            return None
        try:
            number = int(text) if tag == "int" else float(text.replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            self.tag(node, path)
            return None
        if not math.isfinite(number):
            self.problem(node, path, Code.NOT_A_NUMBER, f"{text} is not a number", "give a finite number")
        return number

    def tag(self, node: yaml.Node, path: Path_) -> None:
        self.problem(node, path, Code.YAML_TAG, f"the tag {node.tag!r} is not allowed", "write plain YAML")

    def alias(self, path: Path_) -> None:
        """The node knows only where its anchor stands, so the place of use is looked up in the events."""
        mark = next(
            (e.start_mark for e in yaml.parse(self.text, Loader=_Loader) if isinstance(e, yaml.AliasEvent)),
            None,
        )
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        self.problems.append(
            Problem(
                Code.YAML_ALIAS,
                self.name,
                "aliases (*name) are not allowed",
                "write the value out",
                line,
                column,
                dotted(path),
            )
        )


def _place(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = node.start_mark
    assert mark is not None  # noqa: S101 - whatever is read from text knows where it stands
    return mark.line + 1, mark.column + 1


def dotted(path: Path_) -> str:
    """A path as messages print it: ``sources.public.large[2].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or the loader above would take for something else than text, such as 12e4567890."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [*yaml.SafeDumper.yaml_implicit_resolvers.get(first, []), *rules]
        for first, rules in (yaml.SafeDumper.yaml_implicit_resolvers | _Loader.yaml_implicit_resolvers).items()
    }


def dump(data: Mapping[str, Any]) -> str:
    """YAML that ``parse_source`` reads back as it was."""
    return yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
