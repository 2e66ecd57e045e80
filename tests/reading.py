"""Reading built pages as tests need it."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser


def visible(html: str) -> str:
    """Text of a page as a reader sees it, white space collapsed."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class Links(HTMLParser):
    """Addresses a page links to or loads, and the ids it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value and not (tag == "link" and ("rel", "canonical") in attrs):
                self.targets.append(value)
            elif name == "id" and value:
                self.ids.append(value)
