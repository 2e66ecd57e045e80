"""A year of a provider, with real builds: what each page, feed, record and comparison says for each day."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import feedparser
import pytest
from jsonschema import Draft202012Validator

from tests.conftest import EPOCH, ROOT, run
from tests.reading import Links, visible

Build = Callable[..., subprocess.CompletedProcess[str]]

SUMMARY = "models/text/1.0/training-content"
#: JSON Feed 1.1 as far as our feeds use it (https://www.jsonfeed.org/version/1.1/).
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": {"type": "string", "pattern": "^https://"},
        "feed_url": {"type": "string", "pattern": "^https://"},
        "language": {"type": "string", "pattern": "^[a-z]{2}$"},
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text", "date_published", "title", "url"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "pattern": "^urn:uuid:.{14}[1-8].{4}[89ab]"},
                    "title": {"type": "string", "minLength": 1},
                    "content_text": {"type": "string", "minLength": 1},
                    "url": {"type": "string", "pattern": "^https://"},
                    "date_published": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00:00Z$"},
                },
            },
        },
    },
}


class Provider:
    """A provider at work in a folder: edits files, calls the command, builds the site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / "content" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def portal(self, *arguments: str, epoch: str = EPOCH) -> tuple[int, str]:
        done = run("gpai_portal.cli", *arguments, cwd=self.folder, epoch=epoch)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def publish(self, day: str, *arguments: str) -> str:
        """Publishes on a day that is today."""
        midnight = datetime.combine(date.fromisoformat(day), time(), UTC)
        code, out = self.portal("publish", *arguments, epoch=f"{midnight.timestamp():.0f}")
        assert code == 0, out
        return out

    def build(self, day: str, *, strict_publication: bool = True) -> None:
        config = self.folder / "mkdocs.yml"
        options = {"as_of": day, "strict_publication": strict_publication}
        text = config.read_text(encoding="utf-8")
        plugins = json.dumps(["search", {"gpai-portal": options}])
        config.write_text(re.sub(r"plugins: .*", f"plugins: {plugins}", text), encoding="utf-8")
        done = run("mkdocs", "build", "--strict", cwd=self.folder)
        assert done.returncode == 0, done.stderr

    def html(self, uri: str) -> str:
        return (self.folder / "site" / uri / "index.html").read_text(encoding="utf-8")

    def page(self, uri: str) -> str:
        html = self.html(uri)
        start = html.index('<div class="gp">')
        return visible(html[start:])

    def read(self, name: str) -> str:
        return (self.folder / "site" / name).read_text(encoding="utf-8")

    def entries(self, feed: str) -> list[str]:
        """Titles of a feed, newest first; both formats have to be valid and say the same."""
        atom = feedparser.parse(self.read(f"feeds/{feed}.atom"))
        assert atom.bozo == 0
        assert atom.version == "atom10"
        assert all(atom.feed[key] for key in ("id", "title", "updated", "author"))
        assert [link["rel"] for link in atom.feed.links] == ["self", "alternate"]
        assert len({entry.id for entry in atom.entries}) == len(atom.entries)
        assert [e.updated for e in atom.entries] == sorted((e.updated for e in atom.entries), reverse=True)
        parsed = json.loads(self.read(f"feeds/{feed}.json"))
        assert list(Draft202012Validator(JSON_FEED).iter_errors(parsed)) == []
        assert [item["id"] for item in parsed["items"]] == [entry.id for entry in atom.entries]
        assert [item["content_text"] for item in parsed["items"]] == [e.content[0].value for e in atom.entries]
        return [entry.title for entry in atom.entries]

    def verify(self, target: str) -> tuple[int, str]:
        return self.portal("verify", target, "--as-of", "2027-03-01")


@pytest.fixture
def provider(project: Path) -> Provider:
    return Provider(project)


