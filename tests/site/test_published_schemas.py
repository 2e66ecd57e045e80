"""The schemas for everybody: any validator takes them, finds what they refer to, and says the same as ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpai_portal import schema
from gpai_portal.content.scaffolding import scaffold_kinds
from gpai_portal.documents import kinds_with_pages
from tests.conftest import run
from tests.reading import twins
from tests.serving import serving

AJV = Path(__file__).parent / "ajv"
SCHEMAS = sorted(schema.schema_folder().glob("*.schema.json"))

#: Where engines differ: digits and white space of other scripts, line breaks, astral characters.
EDGES = [
    "",
    "2024-01",
    "2024-01\n",
    "٢٠٢٤-٠١",
    "７.3e10",
    "7.3e10",
    "a@b.example",
    "a\u0085@b.example",
    "a\ufeff@b.example",
    "https://x.example/\u001c",
    "https://x.example/\u200b",
    'https://x.example/"',
    "mailto:a@b",
    *"\n\t\v\f\r \u001c\u001f\u0085\u00a0\u180e\u2003\u2028\u202f\u3000\ufeff",
    "\u0085\u0085",
    "\U0001f600",
    "a\U0001f600b.example",
    "a\nb",
    "a\r\n",
    "IE",
    "IE\n",
    "ＩＥ",
    "x.csv",
    "0" * 64,
]


def patterns() -> list[str]:
    """Every expression of every schema."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            yield from node.get("patternProperties", {})
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from walk(child)

    return sorted({found for file in SCHEMAS for found in walk(json.loads(file.read_text(encoding="utf-8")))})


def node(script: str, task: object) -> Any:
    """What a script says to a task."""
    if not shutil.which("node") or not (AJV / "node_modules/ajv").is_dir():
        pytest.fail(f"ajv is missing; run: npm ci --prefix {AJV.parent.name}/{AJV.name}, in tests", pytrace=False)
    done = subprocess.run(
        ["node", script], cwd=AJV, input=json.dumps(task), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def both_say_the_same(texts: list[str]) -> None:
    """ECMA-262 in u mode by node, and the engine that ``check`` uses."""
    found = node("patterns.cjs", {"patterns": patterns(), "texts": texts})
    for pattern, taken in zip(patterns(), found, strict=True):
        quick = jsonschema_rs.Draft202012Validator({"pattern": pattern})
        for text, by_node in zip(texts, taken, strict=True):
            assert quick.is_valid(text) is by_node, (pattern, text)


def test_every_pattern_means_the_same_to_both_engines() -> None:
    assert len(patterns()) > 20
    both_say_the_same(EDGES)


@settings(max_examples=25, deadline=None, database=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=40))
def test_every_pattern_means_the_same_for_any_text(texts: list[str]) -> None:
    both_say_the_same(texts)


def keywords() -> list[str]:
    """Our own, as the meta-schema that is published beside the others declares them."""
    declared = schema.read_json("meta.schema.json")["$defs"]["schema"]["properties"]
    return [name for name in declared if name.startswith("x-")]


@pytest.mark.parametrize("own", [True, False], ids=["by default, our keywords declared", "not strict"])
def test_ajv_takes_the_published_schemas(sample_site: Path, own: bool) -> None:
    schemas = {f.name: json.loads(f.read_text(encoding="utf-8")) for f in (sample_site / "schemas").iterdir()}
    good = [(twin["$schema"], twin) for twin in twins(sample_site)]
    index = json.loads((sample_site / "gpai-transparency.json").read_text(encoding="utf-8"))
    bad = [(address, {**twin, "no_such_field": 1}) for address, twin in good]
    bad += [(address, {**twin, "about": {**twin["about"], "no_such_field": 1}}) for address, twin in good]
    good.append((index["$schema"], index))
    bad.append((index["$schema"], {**index, "as_of": "today"}))
    task = {"keywords": keywords() if own else None, "schemas": schemas, "documents": good + bad}
    found = node("validate.cjs", task)
    assert found[: len(good)] == [[] for _ in good]
    assert all(found[len(good) :])
    assert len(good) == 8


