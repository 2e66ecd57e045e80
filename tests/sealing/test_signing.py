"""Signed sets: known answers, what nobody can do without the recovery key, and a thousand changed sets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gpai_portal.errors import SealingError
from gpai_portal.names import MANIFEST
from gpai_portal.sealing import signing
from gpai_portal.sealing.keys import Identity, Kem, KeyFile
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.policy import require_publishable
from gpai_portal.sealing.signing import FORMAT, read_signed, sign, signing_key
from tests.conftest import ROOT
from tests.sealing.forging import edit, fields_of, rewrite
from tests.sealing.mutations import MUTATIONS, mutated
from tests.sealing.test_sealing import PROVIDER, READERS, reseal

#: Derived by hand from the secret bytes 0 to 31: HKDF-SHA256 without salt, then the public key of RFC 8032.
KNOWN = Identity(Kem.HYBRID, bytes(range(32)))
KNOWN_KEY = "h9nDfh18asKXoJF-mPPZOa-nY7vt64zBt5-H0-6FowM"
KNOWN_MANIFEST = (
    b'{"format": "gpai-portal-sealed-2", "signed_by": "h9nDfh18asKXoJF-mPPZOa-nY7vt64zBt5-H0-6FowM", "signature": "'
    b"UTXqyW4TMAlMZcNTBrdAZ7Sh7gEC3AuXc9HFJon1Cfj"
    b'i7nft1qfXvB1GyTRkAlNM6B0q625VUnNi_Xv6yMWYDA",\n'
    b'"portal": "00000000000000000000000000000000", "serial": 1}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reseal(tmp_path / "sealed", READERS)
    return tmp_path / "sealed"


def test_the_signing_key_is_derived_as_the_format_says() -> None:
    """HKDF (RFC 5869) written out: extract with 32 zeros, expand by one block."""
    extracted = hmac.digest(bytes(32), KNOWN.secret, "sha256")
    seed = hmac.digest(extracted, b"gpai-portal|signing key\x01", "sha256")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert signing_key(KNOWN) == KNOWN_KEY == base64.urlsafe_b64encode(public).decode().rstrip("=")


def test_a_signature_is_the_known_one() -> None:
    """Ed25519 is deterministic, so a known manifest has one signature."""
    assert sign(KNOWN, {"portal": "0" * 32, "serial": 1}) == KNOWN_MANIFEST
    assert read_signed(KNOWN_MANIFEST)["signed_by"] == KNOWN_KEY


def test_a_manifest_stays_one_json_object() -> None:
    """So that a reader of another version finds the format, and says so."""
    assert json.loads(KNOWN_MANIFEST) == {
        "format": FORMAT,
        "signed_by": KNOWN_KEY,
        "signature": json.loads(KNOWN_MANIFEST)["signature"],
        "portal": "0" * 32,
        "serial": 1,
    }


def test_the_guide_shows_the_known_manifest() -> None:
    guide = (ROOT / "docs/pages/sealed-sets.md").read_text(encoding="utf-8")
    assert f"```json\n{KNOWN_MANIFEST.decode()}```" in guide


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    """43 and 86 characters of base64 hold two and four bits more than there are."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    first, _, rest = KNOWN_MANIFEST.partition(b"\n")
    for name in ("signed_by", "signature"):
        text = json.loads(KNOWN_MANIFEST)[name]
        other = text[:-1] + letters[letters.index(text[-1]) + 1]
        assert base64.urlsafe_b64decode(other + "==") == base64.urlsafe_b64decode(text + "==")
        with pytest.raises(SealingError, match="signature"):
            read_signed(first.replace(text.encode(), other.encode()) + b"\n" + rest)


def test_every_set_has_a_serial_of_its_own(folder: Path) -> None:
    assert read_sealed(folder).serial == 1  # type: ignore[union-attr]
    assert reseal(folder, READERS).set.serial == 1, "nothing was written"
    assert reseal(folder, READERS[:1]).set.serial == 2
    assert reseal(folder, READERS[:1], new_epoch=True, last=6).set.serial == 7


def test_the_files_of_two_seals_cannot_be_mixed(folder: Path, tmp_path: Path) -> None:
    """Manifest and catalogue of the second seal over a body of the first, within one epoch: no key is needed for it."""
    payloads = {"catalogue": b"{}", "search": b"[]", "document/b": b"old"}
    old = reseal(tmp_path / "mixed", READERS, payloads).set
    shutil.copytree(tmp_path / "mixed", tmp_path / "old")
    new = reseal(tmp_path / "mixed", READERS, payloads | {"document/b": b"new", "catalogue": b"{2}"}).set
    assert (old.epoch, old.serial, new.epoch, new.serial) == (1, 1, 1, 2)
    for file in (tmp_path / "old").glob("*.bin"):
        shutil.copyfile(file, tmp_path / "mixed" / file.name)
    rows = fields_of(tmp_path / "old")["objects"]
    edit(tmp_path / "mixed", lambda manifest: manifest.update(objects=rows))
    with pytest.raises(SealingError, match="signature of the sealed set does not hold"):
        read_sealed(tmp_path / "mixed")


