"""The Form as chosen readers may have it: public items, and the private ones that are for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from gpai_portal.content.answers import Audience
from gpai_portal.content.composition import compose_data, keep_facts
from gpai_portal.content.folder import Content
from gpai_portal.content.model import ComposedDocument, Disclosures
from gpai_portal.gate.private import Private
from gpai_portal.schema import FORM, PROVIDER, RELEASE, Field, load

#: Fields of the head that say which version of the form this is and for which releases, and nothing about its items.
_STAMP = {"version", "last_updated", "form", "covers"}


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
    """The Form of each release (model/release) of which some readers get something. One is left out as long as its
    public part, or a fact that it takes from another file, is still open.

    ``content`` and ``private`` must have no errors; ``disclosures`` are composed of the content. ``items`` are the
    sections and items that were asked for, such as ``compute`` or ``compute.amount_exact``; without them, all.
    """
    root = load(FORM).root
    releases = {release.key: release for release in disclosures.releases}
    found: dict[str, RestrictedForm] = {}
    for (model, id_), sources in content.releases.items():
        public, rest = sources.get(FORM), private.forms.get((model, id_))
        own = _public(root, public.data, items) if public else {}
        more = _for_readers(root, rest.data, readers, items) if rest else {}
        if not (data := joined(root, own, more)) or is_left_open(disclosures, f"{model}/{id_}"):
            continue
        others = [key for source in (public, rest) if source for key in source.answers.get("covers").items]
        covers = dict.fromkeys([f"{model}/{id_}", *others])
        written = compose_data(FORM, data, disclosures.provider, [releases[key] for key in covers])
        if public:  # what everybody reads names the provider, so this names it as that does
            written = keep_facts(root, written, releases[f"{model}/{id_}"].documents[FORM].data)
        language = data.get("language", disclosures.provider.language)
        key = f"models/{model}/{id_}/{FORM}"
        form = RestrictedForm(load(FORM), written, language, key, frozenset(readers), tuple(covers))
        found |= dict.fromkeys(covers, form)
    return found


def left_open(disclosures: Disclosures) -> list[str]:
    """The releases whose Form reaches no chosen reader yet."""
    return [release.key for release in disclosures.releases if is_left_open(disclosures, release.key)]


def is_left_open(disclosures: Disclosures, release: str) -> bool:
    """Whether something is still open in what the Form of a release (model/release) is made of in public."""
    own = {f"models/{release}/{kind}" for kind in (FORM, RELEASE)}
    return not disclosures.drafts.keys().isdisjoint({PROVIDER, *own})


def _public(root: Field, data: Mapping[str, Any], items: Collection[str]) -> dict[str, Any]:
    """The head of the public part of a form, and of its items those that were asked for."""
    kept, _ = _items(root, data, lambda item: _is_asked_for(item, items))
    return {**_head(root, data), **kept}


def _for_readers(
    root: Field, data: Mapping[str, Any], readers: Collection[Audience], items: Collection[str]
) -> dict[str, Any]:
    """Items asked for that one of the readers may have (``Field.readers``), with version and day of the form.

    Other fields of the head, such as what changed, may speak of any item. They are kept only where every item that is
    written here is kept.
    """

    def is_theirs(item: Field) -> bool:
        return not set(item.readers).isdisjoint(readers) and _is_asked_for(item, items)

    kept, whole = _items(root, data, is_theirs)
    head = {key: value for key, value in _head(root, data).items() if whole or key in _STAMP}
    return {**head, **kept} if kept else {}


def _items(root: Field, data: Mapping[str, Any], keep: Callable[[Field], bool]) -> tuple[dict[str, Any], bool]:
    """The items that are kept, in their sections, and whether that is all of them."""
    alone = {child.key: keep(child) for child in root.children if _is_item(child) and child.key in data}
    kept: dict[str, Any] = {key: data[key] for key, is_kept in alone.items() if is_kept}
    whole = all(alone.values())
    for section in (child for child in root.children if child.kind == "section"):
        written = [item for item in section.children if item.key in data.get(section.key, {})]
        chosen = {item.key: data[section.key][item.key] for item in written if keep(item)}
        whole = whole and len(chosen) == len(written)
        if chosen:
            kept[section.key] = chosen
    return kept, whole


def _head(root: Field, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is written outside the sections and is no item."""
    keys = [child.key for child in root.children if child.kind != "section" and not _is_item(child)]
    return {key: data[key] for key in keys if key in data}


def _is_item(child: Field) -> bool:
    """Whether a field outside the sections is for chosen readers, as items are."""
    return child.kind != "section" and Audience.PUBLIC not in child.audience


def _is_asked_for(item: Field, items: Collection[str]) -> bool:
    return not items or item.path[0] in items or item.dotted in items


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
