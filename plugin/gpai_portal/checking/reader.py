"""Looks facts up in one file and makes problems at their place; rules that several documents share."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gpai_portal.checking.answers import is_transcription
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import parse_date
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Path_, Source, dotted
from gpai_portal.errors import Problem
from gpai_portal.schema import read_json


@dataclass(frozen=True)
class Reader:
    """Looks values up in one file and makes problems at their place."""

    source: Source
    content: Content

    @property
    def file(self) -> str:
        return self.content.relative(self.source.file)

    def get(self, *path: str | int) -> Any:
        return at(self.source.data, path)

    def problem(self, code: Code, path: Path_, message: str, advice: str, severity: Severity | None = None) -> Problem:
        line, column = self.source.position(path)
        severity = severity or code.severity_in(is_transcription(self.source, self.content))
        return Problem(code, self.file, message, advice, line, column, dotted(path), severity)


def protocol(reader: Reader, code: Any, path: Path_) -> Iterator[Problem]:
    known = [p["code"] for p in read_json("registry/opt-out-protocols.json")["protocols"]]
    if isinstance(code, str) and code not in known:
        guess = difflib.get_close_matches(code, known, n=1)
        yield reader.problem(
            Code.UNKNOWN_PROTOCOL,
            path,
            f"there is no opt-out protocol {code!r} in the registry",
            f"did you mean {guess[0]}?" if guess else "choose one of: " + ", ".join(known),
        )


def unknown_releases(reader: Reader, content: Content, key: str) -> Iterator[Problem]:
    known = [f"{m}/{r}" for m, r in content.releases]
    for index, name in enumerate(list_of(reader.get(key))):
        if isinstance(name, str) and name not in known:
            guess = difflib.get_close_matches(name, known, n=1)
            yield reader.problem(
                Code.UNKNOWN_RELEASE,
                (key, index),
                f"there is no release {name!r}",
                f"did you mean {guess[0]}?" if guess else "known: " + (", ".join(known) or "none"),
            )


def last_update(reader: Reader, as_of: date) -> Iterator[Problem]:
    for key in ("last_update", "last_updated"):
        updated = parse_date(reader.get(key))
        if updated and updated > as_of:
            yield reader.problem(
                Code.DATE_IN_FUTURE,
                (key,),
                f"last updated on {updated}, after {as_of}",
                "correct the date, or give --as-of DATE",
            )


def previous_versions(reader: Reader) -> Iterator[Problem]:
    rows = rows_of(reader.get("previous_versions"))
    version = str(value_of(reader.get("version")) or "")
    first = re.fullmatch(r"(?i)\D{0,2}[01]?(\.0)*", version)
    if not rows and reader.get("previous_versions") is not None and version and not first:
        yield reader.problem(
            Code.PREVIOUS_VERSIONS_MISSING,
            ("previous_versions",),
            f"version {version!r} is not the first, but no earlier one is linked",
            "list earlier versions with their links, which must stay reachable",
        )
    updated = parse_date(reader.get("last_update"))
    for index, row in enumerate(rows):
        dated = parse_date(row.get("date"))
        if dated and updated and dated > updated:
            yield reader.problem(
                Code.DATE_ORDER,
                ("previous_versions", index, "date"),
                f"an earlier version is dated {dated}, after this one ({updated})",
                "correct one of the two dates",
            )


# -- reading raw values ------------------------------------------------------------------------------------


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        if isinstance(data, Mapping) and key in data:
            data = data[key]
        else:
            return None
    return data


def value_of(raw: Any) -> Any:
    return raw.get("value") if isinstance(raw, Mapping) else raw


def list_of(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def rows_of(raw: Any) -> list[Mapping[str, Any]]:
    return [row if isinstance(row, Mapping) else {} for row in list_of(value_of(raw))]


def is_yes(raw: Any) -> bool:
    return value_of(raw) is True


def yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def exact(reader: Reader, *keys: str) -> bool:
    """Whether dates are given to the day and without a qualifier, so that they can be compared."""
    return all(isinstance(raw := reader.get(key), str) and len(raw) == 10 for key in keys)
