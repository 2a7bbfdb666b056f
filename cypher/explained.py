"""The questions that explain: every claim with its evidence, and who or what would meet a rung.

One step of a path is a list of cells (`EVIDENCE`), so an answer cites the row behind each relationship.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seewhy.cypher.compose import UNION, anchor, nothing, pair_given, rungs
from seewhy.cypher.folders import in_use, properties_named
from seewhy.cypher.header import dated, on_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

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
_ROW = ("source", "load", "granted_by", "note")
"""What a relationship says of its row."""


def cells(name: str, more: str = "") -> str:
    """Cypher for the list of cells of relationship `name`, in the order of `EVIDENCE`, and `more` behind them; `i`
    stands on a profile and has the source of the case's own row."""
    source = "hp" if name == "i" else name
    return _listed(name, [f"{source}.{one}" for one in _ROW], more)


def more_cells(name: str, properties: Set[str], compared: str = "[]") -> str:
    """Cells behind those of `EVIDENCE`: the list of what a rung compares, then names and values of `properties` that
    have no cell."""
    keys = sorted(properties - {*EVIDENCE})
    return f", {compared}, {keys}, [{', '.join(f'{name}.{key}' for key in keys)}]"


def _listed(name: str, row: Sequence[str], more: str) -> str:
    start, end = f"startNode({name})", f"endNode({name})"
    ends = f"labels({start})[0], {start}.id, {start}.name, type({name}), labels({end})[0], {end}.id, {end}.name"
    details = "".join(f", {name}.{detail}" for detail in DETAILS)
    return f"[{ends}, {name}.since, {name}.until, {', '.join(row)}{details}{more}]"


def _path(ladder: Ladder, asked: Sequence[Rung]) -> tuple[list[str], str]:
    """For each rung the relationships of its evidence as a list, and the path of such a list: said once, behind all
    rungs, since the more expressions stand in a text, the longer a server plans it.

    In an own scheme each relationship stands beside the properties of it that its rung compares.
    """
    own = next((folder for folder in in_use().own if folder.name == ladder.scheme), None)
    compared = [{name: _compared(rung, name) for name in rung.block.names("evidence")} for rung in asked]
    fact, more = "fact", ""
    if own:
        fact = "fact[0]"
        every = {key for found in compared for keys in found.values() for key in keys}
        more = more_cells(fact, properties_named(own) | every, "fact[1]")
    listed = [", ".join(f"[{name}, {keys}]" if own else name for name, keys in found.items()) for found in compared]
    on_profile = f"labels(startNode({fact}))[0] = 'AccessProfile'"
    row = [f"CASE WHEN {on_profile} THEN hp.{key} ELSE {fact}.{key} END" for key in _ROW]
    return [f"[{facts}]" for facts in listed], f"[fact IN facts | {_listed(fact, row, more)}]"


def _compared(rung: Rung, name: str) -> list[str]:
    """The properties of relationship `name` that a rung compares."""
    text = "\n".join((rung.block.body, rung.block.person, rung.block.case))
    return sorted(set(re.findall(rf"\b{name}\.(\w+)", text)) - {"since", "until"})


def why(ladder: Ladder, *, timed: bool = True, many: bool = False) -> str:
    """Every claim of every rung with its evidence: rank, now, way, path (list of steps, cells as `EVIDENCE`); with
    `many` person and case_id of each of `$pairs` instead of now."""
    asked = rungs(ladder, lists=False)
    facts, path = _path(ladder, asked)
    out = []
    for rung, listed in zip(asked, facts, strict=True):
        claim = f"{rung.rank_text()} AS rank, {rung.now_text()} AS now, '{rung.variant}' AS way, {listed} AS facts"
        text = f"{rung.legend()}\n{rung.met(case_given=True, timed=timed)}\nRETURN {claim}"
        out.append(text.replace("\n", "\n  "))
    said = f"p.id AS person, c.id AS case_id, rank, way, {path}" if many else f"rank, now, way, {path}"
    # By values that are no columns of the rungs: else a server plans each rung for this order too.
    order = "[person, case_id, -rank, way, path]" if many else "-rank, [way, path]"
    return f"""{pair_given(many=many)}{anchor(ladder)}
CALL (p, c, f) {{
  {UNION.join(out)}
}}
RETURN {said} AS path ORDER BY {order}"""


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
