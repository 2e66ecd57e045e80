"""The sealed set: what opens, what is refused, what stays as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.errors import SealingError
from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity, Kem, PublicKey
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import TOGETHER, Sealed, begin, seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH, SealedSet, recover
from tests.sealing import forging

DAY = date(2026, 11, 24)
PAYLOADS = {CATALOGUE: b"{}", SEARCH: b"[]", "form/a": b"Bregnedybe " * 90, "document/b": b"Klingdal"}
PROVIDER = Identity.generate()
READERS = [Identity.generate(), Identity.generate(Kem.X25519)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sealed"


def reseal(
    folder: Path, readers: Sequence[Identity], payloads: dict[str, bytes] = PAYLOADS, day: date = DAY, **options: bool
) -> Sealed:
    old = read_sealed(folder)
    state = recover(old, PROVIDER) if old else begin()
    keys = [reader.public for reader in readers]
    return seal(folder, old, state, payloads.items(), keys, PROVIDER, day, **options)


def read_all(folder: Path, reader: Identity) -> set[bytes]:
    found = read_sealed(folder)
    assert found
    section = found.open(reader)
    return {section.read(object_id) for object_id in found.objects}


def ciphertexts(found: SealedSet) -> dict[str, bytes]:
    return {id_: found.ciphertext(place) for id_, place in found.objects.items()}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("reader", [*READERS, PROVIDER])
def test_recipients_of_both_kems_and_the_provider_read_everything(folder: Path, reader: Identity) -> None:
    reseal(folder, READERS)
    assert read_all(folder, reader) == set(PAYLOADS.values())


def test_strangers_read_nothing(folder: Path) -> None:
    reseal(folder, READERS)
    for kem in Kem:
        with pytest.raises(SealingError, match="opens nothing"):
            read_all(folder, Identity.generate(kem))


def test_nothing_of_the_payload_or_the_readers_is_visible(folder: Path) -> None:
    reseal(folder, READERS)
    everything = b"".join([*bytes_of(folder).values(), *(name.encode() for name in bytes_of(folder))])
    for word in (b"Bregnedybe", b"Klingdal", *(r.public.raw for r in READERS)):
        assert word not in everything
    assert not any(r.public.fingerprint.replace(" ", "").encode() in everything for r in READERS)


def test_the_number_of_readers_is_not_visible(folder: Path, tmp_path: Path) -> None:
    one = reseal(folder, READERS[:1]).set
    seven = reseal(tmp_path / "other", [READERS[0], *(Identity.generate() for _ in range(6))]).set
    size = {kem: len(list(one.wraps(kem))) for kem, _ in one.keys}
    assert size == {Kem.HYBRID: 8}
    assert size == {kem: len(list(seven.wraps(kem))) for kem, _ in seven.keys}
    assert one.sizes[one.owner] == seven.sizes[seven.owner]
    assert len({wrap[: Kem.HYBRID.wrap_length - 48] for wrap in one.wraps(Kem.HYBRID)}) == 8, "decoys look alike"


def test_the_place_of_a_wrap_tells_nothing(folder: Path) -> None:
    """The provider's wrap would always stand in one place; that eight of nine agree happens once in 200,000 times."""
    places = []
    for _ in range(9):
        found = reseal(folder, READERS[:1], new_epoch=True).set
        info = f"gpai-portal|1|wrap|{found.portal}|{found.epoch}".encode()
        places += [n for n, wrap in enumerate(found.wraps(Kem.HYBRID)) if PROVIDER.unwrap(wrap, info)]
    assert len(places) == 9
    assert len(set(places)) > 2


def test_an_unchanged_seal_changes_no_byte(folder: Path) -> None:
    reseal(folder, READERS)
    before = bytes_of(folder)
    done = reseal(folder, READERS, day=date(2027, 1, 1))
    assert (done.changed, done.new_epoch) == (0, False)
    assert bytes_of(folder) == before


def test_a_changed_document_leaves_the_others_as_they_were(folder: Path) -> None:
    before = ciphertexts(reseal(folder, READERS).set)
    done = reseal(folder, READERS, PAYLOADS | {"document/b": b"new"})
    assert (done.changed, done.new_epoch, done.set.epoch) == (1, False, 1)
    after = ciphertexts(done.set)
    assert len(before.items() & after.items()) == len(PAYLOADS) - 1
    assert {f.stem for f in folder.glob("*.bin")} == set(done.set.sizes)
    # Who had access could still read what was taken out, wherever its bytes lie.
    (gone,) = set(before.values()) - set(after.values())
    assert not any(gone in data for data in bytes_of(folder).values())


