"""What a host can do to a set: changed bytes, hostile manifests, an older state. All is refused."""

from __future__ import annotations

import base64
import hashlib
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.signing import sign, signing_key
from tests.browser.conftest import NewPage
from tests.browser.gate.desk import READER, Desk, part, status, unlock
from tests.conftest import ROOT, SAMPLE, SEALED_BY
from tests.sealing.forging import edit, fields_of, rewrite
from tests.sealing.mutations import MUTATIONS, mutated
from tests.sealing.test_signing import KNOWN, KNOWN_KEY, KNOWN_MANIFEST

pytestmark = pytest.mark.browser

RECOVERY = Identity.parse((SAMPLE / "private/recovery.key").read_text(encoding="utf-8"))


def manifest_of(desk: Desk) -> dict:
    return fields_of(desk.site / "sealed")


def write_manifest(desk: Desk, manifest: object) -> None:
    """As a provider could sign it whose tool is broken: what is behind the signature is held against the format."""
    (desk.site / "sealed/manifest.json").write_bytes(sign(RECOVERY, manifest))  # type: ignore[arg-type]


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
        (
            lambda d: (d.site / "sealed/manifest.json").write_text('{"format": "gpai-portal-sealed-3"}'),
            "a format that this",
        ),
        (
            lambda d: (d.site / "sealed/manifest.json").write_text('{"format": "gpai-portal-sealed-1"}'),
            "a format that this",
        ),
        (lambda d: (d.site / "sealed/manifest.json").write_text("{"), "was changed, cut off"),
        (lambda d: edit(d.site / "sealed", lambda m: m.update(sealed="2026-11-27")), "was changed, cut off"),
        (lambda d: edit(d.site / "sealed", lambda m: m.update(serial=99)), "was changed, cut off"),
        (lambda d: rewrite(d.site / "sealed", Identity.generate(), lambda m: m), "names another signing key than this"),
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


KEYS = tuple(fields_of(ROOT / "content/sealed"))

