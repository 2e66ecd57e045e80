"""Answers that disclose nothing, or less than the form asks: counted and shown, or refused.

In a document that repeats what somebody else published (``transcription``), gaps are warnings: the
transcriber cannot close them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import Answer, Status, discloses_nothing, read_answer
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Path_, Source, dotted
from gpai_portal.dates import first_day
from gpai_portal.errors import Problem
from gpai_portal.schema import GROUPS, Field, load

PRECISION = {"day": 10, "month": 7}

#: Words that fill a box and say nothing; text without any letter or digit does the same.
PLACEHOLDER = re.compile(
    r"(?is)\W*(n\W?a|none|nil|tb[acd]|todo|unknown|not (known|applicable|available|disclosed)|confidential|see above"
    r"|to be (added|completed|confirmed|defined|determined|done)|lorem ipsum\b.*|)\W*\Z"
)


def is_transcription(source: Source, content: Content) -> bool:
    """Whether a file, or the whole portal by its provider.yaml, repeats what somebody else published."""
    provider = content.provider
    return "transcription" in source.data or bool(provider and "transcription" in provider.data)


def check_answers(source: Source, content: Content, file: str) -> list[Problem]:
    """Every answer of one file, called ``file``, that its schema allows and readers will miss something in."""
    schema = load(source.kind)
    gap = Severity.WARNING if is_transcription(source, content) else Severity.ERROR
    problems: list[Problem] = []
    if isinstance(original := source.data.get("transcription"), Mapping):
        for key in ("published", "retrieved"):
            if isinstance(day := original.get(key), str) and not _is_day(day):
                line, column = source.position(("transcription", key))
                problems.append(
                    Problem(
                        Code.BAD_DATE,
                        file,
                        f"'{day}' is not a day of the calendar",
                        "correct the date",
                        line,
                        column,
                        f"transcription.{key}",
                    )
                )
    for field, label, answer, raw, path, required in _answers(schema.root, source.data, ()):
        for code, severity, message, advice in _judge(field, label, answer, raw, required, gap):
            line, column = source.position(path)
            problems.append(Problem(code, file, message, advice, line, column, dotted(path), severity))
    return problems


#: A field, what messages call it, its answer, what is written, where, and whether an answer is required.
_Written = tuple[Field, str, Answer, Any, Path_, bool]


def _answers(group: Field, data: Any, path: Path_) -> Iterator[_Written]:
    """Each answer that is written, with the cells of its rows."""
    if not isinstance(data, Mapping):
        return
    for field in group.children:
        if field.key not in data or field.kind == "hidden":
            continue
        raw, here = data[field.key], (*path, field.key)
        if field.kind in GROUPS:
            yield from _answers(field, raw, here)
        else:
            title = field.title.rstrip(":")
            label = f"'{group.title}: {title}'" if group.kind == "record" else f"'{title}'"
            yield field, label, read_answer(field, raw), raw, here, group.asks(field, data)
            yield from _cells(field, raw, here)


def _cells(field: Field, raw: Any, path: Path_) -> Iterator[_Written]:
    if not field.columns or field.kind == "extra":
        return
    if isinstance(raw, Mapping) and "value" in raw:
        raw, path = raw["value"], (*path, "value")
    if isinstance(raw, list):
        for index, row in enumerate(raw):
            for column in field.columns:
                if isinstance(row, Mapping) and column.key in row:
                    cell, here = row[column.key], (*path, index, column.key)
                    label = f"'{column.title.rstrip(':')}'"
                    yield column, label, read_answer(column, cell), cell, here, column.required


def _judge(
    field: Field, label: str, answer: Answer, raw: Any, required: bool, gap: Severity
) -> Iterator[tuple[Code, Severity, str, str]]:
    warning = Severity.WARNING
    mend = gap is Severity.ERROR
    match answer.status:
        case Status.NOT_DISCLOSED if required:
            yield (
                Code.NOT_DISCLOSED,
                warning,
                f"{label} is not disclosed",
                "readers see this gap, and it is counted",
            )
        case Status.UNKNOWN if required:
            yield (
                Code.NOT_KNOWN,
                warning,
                f"{label} is answered as not known",
                "readers see this gap, and it is counted",
            )
        case Status.UNANSWERED:
            yield (
                Code.UNANSWERED,
                gap,
                f"{label} is left empty",
                (
                    "answer it, or say why not: {state: not_disclosed, reason: ...}"
                    if mend
                    else "the original leaves it so; readers see this gap, and it is counted"
                ),
            )
        case Status.NONE | Status.NOT_APPLICABLE if required and discloses_nothing(field, answer):
            yield (
                Code.EMPTY_ANSWER,
                gap,
                f"{label} is answered with {answer.status}, which is no answer to it",
                (
                    "answer it, or say {state: unknown} or {state: not_disclosed, reason: ...}"
                    if mend
                    else "the original answers so; readers see this gap, and it is counted"
                ),
            )
        case Status.SEE if required:
            yield (
                Code.ONLY_BY_REFERENCE,
                warning,
                f"{label} is answered by a reference only",
                "say it here as well",
            )
        case Status.AS_STATED if field.kind == "domains":
            yield (
                Code.VAGUE_DOMAINS,
                gap,
                "domain names are asked for, categories or prose are given",
                "list domain names, or give file:, url: or access:",
            )
        case Status.AS_STATED:
            yield (
                Code.ODD_ANSWER,
                warning,
                f"{label} has an answer the form does not offer",
                "readers see it as it was stated, and it is counted",
            )
        case _:
            pass
    reason = answer.reason and not PLACEHOLDER.match(answer.reason)
    if required and answer.status in {Status.NOT_APPLICABLE, Status.NOT_DISCLOSED} and not reason:
        yield (
            Code.REASON_MISSING,
            gap,
            f"{label} gives no reason",
            "add reason:" if mend else "the original gives none",
        )
    if answer.status is Status.SEE and not answer.reference:
        yield Code.REFERENCE_MISSING, gap, f"{label} refers to nothing", "add reference:"
    filler = field.kind == "text" or (field.kind == "line" and required)
    if filler and isinstance(answer.value, str) and PLACEHOLDER.match(answer.value):
        yield (
            Code.PLACEHOLDER_TEXT,
            gap,
            f"{label} is answered with '{answer.value.strip()}', which says nothing",
            (
                "answer it, or write a state: {state: not_applicable, reason: ...}, {state: none}, {state: unknown}"
                if mend
                else "transcribe it as a state with as_stated:"
            ),
        )
    yield from _judge_value(field, answer, raw, gap)


def _judge_value(field: Field, answer: Answer, raw: Any, gap: Severity) -> Iterator[tuple[Code, Severity, str, str]]:
    value = answer.value
    if field.kind == "date" and isinstance(value, str):
        if not _is_day(value):
            yield Code.BAD_DATE, Severity.ERROR, f"'{value}' is not a day of the calendar", "correct the date"
        wanted = PRECISION.get(str(field.schema.get("x-precision")), 0)
        if len(value) < wanted:
            unit = field.schema["x-precision"]
            yield (
                Code.DATE_IMPRECISE,
                Severity.WARNING,
                f"'{value}' is less exact than asked",
                f"give the {unit}",
            )
        elif answer.qualifier and wanted:
            yield (
                Code.DATE_IMPRECISE,
                Severity.WARNING,
                "the date is only approximate",
                "give the exact one, if it is known",
            )
    if field.kind == "period" and isinstance(value, Mapping):
        yield from _judge_period(value)
    if (
        field.kind == "size" and isinstance(raw, Mapping) and answer.status is Status.ANSWERED and "band" not in raw
    ) and "approximate" not in raw:
        yield Code.SIZE_MISSING, gap, "no range is ticked", "give band: lt, mid or gt"
    limit = field.schema.get("x-words")
    if limit and field.kind in {"text", "line"} and isinstance(value, str):
        words = len(re.findall(r"\w+", value))
        if words > limit:
            yield (
                Code.TOO_MANY_WORDS,
                Severity.WARNING,
                f"{words} words where the Form recommends {limit}",
                "shorten it",
            )
    figures = field.schema.get("x-figures")
    if field.kind == "number" and figures and isinstance(value, str):
        digits = re.sub(r"[eE].*$", "", value).replace(".", "").lstrip("0")
        if len(digits) < figures:
            yield (
                Code.TOO_FEW_FIGURES,
                Severity.WARNING,
                f"'{value}' has {len(digits)} significant figure(s)",
                f"give {figures}",
            )


def _judge_period(value: Mapping[str, Any]) -> Iterator[tuple[Code, Severity, str, str]]:
    for text in (value.get("from"), value.get("to")):
        if isinstance(text, str) and not _is_day(text):
            yield Code.BAD_DATE, Severity.ERROR, f"'{text}' is not a day of the calendar", "correct the date"
        elif isinstance(text, str) and len(text) < PRECISION["month"]:
            yield Code.DATE_IMPRECISE, Severity.WARNING, f"'{text}' is less exact than asked", "give the month"
    if "qualifier" in value:
        yield (
            Code.DATE_IMPRECISE,
            Severity.WARNING,
            "the period is only approximate",
            "give exact months, if they are known",
        )


def _is_day(text: str) -> bool:
    try:
        first_day(text)
    except ValueError:
        return False
    return True
