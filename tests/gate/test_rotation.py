"""A new recovery key, after a loss, after a theft and as planned: each way walked from the command to the reader."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import SealedSet
from gpai_portal.sealing.signing import signing_key
from tests.conftest import AS_OF, SAMPLE, SEALED_BY, run
from tests.sealing.forging import rewrite, serial_of

Run = Callable[..., subprocess.CompletedProcess[str]]
DEMO = (SAMPLE / "demo.key").read_text(encoding="utf-8")
OLD_KEY = f"private/recovery-until-{AS_OF}.key"


def sealed_set(desk: Path) -> SealedSet:
    found = read_sealed(desk / "content/sealed")
    assert found
    return found


def identity_of(file: Path) -> Identity:
    return Identity.parse(file.read_text(encoding="utf-8"))


def replace_key(desk: Path, gpai: Run) -> str:
    """Does what the command says, step by step; the new signing key."""
    (desk / "reader.key").write_text(DEMO, encoding="utf-8")
    done = gpai("new", "recovery-key")
    assert done.returncode == 0, done.stderr
    assert "1. remove content/sealed and run: gpai-portal seal" in done.stdout
    new = re.search(r"need: sealed_by: (\S+)", done.stdout)[1]  # type: ignore[index]
    assert new == signing_key(identity_of(desk / "private/recovery.key")) != SEALED_BY

    refused = gpai("seal")
    assert refused.returncode == 1
    assert "is not the signing key of this recovery key; if the recovery key is a new one, remove" in refused.stderr
    shutil.rmtree(desk / "content/sealed")
    done = gpai("seal")
    assert done.returncode == 0, done.stderr
    assert f"sealed_by: {new}" in done.stdout
    assert sealed_set(desk).signed_by == new
    assert gpai("seal", "--check").returncode == 0

    config = (desk / "mkdocs.yml").read_text(encoding="utf-8")
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert built.returncode == 1
    assert "or the recovery key is a new one; if gpai-portal seal printed the other key, write that" in built.stderr
    (desk / "mkdocs.yml").write_text(config.replace(SEALED_BY, new), encoding="utf-8")
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert built.returncode == 0, built.stderr
    return new


def test_a_planned_change(desk: Path, gpai: Run) -> None:
    shutil.copytree(desk / "content/sealed", desk / "before")
    old = sealed_set(desk)
    new = replace_key(desk, gpai)
    now = sealed_set(desk)
    assert (now.portal, now.serial, now.epoch) == (old.portal, old.serial + 1, old.epoch + 1)
    assert not now.objects.keys() & old.objects.keys(), "who had the old key knows how ids are made"

    told = gpai("open", "reader.key", "--out", "opened")
    assert told.returncode == 1
    assert 'write that into the line "# Signing key:" of the file' in told.stderr
    (desk / "reader.key").write_text(DEMO.replace(SEALED_BY, new), encoding="utf-8")
    assert gpai("open", "reader.key", "--out", "opened").returncode == 0
    assert gpai("open", "private/recovery.key", "--out", "own").returncode == 0
    assert gpai("open", OLD_KEY, "--out", "own-before", "--sealed", "before").returncode == 0
    assert (desk / OLD_KEY).stat().st_mode & 0o777 == 0o600
    assert gpai("new", "recovery-key").returncode == 2, "the old one of today would be lost"
    assert identity_of(desk / "private/recovery.key") == identity_of(desk / "private/recovery.key")


def test_a_lost_key(desk: Path, gpai: Run) -> None:
    old = sealed_set(desk)
    (desk / "private/recovery.key").unlink()
    said = gpai("seal").stderr
    assert "private/recovery.key is not there; restore your copy of it; without one, run: gpai-portal new recov" in said
    assert "run: gpai-portal new recovery-key" in gpai("new", "private").stderr
    new = replace_key(desk, gpai)
    assert not (desk / OLD_KEY).exists()
    now = sealed_set(desk)
    assert (now.portal, now.serial, now.epoch) == (old.portal, old.serial + 1, old.epoch + 1)
    (desk / "reader.key").write_text(DEMO.replace(SEALED_BY, new), encoding="utf-8")
    assert gpai("open", "reader.key", "--out", "opened").returncode == 0


def test_a_stolen_key(desk: Path, gpai: Run) -> None:
    """The thief reads what was sealed before, and nothing after; its sets are refused by who knows the new key."""
    shutil.copytree(desk / "content/sealed", desk / "before")
    thief = identity_of(desk / "private/recovery.key")
    (desk / "thief.key").write_text(thief.to_text(AS_OF), encoding="utf-8")
    new = replace_key(desk, gpai)
    assert gpai("open", "thief.key", "--out", "stolen", "--sealed", "before").returncode == 0
    refused = gpai("open", "thief.key", "--out", "more")
    assert refused.returncode == 1
    assert not (desk / "more").exists()

    genuine = sealed_set(desk)
    shutil.copytree(desk / "content/sealed", desk / "genuine")
    rewrite(desk / "content/sealed", thief, lambda manifest: manifest.update(serial=2**53 - 1))
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert f"is signed by {signing_key(thief)}, and not by {new}" in built.stderr
    (desk / "reader.key").write_text(DEMO.replace(SEALED_BY, new), encoding="utf-8")
    assert "somebody else has made it" in gpai("open", "reader.key", "--out", "forged").stderr
    # Whoever was not told yet opens what the thief signed; that does not keep anybody from the new section later.
    (desk / "untold.key").write_text(DEMO, encoding="utf-8")
    assert gpai("open", "untold.key", "--out", "forged").returncode == 0
    assert genuine.serial == serial_of(desk / "before") + 1
    assert gpai("open", "reader.key", "--out", "opened", "--sealed", "genuine").returncode == 0


def test_a_lost_key_and_a_lost_state(desk: Path, gpai: Run) -> None:
    """Then the section begins anew, and the command says so before anything is done."""
    old = sealed_set(desk)
    for name in ("recovery.key", "section.json"):
        (desk / "private" / name).unlink()
    done = gpai("new", "recovery-key")
    assert "every recipient has to request access again" in done.stdout
    shutil.rmtree(desk / "content/sealed")
    assert gpai("seal").returncode == 0
    assert sealed_set(desk).portal != old.portal
    (desk / "reader.key").write_text(DEMO, encoding="utf-8")
    assert "reader.key was made for another portal" in gpai("open", "reader.key", "--out", "opened").stderr


@pytest.mark.parametrize("lost", ["recovery.key", "section.json"])
def test_a_restored_copy_is_all_that_is_needed(desk: Path, gpai: Run, lost: str) -> None:
    """A set that lies there is carried on with the recovery key alone."""
    before = sealed_set(desk)
    copy = (desk / "private" / lost).read_bytes()
    (desk / "private" / lost).unlink()
    if lost == "recovery.key":
        (desk / "private" / lost).write_bytes(copy)
    done = gpai("seal", "--new-epoch")
    assert done.returncode == 0, done.stderr
    now = sealed_set(desk)
    assert (now.portal, now.serial, now.signed_by) == (before.portal, before.serial + 1, before.signed_by)
    assert now.objects.keys() == before.objects.keys()
