"""The Form as some readers may have it: public items, and the private ones whose marks name them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from gpai_portal.content.answers import Audience
from gpai_portal.content.folder import Content
from gpai_portal.content.source import Source
from gpai_portal.gate.private import Private
from gpai_portal.schema import FORM, Field, load

#: Fields of the head that say which version of the form this is, and nothing about its items.
_STAMP = {"version", "last_updated", "form"}


def merge(content: Content, private: Private, readers: Collection[Audience]) -> Content:
    """The content as some readers may have it: public items, and the private ones marked for one of them.

    ``content`` and ``private`` must have no errors. The result holds private text unless ``readers`` is empty.
    """
    merged = replace(content, releases={key: dict(sources) for key, sources in content.releases.items()})
    for key, rest in private.forms.items():
        public = merged.releases[key].get(FORM)
        allowed = _for_readers(load(FORM).root, rest.data, readers)
        if data := joined(load(FORM).root, public.data if public else {}, allowed):
            merged.releases[key][FORM] = Source(FORM, (public or rest).file, data)
    return merged


def _for_readers(root: Field, data: Mapping[str, Any], readers: Collection[Audience]) -> dict[str, Any]:
    """Items whose marks name one of the readers, with version and day of the form.

    Other fields of the head, such as what changed, may speak of any item. They are kept only for readers who get every
    item that is written here.
    """
    kept: dict[str, Any] = {}
    whole = True
    for child in root.children:
        if child.kind == "section":
            items = [item for item in child.children if item.key in data.get(child.key, {})]
            section = {i.key: data[child.key][i.key] for i in items if set(i.audience) & set(readers)}
            whole = whole and len(section) == len(items)
            if section:
                kept[child.key] = section
    if not kept:
        return {}
    head = [c.key for c in root.children if c.kind not in {"section", "hidden", "extra"}]
    return kept | {key: data[key] for key in head if key in data and (whole or key in _STAMP)}


def joined(root: Field, one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """Two parts of a form as one, in official order. An item that stands in both is taken from ``one``."""
    joined: dict[str, Any] = {}
    for child in root.children:
        if child.kind == "section":
            section = {**two.get(child.key, {}), **one.get(child.key, {})}
            if section:
                joined[child.key] = section
        elif child.key in one or child.key in two:
            joined[child.key] = one[child.key] if child.key in one else two[child.key]
    return joined
