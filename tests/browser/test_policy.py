"""The policy allows the scripts that Chromium runs in a page, in whatever form they are written, and no others."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Frame, Page

from gpai_portal.markup import inline_scripts
from gpai_portal.site.security_policy import protect
from tests.serving import serving
from tests.site.test_security_policy import ALLOWED, BLOCKED

pytestmark = pytest.mark.browser

RUN = {
    "plain": "<script>NOTE</script>",
    "data-src": '<script data-src="x.js">NOTE</script>',
    "src in a value": "<script id=src data-from='src=\"x.js\"'>NOTE</script>",
    "any case and order": "<SCRIPT DEFER data-a='>'\n Type = ' Text/JavaScript '>NOTE</SCRIPT >",
    "empty type": '<script type="">NOTE</script>',
    "module": "<script type=module>NOTE</script>",
    "first of two types": "<script type=module type=text/plain>NOTE</script>",
    "language": '<script language="JavaScript1.5">NOTE</script>',
    "slash": "<script/>NOTE</script>",
    "end tag with an attribute": "<script>NOTE</script\n x='>'>",
    "no end tag": '<script>"</scripty> </ script>"; NOTE</script>',
    "hidden in a comment": "<script>/* <!-- <script> </script> */ NOTE // -->\n</script>",
    "hidden in a comment twice": "<script>/* <!-- <script> <!-- </script> */ NOTE // -->\n</script>",
    "comment that hides nothing": "<script><!--\nNOTE\n//--></script>",
    "behind an empty comment": "<!--><script>NOTE</script><!-- -->",
    "behind an odd comment": "<!-- --!><script>NOTE</script><!-- -->",
    "ends of lines": "<script>\r\n'zw\u00f6lf';\r\nNOTE\r\n</script>",
    "drawing": "<svg><title/><script>NOTE</script></svg>",
}
REST = {
    "comment": "<!-- <script>NOTE</script> -->",
    "value": '<p title="<script>NOTE</script>">',
    "text area": "<textarea><script>NOTE</script></textarea>",
    "style": "<style><script>NOTE</script></style>",
    "file": '<script SRC="x.js">NOTE</script>',
    "file of no name": "<script src>NOTE</script>",
    "data": '<script type="application/json">NOTE</script>',
    "type with a parameter": '<script type="text/javascript; charset=utf-8">NOTE</script>',
    "other language": "<script language=vbscript>NOTE</script>",
    "unfinished": "<script>NOTE",
}


def test_scripts_in_any_form_run_under_the_policy(
    project: Path, build: Callable[..., subprocess.CompletedProcess[str]], new_page: Callable[..., Page]
) -> None:
    forms = "\n".join(html.replace("NOTE", f"ran.push('{name}')") for name, html in {**RUN, **REST}.items())
    (project / "content/pages/forms.html").write_bytes(
        f"<!doctype html><html><head><meta charset=utf-8><title>Forms</title></head><body>{forms}".encode()
    )
    done = build()
    assert done.returncode == 0, done.stderr
    html = (project / "site/forms.html").read_bytes().decode()
    allowed = re.findall(r"ran\.push\('(.*?)'\)", " ".join(inline_scripts(html)))
    page = new_page()
    page.add_init_script(
        "ran = []; blocked = [];"
        "addEventListener('securitypolicyviolation', event => blocked.push(event.sample || event.blockedURI))"
    )
    page.goto((project / "site/forms.html").as_uri())
    assert page.evaluate("document.querySelectorAll('meta[http-equiv=Content-Security-Policy]').length") == 1
    assert page.evaluate("blocked.filter(what => what === 'inline')") == []
    assert sorted(page.evaluate("ran")) == sorted(RUN) == sorted(allowed)


def test_scripts_are_found_where_chromium_finds_them(new_page: Callable[..., Page]) -> None:
    """In pages of random pieces, without those that are not ended, which do not run."""
    pieces = "<script>|</script>|<SCRIPT a='|</script x>|</scripty>|<!--|-->|--!>|<!|<?|</|<|>|'|\"|=|/| |\n|a|b=c|<p |"
    pieces += '<p title="|<textarea>|</textarea>|<title>|</title>|<style>|</style>|<xmp>|</xmp>|&lt;|-|\r\n|</iframe>'
    random = Random(1)
    pages = ["<body>" + "".join(random.choices(pieces.split("|"), k=15)) for _ in range(3_000)]
    found = new_page().evaluate(
        """pages => pages.map(html => [...new DOMParser().parseFromString(html, "text/html").scripts]
          .map(script => script.textContent).filter(text => text))""",
        pages,
    )
    for html, scripts in zip(pages, found, strict=True):
        assert list(inline_scripts(html)) in (scripts, scripts[:-1]), html


#: Says what the policy blocks, on any page.
LISTEN = "blocked = []; addEventListener('securitypolicyviolation', event => blocked.push(event.effectiveDirective))"
WEAK = "<meta http-equiv=content-security-policy content=\"img-src *; script-src * 'unsafe-inline'\">"
ODD = {
    "commented-out encoding": "<!doctype html><html><head><!-- <meta charset=utf-8> --><title>x</title></head><body>x",
    "comment on a policy": f"<!-- {WEAK} --><html><head><title>x</title></head>",
    "no head": "<p>Text</p>",
    "nothing": "",
    "only text": "Text",
    "policy of its own": f"<HTML><HEAD>{WEAK}</HEAD>",
    "script first": "<!doctype html><head><script>1</script><meta charset=utf-8></head>",
    "template": f"<template><head>{WEAK}</head></template>",
    "template in the head": f"<head><template>{WEAK}</template></head>",
    "noscript": f"<noscript><head>{WEAK}</noscript><head></head>",
    "head in a value": f"<html title='<head>{WEAK}'><p>x",
    "head in a comment in a script": "<script><!-- <head> --></script><head></head>",
    "head behind text": "Text <html><head></head>",
    "two heads": "<head></head><body><head></head>",
    "frames": "<frameset><frame></frameset>",
    "zero": "\0<head></head>",
    "end tags first": "</html></head></body></p><head></head>",
    "odd comments": "<!--><head>--><? <head> ?></ <head> ><!doctype html><html><head></head>",
    "declaration": "<?xml version='1.0'?><!DOCTYPE html><html><head><meta charset=utf-8></head>",
    "late doctype": "<html><!doctype html><head></head>",
}


def blocked(page: Page | Frame) -> list[str]:
    """What was blocked on a page, as soon as something was. The policy forbids Playwright's own way to wait for it."""
    for _ in range(300):
        if found := page.evaluate("blocked"):
            return found
        page.wait_for_timeout(50)
    return []


