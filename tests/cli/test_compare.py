"""The command compare: what changed, in three formats, between releases and published states."""

from __future__ import annotations

import json

import pytest

from gpai_portal.site.sides import one_line
from tests.conftest import AS_OF, ROOT, run


def compare(*arguments: str) -> tuple[int, str, str]:
    done = run("gpai_portal.cli", "compare", *arguments, "--as-of", AS_OF, cwd=ROOT)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_it_names_sizes_and_dates() -> None:
    code, out, _ = compare("skrift/1.0", "skrift/2.0")
    assert code == 0
    assert "Training data size: 1 billion to 10 trillion tokens; 3.1 × 10^11 tokens" in out
    assert "    - 15 May 2025\n    + 10 March 2026\n" in out
    assert "~ Nordic Open Web Corpus, End of collection: May 2024 → May 2025" in out
    code, markdown, _ = compare("skrift/1.0", "skrift/2.0", "--format", "markdown")
    assert code == 0
    assert "## Release\n" in markdown
    assert "- **Before:** 15 May 2025\n- **Now:** 10 March 2026\n" in markdown
    code, text, _ = compare("skrift/1.0", "skrift/2.0", "--format", "json")
    release = json.loads(text)["documents"][0]
    assert release["type"] == "release"
    dates = {c["field"]: (c["old"]["value"], c["new"]["value"]) for c in release["changes"] if "date" in c["field"]}
    assert dates["union_market_date"] == ("2025-05-15", "2026-03-10")


def test_it_reads_what_was_published() -> None:
    _, out, _ = compare("copyright-policy@r1", "copyright-policy@r2")
    assert "~ SkriftvangBot, IP addresses: https://skriftvang.example/bot/ip-ranges.txt → " in out
    _, by_day, _ = compare("blik/1.0@2026-09-20", "blik/1.0")
    assert "+ textilmuseet-almby.example; Textile museum, Sweden" in by_day


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nothing", "skrift/1.0", "there is no release or document 'nothing'"),
        ("copyright-policy", "skrift/1.0", "compare two of one kind"),
        ("skrift/1.0@r1", "skrift/1.0", "'r1' is not a date"),
        ("skrift/1.0@2020-01-01", "skrift/1.0", "nothing of it had been published"),
        ("copyright-policy@r7", "copyright-policy", "there are r1 of 2026-09-14, r2 of 2026-09-21"),
    ],
)
def test_it_refuses_what_it_cannot_compare(old: str, new: str, message: str) -> None:
    code, _, err = compare(old, new)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; <code>two</code></p>\n<ul><li>three</li><li>four</li></ul>", "One & two; three; four"),
        ("<dl><div><dt>Name</dt><dd>N <span title='a > b'>x</span></dd></div></dl>", "Name: N x"),
        ("<table><tr><th>Size</th><td>3 × 10<sup>11</sup></td></tr></table>", "Size: 3 × 10^11"),
        ("<p></p><p>&lt;b&gt;</p>", "<b>"),
    ],
)
def test_an_answer_in_one_line_of_text(html: str, text: str) -> None:
    assert one_line(html) == text
