"""The provider's commands from request to revocation, package and export, as a person at the desk runs them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from gpai_portal.sealing.keys import Identity, Kem
from gpai_portal.sealing.manifest import read_sealed
from tests.conftest import ROOT, SAMPLE
from tests.gate.conftest import key_text, request_text
from tests.sealing.forging import serial_of

Run = Callable[..., subprocess.CompletedProcess[str]]
DEMO = str(SAMPLE / "demo.key")


def epoch_of(desk: Path) -> int:
    found = read_sealed(desk / "content/sealed")
    assert found
    return found.epoch


def portal_of(desk: Path) -> str:
    return str(json.loads((desk / "private/section.json").read_text(encoding="utf-8"))["portal"])


def let_in(desk: Path, gpai: Run, reader: Identity, company: str) -> str:
    file = desk / "request.txt"
    file.write_text(request_text(reader, company, portal_of(desk)), encoding="utf-8")
    asked = gpai("request", "request.txt")
    assert asked.returncode == 0, asked.stderr
    id_ = re.search(r"recorded as (\w+)", asked.stdout)[1]  # type: ignore[index]
    done = gpai(
        "grant", id_, "--basis", "contract", "--fingerprint", reader.public.fingerprint.upper().replace(" ", "-")
    )
    assert done.returncode == 0, done.stderr
    return id_


@pytest.mark.parametrize("kem", list(Kem))
def test_request_grant_seal_open_revoke_seal_refused(desk: Path, gpai: Run, kem: Kem) -> None:
    reader = Identity.generate(kem)
    (desk / "reader.key").write_text(key_text(desk, reader), encoding="utf-8")
    id_ = let_in(desk, gpai, reader, "Reader Ltd")
    assert gpai("open", "reader.key", "--out", "early").returncode == 1
    sealed = gpai("seal")
    assert sealed.returncode == 0, sealed.stderr
    assert ("not post-quantum" in sealed.stdout) is (kem is Kem.X25519)
    opened = gpai("open", "reader.key", "--out", "opened")
    assert opened.returncode == 0, opened.stderr
    text = "".join(f.read_text(encoding="utf-8") for f in (desk / "opened").rglob("*.html"))
    assert "Klingdal series" in text
    assert "Krabbegat cluster" in text
    assert "Ulvetange" not in text
    csv = next((desk / "opened").rglob("odinsgavl-latency.csv"))
    assert csv.read_bytes() == (desk / "private/documents/skrift-2.0/odinsgavl-latency.csv").read_bytes()
    first = epoch_of(desk)
    assert gpai("revoke", id_).returncode == 0
    assert gpai("seal").returncode == 0
    assert epoch_of(desk) == first + 1
    refused = gpai("open", "reader.key", "--out", "again")
    assert refused.returncode == 1
    assert "opens nothing" in refused.stderr
    assert not (desk / "again").exists()
    assert gpai("open", DEMO, "--out", "demo").returncode == 0


def test_access_ends_with_its_last_day(desk: Path, gpai: Run) -> None:
    assert gpai("seal", "--as-of", "2027-10-31").returncode == 0
    assert gpai("open", DEMO, "--out", "one").returncode == 0
    done = gpai("seal", "--as-of", "2027-11-01")
    assert "(new)" in done.stdout
    assert "0 recipients" in done.stdout
    assert gpai("open", DEMO, "--out", "two").returncode == 1


def test_a_request_arrives_in_many_shapes(desk: Path, gpai: Run) -> None:
    reader = Identity.generate()
    text = request_text(reader, "Grøn ApS", portal_of(desk))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Request"
    mail.set_content(text, cte="quoted-printable")
    attached, html, blocks = EmailMessage(), EmailMessage(), EmailMessage()
    for message in (attached, html, blocks):
        message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Request"
    attached.set_content("Please find our request attached.")
    attached.add_attachment(text.encode(), maintype="text", subtype="plain", filename="request.txt")
    html.set_content("<p>" + text.replace("Grøn", "Gr&oslash;n").replace("\n", "<br>\n") + "</p>", subtype="html")
    lines = "".join(f"<div title='>'>{line}</div>" for line in text.splitlines())
    blocks.set_content(f"<style>p > a {{ color: red }}</style><!-- <p> -->{lines}", subtype="html")
    shapes = {
        "quoted.txt": "\n".join(f"> {line}" for line in text.splitlines()),
        "windows.txt": "\ufeff" + text.replace("\n", "\r\n"),
        "wrapped.txt": "Hello,\n\n"
        + re.sub(r"(.{40})(?=[A-Za-z0-9+/])", r"\1\n", text[text.index("-----BEGIN") :]).join(
            [text[: text.index("-----BEGIN")], "\n-- \nRegards"]
        ),
        "mail.eml": mail.as_string(),
        "attached.eml": attached.as_string(),
        "html.eml": html.as_string(),
        "blocks.eml": blocks.as_string(),
    }
    names = []
    for name, shape in shapes.items():
        (desk / "private/recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
        (desk / name).write_text(shape, encoding="utf-8", newline="")
        done = gpai("request", name, "--received", "2026-11-20")
        assert done.returncode == 0, (name, done.stderr)
        assert "answer by 2026-12-04" in done.stdout
        names.append((desk / "private/recipients.yaml").read_text(encoding="utf-8").count("Grøn ApS"))
    assert names == [1] * 7
    (desk / "private/recipients.yaml").write_text("recipients: []\n", encoding="utf-8")
    (desk / "wide.txt").write_text(text, encoding="utf-16")
    assert gpai("request", "wide.txt").returncode == 0
    late = gpai("request", "wide.txt", "--received", "2030-01-01")
    assert late.returncode == 2
    assert "is in the future" in late.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("Fingerprint: ", "Fingerprint: ffff "), "not that of its key"),
        (lambda text: text.replace("Company: Reader Ltd\n", ""), "no line Company:"),
        (lambda text: text.replace("-----BEGIN", "----BEGIN"), "no public key block"),
        (lambda text: text.replace("Portal id: ", "Portal id: 0"), "another portal"),
        (lambda text: text.replace("Portal id: ", "Portal id:\n"), "no line Portal id:"),
        (lambda text: text.replace("Reader Ltd", "Reader Ltd\x07"), "cannot be recorded"),
        (lambda text: text.replace("Reader Ltd", "Reader Ltd" * 200), "cannot be recorded (name: too-long)"),
        (lambda text: text.replace("Key type: MLKEM768-X25519", "Key type: X25519"), "32 bytes"),
        (lambda text: text + Identity.generate().to_text("2026"), "must never be sent"),
        (lambda text: "", "no public key block"),
    ],
)
def test_requests_that_do_not_hold_are_refused(desk: Path, gpai: Run, change, message: str) -> None:
    text = request_text(Identity.generate(), "Reader Ltd", portal_of(desk))
    (desk / "request.txt").write_text(change(text), encoding="utf-8")
    before = (desk / "private/recipients.yaml").read_bytes()
    done = gpai("request", "request.txt")
    assert done.returncode == 1
    assert message in done.stderr
    assert "Reader Ltd" not in done.stderr
    assert (desk / "private/recipients.yaml").read_bytes() == before


def test_a_grant_needs_the_fingerprint_that_was_heard(desk: Path, gpai: Run) -> None:
    wrong = gpai("grant", "d83f2b6094", "--basis", "x", "--fingerprint", Identity.generate().public.fingerprint)
    assert wrong.returncode == 1
    assert "access is not granted" in wrong.stderr
    right = gpai("grant", "d83f", "--basis", "x", "--fingerprint", "FDBE ECF4 84CE 5B86 3937 E740")
    assert right.returncode == 0, right.stderr
    assert gpai("grant", "a07c", "--basis", "x", "--fingerprint", "d1b4933db00a02b5c5815694").returncode == 1
    assert gpai("grant", "zzzz", "--basis", "x", "--fingerprint", "x").returncode == 2


def test_what_was_revoked_stays_so_whatever_day_a_seal_is_of(desk: Path, gpai: Run) -> None:
    assert gpai("revoke", "4be1").returncode == 0
    summary = desk / "content/models/skrift/2.0/training-content-summary.yaml"
    edited = summary.read_text(encoding="utf-8").replace("last_update: 2026-11-24", "last_update: 2026-11-20")
    summary.write_text(edited, encoding="utf-8")
    early = gpai("seal", "--as-of", "2026-11-23")
    assert early.returncode == 1
    assert "content/sealed is of 2026-11-24" in early.stderr
    recipients = desk / "private/recipients.yaml"
    edited = re.sub(r"revoked: '2026-11-24'", "revoked: '2027-01-01'", recipients.read_text(encoding="utf-8"))
    recipients.write_text(edited, encoding="utf-8")
    assert "0 recipients" in gpai("seal").stdout
    assert gpai("open", DEMO, "--out", "opened").returncode == 1


def test_a_set_that_lets_in_others_than_the_list_is_told(desk: Path, gpai: Run) -> None:
    assert gpai("seal", "--check").returncode == 0
    assert "not-sealed" not in gpai("recipients", "--as-of", "2026-11-24").stdout
    assert gpai("revoke", "4be1").returncode == 0
    let_in(desk, gpai, Identity.generate(), "Reader Ltd")
    for words in (("seal", "--check"), ("recipients",)):
        told = gpai(*words)
        assert told.returncode == 1
        assert "error: content/sealed: the sealed set is not of today; " in told.stdout
        assert "1 whose access has ended, 1 who cannot open it yet; run: gpai-portal seal [not-sealed]" in told.stdout
        problems = json.loads(gpai(*words, "--format", "json").stdout)["problems"]
        assert [(p["code"], p["file"], p["advice"]) for p in problems] == [
            ("not-sealed", "content/sealed", "run: gpai-portal seal")
        ]
    assert "::error file=content/sealed,title=not-sealed::" in gpai("seal", "--check", "--format", "github").stdout
    sealed = gpai("seal")
    assert sealed.returncode == 0
    let_in(desk, gpai, Identity.generate(), "Second Ltd")
    assert "0 changed; 2 recipients" in gpai("seal").stdout
    assert gpai("seal", "--check").returncode == 0


def test_access_can_be_ended_whatever_is_wrong_elsewhere(desk: Path, gpai: Run) -> None:
    (desk / "content/provider.yaml").write_text("foo: 1\n", encoding="utf-8")
    (desk / "private/models/skrift/2.0/model-documentation.yaml").write_text("{", encoding="utf-8")
    done = gpai("revoke", "4be1")
    assert done.returncode == 0, done.stderr
    assert "revoked: '2026-11-24'" in (desk / "private/recipients.yaml").read_text(encoding="utf-8")
    (desk / "private/recipients.yaml").unlink()
    refused = gpai("revoke", "4be1")
    assert refused.returncode == 1
    assert "private/recipients.yaml: there is no such file" in refused.stderr


def test_a_basis_is_needed(desk: Path, gpai: Run) -> None:
    before = (desk / "private/recipients.yaml").read_bytes()
    done = gpai("grant", "d83f", "--basis", " ", "--fingerprint", "x")
    assert done.returncode == 2
    assert "the basis is empty" in done.stderr
    assert (desk / "private/recipients.yaml").read_bytes() == before


def test_commands_at_the_same_time_lose_nothing(desk: Path) -> None:
    command = [sys.executable, "-m", "gpai_portal.cli"]
    for _ in range(3):
        shutil.copyfile(SAMPLE / "private/recipients.yaml", desk / "private/recipients.yaml")
        both = [subprocess.Popen([*command, "revoke", id_], cwd=desk) for id_ in ("4be1", "d83f")]
        assert [process.wait() for process in both] == [0, 0]
        text = (desk / "private/recipients.yaml").read_text(encoding="utf-8")
        assert text.count("revoked:") == 3
    seals = [subprocess.Popen([*command, "seal", "--new-epoch"], cwd=desk) for _ in range(3)]
    assert [process.wait() for process in seals] == [0, 0, 0]
    assert epoch_of(desk) == 4
    assert read_sealed(desk / "content/sealed").open(Identity.parse((desk / "private/recovery.key").read_text())).key  # type: ignore[union-attr]


def test_what_only_the_provider_may_read_no_other_user_of_the_machine_can_read(desk: Path, gpai: Run) -> None:
    assert gpai("open", DEMO, "--out", "opened").returncode == 0
    let_in(desk, gpai, Identity.generate(), "Reader Ltd")
    assert gpai("seal").returncode == 0
    assert gpai("package", "4be1").returncode == 0
    assert gpai("export", "--audience", "AIO", "--out", "pack.zip").returncode == 0
    names = ("recipients.yaml", "section.json", "ledger.jsonl", ".lock")
    files = [desk / "private" / name for name in names]
    files += [desk / "pack.zip", *(desk / "private/packages").iterdir(), *(desk / "opened").rglob("*.html")]
    assert len(files) > 8
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: (d / "opened").write_text("x"), ("open", DEMO, "--out", "opened")),
        (lambda d: (d / "private/section.json").write_text('{"portal": "x", "epoch": 1e999, "id_key": ""}'), ("seal",)),
        (lambda d: (d / "private/section.json").write_text('{"portal": "x", "epoch": 1, "id_key": "zz"}'), ("seal",)),
        (lambda d: (d / "private/recipients.yaml").write_text("recipients: Zebra\n"), ("recipients",)),
        (lambda d: (d / "private/ledger.jsonl").mkdir(), ("package", "4be1")),
        (lambda d: (shutil.rmtree(d / "content/sealed"), (d / "content/sealed").write_text("x")), ("seal",)),
        (lambda d: (d / "m.eml").write_text("From: a\nContent-Type: text/plain; charset=x\n\nx"), ("request", "m.eml")),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_told_without_a_traceback(desk: Path, gpai: Run, spoil, words: tuple[str, ...]) -> None:
    spoil(desk)
    done = gpai(*words)
    assert done.returncode in {1, 2}, done.stdout
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "Zebra" not in done.stderr


def test_a_portal_may_insist_on_post_quantum_keys(desk: Path, gpai: Run) -> None:
    file = desk / "private/recipients.yaml"
    file.write_text("require_post_quantum: true\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    (desk / "request.txt").write_text(
        request_text(Identity.generate(Kem.X25519), "Old Browser Ltd", portal_of(desk)), encoding="utf-8"
    )
    done = gpai("request", "request.txt")
    assert done.returncode == 1
    assert "post-quantum keys only" in done.stderr
    let_in(desk, gpai, Identity.generate(), "New Browser Ltd")
    assert file.read_text(encoding="utf-8").count("require_post_quantum: true") == 1


def test_recipients_tells_what_is_to_be_done(desk: Path, gpai: Run) -> None:
    today = datetime.fromtimestamp(1795478400, UTC).date().isoformat()
    assert gpai("package", "4be1").returncode == 0
    said = gpai("recipients", "--as-of", today)
    assert said.returncode == 0
    assert "outdated" not in said.stdout
    late = gpai("recipients", "--as-of", "2027-10-01", "--format", "json")
    assert late.returncode == 1
    rows = {row["id"]: row for row in json.loads(late.stdout)["recipients"]}
    assert rows["d83f2b6094"]["state"] == "overdue"
    assert "ends in 30 days" in rows["4be19c07d2"]["notes"][0]
    guide = desk / "private/documents/known-incidents.md"
    guide.write_text(guide.read_text(encoding="utf-8") + "\nOne more.\n", encoding="utf-8")
    assert f"holds an outdated package, issued {today}" in gpai("recipients").stdout


def test_a_package_names_its_recipient_and_the_ledger_cannot_be_changed(desk: Path, gpai: Run) -> None:
    assert gpai("package", "4be1").returncode == 0
    assert gpai("package", "4be1", "--language", "fr").returncode == 0
    packages = sorted((desk / "private/packages").iterdir(), key=lambda f: f.stat().st_mtime_ns)
    ledger = desk / "private/ledger.jsonl"
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert [line["file_sha256"] for line in lines] == [hashlib.sha256(p.read_bytes()).hexdigest() for p in packages]
    with zipfile.ZipFile(io.BytesIO(packages[0].read_bytes())) as archive:
        pages = {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".html")}
    assert len(pages) == 6
    for name, page in pages.items():
        assert "Issued to Nordlygte Systems GmbH on 24 November 2026" in page, name
        assert lines[0]["package"] in page
        if name != "index.html":
            assert re.search(r"document [0-9a-f]{12}", page)
            assert "version" in page.partition("</header>")[0]
        assert "Ulvetange" not in page
    refused = gpai("package", "a07c")
    assert refused.returncode == 1
    assert "no access" in refused.stderr
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("2026-11-24", "2026-11-23", 1), encoding="utf-8")
    broken = gpai("package", "4be1")
    assert broken.returncode == 1
    assert "ledger.jsonl:2: the chain does not hold" in broken.stderr
    line = json.dumps({**lines[0], "package": []}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    for text in (line, "[" * 100_000):
        ledger.write_text(f"{text}\n", encoding="utf-8")
        broken = gpai("package", "4be1")
        assert broken.returncode == 1
        assert "ledger.jsonl:1: this line is no entry" in broken.stderr


def test_a_ledger_that_lost_its_last_line_is_noticed(desk: Path, gpai: Run) -> None:
    assert gpai("package", "4be1").returncode == 0
    ledger = desk / "private/ledger.jsonl"
    first = ledger.read_bytes()
    assert gpai("package", "4be1").returncode == 0
    whole = ledger.read_bytes()
    [package] = [
        f for f in (desk / "private/packages").iterdir() if json.loads(whole.splitlines()[1])["package"] in f.name
    ]
    for shortened in (first, b""):
        ledger.write_bytes(shortened)
        refused = gpai("package", "4be1")
        assert refused.returncode == 1
        assert "is in no line of ledger.jsonl" in refused.stderr
        assert ledger.read_bytes() == shortened
    assert package.is_file()
    ledger.write_bytes(whole)
    assert gpai("package", "4be1").returncode == 0
    assert len(ledger.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("entered", [True, False])
def test_a_package_that_was_killed_is_entered_and_there_or_neither(desk: Path, gpai: Run, entered: bool) -> None:
    """Killed behind the ledger, the next package finishes it; killed before, nothing of it is left."""
    assert gpai("package", "4be1").returncode == 0
    [package] = (desk / "private/packages").iterdir()
    waiting = package.rename(package.with_name(f".{package.name}"))
    if not entered:
        (desk / "private/ledger.jsonl").unlink()
    assert gpai("package", "4be1").returncode == 0
    assert package.is_file() == entered
    assert not waiting.exists()
    assert len((desk / "private/ledger.jsonl").read_bytes().splitlines()) == 1 + entered


def read_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_pack_for_authorities_holds_what_they_may_have(desk: Path, gpai: Run) -> None:
    done = gpai("export", "--audience", "authorities", "--out", "all.zip", "--reference", "Art. 91, case 17")
    assert done.returncode == 0, done.stderr
    files = read_zip(desk / "all.zip")
    text = b"".join(files.values()).decode()
    for words in ("Ulvetange register", "1.4", "Isbjerget 4", "Havørnen-7", "Art. 91, case 17", "skrift-2.0"):
        assert words in text
    assert "Krabbegat" in text, "technical means for integration are for authorities as well"
    assert "Sylterne" not in text, "a document for downstream providers only"
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_code_in_a_document_keeps_its_indentation(desk: Path, gpai: Run) -> None:
    guide = desk / "private/documents/known-incidents.md"
    code = "def f(x):\n    if x:\n\n        return 1\n"
    guide.write_text(f"{guide.read_text(encoding='utf-8')}\n```python\n{code}```\n", encoding="utf-8")
    for words in (("seal",), ("open", DEMO, "--out", "opened"), ("package", "4be1"),
                  ("export", "--audience", "authorities", "--out", "all.zip")):  # fmt: skip
        done = gpai(*words)
        assert done.returncode == 0, (words, done.stderr)
    (package,) = (desk / "private/packages").iterdir()
    ways = {
        "open": [file.read_text(encoding="utf-8") for file in (desk / "opened").rglob("*.html")],
        "package": [data.decode() for name, data in read_zip(package).items() if name.endswith(".html")],
        "export": [data.decode() for name, data in read_zip(desk / "all.zip").items() if name.endswith(".html")],
    }
    for way, pages in ways.items():
        assert any(f">{code}</code></pre>" in page for page in pages), way


def test_a_pack_can_be_limited_to_what_was_asked_for(desk: Path, gpai: Run) -> None:
    limits = ("--release", "skrift/2.0", "--item", "compute.amount_exact", "--out", "some.zip")
    assert gpai("export", "--audience", "AIO", *limits).returncode == 0
    text = b"".join(read_zip(desk / "some.zip").values()).decode()
    assert "1.4e23" in text
    for words in ("Ulvetange", "52 days", "Isbjerget", "Skrift 1.0-3B weights", "H100"):
        assert words not in text
    assert "skriftvang.example/acceptable-use" not in text, "a public item that nobody asked for"
    assert "No information given" not in text, "a row that was not asked for says nothing"
    assert "An extract with what was asked for: compute.amount_exact." in text
    assert gpai("export", "--audience", "NCAs", *limits).returncode == 0
    assert "1.4e23" not in b"".join(read_zip(desk / "some.zip").values()).decode()
    assert gpai("export", "--audience", "AIO", "--item", "nothing", "--out", "x.zip").returncode == 2
    assert gpai("export", "--audience", "AIO", "--release", "skrift/9", "--out", "x.zip").returncode == 2


def test_annex_xi_section_2_is_asked_for_where_systemic_risk_applies(desk: Path, gpai: Run) -> None:
    release = desk / "content/models/skrift/2.0/release.yaml"
    text = release.read_text(encoding="utf-8")
    release.write_text(text.replace('status: "no"', "status: notified"), encoding="utf-8")
    checked = gpai("check")
    if checked.returncode:  # a summary of the safety documents is asked for as well; it is not the matter here
        assert "safety" in checked.stdout
    energy = desk / "private/documents/authorities/energy.md"
    energy.write_text(
        energy.read_text(encoding="utf-8").replace("updated:", 'annex: ["1"]\nupdated:'), encoding="utf-8"
    )
    done = gpai("export", "--audience", "AIO", "--out", "risk.zip")
    assert done.returncode == 0, done.stderr
    assert "point 1 (" not in done.stdout
    assert "point 2 (adversarial testing" in done.stdout
    assert "point 3 (" in done.stdout


def test_the_sample_in_this_repository_is_sealed_as_it_stands(desk: Path, gpai: Run) -> None:
    """Otherwise the demo shows an older state: run gpai-portal seal --private tests/sample/private."""
    done = gpai("seal")
    assert "nothing changed" in done.stdout, done.stdout + done.stderr
    assert (desk / "content/sealed/manifest.json").read_bytes() == (ROOT / "content/sealed/manifest.json").read_bytes()


def test_a_set_that_went_back_is_not_sealed_over(desk: Path, gpai: Run) -> None:
    before = serial_of(desk / "content/sealed")
    shutil.copytree(desk / "content/sealed", desk / "old")
    assert gpai("revoke", "4be1").returncode == 0
    assert gpai("seal").returncode == 0
    shutil.rmtree(desk / "content/sealed")
    shutil.move(desk / "old", desk / "content/sealed")
    done = gpai("seal")
    assert done.returncode == 1
    assert f"serial {before + 1} was sealed already" in done.stderr
    shutil.rmtree(desk / "content/sealed")
    assert "epoch 3 (new)" in gpai("seal").stdout
