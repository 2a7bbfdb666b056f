"""The rungs composed into whole questions. No decision here: a claim's rank is its own, the highest wins.

Every text is a function of the rung files only, so the query book can print it and nobody edits it. Traps met on the
way stand in architecture section 4: conditions belong to the MATCH that binds their variable (the embedded engine works
clause by clause), scopes of guards use names of their own, two unconnected patterns are two MATCH clauses.

Long because one question after another is composed from the same few pieces above them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seewhy.cypher.header import on_day
from seewhy.cypher.ladders import INACTIVE, NO_CASE, Ladder, Rung, gate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNION = "\n  UNION ALL\n  "
JOIN = "MATCH (c)-[hp:HAS_PROFILE]->(f:AccessProfile)"
MOST_JOINED = 4
"""Relationships that Neo4j plans together when a person is given: seven take it 450 ms, four 100. After a person's
links to cases it would also begin at the thousands of groups of their firm. A plain WITH does not keep it from it."""


def condition(rung: Rung) -> str:
    """The WHERE part of a gate or guard block."""
    return rung.block.body.split("\nWHERE ", 1)[1]


def inactive() -> str:
    """The condition that nobody active is bound to `p`."""
    return condition(gate()["inactive"])


def clauses(body: str) -> list[list[str]]:
    """The lines of a body grouped by the MATCH that they belong to."""
    out: list[list[str]] = []
    for line in body.splitlines():
        if line.startswith(("MATCH", "OPTIONAL MATCH")):
            out.append([line])
        else:
            out[-1].append(line)
    return out


_STEP = re.compile(r"\([^()]*\)|<?-\[[^\]]*\]->?")
_NAMED = re.compile(r"[(\[](\w+)[:)\]]|\b(\w+)\.\w")


def variables(text: str) -> set[str]:
    """Names of nodes and relationships that a path or a condition speaks of."""
    return {one or other for one, other in _NAMED.findall(text)}


def terms(where: str) -> list[str]:
    """The conditions of a WHERE, divided at its outer ANDs."""
    parts, depth, begin = [], 0, 0
    for match in re.finditer(r"[({\[]|[)}\]]|\bAND\b", where):
        if match[0] == "AND":
            if depth == 0:
                parts.append(where[begin : match.start()].strip())
                begin = match.end()
        else:
            depth += 1 if match[0] in "({[" else -1
    return [part for part in (*parts, where[begin:].strip()) if part]


def conditions(lines: Sequence[str]) -> list[str]:
    """The conditions in the WHERE lines of a clause."""
    return terms(" ".join(line.strip() for line in lines).removeprefix("WHERE"))


def _reversed(steps: Sequence[str]) -> str:
    """A path told from its other end."""
    turned = {"<": lambda step: step[1:] + ">", ">": lambda step: "<" + step[:-1], "(": lambda step: step}
    return "".join(turned[step[0] if step[0] in "<(" else step[-1]](step) for step in reversed(steps))


def _from_case(part: list[str], bound: Sequence[str]) -> list[list[str]]:
    """A clause that begins at the person, told from the case: the person's own hop comes last, from the person.

    Units, rules' subjects and groups have thousands of relationships, a case or profile has a few.
    """
    steps = _STEP.findall(part[0].removeprefix("MATCH").strip())
    where = conditions(part[1:])
    if len(steps) == 3 or "p" not in bound:
        return [["MATCH " + _reversed(steps), *(["WHERE " + "\n  AND ".join(where)] if where else [])]]
    first, last = _reversed(steps[2:]), "".join(steps[:3]).replace("(p:Person)", "(p)")
    known = variables(first) | set(bound)
    early = [term for term in where if variables(term) & variables(part[0]) <= known]
    late = [term for term in where if term not in early]
    return [
        [f"MATCH {path}", *(["WHERE " + "\n  AND ".join(held)] if held else [])]
        for path, held in ((first, early), (last, late))
    ]


def _hop_by_hop(parts: list[list[str]], bound: Sequence[str]) -> list[list[str]]:
    """Clauses that come to the case last, told from the case one relationship at a time, the person's own hop last.

    For rungs in which the case leads to few things and the person to many, when nobody is given yet.
    """
    hops: list[list[str]] = []
    where: list[str] = []
    for head, *rest in parts:
        steps = _STEP.findall(head.removeprefix("MATCH").strip())
        nodes = [f"(n{len(hops) + n}{one[1:]}" if one.startswith("(:") else one for n, one in enumerate(steps[::2])]
        hops += [[nodes[n], link, nodes[n + 1]] for n, link in enumerate(steps[1::2])]
        where += conditions(rest)
    known = set(bound)
    free = set[str]().union(*(variables("".join(hop)) for hop in hops)) - known
    out = []
    while hops:
        # A hop between two known ends only chooses; else the one nearest to the case, which stands last in the text.
        ends = {n: variables(hop[0] + hop[2]) for n, hop in enumerate(hops)}
        at = min((n for n in ends if ends[n] & known), key=lambda n: ("p" in ends[n], not ends[n] <= known, -n))
        hop = hops.pop(at)
        told = "".join(hop) if variables(hop[0]) <= known else _reversed(hop)
        known |= variables(told)
        held = [term for term in where if variables(term) & free <= known]
        where = [term for term in where if term not in held]
        out.append([f"MATCH {told}", *(["WHERE " + "\n  AND ".join(held)] if held else [])])
    return out


def _without_profile(parts: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The clauses without the conditions that are about a known profile alone, and these: asked before any MATCH."""
    found: list[str] = []
    left = []
    for head, *rest in parts:
        own = [term for term in conditions(rest) if variables(term) == {"f"}]
        if own:
            found += own
            others = [term for term in conditions(rest) if term not in own]
            rest = ["WHERE " + "\n  AND ".join(others)] if others else []
        left.append([head, *rest])
    return left, found