def test_a_year_of_a_provider(provider: Provider) -> None:
    summary, release = "models/text/1.0/training-content-summary.yaml", "models/text/1.0/release.yaml"

    # March: everything is published for the first time.
    provider.publish("2026-03-10")
    provider.build("2026-03-10")
    page = provider.page(SUMMARY + "/")
    assert "revision 1 of 10 March 2026, the latest version : First publication" in page
    assert "Draft" not in page
    assert "Permanent copy of the latest version, revision 1 of 10 March 2026." in provider.page(SUMMARY + "/r1/")
    first = json.loads(provider.read(SUMMARY + "/r1.json"))
    assert first["version"] == "1.0"
    assert provider.verify("content")[0] == provider.verify("site")[0] == 0
    ids = [entry.id for entry in feedparser.parse(provider.read("feeds/all.atom")).entries]

    # April: a correction. Before it is published, the page is a draft, and a strict build fails.
    provider.edit(summary, 'version: "1.0"', 'version: "1.1"')
    provider.edit(
        summary,
        "previous_versions: {state: none}",
        'previous_versions:\n  - {version: "1.0", date: 2026-03-01, url: "https://base.example/old"}',
    )
    provider.edit(summary, "last_update: 2026-03-01", "last_update: 2026-04-20")
    provider.edit(summary, "[news.example, presse.example]", "[news.example, presse.example, zeitung.example]")
    provider.build("2026-04-20", strict_publication=False)
    page = provider.page(SUMMARY + "/")
    assert "Draft, not published. This page differs from what was published last: revision 1 of 10 March 2026" in page
    with pytest.raises(AssertionError, match=r"1 document\(s\) are not published as they stand"):
        provider.build("2026-04-20")
    code, out = provider.portal("publish", "--as-of", "2026-04-20")
    assert (code, "say what changed, with --reason" in out) == (2, True)
    provider.publish("2026-04-20", "--reason", "One domain name was missing")
    provider.build("2026-04-20")
    page = provider.page(SUMMARY + "/")
    assert "revision 2 of 20 April 2026, the latest version" in page
    assert "missing ( what changed ) version 1.0, last update 1 March 2026, revision 1 of 10 March 2026 : First" in page
    old = provider.page(SUMMARY + "/r1/")
    assert "Superseded: this is revision 1 of 10 March 2026. See the latest version, revision 2 of 20 April 2026" in old
    assert "zeitung.example" in page
    assert "zeitung.example" not in old
    change = provider.page(SUMMARY + "/r2/changes/")
    assert "1 joined: zeitung.example" in change
    assert "1 March 2026 20 April 2026" in change
    assert json.loads(provider.read(SUMMARY + "/r1.json")) == first
    newest, _first = provider.entries("all")
    assert newest == "One domain name was missing (Training summary: Text 1.0, version 1.1)"
    assert ids == [feedparser.parse(provider.read("feeds/all.atom")).entries[-1].id]

    # July: a new release, announced before it is on the market; and the crawler page changes.
    shutil.copytree(provider.folder / "content/models/text/1.0", provider.folder / "content/models/text/2.0")
    for file, old_text, new_text in (
        ("release", "name: Text 1.0\nsequence: 1", "name: Text 2.0\nsequence: 2"),
        ("release", "release_date: 2026-03-10\nunion", "release_date: 2026-07-20\nunion"),
        ("release", "market_date: 2026-03-10", "market_date: 2026-07-20"),
        ("training-content-summary", "French and German.", "French, German and Irish."),
        ("training-content-summary", "size: {band: mid, quantity: \"2e12\"", "size: {band: mid, quantity: \"4e12\""),
        ("training-content-summary", "latest_acquisition: 2026-01", "latest_acquisition: 2026-03"),
    ):  # fmt: skip
        provider.edit(f"models/text/2.0/{file}.yaml", old_text, new_text)
    provider.edit("copyright-policy.yaml", "robots_txt: ", "robots_txt: Read daily. ")
    code, out = provider.portal("publish", "--as-of", "2026-07-01", "--reason", "Text 2.0; robots.txt is read daily")
    assert (code, "copyright-policy has changed and has the version and date" in out) == (2, True)
    provider.edit("copyright-policy.yaml", 'version: "1.0"', 'version: "1.1"')
    provider.publish("2026-07-01", "--reason", "Text 2.0; robots.txt is read daily")
    provider.build("2026-07-01")
    assert "Planned placement on the Union market: 20 July 2026" in provider.page("models/text/2.0/")
    assert 'url=../1.0/"' in provider.read("models/text/latest/index.html")
    assert len(provider.entries("crawlers")) == 2
    assert len(provider.entries("models/text")) == 3
    provider.build("2026-07-20")
    assert "Superseded: see Text 2.0, the current release" in provider.page("models/text/1.0/")
    assert 'url=../../2.0/training-content/"' in provider.read("models/text/latest/training-content/index.html")
    comparison = provider.page("models/text/2.0/training-content/changes/")
    assert "Text 1.0: French and German. Text 2.0: French, German and Irish." in comparison
    assert "January 2026 March 2026" in comparison
    assert "2 × 10 12 tokens" in comparison
    overview = provider.page("models/text/2.0/changes/")
    assert "Release date" in overview
    assert "10 March 2026 20 July 2026" in overview

    # October: the old release leaves the market. November: an old release is corrected.
    provider.edit(
        release, "systemic_risk:", "withdrawn: {date: 2026-10-01, reason: No longer supported.}\nsystemic_risk:"
    )
    provider.publish("2026-10-01", "--reason", "Text 1.0 withdrawn")
    provider.edit(summary, "child sexual abuse material.", "child sexual abuse material; questions to J. Doe.")
    provider.edit(summary, 'version: "1.1"', 'version: "1.2"')
    provider.publish("2026-11-05", "--reason", "Contact added")
    provider.edit(summary, "; questions to J. Doe.", ".")
    provider.publish("2026-11-10", "--reason", "Contact removed", "--editorial")
    provider.build("2026-11-10")
    assert "Withdrawn from the market: 1 October 2026 No longer supported." in provider.page("models/text/1.0/")
    assert "J. Doe" in provider.page(SUMMARY + "/r3/")
    timeline = provider.page("models/text/")
    assert re.search(
        r"10 November 2026 .*5 November 2026 .*1 October 2026 .*20 July 2026 .*20 April 2026 .*10 March 2026", timeline
    )

    # December: a person's name is erased.
    provider.publish("2026-12-01", "--redact", f"{SUMMARY}-summary@r3", "--reason", "Name of a person")
    provider.build("2026-12-01")
    gone = provider.page(SUMMARY + "/r3/")
    assert "published on 5 November 2026 and redacted on 1 December 2026. Reason: Name of a person" in gone
    everything = [f for part in ("site", "content") for f in (provider.folder / part).rglob("*") if f.is_file()]
    assert not [f for f in everything if b"J. Doe" in f.read_bytes()]
    assert not (provider.folder / "site" / SUMMARY / "r3.json").exists()
    assert (
        "revision 4 of 10 November 2026, the latest version : editorial, version and date stay: Contact removed"
        in provider.page(SUMMARY + "/")
    )
    assert "revision 4, editorial, version and date stay (" in provider.read("feeds/all.json")
    index = json.loads(provider.read("gpai-transparency.json"))
    [told] = [d for d in index["models"][0]["releases"][1]["documents"] if d["type"] == "training-content-summary"]
    assert [r.get("editorial", False) for r in told["publication"]["revisions"]] == [False, False, False, True]
    assert provider.entries("all")[0] == "Name of a person (Redaction of earlier revisions)"
    changelog = provider.page("changes/")
    assert "Redacted: Public Summary" in changelog
    assert "This record was redacted on 1 December 2026. Name of a person" in changelog

    # What held on a day, by the command.
    _, out = provider.portal(
        "compare", "text/1.0/training-content-summary@2026-04-01", "text/1.0/training-content-summary@2026-05-01"
    )
    assert "+ zeitung.example" in out

    # Everything can be verified, and a copy with any byte changed is named.
    for target in ("content", "site"):
        code, out = provider.verify(target)
        assert code == 0, out
        assert "7 records" in out
        assert "records/000005.json: was redacted" in out
    links_lead_somewhere(provider.folder / "site")
    for name in (
        "models/text/1.0/index.html",
        f"{SUMMARY}/r1.json",
        f"{SUMMARY}.json",
        "records/000002.json",
        "records/000005.json",
        "feeds/all.atom",
        "gpai-transparency.json",
        "assets/gpai-portal.css",
    ):
        file = provider.folder / "site" / name
        raw = file.read_bytes()
        broken = bytearray(raw)
        broken[len(raw) // 2] ^= 4
        file.write_bytes(broken)
        code, out = provider.verify("site")
        assert code == 1
        assert f"error: {name}: " in out
        file.write_bytes(raw)
    assert provider.verify("site")[0] == 0


def links_lead_somewhere(site: Path) -> None:
    for file in site.rglob("*.html"):
        if file.name == "404.html":
            continue
        for target in Links(file.read_text(encoding="utf-8")).targets:
            if not re.match(r"[a-z]+:|#|/", target):
                path = (file.parent / target.split("#")[0].split("?")[0]).resolve()
                assert path.exists(), f"{file.relative_to(site)}: {target}"


def test_drafts_without_any_record(provider: Provider) -> None:
    provider.build("2026-11-24", strict_publication=False)
    page = provider.page(SUMMARY + "/")
    assert "Draft" not in page
    assert "All versions" not in page
    assert not (provider.folder / "site/feeds").exists()
    assert not (provider.folder / "site/changes").exists()
    with pytest.raises(AssertionError, match="strict_publication: 6 document"):
        provider.build("2026-11-24")


def test_a_broken_record_aborts_the_build(provider: Provider) -> None:
    provider.publish("2026-11-24")
    record = provider.folder / "content/records/000001.json"
    record.write_bytes(record.read_bytes().replace(b"Text 1.0", b"Text 9.9", 1))
    done = run("mkdocs", "build", cwd=provider.folder)
    assert done.returncode == 1
    assert "records/000001.json: the file was changed after it was written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_published_document_that_is_gone_aborts_the_build(provider: Provider) -> None:
    provider.publish("2026-11-24")
    (provider.folder / "content/copyright-policy.yaml").unlink()
    done = run("mkdocs", "build", cwd=provider.folder)
    assert done.returncode == 1
    assert "copyright-policy" in done.stderr
    assert "Traceback" not in done.stderr


def test_publish_refuses_content_with_errors_and_says_so(provider: Provider) -> None:
    provider.edit("models/text/1.0/release.yaml", "sequence: 1", "sequenz: 1")
    code, out = provider.portal("publish")
    assert code == 1
    assert "content/models/text/1.0/release.yaml:2:1 sequenz" in out
    assert not (provider.folder / "content/records").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("publish", "--redact", "copyright-policy@r1"), "--redact needs --reason"),
        (("publish", "--reason", "a\x07b"), "control characters"),
        (("publish", "--sign", "none.pem"), "cannot be read"),
        (("verify", "nowhere"), "no such folder"),
        (("verify", "content/models"), "neither a content folder"),
        (("verify", "http://127.0.0.1:9/"), "does not answer"),
        (("render", "--out", "content"), "already there"),
    ],
)
def test_wrong_use_returns_2(provider: Provider, arguments: tuple[str, ...], message: str) -> None:
    code, out = provider.portal(*arguments)
    assert code == 2
    assert message in out
    assert not (provider.folder / "content/records").exists()


