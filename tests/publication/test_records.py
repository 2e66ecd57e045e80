"""The chain of records: canonical, append-only, self-checking, and able to forget."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from gpai_portal.checking import check
from gpai_portal.content.composition import compose
from gpai_portal.errors import PortalError, RecordError, UsageError
from gpai_portal.publication import publishing, records, signing
from gpai_portal.publication.publishing import publish, redact
from gpai_portal.publication.records import read_chain
from gpai_portal.publication.snapshots import PublicSnapshot as Snapshot
from gpai_portal.publication.snapshots import snapshots as snapshots_of
from gpai_portal.publication.timeline import timeline
from gpai_portal.site.verification import verify
from tests.conftest import ROOT

DAY = date(2026, 5, 1)
SUMMARY = "models/text/1.0/training-content-summary"
POLICY = "copyright-policy"


def snapshots(content: Path) -> dict[str, Snapshot]:
    found, report = check(content, DAY)
    assert report.errors == []
    return snapshots_of(compose(found))


def corrected(now: dict[str, Snapshot], key: str, **data: object) -> dict[str, Snapshot]:
    return now | {key: replace(now[key], data={**now[key].data, **data})}


def problems(target: Path) -> set[tuple[str, str]]:
    return {(p.code, p.file) for p in verify(str(target), DAY).report}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # Numbers as ECMAScript prints them, keys by UTF-16 code units, only the escapes that RFC 8785 names.
        ({"b": 1.0, "a": 1e21, "c": 1e-7}, '{"a":1e+21,"b":1,"c":1e-7}'),
        ({"\u20ac": 1, "\r": 2, "\ufb33": 3, "\U0001f600": 4}, '{"\\r":2,"\u20ac":1,"\U0001f600":4,"\ufb33":3}'),
        (["\u000f", "\n", '"', "/", "\u00f6"], '["\\u000f","\\n","\\"","/","\u00f6"]'),
        ({"x": None, "y": [True, False]}, '{"x":null,"y":[true,false]}'),
    ],
)
def test_canonical_form(data: object, text: str) -> None:
    assert records.canonical(data) == text.encode()


def test_numbers_that_json_cannot_carry_are_refused() -> None:
    for number in (2**60, float("nan")):
        with pytest.raises(RecordError, match="in quotes"):
            records.canonical({"x": number})


def test_a_record_can_be_checked_by_hand(content: Path, folder: Path) -> None:
    written = publish(snapshots(content), folder, DAY)
    assert written is not None
    raw = (folder / "000001.json").read_bytes()
    members = json.loads(raw)
    assert raw == rfc8785.dumps(members)
    rest = {k: v for k, v in members.items() if k != "sha256"}
    assert hashlib.sha256(rfc8785.dumps(rest)).hexdigest() == members["sha256"] == written.sha256
    assert (members["number"], members["previous"], members["reason"]) == (1, None, "First publication")
    assert len(members["salt"]) == 64
    assert "redacts" not in members
    entries = {entry["key"]: entry for entry in members["documents"]}
    assert list(entries) == [
        "provider",
        POLICY,
        "models/text/model",
        "models/text/1.0/release",
        SUMMARY,
        "models/text/1.0/model-documentation",
    ]
    # What is recorded is the composed document: the summary names its provider.
    assert "Base SAS" in str(entries[SUMMARY]["data"]["general"]["provider"])
    assert entries[SUMMARY]["covers"] == ["text/1.0"]


def test_publishing_again_changes_nothing(content: Path, folder: Path) -> None:
    publish(snapshots(content), folder, DAY)
    before = {f.name: f.read_bytes() for f in folder.iterdir()}
    assert publish(snapshots(content), folder, DAY) is None
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before


def test_a_correction_is_a_new_revision_with_reason_and_fields(content: Path, folder: Path) -> None:
    now = snapshots(content)
    publish(now, folder, DAY)
    changed = corrected(now, SUMMARY, version="1.1", last_update="2026-06-01")
    with pytest.raises(UsageError, match="--reason"):
        publish(changed, folder, date(2026, 6, 1))
    assert not (folder / "000002.json").exists()
    written = publish(changed, folder, date(2026, 6, 1), "Typing error")
    assert written is not None
    assert [r.address for r in written.revisions] == [f"{SUMMARY}@r2"]
    chain = read_chain(folder)
    assert [(r.number, r.day.isoformat(), r.changed) for r in chain.revisions[SUMMARY]] == [
        (1, "2026-05-01", ()),
        (2, "2026-06-01", ("version", "last_update")),
    ]
    assert chain.records[1].previous == chain.records[0].sha256
    first, second = chain.revisions[SUMMARY]
    assert chain.on(SUMMARY, date(2026, 4, 30)) is None
    assert chain.on(SUMMARY, date(2026, 5, 31)) == chain.find(f"{SUMMARY}@2026-05-31") == first
    assert chain.on(SUMMARY, date(2026, 6, 1)) == chain.find("text/1.0/training-content-summary@r2") == second


@pytest.mark.parametrize("change", [{"language": "fr"}, {"covers": ("text/1.0", "text/1.1")}])
def test_another_language_or_release_alone_is_a_new_revision(content: Path, folder: Path, change: Any) -> None:
    now = snapshots(content)
    publish(now, folder, DAY)
    assert not [key for key, snapshot in now.items() if read_chain(folder).differs(snapshot)]
    changed = now | {SUMMARY: replace(now[SUMMARY], **change)}
    assert [key for key, snapshot in changed.items() if read_chain(folder).differs(snapshot)] == [SUMMARY]
    written = publish(changed, folder, DAY, "Stated wrongly")
    assert written is not None
    assert [r.address for r in written.revisions] == [f"{SUMMARY}@r2"]
    assert not read_chain(folder).differs(changed[SUMMARY])


def test_a_new_document_needs_no_reason(content: Path, folder: Path) -> None:
    now = snapshots(content)
    publish({k: v for k, v in now.items() if k != POLICY}, folder, DAY)
    written = publish(now, folder, DAY)
    assert written is not None
    assert [r.address for r in written.revisions] == [f"{POLICY}@r1"]


def test_what_was_published_cannot_be_removed(content: Path, folder: Path) -> None:
    now = snapshots(content)
    publish(now, folder, DAY)
    with pytest.raises(RecordError, match=r"copyright-policy\.yaml was published \(records/000001\.json\)"):
        publish({k: v for k, v in now.items() if k != POLICY}, folder, DAY, "gone")


def test_the_past_cannot_be_written(content: Path, folder: Path) -> None:
    now = snapshots(content)
    publish(now, folder, DAY)
    with pytest.raises(UsageError, match="2026-04-30"):
        publish(corrected(now, SUMMARY, version="2"), folder, date(2026, 4, 30), "early")


def test_two_who_publish_at_once_do_not_overwrite_one_another(
    content: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = snapshots(content)
    real = publishing.write_once

    def late(path: Path, data: bytes) -> Path:
        monkeypatch.setattr(publishing, "write_once", real)
        publish(now, folder, DAY)
        return real(path, data)

    monkeypatch.setattr(publishing, "write_once", late)
    with pytest.raises(UsageError, match="at the same time"):
        publish(now, folder, DAY)
    assert len(read_chain(folder).records) == 1
    assert sorted(f.name for f in folder.iterdir()) == ["000001.json"]


def test_every_flipped_bit_of_every_record_is_found_in_its_file(content: Path, folder: Path) -> None:
    now = snapshots(content)
    publish(now, folder, DAY)
    publish(corrected(now, SUMMARY, version="1.1"), folder, DAY, "Typing error")
    chance = random.Random(4)
    for file in sorted(folder.glob("*.json")):
        raw = file.read_bytes()
        ends = [0, 1, *range(len(raw) - 90, len(raw))]
        for at in ends + [chance.randrange(len(raw)) for _ in range(200)]:
            broken = bytearray(raw)
            broken[at] ^= 1 << chance.randrange(8)
            file.write_bytes(broken)
            with pytest.raises(RecordError, match=rf"records/{file.name}"):
                read_chain(folder)
        assert ("record-changed", f"records/{file.name}") in problems(content)
        file.write_bytes(raw)
    assert len(read_chain(folder).records) == 2


def test_a_replaced_or_missing_record_breaks_the_chain(content: Path, folder: Path, tmp_path: Path) -> None:
    now = snapshots(content)
    for version in ("1.0", "1.1", "1.2"):
        publish(corrected(now, SUMMARY, version=version), folder, DAY, "Next")
    other = tmp_path / "other"
    publish(now, other, DAY)
    first = (folder / "000001.json").read_bytes()
    shutil.copy(other / "000001.json", folder)
    with pytest.raises(RecordError, match=r"records/000002\.json: does not follow 000001\.json") as caught:
        read_chain(folder)
    assert str(caught.value) == f"records/000002.json: {caught.value.message}"
    told = [(p.file, p.message) for p in verify(str(content), DAY).report if p.code == "chain-broken"]
    assert told == [("records/000002.json", caught.value.message)]
    (folder / "000001.json").write_bytes(first)
    second = (folder / "000002.json").read_bytes()
    (folder / "000002.json").unlink()
    with pytest.raises(RecordError, match=r"000003\.json: 000002\.json should come here"):
        read_chain(folder)
    (folder / "000002.json").write_bytes(second)
    (folder / "000004.json").write_bytes(second)
    with pytest.raises(RecordError, match=r"000004\.json: 000004\.json should come here"):
        read_chain(folder)


@pytest.mark.parametrize("text", ["{}", "[]", "null", '{"format":"x"}', "no json"])
def test_a_file_that_is_no_record_is_named(folder: Path, text: str) -> None:
    folder.mkdir()
    body = text.encode()
    raw = body[:-1] + b',"sha256":"%s"}' % hashlib.sha256(body).hexdigest().encode()
    for content_ in (body, raw):
        (folder / "000001.json").write_bytes(content_)
        with pytest.raises(RecordError, match=r"records/000001\.json"):
            read_chain(folder)


def test_a_record_of_a_newer_format_is_named(content: Path, folder: Path) -> None:
    publish(snapshots(content), folder, DAY)
    members = json.loads((folder / "000001.json").read_bytes())
    del members["sha256"]
    (folder / "000001.json").write_bytes(records.with_hash({**members, "format": "gpai-portal record 9"}))
    with pytest.raises(
        RecordError, match=r"000001\.json: written in another format \(gpai-portal record 9\); use a newer"
    ):
        read_chain(folder)


def test_what_a_killed_publication_left_is_swept(content: Path, folder: Path) -> None:
    publish(snapshots(content), folder, DAY)
    left = folder / ".000002.json.x1y2"
    left.write_text("{", encoding="utf-8")
    part = folder / f"files/.{'a' * 64}.{'b' * 16}"
    part.parent.mkdir()
    part.write_text("somebody.example", encoding="utf-8")
    publish(snapshots(content), folder, DAY)
    assert not left.exists()
    assert not part.exists()


def test_a_schema_named_in_a_file_is_not_recorded(content: Path, folder: Path) -> None:
    publish(snapshots(content), folder, DAY)
    for name in ("provider.yaml", "copyright-policy.yaml"):
        text = (content / name).read_text(encoding="utf-8")
        (content / name).write_text("$schema: https://schemas.example/x.json\n" + text, encoding="utf-8")
    assert publish(snapshots(content), folder, DAY) is None


def test_what_is_not_written_is_not_recorded(content: Path, folder: Path) -> None:
    (content / "models/text/1.0/model-documentation.yaml").unlink()
    assert "models/text/1.0/model-documentation" not in snapshots(content)


def test_a_correction_must_say_why_in_one_line(content: Path, folder: Path) -> None:
    now = snapshots(content)
    with pytest.raises(UsageError, match="one line"):
        publish(now, folder, DAY, "First\npublication")
    assert not folder.exists()


def test_a_timeline_tells_what_each_record_published_of_the_model() -> None:
    sample = compose(check(ROOT / "content", date(2026, 11, 24))[0])
    chain = read_chain(ROOT / "content/records")
    for model in sample.models:
        published = {
            (day, event.record, revision.address)
            for day, events in timeline(model, chain)
            for event in events
            for revision in event.revisions
        }
        assert published == {
            (r.day.isoformat(), r.record, r.address)
            for key, revisions in chain.revisions.items()
            if key.split("/")[:2] == ["models", model.id]
            for r in revisions
        }
    days = [day for day, _ in timeline(sample.models[-1], chain)]
    assert days == sorted(days, reverse=True)


def test_downloads_are_kept_with_their_revision(content: Path, folder: Path) -> None:
    now = snapshots(content)
    listed = content / "domains.txt"
    listed.write_text("news.example\nold.example\n", encoding="utf-8")
    data = json.loads(json.dumps(now[SUMMARY].data))
    data["sources"]["crawled"]["top_domains"] = {"file": "domains.txt", "total": 20}
    now[SUMMARY] = replace(now[SUMMARY], data=data, files={"domains.txt": listed})
    publish(now, folder, DAY)
    listed.write_text("news.example\nnew.example\n", encoding="utf-8")
    assert read_chain(folder).differs(now[SUMMARY])
    with pytest.raises(UsageError, match="new version or last_update"):
        publish(now, folder, DAY, "List corrected")
    written = publish(corrected(now, SUMMARY, version="1.1"), folder, DAY, "List corrected")
    assert written is not None
    assert written.revisions[0].changed == ("version", "sources.crawled.top_domains")
    chain = read_chain(folder)
    texts = [chain.offered(r)["domains.txt"].read_text(encoding="utf-8") for r in chain.revisions[SUMMARY]]
    assert texts == ["news.example\nold.example\n", "news.example\nnew.example\n"]
    kept = chain.offered(chain.revisions[SUMMARY][0])["domains.txt"]
    kept.write_text("forged.example\n", encoding="utf-8")
    assert ("file-changed", f"records/files/{kept.name}") in problems(content)
    kept.write_text("news.example\nold.example\n", encoding="utf-8")
    redact(folder, [f"{SUMMARY}@r1"], DAY, "A person's site")
    assert not kept.exists()
    assert chain.offered(chain.revisions[SUMMARY][1])["domains.txt"].exists()


class TestRedaction:
    @pytest.fixture
    def now(self, content: Path, folder: Path) -> dict[str, Snapshot]:
        now = snapshots(content)
        publish(corrected(now, SUMMARY, version="Jane Doe"), folder, DAY)
        publish(now, folder, DAY, "Name removed")
        return now

    def test_it_erases_one_revision_and_keeps_the_rest(
        self, content: Path, folder: Path, now: dict[str, Snapshot]
    ) -> None:
        before = read_chain(folder)
        redact(folder, [f"{SUMMARY}@r1"], date(2026, 7, 1), "Name of a person")
        assert not any(b"Jane Doe" in f.read_bytes() for f in folder.rglob("*") if f.is_file())
        chain = read_chain(folder)
        assert [r.sha256 for r in chain.records[:2]] == [r.sha256 for r in before.records]
        assert [r.tombstone for r in chain.records] == [True, False, False]
        gone, latest = chain.revisions[SUMMARY]
        assert (gone.data, gone.reason, gone.day) == (None, "Name of a person", DAY)
        assert latest == before.latest(SUMMARY)
        for key in before.revisions.keys() - {SUMMARY}:
            assert chain.revisions[key] == before.revisions[key]
        assert publish(now, folder, date(2026, 7, 2)) is None
        assert problems(content) == {("record-redacted", "records/000001.json")}

    def test_it_can_be_done_again_in_the_same_record(
        self, content: Path, folder: Path, now: dict[str, Snapshot]
    ) -> None:
        other = corrected(now, POLICY, version="9")
        publish(other, folder, DAY, "Policy")
        redact(folder, [f"{SUMMARY}@r1"], DAY, "First")
        redact(folder, [f"{POLICY}@r1"], DAY, "Second")
        chain = read_chain(folder)
        assert [r.tombstone for r in chain.records] == [True, False, False, True, False]
        assert [r.data is None for r in chain.revisions[SUMMARY]] == [True, False]
        assert [r.data is None for r in chain.revisions[POLICY]] == [True, False]
        assert [r.reason for key in (SUMMARY, POLICY) for r in chain.revisions[key][:1]] == ["First", "Second"]
        assert {code for code, _ in problems(content)} == {"record-redacted", "not-published"}

    def test_revisions_of_several_records_are_erased_together(self, folder: Path, now: dict[str, Snapshot]) -> None:
        publish(corrected(now, POLICY, version="John Roe"), folder, DAY, "Policy")
        publish(now, folder, DAY, "Name removed")
        written = redact(folder, [f"{POLICY}@r2", f"{SUMMARY}@r1"], DAY, "Names")
        assert [record.redacts and record.redacts["record"] for record in written] == [3, 1]
        chain = read_chain(folder)
        assert [r.tombstone for r in chain.records] == [True, False, True, False, False, False]
        assert [r.data is None for r in chain.revisions[POLICY]] == [False, True, False]
        assert [r.data is None for r in chain.revisions[SUMMARY]] == [True, False]
        assert not any(name in f.read_bytes() for f in folder.glob("*.json") for name in (b"Jane Doe", b"John Roe"))

    def test_another_tombstone_is_found(self, folder: Path, now: dict[str, Snapshot]) -> None:
        redact(folder, [f"{SUMMARY}@r1"], DAY, "Name of a person")
        members = json.loads((folder / "000001.json").read_bytes())
        del members["sha256"]
        (folder / "000001.json").write_bytes(records.with_hash({**members, "date": "2026-05-02"}))
        with pytest.raises(RecordError, match=r"000001\.json: not the tombstone that 000003\.json names"):
            read_chain(folder)

    @pytest.mark.parametrize("reason", ["", "two\nlines"])
    def test_a_reason_of_one_line_is_needed(self, folder: Path, now: dict[str, Snapshot], reason: str) -> None:
        with pytest.raises(UsageError, match="--reason"):
            redact(folder, [f"{SUMMARY}@r1"], DAY, reason)
        assert len(read_chain(folder).records) == 2

    def test_the_latest_revision_is_refused(self, folder: Path, now: dict[str, Snapshot]) -> None:
        for address, message in (
            (f"{SUMMARY}@r2", "publish it, then redact"),
            (f"{SUMMARY}@r3", "no such revision"),
            ("models/none@r1", "nothing was published as"),
            (SUMMARY, "names no revision"),
        ):
            with pytest.raises(UsageError, match=message):
                redact(folder, [address], DAY, "x")
        assert len(read_chain(folder).records) == 2

    def test_a_tombstone_that_no_record_announces_is_found(self, folder: Path, now: dict[str, Snapshot]) -> None:
        chain = read_chain(folder)
        (folder / "000001.json").write_bytes(publishing._tombstone(chain.records[0]))
        with pytest.raises(RecordError, match=r"000001\.json: a tombstone, but no record says"):
            read_chain(folder)

    def test_an_erasure_that_was_killed_counts_and_is_finished(
        self, content: Path, folder: Path, now: dict[str, Snapshot], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(path: Path, data: bytes) -> Path:
            raise KeyboardInterrupt

        with monkeypatch.context() as context:
            context.setattr(publishing, "write_bytes", killed)
            with pytest.raises(KeyboardInterrupt):
                redact(folder, [f"{SUMMARY}@r1"], DAY, "Name of a person")
        assert read_chain(folder).revisions[SUMMARY][0].data is None
        assert ("redaction-unfinished", "records/000001.json") in problems(content)
        assert publish(now, folder, DAY) is None
        assert problems(content) == {("record-redacted", "records/000001.json")}
        assert b"Jane Doe" not in (folder / "000001.json").read_bytes()


class TestSignature:
    @pytest.fixture
    def key(self, tmp_path: Path) -> Path:
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "key.pem"], check=True)
        return tmp_path / "key.pem"

    def test_openssl_and_verify_agree(self, content: Path, folder: Path, key: Path) -> None:
        written = publish(snapshots(content), folder, DAY)
        assert written is not None
        signing.sign(folder, written, signing.read_private_key(key))
        command = "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in 000001.json -sigfile 000001.sig"
        assert subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0
        verified = verify(str(content), DAY)
        assert verified.signed
        assert list(verified.report) == []
        raw = bytearray((folder / "000001.sig").read_bytes())
        raw[10] ^= 1
        (folder / "000001.sig").write_bytes(raw)
        assert problems(content) == {("signature-wrong", "records/000001.sig")}

    def test_an_unsigned_head_is_noticed(self, content: Path, folder: Path, key: Path) -> None:
        now = snapshots(content)
        written = publish(now, folder, DAY)
        assert written is not None
        signing.sign(folder, written, signing.read_private_key(key))
        publish(corrected(now, SUMMARY, version="2"), folder, DAY, "Next")
        assert ("signature-missing", "records/000002.json") in problems(content)

    def test_another_key_is_refused(self, content: Path, folder: Path, key: Path, tmp_path: Path) -> None:
        written = publish(snapshots(content), folder, DAY)
        assert written is not None
        signing.sign(folder, written, signing.read_private_key(key))
        other = tmp_path / "other.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", other], check=True)
        with pytest.raises(UsageError, match="another key"):
            signing.sign(folder, written, signing.read_private_key(other))
        subprocess.run(["openssl", "pkey", "-in", other, "-pubout", "-out", tmp_path / "other.pub"], check=True)
        found = {p.code for p in verify(str(content), DAY, tmp_path / "other.pub").report}
        assert found == {"key-changed", "signature-wrong"}
        (folder / signing.PUBLIC_KEY).unlink()
        assert ("key-missing", "records/public-key.pem") in problems(content)

    def test_other_files_are_no_keys(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_text("no key", encoding="utf-8")
        for path in (tmp_path / "x", tmp_path / "none"):
            with pytest.raises(PortalError):
                signing.read_private_key(path)
        with pytest.raises(UsageError, match=r"public-key\.pem holds no Ed25519 public key"):
            signing.read_public_key(b"no key", "public-key.pem")
