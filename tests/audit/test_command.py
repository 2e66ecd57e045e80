"""The command ``audit``: what it prints, where it writes, what it asks of whom."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gpai_portal.audit.findings import Verdict
from gpai_portal.cli.main import cli
from tests.audit.asking import written
from tests.conftest import AS_OF, ROOT


def audit(*options: object) -> Result:
    return CliRunner().invoke(cli, ["audit", "--as-of", AS_OF, *map(str, options)])


def answers(result: Result) -> dict[str, dict[str, object]]:
    assert result.exit_code == 0, result.output
    [summary] = json.loads(result.output)["summaries"]
    return {one["id"]: one for one in summary["questions"]}


def test_the_sample_has_no_no_but_what_it_withholds() -> None:
    """What its contracts forbid to name, and addresses of single works, which it does not give."""
    result = audit("--content", ROOT / "content", "--format", "json")
    lost = {
        (summary["release"], one["id"])
        for summary in json.loads(result.output)["summaries"]
        for one in summary["questions"]
        if one["answer"] == "no"
    }
    assert lost == {
        ("blik/1.0", "F2.3.i.2"),
        ("skrift/2.0", "F2.3.i.2"),
        ("skrift/2.0", "F2.2.2.c.2"),
        ("skrift/2.0", "F2.2.2.c.3"),
        ("skrift/2.0", "F2.2.2.c.4"),
    }


def test_an_answer_has_evidence_place_and_what_to_do(tmp_path: Path) -> None:
    result = audit("--content", written(tmp_path / "content", {"summary.version": {"state": "unknown"}}))
    assert result.exit_code == 0
    assert "  no: Is a version given? (D23, Completeness, weight 3)\n" in result.output
    assert "training-content-summary.yaml:1 version: not answered (unknown)\n    Give a version.\n" in result.output
    assert "none that of an evaluator" in result.output


def test_points_add_up(tmp_path: Path) -> None:
    result = audit("--content", written(tmp_path / "content", {}), "--format", "json")
    [summary] = json.loads(result.output)["summaries"]
    assert sum(summary["counts"].values()) == 242
    for parts in ("points", "sections", "dimensions"):
        for key in ("got", "presumed", "open", "maximum"):
            whole = sum(one[key] for one in summary["points"].values())
            assert sum(one[key] for one in summary[parts].values()) == whole
    asked = [one for one in summary["questions"] if one["answer"] != Verdict.NOT_APPLICABLE]
    assert sum(one["weight"] for one in asked) == sum(one["maximum"] for one in summary["points"].values())


@pytest.mark.parametrize("word", ["compliant", "certified", "complete", "transparent"])
def test_nothing_is_certified(word: str, tmp_path: Path) -> None:
    content = written(tmp_path / "content", {})
    result = audit("--content", content, "--all", "--report", tmp_path / "report.html")
    assert result.exit_code == 0, result.output
    said = result.output + (tmp_path / "report.html").read_text(encoding="utf-8").partition("</style>")[2]
    assert not re.search(rf"\b{word}\b", said, re.IGNORECASE)


def test_content_with_errors_is_a_list_and_no_audit(tmp_path: Path) -> None:
    content = written(tmp_path / "content", {"release.sequence": "one", "model.name": 5})
    result = CliRunner().invoke(cli, ["audit", "--content", str(content)], standalone_mode=False)
    assert "release.yaml" in str(result.exception)
    assert "model.yaml" in str(result.exception)
    assert result.output == ""


@pytest.mark.parametrize(
    "place", ["content/a.html", "content/pages/a.html", "site/a.html", "docs/a.html", "built/a.html"]
)
def test_a_report_is_not_written_where_it_would_be_published(place: str, tmp_path: Path) -> None:
    content = written(tmp_path / "content", {})
    (tmp_path / "mkdocs.yml").write_text('site_name: x\ndocs_dir: "docs"  # pages\n', encoding="utf-8")
    (tmp_path / "built").mkdir()
    (tmp_path / "built/gpai-transparency.json").touch()
    options = ["audit", "--content", str(content), "--report", str(tmp_path / place)]
    result = CliRunner().invoke(cli, options, standalone_mode=False)
    assert "the report is private" in str(result.exception)
    assert not (tmp_path / place).exists()


def report_at(place: Path, content: Path) -> BaseException | None:
    """Why no report was written at a place."""
    options = ["audit", "--as-of", AS_OF, "--content", str(content), "--report", str(place)]
    return CliRunner().invoke(cli, options, standalone_mode=False).exception


@pytest.mark.parametrize(
    "config",
    [
        "'docs_dir': pages",
        "docs_dir : pages",
        "docs_dir: !ENV [NO_SUCH_VARIABLE, pages]",
        "docs_dir: !ENV PAGES_OF_TEST",
        "INHERIT: base.yml",
        "plugins: [x: {y: !!python/name:os.system }]\nsite_dir: pages",
    ],
)
@pytest.mark.parametrize("name", ["mkdocs.yml", "mkdocs.yaml"])
@pytest.mark.parametrize("where", ["above the report", "working directory"])
def test_the_configuration_is_read_as_a_build_reads_it(
    config: str, name: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, portal, out = written(tmp_path / "content", {}), tmp_path / "portal", tmp_path / "out"
    for folder in (portal / "pages", out):
        folder.mkdir(parents=True)
    pages = portal / "pages"
    if where == "working directory":
        pages = out
        config = config.replace("pages", str(out))
        monkeypatch.chdir(portal)
    monkeypatch.setenv("PAGES_OF_TEST", str(pages))
    (portal / name).write_text(config, encoding="utf-8")
    (portal / "base.yml").write_text(f"docs_dir: {pages}", encoding="utf-8")
    error = report_at(pages / "a.html", content)
    assert "which is published; the report is private" in str(error)
    assert list(pages.iterdir()) == []


@pytest.mark.parametrize(
    "config", ["docs_dir: [pages", "- docs_dir", "docs_dir: [a]", "INHERIT: mkdocs.yml", "INHERIT: gone.yml", "\xff"]
)
def test_no_report_is_written_beside_a_configuration_that_nobody_can_read(config: str, tmp_path: Path) -> None:
    content = written(tmp_path / "content", {})
    (tmp_path / "mkdocs.yml").write_bytes(config.encode("latin-1"))
    assert "nobody can say what is published" in str(report_at(tmp_path / "a.html", content))
    assert not (tmp_path / "a.html").exists()


def test_a_report_replaces_an_earlier_report_alone(tmp_path: Path) -> None:
    content, report = written(tmp_path / "content", {}), tmp_path / "a.html"
    assert report_at(report, content) is None
    report.write_bytes(report.read_bytes().replace(b"</html>", b"<p>earlier</p></html>"))
    assert report_at(report, content) is None
    assert b"<p>earlier</p>" not in report.read_bytes()
    other, queue, link = tmp_path / "recipients.yaml", tmp_path / "queue", tmp_path / "link"
    other.write_text("recipients: []", encoding="utf-8")
    os.mkfifo(queue)
    link.symlink_to(report)
    for place in (other, queue, link, tmp_path):
        assert "no report of this command" in str(report_at(place, content)), place
    assert other.read_text(encoding="utf-8") == "recipients: []"
    assert queue.is_fifo()
    assert link.is_symlink()


def test_the_report_escapes_what_the_data_say(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert)"
    changes = {
        "summary.version": "<i>2</i>",
        "summary.previous_versions": [{"version": "<i>2</i>", "date": "2026-03-01"}],
        "summary.general.characteristics.latest_acquisition": {"value": "2026-01", "as_stated": evil},
    }
    content = written(tmp_path / "content", changes)
    result = audit("--content", content, "--report", tmp_path / "report.html")
    assert result.exit_code == 0, result.output
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<i>" not in html
    assert "style-src &#39;sha256-" in html or "style-src 'sha256-" in html
    assert "http-equiv" in html
    assert ' src="' not in html
    assert ' href="' not in html


class _Host(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(404 if "gone" in self.path else 200)
        self.end_headers()
        self.wfile.write(b"<p>Example <b>2.0-7B</b></p>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_addresses_are_asked_for_only_if_told(
    host: ThreadingHTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    address = f"http://127.0.0.1:{host.server_port}"
    changes = {
        "release.versioned_names": [
            {"name": "Example 2.0-7B", "url": f"{address}/a"},
            {"name": "Example 9", "url": f"{address}/b"},
        ],
        "release.dependencies": [{"name": "Grundlage 1", "relation": "fine_tuning", "summary": f"{address}/gone"}],
        "summary.previous_versions": [{"version": "1.0", "date": "2026-03-01", "url": f"{address}/old"}],
    }
    content = written(tmp_path / "content", changes)
    found = answers(audit("--content", content, "--format", "json"))
    assert {found[id_]["answer"] for id_ in ("D27", "F1.2.a.4", "F1.2.b.5")} == {"needs a person"}
    assert host.asked == []  # type: ignore[attr-defined]
    found = answers(audit("--content", content, "--format", "json", "--online"))
    assert [found[id_]["answer"] for id_ in ("D27", "F1.2.a.4", "F1.2.b.5")] == ["yes", "partly", "no"]
    assert "404" in str(found["F1.2.b.5"]["evidence"])
    assert "Example 9" in str(found["F1.2.a.4"]["evidence"])
    assert sorted(host.asked) == ["/a", "/b", "/gone", "/old"]  # type: ignore[attr-defined]
