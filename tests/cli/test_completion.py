"""What a shell offers while a command is typed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
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
    (project / "content/models/image/2.0").rename(project / "content/models/image/3.0")
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
        ("new release image 4.0 --from ", ["1.0", "3.0"]),
        ("new release image 4.0 --from 3", ["3.0"]),
        ("new release --content .. image 4.0 --from ", ["1.0", "3.0"]),
        ("new release --from ", ["1.0", "2.0", "3.0"]),
        ("new release --from 1.0 te", ["text"]),
        ("new model ", []),
        ("new training-content-summary --content nowhere ", []),
        ("compare text/", ["text/1.0", "text/1.0/model-documentation", "text/1.0/training-content-summary"]),
        ("compare text/1.0 c", ["copyright-policy"]),
        ("export --release im", ["image/1.0", "image/3.0"]),
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


GUIDE = (ROOT / "docs/pages/checking.md").read_text(encoding="utf-8")


def line_for(shell: str) -> str:
    """What the guide tells people to put into the settings of their shell."""
    found = re.findall(rf"^.*_GPAI_PORTAL_COMPLETE={shell}_source.*$", GUIDE, re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which the command is found."""
    command = tmp_path / "bin/gpai-portal"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\nfrom gpai_portal.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    return {**os.environ, "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb"}


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed here")


@needs("bash")
def test_in_bash(portal: Path, environment: dict[str, str]) -> None:
    script = (
        f"{line_for('bash')}\n"
        "COMP_WORDS=(gpai-portal new training-content-summary te); COMP_CWORD=3\n"
        '_gpai_portal_completion gpai-portal; echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == ("text\n", "")


@needs("fish")
def test_in_fish(portal: Path, environment: dict[str, str]) -> None:
    script = f"{line_for('fish')}\ncomplete --do-complete 'gpai-portal new training-content-summary te'\n"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert (done.stdout, done.stderr) == ("text\n", "")


@needs("zsh")
def test_in_zsh(portal: Path, environment: dict[str, str]) -> None:
    """zsh completes for people at a terminal only."""
    ours, theirs = pty.openpty()
    # -f: without the settings of whoever runs this test.
    with subprocess.Popen(["zsh", "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as shell:
        os.close(theirs)
        try:
            # What is typed is echoed too, so that the sign that all is ready is not typed as it is printed.
            typed(ours, f"autoload -Uz compinit && compinit -u -D; {line_for('zsh')}; echo rea''dy\n", "ready")
            typed(ours, "gpai-portal new training-content-summary te\t", "summary text ")
        finally:
            shell.kill()
            os.close(ours)


def typed(terminal: int, keys: str, wanted: str) -> None:
    """Types into a terminal, and waits until something stands there."""
    os.write(terminal, keys.encode())
    said, until = "", time.monotonic() + 60
    while wanted not in said:
        assert time.monotonic() < until, said
        if select.select([terminal], [], [], 1)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
