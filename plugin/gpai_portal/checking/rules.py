"""Rules that no schema can say: between fields, between files, and against the calendar.

Each rule is a generator of problems that takes what it needs and stands alone; ``check_rules`` runs them all.
Validation has set aside what is of the wrong shape, so an answer is either missing or what its schema says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from babel import Locale

from gpai_portal.checking.answers import is_transcription
from gpai_portal.checking.contradictions import (
    check_form_contradictions,
    check_policy_crawlers,
    check_representative,
)
from gpai_portal.checking.precision import check_precision
from gpai_portal.checking.reader import (
    Reader,
    did_you_mean,
    last_update,
    previous_versions,
    protocol,
    unknown_releases,
)
from gpai_portal.checking.releases import (
    SYSTEMIC_RISK,
    check_names,
    check_release,
    check_sequence,
    covered_twice,
    safety_missing,
    summary_missing,
)
from gpai_portal.checking.summary import check_summary
from gpai_portal.codes import Code
from gpai_portal.content.answers import ABSENCES, Audience, Path_, Row, Status
from gpai_portal.content.folder import Content
from gpai_portal.content.law import country_for, is_in_union
from gpai_portal.documents import Place, kinds_with_pages
from gpai_portal.errors import Problem
from gpai_portal.schema import FORM, POLICY, PROVIDER, RELEASE, SAFETY, SUMMARY, Field, load


def check_rules(content: Content, as_of: date) -> list[Problem]:
    """All problems between fields and files, as on a day."""
    portal = {kind: Reader(source, content) for kind, source in content.portal.items()}
    releases = {
        f"{model}/{release}": {kind: Reader(source, content) for kind, source in sources.items()}
        for (model, release), sources in content.releases.items()
        if RELEASE in sources
    }
    problems: list[Problem] = []
    if PROVIDER in portal:
        problems += check_provider(portal[PROVIDER], releases)
    if POLICY in portal:
        problems += check_policy(portal[POLICY])
    elif PROVIDER in portal and POLICY not in content.unread:
        problems += policy_missing(portal[PROVIDER])
    for kind in kinds_with_pages(Place.PORTAL):
        if kind in portal:
            problems += check_document(portal[kind], as_of)
    problems += covered_twice(content)
    summaries = [sources[SUMMARY] for sources in releases.values() if SUMMARY in sources]
    covered = {key for summary in summaries for key in summary.get("covers").items}
    if POLICY in portal and SUMMARY not in content.unread:
        problems += check_policy_crawlers(portal[POLICY], summaries)
    all_covers_known = SUMMARY not in content.unread and all(s.source.is_whole("covers") for s in summaries)
    for model in sorted({model for model, _ in content.releases}):
        of_model = [own[RELEASE] for key, own in releases.items() if key.startswith(f"{model}/")]
        problems += [*check_names(of_model), *check_sequence(of_model)]
    for key, documents in releases.items():
        release = documents[RELEASE]
        problems += check_release(release)
        for kind in kinds_with_pages(Place.RELEASE):
            if kind in documents:
                problems += check_document(documents[kind], as_of)
        if SUMMARY in documents:
            others = [k for k in documents[SUMMARY].get("covers").items if k in releases and k != key]
            problems += check_summary(documents[SUMMARY], [release, *(releases[k][RELEASE] for k in others)], as_of)
        elif key not in covered and all_covers_known:
            problems += summary_missing(release, key, as_of)
        if FORM in documents:
            problems += check_form(documents[FORM])
            if SUMMARY in documents and documents[FORM].get("covers") == documents[SUMMARY].get("covers"):
                problems += check_form_contradictions(documents[FORM], documents[SUMMARY])
        if SAFETY not in documents and SAFETY not in content.unread:
            problems += safety_missing(release)
    return problems


def check_document(reader: Reader, as_of: date) -> Iterator[Problem]:
    """What holds for every document that readers see as such."""
    yield from last_update(reader, as_of)
    yield from previous_versions(reader)


# -- provider ----------------------------------------------------------------------------------------------


def check_provider(reader: Reader, releases: dict[str, dict[str, Reader]]) -> Iterator[Problem]:
    """A representative is named where one is needed (Art. 54), and somebody can be reached in every matter."""
    yield from _contacts(reader)
    country = reader.get("country").value
    if isinstance(country, str) and (mend := _country_meant(country)):
        message = f"{country!r} is no country code of ISO 3166-1"
        yield reader.problem(Code.NOT_AN_OPTION, ("country",), message, mend)
        return
    representative = reader.get("authorised_representative")
    in_union = is_in_union(reader.get("country"))
    claims = [_needs_no_representative(documents[RELEASE]) for documents in releases.values()]
    all_exempt = bool(claims) and all(claims)
    named = representative.value and {"name", "email", "address", "url"} & representative.value.cells.keys()
    claims_known = RELEASE not in reader.content.unread and all(
        d[RELEASE].source.is_whole("art_53_2") for d in releases.values()
    )
    known = claims_known and reader.source.is_whole("authorised_representative")
    told = representative.status is Status.UNANSWERED or not known
    if isinstance(country, str) and not in_union and not named and not told and not all_exempt:
        yield reader.problem(
            Code.REPRESENTATIVE_MISSING,
            ("authorised_representative",),
            f"the provider is established outside the Union ({country}) and names no authorised representative",
            "name one (Art. 54), or claim Art. 53(2) for every release where it applies (Art. 54(6))",
        )
    yield from check_representative(reader)


#: Two letters that stand for groups of countries, or for none.
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def _country_meant(code: str) -> str:
    """What to write in place of a code that no country has; empty if one has it."""
    if (meant := country_for(code)) != code:
        return f"did you mean {meant}?"
    known = code in Locale("en").territories and code not in NO_COUNTRIES
    return "" if known else "write the code of the country of establishment, for example IE"


def _contacts(reader: Reader) -> Iterator[Problem]:
    """Somebody can be reached in every matter."""
    contacts = reader.get("contacts")
    roles = {row["role"].value for row in contacts.rows}
    # What is transcribed repeats a document that need not name them: the form asks for a way to reach the provider.
    asked = contacts.rows and reader.source.is_whole("contacts") and not reader.transcribed
    for role, who in ROLES.items() if asked else ():
        if role not in roles:
            advice = f"add an entry with role: {role}"
            yield reader.problem(Code.CONTACT_MISSING, ("contacts",), f"no contact for {who}", advice)
    rights = [row for row in contacts.rows if row["role"].value == "rightsholders"]
    if rights and not any(_can_be_written_to(row) for row in rights):
        yield _without_way(reader, rights[0].path)


#: Whom a provider names a contact for, by role.
ROLES = {"rightsholders": "rightsholders", "ai_office": "the AI Office", "downstream": "downstream providers"}


def _can_be_written_to(contact: Row) -> bool:
    return bool(contact["email"].text or contact["url"].text)


def _without_way(reader: Reader, path: Path_) -> Problem:
    message = "rightsholders cannot reach this contact by electronic means"
    return reader.problem(Code.CONTACT_WITHOUT_WAY, path, message, "add email: or url: (Measure 1.5)")


def _needs_no_representative(release: Reader) -> bool:
    """Whether Art. 54 does not ask for one: Art. 53(2) is claimed without systemic risk, or the model is not placed on
    the Union market."""
    if release.get("union_market_date").status in ABSENCES:
        return True
    risk = release.get("systemic_risk", "status").value in SYSTEMIC_RISK
    return release.get("art_53_2", "claimed").says_yes and not risk


# -- copyright policy --------------------------------------------------------------------------------------


def policy_missing(provider: Reader) -> Iterator[Problem]:
    """Every provider has a copyright policy."""
    content = provider.content
    transcribed = is_transcription(provider.source, content)
    yield Problem(
        Code.MISSING_DOCUMENT,
        content.relative(content.folder / f"{POLICY}.yaml"),
        "no copyright policy is transcribed here; every provider needs one (Art. 53(1)(c)), whether published or not"
        if transcribed
        else "there is no copyright policy, which every provider needs (Art. 53(1)(c))",
        "transcribe the one that the provider published, if there is one"
        if transcribed
        else "write one with: gpai-portal new copyright-policy",
        severity=Code.MISSING_DOCUMENT.severity_in(transcribed),
    )


def check_policy(reader: Reader) -> Iterator[Problem]:
    """Releases and protocols that the policy names exist."""
    yield from unknown_releases(reader, "models")
    for row in reader.get("reservations", "protocols").rows:
        yield from protocol(reader, row["code"].value, row["code"].path)
    protocols = reader.get("reservations", "protocols")
    if protocols.status is Status.NOT_APPLICABLE and reader.get("reservations", "crawlers").rows:
        message = "crawlers are described, so that opt-out protocols apply"
        advice = "list those that are honoured, or write {state: none}"
        yield reader.problem(Code.EMPTY_ANSWER, protocols.path, message, advice)
    contact = reader.get("complaints", "contact")
    if contact.value and not _can_be_written_to(contact.value) and not reader.get("complaints", "form").text:
        yield _without_way(reader, contact.path)


# -- Model Documentation Form ------------------------------------------------------------------------------


def check_form(reader: Reader) -> Iterator[Problem]:
    """Items for authorities only are published on purpose, or not at all."""
    yield from check_precision(reader.source, reader.file)
    listed = reader.get("publish_beyond_audience")
    form = load(FORM)
    for field in _for_authorities():
        if reader.get(*field.path).written is not None and field.dotted not in listed.items:
            yield reader.problem(
                Code.BEYOND_AUDIENCE,
                field.path,
                f"'{field.title}' is intended for {' and '.join(field.audience)} only, not for the public",
                f"move it to private/, or list {field.dotted} under publish_beyond_audience",
            )
    for index, name in enumerate(listed.items):
        if isinstance(name, str) and form.find(name) is None:
            advice = did_you_mean(name, [f.dotted for f in form.fields()], "see the field reference")
            yield reader.problem(Code.UNKNOWN_FIELD, (*listed.path, index), f"there is no item {name!r}", advice)


@cache
def _for_authorities() -> tuple[Field, ...]:
    """The items of the Form that are intended neither for the public nor for downstream providers."""
    return tuple(f for f in load(FORM).fields() if {Audience.PUBLIC, Audience.DPS}.isdisjoint(f.audience))
