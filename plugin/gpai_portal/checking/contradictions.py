"""Rules on answers that cannot both be true, within a document and between documents.

Each is a warning, since a person has to say which of the two is wrong, and speaks only where the contradiction is
certain: dates are compared with the precision and the qualifier they have, and silence contradicts nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from gpai_portal.checking.chronology import check_chronology, month_number, surely_after
from gpai_portal.checking.reader import Reader
from gpai_portal.codes import Code
from gpai_portal.content.answers import ABSENCES, Answer, Path_, Status
from gpai_portal.content.counting import says_unused
from gpai_portal.content.representative import is_outside
from gpai_portal.errors import Problem
from gpai_portal.schema import POLICY, SUMMARY, load, read_json

#: Fields of section 2.3 that describe what was crawled.
CRAWLED = ("crawlers", "period", "top_domains")

#: A name with a number in it, or of two words: each of a list of names.
NAME = re.compile(r"[A-Z][A-Za-z.-]*(?:[ -][A-Z][A-Za-z.]*)*[ -]?\d[\w.-]*|[A-Z][A-Za-z]+[ -][A-Z][A-Za-z]+")

#: Codes of the Form's "Data provenance", and the questions of the summary that ask for the same (sections 2.1 to 2.6).
PROVENANCE = {
    "public_datasets": (("public", "used"),),
    "private_third_party": (("private", "licensed", "used"), ("private", "other", "used")),
    "web_crawling": (("crawled", "used"),),
    "user_data": (("user", "model_interactions"), ("user", "other_services")),
    "synthetic": (("synthetic", "used"),),
    "other_means": (("other", "used"),),
}


def check_summary_contradictions(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Contradictions of a summary, in itself and with the ``releases`` it holds for, as on a day."""
    yield from check_chronology(reader, releases, as_of)
    yield from _generator_missing(reader, releases)
    yield from _crawling(reader, releases)


# -- what a field says, and another denies -----------------------------------------------------------------


def _plain(name: str) -> str:
    """A name without what is written in different ways."""
    return re.sub(r"[\W_]", "", name.casefold())


