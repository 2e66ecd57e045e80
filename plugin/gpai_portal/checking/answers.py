"""Answers that disclose nothing, or less than the form asks: counted and shown, or refused.

In a document that repeats what somebody else published (``transcription``), gaps are warnings: the
transcriber cannot close them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from gpai_portal.checking.asked import Asked, asked
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import ABSENCES, Answer, Domains, Entry, Path_, Row, Status, first_day_of
from gpai_portal.content.counting import discloses_nothing, says_unused
from gpai_portal.content.folder import Content
from gpai_portal.content.law import unneeded
from gpai_portal.content.source import Source, dotted
from gpai_portal.errors import Problem
from gpai_portal.limits import MAX_ADDRESSES
from gpai_portal.phrases import is_link_alone, is_placeholder, phrases
from gpai_portal.schema import ABSENCE, PROVIDER, Field

#: Length of an ISO date that is as exact as its field asks (``x-precision``).
PRECISION = {"day": 10, "month": 7}


def is_transcription(source: Source, content: Content) -> bool:
    """Whether a file, or the whole portal by its provider.yaml, repeats what somebody else published.

    Of a portal whose provider.yaml could not be read nobody can say that it does not.
    """
    provider = content.provider
    if "transcription" in source.data or not source.is_whole("transcription"):
        return True
    return not provider or "transcription" in provider.data or not provider.is_whole("transcription")


def check_answers(source: Source, content: Content, file: str) -> list[Problem]:
    """Every answer of one file, called ``file``, that its schema allows and readers will miss something in."""
    transcribed = is_transcription(source, content)
    problems: list[Problem] = []

    def add(path: Path_, code: Code, message: str, advice: str, severity: Severity | None = None) -> None:
        where, line, column = source.place(path, file)
        severity = severity or code.severity_in(transcribed)
        problems.append(Problem(code, where, message, advice, line, column, dotted(path), severity))

    original = source.answers.get("transcription")
    for key in ("published", "retrieved"):
        day = (original.value or {}).get(key)
        if isinstance(day, str) and first_day_of(day) is None:
            add((*original.path, key), Code.BAD_DATE, f"'{day}' is not a day of the calendar", "correct the date")
    form = asked(source, content)
    unasked = unneeded(source.answers) if source.kind == PROVIDER else ()
    silent = {*ABSENCES, Status.UNANSWERED} if transcribed else ABSENCES
    for entry, owner, table in _answers(source.answers):
        if unasked and entry.field.dotted in unasked and entry.answer.status in silent:
            continue
        if findings := _judge(entry, table, form, transcribed):
            label = _label(entry.field, owner)
            warned = False
            for code, message, advice, *severity in findings:
                # Of one answer all errors are told, and the first warning: it is the most telling one.
                is_warning = (severity or [code.severity_in(transcribed)])[0] is Severity.WARNING
                if not (is_warning and warned):
                    add(entry.answer.path, code, message.replace(_LABEL, label), advice, *severity)
                warned = warned or is_warning
    return problems


#: Stands in messages for what the field is called.
_LABEL = "{field}"


def _label(field: Field, owner: Field | None) -> str:
    """What messages call a field; in a record, with the title of the record."""
    title = field.title.rstrip(":")
    return f"'{owner.title}: {title}'" if owner and owner.kind == "record" else f"'{title}'"


def _answers(root: Entry) -> list[tuple[Entry, Field | None, Entry | None]]:
    """Each answer that is written, with the group it stands in; and the cells of its rows, with their table."""
    found: list[tuple[Entry, Field | None, Entry | None]] = []

    def collect(group: Entry) -> None:
        for entry in (group.by_key or {}).values():
            if entry.by_key is not None:
                collect(entry)
            elif entry.answer.written is not None and entry.field.kind != "hidden":
                found.append((entry, group.field, None))
                if entry.field.columns and entry.field.kind != "extra":  # of voluntary sections nothing is asked
                    found.extend((cell, None, entry) for cell in _cells(entry.field, entry.answer))

    collect(root)
    return found


def _cells(field: Field, answer: Answer) -> Iterator[Entry]:
    value = answer.value
    items = value.names if isinstance(value, Domains) else (value,) if isinstance(value, Row) else answer.items
    for row in items:
        if isinstance(row, Row):
            if row.state is not None:
                yield Entry(field.columns[0], row.state, not says_unused(field, row))
            asks = not says_unused(field, row)
            for column in field.columns:
                if filled := row.cells.get(column.key) or row.unsaid.get(column.key):
                    for cell in filled.each:
                        if cell.written is not None:
                            yield Entry(column, cell, column.required and asks)


#: Code, message, advice, and the severity where it is not that of the code.
_Finding = tuple[Code, str, str] | tuple[Code, str, str, Severity]


def _judge(entry: Entry, table: Entry | None, form: Asked, transcribed: bool) -> list[_Finding]:
    answer = entry.answer
    found: list[_Finding] = []
    if answer.status in _OF_TRANSCRIPTIONS:
        found += _judge_transcribed(answer.status, form.is_official(entry, table), transcribed)
    elif answer.status is not Status.ANSWERED:
        gap = "readers see this gap" + (", and it is counted" if form.is_counted(entry, table) else "")
        if transcribed and answer.status is Status.UNANSWERED and not form.is_official(entry, table):
            gap += "; if the original is no place for it, write {state: not_in_source}"
        required = entry.required and not (entry.is_open and answer.status in ABSENCES)
        found += _judge_state(entry.field, answer, required, transcribed, gap)
    if answer.prose:
        found += _judge_words(entry, answer.prose, True, transcribed)
    if (judge := _KINDS.get(entry.field.kind)) and answer.value is not None:
        found += judge(entry, transcribed)
    return found


#: States that only a transcription can have, beside ``unanswered``.
_OF_TRANSCRIPTIONS = frozenset({Status.NOT_IN_SOURCE, Status.NOT_READABLE})


def _judge_transcribed(status: Status, official: bool, transcribed: bool) -> Iterator[_Finding]:
    code = Code.NOT_READABLE if status is Status.NOT_READABLE else Code.NOT_IN_SOURCE
    if not transcribed:
        mend = "answer it, or say {state: unknown} or {state: not_disclosed, reason: ...}"
        yield code, f"{_LABEL} is answered with {status}, which only a transcription can be", mend
    elif code is Code.NOT_READABLE:
        advice = "complete it from a better copy, if there is one; readers see this, and it is not counted"
        yield code, "{field} cannot be read in the copy that was transcribed", advice
    elif official:
        message = "the official form asks for {field}, whether the original has it or not"
        yield code, message, "write {state: unanswered}"


def _judge_state(field: Field, answer: Answer, required: bool, transcribed: bool, shown: str) -> Iterator[_Finding]:
    match answer.status:
        case Status.NOT_DISCLOSED if required:
            yield Code.NOT_DISCLOSED, "{field} is not disclosed", shown
        case Status.UNKNOWN if required:
            yield Code.NOT_KNOWN, "{field} is answered as not known", shown
        case Status.UNANSWERED:
            mend = "answer it, or say why not: {state: not_disclosed, reason: ...}"
            advice = f"the original leaves it so; {shown}" if transcribed else mend
            yield Code.UNANSWERED, "{field} is left empty", advice
        case Status.NONE | Status.NOT_APPLICABLE if required and discloses_nothing(field, answer):
            mend = "answer it, or say {state: unknown} or {state: not_disclosed, reason: ...}"
            advice = f"the original answers so; {shown}" if transcribed else mend
            yield Code.EMPTY_ANSWER, f"{_LABEL} is answered with {answer.status}, which is no answer to it", advice
        case Status.SEE if required:
            yield Code.ONLY_BY_REFERENCE, "{field} is answered by a reference only", "say it here as well"
        case Status.AS_STATED if field.kind == "domains":
            message = "domain names are asked for, categories or prose are given"
            severity = Severity.WARNING if transcribed else Severity.ERROR
            yield Code.VAGUE_DOMAINS, message, "list domain names, or give file:, url: or access:", severity
        case Status.AS_STATED:
            advice = shown.replace("this gap", "it as it was stated")
            yield Code.ODD_ANSWER, "{field} has an answer the form does not offer", advice
        case _:
            pass
    reason = answer.reason and not is_placeholder(answer.reason)
    if required and answer.status in {Status.NOT_APPLICABLE, Status.NOT_DISCLOSED} and not reason:
        advice = "the original gives none" if transcribed else "add reason:"
        yield Code.REASON_MISSING, "{field} gives no reason", advice
    if answer.status is Status.SEE and not answer.reference:
        yield Code.REFERENCE_MISSING, "{field} refers to nothing", "add reference:"


def _judge_text(entry: Entry, transcribed: bool) -> list[_Finding]:
    field, text = entry.field, entry.answer.text
    found = _judge_words(entry, text, field.kind == "text" or entry.required, transcribed)
    limit = field.schema.get("x-words")
    if limit and (words := len(re.findall(r"\w+", text))) > limit:
        found.append((Code.TOO_MANY_WORDS, f"{words} words where the Form recommends {limit}", "shorten it"))
    return found


def _judge_words(entry: Entry, text: str, must_say: bool, transcribed: bool) -> list[_Finding]:
    found: list[_Finding] = []
    unfilled = phrases("")["unfilled"].words(text)
    if unfilled or (must_say and is_placeholder(text)):
        absent = [ABSENCE[state] for state in (entry.field.states if entry.required else ABSENCE)]
        mend = f"answer it, or write a state: {', '.join([*absent, '{state: unknown}'])}"
        advice = "transcribe it as a state with as_stated:" if transcribed else mend
        said = f"has '{unfilled}' in it" if unfilled else f"is answered with '{text.strip()}', which says nothing"
        found.append((Code.PLACEHOLDER_TEXT, f"{_LABEL} {said}", advice))
    if entry.required and is_link_alone(text) and phrases("")["leading"].is_about(entry.field.path):
        message = "nothing but a link stands here; the form asks for a description"
        gap = "readers see this as a gap, and it is counted"
        advice = f"say it here in a few sentences, and keep the link beside them; {gap}"
        found.append((Code.ONLY_BY_REFERENCE, message, advice))
    if len(text) > MAX_ADDRESSES and (count := text.count("://") + text.count("mailto:")) > MAX_ADDRESSES:
        message = f"{_LABEL} holds {count:,} addresses, more than {MAX_ADDRESSES:,}"
        found.append((Code.TOO_LONG, message, "attach them as a list"))
    return found


def _judge_date(entry: Entry, transcribed: bool) -> Iterator[_Finding]:
    answer, text = entry.answer, entry.answer.text
    unit = str(entry.field.schema.get("x-precision", ""))
    wanted = PRECISION.get(unit, 0)
    if first_day_of(text) is None:
        yield Code.BAD_DATE, f"'{text}' is not a day of the calendar", "correct the date"
    if len(text) < wanted:
        yield Code.DATE_IMPRECISE, f"'{text}' is less exact than asked", f"give the {unit}"
    elif answer.qualifier and wanted:
        yield Code.DATE_IMPRECISE, "the date is only approximate", "give the exact one, if it is known"


def _judge_period(entry: Entry, transcribed: bool) -> Iterator[_Finding]:
    value = entry.answer.value
    told = [text for text in (value.start, value.end) if text]
    for text in told:
        if first_day_of(text) is None:
            yield Code.BAD_DATE, f"'{text}' is not a day of the calendar", "correct the date"
    for text in told:
        if len(text) < PRECISION["month"]:
            yield Code.DATE_IMPRECISE, f"'{text}' is less exact than asked", "give the month"
    if value.qualifier:
        yield Code.DATE_IMPRECISE, "the period is only approximate", "give exact months, if they are known"


def _judge_number(entry: Entry, transcribed: bool) -> Iterator[_Finding]:
    figures = entry.field.schema.get("x-figures")
    digits = re.sub(r"[eE].*$", "", entry.answer.text).replace(".", "").lstrip("0")
    if figures and len(digits) < figures:
        message = f"'{entry.answer.text}' has {len(digits)} significant figure(s)"
        yield Code.TOO_FEW_FIGURES, message, f"give {figures}"


_KINDS: dict[str, Callable[[Entry, bool], Iterable[_Finding]]] = {
    "text": _judge_text,
    "line": _judge_text,
    "date": _judge_date,
    "period": _judge_period,
    "number": _judge_number,
}
