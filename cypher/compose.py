"""The rungs composed into whole questions. No decision here: a claim's rank is its own, the highest wins.

Every text is a function of the rung files only, so the query book can print it and nobody edits it. Traps met on the
way: conditions belong to the MATCH that binds their variable (the embedded engine works clause by clause), scopes of
guards use names of their own, two unconnected patterns are two MATCH clauses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from seewhy.cypher.halves import condition
from seewhy.cypher.header import on_day
from seewhy.cypher.ladder import INACTIVE, NO_CASE
from seewhy.cypher.ladders import gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.cypher.ladder import Ladder
    from seewhy.cypher.rungs import Rung

UNION = "\n  UNION ALL\n  "


ASKED = re.compile(r"\$(subject|resource)_(\w+)")
"""What a question may bring along, as a rung writes it: `$resource_status`, `$subject_role`."""


_TRUE_OR_NOT = re.compile(
    r"(?:(?<=\bWHERE )|(?<=\bAND )|(?<=\bOR )|(?<=\bNOT )|(?<=\())\$action_\w+(?=\s*(?:$|\)|AND\b|OR\b))", re.M
)
"""A property of an action as a condition of its own: only `true` meets it, and no text that an engine takes for it."""


@lru_cache(maxsize=4_096)
def with_stored(text: str) -> str:
    """The text with what a question brings along, else what is stored: the case's property, the person's own cell.

    `$action_…` has nothing stored: what the question says is all there is.
    """

    def either(match: re.Match[str]) -> str:
        stored = f"f.{match[2]}"
        if match[1] == "subject":
            stored = f"head([(p)-[z9:LISTED_IN]->(:Roster) WHERE {on_day('z9')} | z9.{match[2]}])"
        return f"coalesce({match[0]}, {stored})"

    return ASKED.sub(either, _TRUE_OR_NOT.sub(r"(\g<0> = true)", text))


def inactive() -> str:
    """The condition that nobody active is bound to `p`."""
    return condition(gate()["inactive"].block.body)


def no_case() -> str:
    """The condition that the case bound to `c` is not there on the day."""
    return condition(gate()["no_case"].block.body)


def anchor(ladder: Ladder) -> str:
    """The rest of a MATCH on a case: its profile of the day."""
    return f"-[hp:HAS_PROFILE]->(f:AccessProfile)\nWHERE {on_day('hp')} AND f.scheme = '{ladder.scheme}'"


def nothing(*columns: str) -> str:
    """A text without rows, where a ladder has no rung to ask."""
    return "UNWIND [] AS nothing\n  RETURN " + ", ".join(f"nothing AS {column}" for column in columns)


def claims(rungs: Sequence[Rung], keys: str, *, case_given: bool) -> str:
    """All rungs as one UNION ALL; each returns `keys` (names, each with a comma), its rank, and its value now."""
    if not rungs:
        return nothing(*(key.strip() for key in keys.split(",") if key.strip()), "rank", "now")
    return UNION.join(
        f"{rung.legend()}\n{rung.met(case_given=case_given)}\n"
        f"RETURN {keys}{rung.rank_text()} AS rank, {rung.now_text()} AS now".replace("\n", "\n  ")
        for rung in rungs
    )


HIGHEST_CLAIM = (
    "max(rank) AS rank, max(CASE WHEN rank % 10 = 2 THEN rank END) AS edit_rank, "
    "max(CASE WHEN rank % 10 = 0 THEN rank END) AS none_rank, max(now) AS now"
)
"""The highest of some claims: of all, among those that say edit, among those that say none; the highest value with the
active position."""


def guard_claim(rungs: Sequence[Rung]) -> str:
    """Cypher for the rank of the guard that holds for (p, f), or null: asked once a pair has a claim below it.

    It matters below the deciding claim, and between a deciding view and the edit that would upgrade it.
    """
    guards = [r for r in rungs if r.guard == "yes"]
    if not guards:
        return "null"
    level = guards[0].rank
    either = " OR ".join(f"({guard.stops()})" for guard in guards)
    return f"CASE WHEN (rank < {level} OR (rank % 10 = 1 AND edit_rank < {level})) AND ({either}) THEN {level} END"


def exists_clause(rung: Rung | None) -> str:
    """Cypher: does `p` meet this condition about a person (an upgrade)? `false` when the scheme has none."""
    return "EXISTS { " + rung.block.body.replace("\n", " ") + " }" if rung else "false"


def rungs(ladder: Ladder, *, about: str = "", search: bool = False, lists: bool = True) -> list[Rung]:
    """The rungs that a question reads: those about one thing, those that searching reads, those that lists need."""
    return [
        r
        for r in ladder.rungs
        if (not about or r.about == about)
        and not (lists and r.guard)
        and (not search or r.block.head.get("search") == "yes")
    ]


def _lifted(ladder: Ladder, search: bool = False) -> str:
    return exists_clause(ladder.upgrades.get("search" if search else "view to edit"))


def _guarded(ladder: Ladder, search: bool = False) -> str:
    return guard_claim(rungs(ladder, search=search, lists=False))


def pair_given(*, many: bool) -> str:
    """The person and the case of a question; with `many` those of each of `$pairs`."""
    person, case = ("one[0]", "one[1]") if many else ("$person", "$case")
    found = f"MATCH (p:Person {{id: {person}}})\nMATCH (c:CaseFile {{id: {case}}})"
    return f"UNWIND $pairs AS one\n{found}" if many else found


def check(ladder: Ladder, *, search: bool = False, many: bool = False) -> str:
    """One person, one case: parameters person, case, as_of, action; with `many` a row for each of `$pairs`.

    A case that is not there on the day has no profile, and may still have links: the claim of the gate stands above.
    """
    pair = "p.id AS person, c.id AS case_id, " if many else ""
    asked = rungs(ladder, search=search, lists=False)
    return f"""{pair_given(many=many)}
