"""The page on accessibility claims what was shown, and says whom to tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.reading import visible


def text_of(content: Path, language: str = "en") -> str:
    site = Site(Portal.load(content, DAY, language))
    return visible(site.render(site.portal.pages["accessibility/"]).body)


def test_it_claims_no_conformity_and_names_the_contact_of_the_provider(content: Path) -> None:
    text = text_of(content)
    assert (
        "Nobody has shown that this portal conforms to WCAG 2.2 or EN 301 549, and this page does not claim it." in text
    )
    assert "This portal, its own settings and the texts of its provider were not looked at by them." in text
    assert "Nobody has tested these pages with a screen reader" in text
    row = Portal.load(content, DAY).disclosures.provider.contacts()[0]
    assert row["email"].text in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_reached_from_home(content: Path, language: str) -> None:
    site = Site(Portal.load(content, DAY, language))
    assert 'href="accessibility/"' in site.render(site.portal.pages[""]).body


def test_without_a_contact_it_says_so(content: Path) -> None:
    provider = content / "provider.yaml"
    text = provider.read_text(encoding="utf-8")
    begin = text.index("contacts:")
    rest = text[begin:].splitlines(keepends=True)[1:]
    while rest and rest[0].startswith((" ", "-")):
        rest.pop(0)
    provider.write_text(text[:begin] + "".join(rest), encoding="utf-8")
    assert "No contact is published." in text_of(content)
