"""Web feeds made from the publication records: Atom (RFC 4287) and JSON Feed 1.1.

One for the whole portal, one for each model, and one for what Measure 1.3(4) of the Copyright chapter of the Code
of Practice asks for: crawlers and measures to respect reservations of rights. An entry is one record, the same in every
feed that has it, and stays as it is until its record is erased or dated anew: its id comes from the hash of its record,
its date is that of the publication. It tells that hash too, so that subscribers keep what ``gpai-portal verify --head``
asks for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from uuid import RFC_4122, UUID
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
#: Characters of a title that the reason of a publication may take up; all of it stands in the text.
REASON = 120
#: Versions of UUIDs (RFC 9562, section 4.2).
_VERSIONS = range(1, 9)


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


def entry_id(sha256: str) -> str:
    """The id of the entry on a record: its hash as UUID of version 8, whose content anybody may choose (RFC 9562,
    section 5.8). A hash that begins like a UUID of any version is its own id, under which its entry was published
    before."""
    own = UUID(sha256[:32])
    valid = own.variant == RFC_4122 and own.version in _VERSIONS
    # Bits 48 to 51 are the version, bits 64 and 65 the variant.
    return (own if valid else UUID(int=own.int & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)).urn


def _short(reason: str) -> str:
    """A reason, which is one line, up to the last whole word that has a place in a title."""
    return reason if len(reason) <= REASON else f"{reason[:REASON].rpartition(' ')[0] or reason[:REASON]} …"


def feeds(disclosures: Disclosures, chain: Chain, language: Language, site_url: str) -> list[Feed]:
    """All feeds that have an entry."""
    _ = language.text
    subject = author = disclosures.provider.name
    if disclosures.provider.transcription:  # what is published here was not published here by the provider
        subject = _("Transcribed documents of %(provider)s", provider=subject)
        author = _("Transcriber of documents of %(provider)s", provider=author)
    erased = {record.redacts["record"] for record in chain.records if record.redacts}

    words = Announcer(disclosures, chain, language)

    @cache
    def entry(number: int) -> Entry:
        record = chain.records[number - 1]
        revisions = [revision for revision in record.revisions if revision.record == record.number]
        lines = [record.reason, ""]
        for revision in words.ordered(revisions):
            which = _("revision %(number)s", number=revision.number)
            if revision.editorial:
                which += f", {_('editorial, version and date stay')}"
            where = f"{site_url}{revision_uri(revision)}" if home_uri(revision.key) and site_url else ""
            changes = words.changes(revision)
            changed = f" ({_('; ').join(changes)})" if changes else ""
            lines.append(f"- {words.name(revision)}, {which}{changed} {where}".rstrip())
        told = words.title(revisions)
        if record.redacts:
            told = _("Redaction of earlier revisions")
            lines = [record.reason]
        if record.redates:
            told = _("Day of an earlier record corrected")
        title = f"{reason} ({told})" if (reason := _short(record.reason)) else told
        lines += ["", _("Record %(number)s, SHA-256 %(sha256)s", number=record.number, sha256=record.sha256)]
        return Entry(
            entry_id(record.sha256),
            title,
            "\n".join(lines).strip(),
            f"{record.day.isoformat()}T00:00:00Z",
            f"{site_url}changes/#record-{record.number}" if site_url else "",
        )

    def feed(uri: str, title: str, home: str, about: Iterable[Record]) -> list[Feed]:
        found = tuple(entry(record.number) for record in list(about)[: -ENTRIES - 1 : -1])
        full = f"{subject}{_(': ')}{title}"
        return [Feed(uri, title, full, author, language.code, home, found, site_url)] if found else []

    def of(about: Iterable[Revision], *, all_: bool = False) -> Iterator[Record]:
        """Records that publish some revisions; of an erased one nothing can be told any more."""
        known = {revision.address: revision for revision in about}
        keys = {revision.key for revision in known.values()}
        for record in chain.records:
            own = any(r.record == record.number and r.address in known for r in record.revisions)
            gone = record.redacts["documents"] if record.redacts else ()
            about_all = bool(record.redates) and all_
            if record.number not in erased and (about_all or own or any(d["key"] in keys for d in gone)):
                yield record

    policies = chain.revisions.get(POLICY, ())
    changes = [r for r in policies if r.number == 1 or RESERVATIONS in {field.split(".")[0] for field in r.changed}]
    everything = (revision for all_ in chain.revisions.values() for revision in all_)
    found = feed("feeds/all", _("all publications"), "changes/", of(everything, all_=True))
    for model in disclosures.models:
        found += feed(f"feeds/models/{model.id}", model.name, model_uri(model), of(about_model(chain, model.id)))
    return found + feed("feeds/crawlers", _("crawlers and opt-out measures"), "copyright/crawlers/", of(changes))
