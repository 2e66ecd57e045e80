"""Which duties apply to a release, and when each is due."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Disclosures
from gpai_portal.content.obligations import Applies, Due, duties
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT
from tests.content.conftest import TODAY

RELEASE = "models/text/1.0/release.yaml"
PAGE = "models/text/1.0/obligations/"
MARKET = "union_market_date: 2026-03-10"
RISK = 'status: "no"'


def change(content: Path, file: str, *changes: tuple[str, str]) -> None:
    path = content / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def place(content: Path, day: str) -> None:
    """Changes the day of placement; the first release through any channel lies before all of them."""
    change(
        content,
        RELEASE,
        (MARKET, f"union_market_date: {day}"),
        ("release_date: 2026-03-10", "release_date: 2025-01-15"),
    )


def move_abroad(content: Path) -> None:
    """Takes the provider out of the Union."""
    text = (content / "provider.yaml").read_text(encoding="utf-8").replace("country: FR", "country: US")
    text = re.sub(r"authorised_representative:.*\n( .*\n)*", "authorised_representative: {name: Agent SARL}\n", text)
    (content / "provider.yaml").write_text(text, encoding="utf-8")


def found(content: Path) -> dict[str, tuple[Applies, Due]]:
    """Whether each duty applies to the release of the small portal, and when it is due."""
    disclosures = compose(check(content, TODAY)[0])
    return {d.id: (d.applies, d.due) for d in duties(disclosures.releases[0], disclosures.provider)}


def shown(content: Path, uri: str = PAGE) -> dict[str, str]:
    """The text of each section of a page, by its id; "" is what stands before the first."""
    portal = Portal.load(content, TODAY)
    parts = re.split(r'<h2 id="([^"]+)">', Site(portal).render(portal.pages[uri]).body)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts]
    return {"": texts[0], **dict(zip(parts[1::2], texts[2::2], strict=True))}


def visible(content: Path, uri: str) -> str:
    """The text of a page."""
    portal = Portal.load(content, TODAY)
    return " ".join(re.sub(r"<[^>]+>", " ", Site(portal).render(portal.pages[uri]).body).split())


ART_53 = ("technical-documentation", "downstream-information", "copyright-policy", "training-content-summary",
          "cooperation")  # fmt: skip


def test_duties_of_art_53_are_due_at_placement(base_content: Path) -> None:
    duties_ = found(base_content)
    assert {duties_[id_] for id_ in ART_53} == {(Applies.YES, Due.PLACEMENT)}
    sections = shown(base_content)
    for id_ in ART_53:
        assert "Applies. Due at placement on the market." in sections[id_]
    assert "10 March 2026" in sections["facts"]


def test_a_market_date_is_shown_as_exactly_as_it_is_given(base_content: Path) -> None:
    change(base_content, RELEASE, (MARKET, "union_market_date: {value: 2026-03, qualifier: about}"))
    assert "about March 2026" in shown(base_content)["facts"]
    index = json.loads(dict(Site(Portal.load(base_content, TODAY)).files())["gpai-transparency.json"])  # type: ignore[arg-type]
    assert index["models"][0]["releases"][0]["union_market_date"] == "2026-03"


def test_a_planned_release_has_its_duties_at_placement(base_content: Path) -> None:
    change(base_content, RELEASE, (MARKET, "union_market_date: 2027-09-01"))
    sections = shown(base_content)
    assert "Planned placement on the Union market: 1 September 2027." in sections[""]
    assert "Due at placement on the market." in sections["training-content-summary"]


@pytest.mark.parametrize("status", ["no", "notified", "designated"])
def test_an_older_model_has_a_day_by_which_and_none_from_which(base_content: Path, status: str) -> None:
    place(base_content, "2025-05-15")
    change(base_content, RELEASE, (RISK, f'status: "{status}"'))
    move_abroad(base_content)
    duties_, sections = found(base_content), shown(base_content)
    by = "To be met by 2 August 2027: the model was placed on the market before 2 August 2025 (Art. 111(3))."
    for id_ in (*ART_53, "authorised-representative", *(["systemic-risk"] if status != "no" else [])):
        assert duties_[id_] == (Applies.YES, Due.LEGACY), id_
        assert by in sections[id_]
    for uri in (PAGE, "obligations/"):
        for text in shown(base_content, uri).values():
            assert "pplies from" not in text
            assert "ue from 2 August 2027" not in text
    assert by in shown(base_content, "obligations/")["releases"]


@pytest.mark.parametrize(("date", "due"), [
    ("2025", Due.OPEN), ("2025-08", Due.OPEN), ("{value: 2025-10-01, qualifier: not_after}", Due.OPEN),
    ("{value: 2025-08-01, qualifier: about}", Due.OPEN), ("{value: 2025-08-02, qualifier: about}", Due.OPEN),
    ("{value: 2025-08-01, qualifier: not_before}", Due.OPEN), ("{value: 2025-05, qualifier: about}", Due.LEGACY),
    ("{value: 2025-09-15, qualifier: about}", Due.PLACEMENT), ("{state: unknown}", Due.OPEN),
    ("{state: not_disclosed, reason: It is a secret.}", Due.OPEN),
    ("2025-07", Due.LEGACY), ("2025-08-01", Due.LEGACY), ("2025-08-02", Due.PLACEMENT), ("2025-09", Due.PLACEMENT),
])  # fmt: skip
def test_a_date_that_does_not_tell_is_told_as_such(base_content: Path, date: str, due: Due) -> None:
    place(base_content, repr(date) if date[0] == "2" else date)
    assert found(base_content)["technical-documentation"] == (Applies.YES, due)
    assert ("what is said of that date leaves this open" in shown(base_content)["technical-documentation"]) is (
        due is Due.OPEN
    )


def test_nothing_applies_to_a_model_that_is_not_on_the_union_market(base_content: Path) -> None:
    place(base_content, "{state: not_applicable, reason: Offered outside the Union only.}")
    move_abroad(base_content)
    change(base_content, RELEASE, (RISK, "status: notified"))
    (base_content / "models/text/1.0/training-content-summary.yaml").unlink()
    _, report = check(base_content, TODAY)
    assert "missing-document" not in {p.code for p in report}
    duties_ = found(base_content)
    assert {id_ for id_, (applies, _) in duties_.items() if applies is Applies.YES} == set()
    assert duties_["technical-documentation"] == (Applies.NOT_PLACED, Due.PLACEMENT)
    for id_, (applies, _) in duties_.items():
        shown_ = "Applies only once the model is placed on the Union market" in shown(base_content)[id_]
        assert shown_ is (applies is Applies.NOT_PLACED)


def test_a_representative_is_named_before_placement(base_content: Path) -> None:
    assert found(base_content)["authorised-representative"][0] is Applies.NO
    assert "France is a Member State of the Union. Art. 52(1) TEU" in shown(base_content)["authorised-representative"]
    move_abroad(base_content)
    assert found(base_content)["authorised-representative"] == (Applies.YES, Due.BEFORE_PLACEMENT)
    section = shown(base_content)["authorised-representative"]
    assert "To be met before placement on the market." in section
    assert "United States is no Member State of the Union." in section


def test_an_exemption_leaves_policy_and_summary(base_content: Path) -> None:
    change(base_content, RELEASE, ("claimed: false", "claimed: true, grounds: x"))
    move_abroad(base_content)
    applies = {id_: state for id_, (state, _) in found(base_content).items()}
    exempt = {"technical-documentation", "downstream-information", "authorised-representative"}
    assert {id_ for id_, state in applies.items() if state is Applies.CLAIMED_EXEMPT} == exempt
    assert {applies[id_] for id_ in ART_53 if id_ not in exempt} == {Applies.YES}


def test_what_is_said_to_be_exempt_is_not_where_there_is_systemic_risk(base_content: Path) -> None:
    change(base_content, RELEASE, ("claimed: false", "claimed: true, grounds: x"), (RISK, "status: designated"))
    assert found(base_content)["technical-documentation"] == (Applies.YES, Due.PLACEMENT)


def test_a_model_that_meets_the_condition_is_notified_within_two_weeks(base_content: Path) -> None:
    change(base_content, RELEASE, (RISK, "status: notified"), (MARKET, "union_market_date: 2027-01-10"))
    assert found(base_content)["notification"] == (Applies.YES, Due.CONDITION)
    section = shown(base_content)["notification"]
    assert "within two weeks after the condition is met or it becomes known that it will be met" in section
    assert "That may lie before placement on the market." in section
    assert "has published this day" not in section


def test_a_designated_model_is_not_notified(base_content: Path) -> None:
    change(base_content, RELEASE, (RISK, "status: designated, since: 2026-09-01"))
    duties_ = found(base_content)
    assert duties_["notification"][0] is Applies.NO
    assert duties_["systemic-risk"] == (Applies.YES, Due.CLASSIFICATION)
    assert "or from the classification as a model with systemic risk" in shown(base_content)["systemic-risk"]


def test_an_older_model_classified_after_the_last_day_has_no_relief(base_content: Path) -> None:
    place(base_content, "2025-05-15")
    change(base_content, RELEASE, (RISK, "status: designated, since: 2028-01-15"))
    assert found(base_content)["systemic-risk"] == (Applies.YES, Due.CLASSIFICATION)


FORM = "models/text/1.0/model-documentation.yaml"


def test_the_day_the_condition_was_met_is_shown_only_where_it_is_published(base_content: Path) -> None:
    change(base_content, RELEASE, (RISK, "status: notified"))
    text = (base_content / FORM).read_text(encoding="utf-8")
    (base_content / FORM).write_text(f"condition_met: 2026-02-17\n{text}", encoding="utf-8")
    _, report = check(base_content, TODAY)
    assert "beyond-audience" in {p.code for p in report.errors}
    listed = f"publish_beyond_audience: [condition_met]\ncondition_met: 2026-02-17\n{text}"
    (base_content / FORM).write_text(listed, encoding="utf-8")
    _, report = check(base_content, TODAY)
    assert "beyond-audience" not in {p.code for p in report.errors}
    assert "The provider has published this day: 17 February 2026 ." in shown(base_content)["notification"]
    (document,) = (d for d in compose(check(base_content, TODAY)[0]).all_documents if d.kind == "model-documentation")
    assert document.items[0] == 46  # a fact of its own, and no item of the Form


def test_duties_are_limited_where_a_release_modifies_a_model() -> None:
    portal = Portal.load(ROOT / "content", TODAY)
    bodies = {uri: Site(portal).render(portal.pages[uri]).body for uri in portal.pages if uri.endswith("obligations/")}
    assert {uri for uri, body in bodies.items() if "the duties are limited to the modification" in body} == {
        "models/blik/1.0/obligations/"
    }
    assert "Tesselin 2-8B" in bodies["models/blik/1.0/obligations/"]
    assert bodies["obligations/"].count("Limited to a modification") == 1


def test_what_is_not_declared_is_not_told_as_a_no(base_content: Path) -> None:
    content, _ = check(ROOT / "tests/cases/smollm3-3b/content", TODAY)
    portal = compose(content)
    applies = {d.id: d.applies for d in duties(portal.releases[0], portal.provider)}
    assert applies["notification"] is Applies.UNDECLARED
    assert applies["systemic-risk"] is Applies.UNDECLARED
    assert applies["training-content-summary"] is Applies.YES
    change(base_content, "provider.yaml", ("country: FR", "country: {state: unknown}"))
    assert found(base_content)["authorised-representative"][0] is Applies.UNDECLARED
    change(base_content, RELEASE, ("claimed: false", "claimed: {state: unknown, reason: x}"))
    assert found(base_content)["technical-documentation"][0] is Applies.UNDECLARED


def test_the_law_is_cited_and_dated(base_content: Path) -> None:
    portal = Portal.load(base_content, TODAY)
    for uri in (PAGE, "obligations/"):
        body = Site(portal).render(portal.pages[uri]).body
        links = re.findall(r'href="(https://[^"]+)"', body)
        assert links[0].startswith("https://eur-lex.europa.eu/"), "the text of the law before pages of third parties"
        assert "State of the law: 27 November 2026" in " ".join(re.sub(r"<[^>]+>", "", body).split())
    text = " ".join(shown(base_content, "obligations/").values())
    assert "preceding financial year" in text
    assert "intentionally or negligently" in text
    assert "(EU) 2026/1755" in text
    assert "3 % of annual worldwide turnover" in text
    for wrong in ("7 %", "presumed conform", "certified", "35 000 000"):
        assert wrong not in text


def test_publication_is_told_by_duty(base_content: Path) -> None:
    sections = shown(base_content)
    assert "Measure 1.3(4)" in sections["copyright-policy"]
    assert "Measure 1.5" in sections["copyright-policy"]
    assert "the AI Office and the national competent authorities on request" in sections["technical-documentation"]
    assert "proactively" in sections["downstream-information"]


def test_readers_find_where_to_complain(base_content: Path) -> None:
    downstream = shown(base_content, "downstream/")
    assert "and whom to ask for more" in downstream[""]
    assert "Art. 89(2)" in downstream["complaints"]
    assert "tool for complaints under the AI Act" in shown(base_content, "copyright/complaints/")["authority"]


@pytest.mark.parametrize(("said", "shown_"), [
    ("true", "Base has signed this chapter."), ("false", "Base has not signed this chapter."),
    ("{state: unknown}", "Nothing is said here on whether Base has signed this chapter."),
])  # fmt: skip
def test_a_signature_is_told_as_it_is_declared(base_content: Path, said: str, shown_: str) -> None:
    change(base_content, "provider.yaml", ("transparency: {signed: true", f"transparency: {{signed: {said}"))
    change(
        base_content, "provider.yaml", ("safety_and_security: {signed: false", f"safety_and_security: {{signed: {said}")
    )
    change(base_content, RELEASE, (RISK, "status: notified"))
    downstream = visible(base_content, "downstream/")
    assert shown_ in downstream
    assert ("Within 14 days save" in downstream) == (said == "true"), "a time that nobody has promised"
    applies = {"true": Applies.YES, "false": Applies.NO}.get(said, Applies.UNDECLARED)
    assert found(base_content)["safety-and-security-summary"] == (applies, Due.UNDATED)


def test_duties_are_never_switched_off_by_a_licence(sample: Disclosures) -> None:
    by_key = {r.key: {d.id: d for d in duties(r, sample.provider)} for r in sample.releases}
    open_model, legacy = by_key["blik/1.0"], by_key["skrift/1.0"]
    assert open_model["technical-documentation"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["downstream-information"].applies is Applies.CLAIMED_EXEMPT
    assert open_model["copyright-policy"].applies is Applies.YES
    assert open_model["training-content-summary"].applies is Applies.YES
    assert open_model["notification"].applies is Applies.NO
    assert open_model["authorised-representative"].applies is Applies.NO
    assert legacy["training-content-summary"].due is Due.LEGACY


def test_an_item_that_is_withheld_is_not_counted_as_public(base_content: Path) -> None:
    withheld = "\n".join(
        f"  {key}: {{state: {state}, reason: We do not say.}}"
        for key, state in (
            ("aup", "not_disclosed"),
            ("system_types", "unknown"),
            ("required_software", "not_disclosed"),
        )
    )
    assert "Model Documentation Form, 7 items On request: 17 items" in visible(base_content, "downstream/")
    change(base_content, FORM, ("intended_uses: Text in and out.", f"intended_uses: Text in and out.\n{withheld}"))
    assert "Model Documentation Form, 7 items On request: 14 items" in visible(base_content, "downstream/")
    assert "7 of 46 items are public" in " ".join(shown(base_content, "models/text/1.0/").values())


def test_an_exemption_from_nothing_is_none(base_content: Path) -> None:
    claimed = ("claimed: false", "claimed: true, grounds: x")
    change(base_content, RELEASE, claimed)
    assert "Not required: the exemption of Art. 53(2) is claimed." in visible(base_content, "downstream/")
    change(base_content, RELEASE, (RISK, "status: designated"))
    (release,) = compose(check(base_content, TODAY)[0]).releases
    assert not release.exempt


def test_a_summary_that_is_left_out_is_told_where_gaps_are(base_content: Path) -> None:
    said = "Public Summary of Training Content"
    assert "not published here" not in shown(base_content, "")["disclosure"]
    place(base_content, "2025-05-15")
    (base_content / "models/text/1.0/training-content-summary.yaml").unlink()
    told = shown(base_content, "")["disclosure"]
    assert said in told
    assert "not published here for these releases: Text 1.0" in told
    assert "not published here" in shown(base_content, "models/text/1.0/")["documents"]


def test_where_nothing_is_published_nothing_is_said_to_be_answered(base_content: Path) -> None:
    for file in ("copyright-policy.yaml", "models/text/1.0/training-content-summary.yaml", FORM):
        (base_content / file).unlink()
    original = '\ntranscription: {source: "https://base.example/", retrieved: 2026-01-01}\n'
    provider = base_content / "provider.yaml"
    provider.write_text(provider.read_text(encoding="utf-8") + original, encoding="utf-8")
    told = shown(base_content, "")["disclosure"]
    assert told.startswith("What is not disclosed There is no required field that could be counted.")
