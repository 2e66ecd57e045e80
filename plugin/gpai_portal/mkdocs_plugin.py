"""Door 1: the MkDocs plugin. Only it and the modules ``mkdocs_*`` beside it import mkdocs.

Generated pages reach MkDocs as empty Markdown files with a front matter; their bodies are ready HTML, put in
place after the Markdown stage. So neither Markdown nor Jinja ever reads what comes from data, and other
plugins (search, tags, sitemaps) still see ordinary pages.
"""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils.templates import TemplateContext

from gpai_portal import dates
from gpai_portal.codes import Severity
from gpai_portal.errors import PortalError
from gpai_portal.markup import ids
from gpai_portal.mkdocs_machines import dated, with_head
from gpai_portal.mkdocs_navigation import Menus, table_of_contents
from gpai_portal.mkdocs_options import PortalConfig
from gpai_portal.mkdocs_preview import Preview
from gpai_portal.mkdocs_refusals import refusal, taken
from gpai_portal.mkdocs_theme import leave_out, mended, search_indexes, search_script, speak, speak_next
from gpai_portal.sealing.policy import is_shallow
from gpai_portal.site.build import STYLESHEET, Rendered, Site
from gpai_portal.site.destinations import Destinations
from gpai_portal.site.finishing import finish
from gpai_portal.site.guard import Rules, open_portal, refuse_private
from gpai_portal.site.page import Page, source_uri
from gpai_portal.site.pdf import require_typst
from gpai_portal.site.plain import front_matter
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import TEMPLATES
from gpai_portal.site.whitespace import part, trim
from gpai_portal.steps import shown_on, step

log = get_plugin_logger("gpai-portal")

#: Entry of ``nav`` that stands for the generated pages.
NAV_ENTRY = "gpai-portal"


