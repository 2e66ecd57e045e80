"""The recipes of CONTRIBUTING, each carried out in a copy of the package, word for word."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import AS_OF, EPOCH, ROOT
from tests.reading import published_schema, visible

BLOCK = re.compile(r'^```\w+ title="([^"]+)"(?: after="((?:[^"\\]|\\.)*)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


class Copy:
    """A copy of the package, its schemas, its guide and the sample, in which a recipe is carried out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("plugin", "schemas", "docs", "content"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "mkdocs.yml", folder)

    def follow(self, recipe: str) -> None:
        """Writes every file of a recipe, or puts its lines behind the line that it names."""
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        part = re.search(rf"^\*\*{recipe}\.\*\*(.*?)(?=^\*\*A |^## )", text, re.DOTALL | re.MULTILINE)
        assert part, f"CONTRIBUTING has no recipe {recipe!r}"
        blocks = BLOCK.findall(part[1])
        assert blocks
        for name, after, lines in blocks:
            file = self.folder / name
            if not after:
                assert not file.exists()
                file.write_text(lines, encoding="utf-8")
                continue
            known = file.read_text(encoding="utf-8").splitlines(keepends=True)
            at = known.index(after.replace('\\"', '"') + "\n") + 1
            # A docstring stays the first line of its function.
            at += known[at].lstrip().startswith('"""')
            file.write_text("".join([*known[:at], lines, *known[at:]]), encoding="utf-8")

    def run(self, *command: str, code: int = 0) -> str:
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder / "plugin"),
            "SOURCE_DATE_EPOCH": EPOCH,
            "NO_MKDOCS_2_WARNING": "1",
            "DISABLE_MKDOCS_2_WARNING": "true",
            "PYTHONWARNINGS": "ignore",
        }
        call = [sys.executable, "-m", *command]
        done = subprocess.run(call, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    def portal(self, *command: str, code: int = 0) -> str:
        return self.run("gpai_portal.cli", *command, code=code)

    def build(self, language: str = "en") -> Path:
        config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        config = config.replace("      sealed_by:", f"      language: {language}\n      sealed_by:")
        (self.folder / "mkdocs.yml").write_text(config, encoding="utf-8")
        self.run("mkdocs", "build", "--strict", "--quiet", "--site-dir", f"site-{language}")
        return self.folder / f"site-{language}"

    def guide(self) -> Path:
        self.run(
            "mkdocs", "build", "--strict", "--quiet", "-f", "docs/mkdocs.yml", "--site-dir", str(self.folder / "g")
        )
        return self.folder / "g"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def text_of(page: Path) -> str:
    return visible(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"place": "Release"}, "'Release' is not one of"),
        ({"order": None}, "None is not of type 'number'"),
        ({"address": "a/b"}, "'a/b' does not match"),
        ({"short_title": None}, "None is not of type 'string'"),
        ({"place": "model"}, "x-document: "),
        ({"place": "portal", "address": "copyright"}, "copyright-policy.schema.json has the address 'copyright' too"),
        ({"address": "training-content"}, "ethics-review.schema.json has the address 'training-content' too"),
        ({"address": "obligations"}, "two pages have the address models/skrift/2.0/obligations/"),
        ({"address": "changes"}, "two pages have the address models/skrift/2.0/changes/"),
        ({"place": "portal", "address": "models"}, "two pages have the address models/"),
        ({"place": "portal", "address": "downstream"}, "two pages have the address downstream/"),
    ],
    ids=str,
)
def test_no_document_is_lost_in_silence(copy: Copy, said: dict[str, object], words: str) -> None:
    """A kind whose pages would have no address, or that of other pages, is refused with the name of its schema."""
    copy.follow("A document")
    file = copy.folder / "schemas/ethics-review.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    schema["x-document"] |= said
    file.write_text(json.dumps(schema), encoding="utf-8")
    where = "content" if said.get("place") == "portal" else "content/models/skrift/2.0"
    text = "version: '1'\nlast_update: 2026-11-01\noutcome: {opinion: Approved.}\n"
    (copy.folder / where / "ethics-review.yaml").write_text(text, encoding="utf-8")
    told = copy.portal("render", "--out", "plain", code=2)
    assert words in told
    assert "Traceback" not in told
    assert "two pages" in told or "ethics-review.schema.json" in told
    assert not (copy.folder / "plain").exists()


