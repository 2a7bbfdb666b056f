"""`export`: a report to a file. `parts`: whether files that several processes wrote are one whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seewhy.cli import default_day
from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, SignOption, graph
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.progress import progress_bar
from seewhy.graph.errors import ConfigurationError


@app.command()
def export(
    report: Annotated[
        str, typer.Argument(metavar="REPORT", help="access, people, cases, findings, secondary_access or privileges.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="FILE.csv, .xlsx, .parquet or .json.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    pseudonyms: Annotated[
        Path | None,
        typer.Option("--pseudonyms", metavar="KEYFILE", help="Replace ids, names and texts; the file holds the key."),
    ] = None,
    overwrite: OverwriteOption = False,
    sign: SignOption = None,
    action: Annotated[
        str, typer.Option("--action", metavar="ACTION", help="Of `access`: pairs on which edit, delete, … is allowed.")
    ] = "view",
    part: Annotated[
        str | None,
        typer.Option("--part", metavar="K/N", help="Of `access`: the pairs of the K-th of N equal runs of people."),
    ] = None,
) -> None:
    """Write a report with its manifest beside it; never truncated, both or neither."""
    from seewhy.reports import export_report

    with graph(graph_, json) as g, progress_bar(json) as progress:
        manifest = export_report(
            g,
            report,
            output,
            as_of,
            progress=progress,
            pseudonyms=pseudonyms,
            overwrite=overwrite,
            sign=sign,
            action=action,
            part=part,
        )
    if json:
        say_json(manifest)
    else:
        out.print(
            f"wrote {manifest['rows']:,} rows to `{output}` and `{output}.manifest.json` "
            f"(sha256 {manifest['sha256'][:16]}){default_day.note()}"
        )


@app.command()
def parts(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="The files of the parts, or their folder.")],
    json: JsonOption = False,
) -> None:
    """Check that the parts of an export are one whole: all there, each once, of one load. Exit code 0 when they are, 1
    when they are not, 2 when it could not be checked."""
    from seewhy.reports import check_parts, parts_in

    wants_json(json)
    named = [file for path in files for file in (parts_in(path) if path.is_dir() else [path])]
    found = check_parts(named)
    if not named:
        raise ConfigurationError(f"no parts in `{files[0]}`", "`seewhy export access --part 1/8` writes one")
    if json:
        say_json(found.as_dict())
    else:
        for problem in found.problems:
            out.print(problem)
        first = found.manifests[0]
        whole = "not one whole" if found.problems else "one whole"
        out.print(
            f"{whole}: {many(len(found.manifests), 'part')} of `{first['report']}` on {first['as_of']} from "
            f"{first['load']}, {many(found.rows, 'row')}"
        )
    raise typer.Exit(1 if found.problems else 0)
