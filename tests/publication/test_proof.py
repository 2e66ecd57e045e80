"""What a chain proves: with the key one trusts, whatever it does not cover; with a hash one kept, a lost end."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gpai_portal.codes import Severity
from gpai_portal.errors import UsageError
from gpai_portal.publication import signing
from gpai_portal.publication.proof import Known, Proof, prove
from gpai_portal.publication.publishing import publish, redact
from gpai_portal.publication.records import file_name, read_chain, with_hash
from gpai_portal.site.verification import verify
from tests.conftest import ROOT, run
from tests.publication.chains import DAY, POLICY, SUMMARY, corrected, made_chain, new_key, published_now

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The provider's key, and that of somebody else."""
    folder = tmp_path_factory.mktemp("keys")
    return new_key(folder / "own.pem"), new_key(folder / "other.pem")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory, keys: tuple[Path, Path]) -> Path:
    """A content folder with eight records, a tombstone among them, all of them signed."""
    content = tmp_path_factory.mktemp("signed") / "content"
    shutil.copytree(ROOT / "tests/examples/base/content", content)
    made_chain(content, 7)
    redact(content / "records", [f"{POLICY}@r2"], DAY, "Name of a person")
    chain = read_chain(content / "records")
    assert [r.tombstone for r in chain.records].count(True) == 1
    assert len(signing.sign_all(chain, signing.read_private_key(keys[0]))) == 8
    return content


@pytest.fixture
def content(signed: Path, tmp_path: Path) -> Path:
    """A copy of it that may be broken."""
    shutil.copytree(signed, tmp_path / "content")
    return tmp_path / "content"


def files_of(content: Path) -> Files:
    return {file.name: file.read_bytes() for file in (content / "records").iterdir() if file.is_file()}


def looked_at(files: Files, known: Known) -> Proof:
    """The path that ``verify`` takes, with files in memory."""
    names = sorted(name for name in files if name.endswith((".json", ".sig")))
    return prove(names, files.get, Path("records"), known)


def errors(files: Files, known: Known) -> set[str]:
    return {p.file for p in looked_at(files, known).problems if p.severity is Severity.ERROR}


def rewritten(raw: bytes, **members: Any) -> bytes:
    """A record with other members and the right hash."""
    known = json.loads(raw)
    del known["sha256"]
    return with_hash({**known, **members})


