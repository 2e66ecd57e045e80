"""Chains to be broken: a small provider's content, published again and again."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.publication.kept import valid_content
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import Chain, Record, read_chain
from gpai_portal.publication.snapshots import PublicSnapshot, snapshots

DAY = date(2026, 5, 1)
SUMMARY = "models/text/1.0/training-content-summary"
POLICY = "copyright-policy"


def published_now(content: Path) -> dict[str, PublicSnapshot]:
    """What the content says, ready to be published."""
    found, report = check(content, DAY)
    assert report.errors == []
    return snapshots(compose(found))


def edit(content: Path, name: str, old: str, new: str) -> None:
    """Puts a text in the place of another, which stands in a file of the content once."""
    file = content / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def publish_now(content: Path, reason: str = "", day: date = DAY) -> Record:
    """Publishes what the content says, as the command does."""
    written = publish(snapshots(compose(valid_content(content, DAY))), content / "records", day, reason)
    assert written
    return written


def corrected(now: dict[str, PublicSnapshot], key: str, **data: object) -> dict[str, PublicSnapshot]:
    """The same with other answers in one document."""
    return now | {key: replace(now[key], data={**now[key].data, **data})}


def made_chain(content: Path, length: int) -> Chain:
    """So many records beside the content, of which the last one is what the content says."""
    now = published_now(content)
    for number in range(1, length):
        publish(corrected(now, (SUMMARY, POLICY)[number % 2], version=f"0.{number}"), content / "records", DAY, "Next")
    publish(now, content / "records", DAY, "As it stands")
    return read_chain(content / "records")


def new_key(file: Path) -> Path:
    """A private key as OpenSSL makes it, with the public one beside as .pub."""
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", file], check=True)
    subprocess.run(["openssl", "pkey", "-in", file, "-pubout", "-out", file.with_suffix(".pub")], check=True)
    return file
