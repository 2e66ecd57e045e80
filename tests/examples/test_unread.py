"""Nothing is concluded from what could not be read: each damaged file has its own problem, and no other."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from tests.conftest import ROOT

AS_OF = date(2026, 11, 24)
BASE = Path(__file__).parent / "base/content"
FILES = sorted(file.relative_to(BASE).as_posix() for file in BASE.rglob("*.yaml"))


def damaged(file: Path) -> None:
    """The file with its first field given twice."""
    text = file.read_text(encoding="utf-8")
    field = next(line for line in text.splitlines() if line[:1].isalpha())
    file.write_text(f"{text}\n{field.partition(':')[0]}: again\n", encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_the_only_thing_that_is_told(name: str, tmp_path: Path) -> None:
    content = Path(shutil.copytree(BASE, tmp_path / "content"))
    damaged(content / name)
    _, report = check(content, AS_OF)
    assert [(p.file, p.code) for p in report] == [(f"content/{name}", "duplicate-key")]


SAMPLE = sorted(file.relative_to(ROOT / "content").as_posix() for file in (ROOT / "content").rglob("*.yaml"))


@pytest.mark.parametrize("name", SAMPLE)
def test_in_the_sample_nothing_comes_from_a_damaged_file(name: str, tmp_path: Path) -> None:
    """Whatever else is told of the sample was told before, and of no other file."""
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    before = {str(p) for p in check(content, AS_OF)[1]}
    damaged(content / name)
    new = [p for p in check(content, AS_OF)[1] if str(p) not in before]
    assert [(p.file, p.code) for p in new] == [(f"content/{name}", "duplicate-key")]


def test_the_size_of_a_provider_that_cannot_be_read_is_not_held_against_it(tmp_path: Path) -> None:
    """A small provider lists fewer domain names, and need not mend its summary to learn that."""
    content = Path(shutil.copytree(BASE, tmp_path / "content"))
    summary = content / "models/text/1.0/training-content-summary.yaml"
    text = summary.read_text(encoding="utf-8")
    old = "value: [news.example, presse.example]"
    assert old in text
    total = next(line.split(":")[1] for line in text.splitlines() if line.strip().startswith("total:"))
    summary.write_text(text.replace(f"total:{total}", "total: 40"), encoding="utf-8")
    assert "domains-too-few" in [p.code for p in check(content, AS_OF)[1]]
    damaged(content / "provider.yaml")
    assert [p.code for p in check(content, AS_OF)[1]] == ["duplicate-key"]


@pytest.mark.parametrize("name", [".#release.yaml", "._release.yaml", ".release.yaml.swp", "Thumbs.db", "desktop.ini"])
def test_what_systems_and_editors_leave_is_not_read(name: str, tmp_path: Path) -> None:
    content = Path(shutil.copytree(BASE, tmp_path / "content"))
    for folder in (content, content / "models", content / "models/text", content / "models/text/1.0"):
        if name.startswith(".#"):
            (folder / name).symlink_to("somebody@machine.1234:1700000000")
        else:
            (folder / name).write_bytes(b"\0\5\x16\7 not YAML: [")
    (content / "models/.idea").mkdir()
    assert list(check(content, AS_OF)[1]) == []


def test_a_file_of_the_name_of_no_document_is_told_as_before(tmp_path: Path) -> None:
    content = Path(shutil.copytree(BASE, tmp_path / "content"))
    (content / "models/text/1.0/release~.yaml").write_text("a: 1", encoding="utf-8")
    assert [p.code for p in check(content, AS_OF)[1]] == ["unknown-file"]
