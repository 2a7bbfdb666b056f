"""The rows of a case that evidence cites: fetched from the graph when a path needs them, at most once a question."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from seewhy.graph.answers.reasons import End, PathStep
from seewhy.graph.engines.texts import text
from seewhy.graph.explain.paths import CaseFacts, of_row, step
from seewhy.graph.explain.paths import kind as of_label
from seewhy.graph.schemes.in_use import policies_of, schemes

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.graph.session import Session


class Decided(Protocol):
    """What is known of a case that a step decided about: a `CheckAnswer`, or a `CaseOnDay`."""

    @property
    def scheme(self) -> str:
        """Of its system."""

    @property
    def system(self) -> str:
        """Its id."""

    @property
    def as_of(self) -> str:
        """The day, ISO."""


class CaseOnDay(NamedTuple):
    """The same where nothing more is known."""

    scheme: str
    system: str
    as_of: str


def case_facts(session: Session, file: End, date: str) -> CaseFacts:
    """The case's own rows, asked for only when a path needs them."""
    (own,) = session.run("organisation/case_on_day", case=file.id, as_of=date)

    def rows(name: str) -> Any:
        return cache(lambda: session.run(f"organisation/{name}", case=file.id, as_of=date))

    def chain(ask: Callable[[str], list[dict[str, Any]]], kind: str) -> Any:
        def steps(low: str, high: str) -> list[PathStep]:
            by_child = {r["child"]: r for r in ask(low)}
            found, at = [], low
            while at != high and at in by_child:
                r = by_child[at]
                found.append(
                    step(
                        End(kind, r["child"], r["child_name"]),
                        "PART_OF",
                        End(kind, r["parent"], r["parent_name"]),
                        r["source"],
                        r["load"],
                    )
                )
                at = r["parent"]
            return found

        return cache(steps)

    def own_tree(kind: str, low: str, high: str) -> list[PathStep]:
        nodes = (node for one in schemes().values() for node in one.graph.nodes)
        label = next(node.label for node in nodes if of_label(node.label) == kind)
        ask = text("load/own_parents", LABEL=label)
        steps: Callable[[str, str], list[PathStep]] = chain(
            lambda node: session.engine.read(ask, {"node": node, "as_of": date}), kind
        )
        return steps(low, high)

    def listed(kind: str, end: End) -> list[dict[str, Any]]:
        ask = text("load/own_list", TYPE=kind)
        return session.engine.read(ask, {"case": file.id, "end": end.id, "as_of": date})

    names: dict[tuple[str, str], str] = session.remembered("names", lambda: _names(session))
    return CaseFacts(
        file,
        End("system", own["system"], names.get(("system", own["system"]), own["system"])),
        of_row(own),
        rows("case_parties"),
        rows("case_rules"),
        rows("case_work"),
        rows("case_hoppers"),
        cache(listed),
        chain(lambda unit: session.run("organisation/parents", as_of=date, units=[unit]), "unit"),
        chain(lambda type_: session.run("organisation/type_parents", as_of=date, types=[type_]), "case_type"),
        own_tree,
        lambda kind, id: names.get((kind, id), id),
    )


def _names(session: Session) -> dict[tuple[str, str], str]:
    kinds = {"unit": "units", "case_type": "case_types", "role": "roles", "system": "systems"}
    return {(kind, r["id"]): r["name"] for kind, query in kinds.items() for r in session.run(f"organisation/{query}")}


_SENSITIVE = frozenset({"needs_type", "needs_unit", "needs_either"})
_OF_CASE = {"limited": "IS_LIMITED", "own_sensitive": "IS_SENSITIVE"}
"""What the case's own row says, where it says yes."""


def guard_paths(
    session: Session, properties: frozenset[str], check: Decided, facts: CaseFacts
) -> list[tuple[PathStep, ...]]:
    """What makes a rung hold that goes over no relationship, by the `properties` of the case's profile that it names:
    the rows behind a sensitivity, a limit, a policy, or the case's own row."""
    policies = properties & policies_of(check.scheme).keys()
    (own,) = session.run("organisation/case_on_day", case=facts.case.id, as_of=check.as_of)
    if not properties & _SENSITIVE:
        for name, kind in _OF_CASE.items():
            if name in properties and own[name]:
                return [(step(facts.case, kind, facts.case, **facts.row),)]
        if policies:
            system = End("system", check.system, check.system)
            return [
                (step(system, "SETS", system, r["source"], r["load"], policy=r["policy"], value=r["value"]),)
                for r in session.run("organisation/policies", system=check.system, as_of=check.as_of)
                if r["policy"] in policies
            ]
        named = sorted(properties - {"system", "scheme"})
        marked = [name.removeprefix("own_").replace("_", " ") for name in named]
        return [(step(facts.case, "IS_MARKED", facts.case, **facts.row, column=" and ".join(marked)),)] if named else []
    found: list[tuple[PathStep, ...]] = []
    for r in session.run("organisation/sensitive", case=facts.case.id, as_of=check.as_of):
        kind, chain = ("case_type", facts.type_chain) if r["place"] == "OF_TYPE" else ("unit", facts.unit_chain)
        low, high = End(kind, r["below"], facts.name(kind, r["below"])), End(kind, r["id"], r["name"])
        found.append(
            (
                step(facts.case, r["place"], low, **facts.row),
                *chain(low.id, high.id),
                step(high, "IS_SENSITIVE", high, r["source"], r["load"]),
            )
        )
    if own["own_sensitive"]:
        found.append((step(facts.case, "IS_SENSITIVE", facts.case, **facts.row),))
    if "carried" in schemes()[check.scheme].profile:
        found += [
            (step(facts.case, "ATTACHED", End("rule", r["rule"], r["rule_name"]), **of_row(r)),)
            for r in facts.attached()
        ]
    return found
