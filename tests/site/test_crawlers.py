"""The page on crawlers: lines to copy, and what it says of crawlers that robots.txt cannot speak to."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from gpai_portal.content.reservations import Crawler, Refusal, by_token, refusal
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.reading import visible

ONE = "- {name: BaseBot, robots_token: BaseBot}"
CROWD = """- {name: BaseBot, robots_token: BaseBot}
    - {name: Second, robots_token: Second_Bot}
    - {name: Nineteenth, robots_token: "Bot/19"}
    - {name: Silent}
    - {name: {state: not_disclosed, reason: Not said.}, robots_token: Other}"""


def body(content: Path, old: str = "", new: str = "") -> str:
    policy = content / "copyright-policy.yaml"
    text = policy.read_text(encoding="utf-8")
    assert old in text
    policy.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    site = Site(Portal.load(content, DAY))
    return site.render(site.portal.pages["copyright/crawlers/"]).body


def lines(html: str) -> dict[str, str]:
    """What can be copied, by its id."""
    return {key: unescape(text) for key, text in re.findall(r'<pre[^>]*><code id="([\w-]+)">([^<]*)</code>', html)}


def test_lines_for_each_crawler_are_ready_to_be_copied(content: Path) -> None:
    html = body(content, ONE, CROWD)
    assert lines(html) == {
        "refuse-1": "User-agent: BaseBot\nDisallow: /",
        "refuse-2": "User-agent: Second_Bot\nDisallow: /",
        "refuse-3": "User-agent: Other\nDisallow: /",
    }
    assert set(re.findall(r'data-copy="([\w-]+)"', html)) == lines(html).keys()
    found = re.search(r'data-gp-robots="([^"]*)"', html)
    assert found
    assert [one["token"] for one in json.loads(unescape(found[1]))] == ["BaseBot", "Second_Bot", "Bot/19", "Other"]
    text = visible(html)
    assert "Nineteenth: Bot/19 is no name that RFC 9309 allows there" in text
    assert "Silent: no name for robots.txt is given." in text


def test_without_crawlers_nothing_is_offered_to_be_checked(content: Path) -> None:
    html = body(content, f"\n    {ONE}", " {state: none}")
    assert lines(html) == {}
    assert "<script" not in html
    assert "What does your robots.txt say?" not in visible(html)


def test_protocols_that_are_honoured_come_with_what_to_write(content: Path) -> None:
    both = '- {code: tdmrep, honoured: "yes"}\n    - {code: aipref, honoured: partly}'
    html = body(content, '- {code: robots-txt, honoured: "yes"}', f'{both}\n    - {{code: trust-txt, honoured: "no"}}')
    found = lines(html)
    assert json.loads(found["write-1-1"]) == [{"location": "/", "tdm-reservation": 1}]
    assert found["write-1-3"] == '<meta name="tdm-reservation" content="1">'
    assert found["write-2-1"] == "Content-Usage: train-ai=n"
    assert not any("datatrainingallowed" in text for text in found.values())
    assert "IETF AI Preferences honoured in part" in visible(html)


@pytest.mark.parametrize(
    ("token", "named"), [("Bot", True), ("a_B-c", True), ("", False), ("Bot2", False), ("*", False), ("a b", False)]
)
def test_only_what_the_standard_takes_for_a_name_is_one(token: str, named: bool) -> None:
    assert Crawler("A", token).can_be_named is named


def test_lines_for_one_name_stand_once_and_nothing_is_promised_for_the_others(content: Path) -> None:
    twice = (
        "- {name: BaseBot, robots_token: BaseBot}\n    - {name: BaseBot, robots_token: BaseBot, active_to: 2025-01}\n"
        '    - {name: Cousin, robots_token: basebot}\n    - {name: Star, robots_token: "*"}'
    )
    html = body(content, ONE, twice)
    assert lines(html) == {"refuse-1": "User-agent: BaseBot\nDisallow: /"}
    text = visible(html)
    assert "refuse those crawlers of Base that robots.txt can speak to" in text
    assert "in place of others for the same crawler" in text
    assert "Star: * is no name that RFC 9309 allows there" in text


def test_a_policy_without_crawlers_is_not_said_to_have_some(content: Path) -> None:
    text = visible(body(content, f"\n    {ONE}", " {state: none}"))
    assert "What the copyright policy of Base says of crawlers and of reserved rights." in text
    assert "its crawlers" not in text


def test_crawlers_are_refused_by_the_names_that_the_policy_knows() -> None:
    known = [Crawler("BaseBot", "BaseBot"), Crawler("Star", "*"), Crawler("", "Other"), Crawler("Older", "basebot")]
    assert refusal(["basebot", "", "Star", "Older", "Foreign"], known) == Refusal(
        ("BaseBot",), ("basebot", "Older"), ("Star", "Foreign")
    )
    assert refusal([""], [Crawler("", "Other")]) == Refusal((), (), ())
    assert by_token([*known, Crawler("Cousin", "BASEBOT")]) == {"BaseBot": ["BaseBot", "Older", "Cousin"], "Other": []}
