"""The page on complaints: a letter that can be sent, and no promise that the policy does not make."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.letters import letter, mailto
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.reading import visible

CONTENTS = "required_contents: [The work, The place]"


def body(content: Path, old: str = "", new: str = "", language: str = "en") -> str:
    policy = content / "copyright-policy.yaml"
    text = policy.read_text(encoding="utf-8")
    assert old in text
    policy.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    site = Site(Portal.load(content, DAY, language))
    return site.render(site.portal.pages["copyright/complaints/"]).body


def text(html: str) -> str:
    found = re.search(r'id="letter"[^>]*>([^<]*)</pre>', html)
    assert found
    return unescape(found[1])


def test_the_letter_asks_for_what_the_policy_asks_for(content: Path) -> None:
    html = body(content, CONTENTS, 'required_contents: ["The *work*.", "Where? [here](https://a.example/?b&c)"]')
    said = text(html)
    assert said == "Complaint under the copyright policy of Base\n\n1. The work:\n\n2. Where? here:\n"
    link = re.search(r'href="(mailto:[^"]*)"', html[html.index('id="letter"') :])
    assert link
    parts = urlsplit(unescape(link[1]))
    assert unquote(parts.path) == "rights@base.example"
    assert parse_qs(parts.query)["body"] == ["\r\n".join(said.splitlines())]
    assert 'href="https://a.example/?b&amp;c"' in html, "a point with a link stands beside the letter"


def test_without_points_the_letter_has_some_and_says_whose_they_are(content: Path) -> None:
    html = body(content, CONTENTS, "required_contents: {state: none}")
    assert "5. My name, and an address for the answer:" in text(html)
    assert "The policy lists no points" in visible(html)


def test_days_are_promised_only_if_the_policy_has_them(content: Path) -> None:
    assert "aims to answer" not in visible(body(content))
    html = body(content, "handling: Within thirty days.", "handling: Within thirty days.\n  target_days: 30")
    assert visible(html).count("Base aims to answer within 30 days.") == 2
    assert 'id="complaints-target-days"' in html


def test_a_policy_without_an_address_is_no_dead_button(content: Path) -> None:
    provider = content / "provider.yaml"
    own = "  - {role: rightsholders, email: rights@base.example}\n"
    text = provider.read_text(encoding="utf-8")
    assert own in text
    provider.write_text(text.replace(own, ""), encoding="utf-8")
    html = body(content, "contact: {email: rights@base.example}", "contact: {name: Desk, phone: '+1 1'}")
    assert "Write by e-mail" not in html
    assert "No e-mail address and no form is given" in visible(html)


def test_every_field_of_the_policy_is_there_with_its_label(content: Path) -> None:
    more = "handling: Soon.\n  form: https://base.example/form\n  target_days: 1\n  unlisted_domains: Ask us."
    html = body(content, "handling: Within thirty days.", more)
    for field in ("contact", "form", "required-contents", "handling", "target-days", "unlisted-domains"):
        assert f'id="complaints-{field}"' in html, field
    shown = visible(html)
    for label in (
        "Complaint form",
        "What a complaint should contain",
        "How complaints are handled",
        "Days to an answer",
    ):
        assert label in shown
    assert "Base aims to answer within 1 day." in shown


@pytest.mark.parametrize("data", ["</textarea><script>", "a&b=c", "é\n#x", "%0A?"])
def test_data_stays_text_in_letters_and_addresses(content: Path, data: str) -> None:
    address = mailto("a+b?c@x.example", data, letter(data, [data]))
    parts = urlsplit(address)
    assert unquote(parts.path) == "a+b?c@x.example"
    assert parse_qs(parts.query)["subject"] == [data]
    assert not parts.fragment
    assert not set('<>" \n') & set(address)


def test_words_tell_their_language_on_pages_of_another(content: Path) -> None:
    html = body(content, "contact: {email: rights@base.example}", "contact: {name: Desk, phone: '+1 1'}", "de")
    letter_ = re.search(r'id="letter">([^<]*)<span lang="en">([^<]*)</span></pre>', html)
    assert letter_
    assert letter_[1].startswith("Beschwerde")
    assert letter_[2].strip().startswith("1. The work:")
