"""A request for access: the text that a reader's browser wrote, as it arrived by mail."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from email import message_from_bytes, policy
from email.message import EmailMessage

from gpai_portal.errors import SealingError
from gpai_portal.markup import text_of
from gpai_portal.sealing.keys import SECRET_MARK, PublicKey

_BLOCK = re.compile(r"-----BEGIN GPAI-PORTAL PUBLIC KEY-----(.*?)-----END GPAI-PORTAL PUBLIC KEY-----", re.DOTALL)
#: Tags that end a line in the HTML of a mail.
_LINE_ENDS = dict.fromkeys(("br", "/p", "/div", "/pre", "/li", "/tr", *(f"/h{level}" for level in range(1, 7))), "\n")
_QUOTE = re.compile(r"^[> \t]+", re.MULTILINE)
#: Labels of the lines of a request, and what each is called here.
_LINES = {
    "company": "name",
    "contact": "contact",
    "e-mail": "email",
    "models": "models",
    "purpose": "purpose",
    "requested": "requested",
    "key type": "key_type",
    "fingerprint": "fingerprint",
    "portal id": "portal",
}


def parse_request(raw: bytes, portal: str = "") -> tuple[dict[str, str], PublicKey]:
    """What a request says and its key, from the bytes of a text or of a saved e-mail.

    The first maps ``name`` and, as far as the request has them, ``contact``, ``email``, ``models``, ``purpose`` and
    ``requested`` to what the company wrote; nothing of it was checked. ``portal`` is the id the request must name,
    empty if none is known yet. Raises SealingError if there is no request, or one that contradicts itself.
    """
    text = _QUOTE.sub("", _mail_text(raw).replace("\r\n", "\n"))
    if SECRET_MARK in text:
        raise SealingError(
            "this file holds a secret key, which must never be sent; tell the sender to make a new key, and delete it"
        )
    block = _BLOCK.search(text)
    if block is None:
        raise SealingError("this file holds no request: there is no public key block in it")
    found: dict[str, str] = {}
    for line in text[: block.start()].splitlines():
        label, colon, value = line.partition(":")
        name = _LINES.get(label.strip().lower())
        if name and colon and value.strip():
            found.setdefault(name, value.strip())
    needed = {"name", "key_type", "fingerprint", *(["portal"] if portal else [])}
    missing = [label for label, name in _LINES.items() if name in needed - found.keys()]
    if missing:
        raise SealingError(f"the request has no line {', '.join(f'{m.capitalize()}:' for m in missing)}")
    key = PublicKey.parse(found.pop("key_type"), block[1])
    if " ".join(found.pop("fingerprint").lower().split()) != key.fingerprint:
        raise SealingError("the fingerprint in the request is not that of its key; ask for the request again")
    if found.pop("portal", "") != portal and portal:
        raise SealingError("the request was made for another portal")
    return found, key


def _mail_text(raw: bytes) -> str:
    """Text of a file that may be a saved e-mail: its text, or the first part or attachment that holds a request."""
    message = message_from_bytes(raw, policy=policy.default)
    if isinstance(message, EmailMessage) and message.get("content-type") and message.get("from"):
        try:
            parts = [_part_text(part) for part in message.walk() if not part.is_multipart()]
        except (LookupError, UnicodeError):
            raise SealingError("the mail has an encoding that is not known; save its text alone") from None
        if parts:
            return next((text for text in parts if _BLOCK.search(text)), parts[0])
    try:
        return raw.decode("utf-16" if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        raise SealingError("the request is not UTF-8 text; save it as UTF-8") from None


def _part_text(part: EmailMessage) -> str:
    """Text of one part, as UTF-8 if it is: attached files often do not say their encoding, or that they are text."""
    raw = part.get_payload(decode=True)
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else ""
    except UnicodeDecodeError:
        text = str(part.get_content()) if part.get_content_maintype() == "text" else ""
    if part.get_content_subtype() != "html":
        return text
    return text_of(text, _LINE_ENDS, "").replace("\xa0", " ")
