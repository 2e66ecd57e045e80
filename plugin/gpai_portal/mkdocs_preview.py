"""``mkdocs serve``: a build after a change writes only those of our pages that come out otherwise than before.

MkDocs cleans the site away and builds every page anew. Here the site of the build before is put aside meanwhile, the
pages that stay as they are are left out of what MkDocs goes through, and what no build has written is taken away after.
A page stays if its own HTML, the navigation, the configuration and the theme are what they were. Pages that are written
by hand, and all files, are built each time. Other plugins could make a page depend on anything, so only those are
allowed that are known not to.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from gpai_portal.files import write_bytes
from gpai_portal.memory import Memory
from gpai_portal.site.build import Rendered, Site
from gpai_portal.site.page import Page as PortalPage
from gpai_portal.site.rebuilding import Rebuilding
from gpai_portal.site.rendering import Compiled

#: Plugins that make of a page only what it says itself, the navigation and the configuration.
_PAGE_BY_PAGE = frozenset({"gpai-portal", "search", "tags", "macros", "minify", "awesome-nav", "literate-nav"})

#: The index of the search, of which the pages that stay keep their part.
_SEARCH_INDEX = "search/search_index.json"

#: What a page gets while MkDocs reads it, beside what its file says.
_READ = ("markdown", "content", "toc", "meta", "present_anchor_ids")


@dataclass(frozen=True)
class _Written:
    """A page that was written, as MkDocs knew it, and what it was made of."""

    page: Page
    rendered: Rendered


class Preview:
    """What the builds of a server know of the one before. Until ``start`` is called, all is left to MkDocs."""

    def __init__(self) -> None:
        self._started = False
        self._rebuilding: dict[str, Rebuilding] = {}
        self._compiled = Compiled()
        self._memory = Memory()
        self._whole: object = None
        self._aside: Path | None = None
        self._forget()

    def _forget(self) -> None:
        if self._aside:
            shutil.rmtree(self._aside.parent)
        self._on = False
        self._aside = None
        self._nav: Navigation | None = None
        self._written: dict[str, _Written] = {}
        self._rendered: dict[str, Rendered] = {}
        self._files: dict[str, File] = {}
        self._stay: dict[str, Page] = {}
        self._all: Sequence[File] = ()
        self._before: Mapping[str, object] = {}
        self._index: Mapping[str, Any] = {}

    def start(self) -> None:
        """There will be several builds."""
        self._started = True

    def reading(self) -> AbstractContextManager[None]:
        """The content is read, of which most was read for the build before."""
        return self._memory.used() if self._started else nullcontext()

    def begin(self, config: MkDocsConfig) -> None:
        """A build begins, and MkDocs is about to clean the site away."""
        written, index = self._written, self._index
        self._forget()
        self._on = self._started and _PAGE_BY_PAGE.issuperset(_names(config))
        if self._on and written:
            site = Path(config.site_dir)
            aside = Path(tempfile.mkdtemp(dir=site.parent, prefix=f"{site.name}."))
            self._aside = site.rename(aside / site.name)
            self._written, self._index = written, index

    def bring_back(self, config: MkDocsConfig) -> None:
        """MkDocs has cleaned the site away."""
        if self._aside is None:
            return
        site, above = Path(config.site_dir), self._aside.parent
        self._aside.rename(site)
        self._aside = None
        above.rmdir()
        self._before = stamps(site.rglob("*"))

    def leave_out(
        self, sites: Iterable[Site], ours: Mapping[str, File], nav: Navigation, config: MkDocsConfig, files: Files
    ) -> None:
        """The navigation is made: our pages that can stay are hidden from MkDocs, but not from links to them."""
        if not self._on:
            return
        self._nav, self._rendered = nav, {}
        for site in sites:
            rebuilding = self._rebuilding.setdefault(site.portal.prefix, Rebuilding(stamps))
            self._rendered |= rebuilding.render(site)
        self._files = {place: ours[f"{place}index.md"] for place in self._rendered}
        for uri, file in self._files.items():
            before = self._written.get(uri)
            if before and before.rendered is self._rendered[uri] and before.page.file.dest_uri == file.dest_uri:
                page = file.page or Page(None, file, config)
                for name in _READ:
                    setattr(page, name, getattr(before.page, name))
                self._stay[file.src_uri] = page
        every: Callable[..., Sequence[File]] = files.documentation_pages

        def documentation_pages(**options: Any) -> Sequence[File]:
            self._all = every(**options)
            return [file for file in self._all if file.src_uri not in self._stay]

        files.documentation_pages = documentation_pages  # type: ignore[method-assign]

    def rendered(self, page: PortalPage) -> Rendered | None:
        """The HTML of one of our pages, if it is here already."""
        return self._rendered.get(page.place)

    @property
    def staying(self) -> int:
        """How many pages MkDocs does not go through."""
        return len(self._stay)

    def read_rest(self, env: Environment, config: MkDocsConfig, files: Files, navs: Iterable[Navigation]) -> None:
        """The other pages are read, and with them their titles: if anything changed that all pages show, none stays."""
        if self._nav is None:
            return
        env.bytecode_cache = self._compiled
        whole = _whole(navs, config)
        if whole != self._whole:
            for page in self._stay.values():
                _read(page, config, files)
            self._stay.clear()
        self._whole = whole

    def list_all(self, context: TemplateContext) -> TemplateContext:
        """Templates that list all pages list those that stay, too."""
        if self._stay:
            context["pages"] = self._all
        return context

    def end(self, config: MkDocsConfig) -> None:
        """MkDocs has written the other pages."""
        if self._nav is None:
            return
        site = Path(config.site_dir)
        staying = {str(site / page.file.dest_uri) for page in self._stay.values()}
        for name, stamp in stamps(map(Path, self._before.keys() - staying)).items():
            if self._before[name] == stamp:
                _remove(Path(name), site)
        index = self._complete_index(site / _SEARCH_INDEX)
        pages = {uri: file.page for uri, file in self._files.items() if file.page}
        written = {uri: _Written(page, self._rendered[uri]) for uri, page in pages.items()}
        self._forget()
        self._written, self._index = written, index

    def fail(self) -> None:
        """A build failed. If that was before MkDocs cleaned the site away, it still is as it was written last."""
        if self._on:
            self._forget()

    def _complete_index(self, file: Path) -> Mapping[str, Any]:
        """Puts what the search knows of the pages that stay into the new index, in the order of the pages, before it is
        divided by languages."""
        if not file.is_file():
            return {}
        index: Mapping[str, Any] = json.loads(file.read_bytes())
        if not self._stay:
            return index
        staying = {page.url for page in self._stay.values()}
        found: dict[str, list[Any]] = {one.page.url: [] for one in self._all if one.page}
        for entry in (*(old for old in self._index["docs"] if _page_of(old) in staying), *index["docs"]):
            found.setdefault(_page_of(entry), []).append(entry)
        index = {**index, "docs": [entry for entries in found.values() for entry in entries]}
        write_bytes(file, json.dumps(index, separators=(",", ":")).encode())
        return index


def _names(config: MkDocsConfig) -> set[str]:
    """The plugins, by their names in mkdocs.yml; of a hook, the path of its file."""
    return {name.removeprefix("material/") for name in config.plugins}


def _remove(file: Path, site: Path) -> None:
    """Removes a file of a site, and the folders that are empty without it."""
    file.unlink()
    for folder in file.parents:
        if folder == site or any(folder.iterdir()):
            break
        folder.rmdir()


def _page_of(entry: Mapping[str, Any]) -> str:
    location: str = entry["location"].partition("#")[0]
    return location


def _read(page: Page, config: MkDocsConfig, files: Files) -> None:
    """What MkDocs does with every page before any is written."""
    page = config.plugins.on_pre_page(page, config=config, files=files) or page
    page.read_source(config)
    page.markdown = config.plugins.on_page_markdown(page.markdown or "", page=page, config=config, files=files)
    page.render(config, files)
    page.content = config.plugins.on_page_content(page.content or "", page=page, config=config, files=files)


def _whole(navs: Iterable[Navigation], config: MkDocsConfig) -> object:
    """What any page may show: the navigation in each language, the configuration and the theme."""
    settings = {key: repr(value) for key, value in config.items() if key not in {"plugins", "theme", "nav"}}
    plugins = {name: repr(dict(plugin.config)) for name, plugin in config.plugins.items()}
    theme = (
        config.theme.name,
        {key: repr(config.theme[key]) for key in config.theme},
        stamps(_files_of(config.theme.dirs, config.theme.custom_dir)),
    )
    return [list(_items(nav.items)) for nav in navs], settings, plugins, theme


def _items(items: Iterable[StructureItem]) -> Iterable[object]:
    for item in items:
        yield type(item), item.title, getattr(item, "url", None), list(_items(getattr(item, "children", None) or ()))


def _files_of(folders: Iterable[str], own: str | None) -> Iterator[Path]:
    """The files of themes; the thousands of icons of Material, in a hidden folder, apart. ``own`` is the folder of the
    portal itself among them, of which every file counts."""
    for place in folders:
        for folder, below, names in os.walk(place):
            if place != own:
                below[:] = [name for name in below if not name.startswith(".")]
            yield from (Path(folder, name) for name in names)


def stamps(files: Iterable[Path]) -> dict[str, tuple[int, int, int]]:
    """When files were written last, by their paths. Tools set ``mtime`` back, and cannot do so with ``ctime``."""
    found = {}
    for file in files:
        if file.is_file():
            stat = file.stat()
            found[str(file)] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)
    return found
