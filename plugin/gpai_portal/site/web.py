"""A site on the web, read within bounds: the same host only, so many requests and bytes, so much time in all.

Whoever runs the site may answer anything, as slowly as it likes, or lead elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.message import Message
from http.client import HTTPException
from time import monotonic
from typing import IO
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import (
    BaseHandler,
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from gpai_portal.errors import UsageError, printable
from gpai_portal.limits import (
    ANSWER_SECONDS,
    MAX_ANSWER_BYTES,
    MAX_JSON_BYTES,
    MAX_REDIRECTS,
    MAX_SITE_ANSWERS,
    MAX_SITE_BYTES,
    MAX_SITE_SECONDS,
)

_CHUNK = 65_536
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ABSENT = {403, 404, 410}


class WebSite:
    """A site by its address. Raises UsageError if that is none of http or https with a host and nothing else."""

    def __init__(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            if parts.username is not None:
                raise UsageError("give the address of the site without a name and password; nothing was asked for")
            self._host = (parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])
        except (ValueError, KeyError):
            self._host = (None, 0)
        if not self._host[0] or parts.query or parts.fragment:
            raise UsageError(
                f"{printable(address)} is no address of a site; write for example https://example.org/ai-act/"
            )
        self._root = address.rstrip("/") + "/"
        self._end = monotonic() + MAX_SITE_SECONDS
        self._answers, self._bytes = MAX_SITE_ANSWERS, MAX_SITE_BYTES
        self._opener = OpenerDirector()
        for handler in (
            ProxyHandler(),
            HTTPHandler(),
            HTTPSHandler(),
            HTTPDefaultErrorHandler(),
            _SameHost(self._is_here),
            HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def read(self, name: str) -> bytes | None:
        """A file of the site; None if the site does not have it.

        Raises UsageError if the site does not answer, answers with something else, leads to another host, or takes more
        than the bounds of ``limits`` allow.
        """
        address = self._root + quote(name)
        if self._answers <= 0:
            raise UsageError(f"{self._root} was asked for {MAX_SITE_ANSWERS:,} files and there are more; stopped")
        self._answers -= 1
        done: list[bytes | UsageError | None] = []
        # In a thread of its own, since no time limit of a socket ends an answer of a byte now and then.
        limit = min(MAX_JSON_BYTES if name.endswith(".json") else MAX_ANSWER_BYTES, self._bytes)
        thread = threading.Thread(target=lambda: done.append(self._answer(address, limit)), daemon=True)
        thread.start()
        thread.join(max(0.0, self._end - monotonic()))
        if not done:
            raise UsageError(f"{self._root} took more than {MAX_SITE_SECONDS} seconds in all; try again later")
        answer = done[0]
        if isinstance(answer, UsageError):
            raise answer
        self._bytes -= len(answer or b"")
        return answer

    def _answer(self, address: str, limit: int) -> bytes | UsageError | None:
        request = Request(address, headers={"User-Agent": "gpai-portal verify"})  # noqa: S310 - http or https
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
                return self._body(answer, limit)
        except HTTPError as error:
            error.close()
            if error.code in _ABSENT:
                return None
            return UsageError(f"{address} answers with status {error.code}")
        except UsageError as error:
            return error
        except (OSError, HTTPException, ValueError) as error:
            reason = printable(str(getattr(error, "reason", error)))[:200]
            return UsageError(f"{address} does not answer as a site does ({reason})")

    def _body(self, answer: IO[bytes], limit: int) -> bytes:
        parts, rest = [], limit
        while chunk := answer.read(_CHUNK):
            rest -= len(chunk)
            if rest < 0:
                raise UsageError(
                    f"{self._root} sends more than is read: {MAX_JSON_BYTES:,} bytes of a JSON file, "
                    f"{MAX_ANSWER_BYTES:,} of another, {MAX_SITE_BYTES:,} in all; stopped"
                )
            if monotonic() > self._end:
                break  # nobody waits for it any more
            parts.append(chunk)
        if getattr(answer, "length", None):
            raise UsageError(f"an answer of {self._root} ends before all of it was sent; try again")
        return b"".join(parts)

    def _is_here(self, address: str) -> bool:
        parts = urlsplit(address)
        same = parts.hostname == self._host[0]
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
        # From http to https of one host is where many sites lead; nothing else changes the port.
        upgraded = self._host[1] == _DEFAULT_PORTS["http"] and (parts.scheme, port) == (
            "https",
            _DEFAULT_PORTS["https"],
        )
        return same and parts.scheme in _DEFAULT_PORTS and (port == self._host[1] or upgraded)


class _SameHost(BaseHandler):
    """Follows a redirect within the host; whoever leads elsewhere is not the site that was asked."""

    def __init__(self, is_here: Callable[[str], bool]) -> None:
        self._is_here = is_here

    def http_error_302(self, request: Request, answer: IO[bytes], code: int, message: str, headers: Message) -> object:
        """Called by urllib for an answer that leads elsewhere; what else it holds is not read."""
        answer.close()
        target = urljoin(request.full_url, headers.get("location") or "")
        hops = getattr(request, "hops", 0) + 1
        if not self._is_here(target):
            raise UsageError(
                f"{request.full_url} leads to another place, {printable(target)[:200]}, which is not looked at; if "
                "that is the site, give its address"
            )
        if hops > MAX_REDIRECTS:
            raise UsageError(f"{request.full_url} leads to itself or through more than {MAX_REDIRECTS} addresses")
        following = Request(target, headers=dict(request.header_items()))  # noqa: S310 - http or https
        following.hops = hops  # type: ignore[attr-defined]
        return self.parent.open(following, timeout=request.timeout)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
