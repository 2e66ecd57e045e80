"""Who asked for access to the gated section, who has it, and until when.

A ``Recipient`` begins as a request: a text that the reader's browser wrote and that arrived by mail. It is granted
after its fingerprint was compared over another channel, and ends when it expires or is revoked (``access``). The list
is private: names, number and dates of customers are nobody's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from gpai_portal.checking.validation import validate
from gpai_portal.codes import Code
from gpai_portal.content.answers import Row
from gpai_portal.content.law import terms
from gpai_portal.content.source import Source, dump, parse_source
from gpai_portal.errors import SealingError, UsageError
from gpai_portal.files import write_bytes
from gpai_portal.gate.private_files import PrivateFiles, existing_folder, refuse_errors
from gpai_portal.names import RECIPIENTS_FILE
from gpai_portal.schema import RECIPIENTS
from gpai_portal.sealing.keys import PublicKey

_HEADER = "# Written by gpai-portal request, grant and revoke. What you want to remember goes into note:.\n"


@dataclass(frozen=True)
class Recipient:
    """A company, its key, and the days that matter.

    ``id`` is random and says nothing about the company. ``requested`` is the day its request arrived; ``granted``,
    ``expires`` (last day of access) and ``revoked`` are None as long as they do not apply. The texts are as the request
    and the grant say them.
    """

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
        """Last day to answer the request in time."""
        return self.requested + timedelta(days=terms()["request"]["days"])

    def state(self, day: date) -> str:
        """requested, overdue, granted, expired, revoked or declined, as on a day; what was revoked stays so."""
        if self.revoked:
            return "revoked" if self.granted else "declined"
        if self.granted:
            return "expired" if self.expires and self.expires < day else "granted"
        return "overdue" if self.due < day else "requested"

    def has_access(self, day: date) -> bool:
        """Whether a seal on that day lets the company in."""
        return self.state(day) == "granted"


@dataclass
class Recipients:
    """The list in ``recipients.yaml``: requests, and those who have or had access, in the order of the file.

    With ``require_post_quantum``, keys of type X25519 are not accepted.
    """

    file: Path
    entries: list[Recipient] = field(default_factory=list)
    require_post_quantum: bool = False

    def with_access(self, day: date) -> list[Recipient]:
        """Those whom a seal on that day lets in."""
        return [recipient for recipient in self.entries if recipient.has_access(day)]

    def find(self, recipient_id: str) -> Recipient:
        """By id, or by the beginning of an id that is the only one of its kind. Raises UsageError for any other."""
        found = [r for r in self.entries if r.id.startswith(recipient_id)]
        if len(found) != 1:
            raise UsageError(
                f"{'several recipients begin' if found else 'no recipient begins'} with {recipient_id!r}; see: "
                "gpai-portal recipients"
            )
        return found[0]

    def put(self, recipient: Recipient) -> None:
        """Adds a recipient or replaces the one of the same id, and writes the file.

        Raises SealingError, and writes nothing, if the file would not be valid, as with a control character in a name.
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


def read_recipients(files: PrivateFiles) -> Recipients:
    """The recipients whose rows have what a recipient needs. Problems go to the report of the files."""
    file = files.folder / RECIPIENTS_FILE
    recipients = Recipients(file)
    if not file.is_file():
        # An empty list in its place would end everybody's access with the next seal.
        advice = "restore it, or write one with recipients: []"
        files.add(file, (), Code.MISSING_FILE, "there is no such file", advice)
        return recipients
    source = files.read(RECIPIENTS, file)
    if source is None:
        return recipients
    recipients.require_post_quantum = source.answers.get("require_post_quantum").says_yes
    table = source.answers.entry("recipients")
    needed = {column.key for column in table.field.columns if column.required} if table else set()
    for row in table.answer.rows if table else ():
        # What is wrong in a row was reported and taken out of it; of a row that is no mapping, nothing is left.
        if needed <= row.cells.keys():
            _read_row(files, source, row, recipients)
    return recipients


def _read_row(files: PrivateFiles, source: Source, row: Row, recipients: Recipients) -> None:
    """Adds the recipient of one row to those before it, and reports what is wrong with it."""

    def add(name: str, code: Code, message: str, advice: str) -> None:
        files.add(source, (*row.path, name), code, message, advice)

    try:
        key = PublicKey.parse(row["key_type"].text, row["public_key"].text)
    except SealingError:
        add("public_key", Code.UNUSABLE_KEY, "this is no usable public key", "ask for it again")
        return
    for name in ("requested", "granted", "expires", "revoked"):
        if (answer := row[name]).written is not None and not (answer.is_exact_day and answer.day):
            # A state in place of the day would leave it out, and let in who has left.
            add(name, Code.BAD_FORMAT, "this is no day", "write a day such as 2026-05-31")
    texts = ("name", "contact", "email", "models", "purpose", "basis", "note")
    values: dict[str, Any] = {name: row[name].title for name in texts}
    values |= {name: row[name].day for name in ("granted", "expires", "revoked")}
    found = Recipient(id=row["id"].text, key=key, requested=row["requested"].day or date.min, **values)
    try:
        assert found.due  # noqa: S101 - no other term is counted here
    except OverflowError:
        add("requested", Code.BAD_FORMAT, "no calendar has the end of its term", "write the day the request arrived")
        return
    if key.fingerprint != row["fingerprint"].text:
        message = "the fingerprint is not that of the key"
        add("fingerprint", Code.FINGERPRINT_MISMATCH, message, "ask for the key again")
    if found.granted and found.expires and found.expires < found.granted:
        add("expires", Code.DATE_ORDER, "access ends before it begins", "correct granted: or expires:")
    if recipients.require_post_quantum and found.granted and not found.revoked and not key.kem.post_quantum:
        advice = "ask for a new request, or revoke it"
        add("key_type", Code.NOT_POST_QUANTUM, "the key is not post-quantum", advice)
    if any(other.id == found.id for other in recipients.entries):
        add("id", Code.SAME_ID, "two recipients have one id", "give one of them another id")
    if any(other.key == key for other in recipients.entries):
        add("public_key", Code.SAME_KEY, "two recipients have one key", "ask one of them for a new request")
    recipients.entries.append(found)


def recipients_in(folder: Path) -> Recipients:
    """The recipients of a private folder alone, whatever is wrong elsewhere in it.

    Raises UsageError if there is no such folder, SealingError if the list has errors.
    """
    files = PrivateFiles(existing_folder(folder))
    recipients = read_recipients(files)
    refuse_errors(files.report)
    return recipients
