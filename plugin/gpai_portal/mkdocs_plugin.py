"""Door 1: the MkDocs plugin, the only file that imports mkdocs.

Generated pages reach MkDocs as empty Markdown files with a front matter; their bodies are ready HTML, put in
place after the Markdown stage. So neither Markdown nor Jinja ever reads what comes from data, and other
plugins (search, tags, sitemaps) still see ordinary pages.
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from gpai_portal import dates
from gpai_portal.codes import Severity
from gpai_portal.errors import PortalError
from gpai_portal.markup import Heading, ids
from gpai_portal.schema import schema_folder
from gpai_portal.sealing.policy import is_shallow
from gpai_portal.site.build import STYLESHEET, Rendered, Site
from gpai_portal.site.finishing import finish
from gpai_portal.site.guard import Rules, open_portal, refuse_private
from gpai_portal.site.page import Page, source_uri
from gpai_portal.site.plain import front_matter
from gpai_portal.site.portal import Portal
from gpai_portal.site.rendering import TEMPLATES
from gpai_portal.site.whitespace import trim

log = get_plugin_logger("gpai-portal")

#: Entry of ``nav`` that stands for the generated pages.
NAV_ENTRY = "gpai-portal"

#: Deepest heading in the table of contents.
TOC_LEVEL = 3


class PortalConfig(base.Config):
    """Options of the plugin in mkdocs.yml."""

    content_dir = c.Type(str, default="content")
    """Folder with provider.yaml and models/, relative to mkdocs.yml."""

    language = c.Type(str, default="en")
    """Language of the interface: en or fr."""

    as_of = c.Optional(c.Type((str, date)))
    """Day on which dates are judged; default: SOURCE_DATE_EPOCH, else today."""

    strict_publication = c.Type(bool, default=False)
    """Fail if content differs from what was published last, instead of showing it as a draft."""

    require_sealed = c.Type(bool, default=False)
    """Fail without a sealed set for downstream providers, instead of building a locked page."""

    require_post_quantum = c.Type(bool, default=False)
    """Fail if a recipient's key is not post-quantum, and let browsers make no such key."""

    content_security_policy = c.Type(bool, default=True)
    """Put a strict Content Security Policy into every page of a build."""


