"""Ways to decide a question about the page that readers see. Without a built site (``--site``) a person has to look."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from gpai_portal.audit.findings import Finding, no, partly, person, share, yes
from gpai_portal.audit.page import Page, read_utf8
from gpai_portal.audit.registry import way
from gpai_portal.audit.rubric import Question
from gpai_portal.audit.subject import LINK, Subject, wordless
from gpai_portal.content.answers import Domains
from gpai_portal.errors import quoted
from gpai_portal.phrases import phrases
from gpai_portal.publication.offered import digest
from gpai_portal.publication.records import canonical
from gpai_portal.schema import GROUPS

#: Decides a question with the page at hand.
_OfPage = Callable[[Subject, Question, Page], Finding]


def _of_page(decide: _OfPage) -> _OfPage:
    """Registers a way that needs a page, unless there is nothing that it could show: an answer that is not given."""

    def look(subject: Subject, question: Question) -> Finding:
        if question.fields and not any(subject.is_told(path) for path in question.fields):
            return no("not answered, so that no page can show it")
        if subject.page is None:
            return person(subject.unseen)
        return decide(subject, question, subject.page)

    look.__name__ = decide.__name__
    way(look)
    return decide


@_of_page
def page_findable(subject: Subject, question: Question, page: Page) -> Finding:
    """The page can be found: indexed, described, and in the site map. Whether it is found only a search shows."""
    if "noindex" in page.meta.get("robots", ""):
        return no("search engines are told not to index the page (noindex)")
    if not page.title.strip() or not page.meta.get("description"):
        return no("the page has no title, or no description")
    site_map = page.site / "sitemap.xml"
    if not site_map.is_file() or not page.canonical or page.canonical not in read_utf8(site_map):
        return no("the page is not in the site map")
    return person("title, description and site map are there; whether it is found a search has to show", presumed=True)


@_of_page
def page_readable(subject: Subject, question: Question, page: Page) -> Finding:
    """The page reads without script and with assistive technology: language, one main heading, heads of tables."""
    if not page.language:
        return no("the page does not say its language")
    mains = sum(level == 1 for level, _ in page.headings)
    if mains != 1:
        return no(f"the page has {mains} main headings")
    if not all(page.tables):
        return no("a table has no heads")
    return yes("plain HTML with its language, one main heading, and heads for each table")


@_of_page
def page_in_order(subject: Subject, question: Question, page: Page) -> Finding:
    """Every numbered section of the form is a heading of the page, in official order."""
    asked = [f.number for f in subject.document.schema.fields() if f.number]
    found = [match[0] for _, text in page.headings if (match := re.match(r"\d+\.(\d+\.)*", text.strip()))]
    shown = [number for number in found if number in asked]
    missing = [number for number in asked if number not in shown]
    if missing:
        return no(f"section {missing[0]} is missing")
    return yes(f"{len(asked)} sections in order") if shown == asked else no("sections are in another order")


@_of_page
def page_shows(subject: Subject, question: Question, page: Page) -> Finding:
    """The page names the provider, and shows the answers to some fields."""
    told = [subject.disclosures.provider.name in page.text]
    told += [page.shows(_id(path), subject.answer(path).text) for path in question.decide["answers"]]
    return share(sum(told), len(told), "are shown: provider, " + ", ".join(question.decide["answers"]))


@_of_page
def page_hash(subject: Subject, question: Question, page: Page) -> Finding:
    """The page prints the SHA-256 of what was published last, and links the record it stands in."""
    if not subject.published:
        return no("it was never published, so that no record has its hash")
    wanted = digest(canonical(subject.published[-1].data))
    for link in page.links:
        file = page.target(link.href) if re.search(r"records/\d+\.json$", link.href) else None
        if wanted in page.text and file and file.is_file() and wanted.encode() in file.read_bytes():
            return yes(f"SHA-256 and {file.name}")
    return no("the hash of what was published last does not stand on the page, with its record")


@_of_page
def page_for_machines(subject: Subject, question: Question, page: Page) -> Finding:
    """The page links the same as JSON, and the file is there and reads."""
    if page.twin is None:
        return no("no JSON is linked")
    file = page.target(page.twin.href)
    try:
        json.loads(file.read_bytes() if file else b"")
    except (OSError, ValueError):
        return no(f"{page.twin.href} is not there, or no JSON")
    return yes(f"links {page.twin.href}")


@_of_page
def page_to_share(subject: Subject, question: Question, page: Page) -> Finding:
    """Each version has an address of its own, and there is a PDF file."""
    versions = [link for link in page.links if re.search(r"(^|/)r\d+(/|\.)", link.href) and page.leads(link.href)]
    file = [link for link in page.links if link.href.endswith(".pdf") and page.leads(link.href)]
    if versions and file:
        return yes(f"{versions[0].href} and {file[0].href}")
    if versions or file:
        return partly("there is no PDF file" if versions else "this version has no address of its own")
    return no("neither an address of this version nor a PDF file")


@_of_page
def page_says(subject: Subject, question: Question, page: Page) -> Finding:
    """Words of some groups stand on the page, in its language, beside the answers."""
    sections = [f.key for f in subject.document.schema.root.children if f.kind in GROUPS]
    text = page.beside(sections)
    known = phrases(page.language)
    if not page.language or not known.keys() >= set(question.decide["words"]):
        return person(wordless(page.language))
    words = [match[0] for name in question.decide["words"] for match in known[name].found(text)]
    return yes(f"says {quoted(words[0])}") if words else no("none of the words that would tell it were found")


@_of_page
def page_announces(subject: Subject, question: Question, page: Page) -> Finding:
    """A link that readers see leads to where changes are announced: a feed, or the address that the provider gives."""
    told = subject.disclosures.provider.announcements
    for link in page.links:
        if link.in_body and ((told and link.href == told) or (link.href.endswith(".atom") and page.leads(link.href))):
            return yes(f"links {link.href}")
    return no("no link to a feed, or to where changes are announced")


@_of_page
def page_address(subject: Subject, question: Question, page: Page) -> Finding:
    """The permanent address is printed on the page."""
    if not page.canonical:
        return no("the page has no permanent address; set site_url")
    return yes(f"prints {page.canonical}") if page.canonical in page.text else no("its address is not printed")


@_of_page
def page_versions(subject: Subject, question: Question, page: Page) -> Finding:
    """Every revision that was published here is listed on the page."""
    wanted = len(subject.published)
    if not wanted:
        return no("it was never published, so that no version is listed")
    found = {m[1] for link in page.links if link.in_body and (m := re.search(r"(?:^|/)r(\d+)(?:/|\.)", link.href))}
    missing = [str(n) for n in range(1, wanted + 1) if str(n) not in found]
    return no(f"revision {missing[0]} is not linked") if missing else yes(f"{wanted} revisions are linked")


@_of_page
def page_answer(subject: Subject, question: Question, page: Page) -> Finding:
    """The answer stands on the page as text: each longer word of it."""
    shown = page.texts.get(_id(question.fields[0]), "").casefold()
    text = LINK.sub(" ", " ".join(subject.texts(question.fields[:1]))).casefold()
    missing = [word for word in re.findall(r"\w{4,}", text) if word not in shown]
    return no("does not stand on the page") if missing or not shown.strip() else yes("stands on the page as text")


@_of_page
def page_rows(subject: Subject, question: Question, page: Page) -> Finding:
    """Each row of a table has one on the page."""
    rows = len(subject.rows(question.fields[0]))
    shown = page.rows.get(_id(question.fields[0]), 0)
    return yes(f"{rows} in rows of their own") if rows and shown >= rows else no("there is no list on the page")


@_of_page
def page_list(subject: Subject, question: Question, page: Page) -> Finding:
    """A list of domain names stands on the page, or in a file that is linked from it."""
    value = subject.answer(question.fields[0]).value
    if not isinstance(value, Domains) or value.is_vague:
        return no("no domain name is listed")
    if value.told and page.rows.get(_id(question.fields[0]), 0) >= len(value.told):
        return yes(f"{len(value.told)} names on the page")
    for link in page.links:
        if value.file and link.href.rpartition("/")[2] == value.file and page.leads(link.href):
            return yes(f"links {link.href}")
        if value.url and link.href == value.url:
            return person(f"the list is at {value.url}", presumed=True)
    return no("neither on the page nor in a file that is linked from it")


def _id(path: str) -> str:
    return path.replace(".", "-").replace("_", "-")
