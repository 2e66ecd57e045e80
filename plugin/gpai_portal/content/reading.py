"""From raw YAML or JSON to typed answers: the one place that looks ``value``, ``state`` and ``reason`` up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from gpai_portal.content.answers import (
    EMPTY,
    MISSING,
    NO_DOMAINS,
    SILENT,
    UNCOUNTED,
    Answer,
    Described,
    Domains,
    Entry,
    Other,
    Path_,
    Period,
    Quantity,
    Row,
    Size,
    Status,
)
from gpai_portal.content.counting import discloses_nothing
from gpai_portal.schema import ANSWER_KEYS, GROUPS, Condition, Field


def read_answer(field: Field, raw: Any, path: Path_ = ()) -> Answer:
    """The answer written for a field, of the form its schema allows; MISSING if nothing is written."""
    if isinstance(raw, str):  # as most are
        return Answer(Status.ANSWERED, (raw,) if field.kind == "choices" else raw, path=path, written=raw)
    if raw is None or raw == {}:  # validation has set aside all of it
        return MISSING
    if field.kind == "size" and isinstance(raw, list) and len(raw) == 1:
        return read_answer(field, raw[0], (*path, 0))
    if not isinstance(raw, dict):
        value = _list(field, raw, path) if isinstance(raw, list) else raw
        return Answer(Status.ANSWERED, value, path=path, written=raw)
    if field.kind in _OF_PARTS:
        value = _of_parts(field, raw, path)
    elif not ANSWER_KEYS.isdisjoint(raw) or "value" in field.schema.get("properties", ()):
        value = raw.get("value")
        value = _list(field, value, (*path, "value")) if isinstance(value, list) else value
    else:
        value = raw
    if (state := raw.get("state")) is not None:
        status = Status(state)
    else:
        status = Status.ANSWERED if value is not None or raw.get("file") else Status.AS_STATED
    return Answer(
        status,
        value,
        reason=raw.get("reason", ""),
        reference=raw.get("reference", ""),
        as_stated=raw.get("as_stated", ""),
        qualifier=raw.get("qualifier", ""),
        specification=raw.get("specification", ""),
        prose=raw.get("text", ""),
        path=path,
        written=raw,
        file=raw.get("file", ""),
    )


def with_rows(raw: Mapping[str, Any], rows: Sequence[Any]) -> tuple[dict[str, Any], int]:
    """What is written for a table, with more rows behind its own, and the index of the first of these.

    Without any row nothing is changed. What stands there in place of rows is for validation to refuse.
    """
    own = raw.get("value", [])
    if not rows or not isinstance(own, list):
        return dict(raw), 0
    return {**raw, "value": [*own, *rows]}, len(own)


def without_value(answer: Answer) -> dict[str, str]:
    """What is written beside the value of an answer, or in its place: state, reason ..., as JSON."""
    written = answer.written if isinstance(answer.written, Mapping) else {}
    return {key: words for key, words in written.items() if key in ANSWER_KEYS and key != "value"}


def _list(field: Field, raw: list[Any], path: Path_) -> Domains | tuple[Any, ...]:
    if field.kind == "size":
        return tuple(read_answer(field, one, (*path, index)) for index, one in enumerate(raw))
    if field.kind == "domains":
        return replace(NO_DOMAINS, names=_names(field, raw, path))
    if field.kind in _OF_ROWS:
        return tuple(_row(field, row, (*path, index)) for index, row in enumerate(raw))
    return tuple(_item(item) for item in raw)


def _item(raw: Any) -> Any:
    """An item of a list; None where validation set a wrong one aside, so that the others keep their places."""
    if isinstance(raw, dict):
        if "pattern" in raw:
            return Described(raw["pattern"], raw.get("text", ""))
        return Other(raw["other"]) if "other" in raw else None
    return raw


def _row(field: Field, raw: Any, path: Path_) -> Row:
    """A row; empty where validation set a wrong one aside, so that the others keep their places."""
    if not isinstance(raw, dict):
        return Row({}, path, raw)
    cells = {c.key: read_answer(c, raw[c.key], (*path, c.key)) for c in field.columns if c.key in raw}
    if (column := field.banded) and column.key in cells:
        of = cells.get(field.columns[0].key, MISSING).items
        cells[column.key] = _labelled(cells[column.key], column.schema["x-bands"], of)
    unsaid = {key: answer for key, answer in cells.items() if answer.status is Status.NOT_IN_SOURCE}
    state = _state_of(raw, path) if field.may_be_state and "state" in raw else None
    told = {key: answer for key, answer in cells.items() if key not in unsaid} if unsaid else cells
    return Row(told, path, raw, state, unsaid)


def _state_of(raw: Mapping[str, Any], path: Path_) -> Answer:
    """The state that stands in place of the cells of a row."""
    said = {key: raw.get(key, "") for key in ("reason", "reference", "as_stated")}
    return Answer(Status(raw["state"]), **said, path=path, written=raw)


def _labelled(answer: Answer, bands: Mapping[str, Sequence[str]], modalities: Sequence[str]) -> Answer:
    """Sizes with their range as the form prints it: for their own modality, else for those of their row if it prints
    the same for all of them."""
    if isinstance(answer.value, tuple):
        return replace(answer, value=tuple(_labelled(one, bands, modalities) for one in answer.value))
    size = answer.value
    if not isinstance(size, Size) or not size.band:
        return answer
    at = ("lt", "mid", "gt").index(size.band)
    labels = {bands[m][at] if m in bands else "" for m in ((size.modality,) if size.modality else modalities)}
    return replace(answer, value=replace(size, label=labels.pop() if len(labels) == 1 else ""))


def _names(field: Field, raw: Sequence[Any], path: Path_) -> tuple[str | Row, ...]:
    return tuple(_row(field, name, (*path, i)) if isinstance(name, dict) else name for i, name in enumerate(raw))


def _of_parts(field: Field, raw: Mapping[str, Any], path: Path_) -> Any:
    """The value of a kind whose parts stand beside its state; None if none of them is there."""
    own = raw.keys() - ANSWER_KEYS | ({"value"} & raw.keys())
    return _OF_PARTS[field.kind](field, raw, path) if own else None


def _period(field: Field, raw: Mapping[str, Any], path: Path_) -> Period:
    return Period(raw.get("from", ""), raw.get("to", ""), raw.get("ongoing", False), raw.get("qualifier", ""))


def _quantity(field: Field, raw: Mapping[str, Any], path: Path_) -> Quantity:
    return Quantity(raw.get("value", ""), raw.get("unit", ""), raw.get("qualifier", ""))


def _size(field: Field, raw: Mapping[str, Any], path: Path_) -> Size:
    return Size(
        raw.get("band", ""),
        "",
        raw.get("approximate", ""),
        raw.get("quantity", ""),
        raw.get("unit", ""),
        raw.get("qualifier", ""),
        raw.get("modality", ""),
        raw.get("remark", ""),
        tuple(raw.get("applies_to", ())),
    )


def _domains(field: Field, raw: Mapping[str, Any], path: Path_) -> Domains:
    return Domains(
        _names(field, raw.get("value", ()), (*path, "value")),
        raw.get("file", ""),
        raw.get("url", ""),
        raw.get("access", ""),
        raw.get("total", 0),
        raw.get("rule", ""),
        raw.get("method", ""),
        raw.get("table", ""),
        tuple(raw.get("datasets", ())),
    )


#: Kinds whose value is a list of rows.
_OF_ROWS = frozenset({"table", "gaps", "exceptions", "extra"})

#: Kinds whose value is itself a mapping, so that state and reason stand beside its own keys.
_OF_PARTS: Mapping[str, Callable[[Field, Mapping[str, Any], Path_], Any]] = {
    "period": _period,
    "quantity": _quantity,
    "size": _size,
    "domains": _domains,
    "contact": _row,
}


def read_entry(field: Field, raw: Any, *, required: bool = True) -> Entry:
    """A field and everything below it, with the answers found in ``raw``.

    Validation has taken out of ``raw`` what its schema does not allow.
    """
    if raw is None:
        return _unanswered(field, required)
    if field.kind not in GROUPS:
        return Entry(field, read_answer(field, raw, field.path), required)
    return _read_group(field, raw, required)


@cache
def _unanswered(field: Field, required: bool) -> Entry:
    """A field of which nothing is written."""
    if field.kind not in GROUPS:
        return Entry(field, MISSING if required else EMPTY, required)
    return _read_group(field, {}, required)


def _read_group(field: Field, data: Mapping[str, Any], required: bool) -> Entry:
    entries = {c.key: read_entry(c, data.get(c.key), required=c.required) for c in field.children}
    if field.conditions:
        entries |= _of_conditions(field.conditions, data, entries)
    says = data and any(entry.answer.status not in SILENT for entry in entries.values())
    answer = Answer(Status.ANSWERED, path=field.path, written=data) if says else MISSING
    hidden = Status.NOT_IN_SOURCE
    shown = tuple([e for e in entries.values() if e.field.kind != "hidden" and e.answer.status is not hidden])
    return Entry(field, answer, required, shown, entries)


def _of_conditions(
    conditions: Sequence[Condition], data: Mapping[str, Any], entries: Mapping[str, Entry]
) -> Mapping[str, Entry]:
    """The fields of a group that answers beside them may ask for, as these have it."""
    demanded = {key for c in conditions if c.holds(data) for key in c.required}
    open_ = {key for c in conditions if is_open(c, entries) for key in c.required} - demanded
    no = {c for c in conditions if denied(c, entries)}
    no_or_silent = no | {c for c in conditions if _silent(c, entries)}
    unreadable = {c for c in conditions if _is_unreadable(c, entries)}
    found: dict[str, Entry] = {}
    for key in {key for condition in conditions for key in condition.required}:
        entry = entries[key]
        asked = [c for c in conditions if key in c.required]
        if key in demanded or key in open_:
            found[key] = _demanded(entry, key in open_, _lacking(asked, entries))
        elif entry.answer.status is Status.EMPTY:
            # Nobody asked: for a No, as far as there is an answer at all, or as nobody can read whether.
            if not no.isdisjoint(asked) and no_or_silent.issuperset(asked):
                answer = Answer(Status.NOT_APPLICABLE, reason=asked[0].otherwise, derived=True)
            else:
                answer = MISSING if unreadable.isdisjoint(asked) else Answer(Status.NOT_READABLE)
            found[key] = Entry(entry.field, answer, False)
        elif not discloses_nothing(entry.field, entry.answer):
            # What is said without being asked for counts as it would if the question were left out.
            said = entry.answer.status is Status.ANSWERED or not unreadable.isdisjoint(asked)
            found[key] = replace(entry, required=entry.required or said)
    return found


def _demanded(entry: Entry, is_open: bool, lacking: Answer) -> Entry:
    """A field that an answer beside it asks for, or that may be asked for; ``lacking`` if nothing is written."""
    answer = lacking if entry.answer.status is Status.EMPTY else entry.answer
    return Entry(entry.field, answer, True, entry.entries, entry.by_key, is_open)


def _lacking(conditions: Sequence[Condition], entries: Mapping[str, Entry]) -> Answer:
    """What a field has that is not answered: as long as a draft leaves open whether it is asked for, it is open too."""
    left_open = any(entries[key].answer.status is Status.OPEN for c in conditions for key in c.asked)
    return Answer(Status.OPEN) if left_open else MISSING


def denied(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether every answer that a condition depends on is a plain No, so that its ``otherwise`` is true to say."""
    said = [answer.value for key in condition.asked if (answer := entries[key].answer).status is not Status.EMPTY]
    return bool(said) and all(value is False for value in said)


def is_open(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether nobody can say that the fields of a condition need not be answered: what it depends on is asked for, and
    is neither answered with Yes or No nor beyond what a transcriber could read."""
    asked = [entries[key].answer for key in condition.asked]
    return any(a.value is None and a.status not in {Status.EMPTY, *UNCOUNTED} for a in asked)


def _silent(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether none of the answers that a condition depends on is there."""
    return all(entries[key].answer.status in SILENT for key in condition.asked)


def _is_unreadable(condition: Condition, entries: Mapping[str, Entry]) -> bool:
    """Whether a transcriber could not read a question that a condition depends on."""
    return any(entries[key].answer.status is Status.NOT_READABLE for key in condition.asked)