def _generator_missing(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """A model that made training data stands in section 2.5, whatever else speaks of it."""
    named: list[tuple[Reader, Path_, list[str]]] = []
    for release in releases:
        for row in (*release.get("relations").rows, *release.get("dependencies").rows):
            if row["relation"].value == "data_from" or release.phrases("generator_role").is_in(row["role"].text):
                named.append((release, row["name"].path, [row["name"].text]))
    generated = reader.phrases("generated")
    for field, path, text in reader.texts:
        if generated.is_about(field):
            found = " and ".join(match["names"] for match in generated.found(text))
            if names := list(dict.fromkeys(name.rstrip(".-") for name in NAME.findall(found))):
                named.append((reader, path, names))
    section = reader.source.answers.entry("sources", "synthetic")
    if not named or section is None or not reader.source.is_whole("sources", "synthetic"):
        return
    told = _plain(" ".join(json.dumps(e.answer.written, ensure_ascii=False) for e in section.walk()))
    listed = [_plain(row["name"].text) for row in reader.get("sources", "synthetic", "market_models").rows]
    for where, place, names in named:
        missing = [
            name for name in names if (plain := _plain(name)) and plain not in told and not _is_in(plain, listed)
        ]
        if missing:
            yield where.problem(
                Code.GENERATOR_MISSING,
                place,
                f"{', '.join(map(repr, missing))} made training data, and section 2.5 of the summary does not say so",
                f"list it under sources.synthetic in {reader.file}, or correct this",
            )


def _is_in(name: str, listed: list[str]) -> bool:
    """Whether a name is one of those that are listed, or a variant of one of them."""
    return any(other and other in name for other in listed)


def _crawling(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """What is said of crawlers goes with the answer to section 2.3."""
    used = reader.get("sources", "crawled", "used")
    if not reader.source.is_whole("sources", "crawled", "used"):
        return
    if used.says_yes:
        yield from _denied_by_policy(reader, releases)
        return
    said = "is answered No" if used.yes_or_no is False else "is not answered"
    advice = "answer section 2.3 with Yes and describe the crawler, or correct this"
    otherwise = reader.get("sources", "crawled", "without_crawler").says_yes
    # Content that is fetched by hand has its robots.txt as well; and what section 2.3 describes is told there.
    silent = not otherwise and not any(reader.get("sources", "crawled", key).value for key in CRAWLED)
    crawler, robots = reader.phrases("own_crawler"), reader.phrases("own_robots")
    for field, path, text in reader.texts:
        if field[:2] == ("sources", "crawled") and field[-1] != "comments":
            continue  # that these are answered is told of them already
        if (crawler.is_about(field) and crawler.is_in(text)) or (
            silent and robots.is_about(field) and robots.is_in(text)
        ):
            message = f"speaks of the provider's own crawling, while section 2.3 {said}"
            yield reader.problem(Code.CRAWLING_CONTRADICTED, path, message, advice)
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
    if policy is None or not policy.is_whole("models") or not _holds_for(policy.answers.get("models"), releases):
        return
    datasets = set(read_json("registry/third-party-datasets.json")["names"])
    rows = reader.get("sources", "crawled", "crawlers").rows
    own = [r for r in rows if "retired" not in r and "operator" not in r and _plain(r["name"].text) not in datasets]
    crawlers = policy.answers.get("reservations", "crawlers")
    words = Reader(policy, reader.content)
    denied = crawlers.status in ABSENCES or (
        not crawlers.rows and any(words.phrases("no_crawler").is_in(text) for *_, text in words.texts)
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
    if is_outside(provider.source.answers):
        yield provider.problem(
            Code.REPRESENTATIVE_OUTSIDE,
            (*provider.get("authorised_representative").path, "address"),
            "the address of the authorised representative lies outside the Union",
            "give the address in the Union at which the representative is established (Art. 54)",
        )


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
    for _, path, text in form.texts:
        for told in _cut_offs(form, text):
            if surely_after(Answer(Status.ANSWERED, told), latest):
                yield form.problem(
                    Code.FORM_SUMMARY_MISMATCH,
                    path,
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


def _cut_offs(form: Reader, text: str) -> Iterator[str]:
    """The cut-offs that a text names, as ISO dates."""
    for found in form.phrases("cut_off").found(text):
        told = found.groupdict()
        if told["date"]:
            yield told["date"]
        elif told["number"]:
            yield f"{told['of']}-{int(told['number']):02}"
        elif told["quarter"]:
            yield f"{told['in']}-{3 * int(told['quarter']) - 2:02}"
        elif number := month_number(told["month"]):
            yield f"{told['year']}-{number:02}"


def check_policy_crawlers(policy: Reader, summaries: list[Reader]) -> Iterator[Problem]:
    """Crawlers for training that a policy describes were used for some model, if ``summaries`` are all there are."""
    used = [summary.get("sources", "crawled", "used").yes_or_no for summary in summaries]
    updated = [day for summary in summaries if (day := summary.get("last_update").day)]
    listed = any(summary.get("sources", "crawled", "crawlers").rows for summary in summaries)
    if not used or listed or any(said is not False for said in used) or len(updated) < len(used):
        return
    rows = policy.get("reservations", "crawlers").rows
    for row in rows:
        purpose, active = row["purpose"].text, row["active_from"].day
        for_training = not purpose or policy.phrases("for_training").is_in(purpose)
        if for_training and (active is None or active <= max(updated)) and "operator" not in row:
            yield policy.problem(
                Code.CRAWLING_CONTRADICTED,
                row["name"].path,
                f"{row['name'].text!r} is described here, while every summary says that no crawler was used",
                "correct section 2.3 of the summary, or say under purpose: what else the crawler is for",
            )
    crawler = policy.phrases("own_crawler")
    for _, path, text in policy.texts if not rows else ():
        if crawler.is_in(text):
            yield policy.problem(
                Code.CRAWLING_CONTRADICTED,
                path,
                "speaks of the provider's own crawling, while every summary says that no crawler was used",
                "correct section 2.3 of the summary, or say here what else the crawler is for",
            )
            break