def _binds_profile(line: str) -> bool:
    return bool(re.search(r"\(f[:)]", line))


def body(rung: Rung, bound: Sequence[str], *, timed: bool = True) -> str:
    """A rung's text when the variables `bound` are given: its dates and its scheme are written where they bind.

    `timed=False` leaves the dates of the rung's own facts out (not of the case's profile): what was met, or will be.
    """
    parts = clauses(rung.block.body)
    if rung.block.head.get("from") == "case" and "f" in bound:
        if _binds_profile(parts[0][0]) or rung.about == "case":
            parts[:1] = _from_case(parts[0], bound)
        elif "p" not in bound:
            parts = _hop_by_hop(parts, bound)
    if rung.about == "case" and "f" not in bound:
        own = [term for term in conditions(parts[0][1:]) if "f" not in variables(term)]
        rest = [term for term in conditions(parts[0][1:]) if "f" in variables(term)]
        parts[:1] = [
            [head, *(["WHERE " + " AND ".join(held)] if held else [])]
            for head, held in ((parts[0][0], own), (JOIN, rest))
        ]
    profile_known = "f" in bound
    first = [f"f.scheme = '{rung.scheme}'"]
    if profile_known and not rung.guard:
        parts, own = _without_profile(parts)
        first += own
    out: list[str] = []
    joined = 0
    for part in parts:
        head, *rest = part
        hops = head.count("-[")
        if "p" in bound and out and (joined + hops > MOST_JOINED or out[-1].startswith(JOIN)):
            out.append(f"WITH *, 1 AS part{len(out)}")
            joined = 0
        joined += hops
        valid = [*(rung.block.names("valid") if timed else ()), "hp"]
        extra = [on_day(name) for name in valid if re.search(rf"\[{name}:", head)]
        if not profile_known and _binds_profile(head):
            extra.append(f"f.scheme = '{rung.scheme}'")
            profile_known = True
        text = "\n  ".join([head, *rest])
        glue = "AND" if any(line.startswith("WHERE") for line in rest) else "WHERE"
        out.append(text + (f"\n  {glue} " + "\n  AND ".join(extra) if extra else ""))
    begin = f"WITH {', '.join(bound)} WHERE {' AND '.join(first)}\n  " if "f" in bound else ""
    return begin + "\n  ".join(out)


