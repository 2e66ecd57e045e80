"""Which places of the site are the portal's, so that nothing else is written there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from gpai_portal.names import SEALED
from gpai_portal.publication.records import FOLDER
from gpai_portal.site.addresses import WELL_KNOWN
from gpai_portal.site.hosting import CHECKSUMS


class Destinations:
    """Places of files in a site, compared without regard to case, since on macOS and Windows ``Copyright/`` is the
    folder ``copyright/``."""

    def __init__(self, uris: Iterable[str]) -> None:
        """``uris`` are the portal's pages and files; what the last step of a build writes is known here."""
        self._files = {uri.casefold(): uri for uri in (*uris, WELL_KNOWN, CHECKSUMS)}
        folders = {folder for uri in self._files.values() for folder in PurePosixPath(uri).parents}
        self._folders = {str(folder).casefold(): f"{folder}/" for folder in folders}

    def taken(self, uri: str) -> str:
        """The page or file of the portal that another file at ``uri`` would replace or leave no place for; empty if
        there is none. The folders of records and of the sealed set hold nothing else, but for a page on them."""
        path = PurePosixPath(uri.casefold())
        for place in (path, *path.parents):
            if found := self._files.get(str(place)):
                return found
        if path.parts[0] in {SEALED, FOLDER} and path.parts[1:] not in {(), ("index.html",)}:
            return f"{path.parts[0]}/"
        return self._folders.get(str(path), "")