def test_ajv_takes_those_of_a_checkout_and_of_a_site_without_an_address(project: Path) -> None:
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("site_url:", "#"), encoding="utf-8")
    assert run("mkdocs", "build", cwd=project).returncode == 0
    for folder in (project / "site/schemas", schema.schema_folder()):
        schemas = {f.name: json.loads(f.read_text(encoding="utf-8")) for f in folder.glob("*.schema.json")}
        assert not any("$id" in one for one in schemas.values())
        task = {"schemas": schemas, "documents": [(name, {}) for name in schemas]}
        assert len(node("validate.cjs", task)) == len(schemas)


def check_jsonschema(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run("check_jsonschema", "--no-cache", *arguments, cwd=cwd)


def test_check_jsonschema_takes_them_as_they_are_served(project: Path) -> None:
    """Built for the address at which they are then served, with its default settings: ``$ref`` leads over the net."""
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    (project / "site").mkdir()
    with serving(project / "site") as address:
        config.write_text(text.replace("https://base.example/portal/", address), encoding="utf-8")
        assert run("mkdocs", "build", cwd=project).returncode == 0
        found = twins(project / "site")
        found.append(json.loads((project / "site/gpai-transparency.json").read_text(encoding="utf-8")))
        for number, twin in enumerate(found):
            (project / f"{number}.json").write_text(json.dumps(twin), encoding="utf-8")
            (project / "bad.json").write_text(json.dumps({**twin, "no_such_field": 1}), encoding="utf-8")
            done = check_jsonschema("--schemafile", twin["$schema"], f"{number}.json", cwd=project)
            assert done.returncode == 0, done.stdout + done.stderr
            done = check_jsonschema("--schemafile", twin["$schema"], "bad.json", cwd=project)
            assert "no_such_field" in done.stdout
        assert len(found) == 4


def test_check_jsonschema_takes_those_of_a_checkout(project: Path) -> None:
    done = check_jsonschema("--check-metaschema", *map(str, SCHEMAS), cwd=project)
    assert done.returncode == 0, done.stdout
    content = project / "content"
    files = {"provider": "provider.yaml", "model": "models/text/model.yaml", "release": "models/text/1.0/release.yaml"}
    for kind, file in files.items():
        done = check_jsonschema(
            "--schemafile", str(schema.schema_folder() / f"{kind}.schema.json"), str(content / file), cwd=project
        )
        assert done.returncode == 0, done.stdout


def test_an_id_is_the_address_and_the_version(sample_site: Path) -> None:
    from importlib.metadata import version

    for kind in (*scaffold_kinds(), "common", "meta", "twin", "index"):
        published = json.loads((sample_site / f"schemas/{kind}.schema.json").read_text(encoding="utf-8"))
        address = f"https://skriftvang.example/ai-act/schemas/{kind}.schema.json?version={version('gpai-portal')}"
        assert published["$id"] == address
        if kind in kinds_with_pages():
            own = f"twin.schema.json?version={version('gpai-portal')}"
            assert published["properties"].pop("about") == {"$ref": own}
        same = json.dumps(published).replace(f"?version={version('gpai-portal')}#", "#")
        assert {k: v for k, v in json.loads(same).items() if k != "$id"} == schema.read_json(f"{kind}.schema.json")


def test_validation_is_the_same_by_both_of_our_validators() -> None:
    """Digits of other scripts and white space at the end are refused by the one that says what is wrong, too."""
    provider = schema.load("provider")
    for text in ("https://x.example/\u00a0", "https://x.example/\ufeff"):
        errors = {e.validator for e in provider.authored.iter_errors({"url": text}) if list(e.path) == ["url"]}
        assert errors, text
