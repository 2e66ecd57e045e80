"""A Content Security Policy for the whole site, as a meta element, since static hosts send no headers of ours.

Themes carry inline scripts, so their hashes are collected over all pages; with a theme that loads pages without
leaving the first one, the policy of that first page has to allow the scripts of every other. What the policy forbids
is what could carry a secret away from the pages that decrypt: scripts, requests, forms and frames of other hosts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from gpai_portal.files import write_bytes

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"""\btype\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
#: Encoding comes before the policy: browsers look for it in the first 1,024 bytes only.
_PLACES = (re.compile(r"<meta\s+charset=[^>]*>", re.IGNORECASE), re.compile(r"<head[^>]*>", re.IGNORECASE))
#: Values of ``type`` that make a script element run; anything else is a block of data.
_RUNS = {"", "module", "text/javascript", "application/javascript"}
_OWN = re.compile(r"""<meta\s[^>]*http-equiv\s*=\s*["']?Content-Security-Policy""", re.IGNORECASE)


def inline_scripts(html: str) -> set[str]:
    """CSP sources (``'sha256-...'``) of the scripts that stand in a page."""
    found = set()
    for attributes, text in _SCRIPT.findall(html):
        type_ = _TYPE.search(attributes)
        if "src=" not in attributes.lower() and (type_[1].lower() if type_ else "") in _RUNS and text:
            digest = base64.b64encode(hashlib.sha256(text.encode(errors="surrogateescape")).digest()).decode()
            found.add(f"'sha256-{digest}'")
    return found


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
    scripts: set[str] = set()
    for html in pages.values():
        scripts |= inline_scripts(html)
    element = f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'
    count = 0
    for file, html in pages.items():
        place = next(filter(None, (pattern.search(html) for pattern in _PLACES)), None)
        if _OWN.search(html) or place is None:
            continue
        with_policy = f"{html[: place.end()]}\n{element}{html[place.end() :]}"
        write_bytes(file, with_policy.encode(errors="surrogateescape"))
        count += 1
    return count
