"""``gpai-portal status`` as people and programs call it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from gpai_portal.cli.main import cli
from gpai_portal.errors import ContentError
from tests.cli.test_cli import portal
from tests.cli.test_completion import offered
from tests.conftest import AS_OF, DAY, ROOT

RELEASE = "content/models/text/1.0/release.yaml"
SUMMARY = "Public summary of training content"


def status(folder: Path, *words: str, as_of: str = AS_OF) -> Result:
    return CliRunner().invoke(cli, ["status", "--content", str(folder / "content"), "--as-of", as_of, *words])


def change(project: Path, file: str, old: str, new: str) -> None:
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new), encoding="utf-8")


def test_the_sample_as_people_read_it() -> None:
    code, out, err = portal("status", "--fail-on", "overdue", cwd=ROOT)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"as on {AS_OF}, by the law as of 20")
    assert "Skrift 1.0 (skrift/1.0): superseded; placed on the Union market: 2025-05-15" in lines
    assert (
        "Blik 1.0 (blik/1.0): current; placed on the Union market: 2026-09-01; duties limited to a modification" in out
    )
    assert lines[-1] == "no deadline is overdue by what this portal's data say"
    assert "next: Technical documentation, skrift/1.0: by 2027-08-02 (Art. 53(1)(a), Annex XI)" in lines
    kept = (
        "  running         Documentation is kept (Code of Practice, Transparency chapter, Measure 1.1, for: signatories"
    )
    assert sum(line.startswith(kept) for line in lines) == 2
    assert not [line for line in lines if "for: provider" in line]
    exempt = next(line for line in lines if line.startswith("  claimed exempt"))
    assert "Technical documentation (Art. 53(1)(a), Annex XI), Information for downstream providers" in exempt
    for form in ("text", "json", "ics"):
        said = re.sub(r"[\s-]+", " ", status(ROOT, "--format", form).output)
        assert not re.search(r"(?i)complian|complies|certif|conform|in good standing", said), form


def test_overdue_and_its_exit_codes(project: Path) -> None:
    (project / "content/models/text/1.0/training-content-summary.yaml").unlink()
    assert status(project).exit_code == 0
    done = status(project, "--fail-on", "overdue")
    assert done.exit_code == 1, "check calls it an error, and status tells it all the same"
    assert done.stdout.splitlines()[-1] == "1 deadline is overdue by what this portal's data say"
    due = "overdue: Public summary of training content, text/1.0: by 2026-03-10 (Art. 53(1)(d))"
    assert due in done.stdout.splitlines()
    early = status(project, "--fail-on", "overdue", as_of="2026-03-10")
    assert early.exit_code == 0
    assert status(project, "--fail-on", "soon", as_of="2026-03-10").exit_code == 1
    (project / "content/copyright-policy.yaml").unlink()
    assert status(project).stdout.splitlines()[-1] == "1 deadline is overdue by what this portal's data say"
    change(project, RELEASE, "union_market_date: 2026-03-10", "union_market_date: 2027-01-20")
    for soon, code in (("56", 0), ("57", 1)):
        done = status(project, "--fail-on", "soon", "--soon", soon)
        assert (done.exit_code, "soon: Copyright policy" in done.stdout) == (code, bool(code))
        assert ("next: Copyright policy" in done.stdout) is not bool(code), "each is told once"
    assert "Text 1.0 (text/1.0): planned; to be placed on the Union market: 2027-01-20" in done.stdout.splitlines()
    assert "by 2027-01-20; placement on the market: 2027-01-20" in done.stdout
    assert "running" not in done.stdout


def test_what_cannot_be_said_is_told_as_such(project: Path) -> None:
    (project / "content/models/text/1.0/training-content-summary.yaml").unlink()
    change(project, RELEASE, "union_market_date: 2026-03-10", "union_market_date: {state: unknown, reason: Lost.}")
    lines = status(project, "--fail-on", "overdue").stdout.splitlines()
    assert lines[-1] == "no deadline is overdue by what this portal's data say; of 1 it cannot be said"
    assert f"perhaps overdue: {SUMMARY}, text/1.0: by a day that cannot be computed (Art. 53(1)(d))" in lines
    told = next(line for line in lines if line.startswith(f"  perhaps overdue {SUMMARY}"))
    assert "no day can be computed: it is not given when it was placed" in told
    assert status(project, "--fail-on", "overdue").exit_code == 0
    assert status(project, "--fail-on", "soon").exit_code == 1


def test_an_update_that_the_dates_leave_open_is_counted(project: Path) -> None:
    summary = "content/models/text/1.0/training-content-summary.yaml"
    change(project, summary, "last_update: 2026-03-01", "last_update: 2026-05-20")
    change(project, RELEASE, "licence:", "further_trained: [{date: 2026-05}]\nlicence:")
    lines = status(project, as_of="2026-12-20").stdout.splitlines()
    assert lines[-1] == "no deadline is overdue by what this portal's data say; of 1 it cannot be said"


def test_wrong_use_and_errors_in_the_files(project: Path) -> None:
    for words in (["--fail-on", "never"], ["--format", "xml"], ["--as-of", "soon"], ["--soon", "x"], ["extra"]):
        assert status(project, *words).exit_code == 2
    change(project, "content/provider.yaml", "name: Base\n", "nam: Base\n")
    error = status(project).exception
    assert isinstance(error, ContentError)
    assert "nam" in str(error)
    code, out, err = portal("status", "--content", "nowhere", cwd=project)
    assert (code, out) == (2, "")
    assert "nowhere" in err
    code, out, err = portal("status", cwd=project)
    assert (code, out) == (1, "")


def test_json_has_everything_once(project: Path) -> None:
    change(project, RELEASE, "union_market_date: 2026-03-10", "union_market_date: 2027-01")
    found = json.loads(status(project, "--format", "json").stdout)
    assert (found["as_of"], found["private"], found["overdue"]) == (AS_OF, False, [])
    release = {"key": "text/1.0", "name": "Text 1.0", "state": "planned", "placed": "2027-01", "modification": False}
    assert found["releases"] == [release]
    first = found["items"][0]
    assert first["matter"] == "technical-documentation"
    assert (first["earliest"], first["latest"]) == ("2027-01-01", "2027-01-31")
    assert first in found["soon"]
    assert first in found["next"]
    keys = {(item["release"], item["matter"]) for item in found["items"]}
    assert len(keys) == len(found["items"])
    unknown = status(project, "--format", "json", as_of="2026-03-01")
    assert unknown.stdout.isascii()


def events(project: Path, *words: str, as_of: str = AS_OF) -> dict[str, dict[str, str]]:
    """The events of the calendar by their UID, as a program reads them."""
    raw = status(project, "--format", "ics", *words, as_of=as_of).stdout_bytes
    calendar = Calendar.from_ical(raw)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert (calendar["version"], calendar["prodid"]) == ("2.0", "-//gpai-portal//status//EN")
    found = {}
    for event in calendar.walk("VEVENT"):
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event.errors == []
        found[str(event["uid"])] = {
            "title": str(event["summary"]),
            "day": event["dtstart"].dt.isoformat(),
            "stamp": event["dtstamp"].dt.isoformat(),
            "description": str(event["description"]),
        }
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def test_a_calendar_of_days_that_move(project: Path) -> None:
    summary = project / "content/models/text/1.0/training-content-summary.yaml"
    change(project, RELEASE, "licence:", "further_trained: [{date: 2026-10-05}]\nlicence:")
    before = events(project)
    update = next(uid for uid, event in before.items() if event["title"].startswith("Updated summary"))
    assert before[update]["title"] == "Updated summary of training content, Text 1.0: by 2027-04-05"
    assert (before[update]["day"], before[update]["stamp"]) == ("2027-04-05", f"{DAY}T00:00:00+00:00")
    assert before == events(project), "the same data give the same calendar"
    change(project, RELEASE, "2026-10-05", "2026-10")
    assert events(project)[update]["title"].endswith("by a day not before 2027-04-01, at the latest 2027-04-30")
    assert events(project)[update]["day"] == "2027-04-30"
    late = events(project, as_of="2027-06-01")[update]
    assert late["title"].startswith("Overdue: Updated summary")
    assert late["stamp"] == "2027-06-01T00:00:00+00:00"
    assert not [event for event in before.values() if event["title"].startswith("Public summary")], "it is there"
    summary.unlink()
    assert [e for e in events(project).values() if e["title"].startswith("Overdue: Public summary")]


@pytest.mark.parametrize(
    "name", ["Ünï, code; \\n back\\slash", "DTSTART:20200101", "&amp; `x` @me", "Long " * 30 + "end"]
)
def test_hostile_names_stay_text(project: Path, name: str) -> None:
    change(project, RELEASE, "name: Text 1.0\n", f"name: {json.dumps(name)}\n")
    change(project, "content/provider.yaml", "name: Base\n", f"name: {json.dumps(name)}\n")
    assert f"{name} (text/1.0): current" in status(project).stdout
    found = events(project)
    assert f"Documentation is kept, {name}: until 2036-03-10" in {event["title"] for event in found.values()}
    assert json.loads(status(project, "--format", "json").stdout)["releases"][0]["name"] == name


def test_names_are_escaped_in_every_line_of_a_calendar(project: Path) -> None:
    change(project, "content/provider.yaml", "name: Base\n", f"name: {json.dumps('Base; evil, x')}\n")
    change(project, RELEASE, "name: Text 1.0\n", f"name: {json.dumps(chr(92) + 'Next; ' + chr(92) + 'n')}\n")
    raw = status(project, "--format", "ics").stdout_bytes.replace(b"\r\n ", b"")
    assert rb"NAME:Base\; evil\, x: deadlines" in raw.split(b"\r\n")
    assert rb"SUMMARY:Documentation is kept\, \\Next\; \\n: until 2036-03-10" in raw.split(b"\r\n")


def test_nothing_acts_on_a_terminal(project: Path) -> None:
    change(project, RELEASE, "name: Text 1.0\n", 'name: "Text\u200f 1.0"\n')
    out = status(project).stdout
    assert "Text\\u200f 1.0 (text/1.0): current" in out
    assert "\u200f" not in out + status(project, "--format", "ics").stdout


def test_an_empty_portal_has_nothing_to_tell(project: Path) -> None:
    shutil.rmtree(project / "content/models")
    out = status(project).stdout.splitlines()
    assert out[-1] == "no deadline is overdue by what this portal's data say"
    assert events(project) == {}


def test_a_shell_completes_it() -> None:
    assert offered("stat") == ["status"]
    assert {"--private", "--fail-on", "--soon", "--format", "--as-of"} <= set(offered("status --"))
    assert offered("status --fail-on ") == ["overdue", "soon"]
    assert offered("status --format i") == ["ics"]
