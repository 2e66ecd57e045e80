"""What the machine-readable twin of a document says of itself, beside what its form holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gpai_portal.documents import kinds_with_pages
from gpai_portal.schema import FORM, load
from gpai_portal.site.machine import index, twin
from gpai_portal.site.portal import Portal
from tests.publication.chains import DAY, SUMMARY, edit, publish_now

URL = "https://portal.example/"
PAGE, FORM_PAGE = "models/text/1.0/training-content/", "models/text/1.0/documentation/"


def about(content: Path, uri: str, site_url: str = URL) -> dict[str, Any]:
    portal = Portal.load(content, DAY, site_url=site_url)
    page = portal.pages[uri]
    assert page.document
    found: dict[str, Any] = twin(portal, page, page.document)["about"]
    return found


def test_a_twin_says_whose_it_is_and_where(content: Path) -> None:
    found = about(content, PAGE)
    assert {key: found[key] for key in ("type", "title", "url", "language", "releases")} == {
        "type": "training-content-summary",
        "title": "Public Summary of Training Content for General-Purpose AI models",
        "url": URL + PAGE,
        "language": "en",
        "releases": [
            {
                "id": "text/1.0",
                "name": "Text 1.0",
                "model": {"id": "text", "name": "Text"},
                "url": f"{URL}models/text/1.0/",
            }
        ],
    }
    assert found["provider"]["name"] == "Base"
    assert "publication" not in found
    assert about(content, PAGE, "")["url"] == PAGE
    assert about(content, "copyright/")["releases"] == []


def test_a_twin_says_which_revision_it_is(content: Path) -> None:
    publish_now(content)
    found = about(content, PAGE)["publication"]
    assert found["published"] is True
    assert (found["revision"]["revision"], found["revision"]["url"]) == (1, f"{URL}{PAGE}r1/")
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    assert about(content, PAGE)["publication"] == {"published": False}
    publish_now(content, "Corrected")
    assert about(content, PAGE)["publication"]["revision"]["revision"] == 2


def test_a_twin_says_what_is_withheld_and_from_whom_it_can_be_had(content: Path) -> None:
    found = {item["field"]: item for item in about(content, FORM_PAGE)["withheld"]}
    form = load(FORM)
    assert found["training.decision_rationale"] == {
        "field": "training.decision_rationale",
        "title": form.find("training.decision_rationale").title,  # type: ignore[union-attr]
        "for": ["AIO", "NCAs"],
        "offered": False,
    }
    offered = [name for name, item in found.items() if item["offered"]]
    assert offered == [name for name, item in found.items() if "DPs" in item["for"]] != []
    # What the public part says is not withheld, nor is what the form means for everybody.
    said = {entry.field.dotted for entry in form_entries(content) if entry.answer.written is not None}
    assert not said & found.keys()
    assert {name for name in found if "public" in form.find(name).audience} == set()  # type: ignore[union-attr]
    assert about(content, PAGE)["withheld"] == []


def form_entries(content: Path) -> list[Any]:
    document = Portal.load(content, DAY).pages[FORM_PAGE].document
    assert document
    return list(document.root.walk())


def test_where_the_exemption_is_claimed_nothing_is_offered(content: Path) -> None:
    release = "models/text/1.0/release.yaml"
    text = (content / release).read_text(encoding="utf-8")
    assert "claimed: false" in text
    grounds = "claimed: true, grounds: Free and open."
    (content / release).write_text(text.replace("claimed: false", grounds), encoding="utf-8")
    assert {item["offered"] for item in about(content, FORM_PAGE)["withheld"]} == {False}


def test_a_twin_says_what_is_unanswered_as_its_page_counts(content: Path) -> None:
    assert about(content, PAGE)["unanswered"] == []
    listed = "value: [news.example, presse.example]\n      total: 20"
    edit(content, f"{SUMMARY}.yaml", listed, "state: not_disclosed\n      reason: We do not say.")
    portal = Portal.load(content, DAY)
    page = portal.pages[PAGE]
    assert page.document
    found = twin(portal, page, page.document)["about"]["unanswered"]
    assert {item["field"]: item["state"] for item in found}["sources.crawled.top_domains"] == "not_disclosed"
    assert all(item["title"] for item in found)
    [entry] = [e for e in index(portal)["models"][0]["releases"][0]["documents"] if e["type"] == page.document.kind]
    assert len(found) == entry["undisclosed_fields"] > 0


@pytest.mark.parametrize("kind", kinds_with_pages())
def test_no_form_has_a_field_of_that_name(kind: str) -> None:
    assert "about" not in load(kind).published["properties"]
