"""The ML-KEM that the site brings for browsers without one: what it is, and that it computes what the standards say."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.sealing.keys import Identity, Kem
from tests.browser.conftest import NewPage
from tests.browser.engines import ENGINES
from tests.browser.gate.desk import READER, Desk
from tests.conftest import ROOT

GATE = ROOT / "plugin/gpai_portal/assets/gate"
BUNDLE, ABOUT = GATE / "vendor/ml-kem.js", GATE / "vendor/ml-kem.txt"
RECIPE = ROOT / "tests/vendored"
#: Where they come from stands in the file.
VECTORS = json.loads((Path(__file__).parent / "vectors/ml-kem.json").read_text(encoding="utf-8"))

#: Gives the numbers of the vectors that it computes otherwise than NIST.
ML_KEM = """
const { ml_kem768 } = await import(`${base}assets/gate/vendor/ml-kem.js`);
const raw = hex => Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async bytes => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
const wrong = [], tried = [];
const expect = (tcId, ...pairs) => {
  tried.push(tcId);
  if (!pairs.every(([one, other]) => one === other)) wrong.push(tcId);
};
for (const { tcId, d, z, ek_sha256, dk_sha256 } of vectors.keyGen) {
  const { publicKey, secretKey } = ml_kem768.keygen(raw(d + z));
  expect(`keyGen ${tcId}`, [await sha256(publicKey), ek_sha256], [await sha256(secretKey), dk_sha256]);
}
for (const { tcId, ek, m, c_sha256, k } of vectors.encapsulation) {
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(raw(ek), raw(m));
  expect(`encapDecap ${tcId}`, [await sha256(cipherText), c_sha256], [hex(sharedSecret), k]);
}
for (const { tcId, c, k } of vectors.decapsulation.tests) {
  expect(`encapDecap ${tcId}`, [hex(ml_kem768.decapsulate(raw(c), raw(vectors.decapsulation.dk))), k]);
}
return [tried.length, wrong];
"""

#: The hybrid's public key, shared secret and key schedule.
HYBRID = """
const { identity } = await import(`${base}assets/gate/hybrid.js`);
const { keySchedule } = await import(`${base}assets/gate/hpke.js`);
const { info, skRm, enc, aead_id } = vectors.hybrid;
const raw = hex => Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const { publicRaw, decap } = await identity(raw(skRm));
const shared = await decap(raw(enc));
const { key, iv } = await keySchedule("MLKEM768-X25519", shared, raw(info), { id: aead_id, key: 32 });
return [publicRaw, shared, key, iv].map(hex);
"""
HYBRID_RESULT = [VECTORS["hybrid"][name] for name in ("pkRm", "shared_secret", "key", "base_nonce")]


def test_the_bundle_is_the_one_that_its_description_names() -> None:
    about = ABOUT.read_text(encoding="utf-8")
    assert f"sha256 {hashlib.sha256(BUNDLE.read_bytes()).hexdigest()}\n" in about
    packages = json.loads((RECIPE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in ("@noble/post-quantum", "@noble/hashes", "@noble/curves", "esbuild"):
        assert f"{name} {packages[f'node_modules/{name}']['version']}\n" in about
    assert about.count("Permission is hereby granted, free of charge") == 1
    assert about.count("Copyright (c) ") == 3
    asked = ["git", "check-attr", "text", str(BUNDLE)]
    assert subprocess.check_output(asked, cwd=ROOT, text=True).endswith("text: unset\n")


@pytest.mark.long
def test_the_recipe_makes_the_bundle_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run(["sh", str(RECIPE / "build.sh"), str(tmp_path / "ml-kem.js")], check=True)
    assert (tmp_path / "ml-kem.js").read_bytes() == BUNDLE.read_bytes()


def test_python_expands_a_seed_as_the_standard_vector_does() -> None:
    assert Identity(Kem.HYBRID, bytes.fromhex(VECTORS["hybrid"]["skRm"])).public.raw.hex() == HYBRID_RESULT[0]


def evaluate(page: Any, base: str, body: str) -> Any:
    return page.evaluate(f"async ([base, vectors]) => {{ {body} }}", [base, VECTORS])


@pytest.mark.browser
def test_ml_kem_as_nist_has_it(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    assert evaluate(page, desk.base, ML_KEM) == [45, []]


@pytest.mark.browser
def test_the_hybrid_as_hpke_has_it(new_page: NewPage, desk: Desk) -> None:
    page = new_page()
    page.goto(desk.base + READER)
    assert evaluate(page, desk.base, HYBRID) == HYBRID_RESULT


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("engine", list(ENGINES))
def test_both_in_other_engines(engine: str, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / engine).mkdir()
    with ENGINES[engine](tmp_path / engine) as page:
        page.goto(desk.base + READER)
        names = "const [base, vectors] = args;"
        assert page.evaluate(names + ML_KEM, desk.base, VECTORS) == [45, []]
        assert page.evaluate(names + HYBRID, desk.base, VECTORS) == HYBRID_RESULT
