"""The private folder: what is read, what is refused, and that no message repeats what stands there."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gpai_portal.checking import check
from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.errors import Report
from gpai_portal.gate.merging import restricted_forms
from gpai_portal.gate.private import Private
from gpai_portal.gate.reading import read_private
from gpai_portal.publication.kept import valid_content
from gpai_portal.schema import FORM
from tests.conftest import SEALED_BY, run

Run = Callable[..., subprocess.CompletedProcess[str]]
DAY = date(2026, 11, 24)
FORM_FILE = "private/models/skrift/2.0/model-documentation.yaml"
GUIDE = "private/documents/skrift-2.0/skumringsvej-guide.md"
RECIPIENTS = "private/recipients.yaml"


def read(desk: Path) -> tuple[Content, Private, Report]:
    content, report = check(desk / "content", DAY)
    assert not report.errors
    return content, *read_private(desk / "private", content, DAY)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_merged_form_names_the_provider_as_the_public_one_does(desk: Path) -> None:
    """A published document keeps what it said of its provider, and no reader is told another name."""
    edit(desk / "content/provider.yaml", "legal_name: Skriftvang ApS", "legal_name: Skriftvang A/S")
    content = valid_content(desk / "content", DAY)
    private, _ = read_private(desk / "private", content, DAY)
    public = compose(content).models[1].releases[1].documents[FORM]
    merged = restricted_forms(content, compose(content), private, (Audience.DPS,))["skrift/2.0"]
    named = [form.root.get("general", "legal_name").text for form in (public, merged)]
    assert named == ["Skriftvang ApS", "Skriftvang ApS"]


def test_the_sample_has_no_problem(desk: Path) -> None:
    _, private, report = read(desk)
    assert report.problems == []
    assert sorted(private.forms) == [("skrift", "1.0"), ("skrift", "2.0")]
    assert [d.title for d in private.documents if Audience.DPS in d.audience] == [
        "Known incidents and their remedies",
        "Tindebro integration guide",
    ]
    assert [r.state(DAY) for r in private.recipients.entries] == ["granted", "revoked", "requested"]


@pytest.mark.parametrize("readers", [(Audience.DPS,), (Audience.AIO,), (Audience.NCAS,), (Audience.AIO, Audience.NCAS)])
def test_a_merged_form_holds_what_is_public_or_marked_for_its_readers(
    desk: Path, readers: tuple[Audience, ...]
) -> None:
    content, private, _ = read(desk)
    public = compose(content).models[1].releases[1].documents[FORM]
    merged = restricted_forms(content, compose(content), private, readers)["skrift/2.0"]
    assert merged.schema.title == "Model Documentation Form"
    already = {e.field.path for e in public.root.walk() if e.answer.status not in {"missing", "empty"}}
    gained = [
        e.field for e in merged.root.walk()
        if e.answer.status not in {"missing", "empty"} and e.field.path not in already
    ]  # fmt: skip
    assert gained
    assert [f.dotted for f in gained if not set(f.readers) & set(readers)] == []
    assert [e.field.path for e in merged.root.walk()] == [e.field.path for e in public.root.walk()]


SECRET = "Krabbegat-Ulvetange"

PROBLEMS: list[tuple[str, str, str, str, str]] = [
    # file, old, new, code, path
    (FORM_FILE, "general:\n", f"properties_:\n  architecture: {SECRET}\ngeneral:\n", "unknown-key", ""),
    (FORM_FILE, "general:\n", f"general:\n  {SECRET}: yes\n", "unknown-key", "general"),
    (FORM_FILE, 'amount_exact: "1.4e23"', f"amount_exact: {SECRET}", "bad-format", "compute.amount_exact"),
    (FORM_FILE, 'amount_exact: "1.4e23"', 'amount_exact: "1.4e25"', "precision-mismatch", "compute.amount_order"),
    (FORM_FILE, "training_time_range: 1-3", f"training_time_range: {SECRET}", "not-an-option", "compute.training_time_range"),  # noqa: E501
    (FORM_FILE, "properties:\n", f"properties:\n  architecture: {SECRET}\n", "item-in-two-files", "properties.architecture"),  # noqa: E501
    (FORM_FILE, "general:\n", 'version: "9"\ngeneral:\n', "item-in-two-files", "version"),
    (FORM_FILE, "general:\n", f"extra_sections:\n  - title: {SECRET}\n    text: x\ngeneral:\n", "no-audience", "extra_sections"),  # noqa: E501
    (FORM_FILE, "general:\n", f"general: *{SECRET}\n", "yaml-syntax", ""),
    (FORM_FILE, "general:\n", f"general: !{SECRET} x\n", "yaml-syntax", ""),
    (GUIDE, "audience: [DPs]", f"audience: [{SECRET}]", "not-an-option", "audience[0]"),
    (GUIDE, "audience: [DPs]\n", "", "missing-field", "audience"),
    (GUIDE, "audience: [DPs]", "audiense: [DPs]", "unknown-key", ""),
    (GUIDE, "releases: [skrift/2.0]", "releases: [skrift/9.0]", "unknown-release", "releases[0]"),
    (GUIDE, "[odinsgavl-latency.csv, flow.svg]", f"[odinsgavl-latency.csv, flow.svg, {SECRET}.csv]", "missing-file", "attachments[2]"),  # noqa: E501
    (GUIDE, "[odinsgavl-latency.csv, flow.svg]", "[../../recovery.key, odinsgavl-latency.csv, flow.svg]", "missing-file", "attachments[0]"),  # noqa: E501
    (GUIDE, "[odinsgavl-latency.csv, flow.svg]", "[odinsgavl-latency.csv]", "unknown-file", ""),
    (RECIPIENTS, "fingerprint: 0944", "fingerprint: 0945", "fingerprint-mismatch", "recipients[0].fingerprint"),
    (RECIPIENTS, "granted: '2026-10-27'", "granted: '2028-10-27'", "date-order", "recipients[0].expires"),
    (RECIPIENTS, "requested: '2026-11-19'", "requested: '9999-12-25'", "bad-format", "recipients[2].requested"),
    (RECIPIENTS, "key_type: MLKEM768-X25519", "key_type: X25519", "unusable-key", "recipients[0].public_key"),
    (RECIPIENTS, "id: a07c55e31f", "id: 4be19c07d2", "same-id", "recipients[1].id"),
    (RECIPIENTS, "key_type: MLKEM768-X25519", f"key_type: {SECRET}", "not-an-option", "recipients[0].key_type"),
    (RECIPIENTS, "name: Nordlygte Systems GmbH", f"nam: {SECRET}", "unknown-key", "recipients[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code", "path"), PROBLEMS)
def test_problems_name_the_place_and_never_the_words(
    desk: Path, gpai: Run, file: str, old: str, new: str, code: str, path: str
) -> None:
    edit(desk / file, old, new)
    _, _, report = read(desk)
    found = [p for p in report.errors if p.code == code]
    assert [p.path for p in found][:1] == [path], [str(p) for p in report]
    if code != "unknown-file":
        lines = (desk / file).read_text(encoding="utf-8").splitlines()
        assert 0 < found[0].line <= len(lines)
    said = gpai("seal", "--check", "--format", "json")
    assert said.returncode == 1
    assert json.loads(said.stdout)["problems"]
    done = gpai("seal")
    assert done.returncode == 1
    for text in (said.stdout, said.stderr, done.stdout, done.stderr, *(str(p) for p in report)):
        for word in (SECRET, "Krabbegat", "Ulvetange", "Nordlygte", "1.4e2", "Tindebro"):
            assert word.lower() not in text.lower()
        assert "Traceback" not in text


def test_a_form_needs_a_head_unless_its_public_part_has_one(desk: Path) -> None:
    assert "version:" not in (desk / FORM_FILE).read_text(encoding="utf-8")
    _, private, report = read(desk)
    assert not report.errors
    assert "version" not in private.forms["skrift", "2.0"].data
    (desk / "content/models/skrift/2.0/model-documentation.yaml").unlink()
    _, _, report = read(desk)
    assert [(p.code, p.path) for p in report.todo if p.file == FORM_FILE] == [
        ("open-field", "last_updated"),
        ("open-field", "version"),
    ]


def test_links_lead_to_listed_files_only(desk: Path, gpai: Run) -> None:
    with (desk / GUIDE).open("a", encoding="utf-8") as file:
        file.write("\nSee [this](../../recovery.key).\n")
    line = len((desk / GUIDE).read_text(encoding="utf-8").splitlines())
    done = gpai("seal")
    assert done.returncode == 1
    assert f"skumringsvej-guide.md:{line}: a link or image leads to a file that is not listed" in done.stderr


def test_symbolic_links_are_refused(desk: Path) -> None:
    (desk / "private/documents/elsewhere.md").symlink_to("/etc/hostname")
    (desk / "private/documents/folder").symlink_to("/etc")
    _, _, report = read(desk)
    assert [p.code for p in report.errors] == ["symbolic-link", "symbolic-link"]


def test_what_cannot_be_read_is_an_error_and_no_gap(desk: Path) -> None:
    (desk / "private/models/skrift").rename(desk / "skrift")
    (desk / "private/models/skrift").symlink_to(desk / "skrift")
    (desk / "private/recipients.yaml").unlink()
    shutil.rmtree(desk / "private/documents")
    (desk / "private/documents").write_text("x", encoding="utf-8")
    _, _, report = read(desk)
    assert sorted(p.code for p in report.errors) == ["missing-file", "symbolic-link", "unreadable-file"]


def test_a_name_that_no_file_can_have_is_told_discreetly(desk: Path, gpai: Run) -> None:
    edit(desk / GUIDE, "[odinsgavl-latency.csv,", f"['{SECRET * 20}', odinsgavl-latency.csv,")
    done = gpai("seal")
    assert done.returncode == 1
    assert "there is no such file beside the document" in done.stderr
    assert SECRET not in done.stderr


def test_the_folder_may_be_a_repository_of_its_own(desk: Path, gpai: Run) -> None:
    subprocess.run(["git", "init", "-q", str(desk / "private")], check=True)
    for name in (".gitattributes", ".DS_Store", "documents/.DS_Store"):
        (desk / "private" / name).write_text("", encoding="utf-8")
    assert gpai("seal", "--check").returncode == 0


def test_free_text_in_the_head_is_for_those_who_get_every_item(desk: Path) -> None:
    (desk / "content/models/skrift/2.0/model-documentation.yaml").unlink()
    head = f'version: "9"\nlast_updated: "2026-09-14"\nchanges: {SECRET} was corrected\n'
    exact = 'compute:\n  amount_exact: "1.4e23"\n'
    means = "use:\n  technical_means: x\n"
    for text, read_by_providers in ((head + exact + means, False), (head + exact, False), (head + means, True)):
        (desk / FORM_FILE).write_text(text, encoding="utf-8")
        content, private, report = read(desk)
        assert not report.errors, report.errors
        for readers, expected in (((Audience.DPS,), read_by_providers), (tuple(Audience), True)):
            merged = restricted_forms(content, compose(content), private, readers).get("skrift/2.0")
            assert (SECRET in str(merged and merged.data)) is expected
            assert (merged is None) is (text == head + exact and not expected)


def test_free_text_in_the_head_is_kept_back_where_not_every_item_is_asked_for(desk: Path) -> None:
    (desk / "content/models/skrift/2.0/model-documentation.yaml").unlink()
    head = f'version: "9"\nlast_updated: "2026-09-14"\nchanges: {SECRET} was corrected\n'
    items = 'compute:\n  amount_exact: "1.4e23"\nuse:\n  technical_means: x\n'
    (desk / FORM_FILE).write_text(head + items, encoding="utf-8")
    content, private, report = read(desk)
    assert not report.errors, report.errors

    def merged(readers: tuple[Audience, ...], *items: str) -> str | None:
        found = restricted_forms(content, compose(content), private, readers, items).get("skrift/2.0")
        return found and str(found.data)

    assert SECRET in str(merged((Audience.AIO,), "compute", "use"))
    for readers, asked in (
        ((Audience.DPS,), "use"),
        ((Audience.AIO,), "use"),
        ((Audience.AIO,), "compute.amount_exact"),
    ):
        found = merged(readers, asked)
        assert "'9'" in str(found)
        assert SECRET not in str(found)
    assert merged((Audience.DPS,), "compute.amount_exact") is None
    assert merged((Audience.AIO,), "energy") is None


def test_the_day_a_condition_of_the_law_was_met_is_for_the_ai_office_alone(desk: Path, gpai: Run) -> None:
    """Art. 52(1): it counts the two weeks of the notification, and may lie before anything is public."""
    text = (desk / FORM_FILE).read_text(encoding="utf-8")
    (desk / FORM_FILE).write_text(f"condition_met: 2026-02-17\n{text}", encoding="utf-8")
    content, private, report = read(desk)
    assert not report.errors, report.errors
    for readers, theirs in (((Audience.AIO,), True), ((Audience.NCAS,), False), ((Audience.DPS,), False)):
        merged = restricted_forms(content, compose(content), private, readers)["skrift/2.0"]
        assert ("condition_met" in merged.data) is theirs, readers
    assert gpai("seal").returncode == 0
    assert gpai("render", "--out", "plain", "--sealed-by", SEALED_BY).returncode == 0
    for file in (desk / "plain").rglob("*"):
        if file.suffix in {".md", ".html", ".json", ".atom"} and "schemas" not in file.parts:
            for word in ("2026-02-17", "17 February 2026", "condition_met"):
                assert word not in file.read_text(encoding="utf-8"), file


def test_an_extract_leaves_out_a_published_day_that_was_not_asked_for(desk: Path) -> None:
    public = desk / "content/models/skrift/2.0/model-documentation.yaml"
    edit(public, "properties:\n", "publish_beyond_audience: [condition_met]\ncondition_met: 2026-02-17\nproperties:\n")
    content, private, report = read(desk)
    assert not report.errors, report.errors
    for items, is_there in ((("compute",), False), (("condition_met",), True), ((), True)):
        merged = restricted_forms(content, compose(content), private, (Audience.NCAS,), items)["skrift/2.0"]
        assert ("condition_met" in merged.data) is is_there, items


def test_a_form_may_cover_other_releases_from_the_private_folder_alone(desk: Path) -> None:
    for release in ("1.0", "2.0"):
        (desk / f"content/models/skrift/{release}/model-documentation.yaml").unlink(missing_ok=True)
    other = desk / "private/models/skrift/1.0/model-documentation.yaml"
    kept = other.read_text(encoding="utf-8")
    other.unlink()
    head = 'version: "9"\nlast_updated: "2026-09-14"\ncovers: [skrift/1.0]\n'
    (desk / FORM_FILE).write_text(head + "use:\n  technical_means: x\n", encoding="utf-8")
    content, private, report = read(desk)
    assert not report.errors, report.errors
    for readers in ((Audience.DPS,), tuple(Audience)):
        merged = restricted_forms(content, compose(content), private, readers)
        assert merged["skrift/1.0"] is merged["skrift/2.0"]
        assert merged["skrift/2.0"].covers == ("skrift/2.0", "skrift/1.0")
    other.write_text(head.replace("covers: [skrift/1.0]\n", "") + kept, encoding="utf-8")
    _, _, report = read(desk)
    assert ("item-in-two-files", "covers[0]", FORM_FILE) in {(p.code, p.path, p.file) for p in report.errors}
    edit(desk / FORM_FILE, "covers: [skrift/1.0]", f"covers: [{SECRET.lower()}/1.0]")
    _, _, report = read(desk)
    found = [p for p in report.errors if p.code == "unknown-release"]
    assert [(p.path, p.file, p.line) for p in found] == [("covers[0]", FORM_FILE, 3)]
    assert SECRET.lower() not in "".join(map(str, report)).lower()


DAYS = ["{state: not_disclosed, reason: x}", "'2026-10'", "{value: '2026-10-27', qualifier: not_before}"]


@pytest.mark.parametrize("written", DAYS)
@pytest.mark.parametrize("name", ["granted", "expires", "requested"])
def test_a_day_of_access_is_a_day(desk: Path, gpai: Run, name: str, written: str) -> None:
    """A state in its place would read as if nothing was written: no end of access, for example."""
    file = desk / RECIPIENTS
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(rf"(?m)^( +{name}): .*$", rf"\1: {written}", text, count=1), encoding="utf-8")
    _, _, report = read(desk)
    assert f"recipients[0].{name}" in {p.path for p in report.errors}
    assert gpai("seal").returncode == 1


def test_whether_keys_must_be_post_quantum_is_said_with_yes_or_no(desk: Path) -> None:
    file = desk / RECIPIENTS
    file.write_text("require_post_quantum: {state: not_known}\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    _, _, report = read(desk)
    assert [p.path for p in report.errors] == ["require_post_quantum"]


def test_set_up_makes_a_folder_that_git_leaves_alone(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    done = run("gpai_portal.cli", "new", "private", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain", "-uall"], capture_output=True, check=True
    )
    assert status.stdout == b""
    key = tmp_path / "private/recovery.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    again = run("gpai_portal.cli", "new", "private", cwd=tmp_path)
    assert again.returncode == 2
    assert key.read_bytes() == before


def test_items_left_open_are_told(desk: Path, gpai: Run) -> None:
    text = (desk / FORM_FILE).read_text(encoding="utf-8")
    before, _, after = text.partition("  required_software: |\n")
    (desk / FORM_FILE).write_text(before + after.partition("\n\n")[2], encoding="utf-8")
    _, _, report = read(desk)
    assert [p.code for p in report.problems] == ["open-item"], report.problems
    assert "use.required_software" in str(report.problems[0])
    told = gpai("seal", "--check")
    assert (told.returncode, "1 warning" in told.stdout) == (0, True)
    assert "1 warning about the private folder; see: gpai-portal seal --check" in gpai("seal").stderr


def test_the_check_reports_what_is_wrong_with_the_content(desk: Path, gpai: Run) -> None:
    """In its own form, as it does for the private folder, so that a program can read it."""
    edit(desk / "content/provider.yaml", "name:", "nam:")
    done = gpai("seal", "--check", "--format", "json")
    assert done.returncode == 1
    files = {problem["file"] for problem in json.loads(done.stdout)["problems"]}
    assert files == {"content/provider.yaml"}
    assert "error: content/provider.yaml:" in gpai("seal", "--check").stdout


def test_a_link_to_nothing_is_found_by_the_check_and_leaves_no_half_set(desk: Path, gpai: Run) -> None:
    shutil.rmtree(desk / "content/sealed")
    (desk / "private/section.json").unlink()
    with (desk / GUIDE).open("a", encoding="utf-8") as file:
        file.write("\nSee [this](other.md).\n")
    for words in (("seal", "--check"), ("seal",)):
        done = gpai(*words)
        assert done.returncode == 1
        assert "documents/skrift-2.0/skumringsvej-guide.md:" in done.stderr
    assert not list((desk / "content/sealed").iterdir()) if (desk / "content/sealed").exists() else True
    edit(desk / GUIDE, "\nSee [this](other.md).\n", "")
    assert gpai("seal").returncode == 0


def test_attachments_and_headings_may_have_any_name(desk: Path, gpai: Run) -> None:
    folder = desk / "private/documents/skrift-2.0"
    for name, text in (("x/3-a.csv", "one"), ("x/a.csv", "two"), ("y/a.csv", "three"), ("y/.b.csv", "x")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    edit(desk / GUIDE, "[odinsgavl-latency.csv,", "[x/3-a.csv, x/a.csv, y/a.csv, y/.b.csv, odinsgavl-latency.csv,")
    deep = "".join(f"{'  ' * level}- level {level}\n" for level in range(16))
    with (desk / GUIDE).open("a", encoding="utf-8") as file:
        file.write(f"\n## Attachment A\n\nSee [A](#attachment-a).\n\n{deep}")
    done = gpai("seal")
    assert done.returncode == 0, done.stderr
    opened = gpai("open", "private/recovery.key", "--out", "opened")
    assert opened.returncode == 0, opened.stderr
    (guide,) = (desk / "opened").glob("*tindebro*")
    assert {f.read_text(encoding="utf-8") for f in guide.glob("*a.csv")} == {"one", "two", "three"}
    assert (guide / "b.csv").is_file(), "a name that begins with a dot would be hidden"
    html = (guide / "index.html").read_text(encoding="utf-8")
    assert 'href="#attachment-a"' in html
    assert all(f"level {level}" in html for level in range(16))
