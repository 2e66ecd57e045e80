"""Readers of foreign files: 2 MB of a text made to be slow against 1 MB of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from unittest.mock import patch

from gpai_portal.content import source
from gpai_portal.errors import PortalError
from gpai_portal.gate import requests
from tests.bench.measuring import Line, Run, cpu_of, progress
from tests.fuzz.readers import READERS, Reader
from tests.fuzz.shapes import SHAPES

SIZE = 1_000_000

#: Where less is read at most.
SIZES = {"markdown": 200_000, "prose": 10_000}

#: Less than this tells nothing: the clock, and what is made once, take as long.
NOISE = 0.02


def measure(run: Run) -> Iterator[Line]:
    for name, make in READERS.items():
        folder = run.folder / f"hostile-{name}"
        folder.mkdir()
        reader = make(folder)
        worst, slowest, took = 0.0, "", 0.0
        for shape, text in SHAPES[name].items():
            progress(f"{name}: {shape}")
            size = SIZES.get(name, SIZE)
            once, twice = (_read(reader, text(n).encode("utf-8", "surrogateescape")) for n in (size, 2 * size))
            if (ratio := (twice + NOISE) / (once + NOISE)) > worst:
                worst, slowest, took = ratio, shape, twice
        half = SIZES.get(name, SIZE) / SIZE
        yield run.ratio(f"{name}: {2 * half:g} MB to {half:g} MB of {slowest} ({took:.2f} s)", worst, 3, "hostile")


def _read(reader: Reader, raw: bytes) -> float:
    """CPU seconds, without the bound of a file, which would refuse it at once."""

    def read() -> None:
        with suppress(PortalError):
            reader.read(raw)

    with ExitStack() as stack:
        stack.enter_context(patch.object(source, "MAX_BYTES", 10 * SIZE))
        stack.enter_context(patch.object(requests, "MAX_REQUEST_BYTES", 10 * SIZE))
        return cpu_of(read)
