"""`load` and `organogram`: files in."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seewhy.cli import default_day
from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption, graph, whole
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.progress import progress_bar
from seewhy.cli.tables import table

if TYPE_CHECKING:
    from seewhy.loaders.load import LoadReport

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A folder of csv or parquet files, or one xlsx workbook.")
]
SnapshotOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        callback=default_day.when_left_out,
        help="The day that the folder is true for, YYYY-MM-DD (default: today).",
    ),
]


@app.command()
def load(
    folder: Folder,
    as_of: SnapshotOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Empty the graph first.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count only; write nothing.")] = False,
) -> None:
    """Load FOLDER as a snapshot: everything is checked first, all problems are reported, and then nothing or all is
    written."""
    began = time.monotonic()
    with graph(graph_, json, write=True) as g, progress_bar(json) as progress:
        from seewhy.loaders.load import load_folder

        report = load_folder(g.session.engine, folder, as_of=as_of, fresh=fresh, dry_run=dry_run, progress=progress)
        engine = f"{g.session.engine.name} {g.session.engine.version}"
    if json:
        say_json({"problems": [], "load": {**report.as_dict(), "engine": engine}})
    else:
        print_report(report, engine, time.monotonic() - began)


def print_report(report: LoadReport, engine: str, seconds: float) -> None:
    """What begins, stays and ends per file, absent files first, and how long it took."""
    if report.not_read:
        out.print("not read: " + ", ".join(f"`{name}`" for name in report.not_read), style="bold")
    absent = [c for c in report.counts if c.absent]
    if absent:
        out.print("absent files count as empty: " + ", ".join(c.stem for c in absent))
    rows = [
        (c.stem + (" (absent)" if c.absent else ""), f"{c.begin:,}", f"{c.stay:,}", f"{c.end:,}")
        for c in report.counts
        if c.begin or c.stay or c.end
    ]
    table(rows, ("file", "begin", "stay", "end"))
    done = "would write" if report.dry_run else "wrote" if report.changed else "nothing changed since"
    out.print(
        f"{done} {report.load.id} as of {report.load.as_of}: "
        f"{report.nodes:,} nodes, {report.relationships:,} relationships, "
        f"{many(report.cases, 'case')} in {many(report.profiles, 'group')} of equivalent cases"
        + (f" ({report.cases / report.profiles:.1f} cases each)" if report.profiles else "")
    )
    out.print(f"{seconds:,.1f} s · {engine} · digest {report.load.digest[:16]}{default_day.note()}", style="dim")


@app.command()
def organogram(
    senior: Annotated[Path, typer.Argument(metavar="SENIOR", help="The csv file of the senior posts.")],
    junior: Annotated[Path, typer.Argument(metavar="JUNIOR", help="The csv file of the junior posts.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="The folder to write.")],
    cases: Annotated[
        int,
        typer.Option("--cases", metavar="N", parser=whole("--cases", 0, 10_000_000), help="How many cases to deal."),
    ] = 2000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", parser=whole("--seed", 0, 10**18 - 1), help="Seed of the caseload.")
    ] = 1,
    json: JsonOption = False,
    repairs: Annotated[bool, typer.Option("--repairs", help="Every repair with its row, not only how many.")] = False,
) -> None:
    """Turn a published UK government organogram (two csv files) into an organisation folder.

    Repairs are counted by kind; --repairs lists the rows.
    """
    from seewhy.loaders.organogram import convert

    wants_json(json)
    report = convert(senior, junior, output, cases=cases, seed=seed)
    if json:
        say_json(asdict(report))
        return
    # A repair of a whole file has the row of its header, and is shown either way.
    shown = [r for r in report.repairs if repairs or r.row == 1]
    table([(r.code, f"{r.file}:{r.row}", r.post, r.message) for r in shown], ("repair", "row", "post", "what was done"))
    if not repairs:
        first = {r.code: f"{r.file}:{r.row}, {r.message}" for r in reversed(report.repairs) if r.row > 1}
        counted = [(code, f"{n:,}", first[code]) for code, n in report.by_code() if code in first]
        table(counted, ("repair", "rows", "the first of them"))
    out.print(
        f"wrote `{output}`: "
        + ", ".join(f"{n:,} {what}" for what, n in report.counts)
        + f"; {len(report.repairs):,} repairs"
        + (" (--repairs lists them)" if len(report.repairs) > len(shown) else "")
    )