def test_a_kind_without_an_address_is_refused(copy: Copy) -> None:
    copy.follow("A document")
    file = copy.folder / "schemas/ethics-review.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    for name in ("address", "short_title"):
        del schema["x-document"][name]
    file.write_text(json.dumps(schema), encoding="utf-8")
    assert "ethics-review.schema.json: x-document: a document has an address" in copy.portal("check", code=2)


def test_a_document_is_one_schema(copy: Copy) -> None:
    copy.follow("A document")
    # Scaffold and check.
    for release in ("1.0", "2.0"):
        copy.portal("new", "ethics-review", "skrift", release)
    file = copy.folder / "content/models/skrift/2.0/ethics-review.yaml"
    assert "Opinion of the board" in file.read_text(encoding="utf-8")
    assert "missing-field" not in (told := copy.portal("check"))
    assert "outcome.opinion: nothing is written after the colon" in told
    for release, opinion in (("1.0", "Approved."), ("2.0", "Approved with conditions.")):
        text = f"version: '1'\nlast_update: 2026-11-01\noutcome: {{opinion: {opinion}}}\n"
        (file.parents[1] / release / "ethics-review.yaml").write_text(text, encoding="utf-8")
    assert "0 errors" in copy.portal("check")
    # Records and revisions.
    told = copy.portal("publish", "--as-of", AS_OF)
    assert "models/skrift/2.0/ethics-review@r1" in told
    file.write_text(file.read_text("utf-8").replace("with conditions", "with two conditions"), encoding="utf-8")
    told = copy.portal("publish", "--as-of", AS_OF, "--reason", "Typing error", "--editorial")
    assert "models/skrift/2.0/ethics-review@r2" in told
    told = copy.portal("compare", "skrift/2.0/ethics-review@r1", "skrift/2.0/ethics-review")
    assert "with{+ two+} conditions" in told
    assert "0 errors, 0 warnings" in copy.portal("verify", "content")
    # Pages: the document, the tab, the switch between releases, revisions, comparisons.
    site = copy.build()
    page = site / "models/skrift/2.0/ethics/index.html"
    assert "Opinion of the board Approved with two conditions." in text_of(page)
    html = page.read_text(encoding="utf-8")
    assert '<a href="./" aria-current="page">Ethics</a>' in html
    assert '<a href="../../1.0/ethics/">Skrift 1.0</a>' in html
    assert ">Ethics</a>" in (site / "models/skrift/2.0/index.html").read_text(encoding="utf-8")
    assert "Approved with conditions." in text_of(site / "models/skrift/2.0/ethics/r1/index.html")
    assert "with two conditions" in text_of(site / "models/skrift/2.0/ethics/r2/changes/index.html")
    assert "Approved." in text_of(site / "models/skrift/2.0/ethics/changes/index.html")
    assert "Ethics" in text_of(site / "models/skrift/2.0/changes/index.html")
    assert (site / "models/skrift/latest/ethics/index.html").is_file()
    # The twin is valid against its published schema.
    twin = json.loads((site / "models/skrift/2.0/ethics.json").read_text(encoding="utf-8"))
    assert twin["outcome"] == {"opinion": "Approved with two conditions."}
    assert "/schemas/ethics-review.schema.json?version=" in twin["$schema"]
    validator = published_schema(site, "ethics-review")
    validator.validate(twin)
    assert not validator.is_valid({**twin, "outcome": {}})
    # The index and the feeds tell of it.
    index = json.loads((site / "gpai-transparency.json").read_text(encoding="utf-8"))
    skrift = next(model for model in index["models"] if model["id"] == "skrift")
    assert [
        d["publication"]["published"] for d in skrift["releases"][0]["documents"] if d["type"] == "ethics-review"
    ] == [True]
    feed = ElementTree.parse(site / "feeds/models/skrift.atom")
    titles = [entry.findtext("{*}title") for entry in feed.iterfind("{*}entry")]
    assert titles[0] == "Typing error (Ethics: Skrift 2.0, version 1)"
    # The guide has its fields, and French shows it in English.
    reference = text_of(copy.guide() / "reference/ethics-review/index.html")
    assert "Opinion of the board" in reference
    assert "content/models/<model>/<release>/ethics-review.yaml" in reference
    french = copy.build("fr") / "models/skrift/2.0/ethics/index.html"
    assert "Opinion of the board Approved with two conditions." in text_of(french)


