"""The schemas keep their promises: every field has label, source and audience, in official order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from gpai_portal import schema

KINDS = (
    schema.PROVIDER,
    schema.MODEL,
    schema.RELEASE,
    schema.SUMMARY,
    schema.POLICY,
    schema.FORM,
    schema.SAFETY,
    schema.RECIPIENTS,
    schema.FURTHER,
)
LABELS = Path(__file__).parent / "official-labels"


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_follow_json_schema_and_our_own_keywords(kind: str) -> None:
    published = schema.load(kind).published
    Draft202012Validator.check_schema(published)
    errors = list(Draft202012Validator(schema.read_json("meta.schema.json")).iter_errors(published))
    assert errors == []
    for field in schema.load(kind).fields():
        nested = list(Draft202012Validator(schema.read_json("meta.schema.json")).iter_errors(dict(field.schema)))
        assert nested == [], field.dotted


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_title_source_and_audience(kind: str) -> None:
    for field in schema.load(kind).fields():
        assert field.schema.get("title"), field.dotted
        assert field.schema.get("x-source"), field.dotted
        assert field.audience, field.dotted
        assert field.kind in schema.HOW_TO_WRITE or field.kind == "hidden", field.dotted
        for column in field.columns:
            assert column.schema.get("title"), column.dotted


@pytest.mark.parametrize("kind", [schema.SUMMARY, schema.FORM])
def test_official_labels_stand_in_official_order(kind: str) -> None:
    """The lists beside this test come from the official forms, not from the schemas."""
    lines = (LABELS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    found = [
        f"{field.number} {field.title}".strip()
        for field in schema.load(kind).fields()
        if field.official and field.source != "gpai-portal" and field.dotted not in ONE_BOX
    ]
    assert found == wanted


#: Fields that share one box of the form with the field before them.
ONE_BOX = {"previous_versions", "data.provenance_detail"}


@pytest.mark.parametrize("kind", KINDS)
def test_options_explain_exactly_the_codes_allowed(kind: str) -> None:
    def walk(node: object) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            choices = [n for n in (node, node.get("then"), node.get("items")) if isinstance(n, dict)]
            choices += [n["then"] for n in choices[1:] if isinstance(n.get("then"), dict)]
            codes = next((n["enum"] for n in choices if "enum" in n), None)
            if codes and "x-options" in node:
                assert list(node["x-options"]) == codes
            for value in node.values():
                walk(value)

    walk(schema.load(kind).resolved)


def test_editions_are_pinned() -> None:
    assert schema.load(schema.SUMMARY).edition == "C(2025) 8311 final"
    assert schema.load(schema.FORM).edition == "10 July 2025"


def test_every_item_of_the_form_has_the_label_the_readers_and_the_length_of_the_form() -> None:
    """The table comes from the official form, not from the schema."""
    lines = (LABELS / "model-documentation-marks.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line.split(" | ") for line in lines if not line.startswith("#")]
    assert len(wanted) == 45
    found = [
        [
            field.dotted,
            field.title,
            " ".join(field.audience) + (" *" if field.marks_in_one_copy else ""),
            str(field.schema.get("x-words", "-")),
        ]
        for field in schema.load(schema.FORM).fields()
        if field.official and len(field.path) == 2 and field.dotted not in ONE_BOX
    ]
    assert found == wanted
    detail, box = (schema.load(schema.FORM).find(f"data.{key}") for key in ("provenance_detail", "provenance"))
    assert detail is not None
    assert box is not None
    assert detail.audience == box.audience  # one box of the Form, two keys of ours


def test_the_evidence_of_every_item_is_in_the_legend() -> None:
    form = schema.load(schema.FORM)
    legend = form.published["x-evidence-legend"]
    for field in form.fields():
        evidence = field.schema.get("x-evidence", {})
        assert {code for part in evidence.values() for code in part.split(", ")} <= legend.keys(), field.dotted


def test_authorities_get_what_annex_xi_asks_for_although_the_form_marks_it_for_others() -> None:
    form = schema.load(schema.FORM)
    more = {field.dotted: field.readers for field in form.fields() if field.readers != field.audience}
    assert more == {"use.technical_means": ("DPs", "AIO", "NCAs")}


def test_the_options_of_provenance_stand_in_the_order_of_the_form() -> None:
    field = schema.load(schema.FORM).find("data.provenance")
    assert field is not None
    assert list(field.options.values()) == [
        "Web crawling",
        "Private non-publicly available datasets obtained from third parties",
        "User data",
        "Publicly available datasets",
        "Data collected through other means",
        "Synthetic data that is not publicly accessible (when created directly by or on behalf of the provider)",
    ]


def test_composed_fields_are_no_fields_of_the_file() -> None:
    summary = schema.load(schema.SUMMARY)
    assert "provider" in summary.resolved["properties"]["general"]["properties"]
    authored = summary.authored.schema["properties"]["general"]["properties"]
    assert list(authored["model"]["properties"]) == []
    assert json.dumps(authored).count("x-from") == 0


IMPORT_ALL = """
import importlib, pkgutil, sys
read = []
sys.addaudithook(lambda event, given: event == "open" and read.append(str(given[0])))
import gpai_portal
for module in pkgutil.walk_packages(gpai_portal.__path__, "gpai_portal."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from gpai_portal.schema import schema_folder
print([name for name in read if name.startswith(str(schema_folder()))])
"""


def test_importing_reads_no_schema_and_no_registry() -> None:
    """So that a fact with a date is as of the call, and a broken file is told as such."""
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
