"""What an opened set says, read into types: the catalogue and the text of a document.

The provider of a set has signed it, and may all the same have made it with another tool, or wrongly. So nothing here
is taken for granted, and all that is wrong is a SealingError.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from gpai_portal.errors import SealingError

_T = TypeVar("_T")


@dataclass(frozen=True)
class ListedAttachment:
    """An attachment as the catalogue lists it: id of its object, and the name of the file, which may be any text."""

    id: str
    name: str


@dataclass(frozen=True)
class ListedDocument:
    """A document as the catalogue lists it.

    ``group`` names all groups it is listed under, separated by commas; ``about`` is a line with release, version and
    day. ``id`` is that of its object.
    """

    id: str
    title: str
    about: str
    group: str
    attachments: tuple[ListedAttachment, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The object of this name: the provider, and every document once, in the order of the groups."""

    provider: str
    documents: tuple[ListedDocument, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """From the payload of the object. Raises SealingError."""
        return _parsed(raw, "the catalogue", cls._read)

    @classmethod
    def _read(cls, data: dict[str, Any]) -> Self:
        found: dict[str, ListedDocument] = {}
        for group in data["groups"]:
            title = _text(group["title"])
            for row in group["documents"]:
                document = ListedDocument(
                    _text(row["id"]),
                    _text(row["title"]),
                    _text(row["about"]),
                    title,
                    tuple(ListedAttachment(_text(file["id"]), _text(file["name"])) for file in row["attachments"]),
                )
                known = found.setdefault(document.id, document)
                if known.group != title:
                    found[document.id] = replace(known, group=f"{known.group}, {title}")
        return cls(_text(data["provider"]), tuple(found.values()))


@dataclass(frozen=True)
class DocumentText:
    """The object of a document: its language, as a tag such as ``en``, and its HTML."""

    language: str
    html: str

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """From the payload of the object. Raises SealingError."""
        return _parsed(raw, "a document", lambda data: cls(_text(data["language"]), _text(data["html"])))


def _parsed(raw: bytes, what: str, read: Callable[[dict[str, Any]], _T]) -> _T:
    try:
        return read(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise SealingError(
            f"{what} in the sealed set is not as this version knows it; update gpai-portal, or tell the provider"
        ) from None


def _text(value: object) -> str:
    """A text that a file can hold. Raises TypeError for what is none, ValueError for half a character."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode()
    return value