#: What a host can make of a manifest, by what is wrong with it.
HOSTILE = {
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
    "half a serial": lambda m: m | {"serial": 1.5},
    "another portal": lambda m: m | {"portal": "0" * 32},
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
            """async ([base, portal, signedBy]) => {
              const { loadManifest } = await import(`${base}assets/gate/section.js`);
              const loading = loadManifest(`${base}sealed/`, portal, signedBy);
              return loading.then(() => "taken", error => error.kind ?? String(error));
            }""",
            [desk.base, good["portal"], SEALED_BY],
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


def test_a_page_that_names_another_signing_key_opens_nothing(new_page: NewPage, desk: Desk) -> None:
    """A host that changes set and page alike is still held against the key file."""
    forger = Identity.generate()
    rewrite(desk.site / "sealed", forger, lambda manifest: manifest.update(serial=99))
    page = desk.site / READER / "index.html"
    html = page.read_text(encoding="utf-8")
    assert SEALED_BY in html
    page.write_text(html.replace(SEALED_BY, signing_key(forger)), encoding="utf-8")
    shown = new_page()
    shown.goto(desk.base + READER)
    unlock(shown)
    expect(status(shown)).to_contain_text("names another signing key than this section")
    expect(part(shown, "open")).to_be_hidden()


def test_a_kept_key_keeps_its_signing_key(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    part(page, "remember").check()
    unlock(page)
    expect(part(page, "open")).to_be_visible()
    expect(part(page, "forget")).to_be_visible()  # the key is kept after the set is open
    page.reload()
    expect(part(page, "open")).to_be_visible()
    forger = Identity.generate()
    html = (desk.site / READER / "index.html").read_text(encoding="utf-8")
    (desk.site / READER / "index.html").write_text(html.replace(SEALED_BY, signing_key(forger)), encoding="utf-8")
    rewrite(desk.site / "sealed", forger, lambda manifest: manifest.update(serial=99))
    page.reload()
    expect(status(page)).to_contain_text("names another signing key than this section")
    expect(part(page, "open")).to_be_hidden()


def test_python_signs_and_the_browser_checks_and_the_other_way_round(new_page: NewPage, desk: Desk) -> None:
    """The browser derives the signing key by itself; Ed25519 gives one signature for a message."""
    page = new_page()
    page.goto(desk.base + READER)
    rest = KNOWN_MANIFEST.partition(b"\n")[2]
    made = page.evaluate(
        """async ([secret, rest]) => {
          const utf8 = text => new TextEncoder().encode(text);
          const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("gpai-portal|signing key") };
          const raw = await crypto.subtle.importKey("raw", Uint8Array.from(secret), "HKDF", false, ["deriveBits"]);
          const seed = new Uint8Array(await crypto.subtle.deriveBits(hkdf, raw, 256));
          const head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
          const pkcs8 = Uint8Array.from([...head, ...seed]);
          const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
          const message = utf8("gpai-portal-sealed-2\\n" + rest);
          const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
          return [(await crypto.subtle.exportKey("jwk", key)).x, Array.from(signature)];
        }""",
        [list(KNOWN.secret), rest.decode()],
    )
    signature = base64.urlsafe_b64encode(bytes(made[1])).decode().rstrip("=")
    assert made[0] == KNOWN_KEY
    assert f'"signature": "{signature}"'.encode() in KNOWN_MANIFEST
    # The page's own module takes a manifest that Python signed, and says of this one that it keeps to no format.
    (desk.site / "sealed/manifest.json").write_bytes(KNOWN_MANIFEST)
    kinds = page.evaluate(
        """async ([base, key]) => {
          const { loadManifest } = await import(`${base}assets/gate/section.js`);
          const say = signedBy =>
            loadManifest(`${base}sealed/`, "0".repeat(32), signedBy).then(() => "taken", error => error.kind);
          return [await say(key), await say("A".repeat(43))];
        }""",
        [desk.base, KNOWN_KEY],
    )
    assert kinds == ["tampered", "other-signer"]


def test_a_browser_without_ed25519_refuses(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.add_init_script(
        """const { importKey } = SubtleCrypto.prototype;
        SubtleCrypto.prototype.importKey = async function (format, key, algorithm, ...others) {
          if ((algorithm.name ?? algorithm) === "Ed25519") throw new DOMException("no", "NotSupportedError");
          return importKey.call(this, format, key, algorithm, ...others);
        };"""
    )
    page.goto(desk.base + READER)
    unlock(page)
    expect(status(page)).to_contain_text("This browser is too old")
    expect(part(page, "open")).to_be_hidden()


@pytest.mark.long
def test_none_of_1000_changed_sets_opens(new_page: NewPage, desk: Desk, tmp_path: Path) -> None:
    """The page's own modules read each set from memory; a reader with a key file has seen the newest one."""
    shutil.copytree(desk.site / "sealed", tmp_path / "older")
    desk.gpai("seal", "--new-epoch")
    desk.publish(desk.folder / "content/sealed")
    genuine = {file.name: file.read_bytes() for file in (desk.site / "sealed").iterdir()}
    chance = random.Random(1000)
    # The file for the provider alone is the one thing that a reader does not look at.
    spare = f"{fields_of(desk.site / 'sealed')['owner']['file']}.bin"
    sets: list[tuple[str, dict[str, bytes]]] = []
    while len(sets) < 1000:
        name, files = mutated(genuine, tmp_path / "older", chance, MUTATIONS[len(sets) % len(MUTATIONS)])
        if {file for file in genuine if files.get(file) != genuine[file]} != {spare}:
            sets.append((name, files))
    page = new_page()
    page.goto(desk.base + READER)
    # What did not change, or is the older set's, is sent once.
    known = genuine | {file.name: file.read_bytes() for file in (tmp_path / "older").iterdir() if file.suffix == ".bin"}
    encoded = [
        [
            name,
            {file: base64.b64encode(data).decode() for file, data in files.items() if known.get(file) != data},
            list(files),
        ]
        for name, files in sets
    ]
    taken = page.evaluate(
        """async ([base, portal, signedBy, text, known, sets]) => {
          const { loadManifest, unlock } = await import(`${base}assets/gate/section.js`);
          const { identity } = await import(`${base}assets/gate/hpke.js`);
          const { parseKeyFile } = await import(`${base}assets/gate/keys.js`);
          const { kem, secret } = parseKeyFile(text);
          const reader = await identity(kem, secret);
          let files = {};
          window.fetch = async address => {
            const data = files[address.split("/").pop()];
            return data === undefined ? new Response("", { status: 404 }) : new Response(Uint8Array.fromBase64(data));
          };
          const readAll = async () => {
            const manifest = await loadManifest("sealed/", portal, signedBy);
            const section = await unlock("sealed/", manifest, reader);
            for (const { id } of manifest.objects.flatMap(row => row.objects)) await section.read(id);
          };
          files = known;
          await readAll();
          const taken = [];
          const kinds = {};
          for (const [index, [name, changed, names]] of sets.entries()) {
            files = Object.fromEntries(names.map(file => [file, changed[file] ?? known[file]]));
            await readAll().then(
              () => taken.push([index, name]),
              error => { kinds[error.kind ?? String(error)] = (kinds[error.kind ?? String(error)] ?? 0) + 1; },
            );
          }
          return { taken, kinds };
        }""",
        [
            desk.base,
            fields_of(desk.site / "sealed")["portal"],
            SEALED_BY,
            (SAMPLE / "demo.key").read_text(encoding="utf-8"),
            {file: base64.b64encode(data).decode() for file, data in known.items()},
            encoded,
        ],
    )
    assert not taken["taken"]
    assert set(taken["kinds"]) == {"tampered", "other-signer", "older", "format", "missing"}, taken["kinds"]
