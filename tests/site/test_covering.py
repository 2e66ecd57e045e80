"""Which releases a document holds for: by name, with links; what only words describe is no coverage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.reading import visible

POLICY = "copyright-policy.yaml"
SUMMARY = "models/text/1.0/training-content-summary.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two releases of a model, of which the second is covered by the summary of the first."""
    folder = Path(shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content"))
    release = (folder / "models/text/1.0/release.yaml").read_text(encoding="utf-8")
    (folder / "models/text/1.1").mkdir()
    (folder / "models/text/1.1/release.yaml").write_text(
        release.replace("Text 1.0", "Text 1.1").replace("sequence: 1", "sequence: 2"), encoding="utf-8"
    )
    append(folder / SUMMARY, "covers: [text/1.1]")
    return folder


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")


def page(content: Path, uri: str) -> str:
    _, report = check(content, DAY)
    assert report.errors == []
    portal = Portal.load(content, DAY)
    return Site(portal).render(portal.pages[uri]).body


def test_releases_covered_are_named_and_linked(content: Path) -> None:
    body = page(content, "models/text/1.0/training-content/")
    covered = body[body.index('id="covers"') :]
    assert '<li><a href="../../1.1/">Text 1.1</a></li>' in covered[: covered.index("</dd>")]


def test_a_document_that_holds_for_the_current_release_too_is_not_called_superseded(content: Path) -> None:
    uri = "models/text/1.0/training-content/"
    said = "The release is superseded, this document holds for the current one too: see Text 1.1, the current release"
    assert said in visible(page(content, uri))
    file = content / SUMMARY
    file.write_text(file.read_text(encoding="utf-8").replace("covers: [text/1.1]", ""), encoding="utf-8")
    shutil.copy(file, content / "models/text/1.1")
    text = visible(page(content, uri))
    assert "Superseded: see Text 1.1" in text
    assert "holds for the current one" not in text


@pytest.mark.parametrize(
    ("models", "linked"),
    [
        ("[text/1.0]", [True, False]),
        ("[text/*]", [True, True]),
        ("[text/1.1, {pattern: Models of the 1.x family, text: Later ones as well.}]", [False, True]),
        ("[{pattern: Models of the 1.x family}]", [False, False]),
    ],
)
def test_the_duty_links_the_policy_only_where_it_is_known_to_hold(
    content: Path, models: str, linked: list[bool]
) -> None:
    append(content / POLICY, f"models: {models}")
    pages = [page(content, f"models/text/{release}/obligations/") for release in ("1.0", "1.1")]
    assert ['href="../../../../copyright/"' in body for body in pages] == linked


def test_the_policy_says_which_releases_it_holds_for(content: Path) -> None:
    append(content / POLICY, "models: [text/1.0, text/*, {pattern: Models of the 3.x family, text: By licence.}]")
    body = page(content, "copyright/")
    covered = body[body.index('id="models"') :]
    covered = covered[: covered.index("</dd>")]
    assert '<a href="../models/text/1.0/">Text 1.0</a>' in covered
    assert '<a href="../models/text/">all releases of Text</a>' in covered
    assert "Models of the 3.x family : By licence." in visible(covered)
    assert covered.count("<a ") == 2


def test_all_releases_of_a_model_that_is_not_there(content: Path) -> None:
    append(content / POLICY, "models: [other/*]")
    _, report = check(content, DAY)
    assert [(p.code, p.path) for p in report] == [("unknown-release", "models[0]")]
