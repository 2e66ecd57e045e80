"""The build with a sealed section: every state, and what the policy of the pages allows."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.names import MANIFEST
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.signing import sign, signing_key
from tests.conftest import ROOT, SAMPLE, SEALED_BY, run
from tests.sealing.forging import edit, rewrite, serial_of

Build = Callable[..., subprocess.CompletedProcess[str]]
RECOVERY = Identity.parse((SAMPLE / "private/recovery.key").read_text(encoding="utf-8"))

#: What is said of the sample's set behind one that ``newer`` made.
OLDER = f"serial {serial_of(ROOT / 'content/sealed')}, older than serial 9"


@pytest.fixture
def sealed(project: Path) -> Path:
    """The small portal with the sample's sealed set; sealing needs no content to be published."""
    shutil.copytree(ROOT / "content/sealed", project / "content/sealed")
    options(project, sealed_by=SEALED_BY)
    return project / "content/sealed"


def options(project: Path, **values: object) -> None:
    config = project / "mkdocs.yml"
    plugins = json.dumps(["search", {"gpai-portal": values}])
    text = re.sub("^plugins: .*$", f"plugins: {plugins}", config.read_text(encoding="utf-8"), flags=re.MULTILINE)
    config.write_text(text, encoding="utf-8")


def test_without_a_set_the_build_succeeds_and_says_so(project: Path, build: Build) -> None:
    done = build()
    assert done.returncode == 0, done.stderr
    assert not (project / "site/sealed").exists()
    page = (project / "site/downstream/index.html").read_text(encoding="utf-8")
    assert "&#34;sealed&#34;: null" in page


def test_a_set_is_published_byte_for_byte(project: Path, sealed: Path, build: Build) -> None:
    done = build()
    assert done.returncode == 0, done.stderr
    published = {f.name: f.read_bytes() for f in (project / "site/sealed").iterdir()}
    assert published == {f.name: f.read_bytes() for f in sealed.iterdir()}


def test_a_set_can_be_required(project: Path, build: Build) -> None:
    options(project, require_sealed=True)
    done = build()
    assert done.returncode == 1
    assert "run: gpai-portal seal" in done.stderr


def test_post_quantum_can_be_required(project: Path, sealed: Path, build: Build) -> None:
    options(project, sealed_by=SEALED_BY, require_post_quantum=True)
    assert build().returncode == 0
    data = bytes(80 * 8)
    name = hashlib.sha256(data).hexdigest()
    (sealed / f"{name}.bin").write_bytes(data)

    def add(manifest: dict) -> None:
        manifest["keys"].append({"kem": "X25519", "file": name, "size": len(data)})
        manifest["post_quantum"] = False

    rewrite(sealed, RECOVERY, add)
    done = build()
    assert done.returncode == 1
    assert "require_post_quantum" in done.stderr


def flip(sealed: Path) -> None:
    file = max(sealed.glob("*.bin"), key=lambda f: f.stat().st_size)
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (flip, "was changed or cut off"),
        (
            lambda s: (s / "manifest.json").write_text('{"format": "another"}'),
            "a format that this version does not know",
        ),
        (lambda s: edit(s, lambda manifest: manifest.update(sealed="2026-11-25")), "signature of the sealed set"),
        (lambda s: (s / "guide.md").write_text("# Tindebro"), "no part of a sealed set"),
        (lambda s: max(s.glob("*.bin")).unlink(), "is missing"),
    ],
)
def test_a_set_that_does_not_hold_aborts(project: Path, sealed: Path, build: Build, change, message: str) -> None:
    (project / "site").mkdir()
    (project / "site/old.html").write_text("old", encoding="utf-8")
    change(sealed)
    done = build()
    assert done.returncode == 1
    assert message in done.stderr
    assert "Tindebro" not in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "site/old.html").is_file()


def test_a_set_needs_a_signing_key_in_the_options(project: Path, sealed: Path, build: Build) -> None:
    """The build says the line to add; with it, it succeeds."""
    options(project)
    done = build()
    assert done.returncode == 1
    line = re.search(r"add it to the options of the plugin gpai-portal in mkdocs\.yml: sealed_by: (\S+)", done.stderr)
    assert line
    options(project, sealed_by=line[1])
    assert build().returncode == 0


