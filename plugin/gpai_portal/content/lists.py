"""Lists of domain names that lie beside a document, and the record of how such a list was computed.

``gpai-portal domains`` writes both. What the record says counts only once ``check`` has held the list against it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from gpai_portal.content.answers import Domains, Row
from gpai_portal.errors import PortalError
from gpai_portal.files import PACKED, read_packed
from gpai_portal.limits import MAX_INTEGER, MAX_JSON_BYTES, MAX_LIST_BYTES
from gpai_portal.suffixes import is_public_suffix, spelling

#: The format of the record, as the command writes it.
METHOD_FORMAT = "gpai-portal-domains/1"

#: How names of files of lists end.
LIST_ENDINGS = (".txt", ".csv")
METHOD_ENDING = ".json"

#: Rules of the record, and how many names of so many each asks for (Template 2.3); parts of a name are rounded up.
RULES: Mapping[str, Callable[[int], int]] = {
    "all": lambda names: -(-names // 10),
    "sme": lambda names: min(-(-names // 20), 1000),
}


_PERCENT = re.compile(r"\d{1,3}\.\d")


@dataclass(frozen=True)
class Method:
    """What the record of a list says of it.

    Of ``names`` domain names in all, ``listed`` are listed; the ``rule`` (one of RULES) asks for ``asked`` of them.
    ``sha256`` is the hash of the list, ``table`` that of the same list as Parquet, empty where it is not recorded.
    ``coverage`` is the share of the content that the names listed hold, by size in percent and rounded down, by
    modality, that of all content under "". ``size_means`` says in words what sizes were added up, ``suffixes`` names
    the version of the Public Suffix List and ``sections`` those of its sections that were used, ``tool`` is the version
    of the command.
    """

    rule: str
    names: int
    asked: int
    listed: int
    sha256: str
    table: str = ""
    coverage: Mapping[str, str] = field(default_factory=dict)
    size_means: str = ""
    suffixes: str = ""
    sections: str = ""
    tool: str = ""

    @property
    def share(self) -> str:
        """The share of the names that is listed, as ``share_of`` gives it."""
        return share_of(self.listed, self.names)


def share_of(part: int, whole: int) -> str:
    """Percent with one decimal, rounded down; empty if there is nothing to have a part of."""
    tenths = 1000 * part // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}" if whole else ""


def read_method(file: Path) -> Method:
    """The record of a list. Raises ValueError, with what is wrong in words, if the file is none."""
    if file.stat().st_size > MAX_JSON_BYTES:
        raise ValueError(f"the file is larger than {MAX_JSON_BYTES:,} bytes")
    try:
        data = json.loads(read_packed(file, MAX_JSON_BYTES))  # records keep long ones packed
    except (ValueError, RecursionError, PortalError):
        raise ValueError("the file is no JSON") from None
    told = data.get("format") if isinstance(data, dict) else None
    if told != METHOD_FORMAT:
        raise ValueError(f"its format is not {METHOD_FORMAT}")
    rule = _part(data, "rule", "name")
    if rule not in RULES:
        raise ValueError("it names no rule that is known: " + ", ".join(RULES))
    parts = {"": data, **_of(data, "modalities")}
    covered = {kind: _text(part.get("covered")) for kind, part in parts.items() if isinstance(part, dict)}
    return Method(
        rule,
        _count(data, "names"),
        _count(data, "asked"),
        _count(data, "listed"),
        _hash(data, "sha256"),
        _hash(data, "parquet_sha256") if "parquet_sha256" in data else "",
        {kind: share for kind, share in covered.items() if _PERCENT.fullmatch(share)},
        _text(data.get("size_means")),
        _part(data, "suffixes", "version"),
        _part(data, "suffixes", "sections"),
        _part(data, "tool", "version"),
    )


def _of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _part(data: Mapping[str, Any], key: str, part: str) -> str:
    return _text(_of(data, key).get(part))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(data: Mapping[str, Any], key: str) -> int:
    found = data.get(key)
    if type(found) is not int or not 0 <= found <= MAX_INTEGER:
        raise ValueError(f"it does not say how many: {key}")
    return found


def _hash(data: Mapping[str, Any], key: str) -> str:
    found = _text(data.get(key))
    if len(found) != 64 or not set(found) <= set("0123456789abcdef"):
        raise ValueError(f"{key} is no SHA-256")
    return found


def list_hash(file: Path) -> str:
    """SHA-256 of a list with a line feed at the end of each line, whatever version control has made of these."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        for line in opened:
            found.update(line[:-2] + b"\n" if line.endswith(b"\r\n") else line)
    return found.hexdigest()


def lines_of(file: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each line of a list. Raises PortalError for a packed one that is damaged."""
    raw: IO[bytes] = io.BytesIO(read_packed(file, MAX_LIST_BYTES)) if file.suffix == PACKED else file.open("rb")
    with io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace") as opened:
        for number, line in enumerate(opened, 1):
            yield number, line.strip()


def listed_lines(file: Path) -> Iterator[str]:
    """What a list holds besides empty lines and comments, as it is written there."""
    return (text for _number, text in lines_of(file) if text and not text.startswith("#"))


def names_of(domains: Domains, files: Mapping[str, Path]) -> Iterator[str]:
    """What an answer lists, in the one way to write each: names, and behind a dot suffixes that stand for all names
    that end so. ``files`` are those that its document offers."""
    for item in domains.told:
        yield spelling(item["domain"].text if isinstance(item, Row) else item)
    for item in domains.suffixes:
        yield "." + spelling(item["domain"].text if isinstance(item, Row) else item).lstrip(".")
    if file := files.get(domains.file):
        for line in listed_lines(file):
            name = spelling(line)
            yield name if domains.method or not is_public_suffix(name) else f".{name}"
