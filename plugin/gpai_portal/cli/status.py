"""``gpai-portal status``: what is owed for each release, what is missing, and by when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from gpai_portal import dates
from gpai_portal.cli.options import Place, as_of_option, content_option
from gpai_portal.cli.reporting import counted, for_programs
from gpai_portal.content.agenda import PROVIDER, Agenda, Item, Standing, Subject, Until
from gpai_portal.content.law import law
from gpai_portal.content.obligations import Applies
from gpai_portal.errors import printable
from gpai_portal.gate.status import read_agenda

#: What is said of a release as a whole, instead of its day of placement.
_UNPLACED = "no day of placement on the Union market"


@click.command("status")
@content_option
@click.option(
    "--private",
    type=Place(),
    default=None,
    help="Look into this folder with what is not published, too: documentation, requests, accesses that end.",
)
@as_of_option
@click.option("--soon", default=60, show_default=True, help="Days ahead that count as soon.")
@click.option(
    "--fail-on",
    type=click.Choice(["overdue", "soon"]),
    default=None,
    help="Exit with 1 if anything is overdue; with soon, also if anything is due soon, or may be overdue.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "ics"]),
    default="text",
    show_default=True,
    callback=for_programs,
    help="For people, for programs, or as a calendar (iCalendar).",
)
def status_command(
    content: Path, private: Path | None, as_of: date | None, soon: int, fail_on: str | None, format_: str
) -> None:
    """List what is owed for each model and release, by when, what of it is missing, and what is overdue.

    It tells what the data of this portal say; it does not tell that a duty is met. Nothing of the private folder is
    told unless --private names it; the output is private then.

    \b
    Example:
        gpai-portal status --private private --fail-on overdue
        gpai-portal status --format ics > deadlines.ics
    """
    found = read_agenda(content, as_of or dates.today(), private)
    if format_ == "ics":
        from gpai_portal.cli.calendar import calendar_of  # noqa: PLC0415 - takes a quarter of a second

        click.echo(calendar_of(found), nl=False)
    elif format_ == "json":
        click.echo(json.dumps(_data(found, soon), indent=2))
    else:
        click.echo("\n".join(map(printable, _lines(found, soon))))
    near = [*found.soon(soon), *found.standing(Standing.PERHAPS_OVERDUE)] if fail_on == "soon" else []
    if fail_on and (near or found.standing(Standing.OVERDUE)):
        click.get_current_context().exit(1)


def _data(agenda: Agenda, soon: int) -> dict[str, Any]:
    def each(items: Iterable[Item]) -> list[dict[str, Any]]:
        return [_of(item, agenda.day) for item in items]

    return {
        "as_of": str(agenda.day),
        "law_as_of": law()["as_of"],
        "private": agenda.with_private,
        "overdue": each(agenda.standing(Standing.OVERDUE)),
        "soon": each(agenda.soon(soon)),
        "next": each(agenda.next),
        "releases": [vars(release) for release in agenda.releases],
        "items": each(agenda.items),
    }


def _of(item: Item, day: date) -> dict[str, Any]:
    """An item as the format ``json`` has it."""
    return {
        "matter": item.matter,
        "release": item.release,
        "title": item.title,
        "ground": item.ground,
        "whose": item.whose,
        "standing": item.standing(day),
        "until": item.until,
        "earliest": str(item.term.earliest) if item.term.earliest else None,
        "latest": str(item.term.latest) if item.term.latest else None,
        "basis": item.basis,
        "notes": item.notes,
        "private": item.private,
    }


def _lines(agenda: Agenda, soon: int) -> Iterator[str]:
    yield f"as on {agenda.day}, by the law as of {law()['as_of']}"
    for release in agenda.releases:
        items = agenda.by_release[release.key]
        yield ""
        yield _heading(release)
        yield from (_line(item, agenda.day) for item in items if item.applies is Applies.YES)
        for standing, why in _WITHOUT_DUTY.items():
            if alike := [f"{i.title} ({i.ground})" for i in items if i.standing(agenda.day) is standing]:
                yield f"  {standing:16}{', '.join(alike)}: {why}"
    if others := agenda.by_release.get("", ()):
        yield ""
        yield "requests and accesses"
        yield from (_line(item, agenda.day) for item in others)
    yield ""
    for standing in (Standing.OVERDUE, Standing.PERHAPS_OVERDUE):
        yield from (f"{standing}: {_short(item)}" for item in agenda.standing(standing))
    coming = agenda.soon(soon)
    yield from (f"soon: {_short(item)}" for item in coming)
    yield from (f"next: {_short(item)}" for item in agenda.next if item not in coming)
    if not agenda.with_private:
        yield "documentation that is not public, requests and accesses were not looked at; see --private"
    count, unsure = (len(agenda.standing(one)) for one in (Standing.OVERDUE, Standing.PERHAPS_OVERDUE))
    told = counted(count, "deadline") if count else "no deadline"
    beyond = f"; of {unsure} it cannot be said" if unsure else ""
    yield f"{told} {'is' if count < 2 else 'are'} overdue by what this portal's data say{beyond}"


def _heading(release: Subject) -> str:
    verb = "to be placed" if release.state == "planned" else "placed"
    placed = f"{verb} on the Union market: {release.placed}" if release.placed else _UNPLACED
    limited = "; duties limited to a modification" if release.modification else ""
    state = release.state.replace("_", " ")
    return f"{release.name} ({release.key}): {state}; {placed}{limited}"


#: Why no duty stands in the place of an item, where none does today.
_WITHOUT_DUTY = {
    Standing.NOT_PLACED: "only once the model is placed on the Union market",
    Standing.CLAIMED_EXEMPT: "as long as the exemption claimed under Art. 53(2) holds",
    Standing.NO: "according to the provider",
    Standing.UNDECLARED: "the provider does not declare whether this applies",
    Standing.UNDECIDED: "what this depends on is still to be answered",
}


def _line(item: Item, day: date) -> str:
    standing = item.standing(day)
    whose = "" if item.whose == PROVIDER else f", for: {item.whose}"
    when = (_when(item), item.basis) if item.term.is_known else (item.basis,)
    told = when if item.applies is Applies.YES else (_WITHOUT_DUTY[standing],)
    return f"  {standing:16}{item.title} ({item.ground}{whose}): {'; '.join((*told, *item.notes))}"


def _when(item: Item) -> str:
    return f"{item.until} {item.term}"


def _short(item: Item) -> str:
    of = f", {item.release}" if item.release else ""
    return f"{item.title}{of}: {_when(item)}{'' if item.until is Until.ENDS else f' ({item.ground})'}"


COMMANDS = (status_command,)
