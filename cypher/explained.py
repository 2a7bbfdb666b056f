"""The questions that explain: every claim with its evidence, and who or what would meet a rung.

One step of a path is a list of cells (`EVIDENCE`), so an answer cites the row behind each relationship.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from seewhy.cypher.compose import UNION, anchor, nothing, rungs
from seewhy.cypher.folders import in_use, properties_named
from seewhy.cypher.header import dated, on_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.cypher.ladder import Ladder
    from seewhy.cypher.rungs import Rung

DETAILS = ("access", "kind", "role", "effect", "action", "value", "unit", "via", "via_load", "slot")
"""Properties of a relationship that its sentence may name; absent ones are null."""
EVIDENCE = (
    "start_label",
    "start",
    "start_name",
    "relationship",
    "end_label",
    "end",
    "end_name",
    "since",
    "until",
    "source",
    "load",
    "granted_by",
    "note",
    *DETAILS,
)
"""The cells of one step of a claim's path, in order."""


def cells(name: str) -> str:
    """Cypher for the list of cells of relationship `name`, in the order of `EVIDENCE`; `i` stands on a profile and has
    the source of the case's own row."""
    source = "hp" if name == "i" else name
    details = "".join(f", {name}.{detail}" for detail in DETAILS)
    start, end = f"startNode({name})", f"endNode({name})"
    said = ", ".join(f"{source}.{one}" for one in ("source", "load", "granted_by", "note"))
    ends = f"labels({start})[0], {start}.id, {start}.name, type({name}), labels({end})[0], {end}.id, {end}.name"
    return f"[{ends}, {name}.since, {name}.until, {said}{details}]"


def _own_cells(rung: Rung, name: str, *, named: frozenset[str]) -> str:
    """As `cells`; behind them names and values of the properties that the rung compares, then of those that sentences
    of its scheme may name."""
    text = "\n".join((rung.block.body, rung.block.person, rung.block.case))
    compared = sorted(set(re.findall(rf"\b{name}\.(\w+)", text)) - {"since", "until"})
    more = [*compared, *sorted(named - {*compared, *EVIDENCE})]
    values = ", ".join(f"{name}.{one}" for one in more)
    return f"{cells(name)[:-1]}, {len(compared)}, {more}, [{values}]]"


def why(ladder: Ladder, *, timed: bool = True, many: bool = False) -> str:
    """Every claim of every rung with its evidence: rank, way, number, path (list of steps, cells as `EVIDENCE`); with
    `many` rows for each of `$pairs`, which name person and case."""
    out = []
    own = next((folder for folder in in_use().own if folder.name == ladder.scheme), None)
    named = properties_named(own) if own else frozenset()
    for rung in rungs(ladder, lists=False):
        shown = partial(_own_cells, rung, named=named) if own else cells
        path = ", ".join(map(shown, rung.block.names("evidence")))
        text = (
            f"{rung.legend()}\n{rung.met(case_given=True, timed=timed)}\n"
            f"RETURN {rung.rank_text()} AS rank, {rung.now_text()} AS now, '{rung.variant}' AS way, [{path}] AS path"
        )
        out.append(text.replace("\n", "\n  "))
    one = """MATCH (p:Person {id: $person})
MATCH (c:CaseFile {id: $case})"""
    if many:
        one = """UNWIND $pairs AS one
MATCH (p:Person {id: one[0]})
MATCH (c:CaseFile {id: one[1]})"""
    said = "p.id AS person, c.id AS case_id, rank, way, path" if many else "rank, now, way, path"
    return f"""{one}{anchor(ladder)}
CALL (p, c, f, hp) {{
  {UNION.join(out)}
}}
RETURN {said} ORDER BY {"person, case_id, " if many else ""}rank DESC, way, path"""


_LINK = re.compile(r"MATCH \(c:CaseFile\)-\[(\w+):([A-Z_|]+)\]->\(p:Person\)(?=\n|$)")


def _candidates(rung: Rung) -> Iterator[tuple[str, str]]:
    """The text that finds who or what would meet a rung from the case, and the variable that stands for it: as the
    header says, else the people of a personal link, else the nodes at which the case half would meet a person.

    `candidates: none` leaves it out.
    """
    text = rung.block.head.get("candidates", "")
    if text:
        yield from () if text == "none" else [(text, "x")]
        return
    if rung.guard or not rung.halves:
        return
    link = _LINK.match(rung.block.case)
    if link:
        yield f"MATCH (c)-[n:{link[2]}]->(x:Person)\nWHERE {on_day('n')}".replace("\n", "\n  "), "x"
    elif rung.about == "profile" and rung.halves.node:
        yield dated(rung.block.case).replace("\n", "\n  "), rung.halves.node.removesuffix(".id")


def candidates(ladder: Ladder) -> str:
    """Who or what would meet each rung, from the case: parameters case, as_of. Rows: step, way, kind, id, name."""
    out = [
        f"{text}\n  RETURN DISTINCT '{rung.step}' AS step, '{rung.variant}' AS way, "
        f"labels({x})[0] AS kind, {x}.id AS id, {x}.name AS name"
        for rung in ladder.rungs
        for text, x in _candidates(rung)
    ]
    return f"""MATCH (c:CaseFile {{id: $case}}){anchor(ladder)}
CALL (c, f) {{
  {UNION.join(out) or nothing("step", "way", "kind", "id", "name")}
}}
RETURN step, way, kind, id, name ORDER BY step, way, name, id"""