def test_a_set_that_somebody_else_signed_aborts(project: Path, sealed: Path, build: Build) -> None:
    """Made from nothing but public parts, with the real id of the portal and a higher serial."""
    forger = Identity.generate()
    rewrite(sealed, forger, lambda manifest: manifest.update(serial=99))
    done = build()
    assert done.returncode == 1
    assert f"is signed by {signing_key(forger)}, and not by {SEALED_BY}" in done.stderr
    assert "restore content/sealed from the repository's history" in done.stderr


def git(folder: Path, *words: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.org", *words]
    subprocess.run(command, check=True, capture_output=True)


def commit(project: Path, manifest: bytes) -> None:
    (project / "content/sealed/manifest.json").write_bytes(manifest)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one more")


def newer(sealed: Path, serial: int = 9, signer: Identity = RECOVERY) -> bytes:
    """The manifest of the set as it would be with another serial; the set stays as it is."""
    manifest = (sealed / MANIFEST).read_bytes()
    rewrite(sealed, signer, lambda data: data.update(serial=serial))
    changed = (sealed / MANIFEST).read_bytes()
    (sealed / MANIFEST).write_bytes(manifest)
    return changed


def test_a_serial_older_than_the_last_one_aborts(project: Path, sealed: Path, build: Build) -> None:
    """As after a revert: the old set is whole, but somebody could get in whose access has ended."""
    manifest = (sealed / MANIFEST).read_bytes()
    git(project, "init", "-q")
    commit(project, newer(sealed))
    assert build().returncode == 0
    (sealed / MANIFEST).write_bytes(manifest)
    done = build()
    assert done.returncode == 1
    assert OLDER in done.stderr
    commit(project, b"{}")
    commit(project, manifest)
    assert OLDER in build().stderr, "a manifest in between is damaged"


def test_a_merge_that_drops_the_newer_set_aborts(project: Path, sealed: Path, build: Build) -> None:
    manifest, later = (sealed / MANIFEST).read_bytes(), newer(sealed)
    git(project, "init", "-q", "-b", "main")
    commit(project, manifest)
    git(project, "checkout", "-qb", "sealing")
    commit(project, later)
    git(project, "checkout", "-q", "main")
    git(project, "merge", "-q", "-s", "ours", "-m", "merge", "sealing")
    assert OLDER in build().stderr


def test_manifests_that_others_put_into_the_history_do_not_count(project: Path, sealed: Path, build: Build) -> None:
    """Else one commit of anybody, even reverted, would stop every build for ever."""
    manifest = (sealed / MANIFEST).read_bytes()
    git(project, "init", "-q")
    commit(project, newer(sealed, 2**50, Identity.generate()))
    edit(sealed, lambda data: data.update(serial=2**50, epoch=2**50))
    commit(project, (sealed / MANIFEST).read_bytes())
    unsigned = json.loads(manifest) | {"format": "gpai-portal-sealed-1", "epoch": 2**50, "serial": 2**50}
    commit(project, json.dumps(unsigned).encode())
    commit(project, sign(Identity.generate(), {}))
    named = {"signed_by": SEALED_BY, "portal": json.loads(manifest)["portal"], "serial": 2**50}
    commit(project, sign(Identity.generate(), named))
    commit(project, manifest)
    done = build()
    assert done.returncode == 0, done.stderr


def test_two_branches_that_were_sealed_are_not_taken_for_one(desk: Path) -> None:
    """Both sets have the next serial, so that who was taken out on one branch could come back with the other."""
    sealed = desk / "content/sealed"
    git(desk, "init", "-q", "-b", "main")
    (desk / ".gitignore").write_text("private/\nsite/\n", encoding="utf-8")
    mine = (sealed / MANIFEST).read_bytes()
    rewrite(sealed, RECOVERY, lambda data: data.update(sealed="2026-11-23"))
    for each in ((sealed / MANIFEST).read_bytes(), mine):
        (sealed / MANIFEST).write_bytes(each)
        git(desk, "add", "-A")
        git(desk, "commit", "-qm", "one more")
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert built.returncode == 1
    assert "has another set with this serial" in built.stderr
    assert "run: gpai-portal seal --new-epoch" in built.stderr
    assert run("gpai_portal.cli", "seal", "--new-epoch", cwd=desk).returncode == 0
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert built.returncode == 0, built.stderr


@pytest.mark.parametrize("removed", [False, True])
def test_the_newest_serial_of_the_history_is_surpassed_by_a_seal(desk: Path, *, removed: bool) -> None:
    """The cure that the build names, also with a private folder that does not know of the newer set."""
    sealed = desk / "content/sealed"
    manifest = (sealed / MANIFEST).read_bytes()
    git(desk, "init", "-q")
    (desk / ".gitignore").write_text("private/\n", encoding="utf-8")
    later = newer(sealed)
    for each in (later, manifest):
        (sealed / MANIFEST).write_bytes(each)
        git(desk, "add", "-A")
        git(desk, "commit", "-qm", "one more")
    assert OLDER in run("mkdocs", "build", "--strict", cwd=desk).stderr
    if removed:
        shutil.rmtree(sealed)
    done = run("gpai_portal.cli", "seal", cwd=desk)
    assert "serial 10;" in done.stdout, done.stderr
    built = run("mkdocs", "build", "--strict", cwd=desk)
    assert built.returncode == 0, built.stderr


@pytest.mark.parametrize("command", ["mkdocs", "gpai_portal.cli"])
def test_a_git_that_refuses_to_answer_stops_the_build(
    project: Path, sealed: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """As in a container, or on a mounted volume, where the repository belongs to somebody else."""
    manifest = (sealed / MANIFEST).read_bytes()
    git(project, "init", "-q")
    commit(project, newer(sealed))
    (sealed / MANIFEST).write_bytes(manifest)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    words = ["build"] if command == "mkdocs" else ["render", "--out", "plain", "--sealed-by", SEALED_BY]
    done = run(command, *words, cwd=project)
    assert done.returncode != 0
    assert "git refuses to answer" in done.stderr
    assert "dubious ownership" in done.stderr
    assert "git config --global --add safe.directory" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "site").exists()
    assert not (project / "plain").exists()


def test_a_repository_without_git_stops_the_build(project: Path, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no repository either, nothing is asked for."""
    monkeypatch.setenv("PATH", "")
    assert run("mkdocs", "build", "--strict", cwd=project).returncode == 0
    monkeypatch.undo()
    git(project, "init", "-q")
    commit(project, (sealed / MANIFEST).read_bytes())
    monkeypatch.setenv("PATH", "")
    done = run("mkdocs", "build", "--strict", cwd=project)
    assert done.returncode != 0
    assert "git cannot be run" in done.stderr
    assert "install git" in done.stderr


def test_a_history_that_was_cut_off_is_told(project: Path, sealed: Path, tmp_path: Path) -> None:
    git(project, "init", "-q")
    commit(project, (sealed / MANIFEST).read_bytes())
    commit(project, newer(sealed))
    subprocess.run(["git", "clone", "-q", "--depth", "1", project.as_uri(), str(tmp_path / "clone")], check=True)
    done = run("mkdocs", "build", "--strict", cwd=tmp_path / "clone")
    assert done.returncode == 0, done.stderr
    assert "the history is cut off here" in done.stderr


def test_an_older_set_does_not_stay_in_the_site(project: Path, sealed: Path, build: Build) -> None:
    assert build().returncode == 0
    old = project / f"site/sealed/{'a' * 64}.bin"
    old.write_bytes(b"ciphertext of an older epoch")
    assert run("mkdocs", "build", "--dirty", cwd=project).returncode == 0
    assert not old.exists()
    assert {f.name for f in (project / "site/sealed").iterdir()} == {f.name for f in sealed.iterdir()}


@pytest.mark.parametrize("place", ["content/pages", "overrides"])
def test_links_where_mkdocs_copies_files_abort(project: Path, build: Build, place: str) -> None:
    config = project / "mkdocs.yml"
    themed = config.read_text(encoding="utf-8").replace("font: false", "font: false, custom_dir: overrides")
    config.write_text(themed, encoding="utf-8")
    (project / "overrides").mkdir()
    shutil.copytree(ROOT / "tests/sample/private", project / "private")
    (project / place / "extra").symlink_to(project / "private/documents/skrift-2.0")
    done = build()
    assert done.returncode == 1
    assert f"{place}/extra is a symbolic link" in done.stderr
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("recipients.yaml", "recipients: []\n"),
        ("deep/model-documentation.yaml", "version: '1'\n"),
        ("guide.md", "---\ntitle: Tindebro\naudience: [DPs]\n---\nText\n"),
        ("guide.md", "---\naudience:\n  - AIO\ntitle: Tindebro\n---\nText\n"),
        ("guide.md", "---\naudience: # who\n\n- DPs\n---\nTindebro\n"),
        ("guide.md", '---\n"audience": !!seq [\n DPs]\n---\nTindebro\n'),
        ("guide.md", "\ufeff---\r\ntitle: x\r\naudience : [DPs]\r\n---\r\nTindebro\r\n"),
        ("notes.txt", f"my key: GPAI-PORTAL-SECRET-KEY:X25519:{'A' * 43}\n"),
    ],
)
@pytest.mark.parametrize("place", ["content/pages", "overrides"])
def test_private_sources_where_mkdocs_copies_files_abort(
    project: Path, build: Build, place: str, name: str, text: str
) -> None:
    config = project / "mkdocs.yml"
    themed = config.read_text(encoding="utf-8").replace("font: false", "font: false, custom_dir: overrides")
    config.write_text(themed, encoding="utf-8")
    (project / "overrides").mkdir()
    (project / place / name).parent.mkdir(parents=True, exist_ok=True)
    (project / place / name).write_bytes(text.encode())
    done = build()
    assert done.returncode == 1
    assert f"{name} belongs into the private folder" in done.stderr
    assert "Tindebro" not in done.stderr
    assert "AAAA" not in done.stderr


@pytest.mark.parametrize("words", [("open", "demo.key"), ("export", "--audience", "AIO")])
def test_what_was_opened_or_packed_aborts_where_mkdocs_copies_files(
    project: Path, build: Build, words: tuple[str, ...]
) -> None:
    shutil.copytree(ROOT / "content", project / "sample/content")
    shutil.copytree(ROOT / "tests/sample/private", project / "sample/private")
    shutil.copyfile(ROOT / "tests/sample/demo.key", project / "sample/demo.key")
    with (project / "sample/private/documents/skrift-2.0/odinsgavl-latency.csv").open("ab") as file:
        file.write(random.Random(0).randbytes(2_000_000))
    if words[0] == "export":
        guide = project / "sample/private/documents/skrift-2.0/skumringsvej-guide.md"
        guide.write_text(guide.read_text(encoding="utf-8").replace("[DPs]", "[DPs, AIO]"), encoding="utf-8")
    out = str(project / "content/pages/opened.zip")
    made = run("gpai_portal.cli", *words, "--out", out, cwd=project / "sample")
    assert made.returncode == 0, made.stderr
    if words[0] == "export":
        assert Path(out).stat().st_size > 2_000_000, "the mark has to be found behind large attachments"
    done = build()
    assert done.returncode == 1
    assert "belongs into the private folder" in done.stderr


def test_a_page_may_speak_of_its_audience(project: Path, build: Build) -> None:
    (project / "content/pages/about.md").write_text("---\naudience: developers\n---\n# About\n", encoding="utf-8")
    assert build().returncode == 0


def scripts_and_policy(html: str) -> tuple[list[str], str]:
    found = re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.DOTALL)
    policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert len(policy) == 1
    run_inline = [t for a, t in found if "src=" not in a and "json" not in a and t]
    return run_inline, policy[0]


@pytest.mark.parametrize("theme", ["{name: material, font: false}", "{name: mkdocs, highlightjs: false}"])
def test_one_policy_on_every_page_allows_just_the_scripts_there_are(project: Path, build: Build, theme: str) -> None:
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8").replace("{name: material, font: false}", theme)
    config.write_text(text, encoding="utf-8")
    (project / "content/pages/about.md").write_text("# About\n\n<script>one = 'zwölf'</script>\n", encoding="utf-8")
    assert build().returncode == 0
    pages = [scripts_and_policy(f.read_text(encoding="utf-8")) for f in sorted((project / "site").rglob("*.html"))]
    assert len(pages) >= 13
    assert len({policy for _, policy in pages}) == 1
    wanted = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for scripts, _ in pages
        for script in scripts
    }
    directives = dict(part.split(" ", 1) for part in pages[0][1].split("; "))
    assert set(directives["script-src"].split()) == {"'self'", *wanted}
    assert directives["connect-src"] == "'self'"
    head = (project / "site/index.html").read_text(encoding="utf-8")[:1024]
    assert head.index("charset") < head.index("Content-Security-Policy")


def test_the_policy_can_be_left_to_the_host(project: Path, build: Build) -> None:
    options(project, content_security_policy=False)
    assert build().returncode == 0
    assert "Content-Security-Policy" not in (project / "site/index.html").read_text(encoding="utf-8")
