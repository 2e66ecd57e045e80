"""What is owed for each release, what of it the data show, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.agenda import Agenda, Item, Standing
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Published
from gpai_portal.content.law import law
from gpai_portal.content.status import agenda
from tests.content.conftest import TODAY
from tests.content.test_obligations import MARKET, RELEASE, RISK, change, move_abroad, place

SUMMARY = "models/text/1.0/training-content-summary.yaml"
LICENCE = "licence: {name: Apache 2.0}"
SIGNED = "transparency: {signed: true, since: 2025-08-01}"


def agenda_of(content: Path, day: date = TODAY, published: Mapping[str, list[Published]] | None = None) -> Agenda:
    read = check(content, day, published)[0]
    return agenda(read, compose(read), day)


def items(content: Path, day: date = TODAY, release: str = "text/1.0") -> dict[str, Item]:
    return {item.matter: item for item in agenda_of(content, day).items if item.release == release}


def standing(content: Path, matter: str, day: date = TODAY) -> tuple[str, str]:
    """How an item stands, and by when it is due."""
    item = items(content, day)[matter]
    return item.standing(day), f"{item.until} {item.term}"


def test_every_duty_of_the_law_is_told_in_its_order(base_content: Path) -> None:
    found = list(items(base_content))
    assert found[: len(law()["duties"])] == [duty["id"] for duty in law()["duties"]]
    assert found[len(law()["duties"]) :] == ["documentation-kept", "documentation-kept-by-representative"]


def test_what_the_small_portal_shows(base_content: Path) -> None:
    told = {matter: item.standing(TODAY) for matter, item in items(base_content).items()}
    assert told == {
        "technical-documentation": "not told",
        "downstream-information": "not told",
        "copyright-policy": "there",
        "training-content-summary": "there",
        "cooperation": "not told",
        "authorised-representative": "does not apply",
        "notification": "does not apply",
        "systemic-risk": "does not apply",
        "safety-and-security-summary": "does not apply",
        "documentation-kept": "running",
        "documentation-kept-by-representative": "does not apply",
    }
    assert str(items(base_content)["documentation-kept"].term) == "2036-03-10"
    assert {i.notes for i in items(base_content).values() if i.standing(TODAY) == "does not apply"} == {()}
    assert agenda_of(base_content).standing(Standing.OVERDUE) == []


# -- missing and overdue ------------------------------------------------------------------------------------


def test_a_summary_is_missing_until_the_day_of_placement_and_overdue_after(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    change(base_content, RELEASE, (MARKET, "union_market_date: 2026-11-24"))
    matter = "training-content-summary"
    assert standing(base_content, matter, date(2026, 11, 23)) == ("missing", "by 2026-11-24")
    assert standing(base_content, matter, date(2026, 11, 24)) == ("missing", "by 2026-11-24")
    assert standing(base_content, matter, date(2026, 11, 25)) == ("overdue", "by 2026-11-24")


def test_a_legacy_model_has_until_the_day_of_the_law(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    place(base_content, "2025-05-15")
    matter = "training-content-summary"
    assert standing(base_content, matter, date(2027, 8, 2)) == ("missing", "by 2027-08-02")
    assert standing(base_content, matter, date(2027, 8, 3)) == ("overdue", "by 2027-08-02")
    assert standing(base_content, "documentation-kept") == ("running", "until 2035-05-15"), (
        "from placement all the same"
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-03", ("overdue", "by a day not before 2026-03-01, at the latest 2026-03-31")),
        ("2026-11", ("perhaps overdue", "by a day not before 2026-11-01, at the latest 2026-11-30")),
        ('"2025"', ("perhaps overdue", "by a day not before 2025-08-02, at the latest 2027-08-02")),
        ("{value: 2026-03-10, qualifier: not_before}", ("perhaps overdue", "by a day not before 2026-03-10")),
        (
            "{value: 2026-03-10, qualifier: not_after}",
            ("perhaps overdue", "by a day not before 2025-08-02, at the latest 2027-08-02"),
        ),
        (
            "{value: 2026-03-10, qualifier: about}",
            ("overdue", "by a day not before 2026-02-07, at the latest 2026-04-10"),
        ),
        (
            "{value: 2027-12-31, qualifier: not_after}",
            ("perhaps overdue", "by a day not before 2025-08-02, at the latest 2027-12-31"),
        ),
        ("{state: unknown, reason: Nobody wrote it down.}", ("perhaps overdue", "by a day that cannot be computed")),
        ("{state: not_applicable, reason: Not on the market.}", ("not placed", "by a day that cannot be computed")),
    ],
)
def test_a_date_that_is_not_exact_gives_no_exact_day(base_content: Path, written: str, told: tuple[str, str]) -> None:
    (base_content / SUMMARY).unlink()
    place(base_content, written)
    assert standing(base_content, "training-content-summary") == told
    item = items(base_content)["training-content-summary"]
    assert ("no day can be computed: " in item.basis) is ("state" in written)
    assert ("the model is not placed on the Union market" in item.basis) is ("not_applicable" in written)
    assert ("taken as within a month" in item.basis) is ("about" in written)


def test_what_is_written_and_not_published_is_missing(base_content: Path) -> None:
    keys = [p.relative_to(base_content).with_suffix("").as_posix() for p in base_content.rglob("*.yaml")]
    published = {key: [Published({}, "en")] for key in keys}

    def found() -> Item:
        named = {item.matter: item for item in agenda_of(base_content, TODAY, published).items}
        return named["training-content-summary"]

    assert (found().standing(TODAY), found().notes) == ("there", ())
    del published[SUMMARY.removesuffix(".yaml")]
    assert (found().standing(TODAY), found().notes[0][:31]) == ("overdue", "written, but not published by t")
    note = items(base_content)["training-content-summary"].notes
    assert note == ("no record says since when it is public",)


def test_a_draft_is_missing_with_its_open_fields(base_content: Path) -> None:
    change(base_content, SUMMARY, ("continuous_training: false\n", "continuous_training:\n"))
    item = items(base_content)["training-content-summary"]
    assert (item.standing(TODAY), item.notes) == ("overdue", ("a draft; open fields: 1",))


def test_of_a_release_that_is_a_draft_nothing_is_counted(base_content: Path) -> None:
    change(base_content, RELEASE, (MARKET, "union_market_date:"))
    (base_content / SUMMARY).unlink()
    item = items(base_content)["training-content-summary"]
    assert (item.standing(TODAY), str(item.term)) == ("undecided", "a day that cannot be computed")
    assert agenda_of(base_content).releases[0].state == "draft"
    assert "is still open" in item.basis


def test_a_planned_release_is_ahead(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    change(base_content, RELEASE, (MARKET, "union_market_date: 2027-01-20"))
    found = agenda_of(base_content)
    assert found.releases[0].state == "planned"
    assert {item.matter for item in found.soon(60)} >= {"training-content-summary", "technical-documentation"}
    assert found.soon(56) == []
    assert {str(item.term) for item in found.next} == {"2027-01-20"}
    assert "copyright-policy" not in {item.matter for item in found.ahead}, "it is there already"
    assert items(base_content)["documentation-kept"].standing(TODAY) == "not placed", "nothing is kept yet"
    assert items(base_content, date(2027, 1, 20))["documentation-kept"].standing(date(2027, 1, 20)) == "running"


def test_of_a_release_that_left_the_market_only_what_was_overdue_then_is(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    gone = "withdrawn: {date: 2026-06-01, reason: Replaced.}"
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\n{gone}"))
    assert standing(base_content, "training-content-summary")[0] == "overdue"
    place(base_content, "2025-05-15")
    assert standing(base_content, "training-content-summary", date(2026, 5, 31))[0] == "missing", "not gone yet"
    late = date(2027, 9, 1)
    item = items(base_content, late)["training-content-summary"]
    assert item.standing(late) == "not told"
    assert "withdrawn (2026-06-01): the texts named here do not say whether it is still owed" in item.notes[-1]
    assert standing(base_content, "documentation-kept", late)[0] == "running", "what is kept is kept"


def test_of_what_left_the_market_nothing_is_due_soon(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    place(base_content, "2025-05-15")
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nwithdrawn: {{date: 2026-04-01, reason: Replaced.}}"))
    before, after = agenda_of(base_content, date(2026, 3, 31)), agenda_of(base_content, date(2027, 7, 20))
    assert "cooperation" in {item.matter for item in before.ahead}
    assert after.soon(60) == []
    assert [item.matter for item in after.ahead] == ["documentation-kept"], "what is kept is kept"
    told = {item.matter: item.notes[-1] for item in after.items if item.ended}
    assert {"training-content-summary", "technical-documentation", "cooperation"} <= set(told)
    assert {note[:22] for note in told.values()} == {"withdrawn (2026-04-01)"}


def test_a_summary_that_covers_others_holds_for_each(base_content: Path) -> None:
    other = base_content / "models/text/2.0/release.yaml"
    other.parent.mkdir()
    text = (
        (base_content / RELEASE).read_text(encoding="utf-8").replace("1.0", "2.0").replace("sequence: 1", "sequence: 2")
    )
    other.write_text(text.replace(LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-05-20}}]"), encoding="utf-8")
    lacking = items(base_content, release="text/2.0")
    assert lacking["training-content-summary"].standing(TODAY) == "overdue"
    assert "summary-update" not in lacking, "there is none to be updated"
    change(base_content, SUMMARY, ("scope: whole", "scope: whole\ncovers: [text/2.0]"))
    both = items(base_content), items(base_content, release="text/2.0")
    assert [one["training-content-summary"].notes[-1] for one in both] == [
        "one summary with text/2.0",
        "one summary with text/1.0",
    ]
    assert "summary-update" not in both[0]
    assert both[1]["summary-update"].standing(TODAY) == "overdue"


# -- policy, representative, systemic risk ------------------------------------------------------------------


def test_a_policy_counts_for_the_releases_it_names(base_content: Path) -> None:
    policy = "copyright-policy.yaml"
    change(base_content, policy, ("previous_versions", "models: [image/*]\nprevious_versions"))
    item = items(base_content)["copyright-policy"]
    assert (item.standing(TODAY), item.notes) == ("not told", ("the copyright policy here does not name this release",))
    change(base_content, policy, ("[image/*]", "[{pattern: Models of the 1.x family}]"))
    assert standing(base_content, "copyright-policy")[0] == "not told"
    (base_content / policy).unlink()
    item = items(base_content)["copyright-policy"]
    assert item.standing(TODAY) == "not told", "the duty is to have one"
    assert "the Act does not ask that it is published" in item.notes[0]


def test_a_provider_outside_the_union_has_a_representative_before_placement(base_content: Path) -> None:
    move_abroad(base_content)
    assert standing(base_content, "authorised-representative") == ("there", "before placement on 2026-03-10")
    kept = items(base_content)["documentation-kept-by-representative"]
    assert (kept.standing(TODAY), str(kept.term), kept.whose) == ("running", "2036-03-10", "authorised representative")
    agent = "authorised_representative: {name: Agent SARL}"
    change(base_content, "provider.yaml", (agent, "authorised_representative: {state: none}"))
    assert standing(base_content, "authorised-representative", date(2026, 3, 10))[0] == "missing"
    assert standing(base_content, "authorised-representative", date(2026, 3, 11))[0] == "overdue"
    none = "authorised_representative: {state: none}"
    change(base_content, "provider.yaml", (none, "authorised_representative: {state: not_disclosed, reason: No.}"))
    assert standing(base_content, "authorised-representative")[0] == "not told", "there may be one"
    change(base_content, RELEASE, ("claimed: false", "claimed: true, grounds: All is open."))
    for matter in ("authorised-representative", "documentation-kept-by-representative", "documentation-kept"):
        assert standing(base_content, matter)[0] == "claimed exempt"
    assert standing(base_content, "training-content-summary")[0] == "there", "no exemption from Art. 53(1)(d)"


def test_a_representative_outside_the_union_is_none_as_check_says(base_content: Path) -> None:
    move_abroad(base_content)
    agent = "authorised_representative: {name: Agent SARL"
    change(base_content, "provider.yaml", (agent, f'{agent}, address: "1 Main Street, Boston, United States"'))
    item = items(base_content)["authorised-representative"]
    assert item.standing(TODAY) == "in part"
    assert "outside the Union" in item.notes[0]
    assert "representative-outside" in {problem.code for problem in check(base_content, TODAY)[1]}


def test_the_ten_years_bind_signatories(base_content: Path) -> None:
    change(base_content, "provider.yaml", (SIGNED, "transparency: {signed: false}"))
    assert standing(base_content, "documentation-kept")[0] == "does not apply"
    change(base_content, "provider.yaml", ("signed: false}\n  copyright", "signed: {state: unknown}}\n  copyright"))
    assert standing(base_content, "documentation-kept")[0] == "undeclared"


def test_the_ten_years_run_from_the_last_version(base_content: Path) -> None:
    change(base_content, RELEASE, ('https://base.example/text"', 'https://base.example/text", date: 2026-06-15'))
    assert standing(base_content, "documentation-kept") == ("running", "until 2036-06-15")
    assert standing(base_content, "cooperation")[1] == "by 2026-03-10"


def test_systemic_risk(base_content: Path) -> None:
    change(base_content, RELEASE, (RISK, "status: notified, since: 2026-05"))
    assert standing(base_content, "systemic-risk") == (
        "not told",
        "by a day not before 2026-05-01, at the latest 2026-05-31",
    )
    assert standing(base_content, "notification")[0] == "there"
    change(base_content, RELEASE, ("since: 2026-05", "since: 2026-02"))
    assert standing(base_content, "systemic-risk")[1] == "by 2026-03-10"
    assert standing(base_content, "safety-and-security-summary")[0] == "does not apply"
    change(
        base_content, "provider.yaml", ("safety_and_security: {signed: false}", "safety_and_security: {signed: true}")
    )
    item = items(base_content)["safety-and-security-summary"]
    assert (item.standing(TODAY), item.basis) == (
        "not told",
        "no day can be computed: the text that asks for it names none",
    )
    safety = base_content / "models/text/1.0/safety-and-security-summary.yaml"
    safety.write_text("version: '1.0'\nlast_update: 2026-03-01\n", encoding="utf-8")
    assert standing(base_content, "safety-and-security-summary")[0] == "in part", "a draft; no day, so not overdue"


@pytest.mark.parametrize(
    ("status", "day", "told"),
    [
        ("no", date(2026, 3, 3), ("missing", "by 2026-03-03")),
        ("no", date(2026, 3, 4), ("overdue", "by 2026-03-03")),
        ("notified", TODAY, ("there", "by 2026-03-03")),
        ("designated", TODAY, ("does not apply", "by 2026-03-03")),
    ],
)
def test_two_weeks_from_the_condition_where_nothing_was_notified(
    base_content: Path, status: str, day: date, told: tuple[str, str]
) -> None:
    change(base_content, RELEASE, (RISK, f'status: "{status}"'))
    form = base_content / "models/text/1.0/model-documentation.yaml"
    text = form.read_text(encoding="utf-8") if form.exists() else "version: '1.0'\nlast_updated: 2026-03-10\n"
    form.write_text(f"{text}condition_met: 2026-02-17\npublish_beyond_audience: [condition_met]\n", encoding="utf-8")
    assert standing(base_content, "notification", day) == told


@pytest.mark.parametrize(
    ("placed", "met", "told"),
    [
        ("2024-05-10", "2024-04-01", ("missing", "by 2027-08-02")),
        ("2024-05-10", "2027-10-01", ("missing", "by 2027-10-15")),
        ("2026-03-10", "2025-07-25", ("perhaps overdue", "by a day not before 2025-08-02")),
        ("2026-03-10", "2025-08-02", ("overdue", "by a day not before 2025-08-16, at the latest 2025-08-18")),
        ('"2025"', "2025-09-01", ("perhaps overdue", "by a day not before 2025-09-15, at the latest 2027-08-02")),
    ],
)
def test_no_notification_was_due_before_the_chapter_applied(
    base_content: Path, placed: str, met: str, told: tuple[str, str]
) -> None:
    place(base_content, placed)
    form = base_content / "models/text/1.0/model-documentation.yaml"
    text = form.read_text(encoding="utf-8")
    form.write_text(f"{text}condition_met: {met}\npublish_beyond_audience: [condition_met]\n", encoding="utf-8")
    assert standing(base_content, "notification") == told
    basis = items(base_content)["notification"].basis
    assert ("the texts name no day for what was met before 2025-08-02" in basis) is (met == "2025-07-25")
    assert ("not before 2027-08-02 (Art. 111(3))" in basis) is (placed == "2024-05-10")


# -- further training ---------------------------------------------------------------------------------------


def test_an_update_is_due_six_months_after_further_training(base_content: Path) -> None:
    assert "summary-update" not in items(base_content), "only where the data say that it is trained further"
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-05-31}}]"))
    assert standing(base_content, "summary-update", date(2026, 11, 30)) == ("missing", "by 2026-11-30")
    assert standing(base_content, "summary-update", date(2026, 12, 1)) == ("overdue", "by 2026-11-30")
    change(base_content, RELEASE, ("2026-05-31", "2026-05"))
    assert standing(base_content, "summary-update")[0] == "perhaps overdue"
    change(base_content, RELEASE, ("date: 2026-05", "date: 2026-03"))
    change(base_content, SUMMARY, ("last_update: 2026-03-01", "last_update: 2026-03-05"))
    item = items(base_content)["summary-update"]
    assert [item.standing(day) for day in (date(2026, 9, 5), date(2026, 9, 11))] == ["not told", "perhaps overdue"]
    assert item.notes == ("the dates leave open whether the training came after the last update and placement",)
    assert not [p for p in check(base_content, date(2027, 1, 1))[1] if p.code.startswith("update")], "not certain"


@pytest.mark.parametrize("trained", ["2026-05", "{state: unknown, reason: Nobody wrote it down.}"])
def test_an_update_that_the_dates_leave_open_may_be_overdue(base_content: Path, trained: str) -> None:
    change(base_content, SUMMARY, ("last_update: 2026-03-01", "last_update: 2026-05-20"))
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: {trained}}}]"))
    days = (date(2026, 11, 20), date(2026, 12, 20))
    found = [items(base_content, day)["summary-update"].standing(day) for day in days]
    assert found == ["not told", "perhaps overdue"]


@pytest.mark.parametrize("placed", ["2027-03-01", "2026-04-01", "2026-03-15"])
def test_what_a_model_was_trained_on_before_placement_makes_no_update_due(base_content: Path, placed: str) -> None:
    place(base_content, placed)
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-03-15}}]"))
    late = date(2026, 12, 1)
    assert "summary-update" not in items(base_content, late)
    assert not [p for p in check(base_content, late)[1] if p.code.startswith("update")], "check says the same"


def test_check_and_status_say_the_same_of_an_update(base_content: Path) -> None:
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-05}}]"))
    for day, code, told in (
        (date(2026, 11, 30), "update-due", "perhaps overdue"),
        (date(2026, 12, 1), "update-overdue", "overdue"),
    ):
        problem = next(p for p in check(base_content, day)[1] if p.code.startswith("update"))
        assert problem.code == code
        assert str(items(base_content, day)["summary-update"].term) in problem.message
        assert standing(base_content, "summary-update", day)[0] == told


def test_an_update_of_what_left_the_market_is_not_overdue(base_content: Path) -> None:
    gone = "withdrawn: {date: 2026-11-01, reason: Replaced.}"
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-05-10}}]\n{gone}"))
    late = date(2027, 1, 1)
    assert standing(base_content, "summary-update", late) == ("not told", "by 2026-11-10")
    assert not [p for p in check(base_content, late)[1] if p.code.startswith("update")], "check says the same"
    change(base_content, RELEASE, ("2026-11-01", "2026-11-11"))
    assert standing(base_content, "summary-update", late)[0] == "overdue"
    assert [p.code for p in check(base_content, late)[1] if p.code.startswith("update")] == ["update-overdue"]


def test_continuous_training_without_a_day_is_told(base_content: Path) -> None:
    change(base_content, SUMMARY, ("continuous_training: false", "continuous_training: true"))
    item = items(base_content)["summary-update"]
    assert str(item.term) == "a day not before 2026-09-10"
    assert [item.standing(day) for day in (date(2026, 9, 10), TODAY)] == ["not told", "perhaps overdue"]
    assert item.notes[0].startswith("the summary says that the model is trained continuously")
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-02-10}}]"))
    assert "summary-update" not in items(base_content), "updated since"


def test_a_draft_is_not_to_be_updated(base_content: Path) -> None:
    change(base_content, RELEASE, (LICENCE, f"{LICENCE}\nfurther_trained: [{{date: 2026-05-10}}]"))
    assert "summary-update" in items(base_content)
    change(base_content, SUMMARY, ("continuous_training: false\n", "continuous_training:\n"))
    assert "summary-update" not in items(base_content)


# -- types --------------------------------------------------------------------------------------------------


def test_a_time_that_began_long_ago_is_soon_at_its_end(base_content: Path) -> None:
    place(base_content, '"2025"')
    item = items(base_content)["technical-documentation"]
    assert str(item.term) == "a day not before 2025-08-02, at the latest 2027-08-02"
    assert [item.is_soon(day, 60) for day in (TODAY, date(2027, 6, 2), date(2027, 6, 3))] == [False, False, True]
    assert not item.is_soon(date(2027, 8, 3), 60)


def test_what_comes_first_is_told_first(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    place(base_content, "2027-01-20")
    older = base_content / "models/text/0.9/release.yaml"
    older.parent.mkdir()
    text = (base_content / RELEASE).read_text(encoding="utf-8")
    older.write_text(text.replace("1.0", "0.9").replace("2027-01-20", "2025-05-15"), encoding="utf-8")
    ahead = agenda_of(base_content).ahead
    days = [str(item.term) for item in ahead]
    assert days == sorted(days)
    assert {day for day in days if day < "2030"} == {"2027-01-20", "2027-08-02"}
    assert {item.release for item in agenda_of(base_content).next} == {"text/1.0"}


def test_what_is_transcribed_elsewhere_is_not_said_to_be_missing(base_content: Path) -> None:
    (base_content / SUMMARY).unlink()
    (base_content / "copyright-policy.yaml").unlink()
    original = "transcription: {source: https://base.example/, retrieved: 2026-05-01}"
    change(base_content, "provider.yaml", ("country: FR", f"country: FR\n{original}"))
    assert compose(check(base_content, TODAY)[0]).provider.transcription
    item = items(base_content)["training-content-summary"]
    assert (item.standing(TODAY), item.notes) == ("not told", ("not among what is transcribed here",))
    assert standing(base_content, "copyright-policy")[0] == "not told"


def test_what_is_kept_is_never_soon(base_content: Path) -> None:
    found = agenda_of(base_content)
    late = replace(found, day=date(2036, 3, 1))
    assert [item.matter for item in late.ahead] == ["documentation-kept"]
    assert late.soon(60) == []
    assert late.next == late.ahead
