"""Ways to decide that many questions share: whether something is answered, listed, said, or denied by ``check``."""

from __future__ import annotations

import re

from gpai_portal.audit.conditions import is_exact
from gpai_portal.audit.findings import Finding, by_check, no, partly, person, share, yes
from gpai_portal.audit.registry import way
from gpai_portal.audit.rubric import Question
from gpai_portal.audit.subject import LINK, Subject, is_filled, sentences
from gpai_portal.content.answers import ABSENCES, Period, Row, Status
from gpai_portal.content.source import dotted
from gpai_portal.errors import quoted
from gpai_portal.phrases import sentences_of

NOT_ANSWERED = "not answered"

#: How many found words are quoted.
_QUOTED = 6


def _words(found: set[str]) -> str:
    shown = ", ".join(quoted(word) for word in sorted(found)[:_QUOTED])
    return shown + (f" and {len(found) - _QUOTED} more" if len(found) > _QUOTED else "")


@way
def answered(subject: Subject, question: Question) -> Finding:
    """One of the fields says something; of tables among them, one of the ``columns``."""
    columns = question.decide.get("columns", ())
    told = [path for path in question.fields if subject.is_told(path, columns)]
    return yes("answered") if told else no(_state(subject, question))


def _state(subject: Subject, question: Question) -> str:
    """Why a field counts as not answered."""
    if subject.is_draft(question.fields[0]):
        return "a draft, which was never published"
    answer = subject.answer(question.fields[0])
    if answer.status is Status.AS_STATED:
        return f"the answer is none that the form offers: {quoted(answer.as_stated or answer.prose)}"
    if answer.status is Status.ANSWERED:
        return "what stands there says nothing"
    if answer.status in ABSENCES:
        return f"stated to be {answer.status}" + ("" if answer.reason else ", without a reason")
    return f"{NOT_ANSWERED} ({answer.status})"


@way
def answered_or_linked(subject: Subject, question: Question) -> Finding:
    """The first field is answered, or a link or some ``words`` stand in the text of another."""
    first, *rest = question.fields
    if subject.is_told(first):
        return yes("answered")
    text = "\n\n".join(subject.texts(rest))
    if words := subject.hits(text, question.decide.get("words", ())):
        return yes(f"says {_words(words)}")
    return _links(subject, rest)


@way
def linked(subject: Subject, question: Question) -> Finding:
    """A link stands in the text."""
    return _links(subject, question.fields)


def _links(subject: Subject, paths: object) -> Finding:
    links = [link for text in subject.texts(list(paths)) for link in LINK.findall(text)]  # type: ignore[call-overload]
    return yes(f"links to {quoted(links[0])}") if links else no("there is no link")


@way
def yes_or_no(subject: Subject, question: Question) -> Finding:
    """A question of the form is answered Yes or No."""
    said = subject.answer(question.fields[0]).yes_or_no
    return no(_state(subject, question)) if said is None else yes(f"answered {'Yes' if said else 'No'}")


@way
def listed(subject: Subject, question: Question) -> Finding:
    """A table has rows with names, or it is stated why there are none."""
    path = question.fields[0]
    answer = subject.answer(path)
    if rows := subject.rows(path):
        return yes(f"{len(rows)} rows" if len(rows) > 1 else "one row")
    if answer.status in ABSENCES and answer.reason:
        return yes(f"stated to be {answer.status}, with the reason")
    if answer.status is Status.NOT_DISCLOSED and answer.reason:
        return partly("not disclosed, with the reason")
    return no("words in place of a list" if answer.prose or answer.as_stated else _state(subject, question))


@way
def cells(subject: Subject, question: Question) -> Finding:
    """How many rows have one of the ``columns`` filled. ``stated``: a state is an answer as well; ``true``: only a Yes
    is; ``where``: rows with that column are meant, unless its text has ``words`` that say it is all; ``digits``,
    ``token``: a column whose text has a figure, or is one word, is an answer as well; ``unless_one``: nothing to tell
    where that table has one row."""
    decide = question.decide
    path = question.fields[0]
    rows = subject.rows(path)
    if rows and "unless_one" in decide and len(subject.rows(decide["unless_one"])) == 1:
        return yes("there is one only")
    if "where" in decide:
        told = [row for row in rows if is_filled(row[decide["where"]])]
        rows = [row for row in told if not subject.hits(row[decide["where"]].text, decide["words"])] or rows
    missing = [row for row in rows if not _fills(row, question)]
    if missing and "where" in decide and subject.hits("", decide["words"]) is None:
        return person(subject.wordless)
    where = dotted(missing[0].path) if missing and subject.is_own(path) else ""
    return share(len(rows) - len(missing), len(rows), f"rows have it ({', '.join(decide['columns'])})", where)


