"""Drafts: what was never published may have open fields, which pages show and machines are not told of."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.checking import check
from gpai_portal.content.answers import Path_
from gpai_portal.content.scaffolding import scaffold, scaffold_kinds
from gpai_portal.documents import kind_of
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.verification import verify
from tests.conftest import DAY, ROOT, run
from tests.publication.chains import edit, publish_now
from tests.reading import visible

OPEN = "Still to be answered"
DRAFT = "Draft, not published."
RELEASE = "models/text/1.0/release.yaml"
SUMMARY = "models/text/1.0/training-content-summary.yaml"
FORM = "models/text/1.0/model-documentation.yaml"
PAGE = "models/text/1.0/training-content/"


def rendered(content: Path, language: str = "en", site_url: str = "https://base.example/") -> dict[str, str]:
    """The bodies of all pages, by address."""
    site = Site(Portal.load(content, DAY, language, site_url))
    return {uri: site.render(page).body for uri, page in site.portal.pages.items()}


def second(content: Path) -> None:
    """A second release beside the first, ready to be published."""
    shutil.copytree(content / "models/text/1.0", content / "models/text/2.0")
    for file in (content / "models/text/2.0").iterdir():
        text = file.read_text(encoding="utf-8").replace("1.0", "2.0").replace("sequence: 1", "sequence: 2")
        file.write_text(text, encoding="utf-8")


# -- marked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "marked", "open_"),
    [
        ("en", "Draft, not published. 2 fields are still to be answered.", OPEN),
        ("fr", "Projet, non publié. 2 champs restent à compléter.", "Réponse à compléter"),
    ],
)
def test_the_page_of_a_draft_says_so_and_shows_what_is_open(
    content: Path, language: str, marked: str, open_: str
) -> None:
    edit(content, SUMMARY, 'version: "1.0"', "version:")
    edit(content, SUMMARY, "last_update: 2026-03-01", "last_update:")
    pages = rendered(content, language)
    assert marked in visible(pages[PAGE])
    assert visible(pages[PAGE]).count(open_) == 2
    assert [uri for uri, body in pages.items() if marked in visible(body)] == [PAGE]
    badge = {"en": "Training summary draft", "fr": "Résumé du contenu d’entraînement projet"}[language]
    assert badge in visible(pages["models/"])
    assert badge in visible(pages[""])


def test_one_open_field_is_told_in_the_singular(content: Path) -> None:
    edit(content, SUMMARY, 'version: "1.0"', "version:")
    assert f"{DRAFT} 1 field is still to be answered." in visible(rendered(content)[PAGE])


def test_facts_that_are_open_make_drafts_of_all_that_takes_them(content: Path) -> None:
    edit(content, "provider.yaml", "legal_name: Base SAS", "legal_name:")
    pages = {uri: visible(body) for uri, body in rendered(content).items()}
    assert {uri for uri, text in pages.items() if DRAFT in text} == pages.keys() - {
        "models/text/",
        "models/text/1.0/",
        "models/text/1.0/obligations/",
    }
    for uri in ("", PAGE, "models/text/1.0/documentation/"):
        assert OPEN in pages[uri], uri


@pytest.mark.parametrize(
    ("file", "old", "new", "uri"),
    [
        ("provider.yaml", "name: Base\n", "name:\n", ""),
        ("provider.yaml", "country: FR", "country:", ""),
        ("provider.yaml", "{role: ai_office, email", "{role: , email", ""),
        ("models/text/model.yaml", "name: Text", "name:", "models/text/"),
        (RELEASE, "name: Text 1.0\n", "name:\n", "models/text/1.0/"),
        (RELEASE, "sequence: 1", "sequence:", "models/text/1.0/"),
    ],
)
def test_what_readers_meet_only_in_titles_is_named_where_it_is_open(
    content: Path, file: str, old: str, new: str, uri: str
) -> None:
    edit(content, file, old, new)
    text = visible(rendered(content)[uri])
    assert re.search(rf"{OPEN}: (Name|Sequence|Established in|Contacts) ", text)


def test_what_a_missing_answer_may_ask_for_is_open_as_well(content: Path) -> None:
    found = yaml.safe_load((content / SUMMARY).read_text(encoding="utf-8"))
    found["sources"]["public"] = {"used": None}
    (content / SUMMARY).write_text(json.dumps(found, default=str), encoding="utf-8")
    body = rendered(content)[PAGE]
    section = body[body.index('id="sources-public"') : body.index('id="sources-private"')]
    assert visible(section).count(OPEN) == 4
    assert "No answer" not in section


def test_nothing_of_a_draft_is_counted(content: Path) -> None:
    edit(content, "copyright-policy.yaml", "  robots_txt:", "  # robots_txt:")
    counted = visible(rendered(content)[""])
    edit(content, "copyright-policy.yaml", "  # robots_txt:", "  robots_txt:")
    text = visible(rendered(content)[""])
    assert "Drafts with open fields are not counted." in counted
    assert "Drafts" not in text
    draft, whole = (max(map(int, re.findall(r"(\d+) required fields", told))) for told in (counted, text))
    assert draft < whole


def test_a_section_of_its_own_without_a_title_says_so(content: Path) -> None:
    text = (content / SUMMARY).read_text(encoding="utf-8")
    (content / SUMMARY).write_text(text + "extra_sections:\n  - {text: Words.}\n", encoding="utf-8")
    assert f"{OPEN} Words." in visible(rendered(content)[PAGE])
    assert is_shown_as_draft(content)


def test_a_row_that_lacks_its_text_keeps_its_title(content: Path) -> None:
    text = (content / SUMMARY).read_text(encoding="utf-8")
    more = "extra_sections:\n  - {title: Our own, text: Words.}\n  - {title: Half of it}\n"
    (content / SUMMARY).write_text(text + more, encoding="utf-8")
    assert f"Our own Words. Half of it {OPEN}" in visible(rendered(content)[PAGE])


# -- releases -----------------------------------------------------------------------------------------------


def test_a_draft_of_a_release_is_neither_current_nor_the_latest(content: Path) -> None:
    second(content)
    edit(content, "models/text/2.0/release.yaml", "licence: {name: Apache 2.0}", "licence:")
    site = Site(Portal.load(content, DAY))
    pages = {uri: visible(site.render(page).body) for uri, page in site.portal.pages.items()}
    assert "Text 2.0 draft" in pages["models/text/"]
    assert "Text 1.0 current" in pages["models/text/"]
    assert "Superseded" not in pages["models/text/1.0/"]
    assert not [uri for uri in pages if uri.startswith("models/text/2.0/") and "changes" in uri]
    assert "models/text/2.0/changes/" not in site.render(site.portal.pages["models/text/2.0/"]).body
    leads = {uri: data.decode() for uri, data in site.files() if "/latest/" in uri and isinstance(data, bytes)}
    assert all("/2.0/" not in html for html in leads.values())
    assert "models/text/latest/index.html" in leads
    assert "2.0" not in site.portal.disclosures.models[0].name
    timeline = pages["models/text/"].partition("Timeline")[2]
    assert "Text 1.0" in timeline
    assert "Text 2.0" not in timeline
    assert 'value="Text 2.0"' not in site.render(site.portal.pages["downstream/"]).body


def test_of_a_draft_of_a_release_nothing_is_offered_on_request(content: Path) -> None:
    second(content)
    (content / "models/text/2.0/model-documentation.yaml").unlink()
    shown = visible(rendered(content)["downstream/"])
    assert "of the Form, for Text 2.0" in shown
    edit(content, "models/text/2.0/release.yaml", "licence: {name: Apache 2.0}", "licence:")
    shown = visible(rendered(content)["downstream/"])
    assert "of the Form, for Text 2.0" not in shown
    assert "offered beyond what is published" not in shown.partition("Text 2.0")[2]


def test_a_draft_that_lies_in_the_future_is_planned_and_a_draft(content: Path) -> None:
    edit(content, RELEASE, "union_market_date: 2026-03-10", "union_market_date: 2027-03-10")
    edit(content, RELEASE, "licence: {name: Apache 2.0}", "licence:")
    assert "Text 1.0 planned draft" in visible(rendered(content)["models/text/1.0/"])


def test_a_release_after_a_draft_is_compared_with_the_one_before_it(content: Path) -> None:
    second(content)
    shutil.copytree(content / "models/text/2.0", content / "models/text/3.0")
    for file in (content / "models/text/3.0").iterdir():
        text = file.read_text(encoding="utf-8").replace("2.0", "3.0").replace("sequence: 2", "sequence: 3")
        file.write_text(text, encoding="utf-8")
    edit(content, "models/text/2.0/release.yaml", "licence: {name: Apache 2.0}", "licence:")
    pages = rendered(content)
    assert "Changes from Text 1.0 to Text 3.0" in visible(pages["models/text/3.0/changes/"])
    assert "models/text/2.0/changes/" not in pages


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("union_market_date: 2026-03-10", "union_market_date:", "Whether it applies cannot be said yet"),
        ('systemic_risk: {status: "no"}', "systemic_risk:", "Whether it applies cannot be said yet"),
        ("art_53_2: {claimed: false}", "art_53_2: {claimed: }", "Whether it applies cannot be said yet"),
    ],
)
def test_no_duty_follows_from_what_is_open(content: Path, old: str, new: str, says: str) -> None:
    edit(content, RELEASE, old, new)
    text = visible(rendered(content)["models/text/1.0/obligations/"])
    assert says in text
    assert "The provider does not declare" not in text
    assert OPEN in text
    assert OPEN in visible(rendered(content)["obligations/"])


def test_an_exemption_claimed_while_the_risk_is_open_exempts_from_nothing(content: Path) -> None:
    edit(content, RELEASE, "art_53_2: {claimed: false}", "art_53_2: {claimed: true}")
    edit(content, RELEASE, 'systemic_risk: {status: "no"}', "systemic_risk: {status: }")
    text = visible(rendered(content)["models/text/1.0/obligations/"])
    assert "as long as the exemption" not in text
    assert "Whether it applies cannot be said yet" in text


def test_the_overview_says_that_a_date_is_open(content: Path) -> None:
    edit(content, RELEASE, "union_market_date: 2026-03-10", "union_market_date:")
    pages = {uri: visible(body) for uri, body in rendered(content).items()}
    assert "When it is due cannot be said yet" in pages["obligations/"]
    assert "Text 1.0 draft" in pages["obligations/"]
    assert "current" not in pages["models/text/1.0/"].lower().replace("current releases", "")


# -- kept out -----------------------------------------------------------------------------------------------


def in_site(site: Path, name: str) -> Any:
    return json.loads((site / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_machines_are_not_told_of_a_draft(
    project: Path, build: Callable[..., Any], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    edit(project / "content", SUMMARY, 'version: "1.0"', "version:")
    config = project / "mkdocs.yml"
    text = config.read_text("utf-8").replace("name: material", f"name: {theme}")
    # The other two themes load styles and scripts from elsewhere, which the policy of the portal blocks.
    config.write_text(text.replace("gpai-portal]", "{gpai-portal: {content_security_policy: false}}]"), "utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    site = project / "site"
    html = (site / PAGE / "index.html").read_text(encoding="utf-8")
    other = (site / "copyright/index.html").read_text(encoding="utf-8")
    assert re.search(r'<meta name="?robots"? content="?noindex"?', html)
    assert "application/ld+json" not in html
    assert "noindex" not in other
    assert "application/ld+json" in other
    assert not (site / "models/text/1.0/training-content.json").exists()
    assert "training-content.json" not in html
    for name in ("gpai-transparency.json", ".well-known/gpai-transparency.json"):
        index = in_site(site, name)
        assert [d["type"] for d in index["models"][0]["releases"][0]["documents"]] == ["model-documentation"]
    for sitemap in ((site / "sitemap.xml").read_bytes(), gzip.decompress((site / "sitemap.xml.gz").read_bytes())):
        assert PAGE.encode() not in sitemap
        assert b"https://base.example/portal/models/text/1.0/documentation/" in sitemap
    locations = {entry["location"].partition("#")[0] for entry in in_site(site, "search/search_index.json")["docs"]}
    assert PAGE not in locations
    assert "copyright/" in locations
    assert not (site / "models/text/latest/training-content/index.html").exists()
    assert (site / "models/text/latest/documentation/index.html").is_file()
    found = verify(str(site), DAY)
    assert [str(problem) for problem in found.report] == []
    assert f"Drafts with open fields, which were not published: 1 page(s), first {PAGE.rstrip('/')}." in found.proved


def test_of_a_provider_that_is_a_draft_the_index_names_nothing(content: Path) -> None:
    edit(content, "provider.yaml", "name: Base\n", "name:\n")
    edit(content, "models/text/model.yaml", "name: Text", "name:")
    edit(content, RELEASE, "sequence: 1", "sequence:")
    files = dict(Site(Portal.load(content, DAY)).files())
    index = json.loads(files["gpai-transparency.json"])  # type: ignore[arg-type]
    assert (index["documents"], index["models"], "provider" in index) == ([], [], False)
    assert "schemas/release.schema.json" in files


def test_plain_files_keep_drafts_out_as_well(project: Path) -> None:
    edit(project / "content", SUMMARY, 'version: "1.0"', "version:")
    done = run("gpai_portal.cli", "render", "--out", "plain", cwd=project)
    assert done.returncode == 0, done.stderr
    page = (project / "plain/docs" / PAGE / "index.md").read_text(encoding="utf-8")
    assert 'search: {"exclude": true}' in page
    assert '<meta name="robots" content="noindex">' in page
    assert not (project / "plain/docs/models/text/1.0/training-content.json").exists()


# -- once something is published ----------------------------------------------------------------------------


def test_a_published_document_that_now_covers_a_draft_keeps_its_revision(content: Path, tmp_path: Path) -> None:
    publish_now(content)
    second(content)
    (content / "models/text/2.0/training-content-summary.yaml").unlink()
    edit(content, "models/text/2.0/release.yaml", "licence: {name: Apache 2.0}", "licence:")
    edit(content, SUMMARY, 'version: "1.0"', 'version: "1.1"\ncovers: [text/2.0]')
    site = Site(Portal.load(content, DAY, site_url="https://base.example/"))
    text = visible(site.render(site.portal.pages[PAGE]).body)
    assert f"{DRAFT} 1 field is still to be answered." in text
    assert "This page differs from what was published last: revision 1" in text
    assert DRAFT not in visible(site.render(site.portal.pages[f"{PAGE}r1/"]).body)
    folder = tmp_path / "written"
    for uri, found in site.files():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        (folder / uri).write_bytes(found if isinstance(found, bytes) else found.read_bytes())
    for uri, page in site.portal.pages.items():
        (folder / uri).mkdir(parents=True, exist_ok=True)
        (folder / uri / "index.html").write_text(site.render(page).head, encoding="utf-8")
    problems = [problem for problem in verify(str(folder), DAY).report if problem.file != "SHA256SUMS"]
    assert [(p.code, p.severity, p.file) for p in problems] == [("not-published", "warning", f"{PAGE}index.html")]
    told = [str(problem) for problem in verify(str(content), DAY).report]
    assert any("is a draft with open fields (1); answer what gpai-portal check names" in line for line in told)
    code = run("gpai_portal.cli", "publish", "--content", str(content), cwd=tmp_path)
    assert code.returncode == 1
    assert "was published, and takes facts from files with open fields" in code.stderr


def test_after_publication_an_open_field_is_an_error_again(content: Path) -> None:
    publish_now(content)
    edit(content, SUMMARY, 'version: "1.0"', "version:")
    done = run("gpai_portal.cli", "check", "--content", str(content), cwd=content.parent)
    assert done.returncode == 1
    assert "nothing is written after the colon" in done.stdout
    assert "to do" not in done.stdout


# -- any field of any file ----------------------------------------------------------------------------------


def places(node: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Everything that is written in a file."""
    if path:
        yield path
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*path, key))


