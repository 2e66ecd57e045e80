"""Documentation for chosen readers as HTML: what downstream providers get (AI Act, Art. 53(1)(b), Annex XII), and
what authorities get on request (Art. 53(1)(a), Annex XI).

The same documents go into the sealed set, into personal packages and into an export. Private items come in only
through ``merging.restricted_forms`` for the readers asked for, so that nothing for authorities alone is ever sealed.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from gpai_portal.content.answers import Audience, Entry
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.content.model import Disclosures, Release
from gpai_portal.errors import SealingError
from gpai_portal.gate.further_documents import FurtherDocument
from gpai_portal.gate.merging import RestrictedForm, is_left_open, restricted_forms
from gpai_portal.gate.private import Private
from gpai_portal.markup import TOC_LEVEL, headings, sections
from gpai_portal.names import DOCUMENTS
from gpai_portal.schema import FORM
from gpai_portal.sealing.sets import CATALOGUE, SEARCH
from gpai_portal.site.addresses import READER
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import Renderer
from gpai_portal.site.rendering import document as render_markdown
from gpai_portal.steps import steps


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to a document.

    ``name`` is the logical name of its object, ``file_name`` the name that readers see, ``source`` where its bytes lie,
    or the bytes themselves.
    """

    name: str
    file_name: str
    source: Path | bytes = field(repr=False)

    @property
    def type(self) -> str:
        """Media type, by the file's name."""
        return mimetypes.guess_type(self.file_name)[0] or "application/octet-stream"

    def read(self) -> bytes:
        """The bytes, read anew each time: large files need not be in memory together. Raises OSError."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


@dataclass(frozen=True)
class Item:
    """One document.

    ``name`` is the logical name of its object, ``updated`` the day of its last change, ``language`` the tag of its
    language, ``groups`` the titles it is listed under, ``releases`` the keys (model/release) of the releases it is
    about, none for all. ``render`` gives the HTML; it is called with a function from logical names to ids of objects,
    and raises SealingError if a link leads to a file that is no attachment.
    """

    name: str
    title: str
    version: str
    updated: date | None
    language: str
    groups: tuple[str, ...]
    releases: tuple[str, ...]
    render: Callable[[Callable[[str], str]], Markup] = field(repr=False)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Documentation:
    """Everything for some readers: the Forms in the order of models and releases, then further documents by name.

    It holds what is private as well, and is no ``Portal``: nothing that writes public files takes it. ``provider`` is
    the name of the provider, ``releases`` are the names of its releases in the order of lists, ``open_forms`` those by
    model/release whose Form is left out, since its public files have open fields.
    """

    provider: str
    language: Language
    releases: tuple[str, ...]
    items: tuple[Item, ...]
    open_forms: Mapping[str, str] = field(default_factory=dict)

    def left_out(self, releases: Collection[str] | None = None) -> list[str]:
        """A sentence for each Form that is left out, of some releases (model/release) or of all."""
        _ = self.language.text
        found = [name for key, name in self.open_forms.items() if releases is None or key in releases]
        return [
            _("%(release)s: its Model Documentation Form has open fields and is left out.", release=r) for r in found
        ]

    def about(self, item: Item) -> str:
        """Version and day of a document, in words of the interface; empty if it has neither."""
        words = self.language
        day = words.day(item.updated) if item.updated else ""
        return ", ".join(
            part for part in (f"{words.text('version')} {item.version}" if item.version else "", day) if part
        )

    def require_renderable(self) -> None:
        """Renders every document once, as a seal would. Raises SealingError for the first that cannot be rendered."""
        for item in self.items:
            item.render(str)

    def payloads(self, object_id: Callable[[str], str]) -> Iterator[tuple[str, bytes]]:
        """Logical name and bytes of every object of the sealed set, one after another; the catalogue comes last.

        ``object_id`` gives the id under which an object is sealed, from its logical name. Raises SealingError for a
        document that cannot be rendered.
        """
        search: list[dict[str, str]] = []
        for item in steps(self.items, "sealing documents"):
            html = str(item.render(object_id))
            toc = [h for h in headings(html) if h.level <= TOC_LEVEL]
            data = {
                "title": item.title,
                "language": item.language,
                "html": html,
                "toc": [{"level": h.level, "id": h.id, "title": unescape(h.title)} for h in toc],
            }
            yield item.name, _json(data)
            for attachment in item.attachments:
                yield attachment.name, attachment.read()
            group = item.groups[0]
            for heading, text in sections(html, toc):
                section, anchor = (unescape(heading.title), heading.id) if heading else ("", "")
                entry = {"id": object_id(item.name), "anchor": anchor, "title": item.title}
                search.append({**entry, "group": group, "section": section, "text": text})
        yield SEARCH, _json(search)
        yield CATALOGUE, _json(self._catalogue(object_id))

    def _catalogue(self, object_id: Callable[[str], str]) -> dict[str, Any]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for item in self.items:
            entry = {
                "id": object_id(item.name),
                "title": item.title,
                "about": self.about(item),
                "language": item.language,
                "attachments": [
                    {"id": object_id(a.name), "name": a.file_name, "type": a.type, "size": len(a.read())}
                    for a in item.attachments
                ],
            }
            for group in item.groups:
                groups.setdefault(group, []).append(entry)
        titles = self.releases
        ordered = sorted(groups, key=lambda title: titles.index(title) if title in titles else -1)
        return {
            "format": 1,
            "provider": self.provider,
            "groups": [{"title": title, "documents": groups[title]} for title in ordered],
        }


def documentation(
    content: Content,
    private: Private,
    language: str,
    readers: tuple[Audience, ...] = (Audience.DPS,),
    items: Collection[str] = (),
) -> Documentation:
    """What some readers get, from content and private folder without errors.

    ``language`` is the code of a language of the interface. ``items`` are the sections and items of the Form that were
    asked for, such as ``compute`` or ``compute.amount_exact``; without them, all.
    """
    disclosures = compose(content)
    renderer = Renderer(Language(language))
    forms = restricted_forms(content, disclosures, private, readers, items)
    releases = [release for model in disclosures.models for release in reversed(model.releases)]
    seen: dict[str, Item] = {}
    for release in releases:
        form = forms.get(release.key)
        if form and form.key not in seen:
            covered = [r for r in disclosures.releases if r.key in form.covers]
            seen[form.key] = _form(renderer, release, form, covered, items)
    further = (_further(renderer.language, disclosures, d) for d in private.documents if d.audience & set(readers))
    names = tuple(release.name for release in releases)
    open_forms = {release.key: release.name for release in releases if is_left_open(disclosures, release.key)}
    found = (*seen.values(), *further)
    return Documentation(disclosures.provider.name, renderer.language, names, found, open_forms)


def _form(
    renderer: Renderer, release: Release, form: RestrictedForm, covered: list[Release], items: Collection[str]
) -> Item:
    """The Form of a release, once where one form covers several."""

    def render(object_id: Callable[[str], str]) -> Markup:
        return renderer.fragment(
            "sealed_form.html",
            READER,
            document=form,
            root=_extract(form.root, items) if items else form.root,
            covered=covered,
            readers=(Audience.PUBLIC, *form.readers),
        )

    twin = {k: v for k, v in form.data.items() if k not in {"$schema", "publish_beyond_audience"}}
    name = f"form/{release.key}"
    file_name = f"{release.key.replace('/', '-')}-{FORM}.json"
    return Item(
        name,
        renderer.language.label(form.schema.title),
        form.version,
        form.last_update.day,
        renderer.language.code,  # of labels and title; an answer in another language is marked as such
        tuple(r.name for r in covered),
        tuple(r.key for r in covered),
        render,
        (Attachment(f"{name}.json", file_name, _json(twin, indent=2)),),
    )


def _extract(root: Entry, items: Collection[str]) -> Entry:
    """The head of a form and the items that were asked for, without rows for the others."""
    kept = []
    for entry in root.entries:
        if entry.field.kind == "section" and entry.field.dotted not in items:
            asked = tuple(e for e in entry.entries if e.field.dotted in items)
            if asked:
                kept.append(replace(entry, entries=asked))
        elif entry.field.kind != "extra":
            kept.append(entry)
    return replace(root, entries=tuple(kept))


def _further(words: Language, disclosures: Disclosures, document: FurtherDocument) -> Item:
    attachments = {
        name: Attachment(f"attachment/{document.name}/{name}", Path(name).name, path)
        for name, path in document.attachments.items()
    }

    def render(object_id: Callable[[str], str]) -> Markup:
        ids = {name: object_id(attachment.name) for name, attachment in attachments.items()}
        try:
            body = render_markdown(document.body, ids)
        except ValueError as error:
            line = document.first_line + int(error.args[0]) - 1
            raise SealingError(
                f"{DOCUMENTS}/{document.name}:{line}: a link or image leads to a file that is not listed under "
                "attachments: in the head of the document"
            ) from None
        return Markup('<div class="gp"><div class="gp-prose gp-document">{}</div></div>').format(body)

    by_key = {r.key: r.name for r in disclosures.releases}
    groups = tuple(by_key[key] for key in document.releases) or (words.text("All models"),)
    return Item(
        f"document/{document.name}",
        document.title,
        document.version,
        document.updated,
        document.language or disclosures.provider.language,
        groups,
        document.releases,
        render,
        tuple(attachments.values()),
    )


def _json(data: Any, indent: int | None = None) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=indent).encode()
