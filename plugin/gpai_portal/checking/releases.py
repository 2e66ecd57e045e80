"""Rules of a release, of the order of releases, and of which documents it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from gpai_portal.checking.reader import Reader, at, exact, is_yes, list_of, unknown_releases, value_of
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import parse_date
from gpai_portal.content.folder import Content
from gpai_portal.content.law import is_legacy, legacy_due
from gpai_portal.errors import Problem
from gpai_portal.schema import FORM, RELEASE, SAFETY, SUMMARY

# -- releases ----------------------------------------------------------------------------------------------


def release_rules(reader: Reader, as_of: date) -> Iterator[Problem]:
    released, placed = parse_date(reader.get("release_date")), parse_date(reader.get("union_market_date"))
    if released and placed and placed < released and exact(reader, "release_date", "union_market_date"):
        yield reader.problem(
            Code.DATE_ORDER,
            ("union_market_date",),
            f"placed on the Union market ({placed}) before its first release through any channel ({released})",
            "correct one of the two dates",
        )
    withdrawn = parse_date(reader.get("withdrawn", "date"))
    if withdrawn and placed and withdrawn < placed:
        yield reader.problem(
            Code.DATE_ORDER,
            ("withdrawn", "date"),
            f"withdrawn ({withdrawn}) before it was placed on the market ({placed})",
            "correct one of the two dates",
        )
    if is_yes(reader.get("art_53_2", "claimed")) and value_of(reader.get("systemic_risk", "status")) in {
        "notified",
        "designated",
    }:
        yield reader.problem(
            Code.EXEMPTION_WITH_SYSTEMIC_RISK,
            ("art_53_2", "claimed"),
            "Art. 53(2) does not exempt models with systemic risk",
            "set claimed: false, or correct systemic_risk",
        )
    for index, row in enumerate(list_of(reader.get("channels"))):
        if isinstance(row, Mapping) and row.get("summary_linked") is False:
            yield reader.problem(
                Code.CHANNEL_WITHOUT_SUMMARY,
                ("channels", index, "summary_linked"),
                "the summary has to be published with the model on every public channel (Notice pt 32)",
                "link it there, then set summary_linked: true",
            )


def sequence(content: Content, model: str) -> Iterator[Problem]:
    """Two releases of a model cannot have the same place, and places follow the dates."""
    releases = [
        Reader(sources[RELEASE], content)
        for (model_id, _), sources in content.releases.items()
        if model_id == model and RELEASE in sources
    ]
    ordered = sorted(
        (r for r in releases if isinstance(r.get("sequence"), int)), key=lambda r: (r.get("sequence"), r.file)
    )
    for before, after in pairwise(ordered):
        if before.get("sequence") == after.get("sequence"):
            yield after.problem(
                Code.SAME_SEQUENCE,
                ("sequence",),
                f"{before.file} has the same place {before.get('sequence')} in the order of releases",
                "give each release a place of its own",
            )
            continue
        first, second = parse_date(before.get("release_date")), parse_date(after.get("release_date"))
        if first and second and second < first:
            yield after.problem(
                Code.DATE_ORDER,
                ("sequence",),
                f"comes after {before.file}, which was released later ({first})",
                "correct sequence or release_date",
                Severity.WARNING,
            )


def summary_missing(reader: Reader, key: str, as_of: date) -> Iterator[Problem]:
    placed = parse_date(reader.get("union_market_date"))
    if placed and placed > as_of:
        return
    legacy = is_legacy(reader.get("union_market_date")) and as_of < legacy_due()
    yield reader.problem(
        Code.MISSING_DOCUMENT,
        (),
        "this release has no training-content summary"
        + (f", which is due by {legacy_due()}" if legacy else " (Art. 53(1)(d))"),
        f"write one with: gpai-portal new training-content-summary {key.replace('/', ' ')}, "
        "or add the release to covers: of another",
        Severity.WARNING if legacy else None,
    )


def safety_missing(reader: Reader, content: Content, present: bool) -> Iterator[Problem]:
    provider = content.provider.data if content.provider else {}
    risk = value_of(reader.get("systemic_risk", "status")) in {"notified", "designated"}
    if risk and not present and is_yes(at(provider, ("code_of_practice", "safety_and_security", "signed"))):
        yield reader.problem(
            Code.MISSING_DOCUMENT,
            ("systemic_risk",),
            "a model with systemic risk of a Signatory has no safety-and-security summary (Measure 10.2)",
            f"write {SAFETY}.yaml, unless it is not necessary for this model",
            Severity.WARNING,
        )


def covered_twice(content: Content) -> Iterator[Problem]:
    """One document holds for a release, in one file."""
    for kind in (SUMMARY, FORM, SAFETY):
        holder: dict[str, str] = {
            f"{m}/{r}": content.relative(sources[kind].file)
            for (m, r), sources in content.releases.items()
            if kind in sources
        }
        for (model, release), sources in content.releases.items():
            if kind not in sources:
                continue
            reader = Reader(sources[kind], content)
            yield from unknown_releases(reader, content, "covers")
            for index, key in enumerate(list_of(reader.get("covers"))):
                if key == f"{model}/{release}":
                    continue
                if other := holder.get(key):
                    yield reader.problem(
                        Code.ITEM_IN_TWO_FILES,
                        ("covers", index),
                        f"{key} already has this document in {other}",
                        "remove one of the two",
                    )
                holder.setdefault(key, reader.file)
