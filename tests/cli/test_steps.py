"""Long work shows how far it is, to somebody at a terminal and to nobody else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

#: Stands for a second of waiting before anything is done.
IMPATIENT = (
    "import types, gpai_portal.steps as steps\n"
    "steps.Timer = lambda seconds, call: types.SimpleNamespace(start=call, cancel=lambda: None)\n"
)
COMMAND = "from gpai_portal.cli import main; main()"


def shown(folder: Path, *arguments: str, code: str = f"{IMPATIENT}{COMMAND}", **environment: str) -> str:
    """What a command writes to its standard error, which is a terminal."""
    ours, theirs = pty.openpty()
    known = {key: value for key, value in os.environ.items() if key != "CI"}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**known, "TERM": "xterm", **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ):
        os.close(theirs)
        told = b""
        try:
            while piece := os.read(ours, 4096):
                told += piece
        except OSError:  # the other side is closed
            pass
    os.close(ours)
    return told.decode()


def test_on_a_terminal_the_line_comes_and_goes(project: Path) -> None:
    told = shown(project, "check")
    lines = told.split("\r\x1b[K")
    assert any(re.fullmatch(r"checking files: \d+ %\r", line) for line in lines), told
    assert lines[-1] == "\r", "nothing of it is left"


def test_a_build_shows_it_too(project: Path) -> None:
    code = f"{IMPATIENT}from mkdocs.__main__ import cli; cli()"
    told = shown(project, "build", "-q", code=code, NO_MKDOCS_2_WARNING="1")
    assert "rendering pages: " in told
    assert "writing pages: " in told
    assert told.endswith("\r\x1b[K\r")


def test_nothing_is_shown_within_a_second(project: Path) -> None:
    """The timer that is set for one never comes to its end."""
    waiting = IMPATIENT.replace("start=call", "start={1.0: lambda: None}[seconds]")
    assert shown(project, "check", code=f"{waiting}{COMMAND}") == ""


@pytest.mark.parametrize("format_", ["json", "github"])
def test_nothing_is_shown_beside_what_programs_read(project: Path, format_: str) -> None:
    assert shown(project, "check", "--format", format_) == ""


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_nothing_is_shown_where_nobody_looks(project: Path, environment: dict[str, str]) -> None:
    assert shown(project, "check", **environment) == ""


def test_nothing_is_shown_in_a_pipe(project: Path) -> None:
    call = [sys.executable, "-c", f"{IMPATIENT}{COMMAND}", "check"]
    done = subprocess.run(call, cwd=project, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_an_error_is_not_told_behind_the_line(project: Path) -> None:
    (project / "plain").mkdir()
    told = shown(project, "render", "--out", "plain")
    assert told.endswith("\r\x1b[K\rgpai-portal: plain is already there; nothing was written\r\n")
