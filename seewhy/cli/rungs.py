"""`rungs`: the ladders as they are tried, and one rung in full: its file, what it can say, its words and its text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import JsonOption
from seewhy.cli.output import out, say_json, wants_json
from seewhy.cli.tables import table
from seewhy.cypher.folders import common, in_use
from seewhy.cypher.ladders import file_of, gate, ladders
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.cypher.rungs import Rung

GATE = "common"
"""The folder of what is asked before every ladder."""

Named = Annotated[
    str | None,
    typer.Argument(metavar="SCHEME[/STEP]", help="One ladder, or one rung in full: `memberships/view_all`."),
]


@dataclass(frozen=True, slots=True)
class RungText:
    """A rung as its file has it.

    `place` counts from 1 at the top of the ladder (0: the gate, before every ladder). `ranks` gives the number of each
    value that it can say, strongest first. `otherwise` is what the last rung decides when no rung is met, else blank.
    """

    scheme: str
    place: int
    step: str
    ranks: dict[str, int]
    otherwise: str
    rules: tuple[str, ...]
    file: str
    doc: str
    text: str

    @property
    def name(self) -> str:
        """`memberships/view_all`."""
        return f"{self.scheme}/{self.step}"

    def says(self, *, ranked: bool = False) -> str:
        """`none, edit, view`, each with its rank where asked; `otherwise none` for the last rung."""
        words = [f"{value} ({rank})" if ranked else value for value, rank in self.ranks.items()]
        return ", ".join([*words, *([f"otherwise {self.otherwise}"] if self.otherwise else [])])


@app.command()
def rungs(name: Named = None, json: JsonOption = False) -> None:
    """The rungs of every ladder in the order in which they are tried, each with its file; or one of them with its words
    and its Cypher text."""
    wants_json(json)
    chosen = _chosen(name)
    if json:
        say_json({"rungs": [asdict(one) for one in chosen], "count": len(chosen)})
    elif name and "/" in name:
        _print(chosen[0])
    else:
        rows = [(one.scheme, str(one.place or ""), one.step, one.says(), one.file) for one in chosen]
        table(rows, ("scheme", "place", "step", "says", "file"))
        out.print("The first rung that is met decides. One in full: `seewhy rungs SCHEME/STEP`.")


def _print(one: RungText) -> None:
    steps = [] if one.scheme == GATE else ladders()[one.scheme].steps
    place = f"rung {one.place} of {len(steps)} of {one.scheme}" if steps else "before every ladder"
    out.print(Text(f"{one.step}: {place}", style="bold"))
    out.print(f"  file: {one.file}")
    out.print(f"  says: {one.says(ranked=True)}")
    out.print(f"  rules: {', '.join(one.rules)}")
    out.print(f"\n{one.text.rstrip()}", whole=True)


def _chosen(name: str | None) -> Sequence[RungText]:
    """The rungs of that name, all without one; UnknownEntity with the nearest name otherwise."""
    known = {one.name: one for one in _all()}
    if name is None:
        return list(known.values())
    if name in known:
        return [known[name]]
    own = [one for one in known.values() if one.scheme == name]
    if not own:
        schemes = {one.scheme: "" for one in known.values()}
        steps = {whole: one.step for whole, one in known.items()}
        kind, among = ("rung", steps) if "/" in name or name in steps.values() else ("scheme", schemes)
        raise UnknownEntity(f"unknown {kind} `{name}`", nearest(name, among, always=True))
    return own


def _all() -> list[RungText]:
    found = [_read(GATE, 0, step, one.ranks, "", one.block.names("rules")) for step, one in gate().items()]
    for scheme, ladder in ladders().items():
        last, value = ladder.otherwise
        for place, step in enumerate(ladder.steps, 1):
            asked = [rung for rung in (*ladder.rungs, *ladder.granting) if rung.step == step]
            ranks = {_said(rung, word): rank for rung in asked for word, rank in rung.ranks.items()}
            found.append(_read(scheme, place, step, ranks, value if step == last else "", ladder.rules[step]))
    return found


def _said(rung: Rung, word: str) -> str:
    """The value, or the actions that a rung grants (`delete`) or refuses (`no delete`)."""
    actions = " and ".join(rung.block.names("grants"))
    return f"{'' if word == 'yes' else 'no '}{actions}" if actions else word


def _read(
    scheme: str, place: int, step: str, ranks: dict[str, int], otherwise: str, rules: tuple[str, ...]
) -> RungText:
    file = file_of(scheme, step)
    folder = common() if scheme == GATE else in_use().folders[scheme].path
    text = (folder / file.rpartition("/")[2]).read_text("utf-8")
    prose = gate()[step].doc if scheme == GATE else ladders()[scheme].docs[step]
    return RungText(scheme, place, step, ranks, otherwise, rules, file, prose, text)
