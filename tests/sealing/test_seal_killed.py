"""A seal that is killed leaves the old set or the new one, and the next seal clears the rest."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.sets import SealedSet
from tests.conftest import EPOCH

NOTES = 300


def start(desk: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    command = [sys.executable, "-m", "gpai_portal.cli", "seal", "--new-epoch"]
    return subprocess.Popen(command, cwd=desk, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_all(desk: Path, provider: Identity) -> SealedSet:
    """The set, of which every object opens."""
    found = read_sealed(desk / "content/sealed")
    assert found
    section = found.open(provider)
    assert all(section.read(object_id) for object_id in found.objects)
    return found


@pytest.mark.long
def test_100_killed_seals_leave_a_whole_set(desk: Path) -> None:
    for number in range(NOTES):  # so that writing takes a while
        head = f'---\ntitle: Note {number}\naudience: [DPs]\nversion: "1"\nupdated: 2026-11-24\n---\n'
        (desk / f"private/documents/note-{number}.md").write_text(head + f"Text {number}. " * 2000, encoding="utf-8")
    provider = Identity.parse((desk / "private/recovery.key").read_text(encoding="utf-8"))
    begun = time.monotonic()
    assert start(desk).wait() == 0
    whole = time.monotonic() - begun
    chance = random.Random(100)
    killed = old = new = littered = 0
    before = read_all(desk, provider).epoch
    for _ in range(100):
        process = start(desk)
        # The beginning only reads; the part that writes is aimed at.
        time.sleep(whole * chance.uniform(0.4, 1.1))
        process.send_signal(signal.SIGKILL)
        was_killed = process.wait() == -signal.SIGKILL
        killed += was_killed
        if not was_killed:  # it was through before: the machine is faster now
            whole *= 0.95
        found = read_all(desk, provider)
        assert found.epoch - before in {0, 1}
        old += found.epoch == before
        new += found.epoch > before
        littered += len(list(found.folder.iterdir())) > len(found.sizes) + 1
        before = found.epoch
    assert killed > 50
    assert min(old, new, littered) > 3, (old, new, littered)
    assert start(desk).wait() == 0
    found = read_all(desk, provider)
    assert len(list(found.folder.iterdir())) == len(found.sizes) + 1
