"""Carries out what a text tells its readers to do: files are written, commands run, and outputs compared."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.conftest import EPOCH, ROOT

#: A fenced block: its language, the name of a file if it has one, its lines.
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)

#: What every run has: no notices of the theme, the same day, a name for commits, and nothing outside its folder.
SETTINGS = {
    "NO_MKDOCS_2_WARNING": "1",
    "DISABLE_MKDOCS_2_WARNING": "true",
    "PYTHONWARNINGS": "ignore",
    "PIP_REQUIRE_VIRTUALENV": "1",  # a command that made no environment must not install into this machine's
    "SOURCE_DATE_EPOCH": EPOCH,
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """The fenced blocks of a Markdown text in order: language, file (or ""), lines."""
    for found in BLOCK.finditer(text):
        yield found[1], found[2] or "", found[3]


class Terminal:
    """A shell that keeps its folder and its environment from one block of commands to the next.

    With ``ours``, the tool and its packages are those that run the tests; else whatever the commands install.
    """

    def __init__(self, folder: Path, *, ours: bool) -> None:
        self.folder = folder
        known = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        self.environment: Mapping[str, str] = {**known, **SETTINGS}
        if ours:
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            self.environment = {**self.environment, "PATH": path, "PYTHONPATH": str(ROOT / "plugin")}

    def run(self, commands: str, code: int = 0) -> str:
        """What the commands say; ``mkdocs serve`` is started, asked for its first page, and ended."""
        said = ""
        for part in re.split(r"^(mkdocs serve\b.*)$", commands, flags=re.MULTILINE):
            if part.startswith("mkdocs serve"):
                self.serve()
            elif part.strip():
                said += self._run(part, code)
        return said

    def _run(self, commands: str, code: int) -> str:
        state = "\0".join(["", "env", ""])
        # bash -e goes on behind a list of && that failed.
        script = f"{commands.rstrip()}\nstatus=$?; [ $status = 0 ] || exit $status\nprintf '\\0env\\0'; pwd; env -0"
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{commands}\n{done.stdout}{done.stderr}"
        said, _, after = done.stdout.partition(state)
        if code == 0:
            folder, _, variables = after.partition("\n")
            self.folder = Path(folder)
            self.environment = dict(one.split("=", 1) for one in variables.split("\0") if "=" in one)
        return said

    def serve(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
        log = self.folder / ".serve.log"
        with log.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=out, stderr=out)
        try:
            page = ""
            while not page:
                assert process.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.2)
                at = re.search(r"Serving on (http://\S+)", log.read_text(encoding="utf-8"))
                try:
                    page = urllib.request.urlopen(at[1], timeout=30).read().decode() if at else ""
                except urllib.error.URLError:
                    continue
            assert "<html" in page
        finally:
            process.terminate()
            process.wait(30)
            log.unlink()


def as_shown(shown: str, said: str) -> bool:
    """Whether an output is what a text shows of it; ``...`` stands for anything, and alone on a line for any lines."""
    pattern = re.escape(shown)
    pattern = re.sub(r"^\\\.\\\.\\\.\\?\n", r"(?:.*\\n)*?", pattern, flags=re.MULTILINE).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, said) is not None


def follow(terminal: Terminal, text: str, *, install: bool) -> None:
    """Writes the files of a text and runs its commands in order; what it shows of an output is what is said.

    Without ``install``, the commands that make an environment and install into it are left out.
    """
    said = ""
    for language, file, lines in blocks(text):
        if file:
            (terminal.folder / file).parent.mkdir(parents=True, exist_ok=True)
            (terminal.folder / file).write_text(lines, encoding="utf-8")
        elif language == "sh":
            installing = r"^(python3 -m venv|pip install) .*\n"
            said = terminal.run(lines if install else re.sub(installing, "", lines, flags=re.MULTILINE))
        elif language == "text":
            assert as_shown(lines, said), f"{said}\nis not what is shown:\n{lines}"
