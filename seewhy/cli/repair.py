"""`repair`: a damaged graph goes back to its newest whole state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption
from seewhy.cli.output import out, say_json, wants_json
from seewhy.cli.tables import table

if TYPE_CHECKING:
    from seewhy.graph.engines.repair import GenerationState, Repair


@app.command()
def repair(graph_: GraphOption = None, json: JsonOption = False) -> None:
    """Check every file of the graph, and go back to the newest state of it that is whole; nothing is deleted.

    Exit code 2 when nothing whole is left.
    """
    from seewhy.graph.engines.repair import repair as mend

    wants_json(json)
    done = mend(graph_)
    if json:
        say_json(done.as_dict())
        return
    if done.fault:
        out.print(done.fault)
    table([_row(one) for one in done.generations], ("generation", "load", "as of", "state"))
    print_done(done)


def print_done(done: Repair) -> None:
    """What was done, a line each."""
    if not done.fault:
        out.print(f"nothing to repair in `{done.target}`")
        return
    if done.moved:
        out.print("put aside: " + ", ".join(f"`{name}`" for name in done.moved))
    out.print(f"the graph answers from `{done.restored}` again: {done.load} as of {done.as_of}")
    if done.moved:
        out.print("what was loaded after that is in no whole generation any more: load these folders again")


def _row(one: GenerationState) -> tuple[str, str, str, str]:
    wrong = "; ".join(f"{file.file} {file.state}" for file in one.files if file.state != "whole")
    state = "whole" if one.digests else "opens (made before there were digests)"
    if not one.shown:
        state += ", but no load names it"
    return one.name, one.load, one.as_of, f"damaged: {wrong}" if wrong else state
