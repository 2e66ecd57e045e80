"""From answers to HTML.

Templates know kinds of field (``templates/portal/kinds.html``), never a field. Everything that comes from data
is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Undefined
from jinja2.bccache import Bucket
from jinja2.utils import missing
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from gpai_portal.characters import visible
from gpai_portal.content.amounts import share, states_figure, total_of
from gpai_portal.content.answers import SILENT, Answer, Audience, Described, Other, Row, Status
from gpai_portal.content.comparison import Change
from gpai_portal.content.model import WITHHELD, ComposedDocument
from gpai_portal.content.obligations import all_exempt, on_request
from gpai_portal.documents import all_kinds
from gpai_portal.prose import LINK, inline, is_block, prose
from gpai_portal.prose import parser as make_parser
from gpai_portal.publication.in_force import LEEWAY
from gpai_portal.schema import FORM, SUMMARY, Field, load, read_json
from gpai_portal.site.addresses import (
    DOWNSTREAM,
    LOOKUP,
    READER,
    anchor,
    document_uri,
    home_uri,
    in_force_uri,
    list_uri,
    model_uri,
    placed,
    records_file,
    relative,
    release_uri,
    revision_uri,
)
from gpai_portal.site.comparisons import names_file
from gpai_portal.site.glance import glance, is_gap, kinds_of_data, place_of, short
from gpai_portal.site.language import Language
from gpai_portal.site.letters import letter, mailto
from gpai_portal.site.rows import is_wide, rows_of
from gpai_portal.site.sides import Sides, sides
from gpai_portal.site.tabling import are_records, beside_name, every_row, folds, groups, named_by, parted
from gpai_portal.suffixes import readable

TEMPLATES = Path(__file__).parents[1] / "templates" / "portal"
ASSETS = Path(__file__).parents[1] / "assets"


def _documents() -> MarkdownIt:
    parser = make_parser("commonmark").enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(LINK.match(url)) or not re.match(r"[a-z][a-z0-9+.-]*:|//", url, re.I)  # type: ignore[method-assign]
    return parser


_DOCUMENTS = _documents()


def document(text: str, attachments: Mapping[str, str]) -> Markup:
    """A whole Markdown document (CommonMark with tables, no HTML); its headings begin at level 2 and have ids.

    ``attachments`` maps the files it may link or show to their object ids. Raises ValueError, with the line in its
    ``args``, for a link that leads to any other file.
    """
    tokens = _DOCUMENTS.parse(visible(text))
    seen: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1]) + 1, 6)
            token.tag = f"h{level}"
            if token.nesting == 1:
                slug = re.sub(r"[^\w]+", "-", tokens[index + 1].content.lower()).strip("-") or "section"
                seen[slug] = seen.get(slug, 0) + 1
                token.attrSet("id", slug if seen[slug] == 1 else f"{slug}-{seen[slug]}")
        elif token.type in {"fence", "code_block", "table_open"}:
            token.attrSet("tabindex", "0")  # wide ones scroll, and the keyboard has to get there
        for child in token.children or ():
            if child.type == "link_open" and not LINK.match(href := str(child.attrGet("href"))):
                if not href.startswith("#"):
                    child.attrSet("href", f"#attachment-{_attachment(href, attachments, token.map)}")
            elif child.type == "image":
                child.attrSet("data-attachment", _attachment(str(child.attrGet("src")), attachments, token.map))
                child.attrs.pop("src")
    return Markup(_DOCUMENTS.renderer.render(tokens, _DOCUMENTS.options, {}))


def _attachment(target: str, attachments: Mapping[str, str], lines: Sequence[int] | None) -> str:
    found = attachments.get(unquote(target).removeprefix("./"))
    if found is None:
        raise ValueError((lines or [0])[0] + 1)
    return found


def slug(text: str) -> str:
    """A short name for files and addresses."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "document"


def json_script(text: str) -> Markup:
    """JSON for a script element: no character in it can end the element."""
    for character, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, code)
    return Markup(text)


