"""Rules of the training-content summary."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date

from gpai_portal.checking.reader import (
    Reader,
    at,
    is_yes,
    last_update,
    list_of,
    previous_versions,
    protocol,
    rows_of,
    value_of,
    yes_no,
)
from gpai_portal.codes import Code
from gpai_portal.content.answers import parse_date
from gpai_portal.content.folder import Content
from gpai_portal.content.law import applies_from, is_legacy
from gpai_portal.content.source import MAX_BYTES, Path_
from gpai_portal.errors import Problem
from gpai_portal.schema import POLICY, SUMMARY, load, read_json

DOMAIN = re.compile(r"([^\s./@:,;]+\.)+[^\s./@:,;\d][^\s./@:,;]*\Z")


# -- training-content summary ------------------------------------------------------------------------------


def summary_rules(reader: Reader, releases: list[Reader], content: Content, as_of: date) -> Iterator[Problem]:
    yield from last_update(reader, as_of)
    yield from previous_versions(reader)
    yield from _update_due(reader, releases, as_of)
    yield from _gaps(reader, releases)
    yield from _scope(reader, releases)
    yield from _dates(reader)
    yield from _modalities(reader)
    yield from _answered_despite_no(reader)
    yield from _domains(reader, content)
    yield from _signatory(reader, content)
    yield from _crawlers(reader, content)
    yield from _sizes(reader)
    yield from _generators(reader, releases)
    yield from _reservations(reader)
    for index, code in enumerate(list_of(reader.get("processing", "tdm", "protocols"))):
        yield from protocol(reader, code, ("processing", "tdm", "protocols", index))


def _update_due(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Six months after further training the summary is due again (Notice pt 29)."""
    updated = parse_date(reader.get("last_update"))
    trained = [parse_date(row.get("date")) for r in releases for row in rows_of(r.get("further_trained"))]
    later = sorted(day for day in trained if day and updated and updated < day <= as_of)
    if later:
        due = _months_after(later[0], 6)
        yield reader.problem(
            Code.UPDATE_OVERDUE if due < as_of else Code.UPDATE_DUE,
            ("last_update",),
            f"the model was trained further on {later[0]}; an updated summary {'was' if due < as_of else 'is'} "
            f"due by {due}",
            "update the summary, or earlier where the change is materially significant",
        )


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = (date(day.year + year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(day.year + year, month + 1, min(day.day, last))


def _gaps(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """Only models placed on the market before 2 August 2025 may state gaps; each names a field."""
    gaps = list_of(reader.get("gaps"))
    placed = [raw for release in releases if parse_date(raw := release.get("union_market_date"))]
    if gaps and placed and not any(is_legacy(raw) for raw in placed):
        yield reader.problem(
            Code.GAPS_NOT_LEGACY,
            ("gaps",),
            f"information gaps may be stated only for models placed on the market before {applies_from()}",
            "answer the fields, or give the exact union_market_date",
        )
    for index, gap in enumerate(gaps):
        name = at(gap, ("field",))
        if isinstance(name, str) and load(SUMMARY).find(name) is None:
            known = [f.dotted for f in load(SUMMARY).fields()]
            guess = difflib.get_close_matches(name, known, n=1)
            yield reader.problem(
                Code.UNKNOWN_FIELD,
                ("gaps", index, "field"),
                f"there is no field {name!r}",
                f"did you mean {guess[0]}?" if guess else "see the field reference",
            )


def _scope(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    release = next((r for r in releases if not rows_of(r.get("dependencies"))), None)
    if reader.get("scope") == "modification_only" and release:
        yield reader.problem(
            Code.SCOPE_WITHOUT_DEPENDENCY,
            ("scope",),
            "the summary covers a modification only, but the release names no model that was modified",
            f"list it under dependencies in {release.file}",
        )


def _dates(reader: Reader) -> Iterator[Problem]:
    """Data cannot be newer than the document that describes them."""
    updated = parse_date(reader.get("last_update"))
    latest = parse_date(reader.get("general", "characteristics", "latest_acquisition"))
    end = parse_date(reader.get("sources", "crawled", "period", "to"))
    start = parse_date(reader.get("sources", "crawled", "period", "from"))
    if latest and updated and latest > updated:
        yield reader.problem(
            Code.DATE_ORDER,
            ("general", "characteristics", "latest_acquisition"),
            f"data acquired in {latest:%Y-%m}, after the last update of this document ({updated})",
            "correct one of the two dates",
        )
    if end and latest and end > latest:
        yield reader.problem(
            Code.DATE_ORDER,
            ("sources", "crawled", "period", "to"),
            f"collected until {end:%Y-%m}, after the latest acquisition given ({latest:%Y-%m})",
            "correct one of the two dates",
        )
    if start and end and start > end:
        yield reader.problem(
            Code.DATE_ORDER,
            ("sources", "crawled", "period", "from"),
            f"collection begins ({start:%Y-%m}) after its end ({end:%Y-%m})",
            "correct one of the two dates",
        )


def _modalities(reader: Reader) -> Iterator[Problem]:
    """A modality of a source must be one of the training data."""
    rows = rows_of(reader.get("general", "characteristics", "modalities"))
    known = {row.get("modality") for row in rows}
    if not known:
        return
    for path in (
        ("sources", "public"),
        ("sources", "private", "licensed"),
        ("sources", "private", "other"),
        ("sources", "crawled"),
        ("sources", "user"),
        ("sources", "synthetic"),
    ):
        for modality in list_of(value_of(reader.get(*path, "modalities"))):
            code = "other" if isinstance(modality, Mapping) else modality
            if code not in known:
                yield reader.problem(
                    Code.MODALITY_MISMATCH,
                    (*path, "modalities"),
                    f"{code} is a modality of this source, but not of the training data in section 1.3",
                    "add it there, or correct it here",
                )


def _answered_despite_no(reader: Reader) -> Iterator[Problem]:
    """Fields that a No makes superfluous are answered all the same."""
    for section in load(SUMMARY).fields():
        data = reader.get(*section.path)
        if not section.conditions or not isinstance(data, Mapping):
            continue
        denied = [c for c in section.conditions if c.denied(data)]
        open_ = {key for c in section.conditions if not c.denied(data) for key in c.required & data.keys()}
        for key in sorted({k for c in denied for k in c.required & data.keys()} - open_):
            answer = data[key]
            if isinstance(answer, Mapping) and answer.get("state") in {
                "not_applicable",
                "none",
                "unanswered",
            }:
                continue
            yield reader.problem(
                Code.ANSWERED_DESPITE_NO,
                (*section.path, key),
                "this is answered although the question above it is answered No",
                "correct one of the two; for content obtained without a crawler set without_crawler: true"
                if section.key == "crawled"
                else "correct one of the two",
            )


def _domains(reader: Reader, content: Content) -> Iterator[Problem]:
    """The list is long enough, and its file can be read."""
    path: Path_ = ("sources", "crawled", "top_domains")
    answer = reader.get(*path)
    names = [d.get("domain") if isinstance(d, Mapping) else d for d in list_of(value_of(answer))]
    if isinstance(answer, Mapping) and isinstance(file := answer.get("file"), str):
        listed, problems = _domain_file(reader, file, (*path, "file"))
        yield from problems
        names += listed
    if not names:
        return
    total = answer.get("total") if isinstance(answer, Mapping) else None
    if total is None:
        yield reader.problem(
            Code.DOMAINS_SHARE_UNKNOWN,
            path,
            "readers cannot tell which share of the domain names is listed",
            "give total: the number of domain names crawled in all",
        )
    if isinstance(total, int) and total > 0:
        sme = bool(content.provider and value_of(content.provider.data.get("size")) == "sme")
        needed = min(math.ceil(total / 20), 1000) if sme else math.ceil(total / 10)
        share = "5 % or 1 000, whichever is lower" if sme else "10 %"
        if len(names) < needed:
            yield reader.problem(
                Code.DOMAINS_TOO_FEW,
                path,
                f"{len(names):,} of {total:,} domain names are listed; asked for are {needed:,} ({share})",
                "list more",
            )


def _domain_file(reader: Reader, name: str, path: Path_) -> tuple[list[str], list[Problem]]:
    file = reader.source.file.with_name(name)
    if not file.is_file() or file.is_symlink():
        return [], [
            reader.problem(Code.MISSING_FILE, path, f"there is no file {name} beside this one", "add it, or give url:")
        ]
    if file.stat().st_size > 100 * MAX_BYTES:
        return [], [reader.problem(Code.FILE_TOO_LARGE, path, f"{name} is over 100 MB", "give url: instead")]
    relative = reader.content.relative(file)
    names: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if DOMAIN.match(text):
            names.append(text)
        elif len(problems) < 20:
            problems.append(
                Problem(
                    Code.VAGUE_DOMAINS,
                    relative,
                    f"{text[:60]!r} is not a domain name",
                    "write one domain name a line, such as example.com",
                    number,
                    1,
                )
            )
    return names, problems


def _signatory(reader: Reader, content: Content) -> Iterator[Problem]:
    said = value_of(reader.get("processing", "tdm", "code_signatory"))
    provider = content.provider.data if content.provider else {}
    signed = value_of(at(provider, ("code_of_practice", "copyright", "signed")))
    if isinstance(said, bool) and isinstance(signed, bool) and said != signed:
        yield reader.problem(
            Code.SIGNATORY_MISMATCH,
            ("processing", "tdm", "code_signatory"),
            f"says {yes_no(said)}, but provider.yaml says {yes_no(signed)} for the Copyright chapter",
            "correct one of the two",
        )


def _crawlers(reader: Reader, content: Content) -> Iterator[Problem]:
    """A crawler named in a summary is one, and is described in the copyright policy."""
    datasets = set(read_json("registry/third-party-datasets.json")["names"])
    for index, row in enumerate(rows_of(reader.get("sources", "crawled", "crawlers"))):
        name = str(value_of(row.get("name")))
        if re.sub(r"[\W_]", "", name.casefold()) in datasets:
            yield reader.problem(
                Code.CRAWLER_IS_DATASET,
                ("sources", "crawled", "crawlers", index, "name"),
                f"{name!r} is a dataset compiled by a third party, not a crawler run by the provider or on its behalf",
                "list it in section 2.1 (Template 2.3, scope)",
            )
    crawlers = rows_of(at(content.policy.data, ("reservations", "crawlers"))) if content.policy else []
    if not crawlers:
        return
    described = {str(value_of(row.get("name"))).casefold() for row in crawlers}
    for index, row in enumerate(rows_of(reader.get("sources", "crawled", "crawlers"))):
        name = value_of(row.get("name"))
        if isinstance(name, str) and name.casefold() not in described:
            yield reader.problem(
                Code.CRAWLER_MISMATCH,
                ("sources", "crawled", "crawlers", index, "name"),
                f"the copyright policy does not describe the crawler {name!r} (Measure 1.3(4))",
                f"add it under reservations.crawlers in {POLICY}.yaml",
            )


#: First and last value of the middle range, by modality, and the units it is counted in (Template 1.3).
RANGES = {
    "text": (1e9, 1e13, "tokens"),
    "image": (1e6, 1e9, "images"),
    "audio": (1e4, 1e6, "hours"),
    "video": (1e4, 1e6, "hours"),
}


def _sizes(reader: Reader) -> Iterator[Problem]:
    """A figure lies in the range that is ticked."""
    path: Path_ = ("general", "characteristics", "modalities")
    for index, row in enumerate(rows_of(reader.get(*path))):
        size = row.get("size")
        low, high, unit = RANGES.get(str(row.get("modality")), (0, 0, ""))
        if not isinstance(size, Mapping) or not unit or str(size.get("unit", "")).strip().casefold() != unit:
            continue
        try:
            figure = float(size["quantity"])
        except (KeyError, TypeError, ValueError):
            continue
        band = "lt" if figure < low else "gt" if figure > high else "mid"
        if "band" in size and size["band"] != band:
            yield reader.problem(
                Code.SIZE_MISMATCH,
                (*path, index, "size", "quantity"),
                f"{size['quantity']} {unit} do not lie in the range {size['band']}, but in {band}",
                "correct one of the two",
            )


def _generators(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """A model cannot have generated its own training data before it was trained."""
    own = {str(value_of(row.get("name"))).casefold() for r in releases for row in rows_of(r.get("versioned_names"))}
    path: Path_ = ("sources", "synthetic", "market_models")
    for index, row in enumerate(rows_of(reader.get(*path))):
        name = value_of(row.get("name"))
        if isinstance(name, str) and name.casefold() in own:
            yield reader.problem(
                Code.GENERATOR_IS_MODEL,
                (*path, index, "name"),
                f"{name!r} is the model this summary describes",
                "name the version that generated the data",
            )


def _reservations(reader: Reader) -> Iterator[Problem]:
    """Section 3.1 is answered where content from the web was used, and says what was done."""
    web = [
        ("sources", "public", "used"),
        ("sources", "crawled", "used"),
        ("sources", "crawled", "without_crawler"),
    ]
    measures = reader.get("processing", "tdm", "measures")
    state = measures.get("state") if isinstance(measures, Mapping) else None
    if state in {"not_applicable", "none"} and any(is_yes(reader.get(*path)) for path in web):
        yield reader.problem(
            Code.RESERVATIONS_NOT_ADDRESSED,
            ("processing", "tdm", "measures"),
            "public datasets or content from the web were used, but no measure to respect reservations is described",
            "say what you, and the makers of the datasets, did",
        )
    for path in (("processing", "tdm", "measures"), ("processing", "illegal_content", "measures")):
        text = value_of(reader.get(*path))
        if isinstance(text, str) and (hedge := re.search(r"(?i)\b(may|might|could) (also )?(include|be|use)\b", text)):
            yield reader.problem(
                Code.HEDGED_WORDING,
                path,
                f"{hedge[0]!r} leaves open what was done",
                "say which measures were taken",
            )
