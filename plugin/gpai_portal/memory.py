"""What is kept in memory, and what was read from it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

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


class Memory:
    """Results of one build for the next one in the same process; what a build did not ask for is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Hashable, tuple[object, Any]] = {}
        self._now: dict[Hashable, tuple[object, Any]] = {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """A build: ``remembered`` and ``same`` look here meanwhile."""
        self._before, self._now = self._now, {}
        token = _memory.set(self)
        try:
            yield
        except BaseException:
            self._now = {**self._before, **self._now}
            raise
        finally:
            _memory.reset(token)
            self._before = {}

    def get(self, key: Hashable, source: object, make: Callable[[], _T]) -> _T:
        """What was made under a key, or is made now. ``source`` is kept with it."""
        entry = self._now.get(key) or self._before.get(key) or (source, make())
        self._now[key] = entry
        found: _T = entry[1]
        return found


_memory: ContextVar[Memory | None] = ContextVar("memory", default=None)

#: What is compared by what it says; anything else is the same only if it is the same object.
_PLAIN = (str, bytes, bool, Path)


def remembered(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What a function gives, which depends on its arguments alone; none of these, nor the result, is changed later."""
    memory = _memory.get()
    if memory is None:
        return function(*args, **kwargs)
    given = (*args, *kwargs.values())
    key = (function, *(value if isinstance(value, _PLAIN) else id(value) for value in given))
    # The arguments are kept, so that no other object can get the id of one.
    return memory.get(key, given, lambda: function(*args, **kwargs))


def same(value: _T, says: Callable[[], Hashable]) -> _T:
    """The value, or an older one of its type that says the same, with what that has found out about itself."""
    memory = _memory.get()
    return memory.get((type(value), says()), None, lambda: value) if memory else value
