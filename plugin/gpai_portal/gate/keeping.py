"""The whole Form as it was at each date, kept in the private folder as a chain of records like the public one.

Documentation has to be kept for ten years after the model was placed on the market (Code of Practice, Transparency
chapter, Measure 1.1; for authorised representatives Art. 54).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose
from gpai_portal.gate.folders import read_provider_folders
from gpai_portal.gate.merging import left_open, restricted_forms
from gpai_portal.gate.private_files import locked
from gpai_portal.publication.snapshots import Snapshot, snapshot


@contextmanager
def kept_forms(content: Path, private: Path, day: date) -> Iterator[tuple[Path, dict[str, Snapshot], list[str]]]:
    """The private folder, whose records other commands leave alone meanwhile, every Form as authorities get it, and the
    releases whose Form is left out since something is open in it.

    Raises as ``locked`` and ``read_provider_folders`` do.
    """
    with locked(private):
        folders = read_provider_folders(content, private, day)
        disclosures = compose(folders.content)
        forms = restricted_forms(folders.content, disclosures, folders.private, tuple(Audience))
        kept = {form.key: snapshot(form, form.covers) for form in forms.values()}
        yield folders.private.folder, kept, left_open(disclosures)
