"""What is installed works without the checkout: wheel, sdist and editable install carry schemas and templates."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

DATA = (
    "schemas/training-content-summary.schema.json",
    "schemas/common.schema.json",
    "schemas/registry/obligations.json",
    "schemas/rubrics/aial-2026-07-24.json",
    "templates/audit.html",
    "assets/audit.css",
    "templates/portal/document.html",
    "assets/gpai-portal.css",
    "locales/fr.po",
    "assets/gate/vendor/ml-kem.js",
    "assets/gate/vendor/ml-kem.txt",
)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder


def test_the_wheel_carries_what_it_needs_and_nothing_else(dist: Path) -> None:
    names = zipfile.ZipFile(next(dist.glob("*.whl"))).namelist()
    assert {f"gpai_portal/{name}" for name in DATA} <= set(names)
    assert all(name.startswith(("gpai_portal/", "gpai_portal-")) for name in names)
    assert not [name for name in names if name.endswith(".py") and "/schemas/" in name]
    licences = {name.partition(".dist-info/licenses/")[2] for name in names if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "plugin/gpai_portal/assets/gate/vendor/ml-kem.txt"}


def test_the_sdist_carries_sources_tests_and_the_sample(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"mkdocs.yml", "Makefile", "content/provider.yaml", "schemas/meta.schema.json"} <= names
    assert "tests/ground/test_schema.py" in names


def test_the_wheel_works_without_the_checkout(dist: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    wheel = str(next(dist.glob("*.whl")))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), wheel]
    subprocess.run(command, check=True)
    code = (
        "import gpai_portal.schema as s, gpai_portal.site.rendering as r, gpai_portal.site.language as c;"
        f"assert str(s.schema_folder()).startswith({str(target)!r}), s.schema_folder();"
        f"assert str(r.TEMPLATES).startswith({str(target)!r});"
        "s.load(s.SUMMARY).authored; c.Language('fr');"
        "from gpai_portal.cli import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", code, "new", "provider", "--content", str(tmp_path / "content")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "content/provider.yaml").is_file()


def test_an_editable_install_reads_the_schemas_of_the_checkout(tmp_path: Path) -> None:
    target = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(target)], check=True)
    python = target / "bin/python"
    # The packages of the environment that runs the tests, without its own install of this one.
    packages = next(p for p in sys.path if p.endswith("site-packages"))
    environment = {**os.environ, "PYTHONPATH": packages}
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--ignore-installed"]
    command = [str(python), "-m", "pip", "install", *options, "-e", str(ROOT)]
    subprocess.run(command, env=environment, check=True)
    done = subprocess.run(
        [str(python), "-c", "import gpai_portal.schema as s; print(s.schema_folder())"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(ROOT / "schemas")


def test_requirements_name_no_address() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert pinned
        assert all("==" in line for line in pinned)
