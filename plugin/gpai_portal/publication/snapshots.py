"""What would be recorded if it was published now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpai_portal.content.comparison import differing
from gpai_portal.content.composition import without_schema
from gpai_portal.content.model import ComposedDocument, Disclosures, Document
from gpai_portal.content.reading import read_entry
from gpai_portal.content.source import Source
from gpai_portal.errors import PortalError
from gpai_portal.schema import MODEL, PROVIDER, RELEASE, load


@dataclass(frozen=True)
class Snapshot:
    """One document as it would be recorded now. ``files`` are the files it offers, by name."""

    key: str
    kind: str
    language: str
    data: Mapping[str, Any]
    covers: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)

    def reads_as(self, data: Mapping[str, Any]) -> bool:
        """Whether readers see the same in another state of the document, however that is spelled."""
        if data == self.data:
            return True
        root = load(self.kind).root
        old, new = read_entry(root, data), read_entry(root, self.data)
        # No page shows the place of a release in the order of its model, but all of them follow it.
        return not differing(old, new) and old.get("sequence").value == new.get("sequence").value


class PublicSnapshot(Snapshot):
    """A document that holds only what is public; ``publish`` takes nothing else."""


def snapshots(disclosures: Disclosures) -> dict[str, PublicSnapshot]:
    """Every public file, by key: its path in the content folder without ``.yaml``."""
    return {found.key: found for found in _snapshots(disclosures)}


def publishable(disclosures: Disclosures, published: Collection[str]) -> dict[str, PublicSnapshot]:
    """The same, without drafts: what has open fields is not published.

    Raises PortalError if nothing else is there, or if one of the keys that were ``published`` takes open facts.
    """
    if late := sorted(disclosures.drafts.keys() & set(published)):
        raise PortalError(f"{late[0]} was published, and takes facts from files with open fields; answer these first")
    found = {key: found for key, found in snapshots(disclosures).items() if key not in disclosures.drafts}
    for key in waiting(disclosures, published):
        found.pop(key, None)
    if not found:
        raise PortalError("nothing was published: everything here is a draft with open fields")
    return found


def waiting(disclosures: Disclosures, published: Collection[str]) -> Iterator[str]:
    """Releases and models that are not published yet and wait for the first of what belongs to them, since all of that
    has open fields: readers would be told of a release of which there is nothing to read."""
    drafts = set(disclosures.drafts)

    def holds_back(key: str, below: Collection[str]) -> bool:
        return key not in drafts and key not in published and bool(below) and drafts.issuperset(below)

    for model in disclosures.models:
        for release in model.releases:
            key = f"models/{release.key}/{RELEASE}"
            if holds_back(key, [document.key for document in release.documents.values()]):
                drafts.add(key)
                yield key
        key = f"models/{model.id}/{MODEL}"
        if holds_back(key, [f"models/{release.key}/{RELEASE}" for release in model.releases]):
            yield key


def _snapshots(disclosures: Disclosures) -> Iterator[PublicSnapshot]:
    language = disclosures.provider.language

    def facts(key: str, source: Source) -> PublicSnapshot:
        return PublicSnapshot(key, source.kind, language, without_schema(source.data))

    def written(documents: Mapping[str, Document]) -> Iterator[PublicSnapshot]:
        for document in documents.values():
            covers = tuple(release.key for release in disclosures.covered(document))
            data = without_schema(document.data)
            yield PublicSnapshot(document.key, document.kind, document.language, data, covers, document.files)

    yield facts(PROVIDER, disclosures.provider.source)
    yield from written(disclosures.documents)
    for model in disclosures.models:
        yield facts(f"models/{model.id}/{MODEL}", model.source)
        for release in model.releases:
            yield facts(f"models/{release.key}/{RELEASE}", release.source)
            yield from written(release.documents)


def snapshot(document: ComposedDocument, covers: tuple[str, ...]) -> Snapshot:
    """A document without files as it would be recorded now, with the releases (model/release) it covers."""
    return Snapshot(document.key, document.kind, document.language, without_schema(document.data), covers)
