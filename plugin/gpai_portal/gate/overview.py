"""Who asked for access and who has it, with what is to be done about each."""

from __future__ import annotations

from dataclasses import dataclass

from gpai_portal.errors import Report
from gpai_portal.gate.folders import ProviderFolders
from gpai_portal.gate.packages import outdated, read_ledger
from gpai_portal.gate.section import check_recipients
from gpai_portal.gate.standalone import StandaloneDocuments


@dataclass(frozen=True)
class OverviewRow:
    """One recipient or request. ``state`` is that of ``Recipient.state``, ``notes`` are short texts for people."""

    id: str
    name: str
    state: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """A row for each recipient and request, in the order of the list.

    ``report`` says whether the sealed set lets in others than those who have access.
    """

    rows: tuple[OverviewRow, ...]
    report: Report

    @property
    def needs_action(self) -> bool:
        """Whether a request waits too long, or the section has to be sealed again."""
        return bool(self.report.errors) or any(row.state == "overdue" for row in self.rows)


def overview(folders: ProviderFolders, language: str, soon: int) -> Overview:
    """Who has access, and what is to be done, as on the day of the folders.

    ``soon`` is the number of days before its end in which an access counts as ending soon. ``language`` is the one in
    which packages were issued: they are compared with today's documents. Raises SealingError if the ledger of packages
    was changed, and as ``check_recipients`` does.
    """
    ledger = read_ledger(folders.private.folder)
    current = StandaloneDocuments.of(folders.documentation(language)).hashes() if ledger else {}
    old_packages = outdated(ledger, current)
    rows = []
    for recipient in folders.private.recipients.entries:
        state = recipient.state(folders.day)
        notes = []
        if state == "overdue":
            notes.append(f"was to be answered by {recipient.due.isoformat()}")
        elif state == "requested":
            notes.append(f"answer by {recipient.due.isoformat()}")
        elif state == "granted" and recipient.expires:
            left = (recipient.expires - folders.day).days
            ending = f", ends in {left} days" if left <= soon else ""
            notes.append(f"until {recipient.expires.isoformat()}{ending}")
        if recipient.id in old_packages:
            notes.append(f"holds an outdated package, issued {old_packages[recipient.id].issued}")
        rows.append(OverviewRow(recipient.id, recipient.name, state, tuple(notes)))
    return Overview(tuple(rows), Report(check_recipients(folders)))
