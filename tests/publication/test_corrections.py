"""What may be corrected: slips under an old label, days that have not come, and what an erasure has to reach."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from gpai_portal.codes import Code
from gpai_portal.errors import UsageError
from gpai_portal.publication import publishing, signing
from gpai_portal.publication.publishing import publish, redact, redate
from gpai_portal.publication.records import read_chain, with_hash
from gpai_portal.publication.snapshots import PublicSnapshot
from gpai_portal.site.addresses import home_uri as site_uri
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from gpai_portal.site.verification import verify
from tests.conftest import run
from tests.publication.chains import DAY, POLICY, SUMMARY, corrected, new_key, published_now

Now = dict[str, PublicSnapshot]
PERSON = "Jane Doe"


def text_of(now: Now, key: str) -> str:
    return json.dumps(now[key].data)


# -- the same label -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [SUMMARY, POLICY, "models/text/1.0/model-documentation"])
def test_another_content_under_the_same_label_is_refused(content: Path, folder: Path, key: str) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    changed = now | {key: replace(now[key], data=json.loads(text_of(now, key).replace("Base", "Basis")))}
    changed[key].data["x"] = 1  # type: ignore[index] - whatever the field
    with pytest.raises(UsageError, match=f"{key} has changed and has the version and date"):
        publish(changed, folder, DAY, "Slip")
    assert len(read_chain(folder).records) == 1
    written = publish(changed, folder, DAY, "Slip", editorial=True)
    assert written is not None
    assert [(r.key, r.editorial) for r in written.revisions] == [(key, True)]
    assert json.loads((folder / "000002.json").read_bytes())["documents"][0]["editorial"] is True


def test_a_label_of_an_older_revision_is_not_used_again_for_another_text(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    publish(corrected(now, POLICY, version="7.0"), folder, DAY, "Next")
    for editorial in (False, True):
        with pytest.raises(UsageError, match=r"published before, as copyright-policy@r1.*last_update$"):
            publish(corrected(now, POLICY, changes="Other"), folder, DAY, "Back", editorial=editorial)
    back = publish(now, folder, DAY, "Back to what it was")
    assert back is not None
    assert [r.address for r in back.revisions] == [f"{POLICY}@r3"]


def test_an_offered_list_is_content_too(content: Path, folder: Path, tmp_path: Path) -> None:
    now = published_now(content)
    listed = tmp_path / "domains.txt"
    listed.write_text("one.example\n", encoding="utf-8")
    now[SUMMARY] = replace(now[SUMMARY], files={"domains.txt": listed})
    publish(now, folder, DAY)
    listed.write_text("two.example\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has the version and date"):
        publish(now, folder, DAY, "List")


def test_a_document_without_version_and_date_has_no_label_to_keep(content: Path, folder: Path) -> None:
    # A page that was transcribed prints neither; what was changed in it is no slip.
    empty = {"state": "unanswered"}
    now = corrected(published_now(content), POLICY, version=empty, last_update=empty)
    publish(now, folder, DAY)
    written = publish(corrected(now, POLICY, changes="Other"), folder, DAY, "As found", editorial=True)
    assert written is not None
    assert [(r.key, r.editorial) for r in written.revisions] == [(POLICY, False)]


def test_the_date_of_a_form_is_part_of_its_label(content: Path, folder: Path) -> None:
    now = published_now(content)
    form = "models/text/1.0/model-documentation"
    publish(now, folder, DAY)
    written = publish(corrected(now, form, last_updated="2026-11-09"), folder, DAY, "Updated")
    assert written is not None
    assert [(r.key, r.editorial) for r in written.revisions] == [(form, False)]


def test_facts_without_a_label_and_new_labels_are_not_held_up(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    changed = corrected(now, "provider", url="https://other.example/")
    written = publish(corrected(changed, POLICY, version="1.1"), folder, DAY, "New", editorial=True)
    assert written is not None
    assert {r.key: r.editorial for r in written.revisions} == {"provider": False, POLICY: False}


def test_readers_are_told_of_an_editorial_correction(content: Path, folder: Path) -> None:
    publish(published_now(content), folder, DAY)
    file = content / f"{POLICY}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("robots_txt: ", "robots_txt: Yes. "), encoding="utf-8")
    refused = run("gpai_portal.cli", "publish", "--reason", "Slip", cwd=content.parent)
    assert (refused.returncode, "--editorial" in refused.stderr) == (2, True)
    done = run("gpai_portal.cli", "publish", "--reason", "Slip", "--editorial", cwd=content.parent)
    assert f"{POLICY}@r2 (editorial)" in done.stdout, done.stderr
    site = Site(Portal.load(content, date(2026, 11, 24)))
    for uri in ("copyright/", "changes/"):
        assert "editorial, version and date stay" in site.render(site.portal.pages[uri]).body
    files = dict(site.files())
    assert b"editorial, version and date stay" in files["feeds/crawlers.atom"]  # type: ignore[operator]
    assert b'"editorial": true' in files["gpai-transparency.json"]  # type: ignore[operator]


# -- days ---------------------------------------------------------------------------------------------------


def test_a_day_that_has_not_come_is_refused(content: Path) -> None:
    for day in ("2026-11-25", "2062-09-10"):
        done = run("gpai_portal.cli", "publish", "--as-of", day, cwd=content.parent)
        assert (done.returncode, f"{day} has not come yet" in done.stderr) == (2, True)
    assert not (content / "records").exists()
    assert run("gpai_portal.cli", "publish", "--as-of", "2026-11-24", cwd=content.parent).returncode == 0


def test_a_chain_with_a_day_that_has_not_come_is_mended(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    for version in ("1.1", "1.2"):
        publish(corrected(now, POLICY, version=version), folder, date(2062, 9, 10), "Wrong clock")
    now = corrected(now, POLICY, version="1.2")
    later = date(2026, 9, 20)
    with pytest.raises(UsageError, match="gpai-portal publish --redate 3 YYYY-MM-DD"):
        publish(corrected(now, POLICY, version="1.3"), folder, later, "Next")
    for days, message in (
        ({2: date(2026, 9, 10)}, "record 3 would be of 2062-09-10"),
        ({1: DAY}, "no record 1 with a day after"),
        ({7: DAY}, "no record 7"),
        ({2: date(2026, 4, 1), 3: later}, "record 1 is of 2026-05-01"),
        ({2: later, 3: date(2026, 9, 10)}, "record 2 is of 2026-09-20"),
        ({2: later, 3: date(2026, 9, 21)}, "record 3 would be of 2026-09-21"),
    ):
        with pytest.raises(UsageError, match=message):
            redate(folder, days, later, "The clock was wrong")
    with pytest.raises(UsageError, match="--redate needs --reason"):
        redate(folder, {2: later, 3: later}, later, "")
    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    redate(folder, {2: date(2026, 9, 10), 3: date(2026, 9, 11)}, later, "The clock was wrong")
    assert {name: (folder / name).read_bytes() for name in files} == files
    chain = read_chain(folder)
    days = ["2026-05-01", "2026-09-10", "2026-09-11"]
    assert [record.day.isoformat() for record in chain.records] == [*days, "2026-09-20"]
    assert [revision.day.isoformat() for revision in chain.revisions[POLICY]] == days
    publish(corrected(now, POLICY, version="1.3"), folder, later, "Next")
    assert {p.code for p in verify(str(content), later).report} == {Code.NOT_PUBLISHED}
    site = Site(Portal.load(content, date(2026, 11, 24)))
    page = site.render(site.portal.pages["changes/"]).body
    assert "Record 2 was published on 10 September 2026; the day written in it is wrong." in page
    files_of_site = dict(site.files())
    feed = files_of_site["feeds/all.atom"]
    assert b"2062" not in feed  # type: ignore[operator]
    assert b"Day of an earlier record corrected" in feed  # type: ignore[operator]


def test_the_command_mends_it_too(content: Path, folder: Path) -> None:
    publish(published_now(content), folder, date(2062, 9, 10))
    words = ("publish", "--redate", "1", "2026-09-10", "--reason", "The clock was wrong")
    done = run("gpai_portal.cli", *words, cwd=content.parent)
    assert done.returncode == 0, done.stderr
    assert "record 1 is of 2026-09-10" in done.stdout
    assert run("gpai_portal.cli", "verify", cwd=content.parent).returncode == 0


# -- erasures -----------------------------------------------------------------------------------------------


def everything(content: Path) -> bytes:
    """All that lies in the records, and all that a site shows of them."""
    site = Site(Portal.load(content, date(2026, 11, 24)))
    parts = [file.read_bytes() for file in (content / "records").rglob("*") if file.is_file()]
    parts += [site.render(page).body.encode() for page in site.portal.pages.values()]
    parts += [source if isinstance(source, bytes) else source.read_bytes() for _uri, source in site.files()]
    return b"\n".join(parts)


def test_a_name_in_the_reason_is_erased_with_the_documents(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    changed = corrected(corrected(now, SUMMARY, version="1.1"), POLICY, version="1.1")
    changed = corrected(changed, "models/text/1.0/model-documentation", version="1.1")
    publish(changed, folder, DAY, f"Asked for by {PERSON}")
    now = corrected(corrected(changed, SUMMARY, version="1.0"), POLICY, version="1.0")
    now = corrected(now, "models/text/1.0/model-documentation", version="1.0")
    publish(now, folder, DAY, "Corrected")
    assert PERSON.encode() in everything(content)
    redact(folder, [f"{SUMMARY}@r2", f"{POLICY}@r2"], DAY, "Name of a person")
    assert PERSON.encode() not in everything(content)
    chain = read_chain(folder)
    kept = chain.revisions["models/text/1.0/model-documentation"][1]
    assert (kept.reason, kept.record, kept.data is not None) == ("", 2, True)
    site = Site(Portal.load(content, date(2026, 11, 24)))
    assert "the reason was erased" in site.render(site.portal.pages[site_uri(kept.key)]).body


def test_a_reason_alone_can_be_erased(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    publish(corrected(now, SUMMARY, version="1.1"), folder, DAY, "Next")
    publish(now, folder, DAY, "Back")
    redact(folder, [f"{SUMMARY}@r2"], DAY, f"Wish of {PERSON}")
    redact(folder, ["record-4"], DAY, "A name stood in a reason")
    assert PERSON.encode() not in everything(content)
    publish(corrected(now, POLICY, version="1.1"), folder, DAY, f"Asked for by {PERSON}")
    written = redact(folder, ["record-6"], DAY, "A name stood in a reason")
    assert [r.address for r in written[0].revisions] == [f"{POLICY}@r2"]
    assert PERSON.encode() not in everything(content)
    chain = read_chain(folder)
    assert [r.data is None for r in chain.revisions[SUMMARY]] == [False, True, False]
    assert chain.revisions[POLICY][-1].data is not None
    for address, message in (("record-6", "redacted already"), ("record-99", "no record 99")):
        with pytest.raises(UsageError, match=message):
            redact(folder, [address], DAY, "x")


def test_an_old_record_that_repeats_the_reason_is_not_shown_and_told_of(content: Path, folder: Path) -> None:
    """Erasures of the first format kept it in the record that repeats the other documents."""
    now = published_now(content)
    publish(corrected(now, SUMMARY, version="0.9"), folder, DAY, f"Asked for by {PERSON}")
    publish(now, folder, DAY, "Next")
    redact(folder, [f"{SUMMARY}@r1"], DAY, "Name of a person")
    members = json.loads((folder / "000003.json").read_bytes())
    del members["sha256"]
    for entry in members["documents"]:
        entry["restates"]["reason"] = f"Asked for by {PERSON}"
    (folder / "000003.json").write_bytes(with_hash({**members, "format": "gpai-portal-record/1"}))
    site = Site(Portal.load(content, date(2026, 11, 24)))
    assert not any(PERSON in site.render(page).body for page in site.portal.pages.values())
    told = [p for p in verify(str(content), DAY).report if p.code is Code.REDACTION_UNFINISHED]
    assert [(p.file, "--redact record-3" in p.advice) for p in told] == [("records/000003.json", True)]
    redact(folder, ["record-3"], DAY, "A reason was repeated")
    assert PERSON.encode() not in everything(content)
    assert {p.code for p in verify(str(content), DAY).report} == {Code.RECORD_REDACTED}


def test_facts_are_erased_where_documents_repeat_them(content: Path, folder: Path) -> None:
    file = content / "provider.yaml"
    text = file.read_text(encoding="utf-8")

    def named(name: str) -> Now:
        file.write_text(text.replace("Base SAS", name), encoding="utf-8")
        return published_now(content)

    publish(named(PERSON), folder, DAY)
    again = named(PERSON)
    publish(corrected(again, POLICY, version="0.9"), folder, DAY, "Next")
    publish(named("Base SAS"), folder, DAY, "Name corrected", editorial=True)
    assert PERSON.encode() in everything(content)
    written = redact(folder, ["provider@r1"], DAY, "Name of a person")
    erased = {gone["key"] for record in written for gone in (record.redacts or {})["documents"]}
    assert {"provider", SUMMARY} <= erased
    assert PERSON.encode() not in everything(content)
    # What does not repeat the fact stays.
    assert "models/text/model" not in erased
    assert {p.code for p in verify(str(content), DAY).report} == {Code.RECORD_REDACTED}


def test_facts_of_a_release_are_erased_where_its_documents_repeat_them(content: Path, folder: Path) -> None:
    file = content / "models/text/1.0/release.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: Text 1.0", f"name: {PERSON}"), encoding="utf-8")
    publish(published_now(content), folder, DAY)
    file.write_text(text, encoding="utf-8")
    publish(published_now(content), folder, DAY, "Name corrected", editorial=True)
    redact(folder, ["text/1.0/release@r1"], DAY, "Name of a person")
    assert PERSON.encode() not in everything(content)
    assert read_chain(folder).revisions[POLICY][0].data is not None


def test_signatures_say_something_after_an_erasure(content: Path, folder: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "key.pem")
    now = published_now(content)
    for version in ("1.0", "1.1", "1.2"):
        publish(corrected(now, SUMMARY, version=version), folder, DAY, "Next")
    signing.sign_all(read_chain(folder), signing.read_private_key(key))
    redact(folder, [f"{SUMMARY}@r2"], DAY, "Name of a person")
    assert not (folder / "000002.sig").exists()
    missing = {(p.code, p.file) for p in verify(str(content), DAY, key.with_suffix(".pub")).report.errors}
    assert missing == {("signature-missing", f"records/00000{n}.json") for n in (2, 4)}
    made = signing.sign_all(read_chain(folder), signing.read_private_key(key))
    assert [path.name for path in made] == ["000002.sig", "000004.sig"]
    assert verify(str(content), DAY, key.with_suffix(".pub")).report.errors == []


def test_an_erasure_of_private_records_waits_for_other_commands(desk: Path) -> None:
    assert run("gpai_portal.cli", "publish", "--private", cwd=desk).returncode == 0
    lock = FileLock(desk / "private/.lock")
    words = ("publish", "--private", "--redact", "models/skrift/2.0/model-documentation@r1", "--reason", "x")
    with lock:
        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(run("gpai_portal.cli", *words, cwd=desk).returncode))
        thread.start()
        thread.join(6)
        assert done == []
    thread.join()
    assert done == [2]  # the latest revision


def test_checks_say_that_the_chain_does_not_hold(content: Path, folder: Path) -> None:
    publish(published_now(content), folder, DAY)
    assert run("gpai_portal.cli", "check", cwd=content.parent).returncode == 0
    whole = (folder / "000001.json").read_bytes()
    (folder / "000001.json").write_bytes(whole.replace(b"Base", b"Bose", 1))
    done = run("gpai_portal.cli", "check", cwd=content.parent)
    assert done.returncode == 1
    assert "records/000001.json: the file was changed after it was written; restore" in done.stdout
    (folder / "000001.json").rename(folder / "000002.json")
    done = run("gpai_portal.cli", "check", "--format", "github", cwd=content.parent)
    assert done.returncode == 1
    assert "file=records/000002.json" in done.stdout
    (folder / "000002.json").unlink()
    (folder / "000001.json").write_bytes(whole)
    now = published_now(content)
    gone = replace(now["models/text/1.0/release"], key="models/text/0.9/release")
    publish(now | {gone.key: gone}, folder, DAY)
    done = run("gpai_portal.cli", "check", cwd=content.parent)
    assert done.returncode == 1
    assert "models/text/0.9/release.yaml was published" in done.stdout


def test_wrong_use_of_publish_is_told(content: Path) -> None:
    for words, message in (
        (("--redate", "1", "2026-05-01", "--redact", "x@r1"), "one at a time"),
        (("--replay", "main", "--reason", "x"), "leave --reason out"),
        (("--editorial", "--private"), "--editorial is for publications that everybody reads"),
    ):
        done = run("gpai_portal.cli", "publish", *words, cwd=content.parent)
        assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert publishing.FIRST == "First publication"


# -- what readers do not see --------------------------------------------------------------------------------


def test_another_spelling_is_no_revision(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    data = json.loads(text_of(now, SUMMARY))
    crawled = data["sources"]["crawled"]
    crawled["purposes"] = {"value": f"  {crawled['purposes']}\n"}
    crawled["modalities"] = {"value": crawled["modalities"]}
    data["sources"]["public"]["large"].reverse()
    spelled = now | {SUMMARY: replace(now[SUMMARY], data=data)}
    assert publish(spelled, folder, DAY, "Spelling") is None
    crawled["purposes"]["value"] = "Other data."
    with pytest.raises(UsageError, match="has the version and date"):
        publish(spelled, folder, DAY, "Seen")


def test_the_place_of_a_release_in_the_order_is_seen(content: Path, folder: Path) -> None:
    now = published_now(content)
    publish(now, folder, DAY)
    key = "models/text/1.0/release"
    moved = now | {key: replace(now[key], data=dict(now[key].data) | {"sequence": 7})}
    written = publish(moved, folder, DAY, "Order")
    assert written is not None
    assert [r.key for r in written.revisions] == [key]
