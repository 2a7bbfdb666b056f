"""`batch`: what each of some people may do with each of some cases, from two files of ids."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from seewhy.cli import default_day
from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, graph
from seewhy.cli.output import footer, many, out, say_json
from seewhy.cli.tables import table

_IDS = "one id in each line, or a csv with the column"


@app.command()
def batch(
    people: Annotated[Path, typer.Argument(metavar="PEOPLE", help=f"A file: {_IDS} person_id.")],
    cases: Annotated[Path, typer.Argument(metavar="CASES", help=f"A file: {_IDS} case_id.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="FILE.csv, .xlsx, .parquet or .json, with a manifest."),
    ] = None,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    overwrite: OverwriteOption = False,
) -> None:
    """What may each of these PEOPLE do with each of these CASES? Unknown ids are named all at once."""
    from seewhy.reports import batch_file, batch_of

    with graph(graph_, json) as g:
        answer = batch_of(g, people, cases, as_of)
        manifest = None if output is None else batch_file(g, answer, output, overwrite=overwrite)
    if json:
        say_json(answer.as_dict() if manifest is None else manifest)
        return
    counted = ", ".join(f"{number:,} {word}" for word, number in answer.counts.items())
    out.print(Text(f"{many(len(answer.cells), 'pair')}: {counted}.", style="bold"))
    if manifest is not None:
        out.print(
            f"wrote {manifest['rows']:,} rows to `{output}` and `{output}.manifest.json` "
            f"(sha256 {manifest['sha256'][:16]}){default_day.note()}"
        )
        return
    names = ("person", "case", "value", "value_now", "step")
    table([[str(row[name]) for name in names] for row in answer.rows()], names)
    footer(f"as of {answer.as_of}", answer.provenance)
