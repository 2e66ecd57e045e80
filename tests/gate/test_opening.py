"""``gpai-portal open``: whose sets it opens, which it refuses, and what it makes of a catalogue that is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.errors import SealingError
from gpai_portal.gate.opening import open_sealed
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH, Recovery
from gpai_portal.sealing.signing import signing_key
from tests.conftest import DAY, SAMPLE, SEALED_BY
from tests.gate.conftest import key_text
from tests.sealing.forging import edit, rewrite, serial_of

Run = Callable[..., subprocess.CompletedProcess[str]]
DEMO = str(SAMPLE / "demo.key")
READER = Identity.parse(Path(DEMO).read_text(encoding="utf-8"))
RECOVERY = Identity.parse((SAMPLE / "private/recovery.key").read_text(encoding="utf-8"))
DOCUMENT = {"id": "d", "title": "Guide", "about": "1.0", "language": "en", "attachments": []}
TEXT = {"title": "Guide", "language": "en", "html": "<p>Text</p>", "toc": []}


def opens(gpai: Run, *words: str) -> None:
    done = gpai("open", *words)
    assert done.returncode == 0, done.stderr


def refuses(desk: Path, gpai: Run, message: str, *words: str) -> str:
    """What is said when nothing is opened; nothing is written either."""
    done = gpai("open", *words, "--out", "refused")
    assert done.returncode == 1, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (desk / "refused").exists()
    return done.stderr


def test_a_set_forged_from_public_parts_is_refused(desk: Path, gpai: Run) -> None:
    """Sealed for the recipient's public key, with the id of the portal, its epoch and a higher serial."""
    genuine = read_sealed(desk / "content/sealed")
    assert genuine
    shutil.rmtree(desk / "content/sealed")
    forger = Identity.generate()
    state = Recovery(genuine.portal, bytes(32), genuine.epoch - 1, b"", frozenset())
    payloads = [(CATALOGUE, json.dumps({"provider": "Skriftvang", "groups": []}).encode()), (SEARCH, b"[]")]
    seal(desk / "content/sealed", None, state, payloads, [READER.public], forger, DAY, last=98)
    said = refuses(desk, gpai, f"this set is signed by {signing_key(forger)}", DEMO)
    assert f"names {SEALED_BY}: somebody else has made it, or the provider has a new signing key" in said
    assert "by telephone" in said


def test_a_set_of_which_the_day_was_changed_is_refused(desk: Path, gpai: Run) -> None:
    edit(desk / "content/sealed", lambda manifest: manifest.update(sealed="2026-11-27"))
    refuses(desk, gpai, "the signature of the sealed set does not hold", DEMO)


def test_a_key_file_of_another_portal_is_refused(desk: Path, gpai: Run) -> None:
    text = key_text(desk, READER)
    found = read_sealed(desk / "content/sealed")
    assert found
    (desk / "other.key").write_text(text.replace(found.portal, "0" * 32), encoding="utf-8")
    refuses(desk, gpai, "other.key was made for another portal", "other.key")


def test_a_key_file_from_before_sections_were_signed_is_told_what_to_add(desk: Path, gpai: Run) -> None:
    (desk / "old.key").write_text(READER.to_text("2026-11-01"), encoding="utf-8")
    said = refuses(desk, gpai, "old.key does not say who signs the section", "old.key")
    assert 'add it to the file as a line of its own: "# Signing key: ..."' in said
    with (desk / "old.key").open("a", encoding="utf-8") as file:
        file.write(f"# Signing key: {SEALED_BY}\n")
    opens(gpai, "old.key", "--out", "opened")


def test_the_recovery_key_opens_what_it_signed(desk: Path, gpai: Run) -> None:
    opens(gpai, "private/recovery.key", "--out", "opened")
    assert "Klingdal" in "".join(file.read_text(encoding="utf-8") for file in (desk / "opened").rglob("*.html"))


def test_who_stole_a_recipients_key_cannot_sign_sets_for_it(desk: Path, gpai: Run) -> None:
    """A signing key follows from every key; only the file of a recovery key, which names none, opens what it signed."""
    rewrite(desk / "content/sealed", READER, lambda manifest: manifest.update(serial=99))
    refuses(desk, gpai, f"this set is signed by {signing_key(READER)}", DEMO)


