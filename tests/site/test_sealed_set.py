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

from tests.conftest import ROOT, run

Build = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def sealed(project: Path) -> Path:
    """The small portal with the sample's sealed set; sealing needs no content to be published."""
    shutil.copytree(ROOT / "content/sealed", project / "content/sealed")
    return project / "content/sealed"


def options(project: Path, text: str) -> None:
    config = project / "mkdocs.yml"
    old = "plugins: [search, gpai-portal]"
    changed = config.read_text(encoding="utf-8").replace(old, f"plugins: [search, {{gpai-portal: {text}}}]")
    config.write_text(changed, encoding="utf-8")


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
    options(project, "{require_sealed: true}")
    done = build()
    assert done.returncode == 1
    assert "run: gpai-portal seal" in done.stderr


def test_post_quantum_can_be_required(project: Path, sealed: Path, build: Build) -> None:
    options(project, "{require_post_quantum: true}")
    assert build().returncode == 0
    manifest = json.loads((sealed / "manifest.json").read_bytes())
    data = bytes(80 * 8)
    name = hashlib.sha256(data).hexdigest()
    (sealed / f"{name}.bin").write_bytes(data)
    manifest["keys"].append({"kem": "X25519", "file": name, "size": len(data)})
    (sealed / "manifest.json").write_text(json.dumps(manifest | {"post_quantum": False}), encoding="utf-8")
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
        (lambda s: (s / "manifest.json").write_text('{"format": "another"}'), "a format this version does not know"),
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


def git(folder: Path, *words: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.org", *words]
    subprocess.run(command, check=True, capture_output=True)


def commit(project: Path, manifest: bytes) -> None:
    (project / "content/sealed/manifest.json").write_bytes(manifest)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "one more")


def test_an_epoch_older_than_the_last_one_aborts(project: Path, sealed: Path, build: Build) -> None:
    """As after a revert: the old set is whole, but somebody would get in whose access has ended."""
    manifest = (sealed / "manifest.json").read_bytes()
    newer = json.dumps(json.loads(manifest) | {"epoch": 9}).encode()
    git(project, "init", "-q")
    commit(project, newer)
    assert build().returncode == 0
    (sealed / "manifest.json").write_bytes(manifest)
    done = build()
    assert done.returncode == 1
    assert "epoch 1, older than epoch 9" in done.stderr
    commit(project, b"{}")
    commit(project, manifest)
    assert "epoch 1, older than epoch 9" in build().stderr, "a manifest in between is damaged"


def test_a_merge_that_drops_the_newer_epoch_aborts(project: Path, sealed: Path, build: Build) -> None:
    manifest = (sealed / "manifest.json").read_bytes()
    newer = json.dumps(json.loads(manifest) | {"epoch": 9}).encode()
    git(project, "init", "-q", "-b", "main")
    commit(project, manifest)
    git(project, "checkout", "-qb", "sealing")
    commit(project, newer)
    git(project, "checkout", "-q", "main")
    git(project, "merge", "-q", "-s", "ours", "-m", "merge", "sealing")
    assert "epoch 1, older than epoch 9" in build().stderr


def test_a_history_that_was_cut_off_is_told(project: Path, sealed: Path, tmp_path: Path) -> None:
    git(project, "init", "-q")
    commit(project, (sealed / "manifest.json").read_bytes())
    commit(project, (sealed / "manifest.json").read_bytes() + b"\n")
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
    options(project, "{content_security_policy: false}")
    assert build().returncode == 0
    assert "Content-Security-Policy" not in (project / "site/index.html").read_text(encoding="utf-8")