def without(data: Mapping[str, Any], path: Path_, *, key: bool) -> str:
    """A file that leaves one place open: with nothing behind its key, or without the ``key``."""
    copy = json.loads(json.dumps(data, default=str))
    node = copy
    for part in path[:-1]:
        node = node[part]
    if key:
        node[path[-1]] = None
    else:
        del node[path[-1]]
    return json.dumps(copy)


def is_shown_as_draft(content: Path) -> bool:
    """Whether there are drafts, which have to be shown as such; not where ``check`` finds errors."""
    found, report = check(content, DAY)
    if report.errors or not found.open_fields:
        return False
    site = Site(Portal.load(content, DAY, site_url="https://base.example/"))
    shown: dict[str, bool] = dict.fromkeys(found.open_fields, False)
    for page in site.portal.pages.values():
        body = site.render(page).body
        assert not re.search(r"\bNone\b(?! \(|<)|Undefined|&#39;state&#39;|No answer given", body), page.uri
        assert page.open_fields == site.portal.disclosures.drafts.get(page.key, 0)
        assert (DRAFT in visible(body)) is bool(page.open_fields), page.uri
        shown[page.key] = shown.get(page.key, True) or 'class="gp-state gp-state--open"' in body
    assert all(shown.values()), shown
    told = b"".join(data for uri, data in site.files() if isinstance(data, bytes) and not uri.startswith("schemas/"))
    assert b'"open"' not in told
    return True


