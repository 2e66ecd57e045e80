"""Sealing rendered documents against only reading and encrypting them.

In memory where the machine has a file system there, since what a disk takes to make a thousand files is not ours.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gpai_portal import dates
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.seal import begin, seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH
from tests.bench.measuring import Line, Run, cpu_of, progress

DOCUMENTS, DOCUMENT_BYTES, RECIPIENTS = 1000, 20_000, 50


def measure(run: Run) -> Iterator[Line]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else run.folder) as name:
        source = Path(name, "source")
        source.mkdir()
        for number in range(DOCUMENTS):
            (source / str(number)).write_bytes(os.urandom(DOCUMENT_BYTES))
        files = sorted(source.iterdir())
        owner = Identity.generate()
        readers = [Identity.generate().public for _ in range(RECIPIENTS)]

        def encrypt(into: Path | None = None) -> None:
            cipher = AESGCM(os.urandom(32))
            for file in files:
                data = cipher.encrypt(os.urandom(12), file.read_bytes(), b"")
                if into:
                    (into / file.name).write_bytes(data)

        def sealed(into: Path) -> None:
            payloads = [(CATALOGUE, b"{}"), (SEARCH, b"[]")]
            documents = ((file.name, file.read_bytes()) for file in files)
            every = itertools.chain(payloads, documents)
            seal(into, None, begin(), every, readers, owner, dates.today())

        ours = encrypted = written = float("inf")
        for attempt in range(5):
            progress(f"seal, {DOCUMENTS} documents ({attempt + 1})")
            target = Path(tempfile.mkdtemp(dir=name))
            encrypted = min(encrypted, cpu_of(encrypt))
            written = min(written, cpu_of(lambda target=target: encrypt(target)))
            ours = min(ours, cpu_of(lambda target=target: sealed(target / "sealed")))
            shutil.rmtree(target)
    what = f"seal of {DOCUMENTS:,} documents for {RECIPIENTS} recipients ({ours:.3f} s)"
    yield run.ratio(f"{what} to reading and AES-GCM ({encrypted:.3f} s)", ours / encrypted, 5, "seal")
    yield run.figure(f"  the same to reading, AES-GCM and writing ({written:.3f} s)", f"{ours / written:.2f} x", "seal")
