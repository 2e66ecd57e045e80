"""Ways to decide a single question of the form: contacts, names, sizes, versions, dates."""

from __future__ import annotations

import re
from datetime import date, timedelta

from gpai_portal.audit.conditions import sizes
from gpai_portal.audit.findings import Finding, by_check, no, person, share, yes
from gpai_portal.audit.registry import way
from gpai_portal.audit.rubric import Question
from gpai_portal.audit.subject import LINK, Subject, is_filled
from gpai_portal.checking.domains import names_asked
from gpai_portal.content.answers import ABSENCES, Answer, Domains, Row, Size, first_day_of
from gpai_portal.content.labels import label_of
from gpai_portal.content.law import is_legacy, legacy_due, may_be_legacy
from gpai_portal.content.terms import Term
from gpai_portal.dates import last_day
from gpai_portal.errors import quoted
from gpai_portal.phrases import phrases, sentences_of
from gpai_portal.suffixes import is_known_top_level, is_public_suffix

# -- contacts ----------------------------------------------------------------------------------------------


def _contact(subject: Subject, question: Question) -> Row | None:
    value = subject.answer(question.fields[0]).value
    return value if isinstance(value, Row) else None


@way
def contact(subject: Subject, question: Question) -> Finding:
    """A contact has one of some ``parts``."""
    row = _contact(subject, question)
    found = [part for part in question.decide["parts"] if row and row[part].text]
    return yes(f"gives {', '.join(found)}") if found else no(f"gives none of: {', '.join(question.decide['parts'])}")


@way
def legal_person(subject: Subject, question: Question) -> Finding:
    """A contact is a legal person: by a registration, or by the form in its name."""
    row = _contact(subject, question)
    if row is None or not row["name"].text:
        return no("no name is given")
    if row["registrations"].items:
        return yes("gives a registration")
    if phrases("")["legal_form"].is_in(row["name"].text):
        return yes(f"{quoted(row['name'].text)} names a legal form")
    return person(f"{quoted(row['name'].text)} names no legal form that is known here", presumed=True)


@way
def contact_for(subject: Subject, question: Question) -> Finding:
    """Somebody can be reached in this matter: by a contact of one of some ``roles``, or by an address that is not a
    ``generic`` one."""
    for role in question.decide["roles"]:
        for row in subject.disclosures.provider.contacts(role):
            if row["email"].text or row["url"].text:
                return yes(f"provider.yaml has a contact: {role}")
    return _mailbox(_contact(subject, question), question)


@way
def own_mailbox(subject: Subject, question: Question) -> Finding:
    """A contact has an address of its own, which is neither the provider's nor a ``generic`` one."""
    row = _contact(subject, question)
    own = row["email"].text if row else ""
    if own and own == subject.disclosures.provider.answers.get("email").text:
        return no(f"{own} is the general address of the provider")
    return _mailbox(row, question)


def _mailbox(row: Row | None, question: Question) -> Finding:
    if row is None:
        return no("no contact is given")
    local = row["email"].text.partition("@")[0].casefold()
    if local:
        return (
            no(f"{row['email'].text} is a general address")
            if local in question.decide["generic"]
            else yes(f"gives {row['email'].text}")
        )
    if row["url"].text:
        return person(f"whether {row['url'].text} is meant for this a person has to say", presumed=True)
    return no("gives neither e-mail nor web page")


# -- names -------------------------------------------------------------------------------------------------


@way
def distinct(subject: Subject, question: Question) -> Finding:
    """Each name of a table is that of one thing: by a figure or address, and without ``words`` for many."""
    rows = subject.rows(question.fields[0])
    many = [row for row in rows if subject.hits(row["name"].text, question.decide["words"])]
    good = [r for r in rows if r not in many and (re.search(r"\d", r["name"].text) or is_filled(r["url"]))]
    return share(len(good), len(rows), "names have a version, size or address, and are no family")


@way
def names_match(subject: Subject, question: Question) -> Finding:
    """The longer words of each name stand in its address, as whole words; of others a person has to say whether they
    belong together."""
    rows = [row for row in subject.rows(question.fields[0]) if is_filled(row["url"])]
    for row in rows:
        labels = set(re.findall(r"[^\W_]+", row["url"].text.casefold()))
        words = re.findall(r"[^\W_]+", row["name"].text.casefold())
        longer = {word for word in words if len(word) > 3} or set(words)
        if "".join(words) not in labels and not longer <= labels:
            return person(f"{quoted(row['name'].text)} does not stand in {quoted(row['url'].text)}", presumed=True)
    return yes(f"{len(rows)} names stand in their addresses")