def test_a_set_forged_for_a_recipients_public_key_bears_another_name(folder: Path) -> None:
    """All is public that somebody needs to make it, but for the key to sign it by."""
    genuine = read_sealed(folder)
    forger = Identity.generate()
    rewrite(folder, forger, lambda manifest: manifest.update(serial=2))
    forged = read_sealed(folder)
    assert genuine
    assert forged
    assert forged.signed_by == signing_key(forger) != genuine.signed_by == signing_key(PROVIDER)
    # The name alone does not help.
    raw = (folder / MANIFEST).read_bytes().replace(forged.signed_by.encode(), genuine.signed_by.encode())
    (folder / MANIFEST).write_bytes(raw)
    with pytest.raises(SealingError, match="signature of the sealed set does not hold"):
        read_sealed(folder)


def test_a_set_is_signed_by_the_key_of_its_first_line_alone(folder: Path) -> None:
    """What is signed may say anything; a later field of the same name must not take the place of the first."""
    genuine = read_sealed(folder)
    assert genuine
    forger = Identity.generate()
    rewrite(folder, forger, lambda manifest: manifest.update(serial=2, signed_by=genuine.signed_by))
    assert read_sealed(folder).signed_by == signing_key(forger)  # type: ignore[union-attr]
    with pytest.raises(SealingError, match=f"is signed by {signing_key(forger)}, and not by {genuine.signed_by}"):
        require_publishable(
            read_sealed(folder), sealed_by=genuine.signed_by, require_sealed=True, require_post_quantum=False
        )


@pytest.mark.parametrize(
    "rest",
    [
        b'"serial": 1, "serial": 2}',
        b'"keys": [{"size": 1, "size": 2}]}',
        b'"more": NaN}',
        b'"more": "\xff"}',
        b'"x": 1}{}',
    ],
    ids=["a name twice", "a name twice in a row", "no number", "no UTF-8", "two objects"],
)
def test_what_readers_of_json_would_read_differently_is_refused(rest: bytes) -> None:
    """As a broken tool of the provider could have signed it."""
    private = signing._private(KNOWN)
    signature = base64.urlsafe_b64encode(private.sign(FORMAT.encode() + b"\n" + rest)).decode().rstrip("=")
    first = f'{{"format": "{FORMAT}", "signed_by": "{KNOWN_KEY}", "signature": "{signature}",\n'
    with pytest.raises(SealingError, match="not JSON"):
        read_signed(first.encode() + rest)


@pytest.mark.parametrize("kem", list(Kem))
def test_a_key_file_names_portal_and_signing_key(kem: Kem) -> None:
    identity = Identity.generate(kem)
    lines = f"# Portal id: {'a' * 32}\n# Signing key: {KNOWN_KEY}\n"
    assert KeyFile.parse(lines + identity.to_text("2026")) == KeyFile(identity, "a" * 32, KNOWN_KEY)
    assert KeyFile.parse(identity.to_text("2026")) == KeyFile(identity, "", "")
    assert KeyFile.parse(f"# Signing key: {KNOWN_KEY[:-1]}\n{identity.to_text('2026')}").signed_by == ""
    assert KeyFile.parse(f"# Signing key: {KNOWN_KEY}A\n{identity.to_text('2026')}").signed_by == ""
    assert KeyFile.parse(f"{lines}{lines}{identity.to_text('2026')}").signed_by == KNOWN_KEY
    with pytest.raises(SealingError, match="several portals or signing keys"):
        KeyFile.parse(f"{lines}# Signing key: {'B' * 43}\n{identity.to_text('2026')}")


def test_none_of_1000_changed_sets_opens(folder: Path, tmp_path: Path) -> None:
    """For a reader who knows the signing key, and has seen the newest set."""
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    newest = reseal(folder, READERS, {"catalogue": b"{2}", "search": b"[]", "form/a": b"Bregnedybe " * 90}).set
    chance = random.Random(1000)
    taken = []
    genuine = {file.name: file.read_bytes() for file in folder.iterdir()}
    for number in range(1000):
        name, files = mutated(genuine, older, chance, MUTATIONS[number % len(MUTATIONS)])
        assert files != genuine, name
        place = tmp_path / "changed"
        place.mkdir()
        for file, data in files.items():
            (place / file).write_bytes(data)
        try:
            found = read_sealed(place)
            if found and (found.signed_by, found.portal) == (newest.signed_by, newest.portal):
                section = found.open(READERS[0])
                payloads = {section.read(object_id) for object_id in found.objects}
                if found.serial >= newest.serial:
                    taken.append((number, name, len(payloads)))
        except SealingError:
            pass
        shutil.rmtree(place)
    assert not taken


def test_what_is_hashed_is_what_is_signed(folder: Path) -> None:
    """Every file of a set stands in its manifest by its hash, so that the signature covers it."""
    found = read_sealed(folder)
    assert found
    assert {hashlib.sha256(found.path(name).read_bytes()).hexdigest() for name in found.sizes} == set(found.sizes)
    assert {file.stem for file in folder.glob("*.bin")} == set(found.sizes)
