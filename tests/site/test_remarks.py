"""Exceptions for some of the models stand with what they speak of, and in twin, comparison and scaffold."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpai_portal.content.comparison import compare
from gpai_portal.content.reading import read_entry
from gpai_portal.content.scaffolding import scaffold
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.build import Site
from gpai_portal.site.machine import twin
from gpai_portal.site.portal import Portal
from tests.conftest import DAY
from tests.reading import visible
from tests.site.test_covering import SUMMARY as FILE
from tests.site.test_covering import append, content

__all__ = ["content"]

URI = "models/text/1.0/training-content/"
EXCEPTION = "{field: %s, applies_to: [Text 1.1-7B], text: 'Not for *this* model.'}"


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("sources.private", "sources-private"),
        ("sources.private.licensed.used", "sources-private-licensed-used"),
        ("general.model.dependencies", "general-model-dependencies"),
    ],
)
def test_an_exception_stands_with_its_section_or_field(content: Path, field: str, place: str) -> None:
    append(content / FILE, f"exceptions: [{EXCEPTION % field}]")
    portal = Portal.load(content, DAY)
    page = portal.pages[URI]
    assert page.document is not None
    whole = Site(portal).render(page).body
    body = whole[whole.index('class="gp-card"') :]  # the box above it only repeats
    assert body.count("Otherwise for:") == 1
    before, after = body.split("Otherwise for:")
    assert before.rpartition(' id="')[2].startswith(place)
    assert "Text 1.1-7B Not for this model." in visible(after[: after.index("</div>")])
    assert twin(portal, page, page.document)["exceptions"][0]["field"] == field


def test_exceptions_are_compared_and_scaffolded() -> None:
    schema = load(SUMMARY)
    rows = [{"field": "sources.private", "applies_to": ["A"], "text": "One."}]
    old = read_entry(schema.root, {"exceptions": rows})
    new = read_entry(schema.root, {"exceptions": [{**rows[0], "text": "Two."}]})
    (change,) = compare(schema, old, new)
    assert [(cell.column.key, cell.old.text, cell.new.text) for row in change.rows for cell in row.cells] == [
        ("text", "One.", "Two.")
    ]
    assert "# exceptions:" in scaffold(SUMMARY, full=True)
    assert "- field: Field (required)" in scaffold(SUMMARY, full=True)