class PortalPlugin(BasePlugin[PortalConfig]):
    """Adds the portal's pages to a MkDocs site."""

    def __init__(self) -> None:
        self.portal: Portal | None = None
        self._site: Site | None = None
        self._rendered: dict[str, Rendered] = {}
        self._files: list[str] = []
        self._stubs: tempfile.TemporaryDirectory[str] | None = None
        self._serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """With this event MkDocs keeps the plugin, and what it remembers, between rebuilds of ``mkdocs serve``."""
        self._serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Content is read first, so that a build with errors in it stops before anything is cleaned away."""
        folder = self._content_folder(config)
        copied = [Path(place) for place in (config.docs_dir, config.theme.custom_dir) if place]
        try:
            for problem in refuse_private(folder, copied):
                log.warning("%s", problem)
            self.portal = open_portal(
                folder,
                self._day(),
                self.config.language,
                rules=Rules(
                    self.config.strict_publication, self.config.require_sealed, self.config.require_post_quantum
                ),
                site_url=config.site_url or "",
                index="" if config.use_directory_urls else "index.html",
            )
        except PortalError as error:
            raise PluginError(str(error)) from None
        self._site = Site(self.portal)
        if self.portal.sealed and is_shallow(folder):
            log.info("the history is cut off here, so it cannot tell whether content/sealed is the newest one")
        if warnings := len(self.portal.report.warnings):
            log.info("%d warning%s in the content; see: gpai-portal check", warnings, "s" * (warnings != 1))
        if STYLESHEET not in config.extra_css:
            config.extra_css.append(STYLESHEET)
        return config

    # Late, so that plugins which copy or translate files (i18n at -100) do not take ours for their own.
    @event_priority(-200)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Pages are promised to MkDocs before it builds the navigation."""
        self._rendered = {}
        self._stubs = tempfile.TemporaryDirectory(prefix="gpai-portal-", ignore_cleanup_errors=True)
        for page in self._pages.portal.pages.values():
            self._append(files, self._stub(config, page))
        self._files = []
        for uri, source in self._pages.files():
            self._files.append(uri)
            if isinstance(source, Path):
                file = File.generated(config, uri, abs_src_path=str(source))
            else:
                file = File.generated(config, uri, content=source)
            self._append(files, file)
        written = [file.src_uri for file in files.documentation_pages() if file.generated_by != NAV_ENTRY]
        config.nav = self._nav(config, sorted(written))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Pages of a release are not in the navigation, which would grow with every release; their section is
        made their parent, so that themes show where the reader is."""
        models = next((item for item in nav.items if isinstance(item, Section) and self._is_models(item)), None)
        if models:
            for page in self._pages.portal.pages.values():
                if page.uri.startswith("models/"):
                    file = files.get_file_from_path(source_uri(page))
                    if file and file.page is None:
                        MkDocsPage(None, file, config)
                    if file and file.page and file.page.parent is None:
                        file.page.parent = models
        return nav

    # First, so that every other plugin sees the page as it will be.
    @event_priority(100)
    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """The Markdown stage is over: put the body in place, with its table of contents."""
        promised = self._promised(page)
        if promised is None:
            return html
        rendered = self._pages.render(promised)
        self._rendered[promised.uri] = rendered
        if page.edit_url:
            parts = urlsplit(page.edit_url)
            page.edit_url = parts._replace(path=posixpath.normpath(parts.path)).geturl()
        page.toc = _table_of_contents(rendered.headings)
        page.present_anchor_ids = ids(rendered.body)
        return rendered.body

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Themes have no common place in the head, so it is filled in the finished page."""
        promised = self._promised(page)
        if promised is None:
            return output
        head = self._rendered.pop(promised.uri).head
        if '<meta name="description"' not in output or page.is_homepage:
            output = re.sub(r'<meta name="description"[^>]*>', "", output, count=1)
            head = f'<meta name="description" content="{escape(promised.description)}">\n{head}'
        return trim(output.replace("</head>", f"{head}\n</head>", 1), beside_blocks=True)

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Themes say on 404.html that a page is not there, and leave the reader alone with that."""
        if template_name != "404.html":
            return output_content
        return output_content.replace("</h1>", f"</h1>\n{self._pages.not_found()}", 1)

    # Last: other plugins may still write files before the promise is checked and scripts and checksums are counted.
    @event_priority(-200)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """The site is written, but for what MkDocs cannot know of."""
        self._clean_up()
        promised = [*self._files, *(page.uri + "index.html" for page in self._pages.portal.pages.values())]
        policy = self.config.content_security_policy
        try:
            problems = finish(Path(config.site_dir), promised, published=not self._serving, policy=policy)
        except PortalError as error:
            raise PluginError(str(error)) from None
        for problem in problems:
            if problem.severity is Severity.ERROR:
                raise PluginError(str(problem))
            log.warning("%s", problem)

    def on_build_error(self, *, error: Exception) -> None:
        """Takes the temporary files of a failed build away."""
        self._clean_up()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Data, schemas and templates are sources as much as Markdown is."""
        for folder in (self._content_folder(config), schema_folder(), TEMPLATES):
            server.watch(str(folder))
        return server

    # -- helpers -------------------------------------------------------------------------------------------

    @property
    def _pages(self) -> Site:
        assert self._site is not None  # noqa: S101 - set by on_config
        return self._site

    def _content_folder(self, config: MkDocsConfig) -> Path:
        base_folder = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        return (base_folder / self.config.content_dir).resolve()

    def _day(self) -> date:
        try:
            return dates.parse_day(str(self.config.as_of)) if self.config.as_of else dates.today()
        except PortalError as error:
            raise PluginError(f"as_of: {error}") from None

    def _stub(self, config: MkDocsConfig, page: Page) -> File:
        """An empty Markdown file whose front matter tells themes and plugins what they need.

        It lies on disk because some plugins read the source of every page.
        """
        assert self._stubs is not None  # noqa: S101 - made by on_files
        path = Path(self._stubs.name, page.uri, "index.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front_matter(page), encoding="utf-8")
        file = File.generated(config, source_uri(page), abs_src_path=str(path), inclusion=InclusionLevel.NOT_IN_NAV)
        file.edit_uri = page.source and posixpath.relpath(page.source.as_posix(), Path(config.docs_dir).as_posix())
        return file

    @staticmethod
    def _append(files: Files, file: File) -> None:
        other = files.get_file_from_path(file.src_uri)
        if other is not None and other.generated_by is None:
            raise PluginError(f"{other.src_uri} takes the address of a generated page or file; rename it")
        files.append(file)

    def _nav(self, config: MkDocsConfig, written: list[str]) -> list[Any]:
        """Generated pages in the place of the entry ``gpai-portal``, else first; without a ``nav``, pages
        written by hand follow."""
        generated = self._pages.navigation()
        if config.nav is None:
            return generated + written
        if NAV_ENTRY not in config.nav:
            return generated + list(config.nav)
        at = config.nav.index(NAV_ENTRY)
        return [*config.nav[:at], *generated, *config.nav[at + 1 :]]

    def _promised(self, page: MkDocsPage) -> Page | None:
        if page.file.generated_by is None or not page.file.src_uri.endswith("index.md"):
            return None
        return self._pages.portal.pages.get(page.file.src_uri.removesuffix("index.md"))

    @staticmethod
    def _is_models(section: Section) -> bool:
        return any(
            isinstance(child, MkDocsPage) and child.file.src_uri == "models/index.md" for child in section.children
        )

    def _clean_up(self) -> None:
        if self._stubs is not None:
            self._stubs.cleanup()
            self._stubs = None


def _table_of_contents(headings: tuple[Heading, ...]) -> TableOfContents:
    """Headings nested by their level, below the page's title."""
    top: list[AnchorLink] = []
    open_: list[AnchorLink] = []
    for heading in (h for h in headings if h.level <= TOC_LEVEL):
        link = AnchorLink(heading.title, heading.id, heading.level)
        while open_ and open_[-1].level >= heading.level:
            open_.pop()
        (open_[-1].children if open_ else top).append(link)
        open_.append(link)
    return TableOfContents(top)
