"""The pages of a portal as people write them without it: Markdown tables. `serve` is measured against these."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from mkdocs.utils.yaml import yaml_load

from gpai_portal import dates
from gpai_portal.content.answers import Entry
from gpai_portal.content.model import Document
from gpai_portal.content.obligations import duties
from gpai_portal.site.page import Page
from gpai_portal.site.portal import Portal


def write_tables(project: Path, target: Path) -> None:
    """The pages of a portal as people write them without it; what is left out of search stays left out."""
    config = yaml_load((project / "mkdocs.yml").read_text(encoding="utf-8"))
    portal = Portal.load(project / "content", dates.today())
    config["docs_dir"] = "docs"
    config["plugins"] = [p for p in config["plugins"] if p in ("search", "tags")]
    config["not_in_nav"] = "models/*/*/\nchanges/\n"
    models = [page for uri, page in portal.pages.items() if re.fullmatch(r"models/[^/]+/", uri)]
    config["nav"] = [
        "index.md",
        {"Models": ["models/index.md", *({page.title: f"{page.uri}index.md"} for page in models)]},
        {"Copyright": [f"{uri}index.md" for uri in portal.pages if uri.startswith("copyright/")]},
        *(f"{uri}index.md" for uri in portal.pages if not re.match(r"(models|copyright|changes)/|$", uri)),
    ]
    for file in sorted((project / "content" / "pages").glob("*.md")):
        text = re.sub(r"\{\{.*?\}\}", "", file.read_text(encoding="utf-8"))
        (target / "docs").mkdir(parents=True, exist_ok=True)
        (target / "docs" / file.name).write_text(text, encoding="utf-8")
        config["nav"].append(file.name)
    (target / "mkdocs.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    for page in portal.pages.values():
        path = target / "docs" / page.uri / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["---", f"title: {json.dumps(page.title)}", f"description: {json.dumps(page.description)}"]
        lines += [] if page.search else ["search: {exclude: true}"]
        lines += ["---", "", f"# {page.title}", "", *_body(portal, page)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _body(portal: Portal, page: Page) -> Iterator[str]:
    disclosures = portal.disclosures
    if page.document:
        yield from _document(page.document)
    elif page.template == "release_obligations.html" and page.release:
        for duty in duties(page.release, disclosures.provider):
            yield from (f"## {duty.title}", "")
            yield from _table(("Field", "Answer"), vars(duty).items())
    elif page.template == "release.html" and page.release:
        yield from _mapping(page.release.source.data)
    elif model := page.context.get("model"):
        yield from _mapping(model.source.data)
        yield from _table(("Release", "Date"), [(r.name, r.market_date) for r in model.releases])
    elif page.template == "catalogue.html":
        for one in disclosures.models:
            yield from (f"## {one.name}", "")
            yield from _table(("Release", "Date"), [(r.name, r.market_date) for r in one.releases])
    elif page.template == "home.html":
        yield from _mapping(disclosures.provider.source.data)
    elif page.template == "obligations.html":
        for one in disclosures.models:
            yield from (f"## {one.name}", "")
            yield from _table(
                ("Release", "Duty", "Applies"),
                [(r.name, d.title, d.applies) for r in one.releases[-1:] for d in duties(r, disclosures.provider)],
            )
    elif policy := page.context.get("policy"):
        yield from _document(policy)


def _document(document: Document) -> Iterator[str]:
    def section(entries: Sequence[Entry], level: int) -> Iterator[str]:
        own = [e for e in entries if e.field.kind != "section"]
        rows = [e for e in own if e.answer.rows]
        yield from _table(
            ("Question", "Answer"),
            [
                (e.field.title, e.answer.status if e.answer.value is None else e.answer.written)
                for e in own
                if e not in rows
            ],
        )
        for entry in rows:
            yield from (f"**{entry.field.title}**", "")
            yield from _row_table([row.written for row in entry.answer.rows])
        for entry in entries:
            if entry.field.kind == "section":
                yield from (f"{'#' * level} {entry.field.number} {entry.field.title}", "")
                yield from section(entry.entries, level + 1)

    yield from section(document.root.entries, 2)


def _mapping(data: Mapping[str, Any]) -> Iterator[str]:
    rows = {key: v for key, v in data.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
    yield from _table(("Field", "Answer"), [(key, v) for key, v in data.items() if key not in rows])
    for key, value in rows.items():
        yield from (f"## {key}", "")
        yield from _row_table(value)


def _row_table(rows: Sequence[Any]) -> Iterator[str]:
    if not all(isinstance(row, Mapping) for row in rows):
        yield from _table(("Value",), [(row,) for row in rows])
        return
    keys = list(dict.fromkeys(key for row in rows for key in row))
    yield from _table(keys, [[row.get(key, "") for key in keys] for row in rows])


def _table(head: Sequence[str], rows: Any) -> Iterator[str]:
    def line(cells: Any) -> str:
        return f"| {' | '.join(_cell(c) for c in cells)} |"

    body = [line(row) for row in rows]
    if body:
        yield from (line(head), line(["---"] * len(head)), *body, "")


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_cell(v)}" for key, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value).strip().replace("|", "\\|").replace("\n", "<br>")
