"""Verdicts, lists and batches of `eligible` for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from seewhy.cli.output import footer, many, out
from seewhy.cli.terminal import sentence, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.eligibility import Condition, EligiblePeople, EligiblePerson, Verdict
    from seewhy.request_files import Judged

COLOURS = {"allowed": "cyan", "warning": "yellow", "refused": "red"}


def print_verdict(answer: Verdict) -> None:
    """The verdict, its conditions as a checklist with the deciding one marked, and whom to turn to."""
    out.print(Text(f"{answer.verdict}: {sentence(answer.sentence)}", style="bold " + COLOURS[answer.verdict]))
    unmet = f"not met: {' '.join(answer.rules)}" if answer.rules else "all conditions are met"
    out.print(f"  {unmet}, as of {answer.as_of}")
    if len(answer.routes) > 1:
        _print_routes(answer)
    else:
        out.print("\nConditions")
        for condition in answer.conditions:
            _print_condition(condition, decides=condition is answer.deciding)
    if answer.work:
        out.listed("\nWork  ", answer.work)
    if answer.missing:
        out.print(f"\nMissing  {', '.join(answer.missing)}")
    people = answer.people
    for title, group in (("Ask", people.ask), ("Agree", people.agree), ("Authorise", people.authorise)):
        if group:
            out.print(f"\n{title}")
            for one in group:
                _print_person(one)
    if answer.notes and len(answer.routes) < 2:
        out.print("\nThe procedure")
        for note in answer.notes:
            out.print(f"  · {sentence(note)}")
    out.print()
    footer("complete: all conditions are shown", answer.provenance)


def print_people(answer: EligiblePeople) -> None:
    """The list with the reason of each person."""
    count = many(len(answer.people), "person", "people")
    out.print(Text(f"{count}: {sentence(answer.sentence)}, as of {answer.as_of}", style="bold"))
    for note in answer.notes:
        out.print(f"  · {sentence(note)}")
    out.print()
    for one in answer.people:
        _print_person(one)
    out.print()
    footer(f"complete: {count}; goes by {' '.join(answer.rules)}", answer.provenance)


def print_batch(judged: Sequence[Judged], counts: dict[str, int], provenance: Provenance) -> None:
    """Each request in its order, with the rules not met and what the deciding condition says."""
    totals = ", ".join(f"{number} {word}" for word, number in counts.items())
    out.print(Text(f"{len(judged):,} requests: {totals}", style="bold"))
    for one in judged:
        asked, answer = one.request, one.verdict
        out.print(
            Text.assemble(
                f"  row {asked.row}  ",
                (answer.verdict, "bold " + COLOURS[answer.verdict]),
                f"  {value(asked.person)} to {', '.join(map(value, asked.positions))} ({asked.access})",
                f"  {' '.join(answer.rules)}",
            )
        )
        for condition in answer.conditions:
            if not condition.met:
                _print_condition(condition, decides=condition is answer.deciding, indent=8)
    out.print()
    footer("each request is judged on its own, as if it were the only one", provenance)


def _print_condition(condition: Condition, *, decides: bool, indent: int = 2) -> None:
    mark = "✓" if condition.met else "!" if condition.warns else "✗"
    text = f"{' ' * indent}{mark} {condition.rule}  {sentence(condition.because)}{'  ← decides' if decides else ''}"
    out.print(Text(text, style="bold" if decides else ""))
    if condition.would_meet:
        out.print(Text.assemble(" " * (indent + 5), ("would meet it: ", "dim"), sentence(condition.would_meet)))
    if condition.source:
        out.print(Text(f"{' ' * (indent + 5)}source: {condition.source}", style="dim"))


def _print_routes(answer: Verdict) -> None:
    """Every way to the capability as a small tree: all below one branch together suffice."""
    for place, route in enumerate(answer.routes):
        out.print(f"\n{'or' if place else 'either'} {route.title}")
        for condition in route.conditions:
            _print_condition(condition, decides=condition is answer.deciding, indent=4)


def _print_person(one: EligiblePerson) -> None:
    line = f"  {value(one.name)}: {sentence(one.because)}"
    out.print(Text.assemble("  ", (value(one.person), "bold"), line, (f"  {one.source}", "dim")))
