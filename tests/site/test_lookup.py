"""Lists of domain names in field 2.3, on the page that looks names up, and in the index behind it."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from gpai_portal.content.lists import read_method
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site import lookup
from gpai_portal.site.build import Site
from gpai_portal.site.differences import as_text, differences
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.listed import SUMMARY, names, put_list, record
from tests.reading import visible

URI = "models/text/1.0/training-content/"
KEY = "models/text/1.0/training-content-summary"
ALL_NAMES = ("top-domains-added.txt.gz", "top-domains-removed.txt.gz")


def opened(content: Path, language: str = "en") -> Site:
    return Site(Portal.load(content, DAY, language))


def body(site: Site, uri: str = "domains/") -> str:
    return site.render(site.portal.pages[uri]).body


def replace(content: Path, new: str) -> None:
    summary = content / SUMMARY
    text = summary.read_text(encoding="utf-8")
    old = "value: [news.example, presse.example]\n      total: 20"
    assert old in text
    summary.write_text(text.replace(old, new), encoding="utf-8")


def configuration(html: str) -> dict[str, Any]:
    found = re.search(r'data-configuration="([^"]*)"', html)
    assert found
    return dict(json.loads(unescape(found[1])))


def test_what_the_record_proves_is_told_and_no_more(content: Path) -> None:
    put_list(content, names(10))
    text = visible(body(opened(content), URI))
    assert "Computed by gpai-portal: 10 of 100 domain names are listed (10.0 %)." in text
    assert "Asked for are the top 10 % by size of content: 10." in text
    assert "The names listed hold at least 67.5 % of the content by size. By modality: Text 77.4 %." in text
    assert "Size means: bytes of text" in text
    assert "Public Suffix List, version 2026-10-22" in text


def test_a_short_list_is_a_page_with_each_name_as_people_read_it(content: Path) -> None:
    put_list(content, ["news.com", "xn--bcher-kva.de"])
    text = visible(body(opened(content), f"{URI}top-domains/"))
    assert "2 domain names, in the order of letters:" in text
    assert "xn--bcher-kva.de (bücher.de)" in text


def test_without_a_record_nothing_is_said_to_be_computed(content: Path) -> None:
    replace(content, "file: domains.txt\n      total: 20")
    (content / SUMMARY).with_name("domains.txt").write_text("news.example\npresse.example\n", encoding="utf-8")
    site = opened(content)
    for uri in (URI, "domains/"):
        assert "omputed" not in visible(body(site, uri))
    assert "2 domain names are listed, of 20 in all by the provider's own count." in visible(body(site))


def test_the_list_is_offered_compressed_and_always_with_the_same_bytes(content: Path) -> None:
    put_list(content, names(10))
    files = dict(opened(content).files())
    packed = files[f"{URI}domains.txt.gz"]
    assert isinstance(packed, bytes)
    assert gzip.decompress(packed) == (content / SUMMARY).with_name("domains.txt").read_bytes()
    assert packed[4:8] == bytes(4), "no time of the build in it"
    assert {f"{URI}domains.txt", f"{URI}domains-method.json"} <= files.keys()


def test_each_name_stands_in_the_file_of_its_hash_and_in_no_other(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MAX_INDEX_NAMES", 20)
    listed = names(1000)
    put_list(content, listed)
    index = opened(content).portal.names
    assert index is not None
    assert index.bits == 6
    assert len(index.files) == 64
    found = {}
    for name, text in index.files.items():
        first, *lines = text.decode().splitlines()
        assert first == f"#{name}"
        assert lines == sorted(lines)
        found |= dict.fromkeys(lines, name)
    assert found == {name: f"{crc32(name.encode()) >> 26:04x}" for name in listed}
    assert index.depths == [2, 3]
    assert index.count == 1000
    assert index.fewest == min(len(text.splitlines()) - 1 for text in index.files.values())


def test_a_name_in_several_lists_is_held_once_with_all_of_them(content: Path) -> None:
    replace(content, "value: [news.example, github.io, {domain: .gov.pl, scope: suffix}]\n      total: 20")
    portal = opened(content).portal
    first = portal.name_lists[0]
    index = lookup.index_of([first, first])
    assert index.files["0000"].decode().splitlines() == ["#0000", "github.io\t\tp", "news.example"]
    assert index.sets == [[0, 1]]
    assert index.suffixes == {"gov.pl": 0}


def test_the_list_of_a_draft_is_not_looked_in(content: Path) -> None:
    put_list(content, names(10))
    summary = content / SUMMARY
    text = summary.read_text(encoding="utf-8")
    summary.write_text(re.sub(r"(?m)^    content_description: .*$", "    content_description:", text), encoding="utf-8")
    portal = Portal.load(content, DAY)
    assert portal.disclosures.drafts
    assert portal.name_lists == []
    assert portal.names is None


def test_a_file_of_the_index_never_changes_at_its_address(content: Path) -> None:
    put_list(content, names(10))
    before = configuration(body(opened(content)))["files"]
    (content / SUMMARY).with_name("domains.txt").write_text("".join(f"{n}\n" for n in names(11)), encoding="utf-8")
    method = (content / SUMMARY).with_name("domains-method.json")
    method.write_text(json.dumps(record(names(11))), encoding="utf-8")
    after = configuration(body(opened(content)))["files"]
    assert before != after
    assert re.fullmatch(r"names/[0-9a-f]{12}/", after)


def test_public_suffixes_and_names_of_2003_are_not_listed_by_mistake(content: Path) -> None:
    """A suffix among the lines of a file is no name below which a host would be found, and ß stays ß."""
    replace(content, "file: domains.txt\n      total: 20")
    lines = "co.uk\nstraße.de\n*.news.example\n# by size\n"
    (content / SUMMARY).with_name("domains.txt").write_text(lines, encoding="utf-8")
    index = opened(content).portal.names
    assert index is not None
    assert index.files["0000"].decode().splitlines() == ["#0000", "news.example", "xn--strae-oqa.de"]
    assert index.suffixes == {"co.uk": 0}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("url: https://news.example/list", "The list is not on this site, so it was not looked in."),
        ("state: not_disclosed\n      reason: Held back for now.", "Held back for now."),
    ],
)
def test_without_a_list_the_page_says_what_there_is_and_whom_to_ask(content: Path, answer: str, said: str) -> None:
    replace(content, answer)
    site = opened(content)
    html = body(site)
    text = visible(html)
    assert "No list of domain names is published here, so no name can be looked up." in text
    assert "That does not show that nothing of a site was used." in text
    assert said in text
    assert "Please tell me whether content of the domain name example.com was collected" in text
    assert "<form" not in html
    assert not any(address.startswith("domains/") for address, _ in site.files())


def test_a_miss_is_worded_as_what_it_is(content: Path) -> None:
    put_list(content, names(10))
    html = body(opened(content))
    text = visible(html)
    assert "Not in the published list. That does not show that nothing of it was used." in text
    assert "10 of 100 domain names are listed; 90 are not named." in text
    assert not re.search(r"<input[^>]*\bname=", html)
    assert "#gp" not in html


def test_the_page_is_reached_from_home_the_field_and_the_pages_for_rightsholders(content: Path) -> None:
    put_list(content, names(10))
    site = opened(content)
    for uri in ("", URI, "copyright/crawlers/", "copyright/complaints/"):
        assert re.search(r'(?:href|action)="[./]*domains/"', body(site, uri)), uri
    assert body(site, "").count("<h2", 0, body(site, "").index('domains/"')) == 1


def test_french(content: Path) -> None:
    put_list(content, names(10))
    text = visible(body(opened(content, "fr")))
    assert "Ne figure pas sur la liste publiée. Cela ne prouve pas qu’aucun de ses contenus n’a été utilisé." in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "format"),
        (json.dumps(record(["a.de"]) | {"rule": {"name": "most"}}), "rule"),
        (json.dumps(record(["a.de"]) | {"names": "10"}), "names"),
        (json.dumps(record(["a.de"]) | {"listed": True}), "listed"),
        (json.dumps(record(["a.de"]) | {"sha256": "A" * 64}), "sha256"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_record_that_is_none_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "domains-method.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_method(file)


def test_a_comparison_counts_names_shows_some_and_offers_all(content: Path) -> None:
    """Two hundred names went and as many came, and a hundred of each stand on the page."""
    put_list(content, names(1000))
    publish(snapshots(opened(content).portal.disclosures), content / "records", DAY)
    listed = [name for name in names(1200) if name not in names(1000)[:200]]
    place = (content / SUMMARY).parent
    (place / "domains.txt").write_text("".join(f"{name}\n" for name in listed), encoding="utf-8")
    (place / "domains-method.json").write_text(json.dumps(record(listed)), encoding="utf-8")
    summary = content / SUMMARY
    text = summary.read_text(encoding="utf-8")
    summary.write_text(re.sub(r"(?m)^last_update: .*$", "last_update: 2026-11-20", text), encoding="utf-8")
    publish(snapshots(opened(content).portal.disclosures), content / "records", DAY, "More was crawled.")
    site = opened(content)
    uri = f"{URI}r2/changes/"
    html = body(site, uri)
    assert "200 names left the list; they may still have been used:" in visible(html)
    assert "200 joined:" in visible(html)
    assert html.count("<li>") < 250
    assert visible(html).count("and 170 more: all as a file") == 2
    files = dict(site.files())
    found = {name: gzip.decompress(files[f"{uri}{name}"]).decode().splitlines() for name in ALL_NAMES}
    assert found == {
        "top-domains-added.txt.gz": sorted(set(listed) - set(names(1000))),
        "top-domains-removed.txt.gz": names(1000)[:200],
    }
    text = as_text("r1", "r2", differences(f"{KEY}@r1", f"{KEY}@r2", {}, site.portal.chain))
    assert text.count("... and 170 more domain names; --format json lists all") == 2


def test_lines_for_robots_txt_name_those_they_hold_for_and_those_they_cannot(content: Path) -> None:
    summary, policy = content / SUMMARY, content / "copyright-policy.yaml"
    text = summary.read_text(encoding="utf-8")
    hidden = "{name: {state: not_disclosed, reason: Not said.}}"
    assert "- {name: BaseBot}" in text
    crawlers = f"- {{name: BaseBot}}\n      - {{name: FooBot}}\n      - {hidden}\n      - {{name: Star}}"
    summary.write_text(text.replace("- {name: BaseBot}", crawlers), encoding="utf-8")
    text = policy.read_text(encoding="utf-8")
    one = "- {name: BaseBot, robots_token: BaseBot}"
    assert one in text
    more = f'{one}\n    {one}\n    - {hidden[:-1]}, robots_token: Other}}\n    - {{name: Star, robots_token: "*"}}'
    policy.write_text(text.replace(one, more), encoding="utf-8")
    html = body(opened(content))
    found = re.search(r'<code id="refuse">([^<]*)</code>', html)
    assert found
    assert found[1] == "User-agent: BaseBot\nDisallow: /"
    said = visible(html)
    assert "refuse: BaseBot User-agent" in said
    assert "No name for robots.txt is known here for: FooBot, Star" in said
    assert said.replace(" ,", ",").count("BaseBot, FooBot, a crawler without a name (Not disclosed), Star") == 2
