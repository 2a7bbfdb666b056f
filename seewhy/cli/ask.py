"""`check`, `why`, `who`, `what`: the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seewhy.cli.frame import DateOption, GraphOption, JsonOption, app, graph, out, say_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graph.answers import Provenance, WhyAnswer

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="A case id.")]
Action = Annotated[str, typer.Option("--action", help="view, or search to see also what can be found (eCase).")]
MARKS = {"decided": "●", "not met": "○", "met, not needed": "◐", "not reached": "·"}
COLOURS = {"edit": "cyan", "view": "cyan", "none": "red"}


@app.command()
def check(
    person: Person,
    case: Case,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    action: Action = "view",
) -> None:
    """May PERSON see CASE? Exit code 0 yes, 1 no, 2 not answered."""
    with graph(graph_, json) as g:
        answer = g.check(person, case, as_of, action=action)
    if json:
        say_json(answer.as_dict())
    else:
        now = f", now {answer.value_now}" if answer.value_now != answer.value else ""
        found = "" if answer.found is None else ", found by search" if answer.found else ", not found by search"
        out.print(f"{answer.value}{now}{found}  decided by {answer.step}  {' '.join(answer.rules)}")
    raise typer.Exit(0 if answer.can_see else 1)


@app.command()
def why(
    person: Person, case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False
) -> None:
    """Why can PERSON see CASE, or why not? All reasons, every rung, what would change it."""
    with graph(graph_, json) as g:
        answer = g.why(person, case, as_of)
    if json:
        say_json(answer.as_dict())
    else:
        print_why(answer)


def print_why(answer: WhyAnswer) -> None:
    """The answer for a terminal: verdict, reasons with source rows, the ladder."""
    check = answer.check
    out.print(Text(answer.verdict, style="bold " + COLOURS[check.value]))
    out.print(
        f"  {check.value}"
        + (f" (now: {check.value_now})" if check.value_now != check.value else "")
        + f", decided by {check.step} {' '.join(check.rules)}, "
        f"system {check.system} ({check.scheme}), as of {check.as_of}"
    )
    if answer.reasons:
        out.print("\nBecause")
    for number, reason in enumerate(answer.reasons, 1):
        style = "bold" if reason.decides else ""
        out.print(Text(f"  {number}. {reason.sentence}  [{reason.step}: {reason.value}]", style=style))
        for one in reason.path:
            out.print(Text.assemble(("     └ ", "dim"), one.sentence, (f"  {one.source}", "dim")))
    out.print("\nLadder (asked in this order)")
    for rung in answer.ladder:
        style = "bold" if rung.outcome == "decided" else "dim" if rung.outcome == "not reached" else ""
        out.print(
            Text(
                f"  {MARKS[rung.outcome]} {rung.step}: {rung.outcome}"
                + (f". {_sentence(rung.because)}" if rung.because else ""),
                style=style,
            )
        )
    if answer.would_change:
        out.print("\nWould change it")
        for change in answer.would_change:
            out.print(f"  {change.sentence}")
    if answer.actions:
        out.print("\nPrivileges that could be used on this case")
        for action in answer.actions:
            through = f"through the role {action.through}" if action.through != "grant" else "granted to the account"
            place = (f" at {action.unit}" if action.unit else "") + (
                f", for {action.case_type}" if action.case_type else ""
            )
            out.print(f"  {action.privilege} ({action.rule}), {through}{place}")
    _footer(check.provenance, "complete: all reasons are shown")


@app.command()
def who(
    case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False, action: Action = "view"
) -> None:
    """Who can see CASE? Counts first, then everybody."""
    with graph(graph_, json) as g:
        answer = g.who(case, as_of, action=action)
    if json:
        say_json(answer.as_dict())
        return
    out.print(
        Text(
            f"{len(answer.people):,} can see case {case}"
            + (f" ({answer.case_name})" if answer.case_name != case else "")
            + f" on {answer.as_of}.",
            style="bold",
        )
    )
    counts([((f"{step}", value), n) for (step, value), n in answer.counts.items()], ("step", "value", "people"))
    both = any(row.value != row.value_now for row in answer.people)
    rows = [(row.person, row.name, row.value, *([row.value_now] if both else []), row.step) for row in answer.people]
    table(rows, ("person", "name", "value", *(["now"] if both else []), "step"))
    if answer.blocked:
        out.print(
            f"\nBlocked although a grant matches: {', '.join(f'{row.person} ({row.step})' for row in answer.blocked)}"
        )
    _footer(answer.provenance, f"complete: {len(answer.people):,} of {len(answer.people):,} shown")


@app.command()
def what(
    person: Person,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    action: Action = "view",
    limit: Annotated[
        int, typer.Option("--limit", help="How many cases to list in the terminal; --json lists all.")
    ] = 50,
) -> None:
    """What can PERSON see? Counts first, then the cases, by system."""
    with graph(graph_, json) as g:
        answer = g.what(person, as_of, action=action)
    if json:
        say_json(answer.as_dict())
        return
    out.print(Text(f"{answer.name} can see {len(answer.cases):,} cases on {answer.as_of}.", style="bold"))
    counts([(key, n) for key, n in answer.counts.items()], ("system", "step", "value", "cases"))
    both = any(row.value != row.value_now for row in answer.cases)
    shown = sorted(answer.cases, key=lambda row: (row.system, row.case))[:limit]
    rows = [(row.system, row.case, row.title, row.value, *([row.value_now] if both else []), row.step) for row in shown]
    table(rows, ("system", "case", "title", "value", *(["now"] if both else []), "step"))
    left = len(answer.cases) - len(shown)
    _footer(
        answer.provenance,
        f"complete: {len(answer.cases):,} cases"
        if not left
        else f"{len(shown):,} of {len(answer.cases):,} cases listed, {left:,} more with --limit or --json",
    )


def counts(rows: Iterable[tuple[Sequence[str], int]], headings: Sequence[str]) -> None:
    """Counts as a small table, most first."""
    table([(*keys, f"{n:,}") for keys, n in rows], headings)


def table(rows: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    """A plain table; nothing when there are no rows. Cells are text, never markup."""
    if not rows:
        return
    drawn = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for heading in headings:
        drawn.add_column(
            heading, justify="right" if heading in ("people", "cases", "count", "rows") else "left", overflow="fold"
        )
    for row in rows:
        drawn.add_row(*[Text(str(cell)) for cell in row])
    out.print(Padding(drawn, (0, 0, 0, 2), expand=False))
    out.print()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _footer(provenance: Provenance, note: str) -> None:
    out.print(Text(f"\n{note} · {provenance.engine} · {provenance.load}", style="dim"))
