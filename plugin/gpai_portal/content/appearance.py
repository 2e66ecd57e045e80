"""What readers see of an answer, in a form that is equal for two answers that pages show alike.

How a thing is spelled does not count: a list or ``{value: list}``, white space, one way or another to write the same
Markdown or number, the order of a list or of the rows of a table. What pages show by kind, in
``templates/portal/kinds.html``, is here by kind; ``tests/site/test_what_readers_see.py`` holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gpai_portal.characters import visible
from gpai_portal.content.answers import (
    SILENT,
    Answer,
    Described,
    Domains,
    Entry,
    Other,
    Period,
    Quantity,
    Row,
    Size,
    Status,
)
from gpai_portal.prose import figure, inline, is_block, prose
from gpai_portal.schema import Field

#: What is told of a transcription: on the page of the document, and of one that has no page of its own.
_TOLD, _TOLD_OF_FACTS = ("source", "title", "retrieved", "note"), ("source",)


def seen(document: Entry) -> Iterator[Entry]:
    """The entries of a document of which readers see something, in official order, as far as they see it.

    Of what is hidden that is a transcription; the others only say which fields are shown, where and in which language.
    """
    told = _TOLD if document.field.schema["x-document"].get("address") else _TOLD_OF_FACTS
    for entry in _leaves(document):
        value = entry.answer.value
        if entry.field.kind != "hidden":
            yield entry
        elif entry.field.key == "transcription":
            shown = {key: value[key] for key in told if key in value} if isinstance(value, Mapping) else None
            yield replace(entry, answer=replace(entry.answer, value=shown))


def _leaves(group: Entry) -> Iterator[Entry]:
    for entry in (group.by_key or {}).values():
        if entry.by_key is None:
            yield entry
        else:
            yield from _leaves(entry)


def is_silent(answer: Answer) -> bool:
    """Whether nobody said anything: nothing is written, or what is shown follows from another answer."""
    if answer.status in SILENT or answer.derived:
        return True
    return answer.status is Status.ANSWERED and not answer.says_more and _is_empty(answer.value)


def _is_empty(value: Any) -> bool:
    """Whether a value is written of which nothing can be seen, such as a list of nothing or a unit without a figure."""
    if isinstance(value, Period):
        return not (value.start or value.end or value.ongoing or value.qualifier)
    if isinstance(value, Size):
        shown = (value.band, value.approximate, value.quantity, value.remark, value.modality, value.applies_to)
        return not any(shown)
    return isinstance(value, tuple) and not any(map(is_item, value))


def is_item(item: Any) -> bool:
    """Whether anything can be seen of an item of a list; not of a row of which the source does not speak."""
    return not isinstance(item, Row) or bool(item.cells) or item.state is not None


def appearance(field: Field, answer: Answer) -> Hashable:
    """An answer as readers see it; None if nobody said anything."""
    if is_silent(answer):
        return None
    qualifier = answer.qualifier if field.kind == "date" and answer.value is not None else ""
    return (
        answer.status,
        part_appearance(field, answer.value),
        qualifier,
        bool(answer.file),
        inline(answer.reference),
        *map(_words, (answer.reason, answer.as_stated)),
        *map(_prose, (answer.specification, answer.prose)),
    )


def part_appearance(field: Field, value: Any) -> Hashable:
    """A value, an item of a list, or a row as readers see it."""
    if isinstance(value, str):
        return _TEXT.get(field.kind, _plain)(value)
    if isinstance(value, Answer):
        return appearance(field, value)
    if isinstance(value, tuple):
        return _set(part_appearance(field, item) for item in value if is_item(item))
    if isinstance(value, Mapping):
        return _set((key, _plain(str(part))) for key, part in value.items())
    look: Callable[[Field, Any], Hashable] | None = _PARTS.get(type(value))
    return look(field, value) if look else value


def as_row(field: Field, item: Row | str) -> Row:
    """A domain name as a row, whether or not something is said beside it."""
    return item if isinstance(item, Row) else Row({field.columns[0].key: Answer(Status.ANSWERED, item, written=item)})


def _plain(text: str) -> str:
    return " ".join(visible(text).split())


def _prose(text: str) -> str:
    return " ".join(prose(text).split()) if text else ""


def _words(text: str) -> str:
    return _prose(text) if is_block(text) else inline(text)


def _set(items: Iterable[Hashable]) -> Hashable:
    return frozenset(Counter(items).items())


def _row(field: Field, row: Row) -> Hashable:
    looks = [(c.key, look) for c in field.columns if (look := appearance(c, row[c.key])) is not None]
    # A domain name beside which nothing is said may be a row or a text.
    if row.state is not None:
        looks.append(("", appearance(field, row.state)))
    plain = field.kind == "domains" and len(looks) == 1 and not row[field.columns[0].key].says_more
    return _plain(row[field.columns[0].key].text) if plain else tuple(looks)


def _size(_field: Field, size: Size) -> Hashable:
    figures = (figure(size.quantity), _plain(size.unit)) if size.quantity else ()
    told = (size.label or size.band, _plain(size.approximate), figures)
    return (
        told,
        size.qualifier if any(told) else "",
        size.modality,
        _set(map(_plain, size.applies_to)),
        _prose(size.remark),
    )


def _quantity(_field: Field, quantity: Quantity) -> Hashable:
    return quantity.qualifier, figure(quantity.number), _plain(quantity.unit)


def _domains(field: Field, domains: Domains) -> Hashable:
    names = _set(part_appearance(field, name) for name in domains.names)
    datasets = _set(map(inline, domains.datasets))
    return names, domains.url, _prose(domains.access), domains.total, inline(domains.rule), datasets


#: Kinds whose text is not shown as it stands.
_TEXT: Mapping[str, Callable[[str], str]] = {
    "text": _prose,
    "line": inline,
    "lines": inline,
    "number": figure,
}

#: Values that are shown in parts.
_PARTS: Mapping[type, Callable[[Field, Any], Hashable]] = {
    Row: _row,
    Size: _size,
    Quantity: _quantity,
    Domains: _domains,
    Other: lambda _field, other: ("other", _plain(other.name)),
    Described: lambda _field, described: ("described", inline(described.pattern), inline(described.text)),
}
