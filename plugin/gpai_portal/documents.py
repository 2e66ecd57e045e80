"""The kinds of document there are, by what their schemas say of themselves (``x-document``).

A kind of document is one schema file. Where its files lie, which addresses its pages have, what lists call it, its
scaffold, its twin and its records all follow from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from jsonschema import Draft202012Validator

from gpai_portal.errors import UsageError
from gpai_portal.schema import MODEL, PROVIDER, RELEASE, load, read_json, schema_folder

#: Facts, which are shown on pages of their own kind and need no address.
_FACTS = {PROVIDER, MODEL, RELEASE}


class Place(StrEnum):
    """The level of the content at which the files of a kind lie."""

    PORTAL = "portal"
    MODEL = "model"
    RELEASE = "release"
    PRIVATE = "private"

    @property
    def ids(self) -> tuple[str, ...]:
        """What has to be named to find such a file: nothing, a model, or a model and its release."""
        return {Place.MODEL: ("model",), Place.RELEASE: ("model", "release")}.get(self, ())


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document. ``name`` is that of its schema and of its files, without ``.yaml``.

    ``address`` is the last part of the address of its pages, and ``short_title`` what tabs and lists call it; both are
    empty for facts such as those of ``release.yaml``, which are shown on pages of their own kind.
    """

    name: str
    place: Place
    order: float
    address: str
    short_title: str

    @property
    def has_pages(self) -> bool:
        """Whether it is a document that readers see as such, with a twin and a published schema."""
        return bool(self.address)


@cache
def all_kinds() -> tuple[DocumentKind, ...]:
    """Every kind of document, in the order readers see them.

    Raises UsageError if a schema says of itself what cannot be: its documents would be read and shown nowhere.
    """
    form = Draft202012Validator(read_json("meta.schema.json")["$defs"]["schema"]["properties"]["x-document"])
    found: list[DocumentKind] = []
    for file in sorted(schema_folder().glob("*.schema.json")):
        name = file.name.removesuffix(".schema.json")
        said = load(name).published.get("x-document")
        if said is None:
            continue
        for error in form.iter_errors(said):
            raise UsageError(f"{file.name}: x-document: {error.message}; meta.schema.json says how to write it")
        short_title, address = said.get("short_title", ""), said.get("address", "")
        kind = DocumentKind(name, Place(said["place"]), said["order"], address, short_title)
        if not kind.has_pages and kind.place is not Place.PRIVATE and name not in _FACTS:
            raise UsageError(f"{file.name}: x-document: a document has an address; it lies at the portal or a release")
        for other in found:
            if kind.has_pages and (kind.place, kind.address) == (other.place, other.address):
                raise UsageError(f"{file.name}: x-document: {other.name}.schema.json has the address {address!r} too")
        found.append(kind)
    return tuple(sorted(found, key=lambda kind: (kind.order, kind.name)))


@cache
def kinds_at(place: Place) -> tuple[str, ...]:
    """Names of the kinds whose files lie at a level of the content."""
    return tuple(kind.name for kind in all_kinds() if kind.place is place)


@cache
def kinds_with_pages(place: Place | None = None) -> tuple[str, ...]:
    """Names of the kinds that readers see as documents, at one level or at all of them."""
    return tuple(kind.name for kind in all_kinds() if kind.has_pages and place in {None, kind.place})


@cache
def kind_of(name: str) -> DocumentKind:
    """The kind of document of a name. Raises KeyError if no schema says that it is one."""
    return {kind.name: kind for kind in all_kinds()}[name]
