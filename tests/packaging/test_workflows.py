"""Workflows: ours, and those of new portals."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.git import git
from gpai_portal.starting.repository import FILES, Wanted, new_portal
from tests.conftest import ROOT

WORKFLOWS = [*(ROOT / ".github/workflows").glob("*.yml"), *(FILES / "github").glob("*.yml")]


def tool(name: str, *arguments: object) -> None:
    command = [Path(sys.executable).with_name(name), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint() -> None:
    assert len(WORKFLOWS) == 5
    tool("actionlint", *WORKFLOWS)


def test_zizmor() -> None:
    tool("zizmor", "--offline", "--config", ".github/zizmor.yml", *WORKFLOWS)


def test_schema() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def read(file: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    workflow["on"] = workflow.pop(True)  # YAML 1.1
    return workflow


def takes_requests(workflow: dict[str, Any]) -> bool:
    """Whether it runs for pull requests too, which may come from anybody."""
    return any(event.startswith("pull_request") for event in workflow["on"])


def by_hand(workflow: dict[str, Any]) -> bool:
    """Whether it runs only when somebody with the right to push pushes a tag."""
    return list(workflow["on"]) == ["push"] and list(workflow["on"]["push"]) == ["tags"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda f: f.stem)
def test_least_privilege_and_no_secret_in_pull_requests(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        rights = {right for right, level in job["permissions"].items() if level == "write"}
        guarded = "github.event_name" in job.get("if", "") or not takes_requests(workflow)
        assert guarded or (rights == set() and "secrets." not in str(job)), name
        if "attestations" in rights:
            assert rights == {"id-token", "attestations"}
        elif "pages" in rights:
            assert rights == {"pages", "id-token"}
            assert job["environment"]["name"] == "github-pages"
        elif "id-token" in rights:
            assert rights == {"id-token"}
            assert job["environment"] == "pypi"
    if "attest" in workflow["jobs"]:  # nothing is signed that was not built here, and nothing else runs beside it
        steps = [step.get("uses") or step["run"] for step in workflow["jobs"]["attest"]["steps"]]
        unpacked = [] if by_hand(workflow) else ["tar -xf artifact.tar ./SHA256SUMS"]
        assert steps == ["actions/download-artifact@v7", *unpacked, "actions/attest-build-provenance@v4"]
    uploads = [step for job in workflow["jobs"].values() for step in job["steps"] if "upload" in step.get("uses", "")]
    hidden = [step["with"].get("include-hidden-files", False) for step in uploads]
    assert hidden == [not by_hand(workflow)], "a site needs /.well-known/"


def test_a_release_is_built_by_one_job_and_published_by_another_that_runs_nothing_of_ours() -> None:
    workflow = read(ROOT / ".github/workflows/release.yml")
    assert by_hand(workflow)
    jobs = workflow["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["needs"] == ["build", "attest"]
    assert not [step for step in jobs["publish"]["steps"] if "run" in step]
    assert "secrets." not in str(workflow)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda f: f.stem)
def test_the_address_of_a_site_is_a_whole_one_or_none(file: Path) -> None:
    """In a pull request nothing knows the address; "/" in its place would stop the build."""
    for address in re.findall(r"SITE_URL: (.+)", file.read_text(encoding="utf-8")):
        asked = "steps.pages.outputs.base_url"
        assert address in {"${{ vars.PORTAL_URL }}", f"${{{{ {asked} && format('{{0}}/', {asked}) }}}}"}


@pytest.mark.parametrize("name", ["portal", "private-source"])
def test_states_change_each_day_whoever_keeps_the_source(name: str) -> None:
    workflow = read(FILES / f"github/{name}.yml")
    assert [one["cron"].split()[2:] for one in workflow["on"]["schedule"]] == [["*", "*", "*"]]
    for job in workflow["jobs"].values():
        assert "schedule" not in job.get("if", "") or job["permissions"] == {"contents": "read", "issues": "write"}
    due = [read(FILES / f"github/{one}.yml")["jobs"]["overdue"] for one in ("portal", "private-source")]
    assert due[0] == due[1]


@pytest.mark.parametrize("name", ["portal", "private-source"])
def test_one_line_says_where_the_portal_lies_in_its_repository(name: str) -> None:
    """Every command that looks at it runs there, and no other, and what is handed on comes from there."""
    workflow = read(FILES / f"github/{name}.yml")
    assert workflow["env"]["PORTAL"] == "."
    for job in workflow["jobs"].values():
        checked_out = any("checkout" in step.get("uses", "") for step in job["steps"])
        there = {"run": {"working-directory": "${{ env.PORTAL }}"}}
        assert job.get("defaults") == (there if checked_out else None)
        for step in job["steps"]:
            paths = step.get("with", {}).get("path", "").split("\n") if "upload" in step.get("uses", "") else []
            assert all(path.startswith("${{ env.PORTAL }}/") for path in paths if path)


def push_step() -> dict[str, Any]:
    """The step that pushes the finished site to the public repository."""
    steps = read(FILES / "github/private-source.yml")["jobs"]["publish"]["steps"]
    return next(step for step in steps if step.get("name") == "Push the site as one commit")


def test_a_site_gets_into_the_public_repository_and_nothing_else_of_the_private_one(tmp_path: Path) -> None:
    """Twice, and the second commit takes the place of the first: what was erased is gone."""
    new_portal(tmp_path / "portal", Wanted("Example AI", private_source=True))
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "host/owner/name.git")], check=True)
    build = read(FILES / "github/private-source.yml")["jobs"]["build"]["steps"]
    handed_on = next(step["with"]["path"] for step in build if "upload-artifact" in step.get("uses", ""))
    folder = "${{ env.PORTAL }}"
    assert handed_on.splitlines() == [f"{folder}/site", f"{folder}/public-repository"]
    for text in ("one", "two"):
        runner = tmp_path / text
        runner.mkdir()
        shutil.copytree(tmp_path / "portal/public-repository", runner / "public-repository")
        (runner / "site/.well-known").mkdir(parents=True)
        (runner / "site/.well-known/index.json").write_text("{}", encoding="utf-8")
        (runner / f"site/{text}.html").write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        (runner / "site/SHA256SUMS").write_text(f"{digest}  {text}.html\n", encoding="utf-8")
        environment = {
            **os.environ,
            "RUNNER_TEMP": str(tmp_path),
            "KEY": "",
            "HOST_KEY": "",
            "REPOSITORY": "owner/name",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{tmp_path}/host/.insteadOf",
            "GIT_CONFIG_VALUE_0": "git@github.com:",
        }
        subprocess.run(["bash", "-e", "-c", push_step()["run"]], cwd=runner, env=environment, check=True)
    assert not (tmp_path / "key").exists()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--branch", "main", tmp_path / "host/owner/name.git", clone], check=True)
    pushed = {file.relative_to(clone).as_posix() for file in clone.rglob("*") if file.is_file()}
    assert {name for name in pushed if not name.startswith(".git/")} == {
        "README.md",
        ".github/workflows/site.yml",
        "site/.well-known/index.json",
        "site/SHA256SUMS",
        "site/two.html",
    }
    assert git(clone, "rev-list", "--count", "HEAD") == b"1\n"
    site = read(clone / ".github/workflows/site.yml")
    assert list(site["on"].items()) == [("push", {"branches": ["main"]})]
    check = next(step for step in site["jobs"]["pack"]["steps"] if "run" in step)
    subprocess.run(["bash", "-e", "-c", check["run"]], cwd=clone / check["working-directory"], check=True)


def test_git_pushes_to_a_host_whose_key_is_known_beforehand() -> None:
    """A runner is new each time: with accept-new it would take any key."""
    text = (FILES / "github/private-source.yml").read_text(encoding="utf-8")
    push = push_step()
    assert "-o StrictHostKeyChecking=yes -o UserKnownHostsFile=$RUNNER_TEMP/known_hosts" in push["run"]
    assert "accept-new" not in text
    host, kind, key = push["env"]["HOST_KEY"].split()
    assert (host, kind) == ("github.com", "ssh-ed25519")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(key)).digest()).decode().rstrip("=")
    assert re.findall(r"SHA256:\S+", text) == [f"SHA256:{digest}"]


@pytest.mark.parametrize(("day", "open_before"), [("2026-11-24", False), ("2027-07-01", False), ("2027-07-01", True)])
def test_an_issue_is_opened_once_when_something_is_near(tmp_path: Path, day: str, open_before: bool) -> None:
    """As the scheduled job does it, with a `gh` that only writes down what it is asked for."""
    steps = read(FILES / "github/portal.yml")["jobs"]["overdue"]["steps"]
    script = next(step["run"] for step in steps if step.get("name", "").startswith("Open an issue"))
    shutil.copytree(ROOT / "content", tmp_path / "content")
    title = "The portal has deadlines that are overdue or near"
    gh = tmp_path / "bin/gh"
    gh.parent.mkdir()
    gh.write_text(
        f'#!/bin/sh\n[ "$2" = create ] && echo "$@" >> asked\n{f"echo {title!r}" if open_before else "true"}\n'
    )
    gh.chmod(0o755)
    command = tmp_path / "bin/gpai-portal"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m gpai_portal.cli "$@" --as-of {day}\n')
    command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, check=True)
    wanted = [f"issue create --title {title} --body-file issue.md"] if day[3] == "7" and not open_before else []
    asked = tmp_path / "asked"
    assert (asked.read_text("utf-8").splitlines() if asked.exists() else []) == wanted
    if wanted:
        lines = (tmp_path / "issue.md").read_text(encoding="utf-8").splitlines()
        assert all(line.startswith("    ") for line in lines)
        assert "    soon: Technical documentation, skrift/1.0: by 2027-08-02 (Art. 53(1)(a), Annex XI)" in lines