OPTIONAL MATCH (c){anchor(ladder)}
CALL (p, c, f) {{
  WITH p RETURN null AS rank, null AS now
  UNION ALL
  {gate()["inactive"].legend()}
  WITH p WHERE {inactive()} RETURN {INACTIVE} AS rank, null AS now
  UNION ALL
  {gate()["no_case"].legend()}
  WITH c WHERE {no_case()} RETURN {NO_CASE} AS rank, null AS now
  UNION ALL
  {claims(asked, "", case_given=True)}
}}
WITH {"p, c" if many else "p"}, {HIGHEST_CLAIM}
RETURN {pair}rank, edit_rank, none_rank, now, {_lifted(ladder, search)} AS lifted"""


def who(ladder: Ladder, *, search: bool = False) -> str:
    """One case, all people with a claim: parameters case, as_of, action.

    Rows: rank, edit_rank, none_rank, guard_rank, now, lifted, people (of [id, name]): a few claims of many people.
    """
    return f"""MATCH (c:CaseFile {{id: $case}}){anchor(ladder)}
CALL (c, f) {{
  CALL (c, f) {{
  {claims(rungs(ladder, search=search), "p, ", case_given=True)}
  }}
  RETURN p, {HIGHEST_CLAIM}
}}
WITH f, p, rank, edit_rank, none_rank, now
WHERE NOT ({inactive()})
WITH p, rank, edit_rank, none_rank, now, {_guarded(ladder, search)} AS guard_rank, {_lifted(ladder, search)} AS lifted
RETURN rank, edit_rank, none_rank, guard_rank, now, lifted, collect([p.id, p.name]) AS people"""


def people(ladder: Ladder, about: str, *, search: bool = False) -> str:
    """Claims of every person in `$people` over profiles (`about` profile) or over single cases (`about` case).

    Rows: person, lifted, rank, edit_rank, none_rank, guard_rank, now, keys. `keys` are profile ids, or [case, profile]
    pairs. A pair's decision is the highest claim of its two parts; both parts keep their `none` claims for that.
    """
    keys, listed = {"profile": ("f", "f.id"), "case": ("c, f", "[c.id, f.id]")}[about]
    return f"""UNWIND $people AS one
