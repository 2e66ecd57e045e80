"""The action of this repository, the hook for the pre-commit framework, and the problem matcher of an editor."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gpai_portal.cli.main import cli
from gpai_portal.starting.repository import FILES, Wanted, new_portal
from tests.conftest import ROOT, run
from tests.packaging.test_workflows import tool


def test_the_action_is_valid_and_safe() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    tool("zizmor", "--offline", "--config", ".github/zizmor.yml", "action.yml")


@pytest.mark.long
def test_the_script_of_the_action_checks_a_portal_in_a_clean_environment(tmp_path: Path) -> None:
    """As on a runner: nothing is installed, and only the variables of GitHub are there."""
    portal = tmp_path / "portal"
    new_portal(portal, Wanted())
    summary = tmp_path / "summary.md"
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(summary),
        "CONTENT": "content",
        "AS_OF": "2026-11-28",
    }
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}

    def action() -> subprocess.CompletedProcess[str]:
        command = ["sh", str(ROOT / "action.sh")]
        return subprocess.run(command, cwd=portal, env=environment, capture_output=True, text=True, check=False)

    done = action()
    assert done.returncode == 0, done.stderr
    assert "::notice file=content/provider.yaml,line=" in done.stdout
    assert "content/provider.yaml: 0 of 9 answered" in summary.read_text(encoding="utf-8")
    (portal / "content/provider.yaml").write_text("nam: x\n", encoding="utf-8")
    done = action()
    assert done.returncode == 1
    assert "::error file=content/provider.yaml,line=1,col=1,title=unknown-key::" in done.stdout


def test_the_problem_matcher_of_the_editor_reads_every_problem(project: Path) -> None:
    provider = project / "content/provider.yaml"
    provider.write_text(provider.read_text(encoding="utf-8").replace("country:", "countr:"), encoding="utf-8")
    task = json.loads((FILES / "vscode/tasks.json").read_text(encoding="utf-8"))["tasks"][0]
    patterns = [(m.get("severity", ""), m["pattern"]) for m in task["problemMatcher"]]
    lines = run("gpai_portal.cli", "check", cwd=project).stdout.splitlines()
    problems = [line for line in lines if line.endswith("]")]
    assert len(problems) > 1
    for line in problems:
        found = [(severity, p, m) for severity, p in patterns if (m := re.match(p["regexp"], line))]
        assert len(found) == 1, line
        severity, pattern, match = found[0]
        assert (project / match[pattern["file"]]).is_file()
        assert int(match[pattern["line"]]) > 0
        assert match[pattern["code"]] in line
        assert (severity == "info") == line.startswith("to do: ")


@pytest.mark.parametrize(("cwd", "content"), [("docs/portal", "content"), (".", "docs/portal/content")])
def test_annotations_name_files_from_the_top_of_the_repository_on(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cwd: str, content: str
) -> None:
    """GitHub looks for them there, also where the portal lies in a folder."""
    shutil.copytree(project / "content", tmp_path / "top/docs/portal/content")
    (tmp_path / "top/docs/portal/content/provider.yaml").write_text("nam: x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "top" / cwd)
    said = {}
    for format_ in ("github", "text"):
        for workspace in (str(tmp_path / "top"), str(tmp_path / "other"), ""):
            monkeypatch.setenv("GITHUB_WORKSPACE", workspace)
            command = ["check", "--content", content, "--format", format_]
            said[format_, workspace] = CliRunner().invoke(cli, command).output
    top, *others = [said["github", workspace] for workspace in (str(tmp_path / "top"), str(tmp_path / "other"), "")]
    assert "::error file=docs/portal/content/provider.yaml,line=1," in top
    assert all("::error file=content/provider.yaml,line=1," in other for other in others)
    assert len({said[key] for key in said if key[0] == "text"}) == 1


def test_the_hook_of_the_framework_refuses_errors_and_allows_drafts(tmp_path: Path) -> None:
    """What a new portal brings for the pre-commit framework, run by it."""
    new_portal(tmp_path, Wanted())
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"PRE_COMMIT_HOME": str(tmp_path / ".cache"), "PYTHONPATH": str(ROOT / "plugin")}

    def hooks() -> subprocess.CompletedProcess[str]:
        subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
        command = [sys.executable, "-m", "pre_commit", "run"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = hooks()
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    (tmp_path / "content/provider.yaml").write_text("nam: x\n", encoding="utf-8")
    done = hooks()
    assert done.returncode == 1
    assert "did you mean name?" in done.stdout
