"""Reading built pages as tests need it."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def visible(html: str) -> str:
    """Text of a page as a reader sees it, white space collapsed."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def twins(site: Path) -> list[dict[str, Any]]:
    """The documents of a site, as its index lists them for machines."""
    index = json.loads((site / "gpai-transparency.json").read_text(encoding="utf-8"))
    entries = [*index["documents"], *(d for m in index["models"] for r in m["releases"] for d in r["documents"])]
    files = [site / entry["json"].removeprefix(index["root"]) for entry in entries]
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def first_visit(site: Path, page: str) -> dict[str, int]:
    """What a browser loads with a page whose site it has not seen: each file with its bytes, compressed as hosts do."""
    html = (site / page / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'<script src="([^"]+)"|<link rel="(?:stylesheet|icon)" href="([^"]+)"', html)
    files = [site / page / "index.html", *((site / page / (script or link)).resolve() for script, link in named)]
    return {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in files}


def published_schema(site: Path, kind: str) -> Draft202012Validator:
    """A validator with the schema that a site publishes for a kind of document, as anybody would use it."""
    schemas = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (site / "schemas").iterdir()}
    registry = Registry().with_resources(
        (schema.get("$id", name), Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    return Draft202012Validator(schemas[f"{kind}.schema.json"], registry=registry)


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
