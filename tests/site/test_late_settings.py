"""Settings that other plugins and hooks change behind ours: the address of the site, the shape of links, the head."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from gpai_portal.site.head import Preview, fill
from tests.reading import Links

Build = Callable[..., subprocess.CompletedProcess[str]]
SUMMARY = "site/models/text/1.0/training-content/index.html"

NEW_ADDRESS = {
    "on_config": "def on_config(config):\n    config.site_url = 'https://new.example/x/'\n    return config\n",
    "on_config, last": (
        "from mkdocs.plugins import event_priority\n"
        "@event_priority(-900)\n"
        "def on_config(config):\n    config.site_url = 'https://new.example/x/'\n    return config\n"
    ),
    "on_pre_build, last": (
        "from mkdocs.plugins import event_priority\n"
        "@event_priority(-900)\n"
        "def on_pre_build(config):\n    config.site_url = 'https://new.example/x/'\n"
    ),
}


def set_up(project: Path, plugins: str = "", more: str = "", hook: str = "") -> None:
    config = (project / "mkdocs.yml").read_text(encoding="utf-8")
    if plugins:
        config = config.replace("plugins: [search, gpai-portal]", f"plugins: {plugins}")
    if hook:
        (project / "hook.py").write_text(hook, encoding="utf-8")
        config += "hooks: [hook.py]\n"
    (project / "mkdocs.yml").write_text(config + more, encoding="utf-8")


@pytest.mark.parametrize("event", NEW_ADDRESS)
def test_an_address_that_is_set_later_is_the_address(project: Path, build: Build, event: str) -> None:
    set_up(project, hook=NEW_ADDRESS[event])
    done = build()
    assert done.returncode == 0, done.stderr
    old = [
        file.relative_to(project / "site").as_posix()
        for file in (project / "site").rglob("*")
        if file.suffix in {".html", ".json", ".atom", ".xml"} and b"base.example/portal" in file.read_bytes()
    ]
    assert old == []
    index = json.loads((project / "site/gpai-transparency.json").read_text(encoding="utf-8"))
    assert index["root"] == "https://new.example/x/"
    twin = json.loads((project / "site/models/text/1.0/training-content.json").read_text(encoding="utf-8"))
    assert twin["$schema"].startswith("https://new.example/x/schemas/")


def test_errors_in_the_content_stop_before_anything_is_cleaned_away(project: Path, build: Build) -> None:
    assert build().returncode == 0
    before = {file: file.read_bytes() for file in (project / "site").rglob("*") if file.is_file()}
    provider = project / "content/provider.yaml"
    provider.write_text(provider.read_text(encoding="utf-8").replace("name: Base\n", "nam: Base\n"), encoding="utf-8")
    done = build()
    assert done.returncode == 1
    assert "[unknown-key]" in done.stderr
    assert {file: file.read_bytes() for file in (project / "site").rglob("*") if file.is_file()} == before


def test_the_policy_blocks_what_a_search_from_a_disk_loads(project: Path, build: Build) -> None:
    set_up(project, "[search, offline, gpai-portal]")
    done = build()
    assert done.returncode == 1
    assert "the Content Security Policy blocks" in done.stderr
    assert "unpkg.com" in done.stderr


WITHOUT_POLICY = "{gpai-portal: {content_security_policy: false}}"


@pytest.mark.parametrize("plugins", [f"[search, {WITHOUT_POLICY}, offline]", f"[search, offline, {WITHOUT_POLICY}]"])
def test_offline_every_link_leads_to_a_file(project: Path, build: Build, plugins: str) -> None:
    """As a browser opens it from a disk, where no folder has an index of its own."""
    set_up(project, plugins)
    done = build()
    assert done.returncode == 0, done.stderr
    site = project / "site"
    own = 0
    for file in site.rglob("*.html"):
        if file.name == "404.html":
            continue  # shown at any address by a server, which there is none of
        for target in Links(file.read_text(encoding="utf-8")).targets:
            parts = urlsplit(urljoin(file.as_uri(), target))
            if parts.scheme == "file":
                assert Path(unquote(parts.path)).is_file(), f"{file.relative_to(site)}: {target}"
                own += 1
    assert own > 300


def test_a_build_that_was_stopped_does_not_hold_back_the_next(project: Path, build: Build) -> None:
    """As in ``mkdocs serve``: the same plugin builds again after an error."""
    script = (
        "import logging\n"
        "from mkdocs.commands.build import build\n"
        "from mkdocs.config import load_config\n"
        "from pathlib import Path\n"
        "config = load_config('mkdocs.yml')\n"
        "config.plugins.on_startup(command='build', dirty=False)\n"
        "file = Path('content/provider.yaml')\n"
        "good = file.read_text()\n"
        "file.write_text(good.replace('name: Base', 'nam: Base'))\n"
        "try:\n    build(config)\nexcept SystemExit as error:\n    print('stopped')\n"
        "file.write_text(good)\n"
        "build(config)\n"
        "print(Path('site/copyright/index.html').is_file(), Path('site/SHA256SUMS').is_file())\n"
    )
    (project / "twice.py").write_text(script, encoding="utf-8")
    from tests.conftest import run

    done = run("twice", cwd=project)
    assert done.stdout.split() == ["stopped", "True", "True"], done.stderr


@pytest.mark.parametrize(
    "head",
    [
        "<html><head><title>x</title></head><body><h1>t</h1>",
        "<title>x</title><body><h1>t</h1>",
        "<title>x</title><h1>t</h1>",
        "<head><title></head></title><script>'</head><body>'</script><!-- </head> --><h1>t</h1>",
        '<head><META NAME=Description content="theirs"><title>x</title></head><h1>t</h1>',
        '<head><meta content="a > b" name=description><meta name="description" content=2></head><h1>t</h1>',
    ],
)
def test_a_head_is_filled_wherever_it_ends(head: str) -> None:
    preview = Preview("", 'Ours & "theirs"', "", "", "")
    filled = fill(head, "<script type=x></script>", preview, "x")
    assert filled.count("escription") == 1
    ours = '<meta name="description" content="Ours &amp; &quot;theirs&quot;">\n<script type=x></script>\n'
    assert filled.replace(ours, "") == re.sub(
        r'<meta (content="a > b" )?name="?description[^>]*>',
        "",
        head.replace("<title></head></title>", "<title>x</title>"),
        flags=re.I,
    )
    rest = filled.partition(ours)[2]
    assert rest.startswith(("</head>", "<body>", "<h1>"))
