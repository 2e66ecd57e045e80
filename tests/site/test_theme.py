"""What the plugin asks of a theme, without a build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files

from gpai_portal.mkdocs_theme import leave_out, mended, search_script, speak
from gpai_portal.site.language import Language


def config(folder: Path, theme: str, *plugins: str) -> MkDocsConfig:
    (folder / "docs").mkdir(exist_ok=True)
    file = folder / "mkdocs.yml"
    file.write_text(f"site_name: X\ntheme: {theme}\nplugins: [{', '.join(plugins)}]\n", encoding="utf-8")
    found = load_config(str(file))
    found.plugins.on_config(found)
    return found


@pytest.mark.parametrize(
    ("theme", "key"),
    [
        ("material", "language"),
        ("{name: material}", "language"),
        ("mkdocs", "locale"),
        ("{name: readthedocs}", "locale"),
        ("{name: material, language: en}", "language"),
    ],
)
def test_a_theme_speaks_the_language_of_the_portal(tmp_path: Path, theme: str, key: str) -> None:
    found = config(tmp_path, theme)
    assert speak(found, "fr") == ""
    assert str(found.theme[key]) == "fr"


@pytest.mark.parametrize(
    ("theme", "wrong"),
    [
        ("{name: material, language: fr}", ""),
        ("{name: material, language: fr-CA}", ""),
        ("{name: mkdocs, locale: fr_FR}", ""),
        ("{name: material, language: de}", "theme.language is de, and the option language of gpai-portal is fr"),
        ("{name: mkdocs, locale: de}", "theme.locale is de, and the option language of gpai-portal is fr"),
    ],
)
def test_a_theme_that_is_told_to_speak_another_is_named(tmp_path: Path, theme: str, wrong: str) -> None:
    found = config(tmp_path, theme)
    before = dict(found.theme)
    assert speak(found, "fr").startswith(wrong)
    assert bool(speak(found, "fr")) is bool(wrong)
    assert dict(found.theme) == before


def brought(found: MkDocsConfig) -> Files:
    files = get_files(found)
    files.add_files_from_theme(found.theme.get_env(), found)
    return files


@pytest.mark.parametrize(
    ("search", "kept"),
    [
        ("search", set()),
        ("search: {lang: en}", set()),
        ("search: {lang: fr}", {"min/lunr.fr.min.js", "min/lunr.stemmer.support.min.js"}),
        (
            "search: {lang: [en, ja]}",
            {"min/lunr.ja.min.js", "min/lunr.stemmer.support.min.js", "min/lunr.multi.min.js", "tinyseg.js"},
        ),
    ],
)
def test_files_that_no_page_asks_for_are_left_out(tmp_path: Path, search: str, kept: set[str]) -> None:
    found = config(tmp_path, "material", search)
    (tmp_path / "docs/own.map").write_text("drawn by hand", encoding="utf-8")
    files = brought(found)
    before = {file.src_uri for file in files}
    leave_out(files, found)
    after = {file.src_uri for file in files}
    lunr = "assets/javascripts/lunr/"
    assert {name.removeprefix(lunr) for name in after if name.startswith(lunr)} == kept
    assert [name for name in after if name.endswith(".map")] == ["own.map"]
    assert {name for name in before - after if not (name.endswith(".map") or name.startswith(lunr))} == set()


def test_themes_without_such_a_search_get_no_script(tmp_path: Path) -> None:
    assert [address for address, _file in search_script(brought(config(tmp_path, "material")))] == [
        "assets/gpai-portal-search.js"
    ]
    assert search_script(brought(config(tmp_path, "mkdocs"))) == []


@pytest.mark.parametrize("above", ["", "../../", "/portal/"])
def test_the_script_stands_before_that_of_the_theme(above: str) -> None:
    bundle = f'<script src="{above}assets/javascripts/bundle.0a1b.min.js"></script>'
    own = f'<script src="{above}assets/gpai-portal-search.js"></script>'
    assert mended(f"<p>{bundle}</body>", Language("en")) == f"<p>{own}\n{bundle}</body>"
    other: Any = '<script src="x/bundle.js"></script>'
    assert mended(other, Language("en")) == other


@pytest.mark.parametrize(
    ("title", "mended_title", "place"),
    [
        ("<h1>A</h1>", '<h1 id="gp-title">A</h1>', "gp-title"),
        ('<h1 class="x" id="own">A</h1>', '<h1 class="x" id="own">A</h1>', "own"),
        ('<h1 data-id="x">A</h1>', '<h1 id="gp-title" data-id="x">A</h1>', "gp-title"),
    ],
)
def test_the_first_link_leads_to_the_title_and_controls_have_names(title: str, mended_title: str, place: str) -> None:
    skip = '<div data-md-component="skip">\n%s</div>'
    menu = '<input class="md-toggle" data-md-toggle="drawer"%s type="checkbox">'
    dialog = '<div class="md-search" data-md-component="search" role="dialog"%s>'
    page = skip % '<a href="#first" class="md-skip">\nSkip\n</a>' + menu % "" + dialog % "" + title
    link = f'<a href="#{place}" class="md-skip">Aller au contenu</a>'
    skip_now = f'<div data-md-component="skip">{link}</div>'
    assert mended(page, Language("fr")) == (
        skip_now + menu % ' aria-label="Menu"' + dialog % ' aria-label="Recherche"' + mended_title
    )
    assert mended(skip % "" + title, Language("fr")) == skip_now + mended_title
    assert mended(title, Language("fr")) == title, "another theme has no such link"
