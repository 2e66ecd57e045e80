"""How a list was made: the record of it, for who makes it again or judges it, and the statement for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from importlib.metadata import version
from typing import Any

from babel.numbers import format_decimal

from gpai_portal.content.lists import METHOD_FORMAT, share_of
from gpai_portal.domains.manifests import Columns
from gpai_portal.domains.ranking import DomainList, Part, Rule
from gpai_portal.domains.rules import SuffixRules
from gpai_portal.site.language import Language


@dataclass(frozen=True)
class Crawl:
    """What was added up: ``inputs`` are files with their hashes, or tables of an engine, which is a name and a version.

    ``columns`` are those of manifests, None where only sums were given. ``size_means`` says in words what the size is
    of.
    """

    inputs: Sequence[Mapping[str, Any]]
    engine: Mapping[str, str]
    columns: Columns | None
    size_means: str

    def about(self) -> Mapping[str, Any]:
        """What a file with the sums of this crawl says of it."""
        columns = asdict(self.columns) if self.columns else None
        return {"inputs": self.inputs, "engine": self.engine, "columns": columns, "size_means": self.size_means}


def record(
    crawl: Crawl,
    rules: SuffixRules,
    listed: DomainList,
    hashes: Mapping[str, str],
    *,
    private_domains: bool,
    with_sizes: bool,
) -> Mapping[str, Any]:
    """The record; it holds no name of a domain, no address and no time, and sizes only on request.

    ``hashes`` are those of the files of the list, by the keys that they have in the record.
    """
    account, best = listed.account, listed.rule is Rule.SME
    whole = listed.parts[""]
    found = {
        "format": METHOD_FORMAT,
        "tool": {"name": "gpai-portal", "version": version("gpai-portal")},
        "hosts": {"name": "can_ada", "version": version("can-ada"), "standard": "WHATWG URL"},
        **crawl.about(),
        "suffixes": {
            "name": "Public Suffix List",
            "version": rules.version,
            "commit": rules.commit,
            "sha256": rules.sha256,
            "sections": "icann+private" if private_domains else "icann",
        },
        "rule": {
            "name": str(listed.rule),
            "rounding": "up",
            "modalities": "best-percentile" if best else "union",
            "ties": "cut-exactly" if best else "all-listed-except-at-0-bytes",
            "duplicates": "every-row-counts",
        },
        "names": whole.names,
        "asked": whole.asked,
        "listed": len(listed.names),
        "tied": whole.tied,
        "without_bytes": listed.without_bytes,
        "covered": share_of(whole.listed_bytes, whole.bytes),
        "named_bytes": share_of(account.bytes.get("", 0), sum(account.bytes.values())),
        "modalities": {
            kind: _part(part, cut=not best, with_sizes=with_sizes) for kind, part in listed.parts.items() if kind
        },
        "rows": {reason or "named": number for reason, number in sorted(account.rows.items())},
        "rows_in_all": account.total,
        "rows_without_size": account.unsized,
        **hashes,
    }
    return found | ({"bytes": str(whole.bytes), "listed_bytes": str(whole.listed_bytes)} if with_sizes else {})


def _part(part: Part, *, cut: bool, with_sizes: bool) -> Mapping[str, Any]:
    found: dict[str, Any] = {"names": part.names, "covered": share_of(part.listed_bytes, part.bytes)}
    if cut:
        found |= {"asked": part.asked, "tied": part.tied, "without_bytes": part.empty}
    if with_sizes:
        found |= {"bytes": str(part.bytes), "listed_bytes": str(part.listed_bytes)}
    return found


def statement(record: Mapping[str, Any], language: Language) -> str:
    """A few sentences for the summary, from the record, in Markdown."""
    _ = language.text
    number = language.number

    def percent(text: str) -> str:
        return _("%(number)s %%", number=format_decimal(Decimal(text), "0.0", locale=language.locale))

    sizes = record["size_means"] or (record["columns"] or {}).get("size", "")
    rule = {
        Rule.ALL: _(
            "Listed are the top 10 % of all domain names by size of content, and the top 10 % of those of each "
            "modality."
        ),
        Rule.SME: _(
            "Listed are the top 5 % of all domain names or 1,000, whichever is lower, by the best place that a name "
            "has in any modality, then by size of content."
        ),
    }[Rule(record["rule"]["name"])]
    sections = {
        "icann": _("of the names below a suffix such as github.io, only the suffix counts"),
        "icann+private": _("names below a suffix such as github.io count on their own"),
    }[record["suffixes"]["sections"]]
    kinds = [f"{kind} {percent(part['covered'])}" for kind, part in record["modalities"].items() if part["covered"]]
    lines = [
        _(
            "This list was computed by gpai-portal %(version)s from manifests with %(rows)s rows.",
            version=record["tool"]["version"],
            rows=number(record["rows_in_all"]),
        ),
        rule,
        _(
            "Domain names found: %(names)s; asked for by the rule: %(asked)s; listed: %(listed)s.",
            **{key: number(record[key]) for key in ("names", "asked", "listed")},
        ),
    ]
    if record["covered"]:
        lines.append(
            _(
                "Share of the content that the listed names have, by size: %(share)s (%(kinds)s).",
                share=percent(record["covered"]),
                kinds=", ".join(kinds),
            )
        )
    if sizes:
        lines.append(_("Size is taken from: %(sizes)s.", sizes=sizes))
    lines += [
        _(
            "A domain name is what can be registered below a suffix of the Public Suffix List, version %(version)s; "
            "%(sections)s.",
            version=record["suffixes"]["version"],
            sections=sections,
        ),
        _(
            "Rows that count for no domain name: %(unnamed)s; rows without a usable size, which count as 0 bytes: "
            "%(unsized)s.",
            unnamed=number(record["rows_in_all"] - record["rows"].get("named", 0)),
            unsized=number(record["rows_without_size"]),
        ),
    ]
    return " ".join(lines) + "\n"
