"""From an authority to a domain name: every trap, and the reason where there is no name."""

from __future__ import annotations

import pytest

from gpai_portal.domains.hosts import Reason, domain_of
from gpai_portal.domains.rules import read_rules

RULES = read_rules()


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("www.Example-Site.de", "example-site.de"),
        ("a.b.c.news.co.uk", "news.co.uk"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("BÜCHER.DE:443", "xn--bcher-kva.de"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("foo。com", "foo.com"),
        ("straße.de", "xn--strae-oqa.de"),
        ("foo.com.", "foo.com"),
        ("foo.com:8080", "foo.com"),
        ("%77%77%77.foo.com", "foo.com"),
        ("  foo.com ", "foo.com"),
        ("a_b.foo.com", "foo.com"),
        ("3.bp.blogspot.com", "blogspot.com"),
        ("1.2.3.com", "3.com"),
        ("www.ck", "www.ck"),
        ("a.b.kawasaki.jp", "a.b.kawasaki.jp"),
        ("x.city.kawasaki.jp", "city.kawasaki.jp"),
        ("co.uk", Reason.PUBLIC_SUFFIX),
        ("com", Reason.PUBLIC_SUFFIX),
        ("localhost", Reason.SPECIAL_USE),
        ("intranet", Reason.SINGLE_LABEL),
        ("foo.internal", Reason.SPECIAL_USE),
        ("abc.onion", Reason.SPECIAL_USE),
        ("www.example.com", Reason.SPECIAL_USE),
        ("x.com-6940", Reason.UNKNOWN_TOP_LEVEL),
        ("127.0.0.1", Reason.IP_ADDRESS),
        ("0x7f.1", Reason.IP_ADDRESS),
        ("2130706433", Reason.IP_ADDRESS),
        ("[::1]:80", Reason.IP_ADDRESS),
        ("", Reason.NO_HOST),
        ("foo bar.ru", Reason.MALFORMED_HOST),
        ("a..com", Reason.MALFORMED_HOST),
        ("xn--bcher-kvb.de", Reason.MALFORMED_HOST),
        (f"{'a' * 64}.com", Reason.MALFORMED_HOST),
        (f"{'a.' * 130}com", Reason.MALFORMED_HOST),
        ("*.foo.com", Reason.MALFORMED_HOST),
        ("foo.com:99999", Reason.MALFORMED_HOST),
    ],
)
def test_each_authority_has_a_name_or_a_reason(authority: str, name: str | Reason) -> None:
    assert domain_of(authority, RULES) == name
