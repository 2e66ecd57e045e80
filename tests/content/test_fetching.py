"""Everything that is asked of a fact of the law, of wording or of a domain name is in the package."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gpai_portal import suffixes
from gpai_portal.site.build import Site
from gpai_portal.site.portal import Portal
from tests.content.conftest import TODAY


def test_check_and_pages_fetch_nothing(base_content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    suffixes._public_suffixes.cache_clear()
    suffixes.is_public_suffix.cache_clear()
    portal = Portal.load(base_content, TODAY)
    assert all(Site(portal).render(page).body for page in portal.pages.values())