class Forger:
    """Breaks a chain in one of the ways in which somebody without the provider's key could."""

    def __init__(self, seed: int, own: Files, key: Path) -> None:
        self.chance = random.Random(seed)
        self.key = signing.read_private_key(key)
        self.public = key.with_suffix(".pub").read_bytes()
        self.files = dict(own)
        self.count = sum(name.endswith(".json") for name in own)

    def some(self) -> str:
        return file_name(self.chance.randrange(1, self.count + 1))

    def sign(self, name: str) -> None:
        self.files[name.replace(".json", ".sig")] = self.key.sign(self.files[name])

    def link(self, start: int) -> None:
        """Makes the chain hold again, from a record on, with hashes that are right."""
        for number in range(start, self.count + 1):
            before = json.loads(self.files[file_name(number - 1)])
            changed = {"previous": before.get("replaces", before["sha256"])}
            if redacts := json.loads(self.files[file_name(number)]).get("redacts"):
                tombstone = json.loads(self.files[file_name(redacts["record"])])
                changed["redacts"] = {**redacts, "tombstone": tombstone["sha256"]}
            self.files[file_name(number)] = rewritten(self.files[file_name(number)], **changed)

    def dropped(self) -> set[str]:
        name = self.some()
        del self.files[name]
        return {name, file_name(int(name[:6]) + 1), name.replace(".json", ".sig")}

    def dropped_with_signature(self) -> set[str]:
        """Of any but the last one; that the end was lost, a hash that somebody kept tells."""
        number = self.chance.randrange(1, self.count)
        del self.files[file_name(number)], self.files[file_name(number).replace(".json", ".sig")]
        return {file_name(number + 1)}

    def dropped_and_closed(self) -> set[str]:
        """Later ones move up, numbers and hashes right."""
        number = self.chance.randrange(1, self.count)
        for later in range(number + 1, self.count + 1):
            raw = self.files[file_name(later)]
            self.files[file_name(later - 1)] = rewritten(raw, number=later - 1)
        del self.files[file_name(self.count)], self.files[file_name(self.count).replace(".json", ".sig")]
        self.count -= 1
        self.link(max(number, 2))
        return {
            name.replace("json", kind) for name in map(file_name, range(1, self.count + 1)) for kind in ("json", "sig")
        }

    def added(self) -> set[str]:
        last = json.loads(self.files[file_name(self.count)])
        name = file_name(self.count + 1)
        data = {"documents": [], "reason": "Added", "number": self.count + 1, "previous": last["sha256"]}
        self.files[name] = rewritten(self.files[file_name(self.count)], **data)
        if self.chance.random() < 0.5:
            self.sign(name)
        return {name, name.replace(".json", ".sig")}

    def reordered(self) -> set[str]:
        one, two = self.chance.sample(range(1, self.count + 1), 2)
        for kind in (".json", ".sig") if self.chance.random() < 0.5 else (".json",):
            names = [file_name(n).replace(".json", kind) for n in (one, two)]
            self.files[names[0]], self.files[names[1]] = self.files[names[1]], self.files[names[0]]
        return {file_name(min(one, two)), file_name(max(one, two))}

    def rewritten(self) -> set[str]:
        number = self.chance.randrange(1, self.count + 1)
        self.files[file_name(number)] = rewritten(
            self.files[file_name(number)], reason=f"Forged {self.chance.random()}"
        )
        if self.chance.random() < 0.8:
            self.link(number + 1)
        names = [file_name(number), file_name(number + 1)]
        return {*names, names[0].replace(".json", ".sig")}

    def bytes_changed(self) -> set[str]:
        name = self.chance.choice(sorted(self.files.keys() - {"public-key.pem"}))
        raw = bytearray(self.files[name])
        match self.chance.randrange(3):
            case 0:
                raw[self.chance.randrange(len(raw))] ^= 1 << self.chance.randrange(8)
            case 1:
                del raw[self.chance.randrange(len(raw)) :]
            case 2:
                raw += self.chance.randbytes(self.chance.randrange(1, 9))
        self.files[name] = bytes(raw)
        return {name, name.replace(".sig", ".json")}

    def unsigned(self) -> set[str]:
        name = self.some()
        del self.files[name.replace(".json", ".sig")]
        return {name}

    def all_unsigned(self) -> set[str]:
        for name in [n for n in self.files if not n.endswith(".json")]:
            del self.files[name]
        return {file_name(n) for n in range(1, self.count + 1)}

    def signed_anew(self) -> set[str]:
        """With another key, from some record on, whose key may take the place of the provider's."""
        start = self.chance.randrange(1, self.count + 1)
        for number in range(start, self.count + 1):
            self.sign(file_name(number))
        if self.chance.random() < 0.5:
            self.files["public-key.pem"] = self.public
        return {file_name(n).replace(".json", ".sig") for n in range(start, self.count + 1)}

    def begun_anew(self) -> set[str]:
        """Another history, whole and signed, by another key."""
        self.files[file_name(1)] = rewritten(self.files[file_name(1)], salt=self.chance.randbytes(32).hex())
        self.link(2)
        for number in range(1, self.count + 1):
            self.sign(file_name(number))
        self.files["public-key.pem"] = self.public
        return {file_name(n).replace(".json", ".sig") for n in range(1, self.count + 1)}


