"""When a question is put. Of a question that its document does not answer it is: silence leaves nothing out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpai_portal.audit.registry import condition
from gpai_portal.audit.subject import Subject, is_filled
from gpai_portal.content.answers import ABSENCES, Other, Period, Size
from gpai_portal.content.law import unneeded
from gpai_portal.schema import PROVIDER, load


@condition
def not_denied(subject: Subject, given: Mapping[str, Any]) -> bool:
    """Not all of some questions are answered No; one that is may have a Yes beside it (``otherwise``)."""
    if all(subject.answer(path).yes_or_no is False for path in given["fields"]):
        return "otherwise" in given and subject.answer(given["otherwise"]).says_yes
    return True


@condition
def any_yes(subject: Subject, given: Mapping[str, Any]) -> bool:
    """One of some questions is answered Yes."""
    return any(subject.answer(path).says_yes for path in given["fields"])


@condition
def not_absent(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A field is not stated to be none or not applicable."""
    return all(subject.answer(path).status not in ABSENCES for path in given["fields"])


@condition
def answered(subject: Subject, given: Mapping[str, Any]) -> bool:
    """Something is said in one of some fields."""
    return any(subject.is_told(path) for path in given["fields"])


@condition
def valued(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A field has a value."""
    return all(subject.answer(path).value is not None for path in given["fields"])


@condition
def exact(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A date or period is as exact as asked, at each end."""
    return all(is_exact(subject.answer(path).value, "month") for path in given["fields"])


def is_exact(value: object, precision: str) -> bool:
    """Whether a date, or each end of a period, is given to the month or day."""
    length = {"month": 7, "day": 10}[precision]
    if isinstance(value, Period):
        ends = [value.start, "" if value.ongoing else value.end]
        return (
            not value.qualifier
            and bool(value.start)
            and all(len(end) >= length for end in ends if end)
            and (value.ongoing or bool(value.end))
        )
    return isinstance(value, str) and len(value) >= length


@condition
def has_earlier_versions(subject: Subject, given: Mapping[str, Any]) -> bool:
    """There were versions before this one."""
    return subject.has_earlier


@condition
def needs_representative(subject: Subject, given: Mapping[str, Any]) -> bool:
    """The provider is not known to be in the Union, and Art. 53(2) is not claimed for the releases (Art. 54(6))."""
    provider = subject.disclosures.provider.answers
    field = load(PROVIDER).find("authorised_representative")
    assert field is not None  # noqa: S101 - stands in the schema
    if field.dotted in unneeded(provider):
        return False
    risk = any(release.risk.answer.says_yes for release in subject.releases)
    return risk or not all(release.answers.get("art_53_2", "claimed").says_yes for release in subject.releases)


@condition
def several_rows(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A table has more than one row."""
    return any(len(subject.rows(path)) > 1 for path in given["fields"])


@condition
def has_cells(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A column is filled in one row at least."""
    return any(is_filled(row[c]) for path in given["fields"] for row in subject.rows(path) for c in given["columns"])


@condition
def partial(subject: Subject, given: Mapping[str, Any]) -> bool | None:
    """Something of a table is said to be used in part: by a column whose text has no words that say it is all
    (``whole``), or by words that tell how a part was chosen."""
    parts = [row[c].text for path in given["fields"] for row in subject.rows(path) for c in given["columns"]]
    told = [not subject.hits(text, given["whole"]) for text in parts if text]
    found = [subject.hits(text, given["words"]) for text in subject.texts(given["fields"])]
    return any(told) or any(found) or (None if None in found else False)


@condition
def modality(subject: Subject, given: Mapping[str, Any]) -> bool:
    """One of some modalities is in the training data."""
    rows = [row for path in given["fields"] for row in subject.rows(path)]
    return any(code in given["any"] for row in rows for code in row["modality"].items)


@condition
def other_modality(subject: Subject, given: Mapping[str, Any]) -> bool:
    """A modality beyond the four of the form is in the training data."""
    rows = [row for path in given["fields"] for row in subject.rows(path)]
    return any(code == "other" or isinstance(code, Other) for row in rows for code in row["modality"].items)


@condition
def has_figure(subject: Subject, given: Mapping[str, Any]) -> bool:
    """The size of a modality is given by a figure beside the range."""
    return any(size.quantity or size.approximate for size in sizes(subject, given["fields"], given["modality"]))


def sizes(subject: Subject, paths: list[str], modality: str) -> list[Size]:
    """The sizes of a modality of the training data."""
    found = []
    for path in paths:
        for row in subject.rows(path):
            if modality in row["modality"].items:
                given = [one.value for one in row["size"].each if isinstance(one.value, Size)]
                found += [size for size in given if size.modality in {"", modality}]
    return found