def variants(content: Path) -> list[tuple[str, Path_, bool]]:
    found = []
    for file in sorted(content.rglob("*.yaml")):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        found += [(file.relative_to(content).as_posix(), p, k) for p in places(data) for k in (True, False)]
    return found


def attack(content: Path, chosen: list[tuple[str, Path_, bool]]) -> int:
    """How many of the variants are drafts; none may be shown as anything else."""
    drafts = 0
    failed: list[str] = []
    for name, path, key in chosen:
        file = content / name
        before = file.read_bytes()
        file.write_text(without(yaml.safe_load(before), path, key=key), encoding="utf-8")
        try:
            drafts += is_shown_as_draft(content)
        except Exception as error:  # noqa: BLE001 - all of them are told at once
            failed.append(f"{name} {path} {'null' if key else 'left out'}: {error!r:.200}")
        finally:
            file.write_bytes(before)
    assert failed == []
    return drafts


def test_a_sample_of_fields_left_open(content: Path) -> None:
    assert attack(content, variants(content)[::23]) > 5


@pytest.mark.long  # each field of each file, in a copy of the base and of the sample: minutes
@pytest.mark.parametrize("source", ["tests/examples/base/content", "content"])
def test_every_field_left_open_by_itself(tmp_path: Path, source: str) -> None:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / source, folder, ignore=shutil.ignore_patterns("records", "sealed", "pages"))
    assert attack(folder, variants(folder)) > 50


@pytest.mark.parametrize("full", [False, True], ids=["what is asked for", "everything"])
def test_all_of_it_left_open_at_once(project: Path, build: Callable[..., Any], full: bool) -> None:
    folder = project / "content"
    for kind in scaffold_kinds():
        place = {0: folder, 1: folder / "models/text", 2: folder / "models/text/1.0"}[len(kind_of(kind).place.ids)]
        (place / f"{kind}.yaml").write_text(scaffold(kind, full=full), encoding="utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    pages = {page.parent.relative_to(project / "site").as_posix(): page for page in (project / "site").rglob("*.html")}
    for name, page in pages.items():
        text = visible(page.read_text(encoding="utf-8"))
        assert (DRAFT in text) is (page.name == "index.html" and name != "about"), name
    assert (project / "site/sitemap.xml").read_text(encoding="utf-8").count("<loc>") == 1
    assert is_shown_as_draft(project / "content")