class _Undefined(Undefined):
    """Keys that data may lack are empty in a template; every other unknown name is an error."""

    def __new__(cls, hint: str | None = None, obj: Any = missing, *rest: Any, **more: Any) -> Any:
        kind = Undefined if isinstance(obj, Mapping) else StrictUndefined
        return kind(hint, obj, *rest, **more)


class Compiled(BytecodeCache):
    """Templates as they were compiled in this process, each by its name and the hash of its text."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja."""
        if code := self._codes.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja."""
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


#: Those of the portal, for all languages and for one build after another.
_COMPILED = Compiled()


class Renderer:
    """Templates of the portal in one interface language.

    ``subject`` says what model/release means: name and address, or None. ``prefix`` is the folder in which the pages of
    the language lie.
    """

    def __init__(
        self,
        language: Language,
        subject: Callable[[str], tuple[str, str] | None] = lambda key: None,
        prefix: str = "",
    ) -> None:
        self.language = language
        self._prefix = prefix
        self._titles: dict[Field, Markup] = {}
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            bytecode_cache=_COMPILED,
            autoescape=True,
            undefined=_Undefined,
            finalize=lambda value: visible(value) if type(value) is str else value,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        states = _common_options("state")
        self._modalities = _common_options("modality_names")
        self.environment.filters.update(
            prose=prose, inline=inline, figure=language.figure, slug=slug, readable=readable
        )
        self.environment.tests.update(
            contains=lambda holder, item: item in holder,
            row=lambda value: isinstance(value, Row),
            of_records=are_records,
            figured=states_figure,
            other=lambda value: isinstance(value, Other),
            described=lambda value: isinstance(value, Described),
            block=is_block,
            silent=lambda answer: answer.status in SILENT,
            public=lambda answer: answer.status not in WITHHELD,
            gap=is_gap,
        )
        self.environment.globals.update(
            _=language.text,
            ngettext=language.plural,
            label=language.label,
            original=language.original,
            day=language.day,
            partial_date=language.partial_date,
            qualifier=language.qualifier,
            thousands=language.number,
            country_name=language.country,
            language_name=language.language,
            foreign=self.foreign,
            state_label=lambda state: language.label(states[state]),
            rows_of=rows_of,
            is_wide=is_wide,
            all_exempt=all_exempt,
            on_request=on_request,
            audience=self.audience,
            modality=self.modality,
            modality_names=self._modalities,
            value=self.value,
            sides=self.sides,
            file=self.file,
            answer=self.answer,
            title_of=self.title_of,
            every_row=every_row,
            subject=subject,
            groups=groups,
            folds=folds,
            named_by=named_by,
            parted=parted,
            beside_name=beside_name,
            records_file=records_file,
            anchor=anchor,
            letter=letter,
            mailto=mailto,
            glance=glance,
            kinds_of_data=kinds_of_data,
            place_of=place_of,
            share=share,
            short=short,
            total_of=total_of,
            field_name=language.field,
            json_text=lambda data: json.dumps(data, ensure_ascii=False),
            form=load(FORM),
            summary=load(SUMMARY),
            short_titles={kind.name: language.label(kind.short_title) for kind in all_kinds()},
            document_uri=document_uri,
            home_uri=home_uri,
            list_uri=list_uri,
            revision_uri=revision_uri,
            release_uri=release_uri,
            in_force_uri=in_force_uri,
            leeway=LEEWAY,
            model_uri=model_uri,
            downstream_uri=DOWNSTREAM,
            reader_uri=READER,
            lookup_uri=LOOKUP,
            names_file=names_file,
            protocols=read_json("registry/opt-out-protocols.json"),
            registry={p["code"]: p for p in read_json("registry/opt-out-protocols.json")["protocols"]},
            registry_as_of=read_json("registry/opt-out-protocols.json")["as_of"],
        )
        self._kinds: Any = self.environment.get_template("kinds.html").module

    def foreign(self, tag: str) -> str:
        """The language of a text, where it is another than that of the interface; else empty."""
        return "" if tag == self.language.code else tag

    def render(self, template: str, **context: object) -> Markup:
        """One template with its context, as HTML."""
        return Markup(self.environment.get_template(template).render(**context))

    def fragment(
        self,
        template: str,
        uri: str,
        *,
        index: str = "",
        document: ComposedDocument | None = None,
        readers: Collection[Audience] = (Audience.PUBLIC,),
        **context: object,
    ) -> Markup:
        """A template with links as seen from ``uri``. Items that are for none of ``readers`` are locked.

        ``index`` is "index.html" where links have to name the file.
        """

        here = placed(uri, self._prefix)

        def url(target: str) -> str:
            link = relative(placed(target, self._prefix), here)
            return link + index if link.endswith("/") else link

        def beside(target: str = uri) -> str:
            """Where the files of a page lie, which are there once for all languages."""
            return relative(target, here).removeprefix("./")

        lang = self.foreign(document.language) if document else ""
        return self.render(template, url=url, beside=beside, lang=lang, document=document, readers=readers, **context)

    def value(self, field: Field, value: Any, lang: str = "", qualifier: str = "") -> Markup:
        """A value by the kind of its field."""
        show: Callable[..., Markup] = getattr(self._kinds, field.kind)
        return show(field, value, lang, qualifier) if field.kind == "date" else show(field, value, lang)

    def file(self, answer: Answer, base: str = "") -> Markup:
        """Where the list of an answer lies as a file, below an address; empty if there is none."""
        shown: Markup = self._kinds.file(answer, base)
        return shown

    def item(self, field: Field, item: Any, lang: str = "") -> Markup:
        """An item of a list, or a row of a table with the names of its columns."""
        shown: Markup = self._kinds.item(field, item, lang)
        return shown

    def sides(self, change: Change, lang: str = "", *files: Mapping[str, str]) -> Sides:
        """Both sides of a change, see ``site/sides.py``."""
        return sides(self, change, lang, *files)

    def answer(self, field: Field, answer: Answer, lang: str = "") -> Markup:
        """An answer with its state, its reason and the words a published document printed."""
        if answer.status is Status.ANSWERED and answer.value is not None and not answer.says_more:
            return self.value(field, answer.value, lang, answer.qualifier)
        shown: Markup = self._kinds.answer(field, answer, lang)
        return shown

    def title_of(self, field: Field) -> Markup:
        """Label of a field, with the English original where it is worth showing beside a translation."""
        found = self._titles.get(field)
        if found is None:
            found = escape(self.language.label(field.title))
            if original := self.language.original(field.title):
                found += Markup(' <span class="gp-original" lang="en">{}</span>').format(original)
            self._titles[field] = found
        return found

    def modality(self, field: Field, modality: str | Other) -> str:
        """Name of a modality, by the labels of the form where it has its own."""
        if isinstance(modality, Other):
            return f"{self.language.label('Other')}{self.language.text(': ')}{modality.name}"
        return self.language.label(field.options.get(modality) or self._modalities[modality])

    def audience(self, audience: tuple[str, ...]) -> str:
        """Who may have an item, in words."""
        _ = self.language.text
        authorities = {
            frozenset({Audience.AIO, Audience.NCAS}): _("For the AI Office and national authorities only"),
            frozenset({Audience.AIO}): _("For the AI Office only"),
            frozenset({Audience.NCAS}): _("For national authorities only"),
        }
        if Audience.DPS in audience:
            return _("For downstream providers: ask for access")
        return authorities[frozenset(Audience(a) for a in audience)]


def _common_options(name: str) -> Mapping[str, str]:
    """Labels of the codes of a definition that all forms share."""
    options: Mapping[str, str] = read_json("common.schema.json")["$defs"][name]["x-options"]
    return options