def test_small_objects_share_files_and_large_ones_do_not(folder: Path) -> None:
    many = {f"document/{n}": f"{n} ".encode() * 10_000 for n in range(20)}
    large = {"attachment/x": b"x" * (2 * TOGETHER)}
    first = reseal(folder, READERS, PAYLOADS | many | large).set
    before = ciphertexts(first)
    files = [place.file for place in first.objects.values()]
    over = [file for file in files if first.sizes[file] > TOGETHER]
    assert len(over) == 1
    rows = [[entry["id"] for entry in row["objects"]] for row in json.loads(bytes_of(folder)[MANIFEST])["objects"]]
    assert all(row == sorted(row) for row in rows), "the order of the documents shows"
    assert 4 <= len(set(files)) <= 9
    assert read_all(folder, READERS[0]) == {*PAYLOADS.values(), *many.values(), *large.values()}

    done = reseal(folder, READERS, PAYLOADS | large | many | {"document/7": b"new"})
    assert done.changed == 1
    gone = first.sizes.keys() - done.set.sizes.keys()
    assert sum(first.sizes[file] >= TOGETHER // 2 for file in gone) == 1
    assert len(before.items() - ciphertexts(done.set).items()) == 1
    assert read_all(folder, READERS[1]) == {*PAYLOADS.values(), *(many | large | {"document/7": b"new"}).values()}


def test_a_new_reader_gets_in_without_a_new_epoch(folder: Path) -> None:
    reseal(folder, READERS[:1])
    done = reseal(folder, READERS)
    assert (done.changed, done.new_epoch) == (0, False)
    assert read_all(folder, READERS[1]) == set(PAYLOADS.values())
    assert done.set.post_quantum is False


def test_who_is_taken_out_reads_nothing_of_the_next_epoch(folder: Path) -> None:
    old = reseal(folder, READERS).set
    done = reseal(folder, READERS[:1])
    assert (done.new_epoch, done.set.epoch) == (True, 2)
    assert not old.sizes.keys() & {file.stem for file in folder.iterdir()}
    assert old.objects.keys() == done.set.objects.keys()
    with pytest.raises(SealingError, match="opens nothing"):
        read_all(folder, READERS[1])
    assert read_all(folder, READERS[0]) == set(PAYLOADS.values())
    assert done.set.post_quantum is True


def test_another_recovery_key_cannot_carry_on(folder: Path) -> None:
    reseal(folder, READERS)
    found = read_sealed(folder)
    assert found
    with pytest.raises(SealingError, match="recovery key"):
        recover(found, Identity.generate())


def rewrite(folder: Path, change: Callable[[dict], object]) -> None:
    """As a provider could whose tool is broken: what was changed is signed."""
    forging.rewrite(folder, PROVIDER, change)


def swap(manifest: dict) -> None:
    one, two = manifest["objects"][0]["objects"][:2]
    one["id"], two["id"] = two["id"], one["id"]


def shift(manifest: dict) -> None:
    one, two = manifest["objects"][0]["objects"][:2]
    one["size"], two["size"] = one["size"] + 1, two["size"] - 1


def beyond(manifest: dict) -> None:
    """As if the last object went on after the end of its file."""
    manifest["objects"][0]["size"] += 1000
    manifest["objects"][0]["objects"][-1]["size"] += 1000


def negative(manifest: dict) -> None:
    one, two = manifest["objects"][0]["objects"][:2]
    one["size"], two["size"] = -10, two["size"] + one["size"] + 10


def flip_in_place(folder: Path) -> None:
    file = max(folder.glob("*.bin"), key=lambda f: f.stat().st_size)
    data = bytearray(file.read_bytes())
    data[50] ^= 1
    file.write_bytes(data)


def rename_flipped(folder: Path) -> None:
    """As somebody would who can write the manifest as well."""

    def change(manifest: dict) -> None:
        row = manifest["objects"][0]
        data = bytearray((folder / f"{row['file']}.bin").read_bytes())
        data[50] ^= 1
        row["file"] = hashlib.sha256(data).hexdigest()
        (folder / f"{row['file']}.bin").write_bytes(data)

    rewrite(folder, change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: rewrite(f, swap), "put in another's place"),
        (lambda f: rewrite(f, shift), "was changed, cut off"),
        (lambda f: rewrite(f, lambda m: m["objects"][0]["objects"].pop()), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(epoch=True)), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(epoch=1.0)), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(epoch=float("inf"))), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(epoch=1 << 80)), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(keys=[], post_quantum=True)), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(post_quantum=True)), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(catalogue="../../etc")), "damaged"),
        (lambda f: rewrite(f, lambda m: m["owner"].update(size=-5)), "damaged"),
        (lambda f: rewrite(f, lambda m: m["objects"].append(m["objects"][0])), "damaged"),
        (lambda f: rewrite(f, beyond), "damaged"),
        (lambda f: rewrite(f, negative), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(serial="1")), "damaged"),
        (lambda f: rewrite(f, lambda m: m.pop("serial")), "damaged"),
        (lambda f: rewrite(f, lambda m: m.update(sealed="20261124")), "damaged"),
        (lambda f: forging.edit(f, lambda m: m.update(sealed="2026-11-25")), "signature .* does not hold"),
        (lambda f: forging.edit(f, lambda m: m.update(serial=2)), "signature .* does not hold"),
        (lambda f: (f / MANIFEST).write_text("[" * 100_000), "damaged"),
        (lambda f: (f / f"{'0' * 64}.bin").symlink_to("/etc/hostname"), "no part of a sealed set"),
        (flip_in_place, "changed or cut off"),
        (rename_flipped, "was changed"),
        (lambda f: rewrite(f, lambda m: m.update(epoch=7)), "opens nothing"),
        (lambda f: max(f.glob("*.bin")).unlink(), "is missing"),
        (lambda f: max(f.glob("*.bin")).write_bytes(b""), "changed or cut off"),
        (lambda f: (f / MANIFEST).unlink(), "has no manifest"),
        (lambda f: (f / MANIFEST).write_bytes(b"{"), "damaged"),
        (lambda f: (f / MANIFEST).write_bytes(b'{"format": "gpai-portal-sealed-3"}'), "does not know"),
        (lambda f: (f / MANIFEST).write_bytes(b'{"format": "gpai-portal-sealed-2"}'), "damaged"),
        (lambda f: (f / MANIFEST).write_bytes(b'{"format": ["gpai-portal-sealed-2"]}'), "damaged"),
        (lambda f: (f / MANIFEST).write_bytes(b'{"format": "gpai-portal-sealed-1"}'), "has no signature"),
        (lambda f: (f / "notes.md").write_text("Klingdal"), "no part of a sealed set"),
        (lambda f: (f / f"{'0' * 64}.md").write_text("Klingdal"), "no part of a sealed set"),
        (lambda f: (f / "drafts").mkdir(), "no part of a sealed set"),
        (lambda f: (f / f"{'0' * 64}.bin").write_text("Klingdal"), "changed or cut off"),
    ],
)
def test_a_changed_set_is_refused(folder: Path, change, message: str) -> None:
    reseal(folder, READERS)
    change(folder)
    with pytest.raises(SealingError, match=message) as caught:
        read_all(folder, READERS[0])
    assert "Klingdal" not in str(caught.value)


