"""The picture that others show beside the title of a page that somebody shares: a sheet with rows of label and value.

It has no words, for the title stands beside it, and so it is one for all pages and needs neither fonts nor a library.
It is drawn when the site is built: a PNG of less than 2 KB, with the same pixels wherever that happens.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

#: Pixels; the shape that previews are cut to (1.91 : 1).
WIDTH, HEIGHT = 1200, 630

#: Red, green, blue. The values of the rows are in two widths, so that the picture reads as a form that is filled in.
_COLOURS = (b"\x1f\x3a\x5f", b"\xff\xff\xff", b"\x8f\xa3\xba", b"\x1f\x3a\x5f", b"\x0b\x7a\x75")
_GROUND, _SHEET, _LABEL, _VALUE, _HEAD = range(5)

#: Bits of a pixel: a place in the palette of at most 16 colours.
_DEPTH = 4


def _boxes() -> Iterator[tuple[int, int, int, int, int]]:
    """Left, top, right, bottom and colour of each rectangle, later ones above earlier ones."""
    yield 300, 70, 900, 630, _SHEET
    yield 360, 130, 700, 162, _HEAD
    for row in range(5):
        top = 220 + 80 * row
        yield 360, top, 500, top + 20, _LABEL
        yield 540, top, (840, 780, 810, 720, 830)[row], top + 20, _VALUE


def picture() -> bytes:
    """The PNG (ISO/IEC 15948)."""
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    for left, top, right, bottom, colour in _boxes():
        for row in rows[top:bottom]:
            row[left:right] = bytes([colour]) * (right - left)
    packed = b"".join(b"\0" + bytes(a << _DEPTH | b for a, b in zip(r[::2], r[1::2], strict=True)) for r in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, _DEPTH, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", b"".join(_COLOURS)), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
