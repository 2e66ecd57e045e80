"""What was in force on a day: exact where dates are, never more than they tell where they are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.answers import MISSING, Answer, Status
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Model
from gpai_portal.publication.in_force import Version, bounds, held, periods, versions
from gpai_portal.publication.records import Chain, Revision, read_chain
from gpai_portal.schema import FORM, POLICY, SUMMARY
from tests.conftest import DAY, ROOT

KEY = f"models/text/1.0/{SUMMARY}"


def model_of(content: Path, number: int = 0) -> Model:
    found, report = check(content, DAY)
    assert report.errors == []
    return compose(found).models[number]


def revision(number: int, day: date, key: str = KEY, version: str = "", **more: object) -> Revision:
    """A revision of a document; ``more`` is what its JSON has besides."""
    data = {"version": version or f"{number}", **more}
    covers = (key.removeprefix("models/").rpartition("/")[0],) if key.startswith("models/") else ()
    return Revision(key, key.rpartition("/")[2], number, day, "", number, "en", data, covers)


def chain_of(*all_: Revision) -> Chain:
    found: dict[str, tuple[Revision, ...]] = {}
    for one in all_:
        found[one.key] = (*found.get(one.key, ()), one)
    return Chain(Path(), (), found)


def told(model: Model, chain: Chain, kind: str = SUMMARY, as_of: date = DAY) -> list[tuple[str, str, str]]:
    """Each period, newest first: first day, release, document."""
    return [
        (
            str(one.start or ""),
            " or ".join([*(release.id for release in one.releases), *(["none"] if one.or_none else [])]),
            " or ".join(
                [*(v.name for v in one.documents[kind].versions), *(["none"] if one.documents[kind].or_none else [])]
            ),
        )
        for one in periods(model, chain, as_of)
    ]


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@pytest.mark.parametrize("number", [0, 1])
def test_since_the_first_record_each_day_shows_what_was_published_by_then(number: int) -> None:
    model = model_of(ROOT / "content", number)
    chain = read_chain(ROOT / "content/records")
    found = periods(model, chain, DAY)
    assert found[0].end is None
    for newer, older in pairwise(found):
        assert newer.start
        assert older.end == newer.start - timedelta(days=1)
    for day in days(chain.records[0].day, DAY):
        (row,) = [one for one in found if (one.start or date.min) <= day <= (one.end or date.max)]
        latest = model.latest(day)
        assert latest is not None
        assert (row.releases, row.or_none) == ((latest,), False)
        for kind, place in ((SUMMARY, f"models/{latest.key}/"), (FORM, f"models/{latest.key}/"), (POLICY, "")):
            assert [v.revision for v in row.documents[kind].versions] == [chain.on(f"{place}{kind}", day)]
            assert not row.documents[kind].or_none


def test_before_the_records_documents_count_by_their_dates_and_by_the_versions_they_list(content: Path) -> None:
    earlier = [
        {"version": "v0.9", "date": "2026-04", "url": "https://a.example/"},
        {"version": "0.8", "url": "https://b.example/"},
    ]
    first = revision(1, date(2026, 9, 1), version="1.0", last_update="2026-07-01", previous_versions=earlier)
    second = revision(
        2,
        date(2026, 10, 1),
        version="1.1",
        last_update="2026-09-20",
        previous_versions=[*earlier, {"version": "1.0", "date": "2026-07-01", "url": "https://c.example/"}],
    )
    assert told(model_of(content), chain_of(first, second)) == [
        ("2026-10-01", "1.0", "1.1"),
        ("2026-07-01", "1.0", "1.0"),
        ("2026-04-30", "1.0", "0.8 or v0.9"),
        ("2026-04-01", "1.0", "0.8 or v0.9 or none"),
        ("2026-03-10", "1.0", "0.8 or none"),
    ]  # fmt: skip
    known = versions(chain_of(first, second), KEY)
    assert [(v.link, v.is_earlier) for v in known] == [
        ("https://a.example/", False), ("https://b.example/", False), ("", True), ("", False),
    ]  # fmt: skip


def test_labels_that_do_not_tell_get_their_number_and_an_erased_one_stays() -> None:
    erased = Revision(KEY, SUMMARY, 2, date(2026, 10, 2), "Erased.", 9)
    chain = chain_of(revision(1, date(2026, 10, 1), version="1"), erased, revision(3, date(2026, 10, 3), version="1"))
    assert [v.name for v in versions(chain, KEY)] == ["1 (r1)", "r2", "1 (r3)"]


@pytest.mark.parametrize(
    ("market", "withdrawn", "expected"),
    [
        ("2026-05", "", [("2026-05-31", "1.0"), ("2026-05-01", "1.0 or none")]),
        ('"2026"', "", [("2026-01-01", "1.0 or none")]),
        ("{value: 2026-05-10, qualifier: about}", "", [("2026-06-10", "1.0"), ("2026-04-09", "1.0 or none")]),
        ("{value: 2026-05-10, qualifier: not_before}", "", [("2026-05-10", "1.0 or none")]),
        ("{value: 2026-05-10, qualifier: not_after}", "", [("2026-05-10", "1.0"), ("", "1.0 or none")]),
        ("{state: unknown, reason: Lost.}", "", [("", "1.0 or none")]),
        ("2026-03-10", "2026-08-01", [("2026-08-01", "none"), ("2026-03-10", "1.0")]),
        ("2026-03-10", "2026-08", [("2026-08-31", "none"), ("2026-08-01", "1.0 or none"), ("2026-03-10", "1.0")]),
        (
            "2026-03-10",
            "{value: 2026-10, qualifier: not_before}",
            [("2026-10-01", "1.0 or none"), ("2026-03-10", "1.0")],
        ),
        ("2026-03-10", "{state: unknown, reason: Lost.}", [("2026-03-10", "1.0 or none")]),
        ("2027-03-10", "", []),
        ("{state: not_applicable, reason: Never.}", "", []),
    ],
)
def test_dates_that_are_not_exact(content: Path, market: str, withdrawn: str, expected: list[tuple[str, str]]) -> None:
    file = content / "models/text/1.0/release.yaml"
    text = file.read_text(encoding="utf-8").replace("union_market_date: 2026-03-10", f"union_market_date: {market}")
    text += f"withdrawn: {{date: {withdrawn}, reason: Replaced.}}\n" if withdrawn else ""
    file.write_text(text, encoding="utf-8")
    model = compose(check(content, DAY)[0]).models[0]
    rows = told(model, chain_of(revision(1, date(2026, 11, 24))))
    runs = [list(run) for _, run in groupby(rows, lambda row: row[1])]
    assert [(run[-1][0], run[-1][1]) for run in runs] == expected


def test_a_summary_of_another_release_counts_while_it_covers_this_one(content: Path) -> None:
    other = f"models/other/1.0/{SUMMARY}"
    covering = revision(1, date(2026, 4, 1), other, "A")
    covering = Revision(**{**vars(covering), "covers": ("other/1.0", "text/1.0")})
    chain = chain_of(covering, revision(2, date(2026, 6, 1), other, "B"))
    assert [(day, name) for day, _, name in told(model_of(content), chain)] == [
        ("2026-06-01", "none"),
        ("2026-04-01", "A"),
        ("2026-03-10", "none"),
    ]


def test_a_policy_that_names_other_models_is_not_in_force_for_this_one(content: Path) -> None:
    chain = chain_of(
        revision(1, date(2026, 4, 1), POLICY),
        revision(2, date(2026, 5, 1), POLICY, models=["other/*"]),
        revision(3, date(2026, 6, 1), POLICY, models=["text/*"]),
    )
    assert [(day, name) for day, _, name in told(model_of(content), chain, POLICY)] == [
        ("2026-06-01", "3"),
        ("2026-05-01", "none"),
        ("2026-04-01", "1"),
        ("2026-03-10", "none"),
    ]


def test_whatever_the_dates_mean_the_truth_is_among_what_is_told() -> None:
    """For many histories with dates that are not exact, each day on which something held names it."""
    chance = random.Random(53)
    start = date(2026, 1, 1)
    for _ in range(100):
        known = []
        for number in range(chance.randint(1, 6)):
            said = f"2026-{chance.randint(1, 12):02}" + chance.choice(["", f"-{chance.randint(1, 28):02}"])
            answer = Answer(
                Status.ANSWERED, said, qualifier=chance.choice(["", "", "about", "not_before", "not_after"])
            )
            first, last = bounds(answer)
            known.append(Version(KEY, str(number), said, "", first, last))
        known.sort(key=lambda version: (version.latest, version.earliest))
        truth: list[date] = []
        end = date.max
        for version in reversed(known):
            low = max(version.earliest, start - timedelta(days=60))
            end = min(end, version.latest)
            end = low + timedelta(days=chance.randint(0, (end - low).days)) if low < end else end
            truth.insert(0, end)
        for day in days(start, date(2027, 2, 1)):
            found = held(known, day)
            true = [v for v, begins in zip(known, truth, strict=True) if begins <= day][-1:]
            assert set(true) <= set(found.versions)
            assert true or found.or_none
            if len(found.versions) == 1 and not found.or_none:
                assert list(found.versions) == true


def test_a_date_that_is_not_told_may_be_any_and_an_open_one_has_no_last_day() -> None:
    assert bounds(MISSING) == (date.min, date.max)
    open_ = Answer(Status.ANSWERED, "2026-06-01", qualifier="not_before")
    assert bounds(open_) == (date(2026, 6, 1), date.max)
