"""Feeds one reader, in this process: ``python -m tests.fuzz READER FOLDER FIRST COUNT SIZE``.

The input that is being read is always in ``FOLDER/number``, so that it is known even if the process dies of it. Prints
the longest time of one input and its number. Ends with a traceback for the first input that is not read or refused.
"""

from __future__ import annotations

import mmap
import sys
from pathlib import Path
from time import process_time

from gpai_portal.errors import PortalError
from tests.fuzz.mutations import large, small
from tests.fuzz.readers import READERS, Reader


def made(reader: Reader, number: int, size: int) -> bytes:
    """The input of a number; ``size`` is 0 for small ones."""
    return large(reader.seeds, number, size) if size else small(reader.seeds, number)


def main() -> None:
    name, folder, first, count, size = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:6])
    reader = READERS[name](folder)
    longest, slowest = 0.0, first
    (folder / "number").write_bytes(b" " * 20)
    with (folder / "number").open("r+b") as file, mmap.mmap(file.fileno(), 20) as place:
        for number in range(first, first + count):
            place[:] = str(number).rjust(20).encode()
            raw = made(reader, number, size)
            start = process_time()
            try:
                reader.read(raw)
            except PortalError as error:
                str(error).encode()
            if (took := process_time() - start) > longest:
                longest, slowest = took, number
    print(f"{longest:.3f} {slowest}")


if __name__ == "__main__":
    main()
