"""Rules on answers that cannot both be true, within a document and between documents.

Each is a warning, since a person has to say which of the two is wrong, and speaks only where the contradiction is
certain: dates are compared with the precision and the qualifier they have, and silence contradicts nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta

from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import ABSENCES, Answer, Path_, Row
from gpai_portal.dates import last_day
from gpai_portal.errors import Problem
from gpai_portal.schema import POLICY, read_json

#: A summary may be finished some weeks before the model it describes is on the market.
PREPARATION = timedelta(days=31)

#: A crawl of Common Crawl is named after a week near its end (CC-MAIN-2025-26).
DUMP = re.compile(r"CC-MAIN-(20\d\d)-([0-5]\d)")

#: A date in the version of a dataset, such as 2025-06 or v2025-06-01.
VERSION_DATE = re.compile(r"(?<![\d-])(20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?![\d-])")

#: Words that make a date or a dump in a text the border of what was used.
BORDER = re.compile(r"(?i)\b(before|prior|except|excluding|without|not|avant|sauf|hors|sans|pas)\b")

#: A link in prose, with its text.
LINK = re.compile(r"\[[^\]\[]*\]\([^()\s]*\)|<?(?:https?://|www\.|mailto:)[^\s<>]+>?")

#: Words that lead to a link and say nothing of a measure.
LEADING = frozenset(
    """a about all and are at available be can copyright click described describes details document documentation
    find following for found further here in information is it link measures more of on our page please policy
    published refer read see section site summary taken that the these this to us visit we website which
    article au aux consulter d de des dans disponible disponibles droit est et ici la le les lien mesures notre nous
    page pour politique plus publiée publié rubrique savoir se site sont suivant sur trouvent un une veuillez voir
    auteur""".split()  # noqa: SIM905 - a list of words is read more easily as text
)

#: A sentence ends at a mark with a blank behind it, so that robots.txt stands whole.
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")

#: A sentence with one of these may deny what it speaks of, or only imagine it.
DENIAL = re.compile(
    r"(?i)\b(not|no|never|neither|nor|none|without|cannot|would|should|if|future|ne|pas|aucune?|jamais|sans|si)\b"
    r"|n['’]t\b|\bn['’]"
)

#: The provider speaks of crawlers or of crawling of its own.
OWN_CRAWLER = re.compile(
    r"(?i)\bour (?:own )?(?:web )?crawlers?\b|\bwe (?:have |also |then |only )?crawl(?:ed)?\b"
    r"|\b(?:notre|nos) (?:propres? )?(?:robots? d['’](?:exploration|indexation)|crawlers?)\b"
)

#: The provider says that it has no crawlers, without any limitation.
NO_CRAWLER = re.compile(
    r"(?i)\bwe (?:do|did) not (?:operate|run|use|deploy) (?:any )?(?:own )?(?:web )?crawlers? ?(?:[.;]|$)"
    r"|\bnous n['’](?:exploitons|utilisons) (?:aucun|pas de) (?:crawlers?|robots? d['’]exploration) ?(?:[.;]|$)"
)

#: A model, by a name with a number in it, that is said to have made data.
GENERATED = re.compile(
    r"\b(?:generated|synthesi[sz]ed|rewritten|rephrased|distilled|générée?s?|synthétisée?s?)"
    r" (?:by|with|using|from|par|avec) ([A-Z][A-Za-z.-]*(?:[ -][A-Z][A-Za-z.]*)?[ -]?\d[\w.-]*)"
)

#: What labels, filters or tests data does not generate data that a model was trained on.
NOT_TRAINED_ON = re.compile(r"(?i)label|score|classif|annotat|filter|evaluat|benchmark|étiquet|annot|filtr|évalu")

#: How a row of models says that it made data.
TEACHER = re.compile(r"(?i)\b(teacher|data generator|enseignant)\b")


def check_summary_contradictions(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Contradictions of a summary, in itself and with the ``releases`` it holds for."""
    yield from _updated_before_placement(reader, releases, as_of)
    yield from _data_after_placement(reader, releases)
    yield from _dataset_after_acquisition(reader)
    yield from _period_without_start(reader)
    yield from _only_a_link(reader)
    yield from _generator_missing(reader, releases)
    yield from _crawling(reader, releases)


# -- dates -------------------------------------------------------------------------------------------------


def _placements(release: Reader) -> list[Answer]:
    """The days on which a release and its versions were placed on the market."""
    answers = [release.get("union_market_date"), *(row["date"] for row in release.get("versioned_names").rows)]
    return [answer for answer in answers if answer.day]


def _surely_after(later: Answer, earlier: Answer) -> bool:
    """Whether a date lies after another for certain."""
    return bool(
        later.day
        and earlier.day
        and later.qualifier in {"", "not_before"}
        and earlier.qualifier in {"", "not_after"}
        and later.day > last_day(earlier.value)
    )


