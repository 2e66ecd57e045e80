"""What only the provider knows of what is owed: told where the private folder is named, and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from gpai_portal.cli.main import cli
from gpai_portal.errors import SealingError, UsageError
from tests.conftest import AS_OF, DAY, EPOCH

Run = Callable[..., Result]

FORM = "private/models/skrift/2.0/model-documentation.yaml"
#: Words of the private folder: two companies that wait or have access, and their contacts.
PRIVATE = ("Nordlygte", "Fjeldræven", "fjeldraeven", "Aino", "Havkatten", "Vildsvinet", "4be19c07d2", "d83f2b6094")


@pytest.fixture
def status(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command at the desk, on the sample's day."""
    monkeypatch.chdir(desk)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return lambda *words: CliRunner().invoke(cli, ["status", *words])


def told(status: Run, *options: str) -> dict[str, Any]:
    done = status("--format", "json", *options)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def item(found: dict[str, Any], matter: str, release: str = "skrift/2.0") -> dict[str, Any]:
    return next(i for i in found["items"] if i["matter"] == matter and i["release"] in {release, ""})


def test_nothing_private_is_told_unless_it_is_asked_for(desk: Path, status: Run) -> None:
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}
    for form in ("text", "json", "ics"):
        done = status("--format", form)
        assert done.exit_code == 0, done.output
        for word in PRIVATE:
            assert word not in done.stdout + done.stderr
        assert ("requests and accesses were not looked at; see --private" in done.stdout) is (form == "text")
        asked = status("--format", form, "--private", "private")
        assert "Nordlygte" in asked.stdout
        assert "Aino" not in asked.stdout, "a name of a company is enough"
    assert {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()} == before, "nothing is written"


def test_requests_and_accesses_with_their_days(status: Run) -> None:
    found = told(status, "--private", "private")
    assert found["private"] is True
    request, access = item(found, "request-d83f2b6094"), item(found, "access-4be19c07d2")
    assert (request["standing"], request["latest"], request["private"]) == ("missing", "2026-12-03", True)
    assert request["whose"] == "signatories of the Transparency chapter"
    assert (access["standing"], access["until"], access["latest"]) == ("running", "ends", "2027-10-31")
    assert not [i for i in found["items"] if "a07c55e31f" in i["matter"]], "that one was revoked"
    assert [i["matter"] for i in found["soon"]] == ["request-d83f2b6094"]
    late = told(status, "--private", "private", "--as-of", "2026-12-04")
    assert [i["matter"] for i in late["overdue"]] == ["request-d83f2b6094"]
    on_time = told(status, "--private", "private", "--as-of", "2026-12-03", "--fail-on", "overdue")
    assert on_time["overdue"] == []
    ended = told(status, "--private", "private", "--as-of", "2027-11-01")
    assert not [i for i in ended["items"] if i["matter"] == "access-4be19c07d2"]


def test_the_14_days_bind_signatories(desk: Path, status: Run) -> None:
    provider = desk / "content/provider.yaml"
    text = provider.read_text(encoding="utf-8")
    old = "  transparency:\n    signed: true\n    since: 2025-08-01\n"
    assert old in text
    provider.write_text(text.replace(old, "  transparency:\n    signed: false\n"), encoding="utf-8")
    found = told(status, "--private", "private", "--as-of", "2027-01-01")
    request = item(found, "request-d83f2b6094")
    assert request["standing"] == "does not apply"
    assert request["notes"] == ["open; the 14 days bind signatories of the Transparency chapter"]
    assert found["overdue"] == []


def test_documentation_is_seen_in_the_private_folder_alone(desk: Path, status: Run) -> None:
    matters = ("technical-documentation", "downstream-information")
    assert [item(told(status), matter)["standing"] for matter in matters] == ["not told", "not told"]
    found = told(status, "--private", "private")
    assert [item(found, matter)["standing"] for matter in matters] == ["there", "there"]
    older = item(found, "technical-documentation", "skrift/1.0")
    assert older["standing"] == "in part"
    assert older["notes"] == ["items of the Form for these readers without an answer: 22 of 35"]
    exempt = item(found, "technical-documentation", "blik/1.0")
    assert (exempt["standing"], exempt["notes"], exempt["private"]) == ("claimed exempt", [], False)


