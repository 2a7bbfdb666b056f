"""`findings`: what is wrong or odd in the data, with the rows that show it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph
from seewhy.cli.output import footer, many, out, say_json, wants_json
from seewhy.cli.tables import counts
from seewhy.cli.terminal import sentence
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.findings.duties import read_duties
from seewhy.graph.rules.reading import SEVERITIES

COLOURS = {"high": "red", "medium": "yellow", "low": "cyan"}


@app.command()
def findings(
    rule: Annotated[str | None, typer.Option("--rule", help="Only about this rule id, or of this name.")] = None,
    system: Annotated[str | None, typer.Option("--system", help="Only about this system.")] = None,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="Exit code 1 when a finding is that severe: low, medium or high.")
    ] = None,
    duties: Annotated[
        Path | None, typer.Option("--duties", help="A CSV file of the organisation's own duties to keep apart.")
    ] = None,
) -> None:
    """Rule breaches and oddities in the data, the most severe first, each with its rule, facts and source rows."""
    wants_json(json)
    if fail_on is not None and fail_on not in SEVERITIES:
        raise ConfigurationError(f"`{fail_on}` is no severity", f"use {', '.join(reversed(SEVERITIES))}")
    own = read_duties(duties) if duties is not None else ()
    with graph(graph_, json) as g:
        answer = g.findings(as_of, rule=rule, system=system, duties=own)
    if json:
        say_json(answer.as_dict())
    else:
        total = len(answer.findings)
        out.print(Text(f"{many(total, 'finding')} on {answer.as_of}.", style="bold"))
        counts([((severity,), n) for severity, n in answer.counts.items()], ("severity", "count"))
        for one in answer.findings:
            out.print(
                Text.assemble((f"{one.severity} ", COLOURS[one.severity]), f"{one.rule}  {sentence(one.message)}")
            )
            for fact in one.facts:
                out.print(Text.assemble(("  └ ", "dim"), sentence(fact.sentence), (f"  {fact.source}", "dim")))
            if ask := one.ask(answer.as_of):
                out.print(Text(f"  ask: {ask}", style="dim"))
        origin = answer.provenance
        out.print()
        footer(f"complete: {total:,} of {total:,} shown", origin)
    raise typer.Exit(1 if fail_on is not None and answer.at_least(fail_on) else 0)
