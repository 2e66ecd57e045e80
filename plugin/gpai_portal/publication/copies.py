"""Where documents repeat facts that other files state (``x-from``), so that an erasure reaches the copies as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gpai_portal.content.composition import facts
from gpai_portal.content.reading import read_entry
from gpai_portal.publication.records import Chain, Revision
from gpai_portal.schema import GROUPS, PROVIDER, RELEASE, Field, load


def copies(chain: Chain, erased: Sequence[Revision]) -> list[Revision]:
    """Superseded revisions of documents that repeat facts of an erased revision which their latest one does not.

    A document takes its facts from those revisions of the provider and of its releases that held when it was
    published.
    """
    return [r for told in erased if told.kind in {PROVIDER, RELEASE} for r in _copies(chain, told)]


def still_said(chain: Chain, erased: Sequence[Revision]) -> list[Revision]:
    """Latest revisions of documents that repeat facts of an erased revision of the provider which it no longer gives.

    A document keeps what it said of its provider until it is published anew.
    """
    return [r for told in erased if told.kind == PROVIDER for r in _still_said(chain, told)]


def _still_said(chain: Chain, told: Revision) -> Iterator[Revision]:
    present = read_entry(load(PROVIDER).root, chain.revisions[told.key][-1].data)
    for revisions in chain.revisions.values():
        latest = revisions[-1]
        if latest.data is not None and latest.record in _held(chain, told):
            root = read_entry(load(latest.kind).root, latest.data)
            if any(root.get(*field.path).written != fact for field, fact in facts(root.field, present)):
                yield latest


def _held(chain: Chain, told: Revision) -> range:
    """Numbers of the records that were published while a revision of facts was the latest."""
    later = [r.record for r in chain.revisions[told.key] if r.number > told.number and r.data is not None]
    return range(told.record, min(later, default=len(chain.records) + 1))


def _copies(chain: Chain, told: Revision) -> Iterator[Revision]:
    held = _held(chain, told)
    release = told.key.removeprefix("models/").removesuffix(f"/{RELEASE}") if told.kind == RELEASE else ""
    for revisions in chain.revisions.values():
        latest = revisions[-1]
        for revision in revisions[:-1]:
            concerned = not release or release in revision.covers
            if concerned and revision.data is not None and revision.record in held and _differ(revision, latest):
                yield revision


def _differ(revision: Revision, latest: Revision) -> bool:
    root = load(revision.kind).root
    return list(_taken(root, revision.data or {})) != list(_taken(root, latest.data or {}))


def _taken(group: Field, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Facts in a document that are taken from another file, by field."""
    for field in group.children:
        value = data.get(field.key)
        if field.composed and value is not None:
            yield field.dotted, value
        elif field.kind in GROUPS and isinstance(value, Mapping):
            yield from _taken(field, value)
