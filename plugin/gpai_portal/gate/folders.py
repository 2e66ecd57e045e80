"""What the provider has on its machine: the public content and the private folder, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.content.folder import Content
from gpai_portal.gate.documentation import Documentation, documentation
from gpai_portal.gate.private import Private
from gpai_portal.gate.private_files import refuse_errors
from gpai_portal.gate.reading import read_private
from gpai_portal.names import SEALED
from gpai_portal.publication.kept import valid_content


@dataclass(frozen=True)
class ProviderFolders:
    """Content and private folder, both without errors.

    ``day`` is the day on which dates and accesses are judged, ``warnings`` the number of warnings about the private
    folder.
    """

    content: Content
    private: Private
    day: date
    warnings: int

    @property
    def sealed(self) -> Path:
        """Where the sealed set lies, or will lie: a folder in the content folder."""
        return self.content.folder / SEALED

    def documentation(self, language: str) -> Documentation:
        """What downstream providers get. ``language`` is the code of a language of the interface."""
        return documentation(self.content, self.private, language)


def read_provider_folders(content: Path, private: Path, day: date) -> ProviderFolders:
    """Reads and checks both folders.

    Raises UsageError if one of them is not there, RecordError if the records do not hold, ContentError or SealingError,
    with every problem, if one of them has errors.
    """
    read = valid_content(content, day)
    hidden, report = read_private(private, read, day)
    refuse_errors(report)
    return ProviderFolders(read, hidden, day, len(report.warnings))
