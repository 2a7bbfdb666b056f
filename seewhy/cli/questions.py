"""`check`, `why`, `who`, `what`: the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph, whole
from seewhy.cli.output import footer, many, out, say_json
from seewhy.cli.tables import counts, table
from seewhy.cli.terminal import sentence, value
from seewhy.graph.explain.fact_words import said_words
from seewhy.graph.vocabulary import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.check import CheckAnswer, WhyAnswer
    from seewhy.graph.answers.reasons import Reason, Tried

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="A case id.")]
Action = Annotated[
    str, typer.Option(
        "--action",
        metavar="ACTION",
        help="view, edit, what else the scheme of the case knows, or search for what can be found (eCase).",
    )
]
Limit = Annotated[
    int,
    typer.Option("--limit", metavar="N", parser=whole("--limit", 1), help="How many rows to list; --json lists all."),
]
All = Annotated[bool, typer.Option("--all", help="List everything, however much it is.")]
REASONS = 20
"""How many reasons `why` prints without `--all`."""
MARKS = {"decided": "●", "not met": "○", "met, not needed": "◐", "not reached": "·"}


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
        out.print(Text(check_sentence(answer), style="bold " + _colour(answer)))
        out.print(f"  decided in {answer.file}")
        footer(f"as of {answer.as_of}", answer.provenance)
    raise typer.Exit(0 if answer.yes else 1)


def check_sentence(answer: CheckAnswer) -> str:
    """A check in one sentence."""
    if answer.action is not None:
        may = "may" if answer.yes else "may not"
        return (
            f"{'Yes' if answer.yes else 'No'}. {value(answer.person)} {may} {answer.action} case {value(answer.case)}: "
            f"{answer.value}, decided by {decided_by(answer)}."
        )
    can = {"edit": "can change", "view": "can view", "none": "cannot see"}
    now = {"edit": "", "view": " (now: view it only)", "none": " (now: not see it, only after switching position)"}
    found = "" if answer.found is None else " Search finds it." if answer.found else " Search does not find it."
    return (
        f"{'Yes' if answer.can_see else 'No'}. {value(answer.person)} {can[answer.value]} case {value(answer.case)}"
        + (now[answer.value_now] if answer.value_now != answer.value else "")
        + f": {answer.value}, decided by {decided_by(answer)}.{found}"
    )


def _colour(answer: CheckAnswer) -> str:
    return "cyan" if answer.yes else "red"


def decided_by(answer: CheckAnswer) -> str:
    """The step and its rules: `view_all MEM-30 MEM-36`."""
    return " ".join((answer.step, *answer.rules))


@app.command()
def why(
    person: Person,
    case: Case,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    everything: All = False,
    action: Action = "view",
) -> None:
    """Why can PERSON see CASE, or why not? All reasons, every rung, what would change it."""
    with graph(graph_, json) as g:
        answer = g.why(person, case, as_of, action=action, changes=True)
    if json:
        say_json(answer.as_dict())
    else:
        print_why(answer, REASONS if not everything else len(answer.reasons))


def print_why(answer: WhyAnswer, limit: int = REASONS) -> None:
    """The answer for a terminal: verdict, the first reasons with source rows, the ladder."""
    check = answer.check
    out.print(Text(sentence(answer.verdict), style="bold " + _colour(check)))
    if answer.now_because:
        out.print(sentence(answer.now_because))
    out.print(
        f"  {check.value}"
        + (f" (now: {check.value_now})" if check.value_now != check.value else "")
        + f", decided by {decided_by(check)}, "
        f"system {value(check.system)} ({check.scheme}), as of {check.as_of}"
    )
    out.print(f"  decided in {check.file}")
    if answer.reasons:
        out.print("\nBecause")
    for number, reason in enumerate(answer.reasons[:limit], 1):
        style = "bold" if reason.decides else ""
        out.print(Text(f"  {number}. {sentence(reason.sentence)}  [{reason.step}: {reason.value}]", style=style))
        for one in reason.path:
            granted = said_words(one.granted_by, one.note)
            since = f"since {one.since}" if granted and one.since not in ("", ALWAYS) else ""
            where = " · ".join(value(part) for part in (one.source, since, granted) if part)
            out.print(Text.assemble(("     └ ", "dim"), sentence(one.sentence), (f"  {where}", "dim")))
    left = len(answer.reasons[limit:])
    if left:
        out.print(f"  … and {left:,} more with --all or --json")
    out.print("\nLadder (asked in this order)")
    for rung in answer.ladder:
        style = "bold" if rung.outcome == "decided" else "dim" if rung.outcome == "not reached" else ""
        found = _found(rung, answer.reasons)
        out.print(Text(f"  {MARKS[rung.outcome]} {rung.step}: {rung.outcome}{found}", style=style))
    if answer.would_change:
        out.print("\nWould change it")
        for change in answer.would_change:
            out.print(f"  {sentence(change.sentence)}")
    if answer.actions:
        out.print("\nPrivileges that could be used on this case")
        for action in answer.actions:
            role = action.through != "grant"
            through = f"through the role {value(action.through)}" if role else "granted to the account"
            place = (f" at {value(action.unit)}" if action.unit else "") + (
                f", for {value(action.case_type)}" if action.case_type else ""
            )
            out.print(f"  {action.privilege} ({action.rule}), {through}{place}")
    out.print()
    total = len(answer.reasons)
    footer(
        "complete: all reasons are shown" if not left else f"{total - left:,} of {total:,} reasons are shown",
        check.provenance,
    )


def _found(rung: Tried, reasons: Sequence[Reason]) -> str:
    """What a rung found: the numbers of its reasons where they are printed above, else its own words."""
    own = {number: reason.decides for number, reason in enumerate(reasons, 1) if reason.step == rung.step}
    if not own:
        return f". {sentence(_sentence(rung.because))}" if rung.because else ""
    decisive = [number for number, decides in own.items() if decides]
    beaten = [number for number, decides in own.items() if not decides]
    if not decisive or not beaten:
        return f", {_numbered([*decisive, *beaten])} above"
    return f", {_numbered(decisive)} above, over {_numbered(beaten)}"


def _numbered(numbers: Sequence[int]) -> str:
    runs = len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1))
    listed = f"{numbers[0]} to {numbers[-1]}" if runs else ", ".join(map(str, numbers))
    return f"reason{'' if len(numbers) == 1 else 's'} {listed}"


@app.command()
def who(
    case: Case,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    action: Action = "view",
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """Who can see CASE? Counts first, then everybody."""
    with graph(graph_, json) as g:
        answer = g.who(case, as_of, action=action)
    if json:
        say_json(answer.as_dict())
        return
    seen = len(answer.people) - answer.only_found
    title = f" ({value(answer.case_name)})" if answer.case_name != case else ""
    can = "can see" if action in ("view", "search") else f"may {action}"
    head = f"{many(seen, 'person', 'people')} {can} case {value(case)}{title} on {answer.as_of}."
    searched = action == "search"
    if searched:
        finders = many(sum(bool(row.found) for row in answer.people), "person", "people")
        head += f" A search by {finders} finds it" + _not_seen(answer.only_found, "whom cannot see it")
    out.print(Text(head, style="bold"))
    if answer.note:
        out.print(_sentence(sentence(answer.note)))
    counts([((f"{step}", value_), n) for (step, value_), n in answer.counts.items()], ("step", "value", "people"))
    both = any(row.value != row.value_now for row in answer.people)
    shown = answer.people if everything else answer.people[:limit]
    rows = [
        (
            row.person,
            row.name,
            row.value,
            *([row.value_now] if both else []),
            *([_yes(row.found)] if searched else []),
            row.step,
        )
        for row in shown
    ]
    table(rows, ("person", "name", "value", *(["now"] if both else []), *(["found"] if searched else []), "step"))
    if answer.blocked:
        first = answer.blocked if everything else answer.blocked[:limit]
        rest = len(answer.blocked) - len(first)
        out.print("Blocked although a grant matches")
        for step in dict.fromkeys(row.step for row in first):
            out.listed(f"  by {step}: ", (row.person for row in first if row.step == step))
        out.print(f"  and {rest:,} more\n" if rest else "")
    footer(_shown(len(shown), len(answer.people), "people"), answer.provenance)


@app.command()
def what(
    person: Person,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
    action: Action = "view",
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """What can PERSON see? Counts first, then the cases, by system."""
    with graph(graph_, json) as g:
        answer = g.what(person, as_of, action=action)
    if json:
        say_json(answer.as_dict())
        return
    searched = action == "search"
    only = answer.only_found if searched else 0
    can = "can see" if action in ("view", "search") else f"may {action}"
    head = f"{value(answer.name)} {can} {many(len(answer.cases) - only, 'case')} on {answer.as_of}."
    if searched:
        found = sum(bool(row.found) for row in answer.cases)
        head += f" A search finds {many(found, 'case')}" + _not_seen(only, "which cannot be seen")
    out.print(Text(head, style="bold"))
    if answer.note:
        out.print(_sentence(sentence(answer.note)))
    counts([(key, n) for key, n in answer.counts.items()], ("system", "step", "value", "cases"))
    both = any(row.value != row.value_now for row in answer.cases)
    ordered = sorted(answer.cases, key=lambda row: (row.system, row.case))
    shown = ordered if everything else ordered[:limit]
    rows = [
        (
            row.system,
            row.case,
            row.title,
            row.value,
            *([row.value_now] if both else []),
            *([_yes(row.found)] if searched else []),
            row.step,
        )
        for row in shown
    ]
    names = ("system", "case", "title", "value", *(["now"] if both else []), *(["found"] if searched else []), "step")
    table(rows, names)
    footer(_shown(len(shown), len(answer.cases), "cases"), answer.provenance)


def _not_seen(count: int, words: str) -> str:
    """What is found and cannot be seen, as the end of a sentence."""
    return f", {count:,} of {words}." if count else "."


def _yes(found: bool | None) -> str:
    return "yes" if found else "no"


def _shown(some: int, total: int, what: str) -> str:
    if some == total:
        return f"complete: {total:,} of {total:,} {what} shown"
    return f"{some:,} of {total:,} {what} shown, {total - some:,} more with --all or --json"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
