"""Rules of a release, of the order of releases, and of which documents a release needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from gpai_portal.checking.reader import Reader, contradiction, did_you_mean, unknown_releases
from gpai_portal.codes import Code, Severity
from gpai_portal.content.answers import ABSENCES, Audience
from gpai_portal.content.folder import Content
from gpai_portal.content.law import is_legacy, legacy_due
from gpai_portal.documents import Place, kinds_with_pages
from gpai_portal.errors import Problem, quoted
from gpai_portal.schema import FORM, GROUPS, SAFETY, SUMMARY, load

#: Declared states of a model with systemic risk (Art. 51, 52).
SYSTEMIC_RISK = {"notified", "designated"}


def check_release(reader: Reader) -> Iterator[Problem]:
    """Dates in their order, an exemption that may be claimed, channels that link to the summary."""
    released, placed = reader.get("release_date"), reader.get("union_market_date")
    message = (
        f"placed on the Union market ({placed.text}) before its first release through any channel ({released.text})"
    )
    yield from contradiction(reader, released, placed, ("union_market_date",), message)
    for row in reader.get("versioned_names").rows:
        message = f"a version was placed on the Union market ({row['date'].text}) before the release ({placed.text})"
        yield from contradiction(reader, placed, row["date"], row["date"].path, message)
    withdrawn = reader.get("withdrawn", "date")
    message = f"withdrawn ({withdrawn.text}) before it was placed on the market ({placed.text})"
    yield from contradiction(reader, placed, withdrawn, ("withdrawn", "date"), message)
    if reader.get("art_53_2", "claimed").says_yes and reader.get("systemic_risk", "status").value in SYSTEMIC_RISK:
        yield reader.problem(
            Code.EXEMPTION_WITH_SYSTEMIC_RISK,
            ("art_53_2", "claimed"),
            "Art. 53(2) does not exempt models with systemic risk",
            "set claimed: false, or correct systemic_risk",
        )
    yield from _offered(reader)
    for row in reader.get("channels").rows:
        if row["summary_linked"].value is False:
            yield reader.problem(
                Code.CHANNEL_WITHOUT_SUMMARY,
                row["summary_linked"].path,
                "the summary has to be published with the model on every public channel (Notice pt 32)",
                "link it there, then set summary_linked: true",
            )


def _offered(reader: Reader) -> Iterator[Problem]:
    """What is offered to downstream providers all the same has to be items of the Form that are meant for them."""
    items = [field for field in load(FORM).fields() if field.kind not in GROUPS and Audience.DPS in field.audience]
    known = {name: None for field in items for name in (field.path[0], field.dotted)}
    listed = reader.get("art_53_2", "offered")
    for index, name in enumerate(listed.items):
        if isinstance(name, str) and name not in known:
            advice = did_you_mean(name, list(known), "see the field reference of the Model Documentation Form")
            message = f"there is no section or item {name!r} that is meant for downstream providers"
            yield reader.problem(Code.UNKNOWN_FIELD, (*listed.path, index), message, advice)


def check_names(releases: list[Reader]) -> Iterator[Problem]:
    """Readers can tell the releases of a model apart by their names."""
    first: dict[str, Reader] = {}
    for reader in sorted(releases, key=lambda reader: reader.file):
        name = " ".join(reader.get("name").text.split()).casefold()
        if name and (other := first.setdefault(name, reader)) is not reader:
            message = f"{other.file} has the same name {quoted(reader.get('name').text)}"
            yield reader.problem(Code.SAME_NAME, ("name",), message, "give each release a name of its own")


def check_sequence(releases: list[Reader]) -> Iterator[Problem]:
    """Two releases of a model cannot have the same place, and places follow the dates."""
    placed = [reader for reader in releases if isinstance(reader.get("sequence").value, int)]
    for before, after in pairwise(sorted(placed, key=lambda r: (r.get("sequence").value, r.file))):
        if before.get("sequence") == after.get("sequence"):
            yield after.problem(
                Code.SAME_SEQUENCE,
                ("sequence",),
                f"{before.file} has the same place {before.get('sequence').value} in the order of releases",
                "give each release a place of its own",
            )
            continue
        first, second = before.get("release_date"), after.get("release_date")
        if first.earliest and second.latest and second.latest < first.earliest:
            yield after.problem(
                Code.DATE_ORDER,
                ("sequence",),
                f"comes after {before.file}, which was released later ({first.text})",
                "correct sequence or release_date",
                Severity.WARNING,
            )


def summary_missing(reader: Reader, key: str, as_of: date) -> Iterator[Problem]:
    """A release on the market has a training-content summary (Art. 53(1)(d), Art. 111(3))."""
    market_date = reader.get("union_market_date")
    if market_date.status in ABSENCES or (market_date.day and market_date.day > as_of):
        return
    legacy = is_legacy(market_date) and as_of < legacy_due()
    message, advice = "this release has no training-content summary", "write one with: gpai-portal new"
    if reader.transcribed:
        message, advice = (
            "no training-content summary of this release is transcribed here",
            "begin one with: gpai-portal new",
        )
    yield reader.problem(
        Code.MISSING_DOCUMENT,
        (),
        message + (f"; it is due by {legacy_due()}" if legacy else " (Art. 53(1)(d))"),
        f"{advice} {SUMMARY} {key.replace('/', ' ')}, or add the release to covers: of another",
        Severity.WARNING if legacy else None,
    )


def safety_missing(reader: Reader) -> Iterator[Problem]:
    """A Signatory publishes a safety and security summary for systemic risk, if necessary (Measure 10.2)."""
    provider = reader.content.provider
    signed = provider and provider.answers.get("code_of_practice", "safety_and_security", "signed").says_yes
    if signed and reader.get("systemic_risk", "status").value in SYSTEMIC_RISK:
        lacks = "has no safety and security summary"
        if reader.transcribed:
            lacks = "has a safety and security summary, if necessary, and none is transcribed here"
        yield reader.problem(
            Code.MISSING_DOCUMENT,
            ("systemic_risk",),
            f"a model with systemic risk of a Signatory {lacks} (Measure 10.2)",
            f"write {SAFETY}.yaml, unless it is not necessary for this model",
            Severity.WARNING,
        )


def covered_twice(content: Content) -> Iterator[Problem]:
    """One document holds for a release, in one file."""
    for kind in kinds_with_pages(Place.RELEASE):
        readers = {f"{m}/{r}": Reader(s[kind], content) for (m, r), s in content.releases.items() if kind in s}
        holder = {key: reader.file for key, reader in readers.items()}
        for own, reader in readers.items():
            yield from unknown_releases(reader, "covers")
            covers = reader.get("covers")
            for index, key in enumerate(covers.items):
                if key == own:
                    continue
                if other := holder.get(key):
                    message = f"{key} already has this document in {other}"
                    path = (*covers.path, index)
                    yield reader.problem(Code.ITEM_IN_TWO_FILES, path, message, "remove one of the two")
                holder.setdefault(key, reader.file)
