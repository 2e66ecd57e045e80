"""git: what it says, that there is no repository, and that it refuses are three answers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.errors import UsageError
from gpai_portal.git import git, has_commits
from gpai_portal.sealing.policy import is_shallow, last_serial
from gpai_portal.sealing.signing import sign
from tests.conftest import run
from tests.sealing.test_signing import KNOWN, KNOWN_KEY


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "inner").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def refuse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")


def remove_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def break_the_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a container has the working tree and not the repository it points to."""
    (folder / ".git").rename(folder.with_name("away"))
    (folder / ".git").write_text(f"gitdir: {folder}/gone\n", encoding="utf-8")


def test_no_repository_is_an_answer(tmp_path: Path) -> None:
    assert git(tmp_path, "rev-parse", "HEAD") is None
    assert not has_commits(tmp_path)
    assert not is_shallow(tmp_path)
    assert last_serial(tmp_path / "sealed", "0" * 32, "A" * 43) == 0


def test_no_git_and_no_repository_is_an_answer_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert git(tmp_path, "rev-parse", "HEAD") is None


def test_a_repository_without_commits(repository: Path) -> None:
    assert git(repository, "rev-parse", "--verify", "--quiet", "HEAD") == b""
    assert not has_commits(repository / "inner")
    assert last_serial(repository / "sealed", "0" * 32, "A" * 43) == 0


def test_the_variables_of_a_hook_do_not_change_the_answer(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git sets them for hooks in a further working tree, where a build or a seal may run as well."""
    git(repository, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "--allow-empty", "-m", "one")
    git(repository, "worktree", "add", "-q", "../tree")
    tree = repository.with_name("tree")
    (tree / "content/sealed").mkdir(parents=True)
    (tree / "content/sealed/manifest.json").write_bytes(sign(KNOWN, {"portal": "0" * 32, "serial": 9}))
    git(tree, "add", "-A")
    git(tree, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "two")
    monkeypatch.setenv("GIT_DIR", str(repository / ".git/worktrees/tree"))
    assert last_serial(tree / "content/sealed", "0" * 32, KNOWN_KEY) == 9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (refuse, "git refuses to answer .*dubious ownership.*git config --global --add safe.directory"),
        (remove_git, "git cannot be run .*install git"),
        (break_the_repository, "git refuses to answer .*not a git repository"),
    ],
)
@pytest.mark.parametrize("ask", [has_commits, is_shallow, lambda folder: last_serial(folder / "sealed", "0", "A")])
def test_a_refusal_is_none(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, pytest.MonkeyPatch], None],
    words: str,
    ask: Callable[[Path], object],
) -> None:
    change(repository, monkeypatch)
    with pytest.raises(UsageError, match=words):
        ask(repository / "inner")


@pytest.mark.parametrize("command", [["new", "private"], ["leaks", "--staged"]])
def test_commands_pass_a_refusal_on_and_write_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    refuse(repository, monkeypatch)
    (repository / "content").mkdir()
    if command[0] == "leaks":
        (repository / "private").mkdir()
    done = run("gpai_portal.cli", *command, cwd=repository)
    assert done.returncode == 2
    assert "git refuses to answer" in done.stderr
    assert not (repository / "private/recovery.key").exists()
    assert (
        not list((repository / "private").iterdir()) if command[0] == "leaks" else not (repository / "private").exists()
    )
