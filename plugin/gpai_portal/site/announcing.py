"""What feeds, the list of changes and timelines say of a publication: which documents, and what changed in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from gpai_portal.content.labels import label_of, name_of
from gpai_portal.content.model import Disclosures
from gpai_portal.documents import kind_of
from gpai_portal.publication.records import Chain, Revision
from gpai_portal.schema import MODEL, RELEASE, SUMMARY, load
from gpai_portal.site.language import Language

#: How many documents a title names, and how many changed fields and covered releases are named.
TITLES, FIELDS, RELEASES = 3, 12, 5
#: Fields whose change is told in words of its own.
_TOLD = frozenset({"covers", "version", "last_update", "last_updated"})


class Announcer:
    """Names documents and changes in one language, with the names that models and releases had when the documents were
    published, so that what feeds told of a publication stays."""

    def __init__(self, disclosures: Disclosures, chain: Chain, language: Language) -> None:
        self._subjects = disclosures.subjects
        self._chain = chain
        self._language = language

    def ordered(self, revisions: Iterable[Revision]) -> list[Revision]:
        """What readers wait for comes first: documents, the summary before all others; then facts, nearest first."""

        def place(revision: Revision) -> tuple[bool, bool, float]:
            kind = kind_of(revision.kind)
            return not kind.has_pages, kind.name != SUMMARY, kind.order if kind.has_pages else -kind.order

        return sorted(revisions, key=place)

    def title(self, revisions: Sequence[Revision], model: str = "") -> str:
        """The documents of a publication in one line, such as ``Training summary: Text 1.1, version 1.2``."""
        ordered = self.ordered(revisions)
        names = (self.name(revision, model) for revision in ordered)
        return self._some(self._language.text("; "), names, len(ordered), TITLES)

    def name(self, revision: Revision, model: str = "") -> str:
        """A document with the releases it holds for, of ``model`` (its id) alone if one is given, and its version."""
        _ = self._language.text
        kind = load(revision.kind)
        title = self._language.label(kind_of(revision.kind).short_title or kind.title)
        own = [cover for cover in revision.covers if not model or cover.startswith(f"{model}/")]
        own.sort(key=lambda cover: not revision.key.startswith(f"models/{cover}/"))
        subject = self._releases(own, revision) or self._subject(revision.key.rpartition("/")[0], revision)
        version = label_of(kind, revision.data or {}).version if kind_of(revision.kind).has_pages else ""
        named = f"{title}{_(': ')}{subject}" if subject else title
        return f"{named}, {_('version')} {version}" if version else named

    def _releases(self, keys: Sequence[str], revision: Revision) -> str:
        """Names of releases (model/release) when a revision was published."""
        return self._some(", ", (self._subject(f"models/{key}", revision) for key in keys), len(keys), RELEASES)

    def _subject(self, folder: str, revision: Revision) -> str:
        """What the model or release in a folder was called when a revision was published; what it is called now if that
        was erased. Empty for the folder of the provider."""
        if not folder:
            return ""
        kind = MODEL if folder.count("/") == 1 else RELEASE
        known = self._chain.revisions.get(f"{folder}/{kind}", ())
        data = next((r.data for r in reversed(known) if r.data is not None and r.record <= revision.record), {})
        return name_of(load(kind), data) or self._subjects.get(folder, folder)

    def changes(self, revision: Revision) -> list[str]:
        """What a revision changed: for which releases it holds now, and the fields by official number and label."""
        _ = self._language.text
        told = []
        all_ = self._chain.revisions[revision.key]
        before = all_[revision.number - 2] if revision.number > 1 else None
        if before and before.data is not None:
            if added := [key for key in revision.covers if key not in before.covers]:
                told.append(_("now also holds for %(releases)s", releases=self._releases(added, revision)))
            if gone := [key for key in before.covers if key not in revision.covers]:
                told.append(_("no longer holds for %(releases)s", releases=self._releases(gone, revision)))
        schema = load(revision.kind)
        known = [field for name in revision.changed if name not in _TOLD and (field := schema.find(name))]
        labels = list(dict.fromkeys(self._language.field(schema, field) for field in known))
        if (more := len(labels) - FIELDS) > 0:
            labels[FIELDS:] = [_("and %(count)s more", count=more)]
        return told + labels

    def _some(self, mark: str, names: Iterable[str], count: int, limit: int) -> str:
        shown = mark.join(islice(names, limit))
        more = f" {self._language.text('and %(count)s more', count=count - limit)}" if count > limit else ""
        return shown + more
