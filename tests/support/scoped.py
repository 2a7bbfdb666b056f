"""What a scope leaves of an answer, said once more: from the JSON of the answer without one, by plain loops."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from seewhy.api import Graph
from seewhy.graph.scope.reach import Fixed, Grant, Limits, Part
from seewhy.graph.scope.session import ScopedSession

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY_KIND = frozenset(
    {
        *("check", "why", "who", "what", "compare", "timeline", "diff", "findings", "structure", "person", "eligible"),
        *("whatif", "evidence", "export", "row", "paths"),
    }
)


def within(graph: Graph, *reaches: Any, kinds: frozenset[str] = EVERY_KIND) -> Graph:
    """The graph for somebody with these reaches; a tuple of people and cases is a fixed one."""
    made = Graph(graph.session.engine)
    fixed = (
        Fixed(Part(*map(frozenset, one)), f"fixed {n} {sorted(one[0])} {sorted(one[1])}")
        if isinstance(one, tuple)
        else one
        for n, one in enumerate(reaches)
    )
    made.session = ScopedSession(graph.session, Limits(tuple(Grant(kinds, reach) for reach in fixed)))
    return made


class Cut:
    """Cuts JSON to some parts, each a set of people and one of cases, of an organisation of these names by id."""

    def __init__(self, parts: list[tuple[set[str], set[str]]], people: dict[str, str], cases: dict[str, str]) -> None:
        self.parts, self.names = parts, {**people, **cases}
        self.people, self.cases = set().union(*(p for p, _ in parts)), set().union(*(c for _, c in parts))
        self.outside = sorted((people.keys() - self.people) | (cases.keys() - self.cases))
        self.hidden = {"people": len(people.keys() - self.people), "cases": len(cases.keys() - self.cases)}
        words = [re.escape(word) for one in self.outside for word in (one, self.names[one]) if word]
        self._words = re.compile(r"(?<![\w:-])(?:" + "|".join(words) + r")(?![\w:-])") if words else None

    def together(self, people: Iterable[str] = (), cases: Iterable[str] = ()) -> bool:
        people, cases = set(people), set(cases)
        return any(people <= p and cases <= c for p, c in self.parts)

    def leaks(self, told: Any) -> list[str]:
        """Ids and names of who is outside, anywhere in what is told."""
        text = json.dumps(told, ensure_ascii=False, default=str)
        return sorted(set(self._words.findall(text))) if self._words else []

    # what each question leaves

    def check(self, full: dict[str, Any]) -> dict[str, Any]:
        return full

    def who(self, full: dict[str, Any]) -> dict[str, Any]:
        people = [one for one in full["people"] if self.together([one["person"]], [full["case"]])]
        return {**full, "people": people, "count": len(people)}

    def what(self, full: dict[str, Any]) -> dict[str, Any]:
        cases = [one for one in full["cases"] if self.together([full["person"]], [one["case"]])]
        return {**full, "cases": cases, "count": len(cases)}

    def step(self, step: dict[str, Any]) -> dict[str, Any] | None:
        """A fact as it is told, None for one that is not."""
        ends = [step["from"], step["to"]]
        people, cases = ([end["id"] for end in ends if end["kind"] == kind] for kind in ("person", "case"))
        if not self.together(people, cases):
            return None
        told = {key: value for key, value in step.items() if key != "note"}
        if told.get("granted_by") not in self.people:
            told.pop("granted_by", None)
        return told

    def reasons(self, reasons: list[dict[str, Any]], *, cut: bool = True) -> list[tuple[Any, ...]]:
        """Of each reason step, value, rules and the facts that are told; where none is hidden, its sentence. Without
        `cut` as it is, facts that are not told as None."""
        found = []
        for one in reasons:
            path = [self.step(step) if cut else step for step in one["path"]]
            path = [None if step is None or step["relationship"] == "OUTSIDE" else step for step in path]
            found.append((one["step"], one["value"], one["rules"], path, None in path or one["sentence"]))
        return found

    def why(self, full: dict[str, Any], *, cut: bool = True) -> dict[str, Any]:
        rungs = [(one["step"], one["outcome"], one["rules"]) for one in full["ladder"] if "rules" in one]
        kept = {key: value for key, value in full.items() if key not in ("reasons", "ladder", "would_change")}
        return {**kept, "reasons": self.reasons(full["reasons"], cut=cut), "ladder": rungs}

    def diff(self, full: dict[str, Any], *, cut: bool = True) -> dict[str, Any]:
        """Pairs with their outcomes, counted; not the rows that did it."""
        pairs = [one for one in full["pairs"] if not cut or self.together([one["person"]], [one["case"]])]
        plain = [{key: one[key] for key in ("person", "case", "before", "after")} for one in pairs]
        counts = dict.fromkeys(full["counts"], 0)
        for one in pairs:
            counts[kind_of(one)] += 1
        return {**full, "pairs": plain, "counts": counts if cut else full["counts"], "facts": None}

    def finding(self, one: dict[str, Any]) -> bool:
        """Whether everything that a finding names is inside, and it names somebody or a case."""
        ends = [end for fact in one["facts"] for end in (fact["from"], fact["to"])]
        people = {end["id"] for end in ends if end["kind"] == "person"} | {one.get("person")}
        cases = {end["id"] for end in ends if end["kind"] == "case"} | {one.get("case"), *one.get("also", ())}
        people, cases = people - {None}, cases - {None}
        known = self.names.keys() & {one.get("about")} - self.cases
        if one["name"] == "sensitive_case_seen_by_many":
            return False
        return bool(people or cases) and self.together(people | known, cases)

    def findings(self, full: dict[str, Any]) -> dict[str, Any]:
        kept = [one["id"] for one in full["findings"] if self.finding(one)]
        return {**full, "findings": kept, "count": len(kept)}


def kind_of(pair: dict[str, Any]) -> str:
    before, after = pair["before"]["value"], pair["after"]["value"]
    if before == "none":
        return "gained"
    return "lost" if after == "none" else "changed" if before != after else "other_reason"
