"""A Form that is still open in public reaches no chosen reader, and everybody who might miss it is told."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from gpai_portal.gate.documentation import documentation
from gpai_portal.gate.folders import read_provider_folders
from tests.conftest import DAY, run

LEFT_OUT = "Skrift 2.0: its Model Documentation Form has open fields and is left out."
FILES = {
    "models/skrift/2.0/model-documentation.yaml": "last_updated",
    "models/skrift/2.0/release.yaml": "release_date",
}


def leave_open(desk: Path, name: str, key: str) -> None:
    """Takes the answer to a field away, of a provider who has published nothing yet."""
    for record in (desk / "content/records").iterdir():
        record.unlink() if record.is_file() else None
    file = desk / "content" / name
    text, count = re.subn(rf"^{key}:.*$", f"{key}:", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_the_form_is_left_out_and_the_others_are_not(desk: Path, name: str) -> None:
    leave_open(desk, name, FILES[name])
    folders = read_provider_folders(desk / "content", desk / "private", DAY)
    found = documentation(folders.content, folders.private, "en")
    assert found.left_out() == [LEFT_OUT]
    forms = [item.title for item in found.items if item.releases and "Form" in item.title]
    assert forms
    assert not [item for item in found.items if "Form" in item.title and "skrift/2.0" in item.releases]


def test_every_command_says_that_it_is_left_out(desk: Path) -> None:
    leave_open(desk, *next(iter(FILES.items())))

    def portal(*arguments: str) -> tuple[int, str]:
        done = run("gpai_portal.cli", *arguments, cwd=desk)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    code, told = portal("seal", "--check")
    assert (code, "[form-left-out]" in told) == (0, True)
    code, told = portal("seal")
    assert (code, "1 warning about the private folder; see: gpai-portal seal --check" in told) == (0, True)
    code, told = portal("export", "--audience", "AIO", "--out", "pack.zip")
    assert (code, f"warning: {LEFT_OUT}" in told) == (0, True)
    recipient = re.search(r"id: (\w+)", (desk / "private/recipients.yaml").read_text(encoding="utf-8"))[1]  # type: ignore[index]
    assert portal("package", recipient)[0] == 0
    for pack in (desk / "pack.zip", *(desk / "private/packages").glob("*.zip")):
        with zipfile.ZipFile(pack) as opened:
            assert LEFT_OUT in opened.read("index.html").decode()
            assert not [name for name in opened.namelist() if "skrift-2-0" in name and "form" in name]
    code, told = portal("publish", "--private")
    assert (code, "left out, since fields are still open (see: gpai-portal check): skrift/2.0" in told) == (0, True)
    record = json.loads((desk / "private/records/000001.json").read_text(encoding="utf-8"))
    assert "models/skrift/2.0/model-documentation" not in [d["key"] for d in record["documents"]]
    assert '"open"' not in json.dumps(record)
    code, told = portal("compare", "skrift/1.0", "skrift/2.0")
    draft = "skrift/2.0 is a draft with open fields, in: models/skrift/2.0/model-documentation"
    assert (code, draft in told) == (0, True)
    code, told = portal("verify", "content")
    assert (code, "Drafts with open fields: models/skrift/2.0/model-documentation." in told) == (0, True)


def test_of_a_provider_that_is_open_no_form_is_sealed(desk: Path) -> None:
    leave_open(desk, "provider.yaml", "legal_name")
    folders = read_provider_folders(desk / "content", desk / "private", DAY)
    found = documentation(folders.content, folders.private, "en")
    assert len(found.left_out()) == 3
    assert not [item for item in found.items if "Form" in item.title]
