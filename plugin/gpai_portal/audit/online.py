"""Asking for addresses that a summary names, within bounds. Whoever runs them may answer anything."""

from __future__ import annotations

import re
from html import unescape
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from gpai_portal.errors import printable
from gpai_portal.limits import ANSWER_SECONDS, MAX_JSON_BYTES

_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class Web:
    """Asks for each address once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._opener = OpenerDirector()
        for handler in (
            ProxyHandler(),
            HTTPHandler(),
            HTTPSHandler(),
            HTTPRedirectHandler(),
            HTTPDefaultErrorHandler(),
            HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def __call__(self, address: str) -> tuple[str, str]:
        """What is wrong with an address, empty if it answered, and the text of the page."""
        if address not in self._known:
            self._known[address] = self._ask(address)
        return self._known[address]

    def _ask(self, address: str) -> tuple[str, str]:
        if not address.lower().startswith(("http://", "https://")):
            return "no address of the web", ""
        try:
            request = Request(address, headers={"User-Agent": "gpai-portal audit"})  # noqa: S310 - http or https
            with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
                body = answer.read(MAX_JSON_BYTES)
        except HTTPError as error:
            error.close()
            return f"answers with status {error.code}", ""
        except (OSError, HTTPException, ValueError) as error:
            return f"does not answer ({printable(str(getattr(error, 'reason', error)))[:200]})", ""
        return "", unescape(_TAGS.sub(" ", body.decode("utf-8", "replace")))
