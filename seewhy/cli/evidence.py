"""`evidence` and `verify`: an answer that lasts, and whether it still holds."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from graph.errors import SeeWhyError
from seewhy.cli.frame import DateOption, GraphOption, JsonOption, app, graph, out, say_json, wants_json

KeyOption = Annotated[
    Path | None,
    typer.Option("--pseudonyms", metavar="KEYFILE", help="Replace ids, names and texts; the file holds the key."),
]


@app.command()
def evidence(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")],
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case id.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.zip", help="The file to write.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    pseudonyms: KeyOption = None,
    json: JsonOption = False,
) -> None:
    """Write the answer, all reasons, the rows it rests on, the rules and the query into one file to be verified."""
    with graph(graph_, json) as g:
        made = g.evidence(person, case, output, as_of, pseudonyms)
    if json:
        say_json(made.as_dict())
        return
    out.print(made.answer.verdict)
    out.print(f"wrote `{output}` with {made.rows:,} rows; digest {made.digest}")
    out.print(f"check it with: seewhy verify {output}", style="dim")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What `seewhy evidence` wrote.")],
    graph_: GraphOption = None,
    pseudonyms: Annotated[
        Path | None, typer.Option("--pseudonyms", metavar="KEYFILE", help="The key that the file was written with.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check an evidence file: every byte, and the answer again from the rows inside, offline. Exit code 1 when it does
    not hold, 2 for a file that is no evidence.

    A graph that is named is asked as well; the default graph only when it holds the load that the file was made from.
    """
    import seewhy

    wants_json(json)
    with ExitStack() as open_:
        try:
            asked = open_.enter_context(seewhy.connect(graph_))
        except SeeWhyError:
            if graph_ is not None:
                raise
            asked = None
        found = seewhy.verify(file, asked, pseudonyms, insist=graph_ is not None)
    if json:
        say_json(found.as_dict())
    else:
        out.print("\n".join(found.sentences))
        out.print(f"digest {found.digest}", style="dim")
        out.print("the evidence holds" if found.holds else "the evidence does not hold")
    raise typer.Exit(0 if found.holds else 1)
