"""What is left to do when a builder has written a site: files of its own left out, promises kept, hashes made."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from gpai_portal.errors import PortalError, Problem
from gpai_portal.files import write_bytes
from gpai_portal.names import SEALED
from gpai_portal.site.addresses import INDEX, WELL_KNOWN
from gpai_portal.site.guard import refuse_keys
from gpai_portal.site.head import is_ours
from gpai_portal.site.hosting import size_problems, write_sums
from gpai_portal.site.security_policy import protect


def finish(
    site: Path,
    promised: Mapping[str, bytes | Path | None],
    *,
    published: bool,
    policy: bool,
    address: str = "",
    drafts: Collection[str] = (),
    indexes: Mapping[str, Mapping[str, object] | None] = MappingProxyType({}),
) -> list[Problem]:
    """Finishes the site in a folder. Returns what readers or its host would not get of it.

    ``promised`` are the files that must be there, with their bytes or the file they are copied from; None for pages,
    which other plugins may change. ``address`` is that of the site. The search finds none of the pages of ``drafts``.
    ``indexes`` are the settings of its index in each further language, by its code; None where nothing would ask for
    one. Without ``published`` it is a preview, which has neither the security policy, since its reload runs scripts of
    its own, nor checksums. Raises PortalError if a file
    is missing or is not ours, SealingError if one holds a key.
    """
    for file in (site / SEALED).glob("*.bin"):
        if f"{SEALED}/{file.name}" not in promised:  # of an older set, left by a build that cleaned nothing away
            file.unlink()
    if missing := [uri for uri in promised if not (site / uri).is_file()]:
        raise PortalError(
            f"{len(missing)} promised file(s) are missing from the site, first {missing[0]}; another plugin or a "
            "setting such as exclude_docs has removed them"
        )
    write_bytes(site / WELL_KNOWN, (site / INDEX).read_bytes())
    if drafts or indexes:
        _divide(site / "search/search_index.json", drafts, indexes)
    if not published:
        return []
    refuse_keys(site)
    if replaced := [uri for uri, source in promised.items() if not _is_kept(site / uri, source)]:
        raise PortalError(
            f"{len(replaced)} file(s) of the portal were replaced in the site, first {replaced[0]}; leave them out of "
            "the options of the plugin that writes there, such as redirect_maps"
        )
    problems = protect(site, address) if policy else []
    write_sums(site)
    return [*problems, *size_problems(site)]


def search_index(language: str) -> str:
    """Name of the index of a further language, beside that of the first."""
    return f"search_index.{language}.json"


def _divide(index: Path, drafts: Collection[str], indexes: Mapping[str, Mapping[str, object] | None]) -> None:
    """Takes pages out of the index of a search that, as the one MkDocs brings, cannot be told to leave them out, and
    those of each further language into an index of its own, so that readers find each page once and load it alone."""
    if not index.is_file():
        return
    found = json.loads(index.read_bytes())
    docs = [one for one in found["docs"] if one["location"].partition("#")[0].removesuffix("index.html") not in drafts]
    for language, settings in indexes.items():
        own = [one for one in docs if one["location"].startswith(f"{language}/")]
        docs = [one for one in docs if not one["location"].startswith(f"{language}/")]
        if settings is not None:
            config = {**found["config"], **settings}
            _write_index(index.with_name(search_index(language)), {"config": config, "docs": own})
    if len(docs) < len(found["docs"]):
        found.pop("index", None)  # made of all of them beforehand; without it the browser makes it
        _write_index(index, {**found, "docs": docs})


def _write_index(file: Path, index: Mapping[str, object]) -> None:
    write_bytes(file, json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode())


def _is_kept(file: Path, source: bytes | Path | None) -> bool:
    """Whether a file is what was made, and a page is still the portal's."""
    if source is None:
        return is_ours(file.read_bytes())
    if isinstance(source, Path):
        return filecmp.cmp(file, source, shallow=False)
    return file.read_bytes() == source