@way
def same_for_all(subject: Subject, question: Question) -> Finding:
    """It is said that all answers hold for each model, or for which they do."""
    if subject.is_told(question.fields[0]):
        return yes("coverage_note says so")
    if any("applies_to" in row for entry in subject.document.root.walk() for row in entry.answer.rows):
        return yes("what differs says for which models it holds (applies_to)")
    return person("presumed: one summary was published for all", presumed=True)


# -- modalities and sizes ----------------------------------------------------------------------------------


@way
def sized(subject: Subject, question: Question) -> Finding:
    """Each modality has a range, an approximate size, or is stated to have none, with the reason."""
    rows = subject.rows(question.fields[0])
    if problems := subject.found(["size-missing", "size-without-modality"], question.fields):
        return by_check(problems[0])
    return share(sum(_is_sized(row) for row in rows), len(rows), "modalities have a size")


def _is_sized(row: Row) -> bool:
    given = row["size"].each
    return bool(given) and all(
        one.value.band or one.value.approximate
        if isinstance(one.value, Size)
        else one.status in ABSENCES and bool(one.reason)
        for one in given
    )


@way
def unit(subject: Subject, question: Question) -> Finding:
    """The size of a ``modality`` has a unit, one of ``units`` if they are given."""
    found = sizes(subject, list(question.fields), question.decide["modality"])
    told = [" ".join(filter(None, (size.unit, size.approximate))) for size in found]
    wanted = question.decide.get("units", [""])
    good = [text for text in told if text and any(one.casefold() in text.casefold() for one in wanted)]
    return yes(f"counted in {quoted(good[0])}") if good else no("no fitting unit is given")


@way
def other_named(subject: Subject, question: Question) -> Finding:
    """A modality beyond the four of the form has a name, which is none of the four."""
    rows = [row for row in subject.rows(question.fields[0]) if "other" in row["modality"].items]
    good = [row for row in rows if row["other_name"].text.casefold() not in {"", "text", "image", "audio", "video"}]
    return share(len(good), len(rows), "other modalities have a name")


