"""Rules of the training-content summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gpai_portal.checking.amounts import RANGES, check_amounts
from gpai_portal.checking.contradictions import check_summary_contradictions
from gpai_portal.checking.covering import check_covering
from gpai_portal.checking.domains import check_domains
from gpai_portal.checking.reader import Reader, did_you_mean, protocol
from gpai_portal.checking.wording import check_wording
from gpai_portal.codes import Code
from gpai_portal.content.answers import ABSENCES, Other, Row, Size, Status
from gpai_portal.content.counting import says_unused, unsized
from gpai_portal.content.law import applies_from, is_legacy
from gpai_portal.content.reading import denied
from gpai_portal.errors import Problem
from gpai_portal.schema import POLICY, SUMMARY, load, read_json


def check_summary(reader: Reader, releases: list[Reader], as_of: date) -> Iterator[Problem]:
    """Every rule of a summary, which holds for ``releases``."""
    yield from _gaps(reader, releases)
    yield from check_covering(reader, releases)
    yield from check_summary_contradictions(reader, releases, as_of)
    yield from _scope(reader, releases)
    yield from _modalities(reader)
    yield from _rows_contradict(reader)
    yield from _answered_despite_no(reader)
    yield from check_domains(reader)
    yield from _signatory(reader)
    yield from _crawlers(reader)
    yield from _sizes(reader)
    yield from check_amounts(reader)
    yield from _generators(reader, releases)
    yield from _reservations(reader)
    yield from check_wording(reader)
    protocols = reader.get("processing", "tdm", "protocols")
    for index, code in enumerate(protocols.items):
        yield from protocol(reader, code, (*protocols.path, index))


def _gaps(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """Only models placed on the market before 2 August 2025 may state gaps; each names a field."""
    gaps = reader.get("gaps").rows
    placed = [answer for release in releases if (answer := release.get("union_market_date")).day]
    if gaps and placed and not any(is_legacy(answer) for answer in placed):
        yield reader.problem(
            Code.GAPS_NOT_LEGACY,
            ("gaps",),
            f"information gaps may be stated only for models placed on the market before {applies_from()}",
            "answer the fields, or give the exact union_market_date",
        )
    schema = load(SUMMARY)
    for gap in gaps:
        name = gap["field"].text
        if name and schema.find(name) is None:
            advice = did_you_mean(name, [f.dotted for f in schema.fields()], "see the field reference")
            yield reader.problem(Code.UNKNOWN_FIELD, gap["field"].path, f"there is no field {name!r}", advice)


def _scope(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    release = next((r for r in releases if not r.get("dependencies").rows), None)
    if reader.get("scope").value == "modification_only" and release:
        yield reader.problem(
            Code.SCOPE_WITHOUT_DEPENDENCY,
            ("scope",),
            "the summary covers a modification only, but the release names no model that was modified",
            f"list it under dependencies in {release.file}",
        )


def _modalities(reader: Reader) -> Iterator[Problem]:
    """A modality of a source must be one of the training data."""
    overall = reader.get("general", "characteristics", "modalities").rows
    known = {code for row in overall if not _is_without_data(row) for code in row["modality"].items}
    if not overall:
        return
    for path in (
        ("sources", "public"),
        ("sources", "private", "licensed"),
        ("sources", "private", "other"),
        ("sources", "crawled"),
        ("sources", "user"),
        ("sources", "synthetic"),
    ):
        said = filter(None, reader.get(*path, "modalities").items)
        codes = dict.fromkeys("other" if isinstance(modality, Other) else modality for modality in said)
        if strange := [code for code in codes if code not in known]:
            yield reader.problem(
                Code.MODALITY_MISMATCH,
                (*path, "modalities"),
                f"{', '.join(strange)}: of this source, but not of the training data in section 1.3",
                "add to section 1.3, or correct here",
            )


def _rows_contradict(reader: Reader) -> Iterator[Problem]:
    """A row of section 1.3 does not say of a modality what it, or another row for the same models, denies."""
    used: dict[object, bool] = {}
    for row in reader.get("general", "characteristics", "modalities").rows:
        without = row.state is not None and row.state.status in ABSENCES
        if without and (said := [row[k] for k in ("size", "types_of_content") if row[k].status is Status.ANSWERED]):
            message = "this is answered although the row says that the modality was not used"
            yield reader.problem(Code.ANSWERED_DESPITE_NO, said[0].path, message, "correct one of the two")
        if row["applies_to"].written is not None:
            continue
        for code in filter(None, row["modality"].items):
            if used.get(code, without) != without:
                message = f"{code} was used by one row, and not used by another"
                yield reader.problem(
                    Code.MODALITY_MISMATCH, row.path, message, "keep one, or say which models with applies_to"
                )
            used[code] = without


def _is_without_data(row: Row) -> bool:
    """Whether a row of section 1.3 says that its modality was not used, or says nothing."""
    column = load(SUMMARY).find("general.characteristics.modalities")
    assert column is not None  # noqa: S101 - stands in the schema
    return says_unused(column, row) or (row.state is not None and row.state.status is Status.UNANSWERED)


def _answered_despite_no(reader: Reader) -> Iterator[Problem]:
    """Fields that a No makes superfluous are answered all the same; so is a list of names of what was not used."""
    for field in load(SUMMARY).deciding:
        group = reader.source.answers.entry(*field.path)
        entries = (group and group.by_key) or {}
        no = [c for c in field.conditions if denied(c, entries)]
        open_ = {key for c in field.conditions if c not in no for key in c.required}
        lists = {child.key for child in field.children if no and child.kind == "domains"}
        for key in sorted(({key for c in no for key in c.required} | lists) - open_):
            answer = entries[key].answer
            told = answer.status in {*ABSENCES, Status.UNANSWERED, Status.NOT_READABLE, Status.NOT_IN_SOURCE}
            if answer.written is not None and not told:
                yield reader.problem(
                    Code.ANSWERED_DESPITE_NO,
                    answer.path,
                    "this is answered although the question above it is answered No",
                    "correct one of the two; for content obtained without a crawler set without_crawler: true"
                    if field.key == "crawled"
                    else "correct one of the two",
                )


def _signatory(reader: Reader) -> Iterator[Problem]:
    said = reader.get("processing", "tdm", "code_signatory").value
    provider = reader.content.provider
    signed = provider.answers.get("code_of_practice", "copyright", "signed").value if provider else None
    if isinstance(said, bool) and isinstance(signed, bool) and said != signed:
        words = {True: "Yes", False: "No"}
        yield reader.problem(
            Code.SIGNATORY_MISMATCH,
            ("processing", "tdm", "code_signatory"),
            f"says {words[said]}, but provider.yaml says {words[signed]} for the Copyright chapter",
            "correct one of the two",
        )


def _crawlers(reader: Reader) -> Iterator[Problem]:
    """A crawler named in a summary is one, and is described in the copyright policy."""
    datasets = set(read_json("registry/third-party-datasets.json")["names"])
    policy = reader.content.portal.get(POLICY)
    described = policy.answers.get("reservations", "crawlers").rows if policy else ()
    known = {row["name"].text.casefold() for row in described}
    unnamed = "" in known  # any crawler of the summary may be that one
    for row in reader.get("sources", "crawled", "crawlers").rows:
        name = row["name"].text
        if re.sub(r"[\W_]", "", name.casefold()) in datasets:
            yield reader.problem(
                Code.CRAWLER_IS_DATASET,
                row["name"].path,
                f"{name!r} is a dataset compiled by a third party, not a crawler run by the provider or on its behalf",
                "list it in section 2.1 (Template 2.3, scope)",
            )
        if name and known and not unnamed and name.casefold() not in known:
            yield reader.problem(
                Code.CRAWLER_MISMATCH,
                row["name"].path,
                f"the copyright policy does not describe the crawler {name!r} (Measure 1.3(4))",
                f"add it under reservations.crawlers in {POLICY}.yaml",
            )


#: The ranges, from the smallest.
BANDS = ("lt", "mid", "gt")


def _sizes(reader: Reader) -> Iterator[Problem]:
    """A range is ticked where the form offers some, of a modality that is known, and a figure lies in it."""
    has_ranges = reader.get("template").value != "draft"
    for row in reader.get("general", "characteristics", "modalities").rows:
        modalities = list(filter(None, row["modality"].items))  # without those that validation set aside
        if left := unsized(row, modalities):
            message = f"nothing is said of the size of {', '.join(left)}"
            advice = (
                f"add a size of each: {{modality: {left[0]}, band: ...}}, or {{modality: {left[0]}, state: unknown}}"
            )
            yield reader.problem(Code.SIZE_MISSING, row["size"].path, message, advice)
        for answer in row["size"].each if modalities else ():
            size = answer.value
            if not isinstance(size, Size):
                continue
            own = size.modality or (modalities[0] if len(modalities) == 1 or size.label else "")
            asked = has_ranges and answer.status is Status.ANSWERED and not size.approximate
            if (size.band and not own) or (size.modality and size.modality not in modalities):
                message = "the row speaks of several modalities, and the size does not say of which of them"
                advice = "add modality: to the size, one of " + ", ".join(modalities)
                yield reader.problem(Code.SIZE_WITHOUT_MODALITY, answer.path, message, advice)
            elif asked and not size.band:
                advice = "give band: lt, mid or gt"
                yield reader.problem(Code.SIZE_MISSING, answer.path, "no range is ticked", advice)
            elif asked and not size.label:
                message = f"the form has no ranges for {own}, so the size is not shown"
                yield reader.problem(Code.SIZE_MISSING, answer.path, message, "give approximate: with its unit")
            elif size.band and size.quantity and (band := _band(size, own)):
                yield reader.problem(
                    Code.SIZE_MISMATCH,
                    (*answer.path, "quantity"),
                    f"{size.quantity} {size.unit} do not lie in the range {size.band}, but in {band}",
                    "correct one of the two",
                )


def _band(size: Size, modality: str) -> str:
    """The range that a figure lies in, if that is not the one that is ticked; empty if it is, or nobody can say.

    Up to a figure all smaller ranges are possible, and with at least a figure all larger ones.
    """
    low, high, unit = RANGES.get(modality, (0, 0, ""))
    if size.unit.strip().casefold() != unit:
        return ""
    figure = float(size.quantity)
    band = "lt" if figure < low else "gt" if figure > high else "mid"
    ticked, given = BANDS.index(size.band), BANDS.index(band)
    possible = (size.qualifier == "up_to" and ticked < given) or (size.qualifier == "at_least" and ticked > given)
    return "" if ticked == given or possible else band


def _generators(reader: Reader, releases: list[Reader]) -> Iterator[Problem]:
    """A model cannot have generated its own training data before it was trained."""
    own = {row["name"].text.casefold() for release in releases for row in release.get("versioned_names").rows}
    for row in reader.get("sources", "synthetic", "market_models").rows:
        name = row["name"].text
        if name and name.casefold() in own:
            yield reader.problem(
                Code.GENERATOR_IS_MODEL,
                row["name"].path,
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
    if measures.status in {Status.NOT_APPLICABLE, Status.NONE} and any(reader.get(*path).says_yes for path in web):
        yield reader.problem(
            Code.RESERVATIONS_NOT_ADDRESSED,
            ("processing", "tdm", "measures"),
            "public datasets or content from the web were used, but no measure to respect reservations is described",
            "say what you, and the makers of the datasets, did",
        )
