"""Reads the whole private folder beside the content, and finds what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from gpai_portal.codes import Code
from gpai_portal.content.answers import SILENT, Audience
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.content.obligations import offers
from gpai_portal.content.reading import read_entry
from gpai_portal.errors import Problem, Report
from gpai_portal.files import is_left_behind
from gpai_portal.gate.forms import read_forms
from gpai_portal.gate.further_documents import read_documents
from gpai_portal.gate.merging import is_left_open, restricted_forms
from gpai_portal.gate.private import Private
from gpai_portal.gate.private_files import PrivateFiles, existing_folder
from gpai_portal.gate.recipients import read_recipients
from gpai_portal.names import DOCUMENTS, LEDGER, OLD_RECOVERY_KEY, PACKAGES, RECIPIENTS_FILE, RECOVERY_KEY, STATE
from gpai_portal.publication.records import FOLDER as RECORDS
from gpai_portal.schema import FORM, load

#: What may lie at the top of the folder, which may be a repository of its own.
_KNOWN = {RECOVERY_KEY, RECIPIENTS_FILE, STATE, LEDGER, DOCUMENTS, PACKAGES, RECORDS, "models", "README.md"}


def read_private(folder: Path, content: Content, as_of: date) -> tuple[Private, Report]:
    """Everything in the private folder beside a checked content folder, and what is wrong with it as on a day.

    Files and values with an error are left out. Raises UsageError if there is no such folder.
    """
    files = PrivateFiles(existing_folder(folder))
    for entry in sorted(files.folder.iterdir()):
        known = entry.name in _KNOWN or OLD_RECOVERY_KEY.fullmatch(entry.name) or is_left_behind(entry.name)
        if not known:
            files.add(entry, (), Code.UNKNOWN_FILE, "nothing of this name belongs here", "move it elsewhere")
    private = Private(
        files.folder, read_recipients(files), read_forms(files, content, as_of), read_documents(files, content)
    )
    if not files.report.errors:
        files.report.add(_unanswered(content, private))
    return private, files.report


def _unanswered(content: Content, private: Private) -> Iterator[Problem]:
    """Items that downstream providers are promised and that neither part of a Form answers; and for releases for which
    Art. 53(2) is claimed, items that they get without a word of it in public. Forms that are left out are told too."""
    disclosures = compose(content)
    forms = restricted_forms(content, disclosures, private, (Audience.DPS,))
    for release in disclosures.releases:
        form = forms.get(release.key)
        key = form.key if form else f"models/{release.key}/{FORM}"
        # A Form that covers several releases is judged once, with the release it lies with, but for what each offers.
        if key != f"models/{release.key}/{FORM}" and not release.exempt:
            continue
        if is_left_open(disclosures, release.key):
            yield Problem(
                Code.FORM_LEFT_OUT,
                f"{private.folder.name}/models/{release.key}/{FORM}.yaml",
                "the Form of this release reaches no reader, since fields of its public files are still open",
                "answer what gpai-portal check names",
            )
            continue
        root = form.root if form else read_entry(load(FORM).root, {})
        place = f"{private.folder.name}/{key}.yaml"
        # Facts of provider and release are asked for where they are written.
        promised = [e for e in root.walk() if offers(release, e.field) and not e.field.composed]
        if empty := [e.field.dotted for e in promised if e.answer.status in SILENT]:
            yield Problem(
                Code.OPEN_ITEM,
                place,
                f"nothing is said to downstream providers on {', '.join(empty)}",
                "answer each in the public form or here, if need be by a state with its reason",
            )
        rest = private.forms.get((key.split("/")[1], key.split("/")[2]))
        sealed = [e.field for e in rest.answers.walk() if e.answer.status not in SILENT] if rest else []
        if unsaid := [f.dotted for f in sealed if Audience.DPS in f.audience and not offers(release, f)]:
            yield Problem(
                Code.OFFER_NOT_DECLARED,
                place,
                f"the pages of {release.key} do not say that recipients get {', '.join(unsaid)}",
                f"in models/{release.key}/release.yaml, list them in art_53_2 under offered:, or take them out here",
            )
