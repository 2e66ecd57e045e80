"""What ``gpai-portal leaks`` must find, and that it never passes over in silence what it cannot search."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import run

Run = Callable[..., subprocess.CompletedProcess[str]]

NOTHING = "0 errors, 0 warnings\n"
PASSAGE = "keeps the memory of long prompts small. Vocabulary and depth"
FORM = "private/models/skrift/2.0/model-documentation.yaml"
GUIDE = "private/documents/skrift-2.0/skumringsvej-guide.md"


@pytest.fixture
def site(desk: Path) -> Path:
    """A folder to be searched, beside the private one."""
    (desk / "site").mkdir()
    return desk / "site"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_form_that_is_not_valid_is_searched_for_as_it_stands(desk: Path, site: Path, gpai: Run) -> None:
    (site / "page.md").write_text(PASSAGE, encoding="utf-8")
    change(desk / FORM, "general:\n", "general: [\n")
    assert "page.md: a passage of a private document" in gpai("leaks", "site").stdout


@pytest.mark.parametrize(
    "page",
    [
        "<p>keeps the <b>memory</b> of <a href='>'>long</a>\n<i>prompts</i> small.</p>",
        '{"html": "<p>keeps <b>the</b>\\nmemory of <i class=\\"a\\">long</i> prompts small.</p>"}',
        "<script>'keeps the memory <b>of</b> long prompts small.'</script>",
        "<!-- keeps the memory of <em>long</em> prompts small. -->",
        "<p title='never ended><b>keeps</b> the memory <b>of</b> long prompts small.",
        "keeps&nbsp;the memory&#32;of long&#x20;prompts small.",
    ],
)
def test_markup_hides_nothing(desk: Path, site: Path, gpai: Run, page: str) -> None:
    (site / "page.html").write_text(page, encoding="utf-8")
    assert "page.html: a passage of a private document" in gpai("leaks", "site").stdout


def test_a_form_of_an_unknown_release_and_unknown_keys_are_searched_for(desk: Path, site: Path, gpai: Run) -> None:
    (site / "page.md").write_text(PASSAGE, encoding="utf-8")
    (site / "other.md").write_text("one two three four five six seven", encoding="utf-8")
    change(desk / FORM, "general:\n", "general:\n  no_such_item: one two three four five six seven\n")
    (desk / "private/models/skrift/2.0").rename(desk / "private/models/skrift/9.0")
    done = gpai("leaks", "site")
    assert "page.md: a passage" in done.stdout
    assert "other.md: a passage" in done.stdout


@pytest.mark.parametrize("broken", ["recipients: [\n", "no_such_key: 1\nrecipients:\n"])
def test_recipients_are_searched_for_in_a_broken_list(desk: Path, site: Path, gpai: Run, broken: str) -> None:
    (site / "page.md").write_text("With Nordlygte Systems GmbH", encoding="utf-8")
    (site / "key.md").write_text("0944 03f4 f66c ca4c ed11 b6bf", encoding="utf-8")
    change(desk / "private/recipients.yaml", "recipients:\n", broken)
    change(desk / "private/recipients.yaml", "GmbH\n", "GmbH  # by telephone\n")
    done = gpai("leaks", "site")
    assert done.returncode == 1
    assert "page.md: the name of a recipient" in done.stdout
    assert "key.md: the key of a recipient" in done.stdout


def test_a_document_with_an_error_in_its_head_is_searched_for(desk: Path, site: Path, gpai: Run) -> None:
    shutil.copyfile(desk / "private/documents/skrift-2.0/odinsgavl-latency.csv", site / "table.csv")
    (site / "page.md").write_text("On Known incidents and their remedies", encoding="utf-8")
    change(desk / GUIDE, "audience: ", "audience: [nobody] #")
    change(desk / "private/documents/known-incidents.md", "version: ", "version: [")
    done = gpai("leaks", "site")
    assert "table.csv: " in done.stdout
    assert "page.md: the title of a private document" in done.stdout


def test_a_file_that_no_document_lists_is_searched_for(desk: Path, site: Path, gpai: Run) -> None:
    data = bytes(range(256)) * 2
    (desk / "private/documents/weights.bin").write_bytes(data)
    (site / "copy.bin").write_bytes(b"before" + data + b"after")
    assert "copy.bin: bytes of a private file" in gpai("leaks", "site").stdout


def test_bytes_that_say_nothing_are_no_leak(desk: Path, site: Path, gpai: Run) -> None:
    (desk / "private/documents/empty.bin").write_bytes(bytes(4096))
    (site / "other.bin").write_bytes(bytes(1000))
    assert gpai("leaks", "site").stdout == NOTHING


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_private_files_may_have_another_encoding(desk: Path, site: Path, gpai: Run, encoding: str) -> None:
    passage = "søer og åer løber gennem de grønne enge"
    (desk / "private/documents/water.md").write_bytes(passage.encode(encoding))
    (site / "page.md").write_text(passage, encoding="utf-8")
    assert "page.md: a passage" in gpai("leaks", "site").stdout


@pytest.mark.parametrize("place", ["private/documents/lost.md", "private/models/lost", "private/recipients.yaml"])
def test_what_cannot_be_read_is_said(desk: Path, site: Path, gpai: Run, place: str) -> None:
    (desk / place).unlink(missing_ok=True)
    (desk / place).symlink_to(desk / "nowhere")
    done = gpai("leaks", "site")
    assert done.returncode == 1
    advice = "correct its permissions, or take it away"
    line = f"error: {place}: cannot be read, so it is not searched for; {advice} [unread]"
    assert done.stdout == f"{line}\n1 error, 0 warnings\n"


def test_a_linked_folder_is_not_passed_over(desk: Path, site: Path, gpai: Run) -> None:
    (desk / "private/documents/more").symlink_to(desk / "content")
    (site / "more").symlink_to(desk / "private")
    done = gpai("leaks", "site")
    assert done.returncode == 1
    assert "error: private/documents/more: cannot be read, so it is not searched for; " in done.stdout
    assert "error: more: cannot be read, so it is not searched; " in done.stdout


def test_a_folder_may_be_named_like_a_document(desk: Path, site: Path, gpai: Run) -> None:
    (desk / "private/documents/x.md").mkdir()
    (desk / "private/documents/x.md/more.md").write_text("one two three four five six seven", encoding="utf-8")
    (site / "page.md").write_text("one two three four five six seven", encoding="utf-8")
    done = gpai("leaks", "site")
    assert done.returncode == 1, done.stderr
    assert "page.md: a passage" in done.stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("skumringsvej-guide.md", "see skumringsvej_guide/"),
        ("skumringsvej-guide.md", '<a href="Skumringsvej-Guide.html">'),
        ("skumringsvej.md", "documents/skumringsvej.md"),
        ("Known problems.md", "Known%20problems.md"),
    ],
)
def test_the_file_name_of_a_document_is_found(desk: Path, site: Path, gpai: Run, name: str, text: str) -> None:
    (desk / GUIDE).unlink()
    (desk / "private/documents" / name).write_text("Nothing.", encoding="utf-8")
    (site / "page.md").write_text(text, encoding="utf-8")
    assert "page.md: the name of a private file" in gpai("leaks", "site").stdout


@pytest.mark.parametrize("name", ["README.md", "index.md", "overview.md", "skrift-2.0.md", "known-problems.md"])
def test_a_file_name_that_anybody_might_choose_is_no_leak(desk: Path, site: Path, gpai: Run, name: str) -> None:
    (desk / "private/documents" / name).write_text("Nothing.", encoding="utf-8")
    text = "README.md, index.html, overview.md and skrift-2.0.html tell of known problems and give an overview."
    (site / "page.md").write_text(text, encoding="utf-8")
    assert gpai("leaks", "site").stdout == NOTHING


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    return subprocess.run(["git", "-C", str(folder), *who, *words], capture_output=True, text=True, check=False)


@pytest.fixture
def repository(desk: Path) -> Path:
    """The desk under git, with everything but the private folder staged for the first commit."""
    (desk / ".gitignore").write_text("/private/\n", encoding="utf-8")
    git(desk, "init", "-q")
    git(desk, "add", "-A")
    return desk


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_a_passage_staged_in_a_data_file_is_found(repository: Path, gpai: Run, *, absolute: bool, first: bool) -> None:
    if not first:
        git(repository, "commit", "-qm", "x")
    content = repository / "content" if absolute else Path("content")
    assert gpai("leaks", "--staged", "--content", str(content)).stdout == NOTHING
    with (repository / "content/provider.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# {PASSAGE}\n")
    git(repository, "add", "-A")
    done = gpai("leaks", "--staged", "--content", str(content))
    assert "error: content/provider.yaml: a passage of a private document" in done.stdout
    assert done.returncode == 1


def test_what_the_last_commit_says_is_public(repository: Path, gpai: Run) -> None:
    with (repository / "content/provider.yaml").open("a", encoding="utf-8") as file:
        file.write(f"# {PASSAGE}\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "x")
    git(repository, "mv", "content/provider.yaml", "content/other.yaml")
    (repository / "page.md").write_text(PASSAGE, encoding="utf-8")
    git(repository, "add", "-A")
    assert gpai("leaks", "--staged").stdout == NOTHING


def test_the_repository_may_begin_above_the_portal(desk: Path) -> None:
    top = desk / "top"
    git(desk, "init", "-q", str(top))
    git(top, "config", "diff.relative", "true")
    (top / "portal").mkdir()
    for name in ("content", "private"):
        shutil.move(desk / name, top / "portal" / name)
    (top / ".gitignore").write_text("private/\n", encoding="utf-8")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "x")
    (top / "page.md").write_text(PASSAGE, encoding="utf-8")
    git(top, "add", "-A")
    done = run("gpai_portal.cli", "leaks", "--staged", cwd=top / "portal")
    assert done.stdout == "error: page.md: a passage of a private document; take it out [leak]\n1 error, 0 warnings\n"


def test_outside_a_repository_nothing_is_staged(gpai: Run) -> None:
    assert "is in no git repository" in gpai("leaks", "--staged").stderr


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_passage_in_utf_16_is_found(site: Path, gpai: Run, encoding: str) -> None:
    (site / "page.txt").write_bytes(PASSAGE.encode(encoding))
    (site / "name.txt").write_bytes("Case number “Havørnen-7”: Bo Multebær".encode(encoding))
    done = gpai("leaks", "site")
    assert "page.txt: a passage" in done.stdout
    assert "name.txt: the name of a recipient" in done.stdout


def test_a_passage_in_json_escapes_is_found(site: Path, gpai: Run) -> None:
    (site / "page.json").write_text("".join(f"\\u{ord(c):04x}" for c in PASSAGE), encoding="utf-8")
    (site / "name.json").write_text(json.dumps("<b>Bo\nMultebær</b>").replace("<", "\\u003c"), encoding="utf-8")
    (site / "lines.json").write_text(json.dumps(PASSAGE.replace(" ", "\n")), encoding="utf-8")
    done = gpai("leaks", "site")
    assert "page.json: a passage" in done.stdout
    assert "name.json: the name of a recipient" in done.stdout
    assert "lines.json: a passage" in done.stdout


def test_packed_copies_are_found_wherever_they_lie(site: Path, gpai: Run) -> None:
    packed = zlib.compress(b"x " * 5_000_000 + PASSAGE.encode())
    (site / "late.bin").write_bytes(packed)
    (site / "behind.bin").write_bytes(zlib.compress(b"nothing") * 3000 + gzip.compress(PASSAGE.encode()))
    (site / "broken.gz").write_bytes(gzip.compress(random.randbytes(300_000) + PASSAGE.encode())[:-8])
    (site / "office.docx").write_bytes(zipped(PASSAGE))
    done = gpai("leaks", "site")
    for name in ("late.bin", "behind.bin", "broken.gz", "office.docx"):
        assert f"{name}: a passage" in done.stdout


def zipped(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@pytest.mark.long
def test_the_search_goes_through_noise_and_many_streams(site: Path, gpai: Run) -> None:
    (site / "random.bin").write_bytes(random.Random(1).randbytes(4_000_000))  # others may hold a figure by chance
    (site / "streams.bin").write_bytes(zlib.compress(b"nothing") * 5_000 + bytes(20_000_000))
    (site / "brackets.html").write_bytes(b"<" * 4_000_000)
    (site / "page.md").write_text(PASSAGE, encoding="utf-8")
    done = gpai("leaks", "site")
    assert done.stdout == "error: page.md: a passage of a private document; take it out [leak]\n1 error, 0 warnings\n"


@pytest.mark.parametrize(
    "data", [b"\x78\x01" * 2_000_000, pytest.param(gzip.compress(bytes(300_000_000), 1), marks=pytest.mark.long)]
)
def test_what_is_not_searched_to_its_end_is_said(site: Path, gpai: Run, data: bytes) -> None:
    (site / "file.bin").write_bytes(data)
    done = gpai("leaks", "site")
    assert done.returncode == 1
    assert done.stdout.startswith("error: file.bin: more is packed in it than is searched; unpack it")
    assert done.stdout.endswith("[unread]\n1 error, 0 warnings\n")


def test_the_command_says_what_it_does_not_look_into(site: Path, gpai: Run) -> None:
    (site / "page.md").write_text("Nothing.", encoding="utf-8")
    done = gpai("leaks", "site")
    assert done.stdout == NOTHING
    for word in ("pictures", "PDF", "encrypted", "fewer than 3 words", "below a million"):
        assert word in done.stderr


def test_leaks_are_told_to_programs_and_to_github(desk: Path, site: Path, gpai: Run) -> None:
    (site / "page.md").write_text(PASSAGE, encoding="utf-8")
    (desk / "private/documents/lost.md").symlink_to(desk / "nowhere")
    told = gpai("leaks", "site", "--format", "json")
    assert told.returncode == 1
    report = json.loads(told.stdout)
    found = [(p["file"], p["code"], p["severity"]) for p in report["problems"]]
    assert found == [("page.md", "leak", "error"), ("private/documents/lost.md", "unread", "error")]
    assert report["errors"] == 2
    told = gpai("leaks", "site", "--format", "github")
    assert told.returncode == 1
    assert "::error file=page.md,title=leak::a passage of a private document; take it out\n" in told.stdout


def test_a_file_whose_name_is_not_utf_8_is_searched(desk: Path, site: Path, gpai: Run) -> None:
    (desk / "private/documents/plan.md").write_text("one two three four five six seven", encoding="utf-8")
    with open(os.fsencode(site) + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123
        file.write(b"one two three four five six seven")
    for words in ((), ("--format", "json")):
        done = gpai("leaks", "site", *words)
        assert "Traceback" not in done.stderr
        assert done.returncode == 1
        assert "a passage of a private document" in done.stdout


def test_a_site_of_the_sample_gives_no_false_alarm(desk: Path, gpai: Run, sample_site: Path) -> None:
    """An image among the attachments and a table that says what a private line says as well."""
    done = gpai("leaks", str(sample_site))
    assert (done.returncode, done.stdout) == (0, NOTHING), done.stdout
