"""What is asked: one summary with the files it takes facts from, its page if there is one, and what ``check`` found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from gpai_portal.audit.names import names
from gpai_portal.audit.page import Page
from gpai_portal.content.answers import ABSENCES, SILENT, Answer, Entry, Period, Row, Status
from gpai_portal.content.counting import discloses_nothing, says_unused
from gpai_portal.content.folder import Content, Published
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.content.source import Source
from gpai_portal.errors import Problem
from gpai_portal.phrases import Group, phrases
from gpai_portal.schema import GROUPS, POLICY, PROVIDER, RELEASE, Field

#: Asks for an address: what is wrong with it, empty if it answered, and the text of the page.
Reach = Callable[[str], tuple[str, str]]

#: Ends of sentences, and of items of lists.
_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+")

LINK = re.compile(r"https?://[^\s<>()\[\]]+")


@dataclass(frozen=True)
class Subject:
    """A summary that questions are put to. ``releases`` are those it holds for, ``problems`` all that check found in
    the content, ``page`` is what was built of it, or ``unseen`` says why there is none to look at; ``reach`` asks for
    addresses and may be missing."""

    document: Document
    releases: Sequence[Release]
    disclosures: Disclosures
    content: Content
    problems: Sequence[Problem]
    as_of: date
    page: Page | None = None
    unseen: str = ""
    reach: Reach | None = None

    # -- fields ------------------------------------------------------------------------------------------------

    def entries(self, path: str) -> list[Entry]:
        """The fields of a path; of ``release:`` one for each release."""
        prefix, _, field = path.rpartition(":")
        keys = field.split(".") if field else []
        policy = self.disclosures.policy
        roots = {
            "": [self.document.root],
            "provider": [self.disclosures.provider.answers],
            "release": [release.answers for release in self.releases],
            "policy": [policy.root] if policy else [],
        }[prefix]
        return [entry for root in roots if (entry := root.entry(*keys))]

    def answer(self, path: str) -> Answer:
        """The answer to the first field of a path; missing if there is none."""
        return next((entry.answer for entry in self.entries(path)), Answer(Status.MISSING))

    def is_told(self, path: str, columns: Sequence[str] = ()) -> bool:
        """Whether a field is answered with something, or stated to be without, where it may be; a prefix alone is told
        if there is the file, and it is no draft. With ``columns``, cells of them are an answer as well as the rest of a
        table is none."""
        if path.endswith(":"):
            return bool(self.entries(path)) and not self.is_draft(path)
        for entry in self.entries(path):
            of_table = [c for c in columns if entry.field.child(c)]
            if of_table:
                if any(is_filled(row[c]) for row in entry.answer.rows for c in of_table):
                    return True
            elif entry.answer.status not in SILENT and not discloses_nothing(entry.field, entry.answer):
                return True
        return False

    def is_draft(self, path: str) -> bool:
        """Whether a prefix alone means a file at the top of the content with open fields, which was never published."""
        return path == "policy:" and POLICY in self.content.open_fields

    def is_own(self, path: str) -> bool:
        """Whether a field is written in the summary itself."""
        field = None if ":" in path else self.document.schema.find(path)
        return field is not None and field.composed is None

    def rows(self, path: str) -> list[Row]:
        """The rows of a table, without those that say that there is nothing of it."""
        return [
            row
            for entry in self.entries(path)
            for row in entry.answer.rows
            if row.state is None and not says_unused(entry.field, row)
        ]

    def texts(self, paths: Iterable[str], columns: Sequence[str] = ()) -> list[str]:
        """What is said in some fields, and in ``columns`` of their tables, or in all of these if none is named."""
        return [text for path in paths for entry in self.entries(path) for text in _said(entry, columns) if text]

    # -- words -------------------------------------------------------------------------------------------------

    def hits(self, text: str, words: Iterable[str], of: Iterable[str] = ()) -> set[str] | None:
        """The different words of some groups, and names ``of`` some kinds, that stand in a text, in small letters; None
        where nobody has written these groups for its language."""
        found: set[str] = set()
        for name in words:
            if (group := self._group(name)) is None:
                return None
            found |= {match[0].lower() for match in group.found(text)}
        for kind in of:
            if (pattern := names(kind, self.document.language)) is None:
                return None
            found |= {match[0].lower() for match in pattern.finditer(text)}
        return found

    def _group(self, name: str) -> Group | None:
        return phrases(self.document.language).get(name)

    @property
    def wordless(self) -> str:
        """Says that words cannot be judged."""
        return wordless(self.document.language)

    # -- what check found --------------------------------------------------------------------------------------

    def found(self, codes: Iterable[str], paths: Sequence[str]) -> list[Problem]:
        """Problems of some codes that check found at some paths; without paths, anywhere in the summary."""
        wanted = {(file, at) for path in paths or ("",) for file, at in self._where(path)}
        return [
            problem
            for problem in self._own_problems
            if problem.code in codes
            and any(problem.file == file and is_within(problem.path, at) for file, at in wanted)
        ]

    @cached_property
    def _files(self) -> dict[str, Source]:
        """Its file and those that it takes facts from, as messages name them."""
        found = [self._source, *self._sources(PROVIDER), *self._sources("policy"), *self._sources(RELEASE)]
        return {self.content.relative(source.file): source for source in found if source}

    @property
    def _source(self) -> Source | None:
        """The file it is written in."""
        model, _, release = self.releases[0].key.partition("/")
        return self.content.releases[model, release].get(self.document.kind)

    @cached_property
    def _own_problems(self) -> Sequence[Problem]:
        """What check found in these files."""
        return [problem for problem in self.problems if problem.file in self._files]

    def _where(self, path: str) -> Iterator[tuple[str, str]]:
        """Files, and paths in them, that the answer of a path comes from."""
        prefix, _, field = path.rpartition(":")
        if prefix:
            yield from ((self.content.relative(source.file), field) for source in self._sources(prefix))
            return
        yield self.summary, field
        entry = self.document.root.entry(*field.split(".")) if field else None
        for one in _composed(entry.field) if entry else ():
            origin = one.composed or {}
            facts = [*origin.get("pick", ()), *origin.get("row", {}).values()]
            facts += [origin[key] for key in ("path", "rows") if key in origin]
            for source in self._sources(origin["file"]):
                yield from ((self.content.relative(source.file), fact) for fact in facts)

    def _sources(self, file: str) -> list[Source]:
        if file == RELEASE:
            return [release.source for release in self.releases]
        source = self.content.portal.get({"provider": PROVIDER, "policy": POLICY}[file])
        return [source] if source else []

    @cached_property
    def summary(self) -> str:
        """The file of the summary, as messages name it."""
        return self.content.relative(self.document.file) if self.document.file else self.document.key

    def place(self, path: str) -> tuple[str, int, str]:
        """File, line and path of a field: the first place where it is written, else where it belongs."""
        found = (self.summary, 0, path)
        for file, at in self._where(path):
            keys = _keys(at)
            if source := self._files.get(file):
                name, line, _ = source.place(keys, file)
                found = (name, line, at)
                if keys in source.positions:
                    break
        return found

    # -- versions ----------------------------------------------------------------------------------------------

    @cached_property
    def published(self) -> Sequence[Published]:
        """What was published of it, first to last."""
        return self.content.published.get(self.document.key, ())

    @cached_property
    def earlier(self) -> list[Row]:
        """The versions before this one that it names itself."""
        return self.rows("previous_versions")

    @property
    def has_earlier(self) -> bool:
        """Whether there were versions before this one, by its own words or by the records: unless it is stated that
        there were none, nobody can rule it out."""
        told = self.answer("previous_versions").status
        return bool(self.earlier) or len(self.published) > 1 or told not in ABSENCES

    # -- its file ----------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The content folder."""
        return self.content.folder


