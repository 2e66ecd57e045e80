"""What the script of the crawler page says of a robots.txt: what RFC 9309 and Google print as examples, and what a
second implementation says of many files that chance has written."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.browser import robots
from tests.browser.conftest import NewPage
from tests.browser.problems import axe_violations, fail_on, watch
from tests.conftest import DAY, ROOT
from tests.listed import write_page
from tests.serving import serving

pytestmark = pytest.mark.browser

#: Section 5.1 of RFC 9309; its other crawlers are foobot, barbot, bazbot and quxbot.
SIMPLE = """User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot"""
#: Section 5.2.
LONGEST = "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
#: Groups of one crawler are one group (section 2.2.1).
MERGED = """User-Agent: ExampleBot
Disallow: /foo
Disallow: /bar

User-Agent: ExampleBot
Disallow: /baz"""
GROUPS = """allow: /foo/bar/

user-agent: FooBot
disallow: /
allow: /x/
user-agent: BarBot
disallow: /
allow: /y/


allow: /w/
user-agent: BazBot

user-agent: FooBot
allow: /z/
disallow: /
"""


def only(pattern: str) -> str:
    """A file that allows one pattern and nothing else."""
    return f"User-agent: FooBot\nDisallow: /\nAllow: {pattern}\n"


def cases() -> Iterator[tuple[str, str, str, bool]]:
    """File, name of the crawler, path, and whether the crawler may read it."""
    for token, path, allowed in (
        ("anybot", "/publications/a.html", True),
        ("anybot", "/example/page.html", False),
        ("anybot", "/a.gif", False),
        ("anybot", "/a.gif?x", True),
        ("anybot", "/elsewhere", True),
        ("foobot", "/example/page.html", True),
        ("FooBot", "/example/allowed.gif", True),
        ("foobot", "/example/other.gif", False),
        ("foobot", "/", False),
        ("barbot", "/example/page.html", False),
        ("barbot", "/a.gif", True),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/page.html", True),
        ("quxbot", "/a.gif", True),
        ("foobot", "/robots.txt", True),
    ):
        yield SIMPLE, token, path, allowed
    yield LONGEST, "foobot", "/example/page/disallowed.gif", False
    yield LONGEST, "foobot", "/example/page/other.gif", True
    yield LONGEST, "foobot", "/example/", True
    for path in ("/foo", "/bar", "/baz"):
        yield MERGED, "examplebot", path, False
    yield MERGED, "examplebot", "/qux", True
    # Table of section 2.2.2: path in the file, path that is asked for.
    for pattern, path in (
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
        ("/foo/bar/\u30c4", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
        # Section 2.2.3.
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html"),
        ("/path/foo-%24", "/path/foo-$"),
        ("*?foo", "/a/b?foo=1"),
    ):
        yield only(pattern), "foobot", path, True
    yield only("/path/file-with-a-%2A.html"), "foobot", "/path/file-with-a-x.html", False
    yield only("/*84"), "foobot", "/%84", False
    for path, bots in (("/x/b", "foo"), ("/z/d", "foo baz"), ("/y/c", "bar"), ("/w/a", "bar"), ("/foo/bar/", "")):
        for bot in ("foo", "bar", "baz"):
            yield GROUPS, f"{bot}bot", path, bot in bots
    # Lines that speak of something else do not part the names of a group.
    for other in ("Sitemap: https://foo.bar/sitemap", "Invalid-Unknown-Line: unknown", "Crawl-delay: 5"):
        for token in ("foobot", "barbot"):
            yield f"User-agent: BarBot\n{other}\nUser-agent: *\nDisallow: /\n", token, "/", False
    for end in ("\r\n", "\r", "\n"):
        yield (
            end.join(("\ufeffUSER-AGENT : FooBot # ours", "dIsAlLoW\t:\t/x\t#all", "ALLOW: /x/y")),
            "foobot",
            "/x",
            False,
        )
        yield end.join(("User-agent: FooBot", "Disallow: /x", "Allow: /x/y")), "foobot", "/x/y", True
    for file, path, allowed in (
        ("disallow: \nallow: \n", "/x", True),
        ("disallow: /\nallow: /\n", "/x", True),
        ("disallow: /x\nallow: /x/\n", "/x", False),
        ("disallow: /x\nallow: /x/\n", "/x/", True),
        ("allow: /page\ndisallow: /*.html\n", "/page.html", False),
        ("allow: /page\ndisallow: /*.html\n", "/page", True),
        ("allow: /x/page.\ndisallow: /*.html\n", "/x/page.html", True),
        ("allow: /p\ndisallow: /\n", "/page", True),
        ("allow: /folder\ndisallow: /folder\n", "/folder/page", True),
        ("allow: /$\ndisallow: /\n", "/", True),
        ("allow: /$\ndisallow: /\n", "/page.htm", False),
        ("disallow: /X/\n", "/x/", True),
        ("disallow: fish\n", "/fish", True),
        ("disallow: /a%2fb\n", "/a%2Fb", False),
    ):
        yield f"user-agent: FooBot\n{file}", "FooBot", path, allowed
    # "How Google interprets the robots.txt specification", URL matching.
    for pattern, yes, no in (
        (
            "/fish",
            "/fish /fish.html /fish/salmon.html /fishheads /fish.php?id=anything",
            "/Fish.asp /catfish /?id=fish",
        ),
        ("/fish*", "/fish /fish.html /fish/salmon.html /fishheads/yummy.html", "/Fish.asp /catfish /desert/fish"),
        ("/fish/", "/fish/ /fish/?id=anything /fish/salmon.htm", "/fish /fish.html /animals/fish/ /Fish/Salmon.asp"),
        (
            "/*.php",
            "/index.php /folder/any.php.file.html /index.php?a /filename.php/ /i?f=f.php/",
            "/ /windows.PHP /php/",
        ),
        ("/*.php$", "/filename.php /folder/filename.php", "/filename.php?p /filename.php/ /filename.php5 /windows.PHP"),
        ("/fish*.php", "/fish.php /fishheads/catfish.php?parameters", "/Fish.PHP /fish"),
    ):
        for path in yes.split():
            yield only(pattern), "foobot", path, True
        for path in no.split():
            yield only(pattern), "foobot", path, False
    yield "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar/1.0\nAllow: /x/\nDisallow: /\n", "foo", "/x/y", True
    yield "User-agent: Foobot*\nDisallow: /\n", "foobot", "/", False
    yield "User-agent: *bot\nDisallow: /\n", "foobot", "/", True
    yield "", "foobot", "/", True


CASES = list(cases())

_ALL = """async ([address, cases]) => {
  const { decide, parse, rulesFor } = await import(address);
  return cases.map(([file, token, path]) => {
    const { allowed, rule } = decide(rulesFor(parse(file), token).rules, path);
    return [allowed, rule ? rule.line : 0];
  });
}"""


@pytest.fixture(scope="module")
def scripts() -> Iterator[str]:
    with serving(ROOT / "plugin/gpai_portal/assets/pages") as address:
        yield address


@pytest.fixture
def page(new_page: NewPage, scripts: str) -> Page:
    page = new_page()
    page.route("**/empty", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(f"{scripts}empty")
    return page


def said(page: Page, scripts: str, asked: list[tuple[str, str, str]]) -> list[tuple[bool, int]]:
    """What the script says of files, crawlers and paths: whether it is allowed, and by which line."""
    found = page.evaluate(_ALL, [f"{scripts}robots.js", asked])
    return [(allowed, line) for allowed, line in found]


def test_printed_examples(page: Page, scripts: str) -> None:
    asked = [(file, token, path) for file, token, path, _ in CASES]
    wrong = [
        case
        for case, (allowed, line) in zip(CASES, said(page, scripts, asked), strict=True)
        if (case[3] is not allowed) or (allowed, line) != robots.decide(*case[:3])
    ]
    assert wrong == []


def _written(chance: random.Random) -> tuple[str, str, str]:
    """A file of few words in many orders, a crawler and a path that may well meet."""
    pieces = ["a", "b", "/", "/a", "*", "$", "%62", "%2f", "%2A", "\u00e4", "%C3%A4", "?", "=", "%", "a/b", "A", ":"]
    names = ["a", "B", "a-b", "*", "a/1.0", "1", "* x", "ab"]

    def path(most: int) -> str:
        return "".join(chance.choices(pieces, k=chance.randint(0, most)))

    lines = []
    for _ in range(chance.randint(0, 12)):
        key = chance.choice(["User-agent", "user-agent", "Allow", "Disallow", "DISALLOW", "Sitemap", "allow ", "\t"])
        value = chance.choice(names) if "agent" in key else chance.choice(["/", "", "*"]) + path(4)
        lines.append(chance.choice([f"{key}: {value}", f"{key}:{value}#x", f" {key}\t:\t{value} ", f"{key} {value}"]))
    return chance.choice(["\n", "\r\n", "\r"]).join(lines), chance.choice(["a", "b", "A-B", "c"]), f"/{path(5)}"


def test_another_implementation_says_the_same(page: Page, scripts: str) -> None:
    chance = random.Random(9309)
    asked = [_written(chance) for _ in range(20_000)]
    wrong = [
        (case, got, expected)
        for case, got in zip(asked, said(page, scripts, asked), strict=True)
        if got != (expected := robots.decide(*case))
    ]
    assert wrong[:3] == []


def test_what_is_said_of_a_whole_site_holds_for_every_address(page: Page, scripts: str) -> None:
    chance = random.Random(1994)
    asked = [_written(chance) for _ in range(5_000)]
    found: list[list[Any]] = page.evaluate(
        """async ([address, cases]) => {
          const { decide, parse, reach, rulesFor } = await import(address);
          return cases.map(([file, token, path]) => {
            const { rules } = rulesFor(parse(file), token);
            return [reach(rules), decide(rules, path).allowed];
          });
        }""",
        [f"{scripts}robots.js", asked],
    )
    assert {reached for reached, _ in found} == {"all", "nothing", "some"}
    assert not [one for one in found if one in (["all", True], ["nothing", False])]


def test_long_files_odd_names_and_what_is_no_name(page: Page, scripts: str) -> None:
    found = page.evaluate(
        """async (address) => {
          const { LIMIT, isToken, parse, rulesFor } = await import(address);
          const head = "User-agent: a\\nDisallow: /x\\n";
          const long = parse(head + "#" + "\\u00e4".repeat(LIMIT) + "\\nDisallow: /y\\n");
          const odd = parse("User-agent: a/1\\nUser-agent: b\\nUser-agent: 1\\nDisallow: /");
          return {
            cut: [long.isCut, rulesFor(long, "a").rules.length],
            whole: parse(head).isCut,
            odd: odd.odd,
            lines: rulesFor(odd, "A").lines,
            tokens: ["SkriftBot", "Skrift-Bot_x", "Bot/1", "Bot2", "B\\u00f6t", "*", "", "a b"].filter(isToken),
          };
        }""",
        f"{scripts}robots.js",
    )
    assert found == {
        "cut": [True, 1],
        "whole": False,
        "odd": [1, 3],
        "lines": [1],
        "tokens": ["SkriftBot", "Skrift-Bot_x"],
    }


def test_addresses_are_read_as_they_are_typed(page: Page, scripts: str) -> None:
    expected = {
        "b\u00fccher.example/x?y#z": "/x?y",
        "localhost:8000/x": "/x",
        "[::1]:8000/x": "/x",
        "example.com": "/",
        "https://example.com/a b": "/a%20b",
        "page.html": "/page.html",
        "a/b": "/a/b",
        "/x:1": "/x:1",
        "": "/",
        "https://[bad": "",
        "mailto:a@example.com": "",
    }
    found = page.evaluate(
        "async ([address, typed]) => typed.map((await import(address)).pathOf)",
        [f"{scripts}crawlers.js", list(expected)],
    )
    assert dict(zip(expected, found, strict=True)) == expected


def test_a_pasted_file_is_read_for_each_crawler(new_page: NewPage, tmp_path: Path, axe: str) -> None:
    shutil.copytree(ROOT / "tests/examples/base/content", tmp_path / "content")
    policy = tmp_path / "content/copyright-policy.yaml"
    one = "- {name: BaseBot, robots_token: BaseBot}"
    more = "\n    ".join((one, "- {name: Other, robots_token: other}", '- {name: Numbered, robots_token: "Bot/19"}'))
    policy.write_text(policy.read_text(encoding="utf-8").replace(one, more), encoding="utf-8")
    write_page(Site(Portal.load(tmp_path / "content", DAY)), tmp_path / "site", "copyright/crawlers/")
    with serving(tmp_path / "site") as address:
        page = new_page(width=390)
        problems = watch(page, address)
        asked: list[str] = []
        page.goto(f"{address}copyright/crawlers/")
        page.on("request", lambda request: asked.append(request.url))
        expect(page.locator("[data-part=fallback]")).to_be_hidden()
        page.get_by_label("Content of your robots.txt").fill("User-agent: BaseBot\nDisallow: /a\n\nUser-agent: Odd/1\n")
        page.get_by_label("Address of a page of your site").fill("www.example.com/a/b?c")
        page.get_by_role("button", name="Check").click()
        items = page.locator("[data-part=answer] li")
        expect(items).to_have_count(3)
        expect(items.nth(0)).to_contain_text(re.compile(r"BaseBot disallowed /a/b\?c\s*So says line 2: Disallow: /a"))
        expect(items.nth(0)).to_contain_text("It is named in line 1; rules for * do not hold for it.")
        expect(items.nth(1)).to_contain_text("there are no rules for *, so nothing is disallowed")
        expect(items.nth(2)).to_contain_text("cannot be told")
        expect(page.locator("[data-part=answer]")).to_contain_text("may read them in another way: 4")
        page.get_by_label("Address of a page of your site").fill("/robots.txt")
        page.get_by_role("button", name="Check").click()
        expect(items.nth(0)).to_contain_text("The standard allows the file robots.txt itself to be read")
        page.get_by_label("Address of a page of your site").fill("https://[bad")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("[data-part=answer]")).to_contain_text(
            "This is no address of a page that can be read here."
        )
        expect(items).to_have_count(0)
        fail_on([*problems, *axe_violations(page, axe, "[data-gp-robots]")])
        assert asked == []


def test_the_script_is_small() -> None:
    assert sum(len(file.read_bytes()) for file in Path(ROOT, "plugin/gpai_portal/assets/pages").glob("*.js")) < 20_000
