"""Which pages a portal has: where each lies, what it shows, which file stands behind it.

A ``Page`` is promised before anything is rendered, so that a build can tell if one is missing. Addresses are
part of the product: they do not change between builds, and old ones stay.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gpai_portal.catalogue import Language
from gpai_portal.model import Disclosures, Document, Model, Release
from gpai_portal.schema import FORM, POLICY, SAFETY, SUMMARY

#: Last part of the address of each document of a release.
ADDRESS = {SUMMARY: "training-content", FORM: "documentation", SAFETY: "safety-and-security"}

#: Pages for downstream providers: what they get and how to ask for it, and where they read it.
DOWNSTREAM = "downstream/"
READER = "downstream/documents/"

#: Titles of documents in tabs and lists; the page itself carries the official title.
SHORT_TITLES = {
    SUMMARY: "Training content",
    FORM: "Model documentation",
    SAFETY: "Safety and security",
}


@dataclass(frozen=True)
class Page:
    """A page of the portal.

    ``uri`` is its address below the site's root, "" or ending in a slash. ``trail`` lists the pages above it
    as (title, uri). ``source`` is the file that an edit button opens.
    """

    uri: str
    template: str
    title: str
    description: str
    source: Path
    trail: tuple[tuple[str, str], ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    release: Release | None = None
    search: bool = True

    @property
    def twin(self) -> str:
        """Address of the machine-readable twin; empty where nobody has written a document."""
        return self.uri.rstrip("/") + ".json" if self.document and self.document.source else ""


def relative(target: str, base: str) -> str:
    """The address of a page or file as seen from the page at ``base`` (an address like ``Page.uri``)."""
    link = posixpath.relpath("/" + target, "/" + base)
    return link + "/" if target == "" or target.endswith("/") else link


def model_uri(model: Model) -> str:
    return f"models/{model.id}/"


def release_uri(release: Release) -> str:
    return f"models/{release.key}/"


def document_uri(release: Release, kind: str) -> str:
    return f"{release_uri(release)}{ADDRESS[kind]}/"


def pages(disclosures: Disclosures, as_of: date, language: Language) -> Iterator[Page]:
    """Every page, in the order of the navigation."""
    _ = language.text
    provider = disclosures.provider
    name = provider.name
    home = (_("Home"), "")
    catalogue = (_("Models"), "models/")
    yield Page(
        "",
        "home.html",
        _("Transparency portal"),
        _("What %(provider)s publishes about its general-purpose AI models under the AI Act.", provider=name),
        provider.source.file,
    )
    yield Page(
        "models/",
        "catalogue.html",
        _("Models"),
        _("All general-purpose AI models of %(provider)s and their releases.", provider=name),
        provider.source.file,
        (home,),
    )
    for model in disclosures.models:
        above = (home, catalogue)
        yield Page(
            model_uri(model),
            "model.html",
            model.name,
            _("Releases and documents of %(model)s by %(provider)s.", model=model.name, provider=name),
            model.source.file,
            above,
            {"model": model},
        )
        for release in reversed(model.releases):
            yield from _release(release, as_of, language, name, (*above, (model.name, model_uri(model))))
    if policy := disclosures.policy:
        assert policy.source is not None  # noqa: S101 - a policy is always written
        title = language.label(policy.schema.title)
        yield Page(
            "copyright/",
            "document.html",
            title,
            _("Copyright policy of %(provider)s (AI Act, Art. 53(1)(c)).", provider=name),
            policy.source.file,
            (home,),
            document=policy,
        )
        for uri, template, subtitle, description in (
            (
                "copyright/crawlers/",
                "crawlers.html",
                _("Crawlers and opt-out"),
                _("Crawlers of %(provider)s and how to reserve rights against them.", provider=name),
            ),
            (
                "copyright/complaints/",
                "complaints.html",
                _("Contact and complaints"),
                _("How rightsholders reach %(provider)s and lodge a complaint.", provider=name),
            ),
        ):
            yield Page(
                uri,
                template,
                subtitle,
                description,
                policy.source.file,
                (home, (title, "copyright/")),
                {"policy": policy},
            )
    downstream = (_("For downstream providers"), DOWNSTREAM)
    yield Page(
        DOWNSTREAM,
        "downstream.html",
        downstream[0],
        _("What downstream providers get from %(provider)s, and how to ask for it.", provider=name),
        provider.source.file,
        (home,),
    )
    yield Page(
        READER,
        "reader.html",
        _("Documents for recipients"),
        _("Where recipients read the documentation of %(provider)s.", provider=name),
        provider.source.file,
        (home, downstream),
        search=False,
    )
    yield Page(
        "obligations/",
        "obligations.html",
        _("Obligations"),
        _("Which duties of the AI Act apply to the models of %(provider)s, and since when.", provider=name),
        provider.source.file,
        (home,),
    )


def _release(
    release: Release, as_of: date, language: Language, provider: str, above: tuple[tuple[str, str], ...]
) -> Iterator[Page]:
    _ = language.text
    uri = release_uri(release)
    search = release.state(as_of) in {"planned", "current"}
    trail = (*above, (release.name, uri))
    yield Page(
        uri,
        "release.html",
        release.name,
        _("Documents of %(release)s by %(provider)s.", release=release.name, provider=provider),
        release.source.file,
        above,
        release=release,
        search=search,
    )
    for kind, document in release.documents.items():
        title = language.label(document.schema.title)
        yield Page(
            document_uri(release, kind),
            "document.html",
            f"{title}{_(': ')}{release.name}",
            _(
                "%(document)s for %(release)s by %(provider)s.",
                document=title,
                release=release.name,
                provider=provider,
            ),
            document.source.file if document.source else release.source.file,
            trail,
            document=document,
            release=release,
            search=search,
        )
    yield Page(
        f"{uri}obligations/",
        "release_obligations.html",
        f"{_('Obligations')}{_(': ')}{release.name}",
        _("Which duties of the AI Act apply to %(release)s, and since when.", release=release.name),
        release.source.file,
        trail,
        release=release,
        search=False,
    )


__all__ = [
    "ADDRESS",
    "DOWNSTREAM",
    "POLICY",
    "READER",
    "SHORT_TITLES",
    "Page",
    "document_uri",
    "model_uri",
    "pages",
    "relative",
    "release_uri",
]
