"""A list of domain names, as its page tells it."""

from __future__ import annotations

import pytest

from gpai_portal.content.reading import read_answer
from gpai_portal.schema import SUMMARY, load
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from tests.reading import visible

NOTE = "That a domain name is not listed does not show that nothing of it was used."


def page_of(raw: object) -> str:
    field = load(SUMMARY).find("sources.crawled.top_domains")
    assert field is not None
    return visible(str(Renderer(Language("en")).answer(field, read_answer(field, raw))))


def test_names_are_counted_and_suffixes_stand_apart() -> None:
    text = page_of({"value": ["news.example", {"domain": ".gov.pl", "scope": "suffix"}, "co.uk"], "total": 9})
    assert text.startswith(
        "1 domain name: news.example 2 suffixes, which are no domain names but cover all that end so:"
    )
    assert "Domain names crawled in all: 9" in text


@pytest.mark.parametrize(
    "raw", [["news.example"], {"value": ["news.example"], "total": 1}, {"url": "https://list.example/"}]
)
def test_nothing_is_said_of_a_name_that_is_not_listed_but_that_it_may_have_been_used(raw: object) -> None:
    text = page_of(raw)
    assert text.endswith(NOTE)
    assert "threshold" not in text


def test_a_name_that_stands_twice_is_counted_once() -> None:
    names = ["news.example", "NEWS.example", "*.news.example", {"domain": "bücher.example"}, "xn--bcher-kva.example"]
    assert page_of(names).startswith("2 domain names: news.example NEWS.example ")
