"""A Content Security Policy for the whole site, as a meta element, since static hosts send no headers of ours.

Themes carry inline scripts, so their hashes are collected over all pages; with a theme that loads pages without
leaving the first one, the policy of that first page has to allow the scripts of every other. What the policy forbids
is what could carry a secret away from the pages that decrypt: scripts, requests, forms and frames of other hosts.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from gpai_portal.files import write_bytes
from gpai_portal.markup import inline_scripts, tags


def sources(html: str) -> set[str]:
    """CSP sources (``'sha256-...'``) of the scripts that stand in a page."""
    digests = (hashlib.sha256(text.encode(errors="surrogateescape")).digest() for text in inline_scripts(html))
    return {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}


def policy(scripts: set[str]) -> str:
    """The policy that allows these inline scripts (CSP Level 3)."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *sorted(scripts))),
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
        )
    )


def protect(site: Path) -> int:
    """Puts the policy into every page of a built site that has none of its own. Returns how many it was put into."""
    # A page written by hand may have another encoding; its bytes stay as they are.
    pages = {file: file.read_bytes().decode(errors="surrogateescape") for file in sorted(site.rglob("*.html"))}
    scripts = set().union(*map(sources, pages.values()))
    element = f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'
    count = 0
    for file, html in pages.items():
        place = _place(html)
        if place is not None:
            with_policy = f"{html[:place]}\n{element}{html[place:]}"
            write_bytes(file, with_policy.encode(errors="surrogateescape"))
            count += 1
    return count


def _place(html: str) -> int | None:
    """Where the policy goes: behind the encoding, which browsers look for in the first 1,024 bytes only, else first
    in the head. None where neither is written down, and where a policy stands already."""
    head = encoding = None
    for tag in tags(html):
        if tag.name == "head":
            head = tag.end
        elif tag.name == "meta":
            if tag.attributes.get("http-equiv", "").lower() == "content-security-policy":
                return None
            if "charset" in tag.attributes:
                encoding = tag.end
        elif tag.name in {"/head", "body"}:
            break
    return encoding or head
