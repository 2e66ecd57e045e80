"""There is no page that nobody wrote, and each page of a transcription says whose words it repeats."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.plain import write_plain
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.publication.chains import edit
from tests.reading import visible

FORM = "models/text/1.0/documentation/"
MARK = ("Transcription of a document published by the provider:", "repeats documents that the provider published")


def loaded(content: Path, language: str = "en") -> Site:
    return Site(Portal.load(content, DAY, language, "https://portal.example/"))


def text(site: Site, uri: str) -> str:
    return visible(site.render(site.portal.pages[uri]).body)


@pytest.fixture
def formless(content: Path) -> Path:
    """A provider that published nothing of the Form."""
    (content / "models/text/1.0/model-documentation.yaml").unlink()
    return content


def test_a_form_that_nobody_wrote_has_no_page(formless: Path) -> None:
    site = loaded(formless)
    assert not [uri for uri in site.portal.pages if "documentation" in uri]
    assert not [uri for uri, _ in site.files() if "1.0/documentation" in uri or "latest/documentation" in uri]
    for uri, page in site.portal.pages.items():
        body = site.render(page).body
        assert "documentation/" not in body, uri
        assert "items is public" not in visible(body), uri


def test_what_can_be_asked_for_stands_on_the_page_for_downstream_providers(formless: Path) -> None:
    shown = text(loaded(formless), "downstream/")
    assert "This list repeats the official form; it is no document of the provider." in shown
    assert "Model architecture: For downstream providers: ask for access" in shown
    assert "Total model size: For the AI Office only, on its request" not in shown, "no item for others is offered"
    assert "Text 1.0 Nothing of it is published here; ask for it." in shown
    assert "ce n’est pas un document du fournisseur" in text(loaded(formless, "fr"), "downstream/")


def test_where_nothing_is_encrypted_no_key_is_promised(content: Path) -> None:
    edit(content, "provider.yaml", "{role: downstream, email: integration@base.example}",
         "{role: downstream, url: 'https://base.example/api'}")  # fmt: skip
    shown = text(loaded(content), "downstream/")
    assert "this page makes no keys. Ask the contact below." in shown
    for promise in ("by mail", "Your browser makes a key", "encrypted for your key", "I have a key", "proactively"):
        assert promise not in shown, promise


def test_a_form_that_is_written_speaks_for_itself(content: Path) -> None:
    shown = text(loaded(content), "downstream/")
    assert "no document of the provider" not in shown
    assert "Public: Model Documentation Form," in shown
    assert "ask for it" not in shown


def test_where_no_form_is_owed_nothing_is_offered(formless: Path) -> None:
    edit(formless, "models/text/1.0/release.yaml", "{claimed: false}", "{claimed: true, grounds: Apache 2.0.}")
    shown = text(loaded(formless), "downstream/")
    assert "no document of the provider" not in shown
    assert "Text 1.0 Not required: the exemption of Art. 53(2) is claimed." in shown


@pytest.mark.parametrize("case", sorted(p.parent.name for p in (ROOT / "tests/cases").glob("*/content")))
def test_every_page_of_a_transcription_says_so(case: str, tmp_path: Path) -> None:
    content = shutil.copytree(ROOT / "tests/cases" / case / "content", tmp_path / "content")
    site = loaded(content)
    assert not [uri for uri in site.portal.pages if uri.startswith("downstream/")]
    for uri, page in site.portal.pages.items():
        rendered = site.render(page)
        assert sum(visible(rendered.body).count(mark) for mark in MARK) >= 1, uri
        assert "downstream/" not in rendered.body, uri
        assert '"publisher"' not in rendered.head, uri
    write_plain(site.portal, tmp_path / "plain", case)


def test_a_transcribed_document_marks_what_is_taken_from_it(content: Path) -> None:
    mark = 'transcription: {source: "https://base.example/policy", title: The policy, retrieved: 2026-05-01}\n'
    file = content / "copyright-policy.yaml"
    file.write_text(mark + file.read_text(encoding="utf-8"), encoding="utf-8")
    site = loaded(content)
    marked = [uri for uri in site.portal.pages if MARK[0] in text(site, uri)]
    assert marked == ["copyright/", "copyright/crawlers/", "copyright/complaints/"]
    assert "downstream/" in site.portal.pages