def _fills(row: Row, question: Question) -> bool:
    decide = question.decide
    if "digits" in decide and re.search(r"\d", row[decide["digits"]].text):
        return True
    if "token" in decide and re.fullmatch(r"[\w.-]*[A-Z0-9-][\w./-]*", row[decide["token"]].text):
        return True
    given = [row[column] for column in decide["columns"]]
    if decide.get("true"):
        return any(cell.says_yes for cell in given)
    return any(is_filled(cell) or (decide.get("stated") and cell.status is not Status.MISSING) for cell in given)


@way
def each(subject: Subject, question: Question) -> Finding:
    """It is told for each row of the last field, in one of the ``columns``; for the only one, anywhere."""
    *general, table = question.fields
    rows = subject.rows(table)
    if not rows:
        return no("no crawler is named, so that nobody can say for which it holds")
    if len(rows) == 1 and any(subject.is_told(path) for path in general):
        return yes("there is one only")
    good = sum(any(is_filled(row[column]) for column in question.decide["columns"]) for row in rows)
    return share(good, len(rows), f"rows have it ({', '.join(question.decide['columns'])})")


@way
def said(subject: Subject, question: Question) -> Finding:
    """Words of some groups, or ``names``, stand in the text: ``at_least`` so many different ones.

    Of a sentence that says that something is not told, or has words of the groups ``doubt``, a person has to tell what
    it says. ``half``: with these, half of it; ``or_half``: these alone, half of it; ``alone``: what stands there in
    their place; ``half_codes``: what check finds leaves half of it; ``other_than``: items of a list but these are an
    answer as well.
    """
    decide = question.decide
    columns = decide.get("columns", ())
    told = [path for path in question.fields if subject.is_told(path, columns) or subject.texts([path], columns)]
    if not told:
        return no(_state(subject, question))
    text = "\n\n".join(subject.texts(question.fields, columns))
    if doubted := _only_in_doubt(subject, question, text):
        return person(f"says {_words(doubted)}, in a sentence that may deny it")
    listed_too = {str(item) for path in told for item in subject.answer(path).items if "other_than" in decide}
    found = subject.hits(text, decide.get("words", ()), decide.get("names", ()))
    if extra := listed_too - set(decide.get("other_than", ())):
        found = (found or set()) | extra
    if found is None:
        return person(subject.wordless)
    at_least = decide.get("at_least", 1)
    if len(found) >= at_least:
        if half := subject.hits(text, decide.get("half", ())):
            return partly(f"says {_words(found)}, and leaves it open: {_words(half)}")
        if problems := subject.found(decide.get("half_codes", ()), question.fields):
            return partly(f"says {_words(found)}, and check finds: {problems[0].message}", problems[0])
        return yes(f"says {_words(found)}")
    if found:
        return partly(f"says only {_words(found)}; asked for are {at_least} or more")
    if half := subject.hits(text, decide.get("or_half", ())):
        return partly(f"says only {_words(half)}")
    if alone := subject.hits(text, decide.get("alone", ())):
        return no(f"says {_words(alone)} in its place")
    return no("none of the words that would tell it were found")


def _only_in_doubt(subject: Subject, question: Question, text: str) -> set[str]:
    """Words that would earn the points, of which too few are left without the sentences that deny something."""
    decide = question.decide
    doubts = ("untold", *decide.get("doubt", ()))

    def hits(text: str) -> set[str]:
        return subject.hits(text, decide.get("words", ()), decide.get("names", ())) or set()

    sure = "\n\n".join(part for part in sentences_of(text) if not subject.hits(part, doubts))
    found, at_least = hits(text), decide.get("at_least", 1)
    return found if len(found) >= at_least > len(hits(sure)) else set()


