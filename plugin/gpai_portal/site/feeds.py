"""Web feeds made from the publication records: Atom (RFC 4287) and JSON Feed 1.1.

One for the whole portal, one for each model, and one for what Measure 1.3(4) of the Copyright chapter of the Code
of Practice asks for: crawlers and measures to respect reservations of rights. An entry stays as it is until its record
is erased or dated anew: its id comes from the hash of its record, its date is that of the publication. It tells that
hash too, so that subscribers keep what ``gpai-portal verify --head`` asks for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree

from gpai_portal.content.model import Disclosures
from gpai_portal.publication.records import Chain, Record, Revision
from gpai_portal.publication.timeline import about_model
from gpai_portal.schema import POLICY
from gpai_portal.site.addresses import home_uri, model_uri, revision_uri
from gpai_portal.site.announcing import Announcer
from gpai_portal.site.language import Language

ATOM = "http://www.w3.org/2005/Atom"
#: Section of the copyright policy that Measure 1.3(4) is about.
RESERVATIONS = "reservations"
#: Characters that XML 1.0 cannot carry.
_FORBIDDEN = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Newest entries a feed holds.
ENTRIES = 50


@dataclass(frozen=True)
class Entry:
    """One publication as a feed tells it. ``url`` is absolute if the site's address is known, else empty."""

    id: str
    title: str
    text: str
    updated: str
    url: str


@dataclass(frozen=True)
class Feed:
    """A feed, newest entry first. ``uri`` is its address without ``.atom`` or ``.json``, ``name`` what it is about."""

    uri: str
    name: str
    title: str
    author: str
    language: str
    home: str
    entries: tuple[Entry, ...]
    site_url: str

    @property
    def id(self) -> str:
        """Its id, a permanent address or URN (RFC 4287, section 4.2.6)."""
        return f"{self.site_url}{self.uri}.atom" if self.site_url else f"urn:x-gpai-portal:{self.uri}"

    def atom(self) -> bytes:
        """As Atom (RFC 4287)."""
        ElementTree.register_namespace("", ATOM)
        root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": self.language})

        def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
            child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
            child.text = _FORBIDDEN.sub("", text) or None
            return child

        add(root, "id", self.id)
        add(root, "title", self.title)
        add(root, "updated", self.entries[0].updated)
        add(add(root, "author"), "name", self.author)
        add(root, "generator", "gpai-portal")
        if self.site_url:
            add(root, "link", rel="self", type="application/atom+xml", href=f"{self.site_url}{self.uri}.atom")
            add(root, "link", rel="alternate", type="text/html", href=f"{self.site_url}{self.home}")
        for entry in self.entries:
            child = add(root, "entry")
            add(child, "id", entry.id)
            add(child, "title", entry.title)
            add(child, "updated", entry.updated)
            add(child, "published", entry.updated)
            if entry.url:
                add(child, "link", rel="alternate", type="text/html", href=entry.url)
            add(child, "content", entry.text, type="text")
        ElementTree.indent(root)
        text: str = ElementTree.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()

    def json(self) -> bytes:
        """As JSON Feed 1.1."""
        addresses = {"home_page_url": self.home, "feed_url": f"{self.uri}.json"} if self.site_url else {}
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            **{key: self.site_url + uri for key, uri in addresses.items()},
            "language": self.language,
            "authors": [{"name": self.author}],
            "items": [
                {
                    "id": entry.id,
                    "title": entry.title,
                    "content_text": entry.text,
                    "date_published": entry.updated,
                    **({"url": entry.url} if entry.url else {}),
                }
                for entry in self.entries
            ],
        }
        return (json.dumps(feed, ensure_ascii=False, indent=2) + "\n").encode()


def feeds(disclosures: Disclosures, chain: Chain, language: Language, site_url: str) -> list[Feed]:
    """All feeds that have an entry."""
    _ = language.text
    subject = author = disclosures.provider.name
    if disclosures.provider.transcription:  # what is published here was not published here by the provider
        subject = _("Transcribed documents of %(provider)s", provider=subject)
        author = _("Transcriber of documents of %(provider)s", provider=author)
    erased = {record.redacts["record"] for record in chain.records if record.redacts}

    words = Announcer(disclosures, chain, language)

    def entry(record: Record, revisions: list[Revision], model: str) -> Entry:
        lines = [record.reason, ""]
        for revision in words.ordered(revisions):
            number = _("revision %(number)s", number=revision.number)
            if revision.editorial:
                number += f", {_('editorial, version and date stay')}"
            where = f"{site_url}{revision_uri(revision)}" if home_uri(revision.key) and site_url else ""
            changes = words.changes(revision)
            changed = f" ({'; '.join(changes)})" if changes else ""
            lines.append(f"- {words.name(revision, model)}, {number}{changed} {where}".rstrip())
        title = words.title(revisions, model)
        if record.redacts:
            title = _("Redaction of earlier revisions")
            lines = [record.reason]
        if record.redates:
            title = _("Day of an earlier record corrected")
        lines += ["", _("Record %(number)s, SHA-256 %(sha256)s", number=record.number, sha256=record.sha256)]
        return Entry(
            UUID(record.sha256[:32]).urn,
            title,
            "\n".join(lines).strip(),
            f"{record.day.isoformat()}T00:00:00Z",
            f"{site_url}changes/#record-{record.number}" if site_url else "",
        )

    def feed(
        uri: str, title: str, home: str, about: Iterable[tuple[Record, list[Revision]]], model: str = ""
    ) -> list[Feed]:
        entries = [
            entry(record, revisions, model)
            for record, revisions in about
            if revisions or record.redacts or record.redates
        ]
        found = tuple(reversed(entries[-ENTRIES:]))
        full = f"{subject}{_(': ')}{title}"
        return [Feed(uri, title, full, author, language.code, home, found, site_url)] if found else []

    def of(about: Iterable[Revision], *, all_: bool = False) -> Iterable[tuple[Record, list[Revision]]]:
        """Records with what they publish of some revisions; of an erased one nothing can be told any more."""
        known = {revision.address: revision for revision in about}
        keys = {revision.key for revision in known.values()}
        for record in chain.records:
            revisions = [r for r in record.revisions if r.record == record.number and r.address in known]
            gone = record.redacts["documents"] if record.redacts else ()
            about_all = bool(record.redates) and all_
            if record.number not in erased and (about_all or revisions or any(d["key"] in keys for d in gone)):
                yield record, revisions

    def reservations() -> Iterable[tuple[Record, list[Revision]]]:
        for record, revisions in of(chain.revisions.get(POLICY, ())):
            changed = {field.split(".")[0] for revision in revisions for field in revision.changed}
            if RESERVATIONS in changed or any(revision.number == 1 for revision in revisions):
                yield record, revisions

    everything = (revision for all_ in chain.revisions.values() for revision in all_)
    found = feed("feeds/all", _("all publications"), "changes/", of(everything, all_=True))
    for model in disclosures.models:
        about = of(about_model(chain, model.id))
        found += feed(f"feeds/models/{model.id}", model.name, model_uri(model), about, model.id)
    return found + feed("feeds/crawlers", _("crawlers and opt-out measures"), "copyright/crawlers/", reservations())
