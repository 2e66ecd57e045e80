"""Portals of Windows and macOS: names they cannot have, their line ends, folders that know no case. Simulated; nothing
here was run on these systems."""

from __future__ import annotations

import ast
import shutil
from datetime import date
from pathlib import Path, PureWindowsPath

import pytest

from gpai_portal.checking import check
from gpai_portal.content.folder import unfit
from gpai_portal.errors import UsageError
from gpai_portal.publication.snapshots import snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT

DAY = date(2026, 11, 24)
TEXT = {".yaml", ".yml", ".md", ".txt", ".csv"}


@pytest.mark.parametrize("name", ["con", "prn", "aux", "nul", "com1", "lpt9", "nul.1", "con.yaml", "aux.b-c"])
def test_names_of_devices_are_refused(name: str) -> None:
    assert "device" in unfit(name)
    if hasattr(PureWindowsPath, "is_reserved"):
        assert PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize("name", ["1.0.", "a..", "1.0-."])
def test_a_dot_at_the_end_is_refused(name: str) -> None:
    assert "ends in a dot" in unfit(name)


@pytest.mark.parametrize("name", ["console", "con1", "nulla-1", "com", "com10", "x.con", "1.0", "auxiliary.1", "r2-d2"])
def test_other_names_are_fit(name: str) -> None:
    assert unfit(name) == ""
    if hasattr(PureWindowsPath, "is_reserved"):
        assert not PureWindowsPath(name).is_reserved()


@pytest.mark.parametrize("name", ["con", "1.0.", "Upper", "latest"])
def test_a_scaffold_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    from gpai_portal.content.scaffolding import write_scaffold

    with pytest.raises(UsageError) as refused:
        write_scaffold("model", (name,), tmp_path)
    assert unfit(name) in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_list_of_domains_is_no_device(tmp_path: Path) -> None:
    content = shutil.copytree(ROOT / "content", tmp_path / "content")
    release = content / "models/skrift/2.0"
    shutil.copyfile(release / "domains.txt", release / "nul.txt")
    summary = release / "training-content-summary.yaml"
    summary.write_text(summary.read_text(encoding="utf-8").replace("domains.txt", "nul.txt"), encoding="utf-8")
    found = [problem for problem in check(content, DAY)[1].errors if "nul.txt" in problem.message]
    assert [str(problem.code.value) for problem in found] == ["bad-id"]


def test_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    """A checkout with CRLF has the same problems, documents and pages."""
    for name, change in (("lf", lambda raw: raw), ("crlf", lambda raw: raw.replace(b"\n", b"\r\n"))):
        content = shutil.copytree(ROOT / "content", tmp_path / name / "content")
        shutil.rmtree(content / "records")
        shutil.rmtree(content / "sealed")
        for file in content.rglob("*"):
            if file.suffix in TEXT:
                file.write_bytes(change(file.read_bytes()))
    one, other = (Portal.load(tmp_path / name / "content", DAY) for name in ("lf", "crlf"))
    assert [str(problem) for problem in other.report.problems] == [str(problem) for problem in one.report.problems]
    assert {key: s.data for key, s in snapshots(other.disclosures).items()} == {
        key: s.data for key, s in snapshots(one.disclosures).items()
    }
    lf, crlf = Site(one), Site(other)
    for uri, page in one.pages.items():
        assert crlf.render(other.pages[uri]).body == lf.render(page).body, uri


def test_two_addresses_never_differ_in_case_alone() -> None:
    """On macOS and Windows they would be one file."""
    portal = Portal.load(ROOT / "content", DAY, site_url="https://portal.example/")
    places = [*(f"{uri}index.html" for uri in portal.pages), *(uri for uri, _source in Site(portal).files())]
    assert len({place.casefold() for place in places}) == len(places)


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


def test_relative_paths_are_written_with_slashes() -> None:
    """What is relative to a folder becomes part of messages and addresses, which have no backslashes."""
    bad = []
    for module in (ROOT / "plugin").rglob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        inner = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in {"as_posix", "parts"}
        }
        # Names that are only looked at, part by part.
        inner |= {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "is_left_behind"
            for argument in node.args
        }
        for node in calls(tree):
            assert isinstance(node.func, ast.Attribute)
            if node.func.attr == "relative_to" and id(node) not in inner:
                bad.append(f"{module.relative_to(ROOT).as_posix()}:{node.lineno}")
    bad = [place for place in bad if not place.startswith("plugin/gpai_portal/gate/leaks.py")]
    assert bad == []


def test_text_files_are_read_and_written_as_utf_8() -> None:
    """Python on Windows would take the code page of the system, and write other line ends."""
    bad = []
    for module in (ROOT / "plugin").rglob("*.py"):
        for node in calls(ast.parse(module.read_text(encoding="utf-8"))):
            assert isinstance(node.func, ast.Attribute)
            names = {word.arg for word in node.keywords}
            text = (
                node.func.attr in {"read_text", "write_text"} and not node.args[int(node.func.attr == "write_text") :]
            )
            decoded = any(w.arg == "text" for w in node.keywords)
            if (text or decoded) and "encoding" not in names:
                bad.append(f"{module.relative_to(ROOT).as_posix()}:{node.lineno}")
    assert bad == []
