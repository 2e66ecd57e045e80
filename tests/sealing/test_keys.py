"""Keys: both KEMs, key files as people keep them, public keys that are none."""

from __future__ import annotations

import pytest

from gpai_portal.errors import SealingError
from gpai_portal.sealing.keys import Identity, Kem, PublicKey

KEMS = pytest.mark.parametrize("kem", list(Kem))


@KEMS
def test_what_is_wrapped_opens_for_its_key_place_and_nobody_else(kem: Kem) -> None:
    identity = Identity.generate(kem)
    wrapped = identity.public.wrap(b"k" * 32, b"place")
    assert len(wrapped) == kem.wrap_length
    assert identity.unwrap(wrapped, b"place") == b"k" * 32
    assert identity.unwrap(wrapped, b"elsewhere") is None
    assert Identity.generate(kem).unwrap(wrapped, b"place") is None
    assert identity.unwrap(wrapped[:-1], b"place") is None
    assert identity.unwrap(wrapped[:10], b"place") is None


@KEMS
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeffDear colleague,\n\n" + text + "\nRegards",
        lambda text: text.splitlines()[-1],
        lambda text: text + text,
        lambda text: text.replace("GPAI-PORTAL-SECRET-KEY:", "  GPAI-PORTAL-SECRET-KEY: "),
    ],
)
def test_a_key_file_is_read_as_people_keep_it(kem: Kem, change) -> None:
    identity = Identity.generate(kem)
    assert Identity.parse(change(identity.to_text("2026-11-24"))).public == identity.public


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no key"),
        ("# Fingerprint: 1a2b", "no key"),
        ("GPAI-PORTAL-SECRET-KEY:X25519:AAAA", "damaged"),
        ("GPAI-PORTAL-SECRET-KEY:RSA:" + "A" * 43, "unknown key type"),
        (Identity.generate().to_text("2026") + Identity.generate().to_text("2026"), "several keys"),
    ],
)
def test_what_is_no_key_file_is_told_without_repeating_it(text: str, message: str) -> None:
    with pytest.raises(SealingError) as caught:
        Identity.parse(text)
    assert message in str(caught.value)
    assert "AAAA" not in str(caught.value)


@pytest.mark.parametrize("raw", [bytes(32), b"\x01" + bytes(31), bytes(31), bytes(1216), b"\xff" * 1216, b""])
@KEMS
def test_bytes_that_are_no_public_key_are_refused(kem: Kem, raw: bytes) -> None:
    """Among them the points of small order, for which the shared secret would be known to everybody."""
    with pytest.raises(SealingError):
        PublicKey(kem, raw)


def test_neither_key_nor_secret_is_printed() -> None:
    identity = Identity(Kem.X25519, b"\x07" * 32)
    assert repr(b"\x07" * 4)[2:-1] not in repr(identity)
    assert "\\x07" not in str(identity)


def test_fingerprints_name_key_and_kem() -> None:
    key = Identity(Kem.X25519, b"\x07" * 32).public
    assert key.fingerprint == PublicKey.parse("x25519", key.text).fingerprint
    assert len(key.fingerprint) == 29
