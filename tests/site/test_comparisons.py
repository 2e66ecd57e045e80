"""Comparisons are computed where they are shown, and what was listed without them is what they show."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.publication.records import Chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site import comparisons, differences
from gpai_portal.site.build import Site
from gpai_portal.site.comparisons import Part
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT

DAY = date(2026, 11, 24)


def test_pages_are_listed_and_others_shown_without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    def compared(*_: object, **_by_name: object) -> None:
        raise AssertionError("compared")

    monkeypatch.setattr(comparisons, "compare", compared)
    site = Site(Portal.load(ROOT / "content", DAY))
    for page in site.portal.pages.values():
        if page.template == "comparison.html":
            with pytest.raises(AssertionError, match="compared"):
                site.render(page)
        else:
            site.render(page)


def test_every_change_is_on_one_page() -> None:
    portal = Portal.load(ROOT / "content", DAY)
    shown: dict[int, list[str]] = {}
    whole: dict[int, list[str]] = {}
    for page in portal.pages.values():
        part = page.context.get("part")
        if isinstance(part, Part):
            key = id(part.comparison)
            whole[key] = [change.field.dotted for change in part.comparison.changes]
            shown.setdefault(key, []).extend(change.field.dotted for change in part.beside(page.context["parts"]))
    assert any(page.context["part"].section for page in portal.pages.values() if "part" in page.context), "none is cut"
    assert {key: sorted(fields) for key, fields in shown.items()} == {key: sorted(f) for key, f in whole.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "    modalities: [text]\n    large",
            "    modalities: {value: [text, image], as_stated: Text and more}\n    large",
        ),
        ("    modalities: [text]\n    large", "    modalities: {value: [text], as_stated: Text}\n    large"),
        ("scope: whole\n", "scope: whole\nextra_sections: []\n"),
        ("    large:\n      - {name", "    large:\n     as_stated: As printed\n     value:\n      - {name"),
    ],
    ids=["list with words", "words alone", "empty list", "table with words"],
)
def test_a_list_may_be_answered_in_any_form(tmp_path: Path, old: str, new: str) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content)
    shutil.copytree(content / "models/text/1.0", content / "models/text/2.0")
    file = content / "models/text/2.0/training-content-summary.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    release = content / "models/text/2.0/release.yaml"
    release.write_text(release.read_text(encoding="utf-8").replace("sequence: 1", "sequence: 2"), encoding="utf-8")
    site = Site(Portal.load(content, DAY))
    pages = [page for page in site.portal.pages.values() if page.template == "comparison.html"]
    assert pages
    for page in pages:
        site.render(page)
    names = [f"text/{id_}/training-content-summary" for id_ in ("1.0", "2.0")]
    now = snapshots(site.portal.disclosures)
    for one, two in (names, names[::-1]):
        parts = differences.differences(one, two, now, Chain(tmp_path))
        for form in differences.FORMATS.values():
            assert form(one, two, parts)
