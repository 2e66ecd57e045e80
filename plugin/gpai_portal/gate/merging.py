"""The Form as chosen readers may have it: public items, and the private ones whose marks name them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose_data
from gpai_portal.content.folder import Content
from gpai_portal.content.model import ComposedDocument, Disclosures
from gpai_portal.gate.private import Private
from gpai_portal.schema import FORM, Field, load

#: Fields of the head that say which version of the form this is, and nothing about its items.
_STAMP = {"version", "last_updated", "form"}


@dataclass(frozen=True)
class RestrictedForm(ComposedDocument):
    """A Form that holds what is not public, for ``readers``.

    It is no ``Document``, and what writes public files takes nothing else. ``covers`` are the keys (model/release) of
    the releases it holds for.
    """

    readers: frozenset[Audience]
    covers: tuple[str, ...]


def restricted_forms(
    content: Content,
    disclosures: Disclosures,
    private: Private,
    readers: Collection[Audience],
    items: Collection[str] = (),
) -> dict[str, RestrictedForm]:
    """The Form of each release (model/release) of which some readers get something.

    ``content`` and ``private`` must have no errors; ``disclosures`` are composed of the content. ``items`` are the
    sections and items that were asked for, such as ``compute`` or ``compute.amount_exact``; without them, all.
    """
    root = load(FORM).root
    releases = {release.key: release for release in disclosures.releases}
    found: dict[str, RestrictedForm] = {}
    for (model, id_), sources in content.releases.items():
        public, rest = sources.get(FORM), private.forms.get((model, id_))
        own = _asked_for(root, public.data, items) if public else {}
        more = _for_readers(root, _asked_for(root, rest.data, items), readers) if rest else {}
        if not (data := joined(root, own, more)):
            continue
        covers = dict.fromkeys([f"{model}/{id_}", *(public.answers.get("covers").items if public else ())])
        written = compose_data(FORM, data, disclosures.provider, [releases[key] for key in covers])
        language = data.get("language", disclosures.provider.language)
        key = f"models/{model}/{id_}/{FORM}"
        form = RestrictedForm(load(FORM), written, language, key, frozenset(readers), tuple(covers))
        found |= dict.fromkeys(covers, form)
    return found


def _asked_for(root: Field, data: Mapping[str, Any], items: Collection[str]) -> Mapping[str, Any]:
    """The head of a form, and of its items those that were asked for."""
    if not items:
        return data
    kept: dict[str, Any] = {}
    for child in root.children:
        written = data.get(child.key)
        if written is not None and child.kind == "section" and child.key not in items:
            written = {key: value for key, value in written.items() if f"{child.key}.{key}" in items}
        if written is not None:
            kept[child.key] = written
    return kept


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
