"""Rules that no schema can say: between fields, between files, and against the calendar.

Each rule is a generator of problems that takes what it needs and stands alone; ``check_rules`` runs them all.
Validation has set aside what is of the wrong shape, so a value is either missing or what its schema says.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from gpai_portal.checking.answers import is_transcription
from gpai_portal.checking.precision import check_precision
from gpai_portal.content.folder import MAX_BYTES, Content, Path_, Source, dotted
from gpai_portal.content.model import LEGACY_BEFORE, LEGACY_DUE, parse_date, surely_before
from gpai_portal.errors import Problem, Severity
from gpai_portal.schema import FORM, POLICY, RELEASE, SAFETY, SUMMARY, load, read_json

WARNING = Severity.WARNING
ERROR = Severity.ERROR
DOMAIN = re.compile(r"([^\s./@:,;]+\.)+[^\s./@:,;\d][^\s./@:,;]*\Z")


@dataclass(frozen=True)
class _Reader:
    """Looks values up in one file and makes problems at their place."""

    source: Source
    content: Content

    @property
    def file(self) -> str:
        return self.content.relative(self.source.file)

    @property
    def gap(self) -> Severity:
        """Severity of a gap: a transcriber cannot close it."""
        return WARNING if is_transcription(self.source, self.content) else ERROR

    def get(self, *path: str | int) -> Any:
        return _at(self.source.data, path)

    def problem(self, code: str, path: Path_, message: str, advice: str, severity: Severity = ERROR) -> Problem:
        line, column = self.source.position(path)
        return Problem(code, self.file, message, advice, line, column, dotted(path), severity)


def check_rules(content: Content, as_of: date) -> list[Problem]:
    """All problems between fields and files, as on a day."""
    problems: list[Problem] = []
    if content.provider:
        problems += _provider(_Reader(content.provider, content), content)
    if content.policy:
        problems += _policy(_Reader(content.policy, content), content, as_of)
    elif content.provider:
        problems.append(
            Problem(
                "missing-document",
                content.relative(content.folder / f"{POLICY}.yaml"),
                "there is no copyright policy, which every provider needs (Art. 53(1)(c))",
                "write one with: gpai-portal new copyright-policy",
                severity=WARNING if is_transcription(content.provider, content) else ERROR,
            )
        )
    problems += _covered_twice(content)
    covered = {
        key: kind_source
        for kind_source in content.releases.values()
        for source in (kind_source.get(SUMMARY),)
        if source
        for key in _list(source.data.get("covers"))
    }
    for model in sorted({m for m, _ in content.releases}):
        problems += _sequence(content, model)
    readers = {
        f"{m}/{r}": _Reader(sources[RELEASE], content)
        for (m, r), sources in content.releases.items()
        if RELEASE in sources
    }
    for (model_id, release_id), sources in content.releases.items():
        key = f"{model_id}/{release_id}"
        release = sources.get(RELEASE)
        if release is None:
            continue
        reader = _Reader(release, content)
        problems += _release(reader, as_of)
        if SUMMARY not in sources and key not in covered:
            problems += _summary_missing(reader, key, as_of)
        if SUMMARY in sources:
            summary = _Reader(sources[SUMMARY], content)
            others = [readers[k] for k in _list(summary.get("covers")) if k in readers and k != key]
            problems += _summary(summary, [reader, *others], content, as_of)
        if FORM in sources:
            problems += _form(_Reader(sources[FORM], content), as_of)
        if SAFETY in sources:
            problems += _last_update(_Reader(sources[SAFETY], content), as_of)
        problems += _safety(reader, content, SAFETY in sources)
    return problems


# -- provider ----------------------------------------------------------------------------------------------


def _provider(reader: _Reader, content: Content) -> Iterator[Problem]:
    country = reader.get("country")
    representative = reader.get("authorised_representative")
    in_union = country in read_json("registry/union.json")["member_states"]
    releases = [sources[RELEASE] for sources in content.releases.values() if RELEASE in sources]
    all_exempt = bool(releases) and all(_yes(_at(r.data, ("art_53_2", "claimed"))) for r in releases)
    named = isinstance(representative, Mapping) and {"name", "email", "address", "url"} & representative.keys()
    told = isinstance(representative, Mapping) and representative.get("state") == "unanswered"
    if isinstance(country, str) and not in_union and not named and not told and not all_exempt:
        yield reader.problem(
            "representative-missing",
            ("authorised_representative",),
            f"the provider is established outside the Union ({country}) and names no authorised representative",
            "name one (Art. 54), or claim Art. 53(2) for every release where it applies (Art. 54(6))",
            reader.gap,
        )
    roles = {row.get("role") for row in _list(reader.get("contacts")) if isinstance(row, Mapping)}
    for role, who in (
        ("rightsholders", "rightsholders"),
        ("ai_office", "the AI Office"),
        ("downstream", "downstream providers"),
    ):
        if reader.get("contacts") is not None and role not in roles:
            yield reader.problem(
                "contact-missing",
                ("contacts",),
                f"no contact for {who}",
                f"add an entry with role: {role}",
                WARNING,
            )


# -- copyright policy --------------------------------------------------------------------------------------


def _policy(reader: _Reader, content: Content, as_of: date) -> Iterator[Problem]:
    yield from _last_update(reader, as_of)
    yield from _previous_versions(reader)
    yield from _unknown_releases(reader, content, "models")
    for index, row in enumerate(_rows(reader.get("reservations", "protocols"))):
        yield from _protocol(reader, row.get("code"), ("reservations", "protocols", index, "code"))


def _protocol(reader: _Reader, code: Any, path: Path_) -> Iterator[Problem]:
    known = [p["code"] for p in read_json("registry/opt-out-protocols.json")["protocols"]]
    if isinstance(code, str) and code not in known:
        guess = difflib.get_close_matches(code, known, n=1)
        yield reader.problem(
            "unknown-protocol",
            path,
            f"there is no opt-out protocol {code!r} in the registry",
            f"did you mean {guess[0]}?" if guess else "choose one of: " + ", ".join(known),
        )


# -- releases ----------------------------------------------------------------------------------------------


def _release(reader: _Reader, as_of: date) -> Iterator[Problem]:
    released, placed = parse_date(reader.get("release_date")), parse_date(reader.get("union_market_date"))
    if released and placed and placed < released and _exact(reader, "release_date", "union_market_date"):
        yield reader.problem(
            "date-order",
            ("union_market_date",),
            f"placed on the Union market ({placed}) before its first release through any channel ({released})",
            "correct one of the two dates",
            reader.gap,
        )
    withdrawn = parse_date(reader.get("withdrawn", "date"))
    if withdrawn and placed and withdrawn < placed:
        yield reader.problem(
            "date-order",
            ("withdrawn", "date"),
            f"withdrawn ({withdrawn}) before it was placed on the market ({placed})",
            "correct one of the two dates",
            reader.gap,
        )
    if _yes(reader.get("art_53_2", "claimed")) and _value(reader.get("systemic_risk", "status")) in {
        "notified",
        "designated",
    }:
        yield reader.problem(
            "exemption-with-systemic-risk",
            ("art_53_2", "claimed"),
            "Art. 53(2) does not exempt models with systemic risk",
            "set claimed: false, or correct systemic_risk",
            reader.gap,
        )
    for index, row in enumerate(_list(reader.get("channels"))):
        if isinstance(row, Mapping) and row.get("summary_linked") is False:
            yield reader.problem(
                "channel-without-summary",
                ("channels", index, "summary_linked"),
                "the summary has to be published with the model on every public channel (Notice pt 32)",
                "link it there, then set summary_linked: true",
                WARNING,
            )


def _sequence(content: Content, model: str) -> Iterator[Problem]:
    """Two releases of a model cannot have the same place, and places follow the dates."""
    releases = [
        _Reader(sources[RELEASE], content)
        for (model_id, _), sources in content.releases.items()
        if model_id == model and RELEASE in sources
    ]
    ordered = sorted(
        (r for r in releases if isinstance(r.get("sequence"), int)), key=lambda r: (r.get("sequence"), r.file)
    )
    for before, after in pairwise(ordered):
        if before.get("sequence") == after.get("sequence"):
            yield after.problem(
                "same-sequence",
                ("sequence",),
                f"{before.file} has the same place {before.get('sequence')} in the order of releases",
                "give each release a place of its own",
            )
            continue
        first, second = parse_date(before.get("release_date")), parse_date(after.get("release_date"))
        if first and second and second < first:
            yield after.problem(
                "date-order",
                ("sequence",),
                f"comes after {before.file}, which was released later ({first})",
                "correct sequence or release_date",
                WARNING,
            )


def _summary_missing(reader: _Reader, key: str, as_of: date) -> Iterator[Problem]:
    placed = parse_date(reader.get("union_market_date"))
    if placed and placed > as_of:
        return
    legacy = surely_before(reader.get("union_market_date"), LEGACY_BEFORE) and as_of < LEGACY_DUE
    yield reader.problem(
        "missing-document",
        (),
        "this release has no training-content summary"
        + (f", which is due by {LEGACY_DUE}" if legacy else " (Art. 53(1)(d))"),
        f"write one with: gpai-portal new training-content-summary {key.replace('/', ' ')}, "
        "or add the release to covers: of another",
        WARNING if legacy else reader.gap,
    )


def _safety(reader: _Reader, content: Content, present: bool) -> Iterator[Problem]:
    provider = content.provider.data if content.provider else {}
    risk = _value(reader.get("systemic_risk", "status")) in {"notified", "designated"}
    if risk and not present and _yes(_at(provider, ("code_of_practice", "safety_and_security", "signed"))):
        yield reader.problem(
            "missing-document",
            ("systemic_risk",),
            "a model with systemic risk of a Signatory has no safety-and-security summary (Measure 10.2)",
            f"write {SAFETY}.yaml, unless it is not necessary for this model",
            WARNING,
        )


def _covered_twice(content: Content) -> Iterator[Problem]:
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
            reader = _Reader(sources[kind], content)
            yield from _unknown_releases(reader, content, "covers")
            for index, key in enumerate(_list(reader.get("covers"))):
                if key == f"{model}/{release}":
                    continue
                if other := holder.get(key):
                    yield reader.problem(
                        "item-in-two-files",
                        ("covers", index),
                        f"{key} already has this document in {other}",
                        "remove one of the two",
                    )
                holder.setdefault(key, reader.file)


def _unknown_releases(reader: _Reader, content: Content, key: str) -> Iterator[Problem]:
    known = [f"{m}/{r}" for m, r in content.releases]
    for index, name in enumerate(_list(reader.get(key))):
        if isinstance(name, str) and name not in known:
            guess = difflib.get_close_matches(name, known, n=1)
            yield reader.problem(
                "unknown-release",
                (key, index),
                f"there is no release {name!r}",
                f"did you mean {guess[0]}?" if guess else "known: " + (", ".join(known) or "none"),
            )


# -- training-content summary ------------------------------------------------------------------------------


def _summary(reader: _Reader, releases: list[_Reader], content: Content, as_of: date) -> Iterator[Problem]:
    yield from _last_update(reader, as_of)
    yield from _previous_versions(reader)
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
    for index, code in enumerate(_list(reader.get("processing", "tdm", "protocols"))):
        yield from _protocol(reader, code, ("processing", "tdm", "protocols", index))


def _last_update(reader: _Reader, as_of: date) -> Iterator[Problem]:
    for key in ("last_update", "last_updated"):
        updated = parse_date(reader.get(key))
        if updated and updated > as_of:
            yield reader.problem(
                "date-in-future",
                (key,),
                f"last updated on {updated}, after {as_of}",
                "correct the date, or give --as-of DATE",
            )


def _previous_versions(reader: _Reader) -> Iterator[Problem]:
    rows = _rows(reader.get("previous_versions"))
    version = str(_value(reader.get("version")) or "")
    first = re.fullmatch(r"(?i)\D{0,2}[01]?(\.0)*", version)
    if not rows and reader.get("previous_versions") is not None and version and not first:
        yield reader.problem(
            "previous-versions-missing",
            ("previous_versions",),
            f"version {version!r} is not the first, but no earlier one is linked",
            "list earlier versions with their links, which must stay reachable",
            WARNING,
        )
    updated = parse_date(reader.get("last_update"))
    for index, row in enumerate(rows):
        dated = parse_date(row.get("date"))
        if dated and updated and dated > updated:
            yield reader.problem(
                "date-order",
                ("previous_versions", index, "date"),
                f"an earlier version is dated {dated}, after this one ({updated})",
                "correct one of the two dates",
                reader.gap,
            )


def _update_due(reader: _Reader, releases: list[_Reader], as_of: date) -> Iterator[Problem]:
    """Six months after further training the summary is due again (Notice pt 29)."""
    updated = parse_date(reader.get("last_update"))
    trained = [parse_date(row.get("date")) for r in releases for row in _rows(r.get("further_trained"))]
    later = sorted(day for day in trained if day and updated and updated < day <= as_of)
    if later:
        due = _months_after(later[0], 6)
        yield reader.problem(
            "update-overdue" if due < as_of else "update-due",
            ("last_update",),
            f"the model was trained further on {later[0]}; an updated summary {'was' if due < as_of else 'is'} "
            f"due by {due}",
            "update the summary, or earlier where the change is materially significant",
            WARNING,
        )


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = (date(day.year + year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(day.year + year, month + 1, min(day.day, last))


def _gaps(reader: _Reader, releases: list[_Reader]) -> Iterator[Problem]:
    """Only models placed on the market before 2 August 2025 may state gaps; each names a field."""
    gaps = _list(reader.get("gaps"))
    placed = [raw for release in releases if parse_date(raw := release.get("union_market_date"))]
    if gaps and placed and not any(surely_before(raw, LEGACY_BEFORE) for raw in placed):
        yield reader.problem(
            "gaps-not-legacy",
            ("gaps",),
            f"information gaps may be stated only for models placed on the market before {LEGACY_BEFORE}",
            "answer the fields, or give the exact union_market_date",
            reader.gap,
        )
    for index, gap in enumerate(gaps):
        name = _at(gap, ("field",))
        if isinstance(name, str) and load(SUMMARY).find(name) is None:
            known = [f.dotted for f in load(SUMMARY).fields()]
            guess = difflib.get_close_matches(name, known, n=1)
            yield reader.problem(
                "unknown-field",
                ("gaps", index, "field"),
                f"there is no field {name!r}",
                f"did you mean {guess[0]}?" if guess else "see the field reference",
            )


def _scope(reader: _Reader, releases: list[_Reader]) -> Iterator[Problem]:
    release = next((r for r in releases if not _rows(r.get("dependencies"))), None)
    if reader.get("scope") == "modification_only" and release:
        yield reader.problem(
            "scope-without-dependency",
            ("scope",),
            "the summary covers a modification only, but the release names no model that was modified",
            f"list it under dependencies in {release.file}",
            reader.gap,
        )


def _dates(reader: _Reader) -> Iterator[Problem]:
    """Data cannot be newer than the document that describes them."""
    updated = parse_date(reader.get("last_update"))
    latest = parse_date(reader.get("general", "characteristics", "latest_acquisition"))
    end = parse_date(reader.get("sources", "crawled", "period", "to"))
    start = parse_date(reader.get("sources", "crawled", "period", "from"))
    if latest and updated and latest > updated:
        yield reader.problem(
            "date-order",
            ("general", "characteristics", "latest_acquisition"),
            f"data acquired in {latest:%Y-%m}, after the last update of this document ({updated})",
            "correct one of the two dates",
            reader.gap,
        )
    if end and latest and end > latest:
        yield reader.problem(
            "date-order",
            ("sources", "crawled", "period", "to"),
            f"collected until {end:%Y-%m}, after the latest acquisition given ({latest:%Y-%m})",
            "correct one of the two dates",
            reader.gap,
        )
    if start and end and start > end:
        yield reader.problem(
            "date-order",
            ("sources", "crawled", "period", "from"),
            f"collection begins ({start:%Y-%m}) after its end ({end:%Y-%m})",
            "correct one of the two dates",
            reader.gap,
        )


def _modalities(reader: _Reader) -> Iterator[Problem]:
    """A modality of a source must be one of the training data."""
    rows = _rows(reader.get("general", "characteristics", "modalities"))
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
        for modality in _list(_value(reader.get(*path, "modalities"))):
            code = "other" if isinstance(modality, Mapping) else modality
            if code not in known:
                yield reader.problem(
                    "modality-mismatch",
                    (*path, "modalities"),
                    f"{code} is a modality of this source, but not of the training data in section 1.3",
                    "add it there, or correct it here",
                    WARNING,
                )


def _answered_despite_no(reader: _Reader) -> Iterator[Problem]:
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
                "answered-despite-no",
                (*section.path, key),
                "this is answered although the question above it is answered No",
                "correct one of the two; for content obtained without a crawler set without_crawler: true"
                if section.key == "crawled"
                else "correct one of the two",
                WARNING,
            )


def _domains(reader: _Reader, content: Content) -> Iterator[Problem]:
    """The list is long enough, and its file can be read."""
    path: Path_ = ("sources", "crawled", "top_domains")
    answer = reader.get(*path)
    names = [d.get("domain") if isinstance(d, Mapping) else d for d in _list(_value(answer))]
    if isinstance(answer, Mapping) and isinstance(file := answer.get("file"), str):
        listed, problems = _domain_file(reader, file, (*path, "file"))
        yield from problems
        names += listed
    if not names:
        return
    total = answer.get("total") if isinstance(answer, Mapping) else None
    if total is None:
        yield reader.problem(
            "domains-share-unknown",
            path,
            "readers cannot tell which share of the domain names is listed",
            "give total: the number of domain names crawled in all",
            WARNING,
        )
    if isinstance(total, int) and total > 0:
        sme = bool(content.provider and _value(content.provider.data.get("size")) == "sme")
        needed = min(math.ceil(total / 20), 1000) if sme else math.ceil(total / 10)
        share = "5 % or 1 000, whichever is lower" if sme else "10 %"
        if len(names) < needed:
            yield reader.problem(
                "domains-too-few",
                path,
                f"{len(names):,} of {total:,} domain names are listed; asked for are {needed:,} ({share})",
                "list more",
                reader.gap,
            )


def _domain_file(reader: _Reader, name: str, path: Path_) -> tuple[list[str], list[Problem]]:
    file = reader.source.file.with_name(name)
    if not file.is_file() or file.is_symlink():
        return [], [
            reader.problem("missing-file", path, f"there is no file {name} beside this one", "add it, or give url:")
        ]
    if file.stat().st_size > 100 * MAX_BYTES:
        return [], [reader.problem("file-too-large", path, f"{name} is over 100 MB", "give url: instead")]
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
                    "vague-domains",
                    relative,
                    f"{text[:60]!r} is not a domain name",
                    "write one domain name a line, such as example.com",
                    number,
                    1,
                )
            )
    return names, problems


def _signatory(reader: _Reader, content: Content) -> Iterator[Problem]:
    said = _value(reader.get("processing", "tdm", "code_signatory"))
    provider = content.provider.data if content.provider else {}
    signed = _value(_at(provider, ("code_of_practice", "copyright", "signed")))
    if isinstance(said, bool) and isinstance(signed, bool) and said != signed:
        yield reader.problem(
            "signatory-mismatch",
            ("processing", "tdm", "code_signatory"),
            f"says {_yes_no(said)}, but provider.yaml says {_yes_no(signed)} for the Copyright chapter",
            "correct one of the two",
            reader.gap,
        )


def _crawlers(reader: _Reader, content: Content) -> Iterator[Problem]:
    """A crawler named in a summary is one, and is described in the copyright policy."""
    datasets = set(read_json("registry/third-party-datasets.json")["names"])
    for index, row in enumerate(_rows(reader.get("sources", "crawled", "crawlers"))):
        name = str(_value(row.get("name")))
        if re.sub(r"[\W_]", "", name.casefold()) in datasets:
            yield reader.problem(
                "crawler-is-dataset",
                ("sources", "crawled", "crawlers", index, "name"),
                f"{name!r} is a dataset compiled by a third party, not a crawler run by the provider or on its behalf",
                "list it in section 2.1 (Template 2.3, scope)",
                WARNING,
            )
    crawlers = _rows(_at(content.policy.data, ("reservations", "crawlers"))) if content.policy else []
    if not crawlers:
        return
    described = {str(_value(row.get("name"))).casefold() for row in crawlers}
    for index, row in enumerate(_rows(reader.get("sources", "crawled", "crawlers"))):
        name = _value(row.get("name"))
        if isinstance(name, str) and name.casefold() not in described:
            yield reader.problem(
                "crawler-mismatch",
                ("sources", "crawled", "crawlers", index, "name"),
                f"the copyright policy does not describe the crawler {name!r} (Measure 1.3(4))",
                f"add it under reservations.crawlers in {POLICY}.yaml",
                WARNING,
            )


#: First and last value of the middle range, by modality, and the units it is counted in (Template 1.3).
RANGES = {
    "text": (1e9, 1e13, "tokens"),
    "image": (1e6, 1e9, "images"),
    "audio": (1e4, 1e6, "hours"),
    "video": (1e4, 1e6, "hours"),
}


def _sizes(reader: _Reader) -> Iterator[Problem]:
    """A figure lies in the range that is ticked."""
    path: Path_ = ("general", "characteristics", "modalities")
    for index, row in enumerate(_rows(reader.get(*path))):
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
                "size-mismatch",
                (*path, index, "size", "quantity"),
                f"{size['quantity']} {unit} do not lie in the range {size['band']}, but in {band}",
                "correct one of the two",
                reader.gap,
            )


def _generators(reader: _Reader, releases: list[_Reader]) -> Iterator[Problem]:
    """A model cannot have generated its own training data before it was trained."""
    own = {str(_value(row.get("name"))).casefold() for r in releases for row in _rows(r.get("versioned_names"))}
    path: Path_ = ("sources", "synthetic", "market_models")
    for index, row in enumerate(_rows(reader.get(*path))):
        name = _value(row.get("name"))
        if isinstance(name, str) and name.casefold() in own:
            yield reader.problem(
                "generator-is-model",
                (*path, index, "name"),
                f"{name!r} is the model this summary describes",
                "name the version that generated the data",
                WARNING,
            )


def _reservations(reader: _Reader) -> Iterator[Problem]:
    """Section 3.1 is answered where content from the web was used, and says what was done."""
    web = [
        ("sources", "public", "used"),
        ("sources", "crawled", "used"),
        ("sources", "crawled", "without_crawler"),
    ]
    measures = reader.get("processing", "tdm", "measures")
    state = measures.get("state") if isinstance(measures, Mapping) else None
    if state in {"not_applicable", "none"} and any(_yes(reader.get(*path)) for path in web):
        yield reader.problem(
            "reservations-not-addressed",
            ("processing", "tdm", "measures"),
            "public datasets or content from the web were used, but no measure to respect reservations is described",
            "say what you, and the makers of the datasets, did",
            WARNING,
        )
    for path in (("processing", "tdm", "measures"), ("processing", "illegal_content", "measures")):
        text = _value(reader.get(*path))
        if isinstance(text, str) and (hedge := re.search(r"(?i)\b(may|might|could) (also )?(include|be|use)\b", text)):
            yield reader.problem(
                "hedged-wording",
                path,
                f"{hedge[0]!r} leaves open what was done",
                "say which measures were taken",
                WARNING,
            )


# -- Model Documentation Form ------------------------------------------------------------------------------


def _form(reader: _Reader, as_of: date) -> Iterator[Problem]:
    """Items for authorities only are published on purpose, or not at all."""
    yield from _last_update(reader, as_of)
    yield from check_precision(reader.source, reader.file)
    allowed = _list(reader.get("publish_beyond_audience"))
    for field in load(FORM).fields():
        if len(field.path) != 2 or reader.get(*field.path) is None:
            continue
        if "DPs" not in field.audience and field.dotted not in allowed:
            yield reader.problem(
                "beyond-audience",
                field.path,
                f"'{field.title}' is intended for {' and '.join(field.audience)} only, not for the public",
                f"move it to private/, or list {field.dotted} under publish_beyond_audience",
            )
    for index, name in enumerate(allowed):
        if isinstance(name, str) and load(FORM).find(name) is None:
            guess = difflib.get_close_matches(name, [f.dotted for f in load(FORM).fields()], n=1)
            yield reader.problem(
                "unknown-field",
                ("publish_beyond_audience", index),
                f"there is no item {name!r}",
                f"did you mean {guess[0]}?" if guess else "see the field reference",
            )


# -- reading raw values ------------------------------------------------------------------------------------


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        if isinstance(data, Mapping) and key in data:
            data = data[key]
        else:
            return None
    return data


def _value(raw: Any) -> Any:
    return raw.get("value") if isinstance(raw, Mapping) else raw


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _rows(raw: Any) -> list[Mapping[str, Any]]:
    return [row if isinstance(row, Mapping) else {} for row in _list(_value(raw))]


def _yes(raw: Any) -> bool:
    return _value(raw) is True


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def _exact(reader: _Reader, *keys: str) -> bool:
    """Whether dates are given to the day and without a qualifier, so that they can be compared."""
    return all(isinstance(raw := reader.get(key), str) and len(raw) == 10 for key in keys)
