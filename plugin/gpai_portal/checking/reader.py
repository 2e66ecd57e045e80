"""What rules need of one file: its answers, and problems at their place. And rules that several documents share."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from gpai_portal.checking.answers import is_transcription
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import Answer, Path_, Status
from gpai_portal.content.folder import Content
from gpai_portal.content.labels import LAST_UPDATE, PREVIOUS_VERSIONS, label_of
from gpai_portal.content.law import protocols
from gpai_portal.content.source import Source, dotted
from gpai_portal.errors import Problem
from gpai_portal.phrases import NOTHING, Group, phrases
from gpai_portal.schema import RELEASE, load


@dataclass(frozen=True)
class Reader:
    """One file of the content, with the answers in it."""

    source: Source
    content: Content

    @property
    def file(self) -> str:
        """Path for messages."""
        return self.content.relative(self.source.file)

    def get(self, *path: str) -> Answer:
        """The answer to a field; missing if there is none."""
        return self.source.answers.get(*path)

    @property
    def transcribed(self) -> bool:
        """Whether the file repeats what somebody else published."""
        return is_transcription(self.source, self.content)

    @cached_property
    def language(self) -> str:
        """Tag of the language it is written in; empty if neither it nor provider.yaml says."""
        provider = self.content.provider
        return self.get("language").text or (provider.answers.get("language").text if provider else "")

    def phrases(self, name: str) -> Group:
        """A group of phrases in its language; one without any if nobody has written them."""
        return phrases(self.language).get(name, NOTHING)

    @cached_property
    def texts(self) -> Sequence[tuple[Path_, Path_, str]]:
        """Its texts, those in rows too: path of the field, place of the text, the text."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[tuple[Path_, Path_, str]]:
        for entry in self.source.entries:
            answer = entry.answer
            if entry.field.kind == "text" and answer.text:
                yield entry.field.path, answer.path, answer.text
            if answer.prose or (answer.reason and answer.status is Status.ANSWERED):
                yield entry.field.path, answer.path, "\n\n".join(filter(None, (answer.prose, answer.reason)))
            if answer.status is Status.AS_STATED:
                yield entry.field.path, answer.path, answer.as_stated
            columns = [column.key for column in entry.field.columns if column.kind == "text"]
            for row in answer.rows if columns else ():
                for key in columns:
                    if (cell := row.cells.get(key)) and cell.text:
                        yield entry.field.path, cell.path, cell.text

    def problem(self, code: Code, path: Path_, message: str, advice: str, severity: Severity | None = None) -> Problem:
        """A problem at a place in the file; as severe as its code if nothing else is said."""
        file, line, column = self.source.place(path, self.file)
        severity = severity or code.severity_in(self.transcribed)
        return Problem(code, file, message, advice, line, column, dotted(path), severity)


def contradiction(reader: Reader, earlier: Answer, later: Answer, path: Path_, message: str) -> Iterator[Problem]:
    """Two dates that are in the wrong order whichever days they mean; none of them need be there."""
    first, last = earlier.earliest, later.latest
    if first and last and last < first:
        yield reader.problem(Code.DATE_ORDER, path, message, "correct one of the two dates")


def did_you_mean(word: str, known: list[str], otherwise: str) -> str:
    """Advice for a name that does not exist: the nearest one, else what is given as ``otherwise``."""
    guess = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {guess[0]}?" if guess else otherwise


def protocol(reader: Reader, code: object, path: Path_) -> Iterator[Problem]:
    """A code of an opt-out protocol stands in the registry."""
    known = list(protocols())
    if isinstance(code, str) and code not in known:
        message = f"there is no opt-out protocol {code!r} in the registry"
        advice = did_you_mean(code, known, "choose one of: " + ", ".join(known))
        yield reader.problem(Code.UNKNOWN_PROTOCOL, path, message, advice)


def unknown_releases(reader: Reader, *path: str) -> Iterator[Problem]:
    """Releases that a file names exist."""
    answer = reader.get(*path)
    if not answer.items:
        return
    known = [f"{m}/{r}" for m, r in reader.content.releases]
    known += [f"{model}/*" for model in reader.content.models]
    for index, name in enumerate(answer.items):
        if isinstance(name, str) and name not in known:
            advice = did_you_mean(name, known, "known: " + (", ".join(known) or "none"))
            message = f"there is no release {name!r}"
            yield reader.problem(Code.UNKNOWN_RELEASE, (*answer.path, index), message, advice)


def last_update(reader: Reader, as_of: date) -> Iterator[Problem]:
    """A document was not changed last after the day of the check."""
    for key in LAST_UPDATE:
        updated = reader.get(key).day
        if updated and updated > as_of:
            message = f"last updated on {updated}, after {as_of}"
            yield reader.problem(Code.DATE_IN_FUTURE, (key,), message, "correct the date, or give --as-of DATE")


#: The number in the label of a version: "Version #2", "v1.0", "V.1"; no date such as 2026-05.
_NUMBER = re.compile(r"(?i)[^\d]*?((?:\d{1,3})(?:\.\d{1,3})*)[^\d]*\Z")

#: A version within a name: that of Text 1.5 or text-v1.5-7b, where 7b is a size.
_VERSIONS = re.compile(r"(?<![\w.])[vV]?(\d+(?:\.\d+)*)(?![\w.])")


def previous_versions(reader: Reader) -> Iterator[Problem]:
    """Earlier versions are linked, and are earlier. Those that were published here are linked by themselves."""
    answer = reader.get(PREVIOUS_VERSIONS)
    version = reader.get("version").text
    told = answer.rows or answer.written is None or answer.status is Status.UNANSWERED
    if not told and _is_later(version) and not _is_known(reader, version):
        yield reader.problem(
            Code.PREVIOUS_VERSIONS_MISSING,
            (PREVIOUS_VERSIONS,),
            f"version {version!r} is not the first, but no earlier one is linked",
            "list earlier versions with their links, which must stay reachable",
        )
    updated = reader.get("last_update")
    for row in answer.rows:
        dated = row["date"]
        message = f"an earlier version is dated {dated.text}, after this one ({updated.text})"
        yield from contradiction(reader, dated, updated, row["date"].path, message)


def _is_later(version: str) -> bool:
    """Whether the label of a version says by its number that there was one before: 2 or 1.1, but not 1, 1.0 or 0.9."""
    found = _NUMBER.match(version)
    first, *rest = map(int, found[1].split(".")) if found else (0,)
    return first > 1 or (first == 1 and any(rest))


def _is_known(reader: Reader, version: str) -> bool:
    """Whether another version was published here, or the number is that of a model or release it is about."""
    content, source = reader.content, reader.source
    before = content.published.get(content.key(source.file), ())
    if any(label_of(load(source.kind), state.data).version != version for state in before):
        return True
    found = _NUMBER.match(version)
    return found is not None and found[1] in {
        number for name in _subjects(reader) for number in _VERSIONS.findall(name)
    }


def _subjects(reader: Reader) -> Iterator[str]:
    """Names and ids of the models and releases that a document is about."""
    content = reader.content
    place = reader.source.file.parent.relative_to(content.folder).as_posix().removeprefix("models/")
    for key in (place, *reader.get("covers").items):
        model, _, release = str(key).partition("/")
        if sources := content.releases.get((model, release)):
            answers = [source.answers for kind, source in sources.items() if kind == RELEASE]
            answers += [content.models[model].answers] if model in content.models else []
            yield from (model, release, *(answer.get("name").title for answer in answers))
            for answer in answers:
                yield from (row["name"].title for row in answer.get("versioned_names").rows)
