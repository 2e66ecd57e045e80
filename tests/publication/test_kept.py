"""A published document keeps what it said of its provider, until it is published anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpai_portal.content.composition import compose
from gpai_portal.errors import ContentError, RecordError, UsageError
from gpai_portal.publication.kept import checked, valid_content
from gpai_portal.publication.publishing import publish, redact
from gpai_portal.publication.records import read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.verification import verify
from tests.publication.chains import DAY, POLICY, SUMMARY, corrected, edit, publish_now, published_now
from tests.reading import visible

OLD, NEW = "Rue Exemple 1, 75000 Paris, France", "Rue Exemple 2, 69000 Lyon, France"
PAGE = "models/text/1.0/training-content/"
RELEASE = "models/text/1.0/release.yaml"


@pytest.fixture
def moved(content: Path) -> Path:
    """A provider that published everything, and then moved and called its language another."""
    publish_now(content)
    edit(content, "provider.yaml", OLD, NEW)
    edit(content, "provider.yaml", "name: Base\n", "name: Base\nlanguage: fr\n")
    return content


def test_a_new_address_is_a_revision_of_the_provider_alone(moved: Path) -> None:
    assert Portal.load(moved, DAY).unpublished == {"provider"}
    assert [revision.key for revision in publish_now(moved, "Moved").revisions] == ["provider"]
    assert verify(str(moved), DAY).report.problems == []


def test_its_page_and_its_twin_say_what_was_published_and_lead_to_what_holds_now(moved: Path) -> None:
    publish_now(moved, "Moved")
    site = Site(Portal.load(moved, DAY))
    files = dict(site.files())
    for uri in (PAGE, f"{PAGE}r1/"):
        body = site.render(site.portal.pages[uri]).body
        assert OLD in body
        assert NEW not in body
        assert "As this document was published." in body
        assert visible(body).count("The provider's present contact details") == 1, "the representative is the same"
    assert OLD in str(files[PAGE.rstrip("/") + ".json"])
    assert NEW in site.render(site.portal.pages[""]).body
    assert "present contact details" not in site.render(site.portal.pages["copyright/"]).body


def test_what_is_published_anew_says_what_holds_now(moved: Path) -> None:
    publish_now(moved, "Moved")
    edit(moved, f"{SUMMARY}.yaml", "last_update: 2026-03-01", "last_update: 2026-05-01")
    portal = Portal.load(moved, DAY)
    assert portal.unpublished == {SUMMARY}
    assert NEW in Site(portal).render(portal.pages[PAGE]).body
    publish_now(moved, "Looked through")
    latest = read_chain(moved / "records").revisions[SUMMARY][-1]
    assert latest.data is not None
    assert latest.data["general"]["provider"]["name_and_contact"]["address"] == NEW
    assert latest.language == "fr"
    site = Site(Portal.load(moved, DAY))
    body = site.render(site.portal.pages[f"{PAGE}r1/"]).body
    assert OLD in body
    assert NEW not in body


def test_a_draft_says_what_holds_now(content: Path) -> None:
    edit(content, "provider.yaml", OLD, NEW)
    portal = Portal.load(content, DAY)
    assert NEW in Site(portal).render(portal.pages[PAGE]).body


def test_a_form_that_takes_more_facts_of_a_release_than_it_did_is_no_change(content: Path) -> None:
    edit(content, RELEASE, "release_date:", "relations: [{name: Encoder, relation: component}]\nrelease_date:")
    now = published_now(content)
    general = now[SUMMARY].data["general"]
    model = {key: value for key, value in general["model"].items() if key != "relations"}
    publish(corrected(now, SUMMARY, general={**general, "model": model}), content / "records", DAY)
    portal = Portal.load(content, DAY)
    assert portal.unpublished == frozenset()
    assert "Encoder" not in Site(portal).render(portal.pages[PAGE]).body, "it is shown as it was published"
    edit(content, RELEASE, "name: Encoder", "name: Encoder 2")
    assert Portal.load(content, DAY).unpublished == {SUMMARY, RELEASE.removesuffix(".yaml")}


def test_facts_are_not_erased_as_long_as_a_document_shows_them(moved: Path) -> None:
    folder = moved / "records"
    publish_now(moved, "Moved")
    with pytest.raises(UsageError, match=r"training-content-summary@r1 repeats facts of the provider"):
        redact(folder, ["provider@r1"], DAY, "An address")
    assert len(read_chain(folder).records) == 2
    edit(moved, f"{SUMMARY}.yaml", "last_update: 2026-03-01", "last_update: 2026-05-01")
    publish_now(moved, "Published anew")
    redact(folder, ["provider@r1"], DAY, "An address")
    assert not [file for file in folder.rglob("*.json") if OLD in file.read_text(encoding="utf-8")]


def test_errors_of_the_content_and_broken_records_are_told(content: Path) -> None:
    publish_now(content)
    edit(content, "provider.yaml", "country: FR", "country: XX")
    with pytest.raises(ContentError):
        valid_content(content, DAY)
    record = content / "records/000001.json"
    record.write_bytes(record.read_bytes().replace(b"Base SAS", b"Bose SAS"))
    with pytest.raises(RecordError):
        checked(content, DAY)


def test_a_policy_of_another_version_is_another_document(moved: Path) -> None:
    """What is kept are facts of the provider, nothing else."""
    edit(moved, "copyright-policy.yaml", "Within thirty days.", "Within ten days.")
    assert Portal.load(moved, DAY).unpublished == {"provider", POLICY}
    now = snapshots(compose(valid_content(moved, DAY)))
    assert json.dumps(now[POLICY].data["complaints"]["handling"]) == '"Within ten days."'
