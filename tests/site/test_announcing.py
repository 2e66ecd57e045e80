"""What feeds, the page of changes and timelines say of a publication, in the words of the forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import RFC_4122, UUID

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.feeds import entry_id
from gpai_portal.site.portal import Portal
from tests.conftest import run
from tests.publication.chains import DAY, SUMMARY, edit, publish_now
from tests.reading import visible

FILE = f"{SUMMARY}.yaml"


def loaded(content: Path) -> Site:
    return Site(Portal.load(content, DAY, site_url="https://portal.example/"))


def entries(site: Site, feed: str) -> list[Any]:
    """Entries of a feed, newest first."""
    found: list[Any] = json.loads(dict(site.files())[f"feeds/{feed}.json"])["items"]  # type: ignore[arg-type]
    return found


def page(site: Site, uri: str) -> str:
    return visible(site.render(site.portal.pages[uri]).body)


def add_model(content: Path, model: str, name: str) -> None:
    """A further model with one release, whose documents are those of another."""
    folder = content / "models" / model / "1.0"
    folder.mkdir(parents=True)
    release = (content / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    folder.joinpath("release.yaml").write_text(release.replace("Text 1.0", f"{name} 1.0"), encoding="utf-8")
    folder.with_name("model.yaml").write_text(f"name: {name}\ndescription: Another model.\n", encoding="utf-8")


@pytest.fixture
def shared(content: Path) -> Path:
    """A summary that was published, and now holds for a new release of another model as well."""
    publish_now(content)
    add_model(content, "image", "Image")
    edit(content, FILE, 'version: "1.0"', 'covers: [image/1.0]\nversion: "1.1"')
    edit(content, FILE, "French and German.", "French, German and Irish.")
    publish_now(content, "Image 1.0")
    return content


def test_documents_come_before_facts(content: Path) -> None:
    publish_now(content)
    [first] = entries(loaded(content), "all")
    assert first["title"] == (
        "First publication (Training summary: Text 1.0, version 1.0; Copyright policy, version 1.0; "
        "Model documentation: Text 1.0, version 1.0 and 3 more)"
    )
    lines = [line for line in first["content_text"].splitlines() if line.startswith("- ")]
    assert [line.split(",")[0].split(":")[0] for line in lines] == [
        "- Training summary",
        "- Copyright policy",
        "- Model documentation",
        "- Release",
        "- Model",
        "- Provider",
    ]


def test_a_summary_that_newly_holds_for_a_model_is_news_of_that_model(shared: Path) -> None:
    site = loaded(shared)
    [news] = entries(site, "models/image")
    assert news["title"] == (
        "Image 1.0 (Training summary: Text 1.0, Image 1.0, version 1.1; Release: Image 1.0; Model: Image)"
    )
    assert "now also holds for Image 1.0" in news["content_text"]
    # The first publication was no matter of the other model.
    assert len(entries(site, "models/text")) == 2
    assert "Image 1.0 : Training summary: Image 1.0, version 1.1" in page(site, "models/image/")
    text = page(site, "models/text/1.0/training-content/")
    assert "Changes are announced at Image (Atom) ; Text (Atom)" in text


def test_changes_are_named_by_number_and_label(shared: Path) -> None:
    site = loaded(shared)
    told = (
        "now also holds for Image 1.0; 1.2. Versioned model name(s); "
        "1.2. Date of placement of the model on the Union market; "
        "1.3. Description of the linguistic characteristics of the overall training data"
    )
    assert f"revision 2 ({told})" in entries(site, "all")[0]["content_text"]
    assert f"version 1.1 , revision 2 ( what changed ): {told} Release" in page(site, "changes/")
    assert "general." not in entries(site, "all")[0]["content_text"]


def test_a_summary_that_no_longer_holds_for_a_model_is_news_as_well(shared: Path) -> None:
    own = (shared / FILE).read_text(encoding="utf-8").replace("covers: [image/1.0]\n", "")
    (shared / "models/image/1.0/training-content-summary.yaml").write_text(own, encoding="utf-8")
    (shared / FILE).write_text(own.replace('"1.1"', '"1.2"'), encoding="utf-8")
    publish_now(shared, "Apart")
    site = loaded(shared)
    [_, *before] = entries(site, "models/image")
    news = entries(site, "models/image")[0]
    assert len(before) == 1
    assert "no longer holds for Image 1.0" in news["content_text"]
    assert "- Training summary: Image 1.0, version 1.1, revision 1" in news["content_text"]


def test_an_entry_is_the_same_in_every_feed(shared: Path) -> None:
    """Who reads several feeds is told once: one id is one entry (RFC 4287, section 4.2.6)."""
    edit(shared, "copyright-policy.yaml", "robots_txt: ", "robots_txt: Read daily. ")
    edit(shared, "copyright-policy.yaml", 'version: "1.0"', 'version: "1.1"')
    publish_now(shared, "Crawlers read robots.txt daily")
    site = loaded(shared)
    told = [entry for feed in ("all", "models/text", "models/image", "crawlers") for entry in entries(site, feed)]
    assert len({entry["id"] for entry in told}) == 3
    for entry in told:
        assert [other for other in told if other["id"] == entry["id"] and other != entry] == []


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("One domain name was missing", "One domain name was missing (Copyright policy, version 1.1)"),
        ("word " * 40 + "end", f"{'word ' * 24}… (Copyright policy, version 1.1)"),
        ("w" * 200, f"{'w' * 120} … (Copyright policy, version 1.1)"),
    ],
)
def test_a_title_begins_with_the_reason(content: Path, reason: str, title: str) -> None:
    publish_now(content)
    edit(content, "copyright-policy.yaml", 'version: "1.0"', 'version: "1.1"')
    publish_now(content, reason)
    assert entries(loaded(content), "all")[0]["title"] == title
    assert entries(loaded(content), "all")[0]["content_text"].startswith(reason)


def test_ids_are_uuids_and_those_that_were_stay() -> None:
    """RFC 9562: the version in the 13th digit, the variant in the 17th. A hash may begin like any of them."""
    for digits, same in (
        ("f81d4fae7dec41d0a76500a0c91e6bf6", True),  # reads as version 4
        ("5c146b143c5283af9380bb1cd0a8f1e2", True),  # version 8
        ("f81d4fae7decf1d0a76500a0c91e6bf6", False),  # no version 15
        ("f81d4fae7dec01d0a76500a0c91e6bf6", False),  # nor 0
        ("f81d4fae7dec41d0c76500a0c91e6bf6", False),  # the variant of Microsoft
        ("f81d4fae7dec41d0076500a0c91e6bf6", False),  # and of NCS
        ("0" * 32, False),
        ("f" * 32, False),
    ):
        found = UUID(entry_id(digits + "0" * 32))
        assert found.variant == RFC_4122
        assert (found == UUID(digits)) is same
        assert same or found.version == 8
        changed = {12, 16} if not same else set()
        assert [n for n in range(32) if found.hex[n] != digits[n] and n not in changed] == []


def test_what_was_told_of_a_publication_stays(shared: Path) -> None:
    before = {feed: entries(loaded(shared), feed) for feed in ("all", "models/text", "models/image")}
    edit(shared, "models/text/model.yaml", "name: Text", "name: Scribe")
    edit(shared, "models/image/model.yaml", "name: Image", "name: Picture")
    publish_now(shared, "Renamed")
    site = loaded(shared)
    for feed, told in before.items():
        news, *others = entries(site, feed)
        assert others == told
        assert news["title"].startswith("Renamed (")
        assert "Scribe" in news["title"]
        assert "Scribe" not in str(told)
    edit(shared, "models/text/model.yaml", "name: Scribe", "name: Draft")
    assert entries(loaded(shared), "models/text") == entries(site, "models/text")


def test_many_fields_and_releases_are_counted(content: Path) -> None:
    publish_now(content)
    for number in range(7):
        add_model(content, f"m{number}", f"M{number}")
    edit(content, FILE, 'version: "1.0"', f'covers: [{", ".join(f"m{n}/1.0" for n in range(7))}]\nversion: "1.1"')
    publish_now(content, "Seven models")
    [news, _] = entries(loaded(content), "all")
    assert "now also holds for M0 1.0, M1 1.0, M2 1.0, M3 1.0, M4 1.0 and 2 more" in news["content_text"]


def test_what_a_transcriber_publishes_is_not_said_to_be_by_the_provider(content: Path) -> None:
    original = "transcription: {source: https://base.example/all, retrieved: 2026-04-01}\n"
    edit(content, "provider.yaml", "name: Base\n", f"name: Base\n{original}")
    publish_now(content)
    site = loaded(content)
    feed = json.loads(dict(site.files())["feeds/all.json"])  # type: ignore[arg-type]
    assert feed["title"] == "Transcribed documents of Base: all publications"
    assert feed["authors"] == [{"name": "Transcriber of documents of Base"}]
    for uri in ("", "changes/"):
        description = site.portal.pages[uri].description
        assert description.endswith(("transcribed.", "corrected here, and when."))


def test_the_command_says_for_which_releases(content: Path) -> None:
    add_model(content, "image", "Image")
    edit(content, FILE, 'version: "1.0"', 'covers: [image/1.0]\nversion: "1.1"')
    done = run("gpai_portal.cli", "publish", "--content", str(content), cwd=content.parent)
    assert done.returncode == 0, done.stderr
    assert f"  {SUMMARY}@r1, for image/1.0, text/1.0\n" in done.stdout
