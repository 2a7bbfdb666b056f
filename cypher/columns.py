"""The rungs anchored at many cases at once: who has a claim on some groups of look-alike cases, or on single cases.

`compose.who` answers for one case; comparing two days asks the same of hundreds. As in `compose.people`, a pair's
decision is the highest claim of its two halves, and the guard is asked in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cypher.compose import TOP, claims, guard_claim, holds, inactive
from seewhy.cypher.header import on_day

if TYPE_CHECKING:
    from seewhy.cypher.ladders import Ladder

def seers(ladder: Ladder, about: str) -> str:
    """Claims of everybody on every group of `$keys` (`about` profile) or on every single case of `$keys` (case).

    Rows: key, rank, edit_rank, none_rank, guard_rank, now, lifted, people (ids).
    """
    rungs = [rung for rung in ladder.rungs if rung.about == about and not rung.guard]
    guards = [rung for rung in ladder.rungs if rung.guard]
    bound: tuple[str, ...] = ("f",)
    anchor = "MATCH (f:AccessProfile {id: one})"
    if about == "case":
        bound = ("c", "f")
        anchor = f"MATCH (c:CaseFile {{id: one}})-[hp:HAS_PROFILE]->(f:AccessProfile)\nWHERE {on_day('hp')}"
    given = ", ".join(bound)
    lifted = holds(ladder.lifts.get("view to edit"))
    return f"""UNWIND $keys AS one
{anchor}
CALL ({given}) {{
  CALL ({given}) {{
  {claims(rungs, bound, "p, ")}
  }}
  WITH f, p, {TOP}
  WHERE NOT ({inactive()})
  WITH p, rank, edit_rank, none_rank, now, {guard_claim(guards)} AS guard_rank, {lifted} AS lifted
  RETURN rank, edit_rank, none_rank, guard_rank, now, lifted, collect(p.id) AS people
}}
RETURN one AS key, rank, edit_rank, none_rank, guard_rank, now, lifted, people"""