@way
def more_domains(subject: Subject, question: Question) -> Finding:
    """More domain names are listed than the form asks for, or the comment names some."""
    table, comment = question.fields
    for sentence in (part for text in subject.texts([comment]) for part in sentences_of(LINK.sub("", text))):
        for name in re.findall(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", sentence, re.IGNORECASE):
            if not is_known_top_level(name.rpartition(".")[2].lower()) or is_public_suffix(name):
                continue
            if subject.hits(sentence, ["untold", "undone"]) != set():
                return person(f"whether {name} was crawled a person has to say")
            return yes(f"the comment names {name}")
    value = subject.answer(table).value
    if not isinstance(value, Domains):
        return no("no domain name is listed")
    if not value.total:
        return person("how many domain names were crawled in all is not said")
    small = subject.disclosures.provider.answers.get("size").value != "other"  # as check asks
    count, asked = _count(subject, value), names_asked(value.total, sme=small)
    return (
        yes(f"{count} names, asked for are {asked}") if count > asked else no(f"{count} names, asked for are {asked}")
    )


def _count(subject: Subject, value: Domains) -> int:
    if not value.file or not subject.document.file:
        return len(value.distinct)
    lines = subject.document.file.with_name(value.file).read_text(encoding="utf-8-sig").splitlines()
    return len(value.distinct | {line.strip() for line in lines if line.strip() and not line.startswith("#")})


# -- versions and dates ------------------------------------------------------------------------------------


def _labels(subject: Subject) -> list[tuple[str, date | None]]:
    """Labels of all versions with their dates, as far as they are known, oldest first; its own last."""
    document = subject.document
    told = [(row["version"].text, row["date"].day) for row in subject.earlier]
    for state in subject.published:
        label = label_of(document.schema, state.data)
        told.append((label.version, first_day_of(label.updated)))
    told.append((document.version, document.last_update.day))
    unique = list(dict.fromkeys(told))
    return sorted(unique, key=lambda one: one[1] or date.min)


@way
def labels_differ(subject: Subject, question: Question) -> Finding:
    """No two versions have one label with different dates."""
    labels = [label for label, _ in _labels(subject)]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    return no(f"two versions are called {quoted(twice[0])}") if twice else yes(f"{len(labels)} labels, all different")


@way
def labels_sort(subject: Subject, question: Question) -> Finding:
    """The numbers in the labels rise with the dates."""
    labels = _labels(subject)
    if any(day is None for _, day in labels):
        return no("a version has no date")
    numbers = [[int(n) for n in re.findall(r"\d+", label)] for label, _ in labels]
    if not all(numbers):
        return no("a version has no number")
    return (
        yes("numbers rise with the dates") if numbers == sorted(numbers) else no("numbers do not rise with the dates")
    )


@way
def versions_linked(subject: Subject, question: Question) -> Finding:
    """Each earlier version has an address: in the list, or because it was published here."""
    rows = subject.earlier
    if not rows and len(subject.published) > 1:
        return yes(f"{len(subject.published)} revisions were published here, each at its address")
    if not rows:
        return no(f"no list: {subject.answer(question.fields[0]).status}")
    return share(sum(bool(row["url"].text) for row in rows), len(rows), "earlier versions have an address")


@way
def changes_told(subject: Subject, question: Question) -> Finding:
    """What changed is said, or shown by the comparison of two revisions that were published here."""
    if subject.is_told(question.fields[0]):
        return yes("answered")
    if len(subject.published) > 1:
        return yes("the portal compares the revisions that were published here")
    return no("not answered, and no two revisions were published here")


@way
def built_alike(subject: Subject, question: Question) -> Finding:
    """Versions that were published here follow one edition of the form, or their change is told."""
    known = [state.data for state in subject.published]
    if len(known) < 2:
        return person("earlier versions were not published here")
    if len({(str(data.get("template")), *sorted(data)) for data in known}) == 1 or subject.is_told("changes"):
        return yes(f"{len(known)} revisions on one form")
    return no("revisions have different parts, and no change is told")


@way
def same_place(subject: Subject, question: Question) -> Finding:
    """Revisions that were published here have one address."""
    if len(subject.published) > 1:
        return yes(f"{len(subject.published)} revisions were published at one address of the portal")
    return person("earlier versions were not published here")


@way
def in_time(subject: Subject, question: Question) -> Finding:
    """The first version is no later than the placement of each model on the Union market; of a model from before
    Chapter V applied, than the end of its transition."""
    if problems := subject.found(["update-overdue"], ["", "release:"]):
        return by_check(problems[0])
    known = [Term.of(row["date"]) for row in subject.earlier] + [Term.of(subject.document.last_update)]
    for state in subject.published:
        updated = label_of(subject.document.schema, state.data).updated
        known.append(Term(first_day_of(updated), last_day(updated)) if updated else Term())
    if not all(term.is_known for term in known):
        return no("a version has no date")
    first = Term.first_of(known)
    open_ = []
    for release in subject.releases:
        placed = release.answers.get("union_market_date")
        if placed.status in ABSENCES:
            continue
        if placed.day is None:
            return person(f"the day on which {release.name} was placed on the market is not known")
        due = _due(placed)
        if first.earliest and due.is_over(first.earliest):
            return no(f"the first version that is known is of {first}, due was {due} ({release.name})")
        if not (first.latest and due.earliest and first.latest <= due.earliest):
            open_.append(f"the first version that is known is of {first}, due was {due} ({release.name})")
    if open_:
        return person(f"the dates are not exact enough: {open_[0]}")
    return yes(f"the first version that is known is of {first}")


def _due(placed: Answer) -> Term:
    """When the first version is due for a model that was placed on the market on a day, which may not be exact."""
    due, legacy = Term.of(placed), Term.on(legacy_due())
    if is_legacy(placed):
        return legacy
    return Term(due.earliest, Term.last_of([due, legacy]).latest) if may_be_legacy(placed) else due


@way
def recent(subject: Subject, question: Question) -> Finding:
    """A date lies no more than some ``days`` back; of one that may lie on either side a person has to say."""
    term = Term.of(subject.answer(question.fields[0]))
    if not term.is_known:
        return no("no date is given that can be counted from")
    since = subject.as_of - timedelta(days=question.decide["days"])
    if term.is_over(since):
        return no(f"it was {term}")
    return person(f"it was {term}") if term.may_be_over(since) else yes(f"it was {term}")


@way
def provider_language(subject: Subject, question: Question) -> Finding:
    """The summary is written in the language of the provider's other documents."""
    other = subject.disclosures.provider.language
    own = subject.document.language
    if own.partition("-")[0] == other.partition("-")[0]:
        return yes(f"both in {own}")
    return no(f"written in {own}, other documents in {other}")


# -- addresses ---------------------------------------------------------------------------------------------


@way
def reachable(subject: Subject, question: Question) -> Finding:
    """Each address in the ``columns`` of a table answers; if a column is named by ``shows``, the page has its text."""
    if subject.reach is None:
        return person("give --online to have the addresses asked for")
    decide = question.decide
    rows = [row for row in subject.rows(question.fields[0]) if any(is_filled(row[c]) for c in decide["columns"])]
    bad = []
    for row in rows:
        address = next(row[column].text for column in decide["columns"] if is_filled(row[column]))
        wrong, text = subject.reach(address)
        named = row[decide["shows"]].text if "shows" in decide else ""
        if not wrong and named and _squeezed(named) not in _squeezed(text):
            wrong = f"does not name {quoted(named)}"
        if wrong:
            bad.append(f"{address}: {wrong}")
    return share(len(rows) - len(bad), len(rows), "addresses answer" + (f"; {bad[0]}" if bad else ""))


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