def claims(rungs: Iterable[Rung], bound: Sequence[str], keys: str) -> str:
    """All rungs as one UNION ALL; each returns `keys`, its rank, and what it is worth now."""
    return UNION.join(f"{body(r, bound)}\n  RETURN {keys}{r.rank_text()} AS rank, {r.now_text()} AS now" for r in rungs)


TOP = (
    "max(rank) AS rank, max(CASE WHEN rank % 10 = 2 THEN rank END) AS edit_rank, "
    "max(CASE WHEN rank % 10 = 0 THEN rank END) AS none_rank, max(now) AS now"
)
"""The highest of some claims: of all, among those that say edit, among those that say none, and the worth now."""


def guard_claim(rungs: Iterable[Rung]) -> str:
    """Cypher for the rank of the guard that holds for (p, f), or null: asked once a pair has a claim below it.

    It matters below the deciding claim, and between a deciding view and the edit that would lift it.
    """
    guards = [r for r in rungs if r.guard == "yes"]
    if not guards:
        return "null"
    level = guards[0].rank
    either = " OR ".join(f"({condition(r)})" for r in guards)
    return f"CASE WHEN (rank < {level} OR (rank % 10 = 1 AND edit_rank < {level})) AND ({either}) THEN {level} END"


def holds(rung: Rung | None) -> str:
    """Cypher: does `p` meet this person rung (a lift)? `false` when the scheme has none."""
    if rung is None:
        return "false"
    text = rung.block.body.replace("(p:Person)", "(p)").replace("\n", " ")
    return "EXISTS { " + text + "".join(f" AND {on_day(name)}" for name in rung.block.names("valid")) + " }"


def _rungs(ladder: Ladder, *, about: str = "", search: bool = False, lists: bool = True) -> list[Rung]:
    return [
        r
        for r in ladder.rungs
        if (not about or r.about == about)
        and not (lists and r.guard)
        and (not search or r.block.head.get("search") == "yes")
    ]


def _lifted(ladder: Ladder, search: bool) -> str:
    return holds(ladder.lifts.get("search" if search else "view to edit"))


def check(ladder: Ladder, *, search: bool = False, many: bool = False) -> str:
    """One person, one case: parameters person, case, as_of, action; with `many` a row for each of `$pairs`."""
    pair = ""
    found = """MATCH (p:Person {id: $person})
MATCH (c:CaseFile {id: $case})"""
    if many:
        pair = "p.id AS person, c.id AS case_id, "
        found = """UNWIND $pairs AS one
MATCH (p:Person {id: one[0]})
MATCH (c:CaseFile {id: one[1]})"""
    return f"""{found}
OPTIONAL MATCH (c)-[hp:HAS_PROFILE]->(f:AccessProfile) WHERE {on_day("hp")}
CALL (p, c, f) {{
  WITH p RETURN null AS rank, null AS now
  UNION ALL
  WITH p WHERE {inactive()} RETURN {INACTIVE} AS rank, null AS now
  UNION ALL
  WITH f WHERE f IS NULL RETURN {NO_CASE} AS rank, null AS now
  UNION ALL
  {claims(_rungs(ladder, search=search, lists=False), ("p", "c", "f"), "")}
}}
WITH {"p, c" if many else "p"}, {TOP}
RETURN {pair}rank, edit_rank, none_rank, now, {_lifted(ladder, search)} AS lifted"""


def who(ladder: Ladder, *, search: bool = False) -> str:
    """One case, all people with a claim: parameters case, as_of, action.

    Rows: rank, edit_rank, none_rank, guard_rank, now, lifted, people (of [id, name]): a few claims of many people.
    """
    rungs = _rungs(ladder, search=search)
    return f"""MATCH (c:CaseFile {{id: $case}})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE {on_day("hp")}
CALL (c, f) {{
  CALL (c, f) {{
  {claims(rungs, ("c", "f"), "p, ")}
  }}
  RETURN p, {TOP}
}}
WITH f, p, rank, edit_rank, none_rank, now
WHERE NOT ({inactive()})
WITH p, rank, edit_rank, none_rank, now, {guard_claim(_rungs(ladder, search=search, lists=False))} AS guard_rank, {
        _lifted(ladder, search)
    } AS lifted
RETURN rank, edit_rank, none_rank, guard_rank, now, lifted, collect([p.id, p.name]) AS people"""


