"""Rules on answers that cannot both be true, within a document and between documents.

Each is a warning, since a person has to say which of the two is wrong, and speaks only where the contradiction is
certain: dates are compared with the precision and the qualifier they have, and silence contradicts nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from babel import Locale

from gpai_portal.checking.chronology import BORDER, check_chronology, surely_after
from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import ABSENCES, Answer, Path_, Row, Status, says_unused
from gpai_portal.content.law import is_in_union
from gpai_portal.errors import Problem
from gpai_portal.schema import POLICY, SUMMARY, load, read_json

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

#: Without one of these a text does not speak of crawling at all.
CRAWLING = re.compile(r"(?i)crawl|robots")

#: The provider speaks of crawlers or of crawling of its own.
OWN_CRAWLER = re.compile(
    r"(?i)\bour (?:own )?(?:web )?crawlers?\b|\bwe (?:have |also |then |only )?crawl(?:ed)?\b"
    r"|\b(?:notre|nos) (?:propres? )?(?:robots? d['’](?:exploration|indexation)|crawlers?)\b"
)

#: The provider follows robots.txt, as who crawls does.
OWN_ROBOTS = re.compile(
    r"(?i)\b(?:we|the provider) (?:\w+ )?(?:respect|honou?r|follow|obey|observe|comply with|adhere to)\w*"
    r" (?:the )?robots\.txt"
    r"|\brobots\.txt\b.{0,60}\b(?:before (?:each|every|the first) visit|at crawl time|(?:while|when) crawling)\b"
    r"|\bnous (?:respectons|suivons|lisons) (?:le fichier )?robots\.txt|\brobots\.txt\b.{0,60}\bavant chaque visite\b"
)

#: Fields of section 2.3 that describe what was crawled.
CRAWLED = ("crawlers", "period", "top_domains")

#: A sentence with one of these speaks of what others crawled.
OF_OTHERS = re.compile(
    r"(?i)\b(?:third[- ]part\w+|data ?sets?|corpus|corpora|common ?crawl|makers?|curators?|suppliers?|licensors?"
    r"|who|whose|tiers|jeux? de données|auteurs)\b"
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

#: Countries beside the Member States that are not called outside the Union: their own name may be a part of another
#: one's (Georgia), they take part in the EEA, or belong to a Member State.
NOT_SURELY_OUTSIDE = frozenset("AX BL BQ CW AW EA GE GF GL GP IC IS LI MF MQ NC NO PF PM RE SX TF WF YT EU EZ".split())  # noqa: SIM905 - as above

#: How addresses call some countries beside their names.
SHORT_NAMES = frozenset(
    {"usa", "us", "u.s.", "u.s.a.", "united states of america", "uk", "u.k.", "england", "scotland"}
)

#: Codes of the Form's "Data provenance", and the questions of the summary that ask for the same (sections 2.1 to 2.6).
PROVENANCE = {
    "public_datasets": (("public", "used"),),
    "private_third_party": (("private", "licensed", "used"), ("private", "other", "used")),
    "web_crawling": (("crawled", "used"),),
    "user_data": (("user", "model_interactions"), ("user", "other_services")),
    "synthetic": (("synthetic", "used"),),
    "other_means": (("other", "used"),),
}

#: A cut-off of data, with its day or month, in the prose of the Form: 2026-05, May 2026.
CUT_OFF = re.compile(
    r"(?i)\bcut-?offs?\b([^.;\d\n]{0,40}?)"
    r"(?:\b(20\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?)\b|\b([^\W\d_]{3,9}) (20\d\d)\b)"
)


def check_summary_contradictions(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Contradictions of a summary, in itself and with the ``releases`` it holds for, as on a day."""
    yield from check_chronology(reader, releases, as_of)
    yield from _only_a_link(reader)
    yield from _generator_missing(reader, releases)
    yield from _crawling(reader, releases)


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
        text = reader.get(*path).text
        for sentence in _sentences(text) if GENERATED.search(text) else ():
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
    otherwise = reader.get("sources", "crawled", "without_crawler").says_yes
    # Content that is fetched by hand has its robots.txt as well; and what section 2.3 describes is told there.
    silent = not otherwise and not any(reader.get("sources", "crawled", key).value for key in CRAWLED)
    if any(
        OWN_CRAWLER.search(sentence) or (silent and OWN_ROBOTS.search(sentence) and not OF_OTHERS.search(sentence))
        for sentence in (_sentences(answer.text) if CRAWLING.search(answer.text) else ())
    ):
        message = f"speaks of the provider's own crawling, while section 2.3 {said}"
        yield reader.problem(Code.CRAWLING_CONTRADICTED, answer.path, message, advice)
    if used.yes_or_no is None and not otherwise:
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


