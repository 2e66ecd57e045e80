"""Lists of the domain names of public datasets, which the form does not ask for: marked as such wherever they are."""

from __future__ import annotations

import gzip
from pathlib import Path

from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.listed import SUMMARY, put_list, put_voluntary
from tests.reading import visible

URI = "models/text/1.0/training-content/"
ASKED = ["asked.com", "both.com"]
GIVEN = ["both.com", "given.com", "other.com"]


def opened(content: Path) -> Site:
    put_list(content, ASKED)
    put_voluntary(content, GIVEN)
    return Site(Portal.load(content, DAY, "en"))


def body(site: Site, uri: str) -> str:
    return site.render(site.portal.pages[uri]).body


def test_the_page_of_the_summary_says_that_nobody_asks_for_it(content: Path) -> None:
    html = body(opened(content), URI)
    before, _, after = html.partition('id="sources-public-domains"')
    assert visible(before).endswith("Added by the provider. Not part of the official form. <div")
    row = after.split('id="sources-private"')[0]
    text = visible(row)
    assert "Domain names of the datasets: Corpus" in text
    assert "3 of 30 domain names are listed (10.0 %)." in text
    assert "The top 10 % by size of content would be 3. No such list is asked for of datasets." in text
    assert "Asked for are" not in text
    assert 'href="corpus.txt.gz"' in row


def test_it_has_a_page_and_files_of_its_own(content: Path) -> None:
    site = opened(content)
    text = visible(body(site, f"{URI}domains/"))
    assert "Domain names in publicly available datasets: Corpus. The form does not ask for this list." in text
    files = dict(site.files())
    packed = files[f"{URI}corpus.txt.gz"]
    assert isinstance(packed, bytes)
    assert gzip.decompress(packed).decode().split() == GIVEN
    assert f"{URI}domains.txt.gz" in files


def test_the_look_up_holds_it_apart_and_names_no_crawler_for_it(content: Path) -> None:
    site = opened(content)
    asked, given = site.portal.name_lists
    assert (asked.is_voluntary, given.is_voluntary) == (False, True)
    assert (asked.datasets, given.datasets) == ((), ("Corpus",))
    assert [name.value for name in asked.crawlers] == ["BaseBot"]
    assert (given.crawlers, given.period) == ([], None)
    html = body(site, "domains/")
    before, apart = html.split('id="voluntary"')
    assert 'data-list="0"' in before
    assert 'data-list="1" data-voluntary' in apart
    said = visible(apart)
    assert "These lists are given besides, and are no part of the lists above." in said
    assert "Voluntary list of the datasets: Corpus. 3 of 30 domain names are listed; 27 are not named." in said
    assert "Computed by gpai-portal from manifests of the datasets." in said
    assert "records of the crawl" not in said


def test_the_index_tells_both_lists_apart(content: Path) -> None:
    index = opened(content).portal.names
    assert index is not None
    lines = [line.split("\t") for line in index.files["0000"].decode().splitlines()[1:]]
    found = {name: index.sets[int((rest or ["0"])[0] or 0)] for name, *rest in lines}
    assert found == {"asked.com": [0], "both.com": [0, 1], "given.com": [1], "other.com": [1]}


def test_records_keep_it_and_a_comparison_counts_its_names_and_tells_of_other_datasets(content: Path) -> None:
    publish(snapshots(opened(content).portal.disclosures), content / "records", DAY)
    first = read_chain(content / "records").revisions["models/text/1.0/training-content-summary"][0]
    assert {"corpus.txt", "corpus.json", "domains.txt", "domains-method.json"} == set(first.files)
    summary = content / SUMMARY
    text = summary.read_text(encoding="utf-8").replace("2026-03-01", "2026-11-20", 1)
    new = "domains: {datasets: [Corpus, Second], value: [other.com, third.com]}"
    text = text.replace("domains: {datasets: [Corpus], file: corpus.txt, method: corpus.json}", new)
    summary.write_text(text, encoding="utf-8")
    publish(snapshots(Portal.load(content, DAY).disclosures), content / "records", DAY, "Another dataset.")
    html = body(Site(Portal.load(content, DAY, "en")), f"{URI}r2/changes/")
    said = visible(html[html.index('id="sources-public-domains"') :])
    assert "both.com" in said
    assert "third.com" in said
    assert "Domain names of the datasets: Corpus, Second" in said
