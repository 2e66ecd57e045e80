"""Comparisons are computed where they are shown, and what was listed without them is what they show."""

from __future__ import annotations

from datetime import date

import pytest

from gpai_portal.site import comparisons
from gpai_portal.site.build import Site
from gpai_portal.site.comparisons import Part
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT

DAY = date(2026, 11, 24)


def test_pages_are_listed_and_others_shown_without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    def compared(*_: object) -> None:
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
    assert max(map(len, whole.values())) > comparisons.COMPARED_FIELDS, "no comparison is large enough to be cut"
    assert {key: sorted(fields) for key, fields in shown.items()} == {key: sorted(f) for key, f in whole.items()}
