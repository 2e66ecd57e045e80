"""What one build remembers for the next."""

from __future__ import annotations

import pytest

from gpai_portal.memory import Memory, note_read, noting_reads, remembered, same


class Calls:
    def __init__(self) -> None:
        self.made: list[object] = []

    def __call__(self, given: object, *, flag: bool = False) -> list[object]:
        self.made.append(given)
        return [given, flag]


def test_nothing_is_remembered_outside_a_build() -> None:
    calls = Calls()
    assert remembered(calls, "a") is not remembered(calls, "a")
    assert same("a", lambda: pytest.fail("not asked")) == "a"


def test_a_result_is_that_of_the_build_before() -> None:
    calls, memory, thing = Calls(), Memory(), object()
    with memory.used():
        first = [remembered(calls, "a"), remembered(calls, thing), remembered(calls, "a", flag=True)]
    with memory.used():
        assert [remembered(calls, "a"), remembered(calls, thing), remembered(calls, "a", flag=True)] == first
        remembered(calls, object())
        remembered(calls, "b")
    assert len(calls.made) == 5
    with memory.used():
        pass
    with memory.used():
        remembered(calls, "a")
    assert len(calls.made) == 6, "what a build did not ask for is forgotten"


def test_equal_objects_are_not_the_same() -> None:
    calls, memory = Calls(), Memory()
    for _ in range(3):
        with memory.used():
            remembered(calls, ["equal"])
    assert len(calls.made) == 3


def test_a_build_that_fails_forgets_nothing() -> None:
    calls, memory = Calls(), Memory()
    with memory.used():
        remembered(calls, "a")
    with pytest.raises(ZeroDivisionError), memory.used():
        remembered(calls, 1 / 0)
    with memory.used():
        remembered(calls, "a")
    assert calls.made == ["a"]


def test_an_older_object_stands_for_one_that_says_the_same() -> None:
    memory, old, new = Memory(), ["x"], ["x"]
    with memory.used():
        assert same(old, lambda: "x") is old
    with memory.used():
        assert same(new, lambda: "x") is old
        assert same(new, lambda: "y") is new


def test_reads_are_noted_where_somebody_asks() -> None:
    note_read("nobody asks")
    with noting_reads() as outer:
        note_read("a")
        with noting_reads() as inner:
            note_read("b")
        note_read("c")
    assert (outer, inner) == ({"a", "c"}, {"b"})
