"""Where a module can be broken, and how.

A place is a node of the syntax tree that one of the operators in ``_edits`` can change, mostly in several ways. A
change is made in the text, so that the rest of the module stays as it is.

Left alone: text in quotes and f-strings (mostly wording), annotations, decorators, imports, and what only type checkers
see. Changes that a start of the program would find, such as a missing required argument, are not made on purpose, but
some remain.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
    ast.BitXor: ("^", "&"),
}
#: Functions and methods that another one can stand for.
SWAPPED = {
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
}
#: Functions that may be left out, so that their first argument remains; methods that may be left out.
LEFT_OUT = {"sorted", "reversed", "abs"}
LEFT_OUT_METHODS = {"strip", "lstrip", "rstrip", "lower", "upper", "casefold"}


@dataclass(frozen=True)
class Edit:
    """Bytes ``start`` to ``end`` of a module give way to ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Place:
    """A node that can be changed.

    ``scope`` is the dotted name of the class and function around it. ``lines`` are the first and last line of its
    statement, or None if the statement runs when the module is imported.
    """

    file: str
    scope: str
    line: int
    lines: tuple[int, int] | None
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Mutant:
    """One place, changed in one way; ``before`` and ``after`` are the whole text of the file."""

    place: Place
    before: str
    after: str

    @property
    def diff(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Lines that were taken out, and lines that were put in."""
        diff = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), n=0, lineterm="")
        lines = list(diff)[2:]  # behind the names of the files
        was, now = (tuple(line[1:] for line in lines if line.startswith(mark)) for mark in "-+")
        return was, now

    def compiles(self) -> bool:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(self.after, self.place.file, "exec")
        except (SyntaxError, SyntaxWarning):
            return False
        return True


def mutants(root: Path, place: Place) -> Iterator[Mutant]:
    """Every way to change this place."""
    before = (root / place.file).read_text(encoding="utf-8")
    data = before.encode()
    for edit in place.edits:
        yield Mutant(place, before, (data[: edit.start] + edit.text.encode() + data[edit.end :]).decode())


def sample(root: Path, folder: str, count: int, seed: int) -> list[Mutant]:
    """One mutant for each of ``count`` places below this folder; the same ones for the same code and seed."""
    chance = random.Random(f"{folder} {seed}")
    found = [place for file in sorted((root / folder).rglob("*.py")) for place in places(root, file)]
    chance.shuffle(found)
    drawn = (next(filter(Mutant.compiles, _shuffled(mutants(root, place), chance)), None) for place in found)
    chosen = list(itertools.islice((mutant for mutant in drawn if mutant), count))
    return sorted(chosen, key=lambda mutant: (mutant.place.file, mutant.place.line))


def _shuffled(all_: Iterator[Mutant], chance: random.Random) -> Sequence[Mutant]:
    found = list(all_)
    chance.shuffle(found)
    return found


def places(root: Path, file: Path) -> list[Place]:
    """All places of a module, in the order of its text."""
    return list(_Finder(file.relative_to(root).as_posix(), file.read_bytes()).find())


class _Finder:
    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        self.data = data
        self.starts = list(itertools.accumulate(map(len, data.splitlines(keepends=True)), initial=0))

    def find(self) -> Iterator[Place]:
        return self._below(ast.parse(self.data), "", None)

    def _below(self, node: ast.AST, scope: str, lines: tuple[int, int] | None, inside: bool = False) -> Iterator[Place]:
        """``inside`` a function, code runs when a test calls it; elsewhere it runs once, at import."""
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_params"}:
                continue
            within, deeper = scope, inside
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and name == "body":
                within = f"{scope}.{node.name}".lstrip(".")
                deeper = inside or not isinstance(node, ast.ClassDef)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _left_alone(child):
                    yield from self._at(child, node, within, lines, deeper)

    def _at(
        self, node: ast.AST, parent: ast.AST, scope: str, lines: tuple[int, int] | None, inside: bool
    ) -> Iterator[Place]:
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            lines = _head(node)
        if edits := tuple(self._edits(node, parent)):
            line = self.data.count(b"\n", 0, edits[0].start) + 1
            yield Place(self.file, scope, line, lines if inside else None, edits)
        yield from self._below(node, scope, lines, inside)

    # -- operators -----------------------------------------------------------------------------------------

    def _edits(self, node: ast.AST, parent: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.Compare():
                for left, operator, right in zip(
                    [node.left, *node.comparators], node.ops, node.comparators, strict=False
                ):
                    sign, others = COMPARISONS[type(operator)]
                    yield from (self._between(left, right, sign, other) for other in others)
            case ast.BinOp() if not (_is_text(node.left) or _is_text(node.right)):
                yield self._between(node.left, node.right, *ARITHMETIC[type(node.op)])
            case ast.BoolOp():
                other, nothing = (ast.Or(), "True") if isinstance(node.op, ast.And) else (ast.And(), "False")
                yield self._whole(node, f"({ast.unparse(ast.BoolOp(other, node.values))})")
                yield from (self._whole(value, nothing) for value in node.values if not _names_something(value))
            case ast.UnaryOp(op=ast.Not()):
                yield Edit(self._start(node), self._start(node) + len("not "), "")
            case ast.Constant(value=bool()):
                yield self._whole(node, str(not node.value))
            case ast.Constant(value=int() | float()):
                yield self._whole(node, repr(node.value + 1))
            case ast.Constant(value=None) if not isinstance(parent, (ast.Compare, ast.Raise)):
                yield self._whole(node, "0")
            case ast.Call():
                yield from self._calls(node)
            case ast.List(ctx=ast.Load()) | ast.Set():
                yield from self._without_one(node.elts)
            case ast.Dict() if all(node.keys):
                yield from self._without_one(node.keys, node.values)
            case ast.If() | ast.IfExp():
                yield self._whole(node.test, "False")
                if not _names_something(node.test):
                    yield self._whole(node.test, "True")
            case ast.While() | ast.For():
                never = (node.test, "False") if isinstance(node, ast.While) else (node.iter, "()")
                yield self._whole(*never)
            case ast.comprehension():
                yield from (self._whole(test, "True") for test in node.ifs if not _names_something(test))
            case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
                yield self._whole(node.value, "None")
            case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
                yield self._whole(node, "yield from ()")
            case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign() | ast.Delete():
                yield self._whole(node, "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield self._whole(node, "pass")
            case ast.Break() | ast.Continue():
                yield self._whole(node, "continue" if isinstance(node, ast.Break) else "break")
            case ast.ExceptHandler(type=ast.expr()):
                yield self._whole(node.type, "()")
                if isinstance(node.type, ast.Tuple):
                    yield from self._without_one(node.type.elts)

    def _calls(self, node: ast.Call) -> Iterator[Edit]:
        """Another function, none, or the same with an argument less."""
        name = ast.unparse(node.func).rpartition(".")[2]
        end = self._end(node.func)
        if name in SWAPPED:
            yield Edit(end - len(name), end, SWAPPED[name])
        if isinstance(node.func, ast.Name) and name in LEFT_OUT:
            yield self._whole(node, f"({ast.unparse(node.args[0])})")
        if isinstance(node.func, ast.Attribute) and name in LEFT_OUT_METHODS and not node.args:
            yield Edit(end - len(f".{name}"), self._end(node), "")
        arguments = [*node.args, *node.keywords]
        if len(arguments) > 1:
            # What comes first is what the call is about; without it most calls fail at once.
            yield from self._without_one(arguments, first=max(1, len(node.args) - 1))
        elif node.keywords:
            yield self._whole(node.keywords[0], "")

    def _without_one(
        self, starts: Sequence[ast.AST], ends: Sequence[ast.AST] | None = None, first: int = 0
    ) -> Iterator[Edit]:
        """The row of nodes without one of them, from the one numbered ``first`` on; a row of one stays as it is."""
        ends = starts if ends is None else ends
        for number in range(first, len(starts) if len(starts) > 1 else 0):
            if number + 1 < len(starts):
                yield Edit(self._start(starts[number]), self._start(starts[number + 1]), "")
            else:
                yield Edit(self._end(ends[number - 1]), self._end(ends[number]), "")

    # -- text ----------------------------------------------------------------------------------------------

    def _start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _whole(self, node: ast.AST, text: str) -> Edit:
        return Edit(self._start(node), self._end(node), text)

    def _between(self, left: ast.AST, right: ast.AST, sign: str, other: str) -> Edit:
        start, end = self._end(left), self._start(right)
        return Edit(start, end, self.data[start:end].decode().replace(sign, other, 1))


def _head(node: ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
    """First and last line of a statement without the block below it."""
    if isinstance(node, ast.Match):
        return node.lineno, node.subject.end_lineno or node.lineno
    if body := getattr(node, "body", None):
        return node.lineno, max(node.lineno, body[0].lineno - 1)
    return node.lineno, node.end_lineno or node.lineno


def _left_alone(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Constant(value=str() | bytes()):
            return True
        case ast.BinOp():
            return _is_text(node.left) or _is_text(node.right)
    return False


def _names_something(test: ast.AST) -> bool:
    """Without this condition the block behind it would lack a name."""
    return any(isinstance(node, ast.NamedExpr) for node in ast.walk(test))
