"""What is owed and by when, with what only the provider knows: its documentation, requests, and accesses that end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from gpai_portal.codes import Code
from gpai_portal.content.agenda import PROVIDER, Agenda, Found, Item, Until
from gpai_portal.content.answers import SILENT, Audience
from gpai_portal.content.composition import compose
from gpai_portal.content.law import terms
from gpai_portal.content.model import Disclosures, Release
from gpai_portal.content.obligations import Applies
from gpai_portal.content.status import agenda, unless_nobody_can_say, with_condition
from gpai_portal.content.terms import Term
from gpai_portal.errors import ContentError, Report
from gpai_portal.gate.merging import RestrictedForm, is_left_open, restricted_forms
from gpai_portal.gate.private import Private
from gpai_portal.gate.private_files import refuse_errors
from gpai_portal.gate.reading import read_private
from gpai_portal.gate.recipients import Recipient
from gpai_portal.publication.kept import checked
from gpai_portal.schema import FORM

#: Errors that say what is missing, as the agenda itself does. With any other, nobody can tell what the content means.
_MISSING = {Code.MISSING_DOCUMENT, Code.REPRESENTATIVE_MISSING}

#: Who may have the documentation that a duty asks for.
_READERS = {"technical-documentation": (Audience.AIO, Audience.NCAS), "downstream-information": (Audience.DPS,)}


def read_agenda(folder: Path, day: date, private: Path | None = None) -> Agenda:
    """What is owed by the data of a content folder, and of a private folder if one is given, as on a day.

    Raises UsageError if there is no such folder, RecordError if the records do not hold, ContentError or SealingError
    if there are errors in one of them.
    """
    content, report = checked(folder, day)
    if errors := [problem for problem in report.errors if problem.code not in _MISSING]:
        raise ContentError(Report(errors))
    disclosures = compose(content)
    found = agenda(content, disclosures, day)
    if private is None:
        return found
    hidden, of_private = read_private(private, content, day)
    refuse_errors(Report(of_private.errors))
    half_written = {problem.file for problem in of_private.todo}
    forms = {matter: restricted_forms(content, disclosures, hidden, readers) for matter, readers in _READERS.items()}
    releases = {release.key: release for release in disclosures.releases}

    def seen(item: Item) -> Item:
        return unless_nobody_can_say(with_form(item), releases[item.release], disclosures.provider, day)

    def with_form(item: Item) -> Item:
        release, form = releases[item.release], forms.get(item.matter, {}).get(item.release)
        if item.matter in _READERS and item.applies is Applies.YES:
            key = form.key if form else f"models/{item.release}/{FORM}"
            public = release.documents.get(FORM)
            is_open = f"{hidden.folder.name}/{key}.yaml" in half_written or bool(public and public.open_fields)
            return _with_form(item, form, is_open or is_left_open(disclosures, item.release))
        if item.matter == "notification" and (form := forms["technical-documentation"].get(item.release)):
            return _with_private_condition(item, release, form)
        return item

    items = (*map(seen, found.items), *_recipients(hidden, disclosures, day))
    return replace(found, items=items, with_private=True)


def _with_form(item: Item, form: RestrictedForm | None, is_open: bool) -> Item:
    """A duty to have documentation, with what the Form says for those who may have it."""
    if is_open or form is None:
        note = "fields of the Form are still open" if is_open else "nothing of the Form is here"
        return replace(item, found=Found.MISSING, notes=(f"{note}; what is kept elsewhere is not seen",), private=True)
    asked = [e for e in form.root.walk() if e.field.official and not e.field.composed]
    theirs = [e for e in asked if not set(_READERS[item.matter]).isdisjoint(e.field.audience)]
    silent = sum(e.answer.status in SILENT for e in theirs)
    notes = (f"items of the Form for these readers without an answer: {silent} of {len(theirs)}",) if silent else ()
    return replace(item, found=Found.IN_PART if silent else Found.THERE, notes=notes, private=True)


def _with_private_condition(item: Item, release: Release, form: RestrictedForm) -> Item:
    changed = with_condition(item, release, form.root.get("condition_met"))
    return replace(changed, private=True) if changed != item else item


def _recipients(private: Private, disclosures: Disclosures, day: date) -> Iterator[Item]:
    """Requests that wait for an answer, and accesses that end."""
    for recipient in private.recipients.entries:
        if recipient.state(day) in {"requested", "overdue"}:
            yield _request(recipient, disclosures)
        elif recipient.has_access(day) and recipient.expires:
            yield Item(
                f"access-{recipient.id}",
                "",
                f"Access of {recipient.name}",
                "recipients.yaml",
                PROVIDER,
                applies=Applies.YES,
                until=Until.ENDS,
                term=Term.on(recipient.expires),
                basis="its last day of access",
                found=Found.NOT_TOLD,
                private=True,
            )


def _request(recipient: Recipient, disclosures: Disclosures) -> Item:
    fact = terms()["request"]
    signed = disclosures.provider.signed("transparency")
    binds = Applies.YES if signed else Applies.NO if signed is False else Applies.UNDECLARED
    notes = () if signed else ("open; the 14 days bind signatories of the Transparency chapter",)
    return Item(
        f"request-{recipient.id}",
        "",
        f"{fact['title']}: {recipient.name}",
        fact["source"],
        fact["whose"],
        binds,
        Until.BY,
        Term.on(recipient.due),
        f"{fact['days']} days after it arrived on {recipient.requested}, save in exceptional circumstances",
        Found.MISSING,
        notes,
        private=True,
    )