def test_the_sample_is_published_as_it_stands() -> None:
    done = run("gpai_portal.cli", "verify", "content", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "not-published" not in done.stdout, f"{done.stdout}\nthe sample was changed: publish it, with a reason"


def test_the_whole_form_is_kept_in_the_private_folder(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "tests/sample/private", tmp_path / "private")
    public = sorted(f.name for f in (tmp_path / "content/records").iterdir())
    provider = Provider(tmp_path)
    out = provider.publish("2026-11-24", "--private")
    assert "models/skrift/2.0/model-documentation@r1" in out
    record = json.loads((tmp_path / "private/records/000001.json").read_text(encoding="utf-8"))
    assert {entry["kind"] for entry in record["documents"]} == {"model-documentation"}
    forms = {entry["key"]: json.dumps(entry["data"]) for entry in record["documents"]}
    written = (tmp_path / "private/models/skrift/2.0/model-documentation.yaml").read_text(encoding="utf-8")
    words = [line.strip() for line in written.splitlines() if len(line.split()) > 8 and not line.startswith("#")]
    assert len(words) > 5
    assert any(word in forms["models/skrift/2.0/model-documentation"] for word in words)
    assert not any(word in out for word in words)
    assert "nothing to publish" in provider.publish("2026-11-24", "--private")
    assert sorted(f.name for f in (tmp_path / "content/records").iterdir()) == public
    code, out = provider.portal("publish", "--private", "elsewhere", "--as-of", "2026-11-24")
    assert code == 2
    assert "no such folder" in out
