"""Access to the gated section: asked for, given, ended. Each step is written into ``recipients.yaml``.

These read the list of recipients and nothing else of the private folder, so that access can be ended whatever is wrong
elsewhere. Each raises SealingError if the list has errors or another command is at work on the folder, and UsageError
if there is no such folder; then nothing is written.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.errors import SealingError, UsageError
from gpai_portal.gate.private_files import locked
from gpai_portal.gate.recipients import Recipient, recipients_in
from gpai_portal.gate.requests import parse_request
from gpai_portal.gate.state import portal_id
from gpai_portal.names import SEALED


def record_request(private: Path, content: Path, raw: bytes, *, received: date, today: date) -> Recipient:
    """Adds a request, a text or a saved e-mail, to the list; the 14 days for an answer count from ``received``.

    ``content`` is the content folder, whose sealed set may know the portal's id. Raises UsageError if ``received`` lies
    after ``today``, SealingError if the text holds no request, one for another portal, or a key that is on the list or
    not allowed there.
    """
    with locked(private):
        recipients = recipients_in(private)
        found, key = parse_request(raw, portal_id(private, content / SEALED))
        if received > today:
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
    private: Path, recipient_id: str, *, fingerprint: str, basis: str, expires: date | None, today: date
) -> Recipient:
    """Gives access from the next seal on, if the fingerprint heard over another channel is the key's own.

    ``recipient_id`` may be the beginning of an id, ``expires`` is the last day of access. A second grant changes basis
    and last day. Raises SealingError for another fingerprint, for an access that has ended and for a key that is not
    allowed, UsageError for an unknown id, an empty basis and a last day before ``today``.
    """
    with locked(private):
        recipients = recipients_in(private)
        recipient = recipients.find(recipient_id)
        if not basis.strip():
            raise UsageError("the basis is empty; say why access is given, for example a contract number")
        if re.sub(r"[\W_]", "", fingerprint).lower() != recipient.key.fingerprint.replace(" ", ""):
            raise SealingError("the fingerprint is not that of the key in the request: access is not granted")
        if recipient.revoked:
            raise SealingError("this access was revoked or declined; a new request with a new key is needed")
        if expires and expires < today:
            raise UsageError("access would have ended before it begins")
        if recipients.require_post_quantum and not recipient.key.kem.post_quantum:
            raise SealingError("this portal takes post-quantum keys only; ask for a new request from a newer browser")
        recipient = replace(recipient, granted=recipient.granted or today, basis=basis, expires=expires)
        recipients.put(recipient)
    return recipient


def revoke(private: Path, recipient_id: str, today: date) -> Recipient:
    """Ends access with the next seal, or declines a request that was not granted.

    ``recipient_id`` may be the beginning of an id. Raises UsageError for an unknown one.
    """
    with locked(private):
        recipients = recipients_in(private)
        recipient = replace(recipients.find(recipient_id), revoked=today)
        recipients.put(recipient)
    return recipient