def test_a_form_that_is_open_or_not_there_is_missing(desk: Path, status: Run) -> None:
    file = desk / FORM
    file.write_text(f"condition_met:\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    found = item(told(status, "--private", "private"), "technical-documentation")
    assert (found["standing"], found["notes"]) == (
        "overdue",
        ["fields of the Form are still open; what is kept elsewhere is not seen"],
    )
    covered = item(told(status, "--private", "private"), "technical-documentation", "skrift/1.0")
    assert covered["standing"] == "in part"
    file.unlink()
    assert item(told(status, "--private", "private"), "technical-documentation")["standing"] == "in part"
    (desk / "content/models/skrift/2.0/model-documentation.yaml").unlink()
    found = item(told(status, "--private", "private"), "technical-documentation")
    assert found["standing"] == "overdue"
    assert found["notes"] == ["nothing of the Form is here; what is kept elsewhere is not seen"]


def test_of_what_left_the_market_before_its_day_nobody_can_say(desk: Path, status: Run) -> None:
    for file in (desk / "private/models/skrift/1.0", desk / "content/models/skrift/1.0"):
        (file / "model-documentation.yaml").unlink()
    matter = "technical-documentation"
    assert item(told(status, "--private", "private"), matter, "skrift/1.0")["standing"] == "missing"
    release = desk / "content/models/skrift/1.0/release.yaml"
    gone = "withdrawn: {date: 2026-11-01, reason: Replaced.}\n"
    release.write_text(f"{release.read_text(encoding='utf-8')}{gone}", encoding="utf-8")
    found = item(told(status, "--private", "private", "--as-of", "2027-09-01"), matter, "skrift/1.0")
    assert found["standing"] == "not told"
    assert "withdrawn (2026-11-01)" in found["notes"][-1]


@pytest.mark.parametrize("opened", ["content/models/text/1.0/model-documentation.yaml", "content/provider.yaml"])
def test_a_form_that_waits_for_a_public_file_is_open(project: Path, opened: str) -> None:
    """Its own public part, or, of a covered release that has no other, that of the covering one; or the provider."""
    form = project / "content/models/text/1.0/model-documentation.yaml"
    other = project / "content/models/text/2.0/release.yaml"
    other.parent.mkdir()
    text = (project / "content/models/text/1.0/release.yaml").read_text(encoding="utf-8")
    other.write_text(text.replace("1.0", "2.0").replace("sequence: 1", "sequence: 2"), encoding="utf-8")
    form.write_text(f"covers: [text/2.0]\n{form.read_text(encoding='utf-8')}", encoding="utf-8")
    (project / "private").mkdir()
    (project / "private/recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
    words = ["--format", "json", "--content", str(project / "content"), "--private", str(project / "private")]

    def notes() -> list[str]:
        done = CliRunner().invoke(cli, ["status", *words, "--as-of", AS_OF])
        found = json.loads(done.stdout)["items"]
        return [note for i in found if i["matter"] == "technical-documentation" for note in i["notes"]]

    assert all(note.startswith("items of the Form") for note in notes())
    file = project / opened
    if file == form:
        file.write_text(re.sub("last_updated:.*", "last_updated:", file.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        form.unlink()
        file.write_text(file.read_text(encoding="utf-8").replace("country: FR", "country:"), encoding="utf-8")
    assert notes() == ["fields of the Form are still open; what is kept elsewhere is not seen"] * 2


def test_the_day_of_the_condition_is_told_with_the_private_folder_alone(desk: Path, status: Run) -> None:
    file = desk / FORM
    file.write_text(f"condition_met: 2026-02-17\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert item(told(status), "notification")["latest"] is None
    found = item(told(status, "--private", "private"), "notification")
    assert (found["standing"], found["latest"], found["private"]) == ("overdue", "2026-03-03", True)


def test_problems_of_the_private_folder_are_told_without_its_words(desk: Path, status: Run) -> None:
    file = desk / "private/recipients.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("'2026-11-19'", "soon"), encoding="utf-8")
    error = status("--private", "private").exception
    assert isinstance(error, SealingError)
    assert "private/recipients.yaml" in str(error)
    assert not [word for word in PRIVATE if word in str(error)]
    assert isinstance(status("--private", "nowhere").exception, UsageError)


def test_private_entries_of_a_calendar_are_marked(status: Run) -> None:
    done = status("--format", "ics", "--private", "private")
    events = Calendar.from_ical(done.stdout).walk("VEVENT")
    private = [str(e["summary"]) for e in events if e["class"] == "CONFIDENTIAL"]
    assert "Request of a downstream provider: Fjeldræven Oy: by 2026-12-03" in private
    assert {str(e["class"]) for e in events} == {"CONFIDENTIAL", "PUBLIC"}
    assert all(e["dtstamp"].dt.date() == DAY for e in events)


@pytest.mark.parametrize("name", ["A\\,;B", "BEGIN:VEVENT", "<b>&amp;</b>", "Ré" * 40])
def test_a_hostile_name_stays_text(desk: Path, status: Run, name: str) -> None:
    file = desk / "private/recipients.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: Fjeldræven Oy", f"name: {json.dumps(name)}"), encoding="utf-8")
    assert f"Request of a downstream provider: {name} (" in status("--private", "private").stdout
    raw = status("--private", "private", "--format", "ics").stdout_bytes
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    titles = [str(event["summary"]) for event in Calendar.from_ical(raw).walk("VEVENT")]
    assert f"Request of a downstream provider: {name}: by 2026-12-03" in titles
