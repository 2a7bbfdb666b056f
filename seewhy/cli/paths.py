"""`paths`: how two things hang together."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph, whole
from seewhy.cli.output import footer, out, say_json
from seewhy.cli.terminal import sentence, value
from seewhy.graph.questions.paths import LISTED

Thing = "A thing with its kind: person:ana, unit:north, role:hub, privilege:…, rule:…, type:…, case:e-210."


@app.command()
def paths(
    start: Annotated[str, typer.Argument(metavar="FROM", help=Thing)],
    end: Annotated[str, typer.Argument(metavar="TO", help="Another one.")],
    via: Annotated[
        list[str] | None, typer.Option("--via", metavar="THING", help="A stop on the way; up to three, in their order.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="KIND", help="A kind of relationship to leave out, such as managed_by."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole("--limit", 1), help="How many shortest paths to list.")
    ] = LISTED,
    longer: Annotated[
        int, typer.Option("--longer", metavar="N", parser=whole("--longer", 0), help="How many longer paths to list.")
    ] = 0,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """How do two things of any kind hang together? Every shortest chain of facts, whatever it means for access."""
    with graph(graph_, json) as g:
        answer = g.paths(start, end, as_of, via=via or (), without=without or (), most=limit, longer=longer)
    if json:
        say_json(answer.as_dict())
        return
    out.print(Text(sentence(answer.sentence), style="bold"))
    for number, path in enumerate(answer.paths, 1):
        out.print(Text(f"  {number}. {sentence(path.words)}", style="bold" if path.hops == answer.hops else ""))
        for fact in path.path:
            out.print(Text.assemble(("     └ ", "dim"), sentence(fact.sentence), (f"  {value(fact.source)}", "dim")))
    if answer.cut:
        out.print(sentence(answer.cut))
    footer(f"as of {answer.as_of}", answer.provenance)
