"""What the plugin says when it refuses to build."""

from __future__ import annotations

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from gpai_portal.errors import PortalError

#: What messages call a setting in words of the command, and what it is called in mkdocs.yml.
_OPTIONS = {"with --content": "as content_dir, an option of the plugin", "give --as-of DATE": "set as_of"}


def refusal(error: PortalError) -> PluginError:
    """A message in the words of mkdocs.yml."""
    message = str(error)
    for flag, option in _OPTIONS.items():
        message = message.replace(flag, option)
    return PluginError(message)


def taken(file: File, uri: str) -> PluginError:
    """A file of somebody else has the address of one of ours."""
    by = f", made by the plugin {file.generated_by}," if file.generated_by else ""
    return PluginError(f"{file.src_uri}{by} takes the address of a generated page or file ({uri}); rename it")