@pytest.mark.parametrize("name", ODD)
def test_the_policy_holds_on_pages_of_any_form(tmp_path: Path, new_page: Callable[..., Page], name: str) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"\xef\xbb\xbf" * (name == "nothing") + ODD[name].replace("\0", " \x0c").encode())
    protect(tmp_path, "")
    page = new_page()
    page.add_init_script(LISTEN)
    page.goto(file.as_uri())
    page.evaluate("document.documentElement.append(Object.assign(new Image(), {src: 'https://x.example/a.png'}))")
    assert "img-src" in blocked(page)
    metas = page.evaluate("[...document.head.querySelectorAll('meta[http-equiv]')].map(meta => meta.content)")
    assert metas[0].startswith("default-src 'self'")


def test_pages_with_a_long_policy_keep_their_encoding(tmp_path: Path, new_page: Callable[..., Page]) -> None:
    scripts = "".join(f"<script>{number}</script>" for number in range(40))
    for name, meta in {
        "short": "<meta charset=iso-8859-2>",
        "long": "<meta content='text/html; charset=iso-8859-2' http-equiv=Content-Type>",
    }.items():
        html = f"<!doctype html><html><head>{scripts}{meta}<title>\u0159</title></head><body>"
        (tmp_path / f"{name}.html").write_bytes(html.encode("iso-8859-2"))
    protect(tmp_path, "")
    page = new_page()
    for name in ("short", "long"):
        page.goto((tmp_path / f"{name}.html").as_uri())
        assert page.title() == "\u0159"
        assert page.evaluate("document.querySelectorAll('meta').length") == 2


def test_chromium_blocks_what_a_build_names_and_nothing_else(tmp_path: Path, new_page: Callable[..., Page]) -> None:
    """But for what is blocked only when a reader clicks, and for what Material's script would load."""
    clicks = {"link", "control character", "form", "button", "mermaid", "stars"}
    named = {name: html for name, (html, _) in BLOCKED.items() if name not in clicks}
    cases = {**named, **{name: html for name, html in ALLOWED.items() if "own host" not in name}}
    for name, html in cases.items():
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><meta charset=utf-8><body>{html}", encoding="utf-8")
    protect(tmp_path, "")
    page = new_page()
    page.add_init_script(LISTEN)
    with serving(tmp_path) as address:
        for name in named:
            page.goto(f"{address}{name}.html")
            assert blocked(page.frames[-1] if name == "frame with a script" else page), name
        for name in cases.keys() - named.keys():
            page.goto(f"{address}{name}.html", wait_until="networkidle")
            page.wait_for_timeout(200)
            assert page.evaluate("blocked") == [], name
