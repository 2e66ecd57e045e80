"""Snapshots of the whole site with mike: real git, a bare remote, and Material's version selector in Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.problems import fail_on, watch
from tests.conftest import EPOCH, ROOT
from tests.serving import serving

pytestmark = pytest.mark.browser

SUMMARY = "models/text/1.0/training-content/"


class Repository:
    """A provider's repository with a bare remote, from which the host would publish."""

    def __init__(self, folder: Path, site_url: str) -> None:
        self.folder = folder / "portal"
        self.remote = folder / "remote.git"
        shutil.copytree(ROOT / "tests/examples/base/content", self.folder / "content")
        (self.folder / "content/pages").mkdir()
        (self.folder / "content/pages/about.md").write_text("# About\n", encoding="utf-8")
        (self.folder / "mkdocs.yml").write_text(
            f"site_name: Base\nsite_url: {site_url}\ndocs_dir: content/pages\n"
            "theme: {name: material, font: false}\nplugins: [search, gpai-portal]\n"
            "extra: {version: {provider: mike}}\n",
            encoding="utf-8",
        )
        subprocess.run(["git", "init", "-q", "--bare", str(self.remote)], check=True)
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", str(self.remote))
        self.commit("First")

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        command = ["git", "-C", str(self.folder), *who, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def mike(self, *words: str) -> None:
        who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", "SOURCE_DATE_EPOCH": EPOCH}
        command = [str(Path(sys.executable).with_name("mike")), *words]
        environment = {**os.environ, **who, **quiet, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_two_snapshots_and_the_selector(new_page: NewPage, tmp_path: Path) -> None:
    www = tmp_path / "www"
    www.mkdir()
    with serving(www) as base:
        walk(new_page, Repository(tmp_path, base), www, base)


def walk(new_page: NewPage, repository: Repository, www: Path, base: str) -> None:
    # Redirects, since not every way to publish on GitHub Pages keeps symbolic links.
    repository.mike("deploy", "--push", "--update-aliases", "--alias-type=redirect", "1.0", "latest")
    provider = repository.folder / "content/provider.yaml"
    provider.write_text(provider.read_text(encoding="utf-8").replace("name: Base\n", "name: Renamed\n", 1), "utf-8")
    repository.commit("Second")
    repository.mike("deploy", "--push", "--update-aliases", "--alias-type=redirect", "2.0", "latest")
    repository.mike("set-default", "--push", "latest")

    subprocess.run(["git", "clone", "-q", "-b", "gh-pages", str(repository.remote), str(www / "site")], check=True)
    for entry in (www / "site").iterdir():
        if entry.name != ".git":
            shutil.move(entry, www / entry.name)
    versions = json.loads((www / "versions.json").read_text(encoding="utf-8"))
    assert [(v["version"], v["aliases"]) for v in versions] == [("2.0", ["latest"]), ("1.0", [])]
    for version in ("1.0", "2.0"):
        assert (www / version / ".well-known/gpai-transparency.json").is_file()
        html = (www / version / SUMMARY / "index.html").read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{base}{version}/{SUMMARY}"' in html.replace("\n", " ")
        assert "Content-Security-Policy" in html
    assert "Renamed" not in (www / "1.0/index.html").read_text(encoding="utf-8")

    page = new_page()
    problems = watch(page, base)
    page.goto(base)
    expect(page).to_have_url(re.compile("/2.0/$"))
    page.goto(f"{base}2.0/{SUMMARY}")
    selector = page.locator(".md-version")
    selector.get_by_role("button").hover(force=True)  # the list opens over the button
    expect(selector.locator("a")).to_have_text(["2.0", "1.0"])
    selector.get_by_role("link", name="1.0").click()
    expect(page).to_have_url(f"{base}1.0/{SUMMARY}")  # the same document in the other snapshot
    expect(page.locator(".gp h1")).to_contain_text("Public Summary of Training Content")
    fail_on(problems)
