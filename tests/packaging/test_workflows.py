"""Workflows: ours, and those of new portals."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpai_portal.starting.repository import FILES
from tests.conftest import ROOT

WORKFLOWS = [*(ROOT / ".github/workflows").glob("*.yml"), *(FILES / "github").glob("*.yml")]


def tool(name: str, *arguments: object) -> None:
    command = [Path(sys.executable).with_name(name), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint() -> None:
    assert len(WORKFLOWS) == 4
    tool("actionlint", *WORKFLOWS)


def test_zizmor() -> None:
    tool("zizmor", "--offline", "--config", ".github/zizmor.yml", *WORKFLOWS)


def test_schema() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def read(file: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    workflow["on"] = workflow.pop(True)  # YAML 1.1
    return workflow


def by_hand(workflow: dict[str, Any]) -> bool:
    """Whether it runs only when somebody with the right to push pushes a tag."""
    return list(workflow["on"]) == ["push"] and list(workflow["on"]["push"]) == ["tags"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda f: f.stem)
def test_least_privilege_and_no_secret_in_pull_requests(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        rights = {right for right, level in job["permissions"].items() if level == "write"}
        guarded = "github.event_name" in job.get("if", "") or by_hand(workflow)
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


def test_git_pushes_to_a_host_whose_key_is_known_beforehand() -> None:
    """A runner is new each time: with accept-new it would take any key."""
    text = (FILES / "github/private-source.yml").read_text(encoding="utf-8")
    push = next(
        step
        for step in yaml.safe_load(text)["jobs"]["publish"]["steps"]
        if step.get("name") == "Push the site as one commit"
    )
    assert "-o StrictHostKeyChecking=yes -o UserKnownHostsFile=$RUNNER_TEMP/known_hosts" in push["run"]
    assert "accept-new" not in text
    host, kind, key = push["env"]["HOST_KEY"].split()
    assert (host, kind) == ("github.com", "ssh-ed25519")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(key)).digest()).decode().rstrip("=")
    assert re.findall(r"SHA256:\S+", text) == [f"SHA256:{digest}"]
