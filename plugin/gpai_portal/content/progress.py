"""How far each file is: fields that have to be answered, and those of them that are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gpai_portal.content.answers import Entry, Status
from gpai_portal.content.folder import Content

#: States of a field that nobody has written anything for.
_UNWRITTEN = {Status.MISSING, Status.EMPTY, Status.OPEN}


@dataclass(frozen=True)
class Progress:
    """``file`` as messages call it; ``answered`` of the fields ``asked`` for by now have a value or a state.

    Each cell that a row still lacks is counted too; what a Yes would ask for is not, as long as the question is open.
    """

    file: str
    answered: int
    asked: int


def _asked(group: Entry) -> Iterator[Entry]:
    """The fields of a group that have to be answered; none of a part that may be left out and is."""
    for entry in group.entries:
        if entry.by_key is not None:
            if entry.required or entry.answer.status not in _UNWRITTEN or entry.field.kind == "section":
                yield from _asked(entry)
        elif entry.required and not entry.field.composed:
            yield entry


def progress(content: Content) -> Iterator[Progress]:
    """How far each file of a checked folder is, in the order of their names."""
    for source in sorted(content.sources(), key=lambda source: source.file):
        required = list(_asked(source.answers))
        open_ = content.open_fields.get(content.key(source.file), 0)
        answered = sum(entry.answer.status not in _UNWRITTEN for entry in required)
        silent = sum(entry.answer.status in {Status.MISSING, Status.EMPTY} for entry in required)
        yield Progress(content.relative(source.file), answered, answered + max(silent, open_))
