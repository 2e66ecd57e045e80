"""The first steps with a private folder: what a scaffold there asks for, and that what is open is told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.schema import FORM
from tests.conftest import AS_OF, run

Run = Callable[..., subprocess.CompletedProcess[str]]
REST = f"private/models/text/1.0/{FORM}.yaml"


@pytest.fixture
def gpai(content: Path) -> Run:
    """Runs the command beside the small portal, with a fresh private folder."""

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return run("gpai_portal.cli", *words, cwd=content.parent)

    done = command("new", "private")
    assert done.returncode == 0, done.stderr
    return command


def test_a_fresh_scaffold_of_the_rest_can_be_sealed_and_what_is_open_is_told(gpai: Run, content: Path) -> None:
    done = gpai("new", FORM, "text", "1.0", "--private", "private")
    assert done.returncode == 0, done.stderr
    text = (content.parent / REST).read_text(encoding="utf-8")
    assert "# authenticity:" in text  # for authorities
    assert "# required_software:" in text  # for downstream providers
    assert "intended_uses:" not in text  # is public
    assert "last_updated:" not in text  # is in the public file
    assert "it is public" not in text
    checked = gpai("seal", "--check", "--as-of", AS_OF)
    assert checked.returncode == 0, checked.stdout
    assert "nothing is said to downstream providers on properties.input_modalities" in checked.stdout
    assert "legal_name" not in checked.stdout  # a fact of the provider, which nobody writes here
    assert gpai("seal", "--as-of", AS_OF).returncode == 0


def test_a_field_that_is_left_empty_is_open_and_nothing_is_sealed(gpai: Run, content: Path) -> None:
    (content / f"models/text/1.0/{FORM}.yaml").unlink()
    assert gpai("new", FORM, "text", "1.0", "--private", "private").returncode == 0
    file = content.parent / REST
    text = file.read_text(encoding="utf-8")
    for key in ("use:", "  required_software:"):
        text = text.replace(f"{key[: len(key) - len(key.lstrip())]}# {key.lstrip()}\n", f"{key}\n")
    file.write_text(text, encoding="utf-8")
    refused = gpai("seal", "--as-of", AS_OF)
    assert refused.returncode == 1
    assert "3 open fields in the private folder:" in refused.stderr
    for path in ("last_updated", "version", "use.required_software"):
        assert f" {path}: not answered yet;" in refused.stderr
    assert not (content / "sealed").exists()
    checked = gpai("seal", "--check", "--as-of", AS_OF)
    assert checked.returncode == 1
    assert checked.stdout.count("to do: ") == 3


def test_the_rest_of_a_form_needs_its_release_and_its_folder(gpai: Run) -> None:
    assert "there is no release 'text/9'" in gpai("new", FORM, "text", "9", "--private", "private").stderr
    assert "elsewhere: no such folder" in gpai("new", FORM, "text", "1.0", "--private", "elsewhere").stderr
