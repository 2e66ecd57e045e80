"""Names and what is none, by the list that lies in the package."""

from __future__ import annotations

import pytest

from gpai_portal.suffixes import is_known_top_level, is_platform, is_public_suffix, readable, spelling


@pytest.mark.parametrize(
    "domain",
    [
        "com",
        ".com",
        ".gov",
        "co.uk",
        "CO.UK",
        "co.uk.",
        ".gov.pl",
        "рф",
        "xn--p1ai",
        "公司.cn",
        "xn--55qx5d.cn",
        "ck",
        "foo.ck",
        "*.ck",
        "*.com",
        "*.gov.pl",
        "COM。",
    ],
)
def test_a_public_suffix_is_no_name(domain: str) -> None:
    assert is_public_suffix(domain)


@pytest.mark.parametrize(
    "domain",
    [
        "news.example",
        "Presse.EXAMPLE.",
        "bbc.co.uk",
        "пример.рф",
        "xn--e1afmkfd.xn--p1ai",
        "github.io",
        "somebody.github.io",
        "s3.amazonaws.com",
        "www.ck",
        "*.news.example",
        "city.kawasaki.jp",
    ],
)
def test_a_name_that_somebody_registered_is_one(domain: str) -> None:
    assert not is_public_suffix(domain)


def test_a_name_is_one_in_whichever_way_it_is_written() -> None:
    assert {
        spelling(name) for name in ("bücher.example", "BÜCHER.example.", "xn--bcher-kva.example", "*.bücher.example")
    } == {"xn--bcher-kva.example"}
    assert spelling("ü" * 300) == "ü" * 300


def test_names_are_encoded_as_browsers_do_it() -> None:
    """By the rules of 2008 and UTS 46: in those of 2003, which Python has, ß becomes ss."""
    assert spelling("straße.de") == "xn--strae-oqa.de"
    assert spelling("foo。com") == "foo.com"
    assert spelling("ＢＢＣ.co.uk") == "bbc.co.uk"
    assert spelling("☃.net") == "xn--n3h.net"


def test_encoded_labels_are_read_where_they_are_one() -> None:
    assert readable("xn--bcher-kva.de") == "bücher.de"
    assert readable("www.news.example") == "www.news.example"
    for none in ("xn--bcher-kvb.de", "xn--a.de", "xn--.de", "xn--BCHER-kva.de"):
        assert readable(none) == none


def test_top_level_domains_are_those_of_the_list() -> None:
    assert all(map(is_known_top_level, ("de", "xn--p1ai", "uk", "example")))
    assert not any(map(is_known_top_level, ("internal", "com-6940", "", "onion")))


def test_platforms_are_names_below_which_others_have_theirs() -> None:
    assert all(map(is_platform, ("github.io", "blogspot.com", "amazonaws.com")))
    assert not any(map(is_platform, ("bbc.co.uk", "anna.github.io", "co.uk", "com")))
