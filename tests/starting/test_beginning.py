"""From an empty folder to a published portal, with the commands that the README and the guide print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from gpai_portal.starting.repository import LANGUAGES
from tests.conftest import ROOT
from tests.following import Terminal, blocks, follow

GUIDE = (ROOT / "docs/pages/getting-started.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWN = README.partition("## Start your own portal\n")[2].partition("\n## ")[0]

#: What a runner of GitHub has and a test has not.
OF_GITHUB = ("gh issue", "PORTAL_DEPLOY_KEY", "GIT_SSH_COMMAND", "artifact.tar")


def answered(folder: Path, model: str) -> None:
    """Every open field of a new portal is answered, by the files of the guide."""
    for language, file, lines in blocks(GUIDE):
        if language == "yaml":
            (folder / file.replace("example-text", model)).write_text(lines, encoding="utf-8")


#: What the expressions of a workflow are worth, in a push to the main branch and in a pull request.
ADDRESS = "https://example-ai.example/ai-act/"
WORTH = {
    "${{ steps.pages.outputs.base_url && format('{0}/', steps.pages.outputs.base_url) }}": (ADDRESS, ""),
    "${{ vars.PORTAL_URL }}": (ADDRESS, ADDRESS),
    "${{ github.event_name != 'pull_request' }}": ("true", "false"),
}


def workflow(terminal: Terminal, *, install: bool, request: bool = False) -> list[str]:
    """Runs the steps of a portal's workflow as GitHub does for a push or a pull request; returns their commands."""
    jobs = yaml.safe_load((terminal.folder / ".github/workflows/portal.yml").read_text(encoding="utf-8"))["jobs"]
    done = []
    for name, job in jobs.items():
        if request and "github.event_name" in job.get("if", ""):
            continue
        for step in job["steps"]:
            command = str(step.get("run", ""))
            if not command or any(word in command for word in OF_GITHUB):
                continue
            if command.startswith("pip install") and (not install or name != "build"):
                continue
            before = terminal.environment
            given = {key: WORTH[value][request] for key, value in step.get("env", {}).items()}
            terminal.environment = {**before, **given}
            terminal.run(command)
            terminal.environment = before
            done.append(command)
    return done


def from_readme(terminal: Terminal, options: str, *, install: bool) -> None:
    """Follows the README; what is open is answered before it publishes."""
    begin, publish = OWN[: OWN.index("gpai-portal publish")].rpartition("```sh")[0], OWN
    follow(terminal, begin.replace("new portal .", f"new portal . {options}"), install=install)
    assert "fields are still open" not in terminal.run("gpai-portal check")
    assert "59 open fields" in terminal.run("gpai-portal check --summary")
    answered(terminal.folder, "first-model")
    assert terminal.run("gpai-portal check").endswith("0 errors, 1 warning\n")
    follow(terminal, publish[len(begin) :], install=install)
    assert terminal.run("git status --porcelain") == ""


STEPS = [
    "gpai-portal check --format github",
    "mkdocs build --strict",
    "gpai-portal verify content --format github",
    "gpai-portal verify site --format github",
]


@pytest.mark.parametrize("options", ["", pytest.param("--language fr --private-source", marks=pytest.mark.long)])
def test_the_commands_of_the_readme_and_of_the_workflow(tmp_path: Path, options: str) -> None:
    terminal = Terminal(tmp_path, ours=True)
    from_readme(terminal, options, install=False)
    assert workflow(terminal, install=False)[: len(STEPS)] == STEPS
    page = (terminal.folder / "site/models/first-model/1.0/training-content/index.html").read_text(encoding="utf-8")
    assert f'<html lang="{"fr" if "fr" in options else "en"}"' in page
    assert f"{ADDRESS}models/first-model/1.0/training-content/" in page
    home = (terminal.folder / "site/index.html").read_text(encoding="utf-8")
    name = "Portail de transparence – Example AI" if "fr" in options else "Example AI transparency portal"
    assert re.findall("<title>(.*?)</title>", home) == [name]
    # A correction that is not published: shown in a pull request, refused on the main branch.
    policy = terminal.folder / "content/copyright-policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("Section 3", "Section 4"), encoding="utf-8")
    assert workflow(terminal, install=False, request=True) == STEPS
    assert "not published as they stand" in terminal.run("GPAI_PORTAL_STRICT=true mkdocs build --strict 2>&1", code=1)


def test_the_guide_goes_from_nothing_to_a_published_portal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, ours=True)
    follow(terminal, GUIDE, install=False)
    addresses = re.findall(r"^\| `(/[^`]*)` \|", GUIDE, re.MULTILINE)
    assert len(addresses) > 5
    for address in addresses:
        assert (terminal.folder / f"site{address}").exists(), address
    named = set(re.findall(r"`([^` ]+)`", GUIDE.partition("whole repository:\n")[2].partition("\n\n`--lang")[0]))
    moved = {name for name in named if "first-model" in name}
    assert len(moved) == 1
    missing = {name for name in named - moved if not (terminal.folder / name).exists()}
    assert missing == {"vendor/"} - {p.name + "/" for p in terminal.folder.iterdir()}


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_an_environment_that_has_nothing_yet(tmp_path: Path, language: str) -> None:
    """Everything is installed: by the README from the checkout, then by a colleague from the repository alone."""
    (tmp_path / "gpai-portal").symlink_to(ROOT)
    terminal = Terminal(tmp_path, ours=False)
    from_readme(terminal, f"--language {language}", install=True)
    # A colleague, and a runner: a clone, a new environment, and what the repository says. The wheel in it is all there
    # is of gpai-portal.
    colleague = Terminal(tmp_path, ours=False)
    colleague.run(f"git clone --quiet {terminal.folder} clone && cd clone")
    colleague.run("python3 -m venv .venv && . .venv/bin/activate")
    assert workflow(colleague, install=True)[: len(STEPS) + 1] == ["pip install -r requirements.txt", *STEPS]
    assert str(tmp_path / "clone/.venv") in colleague.run("python -c 'import gpai_portal; print(gpai_portal.__file__)'")
