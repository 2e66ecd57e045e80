"""The sample portal, built by the real MkDocs: every label, every twin, every link, the same bytes twice."""

from __future__ import annotations

import filecmp
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

from gpai_portal import schema
from tests.conftest import ROOT, SEALED_BY, run
from tests.reading import Links, first_visit, published_schema, visible

RELEASES = ("skrift/1.0", "skrift/2.0", "blik/1.0")
MAX_BYTES = 50_000


@pytest.fixture(scope="session")
def pages(sample_site: Path) -> dict[str, str]:
    return {
        file.relative_to(sample_site).as_posix(): file.read_text(encoding="utf-8")
        for file in sample_site.rglob("*.html")
    }


def test_titles_in_the_browser_name_the_page_and_the_site_once(pages: dict[str, str]) -> None:
    titles = {name: re.findall("<title>(.*?)</title>", html) for name, html in pages.items()}
    assert titles["index.html"] == ["Skriftvang transparency portal"]
    assert titles["models/index.html"] == ["Models - Skriftvang transparency portal"]
    navigation = pages["models/index.html"].partition("md-nav__list")[2]
    assert "Transparency portal" in visible(navigation)


@pytest.mark.parametrize("release", RELEASES)
def test_every_official_label_is_on_the_page(sample_site: Path, release: str) -> None:
    for kind, address in ((schema.SUMMARY, "training-content"), (schema.FORM, "documentation")):
        text = visible((sample_site / "models" / release / address / "index.html").read_text(encoding="utf-8"))
        at = 0
        for field in schema.load(kind).fields():
            if field.official and field.kind != "hidden" and field.source != "gpai-portal":
                found = text.find(field.title, at) if field.number else text.find(field.title)
                assert found >= 0, f"{field.dotted}: {field.title}"
                at = found if field.number else at


@pytest.mark.parametrize("release", RELEASES)
def test_rows_for_others_are_locked_and_say_for_whom(sample_site: Path, release: str) -> None:
    html = (sample_site / "models" / release / "documentation/index.html").read_text(encoding="utf-8")
    before, _, row = html.partition('id="training-decision-rationale"')
    assert before.endswith('<div class="gp-locked" ')
    said, _, below = row.partition("</dd>")
    foot = below.partition('class="gp-foot"')[2].partition("</section>")[0]
    if release == "blik/1.0":
        assert said.rstrip().endswith("<dd>Not published")
        assert "exemption claimed, Art. 53(2)" in foot
        assert "href" not in foot
    else:
        assert said.rstrip().endswith("<dd>For the AI Office and national authorities only")
        assert "2 items of this part" in foot
        assert "on request of the AI Office" in foot
        assert "#contacts" in foot


