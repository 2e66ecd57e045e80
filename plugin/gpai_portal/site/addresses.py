"""Addresses in the site. They are part of the product: they do not change between builds, and old ones stay.

An address is relative to the site's root, "" or ending in a slash for a page. In a portal of several languages it is
that of the first one; the others have the same pages again, each in a folder of its own. Files are there once.
"""

from __future__ import annotations

import posixpath

from gpai_portal.content.model import Model, Release
from gpai_portal.documents import kind_of, kinds_with_pages
from gpai_portal.publication.records import Revision
from gpai_portal.schema import Field

#: What the portal holds, for machines: at the top of the site, and where RFC 8615 has it looked for.
INDEX = "gpai-transparency.json"
WELL_KNOWN = f".well-known/{INDEX}"

#: Pages for downstream providers: what they get and how to ask for it, and where they read it.
DOWNSTREAM = "downstream/"
READER = "downstream/documents/"

#: Where domain names are looked up in the lists of all releases.
LOOKUP = "domains/"

#: What is known of how accessible the pages are.
ACCESSIBILITY = "accessibility/"


def placed(uri: str, prefix: str) -> str:
    """Where a page lies in a language, by the folder of that language; files lie where they are."""
    return prefix + uri if uri == "" or uri.endswith("/") else uri


def relative(target: str, base: str) -> str:
    """The address of a page or file as seen from the page at ``base``."""
    link = posixpath.relpath("/" + target, "/" + base)
    return link + "/" if target == "" or target.endswith("/") else link


def model_uri(model: Model) -> str:
    """Page of a model."""
    return f"models/{model.id}/"


def in_force_uri(model: Model) -> str:
    """Page of all that was in force of a model, where that is too long for its own."""
    return f"{model_uri(model)}in-force/"


def release_uri(release: Release) -> str:
    """Page of a release."""
    return f"models/{release.key}/"


def document_uri(release: Release, kind: str) -> str:
    """Page of a document of a release."""
    return cover_uri(release.key, kind)


def cover_uri(release: str, kind: str) -> str:
    """Page of a document at one of the releases (model/release) it covers."""
    return f"models/{release}/{kind_of(kind).address}/"


def home_uri(key: str) -> str:
    """Page of the document that records know by a key; empty for what has no page of its own."""
    folder, _, kind = key.rpartition("/")
    if kind not in kinds_with_pages():
        return ""
    return cover_uri(folder.removeprefix("models/"), kind) if folder else f"{kind_of(kind).address}/"


def list_uri(key: str, field: Field) -> str:
    """Page of the list that lies beside a document, which records know by a key, as the answer to a field."""
    return f"{home_uri(key)}{field.key.replace('_', '-')}/"


def anchor(field: Field) -> str:
    """Id of a field on its page."""
    return "-".join(field.path).replace("_", "-")


def records_file(field: Field) -> str:
    """Name of the file with the records of a table, beside the page that shows them."""
    return f"{anchor(field)}.csv"


def revision_uri(revision: Revision) -> str:
    """Permanent address of a published revision."""
    return f"{home_uri(revision.key)}r{revision.number}/"
