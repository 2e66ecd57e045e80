"""What the head of each page says: to browsers, to those who show a page that is shared, to search engines."""

from __future__ import annotations

import struct
import subprocess
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.git import committed
from gpai_portal.mkdocs_machines import as_text, begins
from gpai_portal.site.describing import feed_links, last_change, linked_data
from gpai_portal.site.head import DESCRIPTION, Preview, abridged, fill, fitting
from gpai_portal.site.picture import picture
from gpai_portal.site.portal import Portal
from tests.publication.chains import DAY, SUMMARY, edit, publish_now

URL = "https://portal.example/"
PREVIEW = Preview('A & "B"', "What it <is>.", "Portal", f"{URL}a/", f"{URL}a.png")
TOLD = (
    '<meta property="og:type" content="website">\n'
    '<meta property="og:title" content="A &amp; &quot;B&quot;">\n'
    '<meta property="og:description" content="What it &lt;is&gt;.">\n'
    '<meta property="og:site_name" content="Portal">\n'
    f'<meta property="og:url" content="{URL}a/">\n'
    f'<meta property="og:image" content="{URL}a.png">\n'
)
DESCRIBED = '<meta name="description" content="What it &lt;is&gt;.">\n'
THEME = (
    '<html><head><title>Long - Site</title><meta name="description" content="old"><meta charset=utf-8></head>'
    "<body><svg><title>icon</title></svg></body></html>"
)


def test_a_page_of_the_portal_gets_its_title_and_its_description() -> None:
    assert fill(THEME, "<more>", PREVIEW, "Short & sweet") == (
        f"<html><head><title>Short &amp; sweet</title><meta charset=utf-8>{DESCRIBED}{TOLD}<more>\n</head>"
        "<body><svg><title>icon</title></svg></body></html>"
    )


def test_a_page_written_by_hand_keeps_what_it_says() -> None:
    assert fill(THEME, "<more>", PREVIEW) == THEME.replace("</head>", f"{TOLD}<more>\n</head>")
    bare = THEME.replace('<meta name="description" content="old">', "")
    assert fill(bare, "", PREVIEW) == bare.replace("</head>", f"{DESCRIBED}{TOLD}\n</head>")
    shared = THEME.replace("<meta charset", '<meta property="og:title" content="own"><meta charset')
    assert fill(shared, "", PREVIEW) == shared.replace("</head>", "\n</head>")


def test_a_minified_head_has_no_end_tag() -> None:
    assert fill("<!doctype html><title>x</title><body><p>y", "", PREVIEW, "z").startswith(
        f"<!doctype html><title>z</title>{DESCRIBED}{TOLD}\n<body>"
    )


def test_without_the_address_of_the_site_nothing_is_said_to_those_who_show_it() -> None:
    preview = Preview("A", "What it <is>.", "Portal", "", "")
    assert fill(THEME, "", preview, "A") == THEME.replace("Long - Site", "A").replace(
        '<meta name="description" content="old"><meta charset=utf-8>', f"<meta charset=utf-8>{DESCRIBED}\n"
    )


@pytest.mark.parametrize(
    ("title", "site", "shown"),
    [
        ("Skrift 2.0: Training summary", "Portal", "Skrift 2.0: Training summary - Portal"),
        ("x" * 60, "y" * 7, "x" * 60 + " - " + "y" * 7),
        ("x" * 60, "y" * 8, "x" * 60),
    ],
)
def test_a_title_names_the_site_where_both_are_seen(title: str, site: str, shown: str) -> None:
    assert fitting(title, site) == shown


def test_descriptions_are_cut_between_words() -> None:
    assert abridged(" a\n b ") == "a b"
    assert abridged("word " * 32) == ("word " * 32).strip()
    cut = abridged("word " * 33)
    assert cut == "word " * 31 + "…"
    assert len(cut) <= DESCRIPTION


@pytest.mark.parametrize(
    ("html", "description"),
    [
        ("<h1>A</h1><p>One &amp; <em>two</em>.</p><p>Three.</p>", "One & two."),
        ('<p class="admonition-title">Note</p><p><img src="a.png"></p>\n<p>\nText\nof it </p>', "Text of it"),
        ("<h1>A</h1><ul><li>no paragraph</li></ul>", ""),
    ],
)
def test_a_page_written_by_hand_is_described_by_its_first_paragraph(html: str, description: str) -> None:
    assert begins(html) == description


def test_titles_of_others_are_text() -> None:
    assert as_text("R&amp;D <code>x &lt; y</code>") == "R&D x < y"


def test_the_picture_is_a_png() -> None:
    data = picture()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data == picture()
    assert len(data) < 2_000
    at, chunks = 8, {}
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(body)
        chunks[body[:4]] = body[4:]
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, height, depth, colour, rest) == (1200, 630, 4, 3, [0, 0, 0])
    pixels = zlib.decompress(chunks[b"IDAT"])
    assert len(pixels) == 630 * (1 + 600)
    assert max(n for byte in set(pixels) for n in (byte >> 4, byte & 15)) < len(chunks[b"PLTE"]) / 3


# -- what pages say by the records --------------------------------------------------------------------------

PAGE = "models/text/1.0/training-content/"


def loaded(content: Path) -> Portal:
    return Portal.load(content, DAY, site_url=URL)


def described(portal: Portal, uri: str) -> dict[str, Any]:
    found = linked_data(portal, portal.pages[uri])
    assert found["@context"] == "https://schema.org"
    own: dict[str, Any] = found["@graph"][0]
    return own


