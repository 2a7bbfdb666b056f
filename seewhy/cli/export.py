"""`export`: a report to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seewhy.cli import default_day
from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, SignOption, graph
from seewhy.cli.output import out, say_json
from seewhy.cli.progress import progress_bar


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
        )
    if json:
        say_json(manifest)
    else:
        out.print(
            f"wrote {manifest['rows']:,} rows to `{output}` and `{output}.manifest.json` "
            f"(sha256 {manifest['sha256'][:16]}){default_day.note()}"
        )
