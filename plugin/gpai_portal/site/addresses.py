"""Addresses in the site. They are part of the product: they do not change between builds, and old ones stay."""

from __future__ import annotations

import posixpath

from gpai_portal.content.model import Model, Release
from gpai_portal.publication.records import Revision
from gpai_portal.schema import FORM, POLICY, SAFETY, SUMMARY

#: Last part of the address of each document of a release.
ADDRESS = {SUMMARY: "training-content", FORM: "documentation", SAFETY: "safety-and-security"}

#: What the portal holds, for machines: at the top of the site, and where RFC 8615 has it looked for.
INDEX = "gpai-transparency.json"
WELL_KNOWN = f".well-known/{INDEX}"

#: Pages for downstream providers: what they get and how to ask for it, and where they read it.
DOWNSTREAM = "downstream/"
READER = "downstream/documents/"


def relative(target: str, base: str) -> str:
    """The address of a page or file as seen from the page at ``base`` (an address like ``Page.uri``)."""
    link = posixpath.relpath("/" + target, "/" + base)
    return link + "/" if target == "" or target.endswith("/") else link


def model_uri(model: Model) -> str:
    return f"models/{model.id}/"


def release_uri(release: Release) -> str:
    return f"models/{release.key}/"


def document_uri(release: Release, kind: str) -> str:
    return cover_uri(release.key, kind)


def cover_uri(release: str, kind: str) -> str:
    """Address of a document at one of the releases (model/release) it covers."""
    return f"models/{release}/{ADDRESS[kind]}/"


def home_uri(key: str) -> str:
    """Address of the document that records know by a key; empty for what has no page of its own."""
    if key == POLICY:
        return "copyright/"
    folder, _, kind = key.removeprefix("models/").rpartition("/")
    return cover_uri(folder, kind) if kind in ADDRESS else ""


def revision_uri(revision: Revision) -> str:
    """Permanent address of a published revision."""
    return f"{home_uri(revision.key)}r{revision.number}/"
