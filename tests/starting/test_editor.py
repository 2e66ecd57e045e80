"""What writers see in an editor, asked of the language server that editors use."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gpai_portal.content.scaffolding import scaffold_kinds, write_scaffold
from gpai_portal.content.source import read_source
from gpai_portal.documents import all_kinds
from gpai_portal.starting.editor import editor_schemas, write_schemas
from gpai_portal.starting.repository import Wanted, new_portal
from tests.conftest import ROOT

SERVER = Path(__file__).parent / "editor/node_modules/yaml-language-server/bin/yaml-language-server"


class Server:
    """yaml-language-server, spoken to as an editor does (Language Server Protocol)."""

    def __init__(self, root: Path) -> None:
        if not shutil.which("node") or not SERVER.is_file():
            pytest.fail("the language server is missing; run: npm ci --prefix tests/starting/editor", pytrace=False)
        self.process = subprocess.Popen(
            ["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
        )
        self.last = 0
        settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
        self.settings = settings
        self.ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": settings})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self.send({"method": method, "params": params})

    def received(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:  # the server asks the editor
            asked = message["params"].get("items", []) if isinstance(message.get("params"), dict) else []
            answer = [self.settings.get(item.get("section", "")) for item in asked] if asked else None
            self.send({"id": message["id"], "result": answer})
        return message

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        while (message := self.received()).get("id") != self.last or "method" in message:
            pass
        assert "error" not in message, message
        return message["result"]

    def errors(self, file: Path) -> dict[int, str]:
        """What the server says of a file when it is opened, by line from 1."""
        text = file.read_text(encoding="utf-8")
        about = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": about})
        while True:
            message = self.received()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == file.as_uri():
                return {d["range"]["start"]["line"] + 1: d["message"] for d in message["params"]["diagnostics"]}

    def at(self, method: str, file: Path, line: int, column: int) -> Any:
        """An answer about a place, line and column from 1."""
        place = {"line": line - 1, "character": column - 1}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": file.as_uri()}, "position": place})


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor") / "portal"
    new_portal(folder, Wanted("Example AI"))
    return folder


@pytest.fixture(scope="module")
def server(portal: Path) -> Iterator[Server]:
    running = Server(portal)
    yield running
    with running.process:
        running.process.kill()


RELEASE = "content/models/first-model/1.0/release.yaml"


def line_of(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text("utf-8").splitlines(), 1) if line.startswith(text))


def test_an_open_field_and_a_misspelt_key_are_errors_with_their_line(server: Server, portal: Path) -> None:
    file = portal / RELEASE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  status:", "  status: maybe\n  statu: x"), encoding="utf-8")
    found = server.errors(file)
    assert "Incorrect type" in found[line_of(file, "release_date:")]
    assert 'Valid values: "no", "notified", "designated"' in found[line_of(file, "  status: maybe")]
    assert "statu is not allowed" in found[line_of(file, "  statu: x")]
    assert 1 not in found, "the schema was found"


def test_keys_and_options_are_completed_and_guidance_is_shown(server: Server, portal: Path) -> None:
    file = portal / "content/copyright-policy.yaml"
    begun = file.read_text("utf-8").replace("  protocols:\n", "  protocols:\n    - code: \n      honoured: \n") + "lan"
    file.write_text(begun, encoding="utf-8")
    server.errors(file)
    row = line_of(file, "    - code:")
    codes = {item["label"] for item in server.at("completion", file, row, 13)["items"]}
    assert {"robots-txt", "tdmrep", "ai-txt"} <= codes
    assert {"yes", "partly", "no"} <= {
        item["label"].strip('"') for item in server.at("completion", file, row + 1, 17)["items"]
    }
    keys = {item["label"] for item in server.at("completion", file, len(begun.splitlines()), 4)["items"]}
    assert "language" in keys, "fields that the short scaffold leaves out are offered"
    hover = server.at("hover", file, line_of(file, "last_update:"), 3)["contents"]
    said = hover["value"] if isinstance(hover, dict) else str(hover)
    assert "Last update" in said
    hover = server.at("hover", file, line_of(file, "  third_party_datasets:"), 5)["contents"]
    assert "How reservations are respected in content that others crawled." in str(hover)


def test_the_sample_has_no_error_in_an_editor() -> None:
    """What `check` accepts is accepted there as well."""
    schemas = {name: json.loads(data) for name, data in editor_schemas()}
    assert set(schemas) == {f"{kind}.schema.json" for kind in scaffold_kinds()}
    for file in sorted((ROOT / "content").rglob("*.yaml")):
        source, problems = read_source(file.stem, file, file.name)
        assert source
        assert not problems
        errors = list(Draft202012Validator(schemas[f"{file.stem}.schema.json"]).iter_errors(dict(source.data)))
        assert errors == [], file


def test_schemas_stand_alone_and_hold_nothing_of_ours_alone() -> None:
    for _, data in editor_schemas():
        text = data.decode()
        assert '"$ref"' not in text
        assert '"x-' not in text
        Draft202012Validator.check_schema(json.loads(text))


def test_later_scaffolds_find_the_schema_too(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    write_scaffold("model", ("text",), content)
    assert "yaml-language-server" not in (content / "models/text/model.yaml").read_text(encoding="utf-8")
    write_schemas(content)
    file = write_scaffold("release", ("text", "1.0"), content)
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../../.schemas/release.schema.json"
    assert (file.parent / first.partition("=")[2]).resolve().is_file()
    assert len(list((tmp_path / ".schemas").iterdir())) == len(scaffold_kinds()) < len(all_kinds())
