"""A Content Security Policy for the whole site, as a meta element, since static hosts send no headers of ours.

Themes carry inline scripts, so their hashes are collected over all pages; with a theme that loads pages without
leaving the first one, the policy of that first page has to allow the scripts of every other. What the policy forbids
is what could carry a secret away from the pages that decrypt: scripts, requests, forms and frames of other hosts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from gpai_portal.codes import Code
from gpai_portal.errors import Problem
from gpai_portal.files import write_bytes
from gpai_portal.markup import inline_scripts, tags
from gpai_portal.site.blocked import blocked_in_sheet, blocked_on

#: Files that hosts serve as HTML pages, and others that browsers show as a page which may run scripts.
_PAGES = {".html", ".htm"}
_OTHER_PAGES = {".svg", ".xht", ".xhtml", ".xml"}
#: What may run, or bring something that runs, in a page that is XML.
_ACTIVE = re.compile(
    rb"<(?:[\w-]+:)?(?:script|iframe|embed|object|foreignObject)[\s/>]|\son[a-z]+\s*=|javascript:|<\?xml-stylesheet",
    re.IGNORECASE,
)
_SPACE = "\t\n\f\r "


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
            "form-action 'self'",
        )
    )


def _element(scripts: set[str]) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">'


#: The element of an earlier build, in a page that this one has not written anew.
_EARLIER = re.compile(r"\s*" + re.escape(_element({"@"})).replace(re.escape(" @"), "[^;]*"))


def protect(site: Path, address: str) -> list[Problem]:
    """Puts the policy into every page of a built site, beside one that a page has of its own: both then hold.

    ``address`` is that of the site, or empty. Returns which pages have none, and what it blocks on which.
    """
    problems = []
    pages: dict[Path, str] = {}
    host = urlsplit(address).netloc
    for file in sorted(site.rglob("*")):
        kind = file.suffix.lower()
        name = file.relative_to(site).as_posix()
        if kind in _PAGES and file.is_file():
            raw = file.read_bytes()
            if b"\0" in raw[:1024]:
                problems.append(_without(name, "it is not in UTF-8", "save it as UTF-8"))
            else:  # a page written by hand may have another encoding; its bytes stay as they are
                pages[file] = raw.decode(errors="surrogateescape")
        elif kind in _OTHER_PAGES and file.is_file() and _ACTIVE.search(file.read_bytes()):
            what = "browsers show it as a page of its own, may run something in it, and take a policy from HTML only"
            problems.append(_without(name, what, "take scripts and frames out of it, or make it an HTML page"))
    element = _element(set().union(*map(sources, pages.values())))
    for file, html in pages.items():
        write_bytes(file, _with(element, html).encode(errors="surrogateescape"))
    found = {file.relative_to(site).as_posix(): blocked_on(html, host) for file, html in pages.items()}
    for sheet in sorted(site.rglob("*.css")):
        found[sheet.relative_to(site).as_posix()] = blocked_in_sheet(sheet.read_text("utf-8", "ignore"), host)
    return [*problems, *_blocked(found)]


def _with(element: str, html: str) -> str:
    """A page with the policy in front of all that could load or run.

    Whatever comes first there, browsers begin the head with it (HTML Standard, 13.2.6.4). The encoding has to stand
    before it, since browsers look for that in the first 1,024 bytes only.
    """
    place = _place(html)
    encoding = ""
    for tag in tags(html):
        if tag.name in {"/head", "body"}:
            break
        if tag.name == "meta" and tag.start >= place and _names_encoding(tag.attributes):
            encoding = f"\n{tag.source}"
            html = html[: tag.start] + html[tag.end :]
            break
    rest = html[place:]
    if earlier := _EARLIER.match(rest):
        rest = rest[earlier.end() :]
    return f"{html[:place]}{encoding}\n{element}{rest}"


def _names_encoding(attributes: dict[str, str]) -> bool:
    is_type = attributes.get("http-equiv", "").lower() == "content-type"
    return "charset" in attributes or (is_type and "charset" in attributes.get("content", "").lower())


def _place(html: str) -> int:
    """Behind what may stand before the content of the head, in this order: comments, doctype, html, head."""
    at = len(html) - len(html.removeprefix("\ufeff"))
    before = ["html", "head"]
    for tag in tags(html):
        if html[at : tag.start].strip(_SPACE):
            break
        if tag.name in before:
            del before[: before.index(tag.name) + 1]
        elif tag.name != "!" or not before:
            break
        at = tag.end
    return at


def _without(page: str, why: str, advice: str) -> Problem:
    return Problem(Code.NO_POLICY, page, f"this page has no Content Security Policy: {why}", advice)


def _blocked(found: dict[str, set[str]]) -> Iterator[Problem]:
    """One warning for each page, and one in all for what stands on most pages, as the theme brings it along."""
    every = [what for things in found.values() for what in things]
    common = {what for what in set(every) if every.count(what) > max(4, len(found) / 2)}
    advice = (
        "keep what is needed as files of the site, handlers in a script file; see the guide under "
        "content_security_policy"
    )
    if common:
        what = f"the Content Security Policy blocks on most pages, probably of the theme: {', '.join(sorted(common))}"
        yield Problem(Code.BLOCKED, ".", what, advice)
    for page, things in found.items():
        if own := sorted(things - common):
            yield Problem(Code.BLOCKED, page, f"the Content Security Policy blocks here: {', '.join(own)}", advice)
