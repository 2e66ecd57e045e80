"""How the tool was installed, read from what installers write (PEP 610), and made again elsewhere."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.starting import installation as room
from gpai_portal.starting.installation import installation
from gpai_portal.starting.wheel import packed_again
from tests.conftest import ROOT

#: Where the packages are that this tool needs.
NEEDED = next(path for path in sys.path if path.endswith("site-packages"))
CLEAN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, direct: dict[str, Any] | None) -> str:
    """The first entry of requirements.txt where an installer has left this description of the origin."""
    about = folder / "gpai_portal-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: gpai-portal\nVersion: 0.1.0\n", encoding="utf-8")
    if direct is not None:
        (about / "direct_url.json").write_text(json.dumps(direct), encoding="utf-8")
    real = distribution

    def found(name: str) -> Any:
        return PathDistribution(about) if name == "gpai-portal" else real(name)

    monkeypatch.setattr(room, "distribution", found)
    lines = [line for line in installation().requirements.splitlines() if line and not line.startswith("#")]
    return lines[0]


@pytest.mark.parametrize(
    ("direct", "line"),
    [
        (None, "gpai-portal==0.1.0"),
        (
            {
                "url": "https://git.example/gpai-portal.git",
                "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": "a" * 40},
            },
            f"gpai-portal @ git+https://git.example/gpai-portal.git@{'a' * 40}",
        ),
        (
            {
                "url": "https://someone:secret@git.example/tools.git",
                "subdirectory": "portal",
                "vcs_info": {"vcs": "git", "commit_id": "b" * 40},
            },
            f"gpai-portal @ git+https://git.example/tools.git@{'b' * 40}#subdirectory=portal",
        ),
        (
            {"url": "ssh://git@git.example/gpai-portal.git", "vcs_info": {"vcs": "git", "commit_id": "c" * 40}},
            f"gpai-portal @ git+ssh://git@git.example/gpai-portal.git@{'c' * 40}",
        ),
        (
            {
                "url": "https://files.example/gpai_portal-0.1.0-py3-none-any.whl",
                "archive_info": {"hash": "sha256=d1", "hashes": {"sha256": "d1"}},
            },
            "gpai-portal @ https://files.example/gpai_portal-0.1.0-py3-none-any.whl#sha256=d1",
        ),
        (
            {"url": "https://files.example/gpai_portal-0.1.0.tar.gz", "archive_info": {"hash": "sha256=d2"}},
            "gpai-portal @ https://files.example/gpai_portal-0.1.0.tar.gz#sha256=d2",
        ),
    ],
    ids=["index", "git", "password and subdirectory", "ssh", "wheel", "archive"],
)
def test_another_machine_is_told_the_same_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct: dict[str, Any] | None, line: str
) -> None:
    assert installed(monkeypatch, tmp_path, direct) == line


@pytest.mark.parametrize(
    "way", ["folder", *(pytest.param(way, marks=pytest.mark.long) for way in ("editable", "wheel", "git"))]
)
def test_what_lies_on_this_machine_is_packed_into_a_wheel_that_works(way: str, tmp_path: Path) -> None:
    """Installed for real in each way; the wheel is then the only source of a second environment."""
    origin = ROOT
    if way == "git":
        origin = repository(tmp_path / "origin")
    elif way == "wheel":
        options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
        subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
        origin = next(tmp_path.glob("*.whl"))
    source = {"editable": ["-e", str(origin)], "git": [f"git+file://{origin}"]}.get(way, [str(origin)])
    first = environment(tmp_path / "first", *source)
    portal = tmp_path / "portal"
    run(first, "-m", "gpai_portal.cli", "new", "portal", str(portal))
    wheels = list((portal / "vendor").iterdir())
    assert [wheel.name for wheel in wheels] == ["gpai_portal-0.1.0-py3-none-any.whl"]
    assert f"\n./vendor/{wheels[0].name}\n" in (portal / "requirements.txt").read_text(encoding="utf-8")
    second = environment(tmp_path / "second", "--no-index", str(wheels[0]))
    code = "import gpai_portal, sys; print(gpai_portal.__file__)"
    assert run(second, "-P", "-c", code).startswith(str(tmp_path / "second"))
    command = second.parent / "gpai-portal"
    done = subprocess.run([command, "check"], cwd=portal, capture_output=True, text=True, check=False)
    assert "content/provider.yaml" in done.stdout + done.stderr
    run(second, "-m", "gpai_portal.cli", "new", "portal", str(tmp_path / "again"))
    again = tmp_path / "again/vendor" / wheels[0].name
    assert again.read_bytes() == wheels[0].read_bytes(), "packing what was packed gives the same bytes"


def repository(folder: Path) -> Path:
    """The files of this repository in one of their own. A clone may be shallow, and git never ends a partial clone of
    such a one, which is what pip makes."""
    tar = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD"], capture_output=True, check=True).stdout
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=tar, check=True)
    commit = ["-c", "user.name=A", "-c", "user.email=a@ai.example", "commit", "--quiet", "-m", "All of it"]
    for words in (["init", "--quiet"], ["add", "--all", "--force"], commit):
        subprocess.run(["git", "-C", str(folder), *words], check=True)
    return folder


def environment(folder: Path, *source: str) -> Path:
    """A new environment with this tool from a source; what the tool needs is taken from the one that runs the tests."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin/python"
    packages = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])").strip())
    options = ["--quiet", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, *source]
    done = subprocess.run(command, env=CLEAN | {"PYTHONPATH": NEEDED}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (packages / "needed.pth").write_text(f"{NEEDED}\n", encoding="utf-8")
    return python


def run(python: Path, *arguments: str) -> str:
    command = [str(python), *arguments]
    done = subprocess.run(command, env=CLEAN, capture_output=True, text=True, check=False, cwd=python.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_lists_every_file_with_its_hash() -> None:
    name, data = packed_again(distribution("gpai-portal"))
    assert name.startswith("gpai_portal-")
    archive = zipfile.ZipFile(io.BytesIO(data))
    record = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/RECORD"))
    rows = [line.rsplit(",", 2) for line in archive.read(record).decode().splitlines()]
    assert sorted(row[0] for row in rows) == sorted(archive.namelist())
    for path, digest, size in rows:
        if path != record:
            content = archive.read(path)
            made = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={made}", str(len(content)))
    assert {"gpai_portal/schemas/common.schema.json", "gpai_portal/starting/files/gitignore"} <= set(archive.namelist())
    assert not [entry for entry in archive.namelist() if "__pycache__" in entry or entry.startswith("tests")]


def test_every_package_that_ours_needs_is_pinned_to_what_is_here() -> None:
    pinned = dict(
        line.split("==") for line in installation().requirements.splitlines() if "==" in line and "#" not in line
    )
    for name in ("mkdocs", "mkdocs-material", "jsonschema", "cryptography", "markdown-it-py", "linkify-it-py"):
        assert pinned[name] == distribution(name).version
    assert "pytest" not in pinned
    assert "gpai-portal" not in pinned
