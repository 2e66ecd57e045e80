"""``gpai-portal domains``: the list of domain names of section 2.3, from what was crawled."""

from __future__ import annotations

from pathlib import Path

import click

from gpai_portal.cli.options import Place
from gpai_portal.errors import UsageError


@click.command("domains")
@click.argument("files", nargs=-1, required=True)
@click.option("--size", default="", help="Column with the size of each document in bytes; manifests need it.")
@click.option("--url", default="url", show_default=True, help="Column with the address of each document.")
@click.option("--modality", default="", help="Column with the modality of each document, such as text or image.")
@click.option("--size-means", default="", help="What the size is of, in words for readers: bytes of extracted text ...")
@click.option(
    "--rule",
    type=click.Choice(["all", "sme"]),
    default="all",
    show_default=True,
    help="Top 10 %, or for an SME 5 % or 1,000.",
)
@click.option(
    "--psl",
    type=Place(exists=True, dir_okay=False),
    default=None,
    help="Public Suffix List; else the one that is installed.",
)
@click.option("--private-domains", is_flag=True, help="Sites below suffixes such as github.io are names of their own.")
@click.option("--grouped", is_flag=True, help="FILES are sums of earlier runs (private/grouped.parquet) to be merged.")
@click.option(
    "--max-unusable", type=float, default=1.0, show_default=True, help="Percent of rows that may count for no name."
)
@click.option("--engine", default="", help="Add up on an engine that Ibis knows: pyspark, or an address, trino://...")
@click.option("--memory", default="2400MB", show_default=True, help="Memory of the database; the rest is put on disk.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads that work; else one for each processor.")
@click.option(
    "--with-sizes", is_flag=True, help="Also publish bytes and ranks, in the table and the record of the method."
)
@click.option("--out", type=Place(), required=True, help="New folder for the list.")
def domains(
    files: tuple[str, ...],
    size: str,
    url: str,
    modality: str,
    size_means: str,
    rule: str,
    psl: Path | None,
    private_domains: bool,
    grouped: bool,
    max_unusable: float,
    engine: str,
    memory: str,
    threads: int | None,
    with_sizes: bool,
    out: Path,
) -> None:
    """Compute the list of the most relevant domain names from manifests of what was crawled.

    FILES are .parquet, .csv, .tsv, .jsonl or index lines of crawls (.cdxj, .cdx), all but the first also with .gz, or
    patterns such as 'crawl/*.parquet'. Needs the extra: pip install 'gpai-portal[domains]'

    \b
    Example:
        gpai-portal domains 'crawl/*.parquet' --size bytes --modality kind --out domains-2026
        gpai-portal domains --grouped 'domains-*/private/grouped.parquet' --out domains-all
        gpai-portal domains crawl_2026 --engine pyspark --size bytes --out domains-2026
    """
    try:
        from gpai_portal.domains import making, manifests, ranking, rules  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed; install the extra: pip install 'gpai-portal[domains]'"
        ) from None
    if not size and not grouped:
        raise UsageError(
            "name the column with the sizes, with --size: the list is of the largest names, not of the most frequent"
        )
    if grouped and (size or engine or modality):
        raise UsageError("--grouped takes sums, which have no columns to name and no engine; leave those options out")
    columns = None if grouped else manifests.Columns(url, size, modality)
    wanted = making.Wanted(
        ranking.Rule(rule), columns, engine, size_means, private_domains, max_unusable, memory, threads or 0, with_sizes
    )
    known = rules.read_rules(psl) if psl else rules.read_rules()
    listed = making.make(files, known, wanted, out)
    whole = listed.parts[""]
    click.echo(
        f"wrote {out / making.NAMES}; names listed: {len(listed.names):,}; of {whole.names:,} the rule asks for "
        f"{whole.asked:,}"
    )
    for reason, number in sorted(listed.account.rows.items()):
        click.echo(f"  {reason or 'rows with a name'}: {number:,}")
    click.echo(f"wrote {out / making.METHOD}; {out / making.GROUPED} holds sizes and is not for publication")


COMMANDS = (domains,)
