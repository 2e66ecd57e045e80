"""A request for access: the text that a reader's browser wrote, as it arrived by mail."""

from __future__ import annotations

import codecs
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from gpai_portal.errors import SealingError
from gpai_portal.files import read_bounded
from gpai_portal.limits import MAX_MAIL_HEADER, MAX_MAIL_PARTS, MAX_REQUEST_BYTES
from gpai_portal.markup import text_of
from gpai_portal.sealing.keys import SECRET_MARK, PublicKey

_BEGIN = "-----BEGIN GPAI-PORTAL PUBLIC KEY-----"
_END = "-----END GPAI-PORTAL PUBLIC KEY-----"
#: Tags that end a line in the HTML of a mail.
_LINE_ENDS = dict.fromkeys(("br", "/p", "/div", "/pre", "/li", "/tr", *(f"/h{level}" for level in range(1, 7))), "\n")
#: What tells parts of a mail that hold others, and the header that says what a part is. The reader of mails works its
#: way through all parts around a line, and through a header again for each of its parameters.
_HOLDS_PARTS = re.compile(rb"boundary|message/", re.IGNORECASE)
_PART = re.compile(rb"^--", re.MULTILINE)
_TYPE = re.compile(rb"^content-type[ \t]*:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.IGNORECASE | re.MULTILINE)
#: Encodings that mails have, by the names Python gives them; others are no text, or take quadratic time.
_ENCODING = re.compile(
    r"ascii|utf-(?:7|8|16|32)\S*|iso8859-\d+|cp\d+|koi8-.|mac-\w+|(?:gb|big5|euc_|shift_jis|iso2022_)\w*"
)
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


def read_request(file: Path) -> bytes:
    """The bytes of a text or of a saved e-mail. Raises UsageError if it cannot be read or is too large."""
    return read_bounded(file, MAX_REQUEST_BYTES, "save the text of the mail alone")


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
    head, begin, rest = text.partition(_BEGIN)
    block, end, _ = rest.partition(_END)
    if not (begin and end):
        raise SealingError("this file holds no request: there is no public key block in it")
    found: dict[str, str] = {}
    for line in head.splitlines():
        label, colon, value = line.partition(":")
        name = _LINES.get(label.strip().lower())
        if name and colon and value.strip():
            found.setdefault(name, value.strip())
    needed = {"name", "key_type", "fingerprint", *(["portal"] if portal else [])}
    missing = [label for label, name in _LINES.items() if name in needed - found.keys()]
    if missing:
        raise SealingError(f"the request has no line {', '.join(f'{m.capitalize()}:' for m in missing)}")
    key = PublicKey.parse(found.pop("key_type"), block)
    if " ".join(found.pop("fingerprint").lower().split()) != key.fingerprint:
        raise SealingError("the fingerprint in the request is not that of its key; ask for the request again")
    if found.pop("portal", "") != portal and portal:
        raise SealingError("the request was made for another portal")
    return found, key


_SAVE_TEXT = "save its text alone"


def _mail_text(raw: bytes) -> str:
    """Text of a file that may be a saved e-mail: its text, or the first part or attachment that holds a request."""
    too_long = any(len(header[0]) > MAX_MAIL_HEADER for header in _TYPE.finditer(raw))
    containers, parts_of_all = len(_HOLDS_PARTS.findall(raw)), len(_PART.findall(raw))
    if containers > MAX_MAIL_PARTS or parts_of_all > 10 * MAX_MAIL_PARTS or too_long:
        raise SealingError(f"the mail has too many parts, or a header without end; {_SAVE_TEXT}")
    try:
        message = message_from_bytes(raw)
        is_mail = message.get("content-type") and message.get("from")
        parts = [_part_text(part) for part in message.walk() if not part.is_multipart()] if is_mail else []
    except Exception:  # noqa: BLE001 - broken mails make the library raise whatever they hit upon
        raise SealingError(f"the mail is damaged, or its encoding is not known; {_SAVE_TEXT}") from None
    if parts:
        return next((text for text in parts if _BEGIN in text), parts[0])
    try:
        return raw.decode("utf-16" if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        raise SealingError("the request is not UTF-8 text; save it as UTF-8") from None


def _part_text(part: Message) -> str:
    """Text of one part, as UTF-8 if it is: attached files often do not say their encoding, or that they are text."""
    raw = part.get_payload(decode=True)
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else ""
    except UnicodeDecodeError:
        text = _decoded(raw, part) if isinstance(raw, bytes) and part.get_content_maintype() == "text" else ""
    if part.get_content_subtype() != "html":
        return text
    return text_of(text, _LINE_ENDS, "").replace("\xa0", " ")


def _decoded(raw: bytes, part: Message) -> str:
    """Bytes in the encoding that their part names. Raises LookupError for one that mails do not have."""
    name = codecs.lookup(part.get_content_charset("ascii")).name
    if not _ENCODING.fullmatch(name):
        raise LookupError(name)
    return raw.decode(name, errors="replace")
