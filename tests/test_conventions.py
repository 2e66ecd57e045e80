"""What the source itself keeps to: public names say what callers rely on, and time enters at the doors only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "plugin/gpai_portal"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: The doors, which may ask what day it is, and the module that answers.
DOORS = {"cli", "mkdocs_plugin.py", "dates.py"}
#: Where the times of files are compared with one another, and nothing is said of them.
STAMPS = {"mkdocs_preview.py"}

#: Names by which a clock is asked: of ``gpai_portal.dates``, of date, datetime and time, and of files.
CLOCKS = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime", "getmtime", "st_mtime", "st_mtime_ns"}


def room(module: Path) -> str:
    """The folder below the package that a module lies in, or its own name at the top."""
    return module.relative_to(PACKAGE).parts[0]


def undocumented(module: Path) -> Iterator[str]:
    """Public modules, classes, functions, methods and properties without a docstring."""

    def walk(node: ast.Module | ast.ClassDef, name: str) -> Iterator[str]:
        if not ast.get_docstring(node):
            yield name
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
                inner = f"{name}.{child.name}"
                if isinstance(child, ast.ClassDef):
                    yield from walk(child, inner)
                elif not ast.get_docstring(child):
                    yield inner

    yield from walk(ast.parse(module.read_text(encoding="utf-8")), module.relative_to(PACKAGE).as_posix())


def clocks(module: Path) -> Iterator[str]:
    """Places at which a module asks a clock, as file, line and what is written there."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        names += [node.attr] if isinstance(node, ast.Attribute) else []
        if CLOCKS & set(names):
            yield f"{module.relative_to(PACKAGE)}:{node.lineno}: {ast.unparse(node)}"


#: Keys of an answer in a file; reason stands in records as well, and says there why something was published.
ANSWER_KEYS = {"value", "state", "as_stated", "reference"}


def raw_answers(module: Path) -> Iterator[str]:
    """Places at which a module takes a key of an answer out of a mapping, as file, line and what is written there."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        keys: list[ast.expr] = []
        if isinstance(node, ast.Subscript):
            keys = [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            keys = node.args[:1]
        if any(isinstance(key, ast.Constant) and key.value in ANSWER_KEYS for key in keys):
            yield f"{module.relative_to(PACKAGE).as_posix()}:{node.lineno}: {ast.unparse(node)}"


def test_every_public_name_says_what_callers_rely_on() -> None:
    assert [name for module in MODULES for name in undocumented(module)] == []


def test_only_one_module_looks_into_what_was_written() -> None:
    """Everything else works on typed answers: none takes a value or a state out of a mapping again."""
    assert {place.partition(":")[0] for module in MODULES for place in raw_answers(module)} == {"content/reading.py"}


def test_time_enters_at_the_doors_only() -> None:
    assert [place for module in MODULES if room(module) not in DOORS | STAMPS for place in clocks(module)] == []


def test_the_doors_ask_for_the_day_where_an_environment_may_set_it() -> None:
    asked = [place for module in MODULES if room(module) in DOORS - {"dates.py"} for place in clocks(module)]
    assert {place.rpartition(": ")[2] for place in asked} == {"dates.today"}
