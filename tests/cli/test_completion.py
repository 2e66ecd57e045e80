"""What a shell offers while a command is typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from gpai_portal.cli.main import _MODULES, cli
from tests.conftest import ROOT


def offered(line: str) -> list[str]:
    """What is offered at the end of a line; a space at its end begins a new word."""
    *words, incomplete = line.split(" ")
    complete = ShellComplete(cli, {}, "gpai-portal", "_GPAI_PORTAL_COMPLETE")
    return [item.value for item in complete.get_completions(words, incomplete)]


@pytest.fixture
def portal(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(project / "content/models/text/1.0", project / "content/models/text/2.0")
    shutil.copytree(project / "content/models/text", project / "content/models/image")
    (project / "content/models/empty").mkdir()
    (project / "private").mkdir()
    shutil.copy(ROOT / "tests/sample/private/recipients.yaml", project / "private")
    monkeypatch.chdir(project / "content/models")
    return project


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ver", ["verify"]),
        ("new training-content-summary ", ["image", "text"]),
        ("new training-content-summary t", ["text"]),
        ("new training-content-summary text ", ["1.0", "2.0"]),
        ("new release i", ["image"]),
        ("new release text ", []),
        ("new release text 3.0 --from ", ["1.0", "2.0"]),
        ("new release --from 1.0 te", ["text"]),
        ("new model ", []),
        ("new training-content-summary --content nowhere ", []),
        ("compare text/", ["text/1.0", "text/1.0/model-documentation", "text/1.0/training-content-summary"]),
        ("compare text/1.0 c", ["copyright-policy"]),
        ("export --release im", ["image/1.0", "image/2.0"]),
        ("package a0", ["a07c55e31f"]),
        ("grant 4b", ["4be19c07d2"]),
        ("revoke zz", []),
        ("package --private nowhere ", []),
        ("check --sum", ["--summary"]),
    ],
)
def test_names_are_offered_as_they_lie_in_the_folders(portal: Path, line: str, wanted: list[str]) -> None:
    assert offered(line)[: len(wanted) or None] == wanted


def test_a_file_that_cannot_be_read_offers_nothing(portal: Path) -> None:
    (portal / "private/recipients.yaml").write_bytes(b"- id: \xff")
    assert offered("package ") == []


def test_every_command_stands_with_the_module_that_has_it() -> None:
    for module, names in _MODULES.items():
        there = __import__(f"gpai_portal.cli.{module}", fromlist=["COMMANDS"]).COMMANDS
        assert {command.name for command in there} == set(names)


def test_a_command_loads_no_other(tmp_path: Path) -> None:
    code = (
        "import sys; from gpai_portal.cli.main import cli\n"
        "cli.main(['check', '--help'], standalone_mode=False)\n"
        "print(sorted(name for name in sys.modules if name in {'gpai_portal.gate', 'gpai_portal.starting', 'mkdocs'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.endswith("[]\n")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_in_bash(portal: Path, tmp_path: Path) -> None:
    command = tmp_path / "bin/gpai-portal"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom gpai_portal.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    script = (
        'eval "$(_GPAI_PORTAL_COMPLETE=bash_source gpai-portal)"\n'
        "COMP_WORDS=(gpai-portal new training-content-summary te); COMP_CWORD=3\n"
        '_gpai_portal_completion gpai-portal; echo "${COMPREPLY[@]}"\n'
    )
    environment = {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("text\n", "")