def test_a_field_is_one_entry_of_a_schema(copy: Copy) -> None:
    copy.follow("A field")
    copy.portal("new", "safety-and-security-summary", "skrift", "2.0", "--all")
    file = copy.folder / "content/models/skrift/2.0/safety-and-security-summary.yaml"
    scaffold = file.read_text(encoding="utf-8")
    assert "# reviewed_by:" in scaffold
    assert "Who has reviewed these summaries." in scaffold
    file.write_text(
        "reviewed_by: Internal audit\nversion: '1'\nlast_update: 2026-11-01\nprevious_versions: {state: none}\n"
        "framework: {summary: One.}\nmodel_report: {risk_assessment: Two., mitigations: Three.}\n",
        encoding="utf-8",
    )
    assert "0 errors" in copy.portal("check")
    copy.portal("publish", "--as-of", AS_OF)
    file.write_text(file.read_text("utf-8").replace("Internal audit", "The board"), encoding="utf-8")
    copy.portal("publish", "--as-of", AS_OF, "--reason", "Reviewed again", "--editorial")
    record = json.loads((copy.folder / "content/records/000007.json").read_text(encoding="utf-8"))
    assert [document["changed"] for document in record["documents"]] == [["reviewed_by"]]
    site = copy.build()
    assert "Reviewed by not part of the official form The board" in text_of(
        site / "models/skrift/2.0/safety-and-security/index.html"
    )
    twin = json.loads((site / "models/skrift/2.0/safety-and-security.json").read_text(encoding="utf-8"))
    assert twin["reviewed_by"] == "The board"
    reference = text_of(copy.guide() / "reference/safety-and-security-summary/index.html")
    assert "Who has reviewed these summaries." in reference


def test_a_rule_is_a_generator_and_a_code(copy: Copy) -> None:
    policy = copy.folder / "content/copyright-policy.yaml"
    text = policy.read_text(encoding="utf-8")
    assert text.count("robots_token:") == 1
    policy.write_text(re.sub(r"^ +robots_token:.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    before = copy.portal("check")
    copy.follow("A rule")
    told = copy.portal("check")
    new = sorted(set(told.splitlines()) - set(before.splitlines()))
    assert len(new) == 2, new  # the problem, and the count of warnings
    problem = next(line for line in new if line.startswith("warning:"))
    assert re.search(
        r"copyright-policy\.yaml:\d+:\d+ reservations\.crawlers\[0\]\.name: readers cannot refuse", problem
    )
    assert problem.endswith("add robots_token: [crawler-without-token]")


def test_a_language_is_a_catalogue(copy: Copy) -> None:
    copy.follow("A language")
    site = copy.build("cs")
    html = (site / "models/index.html").read_text(encoding="utf-8")
    assert ">Modely</h1>" in html
    domains = text_of(site / "models/blik/1.0/training-content/index.html")
    assert "11 názvů domén:" in domains
    assert "Public Summary of Training Content" in domains, "what is not translated is shown in English"
