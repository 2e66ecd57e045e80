"""MkDocs makes its own navigation, from ``nav`` or from folders, and ours is put into it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., subprocess.CompletedProcess[str]]

#: Writes the navigation as titles and addresses, with the order of previous and next.
HOOK = """
import json
from mkdocs.plugins import event_priority

def tree(items):
    return [{i.title: tree(i.children)} if i.is_section else i.url for i in items]

@event_priority(-900)
def on_nav(nav, config, files):
    parents = all(c.parent is i for i in nav.items if i.is_section for c in i.children)
    row = [page.url for page in nav.pages]
    page, walked = nav.pages[0], []
    while page:
        walked.append(page.url)
        page = page.next_page
    found = {"tree": tree(nav.items), "row": row, "walked": walked, "parents": parents, "home": nav.homepage.url}
    found["left"] = [f.src_uri for f in files if f.src_uri == "gpai-portal"]
    open("nav.json", "w").write(json.dumps(found))
"""
MODELS = {"Models": ["models/", "models/text/"]}
POLICY = {"Copyright policy": ["copyright/", "copyright/crawlers/", "copyright/complaints/"]}
DOWNSTREAM = {"For downstream providers": ["downstream/", "downstream/documents/"]}
LOOKUP = "domains/"
PORTAL = ["", MODELS, POLICY, LOOKUP, DOWNSTREAM, "obligations/", "accessibility/"]


def navigation(project: Path, build: Build, nav: str = "", more: str = "") -> Any:
    """The tree of the navigation that a strict build ends with."""
    (project / "hook.py").write_text(HOOK, encoding="utf-8")
    config = (project / "mkdocs.yml").read_text(encoding="utf-8")
    nav = f"nav: {nav}\n" if nav else ""
    (project / "mkdocs.yml").write_text(f"{config}hooks: [hook.py]\n{nav}{more}", encoding="utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    found = json.loads((project / "nav.json").read_text(encoding="utf-8"))
    assert found["row"] == found["walked"], "previous and next follow the tree"
    assert found["parents"]
    assert found["home"] == ""
    assert found["left"] == []
    assert not (project / "site/gpai-portal").exists()
    return found["tree"]


def pages(project: Path, *names: str) -> None:
    for name in names:
        file = project / "content/pages" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n", encoding="utf-8")


def test_folders_are_sections(project: Path, build: Build) -> None:
    pages(project, "guides/one.md", "guides/deep/two.md")
    guides = {"Guides": ["guides/one/", {"Deep": ["guides/deep/two/"]}]}
    assert navigation(project, build) == [*PORTAL, "about/", guides]


def test_not_in_nav_is_honoured(project: Path, build: Build) -> None:
    pages(project, "hidden.md", "drafts/one.md")
    assert navigation(project, build, more="not_in_nav: |\n  /hidden.md\n  /drafts/\n") == [*PORTAL, "about/"]


def test_a_folder_that_is_called_as_ours_keeps_its_pages(project: Path, build: Build) -> None:
    pages(project, "models/notes.md")
    assert navigation(project, build) == [*PORTAL, "about/", {"Models": ["models/notes/"]}]


@pytest.mark.parametrize(
    ("nav", "tree"),
    [
        ("[about.md]", [*PORTAL, "about/"]),
        ("[about.md, gpai-portal]", ["about/", *PORTAL]),
        ("[about.md, {Portal: gpai-portal}]", ["about/", {"Portal": PORTAL}]),
        ("[{More: [gpai-portal, about.md]}]", [{"More": [*PORTAL, "about/"]}]),
        ("[{A: [{B: [about.md, {Portal: gpai-portal}]}]}]", [{"A": [{"B": ["about/", {"Portal": PORTAL}]}]}]),
        ("[gpai-portal, about.md, gpai-portal]", [*PORTAL, "about/"]),
        ("[obligations/index.md, gpai-portal, about.md]", ["obligations/", *PORTAL[:-2], PORTAL[-1], "about/"]),
        ("[{All: [models/index.md, models/text/index.md]}, about.md, gpai-portal]",
         [{"All": ["models/", "models/text/"]}, "about/", "", POLICY, LOOKUP, DOWNSTREAM, *PORTAL[-2:]]),
        ("[{Release: models/text/1.0/index.md}, about.md, gpai-portal]", ["models/text/1.0/", "about/", *PORTAL]),
    ],
)  # fmt: skip
def test_the_entry_stands_for_the_pages_wherever_it_is(project: Path, build: Build, nav: str, tree: list[Any]) -> None:
    assert navigation(project, build, nav, "validation: {nav: {omitted_files: warn}}\n") == tree


def test_pages_of_a_release_are_in_the_section_of_models(project: Path, build: Build) -> None:
    navigation(project, build, "[{More: [{Portal: gpai-portal}]}, about.md]")
    html = (project / "site/models/text/1.0/training-content/index.html").read_text(encoding="utf-8")
    primary = html[html.index("md-nav--primary") : html.index("md-sidebar--secondary")]
    assert primary.count("md-nav__item--active") == len(["More", "Portal", "Models"])


def test_material_features_build(project: Path, build: Build) -> None:
    config = (project / "mkdocs.yml").read_text(encoding="utf-8")
    features = "[navigation.instant, navigation.tabs, navigation.path, navigation.indexes, navigation.footer]"
    config = config.replace("font: false}", f"font: false, features: {features}}}")
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert navigation(project, build, "[about.md, {Portal: gpai-portal}]") == ["about/", {"Portal": PORTAL}]
