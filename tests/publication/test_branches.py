"""Two branches that both published, clones that change line ends, and a history that knows more: the real git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from gpai_portal.publication import signing
from gpai_portal.publication.offered import digest, is_offered
from gpai_portal.publication.records import read_chain
from gpai_portal.site.verification import verify
from tests.conftest import ROOT, run
from tests.publication.chains import DAY, POLICY, SUMMARY, new_key

EPOCH = {"2026-03-10": "1773144000", "2026-04-01": "1775044800", "2026-04-20": "1776686400", "2026-05-01": "1777636800"}
ATTRIBUTES = ROOT / ".gitattributes"


class Desk:
    """A clone in which somebody works: edits, publishes, commits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def records(self) -> Path:
        return self.folder / "content/records"

    def git(self, *words: str, fails: bool = False) -> str:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        names = ["-c", "user.name=Desk", "-c", "user.email=desk@base.example", "-c", "init.defaultBranch=main"]
        done = subprocess.run(
            ["git", *names, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "Next")

    def edit(self, key: str, old: str, new: str) -> None:
        file = self.folder / f"content/{key}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def call(self, *arguments: str, day: str = "2026-05-01") -> tuple[int, str]:
        done = run("gpai_portal.cli", *arguments, cwd=self.folder, epoch=EPOCH[day])
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def publish(self, day: str, *arguments: str) -> str:
        code, out = self.call("publish", *arguments, day=day)
        assert code == 0, out
        return out

    def problems(self, key: Path | None = None) -> set[tuple[str, str]]:
        return {(p.code, p.file) for p in verify(str(self.folder / "content"), DAY, key).report}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A repository with one publication."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "tests/examples/base/content", folder / "content")
    desk = Desk(folder)
    desk.git("init", "-q")
    desk.publish("2026-03-10")
    desk.commit()
    return desk


def both_publish(desk: Desk, *, same: bool, sign: tuple[str, ...] = ()) -> None:
    """On a branch a correction of the policy of April 20th; on main one of April 1st, of the same or another file."""
    desk.git("checkout", "-qb", "branch")
    desk.edit(POLICY, "robots_txt: ", "robots_txt: Read daily. ")
    desk.edit(POLICY, 'version: "1.0"', 'version: "1.1"')
    desk.publish("2026-04-20", "--reason", "robots.txt is read daily", *sign)
    desk.commit()
    desk.git("checkout", "-q", "main")
    if same:
        desk.edit(POLICY, 'version: "1.0"', 'version: "1.0.1"')
        desk.edit(POLICY, "last_update: 2026-03-01", "last_update: 2026-04-01")
    else:
        desk.edit(SUMMARY, "[news.example, presse.example]", "[news.example, presse.example, zeitung.example]")
        desk.edit(SUMMARY, 'version: "1.0"', 'version: "1.1"')
    desk.publish("2026-04-01", "--reason", "Correction on main", *sign)
    desk.commit()


@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("sign", [True, False])
def test_a_merge_of_two_publications_is_recognised_and_replayed(desk: Desk, attributes: bool, sign: bool) -> None:
    key = new_key(desk.folder.parent / "key.pem")
    signs = ("--sign", str(key)) if sign else ()
    if attributes:
        shutil.copy(ATTRIBUTES, desk.folder)
        desk.commit()
    both_publish(desk, same=False, sign=signs)
    main = read_chain(desk.records).records
    desk.git("merge", "-q", "branch", fails=True)
    marks = b"<<<<<<<" in (desk.records / "000002.json").read_bytes()
    assert marks != attributes
    if marks:
        for command in (["check"], ["verify"], ["publish", "--reason", "Next"]):
            code, out = desk.call(*command)
            assert code == 1
            assert "content/records/000002.json" in out or "records/000002.json" in out
            assert "holds the conflict marks of a merge; two branches have published" in out
            assert "gpai-portal publish --replay" in out
    out = desk.publish("2026-05-01", "--replay", "MERGE_HEAD", *signs)
    assert f"{POLICY}@r2" in out
    chain = read_chain(desk.records)
    assert chain.records[:2] == main
    assert (chain.records[2].reason, chain.records[2].day.isoformat()) == ("robots.txt is read daily", "2026-04-20")
    desk.commit()
    assert desk.problems(key.with_suffix(".pub") if sign else None) == set()
    assert "nothing to publish" in desk.publish("2026-05-01")
    code, out = desk.call("publish", "--replay", "branch")
    assert (code, "has no record that is not among these" in out) == (2, True)


def test_both_changed_one_document(desk: Desk) -> None:
    both_publish(desk, same=True)
    desk.git("merge", "-q", "branch", fails=True)
    code, out = desk.call("publish", "--replay", "MERGE_HEAD")
    assert (code, "copyright-policy.yaml" in out) == (1, True)
    desk.git("checkout", "-q", "--theirs", f"content/{POLICY}.yaml")
    desk.edit(POLICY, 'version: "1.1"', 'version: "1.0.1"')
    desk.edit(POLICY, "last_update: 2026-03-01", "last_update: 2026-04-01")
    code, out = desk.call("publish", "--replay", "MERGE_HEAD")
    assert (code, "give it a new version or last_update" in out) == (2, True)
    assert not (desk.records / "000003.json").exists()
    desk.edit(POLICY, 'version: "1.0.1"', 'version: "1.2"')
    desk.publish("2026-05-01", "--replay", "MERGE_HEAD")
    chain = read_chain(desk.records)
    assert [r.reason for r in chain.revisions[POLICY]][1:] == ["Correction on main", "robots.txt is read daily"]
    merged = chain.revisions[POLICY][-1]
    assert merged.data is not None
    assert (merged.data["version"], merged.changed[:2]) == ("1.2", ("version", "reservations.robots_txt"))
    desk.commit()
    assert desk.problems() == set()


def test_a_later_day_on_main_is_kept_and_the_other_one_told(desk: Desk) -> None:
    both_publish(desk, same=False)
    desk.git("checkout", "-q", "branch")
    desk.git("merge", "-q", "main", fails=True)
    desk.publish("2026-05-01", "--replay", "main")
    last = read_chain(desk.records).records[-1]
    assert (last.day.isoformat(), last.reason) == ("2026-04-20", "Correction on main")
    assert last.replays is not None
    assert last.replays["date"] == "2026-04-01"


def test_content_that_is_not_merged_is_not_replayed(desk: Desk) -> None:
    both_publish(desk, same=False)
    code, out = desk.call("publish", "--replay", "branch")
    assert (code, "copyright-policy.yaml is not yet as branch published it" in out) == (2, True)
    code, out = desk.call("publish", "--replay", "nowhere")
    assert (code, "is no branch or commit" in out) == (2, True)
    assert len(read_chain(desk.records).records) == 2


def test_a_committed_conflict_is_replayed_as_well(desk: Desk) -> None:
    both_publish(desk, same=False)
    desk.git("merge", "-q", "branch", fails=True)
    desk.commit()
    desk.publish("2026-05-01", "--replay", "branch")
    desk.commit()
    assert desk.problems() == set()


def test_a_rebase_is_replayed_and_an_erasure_of_the_other_branch_too(desk: Desk) -> None:
    both_publish(desk, same=False)
    desk.git("checkout", "-q", "branch")
    desk.publish("2026-04-20", "--redact", f"{POLICY}@r1", "--reason", "Name of a person")
    desk.commit()
    desk.git("checkout", "-q", "main")
    desk.git("merge", "-q", "branch", fails=True)
    out = desk.publish("2026-05-01", "--replay", "branch")
    assert f"erased {POLICY}@r1" in out
    chain = read_chain(desk.records)
    assert [r.data is None for r in chain.revisions[POLICY]] == [True, False]
    assert chain.records[0].tombstone
    desk.commit()
    assert desk.problems() == {("record-redacted", "records/000001.json")}


def test_a_replay_that_was_killed_goes_on(desk: Desk) -> None:
    both_publish(desk, same=False)
    desk.git("checkout", "-q", "branch")
    desk.edit(POLICY, 'version: "1.1"', 'version: "1.3"')
    desk.publish("2026-04-20", "--reason", "Second on the branch")
    desk.commit()
    desk.git("checkout", "-q", "main")
    desk.git("merge", "-q", "branch", fails=True)
    desk.publish("2026-05-01", "--replay", "branch")
    (desk.records / "000004.json").unlink()
    out = desk.publish("2026-05-01", "--replay", "branch")
    assert f"{POLICY}@r3" in out
    assert [r.reason for r in read_chain(desk.records).records[2:]] == [
        "robots.txt is read daily",
        "Second on the branch",
    ]


def test_two_records_of_one_number_and_a_wrong_predecessor_name_the_cure(desk: Desk) -> None:
    both_publish(desk, same=False)
    theirs = desk.git("show", "branch:content/records/000002.json")
    (desk.records / "000003.json").write_text(theirs, encoding="utf-8")
    code, out = desk.call("check")
    assert code == 1
    assert "records/000003.json: 000003.json should come here; this is a second 000002.json" in out
    assert "gpai-portal publish --replay BRANCH" in out
    (desk.records / "000003.json").unlink()
    (desk.records / "000002_REMOTE_77.json").write_text(theirs, encoding="utf-8")
    assert ("chain-broken", "records/000002_REMOTE_77.json") in desk.problems()
    (desk.records / "000002_REMOTE_77.json").unlink()
    desk.git("checkout", "-q", "branch")
    desk.edit(POLICY, 'version: "1.1"', 'version: "1.3"')
    desk.publish("2026-04-20", "--reason", "Second on the branch")
    third = (desk.records / "000003.json").read_bytes()
    desk.commit()
    desk.git("checkout", "-q", "main")
    (desk.records / "000003.json").write_bytes(third)
    code, out = desk.call("verify")
    assert code == 1
    assert "records/000003.json: does not follow 000002.json" in out
    assert "gpai-portal publish --replay BRANCH" in out


# -- history ------------------------------------------------------------------------------------------------


def test_history_knows_records_that_are_gone_or_others(desk: Desk) -> None:
    both_publish(desk, same=False)
    second = (desk.records / "000002.json").read_bytes()
    assert desk.problems() == set()
    assert any(
        "those before it have in this folder (commits that wrote records: 2)." in s
        for s in verify(str(desk.folder / "content"), DAY).proved
    )
    (desk.records / "000002.json").unlink()
    assert ("record-missing", "records/000002.json") in desk.problems()
    desk.publish("2026-04-20", "--reason", "Another second one")
    assert ("record-changed", "records/000002.json") in desk.problems()
    desk.commit()
    assert ("record-changed", "records/000002.json") in desk.problems()
    desk.git("reset", "-q", "--hard", "HEAD^")
    assert (desk.records / "000002.json").read_bytes() == second
    assert desk.problems() == set()
    shutil.rmtree(desk.records)
    assert {f for c, f in desk.problems() if c == "record-missing"} == {"records/000001.json", "records/000002.json"}


def test_settings_of_git_leave_no_commit_out(desk: Desk) -> None:
    for name, value in {"log.showRoot": "false", "log.showSignature": "true", "log.diffMerges": "combined"}.items():
        desk.git("config", name, value)
    shutil.rmtree(desk.records)
    assert desk.problems() == {("record-missing", "records/000001.json")}


def test_a_chain_begun_anew_is_told_of(desk: Desk) -> None:
    shutil.rmtree(desk.records)
    desk.publish("2026-04-20")
    desk.commit()
    verified = verify(str(desk.folder / "content"), DAY)
    assert [str(p.severity) for p in verified.report] == ["warning"]
    assert "and the records of that one are gone: 1" in str(verified.report.problems)
    told = verified.proved
    assert any("Records of an older chain in it, in whose place this one was begun: 1." in s for s in told)


def test_a_shallow_clone_says_how_much_was_compared(desk: Desk, tmp_path: Path) -> None:
    both_publish(desk, same=False)
    desk.git("clone", "-q", "--depth", "1", f"file://{desk.folder}", str(tmp_path / "shallow"))
    told = verify(str(tmp_path / "shallow/content"), DAY).proved
    assert any("The clone is shallow, so that a part of the history is missing." in sentence for sentence in told)


def test_an_erasure_does_not_contradict_the_history(desk: Desk) -> None:
    both_publish(desk, same=False)
    desk.publish("2026-04-20", "--redact", f"{SUMMARY}@r1", "--reason", "Name of a person")
    desk.commit()
    assert desk.problems() == {("record-redacted", "records/000001.json")}


# -- line ends ----------------------------------------------------------------------------------------------


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A summary whose list of domain names is a file."""
    domains = desk.folder / "content/models/text/1.0/domains.txt"
    domains.write_bytes(b"news.example\npresse.example\n")
    text = (desk.folder / f"content/{SUMMARY}.yaml").read_text(encoding="utf-8")
    assert "      value: [news.example, presse.example]\n" in text
    (desk.folder / f"content/{SUMMARY}.yaml").write_text(
        text.replace("value: [news.example, presse.example]", "file: domains.txt").replace(
            'version: "1.0"', 'version: "1.1"'
        ),
        encoding="utf-8",
    )
    desk.publish("2026-04-01", "--reason", "The list is a file")
    desk.commit()
    return desk


@pytest.mark.parametrize("attributes", [True, False])
def test_a_clone_with_other_line_ends_is_published_as_it_stands(listed: Desk, tmp_path: Path, attributes: bool) -> None:
    key = new_key(tmp_path / "key.pem")
    listed.publish("2026-04-01", "--sign", str(key))
    if attributes:
        shutil.copy(ATTRIBUTES, listed.folder)
    listed.commit()
    listed.git("clone", "-q", "-c", "core.autocrlf=true", str(listed.folder), str(tmp_path / "windows"))
    windows = Desk(tmp_path / "windows")
    assert b"\r\n" in (windows.folder / f"content/{SUMMARY}.yaml").read_bytes()
    [kept] = (windows.records / "files").iterdir()
    assert (b"\r\n" in kept.read_bytes()) != attributes
    assert windows.problems(key.with_suffix(".pub")) == set()
    assert "nothing to publish" in windows.publish("2026-05-01", "--sign", str(key))
    assert windows.git("status", "--porcelain") == ""


def test_an_old_record_of_a_list_with_carriage_returns_still_holds(desk: Desk) -> None:
    text = b"one.example\ntwo.example\n"
    windows = text.replace(b"\n", b"\r\n")
    for recorded in (text, windows):
        for there in (text, windows):
            assert is_offered(there, digest(recorded))
    assert not is_offered(b"one.example\ntwo.example", digest(text))
    assert not is_offered(b"\0\r\n", digest(b"\0\n"))


def test_the_sample_has_what_a_new_portal_gets() -> None:
    shipped = ROOT / "plugin/gpai_portal/templates/repository/gitattributes"
    assert ATTRIBUTES.read_bytes().startswith(shipped.read_bytes())
    asked = ["content/records/000001.json", "content/records/files/abc", "content/sealed/manifest.json"]
    told = subprocess.run(
        ["git", "check-attr", "text", "merge", "--", *asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.count(": unset") == 6
    assert json.loads((ROOT / asked[0]).read_bytes())["number"] == 1


def test_signed_with_every_record(listed: Desk, tmp_path: Path) -> None:
    key = new_key(tmp_path / "key.pem")
    out = listed.publish("2026-05-01", "--sign", str(key))
    assert out.count("signed ") == len(read_chain(listed.records).records) == 2
    head = read_chain(listed.records).head
    assert head is not None
    assert f"hash of the last record, for whoever wants to verify later: {head.sha256}" in out
    assert signing.signature_name(head) == "000002.sig"
