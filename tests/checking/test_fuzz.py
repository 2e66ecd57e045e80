"""Whatever stands in a file, `check` reports and does not crash; whatever it accepts can be rendered."""

from __future__ import annotations

import copy
import json
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import read_content
from gpai_portal.content.source import read_source
from gpai_portal.schema import PROVIDER
from gpai_portal.site.build import Site
from gpai_portal.site.language import Language
from gpai_portal.site.portal import Portal
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)
BASE = ROOT / "tests/examples/base/content"

#: Values that answers may have, and some that they may not.
VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1.5,
    "",
    "text",
    "2026-02-31",
    "2026",
    "2026-05",
    "1e9",
    "https://a.example/",
    "<b>{{ x }}</b>",
    "\u202eעברית",
    [],
    ["text"],
    ["text", {"other": "smell"}],
    ["text", {"other": ""}],
    {},
    {"name": "x"},
    [{"name": "x"}],
    {"state": "none"},
    {"state": "not_applicable", "reason": "because"},
    {"state": "not_disclosed", "reason": "secret"},
    {"state": "unknown"},
    {"state": "unanswered"},
    {"state": "see", "reference": "https://a.example/"},
    {"as_stated": "Other (see below)"},
    {"value": True, "as_stated": "Yes, partly"},
    {"value": "no", "as_stated": "No."},
    {"value": "2026-05", "qualifier": "not_after", "as_stated": "up to May"},
    {"value": [{"name": "x"}], "as_stated": "and others"},
    {"from": "2024", "ongoing": True, "as_stated": "since 2024"},
]


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below the root where something is written."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


@pytest.mark.long
@settings(max_examples=3_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_bytes_are_read_or_refused(tmp_path: Path, raw: str | bytes) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass"))
    source, problems = read_source(PROVIDER, file, "x.yaml")
    assert (source is None) == bool(problems)


def mutate(seed: int, content: Path) -> None:
    """Puts a random value in one to three random places of the base portal."""
    chance = random.Random(seed)
    sources, _ = read_content(BASE)
    for source in chance.sample(list(sources.sources()), k=chance.randint(1, 2)):
        data = copy.deepcopy(dict(source.data))
        for _ in range(chance.randint(1, 2)):
            path = chance.choice(list(places(data)))
            node: Any = data
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        target = content / source.file.relative_to(BASE)
        target.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_what_check_accepts_can_be_rendered(block: int, tmp_path: Path) -> None:
    accepted = 0
    for seed in range(block * 150, (block + 1) * 150):
        content = tmp_path / str(seed) / "content"
        shutil.copytree(BASE, content)
        mutate(seed, content)
        found, report = check(content, TODAY)
        assert all(p.message and p.advice and p.file for p in report), seed
        if not report.errors:
            accepted += 1
            for language in ("en", "fr"):
                portal = Portal(compose(found), report, TODAY, Language(language))
                site = Site(portal)
                for page in portal.pages.values():
                    html = site.render(page)
                    assert "<b>{{ x }}</b>" not in html.body, (seed, page.uri)
                    assert "&#39;state&#39;:" not in html.body, (seed, page.uri)
                    assert "&#39;value&#39;:" not in html.body, (seed, page.uri)
                for _, data in site.files():
                    assert data
        shutil.rmtree(tmp_path / str(seed))
    assert accepted >= 3
