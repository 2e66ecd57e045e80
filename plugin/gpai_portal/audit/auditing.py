"""Putting the questions of a rubric to summaries, and adding up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gpai_portal.audit import conditions, ways, ways_document, ways_page
from gpai_portal.audit.findings import Finding, Verdict, person
from gpai_portal.audit.page import Page, read_page
from gpai_portal.audit.registry import CONDITIONS, WAYS
from gpai_portal.audit.rubric import Question, Rubric
from gpai_portal.audit.subject import Reach, Subject
from gpai_portal.content.composition import compose
from gpai_portal.content.folder import Content
from gpai_portal.content.model import Disclosures, Document, Release
from gpai_portal.errors import ContentError, Problem, Report, UsageError
from gpai_portal.schema import POLICY, PROVIDER, RELEASE, SUMMARY, load
from gpai_portal.site.addresses import home_uri
from gpai_portal.steps import steps

assert conditions, ways  # noqa: S101 - importing them registers what they hold
assert ways_document, ways_page  # noqa: S101


@dataclass(frozen=True)
class Decided:
    """A question with its answer, and the place in a file that it is about."""

    question: Question
    finding: Finding
    file: str
    line: int
    path: str


@dataclass(frozen=True)
class Points:
    """Points of some questions. ``got`` were earned by what a machine can tell, ``presumed`` are those of what a person
    has to judge and evaluators presume; ``open`` is what nothing is said of; ``maximum`` is all that applies."""

    got: float = 0
    presumed: float = 0
    open: float = 0
    maximum: float = 0

    @property
    def lost(self) -> float:
        """What was not earned for certain."""
        return self.maximum - self.got - self.presumed - self.open

    @property
    def percent(self) -> float | None:
        """Share with what is presumed, of what is not open; None if nothing is left."""
        known = self.maximum - self.open
        return 100 * (self.got + self.presumed) / known if known else None


@dataclass(frozen=True)
class Audit:
    """All questions of a rubric, as one summary answers them. ``key`` is model/release, ``title`` the model's name;
    ``note`` says why its page in the site was not looked at."""

    rubric: Rubric
    key: str
    title: str
    file: str
    decided: Sequence[Decided]
    note: str = ""

    def points(self, sections: Iterable[str] = (), dimensions: Iterable[str] = ()) -> Points:
        """The points of some sections and dimensions; of all where none are named."""
        sections, dimensions = set(sections), set(dimensions)
        return points(
            one
            for one in self.decided
            if (not sections or one.question.section in sections)
            and (not dimensions or one.question.dimension in dimensions)
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each verdict was given."""
        return {verdict: sum(one.finding.verdict is verdict for one in self.decided) for verdict in Verdict}


def points(decided: Iterable[Decided]) -> Points:
    """Adds up the weights."""
    got = presumed = open_ = maximum = 0.0
    for one in decided:
        weight, verdict = one.question.weight, one.finding.verdict
        if verdict is Verdict.NOT_APPLICABLE:
            continue
        maximum += weight
        if verdict is Verdict.PERSON:
            presumed += weight if one.finding.presumed else 0
            open_ += 0 if one.finding.presumed else weight
        else:
            got += {Verdict.YES: 1.0, Verdict.PARTLY: 0.5, Verdict.NO: 0.0}[verdict] * weight
    return Points(got, presumed, open_, maximum)


def audit(
    content: Content,
    report: Report,
    rubric: Rubric,
    as_of: date,
    *,
    release: str = "",
    site: Path | None = None,
    reach: Reach | None = None,
) -> list[Audit]:
    """The answers of each summary of a content folder, or of the one that holds for a ``release``, to a rubric.

    ``report`` is what check found in the content. Raises ContentError if there is an error in it, UsageError if there
    is no such summary.
    """
    refuse_unknown(rubric)
    if report.errors:
        raise ContentError(report)
    disclosures = compose(content)
    chosen = list(_summaries(disclosures, release))
    if not chosen:
        raise UsageError(_none(disclosures, release))
    return [
        _one(
            Subject(document, releases, disclosures, content, tuple(report), as_of, *_page(site, document), reach),
            rubric,
            noted=site is not None,
        )
        for document, releases in steps(chosen, "putting questions")
    ]


#: The kind of document that a prefix of a path means.
_FILES = {"": SUMMARY, "provider": PROVIDER, "release": RELEASE, "policy": POLICY}


def refuse_unknown(rubric: Rubric) -> None:
    """Raises UsageError if a rubric names a way, a condition, a field, a section or a dimension that is not there."""
    for question in rubric.questions:
        parts = ({"fields": question.fields}, *question.applies, question.decide)
        fields = [path for part in parts for path in (*part.get("fields", ()), *part.get("at", ()))]
        named = {
            "way": question.decide["way"] in WAYS,
            "condition": all(given["if"] in CONDITIONS for given in question.applies),
            "field": all(map(_is_field, fields)),
            "section": question.section in rubric.sections,
            "dimension": question.dimension in rubric.dimensions,
        }
        if wrong := next((what for what, there in named.items() if not there), ""):
            raise UsageError(f"rubric {rubric.edition}: {question.id} names a {wrong} that is not there")


def _is_field(path: str) -> bool:
    prefix, _, field = path.rpartition(":")
    return not field or load(_FILES[prefix]).find(field) is not None


def _page(site: Path | None, document: Document) -> tuple[Page | None, str]:
    """What was built of a document; or why there is nothing to look at."""
    if site is None:
        return None, "give --site DIR to have the built page looked at"
    page = read_page(site, home_uri(document.key))
    if page is None:
        return None, f"the site has no page {home_uri(document.key)}"
    if other := page.differs(document.data):
        what = f"{other} is another there"
        return None, f"the site is older than the content, or that of another ({what}); build it, and ask again"
    return page, ""


def _summaries(disclosures: Disclosures, release: str) -> Iterator[tuple[Document, Sequence[Release]]]:
    """Each summary once, with the releases it holds for."""
    seen: set[str] = set()
    for one in disclosures.releases:
        document = one.documents.get(SUMMARY)
        if document and document.key not in seen and release in {"", one.key}:
            seen.add(document.key)
            yield document, disclosures.covered(document)


def _none(disclosures: Disclosures, release: str) -> str:
    known = [one.key for one in disclosures.releases if SUMMARY in one.documents]
    told = f"known: {', '.join(known)}" if known else "there is none at all"
    return f"there is no summary of {release!r}; {told}" if release else "there is no summary in the content"


def _one(subject: Subject, rubric: Rubric, *, noted: bool) -> Audit:
    key = subject.document.key.removeprefix("models/").rpartition("/")[0]
    titles = ", ".join(release.name for release in subject.releases)
    decided = [decide(subject, question) for question in rubric.questions]
    return Audit(rubric, key, titles, subject.summary, decided, subject.unseen if noted else "")


def decide(subject: Subject, question: Question) -> Decided:
    """The answer to one question."""
    held = [CONDITIONS[given["if"]](subject, given) for given in question.applies]
    if False in held:
        finding = Finding(Verdict.NOT_APPLICABLE, question.otherwise)
    elif None in held:
        finding = person(subject.wordless)
    else:
        finding = WAYS[question.decide["way"]](subject, question)
    at = finding.at or next(iter(question.fields), "")
    place = (at.file, at.line, at.path) if isinstance(at, Problem) else subject.place(at)
    return Decided(question, finding, *place)
