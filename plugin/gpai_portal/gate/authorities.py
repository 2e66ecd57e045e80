"""The pack for a request of the AI Office (Art. 91), for itself or for a national competent authority.

It holds what the request asks for and nothing else: by audience, by release, by item. It is written to a file and
never enters a build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose
from gpai_portal.content.model import Release
from gpai_portal.errors import UsageError
from gpai_portal.files import write_bytes
from gpai_portal.gate.documentation import documentation
from gpai_portal.gate.folders import ProviderFolders
from gpai_portal.gate.standalone import StandaloneDocuments, archive
from gpai_portal.schema import FORM, FURTHER, load
from gpai_portal.site.language import Language

#: For whom a pack can be, and the marks of the items that these may have. One item that the Form marks for downstream
#: providers only is for all of them, on the ground of Annex XI, Section 1, point 2(a): see ``Field.readers``.
AUDIENCES: Mapping[str, tuple[Audience, ...]] = {
    "authorities": (Audience.AIO, Audience.NCAS),
    "AIO": (Audience.AIO,),
    "NCAs": (Audience.NCAS,),
}


@dataclass(frozen=True)
class Export:
    """The ZIP file that was written, how many documents are in it, and what the law asks for that is not.

    ``missing`` holds a sentence for each Form that is left out, and for each point of Annex XI, Section 2 that no
    document answers.
    """

    path: Path
    documents: int
    missing: tuple[str, ...]


def export(
    folders: ProviderFolders,
    out: Path,
    *,
    audience: str,
    language: str,
    reference: str = "",
    releases: Collection[str] = (),
    items: Collection[str] = (),
) -> Export:
    """Writes the pack as a ZIP file: a list, each document as HTML, its attachments, and SHA-256 sums.

    ``audience`` is a key of AUDIENCES, ``language`` the code of a language of the interface, ``reference`` that of the
    request, which is printed on the list. ``releases`` (model/release) and ``items`` (a section or an item of the Form,
    such as ``compute`` or ``compute.amount_exact``) limit it to what was asked for. Raises UsageError for one that does
    not exist.
    """
    known = {r.key: r for r in compose(folders.content).releases}
    if unknown := sorted(set(releases) - known.keys()):
        raise UsageError(f"there is no release {unknown[0]!r}; there are: {', '.join(known)}")
    chosen = [r for key, r in known.items() if not releases or key in releases]
    if unknown := sorted(set(items) - {f.dotted for f in load(FORM).fields()}):
        raise UsageError(f"the Form has no item {unknown[0]!r}; see the field reference")
    # An extract of the Form is asked for by item; further documents have none.
    private = replace(folders.private, documents=()) if items else folders.private
    found = documentation(folders.content, private, language, AUDIENCES[audience], items)
    keys = {release.key for release in chosen}
    wanted = tuple(i for i in found.items if not i.releases or keys & set(i.releases))
    found = replace(found, items=wanted)
    words = Language(language)
    missing = (*found.left_out(keys), *(_missing(folders, chosen, words) if not items else ()))
    notes = [words.text("For %(readers)s, %(day)s.", readers=audience, day=words.day(folders.day))]
    if reference:
        notes.append(words.text("Request: %(reference)s", reference=reference))
    if items:
        notes.append(words.text("An extract with what was asked for: %(items)s.", items=", ".join(items)))
    notes += missing
    files = dict(StandaloneDocuments.of(found).files(words, notes=notes))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files.items())
    write_bytes(out, archive(iter([*files.items(), ("SHA256SUMS", sums.encode())])), mode=0o600)
    return Export(out, len(wanted), missing)


def _missing(folders: ProviderFolders, releases: list[Release], words: Language) -> Iterator[str]:
    """Points of Annex XI, Section 2 that no document answers, for releases with systemic risk."""
    field = load(FURTHER).find("annex")
    assert field is not None  # noqa: S101 - the schema has this field
    for release in releases:
        if not release.systemic_risk:
            continue
        documents = [d for d in folders.private.documents if not d.releases or release.key in d.releases]
        answered = {point for d in documents for point in d.annex}
        for point, label in field.options.items():
            if point not in answered:
                yield words.text(
                    "%(release)s: Annex XI, Section 2, point %(point)s (%(what)s) is answered by no document.",
                    release=release.name,
                    point=point,
                    what=words.label(label),
                )
