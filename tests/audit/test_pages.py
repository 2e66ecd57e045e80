"""Each question about the page has a real page that earns the point, and one that does not."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from gpai_portal.audit.auditing import Audit, audit
from gpai_portal.audit.findings import Finding
from gpai_portal.audit.rubric import read_rubric
from gpai_portal.errors import UsageError
from gpai_portal.site.verification import check_folder
from tests.conftest import DAY, ROOT

LAB = read_rubric("aial-2026-07-24")
OF_PAGE = {question.id for question in LAB.questions if question.decide["way"].startswith("page_")}
PAGE = "models/skrift/2.0/training-content/index.html"
#: What is replaced in the page so that the point is lost: an expression, and what stands in its place.
LOST = {
    "D2": (r'<meta name="description"[^>]*>', ""),
    "D3": (r'<html lang="en"', "<html"),
    "D5": (r"1\.2\. Model identification", "Model"),
    "D7": (r'(<div id="version">.*?<bdi[^>]*>)1\.2<', r"\g<1>9.9<"),
    "D8": (r"[0-9a-f]{64}", "0" * 64),
    "D9": (r'type="application/json"', ""),
    "D10": (r'href="(?:\./)?r\d[^"]*"', 'href=""'),
    "D16": (r"(?i)latest version|superseded|current version", ""),
    "D17": (r'<a href="(?:https://skriftvang.example/news/|[^"]*\.atom)"', '<a href="#"'),
    "D18": (r'(<link rel="canonical" href=)"[^"]*"', r'\1"https://elsewhere.example/"'),
    "D19": (r'href="r2/[^"]*"', 'href=""'),
    "F2.3.b.5": (r'id="sources-crawled-crawlers"', ""),
    "F2.3.h.3": (r'href="[^"]*domains\.txt"', 'href=""'),
    "F2.3.h.4": (r'href="[^"]*domains\.txt"', 'href=""'),
    "F2.4.c.4": (r'id="sources-user-services-description"', ""),
    "F2.6.b.4": (r'id="sources-other-description"', ""),
}


@pytest.fixture(scope="module")
def site(sample_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample whose page may be changed; it offers a PDF file, as the option of this name makes one."""
    copy = tmp_path_factory.mktemp("copy") / "site"
    shutil.copytree(sample_site, copy, copy_function=os.link)
    file = copy / PAGE
    html = file.read_text(encoding="utf-8").replace("</h1>", '</h1><a href="summary.pdf">PDF</a>', 1)
    file.unlink()
    file.write_text(html, encoding="utf-8")
    file.with_name("summary.pdf").write_bytes(b"%PDF-1.7")
    return copy


def audited(site: Path | None, folder: Path = ROOT / "content") -> Audit:
    content, report = check_folder(folder, DAY)
    [done] = audit(content, report, LAB, DAY, release="skrift/2.0", site=site)
    return done


def asked(site: Path | None) -> dict[str, Finding]:
    done = audited(site)
    return {one.question.id: one.finding for one in done.decided}


def test_every_question_about_the_page_has_a_case() -> None:
    assert set(LOST) == OF_PAGE


def test_the_page_of_the_sample_earns_every_point(site: Path) -> None:
    found = asked(site)
    # Whether a page is found only a search shows: it is made for it, and the rest is presumed.
    assert {id_: found[id_].evidence for id_ in OF_PAGE - {"D2"} if found[id_].verdict != "yes"} == {}
    assert (found["D2"].verdict, found["D2"].presumed) == ("needs a person", True)


@pytest.mark.parametrize("id_", LOST)
def test_a_page_without_it_does_not(id_: str, site: Path) -> None:
    file = site / PAGE
    html = file.read_text(encoding="utf-8")
    expression, instead = LOST[id_]
    changed = re.sub(expression, instead, html, flags=re.DOTALL)
    assert changed != html
    file.write_text(changed, encoding="utf-8")
    try:
        verdict = asked(site)[id_].verdict
    finally:
        file.write_text(html, encoding="utf-8")
    assert verdict == ("partly" if id_ in {"D7", "D10"} else "no")


def test_without_a_site_a_person_has_to_look() -> None:
    found = asked(None)
    assert {found[id_].verdict for id_ in OF_PAGE} == {"needs a person"}
    assert not any(found[id_].presumed for id_ in OF_PAGE)


@pytest.mark.parametrize("change", ["content", "no page"])
def test_a_site_of_other_answers_is_not_judged_and_that_is_said_once(change: str, site: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    summary = tmp_path / "content/models/skrift/2.0/training-content-summary.yaml"
    if change == "content":
        text = summary.read_text(encoding="utf-8")
        assert "in the same order" in text
        summary.write_text(text.replace("in the same order", "in another order"), encoding="utf-8")
        done = audited(site, tmp_path / "content")
        assert "older than the content, or that of another (coverage_note" in done.note
    else:
        done = audited(tmp_path)
        assert done.note == "the site has no page models/skrift/2.0/training-content/"
    found = {one.question.id: one.finding for one in done.decided if one.question.id in OF_PAGE}
    assert {finding.verdict for finding in found.values()} == {"needs a person"}
    assert {finding.evidence for finding in found.values()} == {done.note}


def test_words_of_a_page_in_a_language_without_any_are_for_a_person(site: Path) -> None:
    file = site / PAGE
    html = file.read_text(encoding="utf-8")
    file.write_text(html.replace('<html lang="en"', '<html lang="de"', 1), encoding="utf-8")
    try:
        assert asked(site)["D16"].verdict == "needs a person"
    finally:
        file.write_text(html, encoding="utf-8")


def test_a_link_that_is_no_address_leads_nowhere(site: Path) -> None:
    file = site / PAGE
    html = file.read_text(encoding="utf-8")
    file.write_text(html.replace("</h1>", '</h1><a href="//[::1/r1/x.pdf">x</a>', 1), encoding="utf-8")
    try:
        assert asked(site)["D10"].verdict == "yes"
    finally:
        file.write_text(html, encoding="utf-8")


@pytest.mark.parametrize("name", [PAGE, "sitemap.xml"])
def test_a_site_that_is_not_utf8_is_told(name: str, site: Path) -> None:
    file = site / name
    raw = file.read_bytes()
    file.unlink()  # it is a link to that of the sample
    file.write_bytes(raw + b"\xff")
    try:
        with pytest.raises(UsageError, match=f"{name} is not UTF-8"):
            asked(site)
    finally:
        file.write_bytes(raw)
