"""The first page, for every provider: doors lead to pages that are there, and nothing is said that is not so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.listed import names, put_list
from tests.reading import visible


def body(content: Path) -> str:
    site = Site(Portal.load(content, DAY))
    html = site.render(site.portal.pages[""]).body
    for target in re.findall(r'href="([^":#?]+/)["#]', html):
        assert target in site.portal.pages, target
    return html


def test_with_a_list_names_are_asked_for_at_once_and_never_sent(content: Path) -> None:
    put_list(content, names(3))
    html = body(content)
    form = re.search(r"<form[^>]*data-gp-ask>.*?</form>", html, re.DOTALL)
    assert form
    assert 'action="domains/"' in form[0]
    assert " name=" not in form[0], "without a script the address would carry what was typed"


def test_without_a_list_it_says_so_and_whom_to_ask(content: Path) -> None:
    summary = content / "models/text/1.0/training-content-summary.yaml"
    text = summary.read_text(encoding="utf-8")
    old = "value: [news.example, presse.example]\n      total: 20"
    assert old in text
    summary.write_text(text.replace(old, "access: On request."), encoding="utf-8")
    html = body(content)
    assert "<form" not in html
    assert "No list of domain names is published here" in visible(html)


def test_without_models_and_records(content: Path) -> None:
    shutil.rmtree(content / "models")
    (content / "models").mkdir()
    text = visible(body(content))
    assert "No model is published here." in text
    assert "What changed?" not in text


def test_a_form_of_an_older_release_is_no_nothing(content: Path) -> None:
    folder = content / "models/text/1.1"
    folder.mkdir()
    release = (content / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    release = release.replace("Text 1.0", "Text 1.1").replace("sequence: 1", "sequence: 2")
    (folder / "release.yaml").write_text(release, encoding="utf-8")
    shutil.copy(content / "models/text/1.0/training-content-summary.yaml", folder)
    html = body(content)
    door = html[html.index('id="build"') :]
    door = visible(door[: door.index("</li>")])
    assert "Nothing of the documentation is public here." not in door
    assert re.search("Public of other releases only: [^:]+: Text 1.0", door)
    site = Site(Portal.load(content, DAY))
    assert "No item of the Form of the releases below" in visible(site.render(site.portal.pages["downstream/"]).body)


@pytest.mark.parametrize(("count", "cards"), [(8, True), (9, False), (25, False)])
def test_many_models_are_a_list(content: Path, count: int, cards: bool) -> None:
    for number in range(1, count):
        shutil.copytree(content / "models/text", content / f"models/text{number}")
    html = body(content)
    assert ("gp-cards--wide" in html) is cards
    assert visible(html).count("Text 1.0 current") == count


def test_gaps_of_the_latest_release_are_named() -> None:
    html = body(ROOT / "content")
    assert "1 of 44 not disclosed" in visible(html)
    assert "Versions Skrift 2.0-3B; Skrift 2.0-12B" in visible(html)
    assert html.index('id="look-up"') < html.index('id="models"') < html.index('id="contacts"') < html.index(".json")
