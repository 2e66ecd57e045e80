"""Which versions a page and its twin list: those on record by themselves, those from before as they are written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpai_portal.content.composition import compose
from gpai_portal.publication.kept import valid_content
from gpai_portal.publication.publishing import publish, record, redact
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.schema import load
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.verification import verify
from tests.publication.chains import DAY, SUMMARY, edit, publish_now
from tests.reading import visible

PAGE = "models/text/1.0/training-content/"
ADDRESS = "https://portal.example/"


def loaded(content: Path, site_url: str = ADDRESS) -> Site:
    return Site(Portal.load(content, DAY, site_url=site_url))


def body(site: Site, uri: str = PAGE) -> str:
    return site.render(site.portal.pages[uri]).body


def page(site: Site, uri: str = PAGE) -> str:
    return visible(body(site, uri))


def twin(site: Site, uri: str = PAGE) -> Any:
    return json.loads(dict(site.files())[uri.rstrip("/") + ".json"])  # type: ignore[arg-type]


def previous(site: Site, uri: str = PAGE) -> Any:
    """Previous versions as the twin has them, by version."""
    rows = twin(site, uri)["previous_versions"]
    return {row["version"]: (row["date"], row["url"]) for row in rows} if isinstance(rows, list) else rows


@pytest.fixture
def second(content: Path) -> Path:
    """Version 1.1, published after 1.0, by a provider who still writes that there was none before."""
    publish_now(content)
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    edit(content, f"{SUMMARY}.yaml", "last_update: 2026-03-01", "last_update: 2026-05-01")
    publish_now(content, "Second version")
    return content


def test_a_first_version_has_none_before(content: Path) -> None:
    publish_now(content)
    site = loaded(content)
    assert previous(site) == {"state": "none"}
    assert "version 1.0, last update 1 March 2026, revision 1 of 1 May 2026, the latest version" in page(site)


def test_what_was_published_here_is_listed_without_being_written(second: Path) -> None:
    site = loaded(second)
    assert '<a href="r1/"><bdi>1.0</bdi></a>' in body(site)
    text = page(site)
    assert "Previous versions 1.0 : Date 1 March 2026 Last update: 1 May 2026" in text
    assert "version 1.1, last update 1 May 2026, revision 2 of 1 May 2026, the latest version" in text
    assert "version 1.0, last update 1 March 2026, revision 1 of 1 May 2026 : First publication" in text
    assert previous(site) == {"1.0": ("2026-03-01", f"{ADDRESS}{PAGE}r1/")}
    assert "Previous versions 1.0 : Date 1 March 2026" in page(site, f"{PAGE}r2/")
    assert '<a href="../r1/"><bdi>1.0</bdi></a>' in body(site, f"{PAGE}r2/")
    assert "Previous versions None" in page(site, f"{PAGE}r1/"), "there was none before it"


def test_the_twin_is_valid_and_verifies_with_and_without_an_address(second: Path, tmp_path: Path) -> None:
    validator = Draft202012Validator(load("training-content-summary").resolved)
    for name, address in (("with", ADDRESS), ("without", "")):
        site = loaded(second, address)
        found = {key: value for key, value in twin(site).items() if key != "about"}  # which the published schema takes
        assert list(validator.iter_errors(found)) == []
        folder = tmp_path / name
        for uri, content in site.files():
            (folder / uri).parent.mkdir(parents=True, exist_ok=True)
            (folder / uri).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        (folder / "index.html").touch()
        errors = [str(problem) for problem in verify(str(folder), DAY).report if "SHA256SUMS" not in str(problem)]
        assert errors == []
        file = folder / f"{PAGE.rstrip('/')}.json"
        file.write_text(file.read_text(encoding="utf-8").replace("2026-03-01", "2026-03-02"), encoding="utf-8")
        assert "is not the latest published revision" in " ".join(map(str, verify(str(folder), DAY).report))
    assert twin(loaded(second, ""))["previous_versions"][0]["url"] == {
        "state": "see",
        "reference": "training-content/r1/",
    }


def test_a_draft_lists_all_that_was_published(second: Path) -> None:
    edit(second, f"{SUMMARY}.yaml", 'version: "1.1"', 'version: "1.2"')
    assert list(previous(loaded(second))) == ["1.1", "1.0"]


def test_versions_from_before_the_portal_follow_once(second: Path) -> None:
    rows = (
        'previous_versions:\n  - {version: "0.9", date: 2026-02-01, url: "https://base.example/0.9"}\n'
        '  - {version: "1.0", date: 2026-03-01, url: "https://base.example/1.0"}'
    )
    edit(second, f"{SUMMARY}.yaml", "previous_versions: {state: none}", rows)
    edit(second, f"{SUMMARY}.yaml", 'version: "1.1"', 'version: "1.2"')
    publish_now(second, "Earlier ones listed")
    assert previous(loaded(second)) == {
        "1.1": ("2026-05-01", f"{ADDRESS}{PAGE}r2/"),
        "1.0": ("2026-03-01", f"{ADDRESS}{PAGE}r1/"),
        "0.9": ("2026-02-01", "https://base.example/0.9"),
    }


def test_what_is_said_beside_earlier_versions_stays(second: Path) -> None:
    rows = (
        "previous_versions:\n  text: Earlier ones were internal.\n  value:\n"
        '  - {version: "v1.0", date: 2026-03, url: "https://base.example/1.0"}\n'
        '  - {version: {as_stated: "-"}, date: {as_stated: "-"}, url: "https://base.example/draft"}'
    )
    edit(second, f"{SUMMARY}.yaml", "previous_versions: {state: none}", rows)
    edit(second, f"{SUMMARY}.yaml", 'version: "1.1"', 'version: "1.2"')
    publish_now(second, "Earlier ones listed")
    site = loaded(second)
    found = twin(site)["previous_versions"]
    assert found["text"] == "Earlier ones were internal."
    redact(second / "records", [f"{SUMMARY}@r1"], DAY, "A name")
    assert [row["version"] for row in found["value"]] == ["1.1", "1.0", {"as_stated": "-"}], "v1.0 is 1.0, to the month"
    assert twin(loaded(second))["previous_versions"]["value"][-1]["version"] == {"as_stated": "-"}
    assert "Earlier ones were internal." in page(site)


def test_two_texts_of_one_version_are_told_apart(second: Path) -> None:
    edit(second, f"{SUMMARY}.yaml", "French and German.", "French and Dutch.")
    now = snapshots(compose(valid_content(second, DAY)))
    publish(now, second / "records", DAY, "A slip", editorial=True)
    site = loaded(second)
    assert list(previous(site)) == ["1.1 (r2)", "1.0"]
    assert "revision 3 of 1 May 2026, the latest version : editorial, version and date stay: A slip" in page(site)
    # Records of before may hold two texts of one version without saying so.
    edit(second, f"{SUMMARY}.yaml", "French and Dutch.", "French and Irish.")
    record(snapshots(compose(valid_content(second, DAY))), second / "records", DAY, "Unmarked")
    text = page(loaded(second))
    assert "another text than revision 3, under the same version and date: Unmarked" in text
    assert text.count("another text than") == 1


def test_another_list_in_a_file_is_another_text(content: Path) -> None:
    edit(content, f"{SUMMARY}.yaml", "value: [news.example, presse.example]", "file: domains.txt")
    listed = content / "models/text/1.0/domains.txt"
    listed.write_text("news.example\npresse.example\n", encoding="utf-8")
    publish_now(content)
    listed.write_text("news.example\nneu.example\n", encoding="utf-8")
    # Records of before may hold two lists of one version without saying so.
    record(snapshots(compose(valid_content(content, DAY))), content / "records", DAY, "Unmarked")
    assert "another text than revision 1, under the same version and date: Unmarked" in page(loaded(content))


def test_an_erased_revision_is_named_by_its_number(second: Path) -> None:
    redact(second / "records", [f"{SUMMARY}@r1"], date(2026, 5, 2), "A name")
    site = loaded(second)
    assert previous(site) == {"(r1)": ("2026-05-01", f"{ADDRESS}{PAGE}r1/")}
    assert '<a href="../">See the latest version</a>' in body(site, f"{PAGE}r1/")
    edit(second, f"{SUMMARY}.yaml", 'version: "1.1"', 'version: "1.2"')
    assert '<a href="../r2/">See the latest version</a>' in body(loaded(second), f"{PAGE}r1/"), "the other is a draft"


def test_a_revision_holds_for_the_releases_it_was_published_for(content: Path) -> None:
    publish_now(content)
    release = (content / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    (content / "models/text/1.1").mkdir()
    (content / "models/text/1.1/release.yaml").write_text(
        release.replace("Text 1.0", "Text 1.1").replace("sequence: 1", "sequence: 2"), encoding="utf-8"
    )
    file = content / f"{SUMMARY}.yaml"
    text = file.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"')
    file.write_text(text + "covers: [text/1.1]\n", encoding="utf-8")
    publish_now(content, "Text 1.1")
    site = loaded(content)
    assert "Holds for Text 1.0 Text 1.1" in page(site)
    assert "Holds for Text 1.0 Text 1.1" in page(site, f"{PAGE}r2/")
    assert "Holds for" not in page(site, f"{PAGE}r1/")


def test_no_banner_calls_a_draft_the_latest_version(second: Path) -> None:
    edit(second, f"{SUMMARY}.yaml", 'version: "1.1"', 'version: "1.2"')
    site = loaded(second)
    assert "See the latest version, revision 2 of 1 May 2026</a>" in (old := body(site, f"{PAGE}r1/"))
    assert '<a href="../r2/">See the latest version' in old
    assert '<a href="../">Draft of the next version</a>' in body(site, f"{PAGE}r2/")
    text = page(site)
    assert "Draft, not published. This page differs from what was published last: revision 2 of 1 May 2026" in text
    assert "the latest version" not in text
    form = "Public Summary of Training Content for General-Purpose AI models"
    told = f"{form} draft All 34 required fields are answered version 1.2 Model Documentation Form 7 of"
    assert told in page(site, "models/text/1.0/")
    assert "Training summary 1.2 draft Model documentation 1.0 " in page(site, "models/text/")


def test_facts_that_are_not_published_are_drafts_too(second: Path) -> None:
    site = loaded(second)
    pages = ("", "models/text/", "models/text/1.0/")
    assert not [uri for uri in pages if "Draft" in page(site, uri)]
    edit(second, "provider.yaml", "name: Base\n", "name: Basis\n")
    edit(second, "models/text/model.yaml", "name: Text", "name: Texts")
    edit(second, "models/text/1.0/release.yaml", "name: Text 1.0\n", "name: Texts 1.0\n")
    site = loaded(second)
    for uri in pages:
        assert "Draft, not published. Facts on this page differ from what was published last." in page(site, uri)