def test_no_claim_of_compliance(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        assert not re.search(r"(?i)\b(certified|presumed conform|fully compliant|is compliant)\b", visible(html)), name


def test_twins_are_valid_against_the_schema_published_beside_them(sample_site: Path) -> None:
    index = json.loads((sample_site / "gpai-transparency.json").read_text(encoding="utf-8"))
    assert (sample_site / ".well-known/gpai-transparency.json").read_bytes() == (
        sample_site / "gpai-transparency.json"
    ).read_bytes()
    entries = [*index["documents"], *(d for m in index["models"] for r in m["releases"] for d in r["documents"])]
    assert len(entries) == 7
    assert list(published_schema(sample_site, "index").iter_errors(index)) == []
    root = "https://skriftvang.example/ai-act/"
    for entry in entries:
        twin = json.loads((sample_site / entry["json"].removeprefix(root)).read_text(encoding="utf-8"))
        assert twin["$schema"] == entry["schema"]
        file = sample_site / urlsplit(entry["schema"].removeprefix(root)).path
        assert json.loads(file.read_text(encoding="utf-8"))["$id"] == entry["schema"]
        assert (sample_site / entry["url"].removeprefix(root) / "index.html").is_file()
        errors = list(published_schema(sample_site, entry["type"]).iter_errors(twin))
        assert errors == [], entry["url"]
        about = twin.pop("about")
        assert (about["type"], about["url"]) == (entry["type"], entry["url"])
        assert len(about["unanswered"]) == entry["undisclosed_fields"]
        assert about["publication"]["revision"] == entry["publication"]["revisions"][-1]
        assert list(Draft202012Validator(schema.load(entry["type"]).resolved).iter_errors(twin)) == []


def test_nothing_of_private_folders_or_local_paths_is_in_the_site(sample_site: Path) -> None:
    for file in sample_site.rglob("*"):
        if file.is_file() and file.suffix in {".html", ".json", ".xml", ".txt"}:
            text = file.read_text(encoding="utf-8")
            assert str(ROOT) not in text, file
            assert "/tmp/" not in text, file


def test_links_and_anchors_lead_somewhere(sample_site: Path, pages: dict[str, str]) -> None:
    ids = {name: set(Links(html).ids) for name, html in pages.items()}
    for name, html in pages.items():
        base = "https://host.example/" + name.removesuffix("index.html")
        for target in Links(html).targets:
            # The 404 page is served at any address, so its links are absolute below the site's path.
            local = target.removeprefix("/ai-act") if name == "404.html" else target
            parts = urlsplit(urljoin(base, local))
            if parts.netloc != "host.example" or parts.scheme != "https":
                continue
            path = unquote(parts.path).lstrip("/")
            file = path + "index.html" if path == "" or path.endswith("/") else path
            if (sample_site / file).is_dir():
                file += "/index.html"
            assert (sample_site / file).is_file(), f"{name}: {target}"
            if parts.fragment and file in ids and not parts.fragment.startswith("__"):
                assert parts.fragment in ids[file], f"{name}: {target}"


def test_a_wrong_address_leads_on(pages: dict[str, str]) -> None:
    targets = Links(pages["404.html"]).targets
    assert {"/ai-act/", "/ai-act/models/", "/ai-act/copyright/", "/ai-act/obligations/"} <= set(targets)
    assert "This address leads to no page" in visible(pages["404.html"])


def test_the_state_of_a_protocol_stands_beside_it(pages: dict[str, str]) -> None:
    text = visible(pages["copyright/crawlers/index.html"])
    drafts = "active Internet-Drafts (attach-05 of 18 August 2026, vocab-08 of 13 September 2026), not an RFC"
    assert f"IETF AI Preferences {drafts}" in text
    assert "ai.txt vendor convention; consulted on by the Commission 2025-26; source" in text
    assert "A list of generally agreed protocols by the Commission was not found published on this day." in text


def test_lists_of_all_models_leave_earlier_releases_to_their_model(pages: dict[str, str]) -> None:
    """They grow with the number of models, not of releases, so that they stay small."""
    catalogue = pages["models/index.html"]
    own = catalogue[catalogue.index('<div class="gp">') :]
    assert 'href="skrift/2.0/"' in own
    assert 'href="skrift/1.0/"' not in own
    assert '<a href="skrift/#releases">1 earlier release</a>' in own
    duties = pages["obligations/index.html"]
    assert 'href="../models/skrift/2.0/obligations/"' in duties
    assert 'href="../models/skrift/1.0/obligations/"' not in duties


def test_contents_list_titles_without_badges(pages: dict[str, str]) -> None:
    html = pages["models/skrift/index.html"]
    contents = html[html.index('href="#release-1.0"') :].split("</a>")[0]
    assert "Skrift 1.0" in contents
    assert "superseded" not in contents


def test_ids_are_unique(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        own = html[html.find('<div class="gp">') :] if '<div class="gp">' in html else ""
        found = Links(own).ids
        assert len(found) == len(set(found)), name


def test_no_page_is_large(pages: dict[str, str]) -> None:
    """Summaries and comparisons may be a fifth larger than other pages."""
    large = {name: len(html.encode()) for name, html in pages.items() if len(html.encode()) > MAX_BYTES}
    assert [name for name in large if "training-content" not in name and "changes" not in name] == []
    assert {name: size for name, size in large.items() if size > MAX_BYTES * 1.28} == {}


def test_heads_describe_the_page(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        if '<div class="gp">' not in html:
            continue
        head = html[: html.index("</head>")]
        descriptions = re.findall(r'<meta name="description" content="([^"]+)"', head)
        assert len(descriptions) == 1, name
        data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)[0])
        assert data["@context"] == "https://schema.org"
        own = data["@graph"][0]
        assert own["publisher"]["name"] == "Skriftvang"
        if name.endswith("training-content/index.html"):
            assert own["@type"] == "Report"
            encodings = own["encoding"] if isinstance(own["encoding"], list) else [own["encoding"]]
            assert encodings[0]["contentUrl"].endswith("training-content.json")
            # Not in the head: there Material takes every alternate for a language and asks for its sitemap.
            assert 'rel="alternate" type="application/json"' in html


def test_every_page_says_how_it_is_shown_elsewhere(sample_site: Path, pages: dict[str, str]) -> None:
    shared = {name: html for name, html in pages.items() if "/latest/" not in name and name != "404.html"}
    assert {"about/index.html", "index.html"} < shared.keys()
    for name, html in shared.items():
        head = html[: html.index("</head>")]
        said = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)"', head))
        assert len(re.findall('<meta property="og:', head)) == len(said) == 6, name
        assert said["url"] == f"https://skriftvang.example/ai-act/{name.removesuffix('index.html')}"
        assert re.findall('<meta name="description" content="([^"]+)"', head) == [said["description"]], name
        assert (
            re.findall("<title>(.*?)</title>", head)[0].removesuffix(" - Skriftvang transparency portal")
            == (said["title"])
        )
        assert 'type="application/atom+xml"' in head
    picture = (sample_site / said["image"].removeprefix("https://skriftvang.example/ai-act/")).read_bytes()
    assert picture.startswith(b"\x89PNG")


