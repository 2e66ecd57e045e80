"""How far long work is. Whoever does it says so; a door may show it to somebody who waits at a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Timer
from typing import TextIO, TypeVar

_T = TypeVar("_T")

#: Takes what is done, the number of steps done, and how many there are in all; 0 if that is not known.
Tell = Callable[[str, int, int], None]

_tell: ContextVar[Tell | None] = ContextVar("tell", default=None)

#: Seconds of work that nothing is shown of.
PATIENCE = 1.0


def steps(items: Iterable[_T], what: str) -> Iterator[_T]:
    """The items, each of which is a step of what is done: ``checking files``."""
    total = len(items) if isinstance(items, Sized) else 0
    for done, item in enumerate(items, 1):
        step(what, done, total)
        yield item


def step(what: str, done: int, total: int) -> None:
    """One more step is done."""
    if tell := _tell.get():
        tell(what, done, total)


def hush() -> None:
    """Nothing more is shown, since programs read what is printed."""
    _tell.set(None)


@contextmanager
def shown_on(stream: TextIO) -> Iterator[None]:
    """Shows steps on a terminal, in a line that is gone at the end; on anything else, and in a run of CI, nothing."""
    if not stream.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        yield
        return
    line = _Line(stream)
    before = _tell.set(line.tell)
    try:
        yield
    finally:
        _tell.reset(before)
        line.end()


class _Line:
    """One line of a terminal, written over again and again once somebody has waited."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._waited = Event()
        self._timer = Timer(PATIENCE, self._waited.set)
        self._timer.daemon = True
        self._timer.start()

    def tell(self, what: str, done: int, total: int) -> None:
        if done == total:
            self._write("")
        elif self._waited.is_set():
            self._write(f"{what}: {done * 100 // total} %" if total else f"{what}: {done}")

    def end(self) -> None:
        self._timer.cancel()
        self._write("")

    def _write(self, text: str) -> None:
        """The cursor stays at the beginning, so that whatever else is printed takes the place of the line."""
        if text != self._text:
            self._stream.write(f"\r\x1b[K{text}\r")
            self._stream.flush()
            self._text = text
