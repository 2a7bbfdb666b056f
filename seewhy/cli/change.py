"""`diff` and `whatif`: what changed, and what would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from seewhy.cli import default_day
from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph, whole
from seewhy.cli.output import footer, many, out, say_json
from seewhy.cli.tables import counts, table
from seewhy.cli.terminal import sentence, value
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.explain.fact_words import said_words

if TYPE_CHECKING:
    from seewhy.graph.answers.change import DiffAnswer

SystemOption = Annotated[str | None, typer.Option("--system", help="Only cases of this system.")]
PersonOption = Annotated[str | None, typer.Option("--person", help="Only this person.")]
CaseOption = Annotated[str | None, typer.Option("--case", help="Only this case.")]
UnitOption = Annotated[
    str | None, typer.Option("--unit", help="Only people and cases of this unit and of those below it.")
]
_LIMIT = "How many pairs and facts to list; --json lists all."
LimitOption = Annotated[int, typer.Option("--limit", metavar="N", parser=whole("--limit", 0), help=_LIMIT)]
WORDS = {"gained": "gained", "lost": "lost", "changed": "changed value", "other_reason": "same value, other reason"}


@app.command()
def diff(
    start: Annotated[str, typer.Option("--from", metavar="D1", help="The earlier day, YYYY-MM-DD.")],
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="D2", callback=default_day.when_left_out, help="The later day (default: today)."),
    ] = None,
    system: SystemOption = None,
    person: PersonOption = None,
    case: CaseOption = None,
    unit: UnitOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:
    """Who gained or lost access between two days, and which rows did it: counts, then rows, then pairs."""
    with graph(graph_, json) as g:
        answer = g.diff(start, end, system=system, person=person, case=case, unit=unit)
    if json:
        say_json(answer.as_dict())
        return
    total = answer.total
    out.print(
        Text(
            f"{many(total, 'pair')} {'differs' if total == 1 else 'differ'} between {answer.start} and {answer.end}.",
            style="bold",
        )
    )
    print_differences(answer, limit)


@app.command()
def whatif(
    changes: Annotated[
        Path | None, typer.Argument(metavar="[CHANGES]", help="A YAML file, or a folder with add, end, set.")
    ] = None,
    end: Annotated[list[str] | None, typer.Option("--end", metavar="FILE:ROW", help="A row that ends.")] = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", metavar="FILE:CELLS", help="A row: memberships:person_id=ana,….")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FILE:ROW,CELLS", help="New values: cases.csv:3,limited=true.")
    ] = None,
    as_of: DateOption = None,
    system: SystemOption = None,
    assertions: Annotated[
        list[Path] | None, typer.Option("--assertions", metavar="FILE", help="Assertion files that must still hold.")
    ] = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    limit: LimitOption = 20,
) -> None:
    """What CHANGES would do: who gains, who loses, which findings appear or vanish. Nothing is written."""
    from seewhy.change_files import failing, read_changes
    from seewhy.graph.change.changeset import changes_from
    from seewhy.graph.counterfactual.named_changes import named_changes

    with graph(graph_, json) as g:
        if changes is None and not (end or add or set_):
            raise ConfigurationError("no changes are named", "a file or folder of changes, or --end FILE:ROW")
        if changes is None:
            named = named_changes(g.session, end=end or (), add=add or (), set_=set_ or (), as_of=as_of)
            wanted = changes_from(named, "--end, --add and --set")
        elif end or add or set_:
            raise ConfigurationError("changes are named twice", "a file, or --end, --add and --set")
        else:
            wanted = read_changes(changes)
        answer = g.whatif(wanted, as_of, system=system, failing=failing(assertions) if assertions else None)
    if json:
        say_json(answer.as_dict())
        return
    rows = many(wanted.size, "changed row")
    summary = f"{many(answer.diff.total, 'pair')} would differ on {answer.diff.start} with {rows}."
    out.print(Text(f"{summary} Nothing is applied.", style="bold"))
    print_differences(answer.diff, limit)
    for word, found in (("appear", answer.appeared), ("vanish", answer.vanished)):
        if found:
            out.print(f"\n{many(len(found), 'finding')} would {word}")
        for one in found[:limit]:
            out.print(Text(f"  {one.severity} {one.rule}  {sentence(one.message)}"))
        if len(found) > limit:
            out.print(f"  … and {len(found) - limit:,} more")
    if assertions:
        out.print(f"\n{many(len(answer.broken), 'assertion')} would break")
        for broken in answer.broken:
            out.print(Text(f"  {sentence(broken)}"))


def print_differences(answer: DiffAnswer, limit: int) -> None:
    """Counts, the rows that did it, and the first pairs."""
    counts([((WORDS[kind],), n) for kind, n in answer.counts.items() if n], ("what happened", "count"))
    if answer.facts:
        out.print("Because rows of these files began, ended, or got other values (a pair may have several)")
        rows = [
            (stem, did, f"{count:,}", *(f"{n:,}" if n else "" for n in explained))
            for (stem, did), (count, explained) in answer.by_file.items()
        ]
        table(rows, ("file", "did", "rows", *WORDS.values()))
        out.print("The rows that explain most")
    for fact in answer.facts[:limit]:
        pairs = ", ".join(f"{n:,} {WORDS[kind]}" for kind, n in zip(WORDS, fact.counts, strict=True) if n)
        where = " · ".join(one for one in (", ".join(fact.sources), said_words(fact.granted_by, fact.note)) if one)
        out.print(Text.assemble("  ", (pairs, "bold"), f": {sentence(fact.sentence)}", (f"  {sentence(where)}", "dim")))
    if len(answer.facts) > limit:
        out.print(f"  … and {len(answer.facts) - limit:,} more rows")
    total = answer.total
    if total and limit:
        out.print(f"\nPairs (value and step before, then after){'' if total <= limit else f', the first {limit:,}'}")
    shown = [
        (
            f"{value(answer.names.get(p.person) or p.person)} ({value(p.person)})",
            p.case,
            f"{p.before} {p.before_step}",
            f"{p.after} {p.after_step}",
            ", ".join(p.because),
        )
        for p in answer.pairs(limit)
    ]
    table(shown, ("person", "case", "before", "after", "because"), lines={"person", "because"})
    left = max(0, total - limit)
    if answer.not_verified:
        out.print(
            f"\nNot verified: {many(answer.not_verified, 'pair')} show the rows that did it for pairs like them; "
            "ask about fewer pairs (--person, --case, --unit, --system) to have each asked."
        )
    note = f"complete: {many(total, 'pair')}" + (f", {left:,} more with --limit or --json" if left else "")
    out.print()
    footer(note, answer.provenance)
