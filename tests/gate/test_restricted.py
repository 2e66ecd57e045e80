"""What is for chosen readers cannot be handed to what writes public files: types say so, and mypy holds them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAD = """\
from datetime import date
from pathlib import Path
from gpai_portal.content.model import Disclosures, Document
from gpai_portal.gate.documentation import Documentation
from gpai_portal.gate.merging import RestrictedForm
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.snapshots import snapshot, snapshots
from gpai_portal.site.build import Site
from gpai_portal.site.machine import twin
from gpai_portal.site.page import Page
from gpai_portal.site.plain import write_plain
from gpai_portal.site.portal import Portal

def public(portal: Portal, page: Page, document: Document, disclosures: Disclosures) -> None:
    write_plain(portal, Path(), "")
    Site(portal)
    twin(portal, page, document)
    publish(snapshots(disclosures), Path(), date.today())
    disclosures.releases[0].documents["model-documentation"] = document

def private(portal: Portal, page: Page, form: RestrictedForm, found: Documentation, disclosures: Disclosures) -> None:
"""
LEAKS = [
    'write_plain(found, Path(), "")',
    "Site(found)",
    "twin(portal, page, form)",
    "snapshots(found)",
    'publish({"form": snapshot(form, ())}, Path(), date.today())',
    'disclosures.releases[0].documents["model-documentation"] = form',
    'Page("", "", "", "", None, document=form)',
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy says of code that writes public files from public things, and tries it with private ones."""
    code = tmp_path_factory.mktemp("types") / "leaks.py"
    code.write_text(HEAD + "".join(f"    {line}\n" for line in LEAKS), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(code)]
    config = ["--config-file", str(ROOT / "pyproject.toml")]
    return subprocess.run([*command, *config], cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("leak", LEAKS)
def test_no_public_file_is_written_from_it(said: str, leak: str) -> None:
    line = HEAD.count("\n") + LEAKS.index(leak) + 1
    assert f"leaks.py:{line}: error: " in said, said


def test_what_is_public_is_taken(said: str) -> None:
    lines = {int(error.split(":")[1]) for error in said.splitlines() if ": error:" in error}
    assert min(lines) > HEAD.count("\n"), said
