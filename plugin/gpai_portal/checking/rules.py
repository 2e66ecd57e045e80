"""Rules that no schema can say: between fields, between files, and against the calendar.

Each rule is a generator of problems that takes what it needs and stands alone; ``check_rules`` runs them all.
Validation has set aside what is of the wrong shape, so a value is either missing or what its schema says.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date

from gpai_portal.checking.answers import is_transcription
from gpai_portal.checking.precision import check_precision
from gpai_portal.checking.reader import (
    Reader,
    at,
    is_yes,
    last_update,
    list_of,
    previous_versions,
    protocol,
    rows_of,
    unknown_releases,
)
from gpai_portal.checking.releases import covered_twice, release_rules, safety_missing, sequence, summary_missing
from gpai_portal.checking.summary import summary_rules
from gpai_portal.codes import Code
from gpai_portal.content.folder import Content
from gpai_portal.errors import Problem
from gpai_portal.schema import FORM, POLICY, RELEASE, SAFETY, SUMMARY, load, read_json


def check_rules(content: Content, as_of: date) -> list[Problem]:
    """All problems between fields and files, as on a day."""
    problems: list[Problem] = []
    if content.provider:
        problems += _provider(Reader(content.provider, content), content)
    if content.policy:
        problems += _policy(Reader(content.policy, content), content, as_of)
    elif content.provider:
        problems.append(
            Problem(
                Code.MISSING_DOCUMENT,
                content.relative(content.folder / f"{POLICY}.yaml"),
                "there is no copyright policy, which every provider needs (Art. 53(1)(c))",
                "write one with: gpai-portal new copyright-policy",
                severity=Code.MISSING_DOCUMENT.severity_in(is_transcription(content.provider, content)),
            )
        )
    problems += covered_twice(content)
    covered = {
        key: kind_source
        for kind_source in content.releases.values()
        for source in (kind_source.get(SUMMARY),)
        if source
        for key in list_of(source.data.get("covers"))
    }
    for model in sorted({m for m, _ in content.releases}):
        problems += sequence(content, model)
    readers = {
        f"{m}/{r}": Reader(sources[RELEASE], content)
        for (m, r), sources in content.releases.items()
        if RELEASE in sources
    }
    for (model_id, release_id), sources in content.releases.items():
        key = f"{model_id}/{release_id}"
        release = sources.get(RELEASE)
        if release is None:
            continue
        reader = Reader(release, content)
        problems += release_rules(reader, as_of)
        if SUMMARY not in sources and key not in covered:
            problems += summary_missing(reader, key, as_of)
        if SUMMARY in sources:
            summary = Reader(sources[SUMMARY], content)
            others = [readers[k] for k in list_of(summary.get("covers")) if k in readers and k != key]
            problems += summary_rules(summary, [reader, *others], content, as_of)
        if FORM in sources:
            problems += _form(Reader(sources[FORM], content), as_of)
        if SAFETY in sources:
            problems += last_update(Reader(sources[SAFETY], content), as_of)
        problems += safety_missing(reader, content, SAFETY in sources)
    return problems


# -- provider ----------------------------------------------------------------------------------------------


def _provider(reader: Reader, content: Content) -> Iterator[Problem]:
    country = reader.get("country")
    representative = reader.get("authorised_representative")
    in_union = country in read_json("registry/union.json")["member_states"]
    releases = [sources[RELEASE] for sources in content.releases.values() if RELEASE in sources]
    all_exempt = bool(releases) and all(is_yes(at(r.data, ("art_53_2", "claimed"))) for r in releases)
    named = isinstance(representative, Mapping) and {"name", "email", "address", "url"} & representative.keys()
    told = isinstance(representative, Mapping) and representative.get("state") == "unanswered"
    if isinstance(country, str) and not in_union and not named and not told and not all_exempt:
        yield reader.problem(
            Code.REPRESENTATIVE_MISSING,
            ("authorised_representative",),
            f"the provider is established outside the Union ({country}) and names no authorised representative",
            "name one (Art. 54), or claim Art. 53(2) for every release where it applies (Art. 54(6))",
        )
    roles = {row.get("role") for row in list_of(reader.get("contacts")) if isinstance(row, Mapping)}
    for role, who in (
        ("rightsholders", "rightsholders"),
        ("ai_office", "the AI Office"),
        ("downstream", "downstream providers"),
    ):
        if reader.get("contacts") is not None and role not in roles:
            yield reader.problem(
                Code.CONTACT_MISSING,
                ("contacts",),
                f"no contact for {who}",
                f"add an entry with role: {role}",
            )


# -- copyright policy --------------------------------------------------------------------------------------


def _policy(reader: Reader, content: Content, as_of: date) -> Iterator[Problem]:
    yield from last_update(reader, as_of)
    yield from previous_versions(reader)
    yield from unknown_releases(reader, content, "models")
    for index, row in enumerate(rows_of(reader.get("reservations", "protocols"))):
        yield from protocol(reader, row.get("code"), ("reservations", "protocols", index, "code"))


# -- Model Documentation Form ------------------------------------------------------------------------------


def _form(reader: Reader, as_of: date) -> Iterator[Problem]:
    """Items for authorities only are published on purpose, or not at all."""
    yield from last_update(reader, as_of)
    yield from check_precision(reader.source, reader.file)
    allowed = list_of(reader.get("publish_beyond_audience"))
    for field in load(FORM).fields():
        if len(field.path) != 2 or reader.get(*field.path) is None:
            continue
        if "DPs" not in field.audience and field.dotted not in allowed:
            yield reader.problem(
                Code.BEYOND_AUDIENCE,
                field.path,
                f"'{field.title}' is intended for {' and '.join(field.audience)} only, not for the public",
                f"move it to private/, or list {field.dotted} under publish_beyond_audience",
            )
    for index, name in enumerate(allowed):
        if isinstance(name, str) and load(FORM).find(name) is None:
            guess = difflib.get_close_matches(name, [f.dotted for f in load(FORM).fields()], n=1)
            yield reader.problem(
                Code.UNKNOWN_FIELD,
                ("publish_beyond_audience", index),
                f"there is no item {name!r}",
                f"did you mean {guess[0]}?" if guess else "see the field reference",
            )
