"""Sealed sets of every format that was ever written: the newest opens, older ones are refused with words.

``formats/sealed-N/`` is a set of the sample with the keys it was sealed for beside it. They never change.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gpai_portal.errors import SealingError
from gpai_portal.sealing.keys import Identity, KeyFile
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import recover
from gpai_portal.sealing.signing import FORMAT, signing_key
from tests.conftest import AS_OF, run

FORMATS = Path(__file__).parent / "formats"
NEWEST = FORMATS / FORMAT.removeprefix("gpai-portal-")
OLDEST = FORMATS / "sealed-1"


def key_of(name: str) -> str:
    return NEWEST.with_name(f"{NEWEST.name}-keys").joinpath(name).read_text("utf-8")


def test_the_newest_format_is_kept() -> None:
    assert json.loads((NEWEST / "manifest.json").read_text("utf-8"))["format"] == FORMAT


@pytest.mark.parametrize("key", ["demo.key", "recovery.key"])
def test_a_set_of_the_newest_format_opens_with_the_keys_it_was_sealed_for(key: str) -> None:
    found = read_sealed(NEWEST)
    assert found is not None
    section = found.open(Identity.parse(key_of(key)))
    catalogue = json.loads(section.read(found.catalogue))
    documents = [document for group in catalogue["groups"] for document in group["documents"]]
    assert catalogue["provider"] == "Skriftvang"
    assert len({document["id"] for document in documents}) == 5
    for document in documents:
        assert json.loads(section.read(document["id"]))["html"].startswith("<div")
        for attachment in document["attachments"]:
            assert len(section.read(attachment["id"])) == attachment["size"]


def test_the_newest_set_is_signed_by_the_key_that_its_key_files_name() -> None:
    found = read_sealed(NEWEST)
    assert found is not None
    named = KeyFile.parse(key_of("demo.key"))
    assert found.signed_by == named.signed_by == signing_key(Identity.parse(key_of("recovery.key")))
    assert found.portal == named.portal


def test_the_owners_state_is_recovered() -> None:
    found = read_sealed(NEWEST)
    assert found is not None
    state = recover(found, Identity.parse(key_of("recovery.key")))
    assert (state.portal, state.epoch) == (found.portal, found.epoch)
    assert len(state.recipients) == 1


def test_a_set_without_a_signature_is_refused_and_sealed_anew(desk: Path) -> None:
    """The cure that the message names, from a private folder as it was then, without a serial."""
    with pytest.raises(SealingError, match=r"has no signature.*remove content/sealed and run: gpai-portal seal"):
        read_sealed(OLDEST)
    state = desk / "private/section.json"
    known = json.loads(state.read_text("utf-8"))
    del known["serial"]
    state.write_text(json.dumps(known), encoding="utf-8")
    shutil.rmtree(desk / "content/sealed")
    shutil.copytree(OLDEST, desk / "content/sealed")
    refused = run("gpai_portal.cli", "seal", cwd=desk)
    assert refused.returncode == 1
    assert "has no signature" in refused.stderr
    shutil.rmtree(desk / "content/sealed")
    done = run("gpai_portal.cli", "seal", "--as-of", AS_OF, cwd=desk)
    assert done.returncode == 0, done.stderr
    found = read_sealed(desk / "content/sealed")
    assert found
    assert (found.portal, found.serial, found.epoch) == (known["portal"], 1, known["epoch"] + 1)
