"""Inputs for readers of foreign files: real files that were changed, and texts made to be hard, from a number each."""

from __future__ import annotations

import random
from collections.abc import Sequence

SMALL = 4_096

#: What parsers stumble over: brackets that never close, ends that never come, numbers and characters at the edge.
NASTY = [
    *(b"[", b"{", b"]", b"}", b"- ", b"? ", b": ", b"[[[[[[[[", b'{"a":' * 8, b"- - - - ", b"? ? ? ? ", b"> > > > "),
    *(b'"', b"'", b"`", b"```", b"***", b"_*", b"![", b"](", b"<", b"<!--", b"&#x41;", b"&amp;", b"|", b"|-", b"\\"),
    *(
        b"&a ",
        b"*a ",
        b"!!python/object:os.system ",
        b"!x ",
        b"%TAG !a! b\n",
        b"%YAML 1.1\n",
        b"---\n",
        b"...\n",
        b"<<: ",
    ),
    *(b"# ", b"#", b"\t", b"\r", b"\n", b"\r\n", b"\n\n", b"\0", b"\x1b[31m", b"\x7f", b"\x85", b" " * 64, b"\n" * 64),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xcc\x81" * 12),
    *(b"9" * 400, b"-0", b"1e999", b"1E-999", b".nan", b"-.inf", b"NaN", b"Infinity", b"0x1f", b"1_0", b"2026-02-31"),
    *(
        b"null",
        b"true",
        b"false",
        b"{}",
        b"[]",
        b'""',
        b"0",
        b"-1",
        b"1.5",
        b'"\\ud800"',
        b'"\\u0000"',
        b"9007199254740993",
    ),
    *(
        b'From: "\\0" <@>,:;;;\n',
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
        b"Content-Type: message/rfc822\n\n",
    ),
    *(b'charset="\\0"', b"charset=punycode", b"Content-Transfer-Encoding: base64\n", b"=?utf-8?b?//8=?="),
    *(
        b"-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n",
        b"-----END GPAI-PORTAL PUBLIC KEY-----\n",
        b"GPAI-PORTAL-SECRET-KEY:",
    ),
    *(b"mailto:a@a@a@", b"http://a.", b"https://", b"../../x", b"state: ", b"value: ", b"reason: ", b"{other: "),
]


def small(seeds: Sequence[bytes], number: int) -> bytes:
    """At most SMALL bytes: a piece of a seed, or nothing, changed in one to eight places."""
    chance = random.Random(number)
    size = int(SMALL ** chance.random())
    raw = bytearray()
    if chance.random() < 0.9:
        seed = chance.choice(seeds)
        # Most pieces are from the beginning, so that they stay what they are.
        start = chance.randrange(len(seed) or 1) if chance.random() < 0.2 else 0
        raw += seed[start : start + max(size, min(len(seed), 600))]
    for _ in range(chance.randint(1, 8)):
        _change(raw, seeds, chance)
    return bytes(raw[:SMALL])


def large(seeds: Sequence[bytes], number: int, size: int) -> bytes:
    """As many bytes: a seed, then one to four pieces over and over again."""
    chance = random.Random(number)
    head = chance.choice(seeds)[: size // 2] if chance.random() < 0.5 else b""
    unit = bytearray()
    for _ in range(chance.randint(1, 4)):
        if chance.random() < 0.7:
            unit += chance.choice(NASTY)
        else:
            seed = chance.choice(seeds)
            start = chance.randrange(len(seed) or 1)
            unit += seed[start : start + chance.randint(1, 80)]
    return (head + bytes(unit) * (size // len(unit) + 1))[:size] if unit else head


def _change(raw: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    """Puts something in, takes something out, repeats it or puts it elsewhere."""
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + int(64 ** chance.random()))
    match chance.randrange(7):
        case 0:
            raw[start:start] = chance.choice(NASTY)
        case 1:
            raw[start:end] = chance.choice(NASTY)
        case 2:
            del raw[start:end]
        case 3:
            raw[start:start] = raw[start:end] * int(32 ** chance.random())
        case 4:
            raw[start:end] = chance.randbytes(end - start)
        case 5:
            other = chance.choice(seeds)
            at = chance.randrange(len(other) or 1)
            raw[start:end] = other[at : at + int(256 ** chance.random())]
        case _:
            raw[start:start] = chance.choice(NASTY) * int(200 ** chance.random())
