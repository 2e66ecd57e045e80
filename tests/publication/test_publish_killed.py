"""A publication that is killed leaves the old chain or the new one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.publication.records import read_chain
from gpai_portal.site.verification import verify
from tests.conftest import EPOCH, ROOT

SUMMARY = "models/text/1.0/training-content-summary"


def publish(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    command = [sys.executable, "-m", "gpai_portal.cli", "publish", "--reason", "Next", *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.long
def test_200_killed_publications_leave_a_whole_chain(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    file = tmp_path / "content" / f"{SUMMARY}.yaml"
    original = file.read_text(encoding="utf-8")
    started = time.monotonic()
    assert publish(tmp_path).wait() == 0
    whole = time.monotonic() - started
    chance = random.Random(200)
    killed = old = new = erased = 0
    for number in range(200):
        chain = read_chain(tmp_path / "content/records")
        superseded = [r for r in chain.revisions[SUMMARY][:-1] if r.data is not None]
        # Every third time a revision is erased, which touches two files.
        if number % 3 == 2 and superseded:
            arguments: tuple[str, ...] = ("--redact", superseded[0].address)
        else:
            arguments = ()
            file.write_text(original.replace('version: "1.0"', f'version: "1.{number}"'), encoding="utf-8")
        process = publish(tmp_path, *arguments)
        # Most of the time goes into starting and checking; the end, where files are written, is aimed at.
        time.sleep(whole * chance.uniform(0.7, 1.3))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        after = read_chain(tmp_path / "content/records")
        assert [r.sha256 for r in after.records[: len(chain.records)]] == [r.sha256 for r in chain.records]
        assert len(after.records) - len(chain.records) in {0, 1}
        old += len(after.records) == len(chain.records)
        new += len(after.records) > len(chain.records)
        erased += bool(arguments) and len(after.records) > len(chain.records)
        for problem in verify(str(tmp_path / "content"), date(2026, 11, 24)).report:
            assert problem.code in {"not-published", "record-redacted", "redaction-unfinished"}, problem
    assert killed > 50
    assert min(old, new, erased) > 5, (old, new, erased)
    assert publish(tmp_path).wait() in {0, 2}
    found = {p.code for p in verify(str(tmp_path / "content"), date(2026, 11, 24)).report}
    assert found <= {"record-redacted"}
    assert [f.name for f in (tmp_path / "content/records").iterdir() if f.name.startswith(".")] == []