def test_what_a_stopped_seal_leaves_behind_does_no_harm(folder: Path) -> None:
    reseal(folder, READERS)
    data = b"ciphertext"
    (folder / f"{hashlib.sha256(data).hexdigest()}.bin").write_bytes(data)
    (folder / f".{'a' * 64}.bin.4711").write_bytes(b"half of")
    found = read_sealed(folder)
    assert found
    assert hashlib.sha256(data).hexdigest() not in found.sizes
    assert read_all(folder, READERS[0]) == set(PAYLOADS.values())
    reseal(folder, READERS, PAYLOADS | {"document/b": b"new"})
    assert len(list(folder.iterdir())) == len(found.sizes) + 1


def test_a_seal_that_changes_nothing_clears_what_a_stopped_one_left(folder: Path) -> None:
    reseal(folder, READERS)
    old = bytes_of(folder)
    reseal(folder, READERS, new_epoch=True)
    now = bytes_of(folder)
    for name, data in old.items():  # as if it had been stopped before the first file was removed
        if name != MANIFEST:
            (folder / name).write_bytes(data)
    assert reseal(folder, READERS).written is False
    assert bytes_of(folder) == now


def test_small_files_do_not_pile_up(folder: Path) -> None:
    payloads = dict(PAYLOADS)
    for number in range(20):
        payloads[f"document/{number}"] = f"text {number}".encode()
        reseal(folder, READERS, payloads)
    found = read_sealed(folder)
    assert found
    assert len({place.file for place in found.objects.values()}) == 1
    assert read_all(folder, READERS[0]) == set(payloads.values())


def test_a_set_that_does_not_open_replaces_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reseal(folder, READERS)
    before = bytes_of(folder)
    wrap, provider = PublicKey.wrap, PROVIDER.public
    for spoiled in ("wrap", "owner"):

        def broken(key: PublicKey, plaintext: bytes, info: bytes, spoiled: str = spoiled) -> bytes:
            made = wrap(key, plaintext, info)
            return made[:-1] + bytes([made[-1] ^ 1]) if key == provider and spoiled.encode() in info else made

        with monkeypatch.context() as patch:
            patch.setattr(PublicKey, "wrap", broken)
            with pytest.raises(SealingError):
                reseal(folder, READERS, new_epoch=True)
        assert bytes_of(folder) == before
        assert read_all(folder, READERS[0]) == set(PAYLOADS.values())


def test_sizes_are_padded(folder: Path) -> None:
    done = reseal(folder, READERS, PAYLOADS | {f"x/{n}": b"x" * n for n in range(1, 200)})
    sizes = {place.size for place in done.set.objects.values()}
    assert len(sizes) == 2
