"""Every page of a site has the policy, or the build names it; and the build names what the policy blocks where."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gpai_portal.site.blocked import blocked_on
from gpai_portal.site.security_policy import protect

Build = Callable[..., subprocess.CompletedProcess[str]]

OURS = '<meta http-equiv="Content-Security-Policy" content="default-src'
WEAK = "<meta http-equiv=content-security-policy content=\"script-src * 'unsafe-inline'\">"


def test_pages_that_speak_of_a_policy_or_have_another_encoding_get_one(project: Path, build: Build) -> None:
    (project / "content/pages/about.md").write_text(
        '# About\n\n`<meta http-equiv="Content-Security-Policy">`\n', encoding="utf-8"
    )
    old = "<!doctype html><html><head><title>Zw\u00f6lf</title></head></html>".encode("latin-1")
    (project / "content/pages/old.html").write_bytes(old)
    assert build().returncode == 0
    for name in ("about/index.html", "old.html"):
        assert b'<meta http-equiv="Content-Security-Policy" content=' in (project / "site" / name).read_bytes()
    assert b"Zw\xf6lf" in (project / "site/old.html").read_bytes()


def test_each_page_gets_the_policy_once_before_all_that_loads_or_runs(tmp_path: Path) -> None:
    script = "<script>one()</script>"
    pages = {
        "plain.html": f"<!doctype html>\n<html lang=en>\n<head>{script}<meta charset=utf-8></head></html>",
        "commented.html": f"<html><!-- <head><meta charset=x>{WEAK} --><head>{script}</head>",
        "speaks.html": "<p>A Content-Security-Policy</p><!-- <meta http-equiv=Content-Security-Policy> -->",
        "own.html": f"<HTML><HEAD>{WEAK}{script}</HEAD>",
        "no-head.htm": f"{script}<p>Text",
        "template.html": f"<template><head>{WEAK}</template><head>{script}",
        "noscript.html": f"<!doctype html><noscript><meta charset=utf-8>{WEAK}</noscript>{script}",
        "text.html": f"Text <head>{script}</head>",
        "mark.HTML": f"\ufeff<!DOCTYPE html>{script}",
        "empty.html": "",
    }
    for name, html in pages.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    assert protect(tmp_path, "") == []
    once = {name: (tmp_path / name).read_text(encoding="utf-8") for name in pages}
    for name, html in once.items():
        assert html.count(OURS) == 1, name
        rest = html.replace(html[html.index(OURS) : html.index(">", html.index(OURS)) + 1], "")
        assert sorted(rest.replace("\n", "")) == sorted(pages[name].replace("\n", "")), "nothing else is added or lost"
        assert script not in html or html.index(OURS) < html.index(script), name
        assert html.startswith("\ufeff") == pages[name].startswith("\ufeff")
    assert once["text.html"].lstrip().startswith(OURS), "browsers begin the body with the text"
    assert once["plain.html"].index("charset") < once["plain.html"].index(OURS)
    assert once["noscript.html"].index("charset") < once["noscript.html"].index(OURS)
    assert once["commented.html"].index("-->") < once["commented.html"].index(OURS)
    # A build that leaves pages as they are (mkdocs build --dirty) must not pile up policies of other scripts.
    (tmp_path / "plain.html").write_text("<script>two()</script>", encoding="utf-8")
    protect(tmp_path, "")
    for name in pages:
        found = re.findall(f"{OURS}[^>]*>", (tmp_path / name).read_text(encoding="utf-8"))
        assert len(found) == 1, name
        assert found[0].count("sha256-") == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<html><head></head></html>".encode("utf-16")),
        ("page.htm", "<html><head></head></html>".encode("utf-16-be")),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>one()</script></svg>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='one()'/>"),
        ("page.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'><body><script src='x.js'/></body></html>"),
        ("page.xml", b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:script>one()</h:script></h:html>"),
        ("feed.xml", b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x.xsl'?><feed/>"),
    ],
)
def test_a_page_without_the_policy_is_named(tmp_path: Path, name: str, text: bytes) -> None:
    (tmp_path / name).write_bytes(text)
    problems = protect(tmp_path, "")
    assert [(p.file, p.code, p.severity) for p in problems] == [(name, "no-policy", "warning")]
    assert (tmp_path / name).read_bytes() == text


def test_a_drawing_that_runs_nothing_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><title>on</title></svg>", "utf-8")
    (tmp_path / "sitemap.xml").write_text("<urlset><url><loc>https://x.example/on=1</loc></url></urlset>", "utf-8")
    assert protect(tmp_path, "") == []


MATERIAL = "<script src='../assets/javascripts/bundle.1234.min.js'></script>"
BLOCKED = {
    "badge": ("<img src=https://img.example/badge.svg>", "image of img.example"),
    "badge in srcset": ("<img srcset='//img.example/b.png 1x, a.png 2x'>", "image of img.example"),
    "picture": ("<picture><source srcset=https://img.example/a.webp><img></picture>", "image of img.example"),
    "backslashes": ("<img src='/\\img.example/a.png'>", "image of img.example"),
    "background": ("<body background=https://img.example/a.png>", "image of img.example"),
    "set of images": (
        "<style>body{background:image-set('https://img.example/a.png' 1x)}</style>",
        "file of img.example in a style",
    ),
    "loaded ahead": ("<link rel=prefetch href=https://img.example/a.png>", "file loaded ahead of img.example"),
    "control character": ("<a href='\x01javascript:one()'>x</a>", "link that runs a script"),
    "frame": ("<IFRAME SRC='https://www.video.example/x'></IFRAME>", "frame of www.video.example"),
    "frame of data": ("<iframe src='data:text/html,x'></iframe>", "frame of data:"),
    "frame with a script": ("<iframe srcdoc='&lt;script>one()&lt;/script>'></iframe>", "script in a frame"),
    "handler": ("<button onclick='one()'>x</button>", "handler onclick"),
    "handler in a drawing": ("<svg><g\nonload=one()></g></svg>", "handler onload"),
    "link": ("<a href=' JavaScript:one()'>x</a>", "link that runs a script"),
    "script": ("<script src=https://cdn.example/x.js></script>", "script of cdn.example"),
    "script of data": ("<script src='data:,one()'></script>", "script of data:"),
    "sheet": ("<link rel='stylesheet' href=https://fonts.example/css>", "style sheet of fonts.example"),
    "icon": ("<link rel='shortcut icon' href=https://x.example/i.png>", "icon of x.example"),
    "style": ("<style>@import 'https://fonts.example/css';</style>", "file of fonts.example in a style"),
    "style of an element": ("<p style='background: url(//x.example/a.png)'>", "file of x.example in a style"),
    "object": ("<object data=x.pdf></object>", "embedded object (object)"),
    "embed": ("<embed src=x.pdf>", "embedded object (embed)"),
    "form": ("<form action=https://x.example/ method=post></form>", "form sent to x.example"),
    "button": ("<button formaction=https://x.example/>x</button>", "form sent to x.example"),
    "base": ("<base href=https://x.example/>", "base address at x.example"),
    "video": ("<video src=https://x.example/a.mp4 poster=//y.example/a.png>", "video of x.example"),
    "mermaid": (
        f"<pre class='mermaid'><code>graph LR</code></pre>{MATERIAL}",
        "diagrams of mermaid, whose script Material takes from unpkg.com",
    ),
    "stars": (
        f"<a href=https://github.com/a/b class=md-source data-md-component=source>x</a>{MATERIAL}",
        "number of stars that Material asks github.com for (repo_url)",
    ),
}
ALLOWED = {
    "text on JavaScript": '<h2 title="JavaScript: the good parts" data-search="javascript:">x</h2>',
    "style in a comment": '<style>/* @import "https://img.example/a.css"; */ a {color: red}</style>',
    "own host in other letters": '<img src="https://OWN.example/x.png"><img src="https://own.example:443/x.png">',
    "own": "<img src=a.png><script src=/x.js></script><iframe src=../b/></iframe><form action=search.html></form>",
    "own host": "<img src=https://own.example/a.png>",
    "data": "<img src='data:image/png;base64,AA=='><link rel=icon href=data:,>",
    "links": "<a href=https://x.example/>x</a><link rel=canonical href=https://x.example/>"
    "<link rel=alternate href=https://x.example/feed>",
    "void": "<a href='javascript:void(0)'>x</a>",
    "text": "<p>Write onclick=x or javascript: or class=mermaid into it.</p><pre>&lt;iframe src=https://x.example></pre>",
    "comment": "<!-- <script src=https://x.example/x.js></script> -->",
    "mermaid of its own": f"<pre class=mermaid></pre>{MATERIAL}<script src=../js/mermaid.min.js></script>",
    "style with data": "<style>a{background:url('data:image/svg+xml,%3csvg xmlns=%22http://www.w3.org/2000/svg%22')}</style>",
}


@pytest.mark.parametrize("name", BLOCKED)
def test_what_the_policy_blocks_is_named(name: str) -> None:
    html, what = BLOCKED[name]
    assert what in blocked_on(html, "own.example")


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_policy_allows_is_not_named(name: str) -> None:
    assert blocked_on(ALLOWED[name], "own.example") == set()


def test_a_build_warns_once_for_each_page(project: Path, build: Build) -> None:
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(
            "markdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - name: mermaid\n"
            "          class: mermaid\n          format: !!python/name:pymdownx.superfences.fence_code_format\n"
        )
    pages = project / "content/pages"
    (pages / "diagram.md").write_text("# Diagram\n\n```mermaid\ngraph LR\n```\n", encoding="utf-8")
    (pages / "about.md").write_text(
        "# About\n\n![](https://img.example/badge.svg) ![](https://img.example/other.svg)\n\n"
        '<iframe src="https://video.example/x"></iframe>\n\n<button onclick="one()">x</button>\n',
        encoding="utf-8",
    )
    (pages / "extra.css").write_text("@font-face { src: url(https://fonts.example/x.woff2) }", encoding="utf-8")
    done = build()
    assert done.returncode == 1, "a strict build takes warnings for errors"
    warnings = [line for line in done.stderr.splitlines() if "[blocked]" in line]
    assert len(warnings) == 3, done.stderr
    about, diagram, sheet = warnings
    assert (
        "about/index.html: the Content Security Policy blocks here: frame of video.example, handler onclick, image"
        in about
    )
    assert about.count("img.example") == 1
    assert "diagram/index.html: " in diagram
    assert "unpkg.com" in diagram
    assert "extra.css: the Content Security Policy blocks here: file of fonts.example in a style" in sheet


@pytest.mark.parametrize(
    ("theme", "what"),
    [
        ("{name: readthedocs}", "script of cdnjs.cloudflare.com"),
        ("{name: material}", "style sheet of fonts.googleapis.com"),
    ],
)
def test_what_a_theme_brings_along_is_told_once(project: Path, build: Build, theme: str, what: str) -> None:
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8").replace("{name: material, font: false}", theme)
    config.write_text(text, encoding="utf-8")
    warnings = [line for line in build().stderr.splitlines() if "[blocked]" in line]
    assert len(warnings) == 1
    assert "blocks on most pages, probably of the theme" in warnings[0]
    assert what in warnings[0]