class PortalPlugin(BasePlugin[PortalConfig]):
    """Adds the portal's pages to a MkDocs site."""

    def __init__(self) -> None:
        self.portal: Portal | None = None
        self._sites: dict[str, Site] = {}
        self._menus: Menus
        self._env: Environment
        self._promises: dict[str, Page] = {}
        self._rendered: dict[str, Rendered] = {}
        self._ours: dict[str, File] = {}
        self._made: dict[str, bytes | Path | None] = {}
        self._serving = False
        self._preview = Preview()
        self._shown = ExitStack()
        self._builds = 0

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """With this event MkDocs keeps the plugin, and what it remembers, between rebuilds of ``mkdocs serve``."""
        self._serving = command == "serve"
        if self._serving and not dirty:
            self._preview.start()

    # Before the search asks the theme for its language.
    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """The stylesheet is promised at once, for plugins that look through the list of stylesheets."""
        self.config.require_one_choice()
        if wrong := speak(config, self.config.spoken[0]):
            log.warning("%s", wrong)
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)
        return config

    # Last before anything is cleaned away: errors in the content leave the old site as it is, and every other plugin
    # has changed the configuration by now.
    @event_priority(-200)
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """The content is read and checked."""
        self._builds += 1
        self._shown.enter_context(shown_on(sys.stderr))
        folder = self._content_folder(config)
        copied = [Path(place) for place in (config.docs_dir, config.theme.custom_dir) if place]
        try:
            if self.config.pdf:
                require_typst()
            for problem in refuse_private(folder, copied):
                log.warning("%s", problem)
            with self._preview.reading():
                self.portal = open_portal(
                    folder,
                    self._day(),
                    *self.config.spoken,
                    rules=Rules(
                        self.config.sealed_by,
                        self.config.strict_publication,
                        self.config.require_sealed,
                        self.config.require_post_quantum,
                    ),
                )
            cut_off = self.portal.sealed is not None and is_shallow(folder)
        except PortalError as error:
            raise refusal(error) from None
        self.portal.printed = self.config.pdf and not self._serving
        if cut_off:
            log.info("the history is cut off here, so it cannot tell whether content/sealed is the newest one")
        if warnings := len(self.portal.report.warnings):
            log.info("%d warning%s in the content; see: gpai-portal check", warnings, "s" * (warnings != 1))
        self._preview.begin(config)

    # Early, so that plugins which list or check files, redirect to them or link them know ours.
    @event_priority(100)
    def _add_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Pages and files are promised to MkDocs, with their addresses by the configuration as it is now."""
        assert self.portal is not None  # noqa: S101 - set by on_pre_build
        leave_out(files, config, self.config.spoken[1:])
        self._preview.bring_back(config)
        self.portal.locate(config.site_url or "", "" if config.use_directory_urls else "index.html")
        self._sites = {edition.prefix: Site(edition) for edition in self.portal.editions}
        self._rendered = {}
        try:
            made = dict([*(file for site in self._sites.values() for file in site.files()), *search_script(files)])
        except PortalError as error:
            raise refusal(error) from None
        pages = [page for site in self._sites.values() for page in site.portal.pages.values()]
        self._promises = {page.place: page for page in pages}
        self._made = {**{f"{place}index.html": None for place in self._promises}, **made}
        found = [self._page_file(config, page) for page in pages]
        for uri, source in made.items():
            if isinstance(source, Path):
                found.append(File.generated(config, uri, abs_src_path=str(source)))
            else:
                found.append(File.generated(config, uri, content=source))
        # Navigation takes any file it finds, however deep it is named and titled; on_nav puts the pages in its place.
        found.append(File.generated(config, NAV_ENTRY, content=b"", inclusion=InclusionLevel.NOT_IN_NAV))
        self._ours = {file.src_uri: file for file in found}
        return self._show_files(files, config=config)

    # While the files are looked through that are translated (i18n) or listed by their folders (literate-nav, both at
    # -100), ours are not there: they have their own languages and their own place in the navigation.
    @event_priority(-99)
    def _hide_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        for file in self._ours.values():
            if files.src_uris.get(file.src_uri) is file:
                files.remove(file)
        return files

    @event_priority(-101)
    def _show_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        for file in self._ours.values():
            if (other := files.src_uris.get(file.src_uri)) is not None:
                if not other.inclusion.is_excluded():
                    raise taken(other, file.dest_uri)
                files.remove(other)
            files.append(file)
        return files

    on_files = CombinedEvent(_add_files, _hide_files, _show_files)

    # After plugins that make the navigation anew (awesome-nav at 100), before those that work on it.
    @event_priority(50)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """MkDocs has made its navigation, and ours is put into it. Pages of a release are not in it, since it would
        grow with every release; the section of models is made their parent, so that themes show where readers are."""
        entry = self._ours.pop(NAV_ENTRY)
        files.remove(entry)
        self._refuse_others(files)
        self._menus = Menus(nav, entry, self._ours, config)
        self._menus.fill(self._first)
        self._preview.leave_out(self._sites.values(), self._ours, nav, config, files)
        return nav

    # First, so that every other plugin sees the page as it will be.
    @event_priority(100)
    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """The Markdown stage is over: put the body in place, with its table of contents."""
        promised = self._promised(page)
        if promised is None:
            return html
        rendered = self._preview.rendered(promised) or self._sites[promised.prefix].render(promised)
        self._rendered[promised.place] = rendered
        step("rendering pages", len(self._rendered), self._to_write)
        if page.edit_url:
            parts = urlsplit(page.edit_url)
            page.edit_url = parts._replace(path=posixpath.normpath(parts.path)).geturl()
        page.toc = table_of_contents(rendered.headings)
        page.present_anchor_ids = ids(rendered.body)
        if self._builds > 1:  # the search knows it from the first build
            page.meta["search"] = {"exclude": True}
        return part(rendered.body) if promised.search else rendered.body

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are read, and none is written. Those written by hand have their titles, for the navigation in the
        other languages."""
        self._env = env
        self._menus.translate(self._sites.values())
        self._preview.read_rest(env, config, files, self._menus.all.values())

    # First, before anything is minified; a page that is held back is left to all others before.
    @event_priority(100)
    def _fill_head(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        promised = self._promised(page)
        portal = self._sites[promised.prefix if promised else ""].portal
        output = mended(output, portal.language, further=bool(portal.prefix))
        if promised is None:
            return with_head(output, page, None, "", portal, config)
        head = self._rendered.pop(promised.place).head
        step("writing pages", self._to_write - len(self._rendered), self._to_write)
        return trim(with_head(output, page, promised, head, portal, config), beside_blocks=True)

    @event_priority(-200)
    def _write_once(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """A build within a build (i18n makes one for each further language) leaves our pages as they are."""
        return "" if self._builds > 1 and self._promised(page) else output

    on_post_page = CombinedEvent(_fill_head, _write_once)

    def on_page_context(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Each page has the theme and the navigation in its own language. Templates may list all pages."""
        promised = self._promised(page)
        prefix = promised.prefix if promised else ""
        if self.config.spoken[1:]:
            speak_next(config, self._env, self._sites[prefix].portal.language.code)
            context["nav"] = self._menus.all[prefix]
        return self._preview.list_all(context)

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """So may the map for search engines, which are not told of drafts."""
        context = self._preview.list_all(context)
        if template_name == "sitemap.xml":
            told = (file for file in context["pages"] if self._ours_at(file) not in self._drafts)
            context["pages"] = list(dated(told, self._promised_by, self._first.portal, config))
        return context

    @event_priority(100)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Themes say on 404.html that a page is not there, and leave the reader alone with that."""
        if template_name == "404.html":
            told = output_content.replace("</h1>", f"</h1>\n{self._first.not_found()}", 1)
            return mended(told, self._first.portal.language)
        return output_content

    # Last: other plugins may still write files before the promise is checked and scripts and checksums are counted.
    @event_priority(-200)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """The site is written, but for what MkDocs cannot know of."""
        self._builds -= 1
        if self._builds:
            return
        self._preview.end(config)
        policy = self.config.content_security_policy
        try:
            problems = finish(
                Path(config.site_dir),
                self._made,
                published=not self._serving,
                policy=policy,
                address=config.site_url or "",
                drafts=self._drafts,
                indexes=search_indexes(config, self.config.spoken[1:]),
            )
        except PortalError as error:
            raise PluginError(str(error)) from None
        for problem in problems:
            if problem.severity is Severity.ERROR:
                raise PluginError(str(problem))
            log.warning("%s", problem)
        self._shown.close()

    def on_build_error(self, *, error: Exception) -> None:
        """The next build of ``mkdocs serve`` is not within the failed one."""
        self._builds = 0
        self._shown.close()
        self._preview.fail()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Data and templates are sources as much as Markdown is."""
        for folder in (self._content_folder(config), TEMPLATES):
            server.watch(str(folder))
        return server

    # -- helpers -------------------------------------------------------------------------------------------

    @property
    def _first(self) -> Site:
        """The site in its first language."""
        return self._sites[""]

    @property
    def _drafts(self) -> set[str]:
        return {site.portal.prefix + uri for site in self._sites.values() for uri in site.portal.drafts}

    @property
    def _to_write(self) -> int:
        return sum(len(site.portal.pages) for site in self._sites.values()) - self._preview.staying

    def _content_folder(self, config: MkDocsConfig) -> Path:
        base_folder = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        return (base_folder / self.config.content_dir).resolve()

    def _day(self) -> date:
        try:
            return dates.parse_day(str(self.config.as_of)) if self.config.as_of else dates.today()
        except PortalError as error:
            raise PluginError(f"as_of: {error}") from None

    def _page_file(self, config: MkDocsConfig, page: Page) -> File:
        """An empty Markdown file whose front matter tells themes and plugins what they need.

        It stands for the file that the page shows, so that plugins which ask git for a page's history are told that of
        the data. They take a file that calls itself generated for one of today.
        """
        file = File.generated(config, source_uri(page), content=front_matter(page), inclusion=InclusionLevel.NOT_IN_NAV)
        file.generated_by = None
        file.abs_src_path = str(page.source)
        folder = Path(config.docs_dir).as_posix()
        editable = page.editable and self.config.edit_buttons
        file.edit_uri = posixpath.relpath(page.source.as_posix(), folder) if editable else None
        return file

    def _refuse_others(self, files: Files) -> None:
        """All plugins have added their files; none may be written where ours are."""
        places = Destinations(self._made)
        for file in files:
            ours = self._ours.get(file.src_uri)
            if file is not ours and not file.inclusion.is_excluded() and (uri := places.taken(file.dest_uri)):
                raise taken(file, uri)

    def _promised(self, page: MkDocsPage) -> Page | None:
        return self._promised_by(page.file)

    def _promised_by(self, file: File) -> Page | None:
        place = self._ours_at(file)
        return None if place is None else self._promises.get(place)

    def _ours_at(self, file: File) -> str | None:
        """The place of a page of the portal, by its file; None for any other file."""
        return file.src_uri.removesuffix("index.md") if self._ours.get(file.src_uri) is file else None