@way
def unsaid(subject: Subject, question: Question) -> Finding:
    """Words of some groups do not stand in the text, or others do as well (``unless``). Silence earns nothing."""
    columns = question.decide.get("columns", ())
    text = "\n\n".join(subject.texts(question.fields, columns))
    if not (text or any(subject.is_told(path, columns) for path in question.fields)):
        return no(_state(subject, question))
    found = subject.hits(text, question.decide["words"])
    if found is None:
        return person(subject.wordless)
    if found and not subject.hits(text, question.decide.get("unless", ())):
        return no(f"says {_words(found)}")
    return yes("none of the words that would tell otherwise were found")


@way
def beyond(subject: Subject, question: Question) -> Finding:
    """The text has a sentence with none of some words: more than these tell."""
    texts = subject.texts(question.fields)
    if not texts:
        return no(_state(subject, question))
    decide = question.decide
    for sentence in (part for text in texts for part in sentences(text) if len(part.split()) > 3):
        found = subject.hits(sentence, decide.get("words", ()), decide.get("names", ()))
        if found is None:
            return person(subject.wordless)
        if not found:
            return yes(f"says {quoted(sentence.strip())}")
    return no("nothing beyond what was asked before")


@way
def check(subject: Subject, question: Question) -> Finding:
    """``check`` finds none of its problems of some codes at the fields, or at other places (``at``); if ``answered`` is
    asked for, they say something as well."""
    decide = question.decide
    if problems := subject.found(decide["codes"], decide.get("at", question.fields)):
        return by_check(problems[0])
    if decide.get("answered") and not all(subject.is_told(path) for path in question.fields):
        return no(_state(subject, question))
    return yes("check finds nothing of this: " + ", ".join(decide["codes"]))


@way
def presumed(subject: Subject, question: Question) -> Finding:
    """A person has to judge it. What is answered is presumed to be right, unless check finds a contradiction
    (``codes``); fewer ``words`` than ``at_least`` are a doubt."""
    decide = question.decide
    columns = decide.get("columns", ())
    if question.fields and not any(subject.is_told(path, columns) for path in question.fields):
        return no(f"{_state(subject, question)}, so that there is nothing to be right")
    if problems := subject.found(decide.get("codes", ()), decide.get("at", question.fields)):
        return by_check(problems[0])
    if "words" in decide:
        text = "\n\n".join(subject.texts(question.fields, columns))
        found_words = subject.hits(text, decide["words"])
        if found_words is not None and len(found_words) < decide["at_least"]:
            return person(f"presumed, with a doubt: says only {_words(found_words) or 'little'}", presumed=True)
    return person("presumed, as evaluators do; only a person can say", presumed=True)


@way
def person_only(subject: Subject, question: Question) -> Finding:
    """A person has to look; nothing is presumed."""
    return person("nothing here can decide it")


@way
def exact_date(subject: Subject, question: Question) -> Finding:
    """A date, or each end of a period, is as exact as asked, and neither qualified nor vague by what check finds."""
    answer = subject.answer(question.fields[0])
    if answer.value is None:
        return no(_state(subject, question))
    if problems := subject.found(question.decide.get("codes", ()), question.fields):
        return by_check(problems[0])
    qualifier = answer.value.qualifier if isinstance(answer.value, Period) else answer.qualifier
    if qualifier:
        return no(f"qualified: {qualifier.replace('_', ' ')}")
    precision = question.decide["precision"]
    return (
        yes(f"exact to the {precision}") if is_exact(answer.value, precision) else no(f"not exact to the {precision}")
    )


#: What the letters of a form of dates stand for.
_DIGITS = {"DD": r"\d{1,2}", "MM": r"\d{1,2}", "YYYY": r"\d{4}", "YY": r"\d{2}", "/": r"[/.-]"}


@way
def date_form(subject: Subject, question: Question) -> Finding:
    """A date has the form that is asked for. As a date it is stored in one form for all; only what was printed
    (``as_stated``) can have another."""
    answer = subject.answer(question.fields[0])
    if answer.value is None:
        return no(_state(subject, question))
    if not answer.as_stated:
        precise = is_exact(answer.value, question.decide["precision"])
        return yes("stored as a date") if precise else no("less exact than the form asks")
    forms = [re.sub("YYYY|YY|DD|MM|/", lambda m: _DIGITS[m[0]], form) for form in question.decide["forms"]]
    asked = " or ".join(question.decide["forms"])
    fits = any(re.fullmatch(form, answer.as_stated.strip()) for form in forms)
    return yes(f"printed as {asked}") if fits else no(f"printed as {quoted(answer.as_stated)}, asked for is {asked}")
