"""Composes documents: facts of provider.yaml and release.yaml are put where the form asks for them (``x-from``).

A document that was published keeps what it said of its provider, until something else in it changes: then it is a new
one, and says what holds now. So it does with what it said of its releases as long as these have not changed either, for
it may have been composed when forms took fewer of their facts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gpai_portal.content.answers import SILENT, Answer, Entry, Status
from gpai_portal.content.drafts import with_open_fields
from gpai_portal.content.folder import Content, Published
from gpai_portal.content.law import unneeded
from gpai_portal.content.model import Disclosures, Document, InFile, Model, Release
from gpai_portal.content.provider import Provider
from gpai_portal.content.reading import without_value
from gpai_portal.content.source import Source
from gpai_portal.documents import Place, kinds_with_pages
from gpai_portal.memory import same
from gpai_portal.schema import GROUPS, PROVIDER, RELEASE, Field, load


def compose(content: Content) -> Disclosures:
    """The meaning of a content folder that ``check`` found without errors. Drafts say what is open in them."""
    drafts = content.open_fields
    content = content.map(lambda source: with_open_fields(source) if content.key(source.file) in drafts else source)
    provider = Provider(content.portal[PROVIDER])
    models: dict[str, Model] = {id_: Model(id_, source) for id_, source in content.models.items()}
    releases: dict[str, Release] = {}
    for (model_id, release_id), sources in content.releases.items():
        facts_of = sources[RELEASE]
        open_fields = content.open_fields.get(content.key(facts_of.file), 0)
        release = Release(models[model_id], release_id, facts_of, open_fields)
        releases[release.key] = release
        release.model.releases.append(release)
    for model in models.values():
        model.releases.sort(key=lambda r: r.sequence)

    kinds = kinds_with_pages(Place.RELEASE)
    for (model_id, release_id), sources in content.releases.items():
        first = releases[f"{model_id}/{release_id}"]
        for kind in kinds:
            if source := sources.get(kind):
                others = [releases[key] for key in source.answers.get("covers").items if key != first.key]
                document = _document(kind, source, content, provider, [first, *others])
                for release in (first, *others):
                    release.documents[kind] = document
    for release in releases.values():
        release.documents = {kind: release.documents[kind] for kind in kinds if kind in release.documents}
    own = [kind for kind in kinds_with_pages(Place.PORTAL) if kind in content.portal]
    documents = {kind: _document(kind, content.portal[kind], content, provider, []) for kind in own}
    disclosures = Disclosures(content.folder, provider, tuple(models.values()), documents)
    open_ = {document.key: document.open_fields for document in disclosures.all_documents if document.open_fields}
    return replace(disclosures, drafts={**content.open_fields, **open_})


def _document(kind: str, source: Source, content: Content, provider: Provider, covered: list[Release]) -> Document:
    key = content.key(source.file)
    data: Mapping[str, Any] = compose_data(kind, source.data, provider, covered)
    language = source.answers.get("language").text or provider.language
    kept = (PROVIDER, RELEASE) if all(_stands(release.source, content) for release in covered) else (PROVIDER,)
    if said := _said(kind, data, content.published.get(key, ()), kept):
        data, language = said.data, said.language
    of_facts = {content.key(fact.file) for fact in (provider.source, *(release.source for release in covered))}
    open_fields = sum(content.open_fields.get(name, 0) for name in {key} | of_facts)
    rest = (language, key, InFile(source.file), unneeded(provider.answers), open_fields)
    return same(Document(load(kind), data, *rest), lambda: (kind, json.dumps(data), *rest))


def _stands(source: Source, content: Content) -> bool:
    """Whether a file says what was published of it last."""
    published = content.published.get(content.key(source.file), ())
    return bool(published) and without_schema(source.data) == published[-1].data


def _said(
    kind: str, data: Mapping[str, Any], published: Sequence[Published], kept: Collection[str]
) -> Published | None:
    """What a document said when it was published last, if it differs from that at most in facts of ``kept`` files."""
    if not published:
        return None
    last = published[-1]
    return last if keep_facts(load(kind).root, without_schema(data), last.data, kept) == last.data else None


def without_schema(data: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a file as it is published: the address of its schema is for editors."""
    return {key: value for key, value in data.items() if key != "$schema"}


