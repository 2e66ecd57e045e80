"""What mkdocs.yml can say to the plugin."""

from __future__ import annotations

from datetime import date

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.exceptions import PluginError


class PortalConfig(base.Config):
    """Options of the plugin in mkdocs.yml."""

    content_dir = c.Type(str, default="content")
    """Folder with provider.yaml and models/, relative to mkdocs.yml."""

    languages = c.ListOfItems(c.Type(str), default=[])
    """Languages of the interface. The first has the addresses without a folder, each other one a folder of its own."""

    language = c.Type(str, default="")
    """The language, if there is one only; English by default."""

    as_of = c.Optional(c.Type((str, date)))
    """Day on which dates are judged; default: SOURCE_DATE_EPOCH, else today."""

    strict_publication = c.Type(bool, default=False)
    """Fail if content differs from what was published last, instead of showing it as a draft."""

    sealed_by = c.Type(str, default="")
    """Signing key that content/sealed must be signed by; gpai-portal seal prints it."""

    require_sealed = c.Type(bool, default=False)
    """Fail without a sealed set for downstream providers, instead of building a locked page."""

    require_post_quantum = c.Type(bool, default=False)
    """Fail if a recipient's key is not post-quantum, and let browsers make no such key."""

    content_security_policy = c.Type(bool, default=True)
    """Put a strict Content Security Policy into every page of a build."""

    edit_buttons = c.Type(bool, default=False)
    """Give generated pages the theme's button to edit them, which opens the data file."""

    pdf = c.Type(bool, default=False)
    """Make a PDF file of each document and published version; needs the extra of that name."""

    @property
    def spoken(self) -> list[str]:
        """Codes of the languages, the first one first."""
        return self.languages or [self.language or "en"]

    def require_one_choice(self) -> None:
        """Raises PluginError if both options say which languages there are."""
        if self.language and self.languages:
            raise PluginError("mkdocs.yml gives both language and languages to gpai-portal; leave one of them out")
