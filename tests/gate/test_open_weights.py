"""An invented open-weights provider that claims Art. 53(2) for both its releases and offers some items all the same."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose
from gpai_portal.gate.documentation import documentation
from gpai_portal.gate.reading import read_private
from gpai_portal.gate.section import seal_section
from gpai_portal.gate.setting_up import set_up
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.schema import FORM, GROUPS, load
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT
from tests.reading import visible

DAY = date(2026, 11, 24)
EXEMPT = """\
art_53_2:
  claimed: true
  grounds: Apache 2.0; weights, architecture and information on usage are public; no systemic risk.
"""
#: What lies sealed for each release: one item for downstream providers that is declared, and one for authorities.
PRIVATE = """\
use:
  required_software: The runtime Heather 4 or newer.
training:
  decision_rationale: Kept for authorities.
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Content with two releases and a private folder; what is offered is declared for the second alone."""
    content = shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    second = shutil.copytree(content / "models/text/1.0", content / "models/text/2.0")
    for release, more in ((second.with_name("1.0"), ""), (second, "  offered: [use.required_software]\n")):
        file = release / "release.yaml"
        text = file.read_text(encoding="utf-8").replace("art_53_2: {claimed: false}\n", EXEMPT + more)
        if release is second:
            text = text.replace("Text 1.0", "Text 2.0").replace("sequence: 1", "sequence: 2").replace("-10\n", "-20\n")
        file.write_text(text, encoding="utf-8")
    set_up(tmp_path / "private", content, DAY)
    (tmp_path / "private/models/text/2.0").mkdir(parents=True)
    (tmp_path / f"private/models/text/2.0/{FORM}.yaml").write_text(PRIVATE, encoding="utf-8")
    return tmp_path


def page(lab: Path, uri: str, language: str = "en") -> str:
    portal = Portal.load(lab / "content", DAY, language, "https://lab.example/")
    return Site(portal).render(portal.pages[uri]).body


def rows(body: str) -> Iterator[tuple[str, str]]:
    """The anchor of each row of a page that is withheld, and what is said there and below its part."""
    for part in re.findall("<section.*?</section>", body, re.DOTALL):
        feet = part.partition('class="gp-foot"')[2]
        for anchor, row in re.findall(r'<div class="gp-locked" id="([^"]+)">(.*?)</div>', part, re.DOTALL):
            yield anchor, " ".join(visible(f"{row.partition('<dd>')[2]} {feet}").split())


FORM_PAGE = "models/text/2.0/documentation/"


def test_each_item_has_its_line_and_what_holds_is_said_once_for_a_part(lab: Path) -> None:
    body = page(lab, FORM_PAGE)
    for part in re.findall("<section.*?</section>", body, re.DOTALL):
        feet = re.findall(r'<div class="gp-foot"><p>(\d+) items? of this part', part)
        assert sum(map(int, feet)) == part.count('class="gp-locked"')
        assert len(feet) <= 2
    items = [f for f in load(FORM).fields() if f.kind not in GROUPS and "public" not in f.audience and f.official]
    assert len(items) == 46
    assert all(f'id="{f.dotted.replace(".", "-").replace("_", "-")}"' in body for f in items)


def test_a_row_says_what_holds_for_an_exempt_model(lab: Path) -> None:
    said = dict(rows(page(lab, FORM_PAGE)))
    assert said["use-required-software"].startswith("For downstream providers: ask for access")
    assert (
        "1 item of this part is offered to downstream providers although the exemption" in said["use-required-software"]
    )
    assert said["use-required-hardware"].startswith("Not published")
    assert "not owed as long as the exemption claimed, Art. 53(2), holds" in said["training-decision-rationale"]
    assert "there is none for models with systemic risk" in said["training-decision-rationale"]
    assert "use-intended-uses" not in said  # is published


def test_the_exemption_is_told_once_at_the_top_with_what_is_offered(lab: Path) -> None:
    body = page(lab, FORM_PAGE)
    top = visible(body[: body.index('<section class="gp-card"')])
    assert "claims for Text 2.0 the exemption of Art. 53(2)" in top
    assert re.search(r"\d+ of 46 items are public\. 1 more is offered to downstream providers on request", top)
    assert "offered to downstream" not in visible(page(lab, "models/text/1.0/documentation/"))
    assert 'id="exempt"' not in page(lab, "models/text/1.0/training-content/")


def test_the_request_page_lists_the_models_and_claims_no_duty(lab: Path) -> None:
    body = page(lab, "downstream/")
    assert 'name="models" value="Text 2.0"' in body
    text = " ".join(visible(body).split())
    assert "As long as it holds, the provider owes no documentation" in text
    assert "made available proactively" not in text
    assert "Not required: the exemption of Art. 53(2) is claimed. Published anyway: Model Documentation Form" in text
    assert "On request: Required software Request access" in text
    assert "Within 14 days save" not in text
    assert "no item of the Form is offered beyond" not in text
    what = text[text.index("What you get") : text.index("How it works")]
    assert "Required hardware" not in what
    release = lab / "content/models/text/2.0/release.yaml"
    release.write_text(release.read_text(encoding="utf-8").replace("  offered: [use.required_software]\n", ""))
    body = page(lab, "downstream/")
    assert 'name="models" value="Text 2.0"' in body  # whoever needs more may ask
    assert "no item of the Form is offered beyond what is published" in body
    text = " ".join(visible(body).split())
    assert "No item of the Form is offered beyond what is published." in text
    assert "Required software" not in text


def test_the_release_names_what_is_offered_by_its_label(lab: Path) -> None:
    text = visible(page(lab, "models/text/2.0/"))
    assert "Required software" in text
    assert "required_software" not in text


def test_pages_are_the_same_whatever_is_sealed(lab: Path) -> None:
    """They rest on what the provider declares: nothing of the private folder reaches them."""
    before = page(lab, FORM_PAGE)
    seal_section(lab / "content", lab / "private", DAY, "en")
    assert page(lab, FORM_PAGE) == before


def problems(lab: Path) -> list[tuple[str, str]]:
    content, report = check(lab / "content", DAY)
    assert not report.errors
    _, found = read_private(lab / "private", content, DAY)
    return [(p.code, p.message) for p in found.problems]


def test_what_is_promised_and_what_is_sealed_are_compared_at_the_desk(lab: Path) -> None:
    assert problems(lab) == []
    file = lab / f"private/models/text/2.0/{FORM}.yaml"
    file.write_text(PRIVATE.replace("required_software", "required_hardware"), encoding="utf-8")
    assert sorted(problems(lab), reverse=True) == [
        ("open-item", "nothing is said to downstream providers on use.required_software"),
        ("offer-not-declared", "the pages of text/2.0 do not say that recipients get use.required_hardware"),
    ]


def test_the_unlocked_form_says_why_what_is_for_authorities_is_not_there(lab: Path) -> None:
    content, _ = check(lab / "content", DAY)
    private, _ = read_private(lab / "private", content, DAY)
    item = documentation(content, private, "en", (Audience.DPS,)).items[0]
    body = str(item.render(str))
    assert "Heather 4" in body
    assert "Kept for authorities" not in body
    said = dict(rows(body))
    assert "there is none for models with systemic risk" in said["training-decision-rationale"]
    assert "use-required-software" not in said
    assert body.count("there is none for") <= 8


@pytest.mark.parametrize("exempt", [("1.0",), ("2.0",), ("1.0", "2.0")])
def test_a_form_of_several_releases_is_exempt_where_all_of_them_are(lab: Path, exempt: tuple[str, ...]) -> None:
    """The rest of the Form and a revision speak of all releases they hold for, a page of a release of that one."""
    models = lab / "content/models/text"
    (models / f"2.0/{FORM}.yaml").unlink()
    form = models / f"1.0/{FORM}.yaml"
    form.write_text(form.read_text(encoding="utf-8") + "covers: [text/2.0]\n", encoding="utf-8")
    (lab / "private/models/text/2.0").rename(lab / "private/models/text/1.0")
    for release in {"1.0", "2.0"}.difference(exempt):
        file = models / release / "release.yaml"
        lines = re.sub(
            r"^art_53_2:\n(  .*\n)+", "art_53_2: {claimed: false}\n", file.read_text("utf-8"), flags=re.MULTILINE
        )
        file.write_text(lines, encoding="utf-8")
    publish(snapshots(compose(check(lab / "content", DAY)[0])), lab / "content/records", DAY)
    content, _ = check(lab / "content", DAY)
    private, _ = read_private(lab / "private", content, DAY)
    sealed = str(documentation(content, private, "en", (Audience.DPS,)).items[0].render(str))
    revision = page(lab, "models/text/1.0/documentation/r1/")
    for body in (revision, sealed):
        said = dict(rows(body))
        assert ("not owed as long as" in said["training-decision-rationale"]) == (len(exempt) == 2)
    assert ("claims for Text 1.0, Text 2.0 the exemption" in visible(revision)) == (len(exempt) == 2)
    for release in ("1.0", "2.0"):
        assert ('id="exempt"' in page(lab, f"models/text/{release}/documentation/")) == (release in exempt)
