"""The provider's desk with its served site, and the parts of the reader's page."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from playwright.sync_api import Page

from gpai_portal.sealing.keys import Identity
from tests.conftest import SAMPLE, run
from tests.gate.conftest import key_text, request_text

DEMO = SAMPLE / "demo.key"
READER = "downstream/documents/"


class Desk:
    """A provider's folder with its site, served; ``gpai`` runs its commands."""

    def __init__(self, folder: Path, base: str) -> None:
        self.folder = folder
        self.base = base
        self.site = folder / "site"

    def gpai(self, *words: str) -> str:
        done = run("gpai_portal.cli", *words, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def seal(self) -> None:
        """Seals and publishes: a build copies the set byte for byte, which tests/site shows."""
        self.gpai("seal")
        self.publish(self.folder / "content/sealed")

    def publish(self, sealed: Path) -> None:
        shutil.rmtree(self.site / "sealed", ignore_errors=True)
        shutil.copytree(sealed, self.site / "sealed")

    def let_in(self, identity: Identity, company: str) -> str:
        known = json.loads((self.folder / "private/section.json").read_text(encoding="utf-8"))
        text = request_text(identity, company, known["portal"])
        (self.folder / "request.txt").write_text(text, encoding="utf-8")
        id_ = re.search(r"recorded as (\w+)", self.gpai("request", "request.txt"))[1]
        self.gpai("grant", id_, "--basis", "contract", "--fingerprint", identity.public.fingerprint)
        return id_

    def key_file(self, identity: Identity) -> Path:
        file = self.folder / f"{identity.kem}.key"
        file.write_text(key_text(self.folder, identity), encoding="utf-8")
        return file


def part(page: Page, name: str):
    return page.locator(f"[data-part={name}]")


def unlock(page: Page, key: Path = DEMO) -> None:
    part(page, "file").set_input_files(key)


def status(page: Page):
    return page.get_by_role("status")
