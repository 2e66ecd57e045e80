"""What is packed or encoded in the bytes of a file: streams of gzip and zlib, ZIP archives, UTF-16, base64, hex."""

from __future__ import annotations

import base64
import binascii
import codecs
import contextlib
import re
import zlib
from collections.abc import Iterator

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){20,}")
#: Beginnings of gzip and zlib streams, and of a file in a ZIP archive.
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04.{22}(..)(..)", re.DOTALL)
#: Bytes given to zlib at a time. It copies what lies behind the end of a stream, which may be the rest of a large file.
_PIECE = 1 << 16
#: A file is given up after so many unpacked bytes, or so many places that only look like the beginning of a stream.
_MAX_UNPACKED = 200_000_000
_MAX_TRIES = 200_000
#: How many times something may be packed in something.
_MAX_DEPTH = 3


class TooMuchPackedError(Exception):
    """More is packed in a file than is unpacked here."""


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, and all that is packed or encoded in them, also in one another.

    Raises TooMuchPackedError, after what was found by then, instead of unpacking without end.
    """
    waiting = [(data, 0)]
    left = _MAX_UNPACKED
    tries = _MAX_TRIES
    while waiting:
        layer, depth = waiting.pop()
        yield layer
        if depth == _MAX_DEPTH:
            continue
        waiting += [(inner, depth + 1) for inner in _encoded(layer) if inner]
        view = memoryview(layer)
        for match in _PACKED.finditer(layer):
            inner = _unpacked(view, match, left)
            left -= len(inner)
            tries -= not inner
            if left < 0 or tries < 0:
                raise TooMuchPackedError
            if inner:
                waiting.append((inner, depth + 1))


def _encoded(data: bytes) -> Iterator[bytes]:
    """The bytes as UTF-8 if they look like UTF-16, and every long run of base64 or hex digits in them, decoded."""
    for codec, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        mark = data.startswith(codecs.BOM_UTF16_LE if codec == "utf-16-le" else codecs.BOM_UTF16_BE)
        if mark or 4 * zeros.count(0) > len(zeros):
            yield data.decode(codec, errors="ignore").replace("\0", "").encode()
    for match in _BASE64.finditer(data):
        run = match[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        yield base64.b64decode(run + b"=" * (-len(run) % 4) if len(run) % 4 != 1 else run[:-1])
    for match in _HEX.finditer(data):
        yield binascii.unhexlify(match[0])


def _unpacked(data: memoryview, match: re.Match[bytes], most: int) -> bytes:
    """What a stream holds up to where it ends or is broken: at most one byte more than ``most``.

    ``match`` is the beginning of the stream. Empty if nothing is packed there after all.
    """
    start, bits = match.start(), 47  # zlib tells gzip and zlib apart by itself
    if match[1] is not None:  # in a ZIP archive the stream follows name and extra field of the file, without a header
        start, bits = match.end() + sum(int.from_bytes(length, "little") for length in match.groups()), -15
    stream = zlib.decompressobj(bits)
    found = bytearray()
    with contextlib.suppress(zlib.error):
        while start < len(data) and not stream.eof and len(found) <= most:
            found += stream.decompress(data[start : start + _PIECE], most - len(found) + 1)
            start += _PIECE
    return bytes(found)
