"""Composes documents: facts of provider.yaml and release.yaml are put where the form asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpai_portal.content.folder import Content
from gpai_portal.content.model import RELEASE_DOCUMENTS, Disclosures, Document, Model, Provider, Release
from gpai_portal.content.source import Source
from gpai_portal.schema import FORM, GROUPS, POLICY, Field, load


def compose(content: Content) -> Disclosures:
    """The meaning of a content folder that ``check`` found without errors."""
    assert content.provider is not None  # noqa: S101 - check has refused anything else
    provider = Provider(content.provider)
    models: dict[str, Model] = {id_: Model(id_, source) for id_, source in content.models.items()}
    releases: dict[str, Release] = {}
    for (model_id, release_id), sources in content.releases.items():
        release = Release(models[model_id], release_id, sources["release"])
        releases[release.key] = release
        release.model.releases.append(release)
    for model in models.values():
        model.releases.sort(key=lambda r: r.sequence)

    for (model_id, release_id), sources in content.releases.items():
        first = releases[f"{model_id}/{release_id}"]
        for kind in RELEASE_DOCUMENTS:
            if source := sources.get(kind):
                others = [releases[key] for key in source.data.get("covers", ()) if key != first.key]
                covered = [first, *others]
                document = _document(kind, source, provider, covered)
                for release in covered:
                    release.documents[kind] = document
    for release in releases.values():
        if FORM not in release.documents and not release.exempt:
            # Nothing of the Form is published, but its rows still say who may have them.
            release.documents[FORM] = _document(FORM, None, provider, [release])
        release.documents = {k: release.documents[k] for k in RELEASE_DOCUMENTS if k in release.documents}
    policy = _document(POLICY, content.policy, provider, []) if content.policy else None
    return Disclosures(content, provider, tuple(models.values()), policy)


def _document(kind: str, source: Source | None, provider: Provider, covered: list[Release]) -> Document:
    schema = load(kind)
    written = source.data if source else {}
    data = _compose(schema.root, written, provider, covered)
    key = f"models/{covered[0].key}/{kind}" if covered else kind
    return Document(schema, data, source, str(written.get("language", provider.language)), key)


def _compose(field: Field, written: Mapping[str, Any], provider: Provider, covered: list[Release]) -> dict[str, Any]:
    """The data of a group in official order, with composed values in their place."""
    data: dict[str, Any] = {}
    for child in field.children:
        if child.composed:
            value = _composed_value(child, child.composed, provider, covered)
        elif child.kind in GROUPS:
            value = _compose(child, written.get(child.key, {}), provider, covered) or None
        else:
            value = written.get(child.key)
        if value is not None:
            data[child.key] = value
    return data


def _composed_value(field: Field, origin: Mapping[str, Any], provider: Provider, covered: list[Release]) -> Any:
    """A value that ``x-from`` takes from provider.yaml or from the releases covered."""
    if names := origin.get("pick"):
        rename = origin.get("names", {})
        return {rename.get(n, n): _picked(provider.data[n]) for n in names if n in provider.data}
    if path := origin.get("path"):
        return provider.data.get(path)
    if columns := origin.get("row"):
        return [{key: release.data[source] for key, source in columns.items()} for release in covered]
    key = origin["rows"]
    values = [release.data[key] for release in covered]
    if all(value == values[0] for value in values[1:]):
        return values[0]
    rows: list[dict[str, Any]] = []
    for release, value in zip(covered, values, strict=True):
        own = {"applies_to": release.versioned_names} if field.child("applies_to") else {}
        if isinstance(value, Mapping) and "value" not in value:
            rows.append({"name": dict(value), **own})
        else:
            rows.extend(
                {**row, **own} if "applies_to" not in row else dict(row)
                for row in (value["value"] if isinstance(value, Mapping) else value)
            )
    return rows


def _picked(raw: Any) -> Any:
    """A fact as part of a contact: the words that were printed, where they differ from the value."""
    if isinstance(raw, Mapping):
        return str(raw.get("as_stated") or raw.get("value") or raw.get("reason") or "")
    return raw
