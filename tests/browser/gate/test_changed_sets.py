"""What a host can do to a set: changed bytes, hostile manifests, an older state. All is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.gate.desk import READER, Desk, part, status, unlock
from tests.conftest import ROOT

pytestmark = pytest.mark.browser


def manifest_of(desk: Desk) -> dict:
    return json.loads((desk.site / "sealed/manifest.json").read_bytes())


def write_manifest(desk: Desk, manifest: dict) -> None:
    (desk.site / "sealed/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def catalogue_row(manifest: dict) -> tuple[dict, dict, int]:
    """The row of the file with the catalogue, the catalogue's entry in it, and where it starts."""
    for row in manifest["objects"]:
        start = 0
        for entry in row["objects"]:
            if entry["id"] == manifest["catalogue"]:
                return row, entry, start
            start += entry["size"]
    raise LookupError("no catalogue")


def change_object(desk: Desk, change: Callable[[bytes], bytes], *, rename: bool) -> None:
    """Changes the catalogue in its file; with ``rename`` also hash and sizes in the manifest, as a host could."""
    manifest = manifest_of(desk)
    row, entry, start = catalogue_row(manifest)
    file = desk.site / f"sealed/{row['file']}.bin"
    data = file.read_bytes()
    changed = change(data[start : start + entry["size"]])
    data = data[:start] + changed + data[start + entry["size"] :]
    if rename:
        entry["size"] = len(changed)
        row["file"], row["size"] = hashlib.sha256(data).hexdigest(), len(data)
        file = desk.site / f"sealed/{row['file']}.bin"
        write_manifest(desk, manifest)
    file.write_bytes(data)


def flip(data: bytes) -> bytes:
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def swap(desk: Desk) -> None:
    manifest = manifest_of(desk)
    entries = {entry["id"]: entry for row in manifest["objects"] for entry in row["objects"]}
    one, two = entries[manifest["catalogue"]], entries[manifest["search"]]
    one["id"], two["id"] = two["id"], one["id"]
    write_manifest(desk, manifest)


def remove(desk: Desk) -> None:
    row, _, _ = catalogue_row(manifest_of(desk))
    (desk.site / f"sealed/{row['file']}.bin").unlink()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: change_object(d, flip, rename=False), "was changed, cut off or put in another's place"),
        (lambda d: change_object(d, flip, rename=True), "was changed, cut off or put in another's place"),
        (lambda d: change_object(d, lambda data: data[:100], rename=False), "was changed, cut off"),
        (lambda d: change_object(d, lambda data: data[:100], rename=True), "was changed, cut off"),
        (lambda d: change_object(d, lambda data: b"", rename=True), "was changed, cut off"),
        (swap, "was changed, cut off or put in another's place"),
        (remove, "is missing on the server"),
        (lambda d: write_manifest(d, manifest_of(d) | {"format": "gpai-portal-sealed-2"}), "a format that this page"),
        (lambda d: (d.site / "sealed/manifest.json").write_text("{"), "was changed, cut off"),
        (lambda d: write_manifest(d, manifest_of(d) | {"epoch": 4}), "This key opens nothing"),
    ],
)
def test_a_changed_set_is_refused_in_plain_words(new_page: NewPage, desk: Desk, change, message: str) -> None:
    change(desk)
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text(message)
    expect(part(page, "open")).to_be_hidden()
    assert "Tindebro" not in page.content()


def without(manifest: dict, key: str) -> dict:
    return {name: value for name, value in manifest.items() if name != key}


def with_row(manifest: dict, **change) -> dict:
    """The manifest with its first row of objects changed."""
    first, *others = manifest["objects"]
    return manifest | {"objects": [first | change, *others]}


def with_sizes(manifest: dict, *sizes) -> dict:
    """The manifest with other sizes of the first objects of its first row, whose own size is their sum."""
    first = manifest["objects"][0]
    objects = [entry | {"size": size} for entry, size in zip(first["objects"], sizes, strict=False)]
    objects += first["objects"][len(sizes) :]
    return with_row(manifest, objects=objects)


KEYS = tuple(json.loads((ROOT / "content/sealed/manifest.json").read_bytes()))

#: What a host can make of a manifest, by what is wrong with it.
HOSTILE = {
    "null": lambda m: None,
    "a list": lambda m: [],
    "a number": lambda m: 5,
    **{f"no {key}": partial(without, key=key) for key in KEYS},
    **{f"{key} null": lambda m, key=key: m | {key: None} for key in KEYS},
    "a null row": lambda m: m | {"objects": [None, *m["objects"]]},
    "a null key": lambda m: m | {"keys": [None, *m["keys"]]},
    "an unknown KEM": lambda m: m | {"keys": [m["keys"][0] | {"kem": "toString"}]},
    "a null object": lambda m: with_row(m, objects=[None, *m["objects"][0]["objects"]]),
    "a path": lambda m: with_row(m, file="../manifest"),
    "a row too long": lambda m: with_row(m, size=m["objects"][0]["size"] + 1),
    "halves": lambda m: with_sizes(
        m, *(e["size"] + d for e, d in zip(m["objects"][0]["objects"], (0.5, -0.5), strict=False))
    ),
    "negative": lambda m: with_sizes(m, -1, sum(e["size"] for e in m["objects"][0]["objects"][:2]) + 1),
    "text for a size": lambda m: with_sizes(m, "1"),
    "an id twice": lambda m: with_row(m, objects=[{"id": m["search"], "size": 0}, *m["objects"][0]["objects"]]),
    "an unknown catalogue": lambda m: m | {"catalogue": "0" * 32},
    "no day": lambda m: m | {"sealed": "2026-02-31"},
    "epoch below zero": lambda m: m | {"epoch": -1},
    "half an epoch": lambda m: m | {"epoch": 1.5},
    "text for an epoch": lambda m: m | {"epoch": "1"},
    "an epoch beyond counting": lambda m: m | {"epoch": 2**53},
}


def test_a_manifest_against_its_format_is_refused(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    good = manifest_of(desk)
    said = {}
    for name, change in HOSTILE.items():
        write_manifest(desk, change(good))
        said[name] = page.evaluate(
            """async base => {
              const { loadManifest } = await import(`${base}assets/gate/section.js`);
              return loadManifest(`${base}sealed/`).then(() => "taken", error => error.kind ?? String(error));
            }""",
            desk.base,
        )
    assert said == dict.fromkeys(HOSTILE, "tampered")
    unlock(page)
    expect(status(page)).to_contain_text("was changed, cut off")


def test_an_older_state_is_refused(new_page: NewPage, desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(desk.site / "sealed", tmp_path / "old")
    desk.gpai("seal", "--new-epoch")
    desk.publish(desk.folder / "content/sealed")
    page = new_page()
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("epoch 2")
    desk.publish(tmp_path / "old")
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("an older state of the section than this browser has already seen")
    expect(part(page, "open")).to_be_hidden()
