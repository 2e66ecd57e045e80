"""Ways to change a sealed set without its recovery key. Each takes files by name, and gives others."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.signing import sign
from tests.sealing.forging import HEAD

Files = dict[str, bytes]
Mutation = Callable[[Files, Path, random.Random], Files]


def mutated(genuine: Files, older: Path, chance: random.Random, mutation: Mutation) -> tuple[str, Files]:
    """Name of the mutation and the changed files; ``older`` is a set of the same portal that was sealed before."""
    while True:
        files = mutation(dict(genuine), older, chance)
        if files != genuine:
            return mutation.__name__, files


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def flip_a_bit_of_the_manifest(files: Files, older: Path, chance: random.Random) -> Files:
    return files | {MANIFEST: _flip(files[MANIFEST], chance)}


def flip_a_bit_of_the_first_line(files: Files, older: Path, chance: random.Random) -> Files:
    first, end, rest = files[MANIFEST].partition(b"\n")
    return files | {MANIFEST: _flip(first, chance) + end + rest}


def insert_white_space(files: Files, older: Path, chance: random.Random) -> Files:
    raw = files[MANIFEST]
    at = chance.randrange(len(raw) + 1)
    return files | {MANIFEST: raw[:at] + chance.choice([b" ", b"\n", b"\r\n", b"\t"]) + raw[at:]}


def cut_off_or_repeat(files: Files, older: Path, chance: random.Random) -> Files:
    raw = files[MANIFEST]
    return files | {MANIFEST: chance.choice([raw[: chance.randrange(len(raw))], raw + raw, raw + b"{}"])}


def change_a_field(files: Files, older: Path, chance: random.Random) -> Files:
    first, _, _ = files[MANIFEST].partition(b"\n")
    fields = _fields(files)
    values: list[Any] = [None, 0, 1, 2, 99, True, "", "0" * 32, [], {}, "2026-12-24", 2**53, -1, 1.5, "../" * 9]
    name = chance.choice([*fields, "more"])
    if chance.random() < 0.2:
        fields.pop(name, None)
    else:
        fields[name] = chance.choice(values)
    return files | {MANIFEST: first + b"\n" + json.dumps(fields)[1:].encode() + b"\n"}


def change_a_row(files: Files, older: Path, chance: random.Random) -> Files:
    first, _, _ = files[MANIFEST].partition(b"\n")
    fields = _fields(files)
    row = chance.choice(fields["objects"])
    entry = chance.choice(row["objects"])
    other = chance.choice(chance.choice(fields["objects"])["objects"])
    change = chance.randrange(4)
    if change == 0:
        entry["id"], other["id"] = other["id"], entry["id"]
    elif change == 1:
        entry["size"] += chance.choice([-1, 1, 16])
    elif change == 2:
        row["objects"].remove(entry)
    else:
        row["objects"].append(dict(other))
    return files | {MANIFEST: first + b"\n" + json.dumps(fields)[1:].encode() + b"\n"}


def change_a_file(files: Files, older: Path, chance: random.Random) -> Files:
    name = chance.choice([name for name in files if name != MANIFEST])
    return files | {
        name: chance.choice([_flip(files[name], chance), files[name][: chance.randrange(len(files[name]))]])
    }


def change_a_file_and_its_name(files: Files, older: Path, chance: random.Random) -> Files:
    name = chance.choice([name for name in files if name != MANIFEST])
    data = _flip(files.pop(name), chance)
    new = hashlib.sha256(data).hexdigest()
    return files | {f"{new}.bin": data, MANIFEST: files[MANIFEST].replace(name[:64].encode(), new.encode())}


def exchange_two_files(files: Files, older: Path, chance: random.Random) -> Files:
    one, two = chance.sample([name for name in files if name != MANIFEST], 2)
    return files | {one: files[two], two: files[one]}


def take_a_file_away(files: Files, older: Path, chance: random.Random) -> Files:
    files.pop(chance.choice(sorted(files)))
    return files


def mix_with_the_older_set(files: Files, older: Path, chance: random.Random) -> Files:
    """Files of both, and a manifest of one with rows of the other."""
    before = {file.name: file.read_bytes() for file in older.iterdir()}
    key = chance.choice(["objects", "keys", "owner", "serial", "sealed", "epoch"])
    mine, theirs = chance.choice([(files, before), (before, files)])
    first, _, _ = mine[MANIFEST].partition(b"\n")
    fields = _fields(mine) | {key: _fields(theirs)[key]}
    if fields == _fields(mine):
        fields["serial"] += chance.randrange(1, 100)
    return before | files | {MANIFEST: first + b"\n" + json.dumps(fields)[1:].encode() + b"\n"}


def put_the_older_set_there(files: Files, older: Path, chance: random.Random) -> Files:
    return {file.name: file.read_bytes() for file in older.iterdir()}


def sign_by_another_key(files: Files, older: Path, chance: random.Random) -> Files:
    fields = _fields(files) | {"serial": chance.randrange(1, 1000)}
    return files | {MANIFEST: sign(Identity.generate(), fields)}


def sign_by_another_key_under_this_name(files: Files, older: Path, chance: random.Random) -> Files:
    forged = sign_by_another_key(files, older, chance)[MANIFEST]
    name, genuine = (json.loads(raw)["signed_by"] for raw in (forged, files[MANIFEST]))
    return files | {MANIFEST: forged.replace(name.encode(), genuine.encode())}


def sign_by_another_key_and_name_this_one_again(files: Files, older: Path, chance: random.Random) -> Files:
    """The key in the first line is the forger's; what it signs calls itself signed by the provider."""
    fields = _fields(files) | {name: json.loads(files[MANIFEST])[name] for name in chance.sample(HEAD, 2)}
    fields |= {"signed_by": json.loads(files[MANIFEST])["signed_by"], "serial": chance.randrange(1, 1000)}
    return files | {MANIFEST: sign(Identity.generate(), fields)}


