"""Which duties apply to a release, and from when."""

from __future__ import annotations

import json
from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.content.obligations import Applies, duties
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT
from tests.content.conftest import TODAY


def test_a_duty_is_due_as_exactly_as_the_market_date_is_given(base_content: Path) -> None:
    file = base_content / "models/text/1.0/release.yaml"
    text = file.read_text(encoding="utf-8")
    assert "union_market_date: 2026-03-10" in text
    file.write_text(text.replace("union_market_date: 2026-03-10", "union_market_date: 2026-03"), encoding="utf-8")
    portal = Portal.load(base_content, TODAY)
    html = Site(portal).render(portal.pages["models/text/1.0/obligations/"]).body
    assert "Applies from: March 2026." in html
    assert "1 March 2026" not in html
    index = json.loads(dict(Site(portal).files())["gpai-transparency.json"])  # type: ignore[arg-type]
    assert index["models"][0]["releases"][0]["union_market_date"] == "2026-03"


def test_what_is_not_declared_is_not_told_as_a_no() -> None:
    content, _ = check(ROOT / "tests/cases/smollm3-3b/content", TODAY)
    portal = compose(content)
    found = {d.id: d.applies for d in duties(portal.releases[0], portal.provider)}
    assert found["notification"] is Applies.UNDECLARED
    assert found["systemic-risk"] is Applies.UNDECLARED
    assert found["training-content-summary"] is Applies.YES


def test_duties_are_never_switched_off_by_a_licence(sample: Disclosures) -> None:
    by_key = {r.key: {d.id: d for d in duties(r, sample.provider)} for r in sample.releases}
    open_model, legacy = by_key["blik/1.0"], by_key["skrift/1.0"]
    assert open_model["technical-documentation"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["downstream-information"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["copyright-policy"].applies is Applies.YES
    assert open_model["training-content-summary"].applies is Applies.YES
    assert open_model["notification"].applies is Applies.NO
    assert open_model["authorised-representative"].applies is Applies.NO
    assert legacy["training-content-summary"].due == "2027-08-02"
    assert by_key["skrift/2.0"]["training-content-summary"].due == "2026-03-10"
