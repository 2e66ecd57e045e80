"""What a transcription's original does not say is shown nowhere, and is never told as a No."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.content.obligations import Applies, duties
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT
from tests.examples.test_examples import load, prepare

HOME, RELEASE = "", "models/text/1.0/"
SUMMARY = f"{RELEASE}training-content/"


def portal_of(case: str, folder: Path) -> Portal:
    return Portal.load(prepare(load(ROOT / f"tests/examples/{case}.yaml"), folder), date(2026, 11, 24))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    return portal_of("valid/not-in-source", tmp_path_factory.mktemp("silent"))


@pytest.fixture(scope="module")
def pages(portal: Portal) -> Mapping[str, str]:
    """Text of every page, by address."""
    bodies = {uri: Site(portal).render(page).body for uri, page in portal.pages.items()}
    return {uri: " ".join(re.sub(r"<[^>]+>", " ", body).split()) for uri, body in bodies.items()}


def test_no_page_speaks_of_what_is_not_in_the_source(pages: Mapping[str, str]) -> None:
    for uri, text in pages.items():
        assert "Not in the source" not in text, uri
        assert "not_in_source" not in text, uri
    for title in ("Licence", "Exemption of free and open-source models", "Systemic risk", "Release date"):
        assert title not in pages[RELEASE]
    for title in ("Scope", "Template"):
        assert title not in pages[SUMMARY].replace("Template 1", "")
    assert "Contacts" not in pages[HOME]


def test_what_is_not_in_the_source_is_not_counted(portal: Portal, tmp_path: Path) -> None:
    summary = portal.pages[SUMMARY].document
    whole = portal_of("valid/transcription", tmp_path).pages[SUMMARY].document
    assert summary
    assert whole
    assert summary.tally == whole.tally
    assert summary.tally.undisclosed == 0


def test_what_is_not_in_the_source_is_not_declared(portal: Portal, pages: Mapping[str, str]) -> None:
    disclosures = portal.disclosures
    found = {d.id: d.applies for d in duties(disclosures.releases[0], disclosures.provider)}
    assert found["technical-documentation"] is Applies.UNDECLARED
    assert found["downstream-information"] is Applies.UNDECLARED
    assert found["notification"] is Applies.UNDECLARED
    assert found["copyright-policy"] is Applies.YES
    assert "downstream/" not in pages
    assert pages["obligations/"].count("not stated here") == 2
    assert "Transparency Code signatory" not in pages["obligations/"]
    assert "Copyright Code signatory Yes" in pages["obligations/"]


def test_a_signature_is_told_where_it_is_declared(tmp_path: Path) -> None:
    portal = portal_of("valid/transcription", tmp_path)
    assert "has signed this chapter." in Site(portal).render(portal.pages["downstream/"]).body


@pytest.mark.parametrize(
    ("status", "signed", "applies"),
    [
        ("notified", "true", Applies.YES),
        ("notified", "false", Applies.NO),
        ("notified", "{state: unknown}", Applies.UNDECLARED),
        ("{state: unknown}", "true", Applies.UNDECLARED),
        ("{state: unknown}", "false", Applies.NO),
        ('"no"', "{state: unknown}", Applies.NO),
    ],
)
def test_a_duty_of_signatories_is_theirs_by_what_they_declare(
    tmp_path: Path, status: str, signed: str, applies: Applies
) -> None:
    content = prepare(load(ROOT / "tests/examples/valid/systemic-risk.yaml"), tmp_path)
    for name, old, new in (
        ("models/text/1.0/release.yaml", "status: notified", f"status: {status}"),
        ("provider.yaml", "safety_and_security: {signed: true", f"safety_and_security: {{signed: {signed}"),
    ):
        text = (content / name).read_text(encoding="utf-8")
        assert old in text
        (content / name).write_text(text.replace(old, new), encoding="utf-8")
    disclosures = Portal.load(content, date(2026, 11, 24)).disclosures
    found = {d.id: d.applies for d in duties(disclosures.releases[0], disclosures.provider)}
    assert found["safety-and-security-summary"] is applies


def test_what_cannot_be_read_is_shown_and_not_counted(tmp_path: Path) -> None:
    portal = portal_of("invalid/not-readable", tmp_path)
    page = portal.pages[SUMMARY]
    assert page.document
    assert page.document.tally.undisclosed == 0
    text = Site(portal).render(page).body
    assert "Not readable in the copy that was transcribed" in text
    assert "The page is cut off." in text
