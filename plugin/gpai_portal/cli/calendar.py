"""Days that are to be kept in mind, as a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vText

from gpai_portal.content.agenda import Agenda, Item, Standing
from gpai_portal.dates import midnight
from gpai_portal.errors import printable


class _Text(vText):
    r"""Text that is escaped whatever it holds, wherever it stands. The library alone takes ``\N`` for a line break."""

    def to_ical(self) -> bytes:
        """As it stands in a calendar."""
        return rb"\\".join(vText(part).to_ical() for part in self.split("\\"))


def calendar_of(agenda: Agenda) -> bytes:
    """An event of a day for each thing that is overdue or still to come, and not for what is done. The same data give
    the same bytes; an event keeps its UID when its day changes."""
    calendar = Calendar()
    calendar.add("prodid", "-//gpai-portal//status//EN")
    calendar.add("version", "2.0")
    calendar.add("name", _Text(printable(f"{agenda.provider}: deadlines")))
    names = {release.key: release.name for release in agenda.releases}
    for item in agenda.items:
        late = item.standing(agenda.day) in {Standing.OVERDUE, Standing.PERHAPS_OVERDUE}
        if item.term.is_known and (late or item.is_ahead(agenda.day)):
            calendar.add_component(_event(item, agenda, names.get(item.release, "")))
    return bytes(calendar.to_ical())


def _event(item: Item, agenda: Agenda, release: str) -> Event:
    standing, term = item.standing(agenda.day), item.term
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"gpai-portal:{agenda.provider}:{item.release}:{item.matter}")))
    event.add("dtstamp", midnight(agenda.day))
    # A day that is not known exactly stands on the last it can be, and its title says so.
    event.add("dtstart", item.last_day)
    late = f"{standing.capitalize()}: " if standing in {Standing.OVERDUE, Standing.PERHAPS_OVERDUE} else ""
    of = f", {release}" if release else ""
    event.add("summary", _Text(printable(f"{late}{item.title}{of}: {item.until} {term}")))
    told = (f"{item.ground}; for: {item.whose}", item.basis, *item.notes)
    event.add("description", _Text("\n".join(map(printable, told))))
    event.add("class", "CONFIDENTIAL" if item.private else "PUBLIC")
    event.add("transp", "TRANSPARENT")
    return event
