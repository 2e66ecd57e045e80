"""What messages say is true: of a document that nobody transcribed none says that it does not exist."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.errors import Problem
from tests.conftest import ROOT

RELEASE = "models/text/1.0/release.yaml"
SIGNED = "safety_and_security: {signed: false}"


def told(folder: Path, code: str, *changes: tuple[str, str, str], without: str = "") -> Problem:
    """The one problem of a code, in the small portal with some changes and without one of its files."""
    content = shutil.copytree(ROOT / "tests/examples/base/content", folder / "content")
    for file, old, new in changes:
        text = (content / file).read_text(encoding="utf-8")
        assert old in text
        (content / file).write_text(text.replace(old, new), encoding="utf-8")
    if without:
        (content / without).unlink()
    (found,) = (problem for problem in check(content, date(2026, 11, 24))[1] if problem.code == code)
    return found


@pytest.mark.parametrize(("code", "advice"), [("EL", "did you mean GR?"), ("UK", "did you mean GB?"), ("EU", "IE")])
def test_a_country_code_that_institutions_use_is_told_with_the_right_one(
    tmp_path: Path, code: str, advice: str
) -> None:
    problem = told(tmp_path, "not-an-option", ("provider.yaml", "country: FR", f"country: {code}"))
    assert advice in problem.advice
    assert "ISO 3166-1" in problem.message


TRANSCRIBED = ("name: Base\n", 'name: Base\ntranscription: {source: "https://a.example/", retrieved: 2026-11-20}\n')


@pytest.mark.parametrize(
    ("without", "changes"),
    [
        ("copyright-policy.yaml", ()),
        ("models/text/1.0/training-content-summary.yaml", ()),
        (
            "",
            (
                ("provider.yaml", SIGNED, SIGNED.replace("false", "true")),
                (RELEASE, 'status: "no"', "status: notified"),
            ),
        ),
    ],
)
def test_a_transcription_does_not_say_that_there_is_no_document(
    tmp_path: Path, without: str, changes: tuple[tuple[str, str, str], ...]
) -> None:
    own = told(tmp_path / "own", "missing-document", *changes, without=without)
    assert "transcribed" not in own.message
    copied = told(tmp_path / "copied", "missing-document", ("provider.yaml", *TRANSCRIBED), *changes, without=without)
    assert "transcribed here" in copied.message
    assert "there is no" not in copied.message
