"""The guide is complete, its examples work, and it builds."""

from __future__ import annotations

import importlib
import re
import subprocess
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import click
import pytest

from gpai_portal import macros, schema
from gpai_portal.cli.main import cli
from gpai_portal.codes import Code
from gpai_portal.content.scaffolding import scaffold_kinds
from gpai_portal.mkdocs_plugin import PortalConfig
from tests.conftest import ROOT, run

Build = Callable[..., subprocess.CompletedProcess[str]]

PAGES = ROOT / "docs/pages"
PACKAGE = ROOT / "plugin/gpai_portal"
#: Codes of records and finished sites, which the guide explains with the command that reports them.
SITE_CODES = set(list(Code)[list(Code).index(Code.RECORD_CHANGED) :])


def section(page: str, title: str) -> str:
    """What stands under a heading, up to the next heading of the same or a higher level."""
    text = re.sub(r"^```.*?^```$", "", (PAGES / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no section {title!r}"
    return found[2]


def paragraph(page: str, title: str) -> None:
    assert len(section(page, title).strip()) > 40, f"{page} says nothing about {title}"


@pytest.mark.parametrize("code", Code)
def test_every_problem_has_its_paragraph_which_says_how_severe_it_is(code: Code) -> None:
    if code in SITE_CODES:
        assert f"`{code}`" in section("publishing.md", "gpai-portal verify")
        return
    text = section("checking.md", code)
    assert len(text.strip()) > 40, f"checking.md says nothing about {code}"
    words = {"error": "Error.", "gap": "Error (T)", "warning": "Warning.", "todo": "To do."}
    told = words["gap" if code.is_gap else code.severity]
    assert told.lower() in text.lower() or code is Code.VAGUE_DOMAINS, f"{code} is not said to be: {told}"


def test_no_paragraph_is_left_of_a_problem_that_is_gone() -> None:
    text = (PAGES / "checking.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^#### (.+)$", text, re.MULTILINE)) == set(Code) - SITE_CODES


def commands(group: click.Group, name: str = "gpai-portal") -> Iterator[tuple[str, click.Command]]:
    """The command itself, its commands and theirs, by what one types."""
    yield name, group
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


@pytest.mark.parametrize(("title", "command"), [pytest.param(*one, id=one[0]) for one in commands(cli)])
def test_every_command_and_option_has_its_paragraph(title: str, command: click.Command) -> None:
    # Commands that write a scaffold are alike, and told together.
    kind = title.removeprefix("gpai-portal new ")
    title = "gpai-portal new KIND" if kind in scaffold_kinds() else title
    pages = [p.name for p in PAGES.glob("*.md") if re.search(rf"^###? {re.escape(title)}$", p.read_text("utf-8"), re.M)]
    assert len(pages) == 1, f"{title} has no section, or several: {pages}"
    text = section(pages[0], title)
    assert kind not in scaffold_kinds() or f"`{kind}`" in text
    context = click.Context(command, help_option_names=["-h", "--help"])
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert re.search(rf"^- .*`{option}[ `]", text, re.MULTILINE), f"{title}: {option}"
            choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
            assert all(f"`{choice}`" in text or f" {choice}`" in text for choice in choices)


def test_every_plugin_option_and_macro_has_its_paragraph() -> None:
    options = [name for name, _ in PortalConfig._schema]
    found = re.findall(r"@env\.macro\s+def (\w+)", Path(macros.__file__).read_text(encoding="utf-8"))
    assert len(options) == len(set(options)) > 0
    assert found
    for name in options + found:
        paragraph("site.md", name)


@pytest.mark.parametrize("kind", scaffold_kinds())
def test_every_kind_of_document_has_its_paragraph(kind: str) -> None:
    pages = [p for p in PAGES.glob("*.md") if p.name != "getting-started.md"]
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    assert any(f"{kind}.yaml`" in line and len(line) > 60 for line in lines)


def test_snippet_of_the_page_on_sites_builds(project: Path, build: Build) -> None:
    snippets = re.findall(r"^```yaml\n(.*?)^```$", (PAGES / "site.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (project / "mkdocs.yml").write_text(snippets[0], encoding="utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    assert (project / "site/models/text/1.0/training-content/index.html").is_file()


def test_the_field_reference_in_the_repository_is_that_of_the_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    made = importlib.import_module("reference").pages()
    there = {file.name: file.read_text(encoding="utf-8") for file in (PAGES / "reference").glob("*.md")}
    assert there == made, "make reference"


def test_the_field_reference_needs_nothing_but_markdown() -> None:
    """Hosts of git show it as it stands: no macro, no attribute list, no HTML but anchors."""
    for file in (PAGES / "reference").glob("*.md"):
        text = re.sub(r"``.+?``|`[^`\n]+`", "", file.read_text(encoding="utf-8"))
        assert not re.search(r"(?<!\\)[{}]", text), file.name
        tags = set(re.findall(r"<(?!https://)[^>]*>", text))
        assert all(tag == "</a>" or re.fullmatch(r'<a id="[^"]+">|<!-- .* -->', tag) for tag in tags), tags


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide as `make docs` builds it."""
    site = tmp_path_factory.mktemp("guide")
    done = run("mkdocs", "build", "--strict", "-f", "docs/mkdocs.yml", "--site-dir", str(site), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return site


@pytest.mark.parametrize("kind", scaffold_kinds())
def test_field_reference_holds_every_label_in_official_order(guide: Path, kind: str) -> None:
    html = (guide / f"reference/{kind}/index.html").read_text(encoding="utf-8")
    text = unescape(re.sub(r"<[^>]+>", "", html[html.index("<article") : html.index("</article>")]))
    at = 0
    for field in schema.load(kind).fields():
        at = text.find(" ".join(f"{field.number} {field.title}".split()), at)
        assert at >= 0, f"{field.dotted}: {field.title}"
        assert field.dotted in text
        assert " ".join(field.guidance.split()) in text


def test_field_reference_escapes_what_the_schemas_say(guide: Path) -> None:
    html = (guide / "reference/model-documentation/index.html").read_text(encoding="utf-8")
    assert "<code>&gt;1T</code> &gt;1T" in html


def contributing() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_map_shows_every_room_and_every_module_of_the_ground() -> None:
    drawn = re.search(r"^## The map\n+```text\n(.*?)^```$", contributing(), re.DOTALL | re.MULTILINE)
    assert drawn
    package = drawn[1].partition("plugin/gpai_portal/")[2].partition("├── docs/")[0]
    rooms = {f"{folder.parent.name}/" for folder in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^│   ├── (\w+/) ", package, re.MULTILINE)) - {"locales/"}
    ground = re.search(r"^│   ├── (\w+(?:, \w+)+)$", package, re.MULTILINE)
    assert ground
    doors = {"__init__", "macros", *(file.stem for file in PACKAGE.glob("mkdocs_*.py"))}
    modules = {file.stem for file in PACKAGE.glob("*.py")} - doors
    assert set(ground[1].split(", ")) == modules
    for room in sorted(rooms - {"site/", "gate/", "cli/"}):
        told = re.search(rf"^│   ├── {room} +(.*?)(?=^│   ├── )", package, re.DOTALL | re.MULTILINE)
        assert told
        missing = (
            {file.stem for file in (PACKAGE / room).glob("*.py")} - {"__init__"} - set(re.findall(r"\w+", told[1]))
        )
        assert missing == set(), room


def test_every_file_that_contributing_names_is_there() -> None:
    text = re.sub(r"^```.*?^```$", "", contributing(), flags=re.DOTALL | re.MULTILINE)
    named = {name for name in re.findall(r"`([\w./-]+\.(?:py|json|html|toml|md)|[\w./-]+/)`", text) if "<" not in name}
    made = {"site/", "docs-site/", "dist/", "shots/"}
    missing = [
        n for n in sorted(named - made) if not any((p / n).exists() for p in (ROOT, PACKAGE, ROOT / "tests/examples"))
    ]
    assert missing == []
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([\w-]+)`", text)) <= targets
