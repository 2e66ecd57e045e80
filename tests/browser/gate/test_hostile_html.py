"""HTML that was really sealed, by whoever could: none of it acts, loads, sends or leads away."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect

from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from gpai_portal.sealing.seal import seal
from gpai_portal.sealing.sets import CATALOGUE, SEARCH, Recovery
from tests.browser.conftest import NewPage
from tests.browser.gate.desk import DEMO, READER, Desk, part, unlock
from tests.conftest import SAMPLE
from tests.gate.hostile_html import HOSTILE

pytestmark = pytest.mark.browser


def seal_hostile(folder: Path) -> None:
    """Replaces the set in a folder by one that the provider has signed, with hostile HTML as its one document."""
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


def test_hostile_html_in_a_file_that_was_opened(new_page: NewPage, desk: Desk) -> None:
    """The file that gpai-portal open writes leads nobody away and asks no host."""
    seal_hostile(desk.folder / "content/sealed")
    desk.gpai("open", str(DEMO), "--out", "opened")
    (file,) = (desk.folder / "opened").glob("*/index.html")
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.locator("p#text strong")).to_be_visible()
    page.wait_for_timeout(1500)  # a refresh would be over by now
    assert page.url == file.as_uri()
    assert asked == [file.as_uri()]
    assert page.evaluate("window.ran ?? null") is None
    assert page.locator("meta[http-equiv=refresh], base, form, iframe, svg, math, link, script").count() == 0
    expect(page.locator("a#js")).not_to_have_attribute("href", re.compile(".*"))
    expect(page.get_by_role("link", name="web")).to_have_attribute("href", "https://web.example/")
    expect(page.locator("main")).to_contain_text("Details")


def test_hostile_html_that_was_sealed(new_page: NewPage, desk: Desk) -> None:
    seal_hostile(desk.site / "sealed")
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