def compose_data(kind: str, written: Mapping[str, Any], provider: Provider, covered: list[Release]) -> dict[str, Any]:
    """The JSON of a document in official order, from what is written in its file and the releases it covers."""
    return _group(load(kind).root, written, provider, covered)


def _group(field: Field, written: Mapping[str, Any], provider: Provider, covered: list[Release]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for child in field.children:
        if child.composed:
            value = _composed(child, child.composed, provider, covered)
        elif child.kind in GROUPS:
            value = _group(child, written.get(child.key, {}), provider, covered) or None
        else:
            value = written.get(child.key)
        if value is not None:
            data[child.key] = value
    return data


def keep_facts(
    group: Field, data: Mapping[str, Any], said: Mapping[str, Any], files: Collection[str] = (PROVIDER,)
) -> dict[str, Any]:
    """The JSON of a document, with the facts that are taken from ``files`` as another state of it has them."""
    kept: dict[str, Any] = {}
    for child in group.children:
        own, old = data.get(child.key), said.get(child.key)
        if child.composed and child.composed["file"] in files:
            value = old
        elif child.kind in GROUPS:
            value = keep_facts(child, own or {}, old if isinstance(old, Mapping) else {}, files) or None
        else:
            value = own
        if value is not None:
            kept[child.key] = value
    return kept


def facts(group: Field, provider: Entry) -> Iterator[tuple[Field, Any]]:
    """The fields of a form that take their value from provider.yaml, with what its answers give them."""
    for child in group.children:
        if child.composed and child.is_of_provider:
            yield child, _fact(child.composed, provider)
        elif child.kind in GROUPS:
            yield from facts(child, provider)


def _fact(origin: Mapping[str, Any], provider: Entry) -> Any:
    """A value that ``x-from`` takes from provider.yaml."""
    if path := origin.get("path"):
        return provider.get(path).written
    rename = origin.get("names", {})
    picked = {rename.get(name, name): _picked(provider.get(name)) for name in origin["pick"]}
    return {name: value for name, value in picked.items() if value is not None}


def _composed(field: Field, origin: Mapping[str, Any], provider: Provider, covered: list[Release]) -> Any:
    """A value that ``x-from`` takes from provider.yaml or from the releases covered."""
    if field.is_of_provider:
        return _fact(origin, provider.answers)
    if origin.get("row"):
        return [row for release in covered for row in _facts(release, origin)]
    answers = [release.answers.get(origin["rows"]) for release in covered]
    if all(answer == answers[0] for answer in answers[1:]):
        return answers[0].written
    rows: list[dict[str, Any]] = []
    for release, answer in zip(covered, answers, strict=True):
        own = {"applies_to": release.versioned_names or [release.name]} if field.child("applies_to") else {}
        if answer.status not in {Status.ANSWERED, *SILENT}:
            rows.append({"name": without_value(answer), **own})
        for row in answer.rows:
            cells = {key: cell for key, cell in row.written.items() if field.child(key)}
            rows.append({**cells, **own, **cells})  # what a row says itself wins
    told = [(r.name, a) for r, a in zip(covered, answers, strict=True) if a.status is Status.ANSWERED]
    beside = _beside([(name, without_value(answer)) for name, answer in told])
    return {"value": rows, **beside} if beside else rows


def _facts(release: Release, origin: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row with facts of a release, and one for each row of a list in which it has such facts of its parts."""
    found = [{key: release.answers.get(name).written for key, name in origin["row"].items()}]
    if each := origin.get("each"):
        for row in release.answers.get(each["rows"]).rows:
            if all(name in row for name in each["row"].values()):
                found.append({key: row[name].written for key, name in each["row"].items()})
    return found


def _beside(said: Sequence[tuple[str, Mapping[str, str]]]) -> dict[str, str]:
    """What several releases say beside their lists: once if all say the same, else with the name of the release."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(key for _name, texts in said for key in texts):
        texts = [(name, words[key]) for name, words in said if key in words]
        same = len(texts) == len(said) and len({text for _name, text in texts}) == 1
        found[key] = texts[0][1] if same else "\n\n".join(f"{name}: {text}" for name, text in texts)
    return found


def _picked(answer: Answer) -> Any:
    """A fact as part of a contact: the words that were printed, where they differ from the value; None if there is
    neither."""
    if not isinstance(answer.written, Mapping) or answer.status is Status.OPEN:
        return answer.written
    return answer.as_stated or answer.title or None
