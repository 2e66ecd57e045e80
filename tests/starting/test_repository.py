"""``gpai-portal new portal``: what is written, what is kept, and that nothing is left of what fails."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from gpai_portal.cli.main import cli
from gpai_portal.errors import UsageError
from gpai_portal.git import git
from gpai_portal.starting.repository import FILES, LANGUAGES, Wanted, new_portal
from tests.conftest import ROOT
from tests.following import blocks


def files(folder: Path) -> dict[str, str]:
    """Texts of all files, by their paths; without those of git, and the wheel."""
    found = (p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts and p.suffix != ".whl")
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in found}


class Tagged(yaml.SafeLoader):
    """Reads !ENV as MkDocs does where nothing is set: the default."""


Tagged.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("provider", ["", "Exämple: “AI” {x} #1", "- [a]: {{ b }} \\ \"'"])
def test_what_the_provider_is_called_is_only_ever_text(tmp_path: Path, language: str, provider: str) -> None:
    new_portal(tmp_path / "portal", Wanted(provider, "https://ai.example/x/", language))
    written = files(tmp_path / "portal")
    config = yaml.load(written["mkdocs.yml"], Tagged)
    assert provider in config["site_name"]
    assert config["site_url"] == "https://ai.example/x/"
    assert config["theme"]["language"] == language
    assert config["plugins"][1]["gpai-portal"] == {"languages": [language], "strict_publication": False}
    assert yaml.safe_load(written["content/provider.yaml"])["name"] == (provider or None)
    assert written["README.md"].startswith(f"# {config['site_name']}\n")


def test_a_repository_is_made_unless_there_is_one(tmp_path: Path) -> None:
    alone = new_portal(tmp_path / "alone", Wanted())
    assert "made a git repository" in alone
    assert git(tmp_path / "alone", "symbolic-ref", "HEAD") == b"refs/heads/main\n"
    inside = new_portal(tmp_path / "alone/inside", Wanted())
    assert not (tmp_path / "alone/inside/.git").exists()
    assert any("at whose top alone GitHub and pre-commit look" in line for line in inside)


def test_what_comes_next_needs_no_environment_where_the_portal_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = new_portal(tmp_path / "elsewhere", Wanted())
    told = done[done.index("next:") + 1 :]
    assert [step.split()[0] for step in told] == ["cd", "python3", "pip", "mkdocs"]
    monkeypatch.setattr("sys.prefix", str(tmp_path / "here/.venv"))
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    monkeypatch.chdir("here")
    done = new_portal(Path(), Wanted())
    assert done[done.index("next:") :] == ["next:", "  mkdocs serve"]


@pytest.mark.parametrize(("name", "told"), [("a b", "cd 'a b'"), ("-x", "cd ./-x"), ("it's", """cd 'it'"'"'s'""")])
def test_the_first_step_can_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = new_portal(Path(name), Wanted())
    step = done[done.index("next:") + 1].strip()
    assert step == told
    where = subprocess.run(["sh", "-c", f"{step} && pwd"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert where.stdout == f"{tmp_path / name}\n"


def test_inside_a_repository_a_portal_is_written_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = new_portal(tmp_path / "portal", Wanted())
    assert (tmp_path / "portal/mkdocs.yml").is_file()
    assert any("made no git repository: " in line and "install git" in line for line in done)


def test_lists_that_were_there_are_compared_line_by_line(tmp_path: Path) -> None:
    new_portal(tmp_path / "new", Wanted())
    there = tmp_path / "there"
    there.mkdir()
    (there / ".gitignore").write_bytes((tmp_path / "new/.gitignore").read_bytes().replace(b"\n", b"\r\n"))
    (there / "requirements.txt").write_text("mkdocs\n", encoding="utf-8")
    (there / ".gitattributes").mkdir()
    told = "\n".join(new_portal(there, Wanted())).split("kept ")
    assert [part.split(" ")[0].rpartition("/")[2] for part in told[1:]] == [
        ".gitattributes",
        ".gitignore",
        "requirements.txt",
    ]
    assert "add to it" not in told[1] + told[2]
    for line in (tmp_path / "new/requirements.txt").read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith("#") or f"  add to it: {line}\n" in told[3]


def test_an_empty_repository_of_a_host_keeps_what_it_came_with(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "README.md").write_text("Ours.\n", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("site/\n*.pyc\n", encoding="utf-8")
    done = new_portal(tmp_path, Wanted())
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "Ours.\n"
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "site/\n*.pyc\n"
    told = next(line for line in done if ".gitignore" in line)
    assert [line for line in told.splitlines() if "add to it" in line] == [
        "  add to it: .venv/",
        "  add to it: .cache/",
        "  add to it: private/",
        "  add to it: *.key",
    ]
    assert not any("made a git" in line or "lies in" in line for line in done)


@pytest.mark.parametrize(
    "taken",
    ["mkdocs.yml", "mkdocs.yml/x", "content", "content/provider.yaml", "content/models/theirs/1.0/release.yaml"],
)
def test_a_portal_is_never_written_over_another(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_text("theirs\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=f"{taken.removesuffix('/x')} is already there"):
        new_portal(tmp_path, Wanted())
    assert sorted(tmp_path.rglob("*")) == before


def test_a_portal_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal/content").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="content is already there"):
        new_portal(tmp_path / "portal", Wanted())
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_portal_that_was_finished_but_for_its_repository_gets_one(tmp_path: Path) -> None:
    new_portal(tmp_path, Wanted())
    (tmp_path / "content/.DS_Store").write_bytes(b"x")
    shutil.rmtree(tmp_path / ".git")
    done = new_portal(tmp_path, Wanted())
    assert (done[0], "made a git repository" in done) == (f"all of this portal is in {tmp_path} already", True)
    (tmp_path / "content/models/first-model").rename(tmp_path / "content/models/ours")
    with pytest.raises(UsageError, match=r"content/models/ours/.* is already there"):
        new_portal(tmp_path, Wanted())


#: Writes portals, each in a process that is killed at another file, before it gets its name or after.
KILLED = """
import os, signal, sys
from pathlib import Path
from gpai_portal import files
from gpai_portal.starting.repository import Wanted, new_portal

