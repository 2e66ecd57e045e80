"""Days that are not exact are shown so wherever they are named, and what is not published is marked as a draft."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpai_portal.content.composition import compose
from gpai_portal.publication.kept import valid_content
from gpai_portal.site.addresses import INDEX
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.publication.chains import DAY, edit, publish_now
from tests.reading import visible

RELEASE = "models/text/1.0/release.yaml"
DRAFT = "Draft, not published."


def page(content: Path, uri: str) -> str:
    portal = Portal.load(content, DAY)
    return visible(Site(portal).render(portal.pages[uri]).body)


@pytest.mark.parametrize(("qualifier", "said"), [("about", "about "), ("not_before", "not before ")])
def test_a_planned_day_keeps_its_qualifier(content: Path, qualifier: str, said: str) -> None:
    edit(
        content,
        RELEASE,
        "union_market_date: 2026-03-10",
        f"union_market_date: {{value: 2026-09, qualifier: {qualifier}}}",
    )
    assert f"Planned placement on the Union market: {said}September 2026." in page(content, "models/text/1.0/")
    assert f"Date of placement of the model on the Union market: ({said.strip()})" in page(content, "models/text/")
    (model,) = json.loads(dict(Site(Portal.load(content, DAY)).files())[INDEX])["models"]  # type: ignore[arg-type]
    assert model["releases"][0]["union_market_date_qualifier"] == qualifier


def test_a_release_that_was_withdrawn_on_an_unknown_day_is_withdrawn(content: Path) -> None:
    edit(
        content,
        RELEASE,
        "systemic_risk:",
        "withdrawn: {date: {state: unknown}, reason: No longer offered.}\nsystemic_risk:",
    )
    (release,) = compose(valid_content(content, DAY)).releases
    assert release.state(DAY) == "withdrawn"
    assert release.model.latest(DAY) is None
    assert "Withdrawn from the market: Not known No longer offered." in page(content, "models/text/1.0/")


def test_a_withdrawal_to_come_is_none_yet(content: Path) -> None:
    edit(content, RELEASE, "systemic_risk:", "withdrawn: {date: 2026-09, reason: A newer one.}\nsystemic_risk:")
    (release,) = compose(valid_content(content, DAY)).releases
    assert release.state(DAY) == "current"


def test_every_page_of_a_draft_says_so(content: Path) -> None:
    publish_now(content)
    derived = ("copyright/crawlers/", "copyright/complaints/", "models/text/1.0/obligations/")
    assert [uri for uri in derived if DRAFT in page(content, uri)] == []
    edit(content, "copyright-policy.yaml", 'version: "1.0"', 'version: "1.1"')
    edit(content, RELEASE, 'systemic_risk: {status: "no"}', "systemic_risk: {status: notified}")
    assert [uri for uri in derived if DRAFT in page(content, uri)] == list(derived)


def test_a_comparison_says_which_side_is_a_draft(content: Path) -> None:
    publish_now(content)
    later = content / "models/text/2.0"
    later.mkdir()
    for file in ("release.yaml", "training-content-summary.yaml"):
        text = (content / "models/text/1.0" / file).read_text(encoding="utf-8")
        text = text.replace("name: Text 1.0\n", "name: Text 2.0\n").replace("sequence: 1", "sequence: 2")
        (later / file).write_text(text, encoding="utf-8")
    pages = ("models/text/2.0/changes/", "models/text/2.0/training-content/changes/")
    for uri in pages:
        assert "Before: Text 1.0 Now: Text 2.0 draft" in page(content, uri)
    publish_now(content, "Text 2.0")
    for uri in pages:
        assert "draft" not in page(content, uri)
