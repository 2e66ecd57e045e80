"""How far each file is: fields that have to be answered, and those of them that are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpai_portal.content.answers import Status
from gpai_portal.content.folder import Content


@dataclass(frozen=True)
class Progress:
    """``file`` as messages call it; ``answered`` of the fields ``asked`` for by now have a value or a state.

    Where a question is open, what a Yes would ask for is counted too; so is each cell that a row still lacks.
    """

    file: str
    answered: int
    asked: int


def progress(content: Content) -> Iterator[Progress]:
    """How far each file of a checked folder is, in the order of their names."""
    for source in sorted(content.sources(), key=lambda source: source.file):
        required = [entry for entry in source.entries if entry.required and not entry.field.composed]
        open_ = content.open_fields.get(content.key(source.file), 0)
        silent = sum(entry.answer.status in {Status.MISSING, Status.EMPTY} for entry in required)
        yield Progress(content.relative(source.file), len(required) - silent, len(required) + max(open_ - silent, 0))