WAYS: tuple[Callable[[Forger], set[str]], ...] = (
    Forger.dropped,
    Forger.dropped_with_signature,
    Forger.dropped_and_closed,
    Forger.added,
    Forger.reordered,
    Forger.rewritten,
    Forger.bytes_changed,
    Forger.unsigned,
    Forger.all_unsigned,
    Forger.signed_anew,
    Forger.begun_anew,
)


def break_chains(signed: Path, keys: tuple[Path, Path], count: int) -> None:
    own = files_of(signed)
    known = Known(keys[0].with_suffix(".pub").read_bytes())
    assert errors(own, known) == set()
    for seed in range(count):
        forger = Forger(seed, own, keys[1])
        way = WAYS[seed % len(WAYS)]
        expected = {f"records/{name}" for name in way(forger)}
        assert errors(forger.files, known) & expected, (seed, way.__name__)


def test_forgeries_are_found_with_the_key_and_named(signed: Path, keys: tuple[Path, Path]) -> None:
    break_chains(signed, keys, 330)


@pytest.mark.long
def test_10_000_forgeries_are_found_with_the_key_and_named(signed: Path, keys: tuple[Path, Path]) -> None:
    break_chains(signed, keys, 10_000)


def test_a_lost_end_is_found_with_a_hash_that_was_kept(keys: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    chain = made_chain(tmp_path / "content", 6)
    signing.sign_all(chain, signing.read_private_key(keys[0]))
    own = files_of(tmp_path / "content")
    key = keys[0].with_suffix(".pub").read_bytes()
    heads = [record.sha256 for record in chain.records]
    for kept in range(len(heads)):
        files = {name: raw for name, raw in own.items() if not name[:6].isdecimal() or int(name[:6]) <= kept}
        for number, head in enumerate(heads, 1):
            proof = looked_at(files, Known(head=head))
            assert (proof.known is not None) == (number <= kept)
            lost = [p.file for p in proof.problems if p.code == "head-missing"]
            assert lost == ([] if number <= kept else [f"records/{file_name(kept)}" if kept else "records"])
        # The key alone does not tell: what is left is signed. Nothing at all, though, is signed by no key.
        found = {p.code for p in looked_at(files, Known(key)).problems if p.severity is Severity.ERROR}
        assert found == (set() if kept else {"record-missing"})


def test_a_lost_erasure_is_found_without_a_key(signed: Path) -> None:
    files = files_of(signed)
    del files["000008.json"], files["000008.sig"]
    assert errors(files, Known()) == {"records/000002.json"}


def test_a_hash_behind_a_tombstone_vouches_only_for_what_follows_it(signed: Path) -> None:
    records = read_chain(signed / "records").records
    gone = next(record for record in records if record.tombstone)
    proof = looked_at(files_of(signed), Known(head=records[-1].sha256))
    assert (proof.proven_from, proof.known) == (gone.number + 1, records[-1])
    told = verify(str(signed), DAY, head=gone.sha256).proved
    assert any("was redacted, so that it cannot be computed" in sentence for sentence in told)


def test_a_tombstone_shows_a_hash_only_with_a_trusted_key(signed: Path, keys: tuple[Path, Path]) -> None:
    gone = next(record for record in read_chain(signed / "records").records if record.tombstone)
    found = verify(str(signed), DAY, head=gone.sha256).report.errors
    assert [(p.code, p.file) for p in found] == [("head-missing", f"records/{gone.file}")]
    assert verify(str(signed), DAY, keys[0].with_suffix(".pub"), gone.sha256).report.errors == []


@pytest.mark.parametrize("head", ["", "x", "ab" * 31, "zz" * 32])
def test_what_is_no_hash_is_wrong_use(content: Path, head: str) -> None:
    with pytest.raises(UsageError, match="64 hexadecimal digits"):
        verify(str(content), DAY, head=head)
    told = run("gpai_portal.cli", "verify", "content", "--head", head, cwd=content.parent)
    assert (told.returncode, "64 hexadecimal digits" in told.stderr) == (2, True)


def test_a_key_that_signed_nothing_proves_nothing(content: Path, keys: tuple[Path, Path]) -> None:
    for signature in (content / "records").glob("*.sig"):
        signature.unlink()
    told = verify(str(content), DAY).proved
    assert any("0 of 8 records signed" in sentence for sentence in told)
    assert any(sentence.startswith("No signature was found to hold") for sentence in told)
    assert not any("whoever put the key there signed them" in sentence for sentence in told)


def test_verify_says_which_key_and_what_that_proves(content: Path, keys: tuple[Path, Path]) -> None:
    told = run("gpai_portal.cli", "verify", "content", cwd=content.parent)
    assert told.returncode == 0, told.stdout
    fingerprint = signing.fingerprint(signing.read_private_key(keys[0]).public_key())
    assert f"8 of 8 records signed with the key found beside the records, fingerprint {fingerprint}." in told.stdout
    assert "That shows only that whoever put the key there signed them." in told.stdout
    assert "No known hash was given (--head)" in told.stdout
    assert "Not compared with a history" in told.stdout
    pinned = ("verify", "content", "--public-key", str(keys[0].with_suffix(".pub")))
    told = run(
        "gpai_portal.cli", *pinned, "--head", read_chain(content / "records").records[-1].sha256, cwd=content.parent
    )
    assert told.returncode == 0, told.stdout
    assert f"8 of 8 records signed with the key you gave, fingerprint {fingerprint}." in told.stdout
    assert "The hash you gave is that of record 8 of 8" in told.stdout
    assert "whoever put the key there" not in told.stdout
    told = run("gpai_portal.cli", *pinned, "--format", "json", cwd=content.parent)
    data = json.loads(told.stdout)
    assert (data["fingerprint"], data["key_given"], data["signed"]) == (fingerprint, True, True)
    assert data["head"] == read_chain(content / "records").records[-1].sha256


def test_an_unsigned_history_begun_anew_is_refused_with_the_key(content: Path, keys: tuple[Path, Path]) -> None:
    shutil.rmtree(content / "records")
    publish(published_now(content), content / "records", DAY)
    assert verify(str(content), DAY).report.errors == []
    found = verify(str(content), DAY, keys[0].with_suffix(".pub"))
    assert {(p.code, p.file) for p in found.report.errors} == {("signature-missing", "records/000001.json")}
    shutil.rmtree(content / "records")
    found = verify(str(content), DAY, keys[0].with_suffix(".pub"))
    assert {(p.code, p.file) for p in found.report.errors} == {("record-missing", "records")}


def test_every_record_is_signed_by_the_next_signature(content: Path, keys: tuple[Path, Path]) -> None:
    now = published_now(content)
    for version in ("2.0", "2.1"):
        publish(corrected(now, SUMMARY, version=version), content / "records", DAY, "Next")
    assert {(p.code, p.file) for p in verify(str(content), DAY).report.errors} == {
        ("signature-missing", "records/000009.json"),
        ("signature-missing", "records/000010.json"),
    }
    made = signing.sign_all(read_chain(content / "records"), signing.read_private_key(keys[0]))
    assert [path.name for path in made] == ["000009.sig", "000010.sig"]
    assert verify(str(content), DAY, keys[0].with_suffix(".pub")).report.errors == []


def test_a_key_with_other_line_ends_is_the_same_key(content: Path, keys: tuple[Path, Path]) -> None:
    key = content / "records/public-key.pem"
    key.write_bytes(key.read_bytes().replace(b"\n", b"\r\n"))
    assert verify(str(content), DAY, keys[0].with_suffix(".pub")).report.errors == []
    record = publish(corrected(published_now(content), SUMMARY, version="2.0"), content / "records", DAY, "Next")
    assert record is not None
    signing.sign(content / "records", record, signing.read_private_key(keys[0]))
    assert verify(str(content), DAY, keys[0].with_suffix(".pub")).report.errors == []
