"""`doctor`: the state of a graph."""

from __future__ import annotations

import typer

from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption
from seewhy.cli.output import out, say_json, wants_json
from seewhy.cli.tables import table
from seewhy.cli.terminal import sentence


@app.command()
def doctor(graph_: GraphOption = None, json: JsonOption = False) -> None:
    """Engine, versions, size of the graph, last load, and what is wrong. Exit code 2 when something is.

    At a Neo4j server a write is tried with each login, and rolled back.
    """
    from seewhy.graph.engines import open_engine
    from seewhy.graph.engines.doctor import diagnose
    from seewhy.graph.settings import read_settings

    wants_json(json)
    settings = read_settings()
    engine = open_engine(graph_, settings, write=True)
    try:
        found = diagnose(engine, settings)
    finally:
        engine.close()
    if json:
        say_json(found.as_dict())
    else:
        out.print(f"{found.engine} {found.version} at `{found.target}`")
        last = found.last_load
        out.print(
            f"last load: {last.id} as of {last.as_of}, finished {last.finished}, {last.facts:,} facts"
            if last
            else "no load"
        )
        out.print(f"{sum(found.nodes.values()):,} nodes, {sum(found.relationships.values()):,} relationships")
        table([(label, f"{n:,}") for label, n in sorted(found.nodes.items()) if n], ("nodes", "count"))
        table([(kind, f"{n:,}") for kind, n in sorted(found.relationships.items()) if n], ("relationships", "count"))
        for note in found.notes:
            out.print(sentence(f"note: {note}"))
        for problem in found.problems:
            out.print(sentence(f"wrong: {problem}"))
        if not found.problems:
            out.print("nothing is wrong")
    raise typer.Exit(2 if found.problems else 0)
