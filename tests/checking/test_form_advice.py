"""What `check` says of the form of an answer can be followed: it names a form that is taken, not an expression."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpai_portal.checking.validation import validate
from gpai_portal.content.source import read_source

SUMMARY = "training-content-summary"


def advice(tmp_path: Path, kind: str, text: str) -> list[str]:
    """What is said of a file that holds a few answers, apart from what it lacks."""
    file = tmp_path / f"{kind}.yaml"
    file.write_text(text, encoding="utf-8")
    source, problems = read_source(kind, file, file.name)
    assert source is not None
    assert problems == []
    found, _ = validate(source, file.name)
    return [f"{p.message}; {p.advice}" for p in found if p.code != "missing-field"]


@pytest.mark.parametrize(("kind", "text", "said"), [
    (SUMMARY, "sources: {crawled: {period: {from: 12/2025}}}",
     "'12/2025' has not the expected form; write from and to as YYYY-MM, for example {from: 2024-06, to: 2025-11};"
     " a year alone in quotes"),
    (SUMMARY, "sources: {crawled: {top_domains: {total: '20'}}}", "'20' is text; write a whole number without quotes"),
    (SUMMARY, "sources: {crawled: {top_domains: {file: list.tsv}}}",
     "'list.tsv' has not the expected form; write it as in \"domains.txt\""),
    (SUMMARY, "sources: {public: {large: {file: ../a.csv}}}",
     "'../a.csv' has not the expected form; write it as in \"datasets.csv\""),
    (SUMMARY, "gaps: [{field: Sources}]",
     "'Sources' has not the expected form; write it as in \"sources.public.large\""),
    (SUMMARY, "transcription: {source: here, retrieved: 2026-01-01}",
     "'here' has not the expected form; write it as in \"https://provider.example/summary\""),
    (SUMMARY, "sources: {crawled: {purposes: {state: confidential}}}",
     "'confidential' is not an option; choose one of: not_applicable, none, unknown, not_disclosed, see;"
     " in a transcription also: unanswered, not_readable, not_in_source"),
    ("copyright-policy", "reservations: {protocols: [{code: Robots, honoured: 'yes'}]}",
     "'Robots' has not the expected form; write a code of the registry, for example robots-txt"),
    ("provider", 'address: "Street 1\\nTown"',
     "there is a line break in 'Street 1 Town'; write one line of text, in quotes if it looks like a number: \"1.10\""),
    (SUMMARY, "sources: {public: {large: {value: [{start: {value: 2020-02x, as_stated: long ago}}]}}}",
     "'2020-02x' has not the expected form; write the date as YYYY-MM-DD, or YYYY-MM or \"YYYY\" where no more is"
     " known"),
    ("release", "sequence: first", "'first' is text; write a whole number without quotes"),
])  # fmt: skip
def test_the_form_of_an_answer_is_told_as_it_is_taken(tmp_path: Path, kind: str, text: str, said: str) -> None:
    assert advice(tmp_path, kind, text + "\n") == [said]
