"""Texts of any length whose shape makes careless readers slow: each shape costs quadratic time somewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Shape = Callable[[int], str]

_MAIL = "From: a@b.example\nContent-Type: "

SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "yaml": {
        "directives": lambda n: "".join(f"%TAG !a{i}! x\n" for i in range(n // 14)) + "---\na: 1",
        "anchors": lambda n: "a:\n" + "".join(f"- &a{i} x\n" for i in range(n // 13)),
        "items": lambda n: "a: [" + "x," * (n // 2) + "]",
        "keys": lambda n: "".join(f"k{i}: 1\n" for i in range(n // 10)),
        "one key": lambda n: "name: 1\n" * (n // 8),
        "no keys": lambda n: "?\n" * (n // 2),
        "deep": lambda n: "a: " + "{a: " * 48 + "[" + "x," * (n // 2) + "]" + "}" * 48,
        "tags": lambda n: "a:\n" + "- !x 1\n" * (n // 7),
        "a long key": lambda n: "? " + "k" * (n // 2) + "\n:\n" + "- !x 1\n" * (n // 14),
        "a long number": lambda n: "sequence: " + "9" * n,
        "long numbers": lambda n: "a:\n" + ("- " + "9" * 4000 + "\n") * (n // 4003),
        "addresses": lambda n: 'name: x\nannouncements: "mailto:' + "a@" * (n // 2) + ' "',
        "a name": lambda n: 'name: "' + "a" * n + '<"',
        "rows": lambda n: "name: x\ncontacts:\n" + "- {role: x, b: 2}\n" * (n // 18),
        "equal items": lambda n: "name: x\nlanguages: [" + "{}, 1, " * (n // 7) + "]",
        "marks": lambda n: "name: a" + "\u0301" * (n // 2),
        "comments": lambda n: "# " + "]" * (n // 2) + "\n" + "[" * (n // 2),
    },
    "markdown": {
        "images": lambda n: "![" * (n // 2),
        "links": lambda n: "[a](b " * (n // 6),
        "stars": lambda n: "*a **b" * (n // 6),
        "ticks": lambda n: " ".join("`" * i for i in range(1, int((2 * n) ** 0.5))),
        "quotes": lambda n: "> " * (n // 2),
        "lists": lambda n: "- a\n" * (n // 4),
        "tables": lambda n: "a|b\n-|-\n" * (n // 8),
        "references": lambda n: "".join(f"[a{i}]: b\n" for i in range(n // 10)),
        "tags": lambda n: "<a" * (n // 2),
        "headings": lambda n: "# a\n" * (n // 4),
    },
    "request": {
        "blocks": lambda n: "-----BEGIN GPAI-PORTAL PUBLIC KEY-----\n" * (n // 39),
        "lines": lambda n: "Company: a\n" * (n // 11),
        "quotes": lambda n: "> " * (n // 2),
        "a type": lambda n: _MAIL + "text/plain; " + 'a="\\";' * (n // 7) + "\n\nx",
        "an address": lambda n: "From: " + "<@" * (n // 2) + "\nContent-Type: text/plain\n\nx",
        "parts": lambda n: _MAIL + 'multipart/mixed; boundary="a"\n\n' + "--a\n\n" * (n // 5),
        "nested parts": lambda n: "".join(f'{_MAIL}multipart/mixed; boundary="{i}"\n\n--{i}\n' for i in range(n // 70)),
        "nested mails": lambda n: (_MAIL + "message/rfc822\n\n") * (n // 46),
        "headers": lambda n: _MAIL + "text/plain\n" + "A: b\n" * (n // 5) + "\nx",
        "punycode": lambda n: _MAIL + "text/plain; charset=punycode\n\n" + "a-\udcff" + "b" * n,
        "tags": lambda n: _MAIL + "text/html\n\n" + "<a" * (n // 2),
    },
    "key": {
        "marks": lambda n: "GPAI-PORTAL-SECRET-KEY:" * (n // 23),
        "spaces": lambda n: "GPAI-PORTAL-SECRET-KEY:" + " " * n,
    },
    "state": {"deep": lambda n: "[" * n, "keys": lambda n: "{" + ",".join(f'"{i}":1' for i in range(n // 10)) + "}"},
    "manifest": {"deep": lambda n: '{"a":' * (n // 5), "a number": lambda n: '{"epoch":' + "9" * n + "}"},
    "catalogue": {
        "deep": lambda n: "[" * n,
        "rows": lambda n: (
            '{"provider":"x","groups":[{"title":"x","documents":['
            + ",".join('{"id":"0","title":"x","about":"x","attachments":[]}' for _ in range(n // 53))
            + "]}]}"
        ),
        "groups": lambda n: (
            '{"provider":"x","groups":['
            + ",".join(
                f'{{"title":"{i}","documents":[{{"id":"0","title":"x","about":"x","attachments":[]}}]}}'
                for i in range(n // 85)
            )
            + "]}"
        ),
    },
    "record": {
        "deep": lambda n: '{"a":' * (n // 5) + ',"sha256":"',
        "a number": lambda n: '{"number":' + "9" * n + ',"sha256":"',
    },
    "index": {"deep": lambda n: "[" * n, "a number": lambda n: '{"records":{"last":"x/' + "9" * n + '"}}'},
}
SHAPES = {**SHAPES, "recipients": SHAPES["yaml"], "prose": SHAPES["markdown"]}