def wordless(language: str) -> str:
    """Says that words of a language cannot be judged."""
    return f"nobody has written the words to look for in the language {language!r}"


def sentences(text: str) -> list[str]:
    """Sentences and items of lists."""
    return [part for part in _ENDS.split(text) if part.strip()]


def is_filled(cell: Answer) -> bool:
    """Whether a cell holds a value that says something."""
    return cell.status is Status.ANSWERED and cell.value not in {None, "", False}


def is_within(path: str, at: str) -> bool:
    """Whether a place lies at a path or below it."""
    return not at or path == at or path.startswith((f"{at}.", f"{at}["))


def _composed(field: Field) -> Iterator[Field]:
    if field.composed:
        yield field
    for child in field.children if field.kind in GROUPS else ():
        yield from _composed(child)


def _keys(path: str) -> tuple[str | int, ...]:
    return tuple(int(k) if k.isdigit() else k for k in re.findall(r"[^.\[\]]+", path))


def _said(entry: Entry, columns: Sequence[str]) -> Iterator[str]:
    answer = entry.answer
    if entry.entries:
        for one in entry.walk():
            yield from _said(one, columns)
        return
    of_table = [column for column in entry.field.columns if not columns or column.key in columns]
    for row in answer.rows:
        yield from (_cell(row[column.key]) for column in of_table)
    if not isinstance(answer.value, tuple) or not answer.rows:
        yield answer.text if isinstance(answer.value, str) else ""
    yield answer.prose
    yield answer.as_stated if answer.status is Status.AS_STATED else ""
    yield answer.reason if answer.status is Status.ANSWERED else ""


def _cell(cell: Answer) -> str:
    parts = [one.value if isinstance(one.value, str) else " ".join(filter(None, _of_size(one))) for one in cell.each]
    return ". ".join(filter(None, [*parts, cell.prose]))


def _of_size(answer: Answer) -> Iterator[str]:
    value = answer.value
    if value is not None and not isinstance(value, Period | bool | tuple | Row):
        yield from (str(getattr(value, name, "")) for name in ("quantity", "unit", "approximate", "remark"))
