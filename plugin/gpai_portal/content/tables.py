"""Rows of a table in a file beside the document: CSV, or TSV, whose header names the columns; and rows as such a file.

They are put where the rows of the YAML stand, so that whatever comes after, from validation to comparison, knows only
rows. ``start`` is the value of a cell, ``start.state`` or ``start.as_stated`` what else an answer may say; the items of
a list are separated by semicolons, an item that is none of the options is written ``other: its name``.
"""

from __future__ import annotations

import copy
import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from gpai_portal.characters import deceptive, forbidden
from gpai_portal.codes import Code
from gpai_portal.content.answers import Path_, Row
from gpai_portal.content.reading import with_rows
from gpai_portal.content.source import Source, dotted, not_utf8
from gpai_portal.errors import Problem, quoted
from gpai_portal.limits import MAX_PROBLEMS, MAX_TABLE_BYTES, MAX_TABLE_ROWS
from gpai_portal.names import WINDOWS_DEVICE
from gpai_portal.schema import Field, load

#: What makes a spreadsheet that opens the download run a cell, or a part of it behind what it may take for a separator.
_FORMULA = re.compile("(?:^|[;\t])[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")


#: Places where a space keeps a spreadsheet from running the cell.
_BEFORE_FORMULA = re.compile("(^|[;\t])(?=[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r])")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a cell, or a part of it."""
    return _FORMULA.search(text) is not None


def unusable(file: Path, limit: int) -> tuple[Code, str, str] | None:
    """Why a file that an answer names, of at most ``limit`` bytes, cannot be used: code, message and advice."""
    if WINDOWS_DEVICE.match(file.name):
        return Code.BAD_ID, f"{file.name} is the name of a device on Windows, which has no such file", "rename the file"
    if not file.is_file() or file.is_symlink():
        return Code.MISSING_FILE, f"there is no file {file.name} beside this one", "add it, or leave file: out"
    if (size := file.stat().st_size) > limit:
        message = f"{file.name} has {size:,} bytes, more than {limit:,}"
        return Code.FILE_TOO_LARGE, message, "list less, and say where the rest stands"
    return None


def read_tables(source: Source, name: str) -> tuple[Source, list[Problem]]:
    """A document with the rows of the files that its tables name, and what is wrong with these files.

    ``name`` is how messages call the document.
    """
    problems: list[Problem] = []
    for table in _tables(source.kind):
        answer: Any = source.data
        for key in table.path:
            answer = answer.get(key) if isinstance(answer, dict) else None
        listed = answer.get("file") if isinstance(answer, dict) else None
        if not isinstance(listed, str) or not re.search(table.schema["properties"]["file"]["pattern"], listed):
            continue  # validation says what is wrong
        file = source.file.with_name(listed)
        if found := unusable(file, MAX_TABLE_BYTES):
            place = (*table.path, "file")
            problems.append(Problem(found[0], name, *found[1:], *source.position(place), dotted(place)))
            continue
        reader = _Reader(table, listed, str(PurePosixPath(name).with_name(listed)))
        reader.read(file.read_bytes())
        problems += reader.problems
        source = _joined(source, table.path, reader)
    return source, problems


@cache
def _tables(kind: str) -> tuple[Field, ...]:
    """The tables of a document whose rows may lie in a file."""
    return tuple(f for f in load(kind).fields() if f.kind == "table" and "file" in f.schema.get("properties", {}))


def _joined(source: Source, path: Path_, reader: _Reader) -> Source:
    data = copy.deepcopy(dict(source.data))
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]], first = with_rows(holder[path[-1]], reader.rows)
    rows = {(*path, "value", first + at): line for at, line in enumerate(reader.lines)}
    return replace(
        source,
        data=data,
        positions={**source.positions, **{row: (line, 1) for row, line in rows.items()}},
        beside={**source.beside, **dict.fromkeys(rows, reader.listed)},
        marked=source.marked | {(*path, "value", first + at, *place) for at, place in reader.marked},
    )


@dataclass
class _Reader:
    """One file of rows. ``lines`` has the line of each row, ``marked`` the row of text that only prose may hold, and
    its place in there."""

    table: Field
    listed: str
    name: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    marked: list[tuple[int, Path_]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: Code, line: int, message: str, advice: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, self.name, message, advice, line, 1))

    def read(self, raw: bytes) -> None:
        """Reads the bytes of the file."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.problems.append(not_utf8(self.name, raw, error.start))
            return
        records = self.records(text)
        line, header = next(records, (1, []))
        columns = self.columns(line, header)
        for line, cells in records:
            if not columns:
                return
            if len(self.rows) == MAX_TABLE_ROWS:
                message = f"there are more than {MAX_TABLE_ROWS:,} rows"
                self.problem(Code.FILE_TOO_LARGE, line, message, "list less, and say where the rest stands")
                return
            if len(cells) != len(columns):
                message = f"the row has {len(cells)} cells, the header {len(columns)}"
                self.problem(Code.TABLE_FILE, line, message, "give each column a cell, empty if need be, or add quotes")
                continue
            self.row(line, dict(zip(columns, cells, strict=True)))
        if columns and not self.rows and not self.problems:
            self.problem(Code.EMPTY_LIST, 1, "there are no rows below the header", "add them")

    def records(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of each record that has any."""
        delimiter = "\t" if self.listed.endswith("tsv") else ","
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in found:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = found.line_num + 1
        except csv.Error as error:
            self.problem(Code.TABLE_FILE, line, f"no row can be read here ({error})", "check the quotes")

    def columns(self, line: int, header: list[str]) -> dict[tuple[str, ...], None]:
        """The columns of the header, each as the path of what it holds of an answer; none if there is a wrong one."""
        known = [name for column in self.table.columns for name in _names(column)]
        if len(header) > len(known):
            self.problem(Code.TABLE_FILE, line, f"the header has {len(header):,} columns", "name each column once")
            return {}
        if not header:
            first = ", ".join(column.key for column in self.table.columns[:2])
            self.problem(Code.TABLE_FILE, 1, "there is no header", f"begin with the names of columns, such as {first}")
        found: dict[tuple[str, ...], None] = {}
        for text in (cell.strip() for cell in header):
            if text not in known:
                guess = difflib.get_close_matches(text, known, n=1)
                advice = f"did you mean {guess[0]}?" if guess else "known here: " + ", ".join(known)
                self.problem(Code.UNKNOWN_KEY, line, f"there is no column {quoted(text)}", advice)
            elif tuple(text.split(".")) in found:
                self.problem(Code.DUPLICATE_KEY, line, f"the column {quoted(text)} stands twice", "keep one of the two")
            found[tuple(text.split("."))] = None
        return {} if self.problems else found

    def row(self, line: int, cells: Mapping[tuple[str, ...], str]) -> None:
        """One row, as YAML would have it."""
        told: dict[tuple[str, ...], str] = {}
        for path, text in cells.items():
            if is_formula(text):
                message = f"a spreadsheet would run {quoted(text)} as a formula"
                self.problem(Code.FORMULA, line, message, "put a space before it; pages do not show it")
            elif reason := forbidden(text):
                self.problem(Code.YAML_CHARACTER, line, f"the text holds {reason}", "remove it")
            if text := text.strip():
                told[path] = text
        row: dict[str, Any] = {}
        for column in self.table.columns:
            if parts := {path[1:]: text for path, text in told.items() if path[0] == column.key}:
                row[column.key] = _cell(column.schema, parts)
        self.marked += [(len(self.rows), path) for path, text in _texts(row) if deceptive(text)]
        self.rows.append(row)
        self.lines.append(line)


def _names(column: Field) -> Iterator[str]:
    """Columns of a file that may hold a part of the answers in a column: the value, and what else an answer says."""
    yield column.key
    yield from (f"{column.key}.{part}" for part in column.schema.get("properties", ()) if part != "value")


def _cell(schema: Mapping[str, Any], parts: Mapping[tuple[str, ...], str]) -> Any:
    """The answer in a cell, from its value and what else is said."""
    said = {path[0]: _value(schema["properties"][path[0]], text) for path, text in parts.items() if path}
    if () not in parts:
        return said
    value = _value(schema, parts[()])
    return {"value": value, **said} if said else value


def _texts(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Each text in a row, with its place in it."""
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _texts(value, (*path, key))


def _value(schema: Mapping[str, Any], text: str) -> Any:
    """A value as YAML would have it; text where it is none, so that validation says so."""
    types = schema.get("type", ())
    if "array" in types:
        other = "other" in schema.get("items", {}).get("properties", ())
        items = [item.strip() for item in text.split(";") if item.strip()]
        return [{"other": i[6:].strip()} if other and i.startswith("other:") else i for i in items]
    if "boolean" in types and text in {"true", "false"}:
        return text == "true"
    return text


# -- rows as a file ----------------------------------------------------------------------------------------


def as_csv(table: Field, rows: Sequence[Row]) -> bytes:
    """Rows as CSV (RFC 4180) in the form that ``read_tables`` reads, with all their columns. Where a spreadsheet would
    run a cell as a formula, a space stands before it."""
    lines = [dict(_flat(row.written)) for row in rows]
    known = [name for column in table.columns for name in _names(column)]
    used = dict.fromkeys(name for line in lines for name in line)
    header = [name for name in known if name in used] + [name for name in used if name not in known]
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([_BEFORE_FORMULA.sub(r"\1 ", line.get(name, "")) for name in header] for line in lines)
    return written.getvalue().encode("utf-8-sig")


def _flat(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, answer in written.items():
        for part, value in answer.items() if isinstance(answer, dict) else (("value", answer),):
            yield (key if part == "value" else f"{key}.{part}"), _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(f"other: {item['other']}" if isinstance(item, dict) else str(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