@pytest.fixture
def corrected(content: Path) -> Portal:
    """A summary that was published on one day and corrected on a later one, both before the day of the build."""
    publish_now(content, day=date(2026, 3, 10))
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    publish_now(content, "Corrected", day=date(2026, 4, 20))
    return loaded(content)


def test_dates_are_those_of_the_records(corrected: Portal) -> None:
    dates = {"datePublished": "2026-03-10", "dateModified": "2026-04-20"}
    assert described(corrected, PAGE).items() >= dates.items()
    for number, day in ((1, "2026-03-10"), (2, "2026-04-20")):
        revision = described(corrected, f"{PAGE}r{number}/")
        assert revision["datePublished"] == day
        assert "dateModified" not in revision
    policy = described(corrected, "copyright/")
    assert policy["datePublished"] == policy["dateModified"] == "2026-03-10"


def test_what_is_not_published_has_no_date(content: Path) -> None:
    dates = {"datePublished", "dateModified"}
    assert not dates & described(loaded(content), PAGE).keys()
    publish_now(content)
    assert dates <= described(loaded(content), PAGE).keys()
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    assert not dates & described(loaded(content), PAGE).keys()


def test_breadcrumbs_lead_from_the_first_page(corrected: Portal) -> None:
    [_, crumbs] = linked_data(corrected, corrected.pages[f"{PAGE}r1/"])["@graph"]
    assert crumbs["@type"] == "BreadcrumbList"
    steps = [(step["position"], step["name"], step["item"].removeprefix(URL)) for step in crumbs["itemListElement"]]
    official = "Public Summary of Training Content for General-Purpose AI models: Text 1.0"
    assert steps == [
        (1, "Home", ""),
        (2, "Models", "models/"),
        (3, "Text", "models/text/"),
        (4, "Text 1.0", "models/text/1.0/"),
        (5, steps[4][1], PAGE),
        (6, f"{official}, revision 1", f"{PAGE}r1/"),
    ]
    assert len(linked_data(corrected, corrected.pages[""])["@graph"]) == 1


@pytest.mark.parametrize(
    ("uri", "day"),
    [
        (PAGE, "2026-04-20"),
        (f"{PAGE}r1/", "2026-03-10"),
        (f"{PAGE}r2/changes/", "2026-04-20"),
        ("models/text/1.0/documentation/", "2026-03-10"),
        ("models/text/1.0/", "2026-04-20"),
        ("models/text/", "2026-04-20"),
        ("copyright/", "2026-03-10"),
        ("copyright/crawlers/", "2026-03-10"),
        ("changes/", "2026-04-20"),
        ("", "2026-04-20"),
        ("downstream/", ""),
    ],
)
def test_a_page_changed_when_what_it_shows_was_published(corrected: Portal, uri: str, day: str) -> None:
    found = last_change(corrected, corrected.pages[uri])
    assert (found.isoformat() if found else "") == day


def test_nobody_knows_since_when_a_page_shows_what_is_not_published(content: Path) -> None:
    assert last_change(loaded(content), loaded(content).pages[PAGE]) is None
    publish_now(content)
    edit(content, f"{SUMMARY}.yaml", 'version: "1.0"', 'version: "1.1"')
    portal = loaded(content)
    known_of = {PAGE: False, "models/text/1.0/": False, "": False, "copyright/": True, f"{PAGE}r1/": True}
    for uri, known in known_of.items():
        assert (last_change(portal, portal.pages[uri]) is not None) is known, uri


def test_pages_name_the_feeds_that_tell_of_them(corrected: Portal) -> None:
    for uri, names in {
        "": ["feeds/all"],
        "about/": ["../feeds/all"],
        "models/": ["../feeds/all"],
        "models/text/": ["../../feeds/models/text", "../../feeds/all"],
        PAGE: ["../../../../feeds/models/text", "../../../../feeds/all"],
        "copyright/crawlers/": ["../../feeds/crawlers", "../../feeds/all"],
    }.items():
        links = feed_links(corrected, uri)
        assert [link.href for link in links] == [f"{name}.{ending}" for name in names for ending in ("atom", "json")]
        # A value of "alternate" alone makes Material ask for feeds/sitemap.xml.
        assert all(str(link).startswith('<link rel="alternate feed" type="application/') for link in links)


def test_days_of_commits_are_told_of_files_as_they_were_committed(tmp_path: Path) -> None:
    folder = tmp_path / "repository/pages"
    folder.mkdir(parents=True)
    top = folder.parent

    def git(*words: str, day: str = "2026-03-10") -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x@x.example"]
        env = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "HOME": str(tmp_path)}
        subprocess.run(["git", "-C", str(top), *who, *words], check=True, capture_output=True, env=env)

    assert committed(folder) == {}
    git("init", "-q")
    assert committed(folder) == {}
    names = ("old.md", "new é.md", "2026-01-01.md", "open.md", "staged.md")
    for name in names:
        folder.joinpath(name).write_text("x", encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "all")
    folder.joinpath("new é.md").write_text("y", encoding="utf-8")
    git("commit", "-qam", "one", day="2026-04-20")
    folder.joinpath("open.md").write_text("z", encoding="utf-8")
    folder.joinpath("staged.md").write_text("z", encoding="utf-8")
    git("add", "pages/staged.md")
    folder.joinpath("untracked.md").write_text("z", encoding="utf-8")
    old, new = date(2026, 3, 10), date(2026, 4, 20)
    assert committed(folder) == {folder / names[0]: old, folder / names[1]: new, folder / names[2]: old}
    subprocess.run(["git", "clone", "-q", "--depth=1", top.as_uri(), str(tmp_path / "cut")], check=True)
    assert committed(tmp_path / "cut/pages") == {}