def people(ladder: Ladder, about: str, *, search: bool = False) -> str:
    """Claims of every person in `$people` over profiles (`about` profile) or over single cases (`about` case).

    Rows: person, lifted, rank, edit_rank, none_rank, guard_rank, now, keys. `keys` are profile ids, or [case, profile]
    pairs. A pair's decision is the highest claim of its two halves; both halves keep their `none` claims for that.
    """
    keys, listed = {"profile": ("f", "f.id"), "case": ("c, f", "[c.id, f.id]")}[about]
    return f"""UNWIND $people AS one
MATCH (p:Person {{id: one}})
WHERE NOT ({inactive()})
CALL (p) {{
  CALL (p) {{
  {claims(_rungs(ladder, about=about, search=search), ("p",), keys + ", ")}
  }}
  WITH p, {keys}, {TOP}
  WITH {keys}, rank, edit_rank, none_rank, now, {guard_claim(_rungs(ladder, search=search, lists=False))} AS guard_rank
  RETURN rank, edit_rank, none_rank, guard_rank, now, collect({listed}) AS members
}}
RETURN p.id AS person, {_lifted(ladder, search)} AS lifted, rank, edit_rank, none_rank, guard_rank, now, members"""


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


def why(ladder: Ladder, *, search: bool = False, timed: bool = True) -> str:
    """Every claim of every rung with its evidence: rank, way, number, path (list of steps, cells as `EVIDENCE`)."""
    out = []
    for rung in _rungs(ladder, search=search, lists=False):
        path = ", ".join(cells(name) for name in rung.block.names("evidence"))
        way = rung.block.head.get("or", "").replace("'", "’")
        out.append(
            f"{body(rung, ('p', 'c', 'f', 'hp'), timed=timed)}\n"
            f"  RETURN {rung.rank_text()} AS rank, {rung.now_text()} AS now, '{way}' AS way, [{path}] AS path"
        )
    return f"""MATCH (p:Person {{id: $person}})
MATCH (c:CaseFile {{id: $case}})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE {on_day("hp")}
CALL (p, c, f, hp) {{
  {UNION.join(out)}
}}
RETURN rank, now, way, path ORDER BY rank DESC, way, path"""


def near(ladder: Ladder) -> str:
    """The case's half of each rung: who or what would meet it. Rows: step, way, found (ids), shown (names)."""
    out = []
    for rung in ladder.rungs:
        text = rung.block.head.get("near")
        if not text:
            continue
        head, _, where = text.partition(" WHERE ")
        terms = [where] if where else []
        terms += [on_day(v) for v in re.findall(r"\[(\w):", text) if v in rung.block.names("valid")]
        terms += [f"{on_day('n')}"] if "(c)-[n:" in text or "]-(c)" in text or "(c)<-[n:" in text else []
        begin = f"WITH c, f WHERE f.scheme = '{ladder.scheme}'"
        glue = f"\n  WHERE {' AND '.join(terms)}" if terms else ""
        way = rung.block.head.get("or", "").replace("'", "’")
        out.append(
            f"{begin}\n  {head}{glue}\n  RETURN DISTINCT '{rung.step}' AS step, '{way}' AS way, "
            "labels(x)[0] AS kind, x.id AS id, x.name AS name"
        )
    if not out:
        return ""
    return f"""MATCH (c:CaseFile {{id: $case}})-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE {on_day("hp")}
CALL (c, f) {{
  {UNION.join(out)}
}}
RETURN step, way, kind, id, name ORDER BY step, way, name, id"""


def searchers(ladder: Ladder) -> str:
    """Everybody who holds the privilege to search on the day."""
    return f"""MATCH (p:Person)
WHERE NOT ({inactive()}) AND {_lifted(ladder, True)}
RETURN p.id AS person, p.name AS name ORDER BY person"""
