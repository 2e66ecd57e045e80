"""The rows of forms on pages: every official label in its place; what is joined, withheld or added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from gpai_portal.content.answers import Answer, Audience, Entry, Row, Status
from gpai_portal.markup import headings
from gpai_portal.schema import FORM, SUMMARY, Field, load
from gpai_portal.site.build import Site
from gpai_portal.site.machine import index
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import anchor
from gpai_portal.site.rows import is_wide, rows_of
from tests.conftest import DAY, ROOT
from tests.reading import visible

FOLDERS = [
    ROOT / "content",
    ROOT / "tests/examples/base/content",
    *sorted(ROOT.glob("tests/cases/*/content")),
]
#: What stands in a label beside the words of the form.
BESIDE = re.compile(r'<span class="gp-(?:part|aud|original)".*?</span>|<[^>]*>', re.DOTALL)
LABEL = re.compile(
    r'<(?:h\d|dt) id="([^"]+)">(.*?)</(?:h\d|dt)>|<div(?=[^>]* id="([^"]+)")[^>]*>\s*<dt>(.*?)</dt>', re.DOTALL
)


def labels(body: str) -> Iterator[tuple[str, str]]:
    """Anchors and labels of a page in its order, without what the portal puts beside them."""
    for match in LABEL.finditer(body):
        id_, html = match.group(1, 2) if match[1] else match.group(3, 4)
        yield id_, " ".join(unescape(BESIDE.sub("", html)).split())


def asked(kind: str) -> list[Field]:
    """The official fields of a form in the order of its pages: the sections, then the head."""
    found = [f for f in load(kind).fields() if f.official and f.kind != "hidden" and f.source != "gpai-portal"]
    head = [f for f in found if len(f.path) == 1 and f.kind != "section"]
    return [f for f in found if f not in head] + head


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_official_label_is_in_its_place_letter_by_letter(folder: Path) -> None:
    portal = Portal.load(folder, DAY)
    site = Site(portal)
    shown = [page for page in portal.pages.values() if page.document and page.document.kind in {SUMMARY, FORM}]
    for page in shown:
        assert page.document
        by_id = {anchor(f): f for f in load(page.document.kind).fields()}
        found = [(id_, label) for id_, label in labels(site.render(page).body) if id_ in by_id and by_id[id_].official]
        wanted = [(anchor(f), f"{f.number} {f.title}".strip()) for f in asked(page.document.kind)]
        empty = {anchor(e.field) for e in page.document.root.entries if e.answer.status is Status.EMPTY}
        assert found == [(id_, " ".join(title.split())) for id_, title in wanted if id_ not in empty], page.uri


def entry(key: str, answer: Answer, audience: tuple[str, ...] = ("public",), official: bool = True) -> Entry:
    schema = {"title": key, "x-kind": "text"} | ({} if official else {"x-official": False})
    return Entry(Field(("part", key), schema, audience, "Form", required=True), answer, required=True)


def part(*entries: Entry) -> Entry:
    section = Field(("part",), {"title": "Part", "x-kind": "section"}, ("public",), "Form", required=True)
    return Entry(section, Answer(Status.ANSWERED), required=True, entries=entries)


PUBLIC = (Audience.PUBLIC,)
SAID, SILENCE = Answer(Status.ANSWERED, "Text."), Answer(Status.MISSING)
NO_CRAWLER = Answer(Status.NOT_APPLICABLE, reason="No crawlers were used.", derived=True)


def test_only_neighbours_that_fall_away_for_one_reason_are_joined() -> None:
    other = Answer(Status.NOT_APPLICABLE, reason="Another reason.", derived=True)
    more = Answer(Status.NOT_APPLICABLE, reason="Another reason.", derived=True, prose="And more.")
    answers = [NO_CRAWLER, NO_CRAWLER, SAID, NO_CRAWLER, other, more, SAID, SAID]
    section = part(*(entry(f"q{number}", answer) for number, answer in enumerate(answers)))
    joined = [[e.field.key for e in run.entries] for run in rows_of(section, PUBLIC, (), ()).runs]
    assert joined == [["q0", "q1"], ["q2"], ["q3"], ["q4"], ["q5"], ["q6"], ["q7"]]
    apart = rows_of(section, PUBLIC, (), {"part.q1"}).runs
    assert [len(run.entries) for run in apart][:2] == [1, 1]


def test_items_for_others_keep_their_places_and_are_counted_by_whom_they_are_for() -> None:
    section = part(
        entry("a", SILENCE, ("AIO", "NCAs")),
        entry("b", SAID, ("AIO",)),
        entry("c", SILENCE, ("DPs",)),
        entry("d", Answer(Status.NOT_DISCLOSED), ("DPs", "AIO")),
        entry("e", SILENCE, ("AIO",)),
    )
    shown = rows_of(section, PUBLIC, (), ())
    assert [run.entries[0].field.key for run in shown.runs] == ["a", "b", "c", "d", "e"]
    assert [run.withheld for run in shown.runs] == ["authorities", None, "downstream", None, "authorities"]
    assert shown.withheld == {"authorities": 2, "downstream": 1}
    assert (shown.items, shown.public) == (5, 1)
    assert rows_of(section, (Audience.PUBLIC, Audience.DPS), (), ()).withheld == {"authorities": 2}


def test_what_the_provider_added_stands_apart_and_only_if_it_says_something() -> None:
    answers = [SAID, Answer(Status.EMPTY), Answer(Status.NOT_IN_SOURCE), SILENCE, Answer(Status.NONE)]
    section = part(
        *(entry(f"own{number}", answer, official=False) for number, answer in enumerate(answers)),
        entry("official", SAID),
    )
    shown = rows_of(section, PUBLIC, (), ())
    assert [run.entries[0].field.key for run in shown.runs] == ["official"]
    assert [e.field.key for e in shown.added] == ["own0", "own3", "own4"]
    assert "own1" in [e.field.key for e in rows_of(section, PUBLIC, (), {"part.own1"}).added]


def test_rows_of_more_than_two_columns_are_wide() -> None:
    def column(key: str, kind: str) -> Field:
        return Field(("t", key), {"x-kind": kind}, ("public",), "Form", required=False)

    columns = (column("name", "line"), column("link", "link"), column("size", "line"), column("licence", "line"))
    field = Field(("t",), {"x-kind": "table"}, ("public",), "Form", required=True, columns=columns)

    def filled(*keys: str) -> Answer:
        return Answer(Status.ANSWERED, (Row(dict.fromkeys(keys, SAID)),))

    assert not is_wide(field, filled("name", "link", "size"))
    assert is_wide(field, filled("name", "size", "licence"))
    assert not is_wide(field, SILENCE)
    assert not is_wide(column("name", "line"), SAID)


@pytest.fixture(scope="module")
def sample() -> tuple[Portal, Site]:
    portal = Portal.load(ROOT / "content", DAY, site_url="https://skriftvang.example/ai-act/")
    return portal, Site(portal)


def test_the_answer_comes_before_the_form_and_metadata_last(sample: tuple[Portal, Site]) -> None:
    portal, site = sample
    for page in portal.pages.values():
        if page.document:
            body = site.render(page).body
            ids = [heading.id for heading in headings(body)]
            assert ids[-1] == "about", page.uri
            first = next(entry for entry in page.document.root.entries if entry.field.kind == "section")
            line, contents = body.index('class="gp-docline"'), body.index('class="gp-contents"')
            assert line < contents < body.index(f'id="{anchor(first.field)}"') < body.index('id="about"')


def test_contents_list_the_headings_of_the_page(sample: tuple[Portal, Site]) -> None:
    portal, site = sample
    page = site.render(portal.pages["models/skrift/2.0/training-content/"])
    contents = page.body.partition('class="gp-contents"')[2].partition("</details>")[0]
    assert re.findall('href="#([^"]+)"', contents) == [h.id for h in page.headings if h.level in {2, 3}]
    for heading in page.headings:
        assert f'id="{heading.id}"' in page.body[heading.start : heading.end]
    assert "gp-contents" not in site.render(portal.pages["obligations/"]).body


def test_a_version_is_cited_by_its_permanent_address(sample: tuple[Portal, Site]) -> None:
    portal, site = sample
    page = portal.pages["models/skrift/2.0/training-content/"]
    latest = portal.revisions("models/skrift/2.0/training-content-summary")[-1]
    cited = " ".join(visible(site.render(page).body.partition('id="citation">')[2].partition("</p>")[0]).split())
    assert cited == (
        "Skriftvang ApS, “Public Summary of Training Content for General-Purpose AI models: Skrift 2.0”, "
        f"version 1.2, revision {latest.number} of 24 November 2026, "
        f"https://skriftvang.example/ai-act/models/skrift/2.0/training-content/r{latest.number}/ "
        f"(SHA-256 {latest.sha256[:8]}…{latest.sha256[-4:]})"
    )
    for revision in portal.pages.values():
        if revision.revision and revision.document:
            assert revision.uri in site.render(revision).body.partition('id="citation">')[2].partition("</p>")[0]


def test_a_licence_of_the_text_is_told_where_it_is_stated(content: Path) -> None:
    file = content / "models/text/1.0/training-content-summary.yaml"
    page = "models/text/1.0/training-content/"
    portal = Portal.load(content, DAY)
    assert "Licence of this text" not in visible(Site(portal).render(portal.pages[page]).body)
    file.write_text("licence: CC BY <4.0>\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    portal = Portal.load(content, DAY, site_url="https://base.example/")
    shown = Site(portal).render(portal.pages[page])
    assert "Licence of this text, as stated by Base: <bdi>CC BY &lt;4.0&gt;</bdi>" in shown.body.replace(
        portal.disclosures.provider.name, "Base"
    )
    assert '"license": {"@type": "CreativeWork", "name": "CC BY \\u003c4.0\\u003e"}' in shown.head
    told = [d for d in index(portal)["models"][0]["releases"][0]["documents"] if "licence" in d]
    assert [(d["type"], d["licence"]) for d in told] == [(SUMMARY, "CC BY <4.0>")]
