"""Hosts of lists of domain names are read as Chromium reads them, but for classes that are known.

A look-up reads what is typed with the browser's URL; the lists were made with can_ada. Where the two differ the page
says that it cannot check the host, or tries the other form as well.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import can_ada
import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_READ = "hosts => hosts.map(host => { try { return new URL(`http://${host}/`).hostname } catch { return null } })"


def by_chromium(browser: Browser, hosts: Sequence[str]) -> list[str | None]:
    """Hosts as URL of Chromium gives them, None where it refuses."""
    page = browser.new_page()
    found: list[str | None] = page.evaluate(_READ, list(hosts))
    page.close()
    return found


def by_ada(host: str) -> str | None:
    try:
        return str(can_ada.parse(f"http://{host}/").hostname)
    except ValueError:
        return None


_LETTERS = (
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "äöüßàéèçñåøæœ",
    "αβγδεζηθσς",
    "абвгдежзия",
    "日本語中文字",
    "한국어",
    "ไทย",
)
_RIGHT_TO_LEFT = ("שלום", "مرحبا", "العربية")


def _label(chance: random.Random) -> str:
    if chance.random() < 0.04:
        return chance.choice(_RIGHT_TO_LEFT)
    text = "".join(chance.choices(chance.choice(_LETTERS), k=chance.randint(1, 12)))
    if chance.random() < 0.2:
        text = text.upper().replace("ẞ", "SS")
    if text.isascii() and chance.random() < 0.2:
        text = chance.choice([f"{text}-{text}", f"_{text}", f"-{text}", f"{text}-", f"{text}--x"])
    return text


def _host(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.05:
        return chance.choice(["{}.{}.{}.{}", "0x{}.{}", "{}", "0{}.{}.{}", "{}.{}.{}.{}.", "1.{}.com"]).format(
            *(chance.randint(0, 300) for _ in range(4))
        )
    if kind < 0.08:
        return f"[{chance.randint(0, 9)}::{chance.randint(0, 9999)}]"
    labels = [_label(chance) for _ in range(chance.randint(1, 4))]
    # Labels from right to left are not mixed with others (class 2), nor begin with a digit beside them.
    if any(label in _RIGHT_TO_LEFT for label in labels):
        labels = [label if label in _RIGHT_TO_LEFT else "abc" for label in labels]
    host = chance.choice([".", ".", ".", ".", "。"]).join([*labels, chance.choice(["com", "de", "ORG", "рф", "co.uk"])])
    if kind < 0.2 and not any(label in _RIGHT_TO_LEFT for label in labels):
        encoded = by_ada(host)
        return encoded or host
    if kind < 0.3:
        return f"{host}{chance.choice(['.', ':80', ':8080', ':', ':99999', '..', '%41', '%2e'])}"
    return host


def test_ten_thousand_hosts_are_read_alike(browser: Browser) -> None:
    chance = random.Random(13)
    hosts = sorted({_host(chance) for _ in range(13_000)})
    assert len(hosts) > 10_000
    differing = [
        (host, ours, theirs)
        for host, theirs in zip(hosts, by_chromium(browser, hosts), strict=True)
        if (ours := by_ada(host)) != theirs
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("host", "ours", "theirs"),
    [
        pytest.param("xn--bcher-kvb.de", None, "xn--bcher-kvb.de", id="an encoded label that is not valid"),
        pytest.param("aא.com", "xn--a-0hc.com", None, id="directions of writing mixed in a label"),
        pytest.param("a b.com", None, "a%20b.com", id="a space"),
        pytest.param("a\u180eb.com", None, "ab.com", id="U+180E"),
        pytest.param("xn--a-.ü.de", "xn--a-.xn--tda.de", None, id="xn-- beside Unicode"),
        pytest.param("*.foo.com", "*.foo.com", "%2A.foo.com", id="an asterisk"),
        pytest.param("\U0002ebf0.com", None, "xn--8g0n.com", id="characters of Unicode 15.1"),
        pytest.param("straẞe.de", "strasse.de", "xn--strae-oqa.de", id="a capital sharp s"),
    ],
)
def test_what_differs_is_known(browser: Browser, host: str, ours: str | None, theirs: str | None) -> None:
    assert (by_ada(host), *by_chromium(browser, [host])) == (ours, theirs)
