"""The page of a model: its releases as cards, its time as a picture with words, and what was in force when."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import FOLDER
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.reading import visible

SUMMARY = "models/text/1.0/training-content-summary.yaml"


def published(content: Path, times: int, first: date = date(2026, 4, 1)) -> Site:
    """A portal whose summary was published so many times, each on another day."""
    file = content / SUMMARY
    text = file.read_text(encoding="utf-8")
    for number in range(times):
        day = first + timedelta(days=number)
        label = f'version: "{number + 1}.0"'
        file.write_text(re.sub(r"(?m)^version: .*$", label, text), encoding="utf-8")
        now = snapshots(Portal.load(content, day).disclosures)
        publish(now, content / FOLDER, day, "" if not number else "Corrected.")
    return Site(Portal.load(content, DAY))


def body(site: Site, uri: str = "models/text/") -> str:
    return site.render(site.portal.pages[uri]).body


def rows(html: str) -> list[str]:
    """The periods of the table, in words."""
    return [visible(row) for row in re.findall(r"<tr data-from.*?</tr>", html, re.DOTALL)]


def test_each_period_links_to_what_stood_then(content: Path) -> None:
    site = published(content, 3)
    html = body(site)
    found = rows(html)
    assert found[0].startswith("since 3 April 2026 Text 1.0 3.0")
    assert found[1].startswith("2 April 2026 Text 1.0 2.0")
    assert found[-1].startswith(
        "10 March 2026 to 1 April 2026 Text 1.0 1.0 by the date it bears; here since 1 April 2026"
    )
    for number in (1, 2, 3):
        assert f'href="1.0/training-content/r{number}/"' in html
        assert f"models/text/1.0/training-content/r{number}/" in site.portal.pages


def test_an_inexact_date_begins_no_period_on_the_day_of_the_build(content: Path) -> None:
    file = content / "models/text/1.0/release.yaml"
    gone = "withdrawn: {date: {value: 2026-10, qualifier: not_before}, reason: Replaced.}\n"
    file.write_text(file.read_text(encoding="utf-8") + gone, encoding="utf-8")
    html = body(published(content, 1))
    assert rows(html)[0].startswith("since 1 October 2026 Text 1.0 or none")
    assert "at most 31 days before or after it; this number is a choice of gpai-portal" in visible(html)


def test_versions_of_several_releases_say_whose_they_are(content: Path) -> None:
    newer = shutil.copytree(content / "models/text/1.0", content / "models/text/1.1")
    release = (newer / "release.yaml").read_text(encoding="utf-8").replace("Text 1.0", "Text 1.1")
    release = release.replace("sequence: 1", "sequence: 2")
    open_ = "union_market_date: {value: 2026-06-01, qualifier: not_before}"
    release = release.replace("union_market_date: 2026-03-10", open_)
    (newer / "release.yaml").write_text(release, encoding="utf-8")
    html = body(published(content, 1))
    last = rows(html)[0]
    assert last.startswith("since 1 June 2026 Text 1.1 or Text 1.0")
    assert re.search(r"\(Text 1\.1\) or [\w.]+ \(Text 1\.0\)", last)
    assert 'aria-label="Training summary 1.0 (Text 1.0)"' in html


def test_eight_periods_stand_open_and_many_have_a_page_of_their_own(content: Path) -> None:
    site = published(content, 60)
    html = body(site)
    assert len(rows(html)) == 8
    assert 'href="in-force/"' in html
    whole = rows(body(site, "models/text/in-force/"))
    assert len(whole) == 60
    assert whole[:8] == rows(html)
    assert "52 earlier versions" in visible(html)


def test_before_the_first_publication_nothing_was_in_force_here(content: Path) -> None:
    html = body(Site(Portal.load(content, DAY)))
    assert "What was in force when" not in html
    assert re.search("On the Union market: 10 March 2026 ?, current", visible(html))


@pytest.mark.parametrize("model", ["skrift", "blik"])
def test_bars_lie_within_their_lane_and_say_nothing_that_words_do_not(model: str) -> None:
    site = Site(Portal.load(ROOT / "content", DAY))
    html = body(site, f"models/{model}/")
    for x, width in re.findall(r'<rect[^>]* x="([\d.]+)%" width="([\d.]+)%"', html):
        assert 0 <= float(x) <= float(x) + float(width) <= 100.1
    pictures = re.findall(r"<svg.*?</svg>", html)
    assert pictures
    assert all('aria-hidden="true"' in one for one in pictures)
    assert "style=" not in html
    assert "1.2 from 14 September 2026; 1.1 from 22 June 2026" in visible(html) or model == "blik"


def test_gaps_are_counted_and_lead_to_where_they_are_stated() -> None:
    site = Site(Portal.load(ROOT / "content", DAY))
    html = body(site, "models/skrift/")
    assert 'href="2.0/training-content/#sources-private-other-publicly-known"' in html
    text = visible(html)
    assert "1 of 44 not disclosed" in text
    assert "All 29 required fields are answered" in text
    assert "1 gap stated" in text