replace, top, step, whole = os.replace, Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for last in [*range(0, whole, step), whole - 1]:
    if not (child := os.fork()):
        done = []
        def counted(temporary, path):
            done.append(path)
            if len(done) > last and last % 2:
                os.kill(os.getpid(), signal.SIGKILL)
            replace(temporary, path)
            if len(done) > last:
                os.kill(os.getpid(), signal.SIGKILL)
        os.replace = counted
        new_portal(top / str(last), Wanted())
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
"""


@pytest.mark.long
def test_a_portal_that_was_killed_half_way_is_finished_by_a_second_run(tmp_path: Path) -> None:
    new_portal(tmp_path / "whole", Wanted())
    whole = files(tmp_path / "whole")
    number = len(whole) + len(list((tmp_path / "whole").glob("vendor/*.whl")))
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "5", str(number)], check=True)
    killed = [folder for folder in tmp_path.iterdir() if folder.name != "whole"]
    assert len(killed) > 5
    left = [path for folder in killed for path in folder.rglob(".*") if re.search(r"\.[0-9a-f]{16}$", path.name)]
    assert left, "one was killed before its file had its name"
    for folder in killed:
        assert not (folder / ".git").exists()
        assert not (folder / "mkdocs.yml").exists() or files(folder) == whole
        done = new_portal(folder, Wanted())
        assert files(folder) == whole
        assert not [line for line in done if line.startswith("kept")]
        assert "made a git repository" in done


def test_a_portal_within_a_repository_works_once_two_files_are_moved(tmp_path: Path) -> None:
    """By the lines that are printed; the folder has a name that shells and patterns take for something else."""
    top, folder = tmp_path / "a repository", tmp_path / "a repository/docs/-é (1.0) $x"
    subprocess.run(["git", "init", "--quiet", str(top)], check=True)
    done = new_portal(folder, Wanted(private_source=True))
    at = next(n for n, line in enumerate(done) if "at whose top alone GitHub and pre-commit look" in line)
    steps = "\n".join(done[at + 1 : done.index("next:")])
    subprocess.run(["sh", "-e", "-c", steps], check=True, cwd=tmp_path)
    workflow = yaml.safe_load((top / ".github/workflows/portal.yml").read_text(encoding="utf-8"))
    assert workflow["env"]["PORTAL"] == "docs/-é (1.0) $x"
    [hook] = yaml.safe_load((top / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert re.search(hook["files"], "docs/-é (1.0) $x/content/provider.yaml")
    assert re.search(hook["exclude"], "docs/-é (1.0) $x/content/pages/about.md")
    assert not re.search(hook["files"], "docs/-é (110) $x/content/provider.yaml")
    command = folder / ".venv/bin/gpai-portal"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "$PWD" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    words = [*shlex.split(hook["entry"]), *hook["args"]]
    assert subprocess.run(words, cwd=top, capture_output=True, check=True).stdout.decode() == f"{folder} check\n"
    again = new_portal(top / "other", Wanted())
    told = [line for line in again if "which is there already" in line]
    assert [line.split(" has, into ")[0] for line in told] == [
        f"  what {top}/other/{name}" for name in (".github/workflows/portal.yml", ".pre-commit-config.yaml")
    ]


def test_a_folder_that_no_workflow_can_name_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for name in ("a\nb", "a\udcff"):
        with pytest.raises(UsageError, match="has signs that no workflow can name; choose another folder"):
            new_portal(tmp_path / name, Wanted())
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_nothing_is_left_of_a_portal_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".vscode").write_text("A file where a folder has to be.", encoding="utf-8")
    with pytest.raises(UsageError, match=r"/\.vscode/settings\.json cannot be written .*; nothing was written"):
        new_portal(tmp_path, Wanted())
    assert [p.name for p in tmp_path.iterdir()] == [".vscode"]


#: What pages cannot lie below.
NO_SITES = [
    "ai.example",
    "https://",
    "https:///x",
    "https://ai.example/?x=1",
    "https://ai.example/#x",
    "ftp://ai.example",
]
NO_SITES += ["https://ai.example/a b", "https://ai.example\n", "https://user@ai.example/"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(language="tlh"), "cannot begin in the language 'tlh', but in: en, fr"),
        *((Wanted(site_url=url), f"--site-url {re.escape(repr(url))} is no address of a site") for url in NO_SITES),
        (Wanted("Acme\a"), "--provider: the text holds U"),
        (Wanted("<b>Acme</b>"), "--provider: "),
        (Wanted("x" * 2000), "--provider: "),
    ],
)
def test_wrong_use_writes_nothing(tmp_path: Path, wanted: Wanted, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        new_portal(tmp_path / "portal", wanted)
    assert not (tmp_path / "portal").exists()


def test_the_workflow_is_that_of_the_way_the_source_is_kept(tmp_path: Path) -> None:
    new_portal(tmp_path / "open", Wanted())
    new_portal(tmp_path / "closed", Wanted(private_source=True))
    for name in ("open", "closed"):  # without the notice of the theme, which no reader of a log needs
        workflow = yaml.safe_load((tmp_path / name / ".github/workflows/portal.yml").read_text(encoding="utf-8"))
        assert workflow["env"] == {"NO_MKDOCS_2_WARNING": "1", "PORTAL": "."}
        assert "export NO_MKDOCS_2_WARNING=1" in (tmp_path / name / "README.md").read_text(encoding="utf-8")
    assert "deploy-pages" in files(tmp_path / "open")[".github/workflows/portal.yml"]
    assert "PORTAL_DEPLOY_KEY" in files(tmp_path / "closed")[".github/workflows/portal.yml"]
    assert "public-repository/README.md" not in files(tmp_path / "open")
    closed = files(tmp_path / "closed")
    assert "attest-build-provenance" in closed["public-repository/.github/workflows/site.yml"]
    assert all(name in closed["README.md"] for name in ("PORTAL_DEPLOY_KEY", "PORTAL_REPOSITORY", "PORTAL_URL"))
    assert "\n\nOnly what was published" in closed["README.md"], "it is no part of the list before it"


def test_what_git_must_leave_alone_is_the_same_in_new_portals_the_sample_and_the_guide() -> None:
    """The guide is read as plain Markdown too, so that it holds a copy; each line counts for what is signed."""
    ours = (FILES / "gitattributes").read_text(encoding="utf-8")
    assert (ROOT / ".gitattributes").read_text(encoding="utf-8").startswith(ours)
    guide = (ROOT / "docs/pages/publishing.md").read_text(encoding="utf-8")
    copies = [lines for _, file, lines in blocks(guide) if file == ".gitattributes"]
    assert copies == ["".join(line for line in ours.splitlines(keepends=True) if not line.startswith("#"))]


def test_a_french_portal_asks_in_french_and_says_that_its_answers_are(tmp_path: Path) -> None:
    new_portal(tmp_path, Wanted("Exemple", language="fr", further=("de", "en")))
    written = files(tmp_path)
    config = yaml.load(written["mkdocs.yml"], Tagged)
    assert config["plugins"][1]["gpai-portal"]["languages"] == ["fr", "de", "en"]
    summary = written["content/models/first-model/1.0/training-content-summary.yaml"]
    assert "# Dernière mise à jour" in summary
    assert "# Every field" not in summary
    assert yaml.safe_load(written["content/provider.yaml"])["language"] == "fr"
    # What is begun later follows what the provider says of its content.
    (tmp_path / "content/models/first-model/1.0/training-content-summary.yaml").unlink()
    command = ["new", "training-content-summary", "first-model", "1.0", "--content", str(tmp_path / "content")]
    assert CliRunner().invoke(cli, command).exit_code == 0
    assert files(tmp_path)["content/models/first-model/1.0/training-content-summary.yaml"] == summary
    for language, asked in (("da", "# Last update"), ("fr-BE", "# Dernière mise à jour"), ("{a: [", "# Last update")):
        (tmp_path / "content/provider.yaml").write_text(f"name: X\nlanguage: {language}\n", encoding="utf-8")
        assert asked in CliRunner().invoke(cli, [*command, "--print"]).output
