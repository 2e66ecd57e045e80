"""Documentation as files that stand alone: opened by a recipient, issued to one, or exported for authorities."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from markupsafe import Markup

from gpai_portal.gate.catalogue import Catalogue, DocumentText, ListedAttachment, ListedDocument
from gpai_portal.gate.documentation import Documentation
from gpai_portal.gate.sanitiser import sanitised
from gpai_portal.limits import MAX_NAME
from gpai_portal.names import NOT_PUBLIC
from gpai_portal.sealing.sets import CATALOGUE
from gpai_portal.site.language import Language
from gpai_portal.site.rendering import ASSETS, Renderer, slug
from gpai_portal.steps import steps

INDEX = "index.html"
#: Time of the files in an archive, so that the same content gives the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class StandaloneDocuments:
    """Documents in plaintext, and how they become files that a browser opens without the site.

    ``read`` gives the bytes of an object by its id.
    """

    catalogue: Catalogue
    read: Callable[[str], bytes] = field(repr=False)

    @classmethod
    def of(cls, documentation: Documentation) -> StandaloneDocuments:
        """From documentation that was not sealed. Raises SealingError for a document that cannot be rendered."""

        def object_id(name: str) -> str:
            return hashlib.sha256(name.encode()).hexdigest()[:32]

        objects = {object_id(name): payload for name, payload in documentation.payloads(object_id)}
        return cls(Catalogue.parse(objects[object_id(CATALOGUE)]), objects.__getitem__)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every document and attachment, by id."""
        ids = [document.id for document in self.catalogue.documents]
        ids += [attachment.id for document in self.catalogue.documents for attachment in document.attachments]
        return {id_: hashlib.sha256(self.read(id_)).hexdigest() for id_ in ids}

    def files(
        self,
        language: Language,
        mark: Callable[[ListedDocument | None], Sequence[str]] = lambda document: (),
        notes: Sequence[str] = (),
    ) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of every file: a page for each document, its attachments beside it, and a list of all.

        ``mark`` gives the lines that stand on every page of a document, or of the list, for which it is asked with
        None. ``notes`` are the paragraphs at the top of the list. Raises SealingError for a document that is none.
        """
        renderer = Renderer(language)
        style = Markup("\n".join((ASSETS / name).read_text("utf-8") for name in ("gpai-portal.css", "standalone.css")))
        common = {"style": style, "provider": self.catalogue.provider, "not_public": NOT_PUBLIC.decode()}
        listed = []
        for number, document in enumerate(steps(self.catalogue.documents, "writing documents"), 1):
            text = DocumentText.parse(self.read(document.id))
            folder = f"{number:02}-{slug(document.title)[:MAX_NAME]}"
            places = _places(document.attachments)
            yield (
                f"{folder}/{INDEX}",
                renderer.render(
                    "standalone.html",
                    **common,
                    title=f"{document.title}: {document.group}",
                    about=document.about,
                    language=text.language,
                    mark=mark(document),
                    body=Markup(sanitised(text.html, places)),
                    home=f"../{INDEX}",
                    attachments=[{"href": places[a.id], "name": a.name} for a in document.attachments],
                ).encode(),
            )
            for attachment in document.attachments:
                yield f"{folder}/{places[attachment.id]}", self.read(attachment.id)
            listed.append({"href": f"{folder}/{INDEX}", "document": document})
        yield (
            INDEX,
            renderer.render(
                "standalone.html",
                **common,
                title=language.text("Documentation"),
                about=self.catalogue.provider,
                language=language.code,
                mark=mark(None),
                body=renderer.render("standalone_index.html", listed=listed, notes=notes),
                home="",
                attachments=[],
            ).encode(),
        )


def archive(files: Iterator[tuple[str, bytes]]) -> bytes:
    """The bytes of a ZIP file; the same files in the same order give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for path, data in files:
            entry = zipfile.ZipInfo(path, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)
        target.comment = NOT_PUBLIC
    return buffer.getvalue()


def _places(attachments: Sequence[ListedAttachment]) -> dict[str, str]:
    """The file name of each attachment by its id, none twice and none that leaves the folder."""
    places: dict[str, str] = {}
    for attachment in attachments:
        name = re.sub(r"[^\w.-]+", "_", PurePosixPath(attachment.name).name).lstrip(".")[-MAX_NAME:] or "attachment"
        taken = {place.casefold() for place in (*places.values(), INDEX)}
        places[attachment.id] = next(n for n in _variants(name) if n.casefold() not in taken)
    return places


def _variants(name: str) -> Iterator[str]:
    """The name itself, 2-name, 3-name and so on."""
    yield name
    yield from (f"{number}-{name}" for number in itertools.count(2))
