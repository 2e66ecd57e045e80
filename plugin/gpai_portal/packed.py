"""What is packed or encoded in the bytes of a file: gzip, zlib, bzip2, xz, ZIP archives, UTF-16, base64, hex digits."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import mmap
import re
import zlib
from collections.abc import Iterator
from itertools import product

from gpai_portal.limits import MAX_PACKING, MAX_STREAMS, MAX_UNPACKED_BYTES

_BASE64_RUN = rb"[A-Za-z0-9+/_-]"
_BASE64 = re.compile(rb"%s{40,}+={0,2}" % _BASE64_RUN)
#: Further lines of base64 or hex digits that were wrapped; in a string of JSON the ends of lines are escaped.
_LINE_END = rb"(?:\r?\n[ \t]*+|(?:\\r)?\\n)"
_MORE_LINES = re.compile(rb"(?:%s%s++={0,2})++" % (_LINE_END, _BASE64_RUN))
_HEX = re.compile(rb"[0-9a-fA-F]{40,}+")
#: Beginnings of streams: a file in a ZIP archive, gzip, bzip2, xz; and of zlib, which are not unusual by chance
#: (RFC 1950, 2.2: windows of eight sizes, four levels, a sum).
_STREAMS = rb"PK\x03\x04.{22}(..)(..)|\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\x00"
_PACKED = re.compile(_STREAMS, re.DOTALL)
_ZLIB = b"|".join(
    re.escape(bytes(head))
    for head in product(range(0x08, 0x88, 0x10), range(256))
    if int.from_bytes(head) % 31 == 0 and not head[1] & 0x20
)
_PACKED_OR_ZLIB = re.compile(_STREAMS + b"|" + _ZLIB, re.DOTALL)
#: What zlib packs in a PNG file are the colours of its dots, and many.
_PNG = b"\x89PNG\r\n\x1a\n"
#: Bytes given to a decompressor at a time. It copies what lies behind the end of a stream, which may be much.
_PIECE = 1 << 16
#: Text with a zero behind or before each letter, as UTF-16 in the midst of other bytes.
_WIDE = re.compile(rb"(?:[\t\n\r\x20-\xfe]\0){20,}+|(?:\0[\t\n\r\x20-\xfe]){20,}+")
#: How much of a file tells whether it is UTF-16.
_SAMPLE = 1 << 20

#: A file as bytes, in memory or mapped into it.
Data = bytes | mmap.mmap


class TooMuchPackedError(Exception):
    """More is packed in a file than is unpacked here."""


def layers(data: Data) -> Iterator[Data]:
    """The bytes themselves, and all that is packed or encoded in them, also in one another.

    Raises TooMuchPackedError, after what was found by then, instead of unpacking without end.
    """
    waiting: list[tuple[Data, int]] = [(data, 0)]
    left = MAX_UNPACKED_BYTES
    tries = MAX_STREAMS
    while waiting:
        layer, depth = waiting.pop()
        yield layer
        if depth == MAX_PACKING:
            continue
        waiting += [(inner, depth + 1) for inner in _encoded(layer) if inner]
        with memoryview(layer) as view:
            for match in (_PACKED if layer[: len(_PNG)] == _PNG else _PACKED_OR_ZLIB).finditer(layer):
                inner = _unpacked(view, match, left)
                left -= len(inner)
                tries -= not inner
                if left < 0 or tries < 0:
                    yield from (inner, *(other for other, _ in waiting))
                    raise TooMuchPackedError
                if inner:
                    waiting.append((inner, depth + 1))


def _encoded(data: Data) -> Iterator[bytes]:
    """The bytes as UTF-8 if they look like UTF-16, and every long run of base64 or hex digits in them, decoded."""
    sample = data[:_SAMPLE]
    for codec, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        mark = sample.startswith(codecs.BOM_UTF16_LE if codec == "utf-16-le" else codecs.BOM_UTF16_BE)
        if mark or 4 * zeros.count(0) > len(zeros):
            yield data[:MAX_UNPACKED_BYTES].decode(codec, errors="ignore").replace("\0", "").encode()
    for text in _WIDE.finditer(data):
        yield text[0].replace(b"\0", b"").decode("latin-1").encode()
    joined = 0
    for match in _BASE64.finditer(data):
        run = match[0]
        yield _from_base64(run)
        more = _MORE_LINES.match(data, match.end()) if match.start() >= joined and len(match[0]) % 4 == 0 else None
        if more:
            joined = more.end()
            run += re.sub(_LINE_END, b"", more[0])
            yield _from_base64(run)
        for digits in _HEX.finditer(run):
            yield binascii.unhexlify(digits[0][: len(digits[0]) // 2 * 2])


def _from_base64(text: bytes) -> bytes:
    """What base64 of either alphabet stands for, as far as it goes: padding may be missing, or stand in between."""
    run = text.translate(bytes.maketrans(b"-_", b"+/")).partition(b"=")[0]
    return base64.b64decode(run + b"=" * (-len(run) % 4) if len(run) % 4 != 1 else run[:-1])


def _unpacked(data: memoryview, match: re.Match[bytes], most: int) -> bytes:
    """What a stream holds up to where it ends or is broken: at most one byte more than ``most``.

    ``match`` is the beginning of the stream. Empty if nothing is packed there after all.
    """
    start = match.start()
    stream: zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor
    if match[1] is not None:  # in a ZIP archive the stream follows name and extra field of the file, without a header
        start = match.end() + sum(int.from_bytes(length, "little") for length in match.groups())
        if not any(match[0][8:10]):  # it is stored as it is
            return bytes(data[start : start + min(int.from_bytes(match[0][18:22], "little"), most + 1)])
        stream = zlib.decompressobj(-15)
    elif match[0].startswith(b"BZh"):
        stream = bz2.BZ2Decompressor()
    elif match[0].startswith(b"\xfd"):
        stream = lzma.LZMADecompressor(memlimit=MAX_UNPACKED_BYTES)
    else:
        stream = zlib.decompressobj(47)  # it tells gzip and zlib apart by itself
    found = bytearray()
    try:
        while start < len(data) and not stream.eof and len(found) <= most:
            found += stream.decompress(data[start : start + _PIECE], most - len(found) + 1)
            start += _PIECE
    except (zlib.error, lzma.LZMAError, OSError, ValueError):
        pass  # the stream is broken here, or was none
    return bytes(found)
