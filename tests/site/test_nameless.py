"""A crawler without a name, and any other required cell that is answered with a state: shown, counted, compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.comparison import compare
from gpai_portal.content.composition import compose
from gpai_portal.content.reading import read_entry
from gpai_portal.documents import all_kinds
from gpai_portal.schema import POLICY, SUMMARY, Field, load
from gpai_portal.site.build import Site
from gpai_portal.site.differences import Part, State, as_text
from gpai_portal.site.portal import Portal
from tests.conftest import DAY, ROOT
from tests.reading import visible

FILE = {POLICY: "copyright-policy.yaml", SUMMARY: "models/text/1.0/training-content-summary.yaml"}
NAMELESS = "crawlers: [{name: {state: %s, reason: No name of its own.%s}, purpose: Pages for training.}]"

#: Cells that tell which row is meant, by a code or an address, so that nothing could stand in their place.
CODES = {"code", "domain", "field", "modality", "part", "role", "applies_to"}


def replaced(file: Path, state: str) -> None:
    """Puts a crawler without a name in place of those of a file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.lstrip().startswith("crawlers:"))
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = next(
        n for n in range(at + 1, len(lines)) if lines[n].startswith(" " * indent) and lines[n][indent] not in " -"
    )
    reference = ", reference: our blog" if state == "see" else ""
    lines[at:end] = [" " * indent + NAMELESS % (state, reference)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("state", ["not_disclosed", "unknown", "see"])
def test_a_crawler_without_a_name_is_shown_and_counted(tmp_path: Path, state: str) -> None:
    content = Path(shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content"))
    before = compose(check(content, DAY)[0]).tally
    for file in FILE.values():
        replaced(content / file, state)
    found, report = check(content, DAY)
    assert report.errors == []
    assert {problem.path.rpartition(".")[2] for problem in report} == {"name"}  # and no crawler-mismatch
    after = compose(found).tally
    assert (after.required, after.undisclosed) == (before.required, before.undisclosed + 2)
    portal = Portal.load(content, DAY)
    site = Site(portal)
    for uri in ("copyright/", "copyright/crawlers/", "models/text/1.0/training-content/"):
        text = visible(site.render(portal.pages[uri]).body)
        assert "No name of its own." in text
        assert "Pages for training." in text


def test_a_crawler_of_the_policy_without_a_name_may_be_any(tmp_path: Path) -> None:
    content = Path(shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content"))
    policy = content / FILE[POLICY]
    policy.write_text(policy.read_text(encoding="utf-8").replace("name: BaseBot,", "name: OtherBot,"), "utf-8")
    assert [problem.code for problem in check(content, DAY)[1]] == ["crawler-mismatch"]
    replaced(policy, "unknown")
    assert [problem.code for problem in check(content, DAY)[1]] == ["not-known"]


def test_rows_without_a_name_are_compared_and_named_by_their_state() -> None:
    def document(*purposes: str) -> dict[str, object]:
        rows = [{"name": {"state": "not_disclosed"}, "purpose": purpose} for purpose in purposes]
        return {"sources": {"crawled": {"used": True, "crawlers": rows}}}

    old, new = document("One.", "Two."), document("One.", "Other.", "Three.")
    schema = load(SUMMARY)
    (change,) = compare(schema, read_entry(schema.root, old), read_entry(schema.root, new))
    assert [(c.column.key, c.old.text, c.new.text) for row in change.rows for c in row.cells] == [
        ("purpose", "Two.", "Other.")
    ]
    assert [row["purpose"].text for row in change.added] == ["Three."]
    told = as_text("1", "2", [Part(SUMMARY, State(SUMMARY, old, {}), State(SUMMARY, new, {}))])
    assert "~ Not disclosed, Purpose: Two. → Other." in told


def test_every_required_cell_takes_a_state() -> None:
    """What a row has to say may be unknown; nobody may be asked for it and then be refused the answer."""

    def cells(field: Field) -> list[str]:
        return [
            f"{field.dotted}.{column.key}"
            for column in field.columns
            if field.kind in {"table", "gaps", "exceptions"}
            and column.required
            and column.key not in CODES
            and "state" not in column.schema.get("properties", {})
        ]

    fields = [field for kind in all_kinds() for field in load(kind.name).fields() if "owner" not in field.audience]
    assert [name for field in fields for name in cells(field)] == []
