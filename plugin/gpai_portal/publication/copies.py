"""Where documents repeat facts that other files state (``x-from``), so that an erasure reaches the copies as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gpai_portal.publication.records import Chain, Revision
from gpai_portal.schema import GROUPS, PROVIDER, RELEASE, Field, load


def copies(chain: Chain, erased: Sequence[Revision]) -> list[Revision]:
    """Superseded revisions of documents that repeat facts of an erased revision which their latest one does not.

    A document takes its facts from those revisions of the provider and of its releases that held when it was
    published.
    """
    return [r for facts in erased if facts.kind in {PROVIDER, RELEASE} for r in _copies(chain, facts)]


def _copies(chain: Chain, facts: Revision) -> Iterator[Revision]:
    later = [r.record for r in chain.revisions[facts.key] if r.number > facts.number and r.data is not None]
    held = range(facts.record, min(later, default=len(chain.records) + 1))
    release = facts.key.removeprefix("models/").removesuffix(f"/{RELEASE}") if facts.kind == RELEASE else ""
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