def check_representative(provider: Reader) -> Iterator[Problem]:
    """A representative of a provider outside the Union is established in it (Art. 54(1))."""
    country = provider.get("country").value
    contact = provider.get("authorised_representative").value
    if not isinstance(country, str) or is_in_union(provider.get("country")) or not isinstance(contact, Row):
        return
    address = contact["address"].text
    last = re.split(r"[,\n]", address)[-1].strip(" .").casefold()
    own = provider.get("address").text
    if address and (last in _outside() or (address == own and country not in NOT_SURELY_OUTSIDE)):
        yield provider.problem(
            Code.REPRESENTATIVE_OUTSIDE,
            contact["address"].path,
            "the address of the authorised representative lies outside the Union",
            "give the address in the Union at which the representative is established (Art. 54)",
        )


@cache
def _outside() -> frozenset[str]:
    """Names, as addresses end with them, of countries outside the Union."""
    left_out = {*read_json("registry/union.json")["member_states"], *NOT_SURELY_OUTSIDE}
    names = {
        name.casefold().strip(" .")
        for language in ("en", "fr", "de")
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in left_out
    }
    return frozenset(names | {name.strip(".") for name in SHORT_NAMES})


def check_form_contradictions(form: Reader, summary: Reader) -> Iterator[Problem]:
    """The Form and the summary of the same releases speak of the same data."""
    modalities = form.get("data", "modalities")
    column = load(SUMMARY).find("general.characteristics.modalities")
    assert column is not None  # noqa: S101 - stands in the schema
    known = set(modalities.items)
    for row in summary.get("general", "characteristics", "modalities").rows:
        unsaid = says_unused(column, row) or row.state is not None or "applies_to" in row
        missing = [c for c in row["modality"].items if isinstance(c, str) and c != "other" and c not in known]
        # Audio that is part of videos may be counted with them.
        missing = [code for code in missing if code != "audio" or "video" not in known]
        if known and missing and not unsaid and form.source.is_whole("data", "modalities"):
            yield form.problem(
                Code.FORM_SUMMARY_MISMATCH,
                modalities.path,
                f"{missing[0]} is not among these, while section 1.3 of the summary has training data of it",
                f"add it here, or correct {summary.file}",
            )
            break
    latest = summary.get("general", "characteristics", "latest_acquisition")
    if summary.get("general", "characteristics", "continuous_training").says_yes:
        return
    yield from _provenance(form, summary)
    for entry in form.source.answers.walk():
        for told in _cut_offs(entry.answer.text) if entry.field.kind == "text" else ():
            if surely_after(Answer(Status.ANSWERED, told), latest):
                yield form.problem(
                    Code.FORM_SUMMARY_MISMATCH,
                    entry.answer.path,
                    f"names a cut-off in {told}, after the latest acquisition of any data ({latest.value})",
                    f"correct one of the two; the other stands in {summary.file}",
                )
                break


def _provenance(form: Reader, summary: Reader) -> Iterator[Problem]:
    """Every source that the summary names is ticked in the Form; data for tests may come from others as well."""
    told = form.get("data", "provenance")
    if not told.items or not form.source.is_whole("data", "provenance"):
        return
    used = [c for c, asked in PROVENANCE.items() if any(summary.get("sources", *path).says_yes for path in asked)]
    if missing := [code for code in used if code not in told.items]:
        yield form.problem(
            Code.FORM_SUMMARY_MISMATCH,
            told.path,
            f"{', '.join(missing)}: not among these, while the summary answers Yes to it in section 2",
            f"add it here, or correct {summary.file}",
        )


def _cut_offs(text: str) -> Iterator[str]:
    """The cut-offs that a text names, as ISO dates."""
    if "off" not in text or not CUT_OFF.search(text):
        return
    for between, told, month, year in (f for sentence in _sentences(text) for f in CUT_OFF.findall(sentence)):
        number = _months().get(month.casefold())
        if not BORDER.search(between) and (told or number):
            yield told or f"{year}-{number:02}"


@cache
def _months() -> dict[str, int]:
    """Number of each month by its name."""
    return {name.casefold(): n for lang in ("en", "fr") for n, name in Locale(lang).months["format"]["wide"].items()}


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
