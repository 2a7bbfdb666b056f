"""`row`: one row of the input, and what rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph, whole
from seewhy.cli.output import footer, many, out, say_json
from seewhy.cli.tables import table
from seewhy.cli.terminal import sentence, value
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.explain.change_counts import by_person
from seewhy.graph.explain.fact_words import said_words
from seewhy.graph.vocabulary import ALWAYS, is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.change import DiffAnswer
    from seewhy.graph.answers.row import CitingPair, RowAnswer, RowPeriod


_LIMIT = "How many pairs to list; --json lists all."


@app.command(name="row")
def row_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file, or file and row: memberships.csv:5.")],
    row: Annotated[str | None, typer.Argument(metavar="[ROW]", help="The number of the row.")] = None,
    as_of: DateOption = None,
    load: Annotated[
        str | None, typer.Option("--load", metavar="LOAD", help="The load that began it, where several had such a row.")
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Also what hangs on it alone: who would lose what if it ended.")
    ] = False,
    graph_: GraphOption = None,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", parser=whole("--limit", 0), help=_LIMIT)] = 20,
) -> None:
    """What one row of the input says, since when, whose access rests on it, and what else names the same."""
    if row is None:
        file, colon, row = file.rpartition(":")
        if not colon:
            raise ConfigurationError("which row is not said", f"name file and row: seewhy row {row} 5")
    with graph(graph_, json) as g:
        answer = g.row(file, row, as_of, load=load)
        lost = g.row_alone(file, row, as_of, load=load) if alone and answer.holds else None
    if json:
        found = answer.as_dict()
        if lost is not None:
            told = lost.as_dict()
            found["alone"] = {name: told[name] for name in ("counts", "pairs", "complete")}
        say_json(found)
        return
    _print(answer, limit)
    if lost is not None:
        _print_alone(lost, limit)
    footer("complete" if answer.complete else "not complete", answer.provenance)


def _print(answer: RowAnswer, limit: int) -> None:
    state = f"holds on {answer.as_of}" if answer.holds else f"does not hold on {answer.as_of}"
    out.print(Text(f"{answer.source}: {sentence(answer.sentence)}. It {state}.", style="bold"))
    table([(name, cell) for name, cell in answer.cells.items() if cell], ("column", "cell"))
    out.print("Its history")
    table(
        [(_span(one), one.load, one.source, one.ended_load, one.became) for one in answer.history],
        ("when", "begun by", "source", "ended by", "then"),
        lines={"then"},
    )
    if answer.others:
        out.print("Other rows of that number")
        table([(one.load, _span(one), one.sentence) for one in answer.others], ("load", "when", "says"))
    _pairs("It gives", "access", answer, answer.gives, limit)
    _pairs("It keeps out", "no access", answer, answer.keeps_out, limit)
    if not answer.complete:
        out.print("So many rest on it that only the first were asked; --alone says what hangs on it alone.\n")
    for near in answer.neighbours:
        counted = ", ".join(f"{number:,} in {stem}" for stem, number in near.counts.items())
        named = near.id if near.name == near.id else f"{value(near.name)} ({value(near.id)})"
        out.print(Text(f"Beside it, rows of {named}: {counted or 'none'}"))
        table([(one.source, one.sentence) for one in near.rows], ("source", "says"))
    if said := said_words(answer.granted_by, answer.note):
        out.print(Text(sentence(said)))


def _pairs(word: str, what: str, answer: RowAnswer, pairs: Sequence[CitingPair], limit: int) -> None:
    decides = sum(pair.decides for pair in pairs)
    if not pairs:
        if what == "access":
            out.print("Nobody's access rests on it.\n")
        return
    out.print(f"{word} {many(len(pairs), 'pair')} of person and case; for {decides:,} of them it decides")
    rows = [
        (f"{value(answer.names.get(p.person) or p.person)} ({value(p.person)})", p.case, p.value, _also(p))
        for p in pairs[:limit]
    ]
    table(rows, ("person", "case", what, "as"), lines={"person"})
    if len(pairs) > limit:
        out.print(f"  … and {len(pairs) - limit:,} more with --limit or --json\n")


def _also(pair: CitingPair) -> str:
    return "the reason that decides" if pair.decides else "one reason of several"


def _print_alone(lost: DiffAnswer, limit: int) -> None:
    out.print(f"If it ended on {lost.start}")
    lines = [line for _, line in by_person(lost)]
    for line in lines[:limit]:
        out.print(Text(f"  {sentence(line)}"))
    if not lines:
        out.print("  nobody's access would change")
    if len(lines) > limit:
        out.print(f"  … and {len(lines) - limit:,} more people")
    out.print()


def _span(one: RowPeriod) -> str:
    begin = "always" if one.since == ALWAYS else f"since {one.since}"
    return begin if is_open(one.until) else f"{begin}, until {one.until}"
