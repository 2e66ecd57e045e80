"""The kinds of document there are, by what their schemas say of themselves (``x-document``).

A kind of document is one schema file. Where its files lie, which addresses its pages have, what lists call it, its
scaffold, its twin and its records all follow from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gpai_portal.schema import load, schema_folder


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
    """Every kind of document, in the order readers see them."""
    found = []
    for file in schema_folder().glob("*.schema.json"):
        name = file.name.removesuffix(".schema.json")
        if said := load(name).published.get("x-document"):
            short_title, address = said.get("short_title", ""), said.get("address", "")
            found.append(DocumentKind(name, Place(said["place"]), said["order"], address, short_title))
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
