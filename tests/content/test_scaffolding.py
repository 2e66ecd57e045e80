"""Scaffolds, compared with what was reviewed. After a wanted change: UPDATE_GOLDEN=1 and read the diff."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

from gpai_portal.content.scaffolding import scaffold, scaffold_kinds, write_scaffold
from gpai_portal.errors import UsageError
from gpai_portal.schema import load
from gpai_portal.site.language import Language

HERE = Path(__file__).parent
FRENCH = Language("fr")


@pytest.mark.parametrize("kind", scaffold_kinds())
@pytest.mark.parametrize("full", [True, False], ids=["full", "short"])
def test_a_scaffold_says_what_the_form_says(kind: str, full: bool) -> None:
    kept = HERE / "scaffolds" / ("full" if full else "short") / f"{kind}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(scaffold(kind, full=full), encoding="utf-8")
    assert scaffold(kind, full=full) == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", scaffold_kinds())
def test_both_scaffolds_ask_for_the_same(kind: str) -> None:
    """What is left open in one is left open in the other, and every option of a field that is shown stands there."""
    short, full = yaml.safe_load(scaffold(kind)), yaml.safe_load(scaffold(kind, full=True))
    assert short == full
    assert len(scaffold(kind)) < len(scaffold(kind, full=True))
    text = " ".join(scaffold(kind).replace("#", " ").split())
    for field in load(kind).fields():
        if field.required and not field.composed:
            assert all(f" {code}" in text for code in field.options), field.dotted


def test_codes_of_opt_out_protocols_are_listed() -> None:
    for full in (True, False):
        text = " ".join(scaffold("copyright-policy", full=full).replace("#", " ").split())
        assert "robots-txt = Robots Exclusion Protocol (RFC 9309); tdmrep = TDM Reservation Protocol" in text
    assert "robots-txt: Robots Exclusion Protocol (RFC 9309)" in scaffold("training-content-summary", full=True)


def test_documents_are_written_for_releases_that_are_there(tmp_path: Path) -> None:
    content = tmp_path / "content"
    with pytest.raises(UsageError, match=r"there is no folder .*content"):
        write_scaffold("model", ("text",), content)
    write_scaffold("provider", (), content)
    with pytest.raises(UsageError, match=r"there is no model 'text' \(there is none yet\); .*new model text"):
        write_scaffold("release", ("text", "1.0"), content)
    write_scaffold("model", ("text",), content)
    with pytest.raises(UsageError, match=r"there is no model 'txt' \(there are: text\)"):
        write_scaffold("release", ("txt", "1.0"), content)
    with pytest.raises(UsageError, match=r"there is no release 'text/1.0' .*new release text 1.0"):
        write_scaffold("training-content-summary", ("text", "1.0"), content)
    write_scaffold("release", ("text", "1.0"), content)
    write_scaffold("training-content-summary", ("text", "1.0"), content)
    with pytest.raises(UsageError, match=r"there is no release 'text/1.1' \(there are: 1.0\)"):
        write_scaffold("model-documentation", ("text", "1.1"), content)
    assert not (content / "models/text/1.1").exists()


@pytest.mark.parametrize("kind", scaffold_kinds())
@pytest.mark.parametrize("full", [True, False], ids=["full", "short"])
def test_a_scaffold_in_another_language_asks_for_the_same(kind: str, full: bool) -> None:
    """Comments are in it, as far as the catalogue has them; keys, codes and how they are written stay."""
    french, english = scaffold(kind, full=full, words=FRENCH), scaffold(kind, full=full)
    assert yaml.safe_load(french) == yaml.safe_load(english)
    asked = r"^ *(?:# )?[a-z_]+:$"
    assert re.findall(asked, french, re.MULTILINE) == re.findall(asked, english, re.MULTILINE)
    said = " ".join(french.replace("#", " ").split())
    assert FRENCH.label(load(kind).title) in said
    for field in load(kind).fields():
        if field.required and not field.composed:
            title = FRENCH.label(field.title)
            assert " ".join(f"{field.number} {title}".split()) in said, field.dotted
            for code, label in field.options.items():
                assert code == label or " ".join(f"{code}: {FRENCH.label(label)}".split()) in said, field.dotted
    left = [
        "Every field below",
        "Further fields",
        "Choose one",
        "Required",
        "Optional",
        "Write ",
        "Each row",
        "is true:",
    ]
    assert [words for words in left if words in french] == []
    assert full or "not_disclosed, reason: ...}." not in said  # the head has said it once
    if kind == "copyright-policy":
        assert FRENCH.label("Robots Exclusion Protocol (RFC 9309)") in said


def test_bands_and_columns_are_in_the_other_language_too() -> None:
    said = " ".join(scaffold("training-content-summary", words=FRENCH).replace("#", " ").split())
    assert "Moins de 1 milliard de jetons" in said
    assert "Écrivez du texte." in said
    assert "write" not in said.lower()
