"""What is kept in memory, and what was read from it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reads: ContextVar[set[str] | None] = ContextVar("reads", default=None)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cyclic garbage meanwhile. What is read stays, and each search would walk through all of it.

    At the end everything counts as old, as if the searches had been made.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_enabled:
            gc.enable()


@contextmanager
def noting_reads() -> Iterator[set[str]]:
    """Collects the names of everything that is read meanwhile, as far as it says so with ``note_read``."""
    reads: set[str] = set()
    before = _reads.set(reads)
    try:
        yield reads
    finally:
        _reads.reset(before)


def note_read(name: str) -> None:
    """Something was read: whoever does so now depends on it."""
    if (reads := _reads.get()) is not None:
        reads.add(name)
