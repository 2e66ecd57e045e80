"""With real git: no commit takes private text along, whoever makes it and wherever, and hooks are nobody else's."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.starting.repository import Wanted, new_portal
from tests.conftest import ROOT, run

#: Of private/documents/plan.md in ``portal``, in other letters and with another end of the line.
PASSAGE = "one two three four five six seven\neight nine"
FOUND = "page.md: a passage of a private document"

Git = Callable[..., subprocess.CompletedProcess[str]]


def tool(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with a git of its own, which no setting of the machine changes."""
    own = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    return subprocess.run(
        words, cwd=folder, env={**os.environ, **own, **environment}, capture_output=True, text=True, check=False
    )


def git(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return tool(folder, "git", *words, **environment)


def commit(folder: Path, text: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Writes the text into a page and commits it."""
    (folder / "content/page.md").write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    return git(folder, "commit", "-qm", "x", *words, **environment)


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """A folder with a private one in it and no git repository yet."""
    here = tmp_path / "portal"
    (here / "content").mkdir(parents=True)
    done = run("gpai_portal.cli", "new", "private", cwd=here)
    assert done.returncode == 0, done.stderr
    text = "One two three four five six seven eight nine."
    (here / "private/documents/plan.md").write_text(text, encoding="utf-8")
    return here


@pytest.fixture
def repository(portal: Path) -> Path:
    """The same under git, with hooks and a first commit."""
    git(portal, "init", "-q", "-b", "main")
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    assert done.returncode == 0, done.stderr
    first = commit(portal, "Nothing.")
    assert first.returncode == 0, first.stderr
    return portal


@pytest.mark.parametrize(
    ("place", "content", "private"),
    [
        ("top", "content", "private"),
        ("top/our portal's", "content", "private"),
        ("top/portal", "content", "secret"),
        ("top", "portal/content", "../private"),
        (".", "top/content", "private"),
    ],
)
def test_the_hook_refuses_private_text_wherever_the_folders_lie(
    tmp_path: Path, place: str, content: str, private: str
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "top")], check=True)
    here = tmp_path / place
    here.mkdir(exist_ok=True)
    done = run("gpai_portal.cli", "new", "private", "--content", content, "--private", private, cwd=here)
    assert "which refuses commits" in done.stdout, done.stderr
    (here / private / "documents/plan.md").write_text("One two three four five six seven eight nine.", encoding="utf-8")
    (here / content).mkdir(parents=True)

    def commit(text: str, *words: str) -> subprocess.CompletedProcess[str]:
        (here / content / "page.md").write_text(text, encoding="utf-8")
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run([*git, "add", "."], cwd=here / content, check=True)
        command = [*git, "commit", "-qm", "x", *words]
        return subprocess.run(command, cwd=here / content, capture_output=True, text=True, check=False)

    first = commit("Nothing.")
    assert first.returncode == 0, first.stderr
    for words in ([], ["page.md"]):
        refused = commit("one two three four five six seven eight nine", *words)
        assert refused.returncode == 1
        assert "page.md: a passage of a private document" in refused.stdout + refused.stderr
    assert commit("Nothing new.", "-a").returncode == 0


def test_a_hook_that_is_there_is_kept(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    done = run("gpai_portal.cli", "new", "private", "--private", "our secret", cwd=tmp_path)
    line = "gpai-portal leaks --staged --content content --private 'our secret' || exit 1"
    assert f"add this line to the beginning of your own {hook}: {line}\n" in done.stdout
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\n"


def test_without_a_repository_set_up_says_that_nothing_checks_commits(tmp_path: Path) -> None:
    done = run("gpai_portal.cli", "new", "private", cwd=tmp_path)
    assert "content is in no git repository: nothing checks commits" in done.stdout


def test_a_folder_made_before_the_repository_gets_the_check_afterwards(portal: Path) -> None:
    key = (portal / "private/recovery.key").read_bytes()
    again = run("gpai_portal.cli", "new", "private", cwd=portal)
    assert again.returncode == 2
    assert "nothing checks commits for private text" in again.stderr
    git(portal, "init", "-q")
    done = run("gpai_portal.cli", "new", "private", cwd=portal)
    assert done.returncode == 0, done.stderr
    assert "set up already and stays as it is" in done.stdout
    assert done.stdout.count("which refuses commits with private text in them") == 2
    assert FOUND in commit(portal, PASSAGE).stderr
    assert (portal / "private/recovery.key").read_bytes() == key
    last = run("gpai_portal.cli", "new", "private", cwd=portal)
    assert last.returncode == 2
    assert "set up already; nothing was written" in last.stderr


def test_without_the_private_folder_nothing_is_committed_and_the_cure_is_told(repository: Path) -> None:
    (repository / "private").rename(repository.parent / "elsewhere")
    refused = commit(repository, "Nothing new.")
    assert refused.returncode == 1
    assert "there is no private folder private to compare with" in refused.stderr
    assert "gpai-portal new hook --private FOLDER" in refused.stderr
    done = run("gpai_portal.cli", "new", "hook", "--private", "../elsewhere", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert commit(repository, "Nothing new.").returncode == 0
    assert FOUND in commit(repository, PASSAGE).stderr


def test_hooks_can_be_written_at_any_time(portal: Path) -> None:
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    assert done.returncode == 2
    assert "content is in no git repository; nothing was written" in done.stderr
    git(portal, "init", "-q")
    for _ in range(2):  # a second time writes them anew
        done = run("gpai_portal.cli", "new", "hook", cwd=portal)
        assert done.stdout.count("which refuses commits with private text in them") == 2
    assert commit(portal, "Nothing.").returncode == 0
    refused = commit(portal, PASSAGE)
    assert refused.returncode == 1
    assert FOUND in refused.stderr
    assert "seven" not in refused.stdout + refused.stderr
    for name in ("pre-commit", "pre-merge-commit"):
        assert (portal / ".git/hooks" / name).stat().st_mode & stat.S_IXUSR


def test_no_hook_is_written_where_there_is_nothing_private(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/provider.yaml").write_text("name: A\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    done = run("gpai_portal.cli", "new", "hook", cwd=tmp_path)
    assert (done.returncode, (tmp_path / ".git/hooks/pre-commit").exists()) == (2, False)
    assert "there is no private folder private; gpai-portal new private makes it" in done.stderr


def test_a_hook_of_an_older_version_is_written_anew(repository: Path) -> None:
    hook = repository / ".git/hooks/pre-commit"
    old = "#!/bin/sh\n# Refuses a commit with anything of the private folder in it.\nexec gpai-portal leaks --staged\n"
    hook.write_text(old, encoding="utf-8")
    assert f"wrote {hook}" in run("gpai_portal.cli", "new", "hook", cwd=repository).stdout
    assert sys.executable in hook.read_text(encoding="utf-8")


def test_commits_are_checked_outside_the_environment(repository: Path) -> None:
    """As from an editor or another shell, which knows neither the environment nor its PATH."""
    bare = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "gpai-portal").exists()
    )
    assert commit(repository, "Nothing new.", PATH=bare).returncode == 0
    refused = commit(repository, PASSAGE, PATH=bare)
    assert refused.returncode == 1
    assert FOUND in refused.stderr
    # With nothing but what git needs, from a folder below, and with what switches off hooks of the framework.
    who = [f"GIT_{one}_{what}=x@example.org" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    source = Path(sys.modules["gpai_portal"].__path__[0]).parent
    least = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=/nowhere", "SKIP=gpai-portal-leaks", f"PYTHONPATH={source}", *who]
    refused = tool(repository / "content", *least, "git", "commit", "-qm", "x")
    assert refused.returncode == 1
    assert FOUND in refused.stderr


def test_without_the_program_nothing_is_committed_and_the_cure_is_told(repository: Path) -> None:
    hook = repository / ".git/hooks/pre-commit"
    gone = hook.read_text(encoding="utf-8").replace(sys.executable, "/no/such/python")
    hook.write_text(gone, encoding="utf-8")
    bare = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "gpai-portal").exists()
    )
    refused = commit(repository, "Nothing new.", PATH=bare)
    assert refused.returncode == 1
    assert "gpai-portal is neither at /no/such/python nor on the PATH" in refused.stderr
    assert "gpai-portal new hook" in refused.stderr
    # One on the PATH will do.
    found = repository.parent / "bin"
    found.mkdir()
    (found / "gpai-portal").write_text(f'#!/bin/sh\nexec {sys.executable} -m gpai_portal.cli "$@"\n', encoding="utf-8")
    (found / "gpai-portal").chmod(0o755)
    with_it = f"{found}{os.pathsep}{bare}"
    assert commit(repository, "Nothing new.", PATH=with_it).returncode == 0
    assert FOUND in commit(repository, PASSAGE, PATH=with_it).stderr


def test_a_program_of_that_name_in_the_repository_is_not_run(repository: Path) -> None:
    (repository / "gpai_portal").mkdir()
    (repository / "gpai_portal/__init__.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    (repository / "click.py").write_text("raise SystemExit(0)\n", encoding="utf-8")
    assert commit(repository, PASSAGE).returncode == 1


def test_merges_are_checked(repository: Path) -> None:
    git(repository, "checkout", "-qb", "side")
    assert commit(repository, PASSAGE, "--no-verify").returncode == 0
    git(repository, "checkout", "-q", "main")
    (repository / "content/other.md").write_text("Other.", encoding="utf-8")
    git(repository, "add", "-A")
    assert git(repository, "commit", "-qm", "x").returncode == 0
    refused = git(repository, "merge", "--no-edit", "side")
    assert refused.returncode != 0
    assert FOUND in refused.stderr
    assert git(repository, "log", "--oneline", "main").stdout.count("\n") == 2


def test_other_working_trees_of_the_repository_are_checked(repository: Path) -> None:
    other = repository.parent / "deep/other"
    assert git(repository, "worktree", "add", "-q", str(other)).returncode == 0
    assert not (other / "private").exists()
    fine = commit(other, "Nothing new.")
    assert fine.returncode == 0, fine.stderr
    assert FOUND in commit(other, PASSAGE).stderr


def test_the_folder_of_hooks_may_be_another_one(portal: Path) -> None:
    git(portal, "init", "-q")
    git(portal, "config", "core.hooksPath", "tools/hooks")
    (portal / "content/deep").mkdir()
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    assert f"wrote {portal}/tools/hooks/pre-commit" in done.stdout
    assert FOUND in commit(portal, PASSAGE).stderr


def test_hooks_that_several_repositories_share_are_left_alone(portal: Path) -> None:
    shared = portal.parent / "shared"
    shared.mkdir()
    git(portal, "init", "-q")
    git(portal, "config", "core.hooksPath", str(shared))
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    line = "gpai-portal leaks --staged --content content --private private"
    assert f"add this line to the beginning of your own {shared}/pre-commit: {line}" in done.stdout
    assert list(shared.iterdir()) == []


def test_the_line_for_a_hook_of_ones_own_refuses_wherever_it_stands(portal: Path) -> None:
    git(portal, "init", "-q")
    hook = portal / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    line = done.stdout.splitlines()[0].partition("pre-commit: ")[2]
    program = f"{sys.executable} -m gpai_portal.cli"
    hook.write_text(f"#!/bin/sh\n{line.replace('gpai-portal', program, 1)}\necho done\n", encoding="utf-8")
    hook.chmod(0o755)
    assert commit(portal, "Nothing.").returncode == 0
    assert commit(portal, PASSAGE).returncode == 1


def test_nothing_is_written_where_husky_writes_its_own(portal: Path) -> None:
    git(portal, "init", "-q")
    git(portal, "config", "core.hooksPath", ".husky/_")
    done = run("gpai_portal.cli", "new", "hook", cwd=portal)
    for name in ("pre-commit", "pre-merge-commit"):
        assert f"add this line to the beginning of your {portal}/.husky/{name}: gpai-portal leaks" in done.stdout
    assert not (portal / ".husky").exists()


HOOK = (
    "repos:\n  - repo: {repo}\n    rev: {rev}\n    hooks:\n      - id: gpai-portal-leaks\n"
    "        args: [--content, content, --private, private]\n"
)


def test_the_hook_for_the_framework_is_valid() -> None:
    done = tool(ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("below", [".", "docs/our portal"])
def test_the_check_of_a_new_portal_runs_outside_its_environment(tmp_path: Path, below: str) -> None:
    top, like = tmp_path / "top", tmp_path / "like"
    for repository in (top, like):
        repository.mkdir()
        git(repository, "init", "-q")
    new_portal(like / below, Wanted())
    portal = top / below
    content = shutil.copytree(ROOT / "tests/examples/base/content", portal / "content")
    shutil.copyfile(like / below / ".pre-commit-config.yaml", top / ".pre-commit-config.yaml")
    program = portal / ".venv/bin/gpai-portal"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m gpai_portal.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    git(top, "add", str(content), ".pre-commit-config.yaml")
    bare = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "gpai-portal").exists()
    )
    run_hooks = (sys.executable, "-m", "pre_commit", "run")
    home = {"PATH": bare, "PRE_COMMIT_HOME": str(like / "cache")}
    done = tool(top, *run_hooks, **home)
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    (content / "provider.yaml").write_text("nme: x\n", encoding="utf-8")
    git(top, "add", str(content))
    refused = tool(top, *run_hooks, **home)
    assert refused.returncode == 1
    assert "[unknown-key]" in refused.stdout


@pytest.mark.long  # the framework installs the package with all that it needs
def test_the_framework_checks_commits_and_merges(portal: Path) -> None:
    source = portal.parent / "source"
    git(ROOT, "clone", "-q", "--no-local", str(ROOT), str(source))
    for name in (".pre-commit-hooks.yaml", "pyproject.toml"):
        shutil.copyfile(ROOT / name, source / name)
    shutil.rmtree(source / "plugin")
    shutil.copytree(ROOT / "plugin", source / "plugin", ignore=shutil.ignore_patterns("__pycache__"))
    git(source, "add", "-A")
    git(source, "commit", "-qm", "x", "--allow-empty")
    git(portal, "init", "-q", "-b", "main")
    rev = git(source, "rev-parse", "HEAD").stdout.strip()
    config = HOOK.format(repo=source, rev=rev)
    (portal / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    home = {"PRE_COMMIT_HOME": str(portal.parent / "cache"), "PYTHONPATH": ""}
    types = [word for name in ("pre-commit", "pre-merge-commit") for word in ("--hook-type", name)]
    done = tool(portal, sys.executable, "-m", "pre_commit", "install", "--install-hooks", *types, **home)
    assert done.returncode == 0, done.stdout + done.stderr
    first = commit(portal, "Nothing.", **home)
    assert first.returncode == 0, first.stdout + first.stderr
    refused = commit(portal, PASSAGE, **home)
    assert refused.returncode == 1
    assert FOUND in refused.stderr
    git(portal, "checkout", "-qb", "side")
    assert commit(portal, PASSAGE, "--no-verify", **home).returncode == 0
    git(portal, "checkout", "-q", "main")
    (portal / "content/other.md").write_text("Other.", encoding="utf-8")
    git(portal, "add", "-A")
    assert git(portal, "commit", "-qm", "x", **home).returncode == 0
    refused = git(portal, "merge", "--no-edit", "side", **home)
    assert refused.returncode != 0
    assert FOUND in refused.stderr
