"""Who asked for access to the gated section, who has it, and until when.

A ``Recipient`` begins as a request: a text that the reader's browser wrote and that arrived by mail. It is granted
after its fingerprint was compared over another channel, and ends when it expires or is revoked. The list is
private (``recipients.yaml``): names, number and dates of customers are nobody's business.
"""

from __future__ import annotations

import re
import secrets
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import Any

from gpai_portal import dates
from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.answers import parse_date, plain
from gpai_portal.content.source import Source, dump, parse_source
from gpai_portal.errors import SealingError, UsageError
from gpai_portal.files import write_bytes
from gpai_portal.names import RECIPIENTS_FILE
from gpai_portal.schema import RECIPIENTS
from gpai_portal.sealing.keys import SECRET_MARK, PublicKey

#: Days within which downstream providers get an answer (Code of Practice, Transparency chapter, Measure 1.2).
ANSWER_DAYS = 14

_BLOCK = re.compile(r"-----BEGIN GPAI-PORTAL PUBLIC KEY-----(.*?)-----END GPAI-PORTAL PUBLIC KEY-----", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
#: What ends a line in the HTML of a mail.
_LINE_END = re.compile(r"<br\b[^>]*>|</(?:p|div|pre|li|tr|h\d)>", re.IGNORECASE)
_QUOTE = re.compile(r"^[> \t]+", re.MULTILINE)
#: Lines of a request and the attribute of Recipient each one fills.
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
_HEADER = "# Written by gpai-portal request, grant and revoke. What you want to remember goes into note:.\n"


@dataclass(frozen=True)
class Recipient:
    """A company, its key, and the days that matter."""

    id: str
    name: str
    key: PublicKey
    requested: date
    contact: str = ""
    email: str = ""
    models: str = ""
    purpose: str = ""
    granted: date | None = None
    basis: str = ""
    expires: date | None = None
    revoked: date | None = None
    note: str = ""

    @property
    def due(self) -> date:
        """Last day to answer the request."""
        return self.requested + timedelta(days=ANSWER_DAYS)

    def state(self, day: date) -> str:
        """requested, overdue, granted, expired, revoked or declined, as on a day; what was revoked stays so."""
        if self.revoked:
            return "revoked" if self.granted else "declined"
        if self.granted:
            return "expired" if self.expires and self.expires < day else "granted"
        return "overdue" if self.due < day else "requested"

    def has_access(self, day: date) -> bool:
        return self.state(day) == "granted"


@dataclass
class Recipients:
    """All recipients, as they lie in ``recipients.yaml``."""

    file: Path
    entries: list[Recipient] = field(default_factory=list)
    require_post_quantum: bool = False

    def find(self, id_: str) -> Recipient:
        """By id, or by the beginning of an id if it is the only one. Raises UsageError."""
        found = [r for r in self.entries if r.id.startswith(id_)]
        if len(found) != 1:
            raise UsageError(
                f"{'several recipients begin' if found else 'no recipient begins'} with {id_!r}; see: "
                "gpai-portal recipients"
            )
        return found[0]

    def put(self, recipient: Recipient) -> None:
        """Adds a recipient or replaces the one of the same id, and writes the file.

        Raises SealingError if the file could not be read again, as with a control character in a request.
        """
        others = {r.id: r for r in self.entries} | {recipient.id: recipient}
        data: dict[str, Any] = {"require_post_quantum": True} if self.require_post_quantum else {}
        data["recipients"] = [_row(r) for r in others.values()]
        raw = (_HEADER + dump(data)).encode()
        source, problems = parse_source(RECIPIENTS, self.file, RECIPIENTS_FILE, raw)
        if source is not None:
            problems += validate(source, RECIPIENTS_FILE)[0]
        if problems:
            place = problems[0].path.rpartition(".")[2] or "a character"
            raise SealingError(f"this cannot be recorded ({place}: {problems[0].code}); nothing was written")
        write_bytes(self.file, raw, mode=0o600)
        self.entries = list(others.values())


def _row(recipient: Recipient) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for part in fields(recipient):
        value = getattr(recipient, part.name)
        if part.name == "key":
            row |= {"key_type": str(value.kem), "public_key": value.text, "fingerprint": value.fingerprint}
        elif value:
            row[part.name] = value.isoformat() if isinstance(value, date) else value
    return row


def recipients_of(
    source: Source | None, file: Path
) -> tuple[Recipients, list[tuple[tuple[str | int, ...], Code, str, str]]]:
    """The recipients of a valid file, and what is wrong with them: path, code, message, advice."""
    recipients = Recipients(file)
    problems: list[tuple[tuple[str | int, ...], Code, str, str]] = []
    if source is None:
        return recipients, problems
    recipients.require_post_quantum = source.data.get("require_post_quantum") is True
    for index, row in enumerate(source.data.get("recipients", ())):
        if row is None:  # set aside by validation
            continue
        try:
            key = PublicKey.parse(row["key_type"], row["public_key"])
        except SealingError:
            problems.append(
                (
                    ("recipients", index, "public_key"),
                    Code.UNUSABLE_KEY,
                    "this is no usable public key",
                    "ask for it again",
                )
            )
            continue
        texts = ("name", "contact", "email", "models", "purpose", "basis", "note")
        values: dict[str, Any] = {name: plain(row.get(name, "")) for name in texts}
        values |= {name: parse_date(row.get(name)) for name in ("granted", "expires", "revoked")}
        requested = parse_date(row["requested"]) or date.min
        found = Recipient(id=row["id"], key=key, requested=requested, **values)
        recipients.entries.append(found)
        for name, code, message, advice in _judge(found, row["fingerprint"], recipients):
            problems.append((("recipients", index, name), code, message, advice))
    return recipients, problems


def _judge(found: Recipient, fingerprint: str, recipients: Recipients) -> Iterator[tuple[str, Code, str, str]]:
    if found.key.fingerprint != fingerprint:
        yield (
            "fingerprint",
            Code.FINGERPRINT_MISMATCH,
            "the fingerprint is not that of the key",
            "ask for the key again",
        )
    if found.granted and found.expires and found.expires < found.granted:
        yield "expires", Code.DATE_ORDER, "access ends before it begins", "correct granted: or expires:"
    if recipients.require_post_quantum and found.granted and not found.revoked and not found.key.kem.post_quantum:
        yield "key_type", Code.NOT_POST_QUANTUM, "the key is not post-quantum", "ask for a new request, or revoke it"
    others = [other for other in recipients.entries if other is not found]
    if any(other.id == found.id for other in others):
        yield "id", Code.SAME_ID, "two recipients have one id", "give one of them another id"
    if any(other.key == found.key for other in others):
        yield "public_key", Code.SAME_KEY, "two recipients have one key", "ask one of them for a new request"


def parse_request(raw: bytes, portal: str = "") -> tuple[dict[str, str], PublicKey]:
    """The lines of a request and its key, from a text or a saved e-mail.

    ``portal`` is the id the request must name; empty if none is known yet. Raises SealingError if the text holds no
    request, or one that contradicts itself.
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


def record_request(recipients: Recipients, raw: bytes, portal: str, received: date) -> Recipient:
    """Adds a received request; the 14 days count from ``received``."""
    found, key = parse_request(raw, portal)
    if received > dates.today():
        raise UsageError(f"{received.isoformat()} is in the future; give the day the request arrived")
    if recipients.require_post_quantum and not key.kem.post_quantum:
        raise SealingError(f"this portal takes post-quantum keys only, and the key is of type {key.kem}")
    same = next((r for r in recipients.entries if r.key == key), None)
    if same:
        advice = "; ask for a request with a new key" if same.revoked else ""
        raise SealingError(f"a request with this key is there already, as {same.id}{advice}")
    values: dict[str, Any] = {name: text for name, text in found.items() if name != "requested"}
    recipient = Recipient(id=secrets.token_hex(5), key=key, requested=received, **values)
    recipients.put(recipient)
    return recipient


def grant(
    recipients: Recipients, id_: str, *, fingerprint: str, basis: str, expires: date | None, day: date
) -> Recipient:
    """Gives access from the next seal on, if the fingerprint heard over another channel is the key's own."""
    recipient = recipients.find(id_)
    if not basis.strip():
        raise UsageError("the basis is empty; say why access is given, for example a contract number")
    if re.sub(r"[\W_]", "", fingerprint).lower() != recipient.key.fingerprint.replace(" ", ""):
        raise SealingError("the fingerprint is not that of the key in the request: access is not granted")
    if recipient.revoked:
        raise SealingError("this access was revoked or declined; a new request with a new key is needed")
    if expires and expires < day:
        raise UsageError("access would have ended before it begins")
    if recipients.require_post_quantum and not recipient.key.kem.post_quantum:
        raise SealingError("this portal takes post-quantum keys only; ask for a new request from a newer browser")
    recipient = replace(recipient, granted=recipient.granted or day, basis=basis, expires=expires)
    recipients.put(recipient)
    return recipient


def revoke(recipients: Recipients, id_: str, day: date) -> Recipient:
    """Ends access with the next seal, or declines a request."""
    recipient = replace(recipients.find(id_), revoked=day)
    recipients.put(recipient)
    return recipient


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
    """Attached files often come without their encoding, or as bytes of no kind, so UTF-8 is tried first."""
    raw = part.get_payload(decode=True)
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else ""
    except UnicodeDecodeError:
        text = str(part.get_content()) if part.get_content_maintype() == "text" else ""
    if part.get_content_subtype() != "html":
        return text
    return unescape(_TAG.sub("", _LINE_END.sub("\n", text))).replace("\xa0", " ")
