"""How a document calls itself: its name, the label of its version, the day of its last update; all by its provider."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import Row
from gpai_portal.content.reading import read_answer
from gpai_portal.schema import Schema

#: Names of the field that says when a document was changed last; the Form has its own.
LAST_UPDATE = ("last_update", "last_updated")

#: Name of the field that lists the versions of a document before this one.
PREVIOUS_VERSIONS = "previous_versions"

#: What a document says of its own version: it differs from release to release in any case.
OF_VERSIONS = frozenset({"version", "changes", PREVIOUS_VERSIONS, *LAST_UPDATE})

_BEFORE_NUMBER = re.compile(r"^(?:version|v)?[\s.#]*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """A version, and the ISO date of the last update; empty where the document does not say."""

    version: str
    updated: str


def label_of(schema: Schema, data: Mapping[str, Any]) -> Label:
    """What the JSON of a document calls itself; empty where it has neither, or a state in place of each."""
    fields = {field.key: field for field in schema.root.children}
    if "version" not in fields:
        return Label("", "")
    version, *updated = (read_answer(fields[key], data.get(key)) for key in ("version", *LAST_UPDATE) if key in fields)
    return Label(version.text or version.as_stated, next((day.text for day in updated if day.text), ""))


def name_of(schema: Schema, data: Mapping[str, Any]) -> str:
    """What the JSON of a model or release calls it; empty where it does not say."""
    field = schema.root.child("name")
    return read_answer(field, data.get("name")).title if field else ""


def is_among(row: Row, labels: Sequence[Label]) -> bool:
    """Whether a version that is written is one of those on record; its date may be less exact, or missing."""
    version, day = _bare(row["version"].text), row["date"].text
    return bool(version) and any(_bare(own.version) == version and own.updated.startswith(day) for own in labels)


def _bare(version: str) -> str:
    """A label without what stands before its number: v1.0, Version 1.0 and #1.0 are 1.0."""
    return _BEFORE_NUMBER.sub("", version).casefold()
