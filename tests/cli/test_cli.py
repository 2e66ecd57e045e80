"""The command as users call it: what it prints, what it returns, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gpai_portal.cli.main import cli
from gpai_portal.cli.options import Place
from gpai_portal.content.scaffolding import scaffold_kinds
from gpai_portal.documents import kind_of
from tests.conftest import ROOT, run


def portal(*arguments: str, cwd: Path, epoch: str = "1795478400") -> tuple[int, str, str]:
    done = run("gpai_portal.cli", *arguments, cwd=cwd, epoch=epoch)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_check_of_the_sample_finds_no_error() -> None:
    code, out, _ = portal("check", cwd=ROOT)
    assert (code, out.splitlines()[-1]) == (0, "0 errors, 1 warning")
    assert "answered" not in out, "every file is whole"


def test_check_reports_as_json_and_for_github(project: Path) -> None:
    (project / "content/provider.yaml").write_text("nam: x\n", encoding="utf-8")
    code, out, _ = portal("check", "--format", "json", cwd=project)
    report = json.loads(out)
    assert code == 1
    assert report["errors"] == len([p for p in report["problems"] if p["severity"] == "error"])
    unknown = next(p for p in report["problems"] if p["code"] == "unknown-key")
    assert (unknown["file"], unknown["line"], unknown["column"], unknown["path"]) == (
        "content/provider.yaml",
        1,
        1,
        "nam",
    )
    assert unknown["advice"] == "did you mean name?"
    code, out, _ = portal("check", "--format", "github", cwd=project)
    assert "::error file=content/provider.yaml,line=1,col=1,title=unknown-key::nam: " in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--content", "nowhere"),
        ("check", "--as-of", "tomorrow"),
        ("check", "--format", "xml"),
        ("chekc",),
        ("new", "model"),
        ("new", "model", "../evil"),
        ("new", "release", "only-one"),
        ("new", "provider", "extra"),
    ],
)
def test_wrong_use_returns_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, _, err = portal(*arguments, cwd=tmp_path)
    assert code == 2
    assert err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_epoch_is_wrong_use(project: Path) -> None:
    code, _, err = portal("check", cwd=project, epoch="noon")
    assert code == 2
    assert "SOURCE_DATE_EPOCH" in err


def test_scaffolds_ask_for_every_required_field_and_name_it(tmp_path: Path) -> None:
    ids = {"model": "text", "release": "1.0"}
    for document in scaffold_kinds():
        code, out, err = portal("new", document, *(ids[n] for n in kind_of(document).place.ids), cwd=tmp_path)
        assert code == 0, err
        assert out.startswith("wrote content")
    code, out, _ = portal("check", "--format", "json", cwd=tmp_path)
    report = json.loads(out)
    problems = report["problems"]
    assert (code, report["errors"], report["warnings"], report["todo"]) == (0, 0, 0, len(problems))
    # What is left open is named as empty, and nothing else is wrong with a scaffold.
    assert {p["code"] for p in problems} == {"open-field"}
    assert {p["message"] for p in problems} == {"nothing is written after the colon"}
    assert {one["answered"] for one in report["files"]} == {0}
    _, out, _ = portal("check", "--summary", cwd=tmp_path)
    assert "content/provider.yaml: 0 of 9 answered" in out
    assert out.splitlines()[-1] == f"0 errors, 0 warnings, {len(problems)} open fields"
    assert len(out.splitlines()) == len(scaffold_kinds()) + 1
    code, _, err = portal("publish", cwd=tmp_path)
    assert (code, "everything here is a draft" in err, (tmp_path / "content/records").exists()) == (1, True, False)
    paths = {p["path"] for p in problems if "training-content-summary" in p["file"]}
    assert {"version", "general.characteristics.continuous_training", "sources.public.used"} <= paths


def test_a_scaffold_never_overwrites(tmp_path: Path) -> None:
    assert portal("new", "provider", cwd=tmp_path)[0] == 0
    before = (tmp_path / "content/provider.yaml").read_bytes()
    code, _, err = portal("new", "provider", cwd=tmp_path)
    assert code == 2
    assert "already there" in err
    assert (tmp_path / "content/provider.yaml").read_bytes() == before


def test_help_shows_an_example_for_every_command(tmp_path: Path) -> None:
    for arguments in ((), ("check",), ("new",)):
        code, out, _ = portal(*arguments, "--help", cwd=tmp_path)
        assert code == 0
        assert "Example:" in out


@pytest.mark.parametrize("place", ["content", "content/models/text/1.0", "content/pages"])
def test_commands_find_the_content_from_any_folder_below(project: Path, place: str) -> None:
    (project / place).mkdir(parents=True, exist_ok=True)
    here = portal("check", "--format", "json", cwd=project)
    assert portal("check", "--format", "json", cwd=project / place) == here
    code, out, _ = portal("new", "model", "other", cwd=project / place)
    assert (code, (project / "content/models/other/model.yaml").is_file()) == (0, True)
    assert "wrote " in out


def test_a_folder_without_a_portal_above_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()  # somebody else's
    (tmp_path / "below").mkdir()
    code, _, err = portal("check", cwd=tmp_path / "below")
    assert (code, "content: no such folder" in err) == (2, True)


@pytest.mark.parametrize("words", [("model", "text"), ("release", "text", "1.0"), ("copyright-policy",)])
def test_a_document_is_not_written_where_no_portal_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, _, err = portal("new", *words, cwd=tmp_path)
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert "there is no folder content; go to that of your portal, or begin one: gpai-portal new portal" in err


@pytest.mark.parametrize(
    "words",
    [
        ("release", "text", "2.0", "--from", "1.0", "--print"),
        ("release", "text", "2.0", "--from", "1.0", "--all"),
        ("model-documentation", "text", "1.0", "--private", "private", "--print"),
    ],
)
def test_words_that_would_do_nothing_are_refused(project: Path, words: tuple[str, ...]) -> None:
    before = sorted(project.rglob("*"))
    code, _, err = portal("new", *words, cwd=project)
    assert (code, sorted(project.rglob("*"))) == (2, before)
    assert "leave out --all and --print" in err


def test_a_scaffold_can_be_looked_at_without_writing(tmp_path: Path) -> None:
    code, out, _ = portal("new", "release", "--all", "--print", cwd=tmp_path)
    assert (code, list(tmp_path.iterdir())) == (0, [])
    assert "further_trained" in out
    assert "further_trained" not in portal("new", "release", "--print", cwd=tmp_path)[1]


def commands(group: click.Group, context: click.Context) -> Iterator[click.Command]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield command
        if isinstance(command, click.Group):
            yield from commands(command, context)


def test_no_command_takes_an_empty_path_for_the_present_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in ``gpai-portal new portal "$FOLDER"`` where nothing is called FOLDER."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["new", "portal", ""])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert 'this path is empty; write "." for the present folder' in done.output
    every = [param for command in commands(cli, click.Context(cli)) for param in command.params]
    paths = [param for param in every if isinstance(param.type, click.Path)]
    assert len(paths) > 30
    assert [param.name for param in paths if not isinstance(param.type, Place)] == []
