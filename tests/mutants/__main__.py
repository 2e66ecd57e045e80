"""``python -m tests.mutants``: the share of mutants killed in each room, and a list of the survivors."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.mutants.places import Mutant, mutants, places, sample
from tests.mutants.runs import PACKAGE, Copies, RunError, Verdict

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

#: An entry of equivalent.toml without its reason.
Key = tuple[str, str, str, str]


def main() -> int:
    rooms: dict[str, list[str]] = read("rooms.toml")
    options = parse(list(rooms))
    reasons = equivalents()
    if stale := [key for key in reasons if not exists(key)]:
        return fail("no such mutant any more; correct or remove it in equivalent.toml", stale)
    chosen = {room: sample(ROOT, f"{PACKAGE}/{room}", options.count, options.seed) for room in options.room or rooms}
    with tempfile.TemporaryDirectory(prefix="gpai-portal-mutants-") as folder:
        copies = Copies(ROOT, Path(folder).resolve(), options.jobs, options.patience)
        try:
            baselines = {room: copies.baseline(room, rooms[room]) for room in chosen}
            verdicts = list(told(copies.verdicts((m, baselines[room]) for room in chosen for m in chosen[room])))
        except RunError as error:
            return fail(str(error), [])
    for room in chosen:
        below = f"{PACKAGE}/{room}/"
        print_room(room, [verdict for verdict in verdicts if verdict.mutant.place.file.startswith(below)], reasons)
    wrong = [key for v in verdicts if v.killed and (key := key_of(v.mutant)) in reasons]
    return fail("listed in equivalent.toml, but a test noticed it", wrong) if wrong else 0


def parse(rooms: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--room", action="append", choices=rooms, help="only this room; may be given again")
    parser.add_argument("--count", type=int, default=200, help="places in each room (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number chooses other places (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at once (%(default)s)")
    parser.add_argument("--patience", type=float, default=10, help="seconds any run may take (%(default)s)")
    return parser.parse_args()


def told(verdicts: Iterator[Verdict]) -> Iterator[Verdict]:
    """Prints each as it comes: a run takes a while."""
    start = time.monotonic()
    for number, verdict in enumerate(verdicts, 1):
        place = f"{verdict.mutant.place.file}:{verdict.mutant.place.line}"
        seconds = f"{time.monotonic() - start:6.0f} s"
        print(f"{seconds} {number:4}", place, verdict.killed or "SURVIVED", file=sys.stderr, flush=True)
        yield verdict


def print_room(room: str, verdicts: list[Verdict], reasons: dict[Key, str]) -> None:
    verdicts = sorted(verdicts, key=lambda verdict: (verdict.mutant.place.file, verdict.mutant.place.line))
    killed = [verdict for verdict in verdicts if verdict.killed]
    survived = [verdict for verdict in verdicts if not verdict.killed and key_of(verdict.mutant) not in reasons]
    equivalent = [verdict for verdict in verdicts if not verdict.killed and key_of(verdict.mutant) in reasons]
    late = [verdict for verdict in killed if verdict.timed_out]
    counted = len(killed) + len(survived)
    share = 100 * len(killed) / counted if counted else 100
    print(f"{room}: {len(killed)} of {counted} killed, {share:.1f} %; {len(equivalent)} equivalent")
    for title, some in (("killed by time-out", late), ("equivalent", equivalent), ("survived", survived)):
        for verdict in some:
            place = verdict.mutant.place
            was, now = verdict.mutant.diff
            print(f"\n{title}: {place.file}:{place.line} {place.scope}")
            print("\n".join([*(f"  - {line}" for line in was), *(f"  + {line}" for line in now)]))
            if title == "equivalent":
                print(f"  {reasons[key_of(verdict.mutant)]}")
            elif not verdict.tests:
                print("  no test runs this")
    print()


def equivalents() -> dict[Key, str]:
    """The reviewed list: the reason of each entry."""
    rows = read("equivalent.toml").get("equivalent", ())
    return {(row["file"], row["scope"], row["was"], row["now"]): row["reason"] for row in rows}


def key_of(mutant: Mutant) -> Key:
    """What stays the same when lines move."""
    was, now = ("\n".join(line.strip() for line in lines) for lines in mutant.diff)
    return mutant.place.file, mutant.place.scope, was, now


def exists(key: Key) -> bool:
    """Whether the code can still be changed like this."""
    file = ROOT / key[0]
    found = [place for place in places(ROOT, file) if place.scope == key[1]] if file.is_file() else []
    return any(key_of(mutant) == key for place in found for mutant in mutants(ROOT, place))


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def fail(message: str, keys: list[Key]) -> int:
    print("\n".join([message, *map(str, keys)]), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
