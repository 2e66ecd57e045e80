"""Files that documents offer, as records keep them: small ones as they are, large ones compressed or outside."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from gpai_portal.codes import Code
from gpai_portal.publication import offered
from gpai_portal.publication.proof import offered_problems
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import Chain, read_chain
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.versions import revision_problems
from tests.conftest import DAY
from tests.listed import SUMMARY, names, put_list, record
from tests.reading import visible

URI = "models/text/1.0/training-content/"
KEY = SUMMARY.removesuffix(".yaml")


def published(content: Path) -> Chain:
    put_list(content, names(1000))
    publish(snapshots(Portal.load(content, DAY).disclosures), content / "records", DAY)
    return read_chain(content / "records")


def problems(chain: Chain) -> list[tuple[str, str]]:
    return [(str(problem.code), str(problem.severity)) for problem in offered_problems(chain)]


def test_a_large_list_is_kept_compressed_and_shown_whole(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "MAX_KEPT_PLAIN", 1000)
    chain = published(content)
    raw = (content / SUMMARY).with_name("domains.txt").read_bytes()
    sha256 = chain.revisions[KEY][0].files["domains.txt"]
    kept = chain.stored(sha256)
    assert kept.name == f"{sha256}.gz"
    assert gzip.decompress(kept.read_bytes()) == raw
    assert problems(chain) == []
    assert not chain.differs(snapshots(Portal.load(content, DAY).disclosures)[KEY])
    site = Site(Portal.load(content, DAY))
    files = dict(site.files())
    assert files[f"{URI}r1/domains.txt.gz"] == kept
    assert f"{URI}r1/domains.txt" not in files
    assert 'href="domains.txt.gz"' in site.render(site.portal.pages[f"{URI}r1/"]).body


def test_a_packed_file_of_a_site_is_compared_with_its_record(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "MAX_KEPT_PLAIN", 1000)
    revision = published(content).revisions[KEY][0]
    files: dict[str, bytes] = {}
    for name, held in Site(Portal.load(content, DAY)).files():
        files[name] = held.read_bytes() if isinstance(held, Path) else held
    packed = f"{URI}r1/domains.txt.gz"
    assert list(revision_problems(files.get, revision)) == []
    for damaged in (b"no gzip", gzip.compress(b"another.example\n")):
        found = list(revision_problems((files | {packed: damaged}).get, revision))
        assert [(problem.code, problem.file) for problem in found] == [(Code.FILE_CHANGED, f"{URI}r1/domains.txt")]
    del files[packed]
    assert [problem.message for problem in revision_problems(files.get, revision)] == ["is missing"]


#: A stream of which a byte in the midst was changed, and one whose end is missing.
BROKEN = gzip.compress(b"news.example\n" * 100, mtime=0)[:20] + b"\xff" * 20


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b", b"no gzip", gzip.compress(b"another.example\n", mtime=0), BROKEN])
def test_a_damaged_file_is_found(content: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    monkeypatch.setattr(offered, "MAX_KEPT_PLAIN", 1000)
    chain = published(content)
    chain.stored(chain.revisions[KEY][0].files["domains.txt"]).write_bytes(damage)
    assert problems(chain) == [(Code.FILE_CHANGED, "error")]


def test_what_is_too_large_is_kept_outside_and_told(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offered, "MAX_KEPT_PLAIN", 1000)
    monkeypatch.setattr(offered, "MAX_KEPT_BYTES", 1000)
    chain = published(content)
    revision = chain.revisions[KEY][0]
    sha256 = revision.files["domains.txt"]
    assert revision.outside == ("domains.txt",)
    assert problems(chain) == [(Code.FILE_OUTSIDE, "warning")]
    portal = Portal.load(content, DAY)
    site = Site(portal)
    assert f"{URI}r1/domains.txt" not in dict(site.files())
    html = site.render(portal.pages[f"{URI}r1/"]).body
    assert f"This list is too large to be kept here. Its SHA-256: {sha256}" in visible(html)
    assert 'href="domains.txt"' not in html
    (content / "records/files" / sha256).write_bytes((content / SUMMARY).with_name("domains.txt").read_bytes())
    assert problems(chain) == []
    (content / "records/files" / sha256).write_bytes(b"another.example\n")
    assert problems(chain) == [(Code.FILE_CHANGED, "error")]


def test_a_list_that_is_kept_outside_is_not_compared_name_by_name(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of one side are not at hand, so nobody can say which came and went."""
    monkeypatch.setattr(offered, "MAX_KEPT_PLAIN", 1000)
    monkeypatch.setattr(offered, "MAX_KEPT_BYTES", 1000)
    published(content)
    (content / SUMMARY).with_name("domains.txt").write_text("".join(f"{n}\n" for n in names(10)), encoding="utf-8")
    (content / SUMMARY).with_name("domains-method.json").write_text(json.dumps(record(names(10))), encoding="utf-8")
    publish(snapshots(Portal.load(content, DAY).disclosures), content / "records", DAY, "Another list", editorial=True)
    chain = read_chain(content / "records")
    assert chain.revisions[KEY][1].changed == ("sources.crawled.top_domains",)
    portal = Portal.load(content, DAY)
    site = Site(portal)
    html = site.render(portal.pages[f"{URI}r2/changes/"]).body
    assert "This list is another one. It is too large to be compared name by name." in visible(html)
    assert not re.search(r"\d+ (names? left|joined)", visible(html))
    files = dict(site.files())
    for link in re.findall(r'href="\.\./\.\./(r\d/[^"#]+)"', html):
        assert f"{URI}{link}" in files