def test_titles_begin_with_what_tells_a_page_from_others(pages: dict[str, str]) -> None:
    titles = {name: unescape(re.findall("<title>(.*?)</title>", html)[0]) for name, html in pages.items()}
    assert titles["models/skrift/2.0/training-content/index.html"].startswith("Skrift 2.0: Training ")
    assert titles["models/skrift/2.0/training-content/r1/index.html"].endswith(", revision 1")
    section = "models/skrift/2.0/training-content/changes/sources/index.html"
    assert titles[section] == "Skrift 2.0: 2. List of data sources, changes from Skrift 1.0"
    assert titles["copyright/r2/changes/index.html"] == "Copyright policy, revision 2, changes from revision 1"
    official = "</span> Public Summary of Training Content for General-Purpose AI models</h1>"
    assert official in pages["models/skrift/2.0/training-content/index.html"]
    assert {name: title for name, title in titles.items() if len(title) > 70} == {}


def test_days_in_the_site_map_are_those_of_the_records(sample_site: Path) -> None:
    found = (sample_site / "sitemap.xml").read_text(encoding="utf-8")
    days = dict(re.findall(r"<loc>https://skriftvang.example/ai-act/(\S*)</loc>\s*<lastmod>(.*?)</lastmod>", found))
    assert days["models/blik/1.0/training-content/r1/"] == "2026-09-14"
    assert days["models/blik/1.0/training-content/r2/"] == days["models/blik/1.0/training-content/"] == "2026-09-28"
    assert "downstream/" not in days


def test_readers_are_offered_no_button_to_edit(pages: dict[str, str]) -> None:
    assert [name for name, html in pages.items() if "/edit/" in html or "md-content__button" in html] == []


def test_a_first_visit_is_light(sample_site: Path) -> None:
    """What the search needs comes when somebody searches; tests/browser sees to that."""
    loaded = first_visit(sample_site, "models/skrift/2.0/training-content")
    assert {"gpai-portal.css", "gpai-portal-search.js"} < loaded.keys()
    assert any(name.startswith("bundle.") for name in loaded)
    assert sum(loaded.values()) < 90_000, loaded


def test_the_domain_list_can_be_downloaded(sample_site: Path) -> None:
    name = "models/skrift/2.0/training-content/domains.txt"
    assert (sample_site / name).read_bytes() == (ROOT / "content/models/skrift/2.0/domains.txt").read_bytes()


def test_pages_written_by_hand_quote_facts(pages: dict[str, str]) -> None:
    html = pages["how-to-read/index.html"]
    assert '<a href="../models/skrift/2.0/">Skrift 2.0</a>' in unescape(html)
    assert "rights@skriftvang.example" in visible(html)
    assert "Blik" in visible(html)


def test_sitemap_lists_every_page(sample_site: Path, pages: dict[str, str]) -> None:
    listed = re.findall(r"<loc>(.*?)</loc>", (sample_site / "sitemap.xml").read_text(encoding="utf-8"))
    expected = {
        "https://skriftvang.example/ai-act/" + name.removesuffix("index.html")
        for name in pages
        if name.endswith("index.html") and "/latest/" not in name
    }
    assert set(listed) == expected


def test_search_leaves_superseded_releases_out(sample_site: Path) -> None:
    index = json.loads((sample_site / "search/search_index.json").read_text(encoding="utf-8"))
    found = {document["location"].split("#")[0] for document in index["docs"]}
    assert "models/skrift/2.0/training-content/" in found
    assert "models/skrift/1.0/training-content/" not in found


def test_the_same_input_gives_the_same_bytes(sample_site: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert run("mkdocs", "build", "--strict", "--site-dir", str(again), cwd=ROOT).returncode == 0

    def differences(one: filecmp.dircmp[str]) -> list[str]:
        found = one.left_only + one.right_only
        _, mismatch, errors = filecmp.cmpfiles(one.left, one.right, one.common_files, shallow=False)
        return found + mismatch + errors + [d for sub in one.subdirs.values() for d in differences(sub)]

    assert differences(filecmp.dircmp(sample_site, again)) == []


def test_the_same_portal_in_french(tmp_path: Path) -> None:
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    config["site_url"] = "https://skriftvang.example/ai-act/"
    config["docs_dir"] = str(ROOT / "content/pages")
    config["site_dir"] = str(tmp_path / "site")
    config["theme"]["language"] = "fr"
    config["theme"]["font"] = False
    config["markdown_extensions"] = ["tables"]
    config["plugins"] = [
        "search",
        {"gpai-portal": {"content_dir": str(ROOT / "content"), "language": "fr", "sealed_by": SEALED_BY}},
        {"macros": {"modules": ["gpai_portal.macros"]}},
    ]
    (tmp_path / "mkdocs.yml").write_text(json.dumps(config), encoding="utf-8")
    done = run("mkdocs", "build", "--strict", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = visible((tmp_path / "site/models/skrift/2.0/documentation/index.html").read_text(encoding="utf-8"))
    assert "autorités nationales compétentes" in text
    assert "fournisseurs en aval" in text
    assert "Model architecture" in text  # the English original beside our translation
