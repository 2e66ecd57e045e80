"""The whole Form as it was at each date, kept in the private folder as a chain of records like the public one.

Documentation has to be kept for ten years after the model was placed on the market (Code of Practice, Transparency
chapter, Measure 1.1; for authorised representatives Art. 54).
"""

from __future__ import annotations

from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose
from gpai_portal.gate.folders import ProviderFolders
from gpai_portal.gate.merging import restricted_forms
from gpai_portal.publication.publishing import publish
from gpai_portal.publication.records import FOLDER, Record
from gpai_portal.publication.snapshots import snapshot


def keep_forms(folders: ProviderFolders, reason: str) -> Record | None:
    """Records every Form that changed, as authorities get it, in the private folder; None if none did.

    Raises as ``publish`` does.
    """
    disclosures = compose(folders.content)
    forms = restricted_forms(folders.content, disclosures, folders.private, tuple(Audience))
    now = {form.key: snapshot(form, form.covers, {}) for form in forms.values()}
    return publish(now, folders.private.folder / FOLDER, folders.day, reason)
