"""Portals with lists of domain names, as gpai-portal domains writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from gpai_portal.site.build import Site

SUMMARY = "models/text/1.0/training-content-summary.yaml"


def names(count: int) -> list[str]:
    """So many invented names in the order of letters; one in ten has three labels."""
    ends = ("de", "fr", "com", "org", "it", "eu", "nl", "pl", "fi", "co.uk")
    return sorted(f"{number * 2654435761 % 2**32:08x}{number}.{ends[number % 10]}" for number in range(count))


def record(listed: Sequence[str], **more: Any) -> dict[str, Any]:
    """The record of the method of a list that is exactly as long as asked."""
    text = "".join(f"{name}\n" for name in listed)
    return {
        "format": "gpai-portal-domains/1",
        "tool": {"name": "gpai-portal", "version": "0.1"},
        "rule": {"name": "all"},
        "suffixes": {"version": "2026-10-22", "sections": "icann"},
        "size_means": "bytes of text",
        "names": 10 * len(listed),
        "asked": len(listed),
        "listed": len(listed),
        "covered": "67.5",
        "modalities": {"text": {"covered": "77.4"}},
        "sha256": sha256(text.encode()).hexdigest(),
        **more,
    }


def put_list(content: Path, listed: Sequence[str], **more: Any) -> None:
    """Gives the summary of the small portal in tests/examples/base a computed list."""
    summary = content / SUMMARY
    old = "value: [news.example, presse.example]\n      total: 20"
    text = summary.read_text(encoding="utf-8")
    assert old in text
    summary.write_text(text.replace(old, "file: domains.txt\n      method: domains-method.json"), encoding="utf-8")
    summary.with_name("domains.txt").write_text("".join(f"{name}\n" for name in listed), encoding="utf-8")
    method = json.dumps(record(listed, **more))
    summary.with_name("domains-method.json").write_text(method, encoding="utf-8")


def put_voluntary(content: Path, listed: Sequence[str]) -> None:
    """Gives it a computed list of the domain names of a public dataset as well, which the form does not ask for."""
    summary = content / SUMMARY
    old = "    other_description: {state: none}\n"
    text = summary.read_text(encoding="utf-8")
    assert old in text
    new = "    domains: {datasets: [Corpus], file: corpus.txt, method: corpus.json}\n"
    summary.write_text(text.replace(old, new + old, 1), encoding="utf-8")
    summary.with_name("corpus.txt").write_text("".join(f"{name}\n" for name in listed), encoding="utf-8")
    summary.with_name("corpus.json").write_text(json.dumps(record(listed)), encoding="utf-8")


def write_page(site: Site, folder: Path, uri: str) -> None:
    """One page as bare HTML under the policy of our sites, and every file of the site."""
    policy = "default-src 'self'; script-src 'self'; style-src 'self'"
    rendered = site.render(site.portal.pages[uri])
    head = f'<!doctype html><html lang="{site.portal.language.code}"><head><meta charset="utf-8"><title>T</title>'
    head += f'<meta http-equiv="Content-Security-Policy" content="{policy}"></head><body><main>'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "favicon.ico").touch()  # browsers ask for it
    for address, content in (*_files(site), (f"{uri}index.html", f"{head}{rendered.body}</main></body></html>")):
        place = folder / address
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def _files(site: Site) -> Iterator[tuple[str, bytes]]:
    for address, content in site.files():
        yield address, content.read_bytes() if isinstance(content, Path) else content
