"""What would be recorded if it was published now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpai_portal.content.model import Disclosures, Document
from gpai_portal.schema import MODEL, POLICY, PROVIDER, RELEASE

# -- what is published now ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Snapshot:
    """One document as it would be recorded now. ``files`` are the files it offers, by name."""

    key: str
    kind: str
    language: str
    data: Mapping[str, Any]
    covers: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)


def attachments(document: Document) -> dict[str, Path]:
    """Files that the answers of a document offer for download; they lie beside it."""
    if document.source is None:
        return {}
    return {
        value["file"]: document.source.file.with_name(value["file"])
        for entry in document.root.walk()
        if entry.field.kind == "domains" and isinstance(value := entry.answer.value, Mapping) and "file" in value
    }


def snapshots(disclosures: Disclosures) -> dict[str, Snapshot]:
    """Every public file, by key: its path in the content folder without ``.yaml``."""
    found: dict[str, Snapshot] = {}

    def add(key: str, kind: str, language: str, data: Mapping[str, Any], **more: Any) -> None:
        rest = {name: value for name, value in data.items() if name != "$schema"}
        found[key] = Snapshot(key, kind, language, rest, **more)

    language = disclosures.provider.language
    add("provider", PROVIDER, language, disclosures.provider.data)
    if policy := disclosures.policy:
        add(policy.key, POLICY, policy.language, policy.data, files=attachments(policy))
    for model in disclosures.models:
        add(f"models/{model.id}/model", MODEL, language, model.data)
        for release in model.releases:
            add(f"models/{release.key}/release", RELEASE, language, release.data)
            for document in release.documents.values():
                if document.source is None:
                    continue
                covers = tuple(r.key for r in disclosures.releases if document in r.documents.values())
                add(
                    document.key,
                    document.kind,
                    document.language,
                    document.data,
                    covers=covers,
                    files=attachments(document),
                )
    return found
