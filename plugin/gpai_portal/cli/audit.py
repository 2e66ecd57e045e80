"""``gpai-portal audit``: what evaluators would find in the summaries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from gpai_portal import dates
from gpai_portal.audit.auditing import Audit, Decided, Points, audit
from gpai_portal.audit.findings import Verdict
from gpai_portal.audit.online import Web
from gpai_portal.audit.place import refuse_place
from gpai_portal.audit.report import as_data, as_page, sums, whose
from gpai_portal.audit.rubric import Rubric, editions, read_rubric
from gpai_portal.cli.options import Place, as_of_option, content_option
from gpai_portal.cli.reporting import counted, for_programs
from gpai_portal.errors import printable
from gpai_portal.files import write_bytes
from gpai_portal.site.verification import check_folder

#: The rubric that is taken if none is named.
DEFAULT = "aial-2026-07-24"


@click.command("audit")
@click.argument("release", required=False, default="")
@content_option
@as_of_option
@click.option("--rubric", default=DEFAULT, show_default=True, help=f"Whose questions: {', '.join(editions())}.")
@click.option(
    "--site", type=Place(exists=True, file_okay=False), help="Folder with the built site: its pages are asked too."
)
@click.option(
    "--online", is_flag=True, help="Ask for the addresses that summaries name. Sends requests to their hosts."
)
@click.option("--all", "all_", is_flag=True, help="Tell every question, not only what is answered no or partly.")
@click.option("--report", type=Place(), help="Write all answers to this file as a page (HTML). It is private.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    callback=for_programs,
    help="How to report.",
)
def audit_command(
    release: str,
    content: Path,
    as_of: date | None,
    rubric: str,
    site: Path | None,
    online: bool,
    all_: bool,
    report: Path | None,
    format_: str,
) -> None:
    """Put the questions of evaluators to each summary, or to that of one RELEASE (model/release).

    Each question is answered yes, partly, no, not applicable, or needs a person; with the evidence, the field and what
    to do. Questions and weights are those of the rubric, the answers are not: evaluators decide by reading. What check
    finds is decided by check. Exits with 0 whatever the answers are, 1 if the content has errors, 2 for wrong use.

    \b
    Example:
        gpai-portal audit skrift/2.0 --site site --report ../audit.html
    """
    asked = read_rubric(rubric)
    if report:
        refuse_place(report, content, site)
    day = as_of or dates.today()
    read, found = check_folder(content, day)
    audits = audit(read, found, asked, day, release=release, site=site, reach=Web() if online else None)
    if report:
        write_bytes(report, as_page(audits, asked, day).encode())
    if format_ == "json":
        # In ASCII, as all reports: a text that somebody else wrote may turn the direction of writing.
        click.echo(json.dumps(as_data(audits, asked), indent=2))
    else:
        click.echo("\n".join(map(printable, _text(audits, asked, all_))))


def _text(audits: Sequence[Audit], rubric: Rubric, all_: bool) -> Iterator[str]:
    yield whose(rubric)
    for one in audits:
        yield ""
        yield f"{one.title} ({one.file})"
        if one.note:
            yield f"Its page was not looked at: {one.note}"
        for code, title in rubric.sections.items():
            own = [decided for decided in one.decided if decided.question.section == code]
            yield f"{title}: {_points(one.points([code]))}"
            for decided in own:
                if all_ or decided.finding.verdict in {Verdict.NO, Verdict.PARTLY}:
                    yield from _decided(decided, rubric)
        for name, points in sums(one).items():
            yield f"{name}: {_points(points)}"
        yield ", ".join(f"{number} {verdict}" for verdict, number in one.counts.items())


def _decided(one: Decided, rubric: Rubric) -> Iterator[str]:
    question, finding = one.question, one.finding
    place = f"{one.file}:{one.line}" if one.line else one.file
    about = f"{question.id}, {rubric.dimensions[question.dimension]}, weight {question.weight}"
    yield f"  {finding.verdict}: {question.ask} ({about})"
    yield f"    {place} {one.path}: {finding.evidence}"
    if question.fix and finding.verdict in {Verdict.NO, Verdict.PARTLY}:
        yield f"    {question.fix}"


def _points(points: Points) -> str:
    told = f"{points.got:g} of {counted(int(points.maximum), 'point')} earned"
    if points.presumed:
        told += f", {points.presumed:g} presumed"
    return f"{told}, {points.open:g} not looked at" if points.open else told


COMMANDS = (audit_command,)
