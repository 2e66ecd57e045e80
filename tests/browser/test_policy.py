"""The policy allows the scripts that Chromium runs in a page, in whatever form they are written, and no others."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page

from gpai_portal.markup import inline_scripts

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