def leave_the_signature_out(files: Files, older: Path, chance: random.Random) -> Files:
    data = json.loads(files[MANIFEST])
    data |= chance.choice([{}, {"signature": ""}, {"signature": "A" * 86}, {"format": "gpai-portal-sealed-1"}])
    for name in chance.sample(HEAD, chance.randrange(3)):
        data.pop(name)
    return files | {MANIFEST: json.dumps(data).encode() + b"\n"}


def a_key_of_small_order(files: Files, older: Path, chance: random.Random) -> Files:
    """With a point of small order as its key, a signature of zeros holds for some messages."""
    point = base64.urlsafe_b64encode(bytes([1]) + bytes(31)).decode().rstrip("=")
    signature = base64.urlsafe_b64encode(bytes([1]) + bytes(63)).decode().rstrip("=")
    data = json.loads(files[MANIFEST])
    raw = files[MANIFEST].replace(data["signature"].encode(), signature.encode())
    if chance.random() < 0.5:
        raw = raw.replace(data["signed_by"].encode(), point.encode())
    return files | {MANIFEST: raw}


def _fields(files: Files) -> dict[str, Any]:
    return {name: value for name, value in json.loads(files[MANIFEST]).items() if name not in HEAD}


MUTATIONS: list[Mutation] = [
    flip_a_bit_of_the_manifest,
    flip_a_bit_of_the_first_line,
    insert_white_space,
    cut_off_or_repeat,
    change_a_field,
    change_a_row,
    change_a_file,
    change_a_file_and_its_name,
    exchange_two_files,
    take_a_file_away,
    mix_with_the_older_set,
    put_the_older_set_there,
    sign_by_another_key,
    sign_by_another_key_under_this_name,
    sign_by_another_key_and_name_this_one_again,
    leave_the_signature_out,
    a_key_of_small_order,
]
