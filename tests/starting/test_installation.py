"""How the tool was installed, read from what installers write (PEP 610), and made again elsewhere."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from gpai_portal.starting import installation as room
from gpai_portal.starting import wheel as packing
from gpai_portal.starting.installation import Installation, installation
from gpai_portal.starting.repository import Wanted, new_portal
from gpai_portal.starting.wheel import packed_again, told_of_checkout
from tests.conftest import ROOT

#: Where the packages are that this tool needs.
NEEDED = next(path for path in sys.path if path.endswith("site-packages"))
CLEAN = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def installed(
    monkeypatch: pytest.MonkeyPatch, folder: Path, direct: dict[str, Any] | None, version: str = "0.1.0"
) -> Installation:
    """What is said where an installer has left this description of the origin. Where that cannot be told, it is a wheel
    of the name "packed.whl"."""
    about = folder / f"gpai_portal-{version}.dist-info"
    about.mkdir()
    metadata = f"Metadata-Version: 2.4\nName: gpai-portal\nVersion: {version}\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    monkeypatch.setattr(room, "packed_again", lambda ours: ("packed.whl", b""))
    if direct is not None:
        (about / "direct_url.json").write_text(json.dumps(direct), encoding="utf-8")
    real = distribution

    def found(name: str) -> Any:
        return PathDistribution(about) if name == "gpai-portal" else real(name)

    monkeypatch.setattr(room, "distribution", found)
    return installation()


def entry(installation: Installation) -> str:
    """The first entry of requirements.txt."""
    return next(line for line in installation.requirements.splitlines() if line and not line.startswith("#"))


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
        (
            {
                "url": "https://files.example/gpai_portal-0.1.0.tar.gz",
                "archive_info": {"hash": "md5=d3", "hashes": {"md5": "d3", "sha1": "d4", "sha256": "d5", "z": "d6"}},
            },
            "gpai-portal @ https://files.example/gpai_portal-0.1.0.tar.gz#sha256=d5",
        ),
        (
            {
                "url": "https://files.example/tools.zip",
                "subdirectory": "portal",
                "archive_info": {"hashes": {"blake2b": "d7", "md5": "d8", "sha512": "d9"}},
            },
            "gpai-portal @ https://files.example/tools.zip#sha512=d9&subdirectory=portal",
        ),
    ],
    ids=["index", "git", "password and subdirectory", "ssh", "wheel", "archive", "hashes", "other hashes"],
)
def test_another_machine_is_told_the_same_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direct: dict[str, Any] | None, line: str
) -> None:
    found = installed(monkeypatch, tmp_path, direct)
    assert (entry(found), found.wheel, found.told) == (line, None, ())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://someone:SECRET@git.example/x.git", "https://git.example/x.git"),
        ("https://SECRET@git.example/x.git", "https://git.example/x.git"),
        ("https://SECRET:@git.example:8443/x.git", "https://git.example:8443/x.git"),
        ("https://git:SECRET@git.example/x.git", "https://git.example/x.git"),
        ("https://${SECRET}@git.example/x.git", "https://git.example/x.git"),
        ("https://a@SECRET@git.example/x.git", "https://git.example/x.git"),
        ("https://git@git.example/x.git", "https://git.example/x.git"),
        ("ssh://git:SECRET@git.example/x.git", "ssh://git@git.example/x.git"),
        ("ssh://org-1:SECRET@git.example/x.git", "ssh://org-1@git.example/x.git"),
        ("ssh://gitea@git.example:2222/x.git", "ssh://gitea@git.example:2222/x.git"),
        ("ssh://git.example/x.git", "ssh://git.example/x.git"),
        ("https://git.example/x.git#egg=gpai-portal", "https://git.example/x.git"),
        ("https://git.example/x.git#token=SECRET", "https://git.example/x.git"),
        ("https://git.example/x.git?token=SECRET", ""),
        ("ssh://git@git.example/x.git?SECRET#egg=x", ""),
        ("git@git.example:x.git", ""),
        ("file:///home/SECRET/x.git", ""),
    ],
)
@pytest.mark.parametrize("way", ["git", "archive"])
def test_no_secret_of_an_address_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, told: str, way: str
) -> None:
    origin: dict[str, Any] = {"vcs_info": {"vcs": "git", "commit_id": "e" * 40}}
    if way == "archive":
        address, told = address.replace("x.git", "x.zip"), told.replace("x.git", "x.zip")
        told = "" if address.startswith("ssh") else told
        origin = {"archive_info": {"hashes": {"sha256": "f1"}}}
    found = installed(monkeypatch, tmp_path, {"url": address, **origin})
    line = {"git": f"gpai-portal @ git+{told}@{'e' * 40}", "archive": f"gpai-portal @ {told}#sha256=f1"}[way]
    assert entry(found) == (line if told else "./vendor/packed.whl")
    assert (found.wheel is None) == bool(told)
    assert any("has a query, which may be a secret" in one for one in found.told) == ("?" in address)
    assert "SECRET" not in found.requirements + "".join(found.told)


def test_no_index_is_asked_for_a_wheel_that_was_packed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert entry(installed(monkeypatch, tmp_path, None, "0.1.0+h1")) == "./vendor/packed.whl"


@pytest.mark.parametrize("archive", [{}, {"hashes": {}}, {"hash": ""}, {"hashes": {"blake2b": "d7"}}])
def test_an_archive_that_no_hash_pins_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: dict[str, Any]
) -> None:
    found = installed(monkeypatch, tmp_path, {"url": "https://files.example/x.zip", "archive_info": archive})
    lines = found.requirements.splitlines()
    at = lines.index("gpai-portal @ https://files.example/x.zip")
    assert lines[at - 2].startswith("# No hash pins this: ")
    assert found.told == ("no hash pins gpai-portal in requirements.txt; a comment there says how to add it",)


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
    assert [re.sub("h[0-9a-f]{12}", "h...", wheel.name) for wheel in wheels] == [
        "gpai_portal-0.1.0+h...-py3-none-any.whl"
    ]
    assert f"\n./vendor/{wheels[0].name}\n" in (portal / "requirements.txt").read_text(encoding="utf-8")
    second = environment(tmp_path / "second", "--no-index", str(wheels[0]))
    code = "import gpai_portal, sys; print(gpai_portal.__file__)"
    assert run(second, "-P", "-c", code).startswith(str(tmp_path / "second"))
    assert f"version {wheels[0].name.split('-')[1]}\n" in run(second, "-m", "gpai_portal.cli", "--version")
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
    if source:
        pip(python, "--no-build-isolation", *source, building=NEEDED)
    (packages / "needed.pth").write_text(f"{NEEDED}\n", encoding="utf-8")
    return python


def pip(python: Path, *source: str, building: str = "") -> None:
    """Installs into an environment with the pip of the one that runs the tests. ``building`` is the folder of packages
    that build; pip takes what else is there to be installed too."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", *source]
    environment = CLEAN | ({"PYTHONPATH": building} if building else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run(python: Path, *arguments: str) -> str:
    command = [str(python), *arguments]
    done = subprocess.run(command, env=CLEAN, capture_output=True, text=True, check=False, cwd=python.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package in a checkout, with a file that may be changed."""
    folder = tmp_path / "checkout/plugin/gpai_portal"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("NEW = 0\n", encoding="utf-8")
    monkeypatch.setattr(packing, "_roots", lambda: ((folder, "gpai_portal"),))
    return folder


def packed(folder: Path) -> Path:
    """A wheel of what runs here, or is taken to run here, in a folder."""
    name, data = packed_again(distribution("gpai-portal"))
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def test_a_wheel_with_other_code_replaces_one_that_is_installed(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By pip, as whoever works on the portal runs it, in both directions: the hashes have no order."""
    old = packed(tmp_path / "old")
    (checkout / "__init__.py").write_text("NEW = 1\n", encoding="utf-8")
    new = packed(tmp_path / "new")
    assert old.name != new.name
    python = environment(tmp_path / "environment")
    monkeypatch.chdir(tmp_path)
    for wheel, number in ((old, 0), (new, 1), (old, 0)):
        (tmp_path / "requirements.txt").write_text(f"./{wheel.parent.name}/{wheel.name}\n", encoding="utf-8")
        pip(python, "--no-index", "-r", "requirements.txt")
        code = "import gpai_portal, importlib.metadata as m; print(gpai_portal.NEW, m.version('gpai-portal'))"
        assert run(python, "-P", "-c", code).split() == [str(number), wheel.name.split("-")[1]]


def test_the_version_of_a_wheel_follows_from_what_is_in_it(tmp_path: Path, checkout: Path) -> None:
    first = packed(tmp_path)
    version = Version(first.name.split("-")[1])
    assert (version.public, str(version.local)[0]) == (Version(distribution("gpai-portal").version).public, "h")
    archive = zipfile.ZipFile(first)
    about = f"gpai_portal-{version}.dist-info"
    assert {name.partition("/")[0] for name in archive.namelist()} == {"gpai_portal", about}
    assert f"\nVersion: {version}\n" in archive.read(f"{about}/METADATA").decode()
    for file in checkout.iterdir():  # dates of files tell nothing
        os.utime(file, (0, 0))
    assert packed(tmp_path) == first
    (checkout / "more.txt").write_text("more", encoding="utf-8")
    second = packed(tmp_path)
    (checkout / "more.txt").rename(checkout / "other.txt")
    assert len({first, second, packed(tmp_path)}) == 3


def test_no_file_of_a_checkout_gets_into_a_wheel_that_git_does_not_know(tmp_path: Path, checkout: Path) -> None:
    (checkout / "notes.txt").write_text("mine", encoding="utf-8")
    assert "gpai_portal/notes.txt" in zipfile.ZipFile(packed(tmp_path)).namelist(), "without git, nothing tells"
    for words in (["init", "--quiet"], ["add", "__init__.py"]):
        subprocess.run(["git", "-C", str(checkout), *words], check=True)
    (checkout / "__init__.py").write_text("NEW = 1\n", encoding="utf-8")
    archive = zipfile.ZipFile(packed(tmp_path))
    assert [name for name in archive.namelist() if name.startswith("gpai_portal/")] == ["gpai_portal/__init__.py"]
    assert archive.read("gpai_portal/__init__.py") == b"NEW = 1\n", "what runs here"
    # Unpacked in the repository of something else, which does not know it.
    shutil.rmtree(checkout / ".git")
    subprocess.run(["git", "-C", str(tmp_path), "init", "--quiet"], check=True)
    assert "gpai_portal/notes.txt" in zipfile.ZipFile(packed(tmp_path / "w")).namelist()


def test_who_packs_a_checkout_is_told_what_no_commit_has(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        return [*told_of_checkout(distribution("gpai-portal"))]

    def commit() -> None:
        words = ["-c", "user.name=A", "-c", "user.email=a@ai.example", "commit", "--quiet", "--all", "-m", "All of it"]
        subprocess.run(["git", "-C", str(checkout), *words], check=True)

    assert told() == [], "a folder that git does not know"
    for words in (["init", "--quiet", str(checkout.parents[1])], ["-C", str(checkout), "add", "--all"]):
        subprocess.run(["git", *words], check=True)
    changed = "packed gpai-portal from a checkout with changes that no commit has; they are in the wheel"
    assert told() == [changed], "no commit has anything"
    commit()
    (checkout.parent / "beside.txt").write_text("not packed", encoding="utf-8")
    assert told() == []
    (checkout / "__init__.py").write_text("NEW = 1\n", encoding="utf-8")
    assert told() == [changed]
    commit()
    for name in ("a\x1b[2J", "b b", "é", "z"):
        (checkout / name).write_text(name, encoding="utf-8")
    left_out = "left out of the wheel what git does not know in the checkout of gpai-portal: "
    assert told() == [f"{left_out}{checkout}/a\\x1b[2J, {checkout}/b b, {checkout}/z, ..."]
    assert set(told()) <= set(new_portal(tmp_path / "portal", Wanted()))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told()[0].startswith("packed every file of the checkout of gpai-portal into the wheel, also what is not ")
    assert told()[0].endswith("; install git")
    assert "gpai_portal/z" in zipfile.ZipFile(packed(tmp_path)).namelist()


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
