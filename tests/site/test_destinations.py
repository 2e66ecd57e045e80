"""Nothing else is written where pages and files of the portal are: what lies in docs_dir, and what plugins make."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.site.destinations import Destinations
from tests.conftest import run

Build = Callable[..., subprocess.CompletedProcess[str]]
REFUSED = re.compile(r"takes the address of a generated page or file \((.*?)\); rename it")

#: Files that somebody may well write, and what of the portal each would replace.
SAME_PLACE = {
    "index.md": "index.html",
    "README.md": "index.html",
    "index.html": "index.html",
    "copyright.md": "copyright/index.html",
    "Copyright.md": "copyright/index.html",
    "COPYRIGHT/index.md": "copyright/index.html",
    "copyright/README.md": "copyright/index.html",
    "models.md": "models/index.html",
    "domains.md": "domains/index.html",
    "downstream.md": "downstream/index.html",
    "downstream/documents.md": "downstream/documents/index.html",
    "obligations.md": "obligations/index.html",
    "models/text/1.0.md": "models/text/1.0/index.html",
    "models/text/latest/index.html": "models/text/latest/index.html",
    "copyright.json": "copyright.json",
    "models": "models/",
    "models/text": "models/text/",
    "copyright.json/notes.md": "copyright.json",
    "gpai-transparency.json": "gpai-transparency.json",
    "schemas/common.schema.json": "schemas/common.schema.json",
    "assets/gpai-portal.css": "assets/gpai-portal.css",
    "SHA256SUMS": "SHA256SUMS",
    "sha256sums": "SHA256SUMS",
    "sealed/notes.txt": "sealed/",
    "records/000007.json": "records/",
    "gpai-portal": "gpai-portal",
}


def write(file: Path, text: str = "# Mine\n") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["copyright.md", "Copyright.md", "README.md", "models/text/latest/index.html", "models"]
)
def test_a_file_in_docs_dir_is_refused(project: Path, build: Build, name: str) -> None:
    write(project / "content/pages" / name)
    done = build()
    assert done.returncode == 1
    assert name in done.stderr
    assert REFUSED.findall(done.stderr) == [SAME_PLACE[name]]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", SAME_PLACE)
def test_every_place_of_the_portal_is_compared(project: Path, name: str) -> None:
    """By the real MkDocs, all at once: a hook asks the plugin for each file of docs_dir."""
    write(project / "content/pages" / name)
    done = run("mkdocs", "build", cwd=project)
    assert REFUSED.findall(done.stderr) == [SAME_PLACE[name]], done.stderr


@pytest.mark.parametrize("name", ["feeds/all.atom", "feeds/all.json", "changes.md", "records/000001.json"])
def test_feeds_and_records_are_compared(desk: Path, name: str) -> None:
    write(desk / "content/pages" / name)
    assert f"{name} takes the address of a generated page or file" in run("mkdocs", "build", cwd=desk).stderr


def test_the_place_of_the_index_is_kept(project: Path, build: Build) -> None:
    write(project / "content/pages/.well-known/gpai-transparency.json", "{}")
    assert build().returncode == 0, "MkDocs leaves names with a dot out"
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + "exclude_docs: '!.well-known'\n", encoding="utf-8")
    assert REFUSED.findall(build().stderr) == [".well-known/gpai-transparency.json"]


def test_other_places_are_free(project: Path, build: Build) -> None:
    names = ["copyright/notes.md", "models/text/notes.md", "records.md", "assets/mine.css", "changes-of-mine.md"]
    for name in names:
        write(project / "content/pages" / name)
    done = build()
    assert done.returncode == 0, done.stderr
    assert (project / "site/models/text/notes/index.html").is_file()


def test_a_file_that_is_not_built_is_no_obstacle(project: Path, build: Build) -> None:
    for name in ("index.md", "README.md", "copyright.md"):
        write(project / "content/pages" / name)
    config = project / "mkdocs.yml"
    excluded = "exclude_docs: |\n  README.md\n  copyright.md\n  /index.md\n"
    config.write_text(config.read_text(encoding="utf-8") + excluded, encoding="utf-8")
    done = build()
    assert done.returncode == 0, done.stderr
    assert "Mine" not in (project / "site/copyright/index.html").read_text(encoding="utf-8")


def test_files_of_the_portal_that_are_excluded_are_told(project: Path, build: Build) -> None:
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + "exclude_docs: '*.json'\n", encoding="utf-8")
    done = build()
    assert done.returncode == 1
    assert "a setting such as exclude_docs has removed them" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_flat_addresses_other_pages_have_the_places(project: Path, build: Build) -> None:
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + "use_directory_urls: false\n", encoding="utf-8")
    write(project / "content/pages/copyright.md")
    done = build()
    assert done.returncode == 0, done.stderr
    assert (project / "site/copyright.html").is_file()
    assert (project / "site/copyright/index.html").is_file()


HOOKS = {
    "a page added early": (
        "from mkdocs.structure.files import File\n"
        "def on_files(files, config):\n"
        "    files.append(File.generated(config, 'Models.md', content='# Mine'))\n",
        "Models.md, made by the plugin hook.py, takes the address of a generated page or file (models/index.html)",
    ),
    "a page put in the place of ours": (
        "from mkdocs.structure.files import File\n"
        "def on_files(files, config):\n"
        "    files.remove(files.src_uris['models/index.md'])\n"
        "    files.append(File.generated(config, 'models/index.md', content='# Mine'))\n",
        "models/index.md, made by the plugin hook.py, takes the address of a generated page or file (models/index.htm",
    ),
    "a file added last": (
        "from mkdocs.plugins import event_priority\n"
        "from mkdocs.structure.files import File\n"
        "@event_priority(-900)\n"
        "def on_files(files, config):\n"
        "    files.append(File.generated(config, 'Copyright.json', content='{}'))\n",
        "Copyright.json, made by the plugin hook.py, takes the address of a generated page or file (copyright.json)",
    ),
    "a page written over": (
        "from pathlib import Path\n"
        "def on_post_build(config):\n"
        "    Path(config.site_dir, 'copyright/index.html').write_text('<meta http-equiv=refresh>')\n",
        "1 file(s) of the portal were replaced in the site, first copyright/index.html",
    ),
    "a twin written over": (
        "from pathlib import Path\n"
        "def on_post_build(config):\n"
        "    Path(config.site_dir, 'copyright.json').write_text('{}')\n",
        "1 file(s) of the portal were replaced in the site, first copyright.json",
    ),
    "a script written over": (
        "from pathlib import Path\n"
        "def on_post_build(config):\n"
        "    Path(config.site_dir, 'assets/gate/keys.js').write_text('')\n",
        "1 file(s) of the portal were replaced in the site, first assets/gate/keys.js",
    ),
}


@pytest.mark.parametrize("name", HOOKS)
def test_what_other_plugins_make_is_refused(project: Path, build: Build, name: str) -> None:
    hook, message = HOOKS[name]
    write(project / "hook.py", hook)
    config = project / "mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8") + "hooks: [hook.py]\n", encoding="utf-8")
    done = build()
    assert done.returncode == 1
    assert message in done.stderr, done.stderr
    assert "Traceback" not in done.stderr


def test_a_theme_folder_is_compared_as_well(project: Path, build: Build) -> None:
    write(project / "theme/gpai-transparency.json", "{}")
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8").replace("{name: material,", "{name: material, custom_dir: theme,")
    config.write_text(text, encoding="utf-8")
    assert "gpai-transparency.json takes the address" in build().stderr


def test_case_and_folders() -> None:
    places = Destinations(["index.html", "models/index.html", "copyright.json"])
    assert places.taken("Models/INDEX.html") == "models/index.html"
    assert places.taken("MODELS") == "models/"
    assert places.taken("copyright.json/x/y") == "copyright.json"
    assert places.taken("model/index.html") == ""