MATCH (p:Person {{id: one}})
WHERE NOT ({inactive()})
CALL (p) {{
  CALL (p) {{
  {claims(rungs(ladder, about=about, search=search), keys + ", ", case_given=False)}
  }}
  WITH {keys}, {HIGHEST_CLAIM}
  WITH {keys}, rank, edit_rank, none_rank, now, {_guarded(ladder, search)} AS guard_rank
  RETURN rank, edit_rank, none_rank, guard_rank, now, collect({listed}) AS members
}}
RETURN p.id AS person, {_lifted(ladder, search)} AS lifted, rank, edit_rank, none_rank, guard_rank, now, members"""


def seers(ladder: Ladder, about: str) -> str:
    """Claims of everybody on every group of `$keys` (`about` profile) or on every single case of `$keys` (case).

    `who` answers for one case; comparing two days asks the same of hundreds. As in `people`, a pair's decision is the
    highest claim of its two parts, and the guard is asked in both.

    Rows: key, rank, edit_rank, none_rank, guard_rank, now, lifted, people (ids).
    """
    given = {"profile": "f", "case": "c, f"}[about]
    found = {
        "profile": f"MATCH (f:AccessProfile {{id: one}})\nWHERE f.scheme = '{ladder.scheme}'",
        "case": f"MATCH (c:CaseFile {{id: one}}){anchor(ladder)}",
    }[about]
    return f"""UNWIND $keys AS one
{found}
CALL ({given}) {{
  CALL ({given}) {{
  {claims(rungs(ladder, about=about), "p, ", case_given=True)}
  }}
  WITH f, p, {HIGHEST_CLAIM}
  WHERE NOT ({inactive()})
  WITH p, rank, edit_rank, none_rank, now, {_guarded(ladder)} AS guard_rank, {_lifted(ladder)} AS lifted
  RETURN rank, edit_rank, none_rank, guard_rank, now, lifted, collect(p.id) AS people
}}
RETURN one AS key, rank, edit_rank, none_rank, guard_rank, now, lifted, people"""


def alone(ladder: Ladder) -> dict[str, str]:
    """The halves of every rung as questions of their own, to be hash-joined outside, by name behind `halves/SCHEME/`.

    Rungs by their place in the ladder: `N/person`, `N/case`, `N/unless/…`. A personal link of a case is asked person by
    person, as `N/own`: rows person, rank, now, members (case ids). `active`: who is, and whether a view is upgraded.
    """
    found = {
        "active": f"MATCH (p:Person)\nWHERE NOT ({inactive()})\nRETURN p.id AS person, {_lifted(ladder)} AS lifted"
    }
    for number, rung in enumerate(ladder.rungs):
        if rung.guard == "implied":
            continue
        if rung.personal:
            claimed = f"{rung.rank_text()} AS rank, {rung.now_text()} AS now, collect(c.id) AS members"
            met = f"{rung.met(case_given=False)}\nRETURN {claimed}".replace("\n", "\n  ")
            found[f"{number}/own"] = (
                f"{rung.legend()}\nUNWIND $people AS one\nMATCH (p:Person {{id: one}})\nCALL (p) {{\n  {met}\n}}\n"
                "RETURN p.id AS person, rank, now, members"
            )
        else:
            found |= {f"{number}/{side}": text for side, text in rung.alone()}
    return found


def guarded(ladder: Ladder) -> str:
    """Groups of equivalent cases that a guard may close to somebody: the condition of its case half holds. Rows: id."""
    conditions = [one for rung in ladder.rungs if rung.guard and rung.halves and (one := condition(rung.halves.case))]
    either = " OR ".join(f"({one})" for one in conditions) or "false"
    return f"MATCH (f:AccessProfile)\nWHERE f.scheme = '{ladder.scheme}' AND ({either})\nRETURN f.id AS id"


def searchers(ladder: Ladder) -> str:
    """Everybody who holds the privilege to search on the day."""
    return f"""MATCH (p:Person)
WHERE NOT ({inactive()}) AND {_lifted(ladder, True)}
RETURN p.id AS person, p.name AS name ORDER BY person"""
