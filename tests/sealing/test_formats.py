"""Sealed sets of every format that was ever written: the newest opens, older ones are refused with words.

``formats/sealed-N/`` is a set of the sample with the keys it was sealed for beside it. They never change.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import FORMAT, read_sealed
from gpai_portal.sealing.sets import recover

FORMATS = Path(__file__).parent / "formats"
NEWEST = FORMATS / FORMAT.removeprefix("gpai-portal-")


def test_the_newest_format_is_kept() -> None:
    assert json.loads((NEWEST / "manifest.json").read_text("utf-8"))["format"] == FORMAT


@pytest.mark.parametrize("key", ["demo.key", "recovery.key"])
def test_a_set_of_the_newest_format_opens_with_the_keys_it_was_sealed_for(key: str) -> None:
    found = read_sealed(NEWEST)
    assert found is not None
    identity = Identity.parse(NEWEST.with_name(f"{NEWEST.name}-keys").joinpath(key).read_text("utf-8"))
    section = found.open(identity)
    catalogue = json.loads(section.read(found.catalogue))
    documents = [document for group in catalogue["groups"] for document in group["documents"]]
    assert catalogue["provider"] == "Skriftvang"
    assert len({document["id"] for document in documents}) == 5
    for document in documents:
        assert json.loads(section.read(document["id"]))["html"].startswith("<div")
        for attachment in document["attachments"]:
            assert len(section.read(attachment["id"])) == attachment["size"]


def test_the_owners_state_is_recovered() -> None:
    found = read_sealed(NEWEST)
    assert found is not None
    recovery = Identity.parse(NEWEST.with_name(f"{NEWEST.name}-keys").joinpath("recovery.key").read_text("utf-8"))
    state = recover(found, recovery)
    assert (state.portal, state.epoch) == (found.portal, found.epoch)
    assert len(state.recipients) == 1
