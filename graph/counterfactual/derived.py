"""What would complete a rung, derived from its hops: the person's relationship that it lacks, as a row of a file.

A rung joins the person to the case by hops. Each hop at the person (or a personal link of the case) is left out in
turn; the others are followed from the case over the facts of the day, to the nodes where it would have to end. Rows
that would make it are candidates, and are asked before anybody is told of them: what is derived too widely costs time
only. Rungs whose header says `suggests` are left to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seewhy.graph.change.adjacency import TABLES, Adjacency
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.schemes.hops import every_hops
from seewhy.graph.schemes.in_use import added_columns, own_arrows
from seewhy.graph.vocabulary import LINKS, PARTIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.change.adjacency import Some
    from seewhy.graph.change.day_facts import DayFacts
    from seewhy.graph.schemes.hops import Hop, Hops

Wanted = tuple[str, dict[str, str]]
"""A file and the cells of a row that would make the relationship."""
MOST_ENDS = 8
"""Nodes at which one missing relationship is tried."""
_OF_CASE = {
    "IN_OFFICE": "office_id", "IN_TEAM": "team_id", "IN_CATEGORY": "category_id", "FOR_FIRM": "firm_id",
    "OF_TYPE": "case_type_id", "IN_SYSTEM": "system_id",
}  # fmt: skip
"""The column of a case that a relationship of its profile comes from."""
_SAID = re.compile(r"\bf\.(\w+)\s*=\s*'([^']*)'")
_TRUTH = re.compile(r"\bf\.(\w+)\b(?!\s*[=<>.])")


class Derived:
    """Looks for one person and one case on a day; `own` is the case's row."""

    def __init__(self, day: DayFacts, groups: pl.DataFrame, person: str, case: str, own: Mapping[str, Any]) -> None:
        self._day, self._person, self._case, self._own = day, person, case, own
        self._adjacency = Adjacency(FactIndex([day.frames], groups))
        self._people = {arrow.type: arrow for arrow in own_arrows() if arrow.table == "people"}
        self._tables = {arrow.type: arrow for arrow in own_arrows() if arrow.table not in ("people", "cases")}

    def rows(self, ladder: Ladder) -> Iterator[Wanted]:
        """Rows to add (of `people` and `cases`: cells to set) for the rungs of a ladder that say nothing themselves."""
        for rung, hops in every_hops()[ladder.name]:
            if not rung.guard and "suggests" not in rung.block.head:
                for hop in hops.all:
                    yield from self._hop(hop, hops)
                yield from self._properties(rung.block.case)

    def _hop(self, hop: Hop, hops: Hops) -> Iterator[Wanted]:
        for kind in sorted(hop.types):
            if kind in LINKS and (hop.start, hop.end) == ("c", "p"):
                words = {name: word for name, word in hop.words.items() if name == "access"}
                yield "case_people", {"case_id": self._case, "person_id": self._person, "link": kind.lower(), **words}
            elif kind == "LISTED_IN" and hop.start == "p":
                known = {column.name for column in added_columns("people")} | {"active"}
                cells = {name: word for name, word in hop.words.items() if name in known}
                if cells:
                    yield "people", cells
            elif "p" in (hop.start, hop.end):
                yield from self._at_person(kind, hop, hops)

    def _at_person(self, kind: str, hop: Hop, hops: Hops) -> Iterator[Wanted]:
        arrow = self._people.get(kind) or self._tables.get(kind)
        known = TABLES.get(kind)
        if arrow is None and (known is None or known[0] in ("work", "positions")):
            return
        file, start, end = (arrow.table, arrow.start, arrow.end) if arrow else known or ("", "", "")
        mine, theirs, other = (start, end, hop.end) if hop.start == "p" else (end, start, hop.start)
        for one in self._ends(other, hop, hops):
            if arrow is not None and file == "people":
                yield file, {theirs: one}
            else:
                words = {name: word for name, word in hop.words.items() if name not in (mine, theirs)}
                yield file, {mine: self._person, theirs: one, **self._of_system(file), **words}

    def _of_system(self, file: str) -> dict[str, str]:
        columns = self._day.frames[file].columns
        return {"system_id": str(self._own.get("system_id", ""))} if "system_id" in columns else {}

    def _ends(self, target: str, left_out: Hop, hops: Hops) -> list[str]:
        """The nodes that a variable can be, followed from the case and from nodes that a condition names."""
        if target == "c":
            return [self._case]
        known: dict[str, Some] = {"c": {self._case}, **{name: {word} for name, word in hops.ids.items()}}
        rest, grown = [hop for hop in hops.all if hop is not left_out and "p" not in (hop.start, hop.end)], True
        while grown and target not in known:
            grown = False
            for hop in list(rest):
                if hop.start == "f" and hop.end not in known:
                    known[hop.end] = self._of_profile(hop)
                elif hop.start in known and hop.end not in known:
                    known[hop.end] = self._adjacency.across(hop, 0, known[hop.start])
                elif hop.end in known and hop.start not in known:
                    known[hop.start] = self._adjacency.across(hop, 1, known[hop.end])
                else:
                    continue
                rest.remove(hop)
                grown = True
        return sorted(known.get(target) or ())[:MOST_ENDS]

    def _of_profile(self, hop: Hop) -> set[str]:
        """What the case's own rows say where a hop begins at its profile."""
        found: set[str] = set()
        for kind in hop.types:
            arrow = next((one for one in own_arrows() if one.on_profile and one.type == kind), None)
            if kind in _OF_CASE:
                found.add(str(self._own.get(_OF_CASE[kind], "")))
            elif kind in PARTIES:
                rows = self._day.rows("case_parties", "case_id", [self._case])
                found |= {row["unit_id"] for row in rows if row["role"] == PARTIES[kind]}
            elif kind == "CARRIES":
                found |= {row["rule_id"] for row in self._day.rows("case_rules", "case_id", [self._case])}
            elif arrow is not None and arrow.table == "cases":
                found.add(str(self._own.get(arrow.end, "")))
            elif arrow is not None:
                found |= {row[arrow.end] for row in self._day.rows(arrow.table, "case_id", [self._case])}
        return found - {""}

    def _properties(self, text: str) -> Iterator[Wanted]:
        """Cells of the case that a rung compares: a word that it names, or a truth turned round."""
        columns = {column.name: column for column in added_columns("cases")}
        for name, word in _SAID.findall(text):
            if name in columns and self._own.get(name) != word:
                yield "cases", {name: word}
        for name in dict.fromkeys(_TRUTH.findall(text)):
            if name in columns and columns[name].kind == "bool":
                yield "cases", {name: str(not self._own.get(name)).lower()}
