"""Rules on how much data came from a source: it goes with the answers of its section, and with the size of all data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.amounts import at_least, at_most, is_same_unit, states_amount, total_of
from gpai_portal.content.answers import Answer, Entry, Other, Quantity, Row
from gpai_portal.errors import Problem
from gpai_portal.schema import SUMMARY, Field, load

#: First and last value of the middle range, by modality, and the units it is counted in (Template 1.3).
RANGES = {
    "text": (1e9, 1e13, "tokens"),
    "image": (1e6, 1e9, "images"),
    "audio": (1e4, 1e6, "hours"),
    "video": (1e4, 1e6, "hours"),
}

CORRECT = "correct one of the two"


def check_amounts(reader: Reader) -> Iterator[Problem]:
    """Amounts that cannot be true, whatever they are rounded from."""
    stated: dict[str, list[tuple[Answer, Quantity]]] = {}
    for field in _asking():
        # Of a row that is not written yet, or cannot be read, nobody can say what it is an amount of.
        rows = [row for row in reader.get(*field.path).rows if row["modality"].text]
        if not rows:
            continue
        section = reader.source.answers.entry(*field.path[:-1])
        assert section is not None  # noqa: S101 - stands in the schema
        yield from _of_section(reader, section, rows)
        for row in rows:
            modality, size = row["modality"].text, row["size"].value
            if isinstance(size, Quantity) and size.number:
                stated.setdefault(modality, []).append((row["size"], size))
    for modality, amounts in stated.items():
        yield from _of_all(reader, modality, amounts)


@cache
def _asking() -> Sequence[Field]:
    return [field for field in load(SUMMARY).fields() if states_amount(field)]


def _of_section(reader: Reader, section: Entry, rows: Sequence[Row]) -> Iterator[Problem]:
    """Amounts of a source that was not used, of a modality that it does not cover, or of one twice."""
    entries = list((section.by_key or {}).values())
    asked = [entry for entry in entries if entry.field.kind == "yes_no"]
    denied = all(entry.answer.yes_or_no is False for entry in asked if entry.field.official)
    if denied and not any(entry.answer.says_yes for entry in asked):
        message = "an amount is stated of a source that was not used"
        yield reader.problem(Code.AMOUNT_MISMATCH, rows[0].path, message, CORRECT)
        return
    kinds = next((entry.answer.items for entry in entries if entry.field.kind == "modalities"), ())
    covered = {"other" if isinstance(kind, Other) else kind for kind in kinds}
    seen: set[str] = set()
    for row in rows:
        modality = row["modality"].text
        if covered and modality not in covered:
            message = f"{modality}: an amount is stated, but the source does not cover it"
            yield reader.problem(Code.AMOUNT_MISMATCH, row["modality"].path, message, CORRECT)
        if modality in seen and modality != "other":  # which may be several
            message = f"{modality}: two amounts of one source"
            yield reader.problem(Code.AMOUNT_MISMATCH, row["modality"].path, message, "state their sum")
        seen.add(modality)


def _of_all(reader: Reader, modality: str, amounts: list[tuple[Answer, Quantity]]) -> Iterator[Problem]:
    """Amounts of all sources that are more than all data of their modality, each or together."""
    kinds = reader.source.answers.entry("general", "characteristics", "modalities")
    total = total_of(kinds, modality) if kinds else None
    if total is None:
        return
    limits = []
    first, last, unit = RANGES.get(modality, (0, 0, ""))
    if unit and (end := {"lt": first, "mid": last}.get(total.size.band)):
        limits.append((Decimal(end), unit, f"the range {total.size.band} that is ticked in section 1.3"))
    figure = total.figure
    if figure.number and figure.qualifier in {"", "up_to"}:
        limits.append(
            (at_most(figure.number), figure.unit, f"{figure.number} {figure.unit}, the figure in section 1.3")
        )
    for limit, counted, words in limits:
        parts = [(at, part) for at, part in amounts if is_same_unit(part.unit, counted) and part.qualifier in _CERTAIN]
        least = [at_least(part.number) for _at, part in parts]
        if sum(least, Decimal()) <= limit:
            continue
        single = next((at for (at, _part), size in zip(parts, least, strict=True) if size > limit), None)
        message = f"{modality}: the amount is more than {words}"
        if single is None:
            message = f"{modality}: the amounts of all sources together are more than {words}"
        yield reader.problem(Code.AMOUNT_MISMATCH, (single or parts[-1][0]).path, message, CORRECT)
        return


#: Qualifiers with which an amount is surely no less than what is written.
_CERTAIN = frozenset({"", "not_before"})