def test_a_set_older_than_one_opened_before_is_refused(
    desk: Path, gpai: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(desk / "content/sealed", desk / "old")
    assert gpai("seal", "--new-epoch").returncode == 0
    opens(gpai, DEMO, "--sealed", "old", "--out", "one")
    opens(gpai, DEMO, "--out", "two")
    old = serial_of(desk / "old")
    refusal = f"this set is serial {old}, and serial {old + 1} was opened here before"
    said = refuses(desk, gpai, refusal, DEMO, "--sealed", "old")
    assert "add --older" in said
    opens(gpai, DEMO, "--sealed", "old", "--out", "three", "--older")
    refuses(desk, gpai, f"serial {old + 1} was opened here before", DEMO, "--sealed", "old")
    opens(gpai, "private/recovery.key", "--sealed", "old", "--out", "four")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    opens(gpai, DEMO, "--sealed", "old", "--out", "five")


@pytest.mark.parametrize("text", ["{", "[]", '{"x": "y"}', '{"x": 1e999}', "[" * 100_000])
def test_a_damaged_memory_is_told(desk: Path, gpai: Run, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(desk / "state"))
    opens(gpai, DEMO, "--out", "opened")
    (memory,) = (desk / "state").rglob("seen.json")
    assert memory.stat().st_mode & 0o777 == 0o600
    memory.write_text(text, encoding="utf-8")
    refuses(desk, gpai, "seen.json, which says how new the sets were that were opened here, is damaged", DEMO)


def sealed_by_provider(desk: Path, catalogue: bytes, document: bytes = json.dumps(TEXT).encode()) -> None:
    """A set that the provider has signed, with these bytes as its catalogue and its document."""
    folder = desk / "content/sealed"
    genuine = read_sealed(folder)
    assert genuine
    shutil.rmtree(folder)
    state = Recovery(genuine.portal, bytes(32), 1, b"", frozenset())
    payloads = [(CATALOGUE, catalogue), (SEARCH, b"[]"), ("d", document), ("a", b"attached")]
    named = [(name, data.replace(b'"d"', f'"{state.object_id("d")}"'.encode())) for name, data in payloads]
    named = [(name, data.replace(b'"a"', f'"{state.object_id("a")}"'.encode())) for name, data in named]
    seal(folder, None, state, named, [READER.public], RECOVERY, DAY, last=1)


def catalogue(**change: Any) -> bytes:
    document = {**DOCUMENT, **change}
    return json.dumps({"provider": "Skriftvang", "groups": [{"title": "All", "documents": [document]}]}).encode()


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


#: What is no catalogue, by what is wrong with it.
NO_CATALOGUE = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"provider": "\xff"}',
    "deep": b"[" * 100_000,
    "a long number": b'{"provider": ' + b"9" * 5000 + b"}",
    "half a character": catalogue(title="\ud800"),
    **{f"{value!r}": json.dumps(value).encode() for value in (None, True, 5, "text", [], {}, [[]], {"groups": 5})},
    "groups of a number": json.dumps({"provider": "S", "groups": [5]}).encode(),
    "groups without documents": json.dumps({"provider": "S", "groups": [{"title": "x"}]}).encode(),
    "no provider": json.dumps({"groups": []}).encode(),
    "a provider that is a number": json.dumps({"provider": 7, "groups": []}).encode(),
    **{f"{name} {value!r}": catalogue(**{name: value}) for name in DOCUMENT for value in (None, 5, [[]], {"x": 1})
       if name != "language"},
    "an attachment without a name": catalogue(attachments=[{"id": "a"}]),
    "an attachment with a number": catalogue(attachments=[{"id": "a", "name": 5}]),
    "an unknown document": catalogue(id="f" * 32),
    "an unknown attachment": catalogue(attachments=[{"id": "f" * 32, "name": "x"}]),
}  # fmt: skip
NO_DOCUMENT = {
    **{f"{value!r}": json.dumps(value).encode() for value in (None, 5, "text", [], {})},
    "no JSON": b"\x00",
    "deep": b'{"html": ' + b"[" * 100_000,
    "no html": json.dumps(without(TEXT, "html")).encode(),
    "a number": json.dumps(TEXT | {"html": 5}).encode(),
    "no language": json.dumps(without(TEXT, "language")).encode(),
}


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [(NO_CATALOGUE, "the catalogue in the|unknown|not in the"), (NO_DOCUMENT, "a document in the")],
)
def test_what_the_objects_say_is_read_into_types(desk: Path, spoilt: dict[str, bytes], message: str) -> None:
    for name, data in spoilt.items():
        sealed_by_provider(desk, *([data] if spoilt is NO_CATALOGUE else [catalogue(), data]))
        with pytest.raises(SealingError, match=message):
            open_sealed(Path(DEMO), desk / "content/sealed", desk / "refused", "en")
        assert not (desk / "refused").exists(), name


def test_unknown_keys_and_strange_names_do_no_harm(desk: Path, gpai: Run) -> None:
    names = [
        "../../up.txt",
        "/etc/absolute",
        "..",
        ".",
        "",
        "CON\\..\\x",
        "index.html",
        "INDEX.HTML",
        "x" * 3000,
        "a\0b",
    ]
    files = [{"id": "a" if number == 0 else f"{number:032x}", "name": name} for number, name in enumerate(names)]
    sealed_by_provider(desk, catalogue(attachments=files[:1], more={"x": [1e308]}, title="../" * 40))
    opens(gpai, DEMO, "--out", "opened")
    (page,) = (desk / "opened").glob("*/index.html")
    assert "Text" in page.read_text(encoding="utf-8")
    assert (page.parent / "up.txt").read_bytes() == b"attached"
    for number, file in enumerate(files[1:], 1):
        sealed_by_provider(desk, catalogue(attachments=[file | {"id": "a"}]))
        open_sealed(Path(DEMO), desk / "content/sealed", desk / f"opened-{number}", "en")
        attached = [f for f in (desk / f"opened-{number}").rglob("*") if f.is_file() and f.read_bytes() == b"attached"]
        assert len(attached) == 1, file
        assert attached[0].parent.parent == desk / f"opened-{number}", file
        assert attached[0].name.lower() != "index.html"


def test_every_signed_manifest_against_the_format_is_refused(desk: Path) -> None:
    """As a broken tool of the provider could have signed it."""
    folder = desk / "content/sealed"
    manifest = (folder / MANIFEST).read_bytes()
    values = [None, -1, 1.5, 2**53, 2**70, "", "text", [], {}, [[]], [{}], {"x": 1}, "20261124", "2026-W48-2"]
    for name in json.loads(manifest).keys() - {"format", "signed_by", "signature"}:
        for value in values:
            rewrite(folder, RECOVERY, lambda fields, name=name, value=value: fields.update({name: value}))
            with pytest.raises(SealingError, match="is damaged"):
                read_sealed(folder)
            (folder / MANIFEST).write_bytes(manifest)
