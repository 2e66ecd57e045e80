"""What the plugin asks of a theme: to speak the language of the portal, to bring no file that no page asks for, and to
be usable by key and by ear; where Material is not, its pages are mended once they are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from babel import Locale
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.localization import install_translations
from mkdocs.structure.files import Files

from gpai_portal.site.finishing import search_index
from gpai_portal.site.language import Language, languages
from gpai_portal.site.rendering import ASSETS

#: Where Material keeps what its search needs for languages other than English, by file names of lunr-languages.
_LUNR = PurePosixPath("assets/javascripts/lunr")
#: What it needs beside them: for languages that write no spaces, and for any, for several.
_SEGMENTERS = {"ja": "tinyseg.js", "hi": "wordcut.js", "th": "wordcut.js"}

#: Name of the title of a page as a place on it, where it has none yet.
TITLE_ID = "gp-title"

#: Address of the script that lets Material's search wait.
SEARCH = "assets/gpai-portal-search.js"

#: The script of Material on a page, behind the address of the site as seen from there.
_BUNDLE = re.compile(r'(?=<script src="([^"]*)assets/javascripts/bundle\.)')

#: On the same pages: the link that skips what stands before the content, the switch of the menu for narrow screens, the
#: search; and on any page the title.
_SKIP = re.compile(r'(<div data-md-component="skip">).*?(</div>)', re.DOTALL)
_MENU = re.compile(r'(<input class="md-toggle" data-md-toggle="drawer")')
_SEARCH = re.compile(r'(<div class="md-search" data-md-component="search" role="dialog")')
_TITLE = re.compile(r'<h1(?: (?:[^>]*? )?id="([^"]*)"|(?=[ >]))')


def speak(config: MkDocsConfig, language: str) -> str:
    """Has the theme speak a language, unless mkdocs.yml wants another than English, which all themes speak by default.
    Returns what is wrong with that."""
    key = "language" if "language" in config.theme else "locale"
    said = str(config.theme[key])
    if re.split("[-_]", said)[0] == language or language not in languages():  # which is refused under its own name
        return ""
    if said == "en":
        config.theme[key] = language if key == "language" else Locale.parse(language)
        return ""
    return (
        f"theme.{key} is {said}, and the option language of gpai-portal is {language}, so pages say of themselves "
        f"that they are in {said}; give both the same language"
    )


def speak_next(config: MkDocsConfig, env: Environment, language: str) -> None:
    """Has the theme speak the language of the page that is written next."""
    if "language" in config.theme:
        config.theme["language"] = language
    elif config.theme.locale != (locale := Locale.parse(language)):
        config.theme["locale"] = locale
        install_translations(env, locale, config.theme.dirs)


def search_indexes(config: MkDocsConfig, further: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """How Material's search takes the words of the further languages of a portal, by their codes. None for the search
    of other themes, which has one index, and finds the pages of the first language."""
    return {code: _search_settings(config, code) for code in further}


def _search_settings(config: MkDocsConfig, code: str) -> dict[str, Any] | None:
    if "language" not in config.theme:
        return None
    knows = any((Path(place) / _LUNR / f"min/lunr.{code}.min.js").is_file() for place in config.theme.dirs)
    return {"lang": [code]} if knows or code == "en" else {"lang": ["en"], "pipeline": []}


def leave_out(files: Files, config: MkDocsConfig, further: Iterable[str] = ()) -> None:
    """Takes out what a theme brings along and no page asks for: source maps, and languages that are not searched.
    ``further`` are the languages of the portal beside the first."""
    search: Any = next((config.plugins[name] for name in ("material/search", "search") if name in config.plugins), None)
    own = list((search and search.config.get("lang")) or ["en"])
    languages = [*own, *further]
    needed = {_SEGMENTERS[code] for code in languages if code in _SEGMENTERS}
    needed |= {f"min/lunr.{code}.min.js" for code in languages if code != "en"}
    needed |= {"min/lunr.multi.min.js"} if own[1:] else set()
    needed |= {"min/lunr.stemmer.support.min.js"} if needed else set()
    brought = set(config.theme.dirs) - {config.theme.custom_dir}
    for file in list(files):
        place = PurePosixPath(file.src_uri)
        is_language = place.is_relative_to(_LUNR) and place.relative_to(_LUNR).as_posix() not in needed
        if file.src_dir in brought and (place.suffix == ".map" or is_language):
            files.remove(file)


def search_script(files: Files) -> list[tuple[str, Path]]:
    """The script that lets Material's search wait, by its address and its file; none with another theme."""
    has_bundle = any(file.src_uri.startswith("assets/javascripts/bundle.") for file in files)
    return [(SEARCH, ASSETS / "search.js")] if has_bundle else []


def mended(html: str, language: Language, *, further: bool = False) -> str:
    """A page of Material as it is served: its search waits, and readers without sight or a mouse find their way.

    The search has the index of ``language``, if that is a ``further`` one of the portal. The link at its top is on each
    page and leads to the title instead of the first heading behind it; the switch of the menu and the search have
    names. A page of another theme stays as it is.
    """
    _ = language.text
    index = f' data-index="{search_index(language.code)}"' if further else ""
    html = _BUNDLE.sub(rf'<script src="\1{SEARCH}"{index}></script>\n', html, count=1)
    html = _MENU.sub(rf'\1 aria-label="{_("Menu")}"', html, count=1)
    html = _SEARCH.sub(rf'\1 aria-label="{_("Search")}"', html, count=1)
    title = _TITLE.search(html)
    if title is None or not _SKIP.search(html):
        return html
    if not title[1]:
        html = f'{html[: title.end()]} id="{TITLE_ID}"{html[title.end() :]}'
    link = f'<a href="#{title[1] or TITLE_ID}" class="md-skip">{_("Skip to content")}</a>'
    return _SKIP.sub(rf"\1{link}\2", html, count=1)
