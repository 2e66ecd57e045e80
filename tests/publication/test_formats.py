"""Records of every format that was ever written verify, render and compare for ever.

``formats/record-N/`` is content with its records as they stood when that format was the newest; they never change. The
first is the sample. The second is a small provider that moved when its documents still took over every new address. It
wrote ``previous_versions: {state: none}`` below two versions, shared a summary with a later release, and erased a name.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.codes import Code
from gpai_portal.publication.records import read_chain
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.verification import verify
from tests.conftest import ROOT, run
from tests.reading import visible

FORMATS = sorted((Path(__file__).parent / "formats").iterdir())
DAY = date(2026, 11, 24)
#: Hash of the last record of each.
HEADS = {
    "record-1": "cf853e922ff3f51d392f7ba10968bafa2d989ceb82bd3bd2dd9450081756b0bd",
    "record-2": "00dba75df6a9adfe6c362519dba0c2446e2bc216809f1ca4b2c897ea822b1ca9",
}
#: What was changed in the copyright policy of each, from revision 1 to 2.
CHANGED = {"record-1": "ip-ranges.json", "record-2": "Within [-thirty-]{+twenty+} days."}
#: The same, as its page shows it.
SHOWN = {
    "record-1": "SkriftvangBot IP addresses revision 1: https://skriftvang.example/bot/ip-ranges.txt "
    "revision 2: https://skriftvang.example/bot/ip-ranges.json",
    "record-2": "Within thirty twenty days.",
}


@pytest.fixture(params=FORMATS, ids=lambda folder: folder.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A content folder with the records of one format."""
    shutil.copytree(request.param, tmp_path / request.param.name)
    return tmp_path / request.param.name


def test_every_format_is_kept() -> None:
    assert [folder.name for folder in FORMATS] == list(HEADS)


def test_the_chain_verifies(kept: Path) -> None:
    done = verify(str(kept), DAY)
    assert done.head == HEADS[kept.name]
    assert [problem for problem in done.report if problem.code is not Code.RECORD_REDACTED] == []


def test_every_revision_is_rendered_with_what_it_said(kept: Path) -> None:
    site = Site(Portal.load(kept, DAY))
    files = dict(site.files())
    revisions = [page for page in site.portal.pages.values() if page.revision and page.template == "document.html"]
    assert len(revisions) > 5
    for page in revisions:
        assert page.revision is not None
        assert page.revision.data is not None
        body = site.render(page).body
        assert f"r{page.revision.number}.json" in body
        assert str(page.revision.data["version"]) in body
        assert json.loads(files[page.twin]) == page.revision.data  # type: ignore[arg-type]


def test_what_was_published_is_no_draft_of_a_later_product(kept: Path) -> None:
    assert Portal.load(kept, DAY).unpublished == frozenset()


def test_revisions_are_compared(kept: Path) -> None:
    site = Site(Portal.load(kept, DAY))
    changes = [page for page in site.portal.pages.values() if page.revision and page.template == "comparison.html"]
    assert changes
    for page in changes:
        assert page.revision is not None
        found = [change.field.dotted for change in page.context["part"].changes]
        assert found == list(page.revision.changed)
        body = site.render(page).body
        assert re.findall(r'<div id="([\w-]+)"', body) == [re.sub(r"\W|_", "-", dotted) for dotted in found]
    assert SHOWN[kept.name] in visible(site.render(site.portal.pages["copyright/r2/changes/"]).body)
    told = run(
        "gpai_portal.cli", "compare", "copyright-policy@r1", "copyright-policy@r2", "--content", str(kept), cwd=kept
    )
    assert told.returncode == 0, told.stderr
    assert CHANGED[kept.name] in told.stdout


def test_the_history_of_the_sample_only_grows() -> None:
    """A change of the sample is a publication: its first records are those that are kept here."""
    kept = FORMATS[0] / "records"
    for record in read_chain(kept).records:
        assert (ROOT / "content/records" / record.file).read_bytes() == (kept / record.file).read_bytes()


def test_old_records_are_told_as_new_ones_are() -> None:
    """Versions come from the records; what was erased keeps its place among them."""
    site = Site(Portal.load(FORMATS[1], DAY))
    page = "models/text/1.0/training-content/"
    text = visible(body := site.render(site.portal.pages[page]).body)
    assert "Previous versions 1.1 : Date 10 June 2026 (r2) : Date 20 May 2026 1.0 : Date 1 March 2026" in text
    assert re.findall(r'<a href="(r\d/)"><bdi>(.*?)</bdi></a>', body) == [
        ("r3/", "1.1"),
        ("r2/", "(r2)"),
        ("r1/", "1.0"),
    ]
    text = visible(site.render(site.portal.pages[f"{page}r1/"]).body)
    assert "Previous versions None" in text
    assert "Rue Exemple 1, 75000 Paris" in text
    assert "The provider's present contact details" in text
    assert site.portal.unpublished == set()
