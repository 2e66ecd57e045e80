"""Door 3: facts of the portal in hand-written pages, through mkdocs-macros-plugin.

In mkdocs.yml::

    plugins:
      - gpai-portal
      - macros:
          modules: [gpai_portal.macros]

What a macro returns is text of the data with every character of meaning in Markdown or HTML made harmless, or
links and tables built around it.
"""

from __future__ import annotations

import re
from typing import Any

from gpai_portal.content.model import Model, Release
from gpai_portal.errors import UsageError
from gpai_portal.schema import PROVIDER
from gpai_portal.site.addresses import model_uri, release_uri
from gpai_portal.site.portal import Portal

_SPECIAL = re.compile(r"[^\w\s,;%/]", re.ASCII)


def quote(text: str) -> str:
    """Text as Markdown that shows just this text: marks become character references."""
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};" if m[0].isascii() else m[0], " ".join(text.split()))


def define_env(env: Any) -> None:
    """Called by mkdocs-macros-plugin once a build, before pages are read."""

    def portal() -> Portal:
        plugin = env.conf.plugins.get("gpai-portal")
        if plugin is None or plugin.portal is None:
            raise UsageError("gpai_portal.macros needs the plugin gpai-portal in mkdocs.yml")
        found: Portal = plugin.portal
        return found

    def model_of(name: str) -> Model:
        models = {model.id: model for model in portal().disclosures.models}
        if name not in models:
            raise UsageError(f"there is no model {name!r}; there are: {', '.join(models)}")
        return models[name]

    def link(title: str, uri: str) -> str:
        """Relative to the source of the page that is being written, so that MkDocs checks it."""
        depth = env.page.file.src_uri.count("/")
        return f"[{quote(title)}]({'../' * depth}{uri}index.md)"

    def release_link(release: Release) -> str:
        return link(release.name, release_uri(release))

    @env.macro
    def provider_name() -> str:
        """Name of the provider."""
        return quote(portal().disclosures.provider.name)

    @env.macro
    def latest_release(model: str) -> str:
        """Link to the current release of a model."""
        found = model_of(model).latest(portal().as_of)
        return release_link(found) if found else quote(portal().language.text("none"))

    def placed(release: Release) -> str:
        language, day = portal().language, release.market.answer
        return language.qualifier(day.qualifier) + language.partial_date(release.market_day)

    @env.macro
    def model_table() -> str:
        """Table of all models with their current releases and states."""
        _ = portal().language.text
        rows = [
            f"| {_('Model')} | {_('Current release')} | {_('On the Union market')} |",
            "| --- | --- | --- |",
        ]
        for model in portal().disclosures.models:
            release = model.latest(portal().as_of)
            day = placed(release) if release and release.market_day else ""
            shown = release_link(release) if release else quote(_("none"))
            rows.append(f"| {link(model.name, model_uri(model))} | {shown} | {day} |")
        return "\n".join(rows)

    @env.macro
    def contact(role: str) -> str:
        """How to reach the contact for a role, for example rightsholders."""
        rows = portal().disclosures.provider.contacts(role)
        if not rows and PROVIDER in portal().disclosures.drafts:
            return quote(portal().language.text("Still to be answered"))
        if not rows:
            raise UsageError(f"provider.yaml has no contact with role: {role}")
        ways = [rows[0][key].text for key in ("name", "email", "phone", "url")]
        return quote(", ".join(filter(None, ways)))
