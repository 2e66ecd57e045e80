"""HTML of documents in files: what stays of it is on a list, the same as on the page, and no document loses any."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from gpai_portal.gate.sanitiser import ELEMENTS, sanitised
from gpai_portal.sealing.keys import Identity
from gpai_portal.sealing.manifest import read_sealed
from tests.conftest import ROOT, SAMPLE
from tests.gate.hostile_html import HOSTILE

PLACES = {"a" * 32: "flow.svg"}


class Events(HTMLParser):
    """The tags and texts of some HTML, as the standard library reads it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        leading = ("href", "src", "download", "data-attachment")
        self.found.append((tag, [(name, value) for name, value in attrs if name not in leading]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_the_page_has_the_same_list() -> None:
    script = (ROOT / "plugin/gpai_portal/assets/gate/sanitiser.js").read_text(encoding="utf-8")
    names = re.search(r"ELEMENTS\s*=(.*?)split", script, re.DOTALL)
    assert names
    assert set(" ".join(re.findall(r'"([^"]*)"', names[1])).replace("  ", " ").split()) == ELEMENTS


def test_documents_of_the_provider_lose_nothing() -> None:
    found = read_sealed(ROOT / "content/sealed")
    assert found
    section = found.open(Identity.parse((SAMPLE / "demo.key").read_text(encoding="utf-8")))
    groups = json.loads(section.read(found.catalogue))["groups"]
    for id_ in {document["id"] for group in groups for document in group["documents"]}:
        html = json.loads(section.read(id_))["html"]
        assert Events(sanitised(html, {})).found == Events(html).found


def test_of_hostile_html_nothing_stays_that_acts() -> None:
    kept = sanitised(HOSTILE, {})
    starts = [event for event in Events(kept).found if isinstance(event, tuple)]
    assert {name for name, _ in starts} <= ELEMENTS
    assert {name for _, attributes in starts for name, _ in attributes} == {"id", "style", "title"}
    assert set(re.findall(r'href="([^"]*)"', kept)) == {
        "#ping",
        "#text",
        "https://web.example/",
        "mailto:a@web.example",
    }


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>1 < 2 &amp; 3 > 2</p>", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("<p>open<div>more", "<p>open<div>more</div></p>"),
        ("</main></div></p>out", "out"),
        ("<em><strong>x</em>y</strong>", "<em><strong>x</strong></em>y"),
        ("<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"),
        ("<style><img src=x></style>", "&lt;img src=x&gt;"),
        ("<!-- --!><p title='\"><script>'>x", '<p title="&quot;&gt;&lt;script&gt;">x</p>'),
        ("<svg><style><p id=x>", '<p id="x"></p>'),
        ("<P CLASS='gp-note  gp' ONCLICK=x>", '<p class="gp-note  gp"></p>'),
        ("<p class='gp md-overlay'>", "<p></p>"),
        (f"<p class='{' ' * 100_000}!'>", "<p></p>"),
        ("<a href='JAVASCRIPT:x'>", "<a></a>"),
        ("<a href=' https://x.example/'>", "<a></a>"),
        ("<a href='//x.example/'>", "<a></a>"),
        ("<img src=x data-attachment=unknown alt=x>", '<img alt="x">'),
        (f"<img data-attachment={'a' * 32}>", '<img src="flow.svg">'),
        (f"<a href='#attachment-{'a' * 32}'>", '<a href="flow.svg" download></a>'),
        (f"<a href='{'a' * 32}'>", "<a></a>"),
        ("<a href='#attachment-a'>", '<a href="#attachment-a"></a>'),
        ("<p>cut off <a href='x", "<p>cut off <a></a></p>"),
    ],
)
def test_tags_are_written_anew(html: str, kept: str) -> None:
    assert sanitised(html, PLACES) == kept


def test_deep_and_broken_html_takes_no_longer_than_its_length() -> None:
    html = "<div>" * 100_000 + "</span></p>" * 100_000
    assert sanitised(html, {}) == "<div>" * 100_000 + "</div>" * 100_000
