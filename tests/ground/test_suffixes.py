"""Names and what is none, by the list that lies in the package."""

from __future__ import annotations

import pytest

from gpai_portal.suffixes import is_public_suffix, spelling


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
