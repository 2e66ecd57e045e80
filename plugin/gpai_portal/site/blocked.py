"""What on a page the Content Security Policy blocks: said at build time, since a reader sees only that it is missing.

Looked at is what stands in the HTML, its styles and its style sheets; not what scripts load while they run, except
where the theme Material is known to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gpai_portal.markup import Tag, tags

#: What elements load, by their attributes.
_LOADS = {
    "audio": {"src": "sound"},
    "feimage": {"href": "image", "xlink:href": "image"},
    "frame": {"src": "frame"},
    "iframe": {"src": "frame"},
    "image": {"href": "image", "xlink:href": "image"},
    "img": {"src": "image", "srcset": "image"},
    "input": {"src": "image"},
    "script": {"src": "script", "href": "script", "xlink:href": "script"},
    "source": {"src": "sound or video", "srcset": "image"},
    "track": {"src": "subtitles"},
    "use": {"href": "image", "xlink:href": "image"},
    "video": {"src": "video", "poster": "image"},
}
#: What links load, by their kind; links of other kinds load nothing.
_LINKS = {
    "apple-touch-icon": "icon",
    "apple-touch-icon-precomposed": "icon",
    "icon": "icon",
    "manifest": "manifest",
    "modulepreload": "script",
    "prefetch": "file loaded ahead",
    "preload": "file loaded ahead",
    "stylesheet": "style sheet",
}
_OBJECTS = frozenset({"applet", "embed", "object"})
_LOADING = frozenset({*_LOADS, *_OBJECTS, "base", "form", "link", "style"})
#: What makes it worth looking at every tag: scripts in links, forms, styles, what Material loads; and handlers. All are
#: sought in lower case, by plain beginnings, since every page is searched.
_SIGNS = ("javascript:", "formaction", "mermaid", 'component="source"', "component=source", "style=", "background=")
_UNSEEN = re.compile(r"[\x00-\x20]")
_HANDLER = re.compile(r"""on(?<=[\s"'/]on)[a-z]+\s*=""")
#: Attributes that lead somewhere. In any other, such as a title, a text about JavaScript is a text.
_ADDRESSES = frozenset({"action", "data", "formaction", "href", "src", "xlink:href"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IN_STYLE = re.compile(r"(?:url\(|@import|image-set\()[\s\"']*((?:https?:)?//[^\s\"')]+)", re.IGNORECASE)
#: Hosts that Material's script asks for facts on the repository.
_ASKED = re.compile(r"(^|\.)github\.com$|gitlab")


def blocked_on(html: str, host: str) -> set[str]:
    """What the policy blocks on a page, each in a few words. ``host`` is that of the site."""
    found = set()
    style = None
    for tag in tags(html, _LOADING):
        if style is not None:
            found |= blocked_in_sheet(html[style : tag.start], host)
        style = tag.end if tag.name == "style" else None
        found |= set(_loaded(tag, host))
    lower = html.lower()
    if any(sign in lower for sign in _SIGNS) or _HANDLER.search(lower):
        every = list(tags(html))
        for tag in every:
            found |= set(_run(tag, host))
        found |= set(_loaded_by_material(every))
    return found


def blocked_in_sheet(css: str, host: str) -> set[str]:
    """What the policy blocks of a style sheet. ``host`` is that of the site."""
    return {
        f"file of {other} in a style"
        for url in _IN_STYLE.findall(_COMMENT.sub(" ", css))
        if (other := _other(url, host))
    }


def _loaded(tag: Tag, host: str) -> Iterator[str]:
    """What an element loads from elsewhere."""
    attributes = tag.attributes
    if tag.name in _OBJECTS and {"src", "data", "code"} & attributes.keys():
        yield f"embedded object ({tag.name})"
    if tag.name == "base" and (other := _other(attributes.get("href", ""), host)):
        yield f"base address at {other}"
    if tag.name == "form" and (other := _other(attributes.get("action", ""), host)):
        yield f"form sent to {other}"
    if "<script" in attributes.get("srcdoc", "").lower():
        yield "script in a frame"
    kinds = _LOADS.get(tag.name, {})
    if tag.name == "link":
        known = [_LINKS[rel] for rel in attributes.get("rel", "").lower().split() if rel in _LINKS]
        kinds = {"href": known[0]} if known else {}
    for name, what in kinds.items():
        value = attributes.get(name, "")
        for url in value.split(",") if name == "srcset" else [value]:
            if other := _other(url, host, data=what in {"icon", "image"}):
                yield f"{what} of {other}"


def _run(tag: Tag, host: str) -> Iterator[str]:
    """What any element runs, and the styles of its own."""
    for name, value in tag.attributes.items():
        bare = _UNSEEN.sub("", value).lower()
        if name.startswith("on"):
            yield f"handler {name}"
        elif (
            name in _ADDRESSES
            and bare.startswith("javascript:")
            and bare.rstrip(";") not in {"javascript:", "javascript:void(0)"}
        ):
            yield "link that runs a script"
        elif name == "formaction" and (other := _other(value, host)):
            yield f"form sent to {other}"
        elif name == "background" and (other := _other(value, host, data=True)):
            yield f"image of {other}"
        elif name == "style":
            yield from blocked_in_sheet(value, host)


def _loaded_by_material(every: list[Tag]) -> Iterator[str]:
    """What Material's script loads from elsewhere if it finds certain elements on the page."""
    scripts = [tag.attributes.get("src", "") for tag in every if tag.name == "script"]
    if not any("assets/javascripts/bundle." in script for script in scripts):
        return
    for tag in every:
        attributes = tag.attributes
        if "mermaid" in attributes.get("class", "").split() and not any("mermaid" in script for script in scripts):
            yield "diagrams of mermaid, whose script Material takes from unpkg.com"
        if attributes.get("data-md-component") == "source":
            asked = urlsplit(attributes.get("href", "")).netloc
            if _ASKED.search(asked):
                yield f"number of stars that Material asks {asked} for (repo_url)"


def _other(url: str, host: str, *, data: bool = False) -> str:
    """The host of an address, if it is another one; ``data:`` where none is and the policy allows no such address."""
    try:
        parts = urlsplit(url.strip().replace("\\", "/"))
    except ValueError:
        return "an address that is none"
    if parts.scheme in {"data", "blob"}:
        return "" if data else f"{parts.scheme}:"
    return "" if parts.netloc.lower() in {host.lower(), f"{host.lower()}:443"} else parts.netloc