def _updated_before_placement(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """A document that is on the market with a model was updated for it."""
    updated = reader.get("last_update")
    days = [
        placed.day
        for release in releases
        for placed in _placements(release)
        if placed.day and placed.day <= as_of and _surely_after(placed, updated)
    ]
    if days and updated.day and max(days) - last_day(updated.value) > PREPARATION:
        yield reader.problem(
            Code.UPDATED_BEFORE_PLACEMENT,
            ("last_update",),
            f"last updated in {updated.value}, long before a model it covers was placed on the market ({max(days)})",
            "correct one of the two dates, or update the summary for that model",
        )


def _data_after_placement(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """Data newer than the model can only come from further training."""
    latest = reader.get("general", "characteristics", "latest_acquisition")
    updated = reader.get("last_update")
    if not latest.day or reader.get("general", "characteristics", "continuous_training").says_yes:
        return
    if updated.day and latest.day > updated.day:
        return  # a contradiction of its own, in the document itself
    for release in releases:
        placed = _placements(release)
        if release.get("further_trained").rows or not release.source.is_whole("further_trained"):
            return
        if not release.get("union_market_date").day or not all(_surely_after(latest, day) for day in placed):
            return
    yield reader.problem(
        Code.DATA_AFTER_PLACEMENT,
        latest.path,
        f"data acquired in {latest.value}, after the model was placed on the market, and no further training is named",
        "list the day under further_trained in release.yaml, set continuous_training: true, or correct a date",
    )


def _dataset_after_acquisition(reader: Reader) -> Iterator[Problem]:
    """No dataset is newer than the latest acquisition of any data."""
    latest = reader.get("general", "characteristics", "latest_acquisition")
    if not latest.day or latest.qualifier not in {"", "not_after"}:
        return
    last = last_day(latest.value)
    for row in reader.get("sources", "public", "large").rows:
        if re.fullmatch(r"(?i)\W*(evaluation|test(ing)?|validation|évaluation)\W*", row["stage"].text):
            continue
        for cell, told in _times(row):
            if told > last:
                yield reader.problem(
                    Code.DATASET_AFTER_ACQUISITION,
                    cell.path,
                    f"this is of {told:%Y-%m} or later, after the latest acquisition of any data ({latest.value})",
                    "correct the dataset, or latest_acquisition in section 1.3",
                )
                break


def _times(row: Row) -> Iterator[tuple[Answer, date]]:
    """Since when, at the earliest, what a cell of a dataset speaks of can have existed."""
    for key in ("end", "start"):
        if (day := row[key].day) and row[key].qualifier in {"", "not_before"}:
            yield row[key], day
    for key in ("version", "name", "part_used"):
        text = row[key].text
        if BORDER.search(text):
            continue
        for year, week in DUMP.findall(text):
            if 1 <= int(week) <= 52:
                # A label may be of the week after its crawl ended.
                yield row[key], date.fromisocalendar(int(year), int(week), 1) - timedelta(days=14)
        if key == "version":
            for told in VERSION_DATE.findall(text):
                first = Answer(row[key].status, told).day
                if first:
                    yield row[key], first


def _period_without_start(reader: Reader) -> Iterator[Problem]:
    """A period of collection begins some day; crawlers may each say when."""
    path = ("sources", "crawled", "period")
    answer = reader.get(*path)
    rows = reader.get("sources", "crawled", "crawlers").rows
    told = [row["period"].value.start for row in rows if row["period"].value]
    if answer.value and not answer.value.start and reader.source.is_whole(*path) and not any(told):
        yield reader.problem(
            Code.PERIOD_WITHOUT_START,
            path,
            "the form asks from when to when content was collected, and the period has no beginning",
            "add from:, with qualifier: about if it is not known exactly",
        )


# -- what a field says, and another denies -----------------------------------------------------------------


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text that deny nothing."""
    return (sentence for sentence in SENTENCE.split(text) if not DENIAL.search(sentence))


def _only_a_link(reader: Reader) -> Iterator[Problem]:
    """Measures are described, since a page elsewhere can change or go."""
    for section in ("tdm", "illegal_content"):
        answer = reader.get("processing", section, "measures")
        rest, links = LINK.subn(" ", answer.text)
        if links and LEADING.issuperset(re.findall(r"[^\W\d_]+", rest.lower())):
            yield reader.problem(
                Code.ONLY_BY_REFERENCE,
                answer.path,
                "nothing but a link stands here; the form asks for a description of the measures",
                "say in a few sentences which measures were taken, and keep the link beside them",
            )


def _plain(name: str) -> str:
    """A name without what is written in different ways."""
    return re.sub(r"[\W_]", "", name.casefold())


def _generator_missing(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """A model that made training data stands in section 2.5, whatever else speaks of it."""
    named: list[tuple[Reader, Path_, str]] = []
    for release in releases:
        for row in (*release.get("relations").rows, *release.get("dependencies").rows):
            if row["relation"].value == "data_from" or TEACHER.search(row["role"].text):
                named.append((release, row["name"].path, row["name"].text))
    for path in (("processing", "illegal_content", "measures"), ("processing", "other_information", "other")):
        for sentence in _sentences(reader.get(*path).text):
            if (found := GENERATED.search(sentence)) and not NOT_TRAINED_ON.search(sentence):
                named.append((reader, path, found[1].rstrip(".-")))
                break
    section = reader.source.answers.entry("sources", "synthetic")
    if not named or section is None or not reader.source.is_whole("sources", "synthetic"):
        return
    told = _plain(" ".join(json.dumps(e.answer.written, ensure_ascii=False) for e in section.walk()))
    listed = [_plain(row["name"].text) for row in reader.get("sources", "synthetic", "market_models").rows]
    for where, place, name in named:
        plain = _plain(name)
        if plain and plain not in told and not any(other and other in plain for other in listed):
            yield where.problem(
                Code.GENERATOR_MISSING,
                place,
                f"{name!r} made training data, and section 2.5 of the summary does not name it",
                f"list it under sources.synthetic in {reader.file}, or correct this",
            )


def _crawling(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """What is said of crawlers goes with the answer to section 2.3."""
    used = reader.get("sources", "crawled", "used")
    if not reader.source.is_whole("sources", "crawled", "used"):
        return
    if used.says_yes:
        yield from _denied_by_policy(reader, releases)
        return
    answer = reader.get("processing", "tdm", "measures")
    said = "is answered No" if used.yes_or_no is False else "is not answered"
    advice = "answer section 2.3 with Yes and describe the crawler, or correct this"
    if any(OWN_CRAWLER.search(sentence) for sentence in _sentences(answer.text)):
        message = f"speaks of the provider's own crawling, while section 2.3 {said}"
        yield reader.problem(Code.CRAWLING_CONTRADICTED, answer.path, message, advice)
    if used.yes_or_no is None and not reader.get("sources", "crawled", "without_crawler").says_yes:
        for key in ("crawlers", "period"):
            told = reader.get("sources", "crawled", key)
            if told.value:
                message = f"this is answered, while the question whether crawlers were used {said}"
                yield reader.problem(Code.CRAWLING_CONTRADICTED, told.path, message, advice)
                break


def _holds_for(models: Answer, releases: list[Reader]) -> bool:
    """Whether a policy that names the models it covers holds for releases for certain; one that names none, for all."""
    if not models.items:
        return models.written is None
    keys = ["/".join(release.source.file.parent.parts[-2:]) for release in releases]
    return all(key in models.items or f"{key.split('/')[0]}/*" in models.items for key in keys)


def _denied_by_policy(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """A crawler of the summary, run by the provider until now, in spite of a policy that says there are none."""
    policy = reader.content.portal.get(POLICY)
    if policy is None or not _holds_for(policy.answers.get("models"), releases):
        return
    datasets = set(read_json("registry/third-party-datasets.json")["names"])
    rows = reader.get("sources", "crawled", "crawlers").rows
    own = [r for r in rows if "retired" not in r and "operator" not in r and _plain(r["name"].text) not in datasets]
    crawlers = policy.answers.get("reservations", "crawlers")
    denied = crawlers.status in ABSENCES or (
        not crawlers.rows
        and any(NO_CRAWLER.search(e.answer.text) for e in policy.answers.walk() if e.field.kind == "text")
    )
    if own and denied:
        yield reader.problem(
            Code.CRAWLING_CONTRADICTED,
            ("sources", "crawled", "crawlers"),
            "crawlers are listed, while the copyright policy says that there are none",
            f"describe them under reservations.crawlers in {POLICY}.yaml, or correct this",
        )


def check_policy_crawlers(policy: Reader, summaries: list[Reader]) -> Iterator[Problem]:
    """Crawlers for training that a policy describes were used for some model, if ``summaries`` are all there are."""
    used = [summary.get("sources", "crawled", "used").yes_or_no for summary in summaries]
    updated = [day for summary in summaries if (day := summary.get("last_update").day)]
    listed = any(summary.get("sources", "crawled", "crawlers").rows for summary in summaries)
    if not used or listed or any(said is not False for said in used) or len(updated) < len(used):
        return
    for row in policy.get("reservations", "crawlers").rows:
        purpose, active = row["purpose"].text, row["active_from"].day
        for_training = not purpose or re.search(r"(?i)\btrain|entra[iî]n", purpose)
        if for_training and (active is None or active <= max(updated)) and "operator" not in row:
            yield policy.problem(
                Code.CRAWLING_CONTRADICTED,
                row["name"].path,
                f"{row['name'].text!r} is described here, while every summary says that no crawler was used",
                "correct section 2.3 of the summary, or say under purpose: what else the crawler is for",
            )
