"""The look-up "Is my site in the list?": the lists of all releases in one index, which is cut into small files.

A browser asks for the file in which a name would stand, by the first bits of the CRC-32 of that name, so that whoever
sees the request learns of hundreds of names that share them, and the answer is exact. A file begins with its own name
behind #, so that an error page is not taken for one. Each line behind it is a name, in encoded labels; behind tabs
may follow the number of the set of lists that have it, if that is not the first set, and p for a platform under which
many others have their sites.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32

from gpai_portal.content.answers import Answer, Domains, Entry, Period
from gpai_portal.content.lists import Method, names_of, read_method
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.limits import MAX_INDEX_BITS, MAX_INDEX_NAMES
from gpai_portal.schema import SUMMARY
from gpai_portal.site.addresses import LOOKUP
from gpai_portal.suffixes import is_platform


@dataclass(frozen=True)
class NameList:
    """The answer of a document to a question for domain names, which may be a list, or where one is."""

    document: Document
    releases: Sequence[Release]
    entry: Entry

    @property
    def domains(self) -> Domains | None:
        """What is answered; None for a state in its place, or words."""
        value = self.entry.answer.value
        return value if isinstance(value, Domains) else None

    @property
    def file(self) -> Path | None:
        """Its file, if it has one."""
        return self.document.files.get(self.domains.file) if self.domains else None

    @property
    def is_here(self) -> bool:
        """Whether its names are on this site."""
        return self.domains is not None and bool(self.domains.names or self.domains.file)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it says where its names are, and that is not here."""
        return self.domains is not None and not self.is_here and bool(self.domains.url or self.domains.access)

    @cached_property
    def method(self) -> Method | None:
        """What the record of a computed list proves; None for one without."""
        file = self.document.files.get(self.domains.method) if self.domains else None
        return read_method(file) if file else None

    @cached_property
    def count(self) -> int:
        """How many names it has."""
        if self.method:
            return self.method.listed
        return len({name for name in self.names() if not name.startswith(".")})

    @property
    def total(self) -> int:
        """Of how many domain names in all, by its record or by its provider; 0 if neither says."""
        return self.method.names if self.method else self.domains.total if self.domains else 0

    @property
    def is_voluntary(self) -> bool:
        """Whether it is not the list that the form asks for, but one that is given besides."""
        return not self.entry.field.official

    @property
    def datasets(self) -> Sequence[str]:
        """Names of the datasets that it is a list of; none for one of what was crawled."""
        return self.domains.datasets if self.domains else ()

    @property
    def crawlers(self) -> Sequence[Answer]:
        """What is answered for the names of the crawlers in the section it stands in."""
        return [row.state or row["name"] for row in self.document.root.get(*self._section, "crawlers").rows]

    @property
    def period(self) -> Entry | None:
        """When its content was collected, if that section says so."""
        found = self.document.root.entry(*self._section, "period")
        return found if found and isinstance(found.answer.value, Period) else None

    @property
    def _section(self) -> Sequence[str]:
        return self.entry.field.path[:-1]

    def names(self) -> Iterator[str]:
        """The names, and suffixes behind a dot."""
        if self.domains:
            yield from names_of(self.domains, self.document.files)


def name_lists(disclosures: Disclosures) -> list[NameList]:
    """The answers of all summaries that are published to questions for domain names, newest release first; behind those
    that the form asks for stand lists that are given besides."""
    found: list[NameList] = []
    for model in disclosures.models:
        for release in reversed(model.releases):
            document = release.documents.get(SUMMARY)
            if document is None or document.open_fields or any(document is known.document for known in found):
                continue
            for entry in document.root.walk():
                told = entry.answer.value if not entry.field.official else not entry.answer.derived
                if entry.field.kind == "domains" and told:
                    found.append(NameList(document, disclosures.covered(document), entry))
    return sorted(found, key=lambda names: names.is_voluntary)


@dataclass(frozen=True)
class Index:
    """The names of lists, by file.

    ``bits`` of the CRC-32 of a name tell its file, ``sets`` are sets of lists by their places, ``suffixes`` those that
    stand for all names that end so, with their set; ``depths`` are the numbers of labels that names have. ``count`` is
    the number of names, ``fewest`` that of the file with the fewest. ``files`` are the contents by name.
    """

    bits: int
    sets: Sequence[Sequence[int]]
    suffixes: Mapping[str, int]
    depths: Sequence[int]
    count: int
    fewest: int
    files: Mapping[str, bytes]

    @cached_property
    def folder(self) -> str:
        """Address of the files, which another index never has: a page that is kept in a cache finds its own or none."""
        whole = hashlib.sha256()
        for name, content in self.files.items():
            whole.update(name.encode() + b"\0" + content)
        return f"{LOOKUP}names/{whole.hexdigest()[:12]}/"


def index_of(lists: Sequence[NameList]) -> Index:
    """The index of lists. Each name is held once and as bytes while it is made, for there may be millions."""
    buckets = [bytearray() for _ in range(1 << MAX_INDEX_BITS)]
    suffixes: dict[str, int] = {}
    depths: set[int] = set()
    for place, names in enumerate(lists):
        for name in names.names():
            if name.startswith("."):
                suffixes[name[1:]] = suffixes.get(name[1:], 0) | 1 << place
            else:
                depths.add(name.count(".") + 1)
                raw = name.encode()
                buckets[crc32(raw) >> (32 - MAX_INDEX_BITS)] += b"%s\t%d\n" % (raw, place)
    merged = [_merged(bucket) for bucket in buckets]
    count = sum(map(len, merged))
    masks = Counter(mask for names in merged for mask in names.values())
    masks.update(suffixes.values())
    order = {mask: at for at, (mask, _) in enumerate(masks.most_common())}
    bits = min(MAX_INDEX_BITS, max(0, (count // MAX_INDEX_NAMES).bit_length()))
    width = 1 << (MAX_INDEX_BITS - bits)
    files, sizes = {}, []
    for at in range(0, len(merged), width):
        name = f"{at // width:04x}"
        held = sorted((n, m) for names in merged[at : at + width] for n, m in names.items())
        sizes.append(len(held))
        files[name] = "".join([f"#{name}\n", *(_line(n, order[m]) for n, m in held)]).encode()
    return Index(
        bits,
        [[place for place in range(len(lists)) if mask >> place & 1] for mask in order],
        {suffix: order[mask] for suffix, mask in sorted(suffixes.items())},
        sorted(depths),
        count,
        min(sizes),
        files,
    )


def _merged(bucket: bytearray) -> dict[str, int]:
    """Names with the lists that have them, a bit for each."""
    found: dict[str, int] = {}
    for line in bucket.decode().splitlines():
        name, _, place = line.partition("\t")
        found[name] = found.get(name, 0) | 1 << int(place)
    return found


def _line(name: str, number: int) -> str:
    parts = (name, str(number or ""), "p" if is_platform(name) else "")
    return "\t".join(parts).rstrip("\t") + "\n"
